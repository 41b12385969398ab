/* Numerals of dates: in digits, in Han digits with or without their places, and in words. */
#include <uchar.h>

#include "base/utf8.h"
#include "engine/text/dates_read.h"

#define COUNT(table_) (sizeof(table_) / sizeof((table_)[0]))

enum { DIGITS_MOST = 8 };

int number_han_digit(uint32_t point)
{
	switch (point) {
	case U'零':
	case U'〇':
		return 0;
	case U'一':
		return 1;
	case U'二':
	case U'两':
		return 2;
	case U'三':
		return 3;
	case U'四':
		return 4;
	case U'五':
		return 5;
	case U'六':
		return 6;
	case U'七':
		return 7;
	case U'八':
		return 8;
	case U'九':
		return 9;
	default:
		return -1;
	}
}

bool is_ascii_digit(struct span text, size_t at)
{
	return at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9';
}

bool number_read_ascii(struct span text, size_t at, struct number *out)
{
	*out = (struct number){ .end = at };
	while (is_ascii_digit(text, out->end) && out->digits < DIGITS_MOST) {
		out->value = out->value * 10 + (text.ptr[out->end++] - '0');
		out->digits++;
	}
	out->lo = out->hi = out->value;
	return out->digits > 0 && !is_ascii_digit(text, out->end);
}

/* 几, 俩, 仨: a numeral that stands alone. */
static bool read_word_numeral(struct span text, size_t at, struct number *out)
{
	static const struct {
		const char *word;
		int lo, hi;
	} words[] = { { "好几十", 20, 99 }, { "几十", 20, 99 }, { "十几", 11, 19 },
		      { "好几", 2, 9 },     { "几", 2, 9 },     { "俩", 2, 2 },
		      { "仨", 3, 3 } };
	for (size_t i = 0; i < COUNT(words); i++)
		if (stands_at(text, at, words[i].word)) {
			*out = (struct number){ words[i].lo, words[i].hi, 0, 0,
				                at + strlen(words[i].word) };
			return true;
		}
	return false;
}

/* 二十五, 十五, 一百二: with their places; 二〇二六, 二五: digits in a row. */
static bool read_han(struct span text, size_t at, struct number *out)
{
	int total = 0, last = -1, first = -1;
	size_t digits = 0, places = 0;
	*out = (struct number){ .end = at };
	while (out->end < text.len && digits + places < DIGITS_MOST) {
		size_t next = out->end;
		const uint32_t point = utf8_next(text, &next);
		const int digit = number_han_digit(point);
		const int place = point == 0x5341 ? 10 : point == 0x767E ? 100 : 0;
		if (digit < 0 && place == 0)
			break;
		if (place > 0) {
			total += (last < 0 ? 1 : last) * place;
			last = -1;
			places++;
		} else {
			/* Behind 十 one digit only. */
			if (places > 0 && last >= 0)
				return false;
			out->value = out->value * 10 + digit;
			if (digits == 0)
				first = digit;
			last = digit;
			digits++;
		}
		out->end = next;
	}
	if (places > 0) {
		out->lo = out->hi = out->value = total + (last > 0 ? last : 0);
		return true;
	}
	out->digits = digits;
	out->lo = out->hi = out->value;
	/* 两三天, 三五天 */
	if (digits == 2 && last > first && last - first <= 2 && first > 0) {
		out->lo = first;
		out->hi = last;
	}
	return digits > 0;
}

bool number_read(struct span text, size_t at, struct number *out)
{
	if (at >= text.len)
		return false;
	if (is_ascii_digit(text, at))
		return number_read_ascii(text, at, out);
	return read_word_numeral(text, at, out) || read_han(text, at, out);
}

size_t skip_word(struct span text, size_t at, const char *word)
{
	return stands_at(text, at, word) ? at + strlen(word) : at;
}
