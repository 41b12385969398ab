#include "office/authoring/question_set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MOST = 1000 };

static int enter(void **state)
{
	struct question_set *set = NULL;
	const enum status status = question_set_create(&set, MOST);

	*state = set;
	return status == STATUS_OK ? 0 : -1;
}

static int leave(void **state)
{
	question_set_destroy(*state);
	return 0;
}

static void add(struct question_set *set, const char *text, uint64_t asked, bool golden)
{
	assert_int_equal(question_set_add(set, span_of(text), asked, golden), STATUS_OK);
}

static void a_question_stands_once_with_all_its_askings(void **state)
{
	const struct diff_question *items;
	size_t count;

	add(*state, "照片传不上去", 3, false);
	add(*state, "没有成绩", 1, false);
	add(*state, "照片传不上去", 4, true);
	add(*state, "照片传不上去", 0, false);
	add(*state, "", 9, false);
	items = question_set_items(*state, &count);
	assert_int_equal(count, 2);
	assert_true(span_equal(items[0].text, span_of("照片传不上去")));
	assert_int_equal(items[0].asked, 7);
	assert_true(items[0].golden);
	assert_int_equal(items[1].asked, 1);
	assert_false(items[1].golden);
}

static void a_full_set_says_so_and_still_counts(void **state)
{
	struct diff_question *items;
	size_t count;
	char text[16];

	for (int i = 0; i < MOST; i++) {
		snprintf(text, sizeof(text), "q%d", i);
		add(*state, text, 1, false);
	}
	assert_int_equal(question_set_add(*state, span_of("one more"), 1, false), STATUS_LIMIT);
	add(*state, "q999", 5, false);
	items = question_set_items(*state, &count);
	assert_int_equal(count, MOST);
	assert_int_equal(items[999].asked, 6);
}

static void every_sentence_of_an_answered_entry_is_taken(void **state)
{
	static const char *const also[] = { "传不了照片" }, *const popups[] = { "上传失败" };
	static const char *const of_case[] = { "浏览器不对" };
	const struct entry_case one = { .id = "1", .also = { of_case, 1 } };
	const struct entry entries[] = {
		{ .id = "photo",
		  .question = "系统无法上传照片？",
		  .also = { also, 1 },
		  .prompts = { popups, 1 },
		  .cases = &one,
		  .case_count = 1 },
		{ .id = "tax", .kind = ENTRY_REFERRAL, .question = "税务", .also = { also, 1 } },
	};
	const struct knowledge knowledge = { .entries = entries,
		                             .entry_count = 2,
		                             .answer_count = 1 };
	size_t count;

	assert_int_equal(question_set_add_entries(*state, &knowledge), STATUS_OK);
	(void)question_set_items(*state, &count);
	assert_int_equal(count, 4);
}

static void a_golden_question_that_both_have_is_for_the_check(void **state)
{
	const struct golden old_golden[] = { { .question = "a" }, { .question = "b" } };
	const struct golden new_golden[] = { { .question = "b" }, { .question = "c" } };
	const struct knowledge old = { .golden = old_golden, .golden_count = 2 };
	const struct knowledge new = { .golden = new_golden, .golden_count = 2 };
	const struct diff_question *items;
	size_t count;

	assert_int_equal(question_set_add_golden(*state, &old, &new), STATUS_OK);
	items = question_set_items(*state, &count);
	assert_int_equal(count, 1);
	assert_true(span_equal(items[0].text, span_of("a")));
	assert_true(items[0].golden);
}

#define WITH_SET(test_) cmocka_unit_test_setup_teardown(test_, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SET(a_question_stands_once_with_all_its_askings),
		WITH_SET(a_full_set_says_so_and_still_counts),
		WITH_SET(every_sentence_of_an_answered_entry_is_taken),
		WITH_SET(a_golden_question_that_both_have_is_for_the_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
