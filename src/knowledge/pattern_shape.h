/*
 * The shape of a pattern: what its syntax tells about how it can backtrack, and what a text needs
 * to be matched by it. Private to knowledge/.
 *
 * The rule: a group that may be repeated without bound (100 times and more count as that) must
 * not be able to match one text in two ways. So its body must hold no quantifier that gives back
 * what it took, and no alternation whose branches can begin alike (ab|ac differ soon enough, a|ab
 * do not). The rule is on the safe side: (?:[^,]*,)* is refused, although the comma would keep it
 * from harm;
 * (?:[^,]*+,)* is accepted.
 *
 * Doubtful are three or more unbounded quantifiers in one branch that can each take what stands
 * behind it: .*a.*b.*c takes time in the third power of the text's length.
 */
#ifndef DAYI_KNOWLEDGE_PATTERN_SHAPE_H
#define DAYI_KNOWLEDGE_PATTERN_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "knowledge/pattern_needs.h"

enum {
	SHAPE_RUNS_MOST = 16,
	SHAPE_RUN_SIZE = 40,
};

struct pattern_shape {
	const char *refused;    /* why, or NULL */
	size_t refused_at;      /* in bytes */
	const char *doubtful;   /* why, or NULL */
	bool repeats_group;     /* holds a group that may be repeated, a recursion or a back
	                           reference: only such can take exponential time */
	unsigned variable_most; /* quantifiers whose counts may vary */
	/* Texts that the pattern spells out: the first and the last ones. */
	char runs[SHAPE_RUNS_MOST][SHAPE_RUN_SIZE];
	size_t run_count;
	char last_run[SHAPE_RUN_SIZE];
	struct pattern_needs needs;
};

/* `source` must be a pattern that PCRE2 compiles. */
void pattern_shape_of(struct span source, struct pattern_shape *out);

#endif
