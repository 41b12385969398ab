/*
 * Spot: which patterns may be found in a message, told by the words that stand in it.
 *
 * One pass over the message finds every word that a pattern of an entry asks for
 * (engine/knowledge/pattern_literals.h). A pattern is worth trying where a word of each of its sets
 * was seen, or where it asks for none.
 */
#ifndef DAYI_MATCH_SPOT_H
#define DAYI_MATCH_SPOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/text/normalise.h"

/* With the marks of one pass: one thread at a time. */
struct spotter;

/* Borrows the knowledge. */
MUST_CHECK enum status spotter_create(const struct knowledge *knowledge, struct spotter **out);
void spotter_destroy(struct spotter *spotter);

/* The pass. What the one before found is forgotten. `text` is normalised. */
void spotter_read(struct spotter *spotter, const struct text *text);

struct spotted {
	const struct pattern *pattern;
	uint32_t row;
};

/*
 * The patterns by which an entry is found (its own and its cases') that are worth trying: those
 * that ask for longer words first, those that ask for none last. Valid until the next pass.
 */
const struct spotted *spotter_list(const struct spotter *spotter, size_t *count);

/* False where the text of the last pass cannot hold the pattern, which must be an entry's. */
bool spotter_may_find(const struct spotter *spotter, const struct pattern *pattern);

/* At how many places of the text of the last pass the pattern can begin, at most. */
size_t spotter_starts(const struct spotter *spotter, const struct pattern *pattern);

/*
 * Those places, in bytes of the text of the last pass and in no order, where they are known and not
 * very many; else NULL. Valid until the next call.
 */
const uint32_t *spotter_places(struct spotter *spotter, const struct pattern *pattern,
                               size_t *count);

/* What a search for a pattern in the text of the last pass came to; bytes, [start, end). */
struct spot {
	bool found;
	size_t start, end;
};

/* A pattern is searched for once: what it came to is kept until the next pass. */
void spotter_note(struct spotter *spotter, const struct pattern *pattern, struct spot spot);
/* NULL where it was not searched for yet. */
const struct spot *spotter_noted(const struct spotter *spotter, const struct pattern *pattern);

/* The pattern is not worth trying any more: it was slower than it may be. */
void spotter_set_aside(struct spotter *spotter, const struct pattern *pattern);
/* One that was set aside and is not named yet, which it then is; else NULL. */
const struct pattern *spotter_name_aside(struct spotter *spotter);

/*
 * How much the pattern says by the words it asks for, where no other entry's patterns ask for them:
 * 1 for a code (45009), a half for a long word, else 0.
 */
float spotter_own(const struct spotter *spotter, const struct pattern *pattern);

#endif
