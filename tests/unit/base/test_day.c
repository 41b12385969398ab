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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_is_read_and_written),
		cmocka_unit_test(only_days_of_the_calendar_are_valid),
		cmocka_unit_test(days_are_counted_one_by_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
