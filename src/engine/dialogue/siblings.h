/*
 * Siblings: entries that are one question with several answers, told apart by a fact (`apart` of an
 * entry, docs/knowledge.md).
 *
 * What the message says counts first, then the record and what was answered or typed before (the
 * sibling whose diagnosis applies), then what was said in passing. Where none of it tells, one
 * question is asked, unless the message's own words speak for one of them alone.
 */
#ifndef DAYI_DIALOGUE_SIBLINGS_H
#define DAYI_DIALOGUE_SIBLINGS_H

#include "base/arena.h"
#include "base/day.h"
#include "base/status.h"
#include "engine/dialogue/reply.h"
#include "engine/dialogue/scratch.h"
#include "engine/dialogue/snapshot.h"
#include "engine/dialogue/told.h"
#include "engine/facts/facts.h"
#include "engine/text/dates.h"

/* Of one message and who wrote it. */
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
	const char *browser, *channel;
};

/*
 * Puts the right sibling into the answer or the choices of a reply that the matching made; makes it
 * OUTCOME_ASK with `next` and the siblings as choices where the fact is not known. What of the
 * record would tell is added to `reply->wants`.
 */
MUST_CHECK enum status siblings_resolve(const struct sibling_input *input, struct reply *reply);

/* The relations of a record that siblings_resolve() would read for this reply, and the rules of
 * what it may make of it. */
unsigned siblings_wants(const struct sibling_input *input, const struct reply *reply);

/*
 * The sibling that the message means by itself, in answer to the question that tells them apart;
 * NULL where it says nothing of it. The answer is kept as `said`.
 */
const struct entry *siblings_answered(const struct sibling_input *input, const struct entry *entry,
                                      const char *fact);

/*
 * The ranking and the single answer of a match as they are once the message's own words have told
 * the siblings apart: for a rehearsal, without anybody's facts.
 */
MUST_CHECK enum status siblings_prefer(const struct sibling_input *input,
                                       struct match_result *result);

#endif
