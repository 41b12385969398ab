/* An office that imported its own list: few entries have another way of asking. */
#include "talk.h"

#include <string.h>

#define READING_ROOM DAYI_SOURCE_DIR "/tests/fixtures/knowledge-reading-room"

static int set_up(void **state)
{
	static struct world world;
	open_world(&world, READING_ROOM, NULL);
	*state = &world;
	return 0;
}

static int tear_down(void **state)
{
	close_world(*state);
	return 0;
}

static bool is_offered(const struct match_result *result, const char *entry)
{
	bool found = false;
	for (size_t i = 0; i < result->answer_count && !found; i++)
		found = strcmp(result->answers[i].entry->id, entry) == 0;
	for (size_t i = 0; i < result->choice_count && !found; i++)
		found = strcmp(result->choices[i].entry->id, entry) == 0;
	return found;
}

static void another_topic_before_the_same_words_is_not_answered(void **state)
{
	static const char *const messages[] = {
		"展览厅需要预约吗", "博物馆开馆时间", "羽毛球馆开馆时间", "美术馆几点开门",
		"食堂几点开门", "婴儿可以办证吗", "宠物可以办证吗", "投影仪怎么使用",
		/* in letters */
		"KTV需要预约吗", "做DIY需要预约吗",
		/* of which another entry has heard */
		"讲座需要预约吗", "孩子丢了怎么办", "书丢了怎么办", "猫丢了怎么办"
	};
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		if (match(*state, messages[i]).band == BAND_ANSWER)
			fail_msg("\"%s\" is answered", messages[i]);
}

static void another_thing_in_the_middle_of_what_may_be_done_is_not_answered(void **state)
{
	static const char *const others[] = { "可以带电脑进馆吗", "可以带雨伞进馆吗",
		                              "可以带饮料进馆吗", "可以带狗进馆吗" };
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		const struct match_result result = match(*state, others[i]);
		assert_int_equal(result.band, BAND_CHOOSE);
		assert_true(is_offered(&result, "item-10"));
	}
	static const char *const same[] = { "可以带小孩进馆吗", "可以带孩子进去吗" };
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		assert_int_equal(match(*state, same[i]).band, BAND_ANSWER);
}

static void whom_and_when_it_is_asked_for_is_no_topic(void **state)
{
	static const char *const messages[] = { "开馆时间", "今天几点开门", "周六几点开门",
		                                "请问几点开门", "图书馆几点开门" };
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		const struct match_result result = match(*state, messages[i]);
		if (result.band != BAND_ANSWER)
			fail_msg("\"%s\" is not answered", messages[i]);
		assert_string_equal(result.answers[0].entry->id, "item-01");
	}
}

static void a_slip_of_the_pen_is_no_topic(void **state)
{
	const struct match_result slip = match(*state, "子习室需要预约吗");
	assert_string_equal(slip.ranking[0].entry->id, "item-09");
	assert_false(slip.ranking[0].swapped);
	assert_true(match(*state, "研习室需要预约吗").ranking[0].swapped);
}

/* The same as a choice: it does not repeat the answer. */
static void another_topic_after_an_answer_does_not_repeat_it(void **state)
{
	static const char *const messages[] = { "自习室需要预约吗", "会议室需要预约吗" };
	struct world *world = *state;
	const struct asker asker = { 0 };
	struct conversation *conversation;
	struct reply reply = { 0 };
	assert_int_equal(conversation_create(&conversation, 1), STATUS_OK);
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		reply = take(world, conversation, messages[i], &asker);
	assert_int_not_equal(reply.outcome, OUTCOME_ANSWER);
	conversation_destroy(conversation);
}

static void what_is_said_in_other_words_is_offered(void **state)
{
	static const char *const rows[][2] = {
		{ "晚上几点关门", "item-01" },     { "证丢了咋整", "item-04" },
		{ "最多借多少本", "item-05" },     { "书超期了要罚多少", "item-07" },
		{ "车停哪儿", "item-13" },         { "复印一张多少钱", "item-11" },
		{ "自习的座位怎么约", "item-09" }, { "周一开门不", "item-01" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct match_result result = match(*state, rows[i][0]);
		if (!is_offered(&result, rows[i][1]))
			fail_msg("\"%s\": %s is not offered", rows[i][0], rows[i][1]);
	}
}

static void what_no_office_covers_is_not_offered(void **state)
{
	static const char *const messages[] = { "今天天气怎么样", "你吃饭了吗", "讲个笑话",
		                                "明天股市会涨吗", "哈哈哈哈" };
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		if (match(*state, messages[i]).band != BAND_DECLINE)
			fail_msg("\"%s\" is not declined", messages[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_topic_before_the_same_words_is_not_answered),
		cmocka_unit_test(another_thing_in_the_middle_of_what_may_be_done_is_not_answered),
		cmocka_unit_test(whom_and_when_it_is_asked_for_is_no_topic),
		cmocka_unit_test(a_slip_of_the_pen_is_no_topic),
		cmocka_unit_test(another_topic_after_an_answer_does_not_repeat_it),
		cmocka_unit_test(what_is_said_in_other_words_is_offered),
		cmocka_unit_test(what_no_office_covers_is_not_offered),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
