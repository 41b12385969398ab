/*
 * Script: what an operator on the phone looks up and asks for one entry, in which order, and what
 * each finding means: the third rendering of the rules, beside the diagnosis and the self-check.
 */
#ifndef DAYI_DIALOGUE_SCRIPT_H
#define DAYI_DIALOGUE_SCRIPT_H

#include "base/buf.h"
#include "engine/dialogue/snapshot.h"

/*
 * Appends the script for the entry of the diagnosis; what it decided already is told first, in the
 * operator's words (operator_words.h). What is to be read out stays as it is.
 */
void script_write(const struct snapshot *snapshot, const struct diagnosis *diagnosis,
                  struct buf *out);

/* Likewise while nothing is known of the caller: no rule runs. The arena is for the call. */
MUST_CHECK enum status script_write_unknown(const struct snapshot *snapshot,
                                            const struct entry *entry, struct arena *arena,
                                            struct buf *out);

#endif
