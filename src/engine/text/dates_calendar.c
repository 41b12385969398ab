/*
 * Dates by name: words of the calendar (今天, 上个月, 去年) with the parts that may follow them
 * (30号, 底, 十月), holidays with a fixed day, and years, months and days written out.
 *
 * A form without its year or month (15号, 三月) is read in the current one and marked with the
 * cycle in which it comes round; period_choose_round() picks the round later_day.
 */
#include "engine/text/dates_read.h"
#include "engine/text/dates_words.h"

#define COUNT(table_) (sizeof(table_) / sizeof((table_)[0]))

enum {
	YEAR_FIRST = 1900,
	YEAR_LAST = 2199,
	YEARS_AHEAD = 15,    /* a two-digit year farther ahead is one of the last century */
	MONTH_END_FROM = 26, /* 月底 begins */
};

static bool is_year(int year)
{
	return year >= YEAR_FIRST && year <= YEAR_LAST;
}

/* ------------------------------------------------------------------ parts of a month or year */

/* 底, 初, 中旬 behind a month. */
static bool part_of_month(struct span text, size_t at, int year, int month, struct period *out)
{
	static const struct {
		const char *word;
		int first, last;
		bool ending;
	} parts[] = {
		{ "上旬", 1, 10, false },
		{ "中旬", 11, 20, false },
		{ "下旬", 21, 31, false },
		{ "底", MONTH_END_FROM, 31, true },
		{ "末", MONTH_END_FROM, 31, true },
		{ "初", 1, 10, false },
		{ "中", 11, 20, false },
	};
	/* 10月中不中 asks whether October will do. */
	if (stands_at(text, at, "中不"))
		return false;
	for (size_t i = 0; i < COUNT(parts); i++)
		if (stands_at(text, at, parts[i].word)) {
			*out = period_of_days(year, month, parts[i].first, parts[i].last);
			out->ending = parts[i].ending;
			out->end = at + strlen(parts[i].word);
			return true;
		}
	return false;
}

/* A day behind a month; without 日 or 号 only right behind 月. */
static bool day_of_month(struct span text, size_t at, int year, int month, bool bare,
                         struct period *out)
{
	struct number day;
	if (!number_read(text, at, &day) || day.lo != day.hi || day.lo < 1 ||
	    day.lo > month_length(year, month))
		return false;
	const bool named = stands_at(text, day.end, "日") || stands_at(text, day.end, "号");
	/* 10月1日起, and no 10月1个, 10月2次 */
	if (!named && (!bare || stands_at(text, day.end, "个") || stands_at(text, day.end, "次")))
		return false;
	*out = period_of_days(year, month, day.lo, day.lo);
	out->end = named ? day.end + strlen("日") : day.end;
	return true;
}

static size_t skip_of(struct span text, size_t at)
{
	return skip_word(text, at, "的");
}

/* Behind 10月 of a known year, at least: the whole month. */
static void within_month(struct span text, size_t at, int year, int month, struct period *out)
{
	at = skip_word(text, at, "份");
	struct period part;
	if (day_of_month(text, skip_of(text, at), year, month, true, &part) ||
	    part_of_month(text, skip_of(text, at), year, month, &part)) {
		*out = part;
		return;
	}
	*out = period_of_months(year, month, month);
	out->end = at;
}

/* 10月 at that place. */
static bool month_at(struct span text, size_t at, int *month, size_t *end)
{
	struct number number;
	if (stands_at(text, at, "元月")) {
		*month = 1;
		*end = at + strlen("元月");
		return true;
	}
	if (!number_read(text, at, &number) || number.lo != number.hi || number.lo < 1 ||
	    number.lo > 12 || !stands_at(text, number.end, "月"))
		return false;
	/* 俩月, 两月: so many of them. */
	if (number.digits == 0 ? !stands_before(text, number.end, "十") && number.lo < 10
	                       : stands_before(text, number.end, "两"))
		return false;
	*month = number.lo;
	*end = number.end + strlen("月");
	return true;
}

