/*
 * A code is split at its semicolons into sections, each a row of parts: literals, places of digits,
 * letters of a date. What a part is may hang on those beside it (m is a month or a minute, a comma
 * groups or divides), which is found once the section is whole.
 */
#include "office/exchange/number_format_code.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "office/exchange/exchange_text.h"

enum { CODE_BYTES_MOST = 768 }; /* 255 characters */

/* ------------------------------------------------------------------ parts of a code */

static bool skip_word(struct span *text, const char *word)
{
	if (text->len < strlen(word) || strncasecmp(text->ptr, word, strlen(word)) != 0)
		return false;
	*text = (struct span){ text->ptr + strlen(word), text->len - strlen(word) };
	return true;
}

static bool skip_one_word(struct span *text, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		if (skip_word(text, words[i]))
			return true;
	return false;
}

/* Takes the first bytes off the text. */
static struct span cut(struct span *text, size_t len)
{
	const struct span first = { text->ptr, len };

	*text = (struct span){ text->ptr + len, text->len - len };
	return first;
}

static struct span cut_character(struct span *text)
{
	size_t offset = 0;

	if (text->len > 0)
		(void)utf8_next(*text, &offset);
	return cut(text, offset);
}

static bool add(struct number_format *format, enum part_kind kind, struct span text)
{
	if (format->part_count == FORMAT_PARTS_MOST)
		return false;
	format->parts[format->part_count++] =
	        (struct part){ kind, (char)(text.len > 0 ? tolower((unsigned char)text.ptr[0]) : 0),
		               text };
	return true;
}

static bool take_quoted(struct number_format *format, struct span *code)
{
	const char *stop = memchr(code->ptr, '"', code->len);
	struct span text;

	if (!stop)
		return false;
	text = cut(code, (size_t)(stop - code->ptr));
	(void)cut(code, 1);
	return add(format, PART_TEXT, text);
}

/* >=100 */
static bool read_condition(struct section *section, struct span inner)
{
	static const struct {
		const char *text;
		unsigned takes;
	} operators[] = { { "<>", IS_BELOW | IS_ABOVE },
		          { "<=", IS_BELOW | IS_EQUAL },
		          { ">=", IS_ABOVE | IS_EQUAL },
		          { "<", IS_BELOW },
		          { ">", IS_ABOVE },
		          { "=", IS_EQUAL } };
	char *end;

	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
		if (text_skip(&inner, operators[i].text)) {
			section->takes = operators[i].takes;
			section->limit = strtod(inner.ptr, &end);
			return end > inner.ptr && end == inner.ptr + inner.len;
		}
	return false;
}

/* $¥-804: a sign of money and a place; $-F800 and $-F400: the date and time of the system. */
static bool take_place(struct number_format *format, struct section *section, struct span inner,
                       struct span *code)
{
	static const char *const dates[] = { "-F800", "-x-sysdate", NULL };
	static const char *const times[] = { "-F400", "-x-systime", NULL };
	static const char *const english[] = { "-409", "-809", "-en", NULL };
	const char *dash = memchr(inner.ptr, '-', inner.len);
	const struct span sign = cut(&inner, dash ? (size_t)(dash - inner.ptr) : inner.len);

	if (skip_one_word(&inner, dates)) {
		*code = span_of("yyyy年m月d日");
		return true;
	}
	if (skip_one_word(&inner, times)) {
		*code = span_of("h:mm:ss");
		return true;
	}
	section->foreign = inner.len > 0 && !skip_one_word(&inner, english);
	return add(format, PART_TEXT, sign);
}

static bool is_elapsed(struct span inner)
{
	const char letter = (char)(inner.len > 0 ? tolower((unsigned char)inner.ptr[0]) : 0);

	for (size_t i = 1; i < inner.len; i++)
		if (tolower((unsigned char)inner.ptr[i]) != letter)
			return false;
	return letter == 'h' || letter == 'm' || letter == 's';
}

