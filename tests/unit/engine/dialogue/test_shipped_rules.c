/* The self-check, the typed identifiers and the operator's script on the knowledge that is shipped.
 */
#include "talk.h"

#include "engine/dialogue/script.h"
#include "engine/dialogue/turn.h"

enum { PATH_MOST = 8 /* questions on one way through */ };

static int set_up(void **state)
{
	return open_talk(state, SHIPPED_KNOWLEDGE);
}

static enum verdict verdict_of(const struct reply *reply, size_t answer, const char *id)
{
	const struct diagnosis *diagnosis = &reply->diagnoses[answer];
	for (size_t i = 0; i < diagnosis->case_count; i++)
		if (strcmp(diagnosis->cases[i].of->id, id) == 0)
			return diagnosis->cases[i].verdict;
	fail_msg("there is no case %s", id);
	return VERDICT_UNKNOWN;
}

/* Unknown, or not even looked at, where nothing is known. */
static bool is_open(const struct reply *reply, size_t answer, const char *id)
{
	return reply->diagnoses[answer].case_count == 0 ||
	       verdict_of(reply, answer, id) == VERDICT_UNKNOWN;
}

/* --- one definition, three renderings --- */

/* One way through the questions of an entry. */
struct path {
	const char *facts[PATH_MOST], *values[PATH_MOST]; /* value NULL: skipped */
	size_t length;
	size_t ends; /* how many ways were gone to their end */
};

static void expect_the_diagnosis(struct talk *talk, const struct reply *reply,
                                 const struct path *path)
{
	struct facts *facts = NULL;
	struct diagnosis diagnosis;
	assert_int_equal(facts_create(diagnoser_relations(talk->world.snapshot->diagnoser), &facts),
	                 STATUS_OK);
	facts_open(facts, RELATION_TYPED);
	facts_open(facts, RELATION_SAID);
	for (size_t i = 0; i < path->length; i++) {
		const char *row[] = { path->facts[i], path->values[i] };
		assert_int_equal(facts_add_row(facts, RELATION_SAID, row), STATUS_OK);
	}
	assert_int_equal(diagnoser_run(talk->world.scratch->diagnosis, reply->answers[0].entry,
	                               NULL, facts, "2026-11-25", talk->world.arena, &diagnosis),
	                 STATUS_OK);
	assert_int_equal(diagnosis.failures, 0);
	for (size_t i = 0; i < diagnosis.case_count; i++) {
		const struct case_verdict *told = &reply->diagnoses[0].cases[i];
		assert_int_equal(told->verdict, diagnosis.cases[i].verdict);
		assert_string_equal(told->because, diagnosis.cases[i].because);
	}
	facts_destroy(facts);
}

/* What a person without a record told is all that a reason can be drawn from. */
static void expect_reasons(const struct reply *reply)
{
	for (size_t i = 0; i < reply->diagnoses[0].case_count; i++) {
		const struct case_verdict *one = &reply->diagnoses[0].cases[i];
		if (one->verdict == VERDICT_UNKNOWN)
			continue;
		assert_true(one->because[0]);
		if (strstr(one->because, "查到您") || strstr(one->because, "没有查到"))
			fail_msg("%s: \"%s\" was never looked up", one->of->label, one->because);
		if (one->verdict == VERDICT_APPLIES)
			assert_true(one->step_count > 0);
	}
}

static void walk(void **state, struct reply reply, struct path *path)
{
	struct talk *talk = *state;
	struct conversation *here;
	expect_the_diagnosis(talk, &reply, path);
	expect_reasons(&reply);
	if (!reply.next) {
		path->ends++;
		return;
	}
	const struct question *question = reply.next;
	assert_true(path->length < PATH_MOST);
	for (size_t i = 0; i < path->length; i++)
		assert_string_not_equal(path->facts[i], question->fact);
	assert_int_equal(conversation_create(&here, 1), STATUS_OK);
	*here = *talk->conversation;
	path->facts[path->length++] = question->fact;
	for (size_t i = 0; i <= question->option_count; i++) {
		const bool skips = i == question->option_count;
		path->values[path->length - 1] = skips ? NULL : question->options[i].value;
		*talk->conversation = *here;
		walk(state, say(state, skips ? "跳过" : question->options[i].label), path);
	}
	path->length--;
	conversation_destroy(here);
}

