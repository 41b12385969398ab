/* What is asked of the service, for whom, and what of it is said where others read along. */
#include "service/groups/group.h"

#include "base/buf.h"
#include "base/file.h"
#include "service/groups/setting.h"

/* --- whose it is --- */

struct turn_of {
	const char *says, *gets;
};

#define ASK_COMPANY  "企业信息"
#define LIST_COMPANY "2. 获取的企业信息是旧企业信息？"
#define ASK_RENEWAL  "证书延续"
#define LIST_RENEWAL "2. 已经过期"
/* The FAQ's words. */
#define ENTRY_4    "情形4：企业为旧版劳务类资质。"
#define ENTRY_5    "请先通过建筑市场监管公共服务平台"
#define ENTRY_6    "2023年8月份更换了新版的电子证照编号"
#define ENTRY_7    "情形2：成绩不合格，或成绩超出有效期，或尚未同步成绩数据。"
#define ENTRY_8    "临时建造师已取消失效，不能再申请相关事项。"
#define ENTRY_10   "只要在有效截至日期前提交延续申请即可。"
#define ENTRY_11   "不可以，证书过期信息就不存在，无法进行延续。"
#define CHECK      "问题1：您的成绩是什么情况？"
#define CHECK_NEXT "问题2：考试组织机构登记的身份证号，核对过吗？"

static const struct turn_of people[10][4] = {
	{ { ASK_INFO, LIST_INFO },
	  { "1", ENTRY_4 },
	  { ASK_COMPANY, LIST_COMPANY },
	  { "2", ENTRY_5 } },
	{ { ASK_INFO, LIST_INFO },
	  { "2", ENTRY_6 },
	  { ASK_COMPANY, LIST_COMPANY },
	  { "1", ENTRY_4 } },
	{ { ASK_INFO, LIST_INFO },
	  { "3", ENTRY_8 },
	  { ASK_RENEWAL, LIST_RENEWAL },
	  { "1", ENTRY_10 } },
	{ { ASK_RENEWAL, LIST_RENEWAL },
	  { "2", ENTRY_11 },
	  { ASK_COMPANY, LIST_COMPANY },
	  { "2", ENTRY_5 } },
	{ { ASK_RENEWAL, LIST_RENEWAL },
	  { "1", ENTRY_10 },
	  { ASK_COMPANY, LIST_COMPANY },
	  { "1", ENTRY_4 } },
	/* not passed: case 2; a wrong ID number: case 1; too old: case 2 */
	{ { OF_RECORD, ENTRY_7 },
	  { "自查", CHECK },
	  { "2", "▶ 符合情形2" },
	  { PLAIN, PLAIN_ANSWER } },
	{ { OF_RECORD, ENTRY_7 }, { "自查", CHECK }, { "1", CHECK_NEXT }, { "2", "▶ 符合情形1" } },
	{ { OF_RECORD, ENTRY_7 },
	  { "自查", CHECK },
	  { "3", "▶ 符合情形2" },
	  { "系统无法上传照片", "下载安装使用IE11浏览器。" } },
	{ { ASK_COMPANY, LIST_COMPANY },
	  { "1", ENTRY_4 },
	  { ASK_RENEWAL, LIST_RENEWAL },
	  { "1", ENTRY_10 } },
	{ { ASK_COMPANY, LIST_COMPANY },
	  { "2", ENTRY_5 },
	  { ASK_RENEWAL, LIST_RENEWAL },
	  { "2", ENTRY_11 } },
};

static size_t person_of(const struct said *said)
{
	return (size_t)(said->person[1] - '0');
}

static void check_round(const struct setting *setting, size_t round)
{
	bool answered[10] = { false };

	for (size_t i = 0; i < 10; i++) {
		const struct said *said = &setting->platform.said[round * 10 + i];
		const size_t person = person_of(said);

		assert_int_equal(said->kind, GROUP_ANSWER);
		assert_string_equal(said->mention, said->person);
		assert_memory_equal(said->address, "to p", 4);
		assert_int_equal(said->address[4], said->person[1]);
		assert_false(answered[person]);
		answered[person] = true;
		if (!holds(said, people[person][round].gets))
			fail_msg("%s, who typed %s, got %s", said->person,
			         people[person][round].says, said->text);
	}
}

static void forty_turns_of_ten_people_in_one_group_meet_the_right_ones(void **state)
{
	struct setting *setting = *state;
	char person[8];

	for (size_t round = 0; round < 4; round++) {
		for (size_t i = 0; i < 10; i++) {
			/* In another order each time. */
			const size_t who = (i * 7 + round * 3) % 10;

			snprintf(person, sizeof(person), "p%zu", who);
			says(setting, person, people[who][round].says);
		}
		gather(setting);
		await_said(setting, (round + 1) * 10);
		check_round(setting, round);
	}
}

