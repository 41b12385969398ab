/*
 * Script: the steps for an operator on the phone: what to look up and ask for one entry, in which
 * order, and what each finding means. It is the third rendering of the rules, beside the diagnosis
 * and the self-check.
 */
#ifndef DAYI_DIALOGUE_SCRIPT_H
#define DAYI_DIALOGUE_SCRIPT_H

#include "base/buf.h"
#include "engine/dialogue/snapshot.h"

/*
 * Appends the script for the entry of the diagnosis. It begins with what the diagnosis has decided,
 * in the operator's words (operator_words.h). Texts to be read out are not changed.
 */
void script_write(const struct snapshot *snapshot, const struct diagnosis *diagnosis,
                  struct buf *out);

/*
 * The same without any facts about the caller: no rule runs. The arena is used during the call
 * only.
 */
MUST_CHECK enum status script_write_unknown(const struct snapshot *snapshot,
                                            const struct entry *entry, struct arena *arena,
                                            struct buf *out);

#endif