/* What stands in [ ]. */
static bool take_bracket(struct number_format *format, struct section *section, struct span *code)
{
	static const char *const colours[] = { "red",    "black",   "blue",   "green", "white",
		                               "cyan",   "magenta", "yellow", "color", "红色",
		                               "黑色",   "蓝色",    "绿色",   "白色",  "青色",
		                               "洋红色", "黄色",    "颜色",   NULL };
	const char *stop = memchr(code->ptr, ']', code->len);
	struct span inner;

	if (!stop)
		return false;
	inner = cut(code, (size_t)(stop - code->ptr));
	(void)cut(code, 1);
	if (text_skip(&inner, "$"))
		return take_place(format, section, inner, code);
	if (is_elapsed(inner))
		return add(format, PART_ELAPSED, inner);
	if (skip_word(&inner, "DBNum1"))
		return section->numerals = true;
	return skip_one_word(&inner, colours) || read_condition(section, inner);
}

static bool take_letters(struct number_format *format, struct span *code)
{
	const int letter = tolower((unsigned char)code->ptr[0]);
	size_t len = 1;

	if (!strchr("ymdhsa", letter))
		return false;
	while (len < code->len && tolower((unsigned char)code->ptr[len]) == letter)
		len++;
	return add(format, PART_DATE, cut(code, len));
}

static bool take_sign(struct number_format *format, struct span *code)
{
	const char sign = code->ptr[0];
	const enum part_kind kind = strchr("0#?", sign) ? PART_DIGIT
	                            : sign == '.'       ? PART_POINT
	                            : sign == ','       ? PART_COMMA
	                            : sign == '%'       ? PART_PERCENT
	                            : sign == '/'       ? PART_SLASH
	                            : sign == '@'       ? PART_VALUE
	                                                : PART_TEXT;

	return add(format, kind, cut_character(code));
}

static bool take_part(struct number_format *format, struct section *section, struct span *code)
{
	static const char *const values[] = { "General", "G/通用格式", NULL };
	static const char *const halves[] = { "AM/PM", "A/P", "上午/下午", NULL };
	const char *start = code->ptr;

	if (skip_one_word(code, values))
		return add(format, PART_VALUE, (struct span){ start, 1 });
	if (skip_one_word(code, halves))
		return add(format, PART_HALF, (struct span){ start, (size_t)(code->ptr - start) });
	if (text_skip(code, "\""))
		return take_quoted(format, code);
	if (text_skip(code, "["))
		return take_bracket(format, section, code);
	if (text_skip(code, "\\") || text_skip(code, "!"))
		return add(format, PART_TEXT, cut_character(code));
	if (text_skip(code, "_")) { /* as wide as the character behind it */
		(void)cut_character(code);
		return add(format, PART_TEXT, span_of(" "));
	}
	if (text_skip(code, "*")) { /* fills the cell with it */
		(void)cut_character(code);
		return true;
	}
	return isalpha((unsigned char)*start) ? take_letters(format, code)
	                                      : take_sign(format, code);
}

/* ------------------------------------------------------------------ traits of a section */

/* m is a minute behind an hour and before a second. */
static void find_minutes(struct part *parts, size_t count)
{
	char before = 0;
	struct part *month = NULL;

	for (size_t i = 0; i < count; i++) {
		struct part *part = &parts[i];

		if (part->kind != PART_DATE && part->kind != PART_ELAPSED)
			continue;
		if (part->letter == 's' && month)
			month->letter = 'n';
		month = NULL;
		if (part->kind == PART_DATE && part->letter == 'm' && before == 'h')
			part->letter = 'n';
		else if (part->kind == PART_DATE && part->letter == 'm')
			month = part;
		before = part->letter;
	}
}

/* Behind the point of a second, zeros are its fraction; other signs are text. */
static bool find_fraction(struct section *section, struct part *parts)
{
	for (size_t i = 0; i < section->count; i++) {
		const bool behind_point =
		        i > 1 && parts[i - 1].kind == PART_POINT && parts[i - 2].letter == 's';

		if (parts[i].kind == PART_VALUE)
			return false;
		if (parts[i].kind != PART_DIGIT)
			continue;
		if (parts[i].letter != '0' ||
		    !(behind_point || (i > 0 && parts[i - 1].kind == PART_FRACTION)))
			return false;
		parts[i].kind = PART_FRACTION;
		section->fraction++;
	}
	return section->fraction <= 3;
}

static bool read_date(struct section *section, struct part *parts)
{
	find_minutes(parts, section->count);
	for (size_t i = 0; i < section->count; i++) {
		section->halved |= parts[i].kind == PART_HALF;
		section->timed |= parts[i].kind == PART_ELAPSED || parts[i].kind == PART_HALF ||
		                  (parts[i].kind == PART_DATE && strchr("hns", parts[i].letter));
	}
	return find_fraction(section, parts);
}

