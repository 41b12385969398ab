#include "talk.h"

#include <stdlib.h>

#include <cjson/cJSON.h>

#include "engine/dialogue/render.h"

static int set_up(void **state)
{
	return open_talk(state, SMALL_KNOWLEDGE);
}

static void an_answer_is_the_office_s_own_words(void **state)
{
	const struct reply reply = say(state, "证书过期还可以延续吗？");
	expect_answer(reply, "after-expiry");
	assert_non_null(strstr(reply.text, "不可以，证书过期信息就不存在，无法进行延续。"));
}

static void the_text_of_an_answer_with_cases_holds_them_all_in_order(void **state)
{
	const char *text = say(state, "申请业务时提示无企业信息或无资质信息？").text;
	const char *first = strstr(
	        text,
	        "情形1：没有任何弹出窗口提示而获取不到信息。\n建议：下载安装使用IE11浏览器。");
	const char *last = strstr(text, "情形4：企业为旧版劳务类资质。");
	assert_non_null(first);
	assert_non_null(last);
	assert_true(first < last);
}

static void an_ambiguous_message_offers_choices_and_a_number_takes_one(void **state)
{
	const struct reply reply = say(state, "延续");
	assert_int_equal(reply.outcome, OUTCOME_CHOOSE);
	assert_true(reply.choice_count >= 2);
	const char *second = reply.choices[1].entry->id;
	const struct reply chosen = say(state, "第二个");
	expect_answer(chosen, second);
	assert_int_equal(chosen.answers[0].by, MATCH_BY_CHOICE);
}

static void expect_start(const char *text, const char *start)
{
	if (strncmp(text, start, strlen(start)) != 0)
		fail_msg("\"%s\" does not begin with \"%s\"", text, start);
}

static void a_single_choice_is_asked_for_as_one(void **state)
{
	struct talk *talk = *state;
	struct reply reply = say(state, "延续");
	reply.choice_count = 1;
	const char *text = render_text(&reply, reply.knowledge, talk->world.arena);
	expect_start(text, "您想问的是这个吗？\n1. ");
	assert_non_null(strstr(text, "请回复1"));
	assert_null(strstr(text, "下面哪一个"));
}

static void a_number_beyond_the_choices_repeats_them_and_says_so(void **state)
{
	static const char *const beyond[] = { "7", "第九个", "选7", "十" };
	const struct reply offered = say(state, "延续");
	assert_int_equal(offered.outcome, OUTCOME_CHOOSE);
	const size_t count = offered.choice_count;
	const char *second = offered.choices[1].entry->id;
	const double confidence = offered.choices[1].confidence;
	for (size_t i = 0; i < sizeof(beyond) / sizeof(beyond[0]); i++) {
		const struct reply reply = say(state, beyond[i]);
		assert_int_equal(reply.outcome, OUTCOME_CHOOSE);
		assert_string_equal(reply.reason, "no_such_option");
		assert_int_equal(reply.choice_count, count);
		assert_string_equal(reply.choices[1].entry->id, second);
		assert_true(reply.choices[1].confidence == confidence);
		expect_start(reply.text, "没有这一项，请从下面选。\n您想问的是下面哪一个？\n1. ");
	}
	expect_answer(say(state, "2"), second);
}

static void a_number_beyond_the_choices_is_no_round_without_fruit(void **state)
{
	say(state, "延续");
	for (int i = 0; i < 3; i++)
		assert_int_equal(say(state, "7").outcome, OUTCOME_CHOOSE);
	/* The second round, not the third. */
	const struct reply reply = say(state, "都不是");
	assert_int_equal(reply.outcome, OUTCOME_DECLINE);
	assert_string_equal(reply.reason, "none_of_these");
	assert_non_null(strstr(say(state, "延续").text, "转人工"));
}

static void a_number_that_no_list_is_as_long_as_is_no_choice(void **state)
{
	/* 88 is a goodbye. */
	say(state, "延续");
	assert_string_equal(say(state, "88").reason, "talk_goodbye");
}

