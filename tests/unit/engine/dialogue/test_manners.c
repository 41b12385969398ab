/* What the same word means after different replies: the whole table, and what goes beyond it. */
#include "talk.h"

#include "engine/dialogue/turn.h"

/* What the last reply was. */
enum before {
	NOTHING,
	ONE,    /* entry 9 was offered alone */
	TWO,    /* entries 4 and 5 were offered */
	ANSWER, /* entry 7 was answered */
	ASKED,  /* the self-check of entry 2 asks whether there is an unfinished application */
	BEFORE_COUNT,
};

static int set_up(void **state)
{
	return open_talk(state, SHIPPED_KNOWLEDGE);
}

static int set_up_bare(void **state)
{
	return open_talk(state, DAYI_SOURCE_DIR "/tests/fixtures/knowledge-rules");
}

static int set_up_no_alternates(void **state)
{
	return open_talk(state, DAYI_SOURCE_DIR "/tests/fixtures/knowledge-no-alternates");
}

static void offer(struct conversation *conversation, const char *first, const char *second)
{
	conversation->offered_count = second ? 2 : 1;
	snprintf(conversation->offered[0], ENTRY_ID_SIZE, "%s", first);
	snprintf(conversation->offered[1], ENTRY_ID_SIZE, "%s", second ? second : "");
}

static void bring_about(void **state, enum before before)
{
	struct talk *talk = *state;
	assert_int_equal(end(state), 0);
	assert_int_equal(begin(state), 0);
	switch (before) {
	case ONE:
		offer(talk->conversation, "photo-upload", NULL);
		break;
	case TWO:
		offer(talk->conversation, "no-company-or-qualification", "old-company-info");
		break;
	case ANSWER:
		expect_answer(say(state, "成绩不存在或已过期"), "exam-result-missing");
		break;
	case ASKED:
		say(state, "您尚有未办结的申请事项，请等待办结后再进行申报");
		assert_string_equal(say(state, "自查").next->fact, "unfinished");
		break;
	default:
		break;
	}
}

/* The reply in short: "9", "7/3", "which_one", "talk", "person", "said yes". */
static const char *in_short(const struct reply *reply, enum before before)
{
	static char text[64];
	const struct entry_case *named = reply->answer_count ? reply_case(reply, 0) : NULL;
	if (before == ASKED && reply->told && reply->told->said_count > 0) {
		snprintf(text, sizeof(text), "said %s", reply->told->said[0].value);
		return text;
	}
	switch (reply->outcome) {
	case OUTCOME_ANSWER:
		snprintf(text, sizeof(text), "%d%s%s", reply->answers[0].entry->number,
		         named ? "/" : "", named ? named->id : "");
		return text;
	case OUTCOME_SMALLTALK:
		return "talk";
	case OUTCOME_HANDOFF:
		return "person";
	case OUTCOME_ASK:
		return reply->reason ? "again" : "ask";
	default:
		return reply->reason ? reply->reason : outcome_name(reply->outcome);
	}
}

#define YES(word_)                                                                                 \
	{                                                                                          \
		word_,                                                                             \
		{                                                                                  \
			"talk", "9", "which_one", "ask", "said yes"                                \
		}                                                                                  \
	}
#define NO(word_)                                                                                  \
	{                                                                                          \
		word_,                                                                             \
		{                                                                                  \
			"talk", "none_of_these", "none_of_these", "talk", "said no"                \
		}                                                                                  \
	}
#define REJECT(word_)                                                                              \
	{                                                                                          \
		word_,                                                                             \
		{                                                                                  \
			"talk", "none_of_these", "none_of_these", "none_of_these", "said no"       \
		}                                                                                  \
	}
#define FIRST(word_)                                                                               \
	{                                                                                          \
		word_,                                                                             \
		{                                                                                  \
			"talk", "9", "4", "7/1", "said yes"                                        \
		}                                                                                  \
	}
#define LAST(word_)                                                                                \
	{                                                                                          \
		word_,                                                                             \
		{                                                                                  \
			"talk", "9", "5", "7/3", "said no"                                         \
		}                                                                                  \
	}
#define TALK_ALWAYS(word_)                                                                         \
	{                                                                                          \
		word_,                                                                             \
		{                                                                                  \
			"talk", "talk", "talk", "talk", "talk"                                     \
		}                                                                                  \
	}
