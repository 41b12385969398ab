#include "match/rank.h"

#include <math.h>
#include <stdlib.h>

enum {
	PROMISING_MOST = 256, /* rows that are scored by the common grams too */
	CONTRAST_MOST = 24,
};
static const float contrast_share = 0.8F;

struct ranker {
	const struct index *index;
	size_t budget; /* postings of a query's rare grams that are read */
	float *score;  /* by row */
	bool *touched_row;
	uint32_t *touched; /* rows with a score */
	size_t touched_count;
	float *in_query; /* by gram: its part in a cosine with the query at hand; all 0 between
	                    calls */
};

enum status ranker_create(const struct index *index, size_t budget, struct ranker **out)
{
	struct ranker *ranker = calloc(1, sizeof(*ranker));
	*out = ranker;
	if (!ranker)
		return STATUS_NO_MEMORY;
	const size_t rows = (size_t)index->row_count + 1;
	ranker->index = index;
	ranker->budget = budget;
	ranker->score = calloc(rows, sizeof(*ranker->score));
	ranker->touched_row = calloc(rows, sizeof(*ranker->touched_row));
	ranker->touched = calloc(rows, sizeof(*ranker->touched));
	ranker->in_query =
	        calloc((size_t)vocabulary_count(index->vocabulary) + 1, sizeof(*ranker->in_query));
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

static const struct posting *first_posting(const struct index *index, uint32_t gram)
{
	return &index->postings[index->posting_first[gram]];
}

/* Every row that has the gram. */
static void score_all(struct ranker *ranker, const struct query_gram *gram)
{
	const struct posting *posting = first_posting(ranker->index, gram->gram);
	const struct posting *end = first_posting(ranker->index, gram->gram + 1);
	for (; posting < end; posting++) {
		if (!ranker->touched_row[posting->row]) {
			ranker->touched_row[posting->row] = true;
			ranker->touched[ranker->touched_count++] = posting->row;
		}
		ranker->score[posting->row] += gram->share * posting->weight;
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

/* Only the given rows, which rise as the postings do: one pass, in doubling steps. */
static void score_some(const struct index *index, const struct query_gram *gram,
                       struct ranked *rows, size_t count)
{
	const struct posting *posting = first_posting(index, gram->gram);
	const struct posting *end = first_posting(index, gram->gram + 1);
	for (size_t i = 0; i < count && posting < end; i++) {
		posting = advance(posting, end, rows[i].row);
		if (posting < end && posting->row == rows[i].row)
			rows[i].score += gram->share * posting->weight;
	}
}

static int by_row(const void *a, const void *b)
{
	const struct ranked *left = a;
	const struct ranked *right = b;
	return left->row < right->row ? -1 : left->row > right->row;
}

static bool goes_before(const struct ranked *a, const struct ranked *b)
{
	return a->score != b->score ? a->score > b->score : a->row < b->row;
}

static int best_first(const void *a, const void *b)
{
	return goes_before(a, b) ? -1 : goes_before(b, a);
}

/*
 * Keeps the best `most` in order by insertion: once `most` are kept, nearly every row ends
 * at the first comparison.
 */
static void keep_best(struct ranked *best, size_t most, size_t *count, struct ranked one)
{
	if (*count == most && !goes_before(&one, &best[most - 1]))
		return;
	size_t at = *count < most ? (*count)++ : most - 1;
	for (; at > 0 && goes_before(&one, &best[at - 1]); at--)
		best[at] = best[at - 1];
	best[at] = one;
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

/* The rarest of a query's grams whose postings fit the budget; at least one. Returns how many. */
static size_t count_rare(const struct ranker *ranker, const struct query *query)
{
	size_t spent = 0;
	for (size_t i = 0; i < query->count; i++) {
		spent += index_rows_with(ranker->index, query->grams[i].gram);
		if (i > 0 && spent > ranker->budget)
			return i;
	}
	return query->count;
}

static void keep_touched(const struct ranker *ranker, struct ranked *out, size_t most,
                         size_t *count)
{
	*count = 0;
	for (size_t i = 0; i < ranker->touched_count; i++) {
		const uint32_t row = ranker->touched[i];
		keep_best(out, most, count, (struct ranked){ row, ranker->score[row] });
	}
}

/* The common grams, from the `rare`th on, are counted for the most promising rows only. */
static void keep_promising(const struct ranker *ranker, const struct query *query, size_t rare,
                           struct ranked *out, size_t most, size_t *count)
{
	struct ranked promising[PROMISING_MOST];
	size_t promising_count;
	keep_touched(ranker, promising, PROMISING_MOST, &promising_count);
	qsort(promising, promising_count, sizeof(*promising), by_row);
	for (size_t i = rare; i < query->count; i++)
		score_some(ranker->index, &query->grams[i], promising, promising_count);
	*count = 0;
	for (size_t i = 0; i < promising_count; i++)
		keep_best(out, most, count, promising[i]);
}

void rank_rows(struct ranker *ranker, const struct query *query, struct ranked *out, size_t most,
               size_t *count)
{
	clear_scores(ranker);
	const size_t rare = count_rare(ranker, query);
	for (size_t i = 0; i < rare; i++)
		score_all(ranker, &query->grams[i]);
	if (rare == query->count)
		keep_touched(ranker, out, most, count);
	else
		keep_promising(ranker, query, rare, out, most, count);
	for (size_t i = 0; i < *count; i++)
		out[i].score /= query->norm;
	if (*count > 1 && *count <= CONTRAST_MOST) {
		contrast(ranker->index, query, out, *count);
		qsort(out, *count, sizeof(*out), best_first);
	}
}

static float cosine(const struct ranker *ranker, const struct query *query,
                    const struct utterance *utterance)
{
	const struct index *index = ranker->index;
	float sum = 0;
	const uint32_t *grams = &index->grams[utterance->first];
	for (uint32_t i = 0; i < utterance->count; i++)
		sum += ranker->in_query[grams[i]];
	return sum / (query->norm * utterance->norm);
}

void rank_nearest(struct ranker *ranker, const struct query *query, uint32_t row,
                  struct nearest *out)
{
	const struct index *index = ranker->index;
	*out = (struct nearest){ 0 };
	for (size_t i = 0; i < query->count; i++) {
		const float weight = index->gram_weight[query->grams[i].gram];
		ranker->in_query[query->grams[i].gram] = query->grams[i].share * weight * weight;
	}
	for (uint32_t u = index->utterance_first[row]; u < index->utterance_first[row + 1]; u++) {
		const struct utterance *utterance = &index->utterances[u];
		if (utterance->negative)
			continue;
		const float similarity = cosine(ranker, query, utterance);
		if (similarity > out->similarity)
			*out = (struct nearest){ utterance, similarity };
	}
	for (size_t i = 0; i < query->count; i++)
		ranker->in_query[query->grams[i].gram] = 0;
}

float rank_known(const struct ranker *ranker, const struct query *query, uint32_t row)
{
	const struct index *index = ranker->index;
	float known = 0, all = 0;
	for (size_t i = 0; i < query->count; i++) {
		const uint32_t gram = query->grams[i].gram;
		const struct posting *end = first_posting(index, gram + 1);
		const struct posting *posting = advance(first_posting(index, gram), end, row);
		const float weight = query->grams[i].share * index->gram_weight[gram];
		all += weight;
		if (posting < end && posting->row == row)
			known += weight;
	}
	return all > 0 ? known / all : 0;
}
