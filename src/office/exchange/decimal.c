#include "office/exchange/decimal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "office/exchange/exchange_text.h"

enum {
	TEXT_SIZE = 40, /* of -1.23456789012345e+308 */
	GENERAL_DIGITS = 11,
	GENERAL_DECIMALS = 9,
	GENERAL_WHOLE_MOST = 21,
	EXPONENT_DECIMALS = 5,
};

static void drop_zeros(struct decimal *decimal)
{
	while (decimal->count > 0 && decimal->digits[decimal->count - 1] == '0')
		decimal->count--;
	decimal->point = decimal->count > 0 ? decimal->point : 0;
}

struct decimal decimal_of(double number, struct span written)
{
	struct decimal decimal = { .count = 0 };
	char text[TEXT_SIZE];

	while (text_skip(&written, "-") || text_skip(&written, "0"))
		;
	if (written.len > DECIMAL_DIGITS && written.len <= DECIMAL_DIGITS_MOST &&
	    strspn(written.ptr, "0123456789") >= written.len) {
		memcpy(decimal.digits, written.ptr, written.len);
		decimal.count = decimal.point = (int)written.len;
	} else {
		snprintf(text, sizeof(text), "%.*e", DECIMAL_DIGITS - 1, number);
		decimal.digits[0] = text[0];
		memcpy(decimal.digits + 1, text + 2, DECIMAL_DIGITS - 1);
		decimal.count = DECIMAL_DIGITS;
		decimal.point = (int)strtol(text + DECIMAL_DIGITS + 2, NULL, 10) + 1;
	}
	drop_zeros(&decimal);
	return decimal;
}

void decimal_round(struct decimal *decimal, int places)
{
	const int keep = decimal->point + places;
	int last = keep - 1;

	if (keep >= decimal->count)
		return;
	if (keep < 0 || decimal->digits[keep] < '5') {
		decimal->count = keep > 0 ? keep : 0;
		drop_zeros(decimal);
		return;
	}
	while (last >= 0 && decimal->digits[last] == '9')
		last--;
	if (last < 0) {
		decimal->digits[last = 0] = '1';
		decimal->point++;
	} else {
		decimal->digits[last]++;
	}
	decimal->count = last + 1;
}

char decimal_digit(const struct decimal *decimal, int place)
{
	const int index = decimal->point - 1 - place;

	return index >= 0 && index < decimal->count ? decimal->digits[index] : '0';
}

int decimal_whole(const struct decimal *decimal)
{
	return decimal->point > 0 ? decimal->point : 0;
}

int decimal_places(const struct decimal *decimal)
{
	return decimal->count > decimal->point ? decimal->count - decimal->point : 0;
}

static void append_plain(const struct decimal *decimal, struct buf *out)
{
	const int whole = decimal_whole(decimal);

	for (int place = whole > 0 ? whole - 1 : 0; place >= -decimal_places(decimal); place--) {
		if (place == -1)
			buf_append_char(out, '.');
		buf_append_char(out, decimal_digit(decimal, place));
	}
}

/* 1.23457E-05 */
static void append_exponent(struct decimal decimal, struct buf *out)
{
	const int exponent = decimal.point - 1;

	decimal.point = 1;
	decimal_round(&decimal, EXPONENT_DECIMALS);
	append_plain(&decimal, out);
	buf_append_format(out, "E%+03d", exponent + decimal.point - 1);
}

void decimal_append_general(struct decimal decimal, struct buf *out)
{
	const int whole = decimal_whole(&decimal);
	const int room = whole > GENERAL_DIGITS    ? DECIMAL_DIGITS_MOST
	                 : whole == GENERAL_DIGITS ? 0
	                 : whole > 0               ? GENERAL_DIGITS - 1 - whole
	                                           : GENERAL_DECIMALS;
	const bool is_small = decimal.point < -3 && decimal_places(&decimal) > GENERAL_DECIMALS;

	if (is_small || whole > GENERAL_WHOLE_MOST) {
		append_exponent(decimal, out);
		return;
	}
	decimal_round(&decimal, room);
	append_plain(&decimal, out);
}
