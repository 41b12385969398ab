#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/match/row_cache.h"

static void put(struct row_cache *cache, uint32_t key, uint32_t count)
{
	assert_true(row_cache_make_room(cache, 1, count));
	struct bearer *list = row_cache_put(cache, key, count);
	for (uint32_t i = 0; i < count; i++)
		list[i] = (struct bearer){ key + i, 10 * key };
}

static void assert_has(const struct row_cache *cache, uint32_t key, uint32_t count)
{
	size_t got = 0;
	const struct bearer *list = row_cache_get(cache, key, &got);
	assert_non_null(list);
	assert_int_equal(got, count);
	for (uint32_t i = 0; i < count; i++) {
		assert_int_equal(list[i].row, key + i);
		assert_int_equal(list[i].at, 10 * key);
	}
}

static void lists_are_remembered_by_their_key(void **state)
{
	struct row_cache *cache = NULL;
	size_t count;
	(void)state;
	assert_int_equal(row_cache_create(8, 16, &cache), STATUS_OK);
	put(cache, 0, 3);
	put(cache, 7, 1);
	put(cache, 3, 0); /* no row has it: that is remembered too */
	assert_has(cache, 0, 3);
	assert_has(cache, 7, 1);
	assert_has(cache, 3, 0);
	assert_null(row_cache_get(cache, 4, &count));
	row_cache_destroy(cache);
}

static void a_full_cache_forgets_all_and_goes_on(void **state)
{
	struct row_cache *cache = NULL;
	size_t count;
	(void)state;
	assert_int_equal(row_cache_create(8, 6, &cache), STATUS_OK);
	put(cache, 1, 2);
	put(cache, 2, 2); /* full: a list takes one place more than it has rows */
	assert_has(cache, 1, 2);
	put(cache, 3, 1);
	assert_null(row_cache_get(cache, 1, &count));
	assert_null(row_cache_get(cache, 2, &count));
	assert_has(cache, 3, 1);
	row_cache_destroy(cache);
}

static void what_never_fits_leaves_the_rest_alone(void **state)
{
	struct row_cache *cache = NULL;
	(void)state;
	assert_int_equal(row_cache_create(8, 6, &cache), STATUS_OK);
	put(cache, 1, 2);
	assert_false(row_cache_make_room(cache, 1, 6));
	assert_has(cache, 1, 2);
	row_cache_destroy(cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_remembered_by_their_key),
		cmocka_unit_test(a_full_cache_forgets_all_and_goes_on),
		cmocka_unit_test(what_never_fits_leaves_the_rest_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
