/*
 * Difference: what one knowledge says and another does not, sentence by sentence. A sentence that
 * was reworded is one that went and one that came.
 *
 * One thread. Everything is borrowed from the two, or lies in the arena.
 */
#ifndef DAYI_AUTHORING_DIFFERENCE_H
#define DAYI_AUTHORING_DIFFERENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"

enum difference_member {
	DIFFERENCE_QUESTION,
	DIFFERENCE_ALTERNATE,
	DIFFERENCE_PROMPT,
	DIFFERENCE_PATTERN,
	DIFFERENCE_UNLESS, /* a pattern where the entry's own do not count */
	DIFFERENCE_COUNTER_EXAMPLE,
	DIFFERENCE_CASE_ALTERNATE,
	DIFFERENCE_CASE_PATTERN,
	DIFFERENCE_SITUATION,
	DIFFERENCE_ADVICE,
	DIFFERENCE_ANSWER,
};
enum { DIFFERENCE_MEMBERS = DIFFERENCE_ANSWER + 1 };

/* "question", "alternate", "counter_example", … */
const char *difference_member_name(enum difference_member member);

struct difference {
	const struct entry *entry; /* of the knowledge that says it */
	enum difference_member member;
	const char *text;              /* of a pattern its source */
	const struct pattern *pattern; /* or NULL */
	bool added;                    /* only `after` says it; else only `before` */
};

struct differences {
	const struct difference *items;
	size_t count;
	/*
	 * At most commas, blanks and what only the office reads are others: no question and no
	 * record can end otherwise, and nobody reads another word, sign or source.
	 */
	bool trivial;
	/* Nothing that finds an entry is another, commas apart; answers may be. */
	bool finds_alike;
};

/* STATUS_NO_MEMORY. */
MUST_CHECK enum status differences_find(const struct knowledge *before,
                                        const struct knowledge *after, struct arena *arena,
                                        struct differences *out);

/* Whether the two of one id have the same rules: then a record cannot tell them apart. */
bool entries_judge_alike(const struct entry *one, const struct entry *other);

#endif