/* Holidays that begin on the same day every year, and the days off that go with them. */
static bool holiday_at(struct span text, size_t at, int year, struct period *out)
{
	static const struct {
		const char *word;
		int month, first, last;
	} holidays[] = {
		{ "元旦", 1, 1, 1 }, { "劳动节", 5, 1, 5 },  { "五一节", 5, 1, 5 },
		{ "五一", 5, 1, 5 }, { "国庆节", 10, 1, 7 }, { "国庆", 10, 1, 7 },
	};
	for (size_t i = 0; i < COUNT(holidays); i++) {
		if (!stands_at(text, at, holidays[i].word))
			continue;
		*out = period_of_days(year, holidays[i].month, holidays[i].first, holidays[i].last);
		out->end = at + strlen(holidays[i].word);
		/* 元旦前 is another day. */
		return !one_at(date_words_holiday_beside, text, out->end);
	}
	return false;
}

/* What may stand behind a year: months, days, halves, quarters, its ends. */
static void within_year(struct span text, size_t at, int year, struct period *out)
{
	static const struct {
		const char *word;
		int first, last;
		bool ending;
	} parts[] = {
		{ "上半年", 1, 6, false },   { "下半年", 7, 12, false }, { "年底", 12, 12, true },
		{ "年末", 12, 12, true },    { "年初", 1, 1, false },    { "年中", 6, 7, false },
		{ "底", 12, 12, true },      { "末", 12, 12, true },     { "初", 1, 1, false },
		{ "一季度", 1, 3, false },   { "二季度", 4, 6, false },  { "三季度", 7, 9, false },
		{ "四季度", 10, 12, false }, { "春天", 3, 5, false },    { "夏天", 6, 8, false },
		{ "秋天", 9, 11, false },
	};
	const size_t next = skip_of(text, at);
	const size_t part_at = skip_word(text, next, "第");
	int month;
	size_t end;
	for (size_t i = 0; i < COUNT(parts); i++)
		if (stands_at(text, part_at, parts[i].word)) {
			*out = period_of_months(year, parts[i].first, parts[i].last);
			out->ending = parts[i].ending;
			out->end = part_at + strlen(parts[i].word);
			return;
		}
	if (month_at(text, next, &month, &end)) {
		within_month(text, end, year, month, out);
		return;
	}
	if (holiday_at(text, next, year, out))
		return;
	*out = period_of_months(year, 1, 12);
	out->end = skip_word(text, at, "度");
}

/* ------------------------------------------------------------------ words of the calendar */

static const struct calendar_period {
	const char *const *words;
	enum unit unit;
	int offset;
} calendar[] = {
	{ date_words_three_days_ago, UNIT_DAY, -3 },
	{ date_words_two_days_ago, UNIT_DAY, -2 },
	{ date_words_yesterday, UNIT_DAY, -1 },
	{ date_words_today, UNIT_DAY, 0 },
	{ date_words_tomorrow, UNIT_DAY, 1 },
	{ date_words_in_two_days, UNIT_DAY, 2 },
	{ date_words_in_three_days, UNIT_DAY, 3 },
	{ date_words_two_weeks_ago, UNIT_WEEK, -2 },
	{ date_words_last_week, UNIT_WEEK, -1 },
	{ date_words_this_week, UNIT_WEEK, 0 },
	{ date_words_next_week, UNIT_WEEK, 1 },
	{ date_words_in_two_weeks, UNIT_WEEK, 2 },
	{ date_words_two_months_ago, UNIT_MONTH, -2 },
	{ date_words_last_month, UNIT_MONTH, -1 },
	{ date_words_this_month, UNIT_MONTH, 0 },
	{ date_words_next_month, UNIT_MONTH, 1 },
	{ date_words_in_two_months, UNIT_MONTH, 2 },
	{ date_words_last_quarter, UNIT_QUARTER, -1 },
	{ date_words_this_quarter, UNIT_QUARTER, 0 },
	{ date_words_next_quarter, UNIT_QUARTER, 1 },
	{ date_words_three_years_ago, UNIT_YEAR, -3 },
	{ date_words_two_years_ago, UNIT_YEAR, -2 },
	{ date_words_last_year, UNIT_YEAR, -1 },
	{ date_words_this_year, UNIT_YEAR, 0 },
	{ date_words_next_year, UNIT_YEAR, 1 },
	{ date_words_in_two_years, UNIT_YEAR, 2 },
	{ date_words_in_three_years, UNIT_YEAR, 3 },
};

