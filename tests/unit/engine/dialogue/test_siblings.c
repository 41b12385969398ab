#include "talk.h"

/* 25 November 2026: see talk.h. */
#define CLUB DAYI_SOURCE_DIR "/tests/fixtures/siblings"

static int open_shipped(void **state)
{
	return open_talk(state, SHIPPED_KNOWLEDGE);
}

static int open_club(void **state)
{
	return open_talk(state, CLUB);
}

struct expected {
	const char *message;
	int number; /* that is answered; 0: the question is asked */
};

static void expect_rows(void **state, const struct expected *rows, size_t count)
{
	struct talk *talk = *state;
	size_t wrong = 0;
	for (size_t i = 0; i < count; i++) {
		conversation_destroy(talk->conversation);
		assert_int_equal(begin(state), 0);
		const struct reply reply = say(state, rows[i].message);
		const int number = reply.answer_count == 1 ? reply.answers[0].entry->number : 0;
		if (number == rows[i].number && (number > 0 || reply.outcome == OUTCOME_ASK))
			continue;
		wrong++;
		print_error("%s: %s %d, not %d\n", rows[i].message, outcome_name(reply.outcome),
		            number, rows[i].number);
	}
	assert_int_equal(wrong, 0);
}

#define ROWS(rows_) expect_rows(state, rows_, sizeof(rows_) / sizeof((rows_)[0]))

static void what_the_message_says_of_its_date_decides(void **state)
{
	static const struct expected rows[] = {
		{ "证书还没过期能延续吗", 10 },
		{ "证书还有20天过期，延续来得及吗", 10 },
		{ "我这证后天过期，今天报延续行不行", 10 },
		{ "证书不是过期，是快到期，能延续不", 10 },
		{ "木有过期，能不能续", 10 },
		{ "证书12月20号到期能延续吗", 10 },
		{ "三月到期的证能延续吗", 10 },
		{ "今天到期，现在报延续行吗", 10 },
		{ "证书2025年到期的还能延续吗", 11 },
		{ "证书10月1号到期的还能延续吗", 11 },
		{ "过期仨月的证还能延续不", 11 },
		{ "上周到期的证能延续吗", 11 },
		{ "证书已经到期能延续吗", 11 },
		{ "证书有效期到期三个月了还能延续吗", 11 },
		{ "证书有效期到期已经三个月了还能延续吗", 11 },
		{ "证书有效期到期都三个月了还能延续吗", 11 },
		{ "证书有效期截止有三个月了还能延续吗", 11 },
		{ "证书有效期到期还有三个月能延续吗", 10 },
		{ "二级建造师安全b证到期怎么办理", 10 },
	};
	ROWS(rows);
}

static void where_nothing_tells_one_question_is_asked(void **state)
{
	static const struct expected rows[] = {
		{ "我的证书还能延续吗", 0 },
		{ "证书能延续吗", 0 },
		/* Nearer to sentences of 11, by words of asking alone. */
		{ "证书能不能续", 0 },
		{ "证书还能续吗", 0 },
		{ "我的证能续吗", 0 },
		{ "证书过期了没有，能延续吗", 0 },
		/* This month: some of its days have passed. */
		{ "证书11月到期，能延续吗", 0 },
	};
	ROWS(rows);
	const struct reply reply = say(state, "证书能延续吗");
	assert_string_equal(reply.next->text, "您的证书过了有效期没有？");
	assert_int_equal(reply.choice_count, 2);
	assert_int_equal(reply.choices[0].entry->number, 10);
	assert_non_null(strstr(reply.text, "您的证书过了有效期没有？"));
	assert_non_null(strstr(reply.text, "2. 已经过期"));
}

static void the_answer_to_the_question_leads_to_its_entry(void **state)
{
	static const struct expected rows[] = {
		{ "2", 11 },
		{ "已经过期", 11 },
		{ "还没到期", 10 },
		{ "没过期", 10 },
		{ "上个月过的期", 11 },
		{ "过期了", 11 },
		{ "明年三月才到期", 10 },
		{ "已经两年了", 11 },
		{ "半年了吧", 11 },
		{ "还有两年呢", 10 },
		{ "刚过", 11 },
	};
	struct talk *talk = *state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		conversation_destroy(talk->conversation);
		assert_int_equal(begin(state), 0);
		assert_int_equal(say(state, "证书能延续吗").outcome, OUTCOME_ASK);
		const struct reply reply = say(state, rows[i].message);
		if (reply.answer_count != 1 || reply.answers[0].entry->number != rows[i].number)
			fail_msg("%s: %s", rows[i].message, reply.text);
	}
}

static void a_date_of_another_thing_leaves_the_question_open(void **state)
{
	static const char *const messages[] = { "我去年10月办的证", "去年10月发的证",
		                                "2023年考的试" };
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		assert_int_equal(say(state, "证书能延续吗").outcome, OUTCOME_ASK);
		const struct reply reply = say(state, messages[i]);
		assert_int_equal(reply.outcome, OUTCOME_ASK);
		assert_string_equal(reply.next->fact, "expired");
		expect_answer(say(state, "2028年10月到期"), "renew-before-expiry");
	}
}

static void a_date_said_of_another_certificate_is_not_that_of_the_own(void **state)
{
	static const char *const of_others[] = { "我的护照上个月过期了", "上个月护照过期了",
		                                 "我的护照过期了" };
	for (size_t i = 0; i < sizeof(of_others) / sizeof(of_others[0]); i++) {
		assert_int_equal(say(state, "证书还能延续吗").outcome, OUTCOME_ASK);
		assert_int_equal(say(state, of_others[i]).answer_count, 0);
		assert_int_equal(say(state, "证书还能延续吗").outcome, OUTCOME_ASK);
	}
	expect_answer(say(state, "我的证上个月过期了"), "renew-after-expiry");
}

