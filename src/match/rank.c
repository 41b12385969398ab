#include "match/rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	PROMISING_MOST = 256, /* rows that are scored by the common grams too */
	CONTRAST_MOST = 24,
	SCANNED_MOST = 256, /* postings that are read faster than looked up in */
};
static const float contrast_share = 0.8F;

struct ranker {
	const struct index *index;
	size_t budget; /* postings of a query's rare grams that are read */
	float *score;  /* by row */
	bool *touched_row;
	uint32_t *touched; /* rows with a score */
	size_t touched_count;
	uint8_t *place;  /* by row, from 1: where it stands among the best; 0 between calls */
	float *in_query; /* by gram: in_common() with the query at hand; 0 between calls */
	/* By utterance of the row at hand: what a cosine with it has in common; 0 between calls. */
	float *shared;
};

static uint32_t most_utterances(const struct index *index)
{
	uint32_t most = 0;
	for (uint32_t row = 0; row < index->row_count; row++) {
		const uint32_t count =
		        index->utterance_first[row + 1] - index->utterance_first[row];
		most = count > most ? count : most;
	}
	return most;
}

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
	ranker->place = calloc(rows, sizeof(*ranker->place));
	ranker->in_query =
	        calloc((size_t)vocabulary_count(index->vocabulary) + 1, sizeof(*ranker->in_query));
	ranker->shared = calloc((size_t)most_utterances(index) + 1, sizeof(*ranker->shared));
	if (ranker->score && ranker->touched_row && ranker->touched && ranker->place &&
	    ranker->in_query && ranker->shared)
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
	free(ranker->place);
	free(ranker->in_query);
	free(ranker->shared);
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

/* A row that has a gram: where it stands among the rows, and the gram's weight in it. */
struct having {
	size_t at;
	float weight;
};

/* Those of the rows that have the gram. Returns how many. */
static size_t find_having(const struct ranker *ranker, uint32_t gram, const struct ranked *rows,
                          size_t count, struct having *out)
{
	const struct posting *first = first_posting(ranker->index, gram);
	const struct posting *end = first_posting(ranker->index, gram + 1);
	size_t found = 0;
	if (end - first <= SCANNED_MOST) {
		for (; first < end; first++) {
			const uint8_t place = ranker->place[first->row];
			if (place)
				out[found++] = (struct having){ place - 1U, first->weight };
		}
		return found;
	}
	for (size_t r = 0; r < count; r++) {
		const struct posting *posting = advance(first, end, rows[r].row);
		if (posting < end && posting->row == rows[r].row)
			out[found++] = (struct having){ r, posting->weight };
	}
	return found;
}

/*
 * Looks again at the best rows: a gram that few of *them* have tells them apart, however common it
 * is elsewhere. Each gets its weight once more, scaled by its rarity among these rows.
 */
static void contrast(struct ranker *ranker, const struct query *query, struct ranked *best,
                     size_t count)
{
	const struct index *index = ranker->index;
	struct ranked sorted[CONTRAST_MOST];
	struct having having[CONTRAST_MOST];
	size_t sorted_count = 0;
	for (size_t r = 0; r < count; r++)
		ranker->place[best[r].row] = (uint8_t)(r + 1);
	for (size_t i = 0; i < query->count; i++) {
		const struct query_gram *gram = &query->grams[i];
		const size_t found = find_having(ranker, gram->gram, best, count, having);
		if (found == 0 || found == count || index->gram_weight[gram->gram] <= 0)
			continue;
		const float rarity =
		        logf(1.0F + ((float)(count - found) + 0.5F) / ((float)found + 0.5F)) *
		        gram_kind_weight(vocabulary_key(index->vocabulary, gram->gram)) /
		        index->gram_weight[gram->gram];
		for (size_t h = 0; h < found; h++)
			best[having[h].at].score += contrast_share * rarity * gram->share *
			                            having[h].weight / query->norm;
	}
	for (size_t r = 0; r < count; r++) {
		ranker->place[best[r].row] = 0;
		keep_best(sorted, count, &sorted_count, best[r]);
	}
	memcpy(best, sorted, count * sizeof(*best));
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
	if (*count > 1 && *count <= CONTRAST_MOST)
		contrast(ranker, query, out, *count);
}

