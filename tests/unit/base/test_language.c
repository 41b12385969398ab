#include "base/language.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void every_kind_of_chinese_locale_is_chinese(void **state)
{
	(void)state;
	assert_true(language_is_chinese("zh_CN.UTF-8", NULL, NULL, NULL));
	assert_true(language_is_chinese(NULL, "zh_CN.GB18030", NULL, NULL));
	assert_true(language_is_chinese(NULL, NULL, "zh", NULL));
	assert_true(language_is_chinese(NULL, NULL, "zh_TW@big", NULL));
	assert_true(language_is_chinese(NULL, NULL, "zh-Hans", NULL));
	assert_false(language_is_chinese(NULL, NULL, "zha_CN", NULL));
}

static void the_first_variable_that_is_not_empty_counts(void **state)
{
	(void)state;
	assert_false(language_is_chinese("en_GB.UTF-8", "zh_CN", "zh_CN", NULL));
	assert_true(language_is_chinese("", "", "zh_CN.UTF-8", NULL));
	assert_false(language_is_chinese("", "en_US", "zh_CN.UTF-8", NULL));
}

static void without_a_locale_or_with_the_plain_one_it_is_english(void **state)
{
	(void)state;
	assert_false(language_is_chinese(NULL, NULL, NULL, NULL));
	assert_false(language_is_chinese(NULL, NULL, "", "zh_CN"));
	assert_false(language_is_chinese("C", NULL, "zh_CN.UTF-8", "zh_CN"));
	assert_false(language_is_chinese("C.UTF-8", NULL, "zh_CN.UTF-8", "zh_CN"));
	assert_false(language_is_chinese("POSIX", NULL, NULL, NULL));
}

static void LANGUAGE_goes_before_the_locale(void **state)
{
	(void)state;
	assert_true(language_is_chinese(NULL, NULL, "en_US.UTF-8", "zh_CN:en"));
	assert_false(language_is_chinese(NULL, NULL, "zh_CN.UTF-8", "en:zh_CN"));
	assert_true(language_is_chinese(NULL, NULL, "zh_CN.UTF-8", ""));
}

/*
 * Two texts, as "The Format of GNU MO Files" lays them out, written by hand: "cat" is 猫, and
 * "dog", whose plural is "dogs", is 狗.
 */
static const char catalogue[] = "\xde\x12\x04\x95" /* magic */
                                "\0\0\0\0"         /* revision */
                                "\2\0\0\0"         /* texts */
                                "\x1c\0\0\0"       /* table of texts, at 28 */
                                "\x2c\0\0\0"       /* of translations, at 44 */
                                "\0\0\0\0\0\0\0\0" /* no hash table */
                                "\3\0\0\0\x3c\0\0\0"
                                "\x8\0\0\0\x40\0\0\0"
                                "\3\0\0\0\x49\0\0\0"
                                "\3\0\0\0\x4d\0\0\0"
                                "cat\0"       /* at 60 */
                                "dog\0dogs\0" /* at 64 */
                                "猫\0"        /* at 73 */
                                "狗";         /* at 77 */

static void a_catalogue_translates_what_it_has(void **state)
{
	const struct span file = { catalogue, sizeof(catalogue) };

	(void)state;
	assert_string_equal(catalogue_find(file, "cat"), "猫");
	assert_string_equal(catalogue_find(file, "dog"), "狗");
	assert_null(catalogue_find(file, "cow"));
	assert_null(catalogue_find(file, "dogs"));
	assert_null(catalogue_find(file, ""));
}

/* Each beginning of it, in memory of that very size, so that a sanitizer sees what is read beyond.
 */
static void a_catalogue_that_is_cut_off_gives_nothing(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(catalogue); len++) {
		char *cut = malloc(len + 1);

		assert_non_null(cut);
		memcpy(cut, catalogue, len);
		assert_null(catalogue_find((struct span){ cut, len }, "dog"));
		free(cut);
	}
}

static void a_thread_reads_the_language_that_it_was_given(void **state)
{
	const struct reader_language chinese = { true, { catalogue, sizeof(catalogue) } };
	const struct reader_language english = { .own = true };
	struct reader_language before;

	(void)state;
	before = language_use(chinese);
	assert_false(before.own);
	assert_string_equal(_("cat"), "猫");
	assert_string_equal(_("cow"), "cow");
	assert_string_equal(_N("dog", "dogs", 2), "狗");
	assert_string_equal(_N("cow", "cows", 2), "cows");
	assert_string_equal(_N("cow", "cows", 1), "cow");
	assert_true(language_use(english).catalogue.ptr == catalogue);
	assert_string_equal(_("cat"), "cat");
	(void)language_use(before);
	assert_string_equal(_("cat"), "cat");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_chinese_locale_is_chinese),
		cmocka_unit_test(the_first_variable_that_is_not_empty_counts),
		cmocka_unit_test(without_a_locale_or_with_the_plain_one_it_is_english),
		cmocka_unit_test(a_catalogue_translates_what_it_has),
		cmocka_unit_test(a_catalogue_that_is_cut_off_gives_nothing),
		cmocka_unit_test(a_thread_reads_the_language_that_it_was_given),
		cmocka_unit_test(LANGUAGE_goes_before_the_locale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
