#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "office/exchange/number_format.h"

/* What Excel shows; NULL: the format is not understood for it; "": nothing. */
struct example {
	const char *code, *number, *shown;
};

static struct number_format *format_of(const char *code)
{
	struct number_format *format;

	assert_int_equal(number_format_create(&format, span_of(code)), STATUS_OK);
	return format;
}

static enum number_shown result_of(const char *shown)
{
	return !shown ? NUMBER_UNKNOWN : *shown ? NUMBER_SHOWN : NUMBER_HIDDEN;
}

static void check(const struct example *example, bool from_1904)
{
	struct number_format *format = format_of(example->code);
	struct buf out;
	enum number_shown result;

	buf_init(&out, 1 << 10);
	result = number_format_show(format, span_of(example->number), from_1904, &out);
	if (strcmp(buf_text(&out), example->shown ? example->shown : "") != 0 ||
	    result != result_of(example->shown))
		fail_msg("%s of %s: “%s” (%d), not “%s”", example->code, example->number,
		         buf_text(&out), (int)result, example->shown ? example->shown : "unknown");
	buf_deinit(&out);
	number_format_destroy(format);
}

#define CHECK_ALL(examples)                                                                        \
	for (size_t i = 0; i < sizeof(examples) / sizeof((examples)[0]); i++)                      \
	check(&(examples)[i], false)

static void general_shows_up_to_eleven_digits(void **state)
{
	static const struct example examples[] = {
		{ "General", "50", "50" },
		{ "General", "0", "0" },
		{ "General", "-7.50", "-7.5" },
		{ "General", "0.15000000000000002", "0.15" },
		{ "General", "0.30000000000000004", "0.3" },
		{ "General", "3.1415926535897931", "3.141592654" },
		{ "General", "0.33333333333333331", "0.333333333" },
		{ "General", "33333.333333333336", "33333.33333" },
		{ "General", "1.2345678901000001E-4", "0.000123457" },
		{ "General", "1.0000000000000001E-5", "0.00001" },
		{ "General", "1.2345670000000001E-5", "1.23457E-05" },
		{ "General", "13812345678", "13812345678" },
		{ "General", "1.3812345678E10", "13812345678" },
		{ "G/通用格式\"元\"", "35", "35元" },
		{ "@", "13800", "13800" },
	};

	(void)state;
	CHECK_ALL(examples);
}

static void places_round_group_and_fill(void **state)
{
	static const struct example examples[] = {
		{ "0", "2.5", "3" },
		{ "0", "-2.5", "-3" },
		{ "0.00", "12", "12.00" },
		{ "0.00", "0.285", "0.29" },
		{ "0.00", "1.005", "1.01" },
		{ "0.00", "0.004", "0.00" },
		{ "0.00", "99.995", "100.00" },
		{ "#,##0", "999", "999" },
		{ "#,##0", "1234567", "1,234,567" },
		{ "#,##0.00", "12345.678", "12,345.68" },
		{ "#,##0.00", "-1234.5", "-1,234.50" },
		{ "000", "7", "007" },
		{ "0,000", "12", "0,012" },
		{ "0.##", "3.1", "3.1" },
		{ "0.##", "3", "3." },
		{ "0.0#", "3", "3.0" },
		{ "#.00", "0.5", ".50" },
		{ ".00", "12.5", "12.50" },
		{ "#", "0", "" },
		{ "0%", "0.5", "50%" },
		{ "0.00%", "2.5999999999999999E-2", "2.60%" },
		{ "0%", "0.15000000000000002", "15%" },
		{ "0.0%", "0.0065", "0.7%" },
		{ "000-0000", "5550123", "555-0123" },
		{ "000-0000", "15550123", "1555-0123" },
	};

	(void)state;
	CHECK_ALL(examples);
}

static void commas_behind_places_scale(void **state)
{
	static const struct example examples[] = {
		{ "0,", "12345", "12" },
		{ "0.0,\"千\"", "25000", "25.0千" },
		{ "#,##0,,\"百万\"", "1234567890", "1,235百万" },
		{ "0.00,,", "1500000", "1.50" },
		{ "0!.0,\"万\"", "12345", "1.2万" },
		{ "0!.0,\"万元\"", "600000", "60.0万元" },
		{ "0!.0000\"万\"", "123456", "12.3456万" },
		{ "0\".\"0,\"万元\"", "1284000", "128.4万元" },
		{ "0\\.0,\"万\"", "2500", "0.3万" },
	};

	(void)state;
	CHECK_ALL(examples);
}