static const struct {
	const char *word;
	const char *expected[BEFORE_COUNT];
} word_rows[] = {
	YES("是"),
	YES("对"),
	YES("没错"),
	YES("嗯"),
	YES("就是这个"),
	YES("OK"),
	YES("yes"),
	YES("是的。"),
	{ "好的", { "talk", "9", "talk", "ask", "again" } },
	{ "中", { "talk", "9", "talk", "ask", "again" } },
	{ "要", { "talk", "9", "which_one", "ask", "said yes" } },
	{ "行吧", { "talk", "9", "talk", "ask", "again" } },
	{ "好的，知道了", { "talk", "9", "talk", "talk", "again" } },
	{ "明白了", { "talk", "9", "talk", "talk", "again" } },
	{ "哦", { "talk", "9", "talk", "talk", "again" } },
	{ "不用了", { "talk", "talk", "talk", "talk", "talk" } },
	NO("不"),
	NO("否"),
	NO("no"),
	REJECT("都不对"),
	REJECT("都不是"),
	REJECT("不是这个"),
	FIRST("前者"),
	FIRST("第一个"),
	FIRST("上面那个"),
	LAST("后者"),
	LAST("最后一个"),
	LAST("下面那个吧"),
	{ "2", { "2", "no_such_option", "5", "7/2", "said no" } },
	{ "第2个", { "talk", "no_such_option", "5", "7/2", "said no" } },
	{ "第7条", { "7", "7", "7", "7", "7" } },
	TALK_ALWAYS("算了"),
	TALK_ALWAYS("不用了，谢谢"),
	TALK_ALWAYS("谢谢"),
	TALK_ALWAYS("你好"),
	TALK_ALWAYS("解决了"),
	TALK_ALWAYS("再见"),
	{ "转人工", { "person", "person", "person", "person", "person" } },
	{ "自查", { "talk", "talk", "talk", "ask", "ask" } },
	{ "上一题", { "talk", "9", "4", "talk", "ask" } },
	{ "不清楚", { "talk", "talk", "talk", "talk", "said " } },
	{ "再说一遍", { "talk", "talk", "talk", "7", "ask" } },
	{ "要去哪里办", { "talk", "9", "talk", "7", "2" } },
};

static void a_word_means_what_the_last_reply_makes_of_it(void **state)
{
	for (size_t i = 0; i < sizeof(word_rows) / sizeof(word_rows[0]); i++)
		for (enum before before = NOTHING; before < BEFORE_COUNT; before++) {
			bring_about(state, before);
			const struct reply reply = say(state, word_rows[i].word);
			const char *got = in_short(&reply, before);
			if (strcmp(got, word_rows[i].expected[before]) != 0)
				fail_msg("\"%s\" after %d: %s, not %s", word_rows[i].word,
				         (int)before, got, word_rows[i].expected[before]);
		}
}

static void a_number_of_the_page_names_the_entry_and_its_case(void **state)
{
	static const struct {
		const char *message, *entry, *case_id;
	} rows[] = {
		{ "7", "exam-result-missing", NULL },
		{ "第七条", "exam-result-missing", NULL },
		{ "第七条情形2", "exam-result-missing", "2" },
		{ "第3条(1)", "employer-mismatch", "1" },
		{ "第3条", "employer-mismatch", NULL },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bring_about(state, NOTHING);
		const struct reply reply = say(state, rows[i].message);
		expect_answer(reply, rows[i].entry);
		const struct entry_case *named = reply.answers[0].named_case;
		assert_string_equal(named ? named->id : "none",
		                    rows[i].case_id ? rows[i].case_id : "none");
	}
	bring_about(state, NOTHING);
	const struct reply beyond = say(state, "第40条");
	assert_string_equal(beyond.reason, "which_question");
	assert_non_null(strstr(beyond.text, "一共13条"));
}

static void the_steps_of_an_entry_without_cases_can_be_named(void **state)
{
	say(state, "提示“安管人员聘用企业与申报企业不一致”？");
	assert_string_equal(say(state, "(2)呢").answers[0].named_case->id, "2");
	assert_string_equal(say(state, "第一个").answers[0].named_case->id, "1");
	assert_string_equal(say(state, "第二个怎么弄").answers[0].named_case->id, "2");
	assert_string_equal(say(state, "第（1）步是什么意思").answers[0].named_case->id, "1");
	const struct reply reply = say(state, "情形3");
	assert_string_equal(reply.reason, "no_such_case");
	assert_non_null(strstr(reply.text, "只有2种"));
}

static void what_did_not_help_is_not_offered_again(void **state)
{
	static const char *const vain[] = { "我已经是IE11了还是传不了", "还是不行", "试过了没用" };
	for (size_t i = 0; i < sizeof(vain) / sizeof(vain[0]); i++) {
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		expect_answer(say(state, "系统无法上传照片？"), "photo-upload");
		const struct reply reply = say(state, vain[i]);
		assert_int_equal(reply.outcome, OUTCOME_DECLINE);
		assert_string_equal(reply.reason, "did_not_help");
		assert_int_equal(reply.choice_count, 0);
		assert_non_null(strstr(reply.text, "咨询电话：0371-65250866"));
	}
}

static void who_could_not_be_reached_is_not_named_again(void **state)
{
	struct reply reply = say(state, "电话打不通");
	assert_string_equal(reply.reason, "phone_failed");
	assert_null(strstr(reply.text, "0371-65250866"));
	assert_non_null(strstr(reply.text, "1092242364"));
	reply = say(state, "QQ群加不进去");
	assert_string_equal(reply.reason, "group_failed");
	assert_null(strstr(reply.text, "1092242364"));
	assert_non_null(strstr(reply.text, "0371-65250866"));
}

