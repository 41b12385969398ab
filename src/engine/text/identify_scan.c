#include "engine/text/identify_scan.h"

#include <string.h>

#include "base/utf8.h"
#include "engine/text/normalise.h"
#include "engine/text/text_tables.h"

enum { TIMES_SIGN = 0xD7 };

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

char scan_fold(uint32_t point)
{
	return fold_entry(text_entry_of(point), point);
}

enum status scan_make(struct scan *s, struct span text, struct arena *arena)
{
	bool has_digit = false;
	struct cell *cells;

	memset(s, 0, sizeof *s);
	s->text = text;
	s->arena = arena;
	for (size_t at = 0; at < text.len && !has_digit;)
		has_digit = is_digit(scan_fold(utf8_next(text, &at)));
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

size_t scan_skip_separator(const struct scan *s, size_t at)
{
	size_t end = at;

	while (end - at < SEPARATOR_MOST &&
	       (scan_letter(s, end) == ' ' || scan_letter(s, end) == '-'))
		end++;
	return end;
}

size_t scan_skip_blanks(const struct scan *s, size_t at)
{
	size_t end = at;

	while (end - at < SEPARATOR_MOST && scan_letter(s, end) == ' ')
		end++;
	return end;
}

/* Whether mask() may leave this beside its stars: letter, digit, bracket, hyphen, 安. */
static bool is_beside_stars(const struct scan *s, size_t at)
{
	char letter = scan_letter(s, at);

	return is_alnum(letter) || (letter && strchr("()[]<>{}-", letter)) ||
	       scan_point(s, at) == AN;
}

bool scan_is_free(const struct scan *s, size_t first, size_t end)
{
	size_t stars = 0;

	/* "M01***8Q1": an identifier might take the 1, or the M with what precedes it. */
	if (is_alnum(scan_letter_before(s, first)))
		first--;
	for (size_t i = 0; i < 2 && is_alnum(scan_letter(s, end)); i++)
		end++;
	while (stars < STARS_MOST && stars < first && scan_letter_before(s, first - stars) == '*')
		stars++;
	if (stars >= STARS_LEAST && stars < first && is_beside_stars(s, first - stars - 1))
		return false;
	stars = 0;
	while (stars < STARS_MOST && scan_letter(s, end + stars) == '*')
		stars++;
	return stars < STARS_LEAST || !is_beside_stars(s, end + stars);
}

bool takes_digits(char letter, size_t place)
{
	(void)place;
	return is_digit(letter);
}

bool takes_id_number(char letter, size_t place)
{
	return is_digit(letter) || (place == 17 && letter == 'X');
}

bool scan_gather(const struct scan *s, size_t at, size_t count, take_rule *takes,
                 struct gathered *out)
{
	size_t n = 0;

	memset(out, 0, sizeof *out);
	while (n < count) {
		char letter = scan_letter(s, at);
		size_t next;

		if (takes == takes_id_number && n == 17 && scan_point(s, at) == TIMES_SIGN)
			letter = 'X';
		if (takes(letter, n)) {
			out->text[n++] = letter;
			at++;
			continue;
		}
		next = scan_skip_separator(s, at);
		if (n == 0 || next == at || !takes(scan_letter(s, next), n))
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