static void literals_and_signs_of_money_are_shown(void **state)
{
	static const struct example examples[] = {
		{ "#,##0\"元\"", "600000", "600,000元" },
		{ "#,##0.00\"元/月\"", "1280.5", "1,280.50元/月" },
		{ "0\\/\\月", "30", "30/月" },
		{ "0元", "30", "30元" },
		{ "[$¥-804]#,##0.00", "50", "¥50.00" },
		{ "[$￥-804]#,##0.00;[$￥-804]\\-#,##0.00", "-50", "￥-50.00" },
		{ "[$€-2]\\ #,##0", "5", "€ 5" },
		{ "\"¥\"#,##0.00;[Red]\"¥\"\\-#,##0.00", "1280.5", "¥1,280.50" },
		{ "_ ¥* #,##0.00_ ;_ ¥* \\-#,##0.00_ ;_ ¥* \"-\"??_ ;_ @_ ", "120", "¥120.00" },
		{ "_ ¥* #,##0.00_ ;_ ¥* \\-#,##0.00_ ;_ ¥* \"-\"??_ ;_ @_ ", "-120", "¥-120.00" },
		{ "_ * #,##0_ ;_ * \\-#,##0_ ;_ * \"-\"_ ;_ @_ ", "0", "-" },
		{ "\"第\"000\"号\"", "12", "第012号" },
		{ "0\\;", "5", "5;" },
		{ "0\";\"", "-5", "-5;" },
	};

	(void)state;
	CHECK_ALL(examples);
}

static void sections_go_by_sign_or_condition(void **state)
{
	static const struct example examples[] = {
		{ "0.00_);[Red]\\(0.00\\)", "12.5", "12.50" },
		{ "0.00_);[Red]\\(0.00\\)", "-12.5", "(12.50)" },
		{ "0.0;-0.0;\"免费\"", "0", "免费" },
		{ "0;-0;;@", "0", "" },
		{ "0;-0;;@", "-3", "-3" },
		{ ";;;", "5", "" },
		{ "0;", "5", "5" },
		{ "\"有\";;\"无\"", "1", "有" },
		{ "0.00;@", "-4", "-4.00" },
		{ "[>=100]0\"多\";0", "120", "120多" },
		{ "[>=100]0\"多\";0", "20", "20" },
		{ "[>=100]0\"多\";0", "-5", "-5" },
		{ "[>=10000]0!.0,\"万\";[<0]\"亏\"0;0", "25000", "2.5万" },
		{ "[>=10000]0!.0,\"万\";[<0]\"亏\"0;0", "-7", "亏7" },
		{ "[>=10000]0!.0,\"万\";[<0]\"亏\"0;0", "9", "9" },
		{ "[=1]\"男\";[=2]\"女\";0", "2", "女" },
		{ "[红色][<60]\"不及格\";[<>100]0;\"满分\"", "59", "不及格" },
		{ "[红色][<60]\"不及格\";[<>100]0;\"满分\"", "100", "满分" },
		{ "[Color 3][<=0]\"无\";0", "0", "无" },
		{ "[>100]0", "5", NULL },
	};

	(void)state;
	CHECK_ALL(examples);
}

