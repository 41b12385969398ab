/*
 * Look-up table: every text that an operator may search, as an FTS5 table with content.
 *
 * A row is one text of an entry: its question, a popup, an alternate, a situation, an advice, its
 * answer, or a note that only the office reads. The table keeps positions (`detail=full`), so it
 * finds phrases and marks them with highlight(). Nothing that the public is answered with is made
 * of this table.
 */
#ifndef DAYI_MATCH_LOOKUP_TABLE_H
#define DAYI_MATCH_LOOKUP_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/text/normalise.h"

/* Best first: of two texts that hold the words, the one of the smaller part is shown. */
enum lookup_part {
	LOOKUP_QUESTION,
	LOOKUP_PROMPT,
	LOOKUP_ALSO,
	LOOKUP_SITUATION,
	LOOKUP_ADVICE,
	LOOKUP_ANSWER,
	LOOKUP_INTERNAL,
	LOOKUP_NOTE,
	LOOKUP_PART_COUNT,
};

/* "question", "prompt", "also", "situation", "advice", "answer", "internal", "note". */
const char *lookup_part_name(enum lookup_part part);

/*
 * The table of all answers and referrals, as bytes, which are the caller's to free(). Any thread.
 */
MUST_CHECK enum status lookup_table_build(const struct knowledge *knowledge,
                                          const struct normaliser *normaliser, void **bytes,
                                          size_t *size);

/*
 * The same of any texts, terminated: hits name them by `row`, and have LOOKUP_QUESTION for a part.
 */
MUST_CHECK enum status lookup_table_build_texts(const struct span *texts, size_t count,
                                                const struct normaliser *normaliser, void **bytes,
                                                size_t *size);

/* A reader of such a table. One thread at a time. */
struct lookup_table;

/* Borrows the bytes, which any number of readers may share, and the normaliser. */
MUST_CHECK enum status lookup_table_open(const void *bytes, size_t size,
                                         const struct normaliser *normaliser,
                                         struct lookup_table **out);
/* Takes NULL. */
void lookup_table_close(struct lookup_table *table);

/* A text in pieces: the first is plain, the next matched, and so on in turn; any may be empty. */
struct lookup_pieces {
	const char *const *items;
	size_t count; /* odd */
};

struct lookup_hit {
	uint32_t row; /* number of the entry in the knowledge */
	enum lookup_part part;
	uint32_t item;  /* which prompt, alternate or case it is, from 0 */
	bool all;       /* every word that was typed stands in it */
	int64_t number; /* of the text in the table */
};

enum { LOOKUP_TERMS_MOST = 8 };

/*
 * The texts that hold what was typed, which is normalised: every run without a blank is a phrase,
 * and its last word may go on. First the texts that hold all of them, then those that hold one; in
 * either, the better part first. None for a text without a letter, digit or Han character.
 */
MUST_CHECK enum status lookup_table_find(struct lookup_table *table, const struct text *typed,
                                         struct lookup_hit *out, size_t most, size_t *count);

/* Reads the text of a hit, with what was typed marked in it, into the arena. */
MUST_CHECK enum status lookup_table_mark(struct lookup_table *table, const struct text *typed,
                                         const struct lookup_hit *hit, struct arena *arena,
                                         struct lookup_pieces *out);

/*
 * Likewise for the question of an entry that was found by other means: any two neighbouring
 * characters of what was typed are marked. The question in one piece where none stands in it.
 */
MUST_CHECK enum status lookup_table_mark_question(struct lookup_table *table,
                                                  const struct text *typed, uint32_t row,
                                                  const char *question, struct arena *arena,
                                                  struct lookup_pieces *out);

#endif