static void a_conversation_goes_on_after_a_restart_and_not_in_another_group(void **state)
{
	struct setting *setting = *state;
	const struct typed elsewhere = { "g2", "a", NULL, "3", false };
	const struct typed single = { NULL, "a", NULL, "3", false };

	assert_true(holds(answer_to(setting, "a", ASK_INFO), LIST_INFO));
	types(setting, &elsewhere);
	await_said(setting, 2);
	assert_false(holds(last(setting), ENTRY_8));
	types(setting, &single);
	await_said(setting, 3);
	assert_false(holds(last(setting), ENTRY_8));
	restart(setting);
	says(setting, "a", "3");
	await_said(setting, 4);
	assert_true(holds(last(setting), ENTRY_8));
}

/* --- many at once --- */

static void many_groups_at_once_get_each_answer_once_and_in_order(void **state)
{
	enum { GROUPS = 20, QUESTIONS = 20 };
	struct setting *setting = *state;
	size_t next[GROUPS] = { 0 };

	for (size_t i = 0; i < (size_t)GROUPS * QUESTIONS; i++) {
		char chat[8], person[8];
		const struct typed typed = { chat, person, NULL, PLAIN, false };

		snprintf(chat, sizeof(chat), "%zu", i % GROUPS);
		snprintf(person, sizeof(person), "%zu", i / GROUPS);
		types(setting, &typed);
	}
	gather(setting);
	await_said(setting, (size_t)GROUPS * QUESTIONS);
	for (size_t i = 0; i < (size_t)GROUPS * QUESTIONS; i++) {
		const struct said *said = &setting->platform.said[i];
		const size_t chat = strtoul(said->chat, NULL, 10);

		assert_int_equal(said->kind, GROUP_ANSWER);
		assert_int_equal(strtoul(said->person, NULL, 10), next[chat]);
		next[chat]++;
	}
}

static uint64_t count_turns(const struct setting *setting)
{
	uint64_t count = 0;

	for (size_t i = 0; i < METRICS_OUTCOMES; i++)
		count += setting->metrics.turns[i];
	return count;
}

static void asks_in_each(struct setting *setting, size_t groups)
{
	char chat[24];
	const struct typed typed = { chat, "a", NULL, PLAIN, false };

	for (size_t i = 0; i < groups; i++) {
		snprintf(chat, sizeof(chat), "%zu", i);
		types(setting, &typed);
	}
	gather(setting);
}

/* Between two runs the sockets are looked at: whoever asks on the page waits for one turn. */
static void of_a_burst_one_question_is_answered_in_each_run_of_the_loop(void **state)
{
	enum { BURST = 15 };
	struct setting *setting = *state;
	uint64_t before;

	/* Their sessions are in memory then, so nothing is read for the burst. */
	asks_in_each(setting, BURST);
	await_said(setting, BURST);
	fake_loop_run(&setting->fake, 60000);
	before = count_turns(setting);
	asks_in_each(setting, BURST);
	while (setting->platform.count < 2 * (size_t)BURST) {
		assert_true(fake_loop_await(&setting->fake));
		fake_loop_run(&setting->fake, 0);
		assert_in_range(count_turns(setting) - before, 0, 1);
		before = count_turns(setting);
	}
}

/* --- deadlines --- */

static void a_deadline_is_met_with_a_word_and_the_answer_comes_behind(void **state)
{
	struct setting *setting = *state;

	setting->platform.kind.abilities = GROUP_LATE;
	setting->platform.kind.answer_ms = 600; /* nothing is gathered for longer than 200 */
	start(setting);
	says(setting, "a", PLAIN);
	fake_loop_run(&setting->fake, 600); /* the store has had no chance to answer */
	assert_int_equal(setting->platform.count, 1);
	assert_int_equal(last(setting)->kind, GROUP_WAIT);
	assert_true(holds(last(setting), "正在查，请稍等。"));
	await_said(setting, 2);
	assert_int_equal(last(setting)->kind, GROUP_ANSWER);
	assert_true(last(setting)->late);
	assert_true(holds(last(setting), PLAIN_ANSWER));
}

static void a_channel_that_is_off_does_not_ask_to_wait_either(void **state)
{
	struct setting *setting = *state;

	setting->platform.kind.abilities = GROUP_LATE;
	setting->platform.kind.answer_ms = 600;
	start(setting);
	says(setting, "a", PLAIN);
	switch_channel(setting, false);
	assert_int_equal(group_under_way(setting->platform.door), 1);
	fake_loop_run(&setting->fake, 600);
	assert_int_equal(setting->platform.count, 1);
	assert_int_equal(last(setting)->kind, GROUP_SILENCE);
	assert_int_equal(group_under_way(setting->platform.door), 0);
}

