/*
 * Every schema from every version on, over both stores: what was written then is there afterwards.
 * For the one release that there was, as SQL out of its own sources (fixtures/schemas).
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
        journal_schema, session_schema;

enum { TEXT_SIZE = 256 };

/* What is written into the first version, and what asks for it in any later one. */
struct sample {
	const struct store_schema *schema;
	const char *write, *ask, *expected;
};

static const struct sample all[] = {
	{ &journal_schema,
	  "INSERT INTO turn (receipt, at, channel, session, question, outcome, entries, confidence,"
	  " knowledge, took_us) VALUES ('r1', 7, 'web', 's1', '过期', 'answer', 'renew', 0.5, 'k', "
	  "1)",
	  "SELECT question || ' ' || entries || ' ' || at FROM turn", "过期 renew 7" },
	{ &drafts_schema,
	  "INSERT INTO draft (entry, collection, base, text, revision, state, authors, names, by, "
	  "at,"
	  " errors) VALUES ('e', 'faq', '{}', '{\"a\":1}', 3, 1, 'a', '李', '李', 7, 0)",
	  "SELECT entry || ' ' || text || ' ' || revision FROM draft", "e {\"a\":1} 3" },
	{ &accounts_schema, NULL, "SELECT count(*) FROM account", "0" },
	{ &handover_schema, NULL, "SELECT count(*) FROM handover", "0" },
	{ &audit_schema, NULL, "SELECT count(*) FROM record_read", "0" },
	{ &session_schema, NULL, NULL, NULL },
	{ &groups_schema, NULL, NULL, NULL },
	{ &versions_schema,
	  "INSERT INTO knowledge_move (number, version, at, who, why) VALUES (1, 1, 7, '李', '')",
	  "SELECT who || ' ' || at FROM knowledge_move", "李 7" },
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

static void pass(const struct database *database, const struct sample *sample, int version)
{
	struct store_schema old = *sample->schema;
	char text[TEXT_SIZE];
	struct store *store;

	old.version = version;
	store_close(opened(database->url, &old));
	if (version == 1 && sample->write)
		database_run(database, sample->write);
	store = opened(database->url, sample->schema);
	assert_int_equal(store_version(store), sample->schema->version);
	store_close(store);
	if (version == 1 && sample->ask)
		assert_string_equal(database_ask(database, sample->ask, text, sizeof(text)),
		                    sample->expected);
	/* And once more: nothing is left to be done. */
	store_close(opened(database->url, sample->schema));
}

static void every_schema_comes_up_to_date_from_every_version(void **state)
{
	const struct database *database = *state;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (int version = 1; version <= all[i].schema->version; version++) {
			void *own = database->postgres;

			/* A store of its own for each. */
			assert_int_equal(database_begin(&own), 0);
			pass(own, &all[i], version);
			assert_int_equal(database_end(&own), 0);
		}
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
		OVER_SQLITE(every_schema_comes_up_to_date_from_every_version),
		OVER_SQLITE(the_journal_of_the_release_keeps_its_turns),
		OVER_SQLITE(the_audit_of_the_release_is_opened),
	};
	const struct CMUnitTest postgres[] = {
		OVER_POSTGRES(every_schema_comes_up_to_date_from_every_version),
	};
	const int failed = cmocka_run_group_tests(sqlite, NULL, NULL);

	return failed + run_over_postgres(postgres);
}