static void the_self_check_judges_as_the_diagnosis_does_on_every_way_through(void **state)
{
	struct talk *talk = *state;
	const struct knowledge *knowledge = talk->world.snapshot->knowledge;
	for (size_t i = 0; i < knowledge->answer_count; i++) {
		const struct entry *entry = &knowledge->entries[i];
		struct path path = { 0 };
		if (entry->question_count == 0)
			continue;
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		expect_answer(say(state, entry->question), entry->id);
		walk(state, say(state, "自查"), &path);
		/* Of the first question at least each option, and skipping it, was tried. */
		assert_true(path.ends > entry->questions[0].option_count);
	}
}

static const char *expect_behind(const char *text, const char *part)
{
	const char *found = strstr(text, part);
	if (!found)
		fail_msg("\"%s\" is not in, or not behind what stood before:\n%s", part, text);
	return found + strlen(part);
}

static void the_operator_s_script_asks_and_tells_the_same_in_that_order(void **state)
{
	struct talk *talk = *state;
	const struct snapshot *snapshot = talk->world.snapshot;
	for (size_t i = 0; i < snapshot->knowledge->answer_count; i++) {
		const struct entry *entry = &snapshot->knowledge->entries[i];
		struct diagnosis diagnosis;
		struct buf out;
		buf_init(&out, 1 << 20);
		arena_reset(talk->world.arena);
		assert_int_equal(diagnoser_run(talk->world.scratch->diagnosis, entry, NULL, NULL,
		                               "2026-11-25", talk->world.arena, &diagnosis),
		                 STATUS_OK);
		script_write(snapshot, &diagnosis, &out);
		const char *at = expect_behind(buf_text(&out), entry->question);
		for (size_t q = 0; q < entry->question_count; q++) {
			at = expect_behind(at, entry->questions[q].text);
			at = expect_behind(at, entry->questions[q].why);
			for (size_t o = 0; o < entry->questions[q].option_count; o++)
				at = expect_behind(at, entry->questions[q].options[o].label);
		}
		for (size_t c = 0; c < entry->judged_count; c++) {
			at = expect_behind(at, entry->judged[c].label);
			at = expect_behind(at, entry->judged[c].situation);
			at = expect_behind(at, entry->judged[c].advice);
			for (size_t t = 0; t < entry->judged[c].todo_count; t++)
				at = expect_behind(at, entry->judged[c].todo[t].what);
		}
		if (entry->case_count == 0)
			expect_behind(at, entry->answer);
		buf_deinit(&out);
	}
}

/* --- what was typed --- */

static const char certificate[] =
        "{\"certificate\":[{\"number\":\"豫建安B(2021)0010000\",\"category\":\"B\","
        "\"id_number\":\"11010519491231002X\",\"issued_on\":\"2024-01-02\","
        "\"expires_on\":\"2027-06-09\",\"status\":\"有效\",\"former_number\":\"\"}],"
        "\"applicant\":[{\"id_number\":\"11010519491231002X\",\"blacklisted\":0}]}";

static void a_certificate_number_typed_with_full_width_brackets_is_noticed(void **state)
{
	sign_in(state, certificate);
	struct reply reply = say(state, "未提取到有效证书，编号是豫建安B（2021）0010000");
	expect_answer(reply, "personal-info-missing");
	assert_int_equal(verdict_of(&reply, 0, "3"), VERDICT_APPLIES);
	assert_non_null(strstr(reply.text, "豫建安B(2021)0010000"));
	assert_true(reply.masked);
}

static void a_certificate_number_typed_as_it_is_now_excludes_the_case(void **state)
{
	sign_in(state, certificate);
	const struct reply reply = say(state, "未提取到有效证书，编号是豫建安B(2021)0010000");
	assert_int_equal(verdict_of(&reply, 0, "3"), VERDICT_EXCLUDED);
}

static void an_id_number_whose_check_digit_fails_is_noticed(void **state)
{
	const struct reply reply = say(state, "获取不到个人信息，身份证号110105194912310020");
	expect_answer(reply, "personal-info-missing");
	assert_int_equal(verdict_of(&reply, 0, "1"), VERDICT_APPLIES);
	assert_null(strstr(reply.text, "110105194912310020"));
}

static void a_sound_id_number_decides_nothing(void **state)
{
	const struct reply reply = say(state, "获取不到个人信息，身份证号11010519491231002X");
	assert_int_equal(verdict_of(&reply, 0, "1"), VERDICT_UNKNOWN);
}

