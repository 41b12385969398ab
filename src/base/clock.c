#include "base/clock.h"

#include <time.h>

static int64_t system_wall_ms(void *context)
{
	struct timespec now;

	(void)context;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t microseconds(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t system_monotonic_us(void *context)
{
	(void)context;
	return microseconds(CLOCK_MONOTONIC);
}

static int64_t thread_us(void *context)
{
	(void)context;
	return microseconds(CLOCK_THREAD_CPUTIME_ID);
}

struct clock clock_system(void)
{
	return (struct clock){ .wall_ms = system_wall_ms, .monotonic_us = system_monotonic_us };
}

struct clock clock_computing(void)
{
	return (struct clock){ .wall_ms = system_wall_ms, .monotonic_us = thread_us };
}
