#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/sort.h"

static int compare_numbers(const void *a, const void *b)
{
	const int left = *(const int *)a, right = *(const int *)b;
	return left < right ? -1 : left > right;
}

enum { NUMBERS_MOST = 200 };

static void numbers_of_any_count_come_out_as_from_qsort(void **state)
{
	static const size_t counts[] = {
		0, 1, 2, 3, SORT_FEW_MOST, SORT_FEW_MOST + 1, NUMBERS_MOST
	};
	(void)state;
	for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
		int numbers[NUMBERS_MOST], expected[NUMBERS_MOST];
		for (size_t i = 0; i < counts[c]; i++)
			numbers[i] = expected[i] = (int)(i * 7919 % 101);
		sort_few(numbers, counts[c], sizeof(int), compare_numbers);
		qsort(expected, counts[c], sizeof(int), compare_numbers);
		assert_memory_equal(numbers, expected, counts[c] * sizeof(int));
	}
}

struct large {
	int number;
	char rest[SORT_ITEM_MOST - sizeof(int)];
};

static void items_move_as_a_whole(void **state)
{
	struct large items[3] = { { 3, "three" }, { 1, "one" }, { 2, "two" } };
	(void)state;
	sort_few(items, 3, sizeof(items[0]), compare_numbers);
	assert_string_equal(items[0].rest, "one");
	assert_string_equal(items[1].rest, "two");
	assert_string_equal(items[2].rest, "three");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_of_any_count_come_out_as_from_qsort),
		cmocka_unit_test(items_move_as_a_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
