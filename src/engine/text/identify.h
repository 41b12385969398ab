/*
 * Identify: find, verify and mask what identifies a person or a company in a text.
 *
 *   18-digit ID number       GB 11643-1999 (check digit ISO 7064 MOD 11-2, date of birth)
 *   15-digit ID number       GB 11643-1989 (no check digit, date of birth yymmdd)
 *   unified credit code      GB 32100-2015 (18 characters, check character MOD 31-3)
 *   organisation code        GB 11714-1997 (8 + 1 characters, check character MOD 11)
 *   certificate number       豫建安A/B/C/C1/C2/C3（year）number
 *   mobile and landline numbers
 *
 * What only looks like one is found too: a wrong check digit or an impossible date is still
 * masked, and said to be wrong. Full-width digits and letters count as half-width ones, characters
 * of no width are passed over, and blanks or hyphens may divide the number into groups (not line
 * breaks).
 *
 * What is one, where the standards leave it open:
 * - 18 digits in a row are an ID number whatever they say; in groups, only with a province and a
 *   date. Longer and shorter runs (bank cards, order numbers) are none, even with one inside.
 * - 15 digits are an ID number when they begin with a province.
 * - A credit code has a letter besides a final X, or is 18 digits that fit GB 32100 and cannot be
 *   an ID number. One of a company (91, 92, 93) may have letters that GB 32100 leaves out (O for
 * 0): it is wrong.
 * - An organisation code must fit its check character, or follow the words 机构代码; nine digits
 *   after QQ or 群 are none.
 * - Mobile numbers are 1[3-9] and nine digits, with +86 or without; landline numbers have an area
 *   code. The office's own number is found like any other: a caller that wants it readable takes it
 *   out of the list before mask().
 */
#ifndef DAYI_TEXT_IDENTIFY_H
#define DAYI_TEXT_IDENTIFY_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"

enum identifier_kind {
	IDENTIFIER_ID_NUMBER, /* 18 digits */
	IDENTIFIER_ID_NUMBER_15,
	IDENTIFIER_CREDIT_CODE,
	IDENTIFIER_ORGANISATION_CODE,
	IDENTIFIER_CERTIFICATE_NUMBER,
	IDENTIFIER_MOBILE,
	IDENTIFIER_LANDLINE,
};

/* The name that facts and the journal use: "id_number", "certificate_number", ... Static. */
const char *identifier_name(enum identifier_kind kind);

enum identifier_fault {
	IDENTIFIER_SOUND = 0,
	IDENTIFIER_WRONG_CHECK,   /* check digit or character does not fit */
	IDENTIFIER_WRONG_DATE,    /* no such day of birth */
	IDENTIFIER_HALF_BRACKET,  /* certificate number typed with half-width brackets: () */
	IDENTIFIER_MIXED_BRACKET, /* one of each, or another kind of bracket */
	IDENTIFIER_NO_BRACKET,
};

struct identifier {
	enum identifier_kind kind;
	enum identifier_fault fault;
	size_t start, end; /* bytes of the original text, [start, end) */
	struct span value; /* exactly as typed, borrowed from the text */
	/*
	 * Inner blanks and hyphens removed, half width, upper case, no country code; the year in a
	 * certificate number always stands in ( ). From the arena.
	 */
	const char *canonical;
};

struct identifier_list {
	struct identifier *items; /* in order of start, not overlapping */
	size_t count;
};

/*
 * Reads the text as typed (not normalised) in linear time; bad UTF-8 is passed over. STATUS_LIMIT
 * above 1 MiB of input, STATUS_NO_MEMORY when the arena is exhausted.
 */
MUST_CHECK enum status identify(struct span text, struct arena *arena, struct identifier_list *out);

/*
 * Appends the text with every identifier masked: the first three and last two characters stay of
 * long ones ("410*************17"), the first two and the last one of others, and of a certificate
 * number also its class and brackets ("豫建安B（****）*****45"). `found` must be of this text;
 * identify() finds nothing in the masked text.
 */
void mask(struct span text, const struct identifier_list *found, struct buf *out);

/* GB 11643-1999, annex: true when 17 digits and the check digit (0-9, X, x) fit. */
bool id_number_check(struct span digits18);

/* GB 32100-2015: true when the 18th character fits the first 17. */
bool credit_code_check(struct span characters18);

/* GB 11714-1997: true when the 9th character fits the first 8 (a hyphen before it is allowed). */
bool organisation_code_check(struct span code);

#endif
