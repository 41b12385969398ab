/*
 * How it works: the text is walked once. Where a numeral or one of a few characters stands, the
 * forms are tried, the longest first:
 *
 *   words of the calendar (今天, 上个月, 去年), with the parts that may follow (30号, 底, 十月)
 *   years, months and days written out, in digits or Han numerals
 *   spans of time, which are dates only with a direction: 还有20天, 20天前, 过期20天
 *   holidays with a fixed day: 元旦, 国庆
 *
 * A form gives a `period`: an interval, and whether it comes round every month or year (15号,
 * 三月). What it is said of is looked for next (dates_subject.c), because that tells which round is
 * meant. Two dates with 至 between them are one interval, or, after 有效期, its end; a date behind
 * 不是 is none. Last, words that no date took (没过期, 快到期) tell a side of today.
 */
#include "engine/text/dates.h"

#include "base/utf8.h"
#include "engine/text/dates_read.h"

#define COUNT(table_) (sizeof(table_) / sizeof((table_)[0]))

enum {
	YEAR_FIRST = 1900,
	YEAR_LAST = 2199,
	YEARS_AHEAD = 15, /* of two digits: farther ahead than this, it is of the last century */
	DIGITS_MOST = 8,
	WEEK_SLACK = 3, /* days, either way, of a span that was said in that unit */
	MONTH_SLACK = 15,
	YEAR_SLACK = 183,
	MONTH_END_FROM = 26, /* 月底 begins */
	STRIPS_MOST = 8,
	SPAN_MOST = 36500, /* days: a longer span is no date */
	/* A message made of dates' words must not take long: what comes behind is left out. */
	DAY_TRIES_MOST = 160,
	SIDE_TRIES_MOST = 32,
};

enum cycle { CYCLE_NONE, CYCLE_MONTH, CYCLE_YEAR };

struct period {
	struct day from, to;
	enum cycle cycle;  /* which one of them is meant is open */
	bool ending;       /* 月底: of one that has begun, what is left of it */
	bool needs_word;   /* no date without a word that it is said of: 15号, 20261001 */
	bool weak_will_do; /* 19年做的 */
	size_t end;
};

/* ------------------------------------------------------------------ numerals */

struct number {
	int lo, hi;    /* 两三: 2 to 3; 几: 2 to 9 */
	int value;     /* of the digits, in a row: 二五: 25 */
	size_t digits; /* how many; 0 where it is no row of digits */
	size_t end;
};

static int han_digit(uint32_t point)
{
	static const uint32_t digits[] = { 0x3007, 0x4E00, 0x4E8C, 0x4E09, 0x56DB,
		                           0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D };
	for (int i = 0; i < 10; i++)
		if (digits[i] == point)
			return i;
	return point == 0x96F6 /* 零 */ ? 0 : point == 0x4E24 /* 两 */ ? 2 : -1;
}

static bool is_ascii_digit(struct span text, size_t at)
{
	return at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9';
}

static bool read_ascii(struct span text, size_t at, struct number *out)
{
	*out = (struct number){ .end = at };
	while (is_ascii_digit(text, out->end) && out->digits < DIGITS_MOST) {
		out->value = out->value * 10 + (text.ptr[out->end++] - '0');
		out->digits++;
	}
	out->lo = out->hi = out->value;
	return out->digits > 0 && !is_ascii_digit(text, out->end);
}

/* 几, 俩, 仨: a numeral that stands alone. */
static bool read_word_numeral(struct span text, size_t at, struct number *out)
{
	static const struct {
		const char *word;
		int lo, hi;
	} words[] = { { "好几十", 20, 99 }, { "几十", 20, 99 }, { "十几", 11, 19 },
		      { "好几", 2, 9 },     { "几", 2, 9 },     { "俩", 2, 2 },
		      { "仨", 3, 3 } };
	for (size_t i = 0; i < COUNT(words); i++)
		if (stands_at(text, at, words[i].word)) {
			*out = (struct number){ words[i].lo, words[i].hi, 0, 0,
				                at + strlen(words[i].word) };
			return true;
		}
	return false;
}

/* 二十五, 十五, 一百二: with their places; 二〇二六, 二五: digits in a row. */
static bool read_han(struct span text, size_t at, struct number *out)
{
	int total = 0, last = -1, first = -1;
	size_t digits = 0, places = 0;
	*out = (struct number){ .end = at };
	while (out->end < text.len && digits + places < DIGITS_MOST) {
		size_t next = out->end;
		const uint32_t point = utf8_next(text, &next);
		const int digit = han_digit(point);
		const int place = point == 0x5341 ? 10 : point == 0x767E ? 100 : 0;
		if (digit < 0 && place == 0)
			break;
		if (place > 0) {
			total += (last < 0 ? 1 : last) * place;
			last = -1;
			places++;
		} else {
			/* Behind 十 one digit only. */
			if (places > 0 && last >= 0)
				return false;
			out->value = out->value * 10 + digit;
			if (digits == 0)
				first = digit;
			last = digit;
			digits++;
		}
		out->end = next;
	}
	if (places > 0) {
		out->lo = out->hi = out->value = total + (last > 0 ? last : 0);
		return true;
	}
	out->digits = digits;
	out->lo = out->hi = out->value;
	/* 两三天, 三五天 */
	if (digits == 2 && last > first && last - first <= 2 && first > 0) {
		out->lo = first;
		out->hi = last;
	}
	return digits > 0;
}

static bool read_number(struct span text, size_t at, struct number *out)
{
	if (at >= text.len)
		return false;
	if (is_ascii_digit(text, at))
		return read_ascii(text, at, out);
	return read_word_numeral(text, at, out) || read_han(text, at, out);
}

static size_t skip_word(struct span text, size_t at, const char *word)
{
	return at < text.len && stands_at(text, at, word) ? at + strlen(word) : at;
}

