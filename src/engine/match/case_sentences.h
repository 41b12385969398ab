/*
 * Case sentences: what the sentences that name a case say and deny, read once.
 *
 * The sentence that is nearest to a message names its case, unless the message denies what it says
 * (denial.h). Immutable.
 */
#ifndef DAYI_MATCH_CASE_SENTENCES_H
#define DAYI_MATCH_CASE_SENTENCES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/match/denial.h"
#include "engine/match/index.h"
#include "engine/text/normalise.h"

struct case_sentence {
	uint32_t utterance;        /* its number in the index */
	struct denied_text denied; /* the sentence and what it denies */
	struct span question;      /* of its entry, normalised */
	const bool *halves;        /* by pair of opposites: see denial_halves() */
};

struct case_sentences;

/* Borrows index and knowledge. */
MUST_CHECK enum status case_sentences_create(const struct index *index,
                                             const struct knowledge *knowledge,
                                             const struct normaliser *normaliser,
                                             struct case_sentences **out);
/* Takes NULL. */
void case_sentences_destroy(struct case_sentences *sentences);

/* `utterance` is one of the index, with a case. */
const struct case_sentence *case_sentences_of(const struct case_sentences *sentences,
                                              const struct utterance *utterance);

#endif
