#include "engine/match/generic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool is(struct span span, const char *text)
{
	return span.len == strlen(text) && (span.len == 0 || memcmp(span.ptr, text, span.len) == 0);
}

static bool lists(enum generic_part part, const char *head, const char *word)
{
	struct generic_reader reader = { 0 };
	struct generic_word generic;
	while (generic_next(&reader, &generic))
		if (generic.part == part && is(generic.head, head) && is(generic.word, word))
			return true;
	return false;
}

static void a_line_gives_each_word_with_its_head(void **state)
{
	(void)state;
	assert_true(lists(GENERIC_VARIANTS, "账", "帐"));
	assert_true(lists(GENERIC_SAME, "引起", "导致"));
	assert_true(lists(GENERIC_SAME, "多少钱", "价格"));
	assert_true(lists(GENERIC_SAME, "用不了", "打不开"));
	assert_true(lists(GENERIC_NAMES, "驾驶证", "驾照"));
	assert_true(lists(GENERIC_NAMES, "驾驶证", "驾驶证"));
	assert_true(lists(GENERIC_HOLDERS, "老人", "老年人"));
	assert_true(lists(GENERIC_ACTS, "改", "换"));
	assert_true(lists(GENERIC_THINGS, "", "证"));
	assert_true(lists(GENERIC_ASPECTS, "多少钱", "多少钱"));
	assert_true(lists(GENERIC_ASPECTS, "多少钱", "手续费"));
	assert_true(lists(GENERIC_TELLS, "多少钱", "元"));
	assert_true(lists(GENERIC_NO_ASPECT, "", "怎么办"));
	assert_true(lists(GENERIC_BARE, "-", "请问"));
	assert_true(lists(GENERIC_BARE, "办", "办理"));
	assert_true(lists(GENERIC_FAR, "", "今天天气怎么样"));
}

static void no_word_is_said_for_two_and_none_for_one_that_is_said_for_another(void **state)
{
	struct generic_reader reader = { 0 }, other;
	struct generic_word word, again;
	(void)state;
	while (generic_next(&reader, &word)) {
		if (word.part > GENERIC_SAME)
			continue;
		unsigned times = 0;
		other = (struct generic_reader){ 0 };
		while (generic_next(&other, &again)) {
			if (again.part > GENERIC_SAME)
				continue;
			times += span_equal(again.word, word.word);
			/* What is to stay as it is stands for itself. */
			if (span_equal(again.word, word.head) &&
			    !span_equal(again.head, again.word))
				fail_msg("\"%.*s\" is said for another", (int)word.head.len,
				         word.head.ptr);
		}
		if (times != 1)
			fail_msg("\"%.*s\" is listed %u times", (int)word.word.len, word.word.ptr,
			         times);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_gives_each_word_with_its_head),
		cmocka_unit_test(no_word_is_said_for_two_and_none_for_one_that_is_said_for_another),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
