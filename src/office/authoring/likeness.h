/*
 * Likeness: which short texts say about the same, by the grams that the engine compares texts with
 * (engine/text/tokens.h), the rarer the heavier. Word order and what everybody says around a
 * question count little; nothing is known of the meaning.
 */
#ifndef DAYI_AUTHORING_LIKENESS_H
#define DAYI_AUTHORING_LIKENESS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/text/normalise.h"

/*
 * groups[i] becomes the index of the text that leads the group of text i: an earlier one, or i
 * itself. The texts come in order of weight: who leads is what most people wrote. Any thread;
 * everything needed meanwhile is in the arena. STATUS_NO_MEMORY.
 */
MUST_CHECK enum status likeness_group(const struct span *texts, size_t count,
                                      const struct normaliser *normaliser, struct arena *arena,
                                      uint32_t *groups);

#endif
