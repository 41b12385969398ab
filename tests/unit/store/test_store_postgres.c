/* What only PostgreSQL can do to a store: go away, come back, hang, tell others. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "database.h"
#include "store/store.h"

enum { HEAR_MS = 10000, TRIES_MOST = 600 };

static const char *const steps[] = { "CREATE TABLE note (said TEXT NOT NULL) STRICT" };
static const struct store_schema schema = { .table = "note", .steps = steps, .version = 1 };

static struct store *opened(const struct database *database)
{
	const struct store_settings settings = { .url = database->url, .busy_ms = 2000 };
	char problem[STORE_PROBLEM_SIZE];
	struct store *store;

	assert_int_equal(store_open(&store, &settings, &schema, problem), STATUS_OK);
	return store;
}

static enum status write_note(struct store *store)
{
	struct tx *tx;
	enum status status = store_begin(store, TX_WRITE, &tx);

	if (status != STATUS_OK)
		return status;
	return tx_end(tx, tx_run(tx, "INSERT INTO note (said) VALUES ('x')", NULL, 0, NULL));
}

/* A connection is tried now and then only: as long as it takes, but not for ever. */
static void write_when_it_is_back(struct store *store)
{
	enum status status = STATUS_IO;

	for (int i = 0; i < TRIES_MOST && status != STATUS_OK; i++) {
		status = write_note(store);
		if (status != STATUS_OK)
			usleep(50000);
	}
	assert_int_equal(status, STATUS_OK);
}

static void expect_notes(const struct database *database, const char *count)
{
	char text[16];

	assert_string_equal(database_ask(database, "SELECT count(*) FROM note", text, sizeof(text)),
	                    count);
}

static void types_and_options_of_sqlite_are_translated_and_texts_are_not(void **state)
{
	static const char *const foreign[] = {
		"CREATE TABLE note (a INTEGER PRIMARY KEY, b REAL, c BLOB,"
		" d TEXT DEFAULT 'INTEGER STRICT') STRICT, WITHOUT ROWID;"
		"CREATE INDEX note_b ON note (b)",
	};
	const struct store_schema both = { .table = "note", .steps = foreign, .version = 1 };
	const struct database *database = *state;
	const struct store_settings settings = { .url = database->url };
	char problem[STORE_PROBLEM_SIZE], text[128];
	struct store *store;

	assert_int_equal(store_open(&store, &settings, &both, problem), STATUS_OK);
	store_close(store);
	assert_string_equal(database_ask(database,
	                                 "SELECT string_agg(data_type, ',' ORDER BY column_name)"
	                                 " FROM information_schema.columns"
	                                 " WHERE table_name = 'note' AND"
	                                 " table_schema = current_schema()",
	                                 text, sizeof(text)),
	                    "bigint,double precision,bytea,text");
	database_run(database, "INSERT INTO note (a) VALUES (1)");
	assert_string_equal(database_ask(database, "SELECT d FROM note", text, sizeof(text)),
	                    "INTEGER STRICT");
}

static void a_server_that_was_started_again_between_transactions_is_not_noticed(void **state)
{
	const struct database *database = *state;
	struct store *store = opened(database);

	assert_int_equal(write_note(store), STATUS_OK);
	postgres_stop(database->postgres);
	postgres_start(database->postgres);
	assert_int_equal(write_note(store), STATUS_OK);
	expect_notes(database, "2");
	store_close(store);
}

static void a_server_that_is_away_is_an_error_until_it_is_back(void **state)
{
	const struct database *database = *state;
	struct store *store = opened(database);

	postgres_stop(database->postgres);
	assert_int_equal(write_note(store), STATUS_IO);
	assert_int_equal(write_note(store), STATUS_IO);
	assert_non_null(strstr(store_problem(store), "cannot be reached"));
	postgres_start(database->postgres);
	write_when_it_is_back(store);
	expect_notes(database, "1");
	store_close(store);
}

/* It cannot be connected to while it is being stopped, so an attempt costs nothing either. */
static void what_is_lost_within_a_transaction_is_lost_whole(void **state)
{
	const struct database *database = *state;
	struct store *store = opened(database);
	struct tx *tx;

	assert_int_equal(store_begin(store, TX_WRITE, &tx), STATUS_OK);
	assert_int_equal(tx_run(tx, "INSERT INTO note (said) VALUES ('a')", NULL, 0, NULL),
	                 STATUS_OK);
	postgres_stop(database->postgres);
	postgres_start(database->postgres);
	assert_int_equal(tx_run(tx, "INSERT INTO note (said) VALUES ('b')", NULL, 0, NULL),
	                 STATUS_IO);
	/* It must not go on in a new connection, outside of any transaction. */
	assert_int_equal(tx_run(tx, "INSERT INTO note (said) VALUES ('c')", NULL, 0, NULL),
	                 STATUS_IO);
	assert_int_equal(tx_commit(tx), STATUS_IO);
	expect_notes(database, "0");
	assert_int_equal(write_note(store), STATUS_OK);
	store_close(store);
}

