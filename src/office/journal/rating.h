/*
 * Rating: what a person thinks of an answer.
 */
#ifndef DAYI_JOURNAL_RATING_H
#define DAYI_JOURNAL_RATING_H

/* None is no rating: what is not rated yet. */
enum rating_value { RATING_NONE, RATING_UP, RATING_DOWN };

/* Borrowed texts. */
struct rating {
	const char *receipt;
	enum rating_value value;
	const char *reason; /* or NULL */
};

/* "up", "down"; "" for none. Static. */
const char *rating_name(enum rating_value value);

/* The value of that name, RATING_NONE where there is none. */
enum rating_value rating_named(const char *name);

#endif
