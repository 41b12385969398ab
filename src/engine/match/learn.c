#include "engine/match/learn.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/*
 * Chosen on ths and feiyan (docs/matching.md). The ranking hardly changes between 3 and 15 passes
 * and rates from 1 to 3.
 */
enum {
	PASSES_MOST = 5,
	POSTINGS_MOST = 4000, /* an utterance's rarest grams up to this many postings take part */
	POSTINGS_LEAST = 500,
	GRAMS_MOST = 256,
};
/* Postings to be visited in all, about a second's work. Large collections learn less precisely. */
static const double work_most = 2e8;
static const float rate = 2.0F;
static const float half_taught = 0.125F; /* further sentences that give it half its share */

struct learner {
	const struct index *index;
	struct columns columns;
	float *learnt;     /* by place in the columns */
	float *score;      /* by row */
	uint32_t *touched; /* rows with a score */
	size_t touched_count;
	bool *is_touched;
	size_t postings_most; /* for one utterance */
	int passes;
};

struct feature {
	uint32_t gram;
	uint32_t rows;
	float value;
};

static int rarest_first(const void *a, const void *b)
{
	const struct feature *left = a;
	const struct feature *right = b;
	if (left->rows != right->rows)
		return left->rows < right->rows ? -1 : 1;
	return left->gram < right->gram ? -1 : left->gram > right->gram;
}

/* The grams of the utterance as a unit vector: the rarest ones, up to the budget. */
static size_t features_of(const struct learner *learner, const struct utterance *utterance,
                          struct feature *features)
{
	const struct index *index = learner->index;
	size_t count = 0, budget = learner->postings_most;
	for (uint32_t i = 0; i < utterance->count && count < GRAMS_MOST; i++) {
		const uint32_t gram = index->grams[utterance->first + i];
		features[count++] = (struct feature){ gram, index_rows_with(index, gram),
			                              index->gram_weight[gram] / utterance->norm };
	}
	qsort(features, count, sizeof(*features), rarest_first);
	for (size_t i = 0; i < count; i++) {
		if (features[i].rows > budget)
			return i;
		budget -= features[i].rows;
	}
	return count;
}

static void add_scores(struct learner *learner, const struct feature *feature)
{
	const struct columns *columns = &learner->columns;
	for (uint32_t p = columns->first[feature->gram]; p < columns->first[feature->gram + 1];
	     p++) {
		const uint32_t row = columns->rows[p];
		if (!learner->is_touched[row]) {
			learner->is_touched[row] = true;
			learner->touched[learner->touched_count++] = row;
			learner->score[row] = 0;
		}
		learner->score[row] += feature->value * learner->learnt[p];
	}
}

/*
 * Softmax: scores become probabilities. Untouched rows, and "none of them", have score 0.
 */
static void soften(struct learner *learner)
{
	float top = 0;
	assert(learner->touched_count <= learner->index->row_count);
	for (size_t i = 0; i < learner->touched_count; i++)
		top = fmaxf(top, learner->score[learner->touched[i]]);
	const size_t others = learner->index->row_count + 1 - learner->touched_count;
	float sum = (float)others * expf(-top);
	for (size_t i = 0; i < learner->touched_count; i++) {
		float *score = &learner->score[learner->touched[i]];
		*score = expf(*score - top);
		sum += *score;
	}
	for (size_t i = 0; i < learner->touched_count; i++)
		learner->score[learner->touched[i]] /= sum;
}

static void step(struct learner *learner, const struct utterance *utterance,
                 const struct feature *features, size_t count)
{
	const struct columns *columns = &learner->columns;
	learner->touched_count = 0;
	for (size_t i = 0; i < count; i++)
		add_scores(learner, &features[i]);
	soften(learner);
	if (!utterance->negative && learner->is_touched[utterance->row])
		learner->score[utterance->row] -= 1;
	for (size_t i = 0; i < count; i++)
		for (uint32_t p = columns->first[features[i].gram];
		     p < columns->first[features[i].gram + 1]; p++)
			learner->learnt[p] -=
			        rate * features[i].value * learner->score[columns->rows[p]];
	for (size_t i = 0; i < learner->touched_count; i++)
		learner->is_touched[learner->touched[i]] = false;
}

