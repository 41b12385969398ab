#include "office/sessions/ratables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void add(struct ratables *ratables, int number)
{
	char receipt[RECEIPT_SIZE];

	snprintf(receipt, sizeof(receipt), "AAAA-%04d", number);
	ratables_add(ratables, receipt);
}

static void an_answer_can_be_rated_until_too_many_came_after_it(void **state)
{
	struct ratables ratables = { 0 };

	(void)state;
	for (int i = 0; i <= RATABLE_MOST; i++)
		add(&ratables, i);
	assert_null(ratables_find(&ratables, "AAAA-0000"));
	assert_non_null(ratables_find(&ratables, "AAAA-0001"));
	assert_non_null(ratables_find(&ratables, "AAAA-0032"));
}

static void what_was_never_given_can_not_be_rated(void **state)
{
	struct ratables ratables = { 0 };

	(void)state;
	assert_null(ratables_find(&ratables, ""));
	add(&ratables, 1);
	assert_null(ratables_find(&ratables, ""));
	assert_null(ratables_find(&ratables, "AAAA-0002"));
	assert_null(ratables_find(&ratables, "AAAA-00012"));
	assert_null(ratables_find(&ratables, "aaaa-0001"));
}

static void a_new_answer_has_no_rating_yet(void **state)
{
	struct ratables ratables = { 0 };

	(void)state;
	add(&ratables, 1);
	ratables_find(&ratables, "AAAA-0001")->value = RATING_UP;
	for (int i = 2; i <= RATABLE_MOST + 1; i++)
		add(&ratables, i);
	assert_int_equal(ratables_find(&ratables, "AAAA-0033")->value, RATING_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_can_be_rated_until_too_many_came_after_it),
		cmocka_unit_test(what_was_never_given_can_not_be_rated),
		cmocka_unit_test(a_new_answer_has_no_rating_yet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
