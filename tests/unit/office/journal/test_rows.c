#include "office/journal/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "database.h"

static const struct journal_turn declined = {
	.at_ms = 1800000000123,
	.receipt = "A7KQ-2M9X",
	.channel = "web",
	.session = "0123456789abcdef",
	.question = { "安全员证多少钱", 21 },
	.outcome = "decline",
	.entries = { "a b", 3 },
	.confidence = 0.25,
	.knowledge = "4f2a",
	.took_us = 41,
};

static struct store *opened(const struct database *database)
{
	const struct store_settings settings = { .url = database->url, .busy_ms = 50 };
	char problem[STORE_PROBLEM_SIZE];
	struct store *store = NULL;

	assert_int_equal(store_open(&store, &settings, &journal_schema, problem), STATUS_OK);
	return store;
}

static void write_turn(struct store *store, const struct journal_turn *turn)
{
	const struct row row = { .kind = ROW_TURN, .turn = *turn };
	const struct row *const rows[] = { &row };

	assert_int_equal(rows_write(store, rows, 1), STATUS_OK);
}

static void write_rating(struct store *store, int64_t at_ms, const char *value, const char *reason)
{
	const struct row row = { .kind = ROW_RATING,
		                 .rating = { .at_ms = at_ms,
		                             .receipt = "A7KQ-2M9X",
		                             .value = value,
		                             .reason = span_of(reason) } };
	const struct row *const rows[] = { &row };

	assert_int_equal(rows_write(store, rows, 1), STATUS_OK);
}

static void a_turn_is_kept_with_all_that_is_known_of_it(void **state)
{
	const struct database *database = *state;
	struct store *store = opened(database);
	char text[256];

	write_turn(store, &declined);
	store_close(store);
	assert_string_equal(
	        database_ask(
	                database,
	                "SELECT receipt || '|' || at || '|' || channel || '|' || session || '|' ||"
	                " question || '|' || outcome || '|' || coalesce(reason, 'null') || '|' ||"
	                " coalesce(topic, 'null') || '|' || entries || '|' || confidence || '|' ||"
	                " knowledge || '|' || took_us FROM turn",
	                text, sizeof(text)),
	        "A7KQ-2M9X|1800000000123|web|0123456789abcdef|安全员证多少钱|decline|null|null|a b|"
	        "0.25|4f2a|41");
}

static void the_schema_has_a_version_and_an_index_for_receipts(void **state)
{
	const struct database *database = *state;
	char text[256];

	store_close(opened(database));
	assert_string_equal(database_ask(database, "PRAGMA user_version", text, sizeof(text)), "8");
	assert_string_equal(database_ask(database, "PRAGMA journal_mode", text, sizeof(text)),
	                    "wal");
	assert_non_null(strstr(
	        database_ask(database, "SELECT sql FROM sqlite_schema WHERE name = 'turn_receipt'",
	                     text, sizeof(text)),
	        "(receipt)"));
}

/* The schema of version 1, as it was published. */
static void make_file_of_version_1(const struct database *database)
{
	sqlite3 *db;

	store_close(opened(database)); /* for the folder */
	assert_int_equal(unlink(database->file), 0);
	assert_int_equal(sqlite3_open(database->file, &db), SQLITE_OK);
	assert_int_equal(
	        sqlite3_exec(
	                db,
	                "CREATE TABLE turn (id INTEGER PRIMARY KEY, receipt TEXT NOT NULL,"
	                " at INTEGER NOT NULL, channel TEXT NOT NULL, session TEXT NOT NULL,"
	                " question TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT, topic TEXT,"
	                " entries TEXT NOT NULL, confidence REAL NOT NULL,"
	                " knowledge TEXT NOT NULL, took_us INTEGER NOT NULL) STRICT;"
	                "CREATE INDEX turn_receipt ON turn (receipt);"
	                "CREATE INDEX turn_at ON turn (at);"
	                "INSERT INTO turn VALUES (1, 'OLD1-0000', 1, 'web', '', 'q', 'answer',"
	                " NULL, NULL, 'batch', 1.0, 'k', 1);"
	                "PRAGMA user_version = 1",
	                NULL, NULL, NULL),
	        SQLITE_OK);
	sqlite3_close(db);
}

static void a_file_of_version_1_gets_what_came_later_and_keeps_its_turns(void **state)
{
	const struct database *database = *state;
	struct store *store;
	char text[256];

	make_file_of_version_1(database);
	store = opened(database);
	write_turn(store, &declined);
	write_rating(store, 2, "down", "看不懂");
	store_close(store);
	assert_string_equal(database_ask(database, "PRAGMA user_version", text, sizeof(text)), "8");
	assert_string_equal(
	        database_ask(database,
	                     "SELECT group_concat(receipt) FROM (SELECT * FROM turn ORDER BY id)",
	                     text, sizeof(text)),
	        "OLD1-0000,A7KQ-2M9X");
	assert_string_equal(
	        database_ask(database, "SELECT value || reason FROM rating", text, sizeof(text)),
	        "down看不懂");
}

