#include "match/rank.h"

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "match/candidates.h"
#include "text/tokens.h"

enum { FTS_QUERY_CEILING = 16 << 10, FTS_GRAMS_MOST = 64, CONTRAST_MOST = 24 };
static const float contrast_share = 0.8F;

struct ranker {
	const struct index *index;
	size_t candidates; /* rows that the store may hand over */
	float *score;      /* by row */
	bool *touched_row;
	uint32_t *touched; /* rows with a score, or the candidates in rising order */
	size_t touched_count;
	float *in_query; /* by gram: its weight in the query at hand; all 0 between calls */
	struct buf fts_query;
};

enum status ranker_create(const struct index *index, size_t candidates, struct ranker **out)
{
	struct ranker *ranker = calloc(1, sizeof(*ranker));
	*out = ranker;
	if (!ranker)
		return STATUS_NO_MEMORY;
	const size_t rows = (size_t)index->row_count + 1;
	ranker->index = index;
	ranker->candidates = candidates;
	ranker->score = calloc(rows, sizeof(*ranker->score));
	ranker->touched_row = calloc(rows, sizeof(*ranker->touched_row));
	ranker->touched = calloc(rows, sizeof(*ranker->touched));
	ranker->in_query =
	        calloc((size_t)vocabulary_count(index->vocabulary) + 1, sizeof(*ranker->in_query));
	buf_init(&ranker->fts_query, FTS_QUERY_CEILING);
	if (ranker->score && ranker->touched_row && ranker->touched && ranker->in_query)
		return STATUS_OK;
	ranker_destroy(ranker);
	*out = NULL;
	return STATUS_NO_MEMORY;
}

void ranker_destroy(struct ranker *ranker)
{
	if (!ranker)
		return;
	free(ranker->score);
	free(ranker->touched_row);
	free(ranker->touched);
	free(ranker->in_query);
	buf_deinit(&ranker->fts_query);
	free(ranker);
}

static void clear_scores(struct ranker *ranker)
{
	for (size_t i = 0; i < ranker->touched_count; i++) {
		ranker->score[ranker->touched[i]] = 0;
		ranker->touched_row[ranker->touched[i]] = false;
	}
	ranker->touched_count = 0;
}

/* Every row with any of the grams. */
static void score_all(struct ranker *ranker, const struct query *query)
{
	const struct index *index = ranker->index;
	for (size_t i = 0; i < query->count; i++) {
		const struct query_gram *gram = &query->grams[i];
		const struct posting *posting = &index->postings[index->posting_first[gram->gram]];
		const struct posting *end = &index->postings[index->posting_first[gram->gram + 1]];
		for (; posting < end; posting++) {
			if (!ranker->touched_row[posting->row]) {
				ranker->touched_row[posting->row] = true;
				ranker->touched[ranker->touched_count++] = posting->row;
			}
			ranker->score[posting->row] += gram->share * posting->weight;
		}
	}
}

/* First posting in [first, end) whose row is at least `row`, found by doubling steps. */
static const struct posting *advance(const struct posting *first, const struct posting *end,
                                     uint32_t row)
{
	size_t stride = 1;
	while ((size_t)(end - first) > stride && first[stride].row < row) {
		first += stride;
		stride *= 2;
	}
	size_t count = (size_t)(end - first) < stride + 1 ? (size_t)(end - first) : stride + 1;
	while (count > 0) {
		const size_t half = count / 2;
		if (first[half].row < row) {
			first += half + 1;
			count -= half + 1;
		} else {
			count = half;
		}
	}
	return first;
}

/* Only the rows that the store picked; both lists rise, so one pass a gram is enough. */
static void score_touched(struct ranker *ranker, const struct query *query)
{
	const struct index *index = ranker->index;
	for (size_t i = 0; i < query->count; i++) {
		const struct query_gram *gram = &query->grams[i];
		const struct posting *posting = &index->postings[index->posting_first[gram->gram]];
		const struct posting *end = &index->postings[index->posting_first[gram->gram + 1]];
		for (size_t t = 0; t < ranker->touched_count && posting < end; t++) {
			const uint32_t row = ranker->touched[t];
			posting = advance(posting, end, row);
			if (posting < end && posting->row == row)
				ranker->score[row] += gram->share * posting->weight;
		}
	}
}

struct rare_gram {
	uint32_t gram;
	uint32_t rows;
};

/* The query's rarest grams in order of rarity, by insertion; equally rare ones by number. */
static size_t rarest_of(const struct index *index, const struct query *query,
                        struct rare_gram rare[FTS_GRAMS_MOST])
{
	size_t count = 0;
	for (size_t i = 0; i < query->count; i++) {
		const uint32_t gram = query->grams[i].gram;
		const uint32_t rows = index_rows_with(index, gram);
		if (count == FTS_GRAMS_MOST && rows >= rare[count - 1].rows)
			continue;
		size_t at = count < FTS_GRAMS_MOST ? count++ : count - 1;
		for (; at > 0 && rows < rare[at - 1].rows; at--)
			rare[at] = rare[at - 1];
		rare[at] = (struct rare_gram){ gram, rows };
	}
	return count;
}

/*
 * Asks the store for the rows that hold the query's rarest grams, added one by one until their
 * rows would exceed the budget. The rarest is always asked for.
 */
