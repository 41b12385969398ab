/*
 * How it works: the text becomes cells, one for each code point with a width, which fold digits,
 * letters and separators of any form. Wherever a run of digits or letters begins, the kinds are
 * tried in order, the surest and longest first (match_at()); gather() collects the characters of a
 * number through blanks and hyphens. Check digits tell a sound number from a mistyped one. What a
 * match covers belongs to no other one.
 */
#include "engine/text/identify.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/day.h"
#include "base/utf8.h"
#include "engine/text/check_digit.h"
#include "engine/text/normalise.h"
#include "engine/text/text_tables.h"

enum {
	INPUT_MOST = 1 << 20,
	SEPARATOR_MOST = 3,  /* "138 - 0000": blanks and hyphens between two groups of digits */
	INTRODUCED_MOST = 8, /* points between the words that announce a code and the code */
	SERIAL_LEAST = 3,
	SERIAL_USUAL = 7, /* digits after the year in a certificate number */
	SERIAL_MOST = 20,
	CANONICAL_MOST = 64,
	STARS_LEAST = 3, /* in a row, in what mask() writes */
	STARS_MOST = 24,
};

enum {
	JIAN = 0x5EFA,
	AN = 0x5B89,
	TIMES_SIGN = 0xD7,
};

/* A code point of the text as typed; those without a width are left out. */
struct cell {
	uint32_t start; /* byte offset */
	uint32_t point;
	char letter; /* 0-9 A-Z of any width, ' ', other ASCII as the normaliser has it; 0 = none */
};

struct scan {
	struct span text;
	struct arena *arena;
	const struct cell *cells;
	size_t count;
};

/* An identifier in cells [first, end). */
struct match {
	enum identifier_kind kind;
	enum identifier_fault fault;
	size_t first, end;
	char canonical[CANONICAL_MOST];
};

struct finds {
	struct identifier *items;
	size_t count, capacity;
};

