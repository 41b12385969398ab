#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static struct arena *make(size_t ceiling)
{
	struct arena *arena = NULL;

	assert_int_equal(arena_create(&arena, ceiling), STATUS_OK);
	return arena;
}

static void memory_is_zeroed_even_after_a_reset(void **state)
{
	struct arena *arena = make(100000);
	const unsigned char zero[3000] = { 0 };
	unsigned char *bytes;

	(void)state;
	for (int round = 0; round < 3; round++) {
		bytes = arena_alloc(arena, sizeof(zero));
		assert_non_null(bytes);
		assert_memory_equal(bytes, zero, sizeof(zero));
		memset(bytes, 0xa5, sizeof(zero));
		arena_reset(arena);
	}
	arena_destroy(arena);
}

static void memory_is_aligned_for_any_type_after_odd_sizes(void **state)
{
	struct arena *arena = make(1 << 20);

	(void)state;
	for (size_t size = 0; size < 300; size++) {
		assert_non_null(arena_copy(arena, (struct span){ "abc", size % 3 }));
		assert_int_equal((uintptr_t)arena_alloc(arena, size) % alignof(max_align_t), 0);
	}
	arena_destroy(arena);
}

static void pieces_do_not_overlap(void **state)
{
	enum { COUNT = 2000 };
	struct arena *arena = make(1 << 24);
	unsigned char *pieces[COUNT];

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		pieces[i] = arena_alloc(arena, i + 1);
		assert_non_null(pieces[i]);
		memset(pieces[i], (int)(i % 251), i + 1);
	}
	for (size_t i = 0; i < COUNT; i++) {
		for (size_t j = 0; j <= i; j++)
			assert_int_equal(pieces[i][j], i % 251);
	}
	arena_destroy(arena);
}

static void the_ceiling_is_exact_to_the_byte(void **state)
{
	struct arena *arena = make(100);

	(void)state;
	assert_non_null(arena_alloc(arena, 60));
	assert_null(arena_alloc(arena, 41));
	assert_int_equal(arena_used(arena), 60);
	assert_non_null(arena_alloc(arena, 40));
	assert_int_equal(arena_used(arena), 100);
	assert_null(arena_alloc(arena, 1));
	assert_null(arena_copy(arena, span_of("")));
	arena_reset(arena);
	assert_int_equal(arena_used(arena), 0);
	assert_non_null(arena_alloc(arena, 100));
	arena_destroy(arena);
}

static void a_piece_larger_than_any_block_is_served(void **state)
{
	struct arena *arena = make((size_t)8 << 20);
	char *small = arena_alloc(arena, 10);
	char *big = arena_alloc(arena, (size_t)5 << 20);
	char *after = arena_alloc(arena, 10);

	(void)state;
	assert_non_null(big);
	memset(big, 1, (size_t)5 << 20);
	/* The big piece stands apart: the small ones go on in their block. */
	assert_int_equal(after - small, 16);
	arena_reset(arena);
	assert_non_null(arena_alloc(arena, (size_t)8 << 20));
	arena_destroy(arena);
}

static void a_product_that_overflows_is_refused(void **state)
{
	struct arena *arena = make(SIZE_MAX);

	(void)state;
	assert_null(arena_array(arena, SIZE_MAX / 2 + 1, 2));
	assert_null(arena_alloc(arena, SIZE_MAX));
	assert_non_null(arena_array(arena, 3, 5));
	assert_int_equal(arena_used(arena), 15);
	arena_destroy(arena);
}

static void a_copy_is_terminated_and_keeps_what_is_inside(void **state)
{
	struct arena *arena = make(100);
	const char *copy = arena_copy(arena, (struct span){ "a\0bcd", 3 });

	(void)state;
	assert_memory_equal(copy, "a\0b", 4);
	assert_int_equal(arena_used(arena), 4);
	assert_string_equal(arena_copy(arena, (struct span){ NULL, 0 }), "");
	arena_destroy(arena);
}

static void a_format_counts_its_terminator(void **state)
{
	struct arena *arena = make(6);

	(void)state;
	assert_null(arena_format(arena, "%s-%d", "abcd", 7));
	assert_string_equal(arena_format(arena, "%s-%d", "abc", 7), "abc-7");
	assert_int_equal(arena_used(arena), 6);
	arena_destroy(arena);
}

static void destroy_takes_null(void **state)
{
	(void)state;
	arena_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_even_after_a_reset),
		cmocka_unit_test(memory_is_aligned_for_any_type_after_odd_sizes),
		cmocka_unit_test(pieces_do_not_overlap),
		cmocka_unit_test(the_ceiling_is_exact_to_the_byte),
		cmocka_unit_test(a_piece_larger_than_any_block_is_served),
		cmocka_unit_test(a_product_that_overflows_is_refused),
		cmocka_unit_test(a_copy_is_terminated_and_keeps_what_is_inside),
		cmocka_unit_test(a_format_counts_its_terminator),
		cmocka_unit_test(destroy_takes_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
