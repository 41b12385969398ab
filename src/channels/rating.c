#include "channels/rating.h"

#include <assert.h>
#include <string.h>

#include "channels/message.h"

static const char *const names[] = { "", "up", "down" };

const char *rating_name(enum rating_value value)
{
	assert((size_t)value < sizeof(names) / sizeof(names[0]));
	return names[value];
}

static enum rating_value value_of(const char *name)
{
	if (strcmp(name, names[RATING_UP]) == 0)
		return RATING_UP;
	return strcmp(name, names[RATING_DOWN]) == 0 ? RATING_DOWN : RATING_NONE;
}

bool rating_read(const cJSON *object, struct rating *out)
{
	const char *value;

	*out = (struct rating){ 0 };
	if (!message_string(object, "receipt", &out->receipt) || !out->receipt ||
	    !message_string(object, "value", &value) || !value ||
	    !message_string(object, "reason", &out->reason))
		return false;
	out->value = value_of(value);
	return out->value != RATING_NONE;
}
