/*
 * Notify: tells another program over HTTP what happens to hand-overs (office/handover/notices.h).
 * Each event is told until it was taken, under the same name each time; docs/embedding.md tells
 * what the receiver has to do. Where several replicas share a database, one of them tells.
 */
#ifndef DAYI_SERVICE_NOTIFY_H
#define DAYI_SERVICE_NOTIFY_H

#include <stdint.h>

#include "base/status.h"
#include "run/jobs.h"

struct service;

/* Texts are borrowed. */
struct notify_settings {
	const char *url;      /* NULL or "": nobody is told */
	const char *key_file; /* secret of the signatures; made when missing */
	const char *accounts; /* store of the accounts, beside which chats and notices are */
	int64_t busy_ms;
};

struct notify;

void notify_job_limits(const struct notify_settings *settings,
                       struct job_limits limits[JOB_CLASSES]);

/* Part of service_create(), behind chats_open(). STATUS_IO where its store or key cannot be used;
 * logged. */
MUST_CHECK enum status notify_open(struct service *service);
/* Nothing more is told. Before jobs_stop(). */
void notify_stop(struct service *service);
/* After jobs_stop() and a loop_run(). */
void notify_close(struct service *service);

#endif
