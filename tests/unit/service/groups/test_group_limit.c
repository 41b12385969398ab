#include "service/groups/group_limit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const int64_t second_us = 1000000;

static int set_up(void **state)
{
	struct group_limits *limits;

	assert_int_equal(group_limits_create(&limits, 3, 7), STATUS_OK);
	*state = limits;
	return 0;
}

static int tear_down(void **state)
{
	group_limits_destroy(*state);
	return 0;
}

static enum group_passage take(void **state, const char *key, struct group_rate rate, int64_t at_s)
{
	return group_limits_take(*state, span_of(key), rate, at_s * second_us, 0);
}

static void a_minutes_worth_passes_at_once_and_is_refilled_evenly(void **state)
{
	const struct group_rate rate = { 6, 0 };

	for (int i = 0; i < 6; i++)
		assert_int_equal(take(state, "a", rate, 100), GROUP_PASSES);
	assert_int_equal(take(state, "a", rate, 100), GROUP_IS_TOLD);
	assert_int_equal(take(state, "b", rate, 100), GROUP_PASSES);
	assert_int_equal(take(state, "a", rate, 109), GROUP_IS_HELD);
	/* One in ten seconds. */
	assert_int_equal(take(state, "a", rate, 110), GROUP_PASSES);
	assert_int_equal(take(state, "a", rate, 110), GROUP_IS_HELD);
}

static void the_notice_comes_once_in_a_window(void **state)
{
	const struct group_rate rate = { 1, 0 };

	assert_int_equal(take(state, "a", rate, 0), GROUP_PASSES);
	assert_int_equal(take(state, "a", rate, 1), GROUP_IS_TOLD);
	for (int64_t at = 2; at < 60; at++)
		assert_int_equal(take(state, "a", rate, at), GROUP_IS_HELD);
	assert_int_equal(take(state, "a", rate, 60), GROUP_PASSES);
	assert_int_equal(take(state, "a", rate, 60), GROUP_IS_HELD);
	assert_int_equal(take(state, "a", rate, 61), GROUP_IS_TOLD);
}

static void a_quota_lasts_until_the_day_ends_and_no_limit_is_none(void **state)
{
	const struct group_rate rate = { 0, 2 }, none = { 0, 0 };

	assert_int_equal(group_limits_take(*state, span_of("a"), rate, 0, 5), GROUP_PASSES);
	assert_int_equal(group_limits_take(*state, span_of("a"), rate, 1, 5), GROUP_PASSES);
	assert_int_equal(group_limits_take(*state, span_of("a"), rate, 2, 5), GROUP_IS_TOLD_OF_DAY);
	assert_int_equal(group_limits_take(*state, span_of("a"), rate, 3, 6), GROUP_PASSES);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(take(state, "b", none, 0), GROUP_PASSES);
}

static void that_a_quota_is_used_up_is_told_once_a_day(void **state)
{
	const struct group_rate rate = { 1, 1 };
	const int64_t hour_us = 3600 * second_us;

	assert_int_equal(group_limits_take(*state, span_of("a"), rate, 0, 5), GROUP_PASSES);
	assert_int_equal(group_limits_take(*state, span_of("a"), rate, 1, 5), GROUP_IS_TOLD_OF_DAY);
	for (int64_t at = 1; at < 10; at++)
		assert_int_equal(group_limits_take(*state, span_of("a"), rate, at * hour_us, 5),
		                 GROUP_IS_HELD);
	assert_int_equal(group_limits_take(*state, span_of("a"), rate, 24 * hour_us, 6),
	                 GROUP_PASSES);
	assert_int_equal(group_limits_take(*state, span_of("a"), rate, 25 * hour_us, 6),
	                 GROUP_IS_TOLD_OF_DAY);
}

static void who_was_silent_for_longest_makes_room(void **state)
{
	const struct group_rate rate = { 1, 0 };

	assert_int_equal(take(state, "a", rate, 0), GROUP_PASSES);
	assert_int_equal(take(state, "b", rate, 0), GROUP_PASSES);
	assert_int_equal(take(state, "c", rate, 0), GROUP_PASSES);
	assert_int_equal(take(state, "a", rate, 1), GROUP_IS_TOLD);
	assert_int_equal(take(state, "d", rate, 1), GROUP_PASSES);
	assert_int_equal(take(state, "a", rate, 2), GROUP_IS_HELD);
	assert_int_equal(take(state, "b", rate, 2), GROUP_PASSES);
}

static void looking_takes_nothing_and_tells_nobody(void **state)
{
	const struct group_rate rate = { 1, 0 };
	const struct span key = span_of("a");

	for (int i = 0; i < 3; i++)
		assert_true(group_limits_would_pass(*state, key, rate, 0, 0));
	assert_int_equal(take(state, "a", rate, 0), GROUP_PASSES);
	for (int i = 0; i < 3; i++)
		assert_false(group_limits_would_pass(*state, key, rate, second_us, 0));
	assert_int_equal(take(state, "a", rate, 1), GROUP_IS_TOLD);
	assert_true(group_limits_would_pass(*state, key, rate, 61 * second_us, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(that_a_quota_is_used_up_is_told_once_a_day, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(looking_takes_nothing_and_tells_nobody, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(
		        a_minutes_worth_passes_at_once_and_is_refilled_evenly, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_notice_comes_once_in_a_window, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(
		        a_quota_lasts_until_the_day_ends_and_no_limit_is_none, set_up, tear_down),
		cmocka_unit_test_setup_teardown(who_was_silent_for_longest_makes_room, set_up,
		                                tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
