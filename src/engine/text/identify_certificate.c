/* Certificate numbers: [豫]建安[ABC][1-3] ( year ) serial. */
#include "engine/text/identify_scan.h"

#include <string.h>

enum {
	SERIAL_LEAST = 3,
	SERIAL_USUAL = 7, /* digits after the year */
	SERIAL_MOST = 20,
};

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
	size_t next = scan_skip_separator(s, at);

	*kind = next < s->count ? bracket_kind(scan_point(s, next), scan_letter(s, next)) : '\0';
	return *kind ? scan_skip_blanks(s, next + 1) : next;
}

static bool are_digits(const struct scan *s, size_t at, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!is_digit(scan_letter(s, at + i)))
			return false;
	return true;
}

static bool is_year_at(const struct scan *s, size_t at)
{
	return are_digits(s, at, 4) &&
	       ((scan_letter(s, at) == '1' && scan_letter(s, at + 1) == '9') ||
	        (scan_letter(s, at) == '2' && scan_letter(s, at + 1) == '0'));
}

/* Reads the serial. A second group belongs to it only if that makes the usual length. */
static size_t read_serial(const struct scan *s, size_t at, char *out)
{
	struct gathered g;
	size_t n = 0;

	while (is_digit(scan_letter(s, at + n)) && n <= SERIAL_MOST) {
		out[n] = scan_letter(s, at + n);
		n++;
	}
	out[n] = '\0';
	if (n > SERIAL_MOST)
		return at;
	if (n > 0 && n < SERIAL_USUAL && scan_gather(s, at, SERIAL_USUAL, takes_digits, &g) &&
	    !is_digit(scan_letter(s, g.end)) && scan_is_free(s, at, g.end)) {
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
	if (scan_letter(s, at) < 'A' || scan_letter(s, at) > 'C')
		return at;
	canonical[(*length)++] = scan_letter(s, at);
	at = scan_skip_blanks(s, at + 1);
	if (scan_letter(s, at) < '1' || scan_letter(s, at) > '3' || is_year_at(s, at))
		return at;
	canonical[(*length)++] = scan_letter(s, at);
	return at + 1;
}

bool match_certificate_number(const struct scan *s, size_t at, struct match *out)
{
	size_t first = at, next, end, n = 0;
	char left, right, year[5] = "", serial[SERIAL_MOST + 2];

	next = scan_skip_blanks(s, at + 1);
	if (scan_point(s, next) != AN)
		return false;
	while (at - first < SEPARATOR_MOST && scan_letter_before(s, first) == ' ')
		first--;
	if (first > 0 && is_province_name(scan_point(s, first - 1)))
		n += copy_han(s, --first, out->canonical);
	else
		first = at;
	n += copy_han(s, at, out->canonical + n);
	n += copy_han(s, next, out->canonical + n);
	next = read_class(s, scan_skip_blanks(s, next + 1), out->canonical, &n);
	next = read_bracket(s, next, &left);
	if (!is_year_at(s, next) && !(left && are_digits(s, next, 4)))
		return false;
	for (size_t i = 0; i < 4; i++)
		year[i] = scan_letter(s, next + i);
	next = read_bracket(s, next + 4, &right);
	end = read_serial(s, next, serial);
	if (end == next || !scan_is_free(s, first, end))
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