static void a_spoiled_transaction_is_not_committed(void **state)
{
	const struct database *database = *state;
	struct store *store = opened(database);
	const struct cell none = cell_null();
	struct tx *tx;

	assert_int_equal(store_begin(store, TX_WRITE, &tx), STATUS_OK);
	assert_int_equal(tx_run(tx, "INSERT INTO note (said) VALUES ('a')", NULL, 0, NULL),
	                 STATUS_OK);
	assert_int_equal(tx_run(tx, "INSERT INTO note (said) VALUES ($1)", &none, 1, NULL),
	                 STATUS_INVALID);
	assert_int_not_equal(tx_commit(tx), STATUS_OK);
	expect_notes(database, "0");
	store_close(store);
}

static void a_zero_byte_in_a_text_is_invalid_and_not_cut_off(void **state)
{
	struct store *store = opened(*state);
	const struct cell value = cell_span((struct span){ "a\0b", 3 });
	struct tx *tx;

	assert_int_equal(store_begin(store, TX_WRITE, &tx), STATUS_OK);
	assert_int_equal(tx_run(tx, "INSERT INTO note (said) VALUES ($1)", &value, 1, NULL),
	                 STATUS_INVALID);
	tx_rollback(tx);
	store_close(store);
}

/* The words of such an error quote the value. */
static void what_is_said_of_a_refused_value_does_not_quote_it(void **state)
{
	struct store *store = opened(*state);
	const struct cell value = cell_text("11010519491231002X");
	struct tx *tx;

	assert_int_equal(store_begin(store, TX_READ, &tx), STATUS_OK);
	assert_int_equal(tx_query(tx, "SELECT CAST(CAST($1 AS TEXT) AS BIGINT)", &value, 1, NULL,
	                          NULL, NULL),
	                 STATUS_INVALID);
	assert_non_null(strstr(store_problem(store), "22P02"));
	assert_null(strstr(store_problem(store), "11010519491231002X"));
	tx_rollback(tx);
	store_close(store);
}

/* --- many at once --- */

enum { WRITERS = 4, COUNTS = 50 };

static const char *const count_steps[] = {
	"CREATE TABLE counter (one INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;"
	"INSERT INTO counter (one, at) VALUES (1, 0)",
};
static const struct store_schema counting = { .table = "counter",
	                                      .steps = count_steps,
	                                      .version = 1 };

static enum status note_integer(void *context, const struct cell *columns)
{
	*(int64_t *)context = cell_as_integer(&columns[0]);
	return STATUS_OK;
}

/* Reads first and writes what follows: two at the same time would both write the same. */
static enum status count_on(struct store *store)
{
	int64_t at = -1;
	struct tx *tx;
	enum status status = store_begin(store, TX_WRITE, &tx);

	if (status != STATUS_OK)
		return status;
	status = tx_query(tx, "SELECT at FROM counter", NULL, 0, note_integer, &at, NULL);
	const struct cell next = cell_integer(at + 1);

	if (status == STATUS_OK)
		status = tx_run(tx, "UPDATE counter SET at = $1", &next, 1, NULL);
	return tx_end(tx, status);
}

static void *count_many(void *context)
{
	const struct database *database = context;
	const struct store_settings settings = { .url = database->url, .busy_ms = 20000 };
	char problem[STORE_PROBLEM_SIZE];
	struct store *store;

	/* They all make the tables, too; one of them does. */
	if (store_open(&store, &settings, &counting, problem) != STATUS_OK)
		return NULL;
	for (int i = 0; i < COUNTS; i++)
		if (count_on(store) != STATUS_OK)
			context = NULL;
	store_close(store);
	return context;
}

static void writers_go_one_after_the_other_and_none_is_lost(void **state)
{
	struct database *database = *state;
	pthread_t threads[WRITERS];
	char text[16];

	for (int i = 0; i < WRITERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, count_many, database), 0);
	for (int i = 0; i < WRITERS; i++) {
		void *result;

		assert_int_equal(pthread_join(threads[i], &result), 0);
		assert_ptr_equal(result, database);
	}
	assert_string_equal(database_ask(database, "SELECT at FROM counter", text, sizeof(text)),
	                    "200");
}

