/*
 * Spot: tells which patterns a message may match, from the words in it.
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

/* Immutable: any number of threads may share one. */
struct spotter;

/* Borrows the knowledge. */
MUST_CHECK enum status spotter_create(const struct knowledge *knowledge, struct spotter **out);
/* Takes NULL. */
void spotter_destroy(struct spotter *spotter);

/* The marks of one pass, and what was set aside. One thread at a time. Borrows the spotter. */
struct spotting;
MUST_CHECK enum status spotting_create(const struct spotter *spotter, struct spotting **out);
/* Takes NULL. */
void spotting_destroy(struct spotting *spotting);

/* Searches the text, which is normalised. Forgets what the last search found. */
void spotting_read(struct spotting *spotting, const struct text *text);

struct spotted {
	const struct pattern *pattern;
	uint32_t row;
};

/*
 * The patterns by which an entry is found (its own and its cases') that are worth trying: those
 * that ask for longer words first, those that ask for none last. Valid until the next pass.
 */
const struct spotted *spotting_list(const struct spotting *spotting, size_t *count);

/* False where the text of the last pass cannot hold the pattern, which must be an entry's. */
bool spotting_may_find(const struct spotting *spotting, const struct pattern *pattern);

/* At how many places of the text of the last pass the pattern can begin, at most. */
size_t spotting_starts(const struct spotting *spotting, const struct pattern *pattern);

/*
 * Those places, in bytes of the text of the last pass and in no order, where they are known and not
 * very many; else NULL. Valid until the next call.
 */
const uint32_t *spotting_places(struct spotting *spotting, const struct pattern *pattern,
                                size_t *count);

/* What a search for a pattern in the text of the last pass came to; bytes, [start, end). */
struct spot {
	bool found;
	size_t start, end;
};

/* A pattern is searched for once: what it came to is kept until the next pass. */
void spotting_note(struct spotting *spotting, const struct pattern *pattern, struct spot spot);
/* What spotting_note() kept since the last pass; NULL where the pattern was not searched for. */
const struct spot *spotting_noted(const struct spotting *spotting, const struct pattern *pattern);

/*
 * The pattern is not worth trying any more: it was slower than it may be. Each thread finds that
 * out for itself: what one of them was asked does not change the answers of another.
 */
void spotting_set_aside(struct spotting *spotting, const struct pattern *pattern);
/* One that was set aside and is not named yet, which it then is; else NULL. */
const struct pattern *spotting_name_aside(struct spotting *spotting);

/*
 * How much the pattern says by the words it asks for, where no other entry's patterns ask for them:
 * 1 for a code (45009), a half for a long word, else 0.
 */
float spotter_own(const struct spotter *spotter, const struct pattern *pattern);

#endif
