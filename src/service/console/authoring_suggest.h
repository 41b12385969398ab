/*
 * Suggestions: what people asked and chose becomes alternates for entries
 * (office/authoring/suggest.h), for editors in the console. A run is a job of JOB_SUGGEST, behind
 * whoever answers people; what it finds is kept in the store (office/authoring/finding.h), so that
 * one replica looks and every one tells.
 *
 * The loop's thread, unless it says otherwise.
 */
#ifndef DAYI_SERVICE_AUTHORING_SUGGEST_H
#define DAYI_SERVICE_AUTHORING_SUGGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "run/jobs.h"

struct service;
struct suggestions;

enum { SUGGEST_DAYS_USUAL = 90, SUGGEST_DAYS_MOST = 36500 };

/* What the jobs must allow. */
struct job_limits suggestions_job_limits(void);

MUST_CHECK enum status suggestions_create(struct suggestions **out, struct service *service);
/* The run is to end soon. Takes NULL. */
void suggestions_stop(struct suggestions *suggestions);
/* After jobs_stop() and a loop_run(). Takes NULL. */
void suggestions_destroy(struct suggestions *suggestions);

/* What a run is to do. Copied. */
struct suggest_wish {
	int64_t days;      /* of the journal */
	bool model;        /* ask it for wordings, too */
	const char *entry; /* for this one; "": for those of which people ask */
};

#endif
