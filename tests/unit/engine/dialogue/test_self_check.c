/* The self-check over tests/fixtures/knowledge-rules: three cases, three questions, all simple. */
#include "talk.h"

#include <cjson/cJSON.h>

#include "engine/dialogue/render.h"
#include "engine/dialogue/turn.h"

#define BORROW "书借不出来怎么办？"
#define FINE   "逾期要交滞纳金吗？"

static int set_up(void **state)
{
	return open_talk(state, DAYI_SOURCE_DIR "/tests/fixtures/knowledge-rules");
}

static void expect_question(struct reply reply, const char *fact, size_t number)
{
	assert_int_equal(reply.outcome, OUTCOME_ASK);
	assert_non_null(reply.next);
	assert_string_equal(reply.next->fact, fact);
	assert_int_equal(reply.next_number, number);
	assert_false(reply.offers_check);
}

static void expect_offer(struct reply reply)
{
	assert_int_equal(reply.outcome, OUTCOME_ANSWER);
	assert_non_null(reply.next);
	assert_string_equal(reply.next->fact, "self_check");
	assert_true(reply.offers_check);
}

/* `verdicts`: a letter a case: a(pplies), e(xcluded), u(nknown). */
static void expect_verdicts(struct reply reply, const char *verdicts)
{
	const struct diagnosis *diagnosis = &reply.diagnoses[0];
	assert_int_equal(diagnosis->case_count, strlen(verdicts));
	for (size_t i = 0; i < diagnosis->case_count; i++)
		if (verdict_name(diagnosis->cases[i].verdict)[0] != verdicts[i])
			fail_msg("case %zu: %s, not %c", i + 1,
			         verdict_name(diagnosis->cases[i].verdict), verdicts[i]);
}

/* The end of a self-check: an answer, and nothing more is asked. */
static void expect_end(struct reply reply, const char *verdicts)
{
	assert_int_equal(reply.outcome, OUTCOME_ANSWER);
	assert_null(reply.next);
	assert_true(reply.check_ended);
	expect_verdicts(reply, verdicts);
}

/* --- beginning --- */

static void an_answer_without_a_record_offers_the_self_check(void **state)
{
	const struct reply reply = say(state, BORROW);
	expect_answer(reply, "borrow");
	expect_offer(reply);
	/* Nothing is known, so nothing is judged. */
	assert_int_equal(reply.diagnoses[0].case_count, 0);
	assert_false(reply.may_sign_in);
	assert_non_null(strstr(reply.text, "自查"));
	assert_null(strstr(reply.text, "还不能判断"));
}

static void the_offer_says_how_to_sign_in_where_that_is_possible(void **state)
{
	struct talk *talk = *state;
	talk->asker.may_sign_in = true;
	const struct reply reply = say(state, BORROW);
	expect_offer(reply);
	assert_true(reply.may_sign_in);
	assert_non_null(strstr(reply.text, "登录"));
	assert_non_null(strstr(reply.next->why, "登录"));
}

static void an_entry_without_cases_is_not_asked_which_of_them_it_is(void **state)
{
	assert_string_equal(say(state, FINE).next->text,
	                    "想核对一下这一条适不适用于您吗？我可以一步步问您。");
	assert_string_equal(say(state, BORROW).next->text,
	                    "想核对一下自己是哪种情况吗？我可以一步步问您。");
}

static void an_entry_without_rules_offers_nothing(void **state)
{
	const struct reply reply = say(state, "图书馆几点开门？");
	expect_answer(reply, "hours");
	assert_null(reply.next);
	assert_int_equal(say(state, "自查").outcome, OUTCOME_SMALLTALK);
}

static void the_offer_is_taken_up_by_its_button_or_in_words(void **state)
{
	static const char *const words[] = { "开始自查", "自查", "我要自查", "核对一下" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		say(state, BORROW);
		expect_question(say(state, words[i]), "active", 1);
	}
}

static void a_question_tells_why_it_is_asked_and_lists_its_options(void **state)
{
	say(state, BORROW);
	const struct reply reply = say(state, "自查");
	assert_non_null(strstr(reply.text, "问题1：借书证激活了吗？\n（没有激活的借不了书。）"
	                                   "\n1. 已激活\n2. 没激活\n"));
	assert_null(strstr(reply.text, "请排查以下情况"));
}