static void what_was_said_in_passing_is_not_asked_once_more(void **state)
{
	say(state, "我的证没过期");
	const struct reply reply = say(state, "能延续吗");
	assert_string_equal(reply.answers[0].entry->id, "renew-before-expiry");
	assert_null(reply.next);
	assert_int_equal(say(state, "好的").outcome, OUTCOME_SMALLTALK);
}

static void who_does_not_know_gets_both(void **state)
{
	say(state, "证书能延续吗");
	const struct reply reply = say(state, "不清楚");
	assert_int_equal(reply.outcome, OUTCOME_ANSWER);
	assert_int_equal(reply.answer_count, 2);
	assert_int_equal(reply.answers[0].entry->number, 10);
	assert_int_equal(reply.answers[1].entry->number, 11);
	assert_int_equal(end(state), 0);
	assert_int_equal(begin(state), 0);
	say(state, "证书能延续吗");
	assert_int_equal(say(state, "我也不知道，证在公司").answer_count, 2);
}

static void another_subject_is_no_answer_to_the_question(void **state)
{
	say(state, "证书能延续吗");
	expect_answer(say(state, "照片传不上去怎么办"), "photo-upload");
	say(state, "证书能延续吗");
	expect_answer(say(state, "先不说证书过没过期，我申报的时候系统无法上传照片怎么办啊"),
	              "photo-upload");
}

static void who_asks_about_both_gets_both(void **state)
{
	const struct reply reply = say(state, "证书没过期能延续吗，过期了呢");
	assert_int_equal(reply.answer_count, 2);
	assert_int_equal(reply.answers[0].entry->number, 10);
	assert_int_equal(reply.answers[1].entry->number, 11);
}

static void what_was_said_before_decides(void **state)
{
	say(state, "我的证上个月到期的");
	expect_answer(say(state, "证书还能延续吗"), "renew-after-expiry");
	say(state, "说错了，是下个月到期");
	expect_answer(say(state, "证书还能延续吗"), "renew-before-expiry");
}

static void a_question_about_anybody_is_no_fact_about_oneself(void **state)
{
	expect_answer(say(state, "证书过期还可以延续吗"), "renew-after-expiry");
	assert_int_equal(say(state, "我的证书能延续吗").outcome, OUTCOME_ASK);
}

static void the_record_of_who_is_signed_in_decides(void **state)
{
	sign_in(state, "{\"certificate\":[{\"category\":\"C1\",\"status\":\"有效\","
	               "\"expires_on\":\"2026-12-31\"}]}");
	struct reply reply = say(state, "我的证书还能延续吗");
	expect_answer(reply, "renew-before-expiry");
	assert_non_null(strstr(reply.text, "您的C1证有效期至2026-12-31"));
	sign_in(state, "{\"certificate\":[{\"category\":\"C1\",\"status\":\"过期\","
	               "\"expires_on\":\"2026-10-31\"}]}");
	expect_answer(say(state, "我的证书还能延续吗"), "renew-after-expiry");
}

/* Signed in, but not read yet: the reply says what would be needed. */
static void a_record_that_was_not_read_is_wanted(void **state)
{
	struct talk *talk = *state;
	talk->asker.signed_in = true;
	const struct reply reply = say(state, "我的证书还能延续吗");
	assert_int_not_equal(reply.wants, 0);
}

static void the_verdict_says_whose_word_it_is(void **state)
{
	const struct reply reply = say(state, "证书还有20天过期，延续来得及吗");
	assert_non_null(strstr(reply.text, "按您写的“20天”，证书到2026-12-15才到期"));
}

/* Any office: its own entries, words and question, and no rules at all. */
static void another_office_tells_its_own_entries_apart(void **state)
{
	static const struct expected rows[] = {
		{ "会员卡还没到期，怎么续费", 1 },
		{ "会员卡后天停卡，续费怎么办", 1 },
		{ "我的会员卡上个月到期了怎么续费", 2 },
		{ "会员卡已经到期怎么续费", 2 },
		{ "会员卡怎么续费", 0 },
		{ "更衣柜的钥匙丢了怎么办", 3 },
	};
	ROWS(rows);
	say(state, "会员卡怎么续费");
	expect_answer(say(state, "已经到期"), "card-after");
}

int main(void)
{
#define TEST(name_) cmocka_unit_test_setup_teardown(name_, begin, end)
	const struct CMUnitTest shipped[] = {
		TEST(what_the_message_says_of_its_date_decides),
		TEST(where_nothing_tells_one_question_is_asked),
		TEST(the_answer_to_the_question_leads_to_its_entry),
		TEST(a_date_of_another_thing_leaves_the_question_open),
		TEST(a_date_said_of_another_certificate_is_not_that_of_the_own),
		TEST(what_was_said_in_passing_is_not_asked_once_more),
		TEST(who_does_not_know_gets_both),
		TEST(another_subject_is_no_answer_to_the_question),
		TEST(who_asks_about_both_gets_both),
		TEST(what_was_said_before_decides),
		TEST(a_question_about_anybody_is_no_fact_about_oneself),
		TEST(the_record_of_who_is_signed_in_decides),
		TEST(a_record_that_was_not_read_is_wanted),
		TEST(the_verdict_says_whose_word_it_is),
	};
	const struct CMUnitTest club[] = {
		TEST(another_office_tells_its_own_entries_apart),
	};
	const int failed = cmocka_run_group_tests(shipped, open_shipped, close_talk);
	return failed + cmocka_run_group_tests(club, open_club, close_talk);
}
