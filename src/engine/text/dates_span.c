/*
 * Spans of time (20天, 两个半月, 一年多). They are dates only with a direction, which the words
 * before or behind them give: 还有20天 and 20天后 lie ahead, 过期20天 and 20天前 behind.
 *
 * Weeks, months and years are taken as rounded by whoever says them, half a unit either way.
 */
#include "engine/text/dates_read.h"

#include <assert.h>

#include "engine/text/dates_words.h"

#define COUNT(table_) (sizeof(table_) / sizeof((table_)[0]))

enum {
	WEEK_SLACK = 3, /* days, either way, of a span that was said in that unit */
	MONTH_SLACK = 15,
	YEAR_SLACK = 183,
	STRIPS_MOST = 8,
	PARTICLE_MOST = 3, /* bytes behind 两年了: 吧 */
	SPAN_MOST = 36500, /* days: a longer span is no date */
};

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
		if (stands_at(text, at, units[i].word) &&
		    !stands_at(text, at + strlen(units[i].word), "岁")) {
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
	if (!stands_at(text, at, "半"))
		return false;
	size_t end = at + strlen("半");
	end = skip_word(text, skip_word(text, end, "个"), "拉");
	*out = (struct span_of_time){ 0 };
	if (stands_at(text, end, "年")) {
		out->months_lo = out->months_hi = 6;
		add_unit(out, UNIT_MONTH, 0, 0, 1);
		out->end = end + strlen("年");
	} else if (stands_at(text, end, "月")) {
		add_unit(out, UNIT_WEEK, 0, 0, 1);
		out->days_lo += 15;
		out->days_hi += 15;
		out->end = end + strlen("月");
	}
	return out->end > 0;
}

/* What may stand between the number and its unit: 个, 多, 来, 半. */
static size_t skip_measure(struct span text, size_t at, bool *more, bool *half)
{
	const size_t counted = skip_word(text, at, "个");
	*more = stands_at(text, counted, "多") || stands_at(text, counted, "来");
	*half = counted > at && stands_at(text, counted, "半");
	if (*more)
		return skip_word(text, counted + strlen("多"), "个");
	return *half ? counted + strlen("半") : counted;
}

/* 3月 is March and 2026年 a year; 两月, 俩月 and 3个月 are spans. */
static bool is_date_by_name(struct span text, const struct number *number, enum unit unit,
                            bool more)
{
	if (unit == UNIT_YEAR)
		return number->digits == 4;
	return unit == UNIT_MONTH && !more && !stands_at(text, number->end, "个") &&
	       number->digits > 0 && !stands_before(text, number->end, "两");
}

/* 二十多天 is 20 to 29, 一个多月 one to two. */
static int most_of(const struct number *number, bool more)
{
	if (!more)
		return number->hi;
	return number->lo >= 10 && number->lo % 10 == 0 ? number->hi + 9 : number->hi + 1;
}

/* 20天, 俩月, 两个半月, 一年半, 一个多月, 二十多天 */
static bool read_span(struct span text, size_t at, struct span_of_time *out)
{
	struct number number;
	enum unit unit;
	bool more, half;
	if (read_half(text, at, out))
		return true;
	if (!number_read(text, at, &number) || number.digits > 4)
		return false;
	size_t end = skip_measure(text, number.end, &more, &half);
	if (!unit_at(text, end, &unit, &end) || is_date_by_name(text, &number, unit, more))
		return false;
	*out = (struct span_of_time){ 0 };
	const bool more_behind = stands_at(text, end, "多");
	const int most = most_of(&number, more) + more_behind;
	const bool rounded = !more && !more_behind && !half && number.lo == number.hi;
	end += more_behind ? strlen("多") : 0;
	add_unit(out, unit, number.lo, most, rounded);
	if (half)
		add_unit(out, UNIT_DAY, unit == UNIT_WEEK ? 3 : 15, unit == UNIT_WEEK ? 4 : 15, 0);
	if (unit == UNIT_YEAR && stands_at(text, end, "半")) {
		out->months_lo += 6;
		out->months_hi += 6;
		end += strlen("半");
	}
	out->end = end;
	return most > 0 && out->days_hi + out->months_hi * 31 < SPAN_MOST;
}

struct direction {
	enum date_tag tag; /* TAG_AHEAD, TAG_BEHIND, or TAG_NONE */
	bool exact, below;
	bool few;    /* 离到期已经没三天了: ahead all the same */
	bool since;  /* 已经三个月了: the time has passed, even if 离 stands before */
	bool begins; /* nothing but such words stands before the span in its clause */
	struct subject_word of; /* found before the span, or none */
	size_t end;
};

