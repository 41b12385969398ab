/*
 * Rehearsal: how often a folder's best entry is right, tried on sentences of its own.
 *
 * The folder is matched without a part of itself: alternates held out in turn, which should find
 * their entry, and whole entries, whose sentences should find none. An entry without alternates is
 * asked for by its question, half of it replaced by words of other entries.
 */
#ifndef DAYI_MATCH_REHEARSAL_H
#define DAYI_MATCH_REHEARSAL_H

#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/match/calibrate.h"
#include "engine/match/settings.h"
#include "engine/text/normalise.h"

/* Work is bounded: of a large folder a sample of the entries stands for all. Deterministic. */
MUST_CHECK enum status rehearse(const struct knowledge *knowledge,
                                const struct normaliser *normaliser,
                                const struct match_settings *settings, struct calibration *out);

#endif
