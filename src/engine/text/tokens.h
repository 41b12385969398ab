/*
 * Tokens: the units in which texts are compared.
 *
 * Han gives unigrams and bigrams (no dictionary: a word list is never complete, and two-character
 * words such as 安全 must be found); Latin letters and digits give words.
 */
#ifndef DAYI_TEXT_TOKENS_H
#define DAYI_TEXT_TOKENS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

enum token_kind { TOKEN_UNIGRAM, TOKEN_BIGRAM, TOKEN_LATIN, TOKEN_DIGITS };

struct token {
	enum token_kind kind;
	uint32_t start; /* index of the first code point */
	uint32_t count; /* code points */
	uint64_t key;   /* equal tokens have equal keys, in every text and process */
};

struct token_list {
	struct token *items; /* by start; a unigram before the bigram that starts with it */
	size_t count;
};

/*
 * Tokens of normalised code points. Where skip[i] is set the point is treated as a boundary;
 * `skip` may be NULL. Everything lives in the arena.
 */
MUST_CHECK enum status tokens_of(const uint32_t *points, size_t count, const bool *skip,
                                 struct arena *arena, struct token_list *out);

uint64_t token_key_unigram(uint32_t han);
uint64_t token_key_bigram(uint32_t first, uint32_t second);

/* The two characters of a bigram's key. */
void token_key_split(uint64_t bigram, uint32_t *first, uint32_t *second);

enum { TOKEN_NAME_SIZE = 24 };

/* Writes the key as a word for an index: Han as text, other words as the hex of their key. */
void token_name(uint64_t key, char name[TOKEN_NAME_SIZE]);

/* What kind of token has this key. */
enum token_kind token_key_kind(uint64_t key);

#endif
