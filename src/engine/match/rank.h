/*
 * Rank: rows scored by a query's grams, best first, and the sentence of a row that is nearest.
 */
#ifndef DAYI_MATCH_RANK_H
#define DAYI_MATCH_RANK_H

#include "base/arena.h"
#include "base/status.h"
#include "engine/match/index.h"
#include "engine/match/query.h"

struct ranked {
	uint32_t row;
	float score; /* sum of the shared grams' weights over the query's norm */
};

/*
 * A reader of one index: its connection to the full-text tables, what it remembers of them, and
 * scratch. One thread at a time; any number of rankers may read one index.
 */
struct ranker;

/* `budget`: rows that a query's rarest grams may find; 0: by the number of rows. */
MUST_CHECK enum status ranker_create(const struct index *index, size_t budget, struct ranker **out);
/* Takes NULL. */
void ranker_destroy(struct ranker *ranker);

/*
 * The best `most` of the rows that the query's grams find; equal scores go by row. Where the budget
 * holds all rows of all grams, the best rows and their scores are exact.
 */
MUST_CHECK enum status rank_rows(struct ranker *ranker, const struct query *query,
                                 struct ranked *out, size_t most, size_t *count);

struct nearest {
	const struct utterance *utterance; /* NULL where the row has none that shares a gram */
	const char *text;                  /* what it says; borrowed from the knowledge */
	float similarity;                  /* cosine, [0,1] */
};

/* Among the questions and alternates of each of the rows. */
void rank_nearest(struct ranker *ranker, const struct query *query, const uint32_t *rows,
                  size_t count, struct nearest *out);

/* The share of the query's weight that the row's sentences know, [0,1]. */
float rank_known(struct ranker *ranker, const struct query *query, uint32_t row);

/* The share of its subject (query.h) that the row knows, answer and all; 1 where it has none. */
float rank_subject(struct ranker *ranker, const struct query *query, uint32_t row);

/* Whether the row knows something of the subject that the other does not. */
bool rank_knows_beyond(const struct ranker *ranker, const struct query *query, uint32_t row,
                       uint32_t other);

/* Whether the row has the two characters in a row, answer and all. */
bool rank_has_pair(const struct ranker *ranker, uint32_t row, uint32_t first, uint32_t second);

/* Whether the row has a word of the query in letters, answer and all. */
bool rank_has_word(const struct ranker *ranker, const struct query *query, uint32_t row);

/* Whether the row has the character, answer and all. */
bool rank_has_character(const struct ranker *ranker, uint32_t row, uint32_t point);

/* The most that rank_nearest() can find in the row: what grams it lacks no sentence of it has. */
float rank_reach(struct ranker *ranker, const struct query *query, uint32_t row);

#endif
