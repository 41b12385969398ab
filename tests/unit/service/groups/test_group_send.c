/* How an answer is cut into messages, and what comes of sending them. */
#include "service/groups/group.h"

#include "service/groups/setting.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		SETTING(a_long_answer_comes_in_parts_and_ends_with_a_link_that_leads_to_all_of_it),
		SETTING(without_a_public_address_no_link_is_sent_and_the_cut_is_told),
		SETTING(where_markdown_is_shown_it_is_markdown),
		SETTING(what_failed_is_sent_once_more_from_where_it_failed),
		STARTED(a_long_answer_that_is_refused_is_followed_by_its_link_alone),
		STARTED(what_is_not_known_is_never_sent_again),
		STARTED(an_address_that_has_expired_is_not_used),
	};

	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