/* FNV-1a. */
static uint64_t hash_of(const char *text)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return hash;
}

struct place {
	uint64_t hash;
	uint32_t utterance;
};

static int by_hash(const void *a, const void *b)
{
	const struct place *left = a;
	const struct place *right = b;
	if (left->hash != right->hash)
		return left->hash < right->hash ? -1 : 1;
	return left->utterance < right->utterance ? -1 : left->utterance > right->utterance;
}

/*
 * Orders the sentences by hashes of their texts, so that one more alternate does not change the
 * order of the others.
 */
static void mix(const struct index *index, struct place *order)
{
	for (uint32_t i = 0; i < index->utterance_count; i++)
		order[i] = (struct place){ hash_of(index_text(index, i)), i };
	qsort(order, index->utterance_count, sizeof(*order), by_hash);
}

static void run(struct learner *learner, const struct place *order)
{
	struct feature features[GRAMS_MOST];
	for (int pass = 0; pass < learner->passes; pass++)
		for (uint32_t i = 0; i < learner->index->utterance_count; i++) {
			const struct utterance *utterance =
			        &learner->index->utterances[order[i].utterance];
			const size_t count = features_of(learner, utterance, features);
			if (count > 0)
				step(learner, utterance, features, count);
		}
}

/* Reduces first the postings of an utterance and then the passes until the work is bounded. */
static void bound_work(struct learner *learner)
{
	const double visits = 2.0 * learner->index->utterance_count; /* to score, and to correct */
	learner->passes = PASSES_MOST;
	learner->postings_most = POSTINGS_MOST;
	while (learner->postings_most > POSTINGS_LEAST &&
	       visits * learner->passes * (double)learner->postings_most > work_most)
		learner->postings_most /= 2;
	while (learner->passes > 1 &&
	       visits * learner->passes * (double)learner->postings_most > work_most)
		learner->passes--;
}

/*
 * A single sentence teaches nothing beyond itself, and BM25 ranks better without it. So the share
 * of the learnt weights rises with the number of further sentences.
 */
static float share_of(const struct index *index, uint32_t row)
{
	const uint32_t count = index->utterance_first[row + 1] - index->utterance_first[row];
	const float others = count > 0 ? (float)(count - 1) : 0;
	return others / (others + half_taught);
}

static void add_learnt(struct index *index, const struct learner *learner)
{
	const struct columns *columns = &learner->columns;
	const uint32_t grams = vocabulary_count(index->vocabulary);
	for (uint32_t gram = 0; gram < grams; gram++)
		for (uint32_t p = columns->first[gram]; p < columns->first[gram + 1]; p++)
			index->row_weights[columns->at[p]] += share_of(index, columns->rows[p]) *
			                                      index->gram_weight[gram] *
			                                      learner->learnt[p];
}

enum status learn(struct index *index)
{
	const size_t places = index->row_first[index->row_count];
	struct learner learner = { .index = index };
	struct place *order = calloc((size_t)index->utterance_count + 1, sizeof(*order));
	learner.learnt = calloc(places + 1, sizeof(*learner.learnt));
	learner.score = calloc((size_t)index->row_count + 1, sizeof(*learner.score));
	learner.touched = calloc((size_t)index->row_count + 1, sizeof(*learner.touched));
	learner.is_touched = calloc((size_t)index->row_count + 1, sizeof(*learner.is_touched));
	enum status status = STATUS_NO_MEMORY;
	if (!order || !learner.learnt || !learner.score || !learner.touched || !learner.is_touched)
		goto cleanup;
	status = columns_init(&learner.columns, index);
	if (status != STATUS_OK)
		goto cleanup;
	mix(index, order);
	bound_work(&learner);
	run(&learner, order);
	add_learnt(index, &learner);
cleanup:
	columns_deinit(&learner.columns);
	free(order);
	free(learner.learnt);
	free(learner.score);
	free(learner.touched);
	free(learner.is_touched);
	return status;
}
