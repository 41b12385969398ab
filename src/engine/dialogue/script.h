/*
 * Script: what an operator on the phone looks up and asks for one entry, in which order, and what
 * each finding means: the third rendering of the rules, beside the diagnosis and the self-check.
 */
#ifndef DAYI_DIALOGUE_SCRIPT_H
#define DAYI_DIALOGUE_SCRIPT_H

#include "base/buf.h"
#include "engine/dialogue/snapshot.h"

/* Appends the script for the entry of the diagnosis; what it decided already is told first. */
void script_write(const struct snapshot *snapshot, const struct diagnosis *diagnosis,
                  struct buf *out);

#endif
