#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/day.h"

static int64_t number_of(const char *text)
{
	struct day day;

	assert_true(day_read(text, &day));
	return day_number(day);
}

static void a_day_is_read_and_written(void **state)
{
	struct day day;
	char text[DAY_SIZE];

	(void)state;
	assert_true(day_read("2026-11-05", &day));
	assert_int_equal(day.year, 2026);
	assert_int_equal(day.month, 11);
	assert_int_equal(day.day, 5);
	day_write(day, text);
	assert_string_equal(text, "2026-11-05");
}

/* Divisible by 4 but not by 100, or divisible by 400. */
static void only_days_of_the_calendar_are_valid(void **state)
{
	static const char *const valid[] = { "2024-02-29", "2000-02-29", "0001-01-01",
		                             "9999-12-31" };
	static const char *const refused[] = {
		"2023-02-29", "1900-02-29", "2026-04-31", "2026-00-10", "2026-13-01",
		"2026-01-00", "2026-01-32", "0000-01-01", "2026-1-01",  "2026-01-011",
		"2026/01/01", "2026-0a-01", "+026-01-01", "2026-01- 1", "",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(valid) / sizeof(valid[0]); i++)
		assert_true(day_valid(valid[i]));
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		assert_false(day_valid(refused[i]));
}

static void days_are_counted_one_by_one(void **state)
{
	(void)state;
	assert_int_equal(number_of("2024-03-01") - number_of("2024-02-28"), 2);
	assert_int_equal(number_of("1900-03-01") - number_of("1900-02-28"), 1);
	assert_int_equal(number_of("2001-01-01") - number_of("2000-01-01"), 366);
	assert_int_equal(number_of("2027-01-01") - number_of("2026-12-31"), 1);
	assert_int_equal(number_of("0001-01-02") - number_of("0001-01-01"), 1);
}

/* A day is followed by the next one over a whole cycle of the calendar, 400 years. */
static void a_shift_finds_the_day_that_is_so_many_days_away(void **state)
{
	struct day first, day;

	(void)state;
	assert_true(day_read("1900-03-01", &first));
	for (int64_t by = -146097; by <= 146097; by += 1) {
		day = day_shift(first, by);
		assert_true(day_exists(day));
		assert_int_equal(day_number(day) - day_number(first), by);
	}
	assert_true(day_read("2024-02-28", &day));
	day = day_shift(day, 2);
	assert_int_equal(day.month * 100 + day.day, 301);
}

static void beyond_the_calendar_there_is_no_day(void **state)
{
	static const int64_t far[] = { 3660000, INT64_C(1) << 32, INT64_MAX };
	struct day day, last, first;

	(void)state;
	assert_true(day_read("2026-11-23", &day));
	assert_true(day_read("9999-12-31", &last));
	assert_true(day_read("0001-01-01", &first));
	for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
		assert_false(day_exists(day_shift(day, far[i])));
		assert_false(day_exists(day_shift(day, -far[i])));
		assert_false(day_exists(day_years_after(day, far[i])));
		assert_false(day_exists(day_years_after(day, -far[i])));
	}
	assert_false(day_exists(day_shift(last, 1)));
	assert_false(day_exists(day_shift(first, -1)));
	assert_true(day_exists(day_shift(last, day_number(first) - day_number(last))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_is_read_and_written),
		cmocka_unit_test(only_days_of_the_calendar_are_valid),
		cmocka_unit_test(days_are_counted_one_by_one),
		cmocka_unit_test(a_shift_finds_the_day_that_is_so_many_days_away),
		cmocka_unit_test(beyond_the_calendar_there_is_no_day),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
