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
	struct generic_reader reader = generic_read(part, part);
	struct generic_word generic;
	while (generic_next(&reader, &generic))
		if (is(generic.head, head) && is(generic.word, word))
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
	struct generic_reader reader = generic_read(GENERIC_VARIANTS, GENERIC_SAME), other;
	struct generic_word word, again;
	(void)state;
	while (generic_next(&reader, &word)) {
		unsigned times = 0;
		other = generic_read(GENERIC_VARIANTS, GENERIC_SAME);
		while (generic_next(&other, &again)) {
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

static void sections_are_found_by_name_wherever_they_stand(void **state)
{
	static const struct {
		enum generic_part part;
		const char *head, *word;
	} expected[] = {
		{ GENERIC_ASPECTS, "a", "a" }, { GENERIC_ASPECTS, "a", "b" },
		{ GENERIC_ASPECTS, "c", "c" }, { GENERIC_TELLS, "a", "d" },
		{ GENERIC_MAY, "", "e" },
	};
	struct generic_reader reader = generic_read(GENERIC_ASPECTS, GENERIC_MAY);
	struct generic_word word;
	size_t count = 0;
	(void)state;
	reader.text = span_of("[may]\n# e\ne\n\n[far]\nf\n[tells]\na: d\n"
	                      "[aspects]\na b\n[light]\ng\n[aspects]\nc");
	while (generic_next(&reader, &word)) {
		assert_true(count < sizeof(expected) / sizeof(expected[0]));
		assert_int_equal(word.part, expected[count].part);
		assert_true(is(word.head, expected[count].head));
		assert_true(is(word.word, expected[count].word));
		count++;
	}
	assert_int_equal(count, sizeof(expected) / sizeof(expected[0]));
}

/* Whether a word of some part lies in the line. */
static bool is_read(struct span line)
{
	struct generic_reader reader = generic_read(GENERIC_VARIANTS, GENERIC_FAR);
	struct generic_word word;
	while (generic_next(&reader, &word))
		if (word.word.ptr >= line.ptr && word.word.ptr < line.ptr + line.len)
			return true;
	return false;
}

/* A heading that is no part's, such as a misspelt one, would hide the lines under it. */
static void every_line_of_the_file_belongs_to_a_part(void **state)
{
	const struct span text = generic_read(GENERIC_VARIANTS, GENERIC_VARIANTS).text;
	const char *end = text.ptr + text.len;
	(void)state;
	for (const char *line = text.ptr, *next; line < end; line = next) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		const size_t length = (size_t)((stop ? stop : end) - line);
		next = line + length + 1;
		if (length == 0 || *line == '#' || *line == '[')
			continue;
		if (!is_read((struct span){ line, length }))
			fail_msg("no part has the line \"%.*s\"", (int)length, line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_gives_each_word_with_its_head),
		cmocka_unit_test(no_word_is_said_for_two_and_none_for_one_that_is_said_for_another),
		cmocka_unit_test(sections_are_found_by_name_wherever_they_stand),
		cmocka_unit_test(every_line_of_the_file_belongs_to_a_part),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
