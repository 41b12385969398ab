/*
 * How it works: the text is read into cells, a character each, escapes decoded and forms folded.
 * Three passes change the cells: rows of Chinese numerals become digits; single characters with
 * blanks between them become words; letters that look like digits become digits if the row then has
 * the length of a number. The result is encoded, and each character refers to the typed bytes that
 * it stands for.
 */
#include "engine/text/privacy_view.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>
#include <uchar.h>
#include <unicode/uchar.h>

#include "base/lower_bound.h"
#include "base/utf8.h"
#include "engine/text/text_tables.h"

enum {
	CHAIN_LEAST = 5,   /* Chinese numerals in a row that are a number */
	CHAIN_GAP = 2,     /* separators between two of them */
	SPELLED_LEAST = 3, /* characters with blanks between that are one word */
	ESCAPE_DIGITS = 7, /* of &#0000052; */
	UTF8_MOST = 4,
	HAN_FIRST = 0x4E00, /* of the common ones */
	HAN_LAST = 0x9FFF,
};

struct cell {
	uint32_t from, to; /* bytes typed */
	uint32_t point;
	char digit; /* what a Chinese numeral or a look-alike may stand for; 0 = nothing */
};

struct cells {
	struct arena *arena;
	struct cell *items;
	size_t count, capacity;
};

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Reads `least` to `most` digits of `base`; false if there are fewer. */
static bool read_number(struct span text, size_t *at, unsigned base, size_t least, size_t most,
                        uint32_t *out)
{
	size_t n = 0;
	*out = 0;
	while (n < most && *at + n < text.len) {
		const int value = hex_value(text.ptr[*at + n]);
		if (value < 0 || (unsigned)value >= base)
			break;
		*out = *out * base + (unsigned)value;
		n++;
	}
	*at += n;
	return n >= least;
}

static bool starts_with(struct span text, size_t at, const char *prefix)
{
	const size_t length = strlen(prefix);
	return text.len - at >= length && memcmp(text.ptr + at, prefix, length) == 0;
}

/* One byte as %XX, also encoded twice (%25XX). */
static bool read_percent(struct span text, size_t *at, unsigned char *out)
{
	size_t next = *at + 1;
	uint32_t value;
	if (text.ptr[*at] != '%')
		return false;
	while (starts_with(text, next, "25") && next + 2 < text.len &&
	       hex_value(text.ptr[next + 2]) >= 0)
		next += 2;
	if (!read_number(text, &next, 16, 2, 2, &value))
		return false;
	*out = (unsigned char)value;
	*at = next;
	return true;
}

static bool read_percent_point(struct span text, size_t *at, uint32_t *out)
{
	unsigned char bytes[UTF8_MOST];
	size_t next = *at, length = 1, used = 0;
	if (!read_percent(text, &next, &bytes[0]))
		return false;
	if (bytes[0] >= 0xC0)
		length = bytes[0] >= 0xF0 ? 4 : bytes[0] >= 0xE0 ? 3 : 2;
	for (size_t i = 1; i < length; i++)
		if (next >= text.len || !read_percent(text, &next, &bytes[i]))
			return false;
	const struct span encoded = { (const char *)bytes, length };
	if (!utf8_valid(encoded))
		return false;
	*out = utf8_next(encoded, &used);
	*at = next;
	return true;
}

static bool read_entity(struct span text, size_t *at, uint32_t *out)
{
	size_t next = *at + 2;
	bool read;
	if (starts_with(text, *at, "&nbsp;")) {
		*out = ' ';
		*at += 6;
		return true;
	}
	if (!starts_with(text, *at, "&#"))
		return false;
	if (next < text.len && (text.ptr[next] == 'x' || text.ptr[next] == 'X')) {
		next++;
		read = read_number(text, &next, 16, 1, ESCAPE_DIGITS, out);
	} else {
		read = read_number(text, &next, 10, 1, ESCAPE_DIGITS, out);
	}
	if (!read)
		return false;
	if (next < text.len && text.ptr[next] == ';')
		next++;
	*at = next;
	return true;
}

static bool read_backslash(struct span text, size_t *at, uint32_t *out)
{
	size_t next = *at + 2;
	if (!starts_with(text, *at, "\\u") && !starts_with(text, *at, "\\x") &&
	    !starts_with(text, *at, "%u"))
		return false;
	const size_t digits = text.ptr[*at + 1] == 'u' ? 4 : 2;
	if (!read_number(text, &next, 16, digits, digits, out))
		return false;
	*at = next;
	return true;
}

