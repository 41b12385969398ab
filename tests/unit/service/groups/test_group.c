/*
 * Group chats with a platform that only writes down what it is told to send, over the real
 * knowledge, a store, and a loop whose clock the tests move.
 */
#include "service/groups/group.h"

#include "office/records/support.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/buf.h"
#include "base/file.h"
#include "office/groups/group_rows.h"
#include "run/fake_loop.h"
#include "service/service.h"

#define PLAIN        "安管人员考核事项可以多人批量申请吗" /* entry 1 */
#define PLAIN_ANSWER "不可以。必须一人一事项分别申请。"
#define OF_RECORD    "获取不到成绩" /* entry 7 */
#define ID_NUMBER    "419900198603120010"
#define BASE         "https://faq.example.cn/dayi"

enum {
	SAID_MOST = 512,
	GATHER_MS = 1500,
	TESTS_MOST = 128,
	/* 2026-11-29T08:00:00Z, 16:00 in China */
	START_S = 1795939200,
};

/* What the platform was told to send. */
struct said {
	enum group_answer_kind kind;
	uint64_t id;
	char address[64], chat[64], person[64], mention[64], quote[64], link[256];
	char text[8192]; /* parts, parted by "\f" */
	size_t part_count;
	bool markdown, late, again, single;
	size_t option_count;
};

struct platform {
	struct group_kind kind;
	struct group_door *door;
	struct said said[SAID_MOST];
	size_t count;
	bool reports; /* tells the outcome from inside send() */
	enum group_outcome outcome;
	size_t parts_sent;
};

struct setting {
	struct scratch_folder scratch;
	char store[PATH_SIZE], sessions[PATH_SIZE], session_key[PATH_SIZE], journal[PATH_SIZE],
	        rules[PATH_SIZE], records[PATH_SIZE], audit[PATH_SIZE], audit_key[PATH_SIZE],
	        token_key[PATH_SIZE];
	struct fake_loop fake;
	struct jobs *jobs;
	struct metrics metrics;
	struct service_settings settings;
	struct groups_settings groups_settings;
	struct service *service; /* one for all tests: to load the knowledge takes long */
	struct groups *groups;
	struct groups *over[TESTS_MOST]; /* of tests that have ended */
	size_t over_count;
	struct platform *others[TESTS_MOST]; /* that outlive their groups */
	size_t other_count;
	struct platform platform;
	unsigned next_message, tests;
	struct log *log; /* NULL: nobody reads it */
	size_t busy_lines;
	char self[16]; /* another one in each test, so conversations are new */
};

static void copy_text(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text ? text : "");
}

static void write_down(void *context, const struct group_answer *answer)
{
	struct platform *platform = context;
	size_t len = 0;

	assert_true(platform->count < SAID_MOST);
	struct said *said = &platform->said[platform->count++];

	*said = (struct said){ .kind = answer->kind,
		               .id = answer->id,
		               .part_count = answer->part_count,
		               .markdown = answer->markdown,
		               .late = answer->late,
		               .again = answer->again,
		               .single = !answer->chat,
		               .option_count = answer->option_count };
	snprintf(said->address, sizeof(said->address), "%.*s", SPAN_ARGS(answer->address));
	copy_text(said->chat, sizeof(said->chat), answer->chat);
	copy_text(said->person, sizeof(said->person), answer->person);
	copy_text(said->mention, sizeof(said->mention), answer->mention);
	copy_text(said->quote, sizeof(said->quote), answer->quote);
	copy_text(said->link, sizeof(said->link), answer->link_url);
	for (size_t i = 0; i < answer->part_count; i++)
		len += (size_t)snprintf(said->text + len, sizeof(said->text) - len, "%s%.*s",
		                        i > 0 ? "\f" : "", SPAN_ARGS(answer->parts[i]));
	assert_true(len < sizeof(said->text));
	if (platform->reports && answer->id != 0)
		group_sent(platform->door, answer->id,
		           platform->outcome == GROUP_SENT ? answer->part_count
		                                           : platform->parts_sent,
		           platform->outcome);
}

static bool fill_random(void *bytes, size_t len)
{
	return getrandom(bytes, len, 0) == (ssize_t)len;
}

static void start_service(struct setting *setting)
{
	struct job_limits limits[JOB_CLASSES];

	service_job_limits(&setting->settings, limits);
	limits[JOB_GROUPS] = groups_job_limits(&setting->groups_settings);
	limits[JOB_GROUPS].most = TESTS_MOST;
	assert_int_equal(jobs_create(&setting->jobs, setting->fake.loop, limits), STATUS_OK);
	const struct service_tools tools = { .loop = setting->fake.loop,
		                             .jobs = setting->jobs,
		                             .metrics = &setting->metrics,
		                             .clock = fake_loop_clock(&setting->fake),
		                             .random = fill_random };

	assert_int_equal(service_create(&setting->service, &setting->settings, &tools), STATUS_OK);
}

static void start(struct setting *setting)
{
	if (!setting->service)
		start_service(setting);
	const struct groups_tools tools = { .service = setting->service,
		                            .loop = setting->fake.loop,
		                            .jobs = setting->jobs,
		                            .log = setting->log,
		                            .clock = fake_loop_clock(&setting->fake),
		                            .random = fill_random };

	assert_int_equal(groups_create(&setting->groups, &setting->groups_settings, &tools),
	                 STATUS_OK);
	setting->platform.reports = true;
	setting->platform.outcome = GROUP_SENT;
	assert_int_equal(group_open(setting->groups, &setting->platform.kind, &setting->platform,
	                            &setting->platform.door),
	                 STATUS_OK);
}

static void stop_groups(struct setting *setting)
{
	if (!setting->groups)
		return;
	groups_stop(setting->groups);
	assert_true(setting->over_count < TESTS_MOST);
	setting->over[setting->over_count++] = setting->groups;
	setting->groups = NULL;
}

static void stop(struct setting *setting)
{
	stop_groups(setting);
	if (!setting->service)
		return;
	service_stop(setting->service);
	fake_loop_stop_jobs(&setting->fake, setting->jobs);
	while (setting->over_count > 0)
		groups_destroy(setting->over[--setting->over_count]);
	service_destroy(setting->service);
	jobs_destroy(setting->jobs);
	setting->service = NULL;
	log_destroy(setting->log);
	setting->log = NULL;
}

