#include "office/handover/hours.h"

#include <stdio.h>
#include <string.h>

enum { DAY_MINUTES = 24 * 60, CHINA_MS = 8 * 3600000, MINUTE_MS = 60000, DAY_DIGITS = 2 };

static void skip_blanks(const char **at)
{
	*at += strspn(*at, " \t");
}

static bool take(const char **at, char c)
{
	skip_blanks(at);
	if (**at != c)
		return false;
	++*at;
	return true;
}

/* At most two digits. */
static bool take_number(const char **at, int most, int *out)
{
	size_t count;

	skip_blanks(at);
	count = strspn(*at, "0123456789");
	if (count == 0 || count > DAY_DIGITS)
		return false;
	*out = 0;
	for (size_t i = 0; i < count; i++)
		*out = *out * 10 + (*(*at)++ - '0');
	return *out <= most;
}

static bool take_time(const char **at, int *out)
{
	int hour, minute;

	if (!take_number(at, 24, &hour) || !take(at, ':') || !take_number(at, 59, &minute))
		return false;
	*out = hour * 60 + minute;
	return *out <= DAY_MINUTES;
}

static void tell(struct hours *hours, const char *text)
{
	const size_t len = strlen(hours->text);

	snprintf(hours->text + len, sizeof(hours->text) - len, "%s", text);
}

static void tell_days(struct hours *hours, int from, int to)
{
	static const char *const names[] = {
		"周一", "周二", "周三", "周四", "周五", "周六", "周日"
	};

	if (hours->text[0])
		tell(hours, "；");
	tell(hours, names[from - 1]);
	if (to > from) {
		tell(hours, to > from + 1 ? "至" : "、");
		tell(hours, names[to - 1]);
	}
}

static void tell_times(struct hours *hours, const struct hours_span *span, bool first)
{
	char text[32];

	snprintf(text, sizeof(text), "%s%d:%02d-%d:%02d", first ? " " : "、", span->from / 60,
	         span->from % 60, span->to / 60, span->to % 60);
	tell(hours, text);
}

static bool add(struct hours *hours, int from, int to, struct hours_span span)
{
	for (span.day = from; span.day <= to; span.day++) {
		if (hours->count == HOURS_SPANS_MOST)
			return false;
		hours->spans[hours->count++] = span;
	}
	return true;
}

static bool read_group(const char **at, struct hours *out)
{
	struct hours_span span;
	bool first = true;
	int from, to;

	if (!take_number(at, 7, &from) || from < 1)
		return false;
	to = from;
	if (take(at, '-') && (!take_number(at, 7, &to) || to < from))
		return false;
	tell_days(out, from, to);
	do {
		if (!take_time(at, &span.from) || !take(at, '-') || !take_time(at, &span.to) ||
		    span.to <= span.from || !add(out, from, to, span))
			return false;
		tell_times(out, &span, first);
		first = false;
	} while (take(at, ','));
	return true;
}

bool hours_read(const char *text, struct hours *out)
{
	*out = (struct hours){ .count = 0 };
	skip_blanks(&text);
	if (!*text)
		return true;
	do {
		if (!read_group(&text, out))
			return false;
	} while (take(&text, ';'));
	skip_blanks(&text);
	return !*text;
}

bool hours_open(const struct hours *hours, int64_t wall_ms)
{
	const int64_t minutes = (wall_ms + CHINA_MS) / MINUTE_MS;
	const int minute = (int)(minutes % DAY_MINUTES);
	/* 1970 began with a Thursday. */
	const int day = (int)((minutes / DAY_MINUTES + 3) % 7) + 1;

	for (size_t i = 0; i < hours->count; i++) {
		const struct hours_span *span = &hours->spans[i];

		if (span->day == day && minute >= span->from && minute < span->to)
			return true;
	}
	return hours->count == 0;
}
