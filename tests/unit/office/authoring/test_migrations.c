/*
 * Every schema from every version on, over both stores: rows in every table that there was then
 * are there afterwards, unchanged. Columns and types are read from the database, so that a table
 * that is new is filled without being named here. For the one release that there was, as SQL out of
 * its own sources (fixtures/schemas).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/buf.h"
#include "base/file.h"
#include "database.h"
#include "office/authoring/draft.h"
#include "office/versions/versions.h"

/* Of headers that are not meant to be read together. */
extern const struct store_schema accounts_schema, audit_schema, groups_schema, handover_schema,
        journal_schema, keys_schema, notices_schema, session_schema;

enum { TEXT_SIZE = 256, LIST_SIZE = 8192, SQL_SIZE = 4096, CHECKS_MOST = 64, ROWS = 2 };

static const struct store_schema *const all[] = {
	&accounts_schema, &audit_schema, &drafts_schema,  &groups_schema,  &handover_schema,
	&journal_schema,  &keys_schema,  &notices_schema, &session_schema, &versions_schema,
};

/* A row that was written, as a question whose answer is 1 as long as it is there unchanged. */
struct checks {
	char sql[CHECKS_MOST][SQL_SIZE];
	size_t count;
};

static struct store *opened(const char *url, const struct store_schema *schema)
{
	const struct store_settings settings = { .url = url, .busy_ms = 5000 };
	char problem[STORE_PROBLEM_SIZE];
	struct store *store;

	if (store_open(&store, &settings, schema, problem) != STATUS_OK)
		fail_msg("%s: %s", schema->table, problem);
	return store;
}

/* A line each, without those of the store itself. */
static void list_tables(const struct database *database, char list[LIST_SIZE])
{
	database_ask(database,
	             database->postgres ? "SELECT string_agg(tablename, chr(10)) FROM pg_tables"
	                                  " WHERE schemaname = current_schema()"
	                                  " AND tablename NOT LIKE 'dayi%'"
	                                : "SELECT group_concat(name, char(10)) FROM sqlite_schema"
	                                  " WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
	             list, LIST_SIZE);
}

/* A line each: name, type, whether it may be NULL. Without keys that the database makes up. */
static void list_columns(const struct database *database, const char *table, char list[LIST_SIZE])
{
	char sql[SQL_SIZE];

	snprintf(sql, sizeof(sql),
	         database->postgres
	                 ? "SELECT string_agg(column_name || ' ' || split_part(data_type, ' ', 1)"
	                   " || ' ' || (is_nullable = 'YES')::int, chr(10)"
	                   " ORDER BY ordinal_position) FROM information_schema.columns"
	                   " WHERE table_schema = current_schema() AND table_name = '%s'"
	                   " AND is_identity = 'NO'"
	                 : "SELECT group_concat(name || ' ' || type || ' '"
	                   " || (\"notnull\" = 0 AND pk = 0), char(10))"
	                   " FROM pragma_table_info('%s')",
	         table);
	database_ask(database, sql, list, LIST_SIZE);
	assert_true(list[0]);
}

/* What stands in the row's column: every column of a table differs, and so do the two rows. */
static void write_value(char value[TEXT_SIZE], const char *name, const char *type, int row)
{
	if (strcmp(type, "BLOB") == 0)
		snprintf(value, TEXT_SIZE, "x'00ff%02x'", row);
	else if (strcmp(type, "bytea") == 0)
		snprintf(value, TEXT_SIZE, "'\\x00ff%02x'::bytea", row);
	else if (strcmp(type, "REAL") == 0 || strcmp(type, "double") == 0)
		snprintf(value, TEXT_SIZE, "%d.25", row);
	else if (strcmp(type, "INTEGER") == 0 || strcmp(type, "bigint") == 0)
		snprintf(value, TEXT_SIZE, "%d", row);
	else if (strcmp(type, "TEXT") == 0 || strcmp(type, "text") == 0)
		snprintf(value, TEXT_SIZE, "'%s 值''%d'", name, row);
	else
		fail_msg("%s: %s", name, type);
}

static void append(char sql[SQL_SIZE], const char *before, const char *text)
{
	const size_t len = strlen(sql);

	assert_true(snprintf(sql + len, SQL_SIZE - len, "%s%s", before, text) <
	            (int)(SQL_SIZE - len));
}

/* A row with every column, or with NULL wherever that may be; false: the table takes no such row.
 */
