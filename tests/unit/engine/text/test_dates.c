#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/text/dates.h"

/* 29 November 2026 is a Sunday. All intervals are counted by hand on a calendar. */
#define TODAY "2026-11-29"

static void find(const char *today, const char *text, struct date_list *out)
{
	const struct date_subjects subjects = date_subjects_builtin();
	struct day day;
	assert_true(day_read(today, &day));
	dates_find(&subjects, span_of(text), day, out);
}

struct row {
	const char *today, *text, *value, *of, *from, *to;
};

/* Each text has one date, no more. */
static void expect_rows(const struct row *rows, size_t count)
{
	size_t wrong = 0;
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];
		struct date_list list;
		char from[DAY_SIZE] = "", to[DAY_SIZE] = "", value[64] = "";
		find(row->today, row->text, &list);
		const struct date *date = &list.items[0];
		if (list.count > 0) {
			day_write(date->from, from);
			day_write(date->to, to);
			snprintf(value, sizeof(value), "%.*s", (int)(date->end - date->start),
			         row->text + date->start);
		}
		const char *of = list.count > 0 && date->of ? date->of : "";
		if (list.count == 1 && !date->stated && strcmp(from, row->from) == 0 &&
		    strcmp(to, row->to) == 0 && strcmp(value, row->value) == 0 &&
		    strcmp(of, row->of) == 0)
			continue;
		wrong++;
		print_error("%s: %zu: %s of \"%s\" %s..%s, not %s of \"%s\" %s..%s\n", row->text,
		            list.count, value, of, from, to, row->value, row->of, row->from,
		            row->to);
	}
	assert_int_equal(wrong, 0);
}

#define ROWS(rows_) expect_rows(rows_, sizeof(rows_) / sizeof((rows_)[0]))

static void days_that_are_written_out(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ TODAY, "2026年10月1日到期", "2026年10月1日", "到期", "2026-10-01", "2026-10-01" },
		{ TODAY, "2026年10月1号到期", "2026年10月1号", "到期", "2026-10-01", "2026-10-01" },
		{ TODAY, "2026-10-01到期", "2026-10-01", "到期", "2026-10-01", "2026-10-01" },
		{ TODAY, "2026.10.1到期", "2026.10.1", "到期", "2026-10-01", "2026-10-01" },
		{ TODAY, "2026/1/5到期", "2026/1/5", "到期", "2026-01-05", "2026-01-05" },
		{ TODAY, "有效期至2027-02", "2027-02", "到期", "2027-02-01", "2027-02-28" },
		{ TODAY, "有效期止2026-07-01", "2026-07-01", "到期", "2026-07-01", "2026-07-01" },
		{ TODAY, "有效期至2028.2", "2028.2", "到期", "2028-02-01", "2028-02-29" },
		{ TODAY, "20261001到期", "20261001", "到期", "2026-10-01", "2026-10-01" },
		{ TODAY, "二〇二六年十月一日到期", "二〇二六年十月一日", "到期", "2026-10-01",
		  "2026-10-01" },
		{ TODAY, "二零二六年到期", "二零二六年", "到期", "2026-01-01", "2026-12-31" },
		{ TODAY, "证书2025年到期的还能延续吗", "2025年", "到期", "2025-01-01",
		  "2025-12-31" },
		{ TODAY, "25年到期的", "25年", "到期", "2025-01-01", "2025-12-31" },
		{ TODAY, "23年8月考的", "23年8月", "考试", "2023-08-01", "2023-08-31" },
		{ TODAY, "2024年2月底到期", "2024年2月底", "到期", "2024-02-26", "2024-02-29" },
		{ TODAY, "2025年2月底到期", "2025年2月底", "到期", "2025-02-26", "2025-02-28" },
		{ TODAY, "2026年上半年考的", "2026年上半年", "考试", "2026-01-01", "2026-06-30" },
		{ TODAY, "2021年底参加", "2021年底", "考试", "2021-12-01", "2021-12-31" },
		{ TODAY, "有效期到2026年12月中旬", "2026年12月中旬", "到期", "2026-12-11",
		  "2026-12-20" },
		{ TODAY, "1958年3月出生", "1958年3月", "出生", "1958-03-01", "1958-03-31" },
		{ TODAY, "到期日是2027年1月31日", "2027年1月31日", "到期", "2027-01-31",
		  "2027-01-31" },
	};
	ROWS(rows);
}