static void a_choice_can_be_taken_by_its_text(void **state)
{
	const struct reply reply = say(state, "延续");
	assert_int_equal(reply.outcome, OUTCOME_CHOOSE);
	const struct entry *entry = reply.choices[0].entry;
	const struct reply chosen = say(state, entry->question);
	expect_answer(chosen, entry->id);
	assert_int_equal(chosen.answers[0].by, MATCH_BY_CHOICE);
}

static void none_of_these_is_a_decline_with_the_contact(void **state)
{
	assert_int_equal(say(state, "延续").outcome, OUTCOME_CHOOSE);
	const struct reply reply = say(state, "都不是");
	assert_int_equal(reply.outcome, OUTCOME_DECLINE);
	assert_non_null(strstr(reply.text, "0371-00000000"));
}

static void after_two_fruitless_rounds_a_person_is_offered(void **state)
{
	assert_int_equal(say(state, "延续").outcome, OUTCOME_CHOOSE);
	assert_int_equal(say(state, "都不是").outcome, OUTCOME_DECLINE);
	const struct reply reply = say(state, "延续");
	assert_int_equal(reply.outcome, OUTCOME_CHOOSE);
	assert_true(reply.choice_count > 0);
	assert_non_null(strstr(reply.text, "转人工"));
	/* It is said once; the count begins anew. */
	assert_null(strstr(say(state, "都不是").text, "转人工"));
}

static void saying_again_that_nothing_fitted_leads_to_a_person(void **state)
{
	static const char *const again[] = { "都不对", "还不是", "你没听懂" };
	for (size_t i = 0; i < sizeof(again) / sizeof(again[0]); i++) {
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		assert_int_equal(say(state, "延续").outcome, OUTCOME_CHOOSE);
		assert_int_equal(say(state, "都不是").outcome, OUTCOME_DECLINE);
		const struct reply reply = say(state, again[i]);
		assert_int_equal(reply.outcome, OUTCOME_HANDOFF);
		assert_string_equal(reply.reason, "fruitless");
	}
}

static void small_talk_that_rejects_the_choices_takes_them_back(void **state)
{
	assert_int_equal(say(state, "延续").outcome, OUTCOME_CHOOSE);
	const struct reply reply = say(state, "你没听懂");
	assert_int_equal(reply.outcome, OUTCOME_DECLINE);
	assert_string_equal(reply.reason, "none_of_these");
	assert_int_not_equal(say(state, "第一个").outcome, OUTCOME_ANSWER);
}

static void an_answer_rejected_twice_leads_to_a_person(void **state)
{
	expect_answer(say(state, "提示无企业信息"), "no-company");
	assert_int_equal(say(state, "你没听懂").outcome, OUTCOME_SMALLTALK);
	assert_int_equal(say(state, "还不是").outcome, OUTCOME_DECLINE);
	assert_int_equal(say(state, "都不对").outcome, OUTCOME_HANDOFF);
}

static void none_of_these_closes_the_entry_that_was_answered_before(void **state)
{
	expect_answer(say(state, "提示无企业信息"), "no-company");
	assert_int_equal(say(state, "延续").outcome, OUTCOME_CHOOSE);
	assert_int_equal(say(state, "都不是").outcome, OUTCOME_DECLINE);
	assert_int_not_equal(say(state, "第二个").outcome, OUTCOME_ANSWER);
}

static void an_answer_ends_the_count_of_fruitless_rounds(void **state)
{
	say(state, "延续");
	say(state, "都不是");
	say(state, "证书过期还可以延续吗");
	assert_int_equal(say(state, "延续").outcome, OUTCOME_CHOOSE);
}

static void a_case_can_be_asked_for_after_its_entry(void **state)
{
	expect_answer(say(state, "提示无企业信息"), "no-company");
	const struct reply reply = say(state, "第三种情况具体怎么弄");
	expect_answer(reply, "no-company");
	assert_string_equal(reply.answers[0].named_case->id, "3");
	assert_non_null(strstr(reply.text, "您问的是情形3。"));
}