/* 45322 is Wednesday, 2024-01-31; 46082 is Sunday, 2026-03-01. */
static void days_are_dates(void **state)
{
	static const struct example examples[] = {
		{ "yyyy/m/d", "45322", "2024/1/31" },
		{ "yyyy\\-mm\\-dd", "46082", "2026-03-01" },
		{ "yyyy.m.d", "45322", "2024.1.31" },
		{ "yyyy\"年\"m\"月\"d\"日\"", "45322", "2024年1月31日" },
		{ "[$-804]yyyy\"年\"m\"月\"d\"日\"aaaa;@", "46082", "2026年3月1日星期日" },
		{ "[DBNum1][$-804]yyyy\"年\"m\"月\"d\"日\";@", "45322", "二〇二四年一月三十一日" },
		{ "[DBNum1][$-804]m\"月\"d\"日\"", "45341", "二月十九日" },
		{ "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "45322", "2024年1月31日" },
		{ "[$-x-sysdate]dddd, mmmm dd, yyyy", "45322", "2024年1月31日" },
		{ "d\\-mmm\\-yy", "45322", "31-Jan-24" },
		{ "[$-409]dddd\\, mmmm d", "46082", "Sunday, March 1" },
		{ "ddd", "45322", "Wed" },
		{ "aaa", "45322", "三" },
		{ "m/d/yy h:mm", "45322.5", "1/31/24 12:00" },
		{ "yyyy/m/d", "1", "1900/1/1" },
		{ "yyyy/m/d", "59", "1900/2/28" },
		{ "yyyy/m/d", "60", "1900/2/29" },
		{ "yyyy/m/d", "61", "1900/3/1" },
		{ "yyyy/m/d", "2958465.5", "9999/12/31" },
		{ "yyyy/m/d", "2958466", NULL },
		{ "yyyy/m/d", "-1", NULL },
		{ "yyyy/m/d", "45322.6", "2024/1/31" },
	};

	(void)state;
	CHECK_ALL(examples);
}

static void parts_of_days_are_times(void **state)
{
	static const struct example examples[] = {
		{ "h:mm", "0.375", "9:00" },
		{ "hh:mm:ss", "0.375", "09:00:00" },
		{ "h:mm", "45322.3541666667", "8:30" },
		{ "h:mm AM/PM", "0.72916666666666663", "5:30 PM" },
		{ "h:mm A/P", "0", "12:00 A" },
		{ "上午/下午h\"时\"mm\"分\"", "0.72916666666666663", "下午5时30分" },
		{ "[$-F400]h:mm:ss\\ AM/PM", "0.5", "12:00:00" },
		{ "[h]:mm", "1.5", "36:00" },
		{ "[mm]:ss", "0.0625", "90:00" },
		{ "[s]", "0.0010416666666666667", "90" },
		{ "mm:ss", "0.0010416666666666667", "01:30" },
		{ "mm:ss.0", "0.00104282407407407", "01:30.1" },
		{ "h:mm:ss", "0.99999999884259", "0:00:00" },
		{ "yyyy/m/d h:mm:ss", "45321.99999999884", "2024/1/31 0:00:00" },
		{ "h:mm", "0.49998842592592594", "11:59" },
	};

	(void)state;
	CHECK_ALL(examples);
}

static void days_count_from_1904_where_the_workbook_says_so(void **state)
{
	/* 1904-01-01 is a Friday. */
	static const struct example examples[] = {
		{ "yyyy/m/d", "0", "1904/1/1" }, { "yyyy/m/d", "44620", "2026/3/1" },
		{ "aaaa", "0", "星期五" },       { "[h]:mm", "1.5", "36:00" },
		{ "yyyy/m/d", "2957004", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		check(&examples[i], true);
}

static void what_is_not_understood_is_said(void **state)
{
	static const struct example examples[] = {
		{ "# ?/?", "0.75", NULL },     { "0.00E+00", "1200", NULL },
		{ "[DBNum2]0", "12", NULL },   { "[DBNum1]0", "12", NULL },
		{ "[$-804]ddd", "1", NULL },   { "0.0.0", "1", NULL },
		{ "\"元", "1", NULL },         { "[Red", "1", NULL },
		{ "0;0;0;0;0", "1", NULL },    { "e\"年\"", "45322", NULL },
		{ "0.00", "abc", NULL },       { "0.00", "", NULL },
		{ "0.00", "0x10", NULL },      { "0.00", "1e999", NULL },
		{ "h:mm:ss.0000", "0", NULL }, { "", "1", NULL },
	};

	(void)state;
	CHECK_ALL(examples);
}

/* Excel shows 1.10101E+17 or 110101199001011000; an id is better with the digits of the file. */
static void long_ids_keep_their_digits_and_are_told(void **state)
{
	static const struct {
		const char *code, *number, *shown;
		enum number_shown result;
	} examples[] = {
		{ "General", "110101199001011234", "110101199001011234", NUMBER_LONG },
		{ "0", "110101199001011234", "110101199001011234", NUMBER_LONG },
		{ "0", "1.1010119900101101E+17", "110101199001011000", NUMBER_LONG },
		{ "General", "123456789012345", "123456789012345", NUMBER_SHOWN },
		{ "General", "6222021234567890", "6222021234567890", NUMBER_LONG },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct number_format *format = format_of(examples[i].code);
		struct buf out;

		buf_init(&out, 1 << 10);
		assert_int_equal(
		        number_format_show(format, span_of(examples[i].number), false, &out),
		        examples[i].result);
		assert_string_equal(buf_text(&out), examples[i].shown);
		buf_deinit(&out);
		number_format_destroy(format);
	}
}

static void texts_stay_unless_a_section_is_for_them(void **state)
{
	static const struct example examples[] = {
		{ "0.00", "50 ", "50 " },
		{ "# ?/?", "12", "12" },
		{ "@", "甲", "甲" },
		{ "\"第\"@\"号\"", "甲", "第甲号" },
		{ "0;-0;0;@\"！\"", "甲", "甲！" },
		{ "yyyy/m/d;@", "甲", "甲" },
		{ ";;;", "甲", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct number_format *format = format_of(examples[i].code);
		struct buf out;

		buf_init(&out, 1 << 10);
		assert_int_equal(number_format_show_text(format, span_of(examples[i].number), &out),
		                 result_of(examples[i].shown));
		assert_string_equal(buf_text(&out), examples[i].shown);
		buf_deinit(&out);
		number_format_destroy(format);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(general_shows_up_to_eleven_digits),
		cmocka_unit_test(places_round_group_and_fill),
		cmocka_unit_test(commas_behind_places_scale),
		cmocka_unit_test(literals_and_signs_of_money_are_shown),
		cmocka_unit_test(sections_go_by_sign_or_condition),
		cmocka_unit_test(days_are_dates),
		cmocka_unit_test(parts_of_days_are_times),
		cmocka_unit_test(days_count_from_1904_where_the_workbook_says_so),
		cmocka_unit_test(what_is_not_understood_is_said),
		cmocka_unit_test(long_ids_keep_their_digits_and_are_told),
		cmocka_unit_test(texts_stay_unless_a_section_is_for_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