/* Such a word at its place. */
struct calendar_word {
	size_t length;
	enum unit unit;
	int offset;
};

/* The longest one; of length 0 where there is none. */
static struct calendar_word calendar_at(struct span text, size_t at)
{
	struct calendar_word found = { 0 };
	if (text.len - at < HAN_BYTES)
		return found;
	const char third = text.ptr[at + HAN_BYTES - 1]; /* where most Han differ */
	for (size_t i = 0; i < COUNT(calendar); i++)
		for (const char *const *word = calendar[i].words; *word; word++)
			if ((*word)[HAN_BYTES - 1] == third && stands_at(text, at, *word) &&
			    strlen(*word) > found.length)
				found = (struct calendar_word){ strlen(*word), calendar[i].unit,
					                        calendar[i].offset };
	return found;
}

/* 1 for Monday; 0 where there is none. */
static int weekday_at(struct span text, size_t at, size_t *end)
{
	static const struct {
		const char *word;
		int day;
	} days[] = { { "一", 1 }, { "二", 2 }, { "三", 3 }, { "四", 4 }, { "五", 5 }, { "六", 6 },
		     { "日", 7 }, { "天", 7 }, { "末", 6 }, { "1", 1 },  { "2", 2 },  { "3", 3 },
		     { "4", 4 },  { "5", 5 },  { "6", 6 },  { "7", 7 } };
	for (size_t i = 0; i < COUNT(days); i++)
		if (stands_at(text, at, days[i].word)) {
			*end = at + strlen(days[i].word);
			return days[i].day;
		}
	return 0;
}

/* day_number() counts from a Wednesday: 1 March of year 0 has number 1. */
static int weekday_of(struct day day)
{
	return (int)((day_number(day) + 1) % 7) + 1;
}

static void week_at(struct span text, size_t at, struct day today, int offset, struct period *out)
{
	const struct day monday = day_shift(today, 1 - weekday_of(today) + 7 * offset);
	const bool weekend = stands_at(text, at, "末");
	size_t end = at;
	const int day = weekday_at(text, at, &end);
	*out = (struct period){ .from = monday, .to = day_shift(monday, 6), .end = end };
	if (day == 0)
		return;
	out->from = day_shift(monday, day - 1);
	out->to = weekend ? day_shift(monday, 6) : out->from;
}

static void read_period(struct span text, const struct calendar_word *word, size_t at,
                        struct day today, struct period *out)
{
	const struct day month = months_later((struct day){ today.year, today.month, 1 },
	                                      word->unit == UNIT_MONTH ? word->offset : 0);
	const int quarter = today.year * 4 + (today.month - 1) / 3 + word->offset;
	switch (word->unit) {
	case UNIT_DAY:
		out->from = out->to = day_shift(today, word->offset);
		out->end = skip_word(text, at, "个");
		break;
	case UNIT_WEEK:
		week_at(text, at, today, word->offset, out);
		break;
	case UNIT_MONTH:
		within_month(text, at, month.year, month.month, out);
		break;
	case UNIT_QUARTER:
		*out = period_of_months(quarter / 4, quarter % 4 * 3 + 1, quarter % 4 * 3 + 3);
		out->end = at;
		break;
	case UNIT_YEAR:
		within_year(text, at, today.year + word->offset, out);
		break;
	}
}

