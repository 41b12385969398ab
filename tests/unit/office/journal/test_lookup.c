#include "office/journal/lookup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "database.h"
#include "office/journal/rows.h"
#include "office/journal/traffic.h"

struct place {
	struct database *database;
	char file[PATH_SIZE * 2]; /* or what PostgreSQL is connected to with */
	char seen[512];           /* what was shown, a line a turn */
	char problem[STORE_PROBLEM_SIZE];
};

static int enter(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	void *database = *state;

	assert_non_null(place);
	assert_int_equal(database_begin(&database), 0);
	place->database = database;
	if (place->database->postgres)
		snprintf(place->file, sizeof(place->file), "%s", place->database->url);
	else
		snprintf(place->file, sizeof(place->file), "%s/j.db",
		         place->database->scratch.folder);
	*state = place;
	return 0;
}

static int leave(void **state)
{
	struct place *place = *state;
	void *database = place->database;

	free(place);
	return database_end(&database);
}

static void note(void *context, const struct journal_turn *turn,
                 const struct journal_rating *rating)
{
	struct place *place = context;
	const size_t len = strlen(place->seen);

	snprintf(place->seen + len, sizeof(place->seen) - len,
	         "%s %lld %.*s %s %.*s %.*s %.*s %s %s %.*s\n", turn->receipt,
	         (long long)turn->at_ms, (int)turn->question.len, turn->question.ptr, turn->outcome,
	         (int)turn->entries.len, turn->entries.ptr, (int)turn->cases.len, turn->cases.ptr,
	         (int)turn->verdicts.len, turn->verdicts.ptr, turn->knowledge,
	         rating->value ? rating->value : "-", (int)rating->reason.len, rating->reason.ptr);
}

static enum status look_up(struct place *place, const char *receipt)
{
	place->seen[0] = '\0';
	return journal_look_up(place->file, 50, receipt, note, place, place->problem);
}

static struct store *opened(const struct place *place)
{
	const struct store_settings settings = { .url = place->file, .busy_ms = 50 };
	char problem[STORE_PROBLEM_SIZE];
	struct store *store = NULL;

	assert_int_equal(store_open(&store, &settings, &journal_schema, problem), STATUS_OK);
	return store;
}

static void write_turn(struct store *store, const char *receipt, int64_t at_ms)
{
	const struct row row = { .kind = ROW_TURN,
		                 .turn = { .at_ms = at_ms,
		                           .receipt = receipt,
		                           .channel = "web",
		                           .session = "0123",
		                           .question = span_of("我410***********1234没成绩"),
		                           .outcome = "answer",
		                           .entries = span_of("exam photo"),
		                           .cases = span_of("2 -"),
		                           .verdicts = span_of("1=excluded,2=applies -"),
		                           .confidence = 0.97,
		                           .knowledge = "4f2a" } };
	const struct row *const rows[] = { &row };

	assert_int_equal(rows_write(store, rows, 1), STATUS_OK);
}

static void rate(struct store *store, const char *receipt)
{
	const struct row row = { .kind = ROW_RATING,
		                 .rating = { .at_ms = 9,
		                             .receipt = receipt,
		                             .value = "down",
		                             .reason = span_of("没解决") } };
	const struct row *const rows[] = { &row };

	assert_int_equal(rows_write(store, rows, 1), STATUS_OK);
}

/* A server has the file open and goes on writing; nothing of it is lost by the look. */
static void a_turn_is_found_beside_the_server_that_writes(void **state)
{
	struct place *place = *state;
	struct store *store = opened(place);

	write_turn(store, "A7KQ-2M9X", 1);
	assert_int_equal(look_up(place, "A7KQ-2M9X"), STATUS_OK);
	assert_string_equal(place->seen, "A7KQ-2M9X 1 我410***********1234没成绩 answer exam photo "
	                                 "2 - 1=excluded,2=applies - 4f2a - \n");
	write_turn(store, "B7KQ-2M9X", 2);
	rate(store, "B7KQ-2M9X");
	assert_int_equal(look_up(place, "B7KQ-2M9X"), STATUS_OK);
	assert_non_null(strstr(place->seen, "4f2a down 没解决"));
	store_close(store);
	assert_int_equal(look_up(place, "A7KQ-2M9X"), STATUS_OK);
	assert_int_equal(look_up(place, "B7KQ-2M9X"), STATUS_OK);
}

