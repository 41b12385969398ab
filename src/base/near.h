/*
 * Near: which known name a mistyped one was meant to be.
 *
 * Set `wrong`, try every known name, then ask. Two names are near when a third of the letters at
 * most differ: one more, one less, another, or two neighbours exchanged. Capitals do not count.
 */
#ifndef DAYI_BASE_NEAR_H
#define DAYI_BASE_NEAR_H

#include <stddef.h>

struct near {
	const char *wrong;
	const char *best; /* borrowed; NULL: none is near */
	size_t distance;  /* of the best */
};

void near_try(struct near *near, const char *known);

#endif
