/* The knowledge that the project ships, in the words of people who use it. */
#include "support.h"

#include <string.h>

#include "engine/dialogue/conversation.h"

static int64_t no_time(void *context)
{
	(void)context;
	return 0;
}

static const struct clock still = { no_time, no_time, NULL };

static int set_up(void **state)
{
	static struct world world;
	open_world(&world, DAYI_SOURCE_DIR "/knowledge", NULL);
	*state = &world;
	return 0;
}

static int tear_down(void **state)
{
	close_world(*state);
	return 0;
}

/* The first message of a conversation. */
static struct reply ask(void **state, const char *message)
{
	struct world *world = *state;
	struct conversation *conversation;
	const struct turn_input input = { span_of(message), NULL, &still, world->arena };
	struct reply reply;
	arena_reset(world->arena);
	assert_int_equal(conversation_create(&conversation, 1), STATUS_OK);
	assert_int_equal(turn_take(world->snapshot, world->scratch, conversation, &input, &reply),
	                 STATUS_OK);
	conversation_destroy(conversation);
	return reply;
}

struct expected {
	const char *message;
	int number;          /* of the entry that is answered */
	const char *case_id; /* that is named, or NULL */
};

static void expect_answers(void **state, const struct expected *expected, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct reply reply = ask(state, expected[i].message);
		const struct match_candidate *answer = &reply.answers[0];
		if (reply.outcome != OUTCOME_ANSWER || answer->entry->number != expected[i].number)
			fail_msg("\"%s\": not answered with %d", expected[i].message,
			         expected[i].number);
		const char *named = answer->named_case ? answer->named_case->id : "none";
		assert_string_equal(named, expected[i].case_id ? expected[i].case_id : "none");
	}
}

static void a_denied_circumstance_names_no_case(void **state)
{
	static const struct expected denied[] = {
		{ "没过65岁", 8, NULL },
		{ "建造师年龄没有超过65岁，信息获取不到", 8, NULL },
		{ "身份证号没错，获取不到成绩", 7, NULL },
		{ "没有被列入黑名单，成绩获取不到", 7, NULL },
		{ "我不是临时建造师，建造师信息获取不到", 8, NULL },
		{ "个人信息获取不到，身份证号没输错", 6, NULL },
	};
	expect_answers(state, denied, sizeof(denied) / sizeof(denied[0]));
}

static void expect_alone(void **state, const struct expected *expected, size_t count)
{
	expect_answers(state, expected, count);
	for (size_t i = 0; i < count; i++)
		if (ask(state, expected[i].message).answer_count != 1)
			fail_msg("\"%s\": more than one is answered", expected[i].message);
}

static void a_popup_that_is_denied_is_not_answered(void **state)
{
	static const struct expected shown[] = {
		{ "没有提示成绩不存在，提示的是证书已过期注销", 6, NULL },
		{ "提示证书已过期注销，没有提示聘用企业与申报企业不一致", 6, NULL },
		{ "我这个不是提示成绩不存在 是提示证书已过期注销", 6, NULL },
		{ "没弹未办结，弹的是聘用企业与申报企业不一致", 3, NULL },
		{ "没有未办结的事项，就是提示聘用企业与申报企业不一致", 3, NULL },
		/* denied, and shown nevertheless */
		{ "没有未办结的业务了，为什么还提示有未办结的业务", 2, NULL },
		/* what is missing is no popup */
		{ "没有企业信息，证书也查不到", 4, NULL },
	};
	expect_alone(state, shown, sizeof(shown) / sizeof(shown[0]));
}

static void what_an_answer_is_wanted_for_is_no_question(void **state)
{
	static const struct expected wanted[] = {
		{ "准备评职称用，平台上查不到我的证", 13, NULL },
		{ "公司投标要用，成绩查不到", 7, NULL },
		{ "单位报资质需要，照片一直传不上去", 9, NULL },
	};
	expect_alone(state, wanted, sizeof(wanted) / sizeof(wanted[0]));
	assert_int_equal(ask(state, "评职称用的，怎么办理").answer_count, 0);
}

static void a_denial_that_is_the_circumstance_names_its_case(void **state)
{
	static const struct expected stated[] = {
		{ "没有弹窗，企业信息获取不到", 4, "1" },
		{ "我公司没有房建资质，获取不到企业信息", 4, "3" },
		{ "成绩还没有同步过来怎么办", 7, "2" },
		{ "考试不合格，成绩获取不到", 7, "2" },
		{ "建造师超过65岁，信息获取不到", 8, "2" },
	};
	expect_answers(state, stated, sizeof(stated) / sizeof(stated[0]));
}

