/*
 * Dump: a PostgreSQL database as a file, by pg_dump and pg_restore of the machine. Passwords go to
 * them through the environment, never on the command line.
 */
#ifndef DAYI_STORE_DUMP_H
#define DAYI_STORE_DUMP_H

#include "base/status.h"
#include "store/store.h"

/*
 * Writes all of the database at `url` to `file`, which must not be there. STATUS_NOT_FOUND: this
 * machine has no pg_dump; STATUS_IO: it failed, as where the server is newer than it; `problem`
 * then says what it said last.
 */
MUST_CHECK enum status store_dump(const char *url, const char *file,
                                  char problem[STORE_PROBLEM_SIZE]);

/* Of one row, in the order of the table's columns; NULL is a span without a pointer. */
typedef enum status (*store_dump_row)(void *context, const struct span *fields, size_t count);

/*
 * Calls for each row of a table that the dump `file` holds, without any database; *tables is set to
 * how many tables of that name it holds. Fields are borrowed for the call; what `visit` returns
 * ends it unless STATUS_OK. STATUS_INVALID for more than STORE_DUMP_FIELDS of them. As
 * store_dump(), of pg_restore.
 */
enum { STORE_DUMP_FIELDS = 16 };
MUST_CHECK enum status store_dump_table(const char *file, const char *table, store_dump_row visit,
                                        void *context, size_t *tables,
                                        char problem[STORE_PROBLEM_SIZE]);

/* The names are those of `table` in struct store_schema, and borrowed for the call. */
typedef void (*store_dump_visit)(void *context, const char *name, int version);

/*
 * Calls for each schema that the dump `file` holds, without any database. As store_dump(), of
 * pg_restore.
 */
MUST_CHECK enum status store_dump_versions(const char *file, store_dump_visit visit, void *context,
                                           char problem[STORE_PROBLEM_SIZE]);

/*
 * Whether store_undump() may begin. STATUS_BUSY: a program of Dayi is connected to the database;
 * one that has just ended is waited for. STATUS_IO with `problem`: it cannot be reached.
 */
MUST_CHECK enum status store_undump_ready(const char *url, char problem[STORE_PROBLEM_SIZE]);

/* Puts what `file` holds in the place of the same tables, all of it or nothing. As store_dump(). */
MUST_CHECK enum status store_undump(const char *url, const char *file,
                                    char problem[STORE_PROBLEM_SIZE]);

#endif
