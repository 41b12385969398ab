/*
 * Index made: an index of a knowledge, its rows learnt and sealed, as the settings want it.
 */
#ifndef DAYI_MATCH_INDEX_MAKE_H
#define DAYI_MATCH_INDEX_MAKE_H

#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/match/index.h"
#include "engine/match/rewrite.h"
#include "engine/match/settings.h"
#include "engine/text/normalise.h"

/* With the usual calibration (rehearsal.h fits one). Borrows the knowledge. Owned by the caller. */
MUST_CHECK enum status index_make(const struct knowledge *knowledge,
                                  const struct normaliser *normaliser,
                                  const struct rewriter *rewriter,
                                  const struct match_settings *settings, struct index **out);

#endif
