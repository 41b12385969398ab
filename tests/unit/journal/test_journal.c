#include "journal/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

enum { PATH_SIZE = 64, TURNS = 250 };

static void make_path(char path[PATH_SIZE])
{
	int fd;

	snprintf(path, PATH_SIZE, "/tmp/dayi-journal-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	unlink(path);
}

static void remove_files(const char *path)
{
	const char *const endings[] = { "", "-wal", "-shm" };
	char name[PATH_SIZE + 8];

	for (int i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s%s", path, endings[i]);
		unlink(name);
	}
}

static struct journal *opened(const char *path, int64_t queue, int64_t batch_ms)
{
	const struct journal_settings settings = {
		.file = path, .queue = queue, .batch_rows = 100, .batch_ms = batch_ms, .busy_ms = 20
	};
	struct journal *journal = NULL;

	assert_int_equal(journal_open(&journal, &settings, NULL), STATUS_OK);
	return journal;
}

static enum status add(struct journal *journal, int number)
{
	char question[32];
	const struct journal_turn turn = {
		.receipt = "R",
		.channel = "web",
		.session = "",
		.question = { question,
		              (size_t)snprintf(question, sizeof(question), "q%d", number) },
		.outcome = "answer",
		.entries = { "", 0 },
		.knowledge = "k",
	};

	return journal_add(journal, &turn);
}

static int count(const char *path, const char *sql)
{
	sqlite3_stmt *statement;
	sqlite3 *db;
	int number;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	number = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return number;
}

static int count_rows(const char *path)
{
	return count(path, "SELECT count(DISTINCT question) FROM turn");
}

static void nap_ms(long ms)
{
	const struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

/* Waits, within reason, until that many are written or lost. */
static void wait_for(struct journal *journal, uint64_t turns)
{
	for (int i = 0; i < 1000; i++) {
		const struct journal_counts counts = journal_counts(journal);

		if (counts.written + counts.lost >= turns)
			return;
		nap_ms(10);
	}
	fail_msg("the journal did not get on");
}

static void closing_writes_what_waits(void **state)
{
	char path[PATH_SIZE];
	struct journal *journal;

	(void)state;
	make_path(path);
	journal = opened(path, TURNS, 60000);
	for (int i = 0; i < TURNS; i++)
		assert_int_equal(add(journal, i), STATUS_OK);
	journal_close(journal);
	assert_int_equal(count_rows(path), TURNS);
	remove_files(path);
}

static void a_batch_is_written_when_its_time_has_come(void **state)
{
	char path[PATH_SIZE];
	struct journal *journal;

	(void)state;
	make_path(path);
	journal = opened(path, 10, 50);
	assert_int_equal(add(journal, 1), STATUS_OK);
	wait_for(journal, 1);
	assert_int_equal(count_rows(path), 1);
	assert_int_equal(journal_counts(journal).waiting, 0);
	journal_close(journal);
	remove_files(path);
}

static void a_full_batch_does_not_wait_for_its_time(void **state)
{
	char path[PATH_SIZE];
	struct journal *journal;

	(void)state;
	make_path(path);
	journal = opened(path, TURNS, 60000);
	for (int i = 0; i < 150; i++)
		assert_int_equal(add(journal, i), STATUS_OK);
	wait_for(journal, 100);
	journal_close(journal);
	assert_int_equal(count_rows(path), 150);
	remove_files(path);
}

static void a_full_queue_drops_and_counts(void **state)
{
	char path[PATH_SIZE];
	struct journal *journal;
	size_t refused = 0;

	(void)state;
	make_path(path);
	journal = opened(path, 4, 60000);
	for (int i = 0; i < 50; i++)
		refused += add(journal, i) == STATUS_BUSY;
	/* The writer may have taken up to four away before the others came. */
	assert_true(refused >= 42);
	assert_int_equal(journal_counts(journal).dropped, refused);
	journal_close(journal);
	assert_int_equal(count_rows(path), 50 - (int)refused);
	remove_files(path);
}

static void a_locked_file_is_waited_for(void **state)
{
	char path[PATH_SIZE];
	struct journal *journal;
	sqlite3 *other;

	(void)state;
	make_path(path);
	journal = opened(path, 10, 0);
	assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(add(journal, 1), STATUS_OK);
	nap_ms(300);
	assert_int_equal(journal_counts(journal).written, 0);
	assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(other);
	wait_for(journal, 1);
	assert_int_equal(journal_counts(journal).written, 1);
	journal_close(journal);
	remove_files(path);
}

static void a_file_that_stays_locked_loses_turns_and_counts_them(void **state)
{
	char path[PATH_SIZE];
	struct journal *journal;
	sqlite3 *other;

	(void)state;
	make_path(path);
	journal = opened(path, 10, 0);
	assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(add(journal, 1), STATUS_OK);
	wait_for(journal, 1);
	assert_int_equal(journal_counts(journal).lost, 1);
	assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(other);
	assert_int_equal(add(journal, 2), STATUS_OK);
	journal_close(journal);
	assert_int_equal(count_rows(path), 1);
	remove_files(path);
}

static void a_rating_is_written_behind_its_turn(void **state)
{
	const struct journal_rating rating = { .at_ms = 1, .receipt = "R", .value = "up" };
	char path[PATH_SIZE];
	struct journal *journal;

	(void)state;
	make_path(path);
	journal = opened(path, 10, 60000);
	assert_int_equal(add(journal, 1), STATUS_OK);
	assert_int_equal(journal_rate(journal, &rating), STATUS_OK);
	journal_close(journal);
	assert_int_equal(count(path, "SELECT count(*) FROM turn JOIN rating USING (receipt)"), 1);
	remove_files(path);
}

static void no_journal_keeps_nothing_and_complains_of_nothing(void **state)
{
	(void)state;
	assert_int_equal(add(NULL, 1), STATUS_OK);
	assert_int_equal(journal_counts(NULL).dropped, 0);
	journal_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closing_writes_what_waits),
		cmocka_unit_test(a_batch_is_written_when_its_time_has_come),
		cmocka_unit_test(a_full_batch_does_not_wait_for_its_time),
		cmocka_unit_test(a_full_queue_drops_and_counts),
		cmocka_unit_test(a_locked_file_is_waited_for),
		cmocka_unit_test(a_file_that_stays_locked_loses_turns_and_counts_them),
		cmocka_unit_test(a_rating_is_written_behind_its_turn),
		cmocka_unit_test(no_journal_keeps_nothing_and_complains_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
