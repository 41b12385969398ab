#include "office/identity/account_locks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <cmocka.h>

#include "database.h"

enum { DAY_S = 86400 };

/* Long locks: nothing here waits for the end of one. */
static const struct account_lock_rule rule = { 3, 10000, DAY_S, 1000 };

struct fixture {
	void *database; /* of database.h */
	char key[PATH_SIZE * 2];
	struct accounts *one, *other; /* of two processes */
};

static bool random_bytes(void *bytes, size_t len)
{
	return getrandom(bytes, len, 0) == (ssize_t)len;
}

static struct accounts *open_accounts(const struct fixture *fixture)
{
	const struct accounts_settings settings = {
		.store = { .url = ((const struct database *)fixture->database)->url,
		           .busy_ms = 5000 },
		.key_file = fixture->key,
		.cost = { .memory_mib = 1, .passes = 1 },
		.idle_s = 600,
		.longest_s = 3600,
		.link_s = 60,
		.random = random_bytes,
	};
	char problem[STORE_PROBLEM_SIZE];
	struct accounts *accounts;

	assert_int_equal(accounts_open(&accounts, &settings, problem), STATUS_OK);
	return accounts;
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	fixture->database = *state;
	assert_int_equal(database_begin(&fixture->database), 0);
	snprintf(fixture->key, sizeof(fixture->key), "%s/console.key",
	         ((const struct database *)fixture->database)->scratch.folder);
	fixture->one = open_accounts(fixture);
	fixture->other = open_accounts(fixture);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	int failed;

	accounts_close(fixture->one);
	accounts_close(fixture->other);
	failed = database_end(&fixture->database);
	free(fixture);
	return failed;
}

static struct account_attempt try(struct accounts *accounts, const char *address, const char *name)
{
	struct account_attempt attempt;

	assert_int_equal(
	        account_locks_try(accounts, &rule, span_of(address), span_of(name), &attempt),
	        STATUS_OK);
	return attempt;
}

static void take_back(struct accounts *accounts, const char *address, const char *name,
                      struct account_attempt attempt, bool right)
{
	assert_int_equal(account_locks_take_back(accounts, &rule, span_of(address), span_of(name),
	                                         &attempt, right),
	                 STATUS_OK);
}

static bool lift(struct accounts *accounts, const char *address, const char *name)
{
	bool found;

	assert_int_equal(account_locks_lift(accounts, span_of(address), span_of(name), &found),
	                 STATUS_OK);
	return found;
}

/* A second may pass. */
static void assert_waits(int64_t wait_s, int64_t lock_s)
{
	assert_in_range((uintmax_t)wait_s, (uintmax_t)(lock_s - 60), (uintmax_t)lock_s);
}

static void the_third_failure_locks_in_every_process(void **state)
{
	const struct fixture *fixture = *state;

	assert_int_equal(try(fixture->one, "a", "wang").wait_s, 0);
	assert_int_equal(try(fixture->other, "a", "wang").wait_s, 0);
	assert_int_equal(try(fixture->one, "a", "WANG").wait_s, 0);
	assert_waits(try(fixture->other, "a", "wang").wait_s, 10000);
	assert_waits(try(fixture->one, "a", "li").wait_s, 10000);
	assert_false(try(fixture->one, "a", "li").address);
}

static void a_locked_name_may_be_tried_from_where_nothing_failed(void **state)
{
	const struct fixture *fixture = *state;
	struct account_attempt attempt;

	for (int i = 0; i < 3; i++)
		assert_int_equal(try(fixture->one, "a", "wang").wait_s, 0);
	attempt = try(fixture->other, "b", "wang");
	assert_int_equal(attempt.wait_s, 0);
	assert_false(attempt.name);
	/* That has failed now. */
	assert_waits(try(fixture->other, "b", "wang").wait_s, 10000);
}

static void what_was_right_is_taken_back(void **state)
{
	const struct fixture *fixture = *state;

	(void)try(fixture->one, "a", "wang");
	for (int i = 0; i < 5; i++)
		take_back(fixture->one, "a", "wang", try(fixture->one, "a", "wang"), true);
	/* Of the address the first failure stays: two more lock it. */
	assert_int_equal(try(fixture->one, "a", "li").wait_s, 0);
	assert_int_equal(try(fixture->one, "a", "zhao").wait_s, 0);
	assert_waits(try(fixture->one, "a", "qian").wait_s, 10000);
}

static void what_was_not_tried_is_taken_back_of_both(void **state)
{
	const struct fixture *fixture = *state;

	for (int i = 0; i < 9; i++)
		take_back(fixture->one, "a", "wang", try(fixture->one, "a", "wang"), false);
	assert_false(lift(fixture->other, "a", "wang"));
}