/* This year's, or another one that the words or the nearest day suggest. */
static void days_without_a_year(void **state)
{
	(void)state;
	static const struct row rows[] = {
		/* 59 days behind; the next one is 306 ahead. */
		{ TODAY, "10月1号到期", "10月1号", "到期", "2026-10-01", "2026-10-01" },
		{ TODAY, "十月一到期", "十月一", "到期", "2026-10-01", "2026-10-01" },
		/* 92 days ahead; the last one ended 243 days ago. */
		{ TODAY, "三月到期", "三月", "到期", "2027-03-01", "2027-03-31" },
		{ TODAY, "12月到期", "12月", "到期", "2026-12-01", "2026-12-31" },
		{ TODAY, "11月到期", "11月", "到期", "2026-11-01", "2026-11-30" },
		/* 152 days behind, 184 ahead: it may be either. */
		{ TODAY, "6月到期", "6月", "到期", "2026-06-01", "2027-06-30" },
		{ TODAY, "6月已经到期", "6月", "到期", "2026-06-01", "2026-06-30" },
		{ TODAY, "6月才到期", "6月", "到期", "2027-06-01", "2027-06-30" },
		{ TODAY, "6月过期的", "6月", "到期", "2026-06-01", "2026-06-30" },
		{ TODAY, "12月考的试", "12月", "考试", "2025-12-01", "2025-12-31" },
		{ TODAY, "八月刚考的", "八月", "考试", "2026-08-01", "2026-08-31" },
		{ "2028-01-10", "2月到期", "2月", "到期", "2028-02-01", "2028-02-29" },
		{ "2027-01-10", "2月到期", "2月", "到期", "2027-02-01", "2027-02-28" },
		{ "2027-03-01", "2月过期的", "2月", "到期", "2027-02-01", "2027-02-28" },
		/* Of a month: 14 days behind, 16 ahead. */
		{ TODAY, "15号到期", "15号", "到期", "2026-11-15", "2026-12-15" },
		{ TODAY, "30号到期", "30号", "到期", "2026-11-30", "2026-11-30" },
		{ TODAY, "1号到期", "1号", "到期", "2026-12-01", "2026-12-01" },
		{ TODAY, "10.1到期", "10.1", "到期", "2026-10-01", "2026-10-01" },
	};
	ROWS(rows);
}

/* 12月20号过期 is written of a day to come as well as of one that is past. */
static void days_on_which_it_expires(void **state)
{
	(void)state;
	static const struct row rows[] = {
		/* 21 days ahead; the last one was 344 days ago. */
		{ TODAY, "证书12月20号过期", "12月20号", "到期", "2026-12-20", "2026-12-20" },
		{ TODAY, "12月20号就过期了", "12月20号", "到期", "2026-12-20", "2026-12-20" },
		{ TODAY, "12月20号就到期了", "12月20号", "到期", "2026-12-20", "2026-12-20" },
		{ TODAY, "12.20失效", "12.20", "到期", "2026-12-20", "2026-12-20" },
		{ TODAY, "12-20过期", "12-20", "到期", "2026-12-20", "2026-12-20" },
		{ TODAY, "元月5日过期", "元月5日", "到期", "2027-01-05", "2027-01-05" },
		{ TODAY, "12月底过期", "12月底", "到期", "2026-12-26", "2026-12-31" },
		{ TODAY, "月底过期", "月底", "到期", "2026-11-29", "2026-11-30" },
		{ TODAY, "年初过期", "年初", "到期", "2026-01-01", "2026-01-31" },
		{ TODAY, "年初过期的", "年初", "到期", "2026-01-01", "2026-01-31" },
		/* Said of one that is past, which would be long ago: it may be either. */
		{ TODAY, "12月20号过期的", "12月20号", "到期", "2025-12-20", "2026-12-20" },
		{ TODAY, "12月20号到期了", "12月20号", "到期", "2025-12-20", "2026-12-20" },
		{ TODAY, "12月20号已经过期", "12月20号", "到期", "2025-12-20", "2025-12-20" },
		/* 59 days behind; the next one is 306 ahead. */
		{ TODAY, "10月1号过期", "10月1号", "到期", "2026-10-01", "2026-10-01" },
		{ TODAY, "10月1号就过期了", "10月1号", "到期", "2026-10-01", "2026-10-01" },
		/* 243 days behind, 92 ahead. */
		{ TODAY, "三月过期", "三月", "到期", "2026-03-01", "2027-03-31" },
		{ TODAY, "三月过期的", "三月", "到期", "2026-03-01", "2026-03-31" },
		{ TODAY, "三月过期了", "三月", "到期", "2026-03-01", "2026-03-31" },
		/* Nine days behind, 21 ahead; four behind, 26 ahead, but of the month that runs. */
		{ TODAY, "20号过期", "20号", "到期", "2026-11-20", "2026-12-20" },
		{ "2026-12-01", "27号过期", "27号", "到期", "2026-11-27", "2026-12-27" },
		/* 123 days behind, 242 ahead. */
		{ "2027-02-01", "10月1号过期", "10月1号", "到期", "2026-10-01", "2027-10-01" },
	};
	ROWS(rows);
}

