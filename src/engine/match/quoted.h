/*
 * Quoted: the entry whose answer holds, word for word, what the message says.
 *
 * Answers are not searched together with the questions, because that lowers top-1. So this is a
 * last resort. It keeps no index: it searches the texts for pieces of the message, and compares the
 * two where a piece occurs.
 */
#ifndef DAYI_MATCH_QUOTED_H
#define DAYI_MATCH_QUOTED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/budget.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/text/normalise.h"

struct quoted {
	const struct entry *entry; /* NULL: none, or several alike */
	size_t length;             /* of what both have, in Han, letters and digits */
	float share;               /* the same of the message's, [0,1] */
};

/*
 * The run that the message and one answer, situation or advice have in common must be of six Han,
 * letters or digits at least, and longer than with any other of the entries that are looked at.
 */
MUST_CHECK enum status quoted_find(const struct entry *const *entries, size_t count,
                                   const struct normaliser *normaliser, const struct text *message,
                                   struct budget *budget, struct arena *arena, struct quoted *out);

#endif