static void a_number_that_nothing_was_offered_for_is_asked_back(void **state)
{
	static const char *const bare[] = { "第一个", "第二个", "选3", "20" };
	for (size_t i = 0; i < sizeof(bare) / sizeof(bare[0]); i++) {
		const struct reply reply = say(state, bare[i]);
		assert_int_equal(reply.outcome, OUTCOME_SMALLTALK);
		assert_string_equal(reply.reason, "which_question");
		assert_non_null(strstr(reply.text, "您指的是哪个问题？"));
		assert_null(strstr(reply.text, "0371-00000000"));
	}
	/* It is no round without fruit either. */
	assert_int_equal(say(state, "延续").outcome, OUTCOME_CHOOSE);
}

static void a_case_that_the_entry_does_not_have_is_asked_back(void **state)
{
	static const char *const fifth[] = { "第5种情况怎么办", "情形5", "5" };
	expect_answer(say(state, "提示无企业信息"), "no-company");
	for (size_t i = 0; i < sizeof(fifth) / sizeof(fifth[0]); i++) {
		const struct reply reply = say(state, fifth[i]);
		assert_int_equal(reply.outcome, OUTCOME_SMALLTALK);
		assert_string_equal(reply.reason, "no_such_case");
		assert_string_equal(reply.text,
		                    "这一条只有4种情形，请说是第几种，或者直接说您的情况。");
	}
	assert_string_equal(say(state, "第4种").answers[0].named_case->id, "4");
	/* 88 is a goodbye. */
	assert_string_equal(say(state, "88").reason, "talk_goodbye");
}

static void a_follow_up_leans_on_the_entry_before(void **state)
{
	expect_answer(say(state, "证书即将到期可以申请延续吗？"), "before-expiry");
	const struct reply reply = say(state, "那要是过期了呢");
	const struct match_candidate *first =
	        reply.answer_count > 0 ? &reply.answers[0] : &reply.choices[0];
	assert_true(reply.answer_count + reply.choice_count > 0);
	assert_string_equal(first->entry->id, "after-expiry");
}

static void identifiers_are_masked_and_do_not_disturb_the_matching(void **state)
{
	const struct reply reply =
	        say(state, "11010519491231002X 电话13800000017 证书过期还可以延续吗");
	expect_answer(reply, "after-expiry");
	assert_true(reply.masked);
	assert_null(memmem(reply.masked_question.ptr, reply.masked_question.len,
	                   "11010519491231002X", 18));
	assert_null(
	        memmem(reply.masked_question.ptr, reply.masked_question.len, "13800000017", 11));
	assert_non_null(memmem(reply.masked_question.ptr, reply.masked_question.len, "过期",
	                       strlen("过期")));
}

static void an_entry_without_an_answer_points_to_the_office(void **state)
{
	const struct reply reply = say(state, "安管人员考核业务办结后怎么查询？");
	expect_answer(reply, "lookup");
	assert_string_equal(reply.answers[0].entry->answer, "");
	assert_non_null(strstr(reply.text, "0371-00000000"));
}

static void a_blank_message_is_asked_for_again(void **state)
{
	const struct reply reply = say(state, " \n\t ");
	assert_int_equal(reply.outcome, OUTCOME_SMALLTALK);
	assert_string_equal(reply.reason, "empty");
}

static void bytes_that_are_no_utf8_are_an_error_and_the_talk_goes_on(void **state)
{
	const struct reply reply = say(state, "\xff\xfe证书");
	assert_int_equal(reply.outcome, OUTCOME_ERROR);
	assert_string_equal(reply.reason, "not_utf8");
	expect_answer(say(state, "证书过期还可以延续吗"), "after-expiry");
}

static void the_longest_message_is_4000_characters(void **state)
{
	char message[3 * 4001 + 1];
	for (size_t i = 0; i < 4001; i++)
		memcpy(message + 3 * i, "证", 3);
	message[3 * 4001] = '\0';
	assert_string_equal(say(state, message).reason, "too_long");
	message[3 * 4000] = '\0';
	const char *reason = say(state, message).reason;
	assert_true(!reason || strcmp(reason, "too_long") != 0);
}

