/*
 * The text in which identify() looks for numbers, as cells that fold digits, letters and separators
 * of any form; shared by the parts of this module alone.
 */
#ifndef DAYI_TEXT_IDENTIFY_SCAN_H
#define DAYI_TEXT_IDENTIFY_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/text/identify.h"

enum {
	SEPARATOR_MOST = 3, /* "138 - 0000": blanks and hyphens between two groups of digits */
	CANONICAL_MOST = 64,
	STARS_LEAST = 3, /* in a row, in what mask() writes */
	STARS_MOST = 24,
};

enum {
	JIAN = 0x5EFA,
	AN = 0x5B89,
};

/* A code point of the text as typed; those without a width are left out. */
struct cell {
	uint32_t start; /* byte offset */
	uint32_t point;
	char letter; /* 0-9 A-Z of any width, ' ', other ASCII as the normaliser has it; 0 = none */
};

struct scan {
	struct span text;
	struct arena *arena;
	const struct cell *cells;
	size_t count;
};

/* An identifier in cells [first, end). */
struct match {
	enum identifier_kind kind;
	enum identifier_fault fault;
	size_t first, end;
	char canonical[CANONICAL_MOST];
};

/* The result of scan_gather(). */
struct gathered {
	char text[CANONICAL_MOST];
	size_t end;    /* cell after the last one */
	bool is_apart; /* in groups with separators between them */
	size_t group;  /* length of the first group */
};

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static inline bool is_alnum(char c)
{
	return is_digit(c) || is_upper(c);
}

static inline char to_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* The letter of the cell at `at`; 0 where it has none or there is no such cell. */
static inline char scan_letter(const struct scan *s, size_t at)
{
	return at < s->count ? s->cells[at].letter : 0;
}

static inline char scan_letter_before(const struct scan *s, size_t at)
{
	return at > 0 ? s->cells[at - 1].letter : 0;
}

static inline uint32_t scan_point(const struct scan *s, size_t at)
{
	return at < s->count ? s->cells[at].point : 0;
}

/* A code point as the letter of a cell; 0 where it is none. */
char scan_fold(uint32_t point);
/* Makes the cells of the text; none when it has no digit, and so no identifier. */
MUST_CHECK enum status scan_make(struct scan *s, struct span text, struct arena *arena);
/* The first cell behind up to SEPARATOR_MOST blanks or hyphens (blanks alone). */
size_t scan_skip_separator(const struct scan *s, size_t at);
size_t scan_skip_blanks(const struct scan *s, size_t at);
/*
 * Whether cells [first, end) are no rest of a masked number. What a mask leaves ("410***17") is
 * never part of an identifier, so a masked text has none. Stars for another purpose
 * ("**13800000017") do not hide one.
 */
bool scan_is_free(const struct scan *s, size_t first, size_t end);

/* Whether the letter may stand at that place of a number, counted from 0. */
typedef bool take_rule(char letter, size_t place);
bool takes_digits(char letter, size_t place);
/* 17 digits and a digit, X or ×. */
bool takes_id_number(char letter, size_t place);
/* Collects `count` characters from `at`; false if others or the end come first. */
bool scan_gather(const struct scan *s, size_t at, size_t count, take_rule *takes,
                 struct gathered *out);

/* The certificate number whose 建 is at `at`. */
bool match_certificate_number(const struct scan *s, size_t at, struct match *out);

#endif
