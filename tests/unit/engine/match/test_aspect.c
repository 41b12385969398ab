/* What is asked of a thing: how it is done, what it costs, how long it takes. */
#include "talk.h"

#define SHIPPED      DAYI_SOURCE_DIR "/knowledge"
#define READING_ROOM DAYI_SOURCE_DIR "/tests/fixtures/knowledge-reading-room"

enum { FOLDERS = 2 };

static int set_up(void **state)
{
	static struct world worlds[FOLDERS];
	open_world(&worlds[0], SHIPPED, NULL);
	open_world(&worlds[1], READING_ROOM, NULL);
	*state = worlds;
	return 0;
}

static int tear_down(void **state)
{
	struct world *worlds = *state;
	for (int i = 0; i < FOLDERS; i++)
		close_world(&worlds[i]);
	return 0;
}

/* Up to a NULL. */
static void none_is_answered(struct world *world, const char *const *messages)
{
	for (; *messages; messages++)
		if (match(world, *messages).band == BAND_ANSWER)
			fail_msg("\"%s\" is answered", *messages);
}

static void each_is_answered(struct world *world, const char *const (*rows)[2])
{
	for (; (*rows)[0]; rows++) {
		const struct match_result result = match(world, (*rows)[0]);
		if (result.band != BAND_ANSWER)
			fail_msg("\"%s\" is not answered", (*rows)[0]);
		assert_string_equal(result.answers[0].entry->id, (*rows)[1]);
	}
}

static void how_a_thing_is_done_is_not_answered_by_what_goes_wrong_with_it(void **state)
{
	static const char *const messages[] = { "整改报告怎么写",     "劳动关系怎么证明",
		                                "企业怎么申请资质",   "组织机构代码在哪查",
		                                "信用代码查询网站",   "照片怎么上传",
		                                "建造师信息在哪里查", NULL };
	none_is_answered(*state, messages);
}

static void what_it_costs_is_not_answered_where_nobody_says_so(void **state)
{
	static const char *const shipped[] = { "解除劳动合同要赔多少钱", "强制注销要多少钱", NULL };
	static const char *const room[] = { "自习室多少钱", "自习室预约电话", "捐赠图书的证书格式",
		                            NULL };
	struct world *worlds = *state;
	none_is_answered(&worlds[0], shipped);
	none_is_answered(&worlds[1], room);
}

static void what_a_sentence_asks_or_a_short_entry_tells_is_answered(void **state)
{
	static const char *const shipped[][2] = {
		{ "办结后在哪里查询", "result-lookup" },
		{ "证书快到期了怎么延续", "renew-before-expiry" },
		{ "C证快到期了怎么延续", "renew-before-expiry" },
		{ "批量怎么申请", "batch-application" },
		{ NULL, NULL },
	};
	static const char *const room[][2] = {
		{ "停车场多少钱", "item-13" },
		{ "打印复印多少钱", "item-11" },
		{ "自习室怎么预约", "item-09" },
		{ NULL, NULL },
	};
	struct world *worlds = *state;
	each_is_answered(&worlds[0], shipped);
	each_is_answered(&worlds[1], room);
}

static void who_tells_what_went_wrong_asks_no_aspect(void **state)
{
	static const char *const rows[][2] = {
		{ "照片怎么上传不了", "photo-upload" },
		{ "获取不到个人信息去哪里改", "personal-info-missing" },
		{ NULL, NULL },
	};
	each_is_answered(*state, rows);
}

static void an_end_that_a_short_entry_has_not_heard_of_makes_it_less_sure(void **state)
{
	struct world *room = (struct world *)*state + 1;
	const struct match_result strange = match(room, "存包柜怎么开锁");
	assert_string_equal(strange.ranking[0].entry->id, "item-12");
	assert_int_equal((int)strange.shares.aside, 1);
	assert_int_not_equal(strange.band, BAND_ANSWER);
	assert_int_equal((int)match(room, "自习室怎么预约").shares.aside, 0);
	assert_int_equal((int)match(room, "续借怎么操作").shares.aside, 0);
}

static void an_entry_of_few_alternates_that_shares_more_than_everyday_characters_stands_alone(
        void **state)
{
	struct world *worlds = *state;
	assert_int_equal((int)match(&worlds[1], "听讲座要先报个名").shares.alone, 1);
	assert_float_equal(match(&worlds[1], "停车场的车位够不够").shares.alone, 0.5, 1e-6);
	assert_int_equal((int)match(&worlds[1], "朋友今天在哪里").shares.alone, 0);
	assert_true(match(&worlds[0], "照片传不上去").shares.alone < 0.1F);
}

static void a_part_of_the_question_that_is_not_everyday_touches_an_entry_of_few_alternates(
        void **state)
{
	struct world *worlds = *state;
	assert_int_equal((int)match(&worlds[1], "讲座我怎样才能去").shares.touched, 1);
	assert_int_equal((int)match(&worlds[1], "朋友今天在哪里").shares.touched, 0);
	assert_true(match(&worlds[0], "照片传不上去").shares.touched < 0.1F);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(how_a_thing_is_done_is_not_answered_by_what_goes_wrong_with_it),
		cmocka_unit_test(what_it_costs_is_not_answered_where_nobody_says_so),
		cmocka_unit_test(what_a_sentence_asks_or_a_short_entry_tells_is_answered),
		cmocka_unit_test(who_tells_what_went_wrong_asks_no_aspect),
		cmocka_unit_test(an_end_that_a_short_entry_has_not_heard_of_makes_it_less_sure),
		cmocka_unit_test(
		        an_entry_of_few_alternates_that_shares_more_than_everyday_characters_stands_alone),
		cmocka_unit_test(
		        a_part_of_the_question_that_is_not_everyday_touches_an_entry_of_few_alternates),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
