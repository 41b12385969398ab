/*
 * Verdict diff: which records get another verdict when one model takes the place of another. Tried
 * are the sample records of both, others that are given, and records made up of what the rules of
 * either can tell apart (the atlas of cases).
 *
 * An entry whose rules are the same in both, over the same relations, cannot judge otherwise, and
 * is passed over. One thread for a pair of sides.
 */
#ifndef DAYI_AUTHORING_VERDICT_DIFF_H
#define DAYI_AUTHORING_VERDICT_DIFF_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/status.h"
#include "office/authoring/answer_diff.h"

/* Facts about somebody who is made up. Borrowed. */
struct verdict_record {
	const char *today; /* YYYY-MM-DD */
	struct span facts; /* JSON, as facts_read_json() reads it */
};

struct verdict_turn {
	const char *case_id;
	const char *before, *after; /* verdict_name(), or "none": there is no such case */
};

/* One record, or several of the atlas, that turn the same cases of an entry the same way. */
struct verdict_change {
	const char *entry; /* its id */
	int number;        /* 0 where it has none */
	bool made_up;      /* by the atlas */
	const char *today;
	const char *facts; /* of the first of them */
	size_t records;    /* how many */
	const struct verdict_turn *turns;
	size_t turn_count;
};

struct verdict_diff {
	const struct verdict_change *changes; /* samples before what is made up */
	size_t count;
	size_t more;    /* that are not listed */
	size_t records; /* verdicts that were tried */
};

enum { VERDICT_CHANGES_MOST = 200 };

/*
 * The result is in the arena. `ended`, unless NULL, ends it once it is true: STATUS_CLOSED.
 * STATUS_NO_MEMORY.
 */
MUST_CHECK enum status verdict_diff_run(const struct diff_side *before,
                                        const struct diff_side *after,
                                        const struct verdict_record *records, size_t count,
                                        const atomic_bool *ended, struct arena *arena,
                                        struct verdict_diff *out);

#endif