static int set_up_all(void **state)
{
	struct setting *setting = calloc(1, sizeof(*setting));

	assert_non_null(setting);
	scratch_make(&setting->scratch);
	import_samples(scratch_path(&setting->scratch, "records.db", setting->records));
	setting->settings = (struct service_settings){
		.knowledge = { .folder = DAYI_SOURCE_DIR "/knowledge",
		               .match = match_settings_default(),
		               .golden_level = FAULT_WARNING },
		.journal = { .file = scratch_path(&setting->scratch, "journal.db",
		                                  setting->journal),
		             .queue = 1000,
		             .batch_rows = 100,
		             .busy_ms = 20 },
		.records = { .record = { .kind = "sqlite",
		                         .file = setting->records,
		                         .mapping = "",
		                         .conninfo = "",
		                         .deadline_ms = 20000,
		                         .threads = 1,
		                         .queue = 16,
		                         .retry_ms = 2000 },
		             .sign_in = { .algorithm = "HS256",
		                          .key_file = scratch_path(&setting->scratch, "token.key",
		                                                   setting->token_key),
		                          .issuer = "portal",
		                          .audience = "dayi",
		                          .id_claim = "sub",
		                          .name_claim = "name",
		                          .leeway_s = 30,
		                          .longest_s = 3600 },
		             .audit = { .file = scratch_path(&setting->scratch, "audit.db",
		                                             setting->audit),
		                        .key_file = scratch_path(&setting->scratch, "audit.key",
		                                                 setting->audit_key),
		                        .busy_ms = 2000 } },
		.record_keep_s = 300,
		.sessions = { .kept = 1000, .bytes = 8 << 20, .keep_us = INT64_C(1800000000) },
		.store = { .file = scratch_path(&setting->scratch, "sessions.db",
		                                setting->sessions),
		           .key_file = scratch_path(&setting->scratch, "session.key",
		                                    setting->session_key),
		           .busy_ms = 2000 },
	};
	fake_loop_make(&setting->fake);
	*state = setting;
	return 0;
}

static int tear_down_all(void **state)
{
	struct setting *setting = *state;

	stop(setting);
	while (setting->other_count > 0)
		free(setting->others[--setting->other_count]);
	fake_loop_end(&setting->fake);
	scratch_remove(&setting->scratch);
	free(setting);
	return 0;
}

static int set_up(void **state)
{
	struct setting *setting = *state;
	char name[32];

	setting->tests++;
	snprintf(name, sizeof(name), "groups%u.db", setting->tests);
	snprintf(setting->self, sizeof(setting->self), "1000%u", setting->tests);
	memset(&setting->metrics, 0, sizeof(setting->metrics));
	/* Later in each test, as it is for what they share, at the same time of the day. */
	setting->fake.now_us = (START_S + INT64_C(86400) * setting->tests) * INT64_C(1000000);
	setting->next_message = 0;
	memset(&setting->platform, 0, sizeof(setting->platform));
	setting->groups_settings = (struct groups_settings){
		.store = scratch_path(&setting->scratch, name, setting->store),
		.busy_ms = 2000,
		.file = "",
		.public_url = BASE,
		.gather_ms = GATHER_MS,
	};
	setting->platform.kind = (struct group_kind){
		.name = "onebot",
		.abilities = GROUP_MENTIONS | GROUP_QUOTES,
		.part_chars = 800,
		.part_bytes = 4000,
		.parts_most = 3,
		.send = write_down,
	};
	return 0;
}

static int set_up_started(void **state)
{
	set_up(state);
	start(*state);
	return 0;
}

static int tear_down(void **state)
{
	stop_groups(*state);
	return 0;
}

static void restart(struct setting *setting)
{
	stop(setting);
	fake_loop_end(&setting->fake);
	const int64_t now_us = setting->fake.now_us;

	fake_loop_make(&setting->fake);
	setting->fake.now_us = now_us;
	start(setting);
}

/* A message of the group "g1"; the address names person and text, so that mix-ups show. */
struct typed {
	const char *chat, *person, *id, *text;
	bool unspoken;
};

static void types(struct setting *setting, const struct typed *typed)
{
	char id[32], text[4096], address[64];
	const struct group_message message = {
		.self = setting->self,
		.chat = typed->chat,
		.person = typed->person,
		.id = typed->id ? typed->id : id,
		.text = { text, strlen(typed->text) },
		.spoken_to = !typed->unspoken,
		.address = { address, strlen(typed->person) + 3 },
	};

	snprintf(id, sizeof(id), "m%u", ++setting->next_message);
	snprintf(text, sizeof(text), "%s", typed->text);
	snprintf(address, sizeof(address), "to %s", typed->person);
	group_take(setting->platform.door, &message);
	memset(text, 'x', sizeof(text));
	memset(address, 'x', sizeof(address));
}

static void says(struct setting *setting, const char *person, const char *text)
{
	const struct typed typed = { "g1", person, NULL, text, false };

	types(setting, &typed);
}

static void mentions_nobody(struct setting *setting, const char *person, const char *text)
{
	const struct typed typed = { "g1", person, NULL, text, true };

	types(setting, &typed);
}

static struct platform *awaited;
static size_t awaited_count;

static bool has_come(void *context)
{
	(void)context;
	return awaited->count >= awaited_count;
}

/* Until the platform was told as much in all, silences counted. */
static void await_said(struct setting *setting, size_t count)
{
	awaited = &setting->platform;
	awaited_count = count;
	assert_true(fake_loop_until(&setting->fake, has_come, NULL));
	assert_int_equal(setting->platform.count, count);
}

static void gather(struct setting *setting)
{
	fake_loop_run(&setting->fake, GATHER_MS);
}

static const struct said *last(const struct setting *setting)
{
	assert_true(setting->platform.count > 0);
	return &setting->platform.said[setting->platform.count - 1];
}

/* What comes of what one person types, when nobody else does. */
static const struct said *answer_to(struct setting *setting, const char *person, const char *text)
{
	const size_t before = setting->platform.count;

	says(setting, person, text);
	gather(setting);
	await_said(setting, before + 1);
	return last(setting);
}

static bool holds(const struct said *said, const char *text)
{
	return strstr(said->text, text) != NULL;
}