/* The next character, escapes decoded. */
static uint32_t next_point(struct span text, size_t *at)
{
	uint32_t point = 0;
	const size_t start = *at;
	bool escaped = false;
	if (text.ptr[*at] == '%')
		escaped = read_percent_point(text, at, &point) || read_backslash(text, at, &point);
	else if (text.ptr[*at] == '&')
		escaped = read_entity(text, at, &point);
	else if (text.ptr[*at] == '\\')
		escaped = read_backslash(text, at, &point);
	if (escaped && point > 0 && point < 0x110000 && (point < 0xD800 || point > 0xDFFF))
		return point;
	*at = start;
	return utf8_next(text, at);
}

/* Letters of other scripts that look like Latin ones or digits. */
static uint32_t latin_twin(uint32_t point)
{
	static const struct {
		uint32_t point;
		char twin;
	} twins[] = {
		{ 0x39F, 'O' }, { 0x3BF, 'o' },  { 0x399, 'I' },  { 0x3A7, 'X' },  { 0x3C7, 'x' },
		{ 0x410, 'A' }, { 0x412, 'B' },  { 0x415, 'E' },  { 0x421, 'C' },  { 0x41E, 'O' },
		{ 0x43E, 'o' }, { 0x406, 'I' },  { 0x456, 'i' },  { 0x425, 'X' },  { 0x445, 'x' },
		{ 0x417, '3' }, { 0x437, '3' },  { 0x441, 'c' },  { 0x435, 'e' },  { 0x430, 'a' },
		{ 0xD7, 'x' },  { 0x2715, 'x' }, { 0x2716, 'x' }, { 0x2573, 'x' },
	};
	enum { HIGHEST = 0x2716 };
	for (size_t i = 0; point <= HIGHEST && i < sizeof(twins) / sizeof(*twins); i++)
		if (twins[i].point == point)
			return (unsigned char)twins[i].twin;
	return point;
}

/* A digit of any script, or -1; also ❹, ⓿ and 〤, which Unicode does not count as decimal digits.
 */
static int32_t digit_of(uint32_t point)
{
	if (point >= HAN_FIRST && point <= HAN_LAST)
		return -1; /* numerals are read later, in their context */
	const int8_t type = u_charType((UChar32)point);
	const int32_t digit = u_charDigitValue((UChar32)point);
	if (digit >= 0)
		return digit;
	if (type != U_OTHER_NUMBER && (point < 0x3021 || point > 0x3029)) /* 〡 to 〩 */
		return -1;
	const double value = u_getNumericValue((UChar32)point);
	for (int32_t i = 0; i <= 9; i++)
		if (value > i - 0.001 && value < i + 0.001)
			return i;
	return -1;
}

static uint32_t fold(uint32_t point)
{
	if (point < 0x80)
		return point;
	if (point >= 0xFF01 && point <= 0xFF5E)
		return latin_twin(point - 0xFEE0);
	const int32_t digit = digit_of(point);
	if (digit >= 0)
		return '0' + (uint32_t)digit;
	return latin_twin(text_entry_point(text_entry_of(point), point));
}

static char numeral_digit(uint32_t point)
{
	switch (point) {
	case U'零':
	case U'〇':
	case U'洞':
	case 0x25CB:
	case 0x25EF: /* ○ ◯ */
		return '0';
	case U'一':
	case U'幺':
	case U'壹':
		return '1';
	case U'二':
	case U'贰':
	case U'两':
		return '2';
	case U'三':
	case U'叁':
	case U'参':
		return '3';
	case U'四':
	case U'肆':
		return '4';
	case U'五':
	case U'伍':
		return '5';
	case U'六':
	case U'陆':
		return '6';
	case U'七':
	case U'柒':
	case U'拐':
		return '7';
	case U'八':
	case U'捌':
		return '8';
	case U'九':
	case U'玖':
	case U'勾':
		return '9';
	default:
		return 0;
	}
}

static char look_alike(uint32_t point)
{
	if (point == 'O' || point == 'o' || point == 'Q' || point == 'D')
		return '0';
	if (point == 'I' || point == 'l' || point == 'i' || point == 'L')
		return '1';
	if (point == 'Z' || point == 'z')
		return '2';
	if (point == 'S' || point == 's')
		return '5';
	return point == 'B' ? '8' : 0;
}

static bool is_digit(uint32_t point)
{
	return point >= '0' && point <= '9';
}

static bool is_separator(uint32_t point)
{
	return point < 0x80 ? point && strchr(" \t\r\n-./,_|\"'", (int)point) : point == 0xB7;
}