static bool has_word(struct span text, size_t at, const char *word)
{
	return at < text.len && stands_at(text, at, word);
}

/* ------------------------------------------------------------------ days */

static int days_of(int year, int month)
{
	int day = 31;
	while (!day_exists((struct day){ year, month, day }))
		day--;
	return day;
}

static struct day clip(struct day day)
{
	const int most = days_of(day.year, day.month);
	return (struct day){ day.year, day.month, day.day > most ? most : day.day };
}

/* The same day so many months later, or the last one of that month. */
static struct day months_after(struct day day, int months)
{
	const int month = day.year * 12 + day.month - 1 + months;
	return clip((struct day){ month / 12, month % 12 + 1, day.day });
}

static bool is_before(struct day a, struct day b)
{
	return day_number(a) < day_number(b);
}

static struct day later(struct day a, struct day b)
{
	return is_before(a, b) ? b : a;
}

static struct period days_in(int year, int month, int first, int last)
{
	return (struct period){ .from = { year, month, first },
		                .to = clip((struct day){ year, month, last }) };
}

static struct period months_in(int year, int first, int last)
{
	return (struct period){ .from = { year, first, 1 },
		                .to = { year, last, days_of(year, last) } };
}

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
	for (size_t i = 0; i < COUNT(parts); i++)
		if (has_word(text, at, parts[i].word)) {
			*out = days_in(year, month, parts[i].first, parts[i].last);
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
	if (!read_number(text, at, &day) || day.lo != day.hi || day.lo < 1 ||
	    day.lo > days_of(year, month))
		return false;
	const bool named = has_word(text, day.end, "日") || has_word(text, day.end, "号");
	/* 10月1日起, and no 10月1个, 10月2次 */
	if (!named && (!bare || has_word(text, day.end, "个") || has_word(text, day.end, "次")))
		return false;
	*out = days_in(year, month, day.lo, day.lo);
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
	*out = months_in(year, month, month);
	out->end = at;
}

