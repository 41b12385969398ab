#include "engine/api/api.h"

#include <string.h>

/* No header will ever have a larger one: a size above was never set. */
enum { STRUCT_MOST = 4096 };

/* The size that stands at the head of each. */
static size_t size_of(const void *given)
{
	size_t size;

	memcpy(&size, given, sizeof(size));
	return size;
}

bool options_take(void *to, size_t size, const void *given)
{
	const unsigned char *bytes = given;
	const size_t own = given ? size_of(given) : 0;

	memset(to, 0, size);
	if (!given)
		return true;
	if (own < sizeof(size_t) || own > STRUCT_MOST)
		return false;
	for (size_t i = size; i < own; i++)
		if (bytes[i] != 0)
			return false;
	memcpy(to, given, own < size ? own : size);
	return true;
}

bool options_give(void *given, const void *from, size_t size)
{
	const size_t own = size_of(given);

	if (own < sizeof(size_t) || own > STRUCT_MOST)
		return false;
	memset(given, 0, own);
	memcpy(given, from, own < size ? own : size);
	memcpy(given, &own, sizeof(own));
	return true;
}
