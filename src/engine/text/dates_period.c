/* Days and periods that come round every month or year. */
#include "engine/text/dates_read.h"

#include <assert.h>

int month_length(int year, int month)
{
	int day = 31;
	assert(month >= 1 && month <= 12);
	while (!day_exists((struct day){ year, month, day }))
		day--;
	return day;
}

static struct day clip(struct day day)
{
	const int most = month_length(day.year, day.month);
	return (struct day){ day.year, day.month, day.day > most ? most : day.day };
}

struct day months_later(struct day day, int months)
{
	const int month = day.year * 12 + day.month - 1 + months;
	return clip((struct day){ month / 12, month % 12 + 1, day.day });
}

bool day_is_before(struct day a, struct day b)
{
	return day_number(a) < day_number(b);
}

struct day later_day(struct day a, struct day b)
{
	return day_is_before(a, b) ? b : a;
}

struct period period_of_days(int year, int month, int first, int last)
{
	return (struct period){ .from = { year, month, first },
		                .to = clip((struct day){ year, month, last }) };
}

struct period period_of_months(int year, int first, int last)
{
	return (struct period){ .from = { year, first, 1 },
		                .to = { year, last, month_length(year, last) } };
}

static struct period shifted(const struct period *period, int rounds)
{
	const int months = rounds * (period->cycle == CYCLE_YEAR ? 12 : 1);
	struct period moved = *period;
	moved.from = months_later(period->from, months);
	moved.to = months_later(period->to, months);
	/* The last day of a month stays the last one: 月底, 二月. */
	if (period->to.day == month_length(period->to.year, period->to.month) &&
	    day_number(period->from) != day_number(period->to))
		moved.to.day = month_length(moved.to.year, moved.to.month);
	return moved;
}

static bool is_far_nearer(int64_t days, int64_t other_days)
{
	return days * 4 <= other_days;
}

/*
 * Words that may be said of both the last time and the next one (TAG_EITHER), or rather of the last
 * (TAG_SINCE): the one that is far nearer, else both. An earlier time than that of the running
 * cycle is never taken alone without such a word: 25号过期, said on the 1st.
 */
static void choose_either(struct period *period, enum date_tag tense, struct day today)
{
	const int64_t now = day_number(today);
	const bool over = day_number(period->to) < now;
	if (!over && day_number(period->from) <= now)
		return;
	const struct period last = over ? *period : shifted(period, -1);
	const struct period next = over ? shifted(period, 1) : *period;
	const int64_t passed = now - day_number(last.to);
	const int64_t coming = day_number(next.from) - now;
	const bool comes = is_far_nearer(coming, passed);
	if (comes && tense == TAG_EITHER) {
		*period = next;
	} else if (!comes && (tense == TAG_SINCE || (over && is_far_nearer(passed, coming)))) {
		*period = last;
	} else {
		period->from = last.from;
		period->to = next.to;
	}
}

void period_choose_round(struct period *period, enum date_tag tense, struct day today)
{
	const int64_t now = day_number(today);
	/* 月底过期, 年初过期: of the running cycle. */
	if (tense == TAG_EITHER && (period->ending || period->this_one))
		tense = TAG_NONE;
	if (tense == TAG_SINCE && period->this_one)
		tense = TAG_BEHIND;
	if (period->cycle == CYCLE_NONE) {
		if (period->ending && tense != TAG_BEHIND && tense != TAG_SINCE &&
		    day_is_before(period->from, today) && !day_is_before(period->to, today))
			period->from = today;
		return;
	}
	if (period->this_one && tense == TAG_NONE)
		return;
	if (tense == TAG_SINCE || tense == TAG_EITHER) {
		choose_either(period, tense, today);
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
			period->from = later_day(period->from, today);
		return;
	}
	const int64_t passed = now - day_number(period->to);
	const int64_t coming = day_number(next.from) - now;
	if (tense == TAG_AHEAD || coming * 2 <= passed)
		*period = next;
	else if (passed * 2 > coming)
		period->to = next.to;
}
