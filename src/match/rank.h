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

/* `budget`: postings of a query's rarest grams that are read; see rank_rows(). */
MUST_CHECK enum status ranker_create(const struct index *index, size_t budget, struct ranker **out);
void ranker_destroy(struct ranker *ranker);

/*
 * The best `most` rows; rows without a shared gram are left out. Equal scores go by row.
 *
 * The rarest grams' postings are read in full until the budget is spent; they find the rows. The
 * common grams are then looked up for the most promising rows only. Where the budget holds all of
 * a query's postings, as it does in a small collection, the scores of the best rows are exact.
 */
void rank_rows(struct ranker *ranker, const struct query *query, struct ranked *out, size_t most,
               size_t *count);

struct nearest {
	const struct utterance *utterance; /* NULL where the row has none that shares a gram */
	float similarity;                  /* cosine, [0,1] */
};

/* Among the questions and alternates of one row. */
void rank_nearest(struct ranker *ranker, const struct query *query, uint32_t row,
                  struct nearest *out);

/* The share of the query's weight that the row's sentences know, [0,1]. */
float rank_known(const struct ranker *ranker, const struct query *query, uint32_t row);

/* The most that rank_nearest() can find in the row: what grams it lacks no sentence of it has. */
float rank_reach(const struct ranker *ranker, const struct query *query, uint32_t row);

#endif