static void both_of_two_offered_entries_can_be_had(void **state)
{
	bring_about(state, TWO);
	const struct reply reply = say(state, "两个都要");
	assert_int_equal(reply.answer_count, 2);
	assert_int_equal(reply.answers[0].entry->number, 4);
	assert_int_equal(reply.answers[1].entry->number, 5);
	/* 后面那个 of what was answered together. */
	expect_answer(say(state, "后面那个说详细点"), "old-company-info");
}

static void an_offered_entry_is_taken_by_a_word_of_its_question(void **state)
{
	bring_about(state, TWO);
	expect_answer(say(state, "无资质那个"), "no-company-or-qualification");
}

static void giving_up_withdraws_what_was_offered(void **state)
{
	bring_about(state, TWO);
	assert_int_equal(say(state, "算了").outcome, OUTCOME_SMALLTALK);
	assert_string_equal(say(state, "第二个").reason, "which_question");
}

static void a_circumstance_keeps_the_entry_and_is_judged(void **state)
{
	say(state, "未提取到有效证书或证书已过期注销");
	const struct reply reply = say(state, "身份证号核对过了，没有错");
	expect_answer(reply, "personal-info-missing");
	assert_int_equal(reply.diagnoses[0].cases[0].verdict, VERDICT_EXCLUDED);
	assert_null(reply_case(&reply, 0));
}

static void an_interrupted_self_check_is_taken_up_again(void **state)
{
	say(state, "获取不了建造师信息");
	assert_string_equal(say(state, "自查").next->fact, "constructor");
	assert_string_equal(say(state, "1").next->fact, "constructor_id");
	expect_answer(say(state, "系统无法上传照片？"), "photo-upload");
	assert_string_equal(say(state, "好 接着自查").next->fact, "constructor_id");
}

static void a_question_about_a_referral_is_no_follow_up(void **state)
{
	static const struct {
		const char *message, *topic;
	} rows[] = {
		{ "在哪报名", "exam-signup" },
		{ "怎么补考", "exam-makeup" },
		{ "考试什么时候考", "exam-schedule" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bring_about(state, ANSWER);
		const struct reply reply = say(state, rows[i].message);
		assert_int_equal(reply.outcome, OUTCOME_DECLINE);
		assert_string_equal(reply.topic, rows[i].topic);
		/* What asks on without a subject asks about the referral. */
		assert_string_equal(say(state, "找谁").topic, rows[i].topic);
	}
}

/* The FAQ says nothing of how long anything takes, and of no 出证, 发证 or 批. */
static void a_follow_up_about_what_no_entry_has_repeats_no_entry(void **state)
{
	static const char *const messages[] = { "多久出证",   "出证要几天", "什么时候制证",
		                                "啥时候发证", "几天审完",   "怎么充值",
		                                "去哪钓鱼",   "怎么美白" };
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		bring_about(state, ANSWER);
		assert_int_equal(say(state, messages[i]).outcome, OUTCOME_DECLINE);
	}
}

/* No word of the last entry, but none of another service either. */
static void a_follow_up_in_words_of_the_folder_keeps_the_entry(void **state)
{
	static const char *const messages[] = { "要去哪里办", "找谁解决",   "怎么登记",
		                                "怎么操作",   "要什么手续", "要等几天" };
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		bring_about(state, ANSWER);
		expect_answer(say(state, messages[i]), "exam-result-missing");
	}
}

