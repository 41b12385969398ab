/*
 * Database: what the journal's SQLite files have in common: how they are made, opened, run, and
 * how it is noticed that one of them was taken away.
 *
 * This process never opens a database, its -wal or its -shm by itself: closing any descriptor of a
 * file drops all locks that the process has on it (POSIX), SQLite's among them. Another program
 * then takes the file for unused, removes the -wal and with it all that was written since.
 */
#ifndef DAYI_JOURNAL_DATABASE_H
#define DAYI_JOURNAL_DATABASE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <sqlite3.h>

#include "base/status.h"

enum { DATABASE_PROBLEM_SIZE = 256 };

struct database_form {
	int version;              /* user_version of the schema */
	const char *const *steps; /* each brings the schema from the version that is its index to
	                             the next one; a new file takes them all */
	const char *pragmas;      /* of every connection */
	const char *table;        /* that a file of any version above 0 has */
};

enum { DATABASE_FILES = 3 };

/* What stood under the names of the database, its -wal and its -shm when it was opened. */
struct database_place {
	struct {
		bool there;
		dev_t device;
		ino_t inode;
	} files[DATABASE_FILES];
};

/*
 * Opens the file, making it (mode 0600, its folder 0700) when it is missing, and brings its schema
 * to the version of the form, all of it or nothing. *place says what was opened. One that is there
 * is closed to users that are neither its owner nor of its group.
 * STATUS_INVALID when a later version or another program wrote it, STATUS_BUSY, STATUS_IO;
 * `problem` then says what hindered. *out may be set on failure, too; the caller closes it in
 * either case.
 */
MUST_CHECK enum status database_open(sqlite3 **out, const char *file, int64_t busy_ms,
                                     const struct database_form *form, struct database_place *place,
                                     char problem[DATABASE_PROBLEM_SIZE]);

/*
 * Whether the names still lead to what was opened. False: somebody renamed, removed or exchanged
 * one of them, and what is written now is not where the name leads. Any thread.
 */
bool database_in_place(const char *file, const struct database_place *place);

/*
 * Before one is closed that is not in its place any more: writes what its -wal holds into the
 * database, wherever that is now, and sees to it that the close leaves alone what others have put
 * under its names. STATUS_BUSY when another program reads it: it must not be closed then, for its
 * -wal would be taken for that of what has taken its place. Otherwise close it, whatever this
 * returns; unless STATUS_OK, something of the -wal is lost.
 */
MUST_CHECK enum status database_settle(sqlite3 *db, const char *file,
                                       const struct database_place *place);

/* Runs statements without results. */
MUST_CHECK enum status database_run(sqlite3 *db, const char *sql);

/* Commits when `status` is STATUS_OK, else rolls back; returns what came of it. */
MUST_CHECK enum status database_end(sqlite3 *db, enum status status);

/* user_version; -1 when it can not be read. */
int database_version(sqlite3 *db);

enum status database_status(int result);

#endif
