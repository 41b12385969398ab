/*
 * How it works. A question's rarest grams find the rows: SQLite FTS5 is asked for all rows that
 * have one of them, until the budget of rows is spent (find_rows()). Of the grams that are too
 * common for that, only the rows are asked for in which they weigh most. What is known of the rows
 * by then is their promise; where that is not all of the question, the most promising rows are
 * scored anew by all grams, from the row's own list of (gram, weight), and the best are kept.
 *
 * The rows of a gram are remembered (row_cache.h), since people ask about the same things: only
 * grams that are not there are asked of FTS5, in one statement. It tells which rows have one of
 * them but not which; the rows' own lists do.
 *
 * The best rows are then told apart by what few of *them* have (contrast()): which of them have a
 * gram is read from the remembered lists, where these are there. The nearest sentence of some rows
 * (rank_nearest()) is found gram by gram for all sentences of the folder at once, or row by row,
 * whichever takes fewer steps.
 */
#include "engine/match/rank.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/match/row_cache.h"
#include "engine/text/tokens.h"

enum {
	SMALL_FOLDER = 2000, /* rows; see budget_for() */
	LARGE_FOLDER = 100000,
	BUDGET_LEAST = 1000,
	BUDGET_MOST = 1500,
	CONTRAST_MOST = 24,
	PROMISING_MOST = 512, /* rows that are scored by all grams */
	COMMON_MOST = 16,     /* grams too common to be read in full that find their best rows */
	MARK_MASK = 8191,     /* grams of a query are told from others by the low bits first */
	/* A row with more grams than so many times the query's is searched, not read through. */
	SEARCHED_FROM = 12,
	LOOK_UP_STEPS = 48,         /* to find a row in a gram's list, where reading on takes one */
	CLEARED_AT_ONCE = 8,        /* utterances, in the time that one step takes */
	SEARCH_STEPS = 8,           /* about what it takes to look a gram up in a row */
	PREFETCHED = 4,             /* rows ahead of the one that is scored */
	CACHED_ROWS_MOST = 1 << 19, /* 4 MiB */
	CACHE_LINE = 64,
};
static const float contrast_share = 0.8F;
static const float points_of_one = 0x1p40F; /* see scale_of() */

_Static_assert(CONTRAST_MOST < UINT8_MAX, "a byte numbers the best rows");
_Static_assert((MARK_MASK & (MARK_MASK + 1)) == 0, "a mask of low bits");

/* What FTS5 has to be asked for. */
struct missing {
	struct query_gram grams[CANDIDATES_GRAMS_MOST];
	size_t count, rows;
	uint32_t *found; /* FTS5's answer */
	size_t found_count;
};

/* A gram of one of the best rows: where it stands in index->row_grams, and which row it is. */
struct pair {
	uint32_t at, best;
};

struct ranker {
	const struct index *index;
	struct candidates *candidates;
	struct row_cache *cache; /* by 2 * gram + table */
	size_t budget;
	uint32_t *found; /* rows of the query at hand */
	size_t found_count;
	bool *is_found;   /* by row */
	int64_t *promise; /* by row, in points; 0 between calls */
	float *sorted;    /* promises, to find the highest of */
	struct missing missing;
	struct bearer **filling;     /* by gram: the next of its list in the cache */
	int64_t *scale;              /* by gram: see scale_of(); 0 between calls */
	uint8_t mark[MARK_MASK + 1]; /* 1 where a gram in question has these low bits */
	uint32_t *hits;              /* of the row at hand; see find_hits() */
	struct pair *pairs;          /* of the best rows; see contrast() */
	uint8_t *place;              /* by row: which of the best it is, plus 1; 0 between calls */
	uint8_t *having; /* by gram: how many of the best rows have it; 0 between calls */
	float *in_query; /* by gram: what it counts in the query at hand; 0 between calls */
	/* By utterance, of the row at hand or of all: what a cosine has in common; 0 between calls.
	 */
	float *shared;
};

static uint32_t most_utterances(const struct index *index)
{
	uint32_t most = 0;
	if (index_has_all_spoken(index))
		return index->utterance_count;
	for (uint32_t row = 0; row < index->row_count; row++) {
		const uint32_t count =
		        index->utterance_first[row + 1] - index->utterance_first[row];
		most = count > most ? count : most;
	}
	return most;
}

