/*
 * Retention: what the journal keeps no longer is deleted, class by class. Not a job of its own:
 * whoever runs it sees to it that one process does.
 */
#ifndef DAYI_JOURNAL_RETENTION_H
#define DAYI_JOURNAL_RETENTION_H

#include "office/journal/journal.h"
#include "store/store.h"

/* Days, of each class; 0: for ever. */
struct journal_days {
	int64_t turns;   /* questions and what they were answered with */
	int64_t choices; /* which entry was chosen for a question, without the conversation */
	int64_t ratings;
};

/* Rows that were deleted. `moved`: choices that outlive their turns. */
struct journal_deleted {
	size_t turns, choices, ratings, moved;
};

/*
 * Deletes what is older than that, by the database's clock; few rows at a time, so that the writer
 * gets its turn. So many at the most in one call that it may have to be called again: *more.
 * Before turns go, the choices among them that are kept longer are moved to where they stand by
 * themselves. In a job. STATUS_BUSY, STATUS_IO: some of it may have been deleted, which `deleted`
 * counts.
 */
MUST_CHECK enum status journal_retain(struct store *store, const struct journal_days *days,
                                      struct journal_deleted *deleted, bool *more);

#endif
