/*
 * Quoted: the entry whose answer holds, word for word, what the message says.
 *
 * Answers are not searched with the questions (at equal weight they lower what is found first), so
 * this is asked where nothing else was found. It keeps no index: pieces of the message are looked
 * for in the texts as they are, and where one stands the two are compared.
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