static uint32_t longest_row(const struct index *index)
{
	uint32_t longest = 0;
	for (uint32_t row = 0; row < index->row_count; row++) {
		const uint32_t count = index->row_first[row + 1] - index->row_first[row];
		longest = count > longest ? count : longest;
	}
	return longest;
}

/*
 * What a folder of so many rows spends on a question; docs/matching.md has the figures. In a small
 * one every row is scored by every gram: its lists are soon remembered, all of them.
 */
static size_t budget_for(size_t rows)
{
	if (rows <= SMALL_FOLDER)
		return SIZE_MAX;
	if (rows >= LARGE_FOLDER)
		return BUDGET_MOST;
	return BUDGET_LEAST +
	       (BUDGET_MOST - BUDGET_LEAST) * (rows - SMALL_FOLDER) / (LARGE_FOLDER - SMALL_FOLDER);
}

static void *zeroed(size_t count, size_t size, bool *lacks)
{
	void *array = calloc(count, size);
	*lacks = *lacks || !array;
	return array;
}

/* The arrays, all 0. False where memory is short. */
static bool make_arrays(const struct index *index, struct ranker *ranker)
{
	const size_t rows = (size_t)index->row_count + 1;
	const size_t grams = (size_t)vocabulary_count(index->vocabulary) + 1;
	const size_t longest = longest_row(index);
	bool lacks = false;
	ranker->found = zeroed(rows, sizeof(*ranker->found), &lacks);
	ranker->is_found = zeroed(rows, sizeof(*ranker->is_found), &lacks);
	ranker->promise = zeroed(rows, sizeof(*ranker->promise), &lacks);
	ranker->sorted = zeroed(rows, sizeof(*ranker->sorted), &lacks);
	ranker->missing.found = zeroed(rows, sizeof(*ranker->missing.found), &lacks);
	ranker->filling = zeroed(grams, sizeof(*ranker->filling), &lacks);
	ranker->scale = zeroed(grams, sizeof(*ranker->scale), &lacks);
	ranker->hits = zeroed(longest + 1, sizeof(*ranker->hits), &lacks);
	ranker->pairs = zeroed(CONTRAST_MOST * longest + 1, sizeof(*ranker->pairs), &lacks);
	ranker->place = zeroed(rows, sizeof(*ranker->place), &lacks);
	ranker->having = zeroed(grams, sizeof(*ranker->having), &lacks);
	ranker->in_query = zeroed(grams, sizeof(*ranker->in_query), &lacks);
	ranker->shared =
	        zeroed((size_t)most_utterances(index) + 1, sizeof(*ranker->shared), &lacks);
	return !lacks;
}

enum status ranker_create(const struct index *index, size_t budget, struct ranker **out)
{
	struct ranker *ranker = calloc(1, sizeof(*ranker));
	*out = ranker;
	if (!ranker)
		return STATUS_NO_MEMORY;
	const size_t grams = (size_t)vocabulary_count(index->vocabulary) + 1;
	const size_t pairs = 2 * ((size_t)index->row_first[index->row_count] + grams);
	ranker->index = index;
	ranker->budget = budget ? budget : budget_for(index->row_count);
	enum status status = make_arrays(index, ranker) ? STATUS_OK : STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = row_cache_create(2 * grams,
		                          pairs < CACHED_ROWS_MOST ? pairs : CACHED_ROWS_MOST,
		                          &ranker->cache);
	if (status == STATUS_OK)
		status = candidates_open(index->candidates, index->candidates_size,
		                         &ranker->candidates);
	if (status != STATUS_OK) {
		ranker_destroy(ranker);
		*out = NULL;
	}
	return status;
}

void ranker_destroy(struct ranker *ranker)
{
	if (!ranker)
		return;
	candidates_close(ranker->candidates);
	row_cache_destroy(ranker->cache);
	free(ranker->found);
	free(ranker->is_found);
	free(ranker->promise);
	free(ranker->sorted);
	free(ranker->missing.found);
	free(ranker->filling);
	free(ranker->scale);
	free(ranker->hits);
	free(ranker->pairs);
	free(ranker->place);
	free(ranker->having);
	free(ranker->in_query);
	free(ranker->shared);
	free(ranker);
}

