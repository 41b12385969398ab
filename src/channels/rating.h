/*
 * Rating: what a person thinks of an answer, the same members for every channel.
 */
#ifndef DAYI_CHANNELS_RATING_H
#define DAYI_CHANNELS_RATING_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "base/status.h"

/* RATING_NONE: not rated yet. */
enum rating_value { RATING_NONE, RATING_UP, RATING_DOWN };

/* Borrows from the object it was read from. */
struct rating {
	const char *receipt;
	enum rating_value value;
	const char *reason; /* or NULL */
};

/* "up", "down"; "" for none. Static. */
const char *rating_name(enum rating_value value);

/* Returns false if a member is missing or has an invalid value. */
MUST_CHECK bool rating_read(const cJSON *object, struct rating *out);

#endif
