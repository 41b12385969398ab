/*
 * Pattern check: reports patterns of a folder that do nothing or do harm. Part of snapshot_check().
 */
#ifndef DAYI_DIALOGUE_PATTERN_CHECK_H
#define DAYI_DIALOGUE_PATTERN_CHECK_H

#include "engine/dialogue/snapshot.h"

/*
 * Mutes each pattern in turn and asks the rehearsed questions again: the questions, prompts,
 * alternates and counter-examples of the folder, and the golden questions. Warns about a pattern
 * that changes none of them, one that wins a sentence of another entry, and one that is too long to
 * read. The work is bounded; a note says how many patterns of a large folder were skipped. Nothing
 * else may use the snapshot meanwhile.
 */
MUST_CHECK enum status patterns_check(const struct snapshot *snapshot, struct match_scratch *asking,
                                      struct faults *faults);

/* The entry that the matcher puts first, answered or not; NULL where there is none. */
static inline const struct entry *match_winner(const struct match_result *result)
{
	if (result->band != BAND_ANSWER && result->other)
		return result->other;
	return result->ranking_count > 0 ? result->ranking[0].entry : NULL;
}

#endif