static void with_nothing_answered_there_is_nothing_to_check(void **state)
{
	static const char *const words[] = { "自查", "上一题", "改第1题", "继续刚才的" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const struct reply reply = say(state, words[i]);
		assert_int_equal(reply.outcome, OUTCOME_SMALLTALK);
		assert_string_equal(reply.reason, "check_nothing");
		assert_null(reply.next);
	}
}

/* --- answering --- */

static void an_option_is_taken_by_number_or_by_its_words(void **state)
{
	static const char *const first[] = {
		"1", "１", "①", "第一个", "选1", "已激活", "已激活。"
	};
	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++) {
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		say(state, BORROW);
		say(state, "自查");
		const struct reply reply = say(state, first[i]);
		expect_question(reply, "overdue", 2);
		expect_verdicts(reply, "euu");
	}
}

static void the_start_of_one_label_alone_takes_that_option(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	say(state, "已");
	const struct reply reply = say(state, "没有的");
	expect_question(reply, "full", 3);
	expect_verdicts(reply, "eeu");
}

static void a_case_that_an_answer_brings_out_ends_it_with_reason_and_next_step(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	const struct reply reply = say(state, "没激活");
	expect_end(reply, "auu");
	assert_string_equal(reply.diagnoses[0].lead->because, "您说借书证没有激活。");
	const char *lead =
	        strstr(reply.text, "▶ 符合情形1：您说借书证没有激活。\n接下来：\n"
	                           "· 激活借书证。\n  办理人：本人；办理渠道：一楼服务台；"
	                           "最早办理日期：2026-12-01；最晚办理日期：2026-12-31\n");
	const char *office =
	        strstr(reply.text, "请排查以下情况：\n情形1（符合）：借书证没有激活。\n"
	                           "建议：先激活借书证。\n情形2（还不能判断）：");
	assert_non_null(lead);
	assert_non_null(office);
	assert_true(lead < office);
}

static void every_answer_given_and_nothing_fits_is_said_with_the_contact(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	say(state, "1");
	say(state, "2");
	const struct reply reply = say(state, "2");
	expect_end(reply, "eee");
	assert_non_null(strstr(reply.text, "都不符合"));
	assert_non_null(strstr(reply.text, "0371-00000001"));
	assert_non_null(strstr(reply.text, "情形3（不符合）：已经借满了五本。"));
	assert_non_null(strstr(reply.text, "（您说借书证已激活。）"));
}

static void skipping_everything_leaves_everything_open_and_says_so(void **state)
{
	say(state, BORROW);
	expect_question(say(state, "自查"), "active", 1);
	expect_question(say(state, "跳过"), "overdue", 2);
	expect_question(say(state, "不清楚"), "full", 3);
	const struct reply reply = say(state, "不知道");
	expect_end(reply, "uuu");
	assert_non_null(strstr(reply.text, "还不能确定"));
	assert_non_null(strstr(reply.text, "0371-00000001"));
}

static void a_question_that_can_decide_nothing_any_more_is_not_asked(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	say(state, "跳过");
	/* Case 3 wants no overdue book: `full` cannot save it. */
	const struct reply reply = say(state, "有");
	expect_end(reply, "uae");
}

static void a_number_that_is_no_option_is_asked_again(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	const struct reply reply = say(state, "3");
	expect_question(reply, "active", 1);
	assert_string_equal(reply.reason, "no_such_option");
	assert_non_null(strstr(reply.text, "没有这一项"));
	expect_question(say(state, "1"), "overdue", 2);
}

static void a_short_message_that_is_no_option_is_asked_again(void **state)
{
	static const char *const no_options[] = { "不合格", "好像吧", "滞纳金", "蓝的" };
	for (size_t i = 0; i < sizeof(no_options) / sizeof(no_options[0]); i++) {
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		say(state, BORROW);
		say(state, "自查");
		const struct reply reply = say(state, no_options[i]);
		expect_question(reply, "active", 1);
		assert_string_equal(reply.reason, "no_such_option");
		assert_null(reply.topic);
		assert_int_equal(reply.choice_count, 0);
	}
	expect_question(say(state, "1"), "overdue", 2);
}