static void what_was_typed_counts_in_later_turns_too(void **state)
{
	say(state, "你好，我的身份证号110105194912310020");
	const struct reply reply = say(state, "申请业务时获取不到个人信息");
	expect_answer(reply, "personal-info-missing");
	assert_int_equal(verdict_of(&reply, 0, "1"), VERDICT_APPLIES);
	assert_non_null(strstr(reply.text, "校验不对"));
}

/* --- the browser --- */

/* The chat's browser need not be the one in which the application is made. */
static void the_chats_browser_decides_nothing(void **state)
{
	static const char *const browsers[] = { "Chrome", "IE11" };
	struct talk *talk = *state;
	for (size_t i = 0; i < sizeof(browsers) / sizeof(browsers[0]); i++) {
		talk->asker.browser = browsers[i];
		struct reply reply = say(state, "申请业务时提示无企业信息或无资质信息？");
		assert_true(is_open(&reply, 0, "1"));
		reply = say(state, "系统无法上传照片？");
		assert_true(is_open(&reply, 0, "1"));
		assert_true(reply.offers_check);
	}
}

/* Whoever quotes the popup has one, and 情形1 is about those who have none. */
static void a_quoted_popup_is_no_silent_failure(void **state)
{
	struct talk *talk = *state;
	talk->asker.browser = "Chrome";
	const struct reply quoted = say(state, "提示“无企业信息”");
	expect_answer(quoted, "no-company-or-qualification");
	assert_int_equal(verdict_of(&quoted, 0, "1"), VERDICT_EXCLUDED);
}

static void a_popup_that_says_something_is_a_popup(void **state)
{
	static const char *const messages[] = {
		"申请业务时弹窗说没有企业信息",
		"申报时弹出的窗口显示无资质信息",
		"点获取企业信息，提示框里写没有这个公司的信息",
		"申请业务时跳出一个窗口说查无此企业",
		"点获取企业信息，蹦出来个小框，上面写没有资质",
	};
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		const struct reply reply = say(state, messages[i]);
		expect_answer(reply, "no-company-or-qualification");
		assert_int_equal(verdict_of(&reply, 0, "1"), VERDICT_EXCLUDED);
	}
}

static void no_popup_at_all_is_the_silent_failure(void **state)
{
	static const char *const messages[] = {
		"没有任何弹窗提示，获取不到企业信息",
		"没有跳出窗口说什么，点了没任何反应，企业信息获取不到",
	};
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		const struct reply reply = say(state, messages[i]);
		expect_answer(reply, "no-company-or-qualification");
		assert_int_equal(verdict_of(&reply, 0, "1"), VERDICT_APPLIES);
	}
}

static void what_the_person_says_of_the_browser_counts_more_than_the_browser(void **state)
{
	struct talk *talk = *state;
	talk->asker.browser = "Chrome";
	const struct reply said = say(state, "我用的就是IE11，照片还是传不上");
	expect_answer(said, "photo-upload");
	assert_int_equal(verdict_of(&said, 0, "1"), VERDICT_EXCLUDED);
	talk->asker.browser = NULL;
	const struct reply other = say(state, "照片传不上，我用的是谷歌浏览器");
	assert_int_equal(verdict_of(&other, 0, "1"), VERDICT_APPLIES);
}

static void a_question_about_ie11_says_nothing_of_ones_own(void **state)
{
	struct talk *talk = *state;
	talk->asker.browser = "Chrome";
	const struct reply reply = say(state, "照片上传不了，是不是要用IE11");
	expect_answer(reply, "photo-upload");
	assert_true(is_open(&reply, 0, "1"));
}

/* No record holds the browser. */
static void where_no_record_can_tell_none_is_promised_or_missed(void **state)
{
	struct talk *talk = *state;
	talk->asker.may_sign_in = true;
	assert_false(say(state, "系统无法上传照片？").may_sign_in);
	assert_true(say(state, "获取不到成绩").may_sign_in);
	talk->asker.signed_in = true;
	const struct reply reply = say(state, "系统无法上传照片？");
	assert_false(reply.no_record);
	assert_true(reply.offers_check);
}

/* 情形2 applies from the start, so it is not what an answer brought out. */
static void a_case_that_applied_before_does_not_end_the_self_check(void **state)
{
	sign_in(state, "{\"company\":[{\"filed_under\":\"org_code\"}]}");
	say(state, "申请业务时提示无企业信息或无资质信息？");
	const struct reply first = say(state, "自查");
	assert_string_equal(first.next->fact, "popup");
	const struct reply second = say(state, "2");
	assert_int_equal(second.outcome, OUTCOME_ASK);
	assert_string_equal(second.next->fact, "qualified");
	const struct reply last = say(state, "3");
	assert_int_equal(last.outcome, OUTCOME_ANSWER);
	assert_int_equal(verdict_of(&last, 0, "2"), VERDICT_APPLIES);
	assert_int_equal(verdict_of(&last, 0, "3"), VERDICT_APPLIES);
}

