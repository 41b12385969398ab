/*
 * Number format code: the sections and parts that number_format.h shows values by. Private to the
 * number format.
 */
#ifndef DAYI_EXCHANGE_NUMBER_FORMAT_CODE_H
#define DAYI_EXCHANGE_NUMBER_FORMAT_CODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

enum part_kind {
	PART_TEXT,
	PART_DIGIT, /* 0 # ? */
	PART_POINT,
	PART_COMMA,
	PART_PERCENT,
	PART_SLASH,
	PART_VALUE,    /* General, @ */
	PART_DATE,     /* a run of one letter: yyyy, m, dd, aaaa, h, s; n is a minute */
	PART_FRACTION, /* zeros behind the point of a second */
	PART_ELAPSED,  /* [h], [m], [s] */
	PART_HALF,     /* AM/PM, 上午/下午 */
};

struct part {
	enum part_kind kind;
	char letter;
	struct span text; /* of the code */
};

/* How a number is to the limit of a section. */
enum { IS_BELOW = 1, IS_EQUAL = 2, IS_ABOVE = 4 };

struct section {
	const struct part *parts;
	size_t count;
	/* For which numbers it is: those whose relation to the limit is among `takes`. */
	unsigned takes;
	double limit;
	bool signless; /* for negative numbers alone: it writes their sign itself */
	/* Of numbers: places before the point and behind it, those of them that 0 fills. */
	int whole, whole_least, decimals, decimals_least;
	int scale; /* as a power of ten */
	bool grouped, pointed;
	/* Of dates: */
	bool dated, timed, halved;
	bool numerals; /* 三十一 */
	bool foreign;  /* its names of days and months may be other ones than English */
	int fraction;  /* places of a second */
};

enum { FORMAT_PARTS_MOST = 96, FORMAT_SECTIONS_MOST = 4 };

struct number_format {
	bool understood;
	struct section sections[FORMAT_SECTIONS_MOST];
	size_t section_count;
	size_t number_sections; /* those before the one for texts */
	struct part parts[FORMAT_PARTS_MOST];
	size_t part_count;
	size_t code_len;
	char code[]; /* terminated */
};

/* Reads the code that the format holds. False where it is not understood. */
bool number_format_read(struct number_format *format);

#endif
