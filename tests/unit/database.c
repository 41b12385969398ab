#include "database.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libpq-fe.h>
#include <sqlite3.h>

int database_group_begin(void **state)
{
	struct postgres *postgres = calloc(1, sizeof(*postgres));

	assert_non_null(postgres);
	postgres_make(postgres);
	postgres_start(postgres);
	*state = postgres;
	return 0;
}

int database_group_end(void **state)
{
	struct postgres *postgres = *state;

	postgres_remove(postgres);
	free(postgres);
	return 0;
}

int database_begin(void **state)
{
	struct postgres *postgres = *state;
	struct database *database = calloc(1, sizeof(*database));
	char sql[PATH_SIZE];

	assert_non_null(database);
	scratch_make(&database->scratch);
	database->postgres = postgres;
	scratch_path(&database->scratch, "inner/dayi.db", database->file);
	snprintf(database->url, sizeof(database->url), "%s", database->file);
	if (postgres) {
		const char *name = strrchr(database->scratch.folder, '-') + 1;

		if (!postgres->pid)
			postgres_start(postgres);
		snprintf(database->url, sizeof(database->url), "%s options='-c search_path=\"%s\"'",
		         postgres->conninfo, name);
		snprintf(sql, sizeof(sql), "CREATE SCHEMA \"%s\"", name);
		postgres_run(postgres, sql);
	}
	*state = database;
	return 0;
}

int database_end(void **state)
{
	struct database *database = *state;

	scratch_remove(&database->scratch);
	free(database);
	return 0;
}

/* The result's first value, where it has one. True: it ran; *rule: the tables refused it. */
static bool run_in_file(const struct database *database, const char *sql, char *text, size_t size,
                        bool *rule)
{
	sqlite3_stmt *statement = NULL;
	sqlite3 *db;
	int result = SQLITE_OK;

	assert_int_equal(sqlite3_open(database->file, &db), SQLITE_OK);
	while (result == SQLITE_OK && *sql) {
		result = sqlite3_prepare_v2(db, sql, -1, &statement, &sql);
		if (result != SQLITE_OK || !statement)
			break;
		while (sqlite3_step(statement) == SQLITE_ROW)
			if (text && !*text)
				snprintf(text, size, "%s",
				         (const char *)sqlite3_column_text(statement, 0));
		result = sqlite3_finalize(statement);
	}
	*rule = result == SQLITE_CONSTRAINT;
	sqlite3_close(db);
	return result == SQLITE_OK;
}

static bool run_in_postgres(const struct database *database, const char *sql, char *text,
                            size_t size, bool *rule)
{
	PGconn *conn = PQconnectdb(database->url);
	PGresult *result = PQexec(conn, sql);
	const ExecStatusType status = PQresultStatus(result);
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	*rule = state && strncmp(state, "23", 2) == 0;
	if (text && PQntuples(result) > 0)
		snprintf(text, size, "%s", PQgetvalue(result, 0, 0));
	PQclear(result);
	PQfinish(conn);
	return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

static bool run(const struct database *database, const char *sql, char *text, size_t size,
                bool *rule)
{
	if (text)
		text[0] = '\0';
	return (database->postgres ? run_in_postgres : run_in_file)(database, sql, text, size,
	                                                            rule);
}

void database_run(const struct database *database, const char *sql)
{
	bool rule;

	if (!run(database, sql, NULL, 0, &rule))
		fail_msg("%s", sql);
}

const char *database_ask(const struct database *database, const char *sql, char *text, size_t size)
{
	bool rule;

	if (!run(database, sql, text, size, &rule))
		fail_msg("%s", sql);
	return text;
}

bool database_refuses(const struct database *database, const char *sql)
{
	bool rule;

	return !run(database, sql, NULL, 0, &rule) && rule;
}
