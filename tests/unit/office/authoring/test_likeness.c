/*
 * Which questions come together. The questions are made up; none is of a set that anything was
 * fitted to. Pairs that a person would call the same are expected together, others apart.
 */
#include "office/authoring/likeness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "wordless.h"

enum { TEXTS_MOST = 64, CEILING = 64 << 20 };

/* As leaders, in `groups`. */
static void group(const char *const *texts, size_t count, uint32_t *groups)
{
	struct span spans[TEXTS_MOST];
	struct normaliser *normaliser;
	struct arena *arena;

	assert_true(count <= TEXTS_MOST);
	for (size_t i = 0; i < count; i++)
		spans[i] = span_of(texts[i]);
	assert_int_equal(normaliser_create(&normaliser), STATUS_OK);
	assert_int_equal(arena_create(&arena, CEILING), STATUS_OK);
	assert_int_equal(likeness_group(spans, count, normaliser, arena, groups), STATUS_OK);
	arena_destroy(arena);
	normaliser_destroy(normaliser);
}

static const char *const asked[] = {
	"社保卡丢了怎么补办",                                   /* 0 */
	"请问社保卡丢了怎么补办？",                             /* with 0 */
	"社保卡丢了，怎么补办",                                 /* with 0 */
	"怎么补办社保卡，我的丢了",                             /* with 0 */
	"公积金怎么提取",                                       /* 4 */
	"公积金怎么提取啊",                                     /* with 4 */
	"提示“网络异常，请稍后重试”",                           /* 6 */
	"我点提交的时候提示“网络异常，请稍后重试”，试了好几次", /* with 6 */
	"驾驶证过期多久作废",                                   /* 8 */
	"食堂几点开门",                                         /* 9 */
};

static void the_same_question_in_other_words_is_one_group(void **state)
{
	uint32_t groups[10];

	(void)state;
	group(asked, 10, groups);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(groups[i], 0);
	assert_int_equal(groups[4], 4);
	assert_int_equal(groups[5], 4);
	assert_int_equal(groups[6], 6);
	assert_int_equal(groups[7], 6);
	assert_int_equal(groups[8], 8);
	assert_int_equal(groups[9], 9);
}

static void words_that_everybody_says_bring_nothing_together(void **state)
{
	static const char *const texts[] = { "请问怎么办理养老认证", "请问怎么办理异地就医",
		                             "请问怎么办理出生登记", "请问怎么办理车辆过户" };
	uint32_t groups[4];

	(void)state;
	group(texts, 4, groups);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(groups[i], i);
}

static void a_word_alone_swallows_nothing(void **state)
{
	static const char *const texts[] = { "证书", "证书变更单位后编号会不会变",
		                             "证书打印出来没有照片" };
	uint32_t groups[3];

	(void)state;
	group(texts, 3, groups);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(groups[i], i);
}

/* Nothing is like what holds nothing. */
static void what_has_no_word_at_all_is_left_alone(void **state)
{
	uint32_t groups[WORDLESS_COUNT];

	(void)state;
	group(wordless, WORDLESS_COUNT, groups);
	for (uint32_t i = 0; i < WORDLESS_COUNT; i++)
		assert_int_equal(groups[i], i);
	group(wordless, 0, groups);
}

enum { MANY = 20000, LETTERS = 18, MANY_MOST_S = 10 };

/* Whoever floods the journal with popups of their own making does not take the list from editors.
 */
static void many_texts_of_the_same_letters_are_compared_in_seconds(void **state)
{
	static const char letters[] =
	        "系统数据保存提交失败网络超时用户信息校验错误编号重复登录状态";
	const size_t most = sizeof(letters) / 3, size = 3 * LETTERS + 64;
	struct span *spans = calloc(MANY, sizeof(*spans));
	uint32_t *groups = calloc(MANY, sizeof(*groups)), random = 7;
	char *texts = malloc(MANY * size);
	struct normaliser *normaliser;
	struct arena *arena;
	clock_t began;

	(void)state;
	assert_non_null(spans);
	assert_non_null(groups);
	assert_non_null(texts);
	for (size_t i = 0; i < MANY; i++) {
		char *text = texts + i * size;
		size_t len = (size_t)sprintf(text, "我点提交的时候提示“");

		for (size_t k = 0; k < LETTERS; k++, len += 3) {
			random = random * 1664525 + 1013904223;
			memcpy(text + len, letters + 3 * ((random >> 8) % most), 3);
		}
		len += (size_t)sprintf(text + len, "”怎么办");
		spans[i] = (struct span){ text, len };
	}
	assert_int_equal(normaliser_create(&normaliser), STATUS_OK);
	assert_int_equal(arena_create(&arena, 512 << 20), STATUS_OK);
	began = clock();
	assert_int_equal(likeness_group(spans, MANY, normaliser, arena, groups), STATUS_OK);
	assert_true((clock() - began) / CLOCKS_PER_SEC < MANY_MOST_S);
	arena_destroy(arena);
	normaliser_destroy(normaliser);
	free(texts);
	free(groups);
	free(spans);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_question_in_other_words_is_one_group),
		cmocka_unit_test(words_that_everybody_says_bring_nothing_together),
		cmocka_unit_test(a_word_alone_swallows_nothing),
		cmocka_unit_test(what_has_no_word_at_all_is_left_alone),
		cmocka_unit_test(many_texts_of_the_same_letters_are_compared_in_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