/* The value that an answer in people's own words is taken as; NULL: it is asked again. */
static const struct answer_row {
	const char *question, *message, *value;
} answer_rows[] = {
	{ "成绩不存在或已过期", "没及格", "failed" },
	{ "成绩不存在或已过期", "差两分没过", "failed" },
	{ "成绩不存在或已过期", "考过了，92分", "good" },
	{ "成绩不存在或已过期", "合格的 今年八月刚考的", "good" },
	{ "成绩不存在或已过期", "过期了", "late" },
	{ "成绩不存在或已过期", "没核对过", "" },
	{ "成绩不存在或已过期", "蓝色", NULL },
	{ "获取不了建造师信息", "我今年67", "over65" },
	{ "获取不了建造师信息", "六十六岁了", "over65" },
	{ "获取不了建造师信息", "我40岁", NULL },
	{ "获取不了建造师信息", "二级", "valid" },
	{ "获取不了建造师信息", "58年生的", "over65" },
	{ "获取不了建造师信息", "1990年出生", NULL },
	/* The talk's day is in 2026: both kinds of score are void. */
	{ "成绩不存在或已过期", "2021年考的", "late" },
	{ "成绩不存在或已过期", "19年做的", "late" },
	{ "成绩不存在或已过期", "不清楚合没合格", "" },
	{ "成绩不存在或已过期", "得问问培训机构", "" },
	{ "获取不了建造师信息", "1957年的", "over65" },
	{ "获取的企业信息是旧企业信息？", "三个里有一个没改", "mixed" },
	{ "证书过期还可以延续吗", "还有仨月", "no" },
	{ "证书过期还可以延续吗", "对 过期了", "yes" },
	{ "证书过期还可以延续吗", "应该过期了吧", "yes" },
	{ "获取的企业信息是旧企业信息？", "房建那个改了，市政那个没改", "mixed" },
	{ "获取的企业信息是旧企业信息？", "没改过来", "old" },
	{ "提示您尚有未办结的申请事项", "嗯 有", "yes" },
	{ "提示您尚有未办结的申请事项", "一个都没", "no" },
	{ "提示您尚有未办结的申请事项", "应该是吧", "yes" },
	{ "提示“安管人员聘用企业与申报企业不一致”？", "对着呢", "declarant" },
	{ "提示“安管人员聘用企业与申报企业不一致”？", "聘用企业没错", "declarant" },
	{ "提示您尚有未办结的申请事项", "一项也没有", "no" },
	{ "获取的企业信息是旧企业信息？", "都没有改", "old" },
	{ "获取的企业信息是旧企业信息？", "不是 是新的", "new" },
	{ "获取的企业信息是旧企业信息？", "部分没更新", "mixed" },
	{ "成绩不存在或已过期", "不是不合格", "good" },
	{ "成绩不存在或已过期", "过了 去年10月考的", "good" },
	{ "成绩不存在或已过期", "啊？", NULL },
	{ "证书过期还可以延续吗", "不是没过期，是过了", "yes" },
	{ "未提取到有效证书或证书已过期注销", "已经不在有效期内", "expired" },
	{ "证书过期还可以延续吗", "并没有过期", "no" },
	{ "证书过期还可以延续吗", "过了", "yes" },
	{ "企业或个人一方不配合，可以申请强制注销吗？", "能证明", "yes" },
	{ "企业或个人一方不配合，可以申请强制注销吗？", "应该能吧", "yes" },
	{ "企业或个人一方不配合，可以申请强制注销吗？", "证明不了", "no" },
	{ "获取的企业信息是旧企业信息？", "一部分是新的", "mixed" },
	{ "提示“安管人员聘用企业与申报企业不一致”？", "聘用企业没错，是申报单位那儿错了",
	  "declarant" },
};

static void people_answer_in_words_of_their_own(void **state)
{
	for (size_t i = 0; i < sizeof(answer_rows) / sizeof(answer_rows[0]); i++) {
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		say(state, answer_rows[i].question);
		say(state, "自查");
		const struct reply reply = say(state, answer_rows[i].message);
		const bool said = reply.told && reply.told->said_count > 0;
		const char *value = said ? reply.told->said[0].value : "asked again";
		const char *expected = answer_rows[i].value ? answer_rows[i].value : "asked again";
		if (strcmp(value, expected) != 0)
			fail_msg("\"%s\": %s, not %s", answer_rows[i].message, value, expected);
	}
}

/*
 * Its words are those of an option, too: 查不到, 获取不到. The first question of the self-check
 * stands in the reply to somebody who is signed in and of whom nothing is known.
 */
static void a_question_that_is_sent_again_is_the_question_and_no_option(void **state)
{
	static const char *const questions[] = { "获取不到成绩", "获取不到成绩", "获取不到成绩？",
		                                 "考试成绩获取不到怎么办" };
	sign_in(state, "{}");
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		const struct reply reply = say(state, questions[i]);
		if (reply.outcome != OUTCOME_ANSWER)
			fail_msg("%s", questions[i]);
		assert_int_equal(reply.outcome, OUTCOME_ANSWER);
		assert_int_equal(reply.answers[0].entry->number, 7);
		assert_true(!reply.told || reply.told->said_count == 0);
	}
}

/* 装修 tells that there is none of the three kinds, unless one of them is named as well. */
static void an_option_that_yields_counts_where_no_other_is_heard(void **state)
{
	static const struct {
		const char *message, *value;
	} rows[] = {
		{ "只有装修", "none" },
		{ "房建和装修都有", "yes" },
		{ "公路总包", "none" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		say(state, "无企业信息或无资质信息");
		say(state, "自查");
		say(state, "跳过");
		say(state, "跳过");
		const struct reply reply = say(state, rows[i].message);
		assert_string_equal(reply.told->said[2].value, rows[i].value);
	}
}

static void the_last_list_can_be_pointed_into_again(void **state)
{
	assert_int_equal(say(state, "照片传不上去。成绩也获取不到。").answer_count, 2);
	expect_answer(say(state, "后面那个怎么处理"), "exam-result-missing");
	expect_answer(say(state, "前面那个呢"), "photo-upload");
}

static void the_first_question_is_the_first_of_several_that_were_answered(void **state)
{
	assert_int_equal(say(state, "照片传不上去。成绩也获取不到。").answer_count, 2);
	expect_answer(say(state, "第一个问题没看懂"), "photo-upload");
	/* Where nothing else was answered beside it, the page numbers the entries. */
	expect_answer(say(state, "第一个问题"), "batch-application");
}

static void places_in_a_list_can_be_taken_one_after_the_other(void **state)
{
	assert_int_equal(say(state, "企业信息").outcome, OUTCOME_CHOOSE);
	expect_answer(say(state, "第一个说的是啥"), "no-company-or-qualification");
	expect_answer(say(state, "那第二个呢"), "old-company-info");
}

static void a_choice_that_was_taken_by_mistake_is_offered_again(void **state)
{
	assert_int_equal(say(state, "企业信息").outcome, OUTCOME_CHOOSE);
	expect_answer(say(state, "后者"), "old-company-info");
	assert_int_equal(say(state, "选错了").outcome, OUTCOME_CHOOSE);
	expect_answer(say(state, "前者"), "no-company-or-qualification");
}

static void a_self_check_that_was_stopped_goes_on(void **state)
{
	say(state, "获取不了建造师信息");
	say(state, "自查");
	say(state, "1");
	assert_int_equal(say(state, "先不弄了").outcome, OUTCOME_SMALLTALK);
	assert_string_equal(say(state, "继续吧").next->fact, "constructor_id");
}

static void what_a_question_means_is_asked_and_it_is_asked_again(void **state)
{
	static const char *const rows[] = { "什么意思", "为啥要问这个", "再问一遍" };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		say(state, "获取不了建造师信息");
		say(state, "自查");
		assert_string_equal(say(state, rows[i]).next->fact, "constructor");
	}
	/* With a number it names a case. */
	const struct reply named = say(state, "情形四啥意思");
	assert_string_equal(reply_case(&named, 0)->id, "4");
}

