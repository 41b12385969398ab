/*
 * Grow: an array from malloc() that doubles as items are added to it.
 */
#ifndef DAYI_BASE_GROW_H
#define DAYI_BASE_GROW_H

#include <assert.h>
#include <stdlib.h>

/*
 * Makes room for one more item of `size` bytes behind `count` ones. Returns the array, moved or
 * not, and raises *capacity to what it holds, `first` at the beginning. NULL out of memory: the old
 * array is still the caller's then.
 */
static inline void *grow(void *items, size_t count, size_t *capacity, size_t size, size_t first)
{
	assert(count <= *capacity && first > 0);
	if (count < *capacity)
		return items;
	const size_t wanted = *capacity > 0 ? 2 * *capacity : first;
	void *grown = reallocarray(items, wanted, size);
	if (grown)
		*capacity = wanted;
	return grown;
}

#endif
