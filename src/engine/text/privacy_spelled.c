#include "engine/text/privacy_spelled.h"

#include <string.h>

enum {
	BIRTH_FIRST = 1920,
	BIRTH_LAST = 2019, /* of age until 2037; case numbers of today begin later */
	MONTH_SLIP = 19,   /* a mistyped date is one too */
	DAY_SLIP = 39,
};

void privacy_spell(const char *text, size_t length, struct privacy_spelled *out)
{
	bool apart = true;
	memset(out, 0, sizeof(*out));
	out->all_points = true;
	for (size_t i = 0; i < length && out->count < PRIVACY_SPELLED_MOST; i++) {
		if (!privacy_is_digit(text[i])) {
			out->colon = out->colon || text[i] == ':';
			out->all_points = out->all_points && text[i] == '.';
			apart = true;
			continue;
		}
		if (apart && out->group_count < PRIVACY_GROUPS_MOST)
			out->group_count++;
		apart = false;
		out->groups[out->group_count - 1]++;
		out->digits[out->count++] = text[i];
	}
}

static unsigned number_of(const char *digits, size_t count)
{
	unsigned number = 0;
	for (size_t i = 0; i < count; i++)
		number = number * 10 + (unsigned)(digits[i] - '0');
	return number;
}

/* 1, 2, 3, 4: each number one to three above the one before. */
bool spelled_is_list(const struct privacy_spelled *s)
{
	size_t at = 0;
	unsigned before = 0;
	if (s->group_count < 4)
		return false;
	for (size_t i = 0; i < s->group_count; i++) {
		const unsigned number =
		        s->groups[i] <= 3 ? number_of(s->digits + at, s->groups[i]) : 0;
		if (s->groups[i] > 3 || (i > 0 && (number <= before || number > before + 3)))
			return false;
		before = number;
		at += s->groups[i];
	}
	return true;
}

static bool spelled_is_address(const struct privacy_spelled *s)
{
	size_t at = 0;
	if (s->group_count != 4 || !s->all_points)
		return false;
	for (size_t i = 0; i < 4; i++) {
		if (s->groups[i] > 3 || number_of(s->digits + at, s->groups[i]) > 255)
			return false;
		at += s->groups[i];
	}
	return true;
}

/* In one piece, digit by digit (two may be together), in pairs, or in at most six groups of two and
 * more. */
bool spelled_is_grouped(const struct privacy_spelled *s)
{
	size_t singles = 0, pairs = 0;
	for (size_t i = 0; i < s->group_count; i++) {
		singles += s->groups[i] == 1 ? 1 : 0;
		pairs += s->groups[i] == 2 ? 1 : 0;
	}
	if (spelled_is_list(s) || spelled_is_address(s))
		return false;
	if (s->group_count <= 2 || singles == s->group_count)
		return true;
	if ((singles <= 1 || pairs == 1) && pairs + singles == s->group_count && !s->colon)
		return true;
	return singles == 0 && s->groups[0] >= 2 && s->group_count <= 6 &&
	       (s->groups[0] >= 3 || s->groups[1] >= 3);
}

bool spelled_is_version(const struct privacy_spelled *s)
{
	if (spelled_is_address(s))
		return true;
	for (size_t i = 0; i < s->group_count; i++)
		if (s->groups[i] == 1 && s->group_count < 6)
			return true;
	return s->group_count == 3 && s->groups[0] < 3 && s->groups[1] < 3 && s->groups[2] < 3;
}

bool spelled_is_card(const struct privacy_spelled *s)
{
	unsigned sum = 0;
	for (size_t i = 0; i < s->count; i++) {
		unsigned digit = (unsigned)(s->digits[s->count - 1 - i] - '0');
		if (i % 2 == 1)
			digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
		sum += digit;
	}
	return sum % 10 == 0;
}

bool spelled_is_birth(const struct privacy_spelled *s)
{
	const unsigned year = number_of(s->digits + 6, 4), month = number_of(s->digits + 10, 2),
	               day = number_of(s->digits + 12, 2);
	if (spelled_is_list(s) || s->count < 14)
		return false;
	return year >= BIRTH_FIRST && year <= BIRTH_LAST && month <= MONTH_SLIP && day <= DAY_SLIP;
}
