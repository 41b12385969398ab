#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/grow.h"

static void an_array_doubles_when_it_is_full_and_keeps_its_items(void **state)
{
	static const size_t capacities[] = { 2, 2, 4, 4, 8 };
	int *items = NULL;
	size_t capacity = 0;
	(void)state;
	for (size_t count = 0; count < 5; count++) {
		items = grow(items, count, &capacity, sizeof(*items), 2);
		assert_non_null(items);
		assert_int_equal(capacity, capacities[count]);
		items[count] = (int)count;
	}
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(items[i], i);
	free(items);
}

static void an_array_with_room_stays_where_it_is(void **state)
{
	int items[4] = { 0 };
	size_t capacity = 4;
	(void)state;
	assert_ptr_equal(grow(items, 3, &capacity, sizeof(*items), 1), items);
	assert_int_equal(capacity, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_array_doubles_when_it_is_full_and_keeps_its_items),
		cmocka_unit_test(an_array_with_room_stays_where_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