static void words_of_the_calendar(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ TODAY, "我这证后天过期", "后天", "到期", "2026-12-01", "2026-12-01" },
		{ TODAY, "大后天到期", "大后天", "到期", "2026-12-02", "2026-12-02" },
		{ TODAY, "证书昨天过期了", "昨天", "到期", "2026-11-28", "2026-11-28" },
		{ TODAY, "今天到期", "今天", "到期", "2026-11-29", "2026-11-29" },
		{ "2024-02-28", "明天到期", "明天", "到期", "2024-02-29", "2024-02-29" },
		{ "2025-02-28", "明天到期", "明天", "到期", "2025-03-01", "2025-03-01" },
		{ "2026-12-31", "明天到期", "明天", "到期", "2027-01-01", "2027-01-01" },
		{ "2027-01-01", "前天到期的", "前天", "到期", "2026-12-30", "2026-12-30" },
		{ TODAY, "下周三到期", "下周三", "到期", "2026-12-02", "2026-12-02" },
		{ TODAY, "上周五到期", "上周五", "到期", "2026-11-20", "2026-11-20" },
		{ TODAY, "下周都是到期", "下周", "到期", "2026-11-30", "2026-12-06" },
		{ TODAY, "下个礼拜天到期", "下个礼拜天", "到期", "2026-12-06", "2026-12-06" },
		{ "2026-11-30", "周五到期", "周五", "到期", "2026-12-04", "2026-12-04" },
		{ TODAY, "上个月到期的", "上个月", "到期", "2026-10-01", "2026-10-31" },
		{ TODAY, "有效期是上个月", "上个月", "到期", "2026-10-01", "2026-10-31" },
		{ "2027-01-31", "上个月到期的", "上个月", "到期", "2026-12-01", "2026-12-31" },
		{ TODAY, "上个月30号到期的", "上个月30号", "到期", "2026-10-30", "2026-10-30" },
		{ TODAY, "有效期至下月15号", "下月15号", "到期", "2026-12-15", "2026-12-15" },
		{ TODAY, "有效期到这个月28号", "这个月28号", "到期", "2026-11-28", "2026-11-28" },
		{ TODAY, "有效期是到下个月中旬", "下个月中旬", "到期", "2026-12-11", "2026-12-20" },
		{ TODAY, "月底到期", "月底", "到期", "2026-11-29", "2026-11-30" },
		{ "2026-11-10", "月底到期", "月底", "到期", "2026-11-26", "2026-11-30" },
		{ "2024-02-10", "月底到期", "月底", "到期", "2024-02-26", "2024-02-29" },
		{ TODAY, "月初到期", "月初", "到期", "2026-12-01", "2026-12-10" },
		{ TODAY, "年底到期", "年底", "到期", "2026-12-01", "2026-12-31" },
		{ TODAY, "去年年底就过期了", "去年年底", "到期", "2025-12-01", "2025-12-31" },
		{ TODAY, "年初考的", "年初", "考试", "2026-01-01", "2026-01-31" },
		{ TODAY, "年初到期的证", "年初", "到期", "2026-01-01", "2026-01-31" },
		{ TODAY, "上半年到期的证", "上半年", "到期", "2026-01-01", "2026-06-30" },
		{ TODAY, "年初就要到期了", "年初", "到期", "2027-01-01", "2027-01-31" },
		{ TODAY, "证到12月31号", "12月31号", "到期", "2026-12-31", "2026-12-31" },
		{ TODAY, "我的证书到12.31", "12.31", "到期", "2026-12-31", "2026-12-31" },
		{ TODAY, "今年10月到的期", "今年10月", "到期", "2026-10-01", "2026-10-31" },
		{ TODAY, "今年6月考的", "今年6月", "考试", "2026-06-01", "2026-06-30" },
		{ TODAY, "去年到期", "去年", "到期", "2025-01-01", "2025-12-31" },
		{ TODAY, "继续教育是前年做的", "前年", "继续教育", "2024-01-01", "2024-12-31" },
		{ TODAY, "明年3月5日到期", "明年3月5日", "到期", "2027-03-05", "2027-03-05" },
		{ TODAY, "明年元月到期", "明年元月", "到期", "2027-01-01", "2027-01-31" },
		{ TODAY, "元月到期", "元月", "到期", "2027-01-01", "2027-01-31" },
		{ TODAY, "下季度到期", "下季度", "到期", "2027-01-01", "2027-03-31" },
	};
	ROWS(rows);
}