static void a_pasted_number_names_no_case(void **state)
{
	static const struct expected pasted[] = {
		{ "身份证号11010519491231002X，获取不到个人信息", 6, NULL },
		{ "我的身份证号11010519491231002X，获取不到成绩", 7, NULL },
	};
	expect_answers(state, pasted, sizeof(pasted) / sizeof(pasted[0]));
}

static void the_name_of_a_company_does_not_pull_towards_qualifications(void **state)
{
	static const struct expected named[] = {
		{ "河南某某建筑劳务有限公司 成绩获取不到", 7, NULL },
		{ "单位是郑州某某市政工程有限公司，没有资质信息", 4, NULL },
	};
	expect_answers(state, named, sizeof(named) / sizeof(named[0]));
}

/* 第7条 quotes 成绩不存在或已过期 for all of its cases. */
static void a_bare_popup_names_no_case(void **state)
{
	static const char *const popups[] = {
		"成绩不存在或已过期",
		"戍绩不存在或已过期",
		"成绩不存往或已过期",
		"成绩不孑在或己过期",
		"我这边弹出 成绩不存往或已过期 怎么办",
		"成绩不存在或 已过期 未提取到有效证书或证书已过期注销",
		"提示成绩不存在或已过期，安管人员聘用企业与申报企业不一致",
	};
	for (size_t i = 0; i < sizeof(popups) / sizeof(popups[0]); i++) {
		const struct reply reply = ask(state, popups[i]);
		assert_true(reply.answer_count > 0);
		for (size_t a = 0; a < reply.answer_count; a++)
			if (reply.answers[a].named_case)
				fail_msg("\"%s\" names a case", popups[i]);
	}
}

static void what_says_nothing_of_a_case_names_none(void **state)
{
	static const char *const silent[] = { "B证能办不，我是二建", "二建能办B证吗",
		                              "我成绩合格没过期为什么获取不到成绩" };
	for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++) {
		const struct reply reply = ask(state, silent[i]);
		for (size_t a = 0; a < reply.answer_count; a++)
			assert_null(reply.answers[a].named_case);
	}
	static const struct expected failed[] = { { "成绩没过，系统里获取不到", 7, "2" } };
	expect_answers(state, failed, 1);
}

struct turned_away {
	const char *message;
	enum outcome outcome;
	const char *topic;
};

static void expect_topics(void **state, const struct turned_away *expected, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct reply reply = ask(state, expected[i].message);
		if (reply.outcome != expected[i].outcome)
			fail_msg("\"%s\" is %s", expected[i].message, outcome_name(reply.outcome));
		assert_string_equal(reply.topic, expected[i].topic);
	}
}

static void what_the_faq_leaves_to_others_goes_to_its_topic(void **state)
{
	static const struct turned_away messages[] = {
		{ "证书丢了怎么办", OUTCOME_DECLINE, "certificate-lost" },
		{ "证书弄丢了", OUTCOME_DECLINE, "certificate-lost" },
		{ "证找不到了怎么补办", OUTCOME_DECLINE, "certificate-lost" },
		{ "安管证遗失补办", OUTCOME_DECLINE, "certificate-lost" },
		{ "二建证书遗失补办", OUTCOME_DECLINE, "constructor-lost" },
		{ "我考过了新证啥时候给发", OUTCOME_DECLINE, "approval-duration" },
		{ "建造师证书丢了怎么办", OUTCOME_DECLINE, "constructor-lost" },
		{ "B证能办不，我是二建", OUTCOME_DECLINE, "first-time-conditions" },
		{ "我想投诉", OUTCOME_HANDOFF, "complaint-follow-up" },
		{ "我要投诉", OUTCOME_HANDOFF, "complaint-follow-up" },
	};
	expect_topics(state, messages, sizeof(messages) / sizeof(messages[0]));
}

static void a_mother_is_no_abuse(void **state)
{
	static const struct turned_away abuse[] = {
		{ "他妈的又办不成", OUTCOME_DECLINE, "abuse" },
		{ "妈的", OUTCOME_DECLINE, "abuse" },
	};
	static const struct expected asked[] = {
		{ "帮我妈问一下证书过期怎么办", 11, NULL },
		{ "我妈的证书过期了还能延续吗", 11, NULL },
	};
	expect_topics(state, abuse, sizeof(abuse) / sizeof(abuse[0]));
	expect_answers(state, asked, sizeof(asked) / sizeof(asked[0]));
	assert_string_equal(ask(state, "能不能帮我妈办").topic, "unclear-follow-up");
	assert_null(ask(state, "替我爸办延续").topic);
}