/* U+FDFA is eighteen characters in NFKC. */
static void a_message_that_grows_too_long_by_normalising_is_refused(void **state)
{
	struct talk *talk = *state;
	struct match_candidate suggested[3];
	size_t count = 1;
	char message[3 * 300 + 1];
	for (size_t i = 0; i < 300; i++)
		memcpy(message + 3 * i, "\xEF\xB7\xBA", 3);
	message[3 * 300] = '\0';
	const struct reply reply = say(state, message);
	assert_int_equal(reply.outcome, OUTCOME_ERROR);
	assert_string_equal(reply.reason, "too_long");
	assert_int_equal(turn_suggest(talk->world.scratch, talk->world.arena, span_of(message),
	                              suggested, 3, &count),
	                 STATUS_OK);
	assert_int_equal(count, 0);
}

static void nothing_is_suggested_while_a_steering_word_is_typed(void **state)
{
	struct talk *talk = *state;
	static const struct {
		const char *typed;
		bool suggests;
	} rows[] = { { "开始自查", false },
		     { "转人工", false },
		     { "谢谢", false },
		     { "结束自查", false },
		     { "批量申请", true } };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct match_candidate suggested[5];
		size_t count = 0;
		assert_int_equal(turn_suggest(talk->world.scratch, talk->world.arena,
		                              span_of(rows[i].typed), suggested, 5, &count),
		                 STATUS_OK);
		if ((count > 0) != rows[i].suggests)
			fail_msg("\"%s\": %zu suggestions", rows[i].typed, count);
	}
}

static void an_entry_without_a_question_is_shown_by_its_answer(void **state)
{
	struct talk *talk = *state;
	const struct entry entry = { .question = "",
		                     .answer = "照片须白底。",
		                     .document = "",
		                     .reviewed = "",
		                     .owner = "",
		                     .review_by = "" };
	const struct match_candidate found = { .entry = &entry };
	const struct reply offered = { .outcome = OUTCOME_CHOOSE,
		                       .choices = { found },
		                       .choice_count = 1 };
	const struct reply answered = { .outcome = OUTCOME_ANSWER,
		                        .answers = { found },
		                        .answer_count = 1 };
	const struct knowledge *knowledge = talk->world.snapshot->knowledge;
	assert_non_null(
	        strstr(render_text(&offered, knowledge, talk->world.arena), "\n1. 照片须白底。\n"));
	assert_string_equal(render_text(&answered, knowledge, talk->world.arena), "照片须白底。");
}

static void every_reply_has_a_receipt_of_its_own(void **state)
{
	const struct reply first = say(state, "你好");
	const struct reply second = say(state, "你好");
	assert_int_equal(strlen(first.receipt), 9);
	assert_string_not_equal(first.receipt, second.receipt);
	assert_null(strpbrk(first.receipt, "ILOU"));
}

/* Typed with a blank instead of the dash, one of letters alone would be two words. */
static void every_receipt_is_found_however_it_is_typed(void **state)
{
	for (int i = 0; i < 200; i++) {
		char receipt[RECEIPT_SIZE], typed[64];
		const struct reply given = say(state, "照片传不上去");
		struct reply reply;

		snprintf(receipt, sizeof(receipt), "%s", given.receipt);
		snprintf(typed, sizeof(typed), "%.4s %s", receipt, receipt + 5);
		reply = say(state, typed);
		assert_non_null(reply.reason);
		assert_string_equal(reply.reason, "receipt_here");
	}
}