/* Days are counted; a week is rounded by 3 days, a month by 15, a year by 183. */
static void spans_with_a_direction(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ TODAY, "证书还有20天过期", "20天", "到期", "2026-12-19", "2026-12-19" },
		{ TODAY, "还有二十天到期", "二十天", "到期", "2026-12-19", "2026-12-19" },
		{ TODAY, "离失效只剩五天", "五天", "到期", "2026-12-04", "2026-12-04" },
		{ TODAY, "再过3天到期", "3天", "到期", "2026-12-02", "2026-12-02" },
		{ TODAY, "将于15日后到期", "15日", "到期", "2026-12-14", "2026-12-14" },
		{ TODAY, "过期三天", "三天", "到期", "2026-11-26", "2026-11-26" },
		{ TODAY, "过期三天了", "三天", "到期", "2026-11-26", "2026-11-26" },
		{ TODAY, "过期了好几天", "好几天", "到期", "2026-11-20", "2026-11-27" },
		{ TODAY, "有效期过了三天", "三天", "到期", "2026-11-26", "2026-11-26" },
		{ TODAY, "到期三天了", "三天", "到期", "2026-11-26", "2026-11-26" },
		{ TODAY, "10天前过期的", "10天前", "到期", "2026-11-19", "2026-11-19" },
		{ "2027-01-02", "过期三天", "三天", "到期", "2026-12-30", "2026-12-30" },
		{ "2024-03-01", "过期一天", "一天", "到期", "2024-02-29", "2024-02-29" },
		{ TODAY, "还有两周到期", "两周", "到期", "2026-12-10", "2026-12-16" },
		/* 29 January less and more 15 days */
		{ TODAY, "还有俩月到期", "俩月", "到期", "2027-01-14", "2027-02-13" },
		{ TODAY, "还有一个月到期", "一个月", "到期", "2026-12-14", "2027-01-13" },
		{ "2026-12-31", "还有俩月到期", "俩月", "到期", "2027-02-13", "2027-03-15" },
		{ TODAY, "离过期不到一个月了", "一个月", "到期", "2026-11-29", "2026-12-29" },
		{ TODAY, "过期半年了", "半年", "到期", "2026-05-14", "2026-06-13" },
		{ TODAY, "半年前过期", "半年前", "到期", "2026-05-14", "2026-06-13" },
		{ TODAY, "过期俩月才发现", "俩月", "到期", "2026-09-14", "2026-10-14" },
		{ TODAY, "过期一个多月了", "一个多月", "到期", "2026-09-29", "2026-10-29" },
		{ TODAY, "考了两年多了", "两年多", "考试", "2023-11-29", "2024-11-29" },
		{ TODAY, "考试通过三年了", "三年", "考试", "2023-05-30", "2024-05-30" },
		{ TODAY, "考完满两年", "两年", "考试", "2024-11-29", "2024-11-29" },
		/* 29 August less and more 15 days; and 28 February */
		{ TODAY, "距离有效期截止已经3个月了", "3个月", "到期", "2026-08-14", "2026-09-13" },
		{ TODAY, "离到期都过去3个月了", "3个月", "到期", "2026-08-14", "2026-09-13" },
		{ TODAY, "距离有效期截止还剩3个月", "3个月", "到期", "2027-02-13", "2027-03-15" },
		{ TODAY, "离到期已经不到20天了", "20天", "到期", "2026-11-29", "2026-12-19" },
		{ TODAY, "过期没几天", "几天", "到期", "2026-11-20", "2026-11-27" },
		{ TODAY, "没几天就到期了", "几天就", "到期", "2026-12-01", "2026-12-08" },
		{ TODAY, "过期二十多天", "二十多天", "到期", "2026-10-31", "2026-11-09" },
	};
	ROWS(rows);
}

