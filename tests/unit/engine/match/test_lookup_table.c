#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/match/lookup_pinyin.h"
#include "engine/match/lookup_table.h"

enum { FOUND_MOST = 16 };

static const char *const prompts[] = { "您尚有未办结的申请事项" };
static const struct entry_case cases[] = {
	{ .id = "1", .label = "情形1", .situation = "身份证号有误。", .advice = "核对身份证号。" },
	{ .id = "2",
	  .label = "情形2",
	  .situation = "证书已注销。",
	  .advice = "重新考试，再申请。" },
};
static const struct entry entries[] = {
	{ .question = "证书过期了怎么办？", .answer = "", .internal = "", .note = "" },
	{ .question = "提示“未办结”？",
	  .answer = "办结后再申报。",
	  .prompts = { prompts, 1 },
	  .internal = "找二楼张科长",
	  .note = "" },
	{ .question = "必须使用IE11浏览器吗", .answer = "须用IE11。", .internal = "", .note = "" },
	{ .question = "", .answer = "只有回答：证书。", .internal = "", .note = "" },
	{ .question = "获取不到信息",
	  .answer = "请排查",
	  .cases = cases,
	  .case_count = 2,
	  .internal = "",
	  .note = "" },
	{ .kind = ENTRY_SMALLTALK,
	  .question = "您好",
	  .answer = "您好，证书",
	  .internal = "",
	  .note = "" },
};
static const struct knowledge knowledge = {
	.entries = entries,
	.entry_count = sizeof(entries) / sizeof(entries[0]),
};

struct searched {
	struct normaliser *normaliser;
	struct arena *arena;
	void *bytes;
	size_t size;
	struct lookup_table *table;
	struct text typed;
	struct lookup_hit hits[FOUND_MOST];
	size_t count;
};

static int set_up(void **state)
{
	static struct searched searched;
	searched = (struct searched){ 0 };
	assert_int_equal(normaliser_create(&searched.normaliser), STATUS_OK);
	assert_int_equal(arena_create(&searched.arena, 1 << 20), STATUS_OK);
	assert_int_equal(lookup_table_build(&knowledge, searched.normaliser, &searched.bytes,
	                                    &searched.size),
	                 STATUS_OK);
	assert_int_equal(lookup_table_open(searched.bytes, searched.size, searched.normaliser,
	                                   &searched.table),
	                 STATUS_OK);
	*state = &searched;
	return 0;
}

static int tear_down(void **state)
{
	struct searched *searched = *state;
	lookup_table_close(searched->table);
	free(searched->bytes);
	arena_destroy(searched->arena);
	normaliser_destroy(searched->normaliser);
	return 0;
}

static struct searched *find(void **state, const char *typed)
{
	struct searched *searched = *state;
	arena_reset(searched->arena);
	assert_int_equal(
	        normalise(searched->normaliser, span_of(typed), searched->arena, &searched->typed),
	        STATUS_OK);
	assert_int_equal(lookup_table_find(searched->table, &searched->typed, searched->hits,
	                                   FOUND_MOST, &searched->count),
	                 STATUS_OK);
	return searched;
}

/* plain[matched]plain */
static void assert_pieces(const struct lookup_pieces *pieces, const char *expected)
{
	char text[512] = "";
	for (size_t i = 0; i < pieces->count; i++) {
		strcat(text, i % 2 ? "[" : "");
		strcat(text, pieces->items[i]);
		strcat(text, i % 2 ? "]" : "");
	}
	assert_string_equal(text, expected);
}

static void assert_first(void **state, const char *typed, const char *expected)
{
	struct searched *searched = find(state, typed);
	struct lookup_pieces pieces;
	if (searched->count == 0)
		fail_msg("\"%s\" finds nothing", typed);
	assert_int_equal(lookup_table_mark(searched->table, &searched->typed, &searched->hits[0],
	                                   searched->arena, &pieces),
	                 STATUS_OK);
	assert_pieces(&pieces, expected);
}

static void a_phrase_is_found_and_marked_where_it_stands(void **state)
{
	assert_first(state, "未办结", "提示“[未办结]”？");
	assert_first(state, "证书过期", "[证书过期]了怎么办？");
	assert_first(state, "浏览器吗", "必须使用IE11[浏览器吗]");
	assert_int_equal(find(state, "办未结")->count, 0);
}

static void one_character_is_found_at_the_end_of_a_text_too(void **state)
{
	assert_first(state, "吗", "必须使用IE11浏览器[吗]");
	assert_first(state, "查", "请排[查]");
}

static void marks_between_characters_do_not_part_a_phrase(void **state)
{
	assert_first(state, "考试再申请", "重新[考试，再申请]。");
	assert_first(state, "提示未办结", "[提示“未办结]”？");
}

static void letters_and_digits_are_found_by_their_beginning_in_any_width(void **state)
{
	assert_first(state, "ie1", "必须使用[IE11]浏览器吗");
	assert_first(state, "ＩＥ１１", "必须使用[IE11]浏览器吗");
	assert_first(state, "11", "必须使用IE[11]浏览器吗");
	assert_first(state, "用ie", "必须使[用IE]11浏览器吗");
}