static void count_place(struct section *section, const struct part *part)
{
	if (section->pointed) {
		section->decimals++;
		section->decimals_least =
		        part->letter == '0' ? section->decimals : section->decimals_least;
	} else {
		section->whole++;
		section->whole_least += part->letter == '0' || section->whole_least > 0;
	}
}

/* Commas between places group the digits; right behind places, each divides by 1000. */
static void read_commas(struct section *section, struct part *parts)
{
	bool placed = false; /* a place before the point stands further right */

	for (size_t i = section->count; i-- > 0;) {
		size_t before = i;

		if (parts[i].kind == PART_DIGIT || parts[i].kind == PART_POINT)
			placed = parts[i].kind == PART_DIGIT;
		if (parts[i].kind != PART_COMMA)
			continue;
		while (before > 0 && parts[before].kind == PART_COMMA)
			before--;
		if (parts[before].kind != PART_DIGIT)
			parts[i].kind = PART_TEXT;
		else if (placed)
			section->grouped = true;
		else
			section->scale -= 3;
	}
}

static bool read_number(struct section *section, struct part *parts)
{
	read_commas(section, parts);
	for (size_t i = 0; i < section->count; i++) {
		const enum part_kind kind = parts[i].kind;

		if (kind == PART_HALF || (kind == PART_POINT && section->pointed) ||
		    (kind == PART_SLASH && section->whole > 0)) /* # ?/? */
			return false;
		if (kind == PART_DIGIT)
			count_place(section, &parts[i]);
		section->scale += kind == PART_PERCENT ? 2 : 0;
		section->pointed |= kind == PART_POINT;
	}
	return !section->numerals;
}

/* Reads up to the semicolon, and over it; *more: one was there. */
static bool read_section(struct number_format *format, struct span *code, bool *more)
{
	struct section *section = &format->sections[format->section_count++];
	struct part *parts = &format->parts[format->part_count];

	section->parts = parts;
	for (*more = false; code->len > 0 && !*more; *more = text_skip(code, ";"))
		if (*code->ptr != ';' && !take_part(format, section, code))
			return false;
	section->count = (size_t)(&format->parts[format->part_count] - parts);
	for (size_t i = 0; i < section->count; i++)
		section->dated |= parts[i].kind == PART_DATE || parts[i].kind == PART_ELAPSED;
	return section->dated ? read_date(section, parts) : read_number(section, parts);
}

/* Without conditions of their own, sections are for numbers above 0, below it, and other ones. */
static void share_out(struct section *sections, size_t count)
{
	if (count > 1 && !sections[0].takes) {
		sections[0].takes = count > 2 ? IS_ABOVE : IS_ABOVE | IS_EQUAL;
		sections[1].takes = sections[1].takes ? sections[1].takes : IS_BELOW;
	}
	if (count > 2 && !sections[1].takes)
		sections[1].takes = IS_BELOW;
	for (size_t i = 0; i < count; i++) {
		struct section *section = &sections[i];

		section->takes = section->takes ? section->takes : IS_BELOW | IS_EQUAL | IS_ABOVE;
		section->signless = (section->takes & IS_BELOW) && !(section->takes & IS_ABOVE) &&
		                    section->limit <= 0;
	}
}

/* The fourth section is for texts, or a last one with @. */
static bool has_text_section(const struct number_format *format)
{
	const struct section *last = &format->sections[format->section_count - 1];

	for (size_t i = 0; i < last->count; i++)
		if (last->parts[i].kind == PART_VALUE && last->parts[i].letter == '@')
			return true;
	return format->section_count == FORMAT_SECTIONS_MOST;
}

bool number_format_read(struct number_format *format)
{
	struct span code = { format->code, format->code_len };
	bool more = code.len > 0 && code.len <= CODE_BYTES_MOST;

	while (more && format->section_count < FORMAT_SECTIONS_MOST)
		if (!read_section(format, &code, &more))
			return false;
	if (format->section_count == 0 || more)
		return false;
	format->number_sections = format->section_count - (has_text_section(format) ? 1 : 0);
	share_out(format->sections, format->number_sections);
	return true;
}