/*
 * First number in [first, end), which rises, that is at least `least`. Without a branch: which half
 * it is in can not be foretold.
 */
static const uint32_t *find_least(const uint32_t *first, const uint32_t *end, uint32_t least)
{
	size_t count = (size_t)(end - first);
	while (count > 0) {
		const size_t half = (count + 1) / 2;
		first += half * (first[half - 1] < least);
		count -= half;
	}
	return first;
}

/* What a gram that both have adds to the cosine of two texts, before it is divided by the norms. */
static float in_common(const struct index *index, const struct query_gram *gram)
{
	const float weight = index->gram_weight[gram->gram];
	return gram->share * weight * weight;
}

/* Into ranker->shared, gram by gram: the utterances that have it. */
static void look_up_shared(struct ranker *ranker, const struct query *query, uint32_t first,
                           uint32_t end)
{
	const struct index *index = ranker->index;
	for (size_t i = 0; i < query->count; i++) {
		const uint32_t gram = query->grams[i].gram;
		const float common = in_common(index, &query->grams[i]);
		const uint32_t *last = &index->spoken[index->spoken_first[gram + 1]];
		const uint32_t *at =
		        find_least(&index->spoken[index->spoken_first[gram]], last, first);
		for (; at < last && *at < end; at++)
			ranker->shared[*at - first] += common;
	}
}

/* Into ranker->shared, utterance by utterance. */
static void read_shared(struct ranker *ranker, const struct query *query, uint32_t first,
                        uint32_t end)
{
	const struct index *index = ranker->index;
	for (size_t i = 0; i < query->count; i++)
		ranker->in_query[query->grams[i].gram] = in_common(index, &query->grams[i]);
	for (uint32_t u = first; u < end; u++) {
		const struct utterance *utterance = &index->utterances[u];
		const uint32_t *grams = &index->grams[utterance->first];
		for (uint32_t i = 0; i < utterance->count && !utterance->negative; i++)
			ranker->shared[u - first] += ranker->in_query[grams[i]];
	}
	for (size_t i = 0; i < query->count; i++)
		ranker->in_query[query->grams[i].gram] = 0;
}

void rank_nearest(struct ranker *ranker, const struct query *query, uint32_t row,
                  struct nearest *out)
{
	const struct index *index = ranker->index;
	const uint32_t first = index->utterance_first[row], end = index->utterance_first[row + 1];
	if (index_is_talkative(index, row))
		look_up_shared(ranker, query, first, end);
	else
		read_shared(ranker, query, first, end);
	*out = (struct nearest){ 0 };
	for (uint32_t u = first; u < end; u++) {
		const struct utterance *utterance = &index->utterances[u];
		const float similarity =
		        ranker->shared[u - first] / (query->norm * utterance->norm);
		if (similarity > out->similarity)
			*out = (struct nearest){ utterance, similarity };
		ranker->shared[u - first] = 0;
	}
}

static bool has_gram(const struct index *index, uint32_t row, uint32_t gram)
{
	const struct posting *end = first_posting(index, gram + 1);
	const struct posting *posting = advance(first_posting(index, gram), end, row);
	return posting < end && posting->row == row;
}

float rank_known(const struct ranker *ranker, const struct query *query, uint32_t row)
{
	const struct index *index = ranker->index;
	float known = 0, all = 0;
	for (size_t i = 0; i < query->count; i++) {
		const struct query_gram *gram = &query->grams[i];
		const float weight = gram->share * index->gram_weight[gram->gram];
		all += weight;
		known += has_gram(index, row, gram->gram) ? weight : 0;
	}
	return all > 0 ? known / all : 0;
}

float rank_reach(const struct ranker *ranker, const struct query *query, uint32_t row)
{
	const struct index *index = ranker->index;
	float known = 0;
	for (size_t i = 0; i < query->count; i++) {
		const struct query_gram *gram = &query->grams[i];
		const float weight = gram->share * index->gram_weight[gram->gram];
		known += has_gram(index, row, gram->gram) ? weight * weight : 0;
	}
	return sqrtf(known) / query->norm;
}
