#include "base/near.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

enum { NAME_SIZE = 100 /* bytes; a longer name is near to none */ };

static char small(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static size_t least_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The optimal string alignment distance; three rows of its table at a time. */
static size_t distance(const char *a, const char *b)
{
	size_t rows[3][NAME_SIZE] = { { 0 } };
	const size_t len = strlen(b);

	if (len >= NAME_SIZE || strlen(a) >= NAME_SIZE)
		return SIZE_MAX;
	for (size_t j = 0; j <= len; j++)
		rows[0][j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		const size_t *before = rows[(i + 1) % 3], *above = rows[(i + 2) % 3];
		size_t *row = rows[i % 3];

		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			const char left = small(a[i - 1]), right = small(b[j - 1]);

			row[j] = least_of(above[j - 1] + (left != right),
			                  least_of(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && left == small(b[j - 2]) && small(a[i - 2]) == right)
				row[j] = least_of(row[j], before[j - 2] + 1);
		}
	}
	return rows[strlen(a) % 3][len];
}

void near_try(struct near *near, const char *known)
{
	const size_t found = distance(near->wrong, known);
	const size_t most = strlen(near->wrong) / 3;

	if (found > (most > 0 ? most : 1) || found >= strlen(near->wrong))
		return;
	if (near->best && near->distance <= found)
		return;
	assert(found < strlen(near->wrong));
	near->best = known;
	near->distance = found;
}
