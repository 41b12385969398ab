/*
 * The rules of privacy: patterns over a privacy_view. Private to text/.
 *
 * A rule that asks for digits begins at most PRIVACY_REACH characters before a digit of what it
 * matches, unless that may be letters alone: it is looked for only there. One that asks for no
 * digits and for PRIVACY_LETTERS_LEAST visible ASCII characters begins at most
 * PRIVACY_LETTERS_REACH characters before a letter or digit.
 *
 * They are tried in order; what one took is no longer seen by the next ones. A taken stretch reads
 * as \x01 (kept) or \x02 (masked) from then on; a rule whose pattern has \x02 in it is tried only
 * where something was masked. Every pattern begins at the beginning of a number or word and repeats
 * within bounds: the whole is linear in the text.
 */
#ifndef DAYI_TEXT_PRIVACY_RULES_H
#define DAYI_TEXT_PRIVACY_RULES_H

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
	const char *pattern;
	enum privacy_style style;
	enum privacy_test test;
	/* Digits and visible ASCII characters: without that many in the text no match is possible,
	 * and the rule is not tried. */
	size_t digits, plain;
	/* The same, where not 0: of the digits that many with PRIVACY_CLOSE characters at most
	 * between one and the next, and all of the match among them; of the visible ASCII
	 * characters that many in a row. */
	size_t close, run;
	const char *needs; /* one of these texts, parted by "|"; NULL: none */
};

extern const struct privacy_rule privacy_rules[];
extern const size_t privacy_rule_count;

#endif
