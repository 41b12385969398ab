#include "engine/match/habits.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "engine/match/generic.h"
#include "engine/match/index.h"
#include "engine/match/query.h"
#include "engine/text/tokens.h"

enum {
	SENTENCES_LEAST = 8,         /* that have a trait; fewer tell nothing */
	ENTRIES_LEAST = TRAITS_MOST, /* in a folder of fewer a common character is a topic */
	ENTRIES_MOST = 5000,         /* of more, too many are asked for alike */
};
static const float doubt = 4;          /* sentences of the folder's own kind, beside an entry's */
static const float half_told = 0.5F;   /* further sentences that give an entry half its share */
static const float rate_least = 0.02F; /* of the folder's sentences */
static const float unit = 0.06F;       /* log-odds */
static const float most = 10;          /* log-odds, since traits hang together */

struct tally {
	const struct index *index;
	uint64_t *traits_of;
	uint32_t *having; /* by gram: sentences */
	unsigned count;   /* of traits */
};

static bool counts(const struct utterance *utterance)
{
	return !utterance->negative;
}

static void count_grams(struct tally *tally)
{
	const struct index *index = tally->index;
	for (uint32_t u = 0; u < index->utterance_count; u++) {
		const struct utterance *utterance = &index->utterances[u];
		for (uint32_t i = 0; i < utterance->count && counts(utterance); i++)
			tally->having[index->grams[utterance->first + i]]++;
	}
}

/* A word of an act is one character or two: a gram. */
static uint32_t gram_of(const struct index *index, struct span word)
{
	size_t at = 0;
	const uint32_t first = utf8_next(word, &at);
	const uint64_t key = at < word.len ? token_key_bigram(first, utf8_next(word, &at))
	                                   : token_key_unigram(first);
	return vocabulary_find(index->vocabulary, key);
}

static void take_acts(struct tally *tally)
{
	struct generic_reader reader = generic_read(GENERIC_ACTS, GENERIC_ACTS);
	struct generic_word word;
	struct span head = { 0 };
	uint64_t trait = 0;
	while (generic_next(&reader, &word)) {
		if (word.head.ptr != head.ptr) {
			assert(tally->count < TRAITS_MOST);
			trait = UINT64_C(1) << tally->count++;
		}
		head = word.head;
		const uint32_t gram = gram_of(tally->index, word.word);
		if (gram != GRAM_NONE)
			tally->traits_of[gram] |= trait;
	}
}

/* The most common gram that was not taken yet, and no bigram. One of an act (没) may be both. */
static uint32_t next_common(const struct tally *tally, uint32_t least)
{
	const struct index *index = tally->index;
	uint32_t best = GRAM_NONE;
	for (uint32_t gram = 0; gram < vocabulary_count(index->vocabulary); gram++)
		if (tally->having[gram] >= least &&
		    token_key_kind(vocabulary_key(index->vocabulary, gram)) != TOKEN_BIGRAM &&
		    (best == GRAM_NONE || tally->having[gram] > tally->having[best]))
			best = gram;
	return best;
}

static void take_common(struct tally *tally)
{
	while (tally->count < TRAITS_MOST) {
		const uint32_t gram = next_common(tally, SENTENCES_LEAST);
		if (gram == GRAM_NONE)
			return;
		tally->traits_of[gram] |= UINT64_C(1) << tally->count++;
		tally->having[gram] = 0;
	}
}

static uint64_t traits_of_utterance(const struct index *index, const struct utterance *utterance)
{
	uint64_t traits = 0;
	for (uint32_t i = 0; i < utterance->count; i++)
		traits |= index->habits.traits_of[index->grams[utterance->first + i]];
	return traits;
}

/* Adds to how many of the sentences from `first` on have each trait. Returns how many there are. */
static uint32_t count_traits(const struct index *index, uint32_t first, uint32_t end,
                             uint32_t having[TRAITS_MOST])
{
	uint32_t sentences = 0;
	for (uint32_t u = first; u < end; u++) {
		if (!counts(&index->utterances[u]))
			continue;
		const uint64_t traits = traits_of_utterance(index, &index->utterances[u]);
		for (unsigned t = 0; t < TRAITS_MOST; t++)
			having[t] += (uint32_t)(traits >> t & 1);
		sentences++;
	}
	return sentences;
}

