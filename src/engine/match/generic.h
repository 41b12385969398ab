/*
 * Generic: Chinese that is the same in every office, compiled in from generic.txt.
 */
#ifndef DAYI_MATCH_GENERIC_H
#define DAYI_MATCH_GENERIC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

enum generic_part {
	GENERIC_VARIANTS, /* head: the usual character; word: one written for it */
	GENERIC_SAME,     /* head: the usual word; word: what is said for it */
	GENERIC_BARE,     /* head: as a very question has it, or "-"; word: what is said for it */
	GENERIC_NAMES,    /* head: the first of its line; word: what somebody holds or asks about */
	GENERIC_HOLDERS,  /* head: the first of its line; word: who it is for */
	GENERIC_ACTS,     /* head: the first of its line; word: who says it asks for the same act */
	GENERIC_PLACES, /* head: the first of its line; word: a place of that part of the country */
	GENERIC_THINGS, /* word: what somebody holds ends with it */
	GENERIC_SLOTS,  /* word: what stands one for another ends with it */
	GENERIC_OPEN,   /* word: names nothing before such an end, or only looks like one */
	GENERIC_STAYING,   /* word: somebody is or comes from the place behind it */
	GENERIC_BELONGING, /* word: somebody or something is from the place before it */
	GENERIC_OF_PLACE,  /* word: what stands before it may be a place */
	GENERIC_NO_PLACE,  /* word: makes the place before it part of another name */
	GENERIC_NO_TOPIC,  /* word: for whom, or when */
	GENERIC_ASPECTS,   /* head: the first of its line; word: asks that of a thing */
	GENERIC_TELLS,     /* head: of such a line; word: an answer that tells it has it */
	GENERIC_MAY,       /* word: asks whether a thing may be done */
	GENERIC_NO_ASPECT, /* word: only looks like one of an aspect */
	GENERIC_TROUBLE,   /* word: something went wrong */
	GENERIC_LIGHT,     /* word: tells nothing of what is asked */
	GENERIC_EVERYDAY,  /* word: characters, each of which is common in any text */
	GENERIC_FRAME,     /* word: asks, or is asked about anything; tells no subject */
	GENERIC_ASKING,    /* word: asks; answers seldom have it */
	GENERIC_FAR,       /* word: a message that no office covers */
};

struct generic_word {
	enum generic_part part;
	struct span head; /* empty where the part has none */
	struct span word;
};

/* A place in the table; made by generic_read(). */
struct generic_reader {
	struct span text;             /* of the table */
	size_t at;                    /* the next line */
	enum generic_part part, last; /* being read, and the last to read */
	bool inside, found;           /* a section of the part; any section of it */
	struct span head, rest;       /* of the line being read */
};

/*
 * Begins to read the parts from `first` to `last`: in the order of the enum, wherever in the file
 * their sections stand, which are found by their names.
 */
struct generic_reader generic_read(enum generic_part first, enum generic_part last);
/*
 * The next word; false after the last one. It points into the table, which lives as long as the
 * process. The file must have a section of every part that is read: asserted.
 */
bool generic_next(struct generic_reader *reader, struct generic_word *out);

#endif
