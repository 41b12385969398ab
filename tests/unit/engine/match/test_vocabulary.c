#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/match/vocabulary.h"

static void numbers_count_up_and_stay(void **state)
{
	struct vocabulary *vocabulary = NULL;
	(void)state;
	assert_int_equal(vocabulary_create(&vocabulary), STATUS_OK);
	for (uint32_t i = 0; i < 100000; i++) {
		uint32_t number = GRAM_NONE;
		assert_int_equal(vocabulary_add(vocabulary, (uint64_t)i << 21, &number), STATUS_OK);
		assert_int_equal(number, i);
	}
	assert_int_equal(vocabulary_count(vocabulary), 100000);
	for (uint32_t i = 0; i < 100000; i++)
		assert_int_equal(vocabulary_find(vocabulary, (uint64_t)i << 21), i);
	vocabulary_destroy(vocabulary);
}

static void a_known_key_keeps_its_number(void **state)
{
	struct vocabulary *vocabulary = NULL;
	uint32_t first = GRAM_NONE, again = GRAM_NONE;
	(void)state;
	assert_int_equal(vocabulary_create(&vocabulary), STATUS_OK);
	assert_int_equal(vocabulary_add(vocabulary, 7, &first), STATUS_OK);
	assert_int_equal(vocabulary_add(vocabulary, 7, &again), STATUS_OK);
	assert_int_equal(first, again);
	assert_int_equal(vocabulary_count(vocabulary), 1);
	assert_true(vocabulary_key(vocabulary, first) == 7);
	vocabulary_destroy(vocabulary);
}

static void an_unknown_key_has_no_number(void **state)
{
	struct vocabulary *vocabulary = NULL;
	(void)state;
	assert_int_equal(vocabulary_create(&vocabulary), STATUS_OK);
	assert_int_equal(vocabulary_find(vocabulary, 0), GRAM_NONE);
	vocabulary_destroy(vocabulary);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_count_up_and_stay),
		cmocka_unit_test(a_known_key_keeps_its_number),
		cmocka_unit_test(an_unknown_key_has_no_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