static void three_answers_in_a_row_that_are_not_understood_lead_to_a_person(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	expect_question(say(state, "蓝的"), "active", 1);
	expect_question(say(state, "9"), "active", 1);
	const struct reply reply = say(state, "绿的");
	assert_int_equal(reply.outcome, OUTCOME_HANDOFF);
	assert_string_equal(reply.reason, "fruitless");
	/* The question waits. */
	expect_question(say(state, "1"), "overdue", 2);
}

static void a_yes_or_no_is_taken_where_one_label_denies(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	expect_question(say(state, "跳过"), "overdue", 2);
	expect_question(say(state, "没"), "full", 3);
	expect_question(say(state, "上一题"), "overdue", 2);
	expect_end(say(state, "是的"), "uae");
}

static void a_wish_for_a_person_or_a_clear_question_is_no_failed_answer(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	assert_int_equal(say(state, "转人工").outcome, OUTCOME_HANDOFF);
	say(state, BORROW);
	say(state, "自查");
	expect_answer(say(state, "图书馆几点开门"), "hours");
}

/* --- going back --- */

static void the_question_before_is_asked_again_and_its_answer_replaced(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	say(state, "1");
	struct reply reply = say(state, "上一题");
	expect_question(reply, "active", 1);
	expect_verdicts(reply, "uuu");
	expect_end(say(state, "2"), "auu");
}

static void going_back_at_the_first_question_asks_it_again(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	expect_question(say(state, "上一题"), "active", 1);
	expect_question(say(state, "1"), "overdue", 2);
}

static void one_may_go_back_twice_and_keeps_what_was_answered_later(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	say(state, "1");
	say(state, "2");
	expect_question(say(state, "上一题"), "overdue", 2);
	expect_question(say(state, "上一题"), "active", 1);
	expect_question(say(state, "1"), "overdue", 2);
	expect_question(say(state, "2"), "full", 3);
}

static void an_earlier_answer_is_changed_by_its_number(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	say(state, "1");
	say(state, "2");
	expect_question(say(state, "改第1题"), "active", 1);
	const struct reply reply = say(state, "跳过");
	expect_question(reply, "full", 3);
	expect_verdicts(reply, "ueu");
}

/* Nothing hangs on it any more, but the person asked for it. */
static void a_question_is_asked_again_even_when_a_later_answer_decides(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	say(state, "1");
	say(state, "2");
	expect_end(say(state, "1"), "eea");
	expect_question(say(state, "改第2题"), "overdue", 2);
	const struct reply reply = say(state, "1");
	expect_end(reply, "eae");
	assert_int_equal(reply.told->said_count, 3);
}

static void what_was_found_stays_found_when_another_answer_changes(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	say(state, "跳过");
	expect_end(say(state, "有"), "uae");
	expect_question(say(state, "改第1题"), "active", 1);
	expect_end(say(state, "1"), "eae");
}

static void a_number_beyond_the_answers_asks_what_waits(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	say(state, "1");
	expect_question(say(state, "改第7题"), "overdue", 2);
}

static void an_answer_is_changed_after_the_end(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	expect_end(say(state, "2"), "auu");
	expect_question(say(state, "上一题"), "active", 1);
	expect_question(say(state, "1"), "overdue", 2);
}

static void asking_for_it_again_goes_on_to_the_other_cases(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	expect_end(say(state, "2"), "auu");
	expect_question(say(state, "自查"), "overdue", 2);
	expect_question(say(state, "没有"), "full", 3);
	expect_end(say(state, "2"), "aee");
}

/* --- leaving --- */

static void it_can_be_stopped_and_taken_up_again(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	say(state, "1");
	const struct reply reply = say(state, "结束自查");
	assert_int_equal(reply.outcome, OUTCOME_SMALLTALK);
	assert_string_equal(reply.reason, "check_stopped");
	assert_null(reply.next);
	expect_question(say(state, "自查"), "overdue", 2);
}

static void a_new_question_is_answered_and_ends_the_asking(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	const struct reply reply = say(state, "图书馆几点开门？");
	expect_answer(reply, "hours");
	assert_null(reply.next);
	/* The 1 is no answer to the question before. */
	assert_int_not_equal(say(state, "1").outcome, OUTCOME_ASK);
	expect_offer(say(state, BORROW));
}