static void a_span_by_itself_that_has_become_long_lies_behind(void **state)
{
	(void)state;
	static const struct row rows[] = {
		/* 29 November 2024, less and more half a year; 29 August, less and more 15 days */
		{ TODAY, "已经两年了", "两年", "", "2024-05-30", "2025-05-31" },
		{ TODAY, "两年了吧", "两年", "", "2024-05-30", "2025-05-31" },
		{ TODAY, "都三个月了", "三个月", "", "2026-08-14", "2026-09-13" },
		{ TODAY, "不知道,都三天了", "三天", "", "2026-11-26", "2026-11-26" },
		{ TODAY, "交了三天了", "三天", "办理", "2026-11-26", "2026-11-26" },
		{ TODAY, "还有三天了", "三天", "", "2026-12-02", "2026-12-02" },
	};
	static const char *const none[] = { "两年", "学了三年了" };
	ROWS(rows);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		struct date_list list;
		find(TODAY, none[i], &list);
		assert_int_equal(list.count, 0);
	}
}

/* A year of two digits lies at most 15 years ahead. */
static void years_of_two_digits(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ TODAY, "六二年生人", "六二年", "出生", "1962-01-01", "1962-12-31" },
		{ TODAY, "58年生的", "58年", "出生", "1958-01-01", "1958-12-31" },
		{ TODAY, "我1958年生", "1958年", "出生", "1958-01-01", "1958-12-31" },
		{ TODAY, "他是59年的", "59年", "", "1959-01-01", "1959-12-31" },
		{ TODAY, "30年到期", "30年", "到期", "2030-01-01", "2030-12-31" },
		{ TODAY, "1958年生效", "1958年", "发证", "1958-01-01", "1958-12-31" },
	};
	ROWS(rows);
}

static void holidays_with_a_fixed_day(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ TODAY, "元旦那天到期", "元旦", "到期", "2027-01-01", "2027-01-01" },
		{ TODAY, "国庆节过期的", "国庆节", "到期", "2026-10-01", "2026-10-07" },
		{ TODAY, "去年国庆考的", "去年国庆", "考试", "2025-10-01", "2025-10-07" },
		{ TODAY, "明年五一到期", "明年五一", "到期", "2027-05-01", "2027-05-05" },
	};
	ROWS(rows);
}

/* 有效期A至B ends with B; A至B到期 lies between them. */
static void two_dates_that_are_joined_are_one(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ TODAY, "有效期2023年12月10日至2026年12月9日", "2023年12月10日至2026年12月9日",
		  "到期", "2026-12-09", "2026-12-09" },
		{ TODAY, "有效期从2023.6.1到2026.5.31", "2023.6.1到2026.5.31", "到期", "2026-05-31",
		  "2026-05-31" },
		{ TODAY, "有效期2023.11.20-2026.11.19", "2023.11.20-2026.11.19", "到期",
		  "2026-11-19", "2026-11-19" },
		{ TODAY, "今年10月到12月到期", "今年10月到12月", "到期", "2026-10-01",
		  "2026-12-31" },
		{ TODAY, "B证有效期2023.11.20-26.12.19可以申请延续吗", "2023.11.20-26.12.19",
		  "到期", "2026-12-19", "2026-12-19" },
		{ TODAY, "有效期2023.11.20-12.31", "2023.11.20-12.31", "到期", "2023-12-31",
		  "2023-12-31" },
		{ TODAY, "有效期2023/11/20-26/11/19", "2023/11/20-26/11/19", "到期", "2026-11-19",
		  "2026-11-19" },
		{ TODAY, "有效期2023.11.20-2026-11-19", "2023.11.20-2026-11-19", "到期",
		  "2026-11-19", "2026-11-19" },
		{ TODAY, "有效期2023-11-20 - 2026-11-19", "2023-11-20 - 2026-11-19", "到期",
		  "2026-11-19", "2026-11-19" },
		{ TODAY, "有效期2023.11.20至26.12.19", "2023.11.20至26.12.19", "到期", "2026-12-19",
		  "2026-12-19" },
		{ TODAY, "有效期2023年11月20日-2026年11月19日", "2023年11月20日-2026年11月19日",
		  "到期", "2026-11-19", "2026-11-19" },
		{ TODAY, "考试时间是2026年5月1日至2026年5月3日", "2026年5月1日至2026年5月3日",
		  "考试", "2026-05-01", "2026-05-03" },
	};
	ROWS(rows);
}