static bool write_row(const struct database *database, const char *table, int row, char *check)
{
	char columns[LIST_SIZE], names[SQL_SIZE] = "", values[SQL_SIZE] = "", sql[3 * SQL_SIZE];
	char *rest = NULL;

	snprintf(check, SQL_SIZE, "SELECT count(*) FROM %s WHERE true", table);
	list_columns(database, table, columns);
	for (char *line = strtok_r(columns, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		char name[64], type[32], value[TEXT_SIZE];
		int nullable;

		assert_int_equal(sscanf(line, "%63s %31s %d", name, type, &nullable), 3);
		write_value(value, name, type, row);
		if (nullable && row == ROWS)
			snprintf(value, sizeof(value), "NULL");
		append(names, names[0] ? ", " : "", name);
		append(values, values[0] ? ", " : "", value);
		append(check, " AND ", name);
		append(check, strcmp(value, "NULL") == 0 ? " IS " : " = ", value);
	}
	snprintf(sql, sizeof(sql), "INSERT INTO %s (%s) VALUES (%s)", table, names, values);
	return !database_refuses(database, sql);
}

/* Rows in every table, as many as it takes: some hold one, which is there from the beginning. */
static void fill(const struct database *database, struct checks *checks)
{
	char tables[LIST_SIZE], sql[SQL_SIZE], text[TEXT_SIZE];
	char *rest = NULL;

	list_tables(database, tables);
	for (char *table = strtok_r(tables, "\n", &rest); table;
	     table = strtok_r(NULL, "\n", &rest)) {
		int rows;

		for (int row = 1; row <= ROWS; row++) {
			assert_true(checks->count < CHECKS_MOST);
			if (write_row(database, table, row, checks->sql[checks->count]))
				checks->count++;
		}
		snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", table);
		rows = atoi(database_ask(database, sql, text, sizeof(text)));
		assert_true(rows > 0);
		assert_true(checks->count < CHECKS_MOST);
		/* As many as there were, neither doubled nor lost. */
		snprintf(checks->sql[checks->count++], SQL_SIZE, "SELECT count(*) - %d FROM %s",
		         rows - 1, table);
	}
}

/* Over a store of its own, from that version to the last one. */
static void pass(const struct database *database, const struct store_schema *schema, int version)
{
	struct store_schema old = *schema;
	struct checks *checks = calloc(1, sizeof(*checks));
	char text[TEXT_SIZE];
	struct store *store;

	assert_non_null(checks);
	old.version = version;
	store_close(opened(database->url, &old));
	fill(database, checks);
	/* The second time nothing is left to be done. */
	for (int times = 0; times < 2; times++) {
		store = opened(database->url, schema);
		assert_int_equal(store_version(store), schema->version);
		store_close(store);
		for (size_t i = 0; i < checks->count; i++)
			if (strcmp(database_ask(database, checks->sql[i], text, sizeof(text)),
			           "1") != 0)
				fail_msg("%s from version %d: %s: %s", schema->table, version,
				         checks->sql[i], text);
	}
	free(checks);
}

static void every_row_of_every_table_is_kept_from_every_version_on(void **state)
{
	const struct database *database = *state;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (int version = 1; version <= all[i]->version; version++) {
			void *own = database->postgres;

			assert_int_equal(database_begin(&own), 0);
			pass(own, all[i], version);
			assert_int_equal(database_end(&own), 0);
		}
}

/* So that none is left out of the list above: those that the backup knows are all there are. */
static void every_schema_is_in_this_test(void **state)
{
	struct buf source;
	size_t count = 0;

	(void)state;
	buf_init(&source, 1 << 20);
	assert_int_equal(file_read(DAYI_SOURCE_DIR "/src/cli/backup.c", &source), STATUS_OK);
	for (const char *at = strstr(buf_text(&source), "_schema, config->"); at;
	     at = strstr(at + 1, "_schema, config->"))
		count++;
	buf_deinit(&source);
	assert_int_equal(count, sizeof(all) / sizeof(all[0]));
}

static void run_file(const struct database *database, const char *name)
{
	char folder[PATH_SIZE];
	struct buf sql;
	sqlite3 *db;

	buf_init(&sql, 1 << 20);
	assert_int_equal(file_read(name, &sql), STATUS_OK);
	assert_int_equal(mkdir(scratch_path(&database->scratch, "inner", folder), 0700), 0);
	assert_int_equal(sqlite3_open(database->file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, buf_text(&sql), NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	buf_deinit(&sql);
}

static void the_journal_of_the_release_keeps_its_turns(void **state)
{
	const struct database *database = *state;
	char text[TEXT_SIZE];

	run_file(database, DAYI_SOURCE_DIR "/tests/fixtures/schemas/journal-v0.1.0.sql");
	store_close(opened(database->url, &journal_schema));
	assert_string_equal(database_ask(database,
	                                 "SELECT group_concat(question || '=' || entries || '/' ||"
	                                 " cases || '/' || verdicts, ';') FROM turn",
	                                 text, sizeof(text)),
	                    "证书过期还可以延续吗=renew/1/;食堂几点开饭=//");
	assert_string_equal(
	        database_ask(database, "SELECT receipt || value FROM rating", text, sizeof(text)),
	        "r1up");
	assert_string_equal(
	        database_ask(database, "SELECT question FROM unanswered", text, sizeof(text)),
	        "食堂几点开饭");
}

static void the_audit_of_the_release_is_opened(void **state)
{
	const struct database *database = *state;

	run_file(database, DAYI_SOURCE_DIR "/tests/fixtures/schemas/audit-v0.1.0.sql");
	store_close(opened(database->url, &audit_schema));
	assert_true(database_refuses(database,
	                             "INSERT INTO record_read VALUES (2, 1, 'a', 'b', 'c',"
	                             " 'd', 'e', 'f')"));
}

int main(void)
{
	/* The release knew files only. */
	const struct CMUnitTest sqlite[] = {
		cmocka_unit_test(every_schema_is_in_this_test),
		OVER_SQLITE(every_row_of_every_table_is_kept_from_every_version_on),
		OVER_SQLITE(the_journal_of_the_release_keeps_its_turns),
		OVER_SQLITE(the_audit_of_the_release_is_opened),
	};
	const struct CMUnitTest postgres[] = {
		OVER_POSTGRES(every_row_of_every_table_is_kept_from_every_version_on),
	};
	const int failed = cmocka_run_group_tests(sqlite, NULL, NULL);

	return failed + run_over_postgres(postgres);
}
