#include "base/language.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_chinese_locale_is_chinese),
		cmocka_unit_test(the_first_variable_that_is_not_empty_counts),
		cmocka_unit_test(without_a_locale_or_with_the_plain_one_it_is_english),
		cmocka_unit_test(LANGUAGE_goes_before_the_locale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
