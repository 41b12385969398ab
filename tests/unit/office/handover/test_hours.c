#include "office/handover/hours.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Monday 2026-11-30 00:00 in China: 2026-11-29T16:00:00Z. */
static const int64_t monday_ms = INT64_C(1795968000000);

static int64_t at(int day, int hour, int minute)
{
	return monday_ms + ((day * INT64_C(24) + hour) * 60 + minute) * 60000;
}

static void hours_are_by_the_day_and_the_minute_in_china(void **state)
{
	struct hours hours;

	(void)state;
	assert_true(hours_read("1-5 8:30-12:00,14:30-18:00; 6 9:00-12:00", &hours));
	assert_string_equal(hours.text, "周一至周五 8:30-12:00、14:30-18:00；周六 9:00-12:00");
	assert_false(hours_open(&hours, at(0, 8, 29)));
	assert_true(hours_open(&hours, at(0, 8, 30)));
	assert_true(hours_open(&hours, at(4, 11, 59)));
	assert_false(hours_open(&hours, at(4, 12, 0)));
	assert_true(hours_open(&hours, at(4, 14, 30)));
	assert_true(hours_open(&hours, at(5, 9, 0)));
	assert_false(hours_open(&hours, at(5, 8, 30)));
	assert_false(hours_open(&hours, at(6, 9, 0)));
	assert_true(hours_open(&hours, at(7, 8, 30)));
}

static void without_hours_it_is_always_open(void **state)
{
	struct hours hours;

	(void)state;
	assert_true(hours_read("  ", &hours));
	assert_string_equal(hours.text, "");
	assert_true(hours_open(&hours, at(6, 3, 0)));
}

static void a_day_may_end_at_midnight(void **state)
{
	struct hours hours;

	(void)state;
	assert_true(hours_read("6-7 0:00-24:00", &hours));
	assert_string_equal(hours.text, "周六、周日 0:00-24:00");
	assert_true(hours_open(&hours, at(6, 23, 59)));
	assert_false(hours_open(&hours, at(7, 0, 0)));
}

static void what_are_no_hours_is_refused(void **state)
{
	static const char *const wrong[] = {
		"1",
		"0 8:00-9:00",
		"8 8:00-9:00",
		"5-1 8:00-9:00",
		"1 9:00-8:00",
		"1 8:00-8:00",
		"1 8:60-9:00",
		"1 8:00-24:01",
		"1 8:00-9:00;",
		"1 8:00-9:00,",
		"1 8-9",
		"mon 8:00-9:00",
		"1 8:00-9:00 x",
		"1 800:00-9:00",
		";",
		"1-7 0:00-1:00,2:00-3:00,4:00-5:00,6:00-7:00,8:00-9:00",
	};
	struct hours hours;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(hours_read(wrong[i], &hours));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hours_are_by_the_day_and_the_minute_in_china),
		cmocka_unit_test(without_hours_it_is_always_open),
		cmocka_unit_test(a_day_may_end_at_midnight),
		cmocka_unit_test(what_are_no_hours_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
