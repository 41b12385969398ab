/*
 * Today: what happened since midnight in China, on one page: what was declined, which answers did
 * not help, how the office's sources are. Read in a job, completed in the loop, where the knowledge
 * is.
 */
#ifndef DAYI_SERVICE_TODAY_H
#define DAYI_SERVICE_TODAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "engine/knowledge/knowledge.h"
#include "office/journal/day.h"
#include "service/metrics.h"

struct service;

enum { TODAY_GROUPS_MOST = 20, TODAY_ENTRIES_MOST = 20, TODAY_REASONS_MOST = 3 };

/* Questions that are one once they are normalised. */
struct today_declined {
	struct span question; /* the most frequent of them, masked */
	const char *reason, *topic;
	int64_t count, last_ms;
};

struct today_disliked {
	struct span id;
	const struct entry *entry; /* NULL: there is none of that id any more */
	size_t count;
	struct span reasons[TODAY_REASONS_MOST]; /* the latest that were given */
	size_t reason_count;
};

struct today {
	struct arena *arena;
	int64_t since_ms;
	bool journal_kept;
	enum status journal_status; /* of reading it */
	struct journal_day day;
	/* Completed in the loop; borrowed from the arena and the knowledge in use. */
	struct today_declined declined[TODAY_GROUPS_MOST]; /* the most frequent first */
	size_t declined_count, declined_more;              /* groups that do not fit */
	struct today_disliked disliked[TODAY_ENTRIES_MOST];
	size_t disliked_count;
	struct metrics_gauges gauges;
	bool records; /* there is a source */
};

/* Any thread. Owned by the caller, also unless STATUS_OK; may be NULL. */
MUST_CHECK enum status today_read(struct today **out, const struct journal_settings *journal,
                                  int64_t wall_ms);

/* Loop thread. */
MUST_CHECK enum status today_complete(struct today *today, const struct service *service);

/* Takes NULL. */
void today_destroy(struct today *today);

#endif
