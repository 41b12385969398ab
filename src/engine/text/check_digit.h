/*
 * Check digits: whether the last character of a number fits the others, as the standards say.
 * Without state; any thread. Errors: none, what has another length or other characters does not
 * fit.
 */
#ifndef DAYI_TEXT_CHECK_DIGIT_H
#define DAYI_TEXT_CHECK_DIGIT_H

#include <stdbool.h>

#include "base/span.h"

/* GB 11643-1999, annex: true when 17 digits and the check digit (0-9, X, x) fit. */
bool id_number_check(struct span digits18);

/* GB 32100-2015: true when the 18th character fits the first 17. */
bool credit_code_check(struct span characters18);

/* The value of one of its characters, in upper case: letters lack I, O, S, V and Z; 31: none of
 * them. */
unsigned credit_code_value(char c);

/* GB 11714-1997: true when the 9th character fits the first 8 (a hyphen before it is allowed). */
bool organisation_code_check(struct span code);

#endif
