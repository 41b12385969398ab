/*
 * How it works: every text becomes a set of grams, each a number in a common dictionary, the rarest
 * first, and weighted by how few texts have it. The texts are taken in their order. Each is
 * compared with the leaders so far that may be like it, joins the likest one if that is like
 * enough, and is a leader itself otherwise.
 *
 * Like enough is by the cosine of the roots of the weights (squared rarities would make the one
 * pair that only this text has count for more than all the others), or by how much of the shorter
 * one stands in the longer: people write the same popup with and without a story around it.
 *
 * Either way two that are alike share at least half the weight of the lighter one. So they share
 * one of its head: its rarest grams, of more than half its weight. Leaders are found by gram in two
 * lists: by the core of the text (its head and some more, so that little weight is left) among all
 * grams of leaders, and by the rest of it among the heads of leaders. That leaves out the long
 * lists of grams that most texts have. Whom the core and all of the rest would not make like is
 * dropped before the two are compared gram by gram.
 */
#include "office/authoring/likeness.h"

#include <assert.h>
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
/* Of the lighter one's weight, what two that are alike share at least; less what adding rounds. */
static const double shared_least = 0.4999;
/* Of a text's weight, what is not in its core. */
static const double rest_most = 0.25;
/* A gram of more than that share of the texts finds nobody, but counts. */
static const double common_share = 0.25;
static const size_t common_least = 50;

struct item {
	uint32_t *grams; /* numbers, distinct, the rarest first */
	size_t count, head, core;
	double norm, rest; /* sums of the weights: of all, of what is not in the core */
};

struct posting {
	uint32_t leader, next;
};

/* Which leaders have a gram. */
struct index {
	uint32_t *first; /* posting of each gram, or NOBODY */
	struct posting *postings;
	size_t count;
};

