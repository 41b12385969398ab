/*
 * Privacy starts: the places of a text at which a rule's match can begin.
 *
 * A rule whose pattern opens with a class of plain characters, "[...]" or "(?=[...])", matches
 * nowhere but at one of them. A look-ahead may have a class for each of the first three characters,
 * "(?=[...][...])". One pass over the text notes those places for all such rules, and PCRE2 is
 * asked at them only.
 */
#ifndef DAYI_TEXT_PRIVACY_STARTS_H
#define DAYI_TEXT_PRIVACY_STARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bit_filter.h"
#include "base/span.h"
#include "base/status.h"

enum { PRIVACY_STARTS_MOST = 64 /* rules; any more are tried everywhere */ };

/* The first characters of the rules. Immutable: any thread may use it. */
struct privacy_starts;

/* `patterns` in the order of their rules; not kept. STATUS_NO_MEMORY. */
MUST_CHECK enum status privacy_starts_create(struct privacy_starts **out,
                                             const char *const *patterns, size_t count);
void privacy_starts_destroy(struct privacy_starts *starts);

/* Whether the rule begins at known places only. */
bool privacy_starts_known(const struct privacy_starts *starts, size_t rule);

/*
 * How much of its pattern need not be compiled, where it is searched at those places only: the
 * look-ahead that it opens with.
 */
size_t privacy_starts_skip(const struct privacy_starts *starts, size_t rule);

/* The places of one text, for one rule after the other. Borrowed from the arena. */
struct privacy_places {
	const struct privacy_starts *starts;
	struct privacy_place *items; /* by place */
	uint64_t *blocks;            /* the rules of a row of places together */
	struct bit_filter points;    /* all characters of the text */
	size_t count;
	size_t next; /* to be looked at for the rule at hand */
};

/* Finds the places in a well-formed UTF-8 text. `starts` must outlive *out. STATUS_NO_MEMORY. */
MUST_CHECK enum status privacy_places_find(const struct privacy_starts *starts, struct span text,
                                           struct arena *arena, struct privacy_places *out);

/* Whether the text may have all characters of the word. */
bool privacy_places_may_have(const struct privacy_places *places, struct span word);

/* Goes back to the first place. Call it before the first privacy_places_next() for a rule. */
void privacy_places_rewind(struct privacy_places *places);

/*
 * The first byte, not before `from`, at which a match of the rule can begin; SIZE_MAX: there is
 * none. `from` may only grow.
 */
size_t privacy_places_next(struct privacy_places *places, size_t rule, size_t from);

#endif