static void an_answer_rated_again_has_its_last_rating_only(void **state)
{
	const struct database *database = *state;
	struct store *store = opened(database);
	char text[256];

	write_rating(store, 1, "down", "没解决");
	write_rating(store, 2, "up", "");
	store_close(store);
	assert_string_equal(database_ask(database,
	                                 "SELECT receipt || '|' || at || '|' || value || '|' ||"
	                                 " coalesce(reason, 'null') || '|' ||"
	                                 " (SELECT count(*) FROM rating) FROM rating",
	                                 text, sizeof(text)),
	                    "A7KQ-2M9X|2|up|null|1");
}

static void a_row_is_there_once_it_was_written(void **state)
{
	const struct row row = { .kind = ROW_TURN, .turn = declined };
	const struct row rating = { .kind = ROW_RATING,
		                    .rating = { .at_ms = 7, .receipt = "A7KQ-2M9X" } };
	struct store *store = opened(*state);
	bool have = true;

	assert_int_equal(rows_have(store, &row, &have), STATUS_OK);
	assert_false(have);
	write_turn(store, &declined);
	assert_int_equal(rows_have(store, &row, &have), STATUS_OK);
	assert_true(have);
	assert_int_equal(rows_have(store, &rating, &have), STATUS_OK);
	assert_false(have);
	write_rating(store, 7, "up", "");
	assert_int_equal(rows_have(store, &rating, &have), STATUS_OK);
	assert_true(have);
	store_close(store);
}

static void note_answer(void *context, int64_t at_ms, const char *entries)
{
	char *text = context;
	const size_t len = strlen(text);

	snprintf(text + len, 256 - len, "%d:%s;", (int)at_ms, entries);
}

static void the_last_answers_are_recalled_the_last_one_first(void **state)
{
	const struct database *database = *state;
	struct journal_turn turn = declined;
	struct store *store = opened(database);
	char text[256] = "";

	for (int i = 1; i <= 5; i++) {
		turn.at_ms = i;
		turn.outcome = i == 4 ? "decline" : "answer";
		write_turn(store, &turn);
	}
	assert_int_equal(rows_recall(store, 2, 100, note_answer, text), STATUS_OK);
	assert_string_equal(text, "5:a b;3:a b;2:a b;");
	text[0] = '\0';
	/* Of the last three turns, one was declined. */
	assert_int_equal(rows_recall(store, 0, 3, note_answer, text), STATUS_OK);
	assert_string_equal(text, "5:a b;3:a b;");
	store_close(store);
}

static void unanswered_questions_are_those_declined_without_a_referral(void **state)
{
	const struct database *database = *state;
	struct journal_turn referred = declined;
	struct journal_turn answered = declined;
	struct store *store = opened(database);
	char text[256];

	referred.topic = "fees";
	answered.outcome = "answer";
	write_turn(store, &declined);
	write_turn(store, &declined);
	write_turn(store, &referred);
	write_turn(store, &answered);
	store_close(store);
	assert_string_equal(database_ask(database, "SELECT question || asked FROM unanswered", text,
	                                 sizeof(text)),
	                    "安全员证多少钱2");
	assert_string_equal(
	        database_ask(database, "SELECT count(*) FROM unanswered", text, sizeof(text)), "1");
}

static void a_file_locked_by_another_program_is_busy_and_nothing_is_half_written(void **state)
{
	const struct database *database = *state;
	const struct row row = { .kind = ROW_TURN, .turn = declined };
	const struct row *const rows[] = { &row, &row };
	struct store *store = opened(database);
	char text[256];
	sqlite3 *other;

	assert_int_equal(sqlite3_open(database->file, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(rows_write(store, rows, 2), STATUS_BUSY);
	assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(other);
	assert_string_equal(database_ask(database, "SELECT count(*) FROM turn", text, sizeof(text)),
	                    "0");
	assert_int_equal(rows_write(store, rows, 2), STATUS_OK);
	store_close(store);
	assert_string_equal(database_ask(database, "SELECT count(*) FROM turn", text, sizeof(text)),
	                    "2");
}

#define OVER_BOTH(over_)                                                                           \
	over_(a_turn_is_kept_with_all_that_is_known_of_it),                                        \
	        over_(an_answer_rated_again_has_its_last_rating_only),                             \
	        over_(the_last_answers_are_recalled_the_last_one_first),                           \
	        over_(unanswered_questions_are_those_declined_without_a_referral),                 \
	        over_(a_row_is_there_once_it_was_written)

int main(void)
{
	const struct CMUnitTest sqlite[] = {
		OVER_BOTH(OVER_SQLITE),
		OVER_SQLITE(the_schema_has_a_version_and_an_index_for_receipts),
		OVER_SQLITE(a_file_of_version_1_gets_what_came_later_and_keeps_its_turns),
		OVER_SQLITE(a_file_locked_by_another_program_is_busy_and_nothing_is_half_written),
	};
	const struct CMUnitTest postgres[] = { OVER_BOTH(OVER_POSTGRES) };
	const int failed = cmocka_run_group_tests(sqlite, NULL, NULL);

	return failed + run_over_postgres(postgres);
}
