#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"

static int64_t from_context(void *context)
{
	return *(int64_t *)context;
}

static void a_clock_of_ones_own_decides_what_time_it_is(void **state)
{
	int64_t now = 42;
	struct clock clock = { from_context, from_context, &now };

	(void)state;
	assert_int_equal(clock_wall_ms(&clock), 42);
	now = 43;
	assert_int_equal(clock_monotonic_us(&clock), 43);
}

static void the_system_clock_agrees_with_time(void **state)
{
	struct clock clock = clock_system();
	int64_t before = (int64_t)time(NULL);
	int64_t ms = clock_wall_ms(&clock);

	(void)state;
	/* time() may lag behind by a tick. */
	assert_in_range(ms, before * 1000, (before + 3) * 1000);
}

static void the_monotonic_clock_counts_microseconds(void **state)
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	struct clock clock = clock_system();
	int64_t start = clock_monotonic_us(&clock);

	(void)state;
	nanosleep(&pause, NULL);
	assert_in_range(clock_monotonic_us(&clock) - start, 20000, 5000000);
}

static void the_computing_clock_stands_still_while_the_thread_waits(void **state)
{
	const struct timespec pause = { .tv_nsec = 50000000 };
	struct clock clock = clock_computing();
	int64_t start = clock_monotonic_us(&clock);

	(void)state;
	nanosleep(&pause, NULL);
	assert_in_range(clock_monotonic_us(&clock) - start, 0, 49000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clock_of_ones_own_decides_what_time_it_is),
		cmocka_unit_test(the_system_clock_agrees_with_time),
		cmocka_unit_test(the_monotonic_clock_counts_microseconds),
		cmocka_unit_test(the_computing_clock_stands_still_while_the_thread_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
