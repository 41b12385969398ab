#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "engine/match/reading.h"

static int set_up(void **state)
{
	static struct world world;
	open_world(&world, SMALL_KNOWLEDGE, NULL);
	*state = &world;
	return 0;
}

/* Fifteen entries without alternates, as an office imports them. */
static int set_up_insurance(void **state)
{
	static struct world world;
	open_world(&world, DAYI_SOURCE_DIR "/tests/fixtures/knowledge-insurance", NULL);
	*state = &world;
	return 0;
}

static int tear_down(void **state)
{
	close_world(*state);
	return 0;
}

/* Several tests share one expectation: the message is answered with this entry. */
static struct match_candidate answered(void **state, const char *message, const char *entry)
{
	const struct match_result result = match(*state, message);
	if (result.band != BAND_ANSWER)
		fail_msg("\"%s\": no answer", message);
	assert_string_equal(result.answers[0].entry->id, entry);
	return result.answers[0];
}

static void every_standard_question_is_answered_with_its_entry(void **state)
{
	struct world *world = *state;
	const struct knowledge *knowledge = world->snapshot->knowledge;
	for (size_t i = 0; i < knowledge->answer_count; i++)
		answered(state, knowledge->entries[i].question, knowledge->entries[i].id);
}

static void a_pasted_popup_is_found_through_quotes_buttons_and_line_breaks(void **state)
{
	const struct match_candidate found = answered(
	        state,
	        "来自网页的消息\n\"您尚有未办结的申请事项,\n请等待办结后\n再进行申报\"\n[确定]",
	        "unfinished");
	assert_int_equal(found.by, MATCH_BY_PROMPT);
}

static void a_popup_is_found_through_ocr_slips(void **state)
{
	answered(state, "您尚有末办结的申请亊项，清等待办结后再进行申报", "unfinished");
}

static void a_popup_cut_off_in_the_middle_is_found(void **state)
{
	answered(state, "您尚有未办结的申请事", "unfinished");
}

static void a_popup_inside_json_is_found(void **state)
{
	answered(state, "{\"code\":500,\"msg\":\"您尚有未办结的申请事项，请等待办结后再进行申报\"}",
	         "unfinished");
}

static void a_pattern_says_that_it_spoke(void **state)
{
	const struct match_candidate found = answered(state, "弹出无资质信息几个字", "no-company");
	assert_int_equal(found.by, MATCH_BY_PATTERN);
	assert_string_equal(found.spoke, "无(?:企业|资质)信息");
}

static void a_question_can_give_its_case_away(void **state)
{
	const struct match_candidate found = answered(state, "旧版劳务资质", "no-company");
	assert_non_null(found.named_case);
	assert_string_equal(found.named_case->id, "4");
}

static void a_plain_question_names_no_case(void **state)
{
	assert_null(answered(state, "提示无资质信息", "no-company").named_case);
}

static void traditional_script_finds_its_entry(void **state)
{
	answered(state, "證書過期還可以延續嗎", "after-expiry");
}

static void pinyin_typing_finds_its_entry(void **state)
{
	answered(state, "zhengshu guoqi hai keyi yanxu ma", "after-expiry");
}

static void same_sounding_slips_are_mended(void **state)
{
	answered(state, "多人批凉申情", "batch");
}

static void english_words_of_the_lexicon_find_an_entry(void **state)
{
	const struct match_result result = match(*state, "certificate expired, renew?");
	assert_true(result.ranking_count > 0);
	assert_string_equal(result.ranking[0].entry->id, "after-expiry");
}

static void two_questions_get_two_answers(void **state)
{
	const struct match_result result =
	        match(*state, "能不能批量申请？还有证书过期了还能延续吗？");
	assert_int_equal(result.band, BAND_ANSWER);
	assert_int_equal(result.answer_count, 2);
	assert_string_equal(result.answers[0].entry->id, "batch");
	assert_string_equal(result.answers[1].entry->id, "after-expiry");
}

static void the_choices_of_the_whole_message_go_when_its_clauses_are_answered(void **state)
{
	const struct match_result result = match(*state, "能不能批量申请？还有办结后怎么查询？");
	assert_int_equal(result.band, BAND_ANSWER);
	assert_int_equal(result.answer_count, 2);
	assert_int_equal(result.choice_count, 0);
	assert_null(result.other);
}

static void a_referral_is_declined_and_never_answered_by_a_neighbour(void **state)
{
	const struct match_result result = match(*state, "今年的考试时间安排");
	assert_int_equal(result.band, BAND_DECLINE);
	assert_non_null(result.other);
	assert_string_equal(result.other->id, "exam-schedule");
}

static void small_talk_and_hand_over_are_told_apart(void **state)
{
	assert_int_equal(match(*state, "你好").other->kind, ENTRY_SMALLTALK);
	assert_int_equal(match(*state, "转人工").other->kind, ENTRY_HANDOFF);
}

