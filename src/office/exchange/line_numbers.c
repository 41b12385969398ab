#include "office/exchange/line_numbers.h"

#include <string.h>

#include "base/utf8.h"
#include "office/exchange/document_words.h"
#include "office/exchange/exchange_text.h"

enum { NUMBER_MOST = 999999 };

/* 0 to 9 of either width, or -1. */
static int number_skip_digit(struct span *text)
{
	if (text->len > 0 && text->ptr[0] >= '0' && text->ptr[0] <= '9') {
		const int digit = text->ptr[0] - '0';
		*text = (struct span){ text->ptr + 1, text->len - 1 };
		return digit;
	}
	if (text->len >= 3 && memcmp(text->ptr, "\xef\xbc", 2) == 0 &&
	    (unsigned char)text->ptr[2] >= 0x90 && (unsigned char)text->ptr[2] <= 0x99) {
		const int digit = (unsigned char)text->ptr[2] - 0x90;
		*text = (struct span){ text->ptr + 3, text->len - 3 };
		return digit;
	}
	return -1;
}

bool number_begins(struct span text)
{
	return number_skip_digit(&text) >= 0;
}

bool number_counts(struct span text, bool near)
{
	struct span word = text, measure = text;

	if (!text_skip_one(&measure, words_measure) &&
	    !(near && text_skip_one(&measure, words_measure_near)))
		return false;
	return !text_skip_one(&word, words_measure_no) || word.len > measure.len;
}

bool number_skip_arabic(struct span *text, int *number)
{
	int digit = number_skip_digit(text);

	*number = 0;
	if (digit < 0)
		return false;
	for (; digit >= 0 && *number <= NUMBER_MOST; digit = number_skip_digit(text))
		*number = *number * 10 + digit;
	return *number > 0 && *number <= NUMBER_MOST;
}

/* 一 to 九百九十九. */
bool number_skip_chinese(struct span *text, int *number)
{
	static const char *const digits[] = { "零", "一", "二", "三", "四", "五",
		                              "六", "七", "八", "九", NULL };
	int last = 0, seen = 0;

	*number = 0;
	for (bool more = true; more; seen += more) {
		more = false;
		for (int i = 0; digits[i] && !more; i++) {
			more = text_skip(text, digits[i]);
			last = more ? i : last;
		}
		if (more)
			continue;
		if (text_skip(text, "十")) {
			*number += (last ? last : 1) * 10;
			more = true;
		} else if (text_skip(text, "百")) {
			*number += (last ? last : 1) * 100;
			more = true;
		}
		last = more ? 0 : last;
	}
	*number += last;
	return seen > 0 && seen <= 5 && *number > 0;
}

bool number_skip(struct span *text, int *number)
{
	struct span rest = *text;

	if (!number_skip_arabic(&rest, number)) {
		rest = *text;
		if (!number_skip_chinese(&rest, number))
			return false;
	}
	*text = rest;
	return true;
}

/* An enclosed number is one character. */
bool number_skip_enclosed(struct span *text, uint32_t first, int most, int *number)
{
	size_t offset = 0;
	uint32_t point;

	if (text->len == 0)
		return false;
	point = utf8_next(*text, &offset);
	if (point < first || point >= first + (uint32_t)most)
		return false;
	*number = (int)(point - first) + 1;
	*text = (struct span){ text->ptr + offset, text->len - offset };
	return true;
}
