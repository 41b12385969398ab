/*
 * Databases for the tests of what lasts: the same tests run over a SQLite file and over PostgreSQL.
 *
 * Give database_group_begin() and database_group_end() to the group over PostgreSQL, and
 * database_begin() and database_end() to each test: *state is a struct database then. Without a
 * group's PostgreSQL it is a file. Each test has a folder and, in PostgreSQL, tables of its own.
 */
#ifndef DAYI_TESTS_DATABASE_H
#define DAYI_TESTS_DATABASE_H

#include <stdbool.h>
#include <stddef.h>

#include "postgres.h"

struct database {
	struct scratch_folder scratch;
	struct postgres *postgres; /* NULL: a file */
	char file[PATH_SIZE];      /* that there is, or would be */
	char url[PATH_SIZE * 2];   /* the file, or a connection string */
};

int database_group_begin(void **state);
int database_group_end(void **state);
int database_begin(void **state);
int database_end(void **state);

/* As another program would; what is returned is text, "" where there is none. */
void database_run(const struct database *database, const char *sql);
const char *database_ask(const struct database *database, const char *sql, char *text, size_t size);
/* Whether a rule of the tables keeps it from running. */
bool database_refuses(const struct database *database, const char *sql);

/* A test over both, for the arrays of two groups. */
#define OVER_SQLITE(test_)                                                                         \
	{                                                                                          \
		.name = #test_ " (SQLite)", .test_func = (test_), .setup_func = database_begin,    \
		.teardown_func = database_end                                                      \
	}
#define OVER_POSTGRES(test_)                                                                       \
	{                                                                                          \
		.name = #test_ " (PostgreSQL)", .test_func = (test_),                              \
		.setup_func = database_begin, .teardown_func = database_end                        \
	}

/* Says so where this machine has no PostgreSQL, and returns 0. */
#define run_over_postgres(tests_)                                                                  \
	(postgres_is_there()                                                                       \
	         ? cmocka_run_group_tests((tests_), database_group_begin, database_group_end)      \
	         : (print_message("no PostgreSQL here: its tests are left out\n"), 0))

#endif