static void a_platform_that_was_told_to_wait_gets_silence_for_a_repeat(void **state)
{
	struct setting *setting = *state;
	const struct typed typed = { "g1", "a", "77", PLAIN, false };

	setting->platform.kind.abilities = GROUP_LATE | GROUP_IN_RESPONSE;
	setting->platform.kind.answer_ms = 600;
	start(setting);
	types(setting, &typed);
	fake_loop_run(&setting->fake, 600);
	assert_int_equal(last(setting)->kind, GROUP_WAIT);
	await_said(setting, 2);
	assert_int_equal(last(setting)->kind, GROUP_ANSWER);
	types(setting, &typed);
	assert_int_equal(setting->platform.count, 3);
	assert_int_equal(last(setting)->kind, GROUP_SILENCE);
}

static void where_nothing_can_come_behind_it_the_person_is_asked_to_try_again(void **state)
{
	struct setting *setting = *state;

	setting->platform.kind.answer_ms = 600;
	start(setting);
	says(setting, "a", PLAIN);
	fake_loop_run(&setting->fake, 600);
	assert_int_equal(setting->platform.count, 1);
	assert_int_equal(last(setting)->kind, GROUP_ANSWER);
	assert_true(holds(last(setting), "过一会儿把问题再发一次"));
	/* The answer is there by then. */
	says(setting, "a", PLAIN);
	fake_loop_run(&setting->fake, 200);
	await_said(setting, 2);
	assert_true(holds(last(setting), PLAIN_ANSWER));
}

static void nobody_is_told_to_wait_for_what_was_not_asked(void **state)
{
	struct setting *setting = *state;

	write_rules(setting, "{\"channel\":\"onebot\",\"group\":\"*\",\"answer\":\"unasked\"}\n");
	setting->platform.kind.abilities = GROUP_LATE;
	setting->platform.kind.answer_ms = 600;
	start(setting);
	mentions_nobody(setting, "a", PLAIN);
	fake_loop_run(&setting->fake, 600);
	assert_int_equal(setting->platform.count, 1);
	assert_int_equal(last(setting)->kind, GROUP_SILENCE);
	says(setting, "b", PLAIN);
	fake_loop_run(&setting->fake, 200);
	await_said(setting, 2);
	assert_true(holds(last(setting), PLAIN_ANSWER));
}

/* --- what is private --- */

static bool file_holds(const char *path, const char *text)
{
	struct buf bytes;
	bool found;

	buf_init(&bytes, (size_t)64 << 20);
	if (file_read(path, &bytes) != STATUS_OK) {
		buf_deinit(&bytes);
		return false;
	}
	found = bytes.len > 0 && memmem(bytes.ptr, bytes.len, text, strlen(text)) != NULL;
	buf_deinit(&bytes);
	return found;
}

static bool anything_holds(const struct setting *setting, const char *text)
{
	const char *const files[] = { setting->store, setting->sessions, setting->journal };
	char beside[PATH_SIZE + 8];

	for (size_t i = 0; i < 3; i++) {
		snprintf(beside, sizeof(beside), "%s-wal", files[i]);
		if (file_holds(files[i], text) || file_holds(beside, text))
			return true;
	}
	return false;
}

static void an_id_number_is_neither_repeated_nor_kept_and_is_to_be_withdrawn(void **state)
{
	struct setting *setting = *state;
	const struct said *said;

	said = answer_to(setting, "a", "我叫张安一，身份证" ID_NUMBER "，成绩查不到");
	assert_int_equal(said->kind, GROUP_ANSWER);
	assert_true(holds(said, "撤回"));
	assert_true(holds(said, BASE "/p/"));
	assert_false(holds(said, ID_NUMBER) || holds(said, "1986"));
	assert_int_equal(setting->metrics.turns[OUTCOME_ANSWER], 0);
	/* In two messages, and one that is not right. */
	says(setting, "b", "成绩查不到4199001986");
	mentions_nobody(setting, "b", "03120010");
	gather(setting);
	await_said(setting, 3);
	assert_true(holds(last(setting), "撤回"));
	says(setting, "e", "成绩查不到4199");
	mentions_nobody(setting, "e", "0019");
	mentions_nobody(setting, "e", "8603");
	mentions_nobody(setting, "e", "120010");
	gather(setting);
	await_said(setting, 7);
	assert_true(holds(last(setting), "撤回"));
	assert_true(holds(answer_to(setting, "c", "419900198603120011成绩查不到"), "撤回"));
	/* However its parts are written. */
	assert_true(holds(answer_to(setting, "f", "419900.19860312.0010成绩查不到"), "撤回"));
	assert_true(holds(answer_to(setting, "g", "419900/1986/0312/0010成绩查不到"), "撤回"));
	assert_true(holds(answer_to(setting, "h", "419900 1986年3月12日 0010"), "撤回"));
	assert_true(holds(answer_to(setting, "i", "四一九九零零一九八六零三一二零零一零"), "撤回"));
	assert_false(holds(answer_to(setting, "j", "手机13812345678照片传不上"), "撤回"));
	assert_false(
	        holds(answer_to(setting, "k", "受理号41000020260312000123成绩查不到"), "撤回"));
	/* The control: what can be found is found. */
	answer_to(setting, "d", PLAIN);
	restart(setting);
	assert_true(anything_holds(setting, "多人批量申请"));
	assert_true(anything_holds(setting, "成绩查不到"));
	assert_false(anything_holds(setting, ID_NUMBER));
	assert_false(anything_holds(setting, "419900198603120011"));
	assert_false(anything_holds(setting, "4199001986"));
	assert_false(anything_holds(setting, "到4199"));
	assert_false(anything_holds(setting, "120010"));
}