/* A letter, Han too. */
static bool is_word(uint32_t point)
{
	return u_isalpha((UChar32)point);
}

/* Room for so many more. */
static enum status reserve(struct cells *cells, size_t more)
{
	if (cells->count + more <= cells->capacity)
		return STATUS_OK;
	const size_t capacity = 2 * cells->capacity + more;
	struct cell *items = arena_room(cells->arena, capacity, sizeof(*items));
	if (!items)
		return STATUS_NO_MEMORY;
	if (cells->count > 0)
		memcpy(items, cells->items, cells->count * sizeof(*items));
	cells->items = items;
	cells->capacity = capacity;
	return STATUS_OK;
}

static void add_cell(struct cells *cells, size_t from, size_t to, uint32_t point)
{
	assert(cells->count < cells->capacity);
	cells->items[cells->count++] =
	        (struct cell){ .from = (uint32_t)from, .to = (uint32_t)to, .point = point };
}

/* Control characters but for blanks and line breaks; the rules use some of them as marks. */
static bool is_control(uint32_t point)
{
	return point == 0x7F || (point < 0x20 && (point < '\t' || point > '\r'));
}

/* A point without a width (a dot above, the frame of a keycap) belongs to the one before it. */
static enum status add_point(struct cells *cells, size_t from, size_t to, uint32_t point)
{
	const text_entry entry = text_entry_of(point);
	const uint32_t length = text_entry_length(entry);
	if (is_control(point) ||
	    (point >= 0x80 && (length == 0 || (point >= 0x20D0 && point <= 0x20FF) ||
	                       (length == 1 && (entry & TEXT_ENTRY_SAME) == 0 &&
	                        text_entry_class(entry) == TEXT_MARK)))) {
		if (cells->count > 0)
			cells->items[cells->count - 1].to = (uint32_t)to;
		return STATUS_OK;
	}
	const bool expands = point >= 0x80 && length > 1 && (entry & TEXT_ENTRY_SAME) == 0;
	const enum status status = reserve(cells, expands ? length : 1);
	if (status != STATUS_OK)
		return status;
	if (!expands)
		add_cell(cells, from, to, fold(point));
	for (uint32_t i = 0; expands && i < length; i++)
		add_cell(cells, from, to, text_expansions[text_entry_value(entry) + i]);
	return STATUS_OK;
}

static enum status read_cells(struct span text, struct arena *arena, struct cells *out)
{
	*out = (struct cells){ .arena = arena };
	enum status status = reserve(out, utf8_length_well_formed(text) + 1);
	for (size_t at = 0; at < text.len && status == STATUS_OK;) {
		const size_t from = at;
		const uint32_t point = next_point(text, &at);
		status = add_point(out, from, at, point);
	}
	return status;
}

/* What people write for 幺: 么, 腰, 妖, 吆, 夭. */
static bool sounds_like_one(uint32_t point)
{
	return point == 0x4E48 || point == 0x8170 || point == 0x5996 || point == 0x5406 ||
	       point == 0x592D;
}

/* 么 or 腰 for 幺, beside another numeral; not 怎么, 什么, 这么, 那么, 多么, 要么. */
static bool is_spoken_one(const struct cells *cells, size_t at)
{
	static const uint32_t words[] = { 0x600E, 0x4EC0, 0x8FD9, 0x90A3, 0x591A, 0x8981 };
	if (!sounds_like_one(cells->items[at].point))
		return false;
	const uint32_t before = at > 0 ? cells->items[at - 1].point : 0;
	const uint32_t after = at + 1 < cells->count ? cells->items[at + 1].point : 0;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (before == words[i])
			return false;
	return numeral_digit(before) || numeral_digit(after) || sounds_like_one(before) ||
	       is_digit(after);
}

/* Whether this ends a word before a number ("张三 4107…") and is not its first digit. */
static bool ends_word(const struct cells *cells, size_t at)
{
	size_t next = at + 1;
	if (!cells->items[at].digit || at == 0 || !is_word(cells->items[at - 1].point))
		return false;
	while (next < cells->count && is_separator(cells->items[next].point))
		next++;
	return next > at + 1 && next + 1 < cells->count && is_digit(cells->items[next].point) &&
	       is_digit(cells->items[next + 1].point);
}