static void what_nothing_answers_ends_the_asking_too(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	assert_int_equal(say(state, "qwpoeiru zxmcn").outcome, OUTCOME_DECLINE);
	const struct reply reply = say(state, "2");
	expect_answer(reply, "borrow");
	assert_string_equal(reply.answers[0].named_case->id, "2");
}

static void a_blank_message_leaves_the_question_waiting(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	assert_string_equal(say(state, "  ").reason, "empty");
	expect_question(say(state, "1"), "overdue", 2);
}

static void a_case_can_be_named_in_the_midst_of_it(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	const struct reply reply = say(state, "第三种情况具体怎么弄");
	expect_answer(reply, "borrow");
	assert_string_equal(reply.answers[0].named_case->id, "3");
	assert_false(reply.check_ended);
}

static void a_case_that_was_named_is_shown_beside_the_one_that_applies(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	say(state, "2");
	const struct reply reply = say(state, "情形3");
	assert_string_equal(reply.answers[0].named_case->id, "3");
	assert_string_equal(reply.diagnoses[0].lead->of->id, "1");
	assert_non_null(strstr(reply.text, "▶ 符合情形1："));
	assert_non_null(strstr(reply.text, "情形3。\n请排查以下情况："));
}

static void a_number_beyond_the_options_under_an_answer_is_asked_again(void **state)
{
	sign_in(state, "{\"certificate\":[{\"status\":\"有效\"}]}");
	assert_string_equal(say(state, BORROW).next->fact, "active");
	const struct reply reply = say(state, "7");
	expect_question(reply, "active", 1);
	assert_string_equal(reply.reason, "no_such_option");
	assert_non_null(strstr(reply.text, "没有这一项，请从下面选。\n问题1：借书证激活了吗？"));
	expect_question(say(state, "1"), "overdue", 2);
}

static void a_case_s_number_under_an_answer_still_names_it(void **state)
{
	sign_in(state, "{\"certificate\":[{\"status\":\"有效\"}]}");
	say(state, BORROW);
	/* The question has two options, the entry three cases. */
	assert_string_equal(say(state, "3").answers[0].named_case->id, "3");
}

/* --- never twice --- */

static void another_entry_does_not_ask_again_what_was_answered(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	say(state, "1");
	say(state, "2");
	const struct reply reply = say(state, FINE);
	expect_answer(reply, "fine");
	assert_null(reply.next);
	expect_verdicts(reply, "e");
	assert_non_null(strstr(reply.text, "▶ 核对结果：您没有超期的书，不用交。"));
}

static void where_nothing_fits_that_comes_first_and_the_faq_s_words_stand_apart(void **state)
{
	sign_in(state, "{\"certificate\":[]}");
	assert_string_equal(say(state, FINE).text, "【第2条 逾期要交滞纳金吗？】\n"
	                                           "按目前掌握的信息，这一条说的情况您都不符合。\n"
	                                           "▶ 核对结果：您没有超期的书，不用交。\n"
	                                           "问题还没解决的话，请联系工作人员咨询。\n"
	                                           "服务台：0371-00000001\n"
	                                           "常见问题里的统一答复：\n"
	                                           "超期一天一角。");
}

static void where_no_listed_case_fits_none_is_recommended(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	say(state, "1");
	say(state, "2");
	say(state, "2");
	struct reply reply = say(state, BORROW);
	expect_verdicts(reply, "eee");
	reply.answers[0].named_case = &reply.answers[0].entry->cases[1];
	struct talk *talk = *state;
	const char *text = render_text(&reply, reply.knowledge, talk->world.arena);
	const char *none = strstr(text, "\n按目前掌握的信息，这一条说的情况您都不符合。\n");
	const char *general =
	        strstr(text, "\n常见问题里的统一答复：\n请排查以下情况：\n情形1（不符合）：");
	assert_non_null(none);
	assert_non_null(general);
	assert_true(none < general);
	assert_null(strstr(text, "可先看"));
}

static void the_faq_s_words_are_not_set_apart_where_a_case_applies_or_is_open(void **state)
{
	assert_null(strstr(say(state, FINE).text, "统一答复"));
	sign_in(state, "{\"certificate\":[{\"status\":\"过期\"}]}");
	const char *text = say(state, FINE).text;
	assert_null(strstr(text, "统一答复"));
	assert_null(strstr(text, "都不符合"));
}