/* --- the grams of a row --- */

/*
 * First number in [first, end), which rises, that is at least `least`. Without a branch: which half
 * it is in cannot be foretold.
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

/*
 * Points of one unit of the gram's weight in a row (index.h). Weights are added up as whole
 * numbers, of which 2^40 are a weight of 1: the rows of grams that are remembered are counted
 * first, and a sum of floats would hang on that, so that a ranker which was asked more would answer
 * otherwise in the last digit.
 */
static inline int64_t scale_of(const struct index *index, uint32_t gram, float share)
{
	return (int64_t)(share * index->weight_unit[gram] * points_of_one);
}

static inline float weight_of(int64_t points)
{
	return (float)points * (1 / points_of_one);
}

/* The grams that are looked for in rows from now on. */
static void set_grams(struct ranker *ranker, const struct query_gram *grams, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		ranker->scale[grams[i].gram] =
		        scale_of(ranker->index, grams[i].gram, grams[i].share);
		ranker->mark[grams[i].gram & MARK_MASK] = 1;
	}
}

static void unset_grams(struct ranker *ranker, const struct query_gram *grams, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		ranker->scale[grams[i].gram] = 0;
		ranker->mark[grams[i].gram & MARK_MASK] = 0;
	}
}

/*
 * Where the grams stand in the row's list, into ranker->hits. Some others may be among them, whose
 * scale is 0. Returns how many.
 */
static size_t find_hits(struct ranker *ranker, const struct query_gram *grams, size_t count,
                        uint32_t row)
{
	const uint32_t *const list = ranker->index->row_grams;
	const uint32_t first = ranker->index->row_first[row];
	const uint32_t end = ranker->index->row_first[row + 1];
	const uint8_t *const mark = ranker->mark;
	uint32_t *const hits = ranker->hits;
	size_t found = 0;
	if (end - first > count * SEARCHED_FROM) {
		for (size_t i = 0; i < count; i++) {
			const uint32_t *at = find_least(list + first, list + end, grams[i].gram);
			if (at < list + end && *at == grams[i].gram)
				hits[found++] = (uint32_t)(at - list);
		}
		return found;
	}
	for (uint32_t at = first; at < end; at++) {
		hits[found] = at;
		found += mark[list[at] & MARK_MASK];
	}
	return found;
}

/* The lists of rows that come soon are fetched while the one at hand is read. */
static void prefetch(const struct ranker *ranker, const uint32_t *rows, size_t count, size_t i)
{
	const struct index *index = ranker->index;
	if (i >= count)
		return;
	const char *first = (const char *)&index->row_grams[index->row_first[rows[i]]];
	const char *end = (const char *)&index->row_grams[index->row_first[rows[i] + 1]];
	for (; first < end; first += CACHE_LINE)
		__builtin_prefetch(first);
}

/* --- finding rows --- */

static void clear_found(struct ranker *ranker)
{
	for (size_t i = 0; i < ranker->found_count; i++) {
		ranker->is_found[ranker->found[i]] = false;
		ranker->promise[ranker->found[i]] = 0;
	}
	ranker->found_count = 0;
}

static void add_found(struct ranker *ranker, uint32_t row, int64_t points)
{
	ranker->found[ranker->found_count] = row;
	ranker->found_count += !ranker->is_found[row];
	ranker->is_found[row] = true;
	ranker->promise[row] += points;
}

static uint32_t cache_key(uint32_t gram, enum candidates_table table)
{
	return 2 * gram + (uint32_t)table;
}

static bool find_in_cache(struct ranker *ranker, const struct query_gram *gram,
                          enum candidates_table table)
{
	size_t count = 0;
	const struct bearer *bearers =
	        row_cache_get(ranker->cache, cache_key(gram->gram, table), &count);
	const int16_t *const weights = ranker->index->weights;
	const int64_t scale = scale_of(ranker->index, gram->gram, gram->share);
	for (size_t i = 0; i < count; i++)
		add_found(ranker, bearers[i].row, scale * weights[bearers[i].at]);
	return bearers != NULL;
}

static void take_row_found(void *context, uint32_t row)
{
	struct ranker *ranker = context;
	struct missing *missing = &ranker->missing;
	if (missing->found_count < ranker->index->row_count && row < ranker->index->row_count)
		missing->found[missing->found_count++] = row;
}

