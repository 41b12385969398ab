/*
 * Hours: when operators answer. China time, wherever the server stands. Pure; any thread.
 */
#ifndef DAYI_HANDOVER_HOURS_H
#define DAYI_HANDOVER_HOURS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HOURS_SPANS_MOST = 32, HOURS_TEXT_SIZE = 1024 };

/* On one day of the week, from 1 (Monday) to 7; minutes since midnight, `to` is the first one
 * outside. */
struct hours_span {
	int day, from, to;
};

/* Without spans: always. */
struct hours {
	struct hours_span spans[HOURS_SPANS_MOST];
	size_t count;
	char text[HOURS_TEXT_SIZE]; /* the same in Chinese: 周一至周五 8:30-12:00；"" always */
};

/*
 * Reads "1-5 8:30-12:00,14:30-18:00; 6 9:00-12:00": days of the week and times, groups parted by
 * semicolons; "" is always. False where it is not that.
 */
bool hours_read(const char *text, struct hours *out);

bool hours_open(const struct hours *hours, int64_t wall_ms);

#endif