static void what_was_skipped_is_not_asked_again_either(void **state)
{
	say(state, FINE);
	expect_question(say(state, "自查"), "overdue", 1);
	expect_end(say(state, "跳过"), "u");
	say(state, BORROW);
	expect_question(say(state, "自查"), "active", 2);
	expect_question(say(state, "1"), "full", 3);
}

static void no_path_through_the_options_asks_a_question_twice(void **state)
{
	static const char *const choices[] = { "1", "2", "跳过" };
	for (int path = 0; path < 27; path++) {
		unsigned asked = 0;
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		say(state, BORROW);
		struct reply reply = say(state, "自查");
		for (int i = 0, rest = path; reply.outcome == OUTCOME_ASK; i++, rest /= 3) {
			const unsigned bit = reply.next->fact[0] == 'a'   ? 1
			                     : reply.next->fact[0] == 'o' ? 2
			                                                  : 4;
			assert_true(i < 3);
			assert_int_equal(asked & bit, 0);
			asked |= bit;
			reply = say(state, choices[rest % 3]);
		}
		assert_true(reply.check_ended);
	}
}

/* --- with a record --- */

static void a_record_that_decides_leaves_nothing_to_be_asked(void **state)
{
	sign_in(state, "{\"certificate\":[{\"status\":\"过期\"}]}");
	const struct reply reply = say(state, FINE);
	expect_answer(reply, "fine");
	expect_verdicts(reply, "a");
	assert_null(reply.next);
	assert_false(reply.no_record);
	assert_int_equal(reply.wants, 1U << RELATION_CERTIFICATE);
	assert_non_null(strstr(reply.text, "▶ 核对结果：您有超期的书，要交滞纳金。\n接下来：\n"
	                                   "· 提示（非常见问题原文）：到服务台交滞纳金。\n  "
	                                   "办理人：本人；办理渠道：一楼服务台\n"
	                                   "超期一天一角。"));
}

static void a_record_that_leaves_it_open_has_the_question_asked_at_once(void **state)
{
	sign_in(state, "{\"certificate\":[{\"status\":\"有效\"}]}");
	struct reply reply = say(state, BORROW);
	expect_answer(reply, "borrow");
	expect_verdicts(reply, "ueu");
	assert_string_equal(reply.next->fact, "active");
	assert_false(reply.offers_check);
	reply = say(state, "1");
	expect_question(reply, "overdue", 2);
	expect_question(say(state, "没有"), "full", 3);
	expect_end(say(state, "1"), "eea");
}

static void the_question_under_an_answer_does_not_trap_the_person(void **state)
{
	sign_in(state, "{\"certificate\":[{\"status\":\"有效\"}]}");
	assert_string_equal(say(state, BORROW).next->fact, "active");
	expect_answer(say(state, "图书馆几点开门？"), "hours");
	assert_int_not_equal(say(state, "1").outcome, OUTCOME_ASK);
}

static void a_relation_that_could_not_be_read_is_unknown_and_said_so(void **state)
{
	sign_in(state, "{\"exam\":[]}");
	const struct reply reply = say(state, FINE);
	expect_verdicts(reply, "u");
	assert_true(reply.no_record);
	assert_int_equal(reply.wants, 1U << RELATION_CERTIFICATE);
	assert_non_null(strstr(reply.text, "您的部分记录暂时查不了"));
	assert_non_null(strstr(reply.text, "▶ 核对结果：暂时查不了安管证书，无法判断。"));
	assert_string_equal(reply.next->fact, "overdue");
}

static void an_empty_relation_is_known_to_be_empty(void **state)
{
	sign_in(state, "{\"certificate\":[]}");
	const struct reply reply = say(state, FINE);
	expect_verdicts(reply, "e");
	assert_false(reply.no_record);
}

static void without_the_record_a_signed_in_person_s_reply_names_what_it_wants(void **state)
{
	struct talk *talk = *state;
	talk->asker.signed_in = true;
	assert_int_equal(say(state, FINE).wants, 1U << RELATION_CERTIFICATE);
	assert_int_equal(say(state, "图书馆几点开门？").wants, 0);
}

