/*
 * Walk: the records that the rules of an entry can tell apart, one after the other: for whoever
 * wants to judge them by other rules. See atlas.h, which judges them by their own.
 *
 * One thread; not while serving.
 */
#ifndef DAYI_DIAGNOSE_ATLAS_WALK_H
#define DAYI_DIAGNOSE_ATLAS_WALK_H

#include "base/arena.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/diagnose/atlas.h"

/* Facts as JSON, borrowed. Anything but STATUS_OK ends the walk, which returns it. */
typedef enum status (*atlas_visitor)(void *context, struct span facts);

/*
 * The records of each case by itself: all of them where there are `settings->most` at most, else
 * so many at random, the same ones each time. What is needed meanwhile is in the arena.
 */
MUST_CHECK enum status atlas_walk(struct diagnosis_scratch *rules, const struct entry *entry,
                                  const struct atlas_settings *settings, struct arena *arena,
                                  atlas_visitor visit, void *context);

#endif