/* The result of gather(). */
struct gathered {
	char text[CANONICAL_MOST];
	size_t end;    /* cell after the last one */
	bool is_apart; /* in groups with separators between them */
	size_t group;  /* length of the first group */
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

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_alnum(char c)
{
	return is_digit(c) || is_upper(c);
}

static char to_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
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

static char letter_at(const struct scan *s, size_t at)
{
	return at < s->count ? s->cells[at].letter : 0;
}

static char letter_before(const struct scan *s, size_t at)
{
	return at > 0 ? s->cells[at - 1].letter : 0;
}

static uint32_t point_at(const struct scan *s, size_t at)
{
	return at < s->count ? s->cells[at].point : 0;
}

static size_t skip_separator(const struct scan *s, size_t at)
{
	size_t end = at;

	while (end - at < SEPARATOR_MOST && (letter_at(s, end) == ' ' || letter_at(s, end) == '-'))
		end++;
	return end;
}

static size_t skip_blanks(const struct scan *s, size_t at)
{
	size_t end = at;

	while (end - at < SEPARATOR_MOST && letter_at(s, end) == ' ')
		end++;
	return end;
}

/* Whether mask() may leave this beside its stars: letter, digit, bracket, hyphen, 安. */
static bool is_beside_stars(const struct scan *s, size_t at)
{
	char letter = letter_at(s, at);

	return is_alnum(letter) || (letter && strchr("()[]<>{}-", letter)) || point_at(s, at) == AN;
}

/*
 * What a mask leaves ("410***17") is never part of an identifier, so a masked text has none. Stars
 * for another purpose ("**13800000017**") do not hide one.
 */
static bool is_free(const struct scan *s, size_t first, size_t end)
{
	size_t stars = 0;

	/* "M01***8Q1": an identifier might take the 1, or the M with what precedes it. */
	if (is_alnum(letter_before(s, first)))
		first--;
	for (size_t i = 0; i < 2 && is_alnum(letter_at(s, end)); i++)
		end++;
	while (stars < STARS_MOST && stars < first && letter_before(s, first - stars) == '*')
		stars++;
	if (stars >= STARS_LEAST && stars < first && is_beside_stars(s, first - stars - 1))
		return false;
	stars = 0;
	while (stars < STARS_MOST && letter_at(s, end + stars) == '*')
		stars++;
	return stars < STARS_LEAST || !is_beside_stars(s, end + stars);
}

/* Whether gather() takes the character at a place. */
typedef bool take_rule(char letter, size_t place);

static bool takes_digits(char letter, size_t place)
{
	(void)place;
	return is_digit(letter);
}

static bool takes_id_number(char letter, size_t place)
{
	return is_digit(letter) || (place == 17 && letter == 'X');
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

/* Collects `count` characters from `at`; false if others or the end come first. */
static bool gather(const struct scan *s, size_t at, size_t count, take_rule *takes,
                   struct gathered *out)
{
	size_t n = 0;

	memset(out, 0, sizeof *out);
	while (n < count) {
		char letter = letter_at(s, at);
		size_t next;

		if (takes == takes_id_number && n == 17 && point_at(s, at) == TIMES_SIGN)
			letter = 'X';
		if (takes(letter, n)) {
			out->text[n++] = letter;
			at++;
			continue;
		}
		next = skip_separator(s, at);
		if (n == 0 || next == at || !takes(letter_at(s, next), n))
			return false;
		if (!out->is_apart)
			out->group = n;
		out->is_apart = true;
		at = next;
	}
	if (!out->is_apart)
		out->group = n;
	out->end = at;
	return true;
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

	if (!gather(s, at, 18, takes_id_number, &g) || !is_free(s, at, g.end) ||
	    is_digit(letter_at(s, g.end)))
		return false;
	if (g.text[17] == 'X' && is_alnum(letter_at(s, g.end)))
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

	if (!gather(s, at, 15, takes_digits, &g) || !is_free(s, at, g.end) ||
	    is_digit(letter_at(s, g.end)) || !is_province(g.text))
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

	if (!gather(s, at, 18, takes_credit_code, &g) &&
	    (!gather(s, at, 18, takes_mistyped_code, &g) || g.is_apart || !is_company(g.text)))
		return false;
	if (!is_free(s, at, g.end) || is_alnum(letter_at(s, g.end)) || g.text[0] == '0')
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

	if (letter_at(s, at) == '0' && letter_at(s, at + 1) == '0')
		end += 2;
	if (letter_at(s, end) == '8' && letter_at(s, end + 1) == '6')
		return skip_separator(s, end + 2) - at;
	return end == at && letter_at(s, at) == '0' ? 1 : 0;
}

static bool match_mobile(const struct scan *s, size_t at, struct match *out)
{
	size_t prefix = mobile_prefix(s, at);
	size_t first = at;
	struct gathered g;

	if (!gather(s, at + prefix, 11, takes_digits, &g) || is_digit(letter_at(s, g.end)))
		return false;
	if (g.text[0] != '1' || g.text[1] < '3' || g.group < 3)
		return false;
	if (prefix > 1 && letter_before(s, at) == '+')
		first--;
	if (!is_free(s, first, g.end))
		return false;
	set_match(out, IDENTIFIER_MOBILE, IDENTIFIER_SOUND, first, &g);
	return true;
}

/* "0371", "(0371)", "010": the area's digits into `area`; the cell after it, or `at`. */
static size_t read_area(const struct scan *s, size_t at, char area[5])
{
	size_t length = letter_at(s, at + 1) <= '2' ? 3 : 4; /* 010 and 02x are three long */

	if (letter_at(s, at) != '0' || letter_at(s, at + 1) == '0')
		return at;
	for (size_t i = 0; i < length; i++) {
		area[i] = letter_at(s, at + i);
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
	if (letter_at(s, end) == ')' && letter_before(s, at) == '(') {
		first--;
		subscriber++;
	}
	subscriber = skip_separator(s, subscriber);
	if (!gather(s, subscriber, 8, takes_digits, &g) || is_digit(letter_at(s, g.end))) {
		if (!gather(s, subscriber, 7, takes_digits, &g) || is_digit(letter_at(s, g.end)))
			return false;
	}
	if (!is_free(s, first, g.end) || g.group < 3)
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
		if (is_alnum(letter_before(s, at - gap)))
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
	while (gap < INTRODUCED_MOST && gap < at && !is_alnum(letter_before(s, at - gap)))
		gap++;
	return at >= gap + 2 && letter_before(s, at - gap) == 'Q' &&
	       letter_before(s, at - gap - 1) == 'Q';
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

		if (i == 8 && letter_at(s, g.end) == '-')
			g.end++;
		letter = letter_at(s, g.end++);
		if (i < 8 ? !is_alnum(letter) : !is_digit(letter) && letter != 'X')
			return false;
		g.text[i] = letter;
		digits += is_digit(letter) ? 1 : 0;
	}
	if (is_alnum(letter_at(s, g.end)) || !is_free(s, at, g.end))
		return false;
	is_sound = organisation_code_check(code);
	introduced = is_introduced(s, at, words, 4);
	if (!introduced && (!is_sound || digits < 4 || is_qq_number(s, at)))
		return false;
	set_match(out, IDENTIFIER_ORGANISATION_CODE,
	          is_sound ? IDENTIFIER_SOUND : IDENTIFIER_WRONG_CHECK, at, &g);
	return true;
}

/* Certificate numbers: [豫]建安[ABC][1-3] ( year ) serial. */

static bool is_province_name(uint32_t point)
{
	static const uint16_t names[] = {
		0x4EAC, 0x6D25, 0x5180, 0x664B, 0x8499, 0x8FBD, 0x5409, 0x9ED1, 0x6CAA,
		0x82CF, 0x6D59, 0x7696, 0x95FD, 0x8D63, 0x9C81, 0x8C6B, 0x9102, 0x6E58,
		0x7CA4, 0x6842, 0x743C, 0x6E1D, 0x5DDD, 0x8700, 0x8D35, 0x9ED4, 0x4E91,
		0x6EC7, 0x85CF, 0x9655, 0x79E6, 0x7518, 0x9647, 0x9752, 0x5B81, 0x65B0,
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i] == point)
			return true;
	return false;
}

/* 'f' full width, 'h' half width, 'o' another kind, '\0' no bracket. */
static char bracket_kind(uint32_t point, char letter)
{
	if (point == 0xFF08 || point == 0xFF09)
		return 'f';
	if (point == '(' || point == ')')
		return 'h';
	return letter && strchr("()[]<>{}", letter) ? 'o' : '\0';
}

static enum identifier_fault bracket_fault(char left, char right)
{
	if (!left && !right)
		return IDENTIFIER_NO_BRACKET;
	if (left == 'f' && right == 'f')
		return IDENTIFIER_SOUND;
	if (left == 'h' && right == 'h')
		return IDENTIFIER_HALF_BRACKET;
	return IDENTIFIER_MIXED_BRACKET;
}

/* A bracket with the blanks around it; or hyphens in its place. */
static size_t read_bracket(const struct scan *s, size_t at, char *kind)
{
	size_t next = skip_separator(s, at);

	*kind = next < s->count ? bracket_kind(point_at(s, next), letter_at(s, next)) : '\0';
	return *kind ? skip_blanks(s, next + 1) : next;
}

static bool are_digits(const struct scan *s, size_t at, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!is_digit(letter_at(s, at + i)))
			return false;
	return true;
}