/* 以后天天, 之前天天: the character before makes another word of it. */
static bool is_other_word(struct span text, size_t at, const struct calendar_word *word)
{
	const bool splits =
	        word->unit == UNIT_DAY && (stands_at(text, at, "前") || stands_at(text, at, "后"));
	if (splits && one_before(date_words_no_day_before, text, at))
		return true;
	/* 下周期, 本月份额 */
	return word->unit == UNIT_WEEK && stands_at(text, at + word->length, "期");
}

static bool read_calendar(struct span text, size_t at, struct day today, struct period *out)
{
	const struct calendar_word word = calendar_at(text, at);
	if (word.length > 0 && !is_other_word(text, at, &word)) {
		*out = (struct period){ .end = at };
		read_period(text, &word, at + word.length, today, out);
		return true;
	}
	if (holiday_at(text, at, today.year, out)) {
		out->cycle = CYCLE_YEAR;
		out->needs_word = true;
		return true;
	}
	static const char *const weeks[] = { "周", "星期", "礼拜" };
	for (size_t i = 0; i < COUNT(weeks); i++) {
		size_t end;
		const size_t day = at + strlen(weeks[i]);
		if (!stands_at(text, at, weeks[i]) || weekday_at(text, day, &end) == 0)
			continue;
		week_at(text, day, today, 0, out);
		out->needs_word = true;
		return true;
	}
	/* 月底, 年底: of this one, or the next. */
	struct period part;
	if (stands_at(text, at, "月") &&
	    part_of_month(text, at + strlen("月"), today.year, today.month, &part)) {
		*out = part;
		out->cycle = CYCLE_MONTH;
		return true;
	}
	if (stands_at(text, at, "年") || stands_at(text, at, "上半年") ||
	    stands_at(text, at, "下半年") || stands_at(text, at, "岁末")) {
		within_year(text, at, today.year, &part);
		if (part.end == at)
			return false;
		*out = part;
		out->cycle = CYCLE_YEAR;
		out->this_one = !out->ending; /* the beginning of the next one is 明年初 */
		return true;
	}
	return false;
}

/* ------------------------------------------------------------------ written out */

/* 2026-10-01, 2026.10.1, 2026/10 */
static bool read_dashed(struct span text, const struct number *year, struct period *out)
{
	const char mark = year->end < text.len ? text.ptr[year->end] : '\0';
	struct number month, day;
	if (year->digits != 4 || !is_year(year->value) || !strchr("-./", mark) || mark == '\0' ||
	    !is_ascii_digit(text, year->end + 1) ||
	    !number_read_ascii(text, year->end + 1, &month) || month.digits > 2 ||
	    month.value < 1 || month.value > 12)
		return false;
	*out = period_of_months(year->value, month.value, month.value);
	out->end = month.end;
	if (month.end >= text.len || text.ptr[month.end] != mark ||
	    !is_ascii_digit(text, month.end + 1))
		return true;
	if (!number_read_ascii(text, month.end + 1, &day) || day.digits > 2 || day.value < 1 ||
	    day.value > month_length(year->value, month.value))
		return false;
	*out = period_of_days(year->value, month.value, day.value, day.value);
	out->end = skip_word(text, skip_word(text, day.end, "日"), "号");
	return true;
}

/* 20261001 */
static bool read_compact(const struct number *number, struct period *out)
{
	const struct day day = { number->value / 10000, number->value / 100 % 100,
		                 number->value % 100 };
	if (number->digits != 8 || !is_year(day.year) || !day_exists(day))
		return false;
	*out = (struct period){ .from = day, .to = day, .needs_word = true, .end = number->end };
	return true;
}

/* 26 is of this century, 59 of the last one: nobody speaks of a year far ahead. */
static int year_of_two_digits(int value, struct day today)
{
	const int year = today.year - today.year % 100 + value;
	return year > today.year + YEARS_AHEAD ? year - 100 : year;
}

