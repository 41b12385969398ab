#include "service/groups/group_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"

#define END "\n全文：u" /* 5 characters, 13 bytes */

static size_t cut(const char *text, size_t chars, size_t bytes, size_t parts, struct span *out,
                  bool *whole)
{
	const struct group_text_limits limits = { chars, bytes, parts };

	return group_text_cut(span_of(text), limits, span_of(END), out, whole);
}

static void expect(struct span part, const char *text)
{
	char copy[512];

	snprintf(copy, sizeof(copy), "%.*s", SPAN_ARGS(part));
	assert_string_equal(copy, text);
}

static void a_text_that_fits_is_one_part(void **state)
{
	struct span parts[4];
	bool whole;

	(void)state;
	assert_int_equal(cut("不可以。必须一人一事项分别申请。", 16, 48, 3, parts, &whole), 1);
	assert_true(whole);
	expect(parts[0], "不可以。必须一人一事项分别申请。");
	assert_int_equal(cut("", 16, 48, 3, parts, &whole), 0);
	assert_int_equal(cut(" \n　", 16, 48, 3, parts, &whole), 0);
	assert_true(whole);
}

static void a_part_ends_where_a_sentence_does(void **state)
{
	struct span parts[4];
	bool whole;

	(void)state;
	assert_int_equal(cut("甲乙丙丁。戊己庚辛。壬癸子丑。", 12, 100, 3, parts, &whole), 2);
	assert_true(whole);
	expect(parts[0], "甲乙丙丁。戊己庚辛。");
	expect(parts[1], "壬癸子丑。");
	/* Line ends between parts go; quotes stay with their sentence. */
	assert_int_equal(cut("他说：“甲乙丙丁。”\n\n戊己庚辛。", 11, 100, 3, parts, &whole), 2);
	expect(parts[0], "他说：“甲乙丙丁。”");
	expect(parts[1], "戊己庚辛。");
}

static void without_a_sentence_it_ends_with_a_clause_and_words_are_not_cut(void **state)
{
	struct span parts[4];
	bool whole;

	(void)state;
	assert_int_equal(cut("甲乙丙丁，戊己庚辛壬癸子丑", 8, 100, 3, parts, &whole), 2);
	expect(parts[0], "甲乙丙丁，");
	expect(parts[1], "戊己庚辛壬癸子丑");
	assert_int_equal(cut("请拨打电话0371-65250866咨询", 15, 100, 3, parts, &whole), 2);
	expect(parts[0], "请拨打电话");
	expect(parts[1], "0371-65250866咨询");
}

static void bytes_count_as_well_as_characters(void **state)
{
	struct span parts[4];
	bool whole;

	(void)state;
	/* 10 bytes hold three characters of three bytes. */
	assert_int_equal(cut("甲乙丙丁戊己", 100, 10, 3, parts, &whole), 2);
	expect(parts[0], "甲乙丙");
	expect(parts[1], "丁戊己");
}

static void what_belongs_to_a_character_is_not_cut_off_it(void **state)
{
	struct span parts[4];
	bool whole;

	(void)state;
	/* a combining accent; an emoji with a skin */
	assert_int_equal(cut("甲乙丙e\xcc\x81丁戊", 4, 100, 3, parts, &whole), 2);
	expect(parts[0], "甲乙丙");
	assert_int_equal(
	        cut("甲乙丙\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd丁戊", 4, 100, 3, parts, &whole), 2);
	expect(parts[0], "甲乙丙");
}

static void what_is_too_long_says_so_and_leaves_room_for_the_link(void **state)
{
	struct span parts[4];
	bool whole;

	(void)state;
	assert_int_equal(cut("甲乙丙丁。戊己庚辛。壬癸子丑。寅卯辰巳。", 12, 100, 1, parts, &whole),
	                 1);
	assert_false(whole);
	expect(parts[0], "甲乙丙丁。");
	assert_int_equal(
	        cut("甲乙丙丁。戊己庚辛。壬癸子丑。寅卯辰巳。午未。", 10, 100, 2, parts, &whole),
	        2);
	assert_false(whole);
	expect(parts[0], "甲乙丙丁。戊己庚辛。");
	expect(parts[1], "壬癸子丑。");
}

static void every_part_of_any_text_is_within_its_limits_and_nothing_is_lost(void **state)
{
	static const char text[] =
	        "情形1：A、B证e\xcc\x81?http://www.coc.gov.cn变更；二级“建造师”（含）。\n\n建议："
	        "0371-65250866…！\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd　末尾";
	struct span parts[128];
	bool whole;

	(void)state;
	for (size_t chars = 1; chars < 40; chars++) {
		const struct group_text_limits limits = { chars, chars * 4, 128 };
		const size_t count = group_text_cut(span_of(text), limits, (struct span){ "", 0 },
		                                    parts, &whole);
		const char *at = text;

		assert_true(whole);
		for (size_t i = 0; i < count; i++) {
			assert_true(parts[i].len > 0 && parts[i].len <= limits.bytes);
			assert_true(utf8_length(parts[i]) <= chars && utf8_valid(parts[i]));
			/* Only blanks may stand between two. */
			for (; at < parts[i].ptr; at++)
				assert_non_null(strchr(" \n\xe3\x80", *at));
			at = parts[i].ptr + parts[i].len;
		}
		assert_string_equal(at, "");
	}
}

static void plain_text_becomes_markdown_that_shows_the_same(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	group_text_markdown(span_of("【第7条 a*b】\n# 不是标题\n1. 照片\n\n<b>[x](y)_z_`q`"), &out);
	assert_string_equal(buf_text(&out), "**【第7条 a\\*b】**  \n\\# 不是标题  \n1. 照片  \n\n"
	                                    "\\<b\\>\\[x\\](y)\\_z\\_\\`q\\`");
	buf_deinit(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_that_fits_is_one_part),
		cmocka_unit_test(a_part_ends_where_a_sentence_does),
		cmocka_unit_test(without_a_sentence_it_ends_with_a_clause_and_words_are_not_cut),
		cmocka_unit_test(bytes_count_as_well_as_characters),
		cmocka_unit_test(what_belongs_to_a_character_is_not_cut_off_it),
		cmocka_unit_test(what_is_too_long_says_so_and_leaves_room_for_the_link),
		cmocka_unit_test(every_part_of_any_text_is_within_its_limits_and_nothing_is_lost),
		cmocka_unit_test(plain_text_becomes_markdown_that_shows_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
