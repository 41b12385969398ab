/*
 * Pattern literals: the words of which a text must contain one for a pattern to match.
 *
 * * * The text must be normalised (no letter but an ASCII one is a case of an ASCII letter).
 *
 * * * They are read from plain text of the pattern: characters and escaped punctuation that no
 * quantifier makes optional, and groups of such alternatives, which is what a word class becomes.
 * Syntax that could hide them ((?x), \Q, comments, verbs) gives none, and the pattern has to be
 * tried on every text.
 */
#ifndef DAYI_KNOWLEDGE_PATTERN_LITERALS_H
#define DAYI_KNOWLEDGE_PATTERN_LITERALS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"

enum { LITERAL_SETS_MOST = 4 };

/* The words of a set, concatenated, each with its terminator, ASCII in lower case. */
struct literal_set {
	char *words; /* owned by the pattern */
	size_t count;
	size_t least; /* code points of its shortest word */
	bool leads;   /* the pattern begins with one of them */
};

struct pattern_literals {
	struct literal_set sets[LITERAL_SETS_MOST]; /* the one that tells most first */
	size_t count;                               /* 0: nothing is known */
};

/* `source` must be a pattern that PCRE2 compiles. STATUS_NO_MEMORY. */
MUST_CHECK enum status pattern_literals_of(struct span source, struct pattern_literals *out);
void pattern_literals_deinit(struct pattern_literals *literals);

#endif
