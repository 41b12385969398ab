#include "match/quote.h"

#include <string.h>

static size_t reduce(const uint32_t *points, size_t count, uint32_t *out)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (code_point_is_han(points[i]) || code_point_is_word(points[i]))
			out[kept++] = points[i];
	return kept;
}

enum status quote_stands_in(const struct text *text, const uint32_t *phrase, size_t count,
                            struct arena *arena, bool *stands)
{
	uint32_t *all = arena_room(arena, text->count + 1, sizeof(*all));
	uint32_t *wanted = arena_room(arena, count + 1, sizeof(*wanted));
	*stands = false;
	if (!all || !wanted)
		return STATUS_NO_MEMORY;
	const size_t length = reduce(phrase, count, wanted);
	const size_t most = reduce(text->points, text->count, all);
	for (size_t at = 0; length >= QUOTE_LEAST && at + length <= most && !*stands; at++)
		*stands = memcmp(all + at, wanted, length * sizeof(*all)) == 0;
	return STATUS_OK;
}
