#include "journal/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

enum { PATH_SIZE = 128 };

struct place {
	char folder[PATH_SIZE];
	char file[PATH_SIZE * 2];
};

static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	assert_non_null(place);
	snprintf(place->folder, sizeof(place->folder), "/tmp/dayi-store-XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	snprintf(place->file, sizeof(place->file), "%s/inner/journal.db", place->folder);
	*state = place;
	return 0;
}

static int remove_place(void **state)
{
	struct place *place = *state;
	const char *const endings[] = { "", "-wal", "-shm" };
	char path[PATH_SIZE * 3];

	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", place->file, endings[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/inner", place->folder);
	rmdir(path);
	rmdir(place->folder);
	free(place);
	return 0;
}

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

static struct store *opened(const struct place *place)
{
	char problem[DATABASE_PROBLEM_SIZE];
	struct store *store = NULL;

	assert_int_equal(store_open(&store, place->file, 50, problem), STATUS_OK);
	return store;
}

static void write_turn(struct store *store, const struct journal_turn *turn)
{
	const struct row row = { .kind = ROW_TURN, .turn = *turn };
	const struct row *const rows[] = { &row };

	assert_int_equal(store_write(store, rows, 1), STATUS_OK);
}

static void write_rating(struct store *store, int64_t at_ms, const char *value, const char *reason)
{
	const struct row row = { .kind = ROW_RATING,
		                 .rating = { .at_ms = at_ms,
		                             .receipt = "A7KQ-2M9X",
		                             .value = value,
		                             .reason = span_of(reason) } };
	const struct row *const rows[] = { &row };

	assert_int_equal(store_write(store, rows, 1), STATUS_OK);
}

