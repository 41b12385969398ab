/*
 * Siblings: entries that are one question with several answers, told apart by a fact (`apart` of an
 * entry, docs/knowledge.md).
 *
 * * Sources in order of precedence: the message; the record and earlier answers or typed facts (the
 * sibling whose diagnosis applies); what was said in passing. If none decides, one question is
 * asked, unless the words of the message fit only one sibling.
 */
#ifndef DAYI_DIALOGUE_SIBLINGS_H
#define DAYI_DIALOGUE_SIBLINGS_H

#include "base/arena.h"
#include "base/status.h"
#include "engine/dialogue/reply.h"
#include "engine/dialogue/scratch.h"
#include "engine/dialogue/snapshot.h"
#include "engine/dialogue/told.h"
#include "engine/facts/facts.h"
#include "engine/text/dates.h"

/* Input about one message and its sender. */
struct sibling_input {
	const struct snapshot *snapshot;
	struct scratch *scratch; /* of the snapshot */
	struct arena *arena;
	const struct text *text;
	const struct date_list *dates;
	struct told *told;
	const char *today;
	const struct facts *record; /* or NULL */
	bool signed_in, may_sign_in;
	const struct entry
	        *last;    /* answered before, or NULL: a date without a subject may be its */
	bool dates_alone; /* the message says little else: a date without a subject may answer */
	bool referred;    /* a referral leads the choices: what is known makes none an answer */
	const char *browser, *channel;
};

/*
 * Replaces siblings in the answer or the choices of a matched reply by the right one. If the fact
 * is unknown, the reply becomes OUTCOME_ASK with `next` and the siblings as choices, and the
 * relations that would decide are added to `reply->wants`.
 */
MUST_CHECK enum status siblings_resolve(const struct sibling_input *input, struct reply *reply);

/* The relations of a record that siblings_resolve() would read for this reply, and the rules of
 * what it may make of it. */
unsigned siblings_wants(const struct sibling_input *input, const struct reply *reply);

/*
 * Returns the sibling that the message alone identifies, read as an answer to the question between
 * them; NULL if it does not. The answer is stored as `said`.
 */
const struct entry *siblings_answered(const struct sibling_input *input, const struct entry *entry,
                                      const char *fact);

/*
 * Applies the words of the message alone to the ranking and the single answer of a match. For
 * rehearsals, which have no facts about a person.
 */
MUST_CHECK enum status siblings_prefer(const struct sibling_input *input,
                                       struct match_result *result);

#endif