/* Reserves room in the cache for the lists of the missing grams. */
static void begin_filling(struct ranker *ranker, enum candidates_table table)
{
	struct missing *missing = &ranker->missing;
	if (!row_cache_make_room(ranker->cache, missing->count, missing->rows))
		return;
	for (size_t i = 0; i < missing->count; i++) {
		const struct query_gram *gram = &missing->grams[i];
		const size_t rows = table == CANDIDATES_WORDS ? gram->rows : BEST_MOST;
		ranker->filling[gram->gram] =
		        row_cache_put(ranker->cache, cache_key(gram->gram, table), rows);
	}
}

/* Drops an incomplete list, which only damaged tables give. */
static void end_filling(struct ranker *ranker, enum candidates_table table)
{
	struct missing *missing = &ranker->missing;
	bool whole = true;
	for (size_t i = 0; i < missing->count; i++) {
		const uint32_t gram = missing->grams[i].gram;
		size_t count = 0;
		const struct bearer *list =
		        row_cache_get(ranker->cache, cache_key(gram, table), &count);
		whole = whole && (!list || ranker->filling[gram] == list + count);
		ranker->filling[gram] = NULL;
	}
	if (!whole)
		row_cache_forget(ranker->cache);
}

/* Finds which of the missing grams each row has that FTS5 returned. */
static void read_found(struct ranker *ranker)
{
	const struct index *index = ranker->index;
	struct missing *missing = &ranker->missing;
	set_grams(ranker, missing->grams, missing->count);
	for (size_t i = 0; i < missing->found_count; i++) {
		const uint32_t row = missing->found[i];
		prefetch(ranker, missing->found, missing->found_count, i + PREFETCHED);
		const size_t hits = find_hits(ranker, missing->grams, missing->count, row);
		int64_t sum = 0;
		for (size_t h = 0; h < hits; h++) {
			const uint32_t at = ranker->hits[h], gram = index->row_grams[at];
			sum += ranker->scale[gram] * index->weights[at];
			if (ranker->filling[gram])
				*ranker->filling[gram]++ = (struct bearer){ row, at };
		}
		add_found(ranker, row, sum);
	}
	unset_grams(ranker, missing->grams, missing->count);
}

/* Asks FTS5 for what the cache lacks, in one statement. */
static enum status find_missing(struct ranker *ranker, enum candidates_table table)
{
	struct missing *missing = &ranker->missing;
	uint64_t keys[CANDIDATES_GRAMS_MOST];
	enum status status = STATUS_OK;
	for (size_t i = 0; i < missing->count; i++)
		keys[i] = vocabulary_key(ranker->index->vocabulary, missing->grams[i].gram);
	missing->found_count = 0;
	if (missing->count > 0)
		status = candidates_find(ranker->candidates, table, keys, missing->count,
		                         take_row_found, ranker);
	if (status == STATUS_OK && missing->count > 0) {
		begin_filling(ranker, table);
		read_found(ranker);
		end_filling(ranker, table);
	}
	missing->count = 0;
	missing->rows = 0;
	return status;
}

static void set_missing(struct ranker *ranker, const struct query_gram *gram, size_t rows)
{
	struct missing *missing = &ranker->missing;
	assert(missing->count < CANDIDATES_GRAMS_MOST);
	missing->grams[missing->count++] = *gram;
	missing->rows += rows;
}

/*
 * Finds all rows of the rarest grams until the budget is spent; *in_full is their number. For some
 * more grams, finds only the best rows, gram by gram: a row with two common grams may be among the
 * best rows of one only.
 */