/* The first day of a range whose end is not read would be taken for its end. */
static void a_date_with_something_else_behind_a_dash_is_none(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"有效期2023.11.20-0371",       "有效期2023.11.20-2026",
		"有效期2023.11.20-26.13.19",   "有效期2023.11.20-10.1",
		"有效期2023.11.20-2022.11.19", "有效期2023.11.20-2026.11.19-3",
		"有效期2023.11.20至长期",      "有效期2023.11.20起"
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct date_list list;
		find(TODAY, texts[i], &list);
		if (list.count != 0)
			fail_msg("%s has a date", texts[i]);
	}
}

/* 办证到10月1日: the day on which it came, or no certificate at all. */
static void only_what_a_certificate_goes_to_is_its_end(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"办证到10月1日才办下来,能延续吗",
		"发证到10月1日了,还能延续吗",
		"我拿证到10月1日才拿到,能延续吗",
		"样本到10月1日",
		"基本到10月1日",
		"成本到10月1日",
		"日本到10月1日",
		"保证到10月1日",
		"认证到10月1日",
		"换证书到10月1日",
		"我的证到10月1日才拿到",
		"我的证到10月1日前交",
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct date_list list;
		find(TODAY, texts[i], &list);
		for (size_t k = 0; k < list.count; k++)
			if (list.items[k].of && strcmp(list.items[k].of, "到期") == 0)
				fail_msg("%s runs out", texts[i]);
	}
	static const struct row rows[] = {
		{ TODAY, "b证到12月31号,来得及吗", "12月31号", "到期", "2026-12-31", "2026-12-31" },
		{ TODAY, "安全员证到12月31号", "12月31号", "到期", "2026-12-31", "2026-12-31" },
		{ TODAY, "本本到12月31号", "12月31号", "到期", "2026-12-31", "2026-12-31" },
	};
	ROWS(rows);
}

static void a_date_that_is_denied_is_none(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ TODAY, "不是10月到期,是12月到期", "12月", "到期", "2026-12-01", "2026-12-31" },
		{ TODAY, "是不是10月到期", "10月", "到期", "2026-10-01", "2026-10-31" },
	};
	ROWS(rows);
	struct date_list list;
	find(TODAY, "不是10月到期", &list);
	assert_int_equal(list.count, 0);
}

/* Of two things that happened, the one right behind the date. */
static void what_happened_stands_right_behind(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ TODAY, "取证是2021年6月考的", "2021年6月", "考试", "2021-06-01", "2021-06-30" },
		{ TODAY, "考过还不到两年", "两年", "考试", "2024-11-29", "2026-11-28" },
	};
	ROWS(rows);
}

static void what_is_no_date(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"电话0371-65250866",
		"QQ群1092242364",
		"打13800000044",
		"410122198802304417",
		"豫建安b(2020)0012345",
		"192.168.1.10",
		"第10条",
		"第三种情况",
		"情形2怎么办",
		"3号楼",
		"有效期三年",
		"有效期是几年",
		"提前三个月延续",
		"首次取证成绩保留2年",
		"2个月的工资",
		"到期前三天能报吗",
		"以后天天来",
		"2026年13月",
		"2026-02-30",
		"下周期",
		"ie11浏览器",
		"1.证书怎么办 2.照片怎么传",
		"一级建造师",
		"三类人员",
		"十一个人",
		"安全员c1",
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct date_list list;
		size_t dates = 0;
		find(TODAY, texts[i], &list);
		for (size_t k = 0; k < list.count; k++)
			dates += !list.items[k].stated;
		if (dates > 0)
			print_error("%s: %.*s\n", texts[i],
			            (int)(list.items[0].end - list.items[0].start),
			            texts[i] + list.items[0].start);
		/* An impossible day leaves its month or year at most. */
		if (strstr(texts[i], "2026"))
			continue;
		assert_int_equal(dates, 0);
	}
}

static void each_word_belongs_to_one_date(void **state)
{
	(void)state;
	struct date_list list;
	find(TODAY, "我这证后天过期,今天报延续行不行", &list);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.items[0].of, "到期");
	assert_string_equal(list.items[1].of, "延续");
	find(TODAY, "明天到期今天申请延续行不行", &list);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.items[0].of, "到期");
	assert_string_equal(list.items[1].of, "延续");
	find(TODAY, "去年考的证,明年到期", &list);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.items[0].of, "考试");
	assert_string_equal(list.items[1].of, "到期");
}