static void what_hangs_on_a_record_comes_with_a_link_that_leads_out_of_the_group(void **state)
{
	struct setting *setting = *state;
	const struct said *said = answer_to(setting, "a", OF_RECORD);

	assert_true(holds(said, ENTRY_7));
	assert_true(holds(said, BASE "/p/"));
	/* Once: not behind each question of the self-check. */
	assert_false(holds(answer_to(setting, "a", "自查"), "/p/"));
	/* Nothing hangs on one. */
	assert_false(holds(answer_to(setting, "a", PLAIN), "/p/"));
}

static void who_asks_for_a_person_gets_the_contacts_and_a_link(void **state)
{
	struct setting *setting = *state;
	const struct said *said = answer_to(setting, "a", "转人工");

	assert_true(holds(said, "0371-65250866"));
	assert_true(holds(said, "1092242364"));
	assert_true(holds(said, BASE "/p/"));
}

/* --- what is said --- */

static void a_case_that_is_picked_by_number_is_answered_alone(void **state)
{
	struct setting *setting = *state;
	const struct said *said = answer_to(setting, "zhang", OF_RECORD);

	assert_true(holds(said, "向当地考试组织机构核实身份证号"));
	assert_true(holds(said, "报告整改情况"));
	said = answer_to(setting, "zhang", "2");
	assert_true(holds(said, "获取不到成绩"));
	assert_true(holds(said, "成绩不合格，或成绩超出有效期，或尚未同步成绩数据。"));
	assert_true(holds(said, "首次取证成绩保留2年"));
	assert_false(holds(said, "请排查以下情况"));
	assert_false(holds(said, "向当地考试组织机构核实身份证号"));
	assert_false(holds(said, "报告整改情况"));
	assert_true(holds(said, "依据"));
}

static void that_it_wants_to_be_mentioned_is_said_once_to_each(void **state)
{
	static const char hint[] = "回复时请@我";
	struct setting *setting = *state;
	const struct typed alone = { NULL, "zhang", NULL, "照片", false };

	assert_true(holds(answer_to(setting, "zhang", "照片"), hint));
	assert_false(holds(answer_to(setting, "zhang", "照片"), hint));
	assert_true(holds(answer_to(setting, "li", "照片"), hint));
	assert_false(holds(answer_to(setting, "wang", PLAIN), hint));
	types(setting, &alone);
	gather(setting);
	await_said(setting, 5);
	assert_false(holds(last(setting), hint));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STARTED(forty_turns_of_ten_people_in_one_group_meet_the_right_ones),
		STARTED(a_conversation_goes_on_after_a_restart_and_not_in_another_group),
		STARTED(many_groups_at_once_get_each_answer_once_and_in_order),
		STARTED(of_a_burst_one_question_is_answered_in_each_run_of_the_loop),
		SETTING(a_deadline_is_met_with_a_word_and_the_answer_comes_behind),
		SETTING(a_channel_that_is_off_does_not_ask_to_wait_either),
		SETTING(a_platform_that_was_told_to_wait_gets_silence_for_a_repeat),
		SETTING(where_nothing_can_come_behind_it_the_person_is_asked_to_try_again),
		SETTING(nobody_is_told_to_wait_for_what_was_not_asked),
		STARTED(an_id_number_is_neither_repeated_nor_kept_and_is_to_be_withdrawn),
		STARTED(what_hangs_on_a_record_comes_with_a_link_that_leads_out_of_the_group),
		STARTED(who_asks_for_a_person_gets_the_contacts_and_a_link),
		STARTED(a_case_that_is_picked_by_number_is_answered_alone),
		STARTED(that_it_wants_to_be_mentioned_is_said_once_to_each),
	};

	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