static void the_contact_is_given_in_a_whole_sentence(void **state)
{
	assert_non_null(strstr(ask(state, "填错了怎么改").text,
	                       "请拨打0371-65250866或加QQ群1092242364咨询。"));
	assert_non_null(strstr(ask(state, "证书真伪怎么核验").text, "请拨打0371-65250866"));
}

static bool offers(const struct reply *reply, int number)
{
	for (size_t i = 0; i < reply->choice_count; i++)
		if (reply->choices[i].entry->number == number)
			return true;
	return false;
}

static void a_question_that_two_entries_answer_offers_both(void **state)
{
	const struct reply reply = ask(state, "证书可以延续吗");
	assert_int_equal(reply.outcome, OUTCOME_ASK);
	assert_string_equal(reply.next->fact, "expired");
	assert_true(offers(&reply, 10));
	assert_true(offers(&reply, 11));
}

static void what_is_denied_names_no_case(void **state)
{
	static const struct {
		const char *message;
		int number;
		const char *not_case;
	} rows[] = {
		{ "身份证号没错为什么获取不到个人信息", 6, "1" },
		{ "身份证号是对的，个人信息出不来", 6, "1" },
		{ "证书没被注销为什么提示未提取到有效证书", 6, "2" },
		{ "编号是新的，还是未提取到有效证书", 6, "3" },
		{ "有弹窗提示无资质", 4, "1" },
		{ "我们是房建资质也提示无资质", 4, "3" },
		{ "我们资质是新版劳务，提示无资质", 4, "4" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct reply reply = ask(state, rows[i].message);
		assert_int_equal(reply.answers[0].entry->number, rows[i].number);
		const struct entry_case *named = reply.answers[0].named_case;
		if (named && strcmp(named->id, rows[i].not_case) == 0)
			fail_msg("%s: names %s", rows[i].message, named->label);
	}
}

static void a_missing_browser_leads_to_the_entry_on_it(void **state)
{
	static const char *const messages[] = { "win11没有IE怎么办", "电脑没有IE浏览器" };
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		const struct reply reply = ask(state, messages[i]);
		assert_true(offers(&reply, 9) ||
		            (reply.answer_count == 1 && reply.answers[0].entry->number == 9));
	}
}