static enum status find_rows(struct ranker *ranker, const struct query *query, size_t *in_full)
{
	enum status status = STATUS_OK;
	size_t spent = 0, at = 0;
	for (; at < query->count && query->grams[at].rows <= ranker->budget - spent &&
	       status == STATUS_OK;
	     at++) {
		const struct query_gram *gram = &query->grams[at];
		spent += gram->rows;
		if (find_in_cache(ranker, gram, CANDIDATES_WORDS))
			continue;
		if (ranker->missing.count == CANDIDATES_GRAMS_MOST)
			status = find_missing(ranker, CANDIDATES_WORDS);
		if (status == STATUS_OK)
			set_missing(ranker, gram, gram->rows);
	}
	*in_full = at;
	if (status == STATUS_OK)
		status = find_missing(ranker, CANDIDATES_WORDS);
	for (size_t common = 0; at < query->count && common < COMMON_MOST && status == STATUS_OK;
	     at++, common++) {
		const struct query_gram *gram = &query->grams[at];
		const bool has_best = gram->rows > BEST_MOST;
		const enum candidates_table table = has_best ? CANDIDATES_BEST : CANDIDATES_WORDS;
		if (find_in_cache(ranker, gram, table))
			continue;
		set_missing(ranker, gram, has_best ? BEST_MOST : gram->rows);
		status = find_missing(ranker, table);
	}
	return status;
}

/* --- ranking them --- */

/* The `nth` highest of the numbers, from 0, by Hoare's selection; changes their order. */
static float find_nth(float *numbers, size_t count, size_t nth)
{
	size_t low = 0, high = count - 1;
	while (low < high) {
		const float pivot = numbers[low + (high - low) / 2];
		size_t i = low, j = high;
		for (;;) {
			while (numbers[i] > pivot)
				i++;
			while (numbers[j] < pivot)
				j--;
			if (i >= j)
				break;
			const float moved = numbers[i];
			numbers[i++] = numbers[j];
			numbers[j--] = moved;
		}
		if (nth <= j)
			high = j;
		else
			low = j + 1;
	}
	return numbers[nth];
}

/* Moves the most promising rows to the start of ranker->found, in their order. */
static size_t keep_promising(struct ranker *ranker)
{
	const size_t count = ranker->found_count;
	uint32_t *found = ranker->found;
	if (count <= PROMISING_MOST)
		return count;
	for (size_t i = 0; i < count; i++)
		ranker->sorted[i] = weight_of(ranker->promise[found[i]]);
	const float least = find_nth(ranker->sorted, count, PROMISING_MOST - 1);
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		const uint32_t row = found[i];
		if (weight_of(ranker->promise[row]) < least)
			continue;
		found[i] = found[kept]; /* the others stay behind them, to be cleared as well */
		found[kept++] = row;
	}
	assert(kept >= PROMISING_MOST);
	return kept;
}

static bool goes_before(const struct ranked *a, const struct ranked *b)
{
	return a->score != b->score ? a->score > b->score : a->row < b->row;
}

/*
 * Keeps the best `most` in order by insertion. Once `most` are kept, nearly every row fails the
 * first comparison.
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

/* Scores a row by all grams of the query, which ranker->share holds. */
static float score_row(struct ranker *ranker, const struct query *query, uint32_t row)
{
	const struct index *index = ranker->index;
	const size_t hits = find_hits(ranker, query->grams, query->count, row);
	int64_t sum = 0;
	for (size_t h = 0; h < hits; h++) {
		const uint32_t at = ranker->hits[h];
		sum += ranker->scale[index->row_grams[at]] * index->weights[at];
	}
	return weight_of(sum);
}

/* Finds which of the best rows have which grams, from the cached lists of rows. */
static size_t pair_by_lists(struct ranker *ranker, const struct query *query,
                            const struct ranked *best, size_t count)
{
	size_t pairs = 0;
	for (size_t r = 0; r < count; r++)
		ranker->place[best[r].row] = (uint8_t)(r + 1);
	for (size_t i = 0; i < query->count; i++) {
		size_t listed = 0;
		const uint32_t key = cache_key(query->grams[i].gram, CANDIDATES_WORDS);
		const struct bearer *list = row_cache_get(ranker->cache, key, &listed);
		for (size_t k = 0; k < listed; k++) {
			const uint8_t place = ranker->place[list[k].row];
			ranker->pairs[pairs] = (struct pair){ list[k].at, place - 1U };
			pairs += place > 0;
		}
	}
	for (size_t r = 0; r < count; r++)
		ranker->place[best[r].row] = 0;
	return pairs;
}

/* The same from the rows' own lists of grams. */
static size_t pair_by_rows(struct ranker *ranker, const struct query *query,
                           const struct ranked *best, size_t count)
{
	size_t pairs = 0;
	for (uint32_t r = 0; r < count; r++) {
		const size_t hits = find_hits(ranker, query->grams, query->count, best[r].row);
		for (size_t h = 0; h < hits; h++)
			ranker->pairs[pairs++] = (struct pair){ ranker->hits[h], r };
	}
	return pairs;
}