/* The first column of the first row, as text. */
static const char *look_up(const struct place *place, const char *sql, char *text, size_t size)
{
	sqlite3_stmt *statement;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(place->file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	text[0] = '\0';
	if (sqlite3_step(statement) == SQLITE_ROW)
		snprintf(text, size, "%s", (const char *)sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return text;
}

static void a_turn_is_kept_with_all_that_is_known_of_it(void **state)
{
	const struct place *place = *state;
	struct store *store = opened(place);
	char text[256];

	write_turn(store, &declined);
	store_close(store);
	assert_string_equal(
	        look_up(place,
	                "SELECT receipt || '|' || at || '|' || channel || '|' || session || '|' ||"
	                " question || '|' || outcome || '|' || ifnull(reason, 'null') || '|' ||"
	                " ifnull(topic, 'null') || '|' || entries || '|' || confidence || '|' ||"
	                " knowledge || '|' || took_us FROM turn",
	                text, sizeof(text)),
	        "A7KQ-2M9X|1800000000123|web|0123456789abcdef|安全员证多少钱|decline|null|null|a b|"
	        "0.25|4f2a|41");
}

static void the_file_is_for_its_owner_only(void **state)
{
	const struct place *place = *state;
	struct store *store = opened(place);
	char path[PATH_SIZE * 3];
	struct stat info;

	write_turn(store, &declined);
	assert_int_equal(stat(place->file, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	snprintf(path, sizeof(path), "%s-wal", place->file);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	store_close(store);
}

static void a_file_that_everybody_could_read_is_closed_and_the_group_keeps_what_it_has(void **state)
{
	const struct place *place = *state;
	char path[PATH_SIZE * 3];
	struct stat info;

	store_close(opened(place));
	assert_int_equal(chmod(place->file, 0644), 0);
	struct store *store = opened(place);
	write_turn(store, &declined);
	assert_int_equal(stat(place->file, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0640);
	snprintf(path, sizeof(path), "%s-wal", place->file);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0640);
	store_close(store);
}

static void a_folder_that_was_named_by_mistake_keeps_its_mode(void **state)
{
	const struct place *place = *state;
	char problem[DATABASE_PROBLEM_SIZE];
	struct store *store = NULL;
	struct stat info;

	store_close(opened(place));
	assert_int_equal(unlink(place->file), 0);
	assert_int_equal(mkdir(place->file, 0700), 0);
	assert_int_equal(chmod(place->file, 0755), 0);
	assert_int_not_equal(store_open(&store, place->file, 1000, problem), STATUS_OK);
	assert_int_equal(stat(place->file, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0755);
	assert_int_equal(rmdir(place->file), 0);
}

static void the_schema_has_a_version_and_an_index_for_receipts(void **state)
{
	const struct place *place = *state;
	char text[256];

	store_close(opened(place));
	assert_string_equal(look_up(place, "PRAGMA user_version", text, sizeof(text)), "3");
	assert_string_equal(look_up(place, "PRAGMA journal_mode", text, sizeof(text)), "wal");
	assert_non_null(
	        strstr(look_up(place, "SELECT sql FROM sqlite_schema WHERE name = 'turn_receipt'",
	                       text, sizeof(text)),
	               "(receipt)"));
}

static void a_file_is_opened_again_and_goes_on(void **state)
{
	const struct place *place = *state;
	char text[256];

	for (int i = 0; i < 3; i++) {
		struct store *store = opened(place);

		write_turn(store, &declined);
		store_close(store);
	}
	assert_string_equal(look_up(place, "SELECT count(*) FROM turn", text, sizeof(text)), "3");
}

static void a_file_of_a_later_version_is_left_alone(void **state)
{
	const struct place *place = *state;
	char problem[DATABASE_PROBLEM_SIZE];
	struct store *store = NULL;
	char text[256];

	store_close(opened(place));
	look_up(place, "PRAGMA user_version = 4", text, sizeof(text));
	assert_int_equal(store_open(&store, place->file, 50, problem), STATUS_INVALID);
}

/* The schema of version 1, as it was published. */
static void make_file_of_version_1(const struct place *place)
{
	sqlite3 *db;

	store_close(opened(place)); /* for the folder */
	assert_int_equal(unlink(place->file), 0);
	assert_int_equal(sqlite3_open(place->file, &db), SQLITE_OK);
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
	const struct place *place = *state;
	struct store *store;
	char text[256];

	make_file_of_version_1(place);
	store = opened(place);
	write_turn(store, &declined);
	write_rating(store, 2, "down", "看不懂");
	store_close(store);
	assert_string_equal(look_up(place, "PRAGMA user_version", text, sizeof(text)), "3");
	assert_string_equal(
	        look_up(place, "SELECT group_concat(receipt) FROM (SELECT * FROM turn ORDER BY id)",
	                text, sizeof(text)),
	        "OLD1-0000,A7KQ-2M9X");
	assert_string_equal(
	        look_up(place, "SELECT value || reason FROM rating", text, sizeof(text)),
	        "down看不懂");
}

static void an_answer_rated_again_has_its_last_rating_only(void **state)
{
	const struct place *place = *state;
	struct store *store = opened(place);
	char text[256];

	write_rating(store, 1, "down", "没解决");
	write_rating(store, 2, "up", "");
	store_close(store);
	assert_string_equal(look_up(place,
	                            "SELECT group_concat(receipt || '|' || at || '|' || value ||"
	                            " '|' || ifnull(reason, 'null')) FROM rating",
	                            text, sizeof(text)),
	                    "A7KQ-2M9X|2|up|null");
}

static void note_answer(void *context, int64_t at_ms, const char *entries)
{
	char *text = context;
	const size_t len = strlen(text);

	snprintf(text + len, 256 - len, "%d:%s;", (int)at_ms, entries);
}

static void the_last_answers_are_recalled_the_last_one_first(void **state)
{
	const struct place *place = *state;
	struct journal_turn turn = declined;
	struct store *store = opened(place);
	char text[256] = "";

	for (int i = 1; i <= 5; i++) {
		turn.at_ms = i;
		turn.outcome = i == 4 ? "decline" : "answer";
		write_turn(store, &turn);
	}
	assert_int_equal(store_recall(store, 2, 100, note_answer, text), STATUS_OK);
	assert_string_equal(text, "5:a b;3:a b;2:a b;");
	text[0] = '\0';
	/* Of the last three turns, one was declined. */
	assert_int_equal(store_recall(store, 0, 3, note_answer, text), STATUS_OK);
	assert_string_equal(text, "5:a b;3:a b;");
	store_close(store);
}

static void unanswered_questions_are_those_declined_without_a_referral(void **state)
{
	const struct place *place = *state;
	struct journal_turn referred = declined;
	struct journal_turn answered = declined;
	struct store *store = opened(place);
	char text[256];

	referred.topic = "fees";
	answered.outcome = "answer";
	write_turn(store, &declined);
	write_turn(store, &declined);
	write_turn(store, &referred);
	write_turn(store, &answered);
	store_close(store);
	assert_string_equal(
	        look_up(place, "SELECT question || asked FROM unanswered", text, sizeof(text)),
	        "安全员证多少钱2");
	assert_string_equal(look_up(place, "SELECT count(*) FROM unanswered", text, sizeof(text)),
	                    "1");
}

static void a_file_locked_by_another_program_is_busy_and_nothing_is_half_written(void **state)
{
	const struct place *place = *state;
	const struct row row = { .kind = ROW_TURN, .turn = declined };
	const struct row *const rows[] = { &row, &row };
	struct store *store = opened(place);
	char text[256];
	sqlite3 *other;

	assert_int_equal(sqlite3_open(place->file, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(store_write(store, rows, 2), STATUS_BUSY);
	assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(other);
	assert_string_equal(look_up(place, "SELECT count(*) FROM turn", text, sizeof(text)), "0");
	assert_int_equal(store_write(store, rows, 2), STATUS_OK);
	store_close(store);
	assert_string_equal(look_up(place, "SELECT count(*) FROM turn", text, sizeof(text)), "2");
}

static void a_place_that_can_not_be_written_is_an_error(void **state)
{
	char problem[DATABASE_PROBLEM_SIZE];
	struct store *store = NULL;

	(void)state;
	assert_int_equal(store_open(&store, "/proc/none/journal.db", 50, problem), STATUS_IO);
	assert_int_equal(store_open(&store, "/", 50, problem), STATUS_IO);
}

int main(void)
{
#define IN_PLACE(test_) cmocka_unit_test_setup_teardown(test_, make_place, remove_place)
	const struct CMUnitTest tests[] = {
		IN_PLACE(a_turn_is_kept_with_all_that_is_known_of_it),
		IN_PLACE(the_file_is_for_its_owner_only),
		IN_PLACE(
		        a_file_that_everybody_could_read_is_closed_and_the_group_keeps_what_it_has),
		IN_PLACE(a_folder_that_was_named_by_mistake_keeps_its_mode),
		IN_PLACE(the_schema_has_a_version_and_an_index_for_receipts),
		IN_PLACE(a_file_is_opened_again_and_goes_on),
		IN_PLACE(a_file_of_a_later_version_is_left_alone),
		IN_PLACE(a_file_of_version_1_gets_what_came_later_and_keeps_its_turns),
		IN_PLACE(an_answer_rated_again_has_its_last_rating_only),
		IN_PLACE(the_last_answers_are_recalled_the_last_one_first),
		IN_PLACE(unanswered_questions_are_those_declined_without_a_referral),
		IN_PLACE(a_file_locked_by_another_program_is_busy_and_nothing_is_half_written),
		cmocka_unit_test(a_place_that_can_not_be_written_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
