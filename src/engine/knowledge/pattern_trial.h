/*
 * Pattern trial: measures the cost of a pattern by running it. Private to knowledge/.
 *
 * * * The interpreter runs it on long texts made of its own words: each word repeated, with or
 * without the words before it, and all words in turn. Steps are counted from one start position; no
 * trial takes more steps than a pattern may.
 */
#ifndef DAYI_KNOWLEDGE_PATTERN_TRIAL_H
#define DAYI_KNOWLEDGE_PATTERN_TRIAL_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/span.h"
#include "base/status.h"

enum {
	/*
	 * More steps from one position than the first are refused; from the second number on, the
	 * editor is warned.
	 */
	PATTERN_WAYS_MOST = 16384,
	PATTERN_WAYS_MANY = 8192,
};

enum trial_result {
	TRIAL_PASSED,
	TRIAL_SLOW,  /* took more than PATTERN_WAYS_MOST */
	TRIAL_EMPTY, /* matches an empty text */
	TRIAL_LOST,  /* PCRE2 gives up: a recursion without end */
};

/* *ways: what it took at most, rounded up to a power of two. STATUS_NO_MEMORY. */
MUST_CHECK enum status pattern_try(const pcre2_code *code, struct span source,
                                   enum trial_result *result, uint32_t *ways);

#endif
