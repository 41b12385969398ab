/*
 * Query: a message as weighted grams, with typing errors mended.
 *
 * A bigram that no row has is tried again with look-alike characters (lexicon's confusables) and
 * then with known bigrams that sound the same, so that 末办结 and 上船照片 find 未办结 and
 * 上传照片; Latin runs that are pinyin are read as the bigrams they may stand for.
 */
#ifndef DAYI_MATCH_QUERY_H
#define DAYI_MATCH_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/budget.h"
#include "base/image_file.h"
#include "base/status.h"
#include "engine/match/index.h"
#include "engine/match/rewrite.h"

/* Knows which grams of an index look or sound like others. Immutable. */
struct repairer;

/* `kept`: a file with what repairer_keep() added, which must outlive the repairer; or NULL. */
MUST_CHECK enum status repairer_create(const struct index *index, const struct lexicon *lexicon,
                                       const struct image_file *kept, struct repairer **out);
/* Adds what took time to gather; the repairer must live until that is written. */
void repairer_keep(const struct repairer *repairer, struct image_draft *draft);
void repairer_destroy(struct repairer *repairer);
/* Whether the one may be a slip for the other: it sounds or looks alike. */
bool repairer_confuses(const struct repairer *repairer, uint32_t typed, uint32_t meant);

struct query_gram {
	uint32_t gram;
	uint32_t rows; /* that have it */
	float share;   /* 1, or less for a mended one */
	bool subject;  /* stands outside every word of the frame (generic.h) */
};

struct query {
	const struct query_gram *grams; /* distinct, known to the index, the rarest first */
	size_t count;
	float norm;     /* Euclidean, of the known grams' weights */
	float coverage; /* share of the message's weight that is known to the index, [0,1] */
	float subject;  /* weight of its grams outside the frame, known or not; 0: it has none */
	size_t meaning; /* code points that mean something */
	const bool *framed; /* by code point of the rewritten text: of a word of the frame */
};

/* The result lives in the arena. Mending stops when the budget is spent. */
MUST_CHECK enum status query_make(const struct index *index, const struct repairer *repairer,
                                  const struct rewritten *text, struct budget *budget,
                                  struct arena *arena, struct query *out);

#endif