/* Owners of other tables in the same database. */
static void writers_of_another_schema_do_not_wait(void **state)
{
	const struct database *database = *state;
	const struct store_settings settings = { .url = database->url, .busy_ms = 2000 };
	char problem[STORE_PROBLEM_SIZE];
	struct store *notes = opened(database), *counter;
	struct tx *tx;

	assert_int_equal(store_open(&counter, &settings, &counting, problem), STATUS_OK);
	assert_int_equal(store_begin(notes, TX_WRITE, &tx), STATUS_OK);
	assert_int_equal(count_on(counter), STATUS_OK);
	assert_int_equal(tx_commit(tx), STATUS_OK);
	store_close(counter);
	store_close(notes);
}

/* The journals of two machines. */
static void rows_are_added_side_by_side(void **state)
{
	const struct database *database = *state;
	struct store *one = opened(database), *two = opened(database);
	struct tx *tx;

	assert_int_equal(store_begin(one, TX_ROWS, &tx), STATUS_OK);
	assert_int_equal(tx_run(tx, "INSERT INTO note (said) VALUES ('a')", NULL, 0, NULL),
	                 STATUS_OK);
	assert_int_equal(write_note(two), STATUS_OK);
	expect_notes(database, "1");
	assert_int_equal(tx_commit(tx), STATUS_OK);
	expect_notes(database, "2");
	store_close(two);
	store_close(one);
}

static void *take_over(void *context)
{
	struct store *store = context;
	size_t changed = 9;
	struct tx *tx;

	if (store_begin(store, TX_ROWS, &tx) != STATUS_OK)
		return NULL;
	/* Waits for the row, and then looks whether it still fits. */
	if (tx_end(tx, tx_run(tx, "UPDATE note SET said = 'two' WHERE said = 'x'", NULL, 0,
	                      &changed)) != STATUS_OK)
		return NULL;
	return changed == 0 ? store : NULL;
}

static void of_two_that_change_a_row_on_a_condition_one_does(void **state)
{
	const struct database *database = *state;
	struct store *one = opened(database), *two = opened(database);
	pthread_t thread;
	void *result;
	size_t changed;
	char text[16];
	struct tx *tx;

	assert_int_equal(write_note(one), STATUS_OK);
	assert_int_equal(store_begin(one, TX_ROWS, &tx), STATUS_OK);
	assert_int_equal(
	        tx_run(tx, "UPDATE note SET said = 'one' WHERE said = 'x'", NULL, 0, &changed),
	        STATUS_OK);
	assert_int_equal(changed, 1);
	assert_int_equal(pthread_create(&thread, NULL, take_over, two), 0);
	usleep(50000); /* it waits by then, or comes later: the same comes of it */
	assert_int_equal(tx_commit(tx), STATUS_OK);
	assert_int_equal(pthread_join(thread, &result), 0);
	assert_ptr_equal(result, two);
	assert_string_equal(database_ask(database, "SELECT said FROM note", text, sizeof(text)),
	                    "one");
	store_close(two);
	store_close(one);
}

/* --- hints --- */

static void tell(struct store *store, enum status end)
{
	struct tx *tx;

	assert_int_equal(store_begin(store, TX_WRITE, &tx), STATUS_OK);
	assert_int_equal(tx_hint(tx, "dayi_test"), STATUS_OK);
	assert_int_equal(tx_end(tx, end), end);
}

static struct hints *listening(const struct database *database)
{
	char problem[STORE_PROBLEM_SIZE];
	struct hints *hints = NULL;

	if (store_listen(&hints, database->url, "dayi_test", problem) != STATUS_OK)
		fail_msg("%s", problem);
	return hints;
}

static void a_hint_is_heard_once_it_is_committed_and_only_then(void **state)
{
	struct store *store = opened(*state);
	struct hints *hints = listening(*state);

	tell(store, STATUS_INVALID); /* rolled back */
	assert_false(hints_wait(hints, 0));
	tell(store, STATUS_OK);
	assert_true(hints_wait(hints, HEAR_MS));
	assert_false(hints_wait(hints, 0));
	hints_close(hints);
	store_close(store);
}

static void tell_about(struct store *store, const char *about)
{
	struct tx *tx;

	assert_int_equal(store_begin(store, TX_WRITE, &tx), STATUS_OK);
	assert_int_equal(tx_hint_about(tx, "dayi_test", about), STATUS_OK);
	assert_int_equal(tx_end(tx, STATUS_OK), STATUS_OK);
}

