/*
 * How it works: the text becomes cells, one for each code point with a width, which fold digits,
 * letters and separators of any form. Wherever a run of digits or letters begins, the kinds are
 * tried in order, the surest and longest first (match_at()); scan_gather() collects the characters
 * of a number through blanks and hyphens. Check digits tell a sound number from a mistyped one.
 * What a match covers belongs to no other one.
 */
#include "engine/text/identify.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/day.h"
#include "base/utf8.h"
#include "engine/text/check_digit.h"
#include "engine/text/identify_scan.h"
#include "engine/text/normalise.h"
#include "engine/text/text_tables.h"

enum {
	INPUT_MOST = 1 << 20,
	INTRODUCED_MOST = 8, /* points between the words that announce a code and the code */
};

struct finds {
	struct identifier *items;
	size_t count, capacity;
};

const char *identifier_name(enum identifier_kind kind)
{
	switch (kind) {
	case IDENTIFIER_ID_NUMBER:
		return "id_number";
	case IDENTIFIER_ID_NUMBER_15:
		return "id_number_15";
	case IDENTIFIER_CREDIT_CODE:
		return "credit_code";
	case IDENTIFIER_ORGANISATION_CODE:
		return "organisation_code";
	case IDENTIFIER_CERTIFICATE_NUMBER:
		return "certificate_number";
	case IDENTIFIER_MOBILE:
		return "mobile";
	case IDENTIFIER_LANDLINE:
		return "landline";
	}
	return "unknown";
}

static unsigned number_of(const char *digits, size_t count)
{
	unsigned number = 0;

	for (size_t i = 0; i < count; i++)
		number = number * 10 + (unsigned)(digits[i] - '0');
	return number;
}

/* Parts of a number. */

static bool is_province(const char *digits)
{
	static const char provinces[] = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 "
	                                "45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91 ";

	for (const char *p = provinces; *p; p += 3)
		if (p[0] == digits[0] && p[1] == digits[1])
			return true;
	return false;
}

static bool is_date(unsigned year, unsigned month, unsigned day)
{
	return year >= 1800 && year <= 2099 &&
	       day_exists((struct day){ (int)year, (int)month, (int)day });
}

static bool takes_credit_code(char letter, size_t place)
{
	(void)place;
	return credit_code_value(letter) < 31;
}

/* GB 32100 has no I, O, S, V, Z, because people type them for 1, 0, 5, U, 2. */
static bool takes_mistyped_code(char letter, size_t place)
{
	return is_digit(letter) || (place >= 8 && is_upper(letter));
}

/* The kinds, each tried where a run of digits (or of letters and digits) begins. */

static void set_match(struct match *out, enum identifier_kind kind, enum identifier_fault fault,
                      size_t first, const struct gathered *g)
{
	out->kind = kind;
	out->fault = fault;
	out->first = first;
	out->end = g->end;
	memcpy(out->canonical, g->text, sizeof out->canonical);
}

static enum identifier_fault id_number_fault(const char *digits)
{
	struct span span = { digits, 18 };

	if (!is_date(number_of(digits + 6, 4), number_of(digits + 10, 2),
	             number_of(digits + 12, 2)))
		return IDENTIFIER_WRONG_DATE;
	return id_number_check(span) ? IDENTIFIER_SOUND : IDENTIFIER_WRONG_CHECK;
}