/* 我成绩过期了，不对，是证书过期了: only the latter is asked about. */
static void what_is_corrected_is_not_asked(void **state)
{
	static const char *const rows[] = { "我成绩过期了 不对 是证书过期了还能延续吗",
		                            "照片传不上去，说错了，是证书过期了能延续吗" };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_answer(say(state, rows[i]), "renew-after-expiry");
	/* Without a break it is part of a sentence. */
	const struct reply reply = say(state, "照片传不上去是不是照片不对");
	expect_answer(reply, "photo-upload");
}

static void a_date_is_said_of_what_the_talk_is_about(void **state)
{
	say(state, "继续教育的成绩查不到");
	/* Kept for 3 years. */
	const struct reply late = say(state, "是2022年做的");
	expect_answer(late, "exam-result-missing");
	assert_int_equal(late.diagnoses[0].cases[1].verdict, VERDICT_APPLIES);
	const struct reply later = say(state, "那25年12月做的呢");
	expect_answer(later, "exam-result-missing");
	assert_int_not_equal(later.diagnoses[0].cases[1].verdict, VERDICT_APPLIES);
	/* What a question of the entry asks of, with a word that others share. */
	expect_answer(say(state, "9月考的首次"), "exam-result-missing");
	say(state, "证书能不能续");
	expect_answer(say(state, "还有仨月"), "renew-before-expiry");
}

/* What was answered just before is not offered as the only choice. */
static void a_few_words_of_the_last_entry_keep_it(void **state)
{
	say(state, "获取不到个人信息");
	expect_answer(say(state, "那就是编号喽？"), "personal-info-missing");
}

static void a_symbol_is_taken_as_what_it_says(void **state)
{
	say(state, "获取不了建造师信息");
	assert_string_equal(say(state, "👍").topic, "ack");
	assert_string_equal(say(state, "🙏🙏").topic, "thanks");
	assert_int_equal(say(state, "中吧 那我找台电脑").outcome, OUTCOME_SMALLTALK);
}

static void a_denied_circumstance_keeps_the_entry(void **state)
{
	say(state, "获取不了建造师信息");
	expect_answer(say(state, "不是临时的"), "constructor-info");
	/* Like 也不对 in its letters, and no rejection. */
	expect_answer(say(state, "单位也对得上"), "constructor-info");
}

static bool is_offered(const struct reply *reply, const char *entry)
{
	for (size_t i = 0; i < reply->choice_count; i++)
		if (strcmp(reply->choices[i].entry->id, entry) == 0)
			return true;
	return false;
}

static void the_last_entry_is_among_the_choices_of_a_short_question(void **state)
{
	expect_answer(say(state, "证书即将到期可以申请延续吗？"), "renew-before-expiry");
	const struct reply reply = say(state, "今天报行不行");
	if (reply.outcome == OUTCOME_CHOOSE)
		assert_true(is_offered(&reply, "renew-before-expiry"));
	else
		expect_answer(reply, "renew-before-expiry");
}

