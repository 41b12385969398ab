#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/near.h"

static const char *nearest(const char *wrong)
{
	static const char *const known[] = { "answer", "also",    "account", "state",
		                             "status", "busy_ms", "file",    "账号" };
	struct near near = { .wrong = wrong };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		near_try(&near, known[i]);
	return near.best;
}

static void a_slip_of_the_finger_is_near(void **state)
{
	(void)state;
	assert_string_equal(nearest("anwser"), "answer");  /* exchanged */
	assert_string_equal(nearest("acount"), "account"); /* one less */
	assert_string_equal(nearest("stauts"), "status");
	assert_string_equal(nearest("statee"), "state"); /* one more */
	assert_string_equal(nearest("Account"), "account");
	assert_string_equal(nearest("allso"), "also");
}

static void what_shares_little_is_not(void **state)
{
	(void)state;
	assert_null(nearest("keep_days"));
	assert_null(nearest("身份证号"));
	assert_null(nearest("x"));
	assert_null(nearest(""));
}

static void a_name_that_is_too_long_is_near_to_none(void **state)
{
	char name[300];
	(void)state;

	for (size_t i = 0; i < sizeof(name) - 1; i++)
		name[i] = 'a';
	name[sizeof(name) - 1] = '\0';
	assert_null(nearest(name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slip_of_the_finger_is_near),
		cmocka_unit_test(what_shares_little_is_not),
		cmocka_unit_test(a_name_that_is_too_long_is_near_to_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
