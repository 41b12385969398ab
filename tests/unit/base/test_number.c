#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/number.h"

static void a_number_is_written_without_an_exponent(void **state)
{
	static const struct {
		double number;
		const char *text;
	} rows[] = {
		{ 0, "0" },
		{ -0.0, "0" },
		{ 90, "90" },
		{ -1, "-1" },
		{ 87.5, "87.5" },
		{ 0.1, "0.1" },
		{ 0.00001, "0.00001" },
		{ 1e15, "1000000000000000" },
		{ 999999999999999, "999999999999999" },
		{ 1e-20, "0.00000000000000000001" },
		{ 100, "100" },
	};
	char text[NUMBER_TEXT_SIZE];
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(number_write(rows[i].number, text));
		assert_string_equal(text, rows[i].text);
	}
	assert_false(number_write(1e300, text));
	assert_false(number_write(1e-300, text));
	assert_false(number_write(NAN, text));
	assert_false(number_write(INFINITY, text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_is_written_without_an_exponent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
