#include "service/console/looked_at.h"

#include <stdlib.h>
#include <string.h>

#include "service/console/errand.h"

struct looking {
	struct job job;
	struct service *service;
	struct return_address from;
	struct identity who;

	enum status status;
	size_t count;
	bool more;
	struct audit_look found[AUDIT_LOOKS_MOST];
	struct look looks[AUDIT_LOOKS_MOST];
};

static void run(void *context, unsigned lane)
{
	struct looking *looking = context;
	struct faults *faults = NULL;

	(void)lane;
	looking->status = faults_create(&faults);
	if (looking->status == STATUS_OK)
		looking->status = audit_looks(&looking->service->settings.records.audit,
		                              looking->who.id_number, looking->found,
		                              &looking->count, &looking->more, faults);
	faults_destroy(faults);
}

/* An account's notes are shown under its name. */
static void tell_look(struct audit_look *found, struct look *look)
{
	static const char account[] = "account:";
	const size_t len = sizeof(account) - 1;

	look->at_ms = found->at_ms;
	look->who = strncmp(found->who, account, len) == 0 ? found->who + len : NULL;
	errand_cut_reason(found->why);
	look->why = found->why;
}

static void end(struct looking *looking)
{
	explicit_bzero(looking, sizeof(*looking));
	free(looking);
}

static void done(void *context)
{
	struct looking *looking = context;
	struct service *service = looking->service;
	const struct looked_at looked_at = { looking->looks, looking->count, looking->more };
	const struct outgoing outgoing = { .kind = OUTGOING_LOOKED_AT, .looked_at = &looked_at };

	service_end_waiting(service, looking->from);
	if (service->stopped) {
		end(looking);
		return;
	}
	for (size_t i = 0; i < looking->count; i++)
		tell_look(&looking->found[i], &looking->looks[i]);
	if (looking->status == STATUS_OK) {
		service_send(service, looking->from, &outgoing);
	} else {
		log_event(service->tools.log, LOG_ERROR, "looked_at_failed",
		          LOG_TEXT("status", status_text(looking->status)));
		service_send_refusal(service, looking->from, NULL, REFUSAL_RECORDS_AWAY);
	}
	end(looking);
}

/* Nobody can be signed in where no record is kept, so the records' threads are there. */
void service_looked_at(struct service *service, struct return_address from,
                       const struct identity *who)
{
	struct looking *looking = calloc(1, sizeof(*looking));

	if (!looking) {
		service_send_refusal(service, from, NULL, REFUSAL_INTERNAL);
		return;
	}
	looking->service = service;
	looking->from = from;
	looking->who = *who;
	looking->job = (struct job){ .run = run, .done = done, .context = looking };
	if (jobs_add(service->tools.jobs, JOB_RECORDS, &looking->job) == STATUS_OK) {
		service_begin_waiting(service, from);
		return;
	}
	service_send_refusal(service, from, NULL, REFUSAL_RECORDS_AWAY);
	end(looking);
}
