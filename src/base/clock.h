/*
 * Clock: passed in wherever time matters, so that tests decide what time it is.
 */
#ifndef DAYI_BASE_CLOCK_H
#define DAYI_BASE_CLOCK_H

#include <stdint.h>

struct clock {
	int64_t (*wall_ms)(void *context);      /* milliseconds since 1970-01-01T00:00:00Z */
	int64_t (*monotonic_us)(void *context); /* microseconds since some fixed moment */
	void *context;
};

/* The system's own clocks. */
struct clock clock_system(void);

/*
 * The same, but monotonic_us() is the processor time of the calling thread: for limits that must
 * not depend on how busy the machine is.
 */
struct clock clock_computing(void);

static inline int64_t clock_wall_ms(const struct clock *clock)
{
	return clock->wall_ms(clock->context);
}

static inline int64_t clock_monotonic_us(const struct clock *clock)
{
	return clock->monotonic_us(clock->context);
}

#endif
