#include "office/journal/rating.h"

#include <assert.h>
#include <string.h>

static const char *const names[] = { "", "up", "down" };

const char *rating_name(enum rating_value value)
{
	assert((size_t)value < sizeof(names) / sizeof(names[0]));
	return names[value];
}

enum rating_value rating_named(const char *name)
{
	if (strcmp(name, names[RATING_UP]) == 0)
		return RATING_UP;
	return strcmp(name, names[RATING_DOWN]) == 0 ? RATING_DOWN : RATING_NONE;
}
