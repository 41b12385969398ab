#include "text_fixture.h"

#include "base/budget.h"
#include "engine/match/marks.h"
#include "engine/match/prompts.h"

enum { ROWS = 9, MOST = 8 };

static size_t find(void **state, const struct knowledge *knowledge, const char *message,
                   struct prompt_hit hits[MOST])
{
	struct fixture *fixture = *state;
	struct prompt_table *table = NULL;
	struct budget budget = { BUDGET_OF_A_TURN, 0 };
	struct text text;
	size_t count = 0;
	assert_int_equal(prompt_table_create(knowledge, fixture->normaliser, NULL, &table),
	                 STATUS_OK);
	assert_int_equal(normalise(fixture->normaliser, span_of(message), fixture->arena, &text),
	                 STATUS_OK);
	assert_int_equal(prompts_find(table, text.points, text.count, &budget, fixture->arena, hits,
	                              MOST, &count),
	                 STATUS_OK);
	prompt_table_destroy(table);
	return count;
}

static void the_best_row_is_found_behind_many_that_are_alike(void **state)
{
	static const char *const alike[] = { "您尚有未办结的业务" };
	static const char *const best[] = { "您尚有未办结的申请事项" };
	struct entry entries[ROWS] = { 0 };
	struct prompt_hit hits[MOST];
	for (size_t i = 0; i < ROWS; i++)
		entries[i].prompts = (struct strings){ i + 1 < ROWS ? alike : best, 1 };
	const struct knowledge knowledge = { .entries = entries, .entry_count = ROWS };
	assert_int_equal(find(state, &knowledge, "您尚有未办结的申请事项", hits), MOST);
	assert_int_equal(hits[0].row, ROWS - 1);
	assert_float_equal(hits[0].similarity, 1, 1e-6);
	assert_int_equal(hits[1].row, 0);
}

static void look_alikes_that_name_each_other_count_as_one(void **state)
{
	static const char *const prompt[] = { "尚有未办结" };
	static const struct word_pair confusables[] = { { "未", "末" }, { "末", "未" } };
	const struct entry entry = { .prompts = { prompt, 1 } };
	const struct knowledge knowledge = { .entries = &entry,
		                             .entry_count = 1,
		                             .lexicon = { .confusables = confusables,
		                                          .confusable_count = 2 } };
	struct prompt_hit hits[MOST];
	assert_int_equal(find(state, &knowledge, "尚有末办结", hits), 1);
	assert_float_equal(hits[0].similarity, 1, 1e-6);
}

enum look { QUOTED, QUOTED_IN_LINES, RETOLD };

/* The code points of the popup that the usual words tell of; 0 where they tell of none. */
static size_t told(void **state, enum look look, const char *message)
{
	static const struct lexicon usual = { .synonym_count = 0 };
	struct fixture *fixture = *state;
	struct marks *marks;
	struct text text;
	size_t start = 0, end = 0;
	arena_reset(fixture->arena);
	assert_int_equal(normalise(fixture->normaliser, span_of(message), fixture->arena, &text),
	                 STATUS_OK);
	assert_int_equal(marks_create(&usual, fixture->normaliser, &marks), STATUS_OK);
	const bool found = look == RETOLD ? prompts_retold(marks, &text, &start, &end)
	                                  : prompts_quoted(marks, &text, look == QUOTED_IN_LINES,
	                                                   &start, &end);
	marks_destroy(marks);
	assert_true(start <= end && end <= text.count);
	return found ? end - start : 0;
}

static void what_is_quoted_behind_a_word_for_popups_is_a_popup(void **state)
{
	assert_int_equal(told(state, QUOTED, "系统提示：“网络连接超时”怎么办"), 6);
	assert_int_equal(told(state, QUOTED, "弹窗里说「参数不正确」"), 5);
}

static void a_quoted_name_or_word_is_no_popup(void **state)
{
	assert_int_equal(told(state, QUOTED, "公司由“开封某某公司”改了名"), 0);
	assert_int_equal(told(state, QUOTED, "提示“错误”"), 0);
	assert_int_equal(told(state, QUOTED, "提示“网络连接超时"), 0);
	assert_int_equal(told(state, QUOTED, ""), 0);
}