static void the_next_lock_is_twice_as_long_up_to_a_day(void **state)
{
	const struct fixture *fixture = *state;
	struct database *database = fixture->database;
	static const int64_t locks[] = { 10000, 20000, 40000, 80000, DAY_S, DAY_S };

	for (size_t i = 0; i < sizeof(locks) / sizeof(locks[0]); i++) {
		for (int j = 0; j < 3; j++)
			assert_int_equal(try(fixture->one, "a", "").wait_s, 0);
		assert_waits(try(fixture->one, "a", "").wait_s, locks[i]);
		database_run(database, "UPDATE account_lock SET until = 1");
	}
	/* After a day without a failure it begins anew. */
	database_run(database, "UPDATE account_lock SET until = 1, failed_at = 1");
	for (int j = 0; j < 3; j++)
		assert_int_equal(try(fixture->one, "a", "").wait_s, 0);
	assert_waits(try(fixture->one, "a", "").wait_s, 10000);
}

static void who_signs_in_does_not_keep_earlier_failures_alive(void **state)
{
	const struct fixture *fixture = *state;
	const struct database *database = fixture->database;
	char text[64];

	(void)try(fixture->one, "a", "");
	(void)try(fixture->one, "a", "");
	/* Half a day ago. */
	database_run(database, "UPDATE account_lock SET failed_at = failed_at - 43200000");
	take_back(fixture->one, "a", "wang", try(fixture->one, "a", "wang"), true);
	take_back(fixture->other, "a", "wang", try(fixture->other, "a", "wang"), false);
	/* Half a day later, and a little. */
	database_run(database, "UPDATE account_lock SET failed_at = failed_at - 43201000");
	assert_string_equal(
	        database_ask(database, "SELECT failures FROM account_lock", text, sizeof(text)),
	        "2");
	for (int i = 0; i < 3; i++)
		assert_int_equal(try(fixture->one, "a", "").wait_s, 0);
	assert_waits(try(fixture->one, "a", "").wait_s, 10000);
}

static void a_later_failure_counts_from_its_own_time(void **state)
{
	const struct fixture *fixture = *state;
	char text[64];
	struct account_attempt right;

	(void)try(fixture->one, "a", "");
	database_run(fixture->database, "UPDATE account_lock SET failed_at = failed_at - 43200000");
	right = try(fixture->one, "a", "");
	(void)try(fixture->other, "a", "");
	/* It came a millisecond later, say. */
	database_run(fixture->database,
	             "UPDATE account_lock SET failed_at = failed_at + 1, until = 0");
	take_back(fixture->one, "a", "", right, true);
	database_run(fixture->database, "UPDATE account_lock SET failed_at = failed_at - 43200000");
	(void)try(fixture->one, "a", "");
	assert_string_equal(database_ask(fixture->database, "SELECT failures FROM account_lock",
	                                 text, sizeof(text)),
	                    "3");
}

static void a_lock_is_lifted_by_name_and_by_address(void **state)
{
	const struct fixture *fixture = *state;

	for (int i = 0; i < 3; i++)
		(void)try(fixture->one, "a", "wang");
	assert_false(lift(fixture->other, "", "li"));
	assert_true(lift(fixture->other, "", "Wang"));
	assert_waits(try(fixture->one, "a", "wang").wait_s, 10000);
	assert_true(lift(fixture->other, "a", ""));
	assert_int_equal(try(fixture->one, "a", "wang").wait_s, 0);
}

static void neither_names_nor_addresses_can_be_read_in_the_store(void **state)
{
	const struct fixture *fixture = *state;
	char text[256];

	(void)try(fixture->one, "10.1.2.3", "correct horse battery");
	assert_string_equal(database_ask(fixture->database,
	                                 "SELECT count(*) FROM account_lock WHERE length(who) = 64",
	                                 text, sizeof(text)),
	                    "2");
	assert_string_equal(
	        database_ask(fixture->database,
	                     "SELECT count(*) FROM account_lock WHERE who LIKE '%horse%'"
	                     " OR who LIKE '%10.1%'",
	                     text, sizeof(text)),
	        "0");
}

#define OVER(test_, where_)                                                                        \
	{                                                                                          \
		.name = #test_ where_, .test_func = (test_), .setup_func = set_up,                 \
		.teardown_func = tear_down                                                         \
	}
#define IN_SQLITE(test_)   OVER(test_, " (SQLite)")
#define IN_POSTGRES(test_) OVER(test_, " (PostgreSQL)")
#define OVER_BOTH(over_)                                                                           \
	over_(the_third_failure_locks_in_every_process),                                           \
	        over_(a_locked_name_may_be_tried_from_where_nothing_failed),                       \
	        over_(what_was_right_is_taken_back),                                               \
	        over_(what_was_not_tried_is_taken_back_of_both),                                   \
	        over_(the_next_lock_is_twice_as_long_up_to_a_day),                                 \
	        over_(who_signs_in_does_not_keep_earlier_failures_alive),                          \
	        over_(a_later_failure_counts_from_its_own_time),                                   \
	        over_(a_lock_is_lifted_by_name_and_by_address),                                    \
	        over_(neither_names_nor_addresses_can_be_read_in_the_store)

int main(void)
{
	const struct CMUnitTest sqlite[] = { OVER_BOTH(IN_SQLITE) };
	const struct CMUnitTest postgres[] = { OVER_BOTH(IN_POSTGRES) };
	const int failed = cmocka_run_group_tests(sqlite, NULL, NULL);

	return failed + run_over_postgres(postgres);
}
