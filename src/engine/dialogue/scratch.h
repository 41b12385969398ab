/*
 * Scratch: what one thread needs to answer from a snapshot, made for that one.
 *
 * A question changes nothing but its scratch, its conversation and its arena. So any number of
 * threads may answer from one snapshot without a lock, each with a scratch of its own; what a
 * scratch was used for before does not change what it answers. The one exception is a pattern that
 * was given up because it was too slow (matcher_set_aside()): this scratch does not try it again.
 */
#ifndef DAYI_DIALOGUE_SCRATCH_H
#define DAYI_DIALOGUE_SCRATCH_H

#include "base/status.h"
#include "engine/diagnose/diagnosis.h"
#include "engine/dialogue/snapshot.h"
#include "engine/match/matcher.h"

struct scratch {
	const struct snapshot *snapshot; /* that it was made for; borrowed */
	struct match_scratch *match;
	struct diagnosis_scratch *diagnosis;
};

/*
 * In any thread; it may then go to another one, which is the only one that uses it. The caller owns
 * it, and destroys it before the snapshot.
 */
MUST_CHECK enum status scratch_create(const struct snapshot *snapshot, struct scratch **out);
/* Takes NULL. */
void scratch_destroy(struct scratch *scratch);

#endif
