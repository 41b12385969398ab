/* The loop is driven by an eventfd and poll(): `wake` writes to the one; the other waits for it, or
 * for the next alarm. */
#include "run/fetching.h"

#include <assert.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "run/loop.h"

enum { POSTS_MOST = 16, WAIT_LONGEST_MS = 1000 };

struct fetching {
	struct clock clock;
	int event;
	int64_t alarm_us;
	struct loop *loop;
	struct jobs *jobs;
	struct fetcher *fetcher;
};

static void wake(void *context)
{
	const struct fetching *fetching = context;
	const uint64_t one = 1;
	const ssize_t written = write(fetching->event, &one, sizeof(one));

	assert(written == (ssize_t)sizeof(one));
	(void)written;
}

static void set_alarm(void *context, int64_t at_us)
{
	struct fetching *fetching = context;

	fetching->alarm_us = at_us;
}

static enum status begin(struct fetching *fetching, const struct fetch_settings *settings)
{
	const struct loop_driver driver = { wake, set_alarm, fetching };
	struct job_limits limits[JOB_CLASSES] = { 0 };
	enum status status;

	fetching->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (fetching->event < 0)
		return STATUS_IO;
	fetcher_job_limits(settings, limits);
	status = loop_create(&fetching->loop, &driver, fetching->clock, POSTS_MOST);
	if (status == STATUS_OK)
		status = jobs_create(&fetching->jobs, fetching->loop, limits);
	if (status == STATUS_OK)
		status = fetcher_create(&fetching->fetcher, fetching->loop, fetching->jobs, NULL,
		                        fetching->clock, settings);
	return status;
}

enum status fetching_open(struct fetching **out, const struct fetch_settings *settings)
{
	struct fetching *fetching = calloc(1, sizeof(*fetching));
	enum status status;

	*out = NULL;
	if (!fetching)
		return STATUS_NO_MEMORY;
	fetching->clock = clock_system();
	fetching->alarm_us = INT64_MAX;
	status = begin(fetching, settings);
	if (status == STATUS_OK)
		*out = fetching;
	else
		fetching_close(fetching);
	return status;
}

void fetching_close(struct fetching *fetching)
{
	if (!fetching)
		return;
	fetcher_stop(fetching->fetcher);
	if (fetching->jobs)
		jobs_stop(fetching->jobs);
	if (fetching->loop)
		loop_run(fetching->loop);
	fetcher_destroy(fetching->fetcher);
	jobs_destroy(fetching->jobs);
	loop_destroy(fetching->loop);
	if (fetching->event >= 0)
		close(fetching->event);
	free(fetching);
}

struct fetcher *fetching_fetcher(struct fetching *fetching)
{
	return fetching->fetcher;
}

bool fetching_wait(struct fetching *fetching, const bool *done, const atomic_bool *ended)
{
	struct pollfd polled = { .fd = fetching->event, .events = POLLIN };
	uint64_t count;

	while (!*done && !(ended && atomic_load(ended))) {
		const int64_t left_us = fetching->alarm_us - clock_monotonic_us(&fetching->clock);
		int wait_ms = WAIT_LONGEST_MS;

		if (left_us < (int64_t)WAIT_LONGEST_MS * 1000)
			wait_ms = left_us > 0 ? (int)(left_us / 1000) + 1 : 0;
		if (poll(&polled, 1, wait_ms) == 1)
			(void)!read(fetching->event, &count, sizeof(count));
		loop_run(fetching->loop);
	}
	return *done;
}