/* A word of an option is in each of them: 提示, 不一致, 办结. */
static void another_question_is_answered_in_the_midst_of_a_self_check(void **state)
{
	static const struct {
		const char *opening, *message, *entry;
	} rows[] = {
		{ "无企业信息或无资质信息", "提示您尚有未办结的申请事项，请等待办结后再进行申报",
		  "unfinished-application" },
		{ "办结后怎么查询", "提示您尚有未办结的申请事项，请等待办结后再进行申报",
		  "unfinished-application" },
		{ "成绩不存在或已过期", "建造师信息跟单位不一致", "constructor-info" },
		{ "获取不了建造师信息", "办结后在哪查询", "result-lookup" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		say(state, rows[i].opening);
		say(state, "自查");
		expect_answer(say(state, rows[i].message), rows[i].entry);
	}
}

static void a_bare_denial_of_a_subject_names_no_entry(void **state)
{
	assert_int_equal(say(state, "不是照片的问题").answer_count, 0);
	assert_int_equal(say(state, "也不是成绩").answer_count, 0);
}

static void a_folder_without_small_talk_has_manners(void **state)
{
	static const struct {
		const char *message, *reason;
	} rows[] = {
		{ "你好", "talk_greeting" }, { "谢谢", "talk_thanks" },
		{ "再见", "talk_goodbye" },  { "好的", "talk_fine" },
		{ "算了", "talk_stop" },     { "一直报错", "talk_trouble" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct reply reply = say(state, rows[i].message);
		assert_int_equal(reply.outcome, OUTCOME_SMALLTALK);
		assert_string_equal(reply.reason, rows[i].reason);
		assert_null(strstr(reply.text, "安管"));
	}
}

static void a_folder_s_own_small_talk_goes_before_the_built_in_one(void **state)
{
	const struct reply reply = say(state, "同志你好");
	assert_int_equal(reply.outcome, OUTCOME_SMALLTALK);
	assert_string_equal(reply.topic, "greeting");
	assert_null(reply.reason);
}

static void who_is_meant_instead_is_no_question(void **state)
{
	static const char *const texts[] = { "不是我，是我同事", "不是公司的，是我个人的",
		                             "不是我本人，是我爱人" };
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		say(state, "照片上传失败");
		const struct reply reply = say(state, texts[i]);
		assert_int_equal(reply.outcome, OUTCOME_SMALLTALK);
		assert_non_null(strstr(reply.text, "您说的是哪个事项"));
	}
}

static void what_is_meant_instead_is_the_question(void **state)
{
	say(state, "照片上传失败");
	expect_answer(say(state, "不是照片，是成绩"), "exam-result-missing");
	say(state, "照片上传失败");
	assert_string_equal(say(state, "不是照片的问题，是浏览器").topic, "browser-download");
	say(state, "照片上传失败");
	expect_answer(say(state, "不是照片，是成绩没出来"), "exam-result-missing");
	assert_int_equal(end(state), 0);
	assert_int_equal(begin(state), 0);
	offer(((struct talk *)*state)->conversation, "no-company-or-qualification",
	      "personal-info-missing");
	expect_answer(say(state, "不是企业的 是个人的"), "personal-info-missing");
}

static void a_date_that_the_rules_do_not_read_is_another_question(void **state)
{
	expect_answer(say(state, "获取不到成绩"), "exam-result-missing");
	expect_answer(say(state, "我的证书再过八天到期还能延续吗"), "renew-before-expiry");
	expect_answer(say(state, "获取不到成绩"), "exam-result-missing");
	expect_answer(say(state, "是去年考的"), "exam-result-missing");
}

/* On 25 November: October has passed. */
static void the_day_of_a_plan_is_no_expiry(void **state)
{
	static const char *const plans[] = {
		"10月能办好不", "十月份去办来得及吗", "9月底之前能下来吗", "10月能下来不",
		"10月行不",     "10月拿到不",         "10月下来不",        "10月批下来没",
		"10月可不可以", "10月能批下来没有啊", "10月拿得到吗",      "10月份办中不中",
		"10月中不中",
	};
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		expect_answer(say(state, "证书快到期了怎么延续"), "renew-before-expiry");
		const struct reply reply = say(state, plans[i]);
		for (size_t k = 0; k < reply.answer_count; k++)
			assert_string_not_equal(reply.answers[k].entry->id, "renew-after-expiry");
		expect_answer(say(state, "证书快到期了怎么延续"), "renew-before-expiry");
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		assert_string_equal(say(state, "证书能延续吗").next->fact, "expired");
		say(state, plans[i]);
		const struct told *told = &((struct talk *)*state)->conversation->told;
		for (size_t k = 0; k < told->date_count; k++)
			assert_string_not_equal(told->dates[k].of, "到期");
	}
	expect_answer(say(state, "证书快到期了怎么延续"), "renew-before-expiry");
	expect_answer(say(state, "10月就到了"), "renew-after-expiry");
}

static void a_date_that_does_not_tell_siblings_apart_is_asked_about_again(void **state)
{
	static const char *const dates[] = { "10月办的", "10月行不行" };
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		assert_string_equal(say(state, "证书能延续吗").next->fact, "expired");
		const struct reply reply = say(state, dates[i]);
		assert_int_equal(reply.outcome, OUTCOME_ASK);
		assert_string_equal(reply.next->fact, "expired");
		expect_answer(say(state, "下个月到期"), "renew-before-expiry");
	}
}

