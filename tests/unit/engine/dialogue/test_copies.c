#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <stdio.h>

#include "base/utf8.h"
#include "engine/dialogue/copies.h"
#include "engine/dialogue/operator_words.h"

static const struct word_pair own_words[] = { { "asker_named", "来电人" } };
static const struct office plain = { .name = "", .system = "", .title = "" };
static const struct office own = { .name = "", .texts = own_words, .text_count = 1 };

static const struct entry_case cases[] = {
	{ .id = "1", .label = "情形1", .situation = "甲。", .advice = "做甲。" },
	{ .id = "2", .label = "（2）", .situation = "如乙，做乙。", .advice = "" },
};
static const struct entry with_cases = {
	.question = "问？", .answer = "请排查：", .cases = cases, .case_count = 2
};
static const struct entry without = { .question = "问？", .answer = "答。" };
static const struct entry one_case = {
	.question = "问？", .answer = "", .cases = cases, .case_count = 1
};

static void assert_short(const struct entry *entry, const struct entry_case *one,
                         const char *expected)
{
	struct buf out;
	buf_init(&out, 4096);
	copy_short(&plain, entry, one, &out);
	assert_string_equal(buf_text(&out), expected);
	buf_deinit(&out);
}

static void the_short_copy_is_the_question_and_what_is_to_be_done(void **state)
{
	(void)state;
	assert_short(&without, NULL, "问？\n答。");
	assert_short(&with_cases, &cases[0], "问？\n做甲。");
	assert_short(&with_cases, &cases[1], "问？\n如乙，做乙。");
	assert_short(&one_case, NULL, "问？\n做甲。");
	assert_short(&with_cases, NULL,
	             "问？\n请排查：\n情形1：甲。\n建议：做甲。\n（2）：如乙，做乙。");
}

static void the_full_copy_has_every_case(void **state)
{
	struct buf out;
	(void)state;
	buf_init(&out, 4096);
	copy_full(&plain, &with_cases, &out);
	assert_string_equal(buf_text(&out),
	                    "问？\n答：请排查：\n情形1：甲。\n建议：做甲。\n（2）：如乙，做乙。");
	buf_deinit(&out);
}

struct parts {
	struct arena *arena;
	const char *const *items;
	size_t count;
};

static struct parts cut(const char *text)
{
	struct parts parts = { 0 };
	assert_int_equal(arena_create(&parts.arena, 1 << 20), STATUS_OK);
	assert_int_equal(copy_sms(span_of(text), parts.arena, &parts.items, &parts.count),
	                 STATUS_OK);
	return parts;
}

static size_t units(const char *text)
{
	size_t at = 0, count = 0;
	while (at < strlen(text))
		count += utf8_next(span_of(text), &at) > 0xffff ? 2 : 1;
	return count;
}

/* `count` times the character, then the end of a sentence. */
static const char *sentence(char *to, const char *character, size_t count)
{
	to[0] = '\0';
	for (size_t i = 0; i < count; i++)
		strcat(to, character);
	return strcat(to, "。");
}

static void a_text_of_seventy_units_is_one_message_without_a_number(void **state)
{
	char text[512];
	(void)state;
	struct parts parts = cut(sentence(text, "字", 69));
	assert_int_equal(parts.count, 1);
	assert_string_equal(parts.items[0], text);
	arena_destroy(parts.arena);
}

static void a_longer_one_is_cut_at_the_end_of_a_sentence_and_numbered(void **state)
{
	char first[512], second[512], text[1024], expected[600];
	(void)state;
	snprintf(text, sizeof(text), "%s%s", sentence(first, "甲", 40), sentence(second, "乙", 40));
	struct parts parts = cut(text);
	assert_int_equal(parts.count, 2);
	snprintf(expected, sizeof(expected), "1/2 %s", first);
	assert_string_equal(parts.items[0], expected);
	snprintf(expected, sizeof(expected), "2/2 %s", second);
	assert_string_equal(parts.items[1], expected);
	arena_destroy(parts.arena);
}

static void a_closing_mark_stays_with_its_sentence(void **state)
{
	char first[512], second[512], text[1100];
	(void)state;
	snprintf(text, sizeof(text), "“%s”%s", sentence(first, "甲", 62),
	         sentence(second, "乙", 30));
	struct parts parts = cut(text);
	assert_int_equal(parts.count, 2);
	assert_non_null(strstr(parts.items[0], "。”"));
	arena_destroy(parts.arena);
}

static void an_address_is_not_cut(void **state)
{
	static const char url[] = "http://hngcjs.hnjs.henan.gov.cn/a/b";
	char first[512], text[1024];
	(void)state;
	sentence(first, "甲", 50);
	first[strlen(first) - strlen("。")] = '\0';
	snprintf(text, sizeof(text), "%s%s查询", first, url);
	struct parts parts = cut(text);
	assert_int_equal(parts.count, 2);
	assert_null(strstr(parts.items[0], "http"));
	assert_non_null(strstr(parts.items[1], url));
	arena_destroy(parts.arena);
}

static void no_part_is_too_long_and_nothing_is_lost(void **state)
{
	static const char letters[] = "甲乙丙😀丁，戊己庚辛壬癸。";
	char text[8192] = "", joined[8192] = "";
	(void)state;
	for (int i = 0; i < 80; i++)
		strcat(text, letters);
	struct parts parts = cut(text);
	assert_true(parts.count > 9);
	for (size_t i = 0; i < parts.count; i++) {
		assert_true(units(parts.items[i]) <= SMS_UNITS_MOST);
		strcat(joined, strchr(parts.items[i], ' ') + 1);
	}
	assert_string_equal(joined, text);
	arena_destroy(parts.arena);
}

static void assert_operator(const struct office *office, const char *said, const char *expected)
{
	struct buf out;
	buf_init(&out, 4096);
	operator_words(office, said, &out);
	assert_string_equal(buf_text(&out), expected);
	buf_deinit(&out);
}

static void an_operator_reads_of_the_applicant_and_a_quotation_stays(void **state)
{
	(void)state;
	assert_operator(&plain, "您的C1证已过期。", "申请人的C1证已过期。");
	assert_operator(&plain, "没有查到您的考试登记，您也说没有。",
	                "没有查到申请人的考试登记，申请人也说没有。");
	assert_operator(&plain, "提示“您尚有未办结的申请事项”，是您的事项。",
	                "提示“您尚有未办结的申请事项”，是申请人的事项。");
	assert_operator(&plain, "没有关上的“您", "没有关上的“申请人");
	assert_operator(&own, "您的证", "来电人的证");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_short_copy_is_the_question_and_what_is_to_be_done),
		cmocka_unit_test(the_full_copy_has_every_case),
		cmocka_unit_test(a_text_of_seventy_units_is_one_message_without_a_number),
		cmocka_unit_test(a_longer_one_is_cut_at_the_end_of_a_sentence_and_numbered),
		cmocka_unit_test(a_closing_mark_stays_with_its_sentence),
		cmocka_unit_test(an_address_is_not_cut),
		cmocka_unit_test(no_part_is_too_long_and_nothing_is_lost),
		cmocka_unit_test(an_operator_reads_of_the_applicant_and_a_quotation_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