/* Whether all lists are cached and cheaper to read than the lists of the rows. */
static bool has_lists(const struct ranker *ranker, const struct query *query, size_t count)
{
	size_t all = 0;
	for (size_t i = 0; i < query->count; i++) {
		size_t listed;
		const uint32_t key = cache_key(query->grams[i].gram, CANDIDATES_WORDS);
		if (!row_cache_get(ranker->cache, key, &listed))
			return false;
		all += listed;
	}
	return all <= count * query->count * SEARCH_STEPS;
}

/*
 * Reranks the best rows. A gram that few of *them* have tells them apart, however common it is
 * elsewhere: its weight counts once more, scaled by its rarity among these rows. Leaves the grams
 * set to these weights.
 */
static void contrast(struct ranker *ranker, const struct query *query, struct ranked *best,
                     size_t count)
{
	const struct index *index = ranker->index;
	struct ranked sorted[CONTRAST_MOST];
	float rarity[CONTRAST_MOST + 1];
	int64_t sums[CONTRAST_MOST] = { 0 };
	size_t sorted_count = 0;
	assert(count <= CONTRAST_MOST);
	for (size_t having = 1; having <= count; having++)
		rarity[having] =
		        logf(1.0F + ((float)(count - having) + 0.5F) / ((float)having + 0.5F));
	const size_t pairs = has_lists(ranker, query, count)
	                             ? pair_by_lists(ranker, query, best, count)
	                             : pair_by_rows(ranker, query, best, count);
	for (size_t i = 0; i < pairs; i++)
		ranker->having[index->row_grams[ranker->pairs[i].at]]++;
	for (size_t i = 0; i < query->count; i++) {
		const uint32_t gram = query->grams[i].gram;
		const uint8_t having = ranker->having[gram];
		const bool tells = having > 0 && having < count && index->gram_weight[gram] > 0;
		const float again =
		        tells ? rarity[having] * query->grams[i].share *
		                        gram_kind_weight(vocabulary_key(index->vocabulary, gram)) /
		                        index->gram_weight[gram]
		              : 0;
		ranker->scale[gram] = scale_of(index, gram, again);
	}
	for (size_t i = 0; i < pairs; i++) {
		const struct pair *pair = &ranker->pairs[i];
		const uint32_t gram = index->row_grams[pair->at];
		sums[pair->best] += ranker->scale[gram] * index->weights[pair->at];
		ranker->having[gram] = 0;
	}
	for (size_t r = 0; r < count; r++) {
		best[r].score += contrast_share * weight_of(sums[r]) / query->norm;
		keep_best(sorted, count, &sorted_count, best[r]);
	}
	memcpy(best, sorted, count * sizeof(*best));
}

enum status rank_rows(struct ranker *ranker, const struct query *query, struct ranked *out,
                      size_t most, size_t *count)
{
	size_t in_full;
	assert(most > 0);
	*count = 0;
	clear_found(ranker);
	const enum status status = find_rows(ranker, query, &in_full);
	if (status != STATUS_OK)
		return status;
	const bool known = in_full == query->count; /* the promise is the full score already */
	const size_t rows = known ? ranker->found_count : keep_promising(ranker);
	set_grams(ranker, query->grams, query->count);
	for (size_t i = 0; i < rows; i++) {
		const uint32_t row = ranker->found[i];
		if (!known)
			prefetch(ranker, ranker->found, rows, i + PREFETCHED);
		const float score =
		        known ? weight_of(ranker->promise[row]) : score_row(ranker, query, row);
		keep_best(out, most, count, (struct ranked){ row, score });
	}
	for (size_t i = 0; i < *count; i++)
		out[i].score /= query->norm;
	if (*count > 1 && *count <= CONTRAST_MOST)
		contrast(ranker, query, out, *count);
	unset_grams(ranker, query->grams, query->count);
	return STATUS_OK;
}

/* --- sentences of a row --- */

/* What a shared gram adds to the dot product of two texts. */
static float in_common(const struct index *index, const struct query_gram *gram)
{
	const float weight = index->gram_weight[gram->gram];
	return gram->share * weight * weight;
}

