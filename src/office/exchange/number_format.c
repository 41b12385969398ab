/*
 * A value chooses a section of the code, and the section is printed part by part: digits of the
 * rounded decimal into their places, or parts of the day and time that the number counts.
 */
#include "office/exchange/number_format.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "office/exchange/decimal.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/number_format_code.h"

enum {
	SHOWN_BYTES_MOST = 64 << 10,
	FALSE_DAY = 60, /* 29 February 1900, which Excel counts; there was none */
	DAYS_FROM_1904 = 1462,
	DAYS_MOST = 2958466, /* up to 9999-12-31 */
	DAY_SECONDS = 86400,
	DAY_TICKS = DAY_SECONDS * 1000,
};

enum status number_format_create(struct number_format **out, struct span code)
{
	struct number_format *format = calloc(1, sizeof(*format) + code.len + 1);

	*out = format;
	if (!format)
		return STATUS_NO_MEMORY;
	memcpy(format->code, code.ptr, code.len);
	format->code_len = code.len;
	format->understood = number_format_read(format);
	return STATUS_OK;
}

void number_format_destroy(struct number_format *format)
{
	free(format);
}

struct span number_format_code(const struct number_format *format)
{
	return (struct span){ format->code, format->code_len };
}

/* ------------------------------------------------------------------ numbers */

/* One place; # shows no zeros outside of the number, ? shows blanks there. */
static void append_place(const struct section *section, const struct decimal *decimal, char letter,
                         int place, struct buf *out)
{
	const int whole = decimal_whole(decimal), decimals = decimal_places(decimal);
	const int first = whole > section->whole_least ? whole : section->whole_least;
	const int last = decimals > section->decimals_least ? decimals : section->decimals_least;

	if (place < first && place >= -last) {
		buf_append_char(out, decimal_digit(decimal, place));
		if (section->grouped && place > 0 && place % 3 == 0)
			buf_append_char(out, ',');
	} else if (letter == '?') {
		buf_append_char(out, ' ');
	}
}

/* The places from `from` down to `place`; the first one of a section has all digits before it. */
static void append_places(const struct section *section, const struct decimal *decimal, char letter,
                          int from, int place, struct buf *out)
{
	for (; from > place; from--)
		append_place(section, decimal, '#', from, out);
	append_place(section, decimal, letter, place, out);
}

static void show_number(const struct section *section, struct decimal decimal, struct buf *out)
{
	const struct decimal all = decimal;
	int place = section->whole, highest;

	decimal.point += decimal.count > 0 ? section->scale : 0;
	decimal_round(&decimal, section->decimals);
	highest = decimal_whole(&decimal) - 1;
	for (size_t i = 0; i < section->count; i++) {
		const struct part *part = &section->parts[i];

		if (part->kind == PART_DIGIT) {
			const bool is_first = place-- == section->whole && section->whole > 0;

			append_places(section, &decimal, part->letter, is_first ? highest : place,
			              place, out);
		} else if (part->kind == PART_VALUE) {
			decimal_append_general(all, out);
		} else if (part->kind != PART_COMMA) {
			if (part->kind == PART_POINT && section->whole == 0 && decimal.point > 0)
				append_places(section, &decimal, '#', highest, 0, out);
			buf_append(out, part->text.ptr, part->text.len);
		}
	}
}

/* ------------------------------------------------------------------ dates and times */

struct moment {
	struct day day;
	int weekday;     /* 0: Sunday */
	int64_t seconds; /* since the first day */
	int hour, minute, second, thousandths;
};

/* Days from 1 are 1900-01-01 and so on, and one of them there was not; 0 is the day before. */
static struct day day_of(int64_t days)
{
	if (days == 0)
		return (struct day){ 1900, 1, 0 };
	if (days == FALSE_DAY)
		return (struct day){ 1900, 2, 29 };
	return day_shift((struct day){ 1899, 12, days < FALSE_DAY ? 31 : 30 }, days);
}

/* 23:59:59.9999 is midnight for a format that shows seconds. */
static struct moment moment_of(const struct section *section, double number, bool from_1904)
{
	static const int units[] = { 1000, 100, 10, 1 };
	const int unit = section->timed ? units[section->fraction] : 1;
	const int64_t ticks = (llround(number * DAY_TICKS) + unit / 2) / unit * unit;
	const int64_t days = ticks / DAY_TICKS + (from_1904 ? DAYS_FROM_1904 : 0);
	const int seconds = (int)(ticks % DAY_TICKS / 1000);

