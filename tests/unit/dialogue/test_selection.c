#include "../text_fixture.h"

#include "dialogue/selection.h"

static void expect(void **state, const char *message, enum selection_kind kind, int number)
{
	struct fixture *fixture = *state;
	struct text text;
	assert_int_equal(normalise(fixture->normaliser, span_of(message), fixture->arena, &text),
	                 STATUS_OK);
	const struct selection selection = selection_read(&text);
	if (selection.kind != kind || selection.number != number)
		fail_msg("\"%s\": kind %d number %d", message, (int)selection.kind,
		         selection.number);
}

static void an_item_is_a_number_in_any_dress(void **state)
{
	static const char *const twos[] = { "2",          "２",    "2.",         "2、", "第二个",
		                            "第2个",      "选2",   "我选第二个", "二",  "②",
		                            "就第二个吧", "（2）", "2号" };
	for (size_t i = 0; i < sizeof(twos) / sizeof(twos[0]); i++)
		expect(state, twos[i], SELECTION_ITEM, 2);
}

static void a_case_is_pointed_at_within_a_short_message(void **state)
{
	expect(state, "情形3", SELECTION_CASE, 3);
	expect(state, "第三种情况具体怎么弄", SELECTION_CASE, 3);
	expect(state, "那第二种情况呢？", SELECTION_CASE, 2);
	expect(state, "我是你说的情形一", SELECTION_CASE, 1);
}

static void a_numeral_that_begins_another_word_names_no_case(void **state)
{
	expect(state, "这种情况一般怎么办", SELECTION_NOTHING, 0);
	expect(state, "我的情况一直没变", SELECTION_NOTHING, 0);
	expect(state, "这个情况两个月了", SELECTION_NOTHING, 0);
	expect(state, "情形一怎么办", SELECTION_CASE, 1);
}

static void none_of_these_is_understood(void **state)
{
	expect(state, "都不是", SELECTION_NONE, 0);
	expect(state, "这些都不是。", SELECTION_NONE, 0);
	expect(state, "还不是", SELECTION_NONE, 0);
	expect(state, "还是不对啊", SELECTION_NONE, 0);
	expect(state, "没有一个是我要问的", SELECTION_NONE, 0);
	expect(state, "没有我想问的", SELECTION_NONE, 0);
	expect(state, "里面没有", SELECTION_NONE, 0);
	expect(state, "还是", SELECTION_NOTHING, 0);
	expect(state, "没有了", SELECTION_NOTHING, 0);
}

static void a_question_with_a_number_in_it_is_no_selection(void **state)
{
	expect(state, "2个人能一起报吗", SELECTION_NOTHING, 0);
	expect(state, "证书过期2年了还能延续吗", SELECTION_NOTHING, 0);
	expect(state, "是不是都不对，所以取不到企业信息", SELECTION_NOTHING, 0);
	expect(state, "", SELECTION_NOTHING, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_item_is_a_number_in_any_dress),
		cmocka_unit_test(a_case_is_pointed_at_within_a_short_message),
		cmocka_unit_test(a_numeral_that_begins_another_word_names_no_case),
		cmocka_unit_test(none_of_these_is_understood),
		cmocka_unit_test(a_question_with_a_number_in_it_is_no_selection),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