static void the_day_of_something_else_does_not_tell_siblings_apart(void **state)
{
	static const char *const else_[] = { "我上周去过你们大厅", "前年买的汽车" };
	for (size_t i = 0; i < sizeof(else_) / sizeof(else_[0]); i++) {
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		assert_string_equal(say(state, "证书能延续吗").next->fact, "expired");
		const struct reply reply = say(state, else_[i]);
		for (size_t k = 0; k < reply.answer_count; k++)
			assert_string_not_equal(reply.answers[k].entry->id, "renew-after-expiry");
		expect_answer(say(state, "证书明年到期，能延续吗"), "renew-before-expiry");
	}
}

static void what_is_stated_last_of_siblings_counts(void **state)
{
	assert_string_equal(say(state, "证书能延续吗").next->fact, "expired");
	expect_answer(say(state, "过期了"), "renew-after-expiry");
	expect_answer(say(state, "说错了，明年才到期"), "renew-before-expiry");
	expect_answer(say(state, "能延续吗"), "renew-before-expiry");
}

static bool answers_or_offers(const struct reply *reply, const char *entry)
{
	for (size_t i = 0; i < reply->answer_count; i++)
		if (strcmp(reply->answers[i].entry->id, entry) == 0)
			return true;
	for (size_t i = 0; i < reply->choice_count; i++)
		if (strcmp(reply->choices[i].entry->id, entry) == 0)
			return true;
	return false;
}

static void the_entry_s_question_about_another_thing_is_no_follow_up(void **state)
{
	static const struct {
		const char *first, *then;
		bool stays;
	} rows[] = {
		{ "游泳卡丢了怎么补办", "社保卡怎么补办", false },
		{ "外地人可以办游泳卡吗", "社保卡在哪里办", false },
		{ "外地人可以办游泳卡吗", "社保卡行吗", true },
		{ "外地人可以办游泳卡吗", "在哪里办", true },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		assert_int_equal(say(state, rows[i].first).outcome, OUTCOME_ANSWER);
		const struct reply reply = say(state, rows[i].then);
		if ((reply.outcome == OUTCOME_ANSWER) != rows[i].stays)
			print_error("%s\n", rows[i].then);
		assert_int_equal(reply.outcome == OUTCOME_ANSWER, rows[i].stays);
	}
}

static void a_day_by_itself_is_asked_of_the_last_entry(void **state)
{
	static const struct {
		const char *first, *then, *entry;
	} rows[] = {
		{ "原单位不配合，能强制注销吗", "12月能办吗", "forced-cancellation" },
		{ "照片上传不了", "都三天了", "photo-upload" },
		{ "提示尚有未办结的申请事项", "交了三天了", "unfinished-application" },
		{ "可以批量申请吗", "下个月能报吗", "batch-application" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		say(state, rows[i].first);
		expect_answer(say(state, rows[i].then), rows[i].entry);
	}
	assert_int_equal(end(state), 0);
	assert_int_equal(begin(state), 0);
	assert_int_equal(say(state, "12月能办吗").outcome, OUTCOME_SMALLTALK);
	/* More than a day. */
	expect_answer(say(state, "就剩两三天了，还给续不给续"), "renew-before-expiry");
}

static void a_message_that_turns_to_something_else_is_not_about_the_last_entry(void **state)
{
	static const char *const messages[] = { "对了可以批量申请吗", "顺便问下可以批量申请吗",
		                                "另外想问可以批量申请吗" };
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		expect_answer(say(state, "未提取到有效证书或证书已过期注销"),
		              "personal-info-missing");
		expect_answer(say(state, messages[i]), "batch-application");
	}
	expect_answer(say(state, "照片上传不了"), "photo-upload");
	expect_answer(say(state, "对了，去哪办"), "photo-upload");
}

static void two_questions_joined_by_a_word_are_both_heard(void **state)
{
	static const char *const rows[][3] = {
		{ "储物柜怎么使用和私教课怎么预约", "locker", "coach" },
		{ "私教课怎么约跟几点开放", "coach", "opening" },
		{ "发票在哪开和储物柜怎么用", "invoice", "locker" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct reply reply = say(state, rows[i][0]);
		assert_true(answers_or_offers(&reply, rows[i][1]));
		assert_true(answers_or_offers(&reply, rows[i][2]));
	}
}

/* What shares words with the last answer, and asks or tells of something that it does not name. */
static const struct other_row {
	const char *first, *then;
} other_rows[] = {
	{ "证书过期还可以延续吗", "身份证过期了怎么办" },
	{ "证书过期还可以延续吗", "驾驶证过期了" },
	{ "证书过期还可以延续吗", "我的会计证过期了" },
	{ "证书过期还可以延续吗", "护照上个月过期了" },
	{ "证书过期还可以延续吗", "食品过期了" },
	{ "系统无法上传照片？", "视频传不上去" },
	{ "系统无法上传照片？", "录音传不上去" },
	{ "系统无法上传照片？", "考试照片传不上去怎么办 报名费多少" },
};

static void another_thing_is_a_question_of_its_own(void **state)
{
	for (size_t i = 0; i < sizeof(other_rows) / sizeof(other_rows[0]); i++) {
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		assert_int_equal(say(state, other_rows[i].first).outcome, OUTCOME_ANSWER);
		const struct reply reply = say(state, other_rows[i].then);
		if (reply.outcome == OUTCOME_ANSWER || reply.told)
			print_error("%s\n", other_rows[i].then);
		assert_int_not_equal(reply.outcome, OUTCOME_ANSWER);
		assert_null(reply.told);
	}
	/* What the entry is about is told of it. */
	assert_int_equal(say(state, "证书过期还可以延续吗").outcome, OUTCOME_ANSWER);
	const struct reply own = say(state, "我的证过期了");
	expect_answer(own, "renew-after-expiry");
	assert_int_equal(own.diagnoses[0].cases[0].verdict, VERDICT_APPLIES);
}

/* After an answer without numbered cases it may be meant of that. */
static void a_bare_number_after_an_answer_is_offered_and_not_taken(void **state)
{
	static const char *const numbers[] = { "2", "7", "十" };
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		expect_answer(say(state, "系统无法上传照片？"), "photo-upload");
		const struct reply reply = say(state, numbers[i]);
		assert_int_equal(reply.outcome, OUTCOME_CHOOSE);
		assert_int_equal(reply.choice_count, 1);
		const int number = reply.choices[0].entry->number;
		const struct reply taken = say(state, "是");
		assert_int_equal(taken.outcome, OUTCOME_ANSWER);
		assert_int_equal(taken.answers[0].entry->number, number);
	}
	expect_answer(say(state, "第9条"), "photo-upload");
	expect_answer(say(state, "第12条"), "forced-cancellation");
}

