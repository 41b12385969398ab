/*
 * Ear: what happens to chats in another process is told by a hint of the store. A job waits for it,
 * and the cases are read anew; without hints that is done every second all the same.
 */
#include "service/chats_parts.h"

#include <stdlib.h>
#include <time.h>

#include "store/store.h"

/* Hints that come close together are one; a message from another process takes so much longer. */
enum { WAIT_MS = 5000, TOGETHER_MS = 15 };

struct chats_ear {
	struct job job;
	struct service *service;
	struct hints *hints;
	bool heard;
};

static void run_ear(void *context, unsigned lane)
{
	const struct timespec together = { .tv_nsec = TOGETHER_MS * 1000000L };
	struct chats_ear *ear = context;

	(void)lane;
	ear->heard = hints_wait(ear->hints, WAIT_MS);
	if (ear->heard)
		(void)nanosleep(&together, NULL);
}

static void done_ear(void *context)
{
	struct chats_ear *ear = context;
	struct service *service = ear->service;

	if (service->stopped)
		return;
	if (ear->heard)
		chats_look(service);
	if (jobs_add(service->tools.jobs, JOB_HINTS, &ear->job) != STATUS_OK)
		log_event(service->tools.log, LOG_WARN, "chats_deaf");
}

enum status chats_ear_open(struct service *service, const char *url)
{
	char problem[STORE_PROBLEM_SIZE];
	struct chats_ear *ear;
	enum status status;

	if (!store_is_shared(url))
		return STATUS_OK;
	ear = calloc(1, sizeof(*ear));
	if (!ear)
		return STATUS_NO_MEMORY;
	service->chats->ear = ear;
	ear->service = service;
	ear->job = (struct job){ .run = run_ear, .done = done_ear, .context = ear };
	status = store_listen(&ear->hints, url, HANDOVER_HINT, problem);
	if (status != STATUS_OK) {
		log_event(service->tools.log, LOG_WARN, "chats_deaf", LOG_TEXT("reason", problem));
		chats_ear_close(service);
		return STATUS_OK;
	}
	return jobs_add(service->tools.jobs, JOB_HINTS, &ear->job);
}

void chats_ear_stop(struct service *service)
{
	if (service->chats->ear)
		hints_wake(service->chats->ear->hints);
}

void chats_ear_close(struct service *service)
{
	struct chats_ear *ear = service->chats->ear;

	if (!ear)
		return;
	hints_close(ear->hints);
	free(ear);
	service->chats->ear = NULL;
}