static void two_questions_with_a_comma_or_a_blank_between_get_two_answers(void **state)
{
	static const struct {
		const char *message;
		int first, second;
	} rows[] = {
		{ "照片传不上，证书也快过期了能续吗", 9, 10 },
		{ "证书过期了能续吗，照片传不上怎么办", 11, 9 },
		{ "批量怎么申请，办结后在哪看", 1, 13 },
		{ "成绩查不到 照片也传不上", 7, 9 },
		{ "照片传不上去怎么办　办结后在哪里查询", 9, 13 },
		{ "证过期了还能延续不，公司不配合能不能强制注销", 11, 12 },
		{ "原单位不给注销咋办，顺便问下照片上传失败", 12, 9 },
		{ "成绩保留几年，证书过期还能续吗", 7, 11 },
		{ "弹窗显示成绩不存在，另外照片也传不上", 7, 9 },
		{ "提示“成绩不存在”，另外照片也传不上", 7, 9 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct reply reply = ask(state, rows[i].message);
		assert_int_equal(reply.answer_count, 2);
		assert_int_equal(reply.answers[0].entry->number, rows[i].first);
		assert_int_equal(reply.answers[1].entry->number, rows[i].second);
	}
}

static void a_lone_word_of_several_topics_is_offered_for_choice(void **state)
{
	static const char *const words[] = { "证书", "成绩", "照片", "建造师" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_int_equal(ask(state, words[i]).outcome, OUTCOME_CHOOSE);
}

static void a_lone_word_of_one_entry_is_answered(void **state)
{
	static const struct expected words[] = {
		{ "批量", 1, NULL },
		{ "未办结", 2, NULL },
		{ "聘用企业", 3, NULL },
	};
	expect_answers(state, words, sizeof(words) / sizeof(words[0]));
}

static void two_questions_in_one_message_are_both_answered(void **state)
{
	static const char *const messages[] = { "照片传不上去，而且成绩也获取不到",
		                                "照片传不上去，成绩也获取不到",
		                                "照片传不上去还有成绩获取不到" };
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		const struct reply reply = ask(state, messages[i]);
		assert_int_equal(reply.outcome, OUTCOME_ANSWER);
		assert_int_equal(reply.answer_count, 2);
		assert_int_equal(reply.answers[0].entry->number, 9);
		assert_int_equal(reply.answers[1].entry->number, 7);
	}
}

static void one_question_with_commas_gets_one_answer(void **state)
{
	static const struct expected single[] = {
		{ "证书过期了，被注销了，提示未提取到有效证书", 6, "2" },
		{ "身份证号错了，成绩获取不到，怎么办", 7, "1" },
		{ "变更还没办完，想再申请延续，系统提示有未办结", 2, NULL },
		{ "公司改名了，而且资质也变更了，获取的还是旧企业信息", 5, NULL },
		/* A clause that neither asks nor says that something is wrong. */
		{ "证书还有三个月到期，照片传不上去", 9, NULL },
		{ "证书下个月到期，原单位不配合注销怎么办", 12, NULL },
		{ "公司改过名，现在提示聘用企业与申报企业不一致", 3, NULL },
		{ "一次报了五个人，有一个成绩获取不到", 7, NULL },
		{ "上一个业务办结了，新的申请获取不到企业信息", 4, NULL },
		{ "成绩合格了，申请时获取不到个人信息", 6, NULL },
		{ "成绩查不到怎么办，是不是没同步", 7, NULL },
	};
	expect_answers(state, single, sizeof(single) / sizeof(single[0]));
	for (size_t i = 0; i < sizeof(single) / sizeof(single[0]); i++)
		assert_int_equal(ask(state, single[i].message).answer_count, 1);
}

static void a_referral_does_not_swallow_what_is_asked_after_its_circumstances(void **state)
{
	static const struct expected asked[] = {
		{ "公司投标要用，成绩查不到", 7, NULL },
		{ "项目投标要用人，公司信息还是旧的", 5, NULL },
	};
	expect_answers(state, asked, sizeof(asked) / sizeof(asked[0]));
}

static void another_certificate_is_offered_a_choice_at_most(void **state)
{
	static const char *const others[] = { "护照照片上传不了", "会计证继续教育成绩保留几年",
		                              "会计证获取不到成绩", "电工证照片上传不了",
		                              "监理员证书到期后延续" };
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (ask(state, others[i]).answer_count > 0)
			fail_msg("\"%s\" is answered", others[i]);
}

/* In no list of names; what people see in an office that is not this one. */
static void what_begins_with_words_that_nobody_knows_is_offered_a_choice_at_most(void **state)
{
	static const char *const others[] = { "食堂卡照片传不上去", "钢琴考级成绩查不到怎么办",
		                              "小区门禁照片传不上", "驾校学员照片上传失败",
		                              "英语四级成绩不存在", "评标专家怎么批量申请" };
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (ask(state, others[i]).answer_count > 0)
			fail_msg("\"%s\" is answered", others[i]);
	assert_int_equal(ask(state, "盖章页照片传不上去").answers[0].entry->number, 9);
	/* A date is no topic, however it is written. */
	assert_int_equal(ask(state, "二〇二四年八月到期能延续吗").answer_count, 1);
	assert_int_equal(ask(state, "二零二四年十月一日到期还能延续吗").answer_count, 1);
}

/* 再见, 知道了: a few characters in common are not what is said. */
static void words_shared_with_small_talk_are_no_small_talk(void **state)
{
	static const char *const messages[] = { "证书不见了", "照片不见了", "身份证不见了",
		                                "不知道证书能不能延续" };
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		if (ask(state, messages[i]).outcome == OUTCOME_SMALLTALK)
			fail_msg("\"%s\" is taken for small talk", messages[i]);
	assert_int_equal(ask(state, "再见").outcome, OUTCOME_SMALLTALK);
	assert_int_equal(ask(state, "知道了").outcome, OUTCOME_SMALLTALK);
}

static void a_popup_that_the_faq_does_not_know_is_declined(void **state)
{
	static const char *const popups[] = {
		"提示“网络连接超时，请稍后重试”",
		"系统错误500",
		"弹出“服务器内部错误”",
		"弹窗说“参数错误”",
		"提示“该用户不存在”",
		"弹出“证书链验证失败”",
		"提示“您没有权限访问该页面”",
		"提示“提交失败，必填项不能为空”",
		"弹窗显示未知错误",
		"弹框里写着用户不存在",
		"弹窗显示未知错误，怎么办",
	};
	for (size_t i = 0; i < sizeof(popups) / sizeof(popups[0]); i++)
		if (ask(state, popups[i]).outcome != OUTCOME_DECLINE)
			fail_msg("\"%s\" is not declined", popups[i]);
}

/* Texts of other systems, pasted without quotes. */
static void a_popup_of_another_system_without_quotes_is_declined(void **state)
{
	static const char *const popups[] = {
		"系统提示：验证码错误，请重新输入 [确定]",
		"提示：证件号码格式不正确，请重新输入",
		"系统提示：登录信息已失效，请重新登录",
		"操作失败：用户未登录",
		"提示：请先实名认证后再进行申报",
		"提示：身份证号已被其他账号绑定",
		"提示：短信验证码已失效，请重新获取",
		"系统提示：用户名错误，请重新输入",
		"温馨提示：您的账号已在其他地方登录",
		"错误：服务器内部错误，请稍后重试",
		"报错：网络请求超时，请检查网络后重试",
		"弹窗：当前浏览器版本过低，建议升级",
		"提示：附件大小不能超过5M",
		"系统提示：手机号已被注册",
		"提示：人脸识别失败，请重新认证【重试】",
		"请上传加盖公章的授权委托书 [确定]",
		"系统消息：该法人未授权，请联系管理员",
		"登录的时候提示：密码已过期，请修改密码",
		"系统提示：页面已过期，请刷新后重试，这是咋回事",
		"提交失败：统一社会信用代码校验不通过",
	};
	for (size_t i = 0; i < sizeof(popups) / sizeof(popups[0]); i++)
		if (ask(state, popups[i]).outcome != OUTCOME_DECLINE)
			fail_msg("\"%s\": not declined", popups[i]);
}

/* Cut off, behind another word, with a slip of OCR, with a button, or with a question after it. */
static void a_popup_of_an_entry_without_quotes_is_answered(void **state)
{
	static const struct {
		const char *message;
		int number;
	} popups[] = {
		{ "系统提示：您尚有未办结的申请事项，请等待办结", 2 },
		{ "提示：您尚有末办结的申请事顷，请等待办结后再进行申报", 2 },
		{ "温馨提示：该人员尚有未办结的业务 [确定]", 2 },
		{ "错误：有在办业务，无法提交新申请", 2 },
		{ "系统提示：安管人员聘用企业与申报企业不一", 3 },
		{ "报错：聘用企业与申报企业不一致，找谁改", 3 },
		{ "弹窗：聘用单位跟申报单位不一样 [确定]", 3 },
		{ "系统提示：无企业信息，怎么处理", 4 },
		{ "提示：没有企业资质信息", 4 },
		{ "申报的时候提示：无资质信息", 4 },
		{ "系统提示：获取的企业信息是旧企业信息", 5 },
		{ "系统提示：未提取到您的有效证书信息怎么办", 6 },
		{ "提示：证书已过期注销，但是我证没过期", 6 },
		{ "系统提示：提取不到人员信息【确定】", 6 },
		{ "提示：成绩不存在", 7 },
		{ "提示获取不到成绩怎么办", 7 },
		{ "系统提示：成缋不存在或已过期，请核实", 7 },
		{ "提示：建造师注册单位与申报单位不符", 8 },
		{ "提示 照片不合格", 9 },
		{ "照片上传失败：照片尺寸不符合要求", 9 },
		{ "系统提示：无法上传照片，请检查浏览器", 9 },
	};
	for (size_t i = 0; i < sizeof(popups) / sizeof(popups[0]); i++) {
		const struct reply reply = ask(state, popups[i].message);
		if (reply.outcome != OUTCOME_ANSWER ||
		    reply.answers[0].entry->number != popups[i].number)
			fail_msg("\"%s\": not answered with %d", popups[i].message,
			         popups[i].number);
	}
}

static void a_popup_that_an_entry_knows_in_other_words_is_answered(void **state)
{
	static const struct expected popups[] = {
		{ "提示“该人员尚有未完成的申请”", 2, NULL },
		{ "弹出“未获取到企业信息”", 4, NULL },
		{ "提示“未提取到有效证书”", 6, NULL },
		{ "弹窗显示成绩不存在", 7, NULL },
		{ "弹窗显示未知错误，照片也传不上", 9, NULL },
		{ "弹窗提示说我公司没资质不让办", 4, NULL },
	};
	expect_answers(state, popups, sizeof(popups) / sizeof(popups[0]));
}

static void a_referral_that_knows_next_to_nothing_of_the_subject_is_not_told(void **state)
{
	assert_string_equal(ask(state, "我的会计证过期了").reason, "not_covered");
	assert_string_equal(ask(state, "我的护照过期了").reason, "referral");
}

static void far_entries_do_not_pad_the_choices(void **state)
{
	const struct reply reply = ask(state, "证书可以延续吗");
	assert_int_equal(reply.choice_count, 2);
}

static void a_number_that_points_at_nothing_is_answered_with_no_entry(void **state)
{
	static const char *const numbers[] = { "20", "第二个", "选第三个", "情形2", "第二种情况" };
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const struct reply reply = ask(state, numbers[i]);
		assert_int_equal(reply.answer_count, 0);
		assert_int_equal(reply.choice_count, 0);
	}
}