static void what_nobody_wrote_about_is_declined(void **state)
{
	assert_int_equal(match(*state, "今天郑州天气怎么样").band, BAND_DECLINE);
	assert_int_equal(match(*state, "asdkjfh qwpoeiru zxmcn").band, BAND_DECLINE);
	assert_int_equal(match(*state, "").band, BAND_DECLINE);
	assert_int_equal(match(*state, "😀😀").band, BAND_DECLINE);
}

static void query_syntax_is_just_text(void **state)
{
	static const char *const hostile[] = {
		"\" OR \"1\"=\"1",   "AND OR NOT NEAR/3 *",
		"((((.*)+)+)+$[",    "'; DROP TABLE gram; --",
		"gram:证书 ^ -延续", "\\Q\\E(?R)",
		"{\"a\":[[[[",       "%s%n%x",
	};
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++)
		assert_int_not_equal(match(*state, hostile[i]).band, BAND_ANSWER);
	answered(state, "\"证书过期还可以延续吗\" OR *", "after-expiry");
}

static void a_short_follow_up_leans_on_the_entry_before(void **state)
{
	struct world *world = *state;
	struct match_result alone, leaning;
	struct text message;
	const struct entry *before = knowledge_find(world->snapshot->knowledge, "before-expiry");
	arena_reset(world->arena);
	assert_int_equal(normalise(world->snapshot->normaliser, span_of("要是过期了呢"),
	                           world->arena, &message),
	                 STATUS_OK);
	assert_int_equal(matcher_match(world->scratch->match, &message, NULL, world->arena, &alone),
	                 STATUS_OK);
	assert_int_equal(
	        matcher_match(world->scratch->match, &message, before, world->arena, &leaning),
	        STATUS_OK);
	assert_string_equal(leaning.ranking[0].entry->id, "after-expiry");
	assert_true(leaning.ranking[0].confidence > alone.ranking[0].confidence);
}

static void confidence_is_a_share_and_falls_along_the_ranking(void **state)
{
	const struct match_result result = match(*state, "证书延续");
	for (size_t i = 0; i < result.ranking_count; i++) {
		assert_true(result.ranking[i].confidence >= 0);
		assert_true(result.ranking[i].confidence <= 1);
		assert_true(i == 0 ||
		            result.ranking[i].confidence <= result.ranking[i - 1].confidence);
	}
}

static void a_small_budget_of_candidates_finds_the_same_entries(void **state)
{
	static const char *const questions[] = { "证过期了还能延续吗", "批量申请", "提示无资质信息",
		                                 "办结以后在哪查", "上一个还没办完能再报吗" };
	struct match_settings few = match_settings_default();
	struct world thrifty;
	few.candidates = 4; /* the first gram alone finds the rows */
	open_world(&thrifty, SMALL_KNOWLEDGE, &few);
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		const struct match_result full = match(*state, questions[i]);
		const struct match_result picked = match(&thrifty, questions[i]);
		assert_true(picked.ranking_count > 0);
		assert_string_equal(picked.ranking[0].entry->id, full.ranking[0].entry->id);
	}
	close_world(&thrifty);
}

/* Of 02-unfinished's answer; no question or alternate has these words together. */
static void a_phrase_that_stands_in_an_answer_alone_finds_it(void **state)
{
	static const char *const messages[] = { "每一个身份证号对应一个",
		                                "提示“每一个身份证号，对应一个”",
		                                "一个身份证号对应" };
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		const struct match_result result = match(*state, messages[i]);
		assert_int_equal(result.band, BAND_ANSWER);
		assert_string_equal(result.answers[0].entry->id, "unfinished");
	}
	const struct match_result short_one = match(*state, "个身份证号对");
	assert_int_equal(short_one.band, BAND_CHOOSE);
	assert_string_equal(short_one.choices[0].entry->id, "unfinished");
	assert_int_not_equal(match(*state, "每一个手机号对应一个").band, BAND_ANSWER);
}

static void the_longest_message_is_survived(void **state)
{
	enum { LENGTH = 12000 };
	char *message = malloc(LENGTH + 1);
	assert_non_null(message);
	for (size_t i = 0; i < LENGTH; i += 3)
		memcpy(message + i, "证", 3);
	message[LENGTH] = '\0';
	match(*state, message);
	free(message);
}

static void words_of_asking_alone_answer_nothing_in_a_small_folder(void **state)
{
	static const char *const near[] = { "失业保险金需要什么材料", "职业病鉴定需要什么材料",
		                            "医保报销需要什么材料",   "二次报销需要什么材料",
		                            "生育保险可以补缴吗",     "企业年金怎么申领",
		                            "居住证怎么办理",         "社保卡怎么激活" };
	for (size_t i = 0; i < sizeof(near) / sizeof(near[0]); i++)
		if (match(*state, near[i]).band == BAND_ANSWER)
			fail_msg("\"%s\" is answered", near[i]);
}