/* 2026年…, 26年…; a year of two digits needs what only a year has behind it, or a word. */
static bool read_year(struct span text, const struct number *number, struct day today,
                      struct period *out)
{
	if (!stands_at(text, number->end, "年") || (number->digits != 4 && number->digits != 2))
		return false;
	const bool full = number->digits == 4;
	const int year = full ? number->value : year_of_two_digits(number->value, today);
	const size_t end = number->end + strlen("年");
	if (!is_year(year))
		return false;
	within_year(text, end, year, out);
	if (full || out->end > end)
		return true;
	if (one_at(date_words_no_year_after, text, end))
		return false;
	/* 我59年的 */
	out->needs_word = year / 100 == today.year / 100 || !stands_at(text, end, "的");
	out->weak_will_do = true;
	return number->value >= 10;
}

/* 10月1日, 十月一, 三月 */
static bool read_month(struct span text, size_t at, struct day today, struct period *out)
{
	int month;
	size_t end;
	if (!month_at(text, at, &month, &end))
		return false;
	/* 29 February is read in a leap year. */
	const int year = month == 2 ? today.year - today.year % 4 + 4 : today.year;
	struct period leap;
	within_month(text, end, year, month, &leap);
	within_month(text, end, today.year, month, out);
	if (month == 2 && leap.from.day == 29 && out->from.day != 29)
		return false; /* which year is meant is open */
	out->cycle = CYCLE_YEAR;
	return true;
}

/* 12-31到期, not 10-15天到期 and 3-5次 */
static bool is_dashed(struct span text, const struct number *month, const struct number *day)
{
	return text.ptr[month->end] != '-' || (month->digits == 2 && day->digits == 2 &&
	                                       !one_at(date_words_dash_no_after, text, day->end));
}

/* 10.1到期, 10/1到期, 10-01到期 */
static bool read_dotted(struct span text, const struct number *month, struct day today,
                        struct period *out)
{
	struct number day;
	if (month->digits == 0 || month->digits > 2 || month->value < 1 || month->value > 12 ||
	    month->end >= text.len || !strchr("./-", text.ptr[month->end]) ||
	    !is_ascii_digit(text, month->end + 1) ||
	    !number_read_ascii(text, month->end + 1, &day) || day.digits > 2 || day.value < 1 ||
	    day.value > month_length(today.year, month->value) || !is_dashed(text, month, &day))
		return false;
	*out = period_of_days(today.year, month->value, day.value, day.value);
	out->cycle = CYCLE_YEAR;
	out->needs_word = true;
	out->end = day.end;
	return true;
}

/* Whether a longer number or an address goes on behind what was read. */
static bool goes_on(struct span text, size_t end)
{
	const char after = end < text.len ? text.ptr[end] : ' ';
	return (after >= '0' && after <= '9') || (after >= 'a' && after <= 'z') ||
	       (after && strchr("-./", after) && is_ascii_digit(text, end + 1));
}

/* No part of a longer number, of an address or of a word such as 第10条, as far as it shows before.
 */
static bool begins_free(struct span text, size_t start)
{
	const char before = start > 0 ? text.ptr[start - 1] : ' ';
	const bool word_before = (before >= '0' && before <= '9') || before == '/' ||
	                         before == '-' || (before >= 'a' && before <= 'z');
	const bool digit_before = before == '.' && start > 1 && is_ascii_digit(text, start - 2);
	return !word_before && !digit_before && !stands_before(text, start, "第");
}

static bool stands_free(struct span text, size_t start, size_t end)
{
	return begins_free(text, start) && !goes_on(text, end);
}

static size_t skip_blanks(struct span text, size_t at)
{
	while (stands_at(text, at, " "))
		at++;
	return at;
}