#define TALK(test_) cmocka_unit_test_setup_teardown(test_, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALK(another_thing_is_a_question_of_its_own),
		TALK(a_bare_number_after_an_answer_is_offered_and_not_taken),
		TALK(a_word_means_what_the_last_reply_makes_of_it),
		TALK(a_number_of_the_page_names_the_entry_and_its_case),
		TALK(the_steps_of_an_entry_without_cases_can_be_named),
		TALK(what_did_not_help_is_not_offered_again),
		TALK(who_could_not_be_reached_is_not_named_again),
		TALK(both_of_two_offered_entries_can_be_had),
		TALK(an_offered_entry_is_taken_by_a_word_of_its_question),
		TALK(giving_up_withdraws_what_was_offered),
		TALK(a_circumstance_keeps_the_entry_and_is_judged),
		TALK(an_interrupted_self_check_is_taken_up_again),
		TALK(a_question_about_a_referral_is_no_follow_up),
		TALK(a_follow_up_about_what_no_entry_has_repeats_no_entry),
		TALK(a_follow_up_in_words_of_the_folder_keeps_the_entry),
		TALK(people_answer_in_words_of_their_own),
		TALK(a_question_that_is_sent_again_is_the_question_and_no_option),
		TALK(an_option_that_yields_counts_where_no_other_is_heard),
		TALK(the_last_list_can_be_pointed_into_again),
		TALK(the_first_question_is_the_first_of_several_that_were_answered),
		TALK(places_in_a_list_can_be_taken_one_after_the_other),
		TALK(a_choice_that_was_taken_by_mistake_is_offered_again),
		TALK(a_self_check_that_was_stopped_goes_on),
		TALK(what_a_question_means_is_asked_and_it_is_asked_again),
		TALK(what_is_corrected_is_not_asked),
		TALK(a_date_is_said_of_what_the_talk_is_about),
		TALK(a_few_words_of_the_last_entry_keep_it),
		TALK(a_symbol_is_taken_as_what_it_says),
		TALK(a_denied_circumstance_keeps_the_entry),
		TALK(the_last_entry_is_among_the_choices_of_a_short_question),
		TALK(another_question_is_answered_in_the_midst_of_a_self_check),
		TALK(a_bare_denial_of_a_subject_names_no_entry),
		TALK(who_is_meant_instead_is_no_question),
		TALK(what_is_meant_instead_is_the_question),
		TALK(a_date_that_the_rules_do_not_read_is_another_question),
		TALK(the_day_of_a_plan_is_no_expiry),
		TALK(what_is_stated_last_of_siblings_counts),
		TALK(the_day_of_something_else_does_not_tell_siblings_apart),
		TALK(a_date_that_does_not_tell_siblings_apart_is_asked_about_again),
		TALK(a_folder_s_own_small_talk_goes_before_the_built_in_one),
		TALK(a_day_by_itself_is_asked_of_the_last_entry),
		TALK(a_message_that_turns_to_something_else_is_not_about_the_last_entry),
	};
	const struct CMUnitTest bare[] = {
		TALK(a_folder_without_small_talk_has_manners),
	};
	const struct CMUnitTest no_alternates[] = {
		TALK(the_entry_s_question_about_another_thing_is_no_follow_up),
		TALK(two_questions_joined_by_a_word_are_both_heard),
	};
	return cmocka_run_group_tests(tests, set_up, close_talk) +
	       cmocka_run_group_tests(no_alternates, set_up_no_alternates, close_talk) +
	       cmocka_run_group_tests(bare, set_up_bare, close_talk);
}