static void words_about_hints_come_in_their_order_and_none_that_do_not_fit(void **state)
{
	struct store *store = opened(*state);
	struct hints *hints = listening(*state);
	char about[HINT_ABOUT_SIZE], sql[256];
	struct tx *tx;

	assert_false(hints_take(hints, about));
	tell_about(store, "one");
	tell(store, STATUS_OK);
	tell_about(store, "two");
	/* A stranger's. */
	snprintf(sql, sizeof(sql), "SELECT pg_notify('dayi_test', repeat('x', %d))",
	         HINT_ABOUT_SIZE);
	assert_int_equal(store_begin(store, TX_WRITE, &tx), STATUS_OK);
	assert_int_equal(tx_end(tx, tx_query(tx, sql, NULL, 0, NULL, NULL, NULL)), STATUS_OK);
	for (size_t i = 0; i < 4; i++) {
		static const char *const words[] = { "one", "", "two", "" };

		while (!hints_take(hints, about))
			assert_true(hints_wait(hints, HEAR_MS));
		assert_string_equal(about, words[i]);
	}
	assert_false(hints_take(hints, about));
	about[0] = 'x';
	/* More than are kept at once: either all of them are taken, or it is said that some may be
	 * missing. */
	for (size_t i = 0; i < 40; i++)
		tell_about(store, "many");
	for (size_t seen = 0; seen < 40 && about[0] != '\0'; seen++)
		while (!hints_take(hints, about))
			assert_true(hints_wait(hints, HEAR_MS));
	hints_close(hints);
	store_close(store);
}

static void a_lost_listener_joins_again_and_says_that_it_may_have_missed_one(void **state)
{
	const struct database *database = *state;
	struct store *store = opened(database);
	struct hints *hints = listening(database);

	postgres_stop(database->postgres);
	assert_false(hints_wait(hints, 100));
	postgres_start(database->postgres);
	assert_true(hints_wait(hints, HEAR_MS));
	write_when_it_is_back(store);
	tell(store, STATUS_OK);
	assert_true(hints_wait(hints, HEAR_MS));
	hints_close(hints);
	store_close(store);
}

static void *wake_soon(void *context)
{
	usleep(20000);
	hints_wake(context);
	return NULL;
}

static void a_wait_is_ended_by_another_thread(void **state)
{
	const struct clock clock = clock_system();
	const int64_t start_us = clock_monotonic_us(&clock);
	struct hints *hints = listening(*state);
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, wake_soon, hints), 0);
	assert_false(hints_wait(hints, INT32_MAX));
	assert_int_equal(pthread_join(thread, NULL), 0);
	/* One that comes before the wait ends it, too. */
	hints_wake(hints);
	assert_false(hints_wait(hints, INT32_MAX));
	assert_true(clock_monotonic_us(&clock) - start_us < INT64_C(60000000));
	hints_close(hints);
}

/* What the pooler does to a listener is silent: LISTEN succeeds, and nothing ever comes. */
static void behind_a_pooler_nobody_listens_and_it_is_said_what_to_do(void **state)
{
	const struct database *database = *state;
	char conninfo[PATH_SIZE], problem[STORE_PROBLEM_SIZE];
	struct hints *hints = NULL;
	enum status status;
	pid_t pooler;

	if (!pooler_is_there()) {
		print_message("no PgBouncer here: it is not tried\n");
		skip();
	}
	pooler = pooler_start(database->postgres, conninfo);
	status = store_listen(&hints, conninfo, "dayi_test", problem);
	pooler_stop(pooler);
	assert_int_equal(status, STATUS_INVALID);
	assert_null(hints);
	assert_non_null(strstr(problem, "Name the PostgreSQL server itself"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OVER_POSTGRES(types_and_options_of_sqlite_are_translated_and_texts_are_not),
		OVER_POSTGRES(a_server_that_was_started_again_between_transactions_is_not_noticed),
		OVER_POSTGRES(a_server_that_is_away_is_an_error_until_it_is_back),
		OVER_POSTGRES(what_is_lost_within_a_transaction_is_lost_whole),
		OVER_POSTGRES(a_spoiled_transaction_is_not_committed),
		OVER_POSTGRES(a_zero_byte_in_a_text_is_invalid_and_not_cut_off),
		OVER_POSTGRES(what_is_said_of_a_refused_value_does_not_quote_it),
		OVER_POSTGRES(writers_go_one_after_the_other_and_none_is_lost),
		OVER_POSTGRES(writers_of_another_schema_do_not_wait),
		OVER_POSTGRES(rows_are_added_side_by_side),
		OVER_POSTGRES(of_two_that_change_a_row_on_a_condition_one_does),
		OVER_POSTGRES(a_hint_is_heard_once_it_is_committed_and_only_then),
		OVER_POSTGRES(words_about_hints_come_in_their_order_and_none_that_do_not_fit),
		OVER_POSTGRES(a_lost_listener_joins_again_and_says_that_it_may_have_missed_one),
		OVER_POSTGRES(behind_a_pooler_nobody_listens_and_it_is_said_what_to_do),
		OVER_POSTGRES(a_wait_is_ended_by_another_thread),
	};

	return run_over_postgres(tests);
}