static void write_rules(struct setting *setting, const char *text)
{
	scratch_write(&setting->scratch, "rules.jsonl", text);
	setting->groups_settings.file =
	        scratch_path(&setting->scratch, "rules.jsonl", setting->rules);
}

/* --- spoken to --- */

static void who_speaks_to_it_is_answered_by_name_and_with_a_quote(void **state)
{
	struct setting *setting = *state;
	const struct typed typed = { "g1", "20002000", "7001", PLAIN, false };

	types(setting, &typed);
	gather(setting);
	await_said(setting, 1);
	assert_int_equal(last(setting)->kind, GROUP_ANSWER);
	assert_string_equal(last(setting)->mention, "20002000");
	assert_string_equal(last(setting)->quote, "7001");
	assert_string_equal(last(setting)->chat, "g1");
	assert_string_equal(last(setting)->address, "to 20002000");
	assert_true(holds(last(setting), PLAIN_ANSWER));
	assert_int_equal(last(setting)->part_count, 1);
	assert_string_equal(last(setting)->link, "");
}

static void who_does_not_gets_silence_once(void **state)
{
	struct setting *setting = *state;

	mentions_nobody(setting, "a", PLAIN);
	gather(setting);
	await_said(setting, 1);
	assert_int_equal(last(setting)->kind, GROUP_SILENCE);
	assert_int_equal(setting->metrics.turns[OUTCOME_ANSWER], 0);
}

static void a_quote_of_ours_speaks_to_it_and_a_single_chat_always_does(void **state)
{
	struct setting *setting = *state;
	struct group_message message = { .self = setting->self,
		                         .chat = "g1",
		                         .person = "a",
		                         .id = "1",
		                         .text = span_of(PLAIN),
		                         .quotes_us = true };

	group_take(setting->platform.door, &message);
	gather(setting);
	await_said(setting, 1);
	assert_true(holds(last(setting), PLAIN_ANSWER));
	message.chat = NULL;
	message.id = "2";
	message.quotes_us = false;
	group_take(setting->platform.door, &message);
	gather(setting);
	await_said(setting, 2);
	assert_true(holds(last(setting), PLAIN_ANSWER));
	assert_true(last(setting)->single);
	assert_string_equal(last(setting)->mention, "");
}

static void what_it_says_itself_and_what_cannot_be_gets_silence(void **state)
{
	struct setting *setting = *state;
	char long_id[GROUP_ID_MOST + 2] = "";
	const struct group_message base = { .self = setting->self,
		                            .chat = "g",
		                            .person = "p",
		                            .text = span_of(PLAIN),
		                            .spoken_to = true };
	struct group_message messages[6];

	memset(long_id, '7', sizeof(long_id) - 1);
	for (size_t i = 0; i < 6; i++)
		messages[i] = base;
	messages[0].person = setting->self;
	messages[1].chat = long_id;
	messages[2].person = "";
	messages[3].text = (struct span){ "\xff", 1 };
	messages[4].text = (struct span){ "a\0b", 3 };
	messages[5].id = long_id;
	for (size_t i = 0; i < 6; i++) {
		group_take(setting->platform.door, &messages[i]);
		assert_int_equal(setting->platform.count, i + 1);
		assert_int_equal(last(setting)->kind, GROUP_SILENCE);
	}
}

