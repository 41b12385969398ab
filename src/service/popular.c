#include "service/popular.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double half_life_ms = 3 * 86400e3;

/* Three hits that are a few hours old are still three. */
static const double least = 2.5;

/*
 * A hit is written down with the weight that it has as seen from the start, which doubles every
 * half-life; so nothing ever has to be recomputed. A double has room for eight years of that.
 */
struct popular {
	const struct knowledge *knowledge;
	double *weights; /* of its answers, by index; NULL out of memory */
	int64_t start_ms;
};

static double weight_at(const struct popular *popular, int64_t at_ms)
{
	return exp2(fmin((double)(at_ms - popular->start_ms) / half_life_ms, 1000));
}

enum status popular_create(struct popular **out, const struct knowledge *knowledge, int64_t now_ms)
{
	struct popular *popular = calloc(1, sizeof(*popular));

	if (!popular)
		return STATUS_NO_MEMORY;
	popular->knowledge = knowledge;
	popular->start_ms = now_ms;
	popular->weights = calloc(knowledge->answer_count + 1, sizeof(double));
	if (!popular->weights) {
		free(popular);
		return STATUS_NO_MEMORY;
	}
	*out = popular;
	return STATUS_OK;
}

void popular_destroy(struct popular *popular)
{
	if (!popular)
		return;
	free(popular->weights);
	free(popular);
}

/* The weight of an answer with that id; NULL where there is none. */
static double *weight_of(const struct knowledge *knowledge, double *weights, const char *id)
{
	const struct entry *entry = knowledge_find(knowledge, id);

	if (!entry || !weights || entry->kind != ENTRY_ANSWER)
		return NULL;
	return &weights[entry - knowledge->entries];
}

void popular_move(struct popular *popular, const struct knowledge *knowledge)
{
	const struct knowledge *old = popular->knowledge;
	double *weights = calloc(knowledge->answer_count + 1, sizeof(double));

	for (size_t i = 0; popular->weights && i < old->answer_count; i++) {
		double *weight = weight_of(knowledge, weights, old->entries[i].id);

		if (weight)
			*weight = popular->weights[i];
	}
	free(popular->weights);
	popular->weights = weights;
	popular->knowledge = knowledge;
}

void popular_hit(struct popular *popular, const char *ids, int64_t at_ms)
{
	char id[128];

	while (*ids) {
		const size_t len = strcspn(ids, " ");
		double *weight;

		if (len < sizeof(id)) {
			memcpy(id, ids, len);
			id[len] = '\0';
			weight = weight_of(popular->knowledge, popular->weights, id);
			if (weight)
				*weight += weight_at(popular, at_ms);
		}
		ids += len + strspn(ids + len, " ");
	}
}

struct ranking {
	size_t entries[POPULAR_MOST]; /* indices, the heaviest first */
	size_t count;
};

/* Of equal ones the earlier entry stays before. */
static void rank(struct ranking *ranking, const double *weights, size_t entry)
{
	size_t at = ranking->count;

	if (ranking->count < POPULAR_MOST)
		ranking->count++;
	else if (weights[entry] <= weights[ranking->entries[--at]])
		return;
	for (; at > 0 && weights[ranking->entries[at - 1]] < weights[entry]; at--)
		ranking->entries[at] = ranking->entries[at - 1];
	ranking->entries[at] = entry;
}

struct offer {
	const char **questions;
	const struct entry *entries[POPULAR_MOST]; /* NULL: of no entry that is known */
	size_t count;
};

static void offer(struct offer *offer, const struct entry *entry, const char *question)
{
	for (size_t i = 0; i < offer->count; i++)
		if ((entry && offer->entries[i] == entry) ||
		    strcmp(offer->questions[i], question) == 0)
			return;
	if (offer->count == POPULAR_MOST)
		return;
	offer->questions[offer->count] = question;
	offer->entries[offer->count] = entry;
	offer->count++;
}

size_t popular_questions(const struct popular *popular, int64_t now_ms,
                         const struct entry *const meant[EXAMPLES_MOST],
                         const char *out[POPULAR_MOST])
{
	const struct knowledge *knowledge = popular->knowledge;
	const double enough = least * weight_at(popular, now_ms);
	const char *examples[EXAMPLES_MOST];
	const size_t example_count = knowledge_examples(knowledge, examples);
	struct ranking ranking = { .count = 0 };
	struct offer offered = { .questions = out };

	for (size_t i = 0; popular->weights && i < knowledge->answer_count; i++)
		if (popular->weights[i] >= enough && knowledge->entries[i].question[0])
			rank(&ranking, popular->weights, i);
	for (size_t i = 0; i < ranking.count; i++) {
		const struct entry *entry = &knowledge->entries[ranking.entries[i]];

		offer(&offered, entry, entry->question);
	}
	for (size_t i = 0; i < example_count; i++)
		offer(&offered, meant[i], examples[i]);
	for (size_t i = 0; i < knowledge->answer_count && offered.count < POPULAR_MOST; i++)
		if (knowledge->entries[i].question[0])
			offer(&offered, &knowledge->entries[i], knowledge->entries[i].question);
	return offered.count;
}
