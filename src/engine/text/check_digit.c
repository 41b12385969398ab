#include "engine/text/check_digit.h"

#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char to_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

bool id_number_check(struct span digits18)
{
	static const unsigned char weights[] = {
		7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2
	};
	unsigned sum = 0;

	if (digits18.len != 18)
		return false;
	for (size_t i = 0; i < 17; i++) {
		if (!is_digit(digits18.ptr[i]))
			return false;
		sum += (unsigned)(digits18.ptr[i] - '0') * weights[i];
	}
	return to_upper(digits18.ptr[17]) == "10X98765432"[sum % 11];
}

unsigned credit_code_value(char c)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	const char *found = c ? strchr(alphabet, c) : NULL;

	return found ? (unsigned)(found - alphabet) : 31;
}

bool credit_code_check(struct span characters18)
{
	unsigned sum = 0, weight = 1;

	if (characters18.len != 18)
		return false;
	for (size_t i = 0; i < 17; i++) {
		unsigned value = credit_code_value(to_upper(characters18.ptr[i]));

		if (value == 31)
			return false;
		sum += value * weight;
		weight = weight * 3 % 31;
	}
	return credit_code_value(to_upper(characters18.ptr[17])) == (31 - sum % 31) % 31;
}

bool organisation_code_check(struct span code)
{
	static const unsigned char weights[] = { 3, 7, 9, 10, 5, 8, 4, 2 };
	unsigned sum = 0;

	if (code.len != 9 && !(code.len == 10 && code.ptr[8] == '-'))
		return false;
	for (size_t i = 0; i < 8; i++) {
		char c = to_upper(code.ptr[i]);

		if (!is_digit(c) && !(c >= 'A' && c <= 'Z'))
			return false;
		sum += (unsigned)(is_digit(c) ? c - '0' : c - 'A' + 10) * weights[i];
	}
	return to_upper(code.ptr[code.len - 1]) == "0X987654321"[sum % 11];
}