static void unasked_it_answers_only_what_it_is_sure_of_and_only_where_it_may(void **state)
{
	struct setting *setting = *state;

	write_rules(setting, "{\"channel\":\"onebot\",\"group\":\"*\"}\n"
	                     "{\"channel\":\"onebot\",\"group\":\"g1\",\"answer\":\"unasked\"}\n");
	start(setting);
	mentions_nobody(setting, "a", PLAIN);
	mentions_nobody(setting, "b", "照片");           /* a choice */
	mentions_nobody(setting, "c", "今天中午吃什么"); /* not ours */
	mentions_nobody(setting, "d", "大家好");         /* small talk */
	mentions_nobody(setting, "e", "转人工");         /* not an answer */
	gather(setting);
	await_said(setting, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(setting->platform.said[i].kind == GROUP_ANSWER,
		                 strcmp(setting->platform.said[i].person, "a") == 0);
	/* In another group of the same channel it waits to be asked. */
	const struct typed elsewhere = { "g2", "a", NULL, PLAIN, true };

	types(setting, &elsewhere);
	gather(setting);
	await_said(setting, 6);
	assert_int_equal(last(setting)->kind, GROUP_SILENCE);
	/* Nothing but the one answer was a turn. */
	assert_int_equal(setting->metrics.turns[OUTCOME_ANSWER], 1);
	assert_int_equal(setting->metrics.turns[OUTCOME_CHOOSE], 0);
	assert_int_equal(setting->metrics.turns[OUTCOME_SMALLTALK], 0);
}

static void groups_that_are_not_listed_and_quiet_hours_get_silence(void **state)
{
	struct setting *setting = *state;
	const struct typed other = { "g2", "a", NULL, PLAIN, false };

	write_rules(setting,
	            "{\"channel\":\"onebot\",\"group\":\"g1\",\"quiet\":\"16:30-08:00\"}\n");
	start(setting);
	types(setting, &other);
	assert_int_equal(last(setting)->kind, GROUP_SILENCE);
	assert_true(holds(answer_to(setting, "a", PLAIN), PLAIN_ANSWER));
	fake_loop_run(&setting->fake, 30 * 60 * 1000);
	says(setting, "a", PLAIN);
	assert_int_equal(last(setting)->kind, GROUP_SILENCE);
}

/* --- whose it is --- */

struct turn_of {
	const char *says, *gets;
};

#define ASK_INFO     "获取不到信息"
#define LIST_INFO    "3. 获取不了建造师信息，或者获取的建造师信息与注册单位不符？"
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

/* --- what comes twice --- */

static void a_message_that_comes_twice_is_answered_once_also_after_a_restart(void **state)
{
	struct setting *setting = *state;
	const struct typed typed = { "g1", "a", "AAHiQAExNNAAAAACQZMaXGsEf+EB", PLAIN, false };

	types(setting, &typed);
	gather(setting);
	await_said(setting, 1);
	types(setting, &typed);
	await_said(setting, 2);
	assert_int_equal(last(setting)->kind, GROUP_SILENCE);
	/* In another process. */
	restart(setting);
	types(setting, &typed);
	gather(setting);
	await_said(setting, 3);
	assert_int_equal(last(setting)->kind, GROUP_SILENCE);
	assert_int_equal(setting->metrics.turns[OUTCOME_ANSWER], 1);
}

static void an_honest_repeat_is_answered_and_one_while_the_first_is_under_way_is_not(void **state)
{
	struct setting *setting = *state;

	says(setting, "a", PLAIN);
	says(setting, "a", PLAIN); /* while it is gathered */
	assert_int_equal(setting->platform.count, 1);
	assert_int_equal(last(setting)->kind, GROUP_SILENCE);
	gather(setting);
	says(setting, "a", PLAIN); /* while it is claimed */
	assert_int_equal(setting->platform.count, 2);
	assert_int_equal(last(setting)->kind, GROUP_SILENCE);
	await_said(setting, 3);
	assert_int_equal(last(setting)->kind, GROUP_ANSWER);
	assert_true(holds(answer_to(setting, "a", PLAIN), PLAIN_ANSWER));
}

static void a_lost_response_is_given_again_where_the_answer_goes_into_it(void **state)
{
	struct setting *setting = *state;
	const struct typed typed = { NULL, "a", "4561255354251345929", ASK_INFO, false };
	char first[8192];

	setting->platform.kind.abilities = GROUP_IN_RESPONSE;
	start(setting);
	types(setting, &typed);
	gather(setting);
	await_said(setting, 1);
	assert_true(holds(last(setting), LIST_INFO));
	copy_text(first, sizeof(first), last(setting)->text);
	types(setting, &typed);
	gather(setting);
	await_said(setting, 2);
	assert_string_equal(last(setting)->text, first);
	assert_int_equal(setting->metrics.turns[OUTCOME_CHOOSE], 1);
}

/* --- several messages --- */

static void short_messages_within_a_moment_are_one_question(void **state)
{
	struct setting *setting = *state;

	says(setting, "a", "考核事项");
	fake_loop_run(&setting->fake, GATHER_MS - 1);
	mentions_nobody(setting, "a", "可以多人批量申请吗");
	mentions_nobody(setting, "b", "我也想问");
	fake_loop_run(&setting->fake, 1);
	/* What b wrote is nobody's; what a wrote last belongs to the first. */
	assert_int_equal(setting->platform.count, 1);
	fake_loop_run(&setting->fake, GATHER_MS);
	await_said(setting, 3);
	for (size_t i = 0; i < 3; i++)
		if (setting->platform.said[i].kind == GROUP_ANSWER) {
			assert_true(holds(&setting->platform.said[i], PLAIN_ANSWER));
			assert_string_equal(setting->platform.said[i].quote, "m1");
			assert_string_equal(setting->platform.said[i].person, "a");
			return;
		}
	fail();
}

static void a_question_before_the_bot_is_spoken_to_is_understood(void **state)
{
	struct setting *setting = *state;

	mentions_nobody(setting, "a", PLAIN);
	fake_loop_run(&setting->fake, 500);
	says(setting, "a", "");
	gather(setting);
	await_said(setting, 2);
	assert_true(holds(last(setting), PLAIN_ANSWER));
	assert_string_equal(last(setting)->quote, "m2");
}

static void a_moment_later_they_are_two(void **state)
{
	struct setting *setting = *state;

	says(setting, "a", PLAIN);
	fake_loop_run(&setting->fake, GATHER_MS);
	mentions_nobody(setting, "a", "系统无法上传照片");
	await_said(setting, 1);
	assert_true(holds(last(setting), PLAIN_ANSWER));
	gather(setting);
	await_said(setting, 2);
	assert_int_equal(last(setting)->kind, GROUP_SILENCE);
}

/* --- limits --- */

static void too_many_questions_are_told_once_and_then_held(void **state)
{
	struct setting *setting = *state;
	size_t answers = 0, notices = 0;

	write_rules(setting, "{\"channel\":\"onebot\",\"group\":\"*\",\"person_per_minute\":3}\n");
	start(setting);
	for (size_t i = 0; i < 8; i++) {
		answer_to(setting, "a", PLAIN);
		answers += holds(last(setting), PLAIN_ANSWER);
		notices += holds(last(setting), "问得太快了，请稍后再试。");
	}
	/* 12 seconds have gone by: less than one is refilled. */
	assert_int_equal(answers, 3);
	assert_int_equal(notices, 1);
	assert_int_equal(last(setting)->kind, GROUP_SILENCE);
	assert_true(holds(answer_to(setting, "b", PLAIN), PLAIN_ANSWER));
}

static void warnings_of_id_numbers_count_as_questions(void **state)
{
	struct setting *setting = *state;

	write_rules(setting, "{\"channel\":\"onebot\",\"group\":\"*\",\"person_per_minute\":2}\n");
	start(setting);
	assert_true(holds(answer_to(setting, "a", ID_NUMBER), "撤回"));
	assert_true(holds(answer_to(setting, "a", ID_NUMBER "查不到"), "撤回"));
	assert_true(holds(answer_to(setting, "a", ID_NUMBER), "请稍后再试"));
	assert_int_equal(answer_to(setting, "a", ID_NUMBER)->kind, GROUP_SILENCE);
	assert_true(holds(answer_to(setting, "b", ID_NUMBER), "撤回"));
}

static void count_busy(void *context, enum log_level level, const char *line)
{
	struct setting *setting = context;

	(void)level;
	setting->busy_lines += strstr(line, "channel_busy channel=\"onebot\"") != NULL;
}

/* What people say to each other may take half of the room for questions, 8,192. */
static void more_than_there_is_room_for_is_logged_once_a_minute(void **state)
{
	struct setting *setting = *state;
	char person[16];

	assert_int_equal(log_create_to(&setting->log, (struct log_sink){ count_busy, setting },
	                               LOG_WARN, fake_loop_clock(&setting->fake)),
	                 STATUS_OK);
	start(setting);
	for (unsigned i = 0; i < 8192; i++) {
		snprintf(person, sizeof(person), "p%u", i);
		mentions_nobody(setting, person, "好的");
	}
	assert_int_equal(setting->platform.count, 0);
	mentions_nobody(setting, "q", "好的");
	mentions_nobody(setting, "r", "好的");
	assert_int_equal(setting->platform.count, 2);
	assert_int_equal(last(setting)->kind, GROUP_SILENCE);
	assert_int_equal(setting->busy_lines, 1);
	/* Whoever speaks to it has room. */
	says(setting, "q", PLAIN);
	assert_int_equal(setting->platform.count, 2);
}

static void a_group_has_a_limit_of_its_own(void **state)
{
	struct setting *setting = *state;
	const struct typed elsewhere = { "g2", "d", NULL, PLAIN, false };

	write_rules(setting, "{\"channel\":\"onebot\",\"group\":\"*\",\"per_minute\":2}\n");
	start(setting);
	assert_true(holds(answer_to(setting, "a", PLAIN), PLAIN_ANSWER));
	assert_true(holds(answer_to(setting, "b", PLAIN), PLAIN_ANSWER));
	assert_true(holds(answer_to(setting, "c", PLAIN), "请稍后再试"));
	assert_int_equal(answer_to(setting, "d", PLAIN)->kind, GROUP_SILENCE);
	types(setting, &elsewhere);
	gather(setting);
	await_said(setting, 5);
	assert_true(holds(last(setting), PLAIN_ANSWER));
}

/* --- parts --- */

static void a_long_answer_comes_in_parts_and_ends_with_a_link_that_leads_to_all_of_it(void **state)
{
	struct setting *setting = *state;
	const struct said *said;
	const char *link;

	setting->platform.kind.part_chars = 120;
	setting->platform.kind.parts_most = 2;
	start(setting);
	said = answer_to(setting, "a", "获取不了建造师信息"); /* entry 8 is the longest */
	assert_int_equal(said->part_count, 2);
	link = strstr(said->text, "查看全文：" BASE "/a/");
	assert_non_null(link);
	assert_int_equal(strlen(said->link), strlen(BASE "/a/A7KQ-2M9X"));
	assert_memory_equal(link + strlen("查看全文："), said->link, strlen(said->link));
	/* The first ends with a sentence. */
	assert_memory_equal(strchr(said->text, '\f') - 3, "。", 3);
}

static void without_a_public_address_no_link_is_sent_and_the_cut_is_told(void **state)
{
	struct setting *setting = *state;

	setting->groups_settings.public_url = "";
	setting->platform.kind.part_chars = 120;
	setting->platform.kind.parts_most = 1;
	start(setting);
	answer_to(setting, "a", "获取不了建造师信息");
	assert_int_equal(last(setting)->part_count, 1);
	assert_false(holds(last(setting), "http://faq") || holds(last(setting), "/a/"));
	assert_true(holds(last(setting), "没有发完"));
	assert_string_equal(last(setting)->link, "");
	assert_false(holds(answer_to(setting, "b", "转人工"), "/p/"));
}

static void where_markdown_is_shown_it_is_markdown(void **state)
{
	struct setting *setting = *state;

	setting->platform.kind.abilities = GROUP_MARKDOWN | GROUP_CARDS;
	start(setting);
	assert_true(holds(answer_to(setting, "a", PLAIN), "**【第1条 "));
	assert_true(last(setting)->markdown);
	assert_string_equal(last(setting)->mention, "");
	assert_string_equal(last(setting)->quote, "");
	answer_to(setting, "a", ASK_INFO);
	assert_int_equal(last(setting)->option_count, 3);
}

/* --- what came of sending --- */

static void what_failed_is_sent_once_more_from_where_it_failed(void **state)
{
	struct setting *setting = *state;

	setting->groups_settings.public_url = "";
	setting->platform.kind.part_chars = 120;
	start(setting);
	setting->platform.outcome = GROUP_FAILED;
	setting->platform.parts_sent = 1;
	answer_to(setting, "a", "获取不了建造师信息");
	assert_int_equal(last(setting)->part_count, 3);
	fake_loop_run(&setting->fake, 1000);
	assert_int_equal(setting->platform.count, 2);
	assert_true(last(setting)->again);
	assert_int_equal(last(setting)->part_count, 2);
	assert_string_equal(last(setting)->mention, "");
	/* That failed as well. */
	fake_loop_run(&setting->fake, 200000);
	assert_int_equal(setting->platform.count, 2);
}

static void a_long_answer_that_is_refused_is_followed_by_its_link_alone(void **state)
{
	struct setting *setting = *state;

	setting->platform.outcome = GROUP_FAILED;
	answer_to(setting, "a", PLAIN);
	fake_loop_run(&setting->fake, 1000);
	assert_int_equal(setting->platform.count, 2);
	assert_int_equal(last(setting)->part_count, 1);
	assert_true(holds(last(setting), BASE "/a/"));
	assert_false(holds(last(setting), PLAIN_ANSWER));
	assert_string_equal(last(setting)->mention, "a");
}

static void what_is_not_known_is_never_sent_again(void **state)
{
	struct setting *setting = *state;

	setting->platform.outcome = GROUP_UNKNOWN;
	answer_to(setting, "a", PLAIN);
	setting->platform.reports = false; /* never tells */
	answer_to(setting, "b", PLAIN);
	fake_loop_run(&setting->fake, 1000);
	fake_loop_run(&setting->fake, 200000);
	assert_int_equal(setting->platform.count, 2);
	/* Told long after: nothing waits for it any more. */
	group_sent(setting->platform.door, last(setting)->id, 0, GROUP_FAILED);
	fake_loop_run(&setting->fake, 2000);
	assert_int_equal(setting->platform.count, 2);
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

static void an_address_that_has_expired_is_not_used(void **state)
{
	struct setting *setting = *state;
	struct group_message message = { .self = setting->self,
		                         .chat = "g1",
		                         .person = "a",
		                         .id = "1",
		                         .text = span_of(PLAIN),
		                         .spoken_to = true,
		                         .expires_ms = setting->fake.now_us / 1000 + 1400 };

	group_take(setting->platform.door, &message);
	gather(setting);
	await_said(setting, 1);
	assert_int_equal(last(setting)->kind, GROUP_SILENCE);
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

/* --- the switch --- */

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

static void settings_of_groups_are_read_again_and_those_with_faults_change_nothing(void **state)
{
	struct setting *setting = *state;

	write_rules(setting, "{\"channel\":\"onebot\",\"group\":\"g1\",\"answer\":\"never\"}\n");
	start(setting);
	says(setting, "a", PLAIN);
	await_said(setting, 1);
	assert_int_equal(last(setting)->kind, GROUP_SILENCE);
	write_rules(setting, "{\"channel\":\"onebot\",\"group\":\"*\"}\n");
	groups_reload(setting->groups);
	assert_true(holds(answer_to(setting, "a", PLAIN), PLAIN_ANSWER));
	write_rules(setting, "{\"channel\":\"onebot\",\"group\":\"*\",\"answer\":\"nevr\"}\n");
	groups_reload(setting->groups);
	assert_true(holds(answer_to(setting, "b", PLAIN), PLAIN_ANSWER));
}

static void a_channel_that_is_off_says_nothing_until_it_is_on_again(void **state)
{
	struct setting *setting = *state;

	says(setting, "a", PLAIN); /* under way when it is switched off */
	assert_int_equal(groups_switch(setting->groups, "onebot", false, "wang"), STATUS_OK);
	assert_int_equal(groups_switch(setting->groups, "qq", false, "wang"), STATUS_NOT_FOUND);
	assert_false(group_is_on(setting->platform.door));
	gather(setting);
	await_said(setting, 1);
	assert_int_equal(last(setting)->kind, GROUP_SILENCE);
	says(setting, "a", PLAIN);
	assert_int_equal(setting->platform.count, 2);
	assert_int_equal(last(setting)->kind, GROUP_SILENCE);
	/* It stays off over a restart. */
	restart(setting);
	assert_false(group_is_on(setting->platform.door));
	assert_int_equal(groups_switch(setting->groups, "onebot", true, "wang"), STATUS_OK);
	assert_true(holds(answer_to(setting, "a", PLAIN), PLAIN_ANSWER));
}

/* A second process over the same store, with the same bot. */
static void end_other(struct setting *setting, struct platform *other, struct groups *groups)
{
	groups_stop(groups);
	assert_true(setting->over_count < TESTS_MOST && setting->other_count < TESTS_MOST);
	setting->over[setting->over_count++] = groups;
	setting->others[setting->other_count++] = other;
}

static void of_two_processes_one_answers_and_both_hear_of_the_switch(void **state)
{
	struct setting *setting = *state;
	struct platform *other = calloc(1, sizeof(*other));
	struct groups *groups;
	const struct groups_tools tools = { .service = setting->service,
		                            .loop = setting->fake.loop,
		                            .jobs = setting->jobs,
		                            .clock = fake_loop_clock(&setting->fake),
		                            .random = fill_random };
	size_t answers = 0;

	assert_non_null(other);
	other->kind = setting->platform.kind;
	assert_int_equal(groups_create(&groups, &setting->groups_settings, &tools), STATUS_OK);
	assert_int_equal(group_open(groups, &other->kind, other, &other->door), STATUS_OK);
	for (unsigned i = 0; i < 10; i++) {
		struct platform *first = i % 2 ? other : &setting->platform;
		char id[16];
		const struct group_message message = { .self = setting->self,
			                               .chat = "g1",
			                               .person = id,
			                               .id = id,
			                               .text = span_of(PLAIN),
			                               .spoken_to = true };

		snprintf(id, sizeof(id), "%u", i);
		group_take(first->door, &message);
		group_take(first == other ? setting->platform.door : other->door, &message);
	}
	gather(setting);
	await_said(setting, 10);
	awaited = other;
	assert_true(fake_loop_until(&setting->fake, has_come, NULL));
	for (size_t i = 0; i < 10; i++)
		answers += (size_t)(setting->platform.said[i].kind == GROUP_ANSWER) +
		           (size_t)(other->said[i].kind == GROUP_ANSWER);
	assert_int_equal(answers, 10);
	assert_int_equal(groups_switch(groups, "onebot", false, "wang"), STATUS_OK);
	while (group_is_on(setting->platform.door)) {
		fake_loop_run(&setting->fake, 2000);
		assert_true(fake_loop_await(&setting->fake));
		fake_loop_run(&setting->fake, 0);
	}
	assert_false(group_is_on(other->door));
	end_other(setting, other, groups);
}

/* A second process over the same store, in place of one that another machine runs. */
static struct platform *start_other(struct setting *setting, struct groups **groups)
{
	struct platform *other = calloc(1, sizeof(*other));
	const struct groups_tools tools = { .service = setting->service,
		                            .loop = setting->fake.loop,
		                            .jobs = setting->jobs,
		                            .clock = fake_loop_clock(&setting->fake),
		                            .random = fill_random };

	assert_non_null(other);
	other->kind = setting->platform.kind;
	other->reports = true;
	other->outcome = GROUP_SENT;
	assert_int_equal(groups_create(groups, &setting->groups_settings, &tools), STATUS_OK);
	assert_int_equal(group_open(*groups, &other->kind, other, &other->door), STATUS_OK);
	return other;
}

static void asks_at(struct setting *setting, const struct platform *platform, const char *id)
{
	const struct group_message message = { .self = setting->self,
		                               .chat = "g1",
		                               .person = id,
		                               .id = id,
		                               .text = span_of(PLAIN),
		                               .spoken_to = true,
		                               .address = span_of("to") };

	group_take(platform->door, &message);
}

static void note_found(void *context, enum status status, struct span text)
{
	(void)status;
	(void)text;
	*(bool *)context = true;
}

static bool is_found(void *context)
{
	return *(bool *)context;
}

/* Time passes, `step_ms` at a time, and what is asked of the store is done meanwhile. */
static void pass_by(struct setting *setting, struct groups *other, int64_t ms, int64_t step_ms)
{
	struct groups *const both[] = { setting->groups, other };
	bool found;

	for (int64_t at = 0; at < ms; at += step_ms) {
		fake_loop_run(&setting->fake, step_ms);
		for (size_t i = 0; i < 2; i++) {
			found = false;
			assert_int_equal(groups_find_answer(both[i], span_of("A7KQ-2M9X"),
			                                    note_found, &found),
			                 STATUS_OK);
			assert_true(fake_loop_until(&setting->fake, is_found, &found));
		}
	}
}

static void pass(struct setting *setting, struct groups *other, int64_t ms)
{
	pass_by(setting, other, ms, 100);
}

/* In small steps: an answer takes as long as the machine needs, whatever the time is here. */
static void pass_until(struct setting *setting, struct groups *other,
                       const struct platform *platform, size_t count)
{
	for (unsigned i = 0; i < 200000 && platform->count < count; i++)
		pass_by(setting, other, 1, 1);
	assert_int_equal(platform->count, count);
}

static void a_process_waits_until_the_earlier_answers_of_a_group_are_sent(void **state)
{
	struct setting *setting = *state;
	struct platform *other;
	struct groups *groups;

	setting->groups_settings.shared = true;
	setting->groups_settings.gather_ms = 0;
	start(setting);
	other = start_other(setting, &groups);
	setting->platform.reports = false; /* what came of it is not known yet */
	asks_at(setting, &setting->platform, "1");
	await_said(setting, 1);
	asks_at(setting, other, "2");
	pass(setting, groups, 2000);
	assert_int_equal(other->count, 0);
	/* Nor does the first one go on before it. */
	asks_at(setting, &setting->platform, "3");
	pass(setting, groups, 2000);
	assert_int_equal(setting->platform.count, 1);
	group_sent(setting->platform.door, setting->platform.said[0].id, 1, GROUP_SENT);
	pass_until(setting, groups, &setting->platform, 2);
	assert_int_equal(other->count, 1);
	assert_string_equal(other->said[0].person, "2");
	assert_int_equal(setting->platform.count, 2);
	assert_string_equal(setting->platform.said[1].person, "3");
	end_other(setting, other, groups);
}

static void an_answer_that_cannot_be_sent_here_is_sent_there_before_later_ones(void **state)
{
	struct setting *setting = *state;
	struct platform *other;
	struct groups *groups;

	setting->groups_settings.shared = true;
	setting->groups_settings.gather_ms = 0;
	start(setting);
	assert_true(group_shares(setting->platform.door));
	other = start_other(setting, &groups);
	setting->platform.outcome = GROUP_UNREACHED;
	asks_at(setting, &setting->platform, "1");
	await_said(setting, 1);
	asks_at(setting, other, "2");
	pass_until(setting, groups, other, 2);
	assert_string_equal(other->said[0].person, "1");
	assert_string_equal(other->said[0].mention, "1");
	assert_string_equal(other->said[0].quote, "1");
	assert_string_equal(other->said[0].address, "to");
	assert_true(holds(&other->said[0], PLAIN_ANSWER));
	assert_string_equal(other->said[1].person, "2");
	/* Where nobody asks anything, a new way does as well. */
	asks_at(setting, &setting->platform, "3");
	await_said(setting, 2);
	pass(setting, groups, 100);
	group_fetch(other->door, setting->self, true);
	pass_until(setting, groups, other, 3);
	assert_string_equal(other->said[2].person, "3");
	end_other(setting, other, groups);
}

static bool has_failed(void *context)
{
	struct buf metrics;
	bool failed;

	buf_init(&metrics, 1 << 20);
	groups_write_metrics(((struct setting *)context)->groups, &metrics);
	failed = !strstr(buf_text(&metrics), "dayi_group_store_failures_total 0\n");
	buf_deinit(&metrics);
	return failed;
}

static void an_answer_is_parked_also_where_the_store_is_busy_at_first(void **state)
{
	struct setting *setting = *state;
	const struct store_settings settings = { .url = setting->store, .busy_ms = 5000 };
	char problem[STORE_PROBLEM_SIZE];
	struct platform *other;
	struct groups *groups;
	struct store *store;
	struct tx *tx;

	setting->groups_settings.shared = true;
	setting->groups_settings.gather_ms = 0;
	setting->groups_settings.busy_ms = 300;
	start(setting);
	setting->platform.reports = false;
	asks_at(setting, &setting->platform, "1");
	await_said(setting, 1);
	assert_int_equal(store_open(&store, &settings, &groups_schema, problem), STATUS_OK);
	assert_int_equal(store_begin(store, TX_WRITE, &tx), STATUS_OK);
	group_sent(setting->platform.door, setting->platform.said[0].id, 0, GROUP_UNREACHED);
	assert_true(fake_loop_until(&setting->fake, has_failed, setting));
	tx_rollback(tx);
	store_close(store);
	other = start_other(setting, &groups);
	pass(setting, groups, 4000);
	group_fetch(other->door, setting->self, true);
	pass_until(setting, groups, other, 1);
	assert_string_equal(other->said[0].person, "1");
	assert_true(holds(&other->said[0], PLAIN_ANSWER));
	end_other(setting, other, groups);
}

static void a_process_that_never_gives_its_turn_back_is_waited_for_half_a_minute(void **state)
{
	struct setting *setting = *state;
	struct platform *other;
	struct groups *groups;

	setting->groups_settings.shared = true;
	setting->groups_settings.gather_ms = 0;
	start(setting);
	other = start_other(setting, &groups);
	setting->platform.reports = false;
	asks_at(setting, &setting->platform, "1");
	await_said(setting, 1);
	asks_at(setting, other, "2");
	pass(setting, groups, 24000);
	assert_int_equal(other->count, 0);
	pass_until(setting, groups, other, 1);
	end_other(setting, other, groups);
}

static void a_channel_that_is_off_does_not_ask_to_wait_either(void **state)
{
	struct setting *setting = *state;

	setting->platform.kind.abilities = GROUP_LATE;
	setting->platform.kind.answer_ms = 600;
	start(setting);
	says(setting, "a", PLAIN);
	assert_int_equal(groups_switch(setting->groups, "onebot", false, "wang"), STATUS_OK);
	assert_int_equal(group_under_way(setting->platform.door), 1);
	fake_loop_run(&setting->fake, 600);
	assert_int_equal(setting->platform.count, 1);
	assert_int_equal(last(setting)->kind, GROUP_SILENCE);
	assert_int_equal(group_under_way(setting->platform.door), 0);
}

static void what_happened_is_counted_by_channel(void **state)
{
	struct setting *setting = *state;
	struct buf out;

	answer_to(setting, "a", PLAIN);
	mentions_nobody(setting, "a", "好的");
	gather(setting);
	await_said(setting, 2);
	buf_init(&out, 100000);
	groups_write_metrics(setting->groups, &out);
	assert_non_null(
	        strstr(buf_text(&out), "dayi_channel_messages_total{channel=\"onebot\"} 2\n"));
	assert_non_null(strstr(buf_text(&out), "dayi_channel_on{channel=\"onebot\"} 1\n"));
	assert_non_null(strstr(buf_text(&out),
	                       "dayi_channel_said_total{channel=\"onebot\",kind=\"answer\"} 1\n"));
	assert_non_null(strstr(buf_text(&out),
	                       "dayi_channel_silent_total{channel=\"onebot\",reason="
	                       "\"not_spoken_to\"} 1\n"));
	assert_non_null(strstr(buf_text(&out),
	                       "dayi_channel_sent_total{channel=\"onebot\",outcome=\"sent\"} 1\n"));
	buf_deinit(&out);
}

static void two_doors_of_one_name_or_without_limits_are_refused(void **state)
{
	struct setting *setting = *state;
	struct group_kind kind = setting->platform.kind;
	struct group_door *door;

	assert_int_equal(group_open(setting->groups, &kind, NULL, &door), STATUS_INVALID);
	kind.name = "wecom";
	kind.part_chars = 0;
	assert_int_equal(group_open(setting->groups, &kind, NULL, &door), STATUS_INVALID);
	kind.part_chars = 100;
	kind.parts_most = GROUP_PARTS_MOST + 1;
	assert_int_equal(group_open(setting->groups, &kind, NULL, &door), STATUS_INVALID);
	kind.parts_most = 1;
	assert_int_equal(group_open(setting->groups, &kind, NULL, &door), STATUS_OK);
	group_close(door);
	group_close(NULL);
}

static void a_door_that_closes_forgets_what_is_under_way(void **state)
{
	struct setting *setting = *state;

	says(setting, "a", PLAIN);
	gather(setting); /* b's is gathered, a's claimed */
	says(setting, "b", PLAIN);
	group_close(setting->platform.door);
	assert_int_equal(group_open(setting->groups, &setting->platform.kind, &setting->platform,
	                            &setting->platform.door),
	                 STATUS_OK);
	assert_true(holds(answer_to(setting, "c", PLAIN), PLAIN_ANSWER));
	assert_int_equal(setting->platform.count, 1);
}

#define STARTED(test_) cmocka_unit_test_setup_teardown(test_, set_up_started, tear_down)
#define SETTING(test_) cmocka_unit_test_setup_teardown(test_, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STARTED(who_speaks_to_it_is_answered_by_name_and_with_a_quote),
		STARTED(who_does_not_gets_silence_once),
		STARTED(a_quote_of_ours_speaks_to_it_and_a_single_chat_always_does),
		STARTED(what_it_says_itself_and_what_cannot_be_gets_silence),
		SETTING(unasked_it_answers_only_what_it_is_sure_of_and_only_where_it_may),
		SETTING(groups_that_are_not_listed_and_quiet_hours_get_silence),
		STARTED(forty_turns_of_ten_people_in_one_group_meet_the_right_ones),
		STARTED(many_groups_at_once_get_each_answer_once_and_in_order),
		STARTED(a_conversation_goes_on_after_a_restart_and_not_in_another_group),
		STARTED(a_message_that_comes_twice_is_answered_once_also_after_a_restart),
		STARTED(an_honest_repeat_is_answered_and_one_while_the_first_is_under_way_is_not),
		SETTING(a_lost_response_is_given_again_where_the_answer_goes_into_it),
		STARTED(short_messages_within_a_moment_are_one_question),
		STARTED(a_question_before_the_bot_is_spoken_to_is_understood),
		STARTED(a_moment_later_they_are_two),
		SETTING(too_many_questions_are_told_once_and_then_held),
		SETTING(warnings_of_id_numbers_count_as_questions),
		SETTING(more_than_there_is_room_for_is_logged_once_a_minute),
		SETTING(a_group_has_a_limit_of_its_own),
		SETTING(a_long_answer_comes_in_parts_and_ends_with_a_link_that_leads_to_all_of_it),
		SETTING(without_a_public_address_no_link_is_sent_and_the_cut_is_told),
		SETTING(where_markdown_is_shown_it_is_markdown),
		SETTING(what_failed_is_sent_once_more_from_where_it_failed),
		STARTED(a_long_answer_that_is_refused_is_followed_by_its_link_alone),
		STARTED(what_is_not_known_is_never_sent_again),
		SETTING(a_deadline_is_met_with_a_word_and_the_answer_comes_behind),
		SETTING(a_channel_that_is_off_does_not_ask_to_wait_either),
		SETTING(a_platform_that_was_told_to_wait_gets_silence_for_a_repeat),
		SETTING(where_nothing_can_come_behind_it_the_person_is_asked_to_try_again),
		SETTING(nobody_is_told_to_wait_for_what_was_not_asked),
		STARTED(an_address_that_has_expired_is_not_used),
		STARTED(an_id_number_is_neither_repeated_nor_kept_and_is_to_be_withdrawn),
		STARTED(what_hangs_on_a_record_comes_with_a_link_that_leads_out_of_the_group),
		STARTED(who_asks_for_a_person_gets_the_contacts_and_a_link),
		STARTED(a_case_that_is_picked_by_number_is_answered_alone),
		STARTED(that_it_wants_to_be_mentioned_is_said_once_to_each),
		SETTING(settings_of_groups_are_read_again_and_those_with_faults_change_nothing),
		STARTED(a_channel_that_is_off_says_nothing_until_it_is_on_again),
		STARTED(of_two_processes_one_answers_and_both_hear_of_the_switch),
		SETTING(a_process_waits_until_the_earlier_answers_of_a_group_are_sent),
		SETTING(an_answer_that_cannot_be_sent_here_is_sent_there_before_later_ones),
		SETTING(an_answer_is_parked_also_where_the_store_is_busy_at_first),
		SETTING(a_process_that_never_gives_its_turn_back_is_waited_for_half_a_minute),
		STARTED(what_happened_is_counted_by_channel),
		STARTED(two_doors_of_one_name_or_without_limits_are_refused),
		STARTED(a_door_that_closes_forgets_what_is_under_way),
	};

	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