struct grouping {
	struct arena *arena, *scratch;
	const struct normaliser *normaliser;
	struct item *items;
	uint64_t *keys;  /* of the dictionary, sorted */
	uint32_t *ranks; /* the number of each key */
	size_t key_count;
	float *weights;            /* of each number */
	uint32_t *rows;            /* texts with the gram */
	struct index whole, heads; /* by all grams of leaders, and by their heads */
	uint32_t *seen;            /* by leader: the text, and one, that it was found for last */
	double *shared;            /* by leader: the weight of the grams that it was found by */
	uint32_t *found;
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

static size_t place_of(const struct grouping *grouping, uint64_t key)
{
	const uint64_t *found =
	        bsearch(&key, grouping->keys, grouping->key_count, sizeof(key), by_key);

	assert(found);
	return (size_t)(found - grouping->keys);
}

static enum status make_index(struct grouping *grouping, struct index *index, size_t most)
{
	index->first = arena_array(grouping->arena, grouping->key_count + 1, sizeof(*index->first));
	index->postings = arena_array(grouping->arena, most + 1, sizeof(*index->postings));
	if (!index->first || !index->postings)
		return STATUS_NO_MEMORY;
	for (size_t g = 0; g < grouping->key_count; g++)
		index->first[g] = NOBODY;
	return STATUS_OK;
}

static enum status make_dictionary(struct grouping *grouping, uint64_t *const *keys,
                                   const size_t *counts, size_t texts)
{
	size_t all = 0;
	enum status status;

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
	grouping->ranks =
	        arena_array(grouping->arena, grouping->key_count + 1, sizeof(*grouping->ranks));
	status = grouping->weights && grouping->rows && grouping->ranks ? STATUS_OK
	                                                                : STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = make_index(grouping, &grouping->whole, all);
	return status == STATUS_OK ? make_index(grouping, &grouping->heads, all) : status;
}

struct ranked {
	uint64_t key;
	uint32_t rows, place;
};

static int by_rarity(const void *a, const void *b)
{
	const struct ranked *one = a, *other = b;

	if (one->rows != other->rows)
		return one->rows < other->rows ? -1 : 1;
	return (one->key > other->key) - (one->key < other->key);
}

/* Numbers the keys by how few texts have them, and weighs them. */
static enum status rank_keys(struct grouping *grouping, uint64_t *const *keys, const size_t *counts,
                             size_t texts)
{
	struct ranked *ranked =
	        arena_array(grouping->arena, grouping->key_count + 1, sizeof(*ranked));

	if (!ranked)
		return STATUS_NO_MEMORY;
	for (size_t g = 0; g < grouping->key_count; g++)
		ranked[g] = (struct ranked){ grouping->keys[g], 0, (uint32_t)g };
	for (size_t i = 0; i < texts; i++)
		for (size_t k = 0; k < counts[i]; k++)
			ranked[place_of(grouping, keys[i][k])].rows++;
	qsort(ranked, grouping->key_count, sizeof(*ranked), by_rarity);
	for (size_t g = 0; g < grouping->key_count; g++) {
		const double rarity = log(1 + (double)texts / ranked[g].rows);

		grouping->ranks[ranked[g].place] = (uint32_t)g;
		grouping->rows[g] = ranked[g].rows;
		grouping->weights[g] = (float)(token_key_kind(ranked[g].key) == TOKEN_UNIGRAM
		                                       ? unigram_weight * rarity
		                                       : rarity);
	}
	return STATUS_OK;
}

static int by_number(const void *a, const void *b)
{
	const uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;

	return (one > other) - (one < other);
}

/* The rarest grams that leave less than that share of the weight. */
static size_t rarest_of(const struct grouping *grouping, const struct item *item, double share,
                        double *rest)
{
	size_t count = 0;

	*rest = item->norm;
	while (count < item->count && *rest >= share * item->norm)
		*rest -= (double)grouping->weights[item->grams[count++]];
	return count;
}

static void weigh(const struct grouping *grouping, struct item *item)
{
	for (size_t k = 0; k < item->count; k++)
		item->norm += (double)grouping->weights[item->grams[k]];
	item->head = rarest_of(grouping, item, shared_least, &item->rest);
	item->core = rarest_of(grouping, item, rest_most, &item->rest);
}

static enum status fill_items(struct grouping *grouping, uint64_t *const *keys,
                              const size_t *counts, size_t texts)
{
	for (size_t i = 0; i < texts; i++) {
		struct item *item = &grouping->items[i];

		item->grams = arena_array(grouping->arena, counts[i] + 1, sizeof(*item->grams));
		if (!item->grams)
			return STATUS_NO_MEMORY;
		for (size_t k = 0; k < counts[i]; k++)
			item->grams[k] = grouping->ranks[place_of(grouping, keys[i][k])];
		item->count = counts[i];
		qsort(item->grams, item->count, sizeof(*item->grams), by_number);
		weigh(grouping, item);
	}
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
	if (status == STATUS_OK)
		status = rank_keys(grouping, keys, counts, count);
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

/* The weight that the two share; less than `least` where it cannot be that much. */
static double share(const struct grouping *grouping, const struct item *one,
                    const struct item *other, double least)
{
	double shared = 0, rest = one->norm, other_rest = other->norm;
	size_t i = 0, k = 0;

	while (i < one->count && k < other->count &&
	       shared + (rest < other_rest ? rest : other_rest) >= least) {
		const uint32_t own = one->grams[i], its = other->grams[k];

		if (own == its)
			shared += (double)grouping->weights[own];
		if (own <= its) {
			rest -= (double)grouping->weights[own];
			i++;
		}
		if (its <= own) {
			other_rest -= (double)grouping->weights[its];
			k++;
		}
	}
	return shared;
}

/* Adds the leaders of the list that were not found yet, and the weight to those of it. */
static size_t find_by(const struct grouping *grouping, const struct index *index, uint32_t gram,
                      size_t at, size_t found)
{
	for (uint32_t p = index->first[gram]; p != NOBODY; p = index->postings[p].next) {
		const uint32_t leader = index->postings[p].leader;

		if (grouping->seen[leader] != at + 1) {
			grouping->seen[leader] = (uint32_t)at + 1;
			grouping->shared[leader] = 0;
			grouping->found[found++] = leader;
		}
		grouping->shared[leader] += (double)grouping->weights[gram];
	}
	return found;
}

/* Those that may be like it. Who shares only what everybody has is none of them. */
static size_t find_leaders(const struct grouping *grouping, size_t at, size_t texts, double *rest)
{
	const struct item *item = &grouping->items[at];
	size_t found = 0;

	*rest = item->rest;
	for (size_t k = 0; k < item->count; k++) {
		if (!finds(grouping, item->grams[k], texts)) {
			/* All others are more common still. */
			for (; k < item->core; k++)
				*rest += (double)grouping->weights[item->grams[k]];
			break;
		}
		found = find_by(grouping, k < item->core ? &grouping->whole : &grouping->heads,
		                item->grams[k], at, found);
	}
	return found;
}

/* The weight that the two have to share at least to be alike. */
static double least_of(const struct item *one, const struct item *other)
{
	const double lighter = one->norm < other->norm ? one->norm : other->norm;
	const double like = like_enough * sqrt(one->norm * other->norm);
	const double contained = contained_enough * lighter;

	return (like < contained ? like : contained) * (2 * shared_least);
}

/* The likest leader, of those the first; NOBODY where none is like enough. */
static uint32_t find_leader(const struct grouping *grouping, size_t at, size_t texts)
{
	const struct item *item = &grouping->items[at];
	uint32_t best = NOBODY;
	double most = 0, rest;
	const size_t found = find_leaders(grouping, at, texts, &rest);

	for (size_t f = 0; f < found; f++) {
		const uint32_t leader = grouping->found[f];
		const struct item *other = &grouping->items[leader];
		const double least = least_of(item, other);
		double shared, like;

		if (grouping->shared[leader] + rest < least)
			continue;
		shared = share(grouping, item, other, least);
		like = shared / sqrt(item->norm * other->norm);
		if (like < most || (like <= most && leader > best) ||
		    !is_like(item, other, shared, like))
			continue;
		most = like;
		best = leader;
	}
	return best;
}

static void put(struct index *index, uint32_t gram, uint32_t leader)
{
	index->postings[index->count] = (struct posting){ leader, index->first[gram] };
	index->first[gram] = (uint32_t)index->count++;
}

static void lead(struct grouping *grouping, size_t at)
{
	const struct item *item = &grouping->items[at];

	for (size_t k = 0; k < item->count; k++) {
		put(&grouping->whole, item->grams[k], (uint32_t)at);
		if (k < item->head)
			put(&grouping->heads, item->grams[k], (uint32_t)at);
	}
}

enum status likeness_group(const struct span *texts, size_t count,
                           const struct normaliser *normaliser, struct arena *arena,
                           uint32_t *groups)
{
	struct grouping grouping = { .arena = arena, .normaliser = normaliser };
	enum status status = arena_create(&grouping.scratch, TEXT_CEILING);

	grouping.items = arena_array(arena, count + 1, sizeof(*grouping.items));
	grouping.seen = arena_array(arena, count + 1, sizeof(*grouping.seen));
	grouping.shared = arena_array(arena, count + 1, sizeof(*grouping.shared));
	grouping.found = arena_array(arena, count + 1, sizeof(*grouping.found));
	if (!grouping.items || !grouping.seen || !grouping.shared || !grouping.found)
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
