/*
 * Database file: what stood under the names of a SQLite database when it was opened, and whether it
 * still does. Looks at names only; the one file that is opened here is one that it has just made.
 */
#ifndef DAYI_STORE_DATABASE_FILE_H
#define DAYI_STORE_DATABASE_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/status.h"
#include "store/store.h"

enum { DATABASE_FILES = 3 };

/* The database, its -wal and its -shm. */
struct database_files {
	struct {
		bool there;
		dev_t device;
		ino_t inode;
	} files[DATABASE_FILES];
};

/*
 * Makes the file (0600) and its folder (0700) where they are missing; `problem` says why not. A
 * file that is there is closed to users that are neither its owner nor of its group.
 */
MUST_CHECK enum status database_file_make(const char *file, char problem[STORE_PROBLEM_SIZE]);

struct database_files database_files_note(const char *file);

/* Whether the names lead to what was noted; `database_file_unchanged`: the first of them alone. */
bool database_files_unchanged(const char *file, const struct database_files *noted);
bool database_file_unchanged(const char *file, const struct database_files *noted);

/* Removes the -wal and -shm that were noted, where their names still lead to them. */
void database_files_remove_companions(const char *file, const struct database_files *noted);

#endif
