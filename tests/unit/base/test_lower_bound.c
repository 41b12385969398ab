#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/lower_bound.h"

static int compare_numbers(const void *key, const void *item)
{
	const int left = *(const int *)key, right = *(const int *)item;
	return left < right ? -1 : left > right;
}

static size_t place_of(int key, const int *numbers, size_t count)
{
	return lower_bound(&key, numbers, count, sizeof(*numbers), compare_numbers);
}

static void of_items_with_one_key_the_first_is_found(void **state)
{
	static const int numbers[] = { 1, 3, 3, 3, 5, 7, 7 };
	(void)state;
	assert_int_equal(place_of(1, numbers, 7), 0);
	assert_int_equal(place_of(3, numbers, 7), 1);
	assert_int_equal(place_of(5, numbers, 7), 4);
	assert_int_equal(place_of(7, numbers, 7), 5);
}

static void a_key_that_no_item_has_is_placed_before_the_next(void **state)
{
	static const int numbers[] = { 1, 3, 3, 3, 5, 7, 7 };
	(void)state;
	assert_int_equal(place_of(0, numbers, 7), 0);
	assert_int_equal(place_of(2, numbers, 7), 1);
	assert_int_equal(place_of(4, numbers, 7), 4);
	assert_int_equal(place_of(8, numbers, 7), 7);
}

static void an_array_without_items_may_be_null(void **state)
{
	(void)state;
	assert_int_equal(place_of(1, NULL, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_items_with_one_key_the_first_is_found),
		cmocka_unit_test(a_key_that_no_item_has_is_placed_before_the_next),
		cmocka_unit_test(an_array_without_items_may_be_null),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