static void a_question_about_siblings_is_none_of_the_self_check_and_asks_which(void **state)
{
	say(state, "获取不到成绩");
	assert_string_equal(say(state, "自查").next->fact, "score");
	const struct reply which = say(state, "证书还能延续吗");
	assert_int_equal(which.outcome, OUTCOME_ASK);
	assert_string_equal(which.next->fact, "expired");
	assert_int_equal(which.choice_count, 2);
	expect_answer(say(state, "1"), "renew-before-expiry");
	assert_string_equal(say(state, "继续刚才的").next->fact, "score");
}

/* 延续 alone asks nothing, and finds the siblings each time. */
static void beside_the_offer_of_a_person_nothing_is_asked(void **state)
{
	say(state, "获取不到成绩");
	say(state, "自查");
	assert_string_equal(say(state, "延续").reason, "no_such_option");
	assert_string_equal(say(state, "证书延续").reason, "no_such_option");
	const struct reply reply = say(state, "延续证书");
	assert_int_equal(reply.outcome, OUTCOME_HANDOFF);
	assert_string_equal(reply.reason, "fruitless");
	assert_null(reply.next);
	assert_int_equal(reply.choice_count, 0);
	assert_null(strstr(reply.text, "1."));
	/* The self-check's own question waits. */
	assert_string_equal(say(state, "1").next->fact, "exam_id");
}

static void a_missing_score_does_not_end_the_self_check_before_the_id_was_asked(void **state)
{
	say(state, "获取不到成绩");
	assert_string_equal(say(state, "自查").next->fact, "score");
	const struct reply missing = say(state, "4");
	assert_int_equal(verdict_of(&missing, 0, "2"), VERDICT_APPLIES);
	assert_int_equal(missing.outcome, OUTCOME_ASK);
	assert_string_equal(missing.next->fact, "exam_id");
	const struct reply last = say(state, "2");
	assert_int_equal(last.outcome, OUTCOME_ANSWER);
	assert_int_equal(verdict_of(&last, 0, "1"), VERDICT_APPLIES);
}

static void entries_10_and_11_lead_to_each_other(void **state)
{
	say(state, "证书即将到期可以申请延续吗？");
	say(state, "自查");
	assert_non_null(
	        strstr(say(state, "2").text, "\n您的情况请看：第11条“证书过期还可以延续吗？”"));
	sign_in(state, "{\"certificate\":[{\"category\":\"B\",\"expires_on\":\"2026-12-01\","
	               "\"status\":\"有效\"}]}");
	assert_non_null(strstr(say(state, "证书过期还可以延续吗？").text,
	                       "\n您的情况请看：第10条“证书即将到期可以申请延续吗？”"));
	sign_in(state, "{\"certificate\":[]}");
	assert_null(strstr(say(state, "证书过期还可以延续吗？").text, "您的情况请看"));
}

/* --- records --- */

static void wants_names_what_the_rules_read(void **state)
{
	struct talk *talk = *state;
	talk->asker.signed_in = true;
	assert_int_equal(say(state, "获取不到成绩").wants,
	                 1U << RELATION_APPLICANT | 1U << RELATION_EXAM |
	                         1U << RELATION_CERTIFICATE | 1U << RELATION_CONSTRUCTOR);
	assert_int_equal(say(state, "证书过期还可以延续吗").wants, 1U << RELATION_CERTIFICATE);
	assert_int_equal(say(state, "系统无法上传照片？").wants, 0);
	assert_int_equal(say(state, "安管人员考核事项可以多人批量申请吗？").wants, 0);
}

static void a_record_without_the_exams_excludes_nothing_of_them(void **state)
{
	sign_in(state,
	        "{\"applicant\":[{\"id_number\":\"11010519491231002X\",\"blacklisted\":0}]}");
	const struct reply reply = say(state, "获取不到成绩");
	assert_int_equal(verdict_of(&reply, 0, "2"), VERDICT_UNKNOWN);
	assert_int_equal(verdict_of(&reply, 0, "3"), VERDICT_EXCLUDED);
	assert_true(reply.no_record);
	assert_string_equal(reply.next->fact, "score");
}

