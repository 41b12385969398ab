/*
 * The loop of fetch.h is driven here by an eventfd and poll(): `wake` writes to the one, and the
 * other waits for it or for the next alarm.
 */
#include "cli/links.h"

#include <assert.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/language.h"
#include "office/authoring/link_check.h"
#include "office/authoring/stale.h"
#include "run/fetch.h"

enum { ARENA_BYTES = 64 << 20, POSTS_MOST = 16, LANES = 8, A_PEER = 4, WAIT_LONGEST_MS = 1000 };

struct tries {
	const struct stale_link *links;
	struct faults *faults;
	struct links_tried *tried;
	struct clock clock;
	int event;
	int64_t alarm_us;
	bool done;
};

static void wake(void *context)
{
	const struct tries *tries = context;
	const uint64_t one = 1;
	const ssize_t written = write(tries->event, &one, sizeof(one));

	assert(written == (ssize_t)sizeof(one));
	(void)written;
}

static void set_alarm(void *context, int64_t at_us)
{
	struct tries *tries = context;

	tries->alarm_us = at_us;
}

static void take_result(void *context, size_t index, const struct link_result *result)
{
	struct tries *tries = context;
	const struct stale_link *link = &tries->links[index];
	const struct entry *entry = link->entries[0];

	tries->tried->fine += result->state == LINK_FINE;
	tries->tried->broken += result->state == LINK_BROKEN;
	tries->tried->silent += result->state == LINK_SILENT;
	if (result->state == LINK_BROKEN)
		faults_add(tries->faults, FAULT_WARNING, entry->file, entry->line, NULL,
		           "the link %s is answered with %d", link->url, result->status);
	else if (result->state == LINK_SILENT)
		faults_add(tries->faults, FAULT_WARNING, entry->file, entry->line, NULL,
		           "the link %s is not answered: %s", link->url, result->reason);
}

static void take_end(void *context)
{
	((struct tries *)context)->done = true;
}

static void wait_for(struct tries *tries)
{
	const int64_t left_us = tries->alarm_us - clock_monotonic_us(&tries->clock);
	struct pollfd polled = { .fd = tries->event, .events = POLLIN };
	uint64_t count;
	int wait_ms = WAIT_LONGEST_MS;

	if (left_us < (int64_t)WAIT_LONGEST_MS * 1000)
		wait_ms = left_us > 0 ? (int)(left_us / 1000) + 1 : 0;
	if (poll(&polled, 1, wait_ms) == 1 && read(tries->event, &count, sizeof(count)) < 0)
		return; /* it was read already */
}

static enum status run(struct tries *tries, struct loop *loop, struct fetcher *fetcher,
                       const char *const *urls, size_t count)
{
	const struct link_check_settings settings = {
		.fetcher = fetcher,
		.urls = urls,
		.count = count,
		.at_once = LINK_CHECK_AT_ONCE_MOST,
		.tried = take_result,
		.done = take_end,
		.context = tries,
	};
	struct link_check *check = NULL;
	const enum status status = link_check_start(&check, &settings);

	while (status == STATUS_OK && !tries->done) {
		wait_for(tries);
		loop_run(loop);
	}
	link_check_destroy(check);
	return status;
}

static enum status open_and_run(struct tries *tries, const char *const *urls, size_t count)
{
	const struct fetch_settings settings = { .lanes = LANES,
		                                 .per_peer = A_PEER,
		                                 .most = 2 * LINK_CHECK_AT_ONCE_MOST };
	const struct loop_driver driver = { wake, set_alarm, tries };
	struct job_limits limits[JOB_CLASSES] = { 0 };
	struct loop *loop = NULL;
	struct jobs *jobs = NULL;
	struct fetcher *fetcher = NULL;
	enum status status = loop_create(&loop, &driver, tries->clock, POSTS_MOST);

	fetcher_job_limits(&settings, limits);
	if (status == STATUS_OK)
		status = jobs_create(&jobs, loop, limits);
	if (status == STATUS_OK)
		status = fetcher_create(&fetcher, loop, jobs, NULL, tries->clock, &settings);
	if (status == STATUS_OK)
		status = run(tries, loop, fetcher, urls, count);
	fetcher_stop(fetcher);
	if (jobs)
		jobs_stop(jobs);
	if (loop)
		loop_run(loop);
	fetcher_destroy(fetcher);
	jobs_destroy(jobs);
	loop_destroy(loop);
	return status;
}

enum status links_try(const struct knowledge *knowledge, struct faults *faults,
                      struct links_tried *tried)
{
	struct tries tries = { .faults = faults,
		               .tried = tried,
		               .clock = clock_system(),
		               .event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
		               .alarm_us = INT64_MAX };
	struct arena *arena = NULL;
	struct stale_link *links = NULL;
	const char **urls = NULL;
	size_t count = 0;
	enum status status = tries.event >= 0 ? arena_create(&arena, ARENA_BYTES) : STATUS_IO;

	*tried = (struct links_tried){ 0 };
	if (status == STATUS_OK)
		status = stale_links(knowledge, arena, &links, &count, &tried->more);
	if (status == STATUS_OK) {
		urls = arena_array(arena, count + 1, sizeof(*urls));
		status = urls ? STATUS_OK : STATUS_NO_MEMORY;
	}
	for (size_t i = 0; i < count && urls; i++)
		urls[i] = links[i].url;
	tries.links = links;
	if (status == STATUS_OK && count > 0)
		status = open_and_run(&tries, urls, count);
	if (tries.event >= 0)
		close(tries.event);
	arena_destroy(arena);
	return status;
}
