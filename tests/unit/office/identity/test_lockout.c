#include "office/identity/lockout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000)
#define DAY    (86400 * SECOND)

static const struct lockout_settings usual = {
	.failures = 5, .lock_s = 900, .longest_s = 86400, .keys = 1000, .seed = 7
};

static struct lockout *make(const struct lockout_settings *settings)
{
	struct lockout *lockout = NULL;

	assert_int_equal(lockout_create(&lockout, settings), STATUS_OK);
	return lockout;
}

static int64_t attempt(struct lockout *lockout, const char *key, int64_t now_us)
{
	return lockout_attempt(lockout, span_of(key), now_us);
}

static void fail_times(struct lockout *lockout, const char *key, int times, int64_t now_us)
{
	for (int i = 0; i < times; i++)
		assert_int_equal(attempt(lockout, key, now_us), 0);
}

static void five_failures_lock_for_a_quarter_of_an_hour(void **state)
{
	struct lockout *lockout = make(&usual);

	(void)state;
	fail_times(lockout, "a", 5, 0);
	assert_int_equal(attempt(lockout, "a", 0), 900);
	assert_int_equal(attempt(lockout, "a", 899 * SECOND + 1), 1);
	assert_int_equal(attempt(lockout, "a", 900 * SECOND), 0);
	lockout_destroy(lockout);
}

static void another_key_is_not_locked_with_it(void **state)
{
	struct lockout *lockout = make(&usual);

	(void)state;
	fail_times(lockout, "a", 5, 0);
	assert_int_equal(attempt(lockout, "b", 0), 0);
	lockout_destroy(lockout);
}

static void each_further_lock_is_twice_as_long_up_to_a_day(void **state)
{
	/* 900 s doubled six times are 57,600; a seventh time would be more than a day. */
	const int64_t expected[] = { 900, 1800, 3600, 7200, 14400, 28800, 57600, 86400 };
	struct lockout *lockout = make(&usual);
	int64_t now_us = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		fail_times(lockout, "a", 5, now_us);
		assert_int_equal(attempt(lockout, "a", now_us), expected[i]);
		now_us += expected[i] * SECOND;
	}
	lockout_destroy(lockout);
}

static void a_day_without_failure_forgets_all(void **state)
{
	struct lockout *lockout = make(&usual);

	(void)state;
	fail_times(lockout, "a", 4, 0);
	fail_times(lockout, "a", 4, DAY);
	fail_times(lockout, "a", 1, DAY);
	assert_int_equal(attempt(lockout, "a", DAY), 900);
	lockout_destroy(lockout);
}

static void attempts_at_once_do_not_slip_through(void **state)
{
	struct lockout *lockout = make(&usual);
	int passed = 0;

	(void)state;
	for (int i = 0; i < 100; i++)
		passed += attempt(lockout, "a", 0) == 0;
	assert_int_equal(passed, 5);
	lockout_destroy(lockout);
}

static void a_withdrawn_attempt_does_not_count_nor_lock(void **state)
{
	struct lockout *lockout = make(&usual);

	(void)state;
	fail_times(lockout, "a", 5, 0);
	lockout_withdraw(lockout, span_of("a"));
	fail_times(lockout, "a", 1, 0);
	assert_int_equal(attempt(lockout, "a", 0), 900);
	lockout_withdraw(lockout, span_of("unknown"));
	lockout_destroy(lockout);
}

static void a_withdrawn_attempt_does_not_keep_earlier_failures_alive(void **state)
{
	struct lockout *lockout = make(&usual);

	(void)state;
	fail_times(lockout, "a", 4, SECOND);
	assert_int_equal(attempt(lockout, "a", DAY / 2), 0);
	lockout_withdraw(lockout, span_of("a"));
	fail_times(lockout, "a", 5, DAY + SECOND);
	assert_int_equal(attempt(lockout, "a", DAY + SECOND), 900);
	lockout_destroy(lockout);
}