/* Whether this begins a word after a number ("…3318两个人", "…3318 二级"): not its last digit. */
static bool begins_word(const struct cells *cells, size_t at)
{
	static const char units[] = "个人位名张本条次级家项步天年月种号";
	const struct span all = { units, sizeof(units) - 1 };
	size_t before = at;
	while (before > 0 && is_separator(cells->items[before - 1].point))
		before--;
	if (before == 0 || at + 1 >= cells->count || !is_digit(cells->items[before - 1].point))
		return false;
	for (size_t unit = 0; unit < all.len;)
		if (utf8_next(all, &unit) == cells->items[at + 1].point)
			return true;
	return false;
}

static bool is_number(const struct cell *cell)
{
	return cell->digit || is_digit(cell->point);
}

static bool is_between(const struct cell *cell)
{
	return is_separator(cell->point) || cell->point == '(' || cell->point == ')';
}

/* Chinese numerals in a row of five or more become digits. */
static void read_numerals(struct cells *cells)
{
	for (size_t i = 0; i < cells->count; i++) {
		cells->items[i].digit = numeral_digit(cells->items[i].point);
		if (is_spoken_one(cells, i))
			cells->items[i].digit = '1';
	}
	for (size_t i = 0; i < cells->count;) {
		size_t digits = 0, end = i, at = i;
		if (!is_number(&cells->items[i])) {
			i++;
			continue;
		}
		while (at < cells->count && at - end <= CHAIN_GAP && !ends_word(cells, i)) {
			const struct cell *cell = &cells->items[at++];
			if ((cell->digit && begins_word(cells, at - 1)) ||
			    (!is_number(cell) && !is_between(cell)))
				break;
			if (is_number(cell)) {
				digits++;
				end = at;
			}
		}
		for (size_t k = i; digits >= CHAIN_LEAST && k < end; k++)
			if (cells->items[k].digit)
				cells->items[k].point = (unsigned char)cells->items[k].digit;
		i = end > i ? end : i + 1;
	}
}

