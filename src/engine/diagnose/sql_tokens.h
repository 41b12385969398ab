/*
 * SQL tokens: SQL text cut as SQLite cuts it, as far as picks go. Comments count as blanks. Without
 * state; any thread.
 */
#ifndef DAYI_DIAGNOSE_SQL_TOKENS_H
#define DAYI_DIAGNOSE_SQL_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* What the names of relations and columns are made of. */
#define SQL_NAME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_QUOTED_WORD, TOKEN_TEXT, TOKEN_NUMBER, TOKEN_SIGN };

struct token {
	enum token_kind kind;
	struct span text; /* with quotes */
};

/*
 * Reads the token at *at, behind blanks, and moves *at behind it. At the end: TOKEN_END, as often
 * as asked. False: a quoted text or name does not end.
 */
bool sql_token_read(const char *sql, size_t *at, struct token *out);

/* The place behind the blanks and comments at `at`. */
size_t sql_skip_blanks(const char *sql, size_t at);

/* The length of the word that begins here, 0 where none does; a digit may be its first character.
 */
size_t sql_word_length(const char *text);

/* How far a quoted run goes, which begins here; 0 where it does not end. */
size_t sql_quoted_length(const char *text);

#endif
