#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/text/normalise.h"

enum { SYLLABLES_MOST = 16 };

static void a_character_has_its_toneless_reading(void **state)
{
	static const struct {
		uint32_t point;
		const char *reading;
	} cases[] = {
		{ 0x8BC1, "zheng" }, /* 证 */
		{ 0x8B49, "zheng" }, /* 證 */
		{ 0x671F, "qi" },    /* 期 */
		{ 0x4F20, "chuan" }, /* 传 */
		{ 0x957F, "chang" }, /* 长 */
		{ 0x91CD, "chong" }, /* 重 */
		{ 0x884C, "xing" },  /* 行 */
		{ 0x4E66, "shu" },   /* 书 */
		{ 0x5B89, "an" },    /* 安 */
		{ 0x4E8C, "er" },    /* 二 */
		{ 0x55EF, "en" },    /* 嗯 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(pinyin_of(cases[i].point), cases[i].reading);
}

static void an_umlaut_is_written_v(void **state)
{
	(void)state;
	assert_string_equal(pinyin_of(0x5973), "nv");  /* 女 */
	assert_string_equal(pinyin_of(0x7EFF), "lv");  /* 绿 */
	assert_string_equal(pinyin_of(0x7565), "lve"); /* 略 */
	assert_string_equal(pinyin_of(0x53BB), "qu");  /* 去 */
}

static void what_is_no_han_has_no_reading(void **state)
{
	(void)state;
	assert_null(pinyin_of('a'));
	assert_null(pinyin_of(0x3042));
	assert_null(pinyin_of(0x10FFFF));
	assert_int_equal(pinyin_number(0x4DC0), 0); /* a hexagram, amid Han */
}

static void what_sounds_alike_has_the_same_number(void **state)
{
	uint16_t zheng = pinyin_number(0x8BC1);

	(void)state;
	assert_int_not_equal(zheng, 0);
	assert_int_equal(zheng, pinyin_number(0x6B63));                       /* 正 */
	assert_int_equal(zheng, pinyin_number_of_syllable(span_of("zheng"))); /* 证 */
	assert_int_not_equal(zheng, pinyin_number(0x771F));                   /* 真 */
}

static void every_number_is_that_of_a_syllable_in_letters(void **state)
{
	(void)state;
	for (uint32_t c = 0x3400; c < 0xA000; c++) {
		uint16_t number = pinyin_number(c);

		if (number > 0) {
			struct span reading = span_of(pinyin_of(c));

			assert_int_equal(strspn(reading.ptr, "abcdefghijklmnopqrstuvwxyz"),
			                 reading.len);
			assert_int_equal(pinyin_number_of_syllable(reading), number);
		}
	}
}

static void every_character_of_daily_use_has_a_reading(void **state)
{
	size_t known = 0;

	(void)state;
	for (uint32_t c = 0x4E00; c < 0x9FA6; c++)
		known += pinyin_number(c) != 0 ? 1 : 0;
	assert_in_range(known, 20700, 20902);
}

static void what_is_no_syllable_has_no_number(void **state)
{
	static const char *const others[] = { "",   "hm",     "m",        "n",
		                              "zh", "zhengs", "zhengshu", "ZHENG" };
	struct span with_nul = { "a\0b", 3 };

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_int_equal(pinyin_number_of_syllable(span_of(others[i])), 0);
	assert_int_equal(pinyin_number_of_syllable(with_nul), 0);
}

/* `syllables` with blanks between. */
static void assert_split(const char *letters, const char *syllables)
{
	uint16_t numbers[SYLLABLES_MOST];
	size_t count = pinyin_split(span_of(letters), numbers, SYLLABLES_MOST);
	size_t i = 0;

	while (*syllables) {
		struct span one = { syllables, strcspn(syllables, " ") };

		assert_true(i < count);
		assert_int_equal(numbers[i], pinyin_number_of_syllable(one));
		i++;
		syllables += one.len;
		syllables += *syllables == ' ' ? 1 : 0;
	}
	assert_int_equal(i, count);
}

static void letters_split_into_syllables(void **state)
{
	(void)state;
	assert_split("zhengshuguoqi", "zheng shu guo qi");
	assert_split("zhaopianshangchuan", "zhao pian shang chuan");
	assert_split("anquan", "an quan");
	assert_split("nvshi", "nv shi");
	assert_split("lue", "lve");
	assert_split("gongan", "gong an");
}

static void of_several_splits_the_shortest_is_taken(void **state)
{
	(void)state;
	assert_split("xian", "xian");         /* not xi an */
	assert_split("fangan", "fan gan");    /* not fang an: GB/T 16159 */
	assert_split("guoqile", "guo qi le"); /* not gu o */
}

static void other_letters_are_no_pinyin(void **state)
{
	static const char *const others[] = {
		"", "chrome", "windows", "zhengshux", "ie", "pdf", "v"
	};
	uint16_t numbers[SYLLABLES_MOST];

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_int_equal(pinyin_split(span_of(others[i]), numbers, SYLLABLES_MOST), 0);
}

static void no_more_numbers_are_written_than_there_is_room_for(void **state)
{
	uint16_t numbers[3] = { 0, 0, 0xABCD };

	(void)state;
	assert_int_equal(pinyin_split(span_of("zhengshuguoqi"), numbers, 2), 2);
	assert_int_equal(numbers[0], pinyin_number(0x8BC1));
	assert_int_equal(numbers[1], pinyin_number(0x4E66));
	assert_int_equal(numbers[2], 0xABCD);
}

static void a_very_long_run_is_no_pinyin(void **state)
{
	char letters[131] = "";
	uint16_t numbers[SYLLABLES_MOST];
	struct span run = { letters, 128 };

	(void)state;
	for (size_t i = 0; i < 130; i += 2)
		memcpy(letters + i, "ma", 2);
	assert_int_equal(pinyin_split(run, numbers, SYLLABLES_MOST), SYLLABLES_MOST);
	run.len = 130;
	assert_int_equal(pinyin_split(run, numbers, SYLLABLES_MOST), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_character_has_its_toneless_reading),
		cmocka_unit_test(an_umlaut_is_written_v),
		cmocka_unit_test(what_is_no_han_has_no_reading),
		cmocka_unit_test(what_sounds_alike_has_the_same_number),
		cmocka_unit_test(every_number_is_that_of_a_syllable_in_letters),
		cmocka_unit_test(every_character_of_daily_use_has_a_reading),
		cmocka_unit_test(what_is_no_syllable_has_no_number),
		cmocka_unit_test(letters_split_into_syllables),
		cmocka_unit_test(of_several_splits_the_shortest_is_taken),
		cmocka_unit_test(other_letters_are_no_pinyin),
		cmocka_unit_test(no_more_numbers_are_written_than_there_is_room_for),
		cmocka_unit_test(a_very_long_run_is_no_pinyin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