static void the_reply_object_has_the_members_of_the_contract(void **state)
{
	static const char *const members[] = { "outcome", "answers", "choices",   "next",
		                               "text",    "receipt", "knowledge", "took_us" };
	const struct reply reply = say(state, "旧版劳务资质");
	const struct reply_extras extras = { .q = span_of("旧版劳务资质"), .ranking_top = 2 };
	struct buf out;
	buf_init(&out, 1 << 20);
	assert_int_equal(reply_write_json(&reply, &extras, &out), STATUS_OK);
	assert_null(strchr(buf_text(&out), '\n'));
	cJSON *object = cJSON_Parse(buf_text(&out));
	assert_non_null(object);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		assert_true(cJSON_HasObjectItem(object, members[i]));
	const cJSON *answer = cJSON_GetArrayItem(cJSON_GetObjectItem(object, "answers"), 0);
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(answer, "case")), "4");
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(answer, "cases")), 4);
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(object, "ranking")), 2);
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(object, "q")), "旧版劳务资质");
	cJSON_Delete(object);
	buf_deinit(&out);
}

/* What the fixture's entry 10 names: entry 11, and nothing else. */
static void related_entries_come_with_their_questions(void **state)
{
	const struct reply reply = say(state, "证书即将到期可以申请延续吗？");
	struct buf out;
	expect_answer(reply, "before-expiry");
	buf_init(&out, 1 << 20);
	assert_int_equal(reply_write_json(&reply, NULL, &out), STATUS_OK);
	assert_non_null(strstr(buf_text(&out),
	                       "\"related\":[{\"entry\":\"after-expiry\",\"number\":11,"
	                       "\"question\":\"证书过期还可以延续吗？\"}]"));
	buf_deinit(&out);
}

static void an_entry_that_is_gone_is_not_related(void **state)
{
	static const char *const named[] = { "gone", "after-expiry" };
	const struct reply reply = say(state, "证书即将到期可以申请延续吗？");
	struct knowledge knowledge = *reply.knowledge;
	const ptrdiff_t row = reply.answers[0].entry - knowledge.entries;
	const struct reply_parts *parts;
	struct arena *arena;
	expect_answer(reply, "before-expiry");
	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	struct entry *entries = arena_array(arena, knowledge.entry_count, sizeof(*entries));
	memcpy(entries, knowledge.entries, knowledge.entry_count * sizeof(*entries));
	entries[row].related = (struct strings){ named, 2 };
	knowledge.entries = entries;
	assert_int_equal(reply_parts_create(&knowledge, arena, &parts), STATUS_OK);
	assert_string_equal(parts[row].related, "[{\"entry\":\"after-expiry\",\"number\":11,"
	                                        "\"question\":\"证书过期还可以延续吗？\"}]");
	arena_destroy(arena);
}

static void choices_outlive_a_word_of_thanks(void **state)
{
	const struct reply reply = say(state, "延续");
	assert_int_equal(reply.outcome, OUTCOME_CHOOSE);
	const char *first = reply.choices[0].entry->id;
	assert_int_equal(say(state, "你好").outcome, OUTCOME_SMALLTALK);
	expect_answer(say(state, "1"), first);
}

/* cJSON's hooks have no context to pass the countdown in. */
static int allocations_left;

static void *fail_in_time(size_t size)
{
	return allocations_left-- > 0 ? malloc(size) : NULL;
}

static void a_reply_is_written_whole_or_not_at_all(void **state)
{
	const struct reply reply = say(state, "旧版劳务资质");
	struct buf whole, out;
	buf_init(&whole, 1 << 20);
	buf_init(&out, 1 << 20);
	assert_int_equal(reply_write_json(&reply, NULL, &whole), STATUS_OK);
	enum status status = STATUS_NO_MEMORY;
	int allowed = 0;
	for (; allowed < 1000 && status != STATUS_OK; allowed++) {
		allocations_left = allowed;
		cJSON_InitHooks(&(cJSON_Hooks){ fail_in_time, free });
		buf_clear(&out);
		status = reply_write_json(&reply, NULL, &out);
		cJSON_InitHooks(NULL);
		assert_true(status == STATUS_OK || status == STATUS_NO_MEMORY);
	}
	assert_int_equal(status, STATUS_OK);
	assert_true(allowed > 10);
	assert_string_equal(buf_text(&out), buf_text(&whole));
	buf_deinit(&whole);
	buf_deinit(&out);
}