static bool is_ascii_alnum(uint32_t point)
{
	return is_digit(point) || (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z');
}

static bool has_length_of_number(size_t digits, const struct cell *first)
{
	const uint32_t alike = (unsigned char)look_alike(first->point);
	const uint32_t lead = alike ? alike : first->point;
	return (digits == 11 && lead == '1') || (digits >= 15 && digits <= 19 && lead != '0');
}

struct row {
	size_t digits, alikes; /* so far */
	size_t end;
};

/*
 * Adds the next group of letters and digits, at most one separator away. False if there is none, or
 * if it has letters that look like no digits; `end` is behind it in any case.
 */
static bool read_group(const struct cells *cells, struct row *row)
{
	size_t at = row->end;
	bool other = false;
	if (at < cells->count && row->digits + row->alikes > 0 &&
	    is_separator(cells->items[at].point))
		at++;
	const size_t start = at;
	for (; at < cells->count && is_ascii_alnum(cells->items[at].point); at++) {
		const uint32_t point = cells->items[at].point;
		/* One letter too many, after the length of an ID. */
		if (!is_digit(point) && !look_alike(point) && row->digits + row->alikes >= 15 &&
		    (at + 1 == cells->count || !is_ascii_alnum(cells->items[at + 1].point)))
			break;
		row->digits += is_digit(point) ? 1 : 0;
		if (!is_digit(point) && look_alike(point))
			row->alikes++;
		else if (!is_digit(point) && point != 'x' && point != 'X')
			other = true;
	}
	row->end = at;
	return at > start && !other;
}

/*
 * A row of digits and look-alike letters, separated or not, is a number if it has the length of an
 * ID, a card or a mobile number, and two fifths of it are digits.
 */
static void read_look_alikes(struct cells *cells)
{
	for (size_t i = 0; i < cells->count;) {
		struct row row = { .end = i }, whole = { .end = i };
		if (!is_ascii_alnum(cells->items[i].point)) {
			i++;
			continue;
		}
		/* Group by group: "4II5… OCR" ends before the word. */
		while (read_group(cells, &row))
			whole = row;
		if (whole.alikes > 0 && whole.digits * 3 >= whole.alikes * 2 &&
		    has_length_of_number(whole.digits + whole.alikes, &cells->items[i]))
			for (size_t k = i; k < whole.end; k++)
				if (look_alike(cells->items[k].point))
					cells->items[k].point =
					        (unsigned char)look_alike(cells->items[k].point);
		i = whole.end > i ? whole.end : row.end;
	}
}

enum spelling { SPELLED_NOT, SPELLED_SIGN, SPELLED_DIGIT, SPELLED_LETTER, SPELLED_HAN };

/* The role of a character in a word spelled with blanks: "z h a n g @ q q . c o m". */
static enum spelling spelled_as(const struct cells *cells, size_t at)
{
	const uint32_t point = at < cells->count ? cells->items[at].point : 0;
	if (point >= HAN_FIRST && point <= HAN_LAST)
		return SPELLED_HAN;
	if (point <= ' ' || point >= 0x7F)
		return SPELLED_NOT;
	return is_digit(point)         ? SPELLED_DIGIT
	       : is_ascii_alnum(point) ? SPELLED_LETTER
	                               : SPELLED_SIGN;
}

/* Whether a row of single characters goes on at `next`; a whole word ends it. */
static bool goes_on(const struct cells *cells, size_t at, size_t next)
{
	const enum spelling here = spelled_as(cells, at), there = spelled_as(cells, next);
	if (next == at + 1 || there == SPELLED_NOT ||
	    (here == SPELLED_HAN) != (there == SPELLED_HAN))
		return false;
	return here < SPELLED_DIGIT || there < SPELLED_DIGIT ||
	       spelled_as(cells, next + 1) < SPELLED_DIGIT;
}

/* The end of the row of single characters, with one or two blanks between, from `at` on. */
static size_t spelled_end(const struct cells *cells, size_t at, bool *join)
{
	size_t singles = 1, letters = 0;
	for (;;) {
		size_t next = at + 1;
		letters += spelled_as(cells, at) >= SPELLED_LETTER ? 1 : 0;
		while (next < cells->count && next - at <= 2 && cells->items[next].point == ' ')
			next++;
		if (!goes_on(cells, at, next))
			break;
		singles++;
		at = next;
	}
	*join = letters > 0 && (singles >= SPELLED_LEAST || (singles == 2 && letters == 2));
	return at + 1;
}

/*
 * Joins single characters with blanks between them to one word, if letters are among them. Digits
 * alone are left: the rules read them with separators, and 1 2 3 is a list.
 */
static void join_spelled(struct cells *cells)
{
	size_t kept = 0;
	for (size_t i = 0; i < cells->count;) {
		if (i + 1 == cells->count || cells->items[i + 1].point != ' ') {
			cells->items[kept++] = cells->items[i++];
			continue;
		}
		const enum spelling kind = spelled_as(cells, i);
		const enum spelling before = i > 0 ? spelled_as(cells, i - 1) : SPELLED_NOT;
		const bool inside = kind != SPELLED_HAN &&
		                    (before == SPELLED_DIGIT || before == SPELLED_LETTER);
		bool join = false;
		const size_t end =
		        kind == SPELLED_NOT || inside ? i + 1 : spelled_end(cells, i, &join);
		for (; i < end; i++) {
			if (join && cells->items[i].point == ' ')
				cells->items[kept - 1].to = cells->items[i].to;
			else
				cells->items[kept++] = cells->items[i];
		}
	}
	cells->count = kept;
}

enum status privacy_view(struct span text, struct arena *arena, struct privacy_view *out)
{
	struct cells cells;
	const enum status status = read_cells(text, arena, &cells);
	if (status != STATUS_OK)
		return status;
	read_numerals(&cells);
	join_spelled(&cells);
	read_look_alikes(&cells);
	const size_t most = cells.count * UTF8_MOST + 1;
	struct privacy_origin *origins = arena_room(arena, cells.count + 1, sizeof(*origins));
	out->bytes = arena_room(arena, most, 1);
	if (!origins || !out->bytes)
		return STATUS_NO_MEMORY;
	char *end = out->bytes;
	for (size_t i = 0; i < cells.count; i++) {
		const struct cell *cell = &cells.items[i];
		origins[i] = (struct privacy_origin){ (uint32_t)(end - out->bytes), cell->from,
			                              cell->to };
		end = utf8_put(end, cell->point ? cell->point : ' ');
	}
	*end = '\0';
	out->length = (size_t)(end - out->bytes);
	out->origins = origins;
	out->count = cells.count;
	return STATUS_OK;
}

static int compare_at(const void *key, const void *item)
{
	const size_t at = *(const size_t *)key;
	const struct privacy_origin *origin = item;
	return at < origin->at ? -1 : at > origin->at;
}

const struct privacy_origin *privacy_origin_of(const struct privacy_view *view, size_t at)
{
	assert(at < view->length);
	const size_t behind = at + 1;
	const size_t next = lower_bound(&behind, view->origins, view->count, sizeof(*view->origins),
	                                compare_at);
	assert(next > 0); /* the first one begins at 0 */
	return &view->origins[next - 1];
}
