/*
 * Popup check: names popups that the texts of entries quote and that are nobody's prompt. Part of
 * snapshot_check().
 */
#ifndef DAYI_DIALOGUE_POPUP_CHECK_H
#define DAYI_DIALOGUE_POPUP_CHECK_H

#include "base/arena.h"
#include "engine/dialogue/snapshot.h"

/*
 * Adds one fault of level NOTE that counts them and quotes the first. A quote that holds a prompt
 * of any entry, or is a part of one, is known. The arena is reset between texts.
 */
MUST_CHECK enum status popups_check(const struct snapshot *snapshot, struct arena *arena,
                                    struct faults *faults);

#endif
