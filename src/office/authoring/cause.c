#include "office/authoring/cause.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/sort.h"
#include "engine/text/tokens.h"

enum { QUESTION_CEILING = 16 << 20, KEYS_CEILING = 512 << 20, KEYS_MOST = 512 };

static const double involved_weight = 3, pattern_weight = 4, unigram_weight = 0.25;

struct keys {
	const uint64_t *items; /* sorted, distinct */
	size_t count;
};

struct causes {
	const struct differences *differences;
	const struct normaliser *normaliser;
	struct pattern_scratch *patterns;
	struct arena *arena; /* the keys of the differences */
	struct arena *own;   /* of a question */
	struct keys *keys;   /* as the differences */
};

static int by_key(const void *a, const void *b)
{
	const uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;

	return (one > other) - (one < other);
}

/* At most KEYS_MOST of them: a long answer is known by its beginning. */
static enum status make_keys(const struct causes *causes, const struct text *text,
                             struct arena *arena, struct keys *out)
{
	struct token_list tokens;
	uint64_t *items;
	size_t count;
	enum status status = tokens_of(text->points, text->count, NULL, causes->own, &tokens);

	if (status != STATUS_OK)
		return status;
	count = tokens.count < KEYS_MOST ? tokens.count : KEYS_MOST;
	items = arena_array(arena, count + 1, sizeof(*items));
	if (!items)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		items[i] = tokens.items[i].key;
	qsort(items, count, sizeof(*items), by_key);
	*out = (struct keys){ items, 0 };
	for (size_t i = 0; i < count; i++)
		if (i == 0 || items[i] != items[i - 1])
			items[out->count++] = items[i];
	return STATUS_OK;
}

static enum status read_differences(struct causes *causes)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < causes->differences->count; i++) {
		const struct difference *one = &causes->differences->items[i];
		struct text text;

		if (one->pattern)
			continue;
		arena_reset(causes->own);
		status = normalise(causes->normaliser, span_of(one->text), causes->own, &text);
		if (status == STATUS_OK)
			status = make_keys(causes, &text, causes->arena, &causes->keys[i]);
	}
	return status;
}

enum status causes_create(struct causes **out, const struct differences *differences,
                          const struct normaliser *normaliser)
{
	struct causes *causes = calloc(1, sizeof(*causes));
	enum status status = causes ? STATUS_OK : STATUS_NO_MEMORY;

	*out = NULL;
	if (!causes)
		return status;
	causes->differences = differences;
	causes->normaliser = normaliser;
	causes->keys = calloc(differences->count + 1, sizeof(*causes->keys));
	if (!causes->keys)
		status = STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = arena_create(&causes->arena, KEYS_CEILING);
	if (status == STATUS_OK)
		status = arena_create(&causes->own, QUESTION_CEILING);
	if (status == STATUS_OK)
		status = pattern_scratch_create(&causes->patterns);
	if (status == STATUS_OK)
		status = read_differences(causes);
	if (status == STATUS_OK)
		*out = causes;
	else
		causes_destroy(causes);
	return status;
}

void causes_destroy(struct causes *causes)
{
	if (!causes)
		return;
	pattern_scratch_destroy(causes->patterns);
	arena_destroy(causes->own);
	arena_destroy(causes->arena);
	free(causes->keys);
	free(causes);
}

static bool is_of(const struct difference *difference, const struct match_candidate *candidate)
{
	return strcmp(difference->entry->id, candidate->entry->id) == 0;
}

/* The sentence that spoke for one of these, where only this side has it. */
static const struct difference *find_spoken(const struct causes *causes,
                                            const struct match_candidate *items, size_t count,
                                            bool added)
{
	for (size_t c = 0; c < count; c++)
		for (size_t i = 0; items[c].spoke && i < causes->differences->count; i++) {
			const struct difference *one = &causes->differences->items[i];

			if (one->added == added && is_of(one, &items[c]) &&
			    strcmp(one->text, items[c].spoke) == 0)
				return one;
		}
	return NULL;
}

static const struct difference *find_spoken_of(const struct causes *causes,
                                               const struct reply *reply, bool added)
{
	const struct difference *found =
	        find_spoken(causes, reply->answers, reply->answer_count, added);

	return found ? found : find_spoken(causes, reply->choices, reply->choice_count, added);
}

static bool is_among(const struct difference *difference, const struct reply *reply)
{
	for (size_t i = 0; i < reply->answer_count; i++)
		if (is_of(difference, &reply->answers[i]))
			return true;
	for (size_t i = 0; i < reply->choice_count; i++)
		if (is_of(difference, &reply->choices[i]))
			return true;
	return reply->topic && strcmp(reply->topic, difference->entry->id) == 0;
}

static double weight_of(uint64_t key)
{
	return token_key_kind(key) == TOKEN_UNIGRAM ? unigram_weight : 1;
}

/* Shared weight over the root of the sentence's: a long one is no likelier. */
static double likeness(const struct keys *question, const struct keys *sentence)
{
	double shared = 0, all = 0;

	for (size_t i = 0, k = 0; i < sentence->count; i++) {
		all += weight_of(sentence->items[i]);
		while (k < question->count && question->items[k] < sentence->items[i])
			k++;
		if (k < question->count && question->items[k] == sentence->items[i])
			shared += weight_of(sentence->items[i]);
	}
	return all > 0 ? shared / sqrt(all) : 0;
}

static bool is_words(enum difference_member member)
{
	return member == DIFFERENCE_ANSWER || member == DIFFERENCE_SITUATION ||
	       member == DIFFERENCE_ADVICE;
}

/* Without the keys of the question: what is answered in other words. */
static const struct difference *find_words(const struct causes *causes, const struct reply *after)
{
	for (size_t i = 0; i < causes->differences->count; i++) {
		const struct difference *one = &causes->differences->items[i];

		if (one->added && is_words(one->member) && is_among(one, after))
			return one;
	}
	return NULL;
}

const struct difference *cause_find(struct causes *causes, const struct diff_question *question,
                                    const struct reply *before, const struct reply *after)
{
	const struct difference *best =
	        question->kind == DIFF_WORDS ? find_words(causes, after) : NULL;
	double most = 0;
	struct keys keys;
	struct text text;

	if (!best)
		best = find_spoken_of(causes, after, true);
	if (!best)
		best = find_spoken_of(causes, before, false);
	if (best || causes->differences->count == 0)
		return best;
	arena_reset(causes->own);
	if (normalise(causes->normaliser, question->text, causes->own, &text) != STATUS_OK ||
	    make_keys(causes, &text, causes->own, &keys) != STATUS_OK)
		return NULL;
	for (size_t i = 0; i < causes->differences->count; i++) {
		const struct difference *one = &causes->differences->items[i];
		double score;
		size_t start, end;

		if (one->pattern)
			score = pattern_find(one->pattern, causes->patterns, text.utf8, &start,
			                     &end)
			                ? pattern_weight
			                : 0;
		else
			score = likeness(&keys, &causes->keys[i]);
		if (is_among(one, before) || is_among(one, after))
			score *= involved_weight;
		if (score > most) {
			most = score;
			best = one;
		}
	}
	return best;
}
