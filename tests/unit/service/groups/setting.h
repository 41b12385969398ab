/*
 * Group chats with a platform that only writes down what it is told to send, over the real
 * knowledge, a store, and a loop whose clock the tests move. One service serves all tests of a
 * program: to load the knowledge takes long.
 */
#ifndef DAYI_TESTS_GROUP_SETTING_H
#define DAYI_TESTS_GROUP_SETTING_H

#include "office/records/support.h"

#include <stdlib.h>
#include <string.h>

#include "run/fake_loop.h"
#include "service/groups/group.h"
#include "service/service.h"

#define PLAIN        "安管人员考核事项可以多人批量申请吗" /* entry 1 */
#define PLAIN_ANSWER "不可以。必须一人一事项分别申请。"
#define OF_RECORD    "获取不到成绩" /* entry 7 */
#define ASK_INFO     "获取不到信息" /* a list */
#define LIST_INFO    "3. 获取不了建造师信息，或者获取的建造师信息与注册单位不符？"
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
	struct service *service; /* one for all tests */
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

/* A message; its address names the person, so that mix-ups show. */
struct typed {
	const char *chat, *person, *id, *text;
	bool unspoken;
};

/* For cmocka; `state` is the setting. set_up() leaves it to the test to start(). */
int set_up_all(void **state);
int tear_down_all(void **state);
int set_up(void **state);
int set_up_started(void **state);
int tear_down(void **state);

#define STARTED(test_) cmocka_unit_test_setup_teardown(test_, set_up_started, tear_down)
#define SETTING(test_) cmocka_unit_test_setup_teardown(test_, set_up, tear_down)

void start(struct setting *setting);
void restart(struct setting *setting);

/* Of `groups.file`, as JSON lines; before start(). */
void write_rules(struct setting *setting, const char *text);

/* Messages; the second and third of the group "g1". */
void types(struct setting *setting, const struct typed *typed);
void says(struct setting *setting, const char *person, const char *text);
void mentions_nobody(struct setting *setting, const char *person, const char *text);

/* Nothing more is waited for that may be part of a question. */
void gather(struct setting *setting);

/* Until the platform was told as much in all, silences counted. */
void await_said(struct setting *setting, size_t count);

const struct said *last(const struct setting *setting);

/* What comes of what one person types, when nobody else does. */
const struct said *answer_to(struct setting *setting, const char *person, const char *text);

bool holds(const struct said *said, const char *text);

/* Writes the channel's switch, as the console and `dayi channel` do; returns when it is heard. */
void switch_channel(struct setting *setting, bool on);

/* Another process over the same store, with the same bot, as another machine would run it. */
struct platform *start_other(struct setting *setting, struct groups **groups);
void end_other(struct setting *setting, struct platform *other, struct groups *groups);

#endif
