/*
 * The rules of privacy: patterns over a privacy_view. Private to text/.
 *
 * * * A rule with `digits` matches from at most PRIVACY_REACH characters before a digit of its
 * match, unless the match may be letters alone, and is tried only there; one with `close` only
 * before numbers of so many digits. A rule without digits that needs PRIVACY_LETTERS_LEAST visible
 * ASCII characters matches from at most PRIVACY_LETTERS_REACH characters before a letter or digit.
 *
 * * * Rules are tried in order. A stretch taken by one rule reads as \x01 (kept) or \x02 (masked)
 * for the next ones; a rule with \x02 in its pattern is tried only after something was masked.
 * Every pattern starts at the start of a number or word and has bounded repeats, so the whole is
 * linear in the text.
 */
#ifndef DAYI_TEXT_PRIVACY_RULES_H
#define DAYI_TEXT_PRIVACY_RULES_H

#include <stdbool.h>
#include <stddef.h>

enum {
	PRIVACY_REACH = 64,
	PRIVACY_LETTERS_REACH = 24,
	PRIVACY_LETTERS_LEAST = 4,
	PRIVACY_CLOSE = 4,
	PRIVACY_CLOSE_LEAST = 5, /* in `close` of a rule that has it */
};

enum privacy_style {
	PRIVACY_KEEP,        /* no personal datum, whatever later rules say */
	PRIVACY_ENDS,        /* the first three and last two characters stay, or fewer */
	PRIVACY_WHOLE,       /* three stars */
	PRIVACY_NAME,        /* the surname stays */
	PRIVACY_CERTIFICATE, /* the class and the brackets stay */
};

/* What a match must fulfil besides. */
enum privacy_test {
	PRIVACY_ANY,
	PRIVACY_ID_NUMBER, /* a birth date that an applicant may have */
	PRIVACY_ID_PARTS,  /* the same, in few parts */
	PRIVACY_GROUPS,    /* divided as people divide numbers; no list, version or address */
	PRIVACY_CARD,      /* the same, and the Luhn check */
	PRIVACY_VERSION,
	PRIVACY_CODE,    /* a number or sign in it */
	PRIVACY_ACCOUNT, /* the same, or a capital letter within */
	PRIVACY_BASE64,  /* something personal inside */
	PRIVACY_PUBLIC,  /* not what the office prints */
	PRIVACY_NO_LIST,
	PRIVACY_CREDIT_CODE,
	PRIVACY_WORD,      /* as PRIVACY_ANY; may be letters alone */
	PRIVACY_WORD_CODE, /* as PRIVACY_CODE; the same */
};

struct privacy_rule {
	/* Tried only where the classes that it opens with, "[...]" or "(?=[...][...])", have the
	 * characters (privacy_starts.h): a rule over whole texts should open with some. */
	const char *pattern;
	enum privacy_style style;
	enum privacy_test test;
	/*
	 * Least number of digits and of visible ASCII characters in the text; with fewer, the rule
	 * cannot match and is not tried.
	 */
	size_t digits, plain;
	/*
	 * If not 0: `close` is the least number of digits with at most PRIVACY_CLOSE characters
	 * between two of them, which hold all digits of the number matched; `run` the least number
	 * of visible ASCII characters in a row.
	 */
	size_t close, run;
	const char *needs; /* one of these texts, parted by "|"; NULL: none */
	bool id_number;    /* what it finds has all parts of a person's ID number */
};

extern const struct privacy_rule privacy_rules[];
extern const size_t privacy_rule_count;

#endif