enum side { NONE, AHEAD, BEHIND, ASKED };

static const struct {
	const char *text;
	enum side side;
} side_rows[] = {
	{ "已经不在有效期内", BEHIND },
	{ "不是没过期", BEHIND },
	{ "应该过期了吧", BEHIND },
	{ "证书还没过期能延续吗", AHEAD },
	{ "没有过期", AHEAD },
	{ "不是过期", AHEAD },
	{ "还没到期", AHEAD },
	{ "未过期", AHEAD },
	{ "尚未到期", AHEAD },
	{ "快过期了", AHEAD },
	{ "马上就要到期了", AHEAD },
	{ "眼瞅着就到期了", AHEAD },
	{ "即将到期", AHEAD },
	{ "到期之前", AHEAD },
	{ "过期前几天都可以申请延续", AHEAD },
	{ "临近到期", AHEAD },
	{ "还在有效期内", AHEAD },
	{ "有效期还没过", AHEAD },
	{ "有效期还没满", AHEAD },
	{ "有效期未满", AHEAD },
	{ "怕过期", AHEAD },
	{ "离到期没多少日子了", AHEAD },
	{ "证书将到期", AHEAD },
	{ "没过期呢", AHEAD },
	{ "木有过期", AHEAD },
	{ "过期了", BEHIND },
	{ "证书过期还可以延续吗", BEHIND },
	{ "已经到期", BEHIND },
	{ "早就过期了", BEHIND },
	{ "到期后", BEHIND },
	{ "超过有效期还能申请吗", BEHIND },
	{ "证都过期了", BEHIND },
	{ "过了有效期", BEHIND },
	{ "有效期已过", BEHIND },
	{ "有效期已满", BEHIND },
	{ "逾期没续", BEHIND },
	{ "到期没来得及报", BEHIND },
	{ "刚过期", BEHIND },
	{ "要是过期了呢", BEHIND },
	{ "万一过了期", BEHIND },
	{ "过期没", ASKED },
	{ "过期了没有", ASKED },
	{ "不知道过没过期", ASKED },
	{ "有没有过期", ASKED },
	{ "什么时候到期", ASKED },
	{ "是不是过期了", ASKED },
	{ "b证到期怎么办理", NONE },
	{ "证书到期了怎么办", NONE },
	{ "提示证书已过期注销", NONE },
	{ "显示\"成绩不存在或已过期\"", NONE },
};

static void words_that_tell_the_side_of_today(void **state)
{
	(void)state;
	size_t wrong = 0;
	struct day today;
	assert_true(day_read(TODAY, &today));
	for (size_t i = 0; i < sizeof(side_rows) / sizeof(side_rows[0]); i++) {
		struct date_list list;
		find(TODAY, side_rows[i].text, &list);
		enum side side = NONE;
		if (list.count > 0)
			side = day_number(list.items[0].to) < day_number(today)      ? BEHIND
			       : day_number(list.items[0].from) >= day_number(today) ? AHEAD
			                                                             : ASKED;
		if (side == side_rows[i].side && list.count <= 1)
			continue;
		wrong++;
		print_error("%s: %d, not %d\n", side_rows[i].text, (int)side,
		            (int)side_rows[i].side);
	}
	assert_int_equal(wrong, 0);
}

/* 过期没过期: each of the two is asked. */
static void a_word_that_stands_twice_with_a_denial_between_is_asked(void **state)
{
	(void)state;
	static const char *const texts[] = { "证过期没过期", "到期没到期" };
	struct day today;
	assert_true(day_read(TODAY, &today));
	for (size_t t = 0; t < sizeof(texts) / sizeof(texts[0]); t++) {
		struct date_list list;
		find(TODAY, texts[t], &list);
		assert_true(list.count > 0);
		for (size_t i = 0; i < list.count; i++) {
			assert_true(day_number(list.items[i].from) < day_number(today));
			assert_true(day_number(list.items[i].to) >= day_number(today));
		}
	}
}

static void what_is_supposed_is_no_fact(void **state)
{
	(void)state;
	struct date_list list;
	find(TODAY, "如果过期了还能续吗", &list);
	assert_int_equal(list.count, 1);
	assert_true(list.items[0].stated);
	assert_true(list.items[0].supposed);
	find(TODAY, "过期了还能续吗", &list);
	assert_int_equal(list.count, 1);
	assert_false(list.items[0].supposed);
}

