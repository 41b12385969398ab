#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/text/aside.h"

static int set_up(void **state)
{
	static struct arena *arena;
	*state = &arena;
	return arena_create(&arena, 1 << 20) == STATUS_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	arena_destroy(*(struct arena **)*state);
	return 0;
}

/* What stays of `text`, its blanks taken out, is `stays`. */
static void expect(void **state, const char *text, const char *stays)
{
	struct arena *arena = *(struct arena **)*state;
	struct identifier_list found;
	struct span bare;
	char rest[512];
	size_t length = 0;
	arena_reset(arena);
	assert_int_equal(identify(span_of(text), arena, &found), STATUS_OK);
	assert_int_equal(aside_blank(span_of(text), &found, arena, &bare), STATUS_OK);
	assert_int_equal(bare.len, strlen(text));
	for (size_t i = 0; i < bare.len && length + 1 < sizeof(rest); i++)
		if (bare.ptr[i] != ' ')
			rest[length++] = bare.ptr[i];
	rest[length] = '\0';
	assert_string_equal(rest, stays);
}

static void a_company_s_name_is_left_out(void **state)
{
	expect(state, "河南某某建筑劳务有限公司 成绩获取不到", "成绩获取不到");
	expect(state, "我是河南某某建筑劳务有限公司的，没成绩", "我是的，没成绩");
	expect(state, "郑州某某市政工程有限责任公司传不了照片", "传不了照片");
	expect(state, "某某（河南）建设有限公司洛阳分公司，没成绩", "，没成绩");
	expect(state, "河南某某集团第三工程公司，没成绩", "，没成绩");
}

static void words_of_the_question_about_companies_stay(void **state)
{
	static const char *const questions[] = { "我公司资质获取不到", "劳务公司旧资质提取不到",
		                                 "公司信息出不来",     "有限公司能办吗",
		                                 "我们集团能批量报吗", "物业有限公司能申请吗" };
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		expect(state, questions[i], questions[i]);
}

/* The example printed in GB 11643-1999. */
static void a_number_takes_its_label_with_it(void **state)
{
	expect(state, "我的身份证号11010519491231002X，没成绩", "，没成绩");
	expect(state, "联系电话13800000017，没成绩", "，没成绩");
	expect(state, "张三，身份证号码：11010519491231002X 没成绩", "张三，没成绩");
	expect(state, "11010519491231002X 没成绩", "没成绩");
}

static void a_number_that_something_is_said_of_keeps_its_label(void **state)
{
	expect(state, "身份证11010519491231002X登记错了", "身份证登记错了");
	expect(state, "老身份证11010519491231002X，没成绩", "老身份证，没成绩");
	expect(state, "身份证号登记错了", "身份证号登记错了");
}

/* The example of GB 32100-2015. */
static void a_credit_code_takes_its_label_with_it(void **state)
{
	expect(state, "我们的信用代码是91350100M000100Y43，没成绩", "，没成绩");
	expect(state, "统一社会信用代码：91350100M000100Y43 没成绩", "没成绩");
	expect(state, "输入信用代码91350100M000100Y43查不到公司", "输入信用代码查不到公司");
	expect(state, "信用代码查不到公司", "信用代码查不到公司");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_company_s_name_is_left_out),
		cmocka_unit_test(words_of_the_question_about_companies_stay),
		cmocka_unit_test(a_number_takes_its_label_with_it),
		cmocka_unit_test(a_number_that_something_is_said_of_keeps_its_label),
		cmocka_unit_test(a_credit_code_takes_its_label_with_it),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
