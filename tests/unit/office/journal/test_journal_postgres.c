/* The journal over a PostgreSQL that goes away at the worst moments: no turn is lost or doubled. */
#include "office/journal/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "database.h"
#include "run/fake_loop.h"

enum { TRIES_MOST = 1000, TEXT_SIZE = 64 };

static struct fake_loop fake;
static struct jobs *jobs;

static struct journal *opened(const struct database *database)
{
	const struct journal_settings settings = { .file = database->url,
		                                   .queue = 100,
		                                   .batch_rows = 100,
		                                   .batch_ms = 10,
		                                   .busy_ms = 500 };
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

static void add(struct journal *journal, int number)
{
	char receipt[TEXT_SIZE];
	const struct journal_turn turn = {
		.at_ms = 1800000000000 + number,
		.receipt = receipt,
		.channel = "web",
		.question = span_of("q"),
		.outcome = "answer",
		.knowledge = "k",
	};

	snprintf(receipt, sizeof(receipt), "R%d", number);
	assert_int_equal(journal_add(journal, &turn), STATUS_OK);
}

static void nap(void)
{
	const struct timespec time = { .tv_nsec = 10000000 };

	nanosleep(&time, NULL);
	fake_loop_run(&fake, 10);
}

static void wait_written(struct journal *journal, uint64_t turns)
{
	for (int i = 0; i < TRIES_MOST && journal_counts(journal).written < turns; i++)
		nap();
	assert_int_equal(journal_counts(journal).written, turns);
}

static void expect_turns(const struct database *database, const char *all)
{
	char text[TEXT_SIZE];

	assert_string_equal(database_ask(database,
	                                 "SELECT count(*) || ' ' || count(DISTINCT receipt)"
	                                 " FROM turn",
	                                 text, sizeof(text)),
	                    all);
}

static void turns_that_come_while_it_is_away_are_written_once(void **state)
{
	const struct database *database = *state;
	struct journal *journal = opened(database);

	add(journal, 1);
	wait_written(journal, 1);
	postgres_stop(database->postgres);
	for (int i = 2; i <= 20; i++)
		add(journal, i);
	for (int i = 0; i < 20; i++)
		nap();
	assert_int_equal(journal_counts(journal).written, 1);
	assert_int_equal(journal_counts(journal).lost, 0);
	postgres_start(database->postgres);
	wait_written(journal, 20);
	expect_turns(database, "20 20");
	close_all(journal);
}

static bool commit_hangs(const struct database *database)
{
	char text[TEXT_SIZE];

	return strcmp(database_ask(database,
	                           "SELECT count(*) FROM pg_stat_activity WHERE wait_event ="
	                           " 'SyncRep'",
	                           text, sizeof(text)),
	              "1") == 0;
}

/*
 * The server has committed, waits for a copy that never comes, and is cut off: the answer to the
 * commit is lost, and the rows are there.
 */
static void a_commit_whose_answer_is_lost_is_not_made_again(void **state)
{
	const struct database *database = *state;
	struct journal *journal = opened(database);
	char all[TEXT_SIZE];
	int turns = 1;

	add(journal, turns);
	wait_written(journal, 1);
	database_run(database, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
	database_run(database, "SELECT pg_reload_conf()");
	/* Until the server has read its settings nothing hangs. */
	for (int i = 0; i < TRIES_MOST && !commit_hangs(database); i++) {
		if (i % 20 == 0)
			add(journal, ++turns);
		nap();
	}
	assert_true(commit_hangs(database));
	database_run(database, "ALTER SYSTEM RESET synchronous_standby_names");
	database_run(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
	                       " wait_event = 'SyncRep'");
	database_run(database, "SELECT pg_reload_conf()");
	add(journal, ++turns);
	wait_written(journal, (uint64_t)turns);
	snprintf(all, sizeof(all), "%d %d", turns, turns);
	expect_turns(database, all);
	close_all(journal);
}

static void note(void *context, int64_t at_ms, const char *entries)
{
	(void)entries;
	*(int64_t *)context += at_ms - 1800000000000;
}

static void what_one_process_answered_is_recalled_by_another(void **state)
{
	const struct database *database = *state;
	const struct journal_settings settings = { .file = database->url, .busy_ms = 500 };
	struct journal *journal = opened(database);
	int64_t sum = 0;

	for (int i = 1; i <= 3; i++)
		add(journal, i);
	wait_written(journal, 3);
	assert_int_equal(journal_recall(&settings, 0, 100, note, &sum, NULL), STATUS_OK);
	assert_int_equal(sum, 1 + 2 + 3);
	close_all(journal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OVER_POSTGRES(turns_that_come_while_it_is_away_are_written_once),
		OVER_POSTGRES(a_commit_whose_answer_is_lost_is_not_made_again),
		OVER_POSTGRES(what_one_process_answered_is_recalled_by_another),
	};

	return run_over_postgres(tests);
}