static void weigh_row(struct index *index, uint32_t row, const float rate[TRAITS_MOST])
{
	uint32_t having[TRAITS_MOST] = { 0 };
	const uint32_t sentences = count_traits(index, index->utterance_first[row],
	                                        index->utterance_first[row + 1], having);
	if (sentences < 2)
		return; /* BM25 knows all that one sentence tells */
	const float others = (float)(sentences - 1), told = others / (others + half_told);
	for (unsigned t = 0; t < TRAITS_MOST; t++) {
		if (rate[t] <= 0)
			continue;
		const float share =
		        ((float)having[t] + doubt * rate[t]) / ((float)sentences + doubt);
		const float with = told * logf(share / rate[t]);
		const float without = told * logf((1 - share) / (1 - rate[t]));
		index->habits.without[row] += without;
		const float units = roundf((with - without) / unit);
		index->habits.with[(size_t)row * TRAITS_MOST + t] =
		        (int8_t)fmaxf(-INT8_MAX, fminf(units, INT8_MAX));
	}
}

static void weigh_rows(struct index *index, unsigned count)
{
	uint32_t having[TRAITS_MOST] = { 0 };
	float rate[TRAITS_MOST] = { 0 };
	const uint32_t sentences = count_traits(index, 0, index->utterance_count, having);
	for (unsigned t = 0; t < count; t++)
		if (having[t] >= SENTENCES_LEAST)
			rate[t] = fmaxf(rate_least,
			                fminf((float)having[t] / (float)sentences, 1 - rate_least));
	for (uint32_t row = 0; row < index->row_count; row++)
		weigh_row(index, row, rate);
}

bool habits_tell(const struct knowledge *knowledge)
{
	return knowledge->answer_count >= ENTRIES_LEAST && knowledge->answer_count <= ENTRIES_MOST;
}

static void learn_habits(struct tally *tally, struct index *index)
{
	count_grams(tally);
	take_acts(tally);
	index->habits.acts = (UINT64_C(1) << tally->count) - 1;
	take_common(tally);
	weigh_rows(index, tally->count);
}

enum status habits_build(struct index *index, bool tell)
{
	const size_t grams = (size_t)vocabulary_count(index->vocabulary) + 1;
	const size_t rows = (size_t)index->row_count + 1;
	struct habits *habits = &index->habits;
	struct tally tally = { .index = index };
	habits->traits_of = calloc(grams, sizeof(*habits->traits_of));
	habits->without = calloc(rows, sizeof(*habits->without));
	habits->with = calloc(rows, TRAITS_MOST * sizeof(*habits->with));
	tally.traits_of = habits->traits_of;
	tally.having = calloc(grams, sizeof(*tally.having));
	const bool room = habits->traits_of && habits->without && habits->with && tally.having;
	if (room && tell)
		learn_habits(&tally, index);
	free(tally.having);
	return room ? STATUS_OK : STATUS_NO_MEMORY;
}

void habits_deinit(struct habits *habits)
{
	free(habits->traits_of);
	free(habits->without);
	free(habits->with);
}

uint64_t habits_of(const struct index *index, const struct query *query)
{
	uint64_t traits = 0;
	for (size_t i = 0; i < query->count; i++)
		traits |= index->habits.traits_of[query->grams[i].gram];
	return traits;
}

unsigned habits_apart(const struct index *index, const struct utterance *utterance, uint64_t traits)
{
	return (unsigned)__builtin_popcountll((traits_of_utterance(index, utterance) ^ traits) &
	                                      index->habits.acts);
}

float habits_weigh(const struct index *index, uint32_t row, uint64_t traits)
{
	const int8_t *with = &index->habits.with[(size_t)row * TRAITS_MOST];
	int sum = 0;
	for (; traits; traits &= traits - 1)
		sum += with[__builtin_ctzll(traits)];
	return fmaxf(-most, fminf(index->habits.without[row] + (float)sum * unit, most));
}
