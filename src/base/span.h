/*
 * A borrowed run of bytes: pointer and length, no terminator promised.
 *
 * A span never owns. Who made the bytes says how long they live.
 */
#ifndef DAYI_BASE_SPAN_H
#define DAYI_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
	const char *ptr;
	size_t len;
};

/* For printf's "%.*s": SPAN_ARGS(s) gives the two arguments. */
#define SPAN_ARGS(s) (int)(s).len, (s).ptr

static inline struct span span_of(const char *string)
{
	struct span s = { string, string ? strlen(string) : 0 };
	return s;
}

static inline bool span_equal(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

#endif
