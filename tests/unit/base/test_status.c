#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"

static void every_status_has_a_text_of_its_own(void **state)
{
	(void)state;
	for (int a = STATUS_OK; a <= STATUS_INTERNAL; a++) {
		assert_true(strlen(status_text((enum status)a)) > 0);
		for (int b = STATUS_OK; b < a; b++)
			assert_string_not_equal(status_text((enum status)a),
			                        status_text((enum status)b));
	}
}

static void a_value_that_is_no_status_has_a_text(void **state)
{
	(void)state;
	assert_non_null(status_text((enum status)99));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_status_has_a_text_of_its_own),
		cmocka_unit_test(a_value_that_is_no_status_has_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
