/*
 * Sort: a few items faster than qsort(), which calls for every comparison.
 */
#ifndef DAYI_BASE_SORT_H
#define DAYI_BASE_SORT_H

#include <stdlib.h>
#include <string.h>

enum {
	SORT_FEW_MOST = 64,
	SORT_ITEM_MOST = 128, /* bytes */
};

/* As qsort(). Up to SORT_FEW_MOST items of SORT_ITEM_MOST bytes go by insertion, inlined. */
static inline void sort_few(void *items, size_t count, size_t size,
                            int (*compare)(const void *, const void *))
{
	char *first = items;
	char moved[SORT_ITEM_MOST];
	if (count > SORT_FEW_MOST || size > SORT_ITEM_MOST) {
		qsort(items, count, size, compare);
		return;
	}
	for (size_t i = 1; i < count; i++) {
		size_t at = i;
		while (at > 0 && compare(first + i * size, first + (at - 1) * size) < 0)
			at--;
		if (at == i)
			continue;
		memcpy(moved, first + i * size, size);
		memmove(first + (at + 1) * size, first + at * size, (i - at) * size);
		memcpy(first + at * size, moved, size);
	}
}

#endif