/* Whether the digits are a date but for a typing error. */
static bool is_date_shaped(const char *digits)
{
	unsigned century = number_of(digits, 2), month = number_of(digits + 4, 2),
	         day = number_of(digits + 6, 2);

	return century >= 18 && century <= 20 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* Digits in groups need a province and a date, because groups of digits may be anything. */
static bool match_id_number(const struct scan *s, size_t at, bool sound_only, struct match *out)
{
	struct gathered g;
	struct span code;
	enum identifier_fault fault;

	if (!scan_gather(s, at, 18, takes_id_number, &g) || !scan_is_free(s, at, g.end) ||
	    is_digit(scan_letter(s, g.end)))
		return false;
	if (g.text[17] == 'X' && is_alnum(scan_letter(s, g.end)))
		return false;
	fault = id_number_fault(g.text);
	if (sound_only && fault != IDENTIFIER_SOUND)
		return false;
	if (g.is_apart && (!is_province(g.text) || !is_date_shaped(g.text + 6)))
		return false;
	set_match(out, IDENTIFIER_ID_NUMBER, fault, at, &g);
	/* Older companies have a credit code without letters. */
	code.ptr = g.text;
	code.len = 18;
	if (fault == IDENTIFIER_WRONG_DATE && !g.is_apart && !id_number_check(code) &&
	    credit_code_check(code)) {
		out->kind = IDENTIFIER_CREDIT_CODE;
		out->fault = IDENTIFIER_SOUND;
	}
	return true;
}

static bool match_id_number_15(const struct scan *s, size_t at, struct match *out)
{
	struct gathered g;
	bool has_date;

	if (!scan_gather(s, at, 15, takes_digits, &g) || !scan_is_free(s, at, g.end) ||
	    is_digit(scan_letter(s, g.end)) || !is_province(g.text))
		return false;
	has_date = is_date(1900 + number_of(g.text + 6, 2), number_of(g.text + 8, 2),
	                   number_of(g.text + 10, 2));
	if (g.is_apart && !has_date)
		return false;
	set_match(out, IDENTIFIER_ID_NUMBER_15, has_date ? IDENTIFIER_SOUND : IDENTIFIER_WRONG_DATE,
	          at, &g);
	return true;
}

/* 91, 92 and 93 are companies, traders and cooperatives; then comes the region. */
static bool is_company(const char *code)
{
	return code[0] == '9' && code[1] >= '1' && code[1] <= '3' && is_province(code + 2);
}

static bool match_credit_code(const struct scan *s, size_t at, struct match *out)
{
	struct gathered g;
	struct span code;
	bool has_letter = false, has_region = true, is_sound;

	if (!scan_gather(s, at, 18, takes_credit_code, &g) &&
	    (!scan_gather(s, at, 18, takes_mistyped_code, &g) || g.is_apart || !is_company(g.text)))
		return false;
	if (!scan_is_free(s, at, g.end) || is_alnum(scan_letter(s, g.end)) || g.text[0] == '0')
		return false;
	for (size_t i = 0; i < 17; i++)
		has_letter = has_letter || is_upper(g.text[i]);
	has_letter = has_letter || (is_upper(g.text[17]) && g.text[17] != 'X');
	for (size_t i = 2; i < 8; i++)
		has_region = has_region && is_digit(g.text[i]);
	code.ptr = g.text;
	code.len = 18;
	is_sound = credit_code_check(code);
	if (!has_letter || (!has_region && !is_sound))
		return false;
	if (g.is_apart && !is_sound && !is_company(g.text))
		return false;
	set_match(out, IDENTIFIER_CREDIT_CODE, is_sound ? IDENTIFIER_SOUND : IDENTIFIER_WRONG_CHECK,
	          at, &g);
	return true;
}

/* Length of the country or trunk prefix before a mobile number: "0086", "86", "0". */
static size_t mobile_prefix(const struct scan *s, size_t at)
{
	size_t end = at;

	if (scan_letter(s, at) == '0' && scan_letter(s, at + 1) == '0')
		end += 2;
	if (scan_letter(s, end) == '8' && scan_letter(s, end + 1) == '6')
		return scan_skip_separator(s, end + 2) - at;
	return end == at && scan_letter(s, at) == '0' ? 1 : 0;
}

static bool match_mobile(const struct scan *s, size_t at, struct match *out)
{
	size_t prefix = mobile_prefix(s, at);
	size_t first = at;
	struct gathered g;

	if (!scan_gather(s, at + prefix, 11, takes_digits, &g) || is_digit(scan_letter(s, g.end)))
		return false;
	if (g.text[0] != '1' || g.text[1] < '3' || g.group < 3)
		return false;
	if (prefix > 1 && scan_letter_before(s, at) == '+')
		first--;
	if (!scan_is_free(s, first, g.end))
		return false;
	set_match(out, IDENTIFIER_MOBILE, IDENTIFIER_SOUND, first, &g);
	return true;
}

/* "0371", "(0371)", "010": the area's digits into `area`; the cell after it, or `at`. */
static size_t read_area(const struct scan *s, size_t at, char area[5])
{
	size_t length = scan_letter(s, at + 1) <= '2' ? 3 : 4; /* 010 and 02x are three long */

	if (scan_letter(s, at) != '0' || scan_letter(s, at + 1) == '0')
		return at;
	for (size_t i = 0; i < length; i++) {
		area[i] = scan_letter(s, at + i);
		if (!is_digit(area[i]))
			return at;
	}
	area[length] = '\0';
	return at + length;
}

static bool match_landline(const struct scan *s, size_t at, struct match *out)
{
	char area[5];
	size_t first = at, end = read_area(s, at, area), subscriber = end;
	struct gathered g;
	struct gathered whole = { .end = 0 };

	if (end == at)
		return false;
	if (scan_letter(s, end) == ')' && scan_letter_before(s, at) == '(') {
		first--;
		subscriber++;
	}
	subscriber = scan_skip_separator(s, subscriber);
	if (!scan_gather(s, subscriber, 8, takes_digits, &g) || is_digit(scan_letter(s, g.end))) {
		if (!scan_gather(s, subscriber, 7, takes_digits, &g) ||
		    is_digit(scan_letter(s, g.end)))
			return false;
	}
	if (!scan_is_free(s, first, g.end) || g.group < 3)
		return false;
	memcpy(whole.text, area, strlen(area));
	memcpy(whole.text + strlen(area), g.text, strlen(g.text));
	whole.end = g.end;
	set_match(out, IDENTIFIER_LANDLINE, IDENTIFIER_SOUND, first, &whole);
	return true;
}

/* Whether the words precede the cell, with no letter or digit in between. */
static bool is_introduced(const struct scan *s, size_t at, const uint32_t *words, size_t length)
{
	for (size_t gap = 0; gap <= INTRODUCED_MOST && gap + length <= at; gap++) {
		size_t start = at - gap - length, same = 0;

		while (same < length && s->cells[start + same].point == words[same])
			same++;
		if (same == length)
			return true;
		if (is_alnum(scan_letter_before(s, at - gap)))
			return false;
	}
	return false;
}

static bool is_qq_number(const struct scan *s, size_t at)
{
	static const uint32_t group[] = { 0x7FA4 }; /* 群 */
	size_t gap = 0;

	if (is_introduced(s, at, group, 1))
		return true;
	while (gap < INTRODUCED_MOST && gap < at && !is_alnum(scan_letter_before(s, at - gap)))
		gap++;
	return at >= gap + 2 && scan_letter_before(s, at - gap) == 'Q' &&
	       scan_letter_before(s, at - gap - 1) == 'Q';
}

/* One in eleven numbers of nine digits fits by chance, so other signs must agree. */
static bool match_organisation_code(const struct scan *s, size_t at, struct match *out)
{
	static const uint32_t words[] = { 0x673A, 0x6784, 0x4EE3, 0x7801 }; /* 机构代码 */
	struct gathered g = { .end = at };
	struct span code = { g.text, 9 };
	size_t digits = 0;
	bool introduced, is_sound;

	for (size_t i = 0; i < 9; i++) {
		char letter;

		if (i == 8 && scan_letter(s, g.end) == '-')
			g.end++;
		letter = scan_letter(s, g.end++);
		if (i < 8 ? !is_alnum(letter) : !is_digit(letter) && letter != 'X')
			return false;
		g.text[i] = letter;
		digits += is_digit(letter) ? 1 : 0;
	}
	if (is_alnum(scan_letter(s, g.end)) || !scan_is_free(s, at, g.end))
		return false;
	is_sound = organisation_code_check(code);
	introduced = is_introduced(s, at, words, 4);
	if (!introduced && (!is_sound || digits < 4 || is_qq_number(s, at)))
		return false;
	set_match(out, IDENTIFIER_ORGANISATION_CODE,
	          is_sound ? IDENTIFIER_SOUND : IDENTIFIER_WRONG_CHECK, at, &g);
	return true;
}

/* The scanner. */

/* Whether an identifier may begin here: most cells are Han and have no letter. */
static bool may_match_at(const struct scan *s, size_t at)
{
	const struct cell *cell = &s->cells[at];

	return cell->letter ? is_alnum(cell->letter) : cell->point == JIAN;
}

/* The order matters: sure kinds before likely ones, long ones before short ones. */
static bool match_at(const struct scan *s, size_t at, struct match *out)
{
	char letter = scan_letter(s, at), before = scan_letter_before(s, at);

	if (scan_point(s, at) == JIAN)
		return match_certificate_number(s, at, out);
	if (!is_alnum(before) && match_credit_code(s, at, out))
		return true;
	if (is_digit(letter) && !is_digit(before) &&
	    (match_id_number(s, at, true, out) || match_mobile(s, at, out) ||
	     match_id_number(s, at, false, out) || match_id_number_15(s, at, out) ||
	     match_landline(s, at, out)))
		return true;
	return !is_alnum(before) && match_organisation_code(s, at, out);
}

static enum status add_find(const struct scan *s, struct finds *finds, const struct match *match)
{
	const struct cell *last = &s->cells[match->end - 1];
	struct identifier *item;

	assert(match->first < match->end && match->end <= s->count);

	if (finds->count == finds->capacity) {
		size_t capacity = finds->capacity == 0 ? 4 : finds->capacity * 2;
		struct identifier *items = arena_array(s->arena, capacity, sizeof *items);

		if (!items)
			return STATUS_NO_MEMORY;
		if (finds->count > 0)
			memcpy(items, finds->items, finds->count * sizeof *items);
		finds->items = items;
		finds->capacity = capacity;
	}
	item = &finds->items[finds->count];
	item->kind = match->kind;
	item->fault = match->fault;
	item->start = s->cells[match->first].start;
	item->end = last->start + utf8_size(last->point);
	item->value.ptr = s->text.ptr + item->start;
	item->value.len = item->end - item->start;
	item->canonical = arena_copy(s->arena, span_of(match->canonical));
	if (!item->canonical)
		return STATUS_NO_MEMORY;
	finds->count++;
	return STATUS_OK;
}

enum status identify(struct span text, struct arena *arena, struct identifier_list *out)
{
	struct scan scan;
	struct finds finds = { .count = 0 };
	enum status status;
	size_t floor = 0; /* cells before it belong to what was found */

	memset(out, 0, sizeof *out);
	if (text.len > INPUT_MOST)
		return STATUS_LIMIT;
	status = scan_make(&scan, text, arena);
	for (size_t at = 0; status == STATUS_OK && at < scan.count; at++) {
		if (at < floor || !may_match_at(&scan, at))
			continue;
		struct match match = { .first = 0 };

		if (!match_at(&scan, at, &match) || match.first < floor)
			continue;
		status = add_find(&scan, &finds, &match);
		floor = match.end;
	}
	if (status != STATUS_OK)
		return status;
	out->items = finds.items;
	out->count = finds.count;
	return STATUS_OK;
}

/* Masking. */

static void mask_middle(const char *canonical, struct buf *out)
{
	size_t length = strlen(canonical);
	size_t head = length > 10 ? 3 : 2, tail = length > 10 ? 2 : 1;

	buf_append(out, canonical, head);
	for (size_t i = head + tail; i < length; i++)
		buf_append_char(out, '*');
	buf_append(out, canonical + length - tail, tail);
}

/* Keeps the kind (豫建安B) and the brackets of a certificate number: questions are about them. */
static void mask_certificate_number(const struct identifier *item, struct buf *out)
{
	const char *serial = strchr(item->canonical, ')') + 1;
	size_t shown = strlen(serial) > 4 ? 2 : 0;
	size_t hidden = 4 + strlen(serial) - shown;
	size_t at = 0, digits = 0;
	size_t level = is_digit(strchr(item->canonical, '(')[-1]) ? 1 : 0;

	while (at < item->value.len) {
		size_t start = at;
		uint32_t point = utf8_next(item->value, &at);
		char letter = scan_fold(point);

		if (is_digit(letter)) {
			digits++;
			if (digits > level && digits <= level + hidden)
				buf_append_char(out, '*');
			else
				buf_append_char(out, letter);
		} else if (letter != ' ' && text_entry_length(text_entry_of(point)) != 0) {
			buf_append(out, item->value.ptr + start, at - start);
		}
	}
}

void mask(struct span text, const struct identifier_list *found, struct buf *out)
{
	size_t at = 0;

	for (size_t i = 0; i < found->count; i++) {
		const struct identifier *item = &found->items[i];

		buf_append(out, text.ptr + at, item->start - at);
		if (item->kind == IDENTIFIER_CERTIFICATE_NUMBER)
			mask_certificate_number(item, out);
		else
			mask_middle(item->canonical, out);
		at = item->end;
	}
	buf_append(out, text.ptr + at, text.len - at);
}
