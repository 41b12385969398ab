/*
 * Stale: what of the knowledge somebody should look at again: entries whose `review_by` has passed,
 * cases whose rules no longer hold, and the links of the texts, to be tried.
 *
 * Pure; any thread.
 */
#ifndef DAYI_AUTHORING_STALE_H
#define DAYI_AUTHORING_STALE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/day.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"

/* Borrowed from the knowledge. */
struct stale {
	const struct entry *entry;
	const struct entry_case *of; /* whose rules ended; NULL: the entry is overdue */
	const char *day;             /* `review_by`, or the last day of the rules */
	int64_t days;                /* that have passed since, 1 or more */
};

/*
 * A day that is today is not over. Rules are over where every one of a case has an `until` that has
 * passed: an older one beside one that holds, or will, is kept for old days and is none.
 */
void stale_find(const struct knowledge *knowledge, const char today[DAY_SIZE],
                void (*found)(void *context, const struct stale *stale), void *context);

/* An address that texts name: http or https. */
struct stale_link {
	const char *url;
	const struct entry **entries; /* that name it, in the order of the folder */
	size_t entry_count;
};

enum { STALE_LINKS_MOST = 500, STALE_URL_BYTES = 2000 };

/*
 * The links of questions, answers, situations, advice and internal notes, each once, in the order
 * in which they stand first; STALE_LINKS_MOST at most, and *more others. STATUS_NO_MEMORY.
 */
MUST_CHECK enum status stale_links(const struct knowledge *knowledge, struct arena *arena,
                                   struct stale_link **out, size_t *count, size_t *more);

#endif