/* 10月 at that place. */
static bool month_at(struct span text, size_t at, int *month, size_t *end)
{
	struct number number;
	if (has_word(text, at, "元月")) {
		*month = 1;
		*end = at + strlen("元月");
		return true;
	}
	if (!read_number(text, at, &number) || number.lo != number.hi || number.lo < 1 ||
	    number.lo > 12 || !has_word(text, number.end, "月"))
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
	/* 元旦前 is another day. */
	static const char *const around[] = { "前", "后", "之前", "之后", "以前", "以后", "过后" };
	for (size_t i = 0; i < COUNT(holidays); i++) {
		if (!has_word(text, at, holidays[i].word))
			continue;
		*out = days_in(year, holidays[i].month, holidays[i].first, holidays[i].last);
		out->end = at + strlen(holidays[i].word);
		for (size_t k = 0; k < COUNT(around); k++)
			if (has_word(text, out->end, around[k]))
				return false;
		return true;
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
		if (has_word(text, part_at, parts[i].word)) {
			*out = months_in(year, parts[i].first, parts[i].last);
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
	*out = months_in(year, 1, 12);
	out->end = skip_word(text, at, "度");
}

/* ------------------------------------------------------------------ words of the calendar */

enum unit { UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_QUARTER, UNIT_YEAR };

static const struct calendar_word {
	const char *word;
	enum unit unit;
	int offset;
} calendar[] = {
	{ "大前天", UNIT_DAY, -3 },      { "前天", UNIT_DAY, -2 },
	{ "前日", UNIT_DAY, -2 },        { "前儿", UNIT_DAY, -2 },
	{ "昨天", UNIT_DAY, -1 },        { "昨日", UNIT_DAY, -1 },
	{ "昨儿", UNIT_DAY, -1 },        { "昨晚", UNIT_DAY, -1 },
	{ "夜儿个", UNIT_DAY, -1 },      { "今天", UNIT_DAY, 0 },
	{ "今日", UNIT_DAY, 0 },         { "今儿", UNIT_DAY, 0 },
	{ "今晚", UNIT_DAY, 0 },         { "明天", UNIT_DAY, 1 },
	{ "明日", UNIT_DAY, 1 },         { "明儿", UNIT_DAY, 1 },
	{ "明晚", UNIT_DAY, 1 },         { "后天", UNIT_DAY, 2 },
	{ "后日", UNIT_DAY, 2 },         { "后儿", UNIT_DAY, 2 },
	{ "大后天", UNIT_DAY, 3 },       { "上上周", UNIT_WEEK, -2 },
	{ "上上星期", UNIT_WEEK, -2 },   { "上上个星期", UNIT_WEEK, -2 },
	{ "上上礼拜", UNIT_WEEK, -2 },   { "上周", UNIT_WEEK, -1 },
	{ "上个周", UNIT_WEEK, -1 },     { "上星期", UNIT_WEEK, -1 },
	{ "上个星期", UNIT_WEEK, -1 },   { "上礼拜", UNIT_WEEK, -1 },
	{ "上个礼拜", UNIT_WEEK, -1 },   { "本周", UNIT_WEEK, 0 },
	{ "这周", UNIT_WEEK, 0 },        { "这个周", UNIT_WEEK, 0 },
	{ "这星期", UNIT_WEEK, 0 },      { "这个星期", UNIT_WEEK, 0 },
	{ "这礼拜", UNIT_WEEK, 0 },      { "这个礼拜", UNIT_WEEK, 0 },
	{ "下周", UNIT_WEEK, 1 },        { "下个周", UNIT_WEEK, 1 },
	{ "下星期", UNIT_WEEK, 1 },      { "下个星期", UNIT_WEEK, 1 },
	{ "下礼拜", UNIT_WEEK, 1 },      { "下个礼拜", UNIT_WEEK, 1 },
	{ "下下周", UNIT_WEEK, 2 },      { "下下星期", UNIT_WEEK, 2 },
	{ "下下个星期", UNIT_WEEK, 2 },  { "下下礼拜", UNIT_WEEK, 2 },
	{ "上上个月", UNIT_MONTH, -2 },  { "上上月", UNIT_MONTH, -2 },
	{ "上个月", UNIT_MONTH, -1 },    { "上月", UNIT_MONTH, -1 },
	{ "本月", UNIT_MONTH, 0 },       { "这个月", UNIT_MONTH, 0 },
	{ "这月", UNIT_MONTH, 0 },       { "当月", UNIT_MONTH, 0 },
	{ "下个月", UNIT_MONTH, 1 },     { "下月", UNIT_MONTH, 1 },
	{ "下下个月", UNIT_MONTH, 2 },   { "下下月", UNIT_MONTH, 2 },
	{ "上季度", UNIT_QUARTER, -1 },  { "上个季度", UNIT_QUARTER, -1 },
	{ "本季度", UNIT_QUARTER, 0 },   { "这个季度", UNIT_QUARTER, 0 },
	{ "这季度", UNIT_QUARTER, 0 },   { "下季度", UNIT_QUARTER, 1 },
	{ "下个季度", UNIT_QUARTER, 1 }, { "大前年", UNIT_YEAR, -3 },
	{ "前年", UNIT_YEAR, -2 },       { "去年", UNIT_YEAR, -1 },
	{ "上年", UNIT_YEAR, -1 },       { "昨年", UNIT_YEAR, -1 },
	{ "今年", UNIT_YEAR, 0 },        { "本年", UNIT_YEAR, 0 },
	{ "明年", UNIT_YEAR, 1 },        { "来年", UNIT_YEAR, 1 },
	{ "后年", UNIT_YEAR, 2 },        { "大后年", UNIT_YEAR, 3 },
};

static const struct calendar_word *calendar_at(struct span text, size_t at)
{
	const struct calendar_word *found = NULL;
	for (size_t i = 0; i < COUNT(calendar); i++)
		if (stands_at(text, at, calendar[i].word) &&
		    (!found || strlen(calendar[i].word) > strlen(found->word)))
			found = &calendar[i];
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
		if (has_word(text, at, days[i].word)) {
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
	const bool weekend = has_word(text, at, "末");
	size_t end = at;
	const int day = weekday_at(text, at, &end);
	*out = (struct period){ .from = monday, .to = day_shift(monday, 6), .end = end };
	if (day == 0)
		return;
	out->from = day_shift(monday, day - 1);
	out->to = weekend ? day_shift(monday, 6) : out->from;
}

static void calendar_period(struct span text, const struct calendar_word *word, size_t at,
                            struct day today, struct period *out)
{
	const struct day month = months_after((struct day){ today.year, today.month, 1 },
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
		*out = months_in(quarter / 4, quarter % 4 * 3 + 1, quarter % 4 * 3 + 3);
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
	static const char *const before[] = { "以", "之", "目", "从", "过", "日", "先" };
	const bool splits =
	        word->unit == UNIT_DAY && (stands_at(text, at, "前") || stands_at(text, at, "后"));
	for (size_t i = 0; i < COUNT(before) && splits; i++)
		if (stands_before(text, at, before[i]))
			return true;
	/* 下周期, 本月份额 */
	return word->unit == UNIT_WEEK && has_word(text, at + strlen(word->word), "期");
}

static bool read_calendar(struct span text, size_t at, struct day today, struct period *out)
{
	const struct calendar_word *word = calendar_at(text, at);
	if (word && !is_other_word(text, at, word)) {
		*out = (struct period){ .end = at };
		calendar_period(text, word, at + strlen(word->word), today, out);
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
	    !is_ascii_digit(text, year->end + 1) || !read_ascii(text, year->end + 1, &month) ||
	    month.digits > 2 || month.value < 1 || month.value > 12)
		return false;
	*out = months_in(year->value, month.value, month.value);
	out->end = month.end;
	if (month.end >= text.len || text.ptr[month.end] != mark ||
	    !is_ascii_digit(text, month.end + 1))
		return true;
	if (!read_ascii(text, month.end + 1, &day) || day.digits > 2 || day.value < 1 ||
	    day.value > days_of(year->value, month.value))
		return false;
	*out = days_in(year->value, month.value, day.value, day.value);
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
	if (!has_word(text, number->end, "年") || (number->digits != 4 && number->digits != 2))
		return false;
	const bool full = number->digits == 4;
	const int year = full ? number->value : year_of_two_digits(number->value, today);
	const size_t end = number->end + strlen("年");
	if (!is_year(year))
		return false;
	within_year(text, end, year, out);
	if (full || out->end > end)
		return true;
	static const char *const spans[] = { "前", "后", "多", "了", "内", "半", "之", "以", "来" };
	for (size_t i = 0; i < COUNT(spans); i++)
		if (has_word(text, end, spans[i]))
			return false;
	/* 我59年的 */
	out->needs_word = year / 100 == today.year / 100 || !has_word(text, end, "的");
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
		return false; /* which year is meant can not be told */
	out->cycle = CYCLE_YEAR;
	return true;
}

/* 15号 */
static bool read_day(struct span text, const struct number *number, struct day today,
                     struct period *out)
{
	const bool named = has_word(text, number->end, "日") || has_word(text, number->end, "号");
	if (!named || number->lo != number->hi || number->lo < 1 ||
	    number->lo > days_of(today.year, today.month))
		return false;
	*out = days_in(today.year, today.month, number->lo, number->lo);
	out->cycle = CYCLE_MONTH;
	out->needs_word = true;
	out->end = number->end + strlen("日");
	return true;
}

/* 10.1到期 */
static bool read_dotted(struct span text, const struct number *month, struct day today,
                        struct period *out)
{
	struct number day;
	if (month->digits == 0 || month->digits > 2 || month->value < 1 || month->value > 12 ||
	    month->end >= text.len || !strchr("./", text.ptr[month->end]) ||
	    !is_ascii_digit(text, month->end + 1) || !read_ascii(text, month->end + 1, &day) ||
	    day.digits > 2 || day.value < 1 || day.value > days_of(today.year, month->value))
		return false;
	*out = days_in(today.year, month->value, day.value, day.value);
	out->cycle = CYCLE_YEAR;
	out->needs_word = true;
	out->end = day.end;
	return true;
}

/* No part of a longer number, of an address or of a word such as 第10条. */
static bool stands_free(struct span text, size_t start, size_t end)
{
	const char before = start > 0 ? text.ptr[start - 1] : ' ';
	const char after = end < text.len ? text.ptr[end] : ' ';
	const bool word_before = (before >= '0' && before <= '9') || before == '-' ||
	                         before == '/' || (before >= 'a' && before <= 'z');
	const bool digit_before = before == '.' && start > 1 && is_ascii_digit(text, start - 2);
	const bool goes_on = (after >= '0' && after <= '9') || (after >= 'a' && after <= 'z') ||
	                     (strchr("-./", after) && after && is_ascii_digit(text, end + 1));
	return !word_before && !digit_before && !goes_on && !stands_before(text, start, "第");
}

static bool read_written(struct span text, size_t at, struct day today, struct period *out)
{
	struct number number;
	*out = (struct period){ .end = at };
	if (!read_number(text, at, &number))
		return read_month(text, at, today, out);
	return (read_dashed(text, &number, out) || read_year(text, &number, today, out) ||
	        read_month(text, at, today, out) || read_compact(&number, out) ||
	        read_dotted(text, &number, today, out)) &&
	       stands_free(text, at, out->end);
}

/* ------------------------------------------------------------------ spans of time */

struct span_of_time {
	int months_lo, months_hi;
	int days_lo, days_hi;
	size_t end;
};

static const struct {
	const char *word;
	enum unit unit;
} units[] = { { "星期", UNIT_WEEK },    { "礼拜", UNIT_WEEK }, { "周", UNIT_WEEK },
	      { "季度", UNIT_QUARTER }, { "月", UNIT_MONTH },  { "年", UNIT_YEAR },
	      { "载", UNIT_YEAR },      { "天", UNIT_DAY },    { "日", UNIT_DAY } };

static bool unit_at(struct span text, size_t at, enum unit *unit, size_t *end)
{
	for (size_t i = 0; i < COUNT(units); i++)
		/* 65周岁 is an age. */
		if (has_word(text, at, units[i].word) &&
		    !has_word(text, at + strlen(units[i].word), "岁")) {
			*unit = units[i].unit;
			*end = at + strlen(units[i].word);
			return true;
		}
	return false;
}

static void add_unit(struct span_of_time *out, enum unit unit, int lo, int hi, int slack)
{
	static const int months[] = { [UNIT_MONTH] = 1, [UNIT_QUARTER] = 3, [UNIT_YEAR] = 12 };
	static const int slacks[] = { [UNIT_WEEK] = WEEK_SLACK,
		                      [UNIT_MONTH] = MONTH_SLACK,
		                      [UNIT_QUARTER] = MONTH_SLACK,
		                      [UNIT_YEAR] = YEAR_SLACK };
	if (unit == UNIT_DAY || unit == UNIT_WEEK) {
		const int days = unit == UNIT_WEEK ? 7 : 1;
		out->days_lo += lo * days;
		out->days_hi += hi * days;
	} else {
		out->months_lo += lo * months[unit];
		out->months_hi += hi * months[unit];
	}
	out->days_lo -= slack * slacks[unit];
	out->days_hi += slack * slacks[unit];
}

/* 半年, 半个月, 半拉月 */
static bool read_half(struct span text, size_t at, struct span_of_time *out)
{
	if (!has_word(text, at, "半"))
		return false;
	size_t end = at + strlen("半");
	end = skip_word(text, skip_word(text, end, "个"), "拉");
	*out = (struct span_of_time){ 0 };
	if (has_word(text, end, "年")) {
		out->months_lo = out->months_hi = 6;
		add_unit(out, UNIT_MONTH, 0, 0, 1);
		out->end = end + strlen("年");
	} else if (has_word(text, end, "月")) {
		add_unit(out, UNIT_WEEK, 0, 0, 1);
		out->days_lo += 15;
		out->days_hi += 15;
		out->end = end + strlen("月");
	}
	return out->end > 0;
}

/* 20天, 俩月, 两个半月, 一年半, 一个多月, 二十多天 */
static bool read_span(struct span text, size_t at, struct span_of_time *out)
{
	struct number number;
	enum unit unit;
	if (read_half(text, at, out))
		return true;
	if (!read_number(text, at, &number) || number.digits > 4)
		return false;
	*out = (struct span_of_time){ 0 };
	size_t end = number.end;
	const size_t counted = skip_word(text, end, "个");
	bool more = has_word(text, counted, "多") || has_word(text, counted, "来");
	const bool half = counted > end && has_word(text, counted, "半");
	end = more ? counted + strlen("多") : half ? counted + strlen("半") : counted;
	end = more ? skip_word(text, end, "个") : end;
	if (!unit_at(text, end, &unit, &end))
		return false;
	/* 3月 is March; 两月, 俩月 are spans. */
	if (unit == UNIT_MONTH && counted == number.end && !more && number.digits > 0 &&
	    !stands_before(text, number.end, "两"))
		return false;
	if (unit == UNIT_YEAR && number.digits == 4)
		return false;
	const int tens = more && number.lo >= 10 && number.lo % 10 == 0 ? 9 : 0;
	if (more && tens == 0)
		number.hi += 1;
	const bool more_behind = has_word(text, end, "多");
	if (more_behind) {
		number.hi += 1;
		more = true;
		end += strlen("多");
	}
	const bool plain = !more && !half && number.lo == number.hi;
	add_unit(out, unit, number.lo, number.hi + tens, plain);
	if (half)
		add_unit(out, UNIT_DAY, unit == UNIT_WEEK ? 3 : 15, unit == UNIT_WEEK ? 4 : 15, 0);
	if (unit == UNIT_YEAR && has_word(text, end, "半")) {
		out->months_lo += 6;
		out->months_hi += 6;
		end += strlen("半");
	}
	out->end = end;
	return number.hi > 0 && out->days_hi + out->months_hi * 31 < SPAN_MOST;
}

static const struct date_word span_before[] = {
	{ "还有", TAG_AHEAD },     { "还剩", TAG_AHEAD },   { "还剩下", TAG_AHEAD },
	{ "只剩", TAG_AHEAD },     { "只剩下", TAG_AHEAD }, { "就剩", TAG_AHEAD },
	{ "就剩下", TAG_AHEAD },   { "仅剩", TAG_AHEAD },   { "剩", TAG_AHEAD },
	{ "剩下", TAG_AHEAD },     { "剩余", TAG_AHEAD },   { "还差", TAG_AHEAD },
	{ "差", TAG_AHEAD },       { "再过", TAG_AHEAD },   { "再有", TAG_AHEAD },
	{ "只有", TAG_AHEAD },     { "还能用", TAG_AHEAD }, { "还不到", TAG_AHEAD },
	{ "还没", TAG_AHEAD },     { "没", TAG_FILL },      { "将于", TAG_AHEAD },
	{ "最多还有", TAG_AHEAD }, { "离现在", TAG_AHEAD }, { "也就剩", TAG_AHEAD },
	{ "还可以用", TAG_AHEAD }, { "过了", TAG_BEHIND },  { "超了", TAG_BEHIND },
	{ "超过", TAG_BEHIND },    { "晚了", TAG_BEHIND },  { "迟了", TAG_BEHIND },
	{ "拖了", TAG_BEHIND },    { "都过", TAG_BEHIND },  { "过去", TAG_BEHIND },
	{ "超", TAG_BEHIND },      { "晚", TAG_BEHIND },    { "满", TAG_EXACT },
	{ "整", TAG_EXACT },       { "整整", TAG_EXACT },   { "刚好", TAG_EXACT },
	{ "正好", TAG_EXACT },     { "不到", TAG_BELOW },   { "不足", TAG_BELOW },
	{ "将近", TAG_BELOW },     { "近", TAG_BELOW },     { "不满", TAG_BELOW },
	{ "差不多", TAG_FILL },    { "大概", TAG_FILL },    { "大约", TAG_FILL },
	{ "约", TAG_FILL },        { "也就", TAG_FILL },    { "最多", TAG_FILL },
	{ "顶多", TAG_FILL },      { "至少", TAG_FILL },    { "快", TAG_FILL },
	{ "小", TAG_FILL },        { "才", TAG_FILL },      { "有", TAG_FILL },
	{ "都", TAG_FILL },        { "已经", TAG_FILL },    { "已", TAG_FILL },
	{ "了", TAG_FILL },        { "好", TAG_FILL },      { "足足", TAG_FILL },
	{ "这", TAG_FILL },        { "刚", TAG_FILL },      { "刚刚", TAG_FILL },
	{ "就", TAG_FILL },        { "只", TAG_FILL },      { "还", TAG_FILL },
	{ "可能", TAG_FILL },      { "得", TAG_FILL },      { "也", TAG_FILL },
	{ "到现在", TAG_FILL },    { "到今天", TAG_FILL },  { "快要", TAG_FILL },
	{ "过", TAG_FILL },        { "完", TAG_FILL },      { "那", TAG_FILL },
	{ "一共", TAG_FILL },      { " ", TAG_FILL },       { "后", TAG_FILL },
	{ "大致", TAG_FILL },      { "仅", TAG_FILL },      { "通过", TAG_FILL },
	{ "合格", TAG_FILL },
};

static const struct date_word span_after[] = {
	{ "前", TAG_BEHIND },   { "之前", TAG_BEHIND }, { "以前", TAG_BEHIND },
	{ "后", TAG_AHEAD },    { "之后", TAG_AHEAD },  { "以后", TAG_AHEAD },
	{ "内", TAG_AHEAD },    { "之内", TAG_AHEAD },  { "以内", TAG_AHEAD },
	{ "了", TAG_FILL },     { "左右", TAG_FILL },   { "时间", TAG_FILL },
	{ "的时间", TAG_FILL }, { "上下", TAG_FILL },   { "就", TAG_AHEAD },
	{ "就要", TAG_AHEAD },  { "便", TAG_AHEAD },    { "将", TAG_AHEAD },
	{ "要", TAG_AHEAD },    { "多点", TAG_FILL },
};

struct direction {
	enum date_tag tag; /* TAG_AHEAD, TAG_BEHIND, or TAG_NONE */
	bool exact, below;
	struct subject_word of; /* found before the span, or none */
	size_t end;
};

static bool follows_distance(struct span text, size_t start)
{
	static const char *const distances[] = { "离", "距离", "距", "离着" };
	for (size_t i = 0; i < COUNT(distances); i++)
		if (stands_before(text, start, distances[i]))
			return true;
	return false;
}

/* Which way a span lies from the word before it; `joined`: it goes on from that word. */
static void direction_of_word(struct span text, const struct subject_word *word, bool joined,
                              struct direction *out)
{
	bool supposed;
	if (follows_distance(text, word->start)) {
		out->tag = TAG_AHEAD;
	} else if (out->tag != TAG_AHEAD || word->subject->behind) {
		/* 有效期三年 is how long, 没过期三天 nonsense. */
		if (stands_before(text, word->end, "期") && !word->past && !joined &&
		    stands_at(text, word->start, "有效"))
			return;
		if (word->past && side_of(text, word, &supposed) == TAG_AHEAD)
			return;
		out->tag = TAG_BEHIND;
	}
	out->of = *word;
}

/* 过期三天, 考完两年; and 离到期还有三天, 离过期不到一个月, which lie ahead. */
static void direction_before(const struct date_subjects *subjects, struct span text, size_t start,
                             struct direction *out)
{
	size_t at = start, length;
	bool joined = false; /* 到期了三天: the span goes on from the word */
	for (int i = 0; i < STRIPS_MOST; i++) {
		const struct subject_word word = subject_before(subjects, text, at);
		if (word.subject && !word.subject->weak) {
			direction_of_word(text, &word, joined, out);
			return;
		}
		const enum date_tag tag =
		        tag_before(span_before, COUNT(span_before), text, at, &length);
		if (tag == TAG_NONE)
			return;
		joined = joined || tag == TAG_BEHIND ||
		         (tag == TAG_FILL && stands_before(text, at, "了"));
		out->exact = out->exact || tag == TAG_EXACT;
		/* 还不到三天: ahead, and fewer. */
		out->below = out->below || tag == TAG_BELOW || stands_before(text, at, "不到");
		if ((tag == TAG_AHEAD || tag == TAG_BEHIND) && out->tag == TAG_NONE)
			out->tag = tag;
		at -= length;
	}
}

/* 20天前, 20天后, 20天就到期; 25年到期 rather names a year (`strict`). */
static void direction_after(const struct date_subjects *subjects, struct span text, size_t start,
                            size_t end, bool strict, struct direction *out)
{
	static const char *const anchors[] = { "提前", "前", "后", "期" };
	size_t length = 0;
	if (end >= text.len)
		return;
	enum date_tag tag = tag_after(span_after, COUNT(span_after), text, end, &length);
	if (tag == TAG_FILL && end + length < text.len) {
		end += length;
		tag = tag_after(span_after, COUNT(span_after), text, end, &length);
	}
	/* 到期前三天, 提前三个月内: counted from another day. */
	for (size_t i = 0; i < COUNT(anchors); i++)
		if (stands_before(text, start, anchors[i]))
			return;
	if (tag == TAG_AHEAD || tag == TAG_BEHIND) {
		out->tag = tag;
		out->end = end + length;
		return;
	}
	const struct subject_word word = subject_at(subjects, text, end);
	if (!strict && word.subject && !word.past && word.subject->past_count > 0)
		out->tag = TAG_AHEAD;
}

/* The interval so far from today. */
static void reckon(const struct span_of_time *time, const struct direction *direction,
                   struct day today, struct period *out)
{
	int days_lo = time->days_lo, days_hi = time->days_hi;
	int months_lo = time->months_lo, months_hi = time->months_hi;
	/* 满两年: neither more nor less. */
	if (direction->exact) {
		days_lo = days_hi = (days_lo + days_hi) / 2;
	} else if (direction->below) {
		days_hi = months_hi > 0 ? 0 : (time->days_lo + time->days_hi) / 2;
		days_lo = months_lo > 0 ? -31 * months_lo : 0;
	}
	struct day nearest, farthest;
	if (direction->tag == TAG_AHEAD) {
		nearest = day_shift(months_after(today, months_lo), days_lo);
		farthest = day_shift(months_after(today, months_hi), days_hi);
		*out = (struct period){ .from = later(nearest, today),
			                .to = later(farthest, today) };
		return;
	}
	nearest = day_shift(months_after(today, -months_lo), -days_lo);
	farthest = day_shift(months_after(today, -months_hi), -days_hi);
	const struct day yesterday = day_shift(today, -1);
	*out = (struct period){
		.from = is_before(yesterday, farthest) ? yesterday : farthest,
		.to = is_before(yesterday, nearest) ? yesterday : nearest,
	};
}

static bool read_elapsed(const struct date_subjects *subjects, struct span text, size_t at,
                         struct day today, bool strict, struct period *out, struct subject_word *of)
{
	struct span_of_time time;
	if (!read_span(text, at, &time) || stands_before(text, at, "第"))
		return false;
	struct direction direction = { .end = time.end };
	direction_before(subjects, text, at, &direction);
	if (direction.tag == TAG_NONE)
		direction_after(subjects, text, at, time.end, strict, &direction);
	if (direction.tag == TAG_NONE)
		return false;
	reckon(&time, &direction, today, out);
	out->end = direction.end;
	*of = direction.of;
	return true;
}

/* ------------------------------------------------------------------ which round is meant */

static struct period shifted(const struct period *period, int rounds)
{
	const int months = rounds * (period->cycle == CYCLE_YEAR ? 12 : 1);
	struct period moved = *period;
	moved.from = months_after(period->from, months);
	moved.to = months_after(period->to, months);
	/* The last of a month stays it: 月底, 二月. */
	if (period->to.day == days_of(period->to.year, period->to.month) &&
	    day_number(period->from) != day_number(period->to))
		moved.to.day = days_of(moved.to.year, moved.to.month);
	return moved;
}

/* What stands between the date and its word, and around: 就, 才 point ahead, 已, 早 behind. */
static enum date_tag tense_of(struct span text, const struct period *period, size_t start,
                              const struct subject_word *word)
{
	static const char *const ahead[] = { "就", "要", "将", "快", "才", "会" };
	static const char *const behind[] = { "已", "早", "刚", "都" };
	if (!word->subject)
		return TAG_NONE;
	const size_t from = word->start >= period->end ? period->end : word->end;
	const size_t to = word->start >= period->end ? word->start : start;
	const struct span gap = { text.ptr + from, to > from ? to - from : 0 };
	for (size_t i = 0; i < COUNT(behind); i++)
		if (memmem(gap.ptr, gap.len, behind[i], strlen(behind[i])))
			return TAG_BEHIND;
	for (size_t i = 0; i < COUNT(ahead) && !word->subject->behind; i++)
		if (memmem(gap.ptr, gap.len, ahead[i], strlen(ahead[i])))
			return has_word(text, word->end, "了") && i == 0 ? TAG_BEHIND : TAG_AHEAD;
	if (word->past || word->subject->behind)
		return TAG_BEHIND;
	return has_word(text, word->end, "了") ? TAG_BEHIND : TAG_NONE;
}

/* Moves a period that comes round to the one that is meant, or widens it over the two it may be. */
static void choose_round(struct period *period, enum date_tag tense, struct day today)
{
	const int64_t now = day_number(today);
	if (period->cycle == CYCLE_NONE) {
		if (period->ending && tense != TAG_BEHIND && is_before(period->from, today) &&
		    !is_before(period->to, today))
			period->from = today;
		return;
	}
	const struct period next = shifted(period, 1);
	if (tense == TAG_BEHIND) {
		if (day_number(period->from) > now)
			*period = shifted(period, -1);
		return;
	}
	if (day_number(period->to) >= now) {
		if (period->ending)
			period->from = later(period->from, today);
		return;
	}
	const int64_t passed = now - day_number(period->to);
	const int64_t coming = day_number(next.from) - now;
	if (tense == TAG_AHEAD || coming * 2 <= passed)
		*period = next;
	else if (passed * 2 > coming)
		period->to = next.to;
}

/* ------------------------------------------------------------------ the walk */

/* A numeral, or the first character of a form: nothing else is looked at closer. */
static bool may_begin(uint32_t point)
{
	static const uint32_t first[] = { 0x5927, 0x524D, 0x6628, 0x591C, 0x4ECA, 0x660E,
		                          0x540E, 0x4E0A, 0x672C, 0x8FD9, 0x4E0B, 0x5F53,
		                          0x53BB, 0x6765, 0x5468, 0x661F, 0x793C, 0x6708,
		                          0x5E74, 0x5C81, 0x534A, 0x51E0, 0x4FE9, 0x4EE8,
		                          0x597D, 0x5341, 0x5143, 0x52B3, 0x56FD };
	if ((point >= '0' && point <= '9') || han_digit(point) >= 0)
		return true;
	for (size_t i = 0; i < COUNT(first); i++)
		if (first[i] == point)
			return true;
	return false;
}

/* So far no date takes a word that an earlier one has. */
static size_t claimed_end(const struct date_list *list, const size_t *taken)
{
	size_t end = 0;
	for (size_t i = 0; i < list->count; i++)
		if (taken[i] > end)
			end = taken[i];
	return end;
}

static bool is_taken(const struct subject_word *words, size_t count, const struct subject_word *one)
{
	for (size_t i = 0; i < count; i++)
		if (words[i].subject && words[i].start < one->end && one->start < words[i].end)
			return true;
	return false;
}

/* A date at that place; its subject's word goes to *of. */
static bool read_date(const struct date_subjects *subjects, struct span text, size_t at,
                      struct day today, size_t claimed, struct period *out, struct subject_word *of)
{
	struct number number;
	*of = (struct subject_word){ 0 };
	*out = (struct period){ .end = at };
	bool elapsed = false;
	bool found = read_calendar(text, at, today, out) || read_written(text, at, today, out);
	if (!found || out->needs_word) {
		struct period span;
		struct subject_word span_of_word;
		elapsed = read_elapsed(subjects, text, at, today, found, &span, &span_of_word);
		if (elapsed) {
			*out = span;
			*of = span_of_word;
			found = true;
		}
	}
	if (!found && read_number(text, at, &number))
		found = read_day(text, &number, today, out) && stands_free(text, at, out->end);
	if (!found)
		return false;
	if (!of->subject)
		*of = subject_of(subjects, text, at, out->end, claimed);
	if (out->needs_word && (!of->subject || (of->subject->weak && !out->weak_will_do)))
		return false;
	if (!elapsed)
		choose_round(out, tense_of(text, out, at, of), today);
	return true;
}

/* 不是10月到期: it is said to be another day. */
static bool is_denied_date(struct span text, size_t start)
{
	static const char *const denials[] = { "不是", "并非", "不在" };
	for (size_t i = 0; i < COUNT(denials); i++)
		if (stands_before(text, start, denials[i]))
			return !stands_before(text, start, "是不是") &&
			       !stands_before(text, start, "在不在");
	return false;
}

/* Its word stays taken: what it says was denied with the date. */
static void remove_date(struct date_list *list, size_t at)
{
	list->count--;
	memmove(&list->items[at], &list->items[at + 1],
	        (list->count - at) * sizeof(list->items[0]));
}

/* Nothing but 至 stands between the two. */
static bool is_joined(struct span text, size_t from, size_t to)
{
	static const char *const joints[] = { "至",   "到",     "-",      "~",
		                              "起至", "开始至", "开始到", "起到" };
	const struct span gap = { text.ptr + from, to > from ? to - from : 0 };
	for (size_t i = 0; i < COUNT(joints); i++)
		if (gap.len == strlen(joints[i]) && memcmp(gap.ptr, joints[i], gap.len) == 0)
			return true;
	return false;
}

/* 有效期从2023.6.1到2026.5.31: what the first of the two is said of. */
static struct subject_word subject_of_range(const struct date_subjects *subjects, struct span text,
                                            size_t start)
{
	static const char *const openings[] = { "从", "自", "由" };
	for (size_t i = 0; i < COUNT(openings); i++)
		if (stands_before(text, start, openings[i])) {
			const size_t at = start - strlen(openings[i]);
			return subject_of(subjects, text, at, at, 0);
		}
	return (struct subject_word){ 0 };
}

/*
 * Two dates that are joined are one. What it is said of stands before them and ends with the second
 * (有效期A至B), or it holds all days between (A至B到期, 考试时间A至B).
 */
static void join(const struct date_subjects *subjects, struct span text, struct date_list *out,
                 struct subject_word words[DATES_MOST])
{
	const size_t last = out->count - 1;
	struct date *first = &out->items[last - 1];
	const struct date *second = &out->items[last];
	struct subject_word of = words[last - 1];
	if (!of.subject)
		of = subject_of_range(subjects, text, first->start);
	if (!of.subject)
		of = words[last];
	const bool ends = of.subject && of.subject->past_count > 0 && of.start < first->start;
	first->from = ends ? second->from : first->from;
	first->to = second->to;
	first->of = of.subject ? of.subject->of : NULL;
	first->end = second->end;
	words[last - 1] = of;
	out->count--;
}

static void find_days(const struct date_subjects *subjects, struct span text, struct day today,
                      struct date_list *out, struct subject_word words[DATES_MOST])
{
	size_t taken[DATES_MOST] = { 0 };
	int tries = 0;
	for (size_t at = 0; at < text.len && out->count < DATES_MOST && tries < DAY_TRIES_MOST;) {
		size_t next = at;
		struct period period;
		struct subject_word of;
		/* A digit in the midst of a number begins nothing. */
		const bool inside =
		        at > 0 && is_ascii_digit(text, at) && is_ascii_digit(text, at - 1);
		const bool may = may_begin(utf8_next(text, &next)) && !inside;
		tries += may;
		if (!may ||
		    !read_date(subjects, text, at, today, claimed_end(out, taken), &period, &of)) {
			at = next;
			continue;
		}
		words[out->count] = of;
		taken[out->count] = of.subject ? of.end : 0;
		out->items[out->count++] = (struct date){
			.start = at,
			.end = period.end,
			.of = of.subject ? of.subject->of : NULL,
			.from = period.from,
			.to = period.to,
		};
		const struct date *one = &out->items[out->count - 1];
		if (out->count > 1 && is_joined(text, one[-1].end, one->start) &&
		    !is_before(one->to, one[-1].from))
			join(subjects, text, out, words);
		at = period.end > next ? period.end : next;
	}
	for (size_t i = 0; i < out->count;)
		if (is_denied_date(text, out->items[i].start))
			remove_date(out, i);
		else
			i++;
}

static void insert(struct date_list *list, const struct date *date)
{
	size_t at = list->count;
	while (at > 0 && list->items[at - 1].start > date->start) {
		list->items[at] = list->items[at - 1];
		at--;
	}
	list->items[at] = *date;
	list->count++;
}

static void find_sides(const struct date_subjects *subjects, struct span text, struct day today,
                       const struct subject_word words[DATES_MOST], size_t word_count,
                       struct date_list *out)
{
	const struct subject_filter filter = subject_filter(subjects);
	bool quoted = false;
	int tries = 0;
	for (size_t at = 0; at < text.len && out->count < DATES_MOST && tries < SIDE_TRIES_MOST;) {
		size_t next = at;
		const bool quote = utf8_next(text, &next) == '"';
		struct subject_word word = { 0 };
		quoted = quoted != quote;
		if (!quoted && subject_may_begin(&filter, text, at))
			word = subject_at(subjects, text, at);
		if (!word.subject || word.subject->past_count == 0) {
			at = next;
			continue;
		}
		tries++;
		at = word.end;
		bool supposed;
		const enum date_tag side = side_of(text, &word, &supposed);
		if (side == TAG_NONE || is_taken(words, word_count, &word) ||
		    is_led_by_popup(text, word.start))
			continue;
		const struct date date = {
			.start = word.start,
			.end = word.end,
			.of = word.subject->of,
			.from = side == TAG_AHEAD ? today : DATE_EARLIEST,
			.to = side == TAG_BEHIND ? day_shift(today, -1) : DATE_LATEST,
			.stated = true,
			.supposed = supposed,
		};
		insert(out, &date);
	}
}

/* 今天是20号: who tells a story may say on which day it was. */
static struct day said_today(struct span text, struct day today)
{
	static const char *const words[] = { "今天是", "今天", "今日是", "今日" };
	for (size_t i = 0; i < COUNT(words); i++) {
		const char *at = memmem(text.ptr, text.len, words[i], strlen(words[i]));
		struct number number;
		struct period period;
		if (!at)
			continue;
		const size_t start = (size_t)(at - text.ptr) + strlen(words[i]);
		if (!read_number(text, start, &number) ||
		    !(read_written(text, start, today, &period) ||
		      read_day(text, &number, today, &period)) ||
		    day_number(period.from) != day_number(period.to))
			continue;
		return period.from;
	}
	return today;
}

const struct date_subject *dates_subject(const struct date_subjects *subjects, struct span text)
{
	const struct subject_filter filter = subject_filter(subjects);
	for (size_t at = 0; at < text.len; (void)utf8_next(text, &at)) {
		const struct subject_word word = subject_may_begin(&filter, text, at)
		                                         ? subject_at(subjects, text, at)
		                                         : (struct subject_word){ 0 };
		if (word.subject && (word.subject->behind || word.subject->past_count > 0))
			return word.subject;
	}
	return NULL;
}

void dates_find(const struct date_subjects *subjects, struct span text, struct day today,
                struct date_list *out)
{
	struct subject_word words[DATES_MOST] = { 0 };
	today = said_today(text, today);
	out->count = 0;
	out->today = today;
	find_days(subjects, text, today, out, words);
	find_sides(subjects, text, today, words, DATES_MOST, out);
}