static void two_questions_give_two_answers_with_their_verdicts(void **state)
{
	sign_in(state, "{\"exam\":[{\"kind\":\"首次取证\",\"result\":\"不合格\","
	               "\"taken_on\":\"2026-05-06\"}],\"applicant\":[{\"blacklisted\":0}]}");
	const struct reply reply = say(state, "获取不到成绩，另外照片上传不了怎么办");
	assert_int_equal(reply.answer_count, 2);
	const size_t exam = strcmp(reply.answers[0].entry->id, "exam-result-missing") == 0 ? 0 : 1;
	assert_int_equal(verdict_of(&reply, exam, "2"), VERDICT_APPLIES);
	assert_int_equal(verdict_of(&reply, 1 - exam, "1"), VERDICT_UNKNOWN);
	assert_null(reply.next);
}

/* --- how it reads --- */

static void an_entry_without_cases_reads_as_a_result(void **state)
{
	sign_in(state, "{\"certificate\":[{\"category\":\"B\",\"expires_on\":\"2026-12-01\","
	               "\"status\":\"有效\"}]}");
	assert_string_equal(
	        say(state, "证书即将到期可以申请延续吗？").text,
	        "【第10条 证书即将到期可以申请延续吗？】\n"
	        "▶ 核对结果：您的B证有效期至2026-12-01，还有6天到期，在这之前提交延续申请即可。"
	        "从2026-12-02起，这一条会变为不符合。\n"
	        "接下来：\n· 在有效截至日期前提交延续申请。\n"
	        "  办理人：企业；办理渠道：河南政务服务网；最晚办理日期：2026-12-01\n"
	        "只要在有效截至日期前提交延续申请即可。\n"
	        "（依据：安管人员考核业务办理常见问题解答第10条，2026-11-23核对）");
	assert_non_null(strstr(say(state, "证书过期还可以延续吗？").text,
	                       "▶ 核对结果：您的B证有效期至2026-12-01，还没有过期。"
	                       "从2026-12-02起，这一条会变为符合。\n"));
}

static void the_two_sides_of_entry_3_are_told_apart_by_name(void **state)
{
	sign_in(state, "{\"certificate\":[{\"employer\":\"甲公司\",\"status\":\"有效\"}],"
	               "\"company\":[{\"name\":\"乙公司\"}],\"application\":[]}");
	const char *text = say(state, "提示“安管人员聘用企业与申报企业不一致”？").text;
	text = expect_behind(text, "▶ （1）“聘用企业信息”有误（符合）：");
	text = expect_behind(text, "▶ （2）“申报单位”信息有误（不符合）：");
	expect_behind(text, "即可正常办理相关事项。");
}

static void entry_13_says_once_that_it_has_no_answer(void **state)
{
	sign_in(state, "{\"application\":[{\"matter\":\"首次考核\",\"status\":\"办结\","
	               "\"closed_on\":\"2026-10-01\"}]}");
	const char *text = say(state, "安管人员考核业务办结后怎么查询？").text;
	text = expect_behind(text, "您的“首次考核”事项已于2026-10-01办结。");
	text = expect_behind(text, "0371-65250866");
	assert_null(strstr(text, "0371-65250866"));
}

static void ordinary_short_words_do_not_end_the_self_check(void **state)
{
	static const char *const words[] = { "没有", "是", "蓝的", "都不是", "嗯嗯", "哼" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		say(state, "获取不到成绩");
		assert_string_equal(say(state, "自查").next->fact, "score");
		assert_string_equal(say(state, "1").next->fact, "exam_id");
		const struct reply reply = say(state, words[i]);
		if (reply.outcome != OUTCOME_ASK)
			fail_msg("\"%s\" ends it", words[i]);
		assert_string_equal(reply.reason, "no_such_option");
		assert_string_equal(reply.next->fact, "exam_id");
	}
	assert_string_equal(say(state, "核对过").next->fact, "blacklisted");
}

static void a_denial_of_what_is_asked_about_is_a_no(void **state)
{
	static const char *const rows[][2] = { { "不是黑名单", "no" },
		                               { "不在黑名单啊。", "no" },
		                               { "没有事故呀", "no" },
		                               { "是黑名单", "yes" } };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		say(state, "获取不到成绩");
		say(state, "自查");
		say(state, "跳过");
		assert_string_equal(say(state, "跳过").next->fact, "blacklisted");
		const struct reply reply = say(state, rows[i][0]);
		const char *said = reply.told ? told_value(reply.told, "blacklisted") : NULL;
		if (!said || strcmp(said, rows[i][1]) != 0)
			fail_msg("\"%s\": %s, not %s", rows[i][0], said ? said : "nothing",
			         rows[i][1]);
	}
}