static void a_turn_is_taken_again_with_the_record_after_assigning_the_copy_back(void **state)
{
	struct talk *talk = *state;
	struct conversation *copy;
	char receipt[RECEIPT_SIZE];
	assert_int_equal(conversation_create(&copy, 99), STATUS_OK);
	say(state, BORROW);
	say(state, "自查");
	*copy = *talk->conversation;
	struct reply reply = say(state, "1");
	expect_question(reply, "overdue", 2);
	memcpy(receipt, reply.receipt, sizeof(receipt));
	say(state, "2");
	*talk->conversation = *copy;
	reply = say(state, "1");
	expect_question(reply, "overdue", 2);
	assert_string_equal(reply.receipt, receipt);
	conversation_destroy(copy);
}

/* --- two answers --- */

static void two_questions_in_one_message_are_both_judged_and_nothing_is_asked(void **state)
{
	sign_in(state, "{\"certificate\":[{\"status\":\"有效\"}]}");
	const struct reply reply = say(state, BORROW "还有" FINE);
	assert_int_equal(reply.outcome, OUTCOME_ANSWER);
	assert_int_equal(reply.answer_count, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct diagnosis *diagnosis = &reply.diagnoses[i];
		assert_ptr_equal(diagnosis->entry, reply.answers[i].entry);
		assert_int_equal(diagnosis->cases[diagnosis->case_count == 3 ? 1 : 0].verdict,
		                 VERDICT_EXCLUDED);
	}
	assert_null(reply.next);
}

/* --- the reply object --- */

static cJSON *object_of(const struct reply *reply)
{
	struct buf out;
	buf_init(&out, 1 << 20);
	assert_int_equal(reply_write_json(reply, NULL, &out), STATUS_OK);
	cJSON *object = cJSON_Parse(buf_text(&out));
	assert_non_null(object);
	buf_deinit(&out);
	return object;
}

static void expect_member(const cJSON *object, const char *name, const char *json)
{
	char *text = cJSON_PrintUnformatted(cJSON_GetObjectItem(object, name));
	assert_non_null(text);
	assert_string_equal(text, json);
	cJSON_free(text);
}

static void the_offer_in_json_has_one_option_and_no_number(void **state)
{
	const struct reply reply = say(state, BORROW);
	cJSON *object = object_of(&reply);
	const cJSON *next = cJSON_GetObjectItem(object, "next");
	expect_member(next, "fact", "\"self_check\"");
	expect_member(next, "options", "[{\"label\":\"开始自查\",\"value\":\"start\"}]");
	expect_member(next, "number", "null");
	cJSON_Delete(object);
}

static void a_question_in_json_says_what_was_answered_before(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	say(state, "跳过");
	const struct reply reply = say(state, "没有");
	cJSON *object = object_of(&reply);
	const cJSON *answer = cJSON_GetArrayItem(cJSON_GetObjectItem(object, "answers"), 0);
	expect_member(object, "outcome", "\"ask\"");
	expect_member(
	        object, "next",
	        "{\"fact\":\"full\",\"question\":\"是不是借满了五本？\","
	        "\"why\":\"一个人最多借五本。\",\"options\":[{\"label\":\"借满了\","
	        "\"value\":\"yes\"},{\"label\":\"还没借满\",\"value\":\"no\"}],\"number\":3}");
	expect_member(answer, "said",
	              "[{\"fact\":\"active\",\"question\":\"借书证激活了吗？\",\"answer\":\"\"},"
	              "{\"fact\":\"overdue\",\"question\":\"有没有超期的书？\","
	              "\"answer\":\"没有超期的书\"}]");
	cJSON_Delete(object);
}

static void a_case_that_applies_has_its_steps_in_json(void **state)
{
	say(state, BORROW);
	say(state, "自查");
	const struct reply reply = say(state, "2");
	cJSON *object = object_of(&reply);
	const cJSON *answer = cJSON_GetArrayItem(cJSON_GetObjectItem(object, "answers"), 0);
	const cJSON *cases = cJSON_GetObjectItem(answer, "cases");
	expect_member(answer, "case", "\"1\"");
	expect_member(cJSON_GetArrayItem(cases, 0), "todo",
	              "[{\"what\":\"激活借书证。\",\"who\":\"本人\",\"where\":\"一楼服务台\","
	              "\"from\":\"2026-12-01\",\"until\":\"2026-12-31\"}]");
	expect_member(cJSON_GetArrayItem(cases, 1), "todo", "[]");
	cJSON_Delete(object);
}