	return (struct moment){ .day = day_of(days),
		                .weekday = (int)((days + 6) % 7),
		                .seconds = ticks / 1000,
		                .hour = seconds / 3600,
		                .minute = seconds / 60 % 60,
		                .second = seconds % 60,
		                .thousandths = (int)(ticks % 1000) };
}

/* 0 to 99 as 三十一. */
static void append_numeral(int number, struct buf *out)
{
	static const char *const digits[] = { "〇", "一", "二", "三", "四",
		                              "五", "六", "七", "八", "九" };

	if (number >= 20)
		buf_append_text(out, digits[number / 10]);
	if (number >= 10)
		buf_append_text(out, "十");
	if (number % 10 > 0 || number == 0)
		buf_append_text(out, digits[number % 10]);
}

static void append_year(int year, size_t len, bool numerals, struct buf *out)
{
	char digits[16];

	snprintf(digits, sizeof(digits), len <= 2 ? "%02d" : "%04d", len <= 2 ? year % 100 : year);
	if (!numerals)
		buf_append_text(out, digits);
	for (const char *at = digits; numerals && *at; at++)
		append_numeral(*at - '0', out);
}

/* 三, 星期三, Wed, Wednesday, Mar, March, M; false where the letters are no such name. */
static bool append_name(const struct part *part, const struct moment *moment, struct buf *out)
{
	static const char *const chinese[] = { "日", "一", "二", "三", "四", "五", "六" };
	static const char *const days[] = { "Sunday",   "Monday", "Tuesday", "Wednesday",
		                            "Thursday", "Friday", "Saturday" };
	static const char *const months[] = { "January",   "February", "March",    "April",
		                              "May",       "June",     "July",     "August",
		                              "September", "October",  "November", "December" };
	const size_t len = part->text.len;
	const char *name =
	        part->letter == 'd' ? days[moment->weekday] : months[moment->day.month - 1];

	if (part->letter == 'a') {
		BUF_JOIN(out, len == 4 ? "星期" : "", chinese[moment->weekday]);
		return len == 3 || len == 4;
	}
	if (len == 4)
		buf_append_text(out, name);
	else
		buf_append(out, name, len == 3 ? 3 : 1);
	return strchr("dm", part->letter) && len <= (part->letter == 'm' ? 5 : 4);
}

static int value_of(const struct section *section, char letter, const struct moment *moment)
{
	switch (letter) {
	case 'm':
		return moment->day.month;
	case 'd':
		return moment->day.day;
	case 'h':
		return section->halved ? (moment->hour + 11) % 12 + 1 : moment->hour;
	case 'n':
		return moment->minute;
	default:
		return moment->second;
	}
}

static bool append_date_part(const struct section *section, const struct part *part,
                             const struct moment *moment, struct buf *out)
{
	const size_t len = part->text.len;

	if (part->letter == 'y') {
		append_year(moment->day.year, len, section->numerals, out);
		return len <= 4;
	}
	if (part->letter == 'a' || len > 2)
		return (part->letter == 'a' || !section->foreign) && append_name(part, moment, out);
	if (section->numerals)
		append_numeral(value_of(section, part->letter, moment), out);
	else
		buf_append_format(out, len == 1 ? "%d" : "%02d",
		                  value_of(section, part->letter, moment));
	return true;
}

static void append_elapsed(const struct part *part, const struct moment *moment, struct buf *out)
{
	const int unit = part->letter == 'h' ? 3600 : part->letter == 'm' ? 60 : 1;

	buf_append_format(out, "%0*lld", (int)part->text.len, (long long)(moment->seconds / unit));
}

/* The texts of mornings and afternoons stand on both sides of the slash. */
static void append_half(struct span text, bool before_noon, struct buf *out)
{
	const char *slash = memchr(text.ptr, '/', text.len);
	size_t first;

	assert(slash);
	first = (size_t)(slash - text.ptr);
	if (before_noon)
		buf_append(out, text.ptr, first);
	else
		buf_append(out, text.ptr + first + 1, text.len - first - 1);
}