/* The store may still hold it as a failure. */
static void a_withdrawn_attempt_is_not_recalled(void **state)
{
	struct lockout *lockout = make(&usual);
	const struct lockout_row written = {
		.key = "a", .len = 1, .failures = 2, .failed_us = 5 * SECOND
	};

	(void)state;
	fail_times(lockout, "a", 1, SECOND);
	assert_int_equal(attempt(lockout, "a", 5 * SECOND), 0);
	lockout_withdraw(lockout, span_of("a"));
	lockout_recall(lockout, &written, 6 * SECOND);
	fail_times(lockout, "a", 4, 6 * SECOND);
	assert_int_equal(attempt(lockout, "a", 6 * SECOND), 900);
	lockout_destroy(lockout);
}

static void a_forgotten_key_begins_anew(void **state)
{
	struct lockout *lockout = make(&usual);

	(void)state;
	fail_times(lockout, "a", 5, 0);
	lockout_forget(lockout, span_of("a"));
	fail_times(lockout, "a", 5, 0);
	lockout_forget(lockout, span_of("unknown"));
	lockout_destroy(lockout);
}

static void long_keys_count_by_their_first_64_bytes(void **state)
{
	char one[80], other[80];
	struct lockout *lockout = make(&usual);

	(void)state;
	snprintf(one, sizeof(one), "%064d-1", 0);
	snprintf(other, sizeof(other), "%064d-2", 0);
	fail_times(lockout, one, 5, 0);
	assert_int_equal(attempt(lockout, other, 0), 900);
	lockout_destroy(lockout);
}

static void an_empty_key_never_passes(void **state)
{
	struct lockout *lockout = make(&usual);

	(void)state;
	assert_true(attempt(lockout, "", 0) > 0);
	lockout_destroy(lockout);
}

/* One row of eight slots. */
static struct lockout *make_small(void)
{
	struct lockout_settings small = usual;

	small.keys = 4;
	return make(&small);
}

static void strangers_do_not_push_a_locked_key_out(void **state)
{
	struct lockout *lockout = make_small();
	char key[16];

	(void)state;
	fail_times(lockout, "a", 5, 0);
	for (int i = 0; i < 100; i++) {
		snprintf(key, sizeof(key), "stranger %d", i);
		fail_times(lockout, key, 1, i);
	}
	assert_true(attempt(lockout, "a", 100) > 0);
	lockout_destroy(lockout);
}

static void where_all_are_locked_a_stranger_waits_for_the_first(void **state)
{
	struct lockout *lockout = make_small();
	char key[16];

	(void)state;
	for (int i = 0; i < 8; i++) {
		snprintf(key, sizeof(key), "%d", i);
		fail_times(lockout, key, 5, i * SECOND);
	}
	assert_int_equal(attempt(lockout, "stranger", 10 * SECOND), 890);
	assert_int_equal(attempt(lockout, "stranger", 900 * SECOND), 0);
	lockout_destroy(lockout);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(five_failures_lock_for_a_quarter_of_an_hour),
		cmocka_unit_test(another_key_is_not_locked_with_it),
		cmocka_unit_test(each_further_lock_is_twice_as_long_up_to_a_day),
		cmocka_unit_test(a_day_without_failure_forgets_all),
		cmocka_unit_test(attempts_at_once_do_not_slip_through),
		cmocka_unit_test(a_withdrawn_attempt_does_not_count_nor_lock),
		cmocka_unit_test(a_withdrawn_attempt_does_not_keep_earlier_failures_alive),
		cmocka_unit_test(a_withdrawn_attempt_is_not_recalled),
		cmocka_unit_test(a_forgotten_key_begins_anew),
		cmocka_unit_test(long_keys_count_by_their_first_64_bytes),
		cmocka_unit_test(an_empty_key_never_passes),
		cmocka_unit_test(strangers_do_not_push_a_locked_key_out),
		cmocka_unit_test(where_all_are_locked_a_stranger_waits_for_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