/* Which way a span lies from the word before it; `joined`: it goes on from that word. */
static void direction_of_word(const struct subject_table *subjects, struct span text,
                              const struct subject_word *word, bool joined, struct direction *out)
{
	bool supposed;
	if (one_before(date_words_span_from, text, word->start)) {
		const bool passed =
		        out->tag == TAG_BEHIND || (out->tag == TAG_NONE && out->since && !out->few);
		out->tag = passed ? TAG_BEHIND : TAG_AHEAD;
	} else if (out->tag != TAG_AHEAD || word->subject->behind) {
		/* 有效期三年 is how long, 有效期到期三年 since when, 没过期三天 nonsense. */
		if (stands_before(text, word->end, "期") && !word->past && !joined &&
		    stands_at(text, word->last, "有效"))
			return;
		if (word->past && side_of(subjects, text, word, &supposed) == TAG_AHEAD)
			return;
		out->tag = TAG_BEHIND;
	}
	out->of = *word;
}

/*
 * 过期三天, 考完两年, 离到期已经三天; and 离到期还有三天, 离过期不到一个月, which lie ahead.
 */
static void direction_before(const struct subject_table *subjects, struct span text, size_t start,
                             struct direction *out)
{
	size_t at = start, length;
	bool joined = false; /* 到期了三天: the span goes on from the word */
	for (int i = 0; i < STRIPS_MOST; i++) {
		const struct subject_word word = subject_before(subjects, text, at);
		if (word.subject && !word.subject->weak) {
			direction_of_word(subjects, text, &word, joined, out);
			return;
		}
		const enum date_tag tag = tag_before(&subjects->before_span, text, at, &length);
		if (tag == TAG_NONE) {
			/* 交了三天了 says how long as well. */
			out->begins = (word.subject ? word.start : at) == clause_start(text, start);
			return;
		}
		joined = joined || tag == TAG_BEHIND ||
		         (tag == TAG_FILL && stands_before(text, at, "了"));
		out->exact = out->exact || tag == TAG_EXACT;
		out->since = out->since || tag == TAG_SINCE;
		/* 还不到三天: ahead, and fewer. */
		out->below = out->below || tag == TAG_BELOW || stands_before(text, at, "不到");
		out->few = out->few || out->below || stands_before(text, at, "没");
		if ((tag == TAG_AHEAD || tag == TAG_BEHIND) && out->tag == TAG_NONE)
			out->tag = tag;
		at -= length;
	}
}

/* 已经两年了, 半年了吧: a clause of its own tells how long it has been. */
static bool tells_how_long(struct span text, const struct direction *direction, size_t end)
{
	const bool over = stands_at(text, end, "了");
	const size_t rest = clause_end(text, end) - (over ? end + strlen("了") : end);
	return direction->begins && !direction->few && (over || direction->since) &&
	       rest <= PARTICLE_MOST;
}

/* 20天前, 20天后, 20天就到期; 25年到期 rather names a year (`strict`). */
static void direction_after(const struct subject_table *subjects, struct span text, size_t start,
                            size_t end, bool strict, struct direction *out)
{
	static const struct tag_table after = {
		{
		        { date_words_span_ahead_after, TAG_AHEAD },
		        { date_words_span_behind_after, TAG_BEHIND },
		        { date_words_span_between_after, TAG_FILL },
		},
		3,
	};
	size_t length = 0;
	if (end >= text.len)
		return;
	enum date_tag tag = tag_after(&after, text, end, &length);
	if (tag == TAG_FILL && end + length < text.len) {
		end += length;
		tag = tag_after(&after, text, end, &length);
	}
	/* 到期前三天, 提前三个月内: counted from another day. */
	if (one_before(date_words_span_elsewhere, text, start))
		return;
	if (tag == TAG_AHEAD || tag == TAG_BEHIND) {
		out->tag = tag;
		out->end = end + length;
		return;
	}
	const struct subject_word word = subject_at(subjects, text, end);
	if (!strict && word.subject && !word.past && word.subject->past)
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
	assert(direction->tag == TAG_AHEAD || direction->tag == TAG_BEHIND);
	if (direction->tag == TAG_AHEAD) {
		nearest = day_shift(months_later(today, months_lo), days_lo);
		farthest = day_shift(months_later(today, months_hi), days_hi);
		*out = (struct period){ .from = later_day(nearest, today),
			                .to = later_day(farthest, today) };
		return;
	}
	nearest = day_shift(months_later(today, -months_lo), -days_lo);
	farthest = day_shift(months_later(today, -months_hi), -days_hi);
	const struct day yesterday = day_shift(today, -1);
	*out = (struct period){
		.from = day_is_before(yesterday, farthest) ? yesterday : farthest,
		.to = day_is_before(yesterday, nearest) ? yesterday : nearest,
	};
}

bool elapsed_read(const struct subject_table *subjects, struct span text, size_t at,
                  struct day today, bool strict, struct period *out, struct subject_word *of)
{
	struct span_of_time time;
	if (!read_span(text, at, &time) || stands_before(text, at, "第"))
		return false;
	struct direction direction = { .end = time.end };
	direction_before(subjects, text, at, &direction);
	if (direction.tag == TAG_NONE)
		direction_after(subjects, text, at, time.end, strict, &direction);
	if (direction.tag == TAG_NONE && tells_how_long(text, &direction, time.end))
		direction.tag = TAG_BEHIND;
	if (direction.tag == TAG_NONE)
		return false;
	reckon(&time, &direction, today, out);
	out->end = direction.end;
	*of = direction.of;
	return true;
}