static void a_popup_stands_above_the_button_of_a_window(void **state)
{
	assert_int_equal(told(state, QUOTED_IN_LINES, "帮助\n网络连接超时请重试\n确定\n下一步"), 9);
	assert_int_equal(told(state, QUOTED, "帮助\n网络连接超时请重试\n确定\n下一步"), 0);
	assert_int_equal(told(state, QUOTED_IN_LINES, "帮助\n网络\n确定\n下一步"), 0);
}

static void what_stands_behind_the_word_for_popups_in_a_line_of_a_chat_is_one(void **state)
{
	assert_int_equal(told(state, QUOTED_IN_LINES, "在吗\n报不上去 提示网络连接超时\n截图看看"),
	                 6);
	assert_int_equal(told(state, QUOTED_IN_LINES, "在吗\n有提示的\n截图看看"), 0);
}

static void what_a_window_is_said_to_show_is_a_popup(void **state)
{
	assert_int_equal(told(state, RETOLD, "弹窗显示网络连接超时"), 6);
	assert_int_equal(told(state, RETOLD, "报不上去，弹框里写着网络连接超时，咋办"), 6);
	assert_int_equal(told(state, RETOLD, "弹窗显示错误"), 0);
	assert_int_equal(told(state, RETOLD, "没有弹窗，也没有提示网络连接超时"), 0);
	assert_int_equal(told(state, RETOLD, "弹窗显示"), 0);
	assert_int_equal(told(state, RETOLD, "显示网络连接超时"), 0);
}

static void what_follows_an_announcing_word_and_a_colon_is_a_popup(void **state)
{
	assert_int_equal(told(state, QUOTED, "系统提示：验证码错误，请重新输入 [确定]"), 11);
	assert_int_equal(told(state, QUOTED, "数据保存失败：企业名称不能为空"), 8);
	assert_int_equal(told(state, QUOTED, "登不上，错误：密码已过期。怎么办"), 5);
	assert_int_equal(told(state, QUOTED, "温馨提示：\n密码已过期\n怎么办"), 5);
	assert_int_equal(told(state, QUOTED, "提示：无资质"), 0);
	assert_int_equal(told(state, QUOTED, "照片上传失败："), 0);
	assert_int_equal(told(state, QUOTED, "问题：照片怎么上传"), 0);
	assert_int_equal(told(state, QUOTED, "提示 照片不合格"), 0);
}

static void what_stands_before_a_button_in_brackets_is_a_popup(void **state)
{
	assert_int_equal(told(state, QUOTED, "请上传授权委托书【确定】"), 8);
	assert_int_equal(told(state, QUOTED, "报不了\n请上传授权委托书 [取消] [确定]"), 8);
	assert_int_equal(told(state, QUOTED, "请上传授权委托书 [图片]"), 0);
	assert_int_equal(told(state, QUOTED, "请上传授权委托书 [确定"), 0);
	assert_int_equal(told(state, QUOTED, "[确定]"), 0);
	assert_int_equal(told(state, QUOTED, "["), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_best_row_is_found_behind_many_that_are_alike),
		cmocka_unit_test(look_alikes_that_name_each_other_count_as_one),
		cmocka_unit_test(what_is_quoted_behind_a_word_for_popups_is_a_popup),
		cmocka_unit_test(a_quoted_name_or_word_is_no_popup),
		cmocka_unit_test(a_popup_stands_above_the_button_of_a_window),
		cmocka_unit_test(what_stands_behind_the_word_for_popups_in_a_line_of_a_chat_is_one),
		cmocka_unit_test(what_follows_an_announcing_word_and_a_colon_is_a_popup),
		cmocka_unit_test(what_stands_before_a_button_in_brackets_is_a_popup),
		cmocka_unit_test(what_a_window_is_said_to_show_is_a_popup),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
