/* Several processes over one store: each message is answered by one of them, in the order of its
 * group. */
#include "service/groups/group.h"

#include "base/buf.h"
#include "office/groups/group_rows.h"
#include "service/groups/setting.h"

static void asks_text_at(struct setting *setting, const struct platform *platform, const char *id,
                         const char *text)
{
	const struct group_message message = { .self = setting->self,
		                               .chat = "g1",
		                               .person = id,
		                               .id = id,
		                               .text = span_of(text),
		                               .spoken_to = true,
		                               .address = span_of("to") };

	group_take(platform->door, &message);
}

static void asks_at(struct setting *setting, const struct platform *platform, const char *id)
{
	asks_text_at(setting, platform, id, PLAIN);
}

static bool has_ten(void *context)
{
	return ((const struct platform *)context)->count >= 10;
}

static void of_two_processes_one_answers_and_both_hear_of_the_switch(void **state)
{
	struct setting *setting = *state;
	struct platform *other;
	struct groups *groups;
	size_t answers = 0;

	other = start_other(setting, &groups);
	for (unsigned i = 0; i < 10; i++) {
		struct platform *first = i % 2 ? other : &setting->platform;
		char id[16];

		snprintf(id, sizeof(id), "%u", i);
		asks_at(setting, first, id);
		asks_at(setting, first == other ? &setting->platform : other, id);
	}
	gather(setting);
	await_said(setting, 10);
	assert_true(fake_loop_until(&setting->fake, has_ten, other));
	for (size_t i = 0; i < 10; i++)
		answers += (size_t)(setting->platform.said[i].kind == GROUP_ANSWER) +
		           (size_t)(other->said[i].kind == GROUP_ANSWER);
	assert_int_equal(answers, 10);
	switch_channel(setting, false);
	while (group_is_on(other->door)) {
		fake_loop_run(&setting->fake, 2000);
		assert_true(fake_loop_await(&setting->fake));
		fake_loop_run(&setting->fake, 0);
	}
	end_other(setting, other, groups);
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
	pass_until(setting, groups, &setting->platform, 2);
	pass(setting, groups, 100);
	group_fetch(other->door, setting->self, true);
	pass_until(setting, groups, other, 3);
	assert_string_equal(other->said[2].person, "3");
	end_other(setting, other, groups);
}

/* The bot goes from one process to the other; what the first one was told is still gathered there,
 * what the second one is told is complete at once. */
static void who_a_bot_comes_to_waits_for_what_others_heard_before(void **state)
{
	struct setting *setting = *state;
	struct platform *other;
	struct groups *groups;

	setting->groups_settings.shared = true;
	setting->groups_settings.gather_ms = 5000;
	start(setting);
	other = start_other(setting, &groups);
	group_fetch(other->door, setting->self, true);
	pass(setting, groups, 2000);
	asks_at(setting, other, "1");
	pass(setting, groups, 1000);
	group_fetch(setting->platform.door, setting->self, true);
	asks_text_at(setting, &setting->platform, "2", "2");
	pass(setting, groups, 3500);
	assert_int_equal(setting->platform.count, 0);
	pass_until(setting, groups, &setting->platform, 1);
	assert_int_equal(other->count, 1);
	end_other(setting, other, groups);
}

/* The same where nobody else has heard of the bot. */
static void who_alone_knows_a_bot_waits_for_nobody(void **state)
{
	struct setting *setting = *state;
	struct platform *other;
	struct groups *groups;

	setting->groups_settings.shared = true;
	setting->groups_settings.gather_ms = 0;
	start(setting);
	other = start_other(setting, &groups);
	group_fetch(setting->platform.door, setting->self, true);
	asks_at(setting, &setting->platform, "1");
	await_said(setting, 1);
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
	const struct store_settings settings = { .url = setting->store, .busy_ms = 60000 };
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

/* Of its outcome nothing is ever heard: after two minutes it counts as unknown. */
static void an_answer_that_is_on_its_way_for_long_is_waited_for(void **state)
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
	pass_by(setting, groups, 118000, 500);
	assert_int_equal(other->count, 0);
	pass_by(setting, groups, 2000, 100);
	pass_until(setting, groups, other, 1);
	end_other(setting, other, groups);
}

static void write_row(const struct setting *setting, const char *sql)
{
	const struct store_settings settings = { .url = setting->store, .busy_ms = 60000 };
	char problem[STORE_PROBLEM_SIZE] = "";
	struct store *store;
	struct tx *tx;

	assert_int_equal(store_open(&store, &settings, &groups_schema, problem), STATUS_OK);
	assert_int_equal(store_begin(store, TX_WRITE, &tx), STATUS_OK);
	assert_int_equal(tx_end(tx, tx_run(tx, sql, NULL, 0, NULL)), STATUS_OK);
	store_close(store);
}

/* What a process that neither ends nor goes on would leave in the store. */
static void wait_for_a_broken_process(void **state, const char *sql, int64_t ms)
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
	write_row(setting, sql);
	asks_at(setting, other, "2");
	pass_by(setting, groups, 2000, 100);
	group_sent(setting->platform.door, setting->platform.said[0].id, 1, GROUP_SENT);
	pass_by(setting, groups, ms - 4000, 500);
	assert_int_equal(other->count, 0);
	pass_by(setting, groups, 6000, 500);
	pass_until(setting, groups, other, 1);
	end_other(setting, other, groups);
}

static void a_message_that_nobody_takes_on_is_waited_for_half_a_minute(void **state)
{
	wait_for_a_broken_process(
	        state,
	        "INSERT INTO group_wait (turn, holder, message, place, valid)"
	        " SELECT name, 'broken', 'm', 0, 9000000000000000 FROM group_turn",
	        30000);
}

static void a_turn_that_is_never_given_back_is_waited_for_ten_minutes(void **state)
{
	wait_for_a_broken_process(
	        state, "UPDATE group_turn SET holder = 'broken', valid = 9000000000000000", 600000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STARTED(of_two_processes_one_answers_and_both_hear_of_the_switch),
		SETTING(a_process_waits_until_the_earlier_answers_of_a_group_are_sent),
		SETTING(an_answer_that_cannot_be_sent_here_is_sent_there_before_later_ones),
		SETTING(who_a_bot_comes_to_waits_for_what_others_heard_before),
		SETTING(who_alone_knows_a_bot_waits_for_nobody),
		SETTING(an_answer_is_parked_also_where_the_store_is_busy_at_first),
		SETTING(an_answer_that_is_on_its_way_for_long_is_waited_for),
		SETTING(a_message_that_nobody_takes_on_is_waited_for_half_a_minute),
		SETTING(a_turn_that_is_never_given_back_is_waited_for_ten_minutes),
	};

	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