static void assert_unmasked(struct world *world, const char *text)
{
	struct privacy_masked masked;
	arena_reset(world->arena);
	assert_int_equal(
	        privacy_mask(world->snapshot->privacy, span_of(text), NULL, world->arena, &masked),
	        STATUS_OK);
	if (masked.masked)
		fail_msg("%s became %.*s", text, (int)masked.text.len, masked.text.ptr);
}

static void nothing_that_the_faq_prints_is_masked(void **state)
{
	struct world *world = *state;
	const struct knowledge *knowledge = world->snapshot->knowledge;
	for (size_t i = 0; i < knowledge->entry_count; i++) {
		const struct entry *entry = &knowledge->entries[i];
		assert_unmasked(world, entry->question);
		assert_unmasked(world, entry->answer);
		for (size_t k = 0; k < entry->prompts.count; k++)
			assert_unmasked(world, entry->prompts.items[k]);
		for (size_t k = 0; k < entry->also.count; k++)
			assert_unmasked(world, entry->also.items[k]);
	}
	assert_unmasked(world, "打0371-65250866没人接，QQ群1092242364也满了");
	assert_unmasked(world, "037165250866");
	assert_unmasked(world, "电话65250866");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_denied_circumstance_names_no_case),
		cmocka_unit_test(a_popup_that_is_denied_is_not_answered),
		cmocka_unit_test(what_an_answer_is_wanted_for_is_no_question),
		cmocka_unit_test(a_denial_that_is_the_circumstance_names_its_case),
		cmocka_unit_test(a_referral_that_knows_next_to_nothing_of_the_subject_is_not_told),
		cmocka_unit_test(a_bare_popup_names_no_case),
		cmocka_unit_test(what_says_nothing_of_a_case_names_none),
		cmocka_unit_test(what_the_faq_leaves_to_others_goes_to_its_topic),
		cmocka_unit_test(nothing_that_the_faq_prints_is_masked),
		cmocka_unit_test(a_mother_is_no_abuse),
		cmocka_unit_test(the_contact_is_given_in_a_whole_sentence),
		cmocka_unit_test(a_missing_browser_leads_to_the_entry_on_it),
		cmocka_unit_test(a_pasted_number_names_no_case),
		cmocka_unit_test(a_number_that_points_at_nothing_is_answered_with_no_entry),
		cmocka_unit_test(a_referral_does_not_swallow_what_is_asked_after_its_circumstances),
		cmocka_unit_test(another_certificate_is_offered_a_choice_at_most),
		cmocka_unit_test(
		        what_begins_with_words_that_nobody_knows_is_offered_a_choice_at_most),
		cmocka_unit_test(words_shared_with_small_talk_are_no_small_talk),
		cmocka_unit_test(a_popup_that_the_faq_does_not_know_is_declined),
		cmocka_unit_test(a_popup_of_another_system_without_quotes_is_declined),
		cmocka_unit_test(a_popup_of_an_entry_without_quotes_is_answered),
		cmocka_unit_test(a_popup_that_an_entry_knows_in_other_words_is_answered),
		cmocka_unit_test(far_entries_do_not_pad_the_choices),
		cmocka_unit_test(two_questions_in_one_message_are_both_answered),
		cmocka_unit_test(one_question_with_commas_gets_one_answer),
		cmocka_unit_test(a_question_that_two_entries_answer_offers_both),
		cmocka_unit_test(what_is_denied_names_no_case),
		cmocka_unit_test(two_questions_with_a_comma_or_a_blank_between_get_two_answers),
		cmocka_unit_test(a_lone_word_of_several_topics_is_offered_for_choice),
		cmocka_unit_test(a_lone_word_of_one_entry_is_answered),
		cmocka_unit_test(the_name_of_a_company_does_not_pull_towards_qualifications),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