/* Fills ranker->shared gram by gram, from the utterances of each. */
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

/* The same utterance by utterance, with the grams of ranker->in_query. */
static void read_shared(const struct ranker *ranker, uint32_t first, uint32_t end, float *shared)
{
	const struct index *index = ranker->index;
	for (uint32_t u = first; u < end; u++) {
		const struct utterance *utterance = &index->utterances[u];
		const uint32_t *grams = &index->grams[utterance->first];
		float sum = 0;
		for (uint32_t i = 0; i < utterance->count && !utterance->negative; i++)
			sum += ranker->in_query[grams[i]];
		shared[u - first] = sum;
	}
}

/* Fills ranker->shared for all utterances of the folder at once. */
static void spread_shared(struct ranker *ranker, const struct query *query)
{
	const struct index *index = ranker->index;
	for (size_t i = 0; i < query->count; i++) {
		const uint32_t gram = query->grams[i].gram;
		const float common = in_common(index, &query->grams[i]);
		const uint32_t end = index->spoken_first[gram + 1];
		for (uint32_t at = index->spoken_first[gram]; at < end; at++)
			ranker->shared[index->spoken[at]] += common;
	}
}

/* The number of grams in all utterances of the row. */
static size_t utterance_grams(const struct index *index, uint32_t row)
{
	const uint32_t first = index->utterance_first[row], end = index->utterance_first[row + 1];
	if (first == end)
		return 0;
	const struct utterance *last = &index->utterances[end - 1];
	return last->first + last->count - index->utterances[first].first;
}

/* Whether spread_shared() takes fewer steps than one row after the other. */
static bool is_spread_better(const struct index *index, const struct query *query,
                             const uint32_t *rows, size_t count)
{
	size_t by_rows = 0, at_once = index->utterance_count / CLEARED_AT_ONCE;
	if (!index_has_all_spoken(index))
		return false;
	for (size_t i = 0; i < query->count; i++) {
		const uint32_t *first = &index->spoken_first[query->grams[i].gram];
		at_once += first[1] - first[0];
	}
	for (size_t i = 0; i < count; i++)
		by_rows += index_is_talkative(index, rows[i]) ? query->count * LOOK_UP_STEPS
		                                              : utterance_grams(index, rows[i]);
	return at_once < by_rows;
}

/* Takes the nearest utterance of the row, and clears what was shared. */
static struct nearest take_nearest(const struct index *index, const struct query *query,
                                   uint32_t row, float *shared)
{
	const uint32_t first = index->utterance_first[row], end = index->utterance_first[row + 1];
	struct nearest nearest = { .utterance = NULL };
	for (uint32_t u = first; u < end; u++) {
		const struct utterance *utterance = &index->utterances[u];
		const float similarity = shared[u - first] / (query->norm * utterance->norm);
		if (similarity > nearest.similarity)
			nearest = (struct nearest){ utterance, NULL, similarity };
		shared[u - first] = 0;
	}
	if (nearest.utterance)
		nearest.text = index_text(index, (uint32_t)(nearest.utterance - index->utterances));
	return nearest;
}

void rank_nearest(struct ranker *ranker, const struct query *query, const uint32_t *rows,
                  size_t count, struct nearest *out)
{
	const struct index *index = ranker->index;
	const bool spread = is_spread_better(index, query, rows, count);
	if (spread)
		spread_shared(ranker, query);
	for (size_t i = 0; i < query->count && !spread; i++)
		ranker->in_query[query->grams[i].gram] = in_common(index, &query->grams[i]);
	for (size_t i = 0; i < count; i++) {
		const uint32_t first = index->utterance_first[rows[i]];
		const uint32_t end = index->utterance_first[rows[i] + 1];
		float *shared = spread ? ranker->shared + first : ranker->shared;
		if (!spread && index_is_talkative(index, rows[i]))
			look_up_shared(ranker, query, first, end);
		else if (!spread)
			read_shared(ranker, first, end, shared);
		out[i] = take_nearest(index, query, rows[i], shared);
	}
	for (size_t i = 0; i < query->count; i++)
		ranker->in_query[query->grams[i].gram] = 0;
	if (spread)
		memset(ranker->shared, 0, index->utterance_count * sizeof(*ranker->shared));
}

