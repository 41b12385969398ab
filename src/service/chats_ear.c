/*
 * Ear: what happens to chats in another process is told by a hint of the store. A job waits for it,
 * and the cases are read anew; without hints that is done every second all the same. Hints with a
 * word tell who is typing there: of them nothing is read.
 */
#include "service/chats_parts.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/store.h"

/* Hints that come close together are one; a message from another process takes so much longer. */
enum { WAIT_MS = 5000, TOGETHER_MS = 15, TYPING_MOST = 32 };

struct chats_ear {
	struct job job;
	struct service *service;
	struct hints *hints;
	bool heard;                                /* that something happened */
	char typing[TYPING_MOST][HINT_ABOUT_SIZE]; /* where, and which side */
	size_t typing_count;
};

static void take_words(struct chats_ear *ear)
{
	char about[HINT_ABOUT_SIZE];

	while (hints_take(ear->hints, about))
		if (about[0] == '\0')
			ear->heard = true;
		else if (ear->typing_count < TYPING_MOST)
			memcpy(ear->typing[ear->typing_count++], about, sizeof(about));
}

static void run_ear(void *context, unsigned lane)
{
	const struct timespec together = { .tv_nsec = TOGETHER_MS * 1000000L };
	struct chats_ear *ear = context;

	(void)lane;
	ear->heard = false;
	ear->typing_count = 0;
	if (hints_wait(ear->hints, WAIT_MS))
		take_words(ear);
	if (ear->heard)
		(void)nanosleep(&together, NULL);
}

static void done_ear(void *context)
{
	struct chats_ear *ear = context;
	struct service *service = ear->service;

	if (service->stopped)
		return;
	for (size_t i = 0; i < ear->typing_count; i++)
		wait_typing(service, ear->typing[i] + 1, ear->typing[i][0] == HANDOVER_ASKER_TYPES);
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

struct telling {
	struct job job;
	struct service *service;
	char conversation[DIGEST_HEX_SIZE];
	bool asker;
};

static void run_telling(void *context, unsigned lane)
{
	const struct telling *telling = context;

	handover_tell_typing(chats_handover(telling->service, lane), telling->conversation,
	                     telling->asker);
}

void chats_ear_tell(struct service *service, const char *conversation, bool asker)
{
	struct telling *telling = service->chats->ear ? malloc(sizeof(*telling)) : NULL;

	if (!telling)
		return;
	*telling = (struct telling){ .service = service, .asker = asker };
	memcpy(telling->conversation, conversation, sizeof(telling->conversation));
	telling->job = (struct job){ .run = run_telling, .done = free, .context = telling };
	if (jobs_add(service->tools.jobs, JOB_CHATS, &telling->job) != STATUS_OK)
		free(telling);
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