static bool is_year_at(const struct scan *s, size_t at)
{
	return are_digits(s, at, 4) && ((letter_at(s, at) == '1' && letter_at(s, at + 1) == '9') ||
	                                (letter_at(s, at) == '2' && letter_at(s, at + 1) == '0'));
}

/* Reads the serial. A second group belongs to it only if that makes the usual length. */
static size_t read_serial(const struct scan *s, size_t at, char *out)
{
	struct gathered g;
	size_t n = 0;

	while (is_digit(letter_at(s, at + n)) && n <= SERIAL_MOST) {
		out[n] = letter_at(s, at + n);
		n++;
	}
	out[n] = '\0';
	if (n > SERIAL_MOST)
		return at;
	if (n > 0 && n < SERIAL_USUAL && gather(s, at, SERIAL_USUAL, takes_digits, &g) &&
	    !is_digit(letter_at(s, g.end)) && is_free(s, at, g.end)) {
		memcpy(out, g.text, SERIAL_USUAL + 1);
		return g.end;
	}
	return n < SERIAL_LEAST ? at : at + n;
}

/* Copies a Han character of the BMP: three bytes. */
static size_t copy_han(const struct scan *s, size_t at, char *out)
{
	memcpy(out, s->text.ptr + s->cells[at].start, 3);
	return 3;
}

