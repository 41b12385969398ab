/*
 * Rank: rows scored by a query's grams, best first, and the sentence of a row that is nearest.
 */
#ifndef DAYI_MATCH_RANK_H
#define DAYI_MATCH_RANK_H

#include "base/arena.h"
#include "base/status.h"
#include "match/index.h"
#include "match/query.h"

struct ranked {
	uint32_t row;
	float score; /* sum of the shared grams' weights over the query's norm */
};

/* Score by row, kept between calls so that only touched rows need clearing. One thread at a time.
 */
struct ranker;

MUST_CHECK enum status ranker_create(const struct index *index, size_t candidates,
                                     struct ranker **out);
void ranker_destroy(struct ranker *ranker);

/* The best `most` rows; rows without a shared gram are left out. Equal scores go by row. */
MUST_CHECK enum status rank_rows(struct ranker *ranker, const struct query *query,
                                 struct ranked *out, size_t most, size_t *count);

struct nearest {
	const struct utterance *utterance; /* NULL where the row has none that shares a gram */
	float similarity;                  /* cosine, [0,1] */
};

/* Among the questions and alternates of one row. */
void rank_nearest(struct ranker *ranker, const struct query *query, uint32_t row,
                  struct nearest *out);

#endif
