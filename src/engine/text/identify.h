/*
 * Identify: finds, verifies and masks the numbers in a text that identify a person or a company.
 *
 *   18-digit ID number       GB 11643-1999 (check digit ISO 7064 MOD 11-2, date of birth)
 *   15-digit ID number       GB 11643-1989 (no check digit, date of birth yymmdd)
 *   unified credit code      GB 32100-2015 (18 characters, check character MOD 31-3)
 *   organisation code        GB 11714-1997 (8 + 1 characters, check character MOD 11)
 *   certificate number       豫建安A/B/C/C1/C2/C3（year）number
 *   mobile and landline numbers
 *
 * A number with a wrong check digit or an impossible date is found too: it is masked, and its fault
 * is reported. Full-width digits and letters count as half-width, characters of no width are
 * skipped, and blanks or hyphens, but no line breaks, may divide a number into groups.
 *
 * Where the standards leave it open, these rules decide:
 * - 18 digits in a row are always an ID number. In groups they are one only with a valid province
 *   and date. Longer and shorter runs (bank cards, order numbers) never are, whatever they contain.
 * - 15 digits are an ID number if they begin with a province.
 * - A credit code has a letter besides a final X, or is 18 digits that fit GB 32100 but cannot be
 *   an ID number. A company's code (91, 92, 93) with a letter that GB 32100 does not use (O for 0)
 *   is found, with a fault.
 * - An organisation code must fit its check character or follow the words 机构代码. Nine digits
 *   after QQ or 群 are not one.
 * - Mobile numbers are 1[3-9] and nine digits, with or without +86. Landline numbers have an area
 *   code. The office's own number is found like any other: a caller that wants it readable removes
 *   it from the list before mask().
 *
 * Units: places are byte offsets. Threads: any, there is no state.
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
	 * Without inner blanks, hyphens and country code, in half width and upper case; the year in
	 * a certificate number is always in ( ). From the arena.
	 */
	const char *canonical;
};

struct identifier_list {
	struct identifier *items; /* in order of start, not overlapping */
	size_t count;
};

/*
 * Reads the text as typed, not normalised, in linear time; ill-formed UTF-8 is skipped. The list
 * and its canonical forms live in the arena. STATUS_LIMIT above 1 MiB of input, STATUS_NO_MEMORY if
 * the arena is exhausted.
 */
MUST_CHECK enum status identify(struct span text, struct arena *arena, struct identifier_list *out);

/*
 * Appends the text with every identifier masked. A long one keeps its first three and last two
 * characters ("410*************17"), another one its first two and its last, a certificate number
 * also its class and brackets ("豫建安B（****）*****45"). `found` must be of this text. identify()
 * finds nothing in the masked text. `out` says whether there was room (buf_status()).
 */
void mask(struct span text, const struct identifier_list *found, struct buf *out);

#endif