#define TALK(test_) cmocka_unit_test_setup_teardown(test_, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALK(an_answer_without_a_record_offers_the_self_check),
		TALK(the_offer_says_how_to_sign_in_where_that_is_possible),
		TALK(an_entry_without_cases_is_not_asked_which_of_them_it_is),
		TALK(an_entry_without_rules_offers_nothing),
		TALK(the_offer_is_taken_up_by_its_button_or_in_words),
		TALK(a_question_tells_why_it_is_asked_and_lists_its_options),
		TALK(with_nothing_answered_there_is_nothing_to_check),
		TALK(an_option_is_taken_by_number_or_by_its_words),
		TALK(the_start_of_one_label_alone_takes_that_option),
		TALK(a_case_that_an_answer_brings_out_ends_it_with_reason_and_next_step),
		TALK(every_answer_given_and_nothing_fits_is_said_with_the_contact),
		TALK(skipping_everything_leaves_everything_open_and_says_so),
		TALK(a_question_that_can_decide_nothing_any_more_is_not_asked),
		TALK(a_number_that_is_no_option_is_asked_again),
		TALK(a_short_message_that_is_no_option_is_asked_again),
		TALK(three_answers_in_a_row_that_are_not_understood_lead_to_a_person),
		TALK(a_yes_or_no_is_taken_where_one_label_denies),
		TALK(a_wish_for_a_person_or_a_clear_question_is_no_failed_answer),
		TALK(the_question_before_is_asked_again_and_its_answer_replaced),
		TALK(going_back_at_the_first_question_asks_it_again),
		TALK(one_may_go_back_twice_and_keeps_what_was_answered_later),
		TALK(an_earlier_answer_is_changed_by_its_number),
		TALK(a_question_is_asked_again_even_when_a_later_answer_decides),
		TALK(what_was_found_stays_found_when_another_answer_changes),
		TALK(a_number_beyond_the_answers_asks_what_waits),
		TALK(an_answer_is_changed_after_the_end),
		TALK(asking_for_it_again_goes_on_to_the_other_cases),
		TALK(it_can_be_stopped_and_taken_up_again),
		TALK(a_new_question_is_answered_and_ends_the_asking),
		TALK(what_nothing_answers_ends_the_asking_too),
		TALK(a_blank_message_leaves_the_question_waiting),
		TALK(a_case_can_be_named_in_the_midst_of_it),
		TALK(a_case_that_was_named_is_shown_beside_the_one_that_applies),
		TALK(a_number_beyond_the_options_under_an_answer_is_asked_again),
		TALK(a_case_s_number_under_an_answer_still_names_it),
		TALK(another_entry_does_not_ask_again_what_was_answered),
		TALK(where_nothing_fits_that_comes_first_and_the_faq_s_words_stand_apart),
		TALK(where_no_listed_case_fits_none_is_recommended),
		TALK(the_faq_s_words_are_not_set_apart_where_a_case_applies_or_is_open),
		TALK(what_was_skipped_is_not_asked_again_either),
		TALK(no_path_through_the_options_asks_a_question_twice),
		TALK(a_record_that_decides_leaves_nothing_to_be_asked),
		TALK(a_record_that_leaves_it_open_has_the_question_asked_at_once),
		TALK(the_question_under_an_answer_does_not_trap_the_person),
		TALK(a_relation_that_could_not_be_read_is_unknown_and_said_so),
		TALK(an_empty_relation_is_known_to_be_empty),
		TALK(without_the_record_a_signed_in_person_s_reply_names_what_it_wants),
		TALK(a_turn_is_taken_again_with_the_record_after_assigning_the_copy_back),
		TALK(two_questions_in_one_message_are_both_judged_and_nothing_is_asked),
		TALK(the_offer_in_json_has_one_option_and_no_number),
		TALK(a_question_in_json_says_what_was_answered_before),
		TALK(a_case_that_applies_has_its_steps_in_json),
	};
	return cmocka_run_group_tests(tests, set_up, close_talk);
}