static void a_small_folder_answers_what_it_has(void **state)
{
	static const char *const rows[][2] = {
		{ "工伤认定要交哪些材料", "item-05" }, { "养老保险如何转移", "item-01" },
		{ "社保卡遗失如何补办", "item-02" },   { "灵活就业怎样参保", "item-03" },
		{ "失业保险金如何申请", "item-04" },   { "退休如何办理", "item-07" },
		{ "异地就医如何备案", "item-10" },     { "咋打社保缴费证明", "item-11" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		answered(state, rows[i][0], rows[i][1]);
}

static double sureness(void **state, const char *message)
{
	const struct match_result result = match(*state, message);
	assert_true(result.ranking_count > 0);
	return result.ranking[0].evidence.exact;
}

/* 请问, 呢, 你们, 一下 say nothing; 不 and another verb do. */
static void a_question_in_other_manners_is_the_very_question(void **state)
{
	static const char *const very[] = { "请问社保卡丢了怎么补办呢",
		                            "我想问一下社保卡丢了怎么补办呀",
		                            "你们社保卡丢了怎么补办" };
	static const char *const other[] = { "社保卡丢了不补办", "社保卡丢了怎么注销" };
	for (size_t i = 0; i < sizeof(very) / sizeof(very[0]); i++) {
		answered(state, very[i], "item-02");
		assert_true(sureness(state, very[i]) > 0);
	}
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		assert_true(sureness(state, other[i]) == 0);
}

static uint32_t bare(struct world *world, const char *message)
{
	const struct rewriter *rewriter = world->snapshot->matcher->rewriter;
	struct text text;
	struct rewritten rewritten;
	uint32_t left;
	arena_reset(world->arena);
	assert_int_equal(normalise(world->normaliser, span_of(message), world->arena, &text),
	                 STATUS_OK);
	assert_int_equal(rewrite(rewriter, text.points, text.count, world->arena, &rewritten),
	                 STATUS_OK);
	assert_int_equal(rewritten_bare(rewriter, &rewritten, world->arena, &left), STATUS_OK);
	return left;
}

/* Without 要 and 需要 a question whether something is needed would be the denial of it. */
static void a_denial_is_no_manner(void **state)
{
	assert_int_equal(bare(*state, "要不要带身份证"), bare(*state, "需要带身份证吗"));
	assert_int_equal(bare(*state, "不需要带身份证吗"), bare(*state, "不要带身份证吗"));
	assert_int_not_equal(bare(*state, "要不要带身份证"), bare(*state, "不带身份证"));
	assert_int_not_equal(bare(*state, "不需要带身份证吗"), bare(*state, "不带身份证吗"));
	assert_int_not_equal(bare(*state, "不想带身份证"), bare(*state, "不带身份证"));
	assert_int_equal(bare(*state, "请问呢"), BARE_NOTHING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_standard_question_is_answered_with_its_entry),
		cmocka_unit_test(a_pasted_popup_is_found_through_quotes_buttons_and_line_breaks),
		cmocka_unit_test(a_popup_is_found_through_ocr_slips),
		cmocka_unit_test(a_popup_cut_off_in_the_middle_is_found),
		cmocka_unit_test(a_popup_inside_json_is_found),
		cmocka_unit_test(a_pattern_says_that_it_spoke),
		cmocka_unit_test(a_question_can_give_its_case_away),
		cmocka_unit_test(a_plain_question_names_no_case),
		cmocka_unit_test(traditional_script_finds_its_entry),
		cmocka_unit_test(pinyin_typing_finds_its_entry),
		cmocka_unit_test(same_sounding_slips_are_mended),
		cmocka_unit_test(english_words_of_the_lexicon_find_an_entry),
		cmocka_unit_test(two_questions_get_two_answers),
		cmocka_unit_test(the_choices_of_the_whole_message_go_when_its_clauses_are_answered),
		cmocka_unit_test(a_referral_is_declined_and_never_answered_by_a_neighbour),
		cmocka_unit_test(small_talk_and_hand_over_are_told_apart),
		cmocka_unit_test(what_nobody_wrote_about_is_declined),
		cmocka_unit_test(query_syntax_is_just_text),
		cmocka_unit_test(a_short_follow_up_leans_on_the_entry_before),
		cmocka_unit_test(confidence_is_a_share_and_falls_along_the_ranking),
		cmocka_unit_test(a_phrase_that_stands_in_an_answer_alone_finds_it),
		cmocka_unit_test(a_small_budget_of_candidates_finds_the_same_entries),
		cmocka_unit_test(the_longest_message_is_survived),
	};
	const struct CMUnitTest insurance[] = {
		cmocka_unit_test(words_of_asking_alone_answer_nothing_in_a_small_folder),
		cmocka_unit_test(a_small_folder_answers_what_it_has),
		cmocka_unit_test(a_question_in_other_manners_is_the_very_question),
		cmocka_unit_test(a_denial_is_no_manner),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down) +
	       cmocka_run_group_tests(insurance, set_up_insurance, tear_down);
}
