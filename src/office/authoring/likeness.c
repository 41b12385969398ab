/*
 * How it works: every text becomes a set of grams, each a dense number in a common dictionary and
 * weighted by how few texts have it. The texts are taken in their order. Each is compared with the
 * leaders so far that share a gram which is not everybody's (lists by gram), joins the likest one
 * if that is like enough, and is a leader itself otherwise.
 *
 * Like enough is by the cosine of the roots of the weights (squared rarities would make the one
 * pair that only this text has count for more than all the others), or by how much of the shorter
 * one stands in the longer: people write the same popup with and without a story around it.
 */
#include "office/authoring/likeness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/text/tokens.h"

enum {
	GRAMS_MOST = 256,    /* of a text */
	CONTAINED_LEAST = 7, /* grams: four characters and their pairs */
	TEXT_CEILING = 16 << 20,
};

#define NOBODY UINT32_MAX

static const double like_enough = 0.5, contained_enough = 0.75, unigram_weight = 0.3;
/* A gram of more than that share of the texts finds nobody, but counts. */
static const double common_share = 0.25;
static const size_t common_least = 50;

struct item {
	uint32_t *grams; /* numbers, distinct */
	size_t count;
	double norm; /* sum of the weights */
};

struct posting {
	uint32_t leader, next;
};

struct grouping {
	struct arena *arena, *scratch;
	const struct normaliser *normaliser;
	struct item *items;
	uint64_t *keys; /* of the dictionary, sorted */
	size_t key_count;
	float *weights;
	uint32_t *rows;  /* texts with the gram */
	uint32_t *first; /* posting of each gram, or NOBODY */
	struct posting *postings;
	size_t posting_count;
	double *shared; /* with each text, while one is compared */
	uint32_t *touched;
};

static int by_key(const void *a, const void *b)
{
	const uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;

	return (one > other) - (one < other);
}

static size_t drop_doubles(uint64_t *keys, size_t count)
{
	size_t kept = 0;

	qsort(keys, count, sizeof(*keys), by_key);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || keys[i] != keys[i - 1])
			keys[kept++] = keys[i];
	return kept;
}

/* The text's keys, distinct and sorted; in the arena. */
static enum status read_keys(struct grouping *grouping, struct span text, uint64_t **out,
                             size_t *count)
{
	struct token_list tokens;
	struct text normal;
	enum status status;

	arena_reset(grouping->scratch);
	status = normalise(grouping->normaliser, text, grouping->scratch, &normal);
	if (status == STATUS_OK)
		status = tokens_of(normal.points, normal.count, NULL, grouping->scratch, &tokens);
	if (status != STATUS_OK)
		return status;
	*count = tokens.count < GRAMS_MOST ? tokens.count : GRAMS_MOST;
	*out = arena_array(grouping->arena, *count + 1, sizeof(**out));
	if (!*out)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < *count; i++)
		(*out)[i] = tokens.items[i].key;
	*count = drop_doubles(*out, *count);
	return STATUS_OK;
}

static uint32_t number_of(const struct grouping *grouping, uint64_t key)
{
	const uint64_t *found =
	        bsearch(&key, grouping->keys, grouping->key_count, sizeof(key), by_key);

	return found ? (uint32_t)(found - grouping->keys) : NOBODY;
}

static enum status make_dictionary(struct grouping *grouping, uint64_t *const *keys,
                                   const size_t *counts, size_t texts)
{
	size_t all = 0;

	for (size_t i = 0; i < texts; i++)
		all += counts[i];
	grouping->keys = arena_array(grouping->arena, all + 1, sizeof(*grouping->keys));
	if (!grouping->keys)
		return STATUS_NO_MEMORY;
	for (size_t i = 0, at = 0; i < texts; at += counts[i++])
		if (counts[i] > 0)
			memcpy(grouping->keys + at, keys[i], counts[i] * sizeof(**keys));
	grouping->key_count = drop_doubles(grouping->keys, all);
	grouping->weights =
	        arena_array(grouping->arena, grouping->key_count + 1, sizeof(*grouping->weights));
	grouping->rows =
	        arena_array(grouping->arena, grouping->key_count + 1, sizeof(*grouping->rows));
	grouping->first =
	        arena_array(grouping->arena, grouping->key_count + 1, sizeof(*grouping->first));
	grouping->postings = arena_array(grouping->arena, all + 1, sizeof(*grouping->postings));
	return grouping->weights && grouping->rows && grouping->first && grouping->postings
	               ? STATUS_OK
	               : STATUS_NO_MEMORY;
}

