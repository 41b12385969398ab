#include "office/journal/journal.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "run/fake_loop.h"

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

/* One journal is open at a time. */
static struct fake_loop fake;
static struct jobs *jobs;

static struct journal *opened(const char *path, int64_t queue, int64_t batch_ms)
{
	const struct journal_settings settings = {
		.file = path, .queue = queue, .batch_rows = 100, .batch_ms = batch_ms, .busy_ms = 20
	};
	const struct job_limits limits[JOB_CLASSES] = { [JOB_JOURNAL] = journal_limits() };
	struct journal *journal = NULL;

	fake_loop_make(&fake);
	assert_int_equal(jobs_create(&jobs, fake.loop, limits), STATUS_OK);
	assert_int_equal(journal_open(&journal, &settings, fake.loop, jobs, NULL), STATUS_OK);
	return journal;
}

static void close_all(struct journal *journal)
{
	journal_stop(journal);
	fake_loop_stop_jobs(&fake, jobs);
	journal_close(journal);
	jobs_destroy(jobs);
	fake_loop_end(&fake);
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
		fake_loop_run(&fake, 10);
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
	close_all(journal);
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
	close_all(journal);
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
	close_all(journal);
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
	close_all(journal);
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
	close_all(journal);
	remove_files(path);
}

static void make_busy(sqlite3 **other, const char *path)
{
	assert_int_equal(sqlite3_open(path, other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(*other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
}

static void make_free(sqlite3 *other)
{
	assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(other);
}

/* Three seconds are more than five attempts, after which turns were once given up. */
static void a_file_that_stays_locked_loses_no_turn_while_the_queue_has_room(void **state)
{
	char path[PATH_SIZE];
	struct journal *journal;
	sqlite3 *other;

	(void)state;
	make_path(path);
	journal = opened(path, 20, 0);
	make_busy(&other, path);
	for (int i = 0; i < 10; i++)
		assert_int_equal(add(journal, i), STATUS_OK);
	nap_ms(3000);
	assert_int_equal(journal_counts(journal).waiting, 10);
	make_free(other);
	wait_for(journal, 10);
	assert_int_equal(journal_counts(journal).written, 10);
	assert_int_equal(journal_counts(journal).lost, 0);
	assert_int_equal(journal_counts(journal).dropped, 0);
	close_all(journal);
	assert_int_equal(count_rows(path), 10);
	remove_files(path);
}

static void a_locked_file_and_a_full_queue_drop_the_newest_turns(void **state)
{
	char path[PATH_SIZE];
	struct journal *journal;
	sqlite3 *other;
	int taken = 0;

	(void)state;
	make_path(path);
	journal = opened(path, 4, 0);
	make_busy(&other, path);
	for (int i = 0; i < 20; i++)
		taken += add(journal, i) == STATUS_OK;
	assert_int_equal(journal_counts(journal).dropped, 20 - taken);
	/* A queue full that waits, and one or two that the writer has in hand by then. */
	assert_in_range(taken, 4, 12);
	make_free(other);
	close_all(journal);
	assert_int_equal(count_rows(path), taken);
	remove_files(path);
}

static void a_close_does_not_wait_for_ever(void **state)
{
	char path[PATH_SIZE];
	struct journal *journal;
	sqlite3 *other;

	(void)state;
	make_path(path);
	journal = opened(path, TURNS, 60000);
	make_busy(&other, path);
	for (int i = 0; i < TURNS; i++)
		assert_int_equal(add(journal, i), STATUS_OK);
	close_all(journal);
	make_free(other);
	assert_int_equal(count_rows(path), 0);
	remove_files(path);
}

static void a_row_that_the_file_does_not_take_is_lost_alone(void **state)
{
	char path[PATH_SIZE];
	struct journal *journal;

	(void)state;
	make_path(path);
	journal = opened(path, TURNS, 60000);
	{
		sqlite3 *other;

		assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
		assert_int_equal(sqlite3_exec(other,
		                              "CREATE TRIGGER x BEFORE INSERT ON turn"
		                              " WHEN new.question = 'q3'"
		                              " BEGIN SELECT RAISE(ABORT, 'not this'); END",
		                              NULL, NULL, NULL),
		                 SQLITE_OK);
		sqlite3_close(other);
	}
	for (int i = 0; i < 5; i++)
		assert_int_equal(add(journal, i), STATUS_OK);
	close_all(journal);
	assert_int_equal(count_rows(path), 4);
	assert_int_equal(count(path, "SELECT count(*) FROM turn WHERE question = 'q3'"), 0);
	remove_files(path);
}

/* --- ratings --- */

static const struct journal_rating rating = { .at_ms = 1, .receipt = "R", .value = "up" };

/* What was told of one rating. */
struct told {
	unsigned times;
	bool kept;
};

static void tell(void *context, bool kept)
{
	struct told *told = context;

	told->times++;
	told->kept = kept;
}

static enum status rate(struct journal *journal, struct told *told)
{
	*told = (struct told){ 0 };
	return journal_rate(journal, &rating, tell, told);
}

static bool is_told(void *context)
{
	return ((struct told *)context)->times > 0;
}

static bool is_kept(struct told *told)
{
	assert_true(fake_loop_until(&fake, is_told, told));
	assert_int_equal(told->times, 1);
	return told->kept;
}

/* The batch would last a minute. */
static void a_rating_is_on_the_disk_when_it_is_told_to_be_kept(void **state)
{
	char path[PATH_SIZE];
	struct told told;
	struct journal *journal;

	(void)state;
	make_path(path);
	journal = opened(path, 10, 60000);
	assert_int_equal(add(journal, 1), STATUS_OK);
	assert_int_equal(rate(journal, &told), STATUS_OK);
	assert_true(is_kept(&told));
	assert_int_equal(count(path, "SELECT count(*) FROM turn JOIN rating USING (receipt)"), 1);
	close_all(journal);
	remove_files(path);
}

static void a_rating_is_written_when_the_journal_closes(void **state)
{
	char path[PATH_SIZE];
	struct journal *journal;
	struct told told;

	(void)state;
	make_path(path);
	journal = opened(path, 10, 60000);
	assert_int_equal(rate(journal, &told), STATUS_OK);
	close_all(journal);
	assert_int_equal(told.times, 1);
	assert_true(told.kept);
	assert_int_equal(count(path, "SELECT count(*) FROM rating"), 1);
	remove_files(path);
}

static void a_rating_is_refused_and_not_kept_while_the_file_is_locked(void **state)
{
	char path[PATH_SIZE];
	struct journal *journal;
	sqlite3 *other;
	struct told first, told;
	enum status status;

	(void)state;
	make_path(path);
	journal = opened(path, 10, 0);
	make_busy(&other, path);
	assert_int_equal(add(journal, 1), STATUS_OK);
	status = rate(journal, &first);
	if (status == STATUS_OK)
		assert_false(is_kept(&first));
	else
		assert_int_equal(status, STATUS_IO);
	/* A turn waits now, so the next is refused at once or, between attempts, soon. */
	status = rate(journal, &told);
	assert_int_equal(status, STATUS_IO);
	assert_int_equal(journal_counts(journal).lost, 2);
	make_free(other);
	wait_for(journal, 3);
	assert_int_equal(count(path, "SELECT count(*) FROM rating"), 0);
	assert_int_equal(count_rows(path), 1);
	/* The same writer that wrote the turn has come free by then, or comes free now. */
	for (status = STATUS_IO; status == STATUS_IO; nap_ms(5))
		status = rate(journal, &told);
	assert_int_equal(status, STATUS_OK);
	assert_true(is_kept(&told));
	close_all(journal);
	assert_int_equal(count(path, "SELECT count(*) FROM rating"), 1);
	remove_files(path);
}

/* --- the file taken away --- */

static void move(const char *from, const char *to)
{
	assert_int_equal(rename(from, to), 0);
}

static void assert_sound(const char *path)
{
	assert_int_equal(count(path, "SELECT count(*) FROM pragma_integrity_check"
	                             " WHERE integrity_check = 'ok'"),
	                 1);
}

static void add_and_wait(struct journal *journal, int number)
{
	const uint64_t before = journal_counts(journal).written;

	assert_int_equal(add(journal, number), STATUS_OK);
	wait_for(journal, before + 1);
	assert_int_equal(journal_counts(journal).lost, 0);
}

/* Gives the file's place back once the writer has failed at it. */
struct giver {
	const char *path;
	atomic_bool failed;
};

static void note_failure(void *context, enum log_level level, const char *line)
{
	struct giver *giver = context;

	(void)level;
	if (strstr(line, "journal_write_failed"))
		giver->failed = true;
}

static void *give_back(void *context)
{
	struct giver *giver = context;

	for (int i = 0; i < 60000 && !giver->failed; i++)
		nap_ms(1);
	rmdir(giver->path);
	return NULL;
}

static void a_close_gives_a_file_that_cannot_be_written_some_time(void **state)
{
	const struct job_limits limits[JOB_CLASSES] = { [JOB_JOURNAL] = journal_limits() };
	char path[PATH_SIZE], other[PATH_SIZE];
	const struct journal_settings settings = {
		.file = path, .queue = 10, .batch_rows = 100, .batch_ms = 60000
	};
	struct giver giver = { .path = path };
	struct journal *journal;
	struct log *log;
	pthread_t thread;

	(void)state;
	make_path(path);
	make_path(other);
	fake_loop_make(&fake);
	assert_int_equal(log_create_to(&log, (struct log_sink){ note_failure, &giver }, LOG_ERROR,
	                               clock_system()),
	                 STATUS_OK);
	assert_int_equal(jobs_create(&jobs, fake.loop, limits), STATUS_OK);
	assert_int_equal(journal_open(&journal, &settings, fake.loop, jobs, log), STATUS_OK);
	assert_int_equal(add(journal, 1), STATUS_OK);
	move(path, other);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(pthread_create(&thread, NULL, give_back, &giver), 0);
	close_all(journal);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(giver.failed);
	log_destroy(log);
	assert_int_equal(count_rows(path), 1);
	remove_files(path);
	remove_files(other);
}

static void a_journal_that_was_renamed_keeps_its_turns_and_another_is_begun(void **state)
{
	char path[PATH_SIZE], other[PATH_SIZE];
	struct journal *journal;

	(void)state;
	make_path(path);
	make_path(other);
	journal = opened(path, 10, 0);
	add_and_wait(journal, 1);
	move(path, other);
	add_and_wait(journal, 2);
	close_all(journal);
	assert_int_equal(count(other, "SELECT question = 'q1' FROM turn"), 1);
	assert_int_equal(count(path, "SELECT question = 'q2' FROM turn"), 1);
	assert_int_equal(count_rows(other), 1);
	assert_int_equal(count_rows(path), 1);
	assert_sound(other);
	assert_sound(path);
	remove_files(path);
	remove_files(other);
}

/* Until its -wal has got into it, nothing new is begun that the -wal could get into. */
static void a_journal_that_was_renamed_while_it_is_read_is_waited_for(void **state)
{
	char path[PATH_SIZE], other[PATH_SIZE];
	struct journal *journal;
	sqlite3 *reader;

	(void)state;
	make_path(path);
	make_path(other);
	journal = opened(path, 10, 0);
	add_and_wait(journal, 1);
	assert_int_equal(sqlite3_open(path, &reader), SQLITE_OK);
	assert_int_equal(sqlite3_exec(reader, "BEGIN; SELECT * FROM turn", NULL, NULL, NULL),
	                 SQLITE_OK);
	move(path, other);
	assert_int_equal(add(journal, 2), STATUS_OK);
	nap_ms(700);
	assert_int_equal(journal_counts(journal).waiting, 1);
	assert_int_equal(access(path, F_OK), -1);
	make_free(reader);
	wait_for(journal, 2);
	assert_int_equal(journal_counts(journal).written, 2);
	close_all(journal);
	assert_int_equal(count_rows(other), 1);
	assert_int_equal(count_rows(path), 1);
	remove_files(path);
	remove_files(other);
}

static void a_journal_that_was_removed_is_begun_anew(void **state)
{
	char path[PATH_SIZE];
	struct journal *journal;

	(void)state;
	make_path(path);
	journal = opened(path, 10, 0);
	add_and_wait(journal, 1);
	unlink(path);
	add_and_wait(journal, 2);
	remove_files(path);
	add_and_wait(journal, 3);
	add_and_wait(journal, 4);
	close_all(journal);
	assert_int_equal(count_rows(path), 2);
	assert_sound(path);
	remove_files(path);
}

/* Its -wal still lies there when the other one is opened. */
static void a_journal_that_was_exchanged_is_gone_on_with(void **state)
{
	char path[PATH_SIZE], other[PATH_SIZE];
	struct journal *journal;

	(void)state;
	make_path(path);
	make_path(other);
	journal = opened(other, 10, 0);
	for (int i = 100; i < 150; i++)
		add_and_wait(journal, i);
	close_all(journal);
	journal = opened(path, 10, 0);
	for (int i = 1; i < 10; i++)
		add_and_wait(journal, i);
	move(other, path);
	add_and_wait(journal, 200);
	close_all(journal);
	assert_int_equal(count_rows(path), 51);
	assert_sound(path);
	remove_files(path);
}

static void a_wal_that_was_removed_costs_no_turn_and_doubles_none(void **state)
{
	char path[PATH_SIZE], wal[PATH_SIZE + 8];
	struct journal *journal;

	(void)state;
	make_path(path);
	snprintf(wal, sizeof(wal), "%s-wal", path);
	journal = opened(path, 10, 0);
	for (int i = 0; i < 5; i++) {
		add_and_wait(journal, 2 * i);
		assert_int_equal(unlink(wal), 0);
		add_and_wait(journal, 2 * i + 1);
	}
	close_all(journal);
	assert_int_equal(count(path, "SELECT count(*) FROM turn"), 10);
	assert_int_equal(count_rows(path), 10);
	assert_sound(path);
	remove_files(path);
}

static void turns_wait_while_something_else_stands_in_the_journals_place(void **state)
{
	char path[PATH_SIZE], other[PATH_SIZE];
	struct journal *journal;
	sqlite3 *foreign;

	(void)state;
	make_path(path);
	make_path(other);
	journal = opened(path, 10, 0);
	assert_int_equal(sqlite3_open(other, &foreign), SQLITE_OK);
	assert_int_equal(sqlite3_exec(foreign, "CREATE TABLE exam (x)", NULL, NULL, NULL),
	                 SQLITE_OK);
	sqlite3_close(foreign);
	move(other, path);
	assert_int_equal(add(journal, 1), STATUS_OK);
	nap_ms(700);
	assert_int_equal(journal_counts(journal).waiting, 1);
	assert_int_equal(count(path, "SELECT count(*) FROM sqlite_schema"), 1);
	unlink(path);
	wait_for(journal, 1);
	assert_int_equal(journal_counts(journal).written, 1);
	close_all(journal);
	assert_int_equal(count_rows(path), 1);
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
		cmocka_unit_test(a_file_that_stays_locked_loses_no_turn_while_the_queue_has_room),
		cmocka_unit_test(a_locked_file_and_a_full_queue_drop_the_newest_turns),
		cmocka_unit_test(a_close_does_not_wait_for_ever),
		cmocka_unit_test(a_row_that_the_file_does_not_take_is_lost_alone),
		cmocka_unit_test(a_rating_is_on_the_disk_when_it_is_told_to_be_kept),
		cmocka_unit_test(a_rating_is_written_when_the_journal_closes),
		cmocka_unit_test(a_rating_is_refused_and_not_kept_while_the_file_is_locked),
		cmocka_unit_test(a_close_gives_a_file_that_cannot_be_written_some_time),
		cmocka_unit_test(a_journal_that_was_renamed_keeps_its_turns_and_another_is_begun),
		cmocka_unit_test(a_journal_that_was_renamed_while_it_is_read_is_waited_for),
		cmocka_unit_test(a_journal_that_was_removed_is_begun_anew),
		cmocka_unit_test(a_journal_that_was_exchanged_is_gone_on_with),
		cmocka_unit_test(a_wal_that_was_removed_costs_no_turn_and_doubles_none),
		cmocka_unit_test(turns_wait_while_something_else_stands_in_the_journals_place),
		cmocka_unit_test(no_journal_keeps_nothing_and_complains_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