static void what_is_said_of_an_entry_is_written_whole_or_not_at_all(void **state)
{
	const struct reply reply = say(state, "旧版劳务资质");
	const ptrdiff_t row = reply.answers[0].entry - reply.knowledge->entries;
	const struct reply_parts *parts = NULL;
	struct arena *arena;
	enum status status = STATUS_NO_MEMORY;
	assert_int_equal(arena_create(&arena, 64 << 20), STATUS_OK);
	for (int allowed = 0; allowed < 100000 && status != STATUS_OK; allowed += 7) {
		arena_reset(arena);
		allocations_left = allowed;
		cJSON_InitHooks(&(cJSON_Hooks){ fail_in_time, free });
		status = reply_parts_create(reply.knowledge, arena, &parts);
		cJSON_InitHooks(NULL);
		assert_true(status == STATUS_OK || status == STATUS_NO_MEMORY);
	}
	assert_int_equal(status, STATUS_OK);
	assert_string_equal(parts[row].cases, reply.parts[row].cases);
	arena_destroy(arena);
}

/* --- knowledge without small talk, as an imported FAQ is --- */

static int set_up_bare(void **state)
{
	return open_talk(state, DAYI_SOURCE_DIR "/tests/fixtures/knowledge-rules");
}

static void a_person_can_be_asked_for_without_an_entry_for_it(void **state)
{
	static const char *const wishes[] = { "转人工",   "人工",   "人工客服",
		                              "人工服务", "找人工", "我要人工。" };
	for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++) {
		const struct reply reply = say(state, wishes[i]);
		assert_int_equal(reply.outcome, OUTCOME_HANDOFF);
		assert_null(reply.reason);
		assert_non_null(strstr(reply.text, "服务台：0371-00000001"));
	}
	assert_int_not_equal(say(state, "人工降雨").outcome, OUTCOME_HANDOFF);
}

static void a_handoff_in_the_program_s_words_gives_every_contact(void **state)
{
	struct talk *talk = *state;
	const struct contact contacts[] = { { "phone", "电话", "0371-00000002" },
		                            { "address", "地址", "图书馆一楼" } };
	struct knowledge knowledge = *talk->world.snapshot->knowledge;
	const struct reply reply = { .outcome = OUTCOME_HANDOFF };
	knowledge.office.contacts = contacts;
	knowledge.office.contact_count = 2;
	const char *text = render_text(&reply, &knowledge, talk->world.arena);
	assert_non_null(strstr(text, "电话：0371-00000002\n地址：图书馆一楼"));
}

/* A message that nothing answers, at an office with these contacts. */
static const char *decline_of(void **state, const struct contact *contacts, size_t count)
{
	struct talk *talk = *state;
	struct knowledge knowledge = *talk->world.snapshot->knowledge;
	const struct reply reply = { .outcome = OUTCOME_DECLINE, .reason = "not_covered" };
	knowledge.office.contacts = contacts;
	knowledge.office.contact_count = count;
	return render_text(&reply, &knowledge, talk->world.arena);
}

#define DECLINED "抱歉，这个问题本问答里没有收录，我不敢乱答。请联系工作人员咨询。"

static void a_decline_gives_whom_to_speak_to_and_not_every_address(void **state)
{
	const struct contact contacts[] = { { "wechat", "微信公众号", "图书馆" },
		                            { "address", "地址", "图书馆一楼" },
		                            { "phone", "电话", "0371-00000002" } };
	assert_string_equal(decline_of(state, contacts, 3),
	                    DECLINED "\n微信公众号：图书馆\n电话：0371-00000002");
}

static void a_decline_gives_what_there_is_where_nobody_can_be_called(void **state)
{
	const struct contact contacts[] = { { "address", "地址", "图书馆一楼" },
		                            { "hours", "时间", "九点到十七点" } };
	assert_string_equal(decline_of(state, contacts, 2),
	                    DECLINED "\n地址：图书馆一楼\n时间：九点到十七点");
}

