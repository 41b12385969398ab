/*
 * Digits as people spell a number, and what a number of that form can be. Private to text/: part
 * of privacy.c.
 */
#ifndef DAYI_TEXT_PRIVACY_SPELLED_H
#define DAYI_TEXT_PRIVACY_SPELLED_H

#include <stdbool.h>
#include <stddef.h>

enum { PRIVACY_GROUPS_MOST = 32, PRIVACY_SPELLED_MOST = 128 };

/* Digits of a stretch, with the lengths of the groups that separators make. */
struct privacy_spelled {
	char digits[PRIVACY_SPELLED_MOST + 1];
	size_t count;
	unsigned char groups[PRIVACY_GROUPS_MOST];
	size_t group_count;
	bool all_points; /* every separator is a full stop */
	bool colon;      /* one is a colon, as in times */
};

static inline bool privacy_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool privacy_is_alnum(char c)
{
	return privacy_is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The digits of the text; what is beyond PRIVACY_SPELLED_MOST is left out. */
void privacy_spell(const char *text, size_t length, struct privacy_spelled *out);

/* Whether the groups count up, as in 1, 2, 3, 4: each is one to three above the one before. */
bool spelled_is_list(const struct privacy_spelled *s);

/* Whether the groups are as people divide one number: no list, no IP address. */
bool spelled_is_grouped(const struct privacy_spelled *s);

/* Whether it is the version of a program, or an IP address. */
bool spelled_is_version(const struct privacy_spelled *s);

/* Whether the digits pass the check of payment cards (ISO/IEC 7812-1, Luhn). */
bool spelled_is_card(const struct privacy_spelled *s);

/* Its digits 7 to 14 are a birth date that an applicant may have, mistyped ones too. */
bool spelled_is_birth(const struct privacy_spelled *s);

#endif
