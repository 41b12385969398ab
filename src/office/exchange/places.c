#include "office/exchange/places.h"

#include <string.h>

enum { PLACES_BYTES_MOST = 1 << 26 };

void places_init(struct places *places)
{
	buf_init(&places->numbers, PLACES_BYTES_MOST);
}

void places_deinit(struct places *places)
{
	buf_deinit(&places->numbers);
}

enum status places_status(const struct places *places)
{
	return buf_status(&places->numbers);
}

/* As lines_split() ends them. */
size_t places_lines(struct span text)
{
	size_t lines = 0;

	for (size_t i = 0; i < text.len; i++)
		lines += text.ptr[i] == '\n' ? i == 0 || text.ptr[i - 1] != '\r'
		                             : text.ptr[i] == '\r';
	return lines;
}

void places_add(struct places *places, struct span added, unsigned place)
{
	for (size_t lines = places_lines(added); lines > 0; lines--)
		buf_append(&places->numbers, &place, sizeof(place));
}

unsigned places_at(const struct places *places, size_t line)
{
	unsigned place;

	if (line >= places->numbers.len / sizeof(place))
		return 0;
	memcpy(&place, places->numbers.ptr + line * sizeof(place), sizeof(place));
	return place;
}

void places_copy(struct places *places, const struct places *from, size_t first, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const unsigned place = places_at(from, first + i);

		buf_append(&places->numbers, &place, sizeof(place));
	}
}