static void a_decline_without_any_contact_says_where_to_look_for_one(void **state)
{
	assert_string_equal(decline_of(state, NULL, 0),
	                    DECLINED "\n这里没有登记联系方式，请查看受理单位公布的电话，"
	                             "或者到办事窗口询问。");
}

static void an_office_s_own_decline_needs_no_list_of_contacts(void **state)
{
	struct talk *talk = *state;
	const struct word_pair texts[] = { { "decline", "请到一楼服务台问。" } };
	struct knowledge knowledge = *talk->world.snapshot->knowledge;
	const struct reply reply = { .outcome = OUTCOME_DECLINE, .reason = "not_covered" };
	knowledge.office.contact_count = 0;
	knowledge.office.texts = texts;
	knowledge.office.text_count = 1;
	assert_string_equal(render_text(&reply, &knowledge, talk->world.arena),
	                    "请到一楼服务台问。");
}

#define TALK(test_) cmocka_unit_test_setup_teardown(test_, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALK(an_answer_is_the_office_s_own_words),
		TALK(the_text_of_an_answer_with_cases_holds_them_all_in_order),
		TALK(an_ambiguous_message_offers_choices_and_a_number_takes_one),
		TALK(a_single_choice_is_asked_for_as_one),
		TALK(a_number_beyond_the_choices_repeats_them_and_says_so),
		TALK(a_number_beyond_the_choices_is_no_round_without_fruit),
		TALK(a_number_that_no_list_is_as_long_as_is_no_choice),
		TALK(a_choice_can_be_taken_by_its_text),
		TALK(none_of_these_is_a_decline_with_the_contact),
		TALK(after_two_fruitless_rounds_a_person_is_offered),
		TALK(saying_again_that_nothing_fitted_leads_to_a_person),
		TALK(small_talk_that_rejects_the_choices_takes_them_back),
		TALK(an_answer_rejected_twice_leads_to_a_person),
		TALK(none_of_these_closes_the_entry_that_was_answered_before),
		TALK(an_answer_ends_the_count_of_fruitless_rounds),
		TALK(a_case_can_be_asked_for_after_its_entry),
		TALK(a_number_that_nothing_was_offered_for_is_asked_back),
		TALK(a_case_that_the_entry_does_not_have_is_asked_back),
		TALK(a_follow_up_leans_on_the_entry_before),
		TALK(identifiers_are_masked_and_do_not_disturb_the_matching),
		TALK(an_entry_without_an_answer_points_to_the_office),
		TALK(a_blank_message_is_asked_for_again),
		TALK(bytes_that_are_no_utf8_are_an_error_and_the_talk_goes_on),
		TALK(the_longest_message_is_4000_characters),
		TALK(a_message_that_grows_too_long_by_normalising_is_refused),
		TALK(nothing_is_suggested_while_a_steering_word_is_typed),
		TALK(an_entry_without_a_question_is_shown_by_its_answer),
		TALK(every_reply_has_a_receipt_of_its_own),
		TALK(every_receipt_is_found_however_it_is_typed),
		TALK(the_reply_object_has_the_members_of_the_contract),
		TALK(related_entries_come_with_their_questions),
		TALK(an_entry_that_is_gone_is_not_related),
		TALK(choices_outlive_a_word_of_thanks),
		TALK(a_reply_is_written_whole_or_not_at_all),
		TALK(what_is_said_of_an_entry_is_written_whole_or_not_at_all),
	};
	const struct CMUnitTest bare[] = {
		TALK(a_person_can_be_asked_for_without_an_entry_for_it),
		TALK(a_handoff_in_the_program_s_words_gives_every_contact),
		TALK(a_decline_gives_whom_to_speak_to_and_not_every_address),
		TALK(a_decline_gives_what_there_is_where_nobody_can_be_called),
		TALK(a_decline_without_any_contact_says_where_to_look_for_one),
		TALK(an_office_s_own_decline_needs_no_list_of_contacts),
	};
	return cmocka_run_group_tests(tests, set_up, close_talk) +
	       cmocka_run_group_tests(bare, set_up_bare, close_talk);
}