/* A, B, C, C1...: the class of certificate. */
static size_t read_class(const struct scan *s, size_t at, char *canonical, size_t *length)
{
	if (letter_at(s, at) < 'A' || letter_at(s, at) > 'C')
		return at;
	canonical[(*length)++] = letter_at(s, at);
	at = skip_blanks(s, at + 1);
	if (letter_at(s, at) < '1' || letter_at(s, at) > '3' || is_year_at(s, at))
		return at;
	canonical[(*length)++] = letter_at(s, at);
	return at + 1;
}

/* `at` is at 建. */
static bool match_certificate_number(const struct scan *s, size_t at, struct match *out)
{
	size_t first = at, next, end, n = 0;
	char left, right, year[5] = "", serial[SERIAL_MOST + 2];

	next = skip_blanks(s, at + 1);
	if (point_at(s, next) != AN)
		return false;
	while (at - first < SEPARATOR_MOST && letter_before(s, first) == ' ')
		first--;
	if (first > 0 && is_province_name(point_at(s, first - 1)))
		n += copy_han(s, --first, out->canonical);
	else
		first = at;
	n += copy_han(s, at, out->canonical + n);
	n += copy_han(s, next, out->canonical + n);
	next = read_class(s, skip_blanks(s, next + 1), out->canonical, &n);
	next = read_bracket(s, next, &left);
	if (!is_year_at(s, next) && !(left && are_digits(s, next, 4)))
		return false;
	for (size_t i = 0; i < 4; i++)
		year[i] = letter_at(s, next + i);
	next = read_bracket(s, next + 4, &right);
	end = read_serial(s, next, serial);
	if (end == next || !is_free(s, first, end))
		return false;
	out->canonical[n++] = '(';
	memcpy(out->canonical + n, year, 4);
	n += 4;
	out->canonical[n++] = ')';
	memcpy(out->canonical + n, serial, strlen(serial) + 1);
	out->kind = IDENTIFIER_CERTIFICATE_NUMBER;
	out->fault = bracket_fault(left, right);
	out->first = first;
	out->end = end;
	return true;
}

/* The scanner. */

static char fold_entry(text_entry entry, uint32_t point)
{
	uint32_t folded = text_entry_point(entry, point);

	if (text_entry_length(entry) != 1 || folded > 0x7E)
		return 0;
	if (folded == ' ' && (point == '\n' || point == '\r' || point == 0x0B || point == 0x0C ||
	                      point == 0x85 || point == 0x2028 || point == 0x2029))
		return 0;
	return to_upper((char)folded);
}

static char fold(uint32_t point)
{
	return fold_entry(text_entry_of(point), point);
}

/* Cells of the text; none when it has no digit, and so no identifier. */
static enum status scan_init(struct scan *s, struct span text, struct arena *arena)
{
	bool has_digit = false;
	struct cell *cells;

	memset(s, 0, sizeof *s);
	s->text = text;
	s->arena = arena;
	for (size_t at = 0; at < text.len && !has_digit;)
		has_digit = is_digit(fold(utf8_next(text, &at)));
	if (!has_digit)
		return STATUS_OK;
	cells = arena_room(arena, utf8_length(text), sizeof *cells);
	if (!cells)
		return STATUS_NO_MEMORY;
	for (size_t at = 0; at < text.len;) {
		const size_t start = at;
		const uint32_t point = utf8_next(text, &at);
		const bool plain = point >= CODE_POINT_HAN_FIRST && point <= CODE_POINT_HAN_LAST;
		const text_entry entry = plain ? 0 : text_entry_of(point);

		if (plain || text_entry_length(entry) != 0)
			cells[s->count++] = (struct cell){
				.start = (uint32_t)start,
				.point = point,
				.letter = plain ? 0 : fold_entry(entry, point),
			};
	}
	s->cells = cells;
	return STATUS_OK;
}

/* Whether an identifier may begin here: most cells are Han and have no letter. */
static bool may_match_at(const struct scan *s, size_t at)
{
	const struct cell *cell = &s->cells[at];

	return cell->letter ? is_alnum(cell->letter) : cell->point == JIAN;
}

/* The order matters: sure kinds before likely ones, long ones before short ones. */
static bool match_at(const struct scan *s, size_t at, struct match *out)
{
	char letter = letter_at(s, at), before = letter_before(s, at);

	if (point_at(s, at) == JIAN)
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
	status = scan_init(&scan, text, arena);
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
		char letter = fold(point);

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
