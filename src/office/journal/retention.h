/*
 * Retention: what the journal keeps no longer is deleted, class by class. Not a job of its own:
 * whoever runs it sees to it that one process does.
 */
#ifndef DAYI_JOURNAL_RETENTION_H
#define DAYI_JOURNAL_RETENTION_H

#include "office/journal/journal.h"
#include "store/store.h"

/* Rows that were deleted. `moved`: choices that outlive their turns. */
struct journal_deleted {
	size_t turns, choices, ratings, moved;
};

/*
 * Deletes what is older than that, by the database's clock; few rows at a time, so that the writer
 * gets its turn. So many at the most in one call that it may have to be called again: *more.
 * As turns go, the choices among them that are kept longer are moved to where they stand by
 * themselves. In a job. STATUS_BUSY, STATUS_IO: some of it may have been deleted, which `deleted`
 * counts.
 */
MUST_CHECK enum status journal_retain(struct store *store, const struct journal_days *days,
                                      struct journal_deleted *deleted, bool *more);

/*
 * The same for the journal of these settings, which is opened for it; nothing where another process
 * does it just now. `problem` says what hindered, "" where that is nothing.
 */
MUST_CHECK enum status journal_retain_here(const struct journal_settings *journal,
                                           struct journal_deleted *deleted, bool *more,
                                           char problem[STORE_PROBLEM_SIZE]);

#endif
