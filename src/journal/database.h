/*
 * Database: what the journal's SQLite files have in common: how they are made, opened, run.
 */
#ifndef DAYI_JOURNAL_DATABASE_H
#define DAYI_JOURNAL_DATABASE_H

#include <stdint.h>

#include <sqlite3.h>

#include "base/status.h"

enum { DATABASE_PROBLEM_SIZE = 256 };

struct database_form {
	int version;              /* user_version of the schema */
	const char *const *steps; /* each brings the schema from the version that is its index to
	                             the next one; a new file takes them all */
	const char *pragmas;      /* of every connection */
};

/*
 * Opens the file, making it (mode 0600, its folder too) when it is missing, and brings its schema
 * to the version of the form, all of it or nothing.
 * STATUS_INVALID when a later version wrote it, STATUS_BUSY, STATUS_IO; `problem` then says what
 * hindered. *out may be set on failure, too; the caller closes it in either case.
 */
MUST_CHECK enum status database_open(sqlite3 **out, const char *file, int64_t busy_ms,
                                     const struct database_form *form,
                                     char problem[DATABASE_PROBLEM_SIZE]);

/* Runs statements without results. */
MUST_CHECK enum status database_run(sqlite3 *db, const char *sql);

/* Commits when `status` is STATUS_OK, else rolls back; returns what came of it. */
MUST_CHECK enum status database_end(sqlite3 *db, enum status status);

/* user_version; -1 when it can not be read. */
int database_version(sqlite3 *db);

enum status database_status(int result);

#endif