static enum status pick_rows(struct ranker *ranker, const struct query *query)
{
	struct rare_gram rare[FTS_GRAMS_MOST];
	const size_t count = rarest_of(ranker->index, query, rare);
	size_t budget = ranker->candidates;
	buf_clear(&ranker->fts_query);
	for (size_t i = 0; i < count && (i == 0 || rare[i].rows <= budget); i++) {
		char name[TOKEN_NAME_SIZE];
		token_name(vocabulary_key(ranker->index->vocabulary, rare[i].gram), name);
		buf_append_format(&ranker->fts_query, "%s\"%s\"", i ? " OR " : "", name);
		budget -= rare[i].rows < budget ? rare[i].rows : budget;
	}
	if (count == 0)
		return STATUS_OK;
	const enum status status = buf_status(&ranker->fts_query);
	if (status != STATUS_OK)
		return status;
	return candidate_store_pick(ranker->index->store, buf_span(&ranker->fts_query),
	                            ranker->touched, ranker->index->row_count,
	                            &ranker->touched_count);
}

static bool goes_before(const struct ranked *a, const struct ranked *b)
{
	return a->score != b->score ? a->score > b->score : a->row < b->row;
}

static int best_first(const void *a, const void *b)
{
	return goes_before(a, b) ? -1 : goes_before(b, a);
}

/* Keeps the best `most` in order by insertion: `most` is a dozen or two. */
static void keep_best(struct ranked *best, size_t most, size_t *count, struct ranked one)
{
	if (*count == most && !goes_before(&one, &best[most - 1]))
		return;
	size_t at = *count < most ? (*count)++ : most - 1;
	for (; at > 0 && goes_before(&one, &best[at - 1]); at--)
		best[at] = best[at - 1];
	best[at] = one;
}

static int by_row(const void *a, const void *b)
{
	const struct ranked *left = a;
	const struct ranked *right = b;
	return left->row < right->row ? -1 : left->row > right->row;
}

/*
 * Looks again at the best rows: a gram that few of *them* have tells them apart, however common it
 * is elsewhere. Each gets its weight once more, scaled by its rarity among these rows.
 */
static void contrast(const struct index *index, const struct query *query, struct ranked *best,
                     size_t count)
{
	float weight[CONTRAST_MOST];
	qsort(best, count, sizeof(*best), by_row);
	for (size_t i = 0; i < query->count; i++) {
		const struct query_gram *gram = &query->grams[i];
		const struct posting *posting = &index->postings[index->posting_first[gram->gram]];
		const struct posting *end = &index->postings[index->posting_first[gram->gram + 1]];
		size_t having = 0;
		for (size_t r = 0; r < count; r++) {
			posting = advance(posting, end, best[r].row);
			const bool found = posting < end && posting->row == best[r].row;
			weight[r] = found ? posting->weight : 0;
			having += found;
		}
		if (having == 0 || having == count || index->gram_weight[gram->gram] <= 0)
			continue;
		const float rarity =
		        logf(1.0F + ((float)(count - having) + 0.5F) / ((float)having + 0.5F)) *
		        gram_kind_weight(vocabulary_key(index->vocabulary, gram->gram)) /
		        index->gram_weight[gram->gram];
		for (size_t r = 0; r < count; r++)
			best[r].score +=
			        contrast_share * rarity * gram->share * weight[r] / query->norm;
	}
}

enum status rank_rows(struct ranker *ranker, const struct query *query, struct ranked *out,
                      size_t most, size_t *count)
{
	enum status status = STATUS_OK;
	*count = 0;
	clear_scores(ranker);
	if (ranker->index->store) {
		status = pick_rows(ranker, query);
		if (status == STATUS_OK)
			score_touched(ranker, query);
	} else {
		score_all(ranker, query);
	}
	for (size_t i = 0; i < ranker->touched_count && most > 0 && status == STATUS_OK; i++) {
		const uint32_t row = ranker->touched[i];
		keep_best(out, most, count,
		          (struct ranked){ row, ranker->score[row] / query->norm });
	}
	if (*count > 1 && *count <= CONTRAST_MOST) {
		contrast(ranker->index, query, out, *count);
		qsort(out, *count, sizeof(*out), best_first);
	}
	return status;
}

static float cosine(const struct ranker *ranker, const struct query *query,
                    const struct utterance *utterance)
{
	const struct index *index = ranker->index;
	float sum = 0;
	for (uint32_t i = 0; i < utterance->count; i++) {
		const uint32_t gram = index->grams[utterance->first + i];
		sum += ranker->in_query[gram] * index->gram_weight[gram];
	}
	return sum / (query->norm * utterance->norm);
}

void rank_nearest(struct ranker *ranker, const struct query *query, uint32_t row,
                  struct nearest *out)
{
	const struct index *index = ranker->index;
	*out = (struct nearest){ 0 };
	for (size_t i = 0; i < query->count; i++)
		ranker->in_query[query->grams[i].gram] =
		        query->grams[i].share * index->gram_weight[query->grams[i].gram];
	for (uint32_t u = index->utterance_first[row]; u < index->utterance_first[row + 1]; u++) {
		const struct utterance *utterance = &index->utterances[u];
		const float similarity = cosine(ranker, query, utterance);
		if (!utterance->negative && similarity > out->similarity)
			*out = (struct nearest){ utterance, similarity };
	}
	for (size_t i = 0; i < query->count; i++)
		ranker->in_query[query->grams[i].gram] = 0;
}
