/*
 * Privacy, parts: what its files share. privacy.c masks a text, privacy_build.c makes what it masks
 * with. Private to text/.
 */
#ifndef DAYI_TEXT_PRIVACY_PARTS_H
#define DAYI_TEXT_PRIVACY_PARTS_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/buf.h"
#include "engine/text/privacy.h"
#include "engine/text/privacy_rules.h"
#include "engine/text/privacy_starts.h"

enum { PRIVACY_NUMBER_SIZE = 24 };

struct privacy {
	pcre2_code **codes; /* by rule */
	bool *after_masked; /* by rule: it looks for what stands beside something masked */
	struct privacy_starts *starts;
	char (*numbers)[PRIVACY_NUMBER_SIZE];
	size_t number_count;
	struct buf own;      /* what is printed, unless it lies in an image file */
	struct span printed; /* views of the public texts, one behind the other */
};

/* Between the digits of a telephone. */
static inline bool privacy_is_between(char c)
{
	return c == ' ' || c == '-' || c == '(' || c == ')' || c == '\t';
}

static inline bool privacy_is_by_digits(const struct privacy_rule *rule)
{
	return rule->digits > 0 && rule->test != PRIVACY_WORD && rule->test != PRIVACY_WORD_CODE;
}

/* A rule with a letter or digit in every match, and no number. */
static inline bool privacy_is_by_letters(const struct privacy_rule *rule)
{
	return rule->digits == 0 && rule->plain >= PRIVACY_LETTERS_LEAST;
}

#endif
