/*
 * Cause: which of the sentences that differ between two knowledges has most to do with it that a
 * question ends otherwise.
 *
 * Certain where the sentence or pattern that spoke for an answer stands in one of the two alone;
 * else it is the one that is likest to the question, first of all among those of the entries that
 * are answered or offered. One thread.
 */
#ifndef DAYI_AUTHORING_CAUSE_H
#define DAYI_AUTHORING_CAUSE_H

#include "base/arena.h"
#include "base/status.h"
#include "engine/dialogue/reply.h"
#include "office/authoring/answer_diff.h"
#include "office/authoring/difference.h"

struct causes;

/* Borrows the differences and the normaliser. Owned by the caller. STATUS_NO_MEMORY. */
MUST_CHECK enum status causes_create(struct causes **out, const struct differences *differences,
                                     const struct normaliser *normaliser);
/* Takes NULL. */
void causes_destroy(struct causes *causes);

/* NULL: none of them has anything to do with it. */
const struct difference *cause_find(struct causes *causes, const struct diff_question *question,
                                    const struct reply *before, const struct reply *after);

#endif
