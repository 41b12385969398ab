/*
 * When a message is answered: spoken to or not, once or again, gathered with others, within limits,
 * switched on.
 */
#include "service/groups/group.h"

#include "base/buf.h"
#include "service/groups/setting.h"

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
	/* Who counts along with the others means no entry of that number. */
	mentions_nobody(setting, "f", "2");
	mentions_nobody(setting, "g", "第3条");
	gather(setting);
	await_said(setting, 8);
	for (size_t i = 6; i < 8; i++)
		assert_int_equal(setting->platform.said[i].kind, GROUP_SILENCE);
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
	snprintf(first, sizeof(first), "%s", last(setting)->text);
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

	/* Who has asked too much has not heard of it yet. */
	for (size_t i = 0; i < 4; i++)
		answer_to(setting, "c", PLAIN);
	assert_int_equal(last(setting)->kind, GROUP_SILENCE);
	assert_true(holds(answer_to(setting, "c", ID_NUMBER), "撤回"));
	assert_int_equal(answer_to(setting, "c", ID_NUMBER)->kind, GROUP_SILENCE);
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

/* --- settings and the switch --- */

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
	switch_channel(setting, false);
	gather(setting);
	await_said(setting, 1);
	assert_int_equal(last(setting)->kind, GROUP_SILENCE);
	says(setting, "a", PLAIN);
	assert_int_equal(setting->platform.count, 2);
	assert_int_equal(last(setting)->kind, GROUP_SILENCE);
	/* It stays off over a restart. */
	restart(setting);
	assert_false(group_is_on(setting->platform.door));
	switch_channel(setting, true);
	assert_true(holds(answer_to(setting, "a", PLAIN), PLAIN_ANSWER));
}

/* --- doors --- */

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		STARTED(who_speaks_to_it_is_answered_by_name_and_with_a_quote),
		STARTED(who_does_not_gets_silence_once),
		STARTED(a_quote_of_ours_speaks_to_it_and_a_single_chat_always_does),
		STARTED(what_it_says_itself_and_what_cannot_be_gets_silence),
		SETTING(unasked_it_answers_only_what_it_is_sure_of_and_only_where_it_may),
		SETTING(groups_that_are_not_listed_and_quiet_hours_get_silence),
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
		SETTING(settings_of_groups_are_read_again_and_those_with_faults_change_nothing),
		STARTED(a_channel_that_is_off_says_nothing_until_it_is_on_again),
		STARTED(what_happened_is_counted_by_channel),
		STARTED(two_doors_of_one_name_or_without_limits_are_refused),
		STARTED(a_door_that_closes_forgets_what_is_under_way),
	};

	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
