#include "engine/match/many.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { POINTS_MOST = 256, FOUND_SIZE = 512 };

static size_t points_of(const char *text, uint32_t *points)
{
	size_t count = 0;
	for (; text[count]; count++)
		points[count] = (unsigned char)text[count];
	return count;
}

static void note(void *context, uint32_t id, size_t end)
{
	char *told = context;
	const size_t len = strlen(told);
	snprintf(told + len, FOUND_SIZE - len, "%s%u@%zu", len > 0 ? " " : "", id, end);
}

static void count_one(void *context, uint32_t id, size_t end)
{
	(void)id;
	(void)end;
	++*(size_t *)context;
}

/* Each occurrence as number@end. */
static void expect(const char *const *words, size_t count, const char *text, const char *expected)
{
	struct many *many = NULL;
	uint32_t points[POINTS_MOST], id;
	char told[FOUND_SIZE] = "";
	assert_int_equal(many_create(&many), STATUS_OK);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(many_add(many, points, points_of(words[i], points), &id),
		                 STATUS_OK);
	assert_int_equal(many_settle(many), STATUS_OK);
	many_find(many, points, points_of(text, points), note, told);
	assert_string_equal(told, expected);
	many_destroy(many);
}

static void every_occurrence_is_found_overlapping_ones_too(void **state)
{
	/* The example of Aho and Corasick's paper. */
	static const char *const words[] = { "he", "she", "his", "hers" };
	(void)state;
	expect(words, 4, "ushers", "1@4 0@4 3@6");
	expect(words, 4, "hishe", "2@3 1@5 0@5");
	expect(words, 4, "hi", "");
	expect(words, 4, "", "");
}

static void a_text_that_ends_another_is_found_with_it(void **state)
{
	static const char *const words[] = { "a", "aa", "aaa", "b" };
	(void)state;
	expect(words, 4, "aaab", "0@1 1@2 0@2 2@3 1@3 0@3 3@4");
}

static void equal_texts_have_one_number(void **state)
{
	static const char *const words[] = { "ab", "cd", "ab" };
	(void)state;
	expect(words, 3, "abcd", "0@2 1@4");
}

static void none_at_all_find_nothing(void **state)
{
	(void)state;
	expect(NULL, 0, "text", "");
}

/* Against the plain way, over texts of two letters, which overlap most. */
static void it_finds_what_a_plain_search_finds(void **state)
{
	enum { WORDS = 40, LENGTH_MOST = 6, TEXT = 60 };
	uint32_t seed = 1;
	(void)state;
	for (int round = 0; round < 50; round++) {
		char words[WORDS][LENGTH_MOST + 1], text[TEXT + 1];
		struct many *many = NULL;
		uint32_t points[POINTS_MOST], ids[WORDS];
		size_t expected = 0, found = 0;
		assert_int_equal(many_create(&many), STATUS_OK);
		for (int w = 0; w < WORDS; w++) {
			size_t length = 0;
			do {
				seed = seed * 1664525 + 1013904223;
				words[w][length++] = seed >> 24 & 1 ? 'a' : 'b';
			} while (length < LENGTH_MOST && seed >> 28);
			words[w][length] = '\0';
			assert_int_equal(
			        many_add(many, points, points_of(words[w], points), &ids[w]),
			        STATUS_OK);
		}
		for (int i = 0; i < TEXT; i++) {
			seed = seed * 1664525 + 1013904223;
			text[i] = seed >> 24 & 1 ? 'a' : 'b';
		}
		text[TEXT] = '\0';
		for (int w = 0; w < WORDS; w++) {
			bool first = true;
			for (int before = 0; before < w; before++)
				first = first && ids[before] != ids[w];
			for (const char *at = text; first && (at = strstr(at, words[w])); at++)
				expected++;
		}
		assert_int_equal(many_settle(many), STATUS_OK);
		many_find(many, points, points_of(text, points), count_one, &found);
		assert_int_equal(found, expected);
		many_destroy(many);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_occurrence_is_found_overlapping_ones_too),
		cmocka_unit_test(a_text_that_ends_another_is_found_with_it),
		cmocka_unit_test(equal_texts_have_one_number),
		cmocka_unit_test(none_at_all_find_nothing),
		cmocka_unit_test(it_finds_what_a_plain_search_finds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