/* Today is 25 November 2026. */
static void a_date_answers_whether_it_is_over(void **state)
{
	static const struct {
		const char *opening, *message, *fact, *value;
	} rows[] = {
		{ "证书过期还可以延续吗", "2026年12月20号到期", "expired", "no" },
		{ "证书过期还可以延续吗", "到2026年12月20号", "expired", "no" },
		{ "证书过期还可以延续吗", "2026年12月20号", "expired", "no" },
		{ "证书过期还可以延续吗", "今年3月份到期的", "expired", "yes" },
		{ "未提取到有效证书或证书已过期注销", "2026年12月20号到期", "certificate",
		  "valid" },
		{ "未提取到有效证书或证书已过期注销", "2026年12月20号过期", "certificate",
		  "valid" },
		{ "未提取到有效证书或证书已过期注销", "去年5月到期的", "certificate", "expired" },
		{ "成绩不存在或已过期", "2025年3月", "score", NULL },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
		say(state, rows[i].opening);
		assert_string_equal(say(state, "自查").next->fact, rows[i].fact);
		const struct reply reply = say(state, rows[i].message);
		const char *said = reply.told ? told_value(reply.told, rows[i].fact) : NULL;
		if (rows[i].value ? !said || strcmp(said, rows[i].value) != 0 : said != NULL)
			fail_msg("\"%s\": %s", rows[i].message, said ? said : "nothing");
	}
}

static void courtesy_people_and_popups_are_heard_during_the_self_check(void **state)
{
	static const struct {
		const char *message;
		enum outcome outcome;
	} heard[] = {
		{ "谢谢", OUTCOME_SMALLTALK },
		{ "你好", OUTCOME_SMALLTALK },
		{ "转人工", OUTCOME_HANDOFF },
		{ "照片传不上去", OUTCOME_ANSWER },
	};
	for (size_t i = 0; i < sizeof(heard) / sizeof(heard[0]); i++) {
		say(state, "获取不到成绩");
		say(state, "自查");
		const struct reply reply = say(state, heard[i].message);
		assert_int_equal(reply.outcome, heard[i].outcome);
	}
}

#define TALK(test_) cmocka_unit_test_setup_teardown(test_, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALK(the_self_check_judges_as_the_diagnosis_does_on_every_way_through),
		TALK(the_operator_s_script_asks_and_tells_the_same_in_that_order),
		TALK(a_certificate_number_typed_with_full_width_brackets_is_noticed),
		TALK(a_certificate_number_typed_as_it_is_now_excludes_the_case),
		TALK(an_id_number_whose_check_digit_fails_is_noticed),
		TALK(a_sound_id_number_decides_nothing),
		TALK(what_was_typed_counts_in_later_turns_too),
		TALK(the_chats_browser_decides_nothing),
		TALK(a_quoted_popup_is_no_silent_failure),
		TALK(a_popup_that_says_something_is_a_popup),
		TALK(no_popup_at_all_is_the_silent_failure),
		TALK(what_the_person_says_of_the_browser_counts_more_than_the_browser),
		TALK(a_question_about_ie11_says_nothing_of_ones_own),
		TALK(where_no_record_can_tell_none_is_promised_or_missed),
		TALK(a_case_that_applied_before_does_not_end_the_self_check),
		TALK(a_question_about_siblings_is_none_of_the_self_check_and_asks_which),
		TALK(beside_the_offer_of_a_person_nothing_is_asked),
		TALK(a_missing_score_does_not_end_the_self_check_before_the_id_was_asked),
		TALK(entries_10_and_11_lead_to_each_other),
		TALK(wants_names_what_the_rules_read),
		TALK(a_record_without_the_exams_excludes_nothing_of_them),
		TALK(two_questions_give_two_answers_with_their_verdicts),
		TALK(an_entry_without_cases_reads_as_a_result),
		TALK(the_two_sides_of_entry_3_are_told_apart_by_name),
		TALK(entry_13_says_once_that_it_has_no_answer),
		TALK(ordinary_short_words_do_not_end_the_self_check),
		TALK(a_denial_of_what_is_asked_about_is_a_no),
		TALK(a_date_answers_whether_it_is_over),
		TALK(courtesy_people_and_popups_are_heard_during_the_self_check),
	};
	return cmocka_run_group_tests(tests, set_up, close_talk);
}
