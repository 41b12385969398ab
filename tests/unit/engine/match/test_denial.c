#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/match/denial.h"

struct fixture {
	struct pattern *word;
	struct pattern_scratch *scratch;
};

static struct pattern *compile(const char *source)
{
	struct pattern_fault fault;
	struct pattern *pattern = NULL;
	assert_int_equal(pattern_compile(source, &fault, &pattern), STATUS_OK);
	return pattern;
}

static int set_up(void **state)
{
	static struct fixture fixture;
	fixture.word = compile("没有?|不是");
	assert_int_equal(pattern_scratch_create(&fixture.scratch), STATUS_OK);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	pattern_destroy(fixture->word);
	pattern_scratch_destroy(fixture->scratch);
	return 0;
}

static struct denied_text read_text(void **state, const char *text)
{
	struct fixture *fixture = *state;
	struct denied_text denied;
	const struct lexicon lexicon = { .denials = { &fixture->word, 1 } };
	denial_find(&lexicon, fixture->scratch, span_of(text), &denied);
	return denied;
}

static bool between(void **state, const char *message, const char *sentence)
{
	const struct denied_text a = read_text(state, message), b = read_text(state, sentence);
	return denial_between(&a, &b, span_of("提示无资质信息"));
}

static bool of_pattern(void **state, const char *message, const char *source)
{
	struct fixture *fixture = *state;
	const struct denied_text denied = read_text(state, message);
	struct pattern *pattern = compile(source);
	const bool result =
	        denial_of_pattern(&denied, pattern, fixture->scratch, span_of("提示无资质信息"));
	pattern_destroy(pattern);
	return result;
}

static void a_denial_reaches_to_the_end_of_its_clause_at_most(void **state)
{
	const struct denied_text denied = read_text(state, "号码没有错,怎么办");
	assert_int_equal(denied.count, 1);
	assert_int_equal(denied.items[0].end - denied.items[0].start, strlen("错"));
}

static void at_the_end_of_a_clause_it_denies_what_stands_before(void **state)
{
	const struct denied_text denied = read_text(state, "点了弹窗没有,信息也不出来");
	assert_int_equal(denied.count, 1);
	assert_memory_equal(denied.text.ptr + denied.items[0].start, "点了弹窗",
	                    strlen("点了弹窗"));
	assert_int_equal(denied.items[0].end, denied.items[0].word_start);
}

static void a_message_that_denies_a_sentence_s_word_contradicts_it(void **state)
{
	assert_true(between(state, "没有超过65岁", "超过65岁了"));
	assert_false(between(state, "超过65岁了", "超过65岁了"));
}

static void two_that_deny_the_same_agree(void **state)
{
	assert_false(between(state, "没有弹窗,信息出不来", "信息出不来,弹窗没有"));
}

static void what_the_question_says_to_be_missing_is_a_symptom(void **state)
{
	assert_false(between(state, "没有资质信息", "旧版劳务资质信息出不来"));
}

static void a_pattern_that_passes_over_the_denial_is_denied(void **state)
{
	assert_true(of_pattern(state, "身份证号没有错", "身份证.{0,8}错"));
	assert_false(of_pattern(state, "身份证号错了,没有办法", "身份证.{0,8}错"));
}

static void a_pattern_that_asks_for_the_denial_is_not(void **state)
{
	assert_false(of_pattern(state, "没有房建也没有市政类的,能申请吗",
	                        "没有?(?:房建|市政).{0,12}申请"));
}

static bool asserted(void **state, const char *message, const char *sentence)
{
	const struct denied_text a = read_text(state, message), b = read_text(state, sentence);
	return denial_of_assertion(&a, &b, span_of("提示无资质信息"));
}

static void a_message_that_asserts_what_a_sentence_denies_contradicts_it(void **state)
{
	assert_true(asserted(state, "有弹窗提示无资质", "没有弹窗,取不到资质"));
	assert_true(asserted(state, "我们是房建资质", "没有房建资质能申请吗"));
	/* Named only, or denied as well. */
	assert_false(asserted(state, "房建资质怎么申请", "没有房建资质能申请吗"));
	assert_false(asserted(state, "没有房建的,是房建吗", "没有房建资质能申请吗"));
	/* 资质 is what the entry is about. */
	assert_false(asserted(state, "有资质", "没有资质"));
}

static bool opposite(void **state, const struct opposite *pair, const struct denied_text *message,
                     const char *sentence)
{
	struct fixture *fixture = *state;
	bool half = false;
	denial_halves(pair, 1, fixture->scratch, span_of(sentence), &half);
	return denial_by_opposite(pair, 1, fixture->scratch, message, &half);
}

static void a_pair_of_the_lexicon_is_an_opposite(void **state)
{
	struct pattern *right = compile("是对的|没有错"), *wrong = compile("错|误");
	const struct opposite pair = { { &right, 1 }, { &wrong, 1 } };
	struct denied_text text = read_text(state, "身份证号是对的");
	assert_true(opposite(state, &pair, &text, "号码有误"));
	assert_false(opposite(state, &pair, &text, "没有弹窗"));
	text = read_text(state, "身份证号没有错");
	assert_true(opposite(state, &pair, &text, "号码有误"));
	/* The name is right, the number is not. */
	text = read_text(state, "姓名是对的,身份证号错了");
	assert_false(opposite(state, &pair, &text, "号码有误"));
	pattern_destroy(right);
	pattern_destroy(wrong);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_denial_reaches_to_the_end_of_its_clause_at_most),
		cmocka_unit_test(at_the_end_of_a_clause_it_denies_what_stands_before),
		cmocka_unit_test(a_message_that_denies_a_sentence_s_word_contradicts_it),
		cmocka_unit_test(two_that_deny_the_same_agree),
		cmocka_unit_test(what_the_question_says_to_be_missing_is_a_symptom),
		cmocka_unit_test(a_pattern_that_passes_over_the_denial_is_denied),
		cmocka_unit_test(a_pattern_that_asks_for_the_denial_is_not),
		cmocka_unit_test(a_message_that_asserts_what_a_sentence_denies_contradicts_it),
		cmocka_unit_test(a_pair_of_the_lexicon_is_an_opposite),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