static void a_message_may_say_which_day_it_is(void **state)
{
	(void)state;
	struct date_list list;
	find(TODAY, "有效期到这个月28号,今天是20号", &list);
	assert_int_equal(list.today.day, 20);
	assert_int_equal(list.today.month, 11);
	assert_int_equal(list.items[0].from.day, 28);
	find(TODAY, "有效期到这个月28号,今天报行不行", &list);
	assert_int_equal(list.today.day, 29);
}

/* 会员卡: an office's own words for what runs out. */
static void an_office_brings_its_own_subjects(void **state)
{
	(void)state;
	static const char *const words[] = { "停卡", NULL };
	static const char *const past[] = { "作废", NULL };
	static const struct date_subject item = { "会员", words, past, false, false };
	const struct date_subjects subjects = { .items = &item, .count = 1 };
	const struct day today = { 2026, 11, 29 };
	struct date_list list;
	dates_find(&subjects, span_of("会员卡后天停卡"), today, &list);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.items[0].of, "会员");
	dates_find(&subjects, span_of("会员卡没作废"), today, &list);
	assert_int_equal(list.count, 1);
	assert_true(list.items[0].stated);
	assert_int_equal(list.items[0].to.year, DAY_LAST_YEAR);
}

/* The same words say nothing to an office that has not listed them. */
static void an_office_brings_its_own_cues(void **state)
{
	(void)state;
	static const char *const not_yet[] = { "挨边", NULL };
	static const char *const passed[] = { "搁了", NULL };
	struct date_subjects subjects = date_subjects_builtin();
	const struct day today = { 2026, 11, 29 };
	struct date_list list;
	dates_find(&subjects, span_of("证书挨边过期了"), today, &list);
	assert_int_equal(list.count, 1);
	assert_true(list.items[0].to.year == 2026 && list.items[0].to.day == 28);
	dates_find(&subjects, span_of("搁了20天"), today, &list);
	assert_int_equal(list.count, 0);
	subjects.cues[DATE_CUE_AHEAD] = not_yet;
	subjects.cues[DATE_CUE_SPAN_BEHIND] = passed;
	dates_find(&subjects, span_of("证书挨边过期了"), today, &list);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0].to.year, DAY_LAST_YEAR);
	assert_int_equal(list.items[0].from.day, 29);
	dates_find(&subjects, span_of("到期搁了20天"), today, &list);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0].from.day, 9);
	assert_int_equal(list.items[0].to.day, 9);
}

static void a_cue_is_found_by_its_name(void **state)
{
	(void)state;
	assert_int_equal(date_cue_of_name("ahead"), DATE_CUE_AHEAD);
	assert_int_equal(date_cue_of_name("asked"), DATE_CUE_ASKED);
	assert_int_equal(date_cue_of_name("span_behind"), DATE_CUE_SPAN_BEHIND);
	assert_int_equal(date_cue_of_name("between"), DATE_CUE_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_that_are_written_out),
		cmocka_unit_test(days_without_a_year),
		cmocka_unit_test(days_on_which_it_expires),
		cmocka_unit_test(words_of_the_calendar),
		cmocka_unit_test(spans_with_a_direction),
		cmocka_unit_test(a_span_by_itself_that_has_become_long_lies_behind),
		cmocka_unit_test(years_of_two_digits),
		cmocka_unit_test(holidays_with_a_fixed_day),
		cmocka_unit_test(two_dates_that_are_joined_are_one),
		cmocka_unit_test(a_date_with_something_else_behind_a_dash_is_none),
		cmocka_unit_test(only_what_a_certificate_goes_to_is_its_end),
		cmocka_unit_test(a_date_that_is_denied_is_none),
		cmocka_unit_test(what_happened_stands_right_behind),
		cmocka_unit_test(what_is_no_date),
		cmocka_unit_test(each_word_belongs_to_one_date),
		cmocka_unit_test(words_that_tell_the_side_of_today),
		cmocka_unit_test(a_word_that_stands_twice_with_a_denial_between_is_asked),
		cmocka_unit_test(what_is_supposed_is_no_fact),
		cmocka_unit_test(a_message_may_say_which_day_it_is),
		cmocka_unit_test(an_office_brings_its_own_subjects),
		cmocka_unit_test(an_office_brings_its_own_cues),
		cmocka_unit_test(a_cue_is_found_by_its_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
