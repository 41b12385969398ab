#include "service/retention.h"

#include <stdlib.h>

#include "office/journal/retention.h"
#include "service/state.h"

enum { EVERY_MS = 3600 * 1000 };

struct retention {
	struct service *service;
	struct job job;
};

static void log_deleted(struct log *log, const struct journal_deleted *deleted, bool more)
{
	if (deleted->turns + deleted->choices + deleted->ratings + deleted->moved == 0)
		return;
	log_event(log, LOG_INFO, "journal_retention", LOG_NUMBER("turns", deleted->turns),
	          LOG_NUMBER("choices", deleted->choices), LOG_NUMBER("ratings", deleted->ratings),
	          LOG_NUMBER("choices_kept", deleted->moved),
	          LOG_TEXT("more", more ? "yes" : "no"));
}

static void log_failure(const struct retention *retention, enum status status, const char *problem)
{
	log_event(retention->service->tools.log, LOG_WARN, "journal_retention_failed",
	          LOG_TEXT("status", status_text(status)), LOG_TEXT("reason", problem),
	          LOG_TEXT("hint", "it is tried again within an hour"));
}

static void run(void *context, unsigned lane)
{
	const struct retention *retention = context;
	char problem[STORE_PROBLEM_SIZE];
	struct journal_deleted deleted;
	bool more;
	const enum status status = journal_retain_here(&retention->service->settings.journal,
	                                               &deleted, &more, problem);

	(void)lane;
	log_deleted(retention->service->tools.log, &deleted, more);
	if (status != STATUS_OK)
		log_failure(retention, status, problem);
}

enum status retention_open(struct service *service)
{
	const struct journal_settings *journal = &service->settings.journal;
	struct retention *retention;
	enum status status;

	if (!journal->file[0] ||
	    journal->keep.turns + journal->keep.choices + journal->keep.ratings == 0)
		return STATUS_OK;
	retention = calloc(1, sizeof(*retention));
	if (!retention)
		return STATUS_NO_MEMORY;
	service->retention = retention;
	retention->service = service;
	retention->job = (struct job){ .run = run, .context = retention };
	status = jobs_every(service->tools.jobs, EVERY_MS, JOB_ASKED, &retention->job);
	if (status == STATUS_OK)
		status = jobs_add(service->tools.jobs, JOB_ASKED, &retention->job);
	return status;
}

void retention_close(struct service *service)
{
	free(service->retention);
	service->retention = NULL;
}
