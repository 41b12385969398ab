#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "match/quote.h"

static bool stands(const char *text, const char *phrase)
{
	struct normaliser *normaliser = NULL;
	struct arena *arena = NULL;
	struct text in, of;
	bool found = false;
	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	assert_int_equal(normaliser_create(&normaliser), STATUS_OK);
	assert_int_equal(normalise(normaliser, span_of(text), arena, &in), STATUS_OK);
	assert_int_equal(normalise(normaliser, span_of(phrase), arena, &of), STATUS_OK);
	assert_int_equal(quote_stands_in(&in, of.points, of.count, arena, &found), STATUS_OK);
	normaliser_destroy(normaliser);
	arena_destroy(arena);
	return found;
}

static void a_phrase_is_found_across_marks_and_blanks(void **state)
{
	static const char text[] = "若系统提示“账户封存，未满6个月”，请期满后再试。";
	(void)state;
	assert_true(stands(text, "账户封存未满6个月"));
	assert_true(stands(text, "账户 封存、未满 ６个月！"));
	assert_true(stands(text, "若系统提示账户"));
	assert_true(stands(text, "请期满后再试"));
	assert_false(stands(text, "账户封存未满9个月"));
	assert_false(stands(text, "请期满后再试吗"));
}

static void a_short_phrase_is_a_word_and_no_quote(void **state)
{
	(void)state;
	assert_false(stands("建筑施工企业安全", "施工企业安"));
	assert_true(stands("建筑施工企业安全", "施工企业安全"));
	assert_false(stands("建筑施工企业安全", "施工，企业安。。。"));
	assert_false(stands("", "施工企业安全"));
	assert_false(stands("建筑施工企业安全", ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_phrase_is_found_across_marks_and_blanks),
		cmocka_unit_test(a_short_phrase_is_a_word_and_no_quote),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
