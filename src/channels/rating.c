#include "channels/rating.h"

#include "channels/message.h"

bool rating_read(const cJSON *object, struct rating *out)
{
	const char *value;

	*out = (struct rating){ 0 };
	if (!message_string(object, "receipt", &out->receipt) || !out->receipt ||
	    !message_string(object, "value", &value) || !value ||
	    !message_string(object, "reason", &out->reason))
		return false;
	out->value = rating_named(value);
	return out->value != RATING_NONE;
}
