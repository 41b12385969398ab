/*
 * Lower bound: where in a sorted array a key belongs. For what bsearch() does not tell: the first
 * of several items with a key, or the place of a key that no item has.
 */
#ifndef DAYI_BASE_LOWER_BOUND_H
#define DAYI_BASE_LOWER_BOUND_H

#include <stddef.h>

/*
 * The index of the first of `count` items of `size` bytes that is not before the key; `count` where
 * all are before it. As for bsearch(), compare(key, item) is above 0 if the item is before the key,
 * and no such item may stand behind one that is not. Inlined together with the comparison.
 */
static inline size_t lower_bound(const void *key, const void *items, size_t count, size_t size,
                                 int (*compare)(const void *key, const void *item))
{
	size_t low = 0, high = count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (compare(key, (const char *)items + middle * size) > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

#endif