static void the_best_part_comes_first_and_names_its_case(void **state)
{
	struct searched *searched = find(state, "证书");
	assert_int_equal(searched->count, 3);
	assert_int_equal(searched->hits[0].row, 0);
	assert_int_equal(searched->hits[0].part, LOOKUP_QUESTION);
	assert_int_equal(searched->hits[1].row, 4);
	assert_int_equal(searched->hits[1].part, LOOKUP_SITUATION);
	assert_int_equal(searched->hits[1].item, 1);
	assert_int_equal(searched->hits[2].part, LOOKUP_ANSWER);
}

static void all_words_come_before_some_of_them(void **state)
{
	struct searched *searched = find(state, "身份证号 核对");
	assert_true(searched->count >= 2);
	assert_int_equal(searched->hits[0].part, LOOKUP_ADVICE);
	assert_true(searched->hits[0].all);
	assert_int_equal(searched->hits[1].part, LOOKUP_SITUATION);
	assert_false(searched->hits[1].all);
	for (size_t i = 1; i < searched->count; i++)
		for (size_t k = 0; k < i; k++)
			assert_true(searched->hits[i].number != searched->hits[k].number);
	assert_first(state, "身份证号　核对", "[核对身份证号]。");
}

static void an_internal_note_is_found_and_small_talk_is_not(void **state)
{
	struct searched *searched = find(state, "张科长");
	assert_int_equal(searched->count, 1);
	assert_int_equal(searched->hits[0].part, LOOKUP_INTERNAL);
	assert_int_equal(find(state, "您好")->count, 0);
}

static void marks_of_a_query_are_no_syntax(void **state)
{
	static const char *const typed[] = { "",       "\"",       "*",
		                             "^",      "\" OR \"", "证书\" AND (",
		                             "a-b*",   "text:证",  "NEAR(证 书)",
		                             "，。？", "NOT",      "{text}:" };
	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++)
		find(state, typed[i]);
	assert_int_equal(find(state, "证书\"")->count, 3);
	assert_int_equal(find(state, "，。")->count, 0);
}

static void neighbours_are_marked_in_a_question_that_was_found_otherwise(void **state)
{
	struct searched *searched = find(state, "过期证书怎么补办");
	struct lookup_pieces pieces;
	assert_int_equal(lookup_table_mark_question(searched->table, &searched->typed, 0,
	                                            entries[0].question, searched->arena, &pieces),
	                 STATUS_OK);
	assert_pieces(&pieces, "[证书过期]了[怎么]办？");
	assert_int_equal(lookup_table_mark_question(searched->table, &searched->typed, 1,
	                                            entries[1].question, searched->arena, &pieces),
	                 STATUS_OK);
	assert_pieces(&pieces, "提示“未办结”？");
	assert_int_equal(pieces.count, 1);
}

static void assert_pinyin(void **state, const char *typed, const char *sentence,
                          enum lookup_letters expected, const char *marked)
{
	struct searched *searched = find(state, typed);
	enum lookup_letters how;
	struct lookup_pieces pieces;
	assert_int_equal(lookup_pinyin(searched->normaliser, &searched->typed, sentence,
	                               searched->arena, &how, &pieces),
	                 STATUS_OK);
	assert_int_equal(how, expected);
	if (marked)
		assert_pieces(&pieces, marked);
}

static void pinyin_and_initials_mark_the_characters_that_they_stand_for(void **state)
{
	assert_pinyin(state, "wbj", prompts[0], LOOKUP_LETTERS_INITIALS,
	              "您尚有[未办结]的申请事项");
	assert_pinyin(state, "weibanj", prompts[0], LOOKUP_LETTERS_PINYIN,
	              "您尚有[未办结]的申请事项");
	assert_pinyin(state, "syie11", entries[2].question, LOOKUP_LETTERS_INITIALS,
	              "必须[使用IE11]浏览器吗");
	assert_pinyin(state, "wdj", prompts[0], LOOKUP_LETTERS_NONE, NULL);
	assert_pinyin(state, "未", prompts[0], LOOKUP_LETTERS_NONE, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_phrase_is_found_and_marked_where_it_stands),
		cmocka_unit_test(one_character_is_found_at_the_end_of_a_text_too),
		cmocka_unit_test(marks_between_characters_do_not_part_a_phrase),
		cmocka_unit_test(letters_and_digits_are_found_by_their_beginning_in_any_width),
		cmocka_unit_test(the_best_part_comes_first_and_names_its_case),
		cmocka_unit_test(all_words_come_before_some_of_them),
		cmocka_unit_test(an_internal_note_is_found_and_small_talk_is_not),
		cmocka_unit_test(marks_of_a_query_are_no_syntax),
		cmocka_unit_test(neighbours_are_marked_in_a_question_that_was_found_otherwise),
		cmocka_unit_test(pinyin_and_initials_mark_the_characters_that_they_stand_for),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