static enum status fill_items(struct grouping *grouping, uint64_t *const *keys,
                              const size_t *counts, size_t texts)
{
	for (size_t i = 0; i < texts; i++) {
		struct item *item = &grouping->items[i];

		item->grams = arena_array(grouping->arena, counts[i] + 1, sizeof(*item->grams));
		if (!item->grams)
			return STATUS_NO_MEMORY;
		for (size_t k = 0; k < counts[i]; k++) {
			item->grams[k] = number_of(grouping, keys[i][k]);
			grouping->rows[item->grams[k]]++;
		}
		item->count = counts[i];
	}
	for (size_t g = 0; g < grouping->key_count; g++) {
		const double rarity = log(1 + (double)texts / grouping->rows[g]);

		grouping->first[g] = NOBODY;
		grouping->weights[g] = (float)(token_key_kind(grouping->keys[g]) == TOKEN_UNIGRAM
		                                       ? unigram_weight * rarity
		                                       : rarity);
	}
	for (size_t i = 0; i < texts; i++)
		for (size_t k = 0; k < grouping->items[i].count; k++)
			grouping->items[i].norm +=
			        (double)grouping->weights[grouping->items[i].grams[k]];
	return STATUS_OK;
}

static enum status read_texts(struct grouping *grouping, const struct span *texts, size_t count)
{
	uint64_t **keys = arena_array(grouping->arena, count + 1, sizeof(*keys));
	size_t *counts = arena_array(grouping->arena, count + 1, sizeof(*counts));
	enum status status = keys && counts ? STATUS_OK : STATUS_NO_MEMORY;

	for (size_t i = 0; status == STATUS_OK && i < count; i++)
		status = read_keys(grouping, texts[i], &keys[i], &counts[i]);
	if (status == STATUS_OK)
		status = make_dictionary(grouping, keys, counts, count);
	return status == STATUS_OK ? fill_items(grouping, keys, counts, count) : status;
}

static bool finds(const struct grouping *grouping, uint32_t gram, size_t texts)
{
	const size_t rows = grouping->rows[gram];

	return rows <= common_least || (double)rows <= common_share * (double)texts;
}

/* A word or two stand in everything. */
static bool is_like(const struct item *one, const struct item *other, double shared, double like)
{
	const struct item *shorter = one->norm < other->norm ? one : other;

	return like >= like_enough ||
	       (shorter->count >= CONTAINED_LEAST && shared >= contained_enough * shorter->norm);
}

/* The likest leader; NOBODY where none is like enough. */
static uint32_t find_leader(struct grouping *grouping, size_t at, size_t texts)
{
	const struct item *item = &grouping->items[at];
	uint32_t best = NOBODY;
	size_t touched = 0;
	double most = 0;

	for (size_t k = 0; k < item->count; k++) {
		const uint32_t gram = item->grams[k];
		const double weight = (double)grouping->weights[gram];

		for (uint32_t p = grouping->first[gram]; p != NOBODY;
		     p = grouping->postings[p].next) {
			const uint32_t leader = grouping->postings[p].leader;

			if (grouping->shared[leader] <= 0) {
				/* Who shares only what everybody has is no candidate. */
				if (!finds(grouping, gram, texts))
					continue;
				grouping->touched[touched++] = leader;
			}
			grouping->shared[leader] += weight;
		}
	}
	for (size_t t = 0; t < touched; t++) {
		const size_t leader = grouping->touched[t];
		const double shared = grouping->shared[leader];
		const double like = shared / sqrt(item->norm * grouping->items[leader].norm);

		grouping->shared[leader] = 0;
		if (like <= most || !is_like(item, &grouping->items[leader], shared, like))
			continue;
		most = like;
		best = (uint32_t)leader;
	}
	return best;
}

static void lead(struct grouping *grouping, size_t at)
{
	const struct item *item = &grouping->items[at];

	for (size_t k = 0; k < item->count; k++) {
		const uint32_t gram = item->grams[k];
		struct posting *posting = &grouping->postings[grouping->posting_count];

		*posting = (struct posting){ (uint32_t)at, grouping->first[gram] };
		grouping->first[gram] = (uint32_t)grouping->posting_count++;
	}
}

enum status likeness_group(const struct span *texts, size_t count,
                           const struct normaliser *normaliser, struct arena *arena,
                           uint32_t *groups)
{
	struct grouping grouping = { .arena = arena, .normaliser = normaliser };
	enum status status = arena_create(&grouping.scratch, TEXT_CEILING);

	grouping.items = arena_array(arena, count + 1, sizeof(*grouping.items));
	grouping.shared = arena_array(arena, count + 1, sizeof(*grouping.shared));
	grouping.touched = arena_array(arena, count + 1, sizeof(*grouping.touched));
	if (!grouping.items || !grouping.shared || !grouping.touched)
		status = STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = read_texts(&grouping, texts, count);
	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		groups[i] = find_leader(&grouping, i, count);
		if (groups[i] != NOBODY)
			continue;
		groups[i] = (uint32_t)i;
		lead(&grouping, i);
	}
	arena_destroy(grouping.scratch);
	return status;
}
