/*
 * Decimal: a number as Excel has it, rounded to 15 digits, so that the noise of a binary number
 * (0.15000000000000002) is not seen. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_DECIMAL_H
#define DAYI_EXCHANGE_DECIMAL_H

#include "base/buf.h"
#include "base/span.h"

enum {
	DECIMAL_DIGITS = 15,      /* of a number, in Excel */
	DECIMAL_DIGITS_MOST = 40, /* of a whole number that a file has in full */
};

/* Without a sign: the digits, without zeros at their ends, and where the point stands. */
struct decimal {
	char digits[DECIMAL_DIGITS_MOST];
	int count;
	int point; /* digits before the point; below 0: zeros behind it */
};

/*
 * `number` is not below 0, and is `written`, perhaps with a sign. A whole number of more digits
 * than Excel has keeps those that are written.
 */
struct decimal decimal_of(double number, struct span written);

/* To so many places behind the point; a half goes up. */
void decimal_round(struct decimal *decimal, int places);

/* `place` 0 is that of ones, 1 that of tens, -1 the first one behind the point. */
char decimal_digit(const struct decimal *decimal, int place);

/* Digits before the point, and behind it. */
int decimal_whole(const struct decimal *decimal);
int decimal_places(const struct decimal *decimal);

/*
 * As Excel shows it without a format: up to 11 characters, or 1.23457E-05. Numbers of more whole
 * digits, for which Excel writes 1.23457E+11, keep them up to 21, because most are ids.
 */
void decimal_append_general(struct decimal decimal, struct buf *out);

#endif