/* The place behind the mark that joins two days and the blanks around it, or `at`. */
static size_t skip_joint(struct span text, size_t at)
{
	static const char *const joints[] = { "-", "~", "至", "到", "起至" };
	const size_t mark = skip_blanks(text, at);
	for (size_t i = 0; i < COUNT(joints); i++)
		if (stands_at(text, mark, joints[i]))
			return skip_blanks(text, mark + strlen(joints[i]));
	return at;
}

/* 26.12.19 */
static bool read_short(struct span text, const struct number *number, struct day today,
                       struct period *out)
{
	struct number full = *number;
	if (number->digits != 2)
		return false;
	full.digits = 4;
	full.value = year_of_two_digits(number->value, today);
	return read_dashed(text, &full, out) && day_number(out->from) == day_number(out->to);
}

bool calendar_read_end(struct span text, const struct period *first, struct day today,
                       size_t *start, struct period *out)
{
	struct number number;
	*start = skip_joint(text, first->end);
	*out = (struct period){ .end = *start };
	if (*start == first->end || !number_read_ascii(text, *start, &number) ||
	    !(read_dashed(text, &number, out) || read_year(text, &number, today, out) ||
	      read_short(text, &number, today, out) || read_month(text, *start, today, out) ||
	      read_compact(&number, out) || read_dotted(text, &number, today, out)))
		return false;
	const size_t end = out->end;
	/* 2023.11.20-12.31: of the same year. */
	if (out->cycle == CYCLE_YEAR)
		*out = period_of_days(first->from.year, out->from.month, out->from.day,
		                      out->to.day);
	out->end = end;
	return !goes_on(text, end) && !day_is_before(out->from, first->to);
}

/*
 * 2023.11.20-2026.11.19: behind a day with its year, a dash may join the last day of a range. What
 * goes on in any other way is no date: 2024.10.01-0371.
 */
static bool is_joined(struct span text, size_t start, const struct period *first, struct day today)
{
	size_t second;
	struct period last;
	return first->end - start >= strlen("2026.1.1") && is_ascii_digit(text, start + 3) &&
	       calendar_read_end(text, first, today, &second, &last);
}

static bool read_written(struct span text, size_t at, struct day today, struct period *out)
{
	struct number number;
	*out = (struct period){ .end = at };
	if (!number_read(text, at, &number))
		return read_month(text, at, today, out);
	return (read_dashed(text, &number, out) || read_year(text, &number, today, out) ||
	        read_month(text, at, today, out) || read_compact(&number, out) ||
	        read_dotted(text, &number, today, out)) &&
	       begins_free(text, at) &&
	       (!goes_on(text, out->end) || is_joined(text, at, out, today));
}

/* 15号 */
static bool read_day(struct span text, const struct number *number, struct day today,
                     struct period *out)
{
	const bool named = stands_at(text, number->end, "日") || stands_at(text, number->end, "号");
	if (!named || number->lo != number->hi || number->lo < 1 ||
	    number->lo > month_length(today.year, today.month))
		return false;
	*out = period_of_days(today.year, today.month, number->lo, number->lo);
	out->cycle = CYCLE_MONTH;
	out->needs_word = true;
	out->end = number->end + strlen("日");
	return true;
}

bool calendar_read(struct span text, size_t at, struct day today, struct period *out)
{
	*out = (struct period){ .end = at };
	return read_calendar(text, at, today, out) || read_written(text, at, today, out);
}

bool calendar_read_written_day(struct span text, size_t at, struct day today, struct day *out)
{
	struct number number;
	struct period period;
	if (!number_read(text, at, &number) ||
	    !(read_written(text, at, today, &period) || read_day(text, &number, today, &period)) ||
	    day_number(period.from) != day_number(period.to))
		return false;
	*out = period.from;
	return true;
}

bool calendar_read_day(struct span text, size_t at, struct day today, struct period *out)
{
	struct number number;
	return number_read(text, at, &number) && read_day(text, &number, today, out) &&
	       stands_free(text, at, out->end);
}
