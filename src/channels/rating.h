/*
 * Rating: the members of one, the same for every channel.
 */
#ifndef DAYI_CHANNELS_RATING_H
#define DAYI_CHANNELS_RATING_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "base/status.h"
#include "office/journal/rating.h"

/*
 * *out borrows from the object. Returns false if a member is missing or has an invalid value.
 */
MUST_CHECK bool rating_read(const cJSON *object, struct rating *out);

#endif