static bool show_moment(const struct section *section, double number, bool from_1904,
                        struct buf *out)
{
	static const int units[] = { 100, 10, 1 };
	struct moment moment;
	size_t fraction = 0;

	if (number < 0 || number >= DAYS_MOST - (from_1904 ? DAYS_FROM_1904 : 0))
		return false;
	moment = moment_of(section, number, from_1904);
	for (size_t i = 0; i < section->count; i++) {
		const struct part *part = &section->parts[i];

		if (part->kind == PART_DATE) {
			if (!append_date_part(section, part, &moment, out))
				return false;
		} else if (part->kind == PART_ELAPSED) {
			append_elapsed(part, &moment, out);
		} else if (part->kind == PART_HALF) {
			append_half(part->text, moment.hour < 12, out);
		} else if (part->kind == PART_FRACTION) {
			buf_append_format(out, "%d", moment.thousandths / units[fraction++] % 10);
		} else {
			buf_append(out, part->text.ptr, part->text.len);
		}
	}
	return true;
}

/* ------------------------------------------------------------------ a value */

/* The first section that takes the number; NULL: none does. */
static const struct section *choose(const struct number_format *format, double number)
{
	for (size_t i = 0; i < format->number_sections; i++) {
		const struct section *section = &format->sections[i];
		const unsigned is = number < section->limit   ? IS_BELOW
		                    : number > section->limit ? IS_ABOVE
		                                              : IS_EQUAL;

		if (section->takes & is)
			return section;
	}
	return NULL;
}

/* Appends the text, which a failed show_…() left half made unless `shown`. */
static enum number_shown end_text(struct buf *text, bool shown, struct buf *out)
{
	const struct span trimmed = text_trim(buf_span(text));
	const enum number_shown result = !shown || buf_status(text) != STATUS_OK ? NUMBER_UNKNOWN
	                                 : trimmed.len == 0                      ? NUMBER_HIDDEN
	                                                                         : NUMBER_SHOWN;

	if (result == NUMBER_SHOWN)
		buf_append(out, trimmed.ptr, trimmed.len);
	buf_deinit(text);
	return result;
}

static bool read_value(struct span number, double *out)
{
	char text[64], *end;

	if (number.len == 0 || number.len >= sizeof(text))
		return false;
	snprintf(text, sizeof(text), "%.*s", SPAN_ARGS(number));
	*out = strtod(text, &end);
	return strspn(text, "0123456789+-.eE") == number.len && !*end && isfinite(*out);
}

/* Of a number; a format for texts alone shows numbers as General does. */
static bool show(const struct number_format *format, double number, struct decimal decimal,
                 bool from_1904, struct buf *out)
{
	const struct section *section = choose(format, number);

	if (!section && format->number_sections > 0)
		return false;
	if (number < 0 && !(section && section->signless))
		buf_append_char(out, '-');
	if (section && section->dated)
		return show_moment(section, number, from_1904, out);
	if (section)
		show_number(section, decimal, out);
	else
		decimal_append_general(decimal, out);
	return true;
}

enum number_shown number_format_show(const struct number_format *format, struct span number,
                                     bool from_1904, struct buf *out)
{
	struct decimal decimal;
	enum number_shown shown;
	struct buf text;
	double value;

	if (!format->understood || !read_value(number, &value))
		return NUMBER_UNKNOWN;
	decimal = decimal_of(fabs(value), number);
	buf_init(&text, SHOWN_BYTES_MOST);
	shown = end_text(&text, show(format, value, decimal, from_1904, &text), out);
	return shown == NUMBER_SHOWN && decimal.point > DECIMAL_DIGITS ? NUMBER_LONG : shown;
}

enum number_shown number_format_show_text(const struct number_format *format, struct span text,
                                          struct buf *out)
{
	const struct section *section = &format->sections[format->number_sections];
	struct buf shown;

	if (!format->understood || format->number_sections == format->section_count) {
		buf_append(out, text.ptr, text.len);
		return NUMBER_SHOWN;
	}
	buf_init(&shown, (text.len + SHOWN_BYTES_MOST) * (section->count + 1));
	for (size_t i = 0; i < section->count; i++) {
		const struct part *part = &section->parts[i];
		const struct span piece = part->kind == PART_VALUE ? text : part->text;

		buf_append(&shown, piece.ptr, piece.len);
	}
	return end_text(&shown, true, out);
}