/* Notes in ranker->having which grams of the query the row has. Returns how many hits that takes.
 */
static size_t note_row(struct ranker *ranker, const struct query *query, uint32_t row)
{
	for (size_t i = 0; i < query->count; i++)
		ranker->mark[query->grams[i].gram & MARK_MASK] = 1;
	const size_t hits = find_hits(ranker, query->grams, query->count, row);
	for (size_t h = 0; h < hits; h++)
		ranker->having[ranker->index->row_grams[ranker->hits[h]]] = 1;
	for (size_t i = 0; i < query->count; i++)
		ranker->mark[query->grams[i].gram & MARK_MASK] = 0;
	return hits;
}

static void forget_row(struct ranker *ranker, size_t hits)
{
	for (size_t h = 0; h < hits; h++)
		ranker->having[ranker->index->row_grams[ranker->hits[h]]] = 0;
}

float rank_known(struct ranker *ranker, const struct query *query, uint32_t row)
{
	const struct index *index = ranker->index;
	const size_t hits = note_row(ranker, query, row);
	float known = 0, all = 0;
	for (size_t i = 0; i < query->count; i++) {
		const struct query_gram *gram = &query->grams[i];
		const float weight = gram->share * index->gram_weight[gram->gram];
		all += weight;
		known += ranker->having[gram->gram] ? weight : 0;
	}
	forget_row(ranker, hits);
	return all > 0 ? known / all : 0;
}

float rank_subject(struct ranker *ranker, const struct query *query, uint32_t row)
{
	const struct index *index = ranker->index;
	const size_t hits = note_row(ranker, query, row);
	float known = 0;
	for (size_t i = 0; i < query->count; i++) {
		const struct query_gram *gram = &query->grams[i];
		if (gram->subject && ranker->having[gram->gram])
			known += gram->share * index->gram_weight[gram->gram];
	}
	forget_row(ranker, hits);
	return query->subject > 0 ? known / query->subject : 1;
}

float rank_reach(struct ranker *ranker, const struct query *query, uint32_t row)
{
	const struct index *index = ranker->index;
	const size_t hits = note_row(ranker, query, row);
	float known = 0;
	for (size_t i = 0; i < query->count; i++) {
		const struct query_gram *gram = &query->grams[i];
		const float weight = gram->share * index->gram_weight[gram->gram];
		known += ranker->having[gram->gram] ? weight * weight : 0;
	}
	forget_row(ranker, hits);
	return sqrtf(known) / query->norm;
}

static bool has_gram(const struct index *index, uint32_t row, uint32_t gram)
{
	const uint32_t *end = &index->row_grams[index->row_first[row + 1]];
	const uint32_t *at = find_least(&index->row_grams[index->row_first[row]], end, gram);
	return at < end && *at == gram;
}

bool rank_has_pair(const struct ranker *ranker, uint32_t row, uint32_t first, uint32_t second)
{
	const struct index *index = ranker->index;
	const uint32_t gram = vocabulary_find(index->vocabulary, token_key_bigram(first, second));
	return gram != GRAM_NONE && has_gram(index, row, gram);
}

bool rank_has_word(const struct ranker *ranker, const struct query *query, uint32_t row)
{
	const struct index *index = ranker->index;
	bool has = false;
	for (size_t i = 0; i < query->count && !has; i++) {
		const uint32_t gram = query->grams[i].gram;
		has = token_key_kind(vocabulary_key(index->vocabulary, gram)) == TOKEN_LATIN &&
		      has_gram(index, row, gram);
	}
	return has;
}

bool rank_has_character(const struct ranker *ranker, uint32_t row, uint32_t point)
{
	const struct index *index = ranker->index;
	const uint32_t gram = vocabulary_find(index->vocabulary, token_key_unigram(point));
	return gram != GRAM_NONE && has_gram(index, row, gram);
}

bool rank_knows_beyond(const struct ranker *ranker, const struct query *query, uint32_t row,
                       uint32_t other)
{
	const struct index *index = ranker->index;
	for (size_t i = 0; i < query->count; i++)
		if (query->grams[i].subject && has_gram(index, row, query->grams[i].gram) &&
		    !has_gram(index, other, query->grams[i].gram))
			return true;
	return false;
}