static void two_turns_of_one_receipt_are_both_shown_the_older_first(void **state)
{
	struct place *place = *state;
	struct store *store = opened(place);

	write_turn(store, "A7KQ-2M9X", 5);
	write_turn(store, "A7KQ-2M9X", 3);
	store_close(store);
	assert_int_equal(look_up(place, "A7KQ-2M9X"), STATUS_OK);
	assert_ptr_equal(strstr(place->seen, "A7KQ-2M9X 3"), place->seen);
	assert_non_null(strstr(place->seen, "A7KQ-2M9X 5"));
}

static void what_is_not_there_is_not_found(void **state)
{
	struct place *place = *state;

	assert_int_equal(look_up(place, "A7KQ-2M9X"), STATUS_NOT_FOUND);
	assert_string_equal(place->problem, place->database->postgres ? "there are no such tables"
	                                                              : "there is no such file");
	store_close(opened(place));
	assert_int_equal(look_up(place, "A7KQ-2M9X"), STATUS_NOT_FOUND);
	assert_string_equal(place->problem, "");
}

static enum status note_asked(void *context, struct span question, int64_t asked)
{
	struct place *place = context;
	const size_t len = strlen(place->seen);

	snprintf(place->seen + len, sizeof(place->seen) - len, "%lld %.*s\n", (long long)asked,
	         (int)question.len, question.ptr);
	return STATUS_OK;
}

static void ask(struct store *store, const char *question, int64_t at_ms)
{
	const struct row row = { .kind = ROW_TURN,
		                 .turn = { .at_ms = at_ms,
		                           .receipt = "A7KQ-2M9X",
		                           .channel = "web",
		                           .question = span_of(question),
		                           .outcome = "decline",
		                           .knowledge = "4f2a" } };
	const struct row *const rows[] = { &row };

	assert_int_equal(rows_write(store, rows, 1), STATUS_OK);
}

static enum status read_traffic(struct place *place, int64_t since_ms, int64_t most)
{
	place->seen[0] = '\0';
	return journal_read_traffic(place->file, 50, since_ms, most, note_asked, place,
	                            place->problem);
}

static void traffic_is_each_question_once_the_most_frequent_first(void **state)
{
	struct place *place = *state;
	struct store *store = opened(place);

	ask(store, "old", 1);
	ask(store, "photo", 5);
	ask(store, "exam", 6);
	ask(store, "exam", 7);
	store_close(store);
	assert_int_equal(read_traffic(place, 5, 100), STATUS_OK);
	assert_string_equal(place->seen, "2 exam\n1 photo\n");
	/* The latest of them. */
	assert_int_equal(read_traffic(place, 0, 1), STATUS_OK);
	assert_string_equal(place->seen, "1 exam\n");
}

static void traffic_of_no_journal_is_not_found(void **state)
{
	struct place *place = *state;

	assert_int_equal(read_traffic(place, 0, 100), STATUS_NOT_FOUND);
	assert_string_equal(place->seen, "");
}

static void a_file_of_an_earlier_version_is_read_as_it_is(void **state)
{
	struct place *place = *state;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(place->file, &db), SQLITE_OK);
	assert_int_equal(
	        sqlite3_exec(db,
	                     "CREATE TABLE turn (id INTEGER PRIMARY KEY, receipt TEXT NOT NULL,"
	                     " at INTEGER NOT NULL, channel TEXT NOT NULL, session TEXT NOT NULL,"
	                     " question TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT,"
	                     " topic TEXT, entries TEXT NOT NULL, confidence REAL NOT NULL,"
	                     " knowledge TEXT NOT NULL, took_us INTEGER NOT NULL) STRICT;"
	                     "INSERT INTO turn VALUES (1, 'OLD1-0000', 1, 'web', '', 'q', 'answer',"
	                     " NULL, NULL, 'batch', 1.0, 'k', 1);"
	                     "PRAGMA user_version = 1",
	                     NULL, NULL, NULL),
	        SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(look_up(place, "OLD1-0000"), STATUS_OK);
	assert_string_equal(place->seen, "OLD1-0000 1 q answer batch   k - \n");
}

static void another_file_is_no_journal(void **state)
{
	struct place *place = *state;
	FILE *stream = fopen(place->file, "w");

	assert_non_null(stream);
	fputs("this is no database at all, but a letter to the office about something else",
	      stream);
	fclose(stream);
	assert_int_equal(look_up(place, "A7KQ-2M9X"), STATUS_INVALID);
	assert_string_equal(place->problem, "is no journal of dayi");
}

/* What NOT NULL promises, a damaged file does not keep. */
static void a_turn_without_its_texts_is_shown_with_empty_ones(void **state)
{
	struct place *place = *state;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(place->file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
	                              "CREATE TABLE turn (id, receipt, at, channel, session,"
	                              " question, outcome, reason, topic, entries, confidence,"
	                              " knowledge, took_us, cases);"
	                              "CREATE TABLE rating (receipt, at, value, reason);"
	                              "INSERT INTO turn (receipt) VALUES ('BAD1-0000');"
	                              "PRAGMA user_version = 3",
	                              NULL, NULL, NULL),
	                 SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(look_up(place, "BAD1-0000"), STATUS_OK);
	assert_string_equal(place->seen, "BAD1-0000 0       - \n");
}

static void another_programs_database_is_no_journal(void **state)
{
	struct place *place = *state;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(place->file, &db), SQLITE_OK);
	assert_int_equal(
	        sqlite3_exec(db, "CREATE TABLE a (b); PRAGMA user_version = 9", NULL, NULL, NULL),
	        SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(look_up(place, "A7KQ-2M9X"), STATUS_INVALID);
	assert_string_equal(place->problem, "is no journal of dayi");
}

#define OVER(test_, database_)                                                                     \
	{                                                                                          \
		.name = #test_ " (" database_ ")", .test_func = (test_), .setup_func = enter,      \
		.teardown_func = leave                                                             \
	}
#define OVER_SQLITE_HERE(test_)   OVER(test_, "SQLite")
#define OVER_POSTGRES_HERE(test_) OVER(test_, "PostgreSQL")
#define OVER_BOTH(over_)                                                                           \
	over_(a_turn_is_found_beside_the_server_that_writes),                                      \
	        over_(two_turns_of_one_receipt_are_both_shown_the_older_first),                    \
	        over_(what_is_not_there_is_not_found),                                             \
	        over_(traffic_is_each_question_once_the_most_frequent_first),                      \
	        over_(traffic_of_no_journal_is_not_found)

int main(void)
{
	const struct CMUnitTest sqlite[] = {
		OVER_BOTH(OVER_SQLITE_HERE),
		OVER_SQLITE_HERE(a_file_of_an_earlier_version_is_read_as_it_is),
		OVER_SQLITE_HERE(another_file_is_no_journal),
		OVER_SQLITE_HERE(a_turn_without_its_texts_is_shown_with_empty_ones),
		OVER_SQLITE_HERE(another_programs_database_is_no_journal),
	};
	const struct CMUnitTest postgres[] = { OVER_BOTH(OVER_POSTGRES_HERE) };
	const int failed = cmocka_run_group_tests(sqlite, NULL, NULL);

	return failed + run_over_postgres(postgres);
}
