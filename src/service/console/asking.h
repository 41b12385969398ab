/*
 * Asking: what editors and operators see of what people asked (office/authoring/asked.h): one ask
 * of theirs, from the console's loop through a job of JOB_ASKED to its answer.
 * service/console/console.c says who may.
 */
#ifndef DAYI_SERVICE_ASKING_H
#define DAYI_SERVICE_ASKING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "office/authoring/asked.h"
#include "run/jobs.h"
#include "service/refusal.h"

struct console_ask;
struct service;

/* What an ask about it says; the words of a search are in console_ask's `query`. */
struct asking_ask {
	enum asked_view view;
	enum asked_kind kind;
	int64_t days; /* 0: the usual */
	bool csv;
};

struct asking;

/* What the jobs must allow where there is a console. */
struct job_limits asking_job_limits(void);

/* In the loop. Copies what the job needs of the knowledge. REFUSAL_INTERNAL. Owned by the caller.
 */
MUST_CHECK enum refusal asking_create(struct asking **out, struct service *service,
                                      const struct console_ask *ask);
/* Takes NULL. */
void asking_destroy(struct asking *asking);

/* In the job: reads, and writes what is sent. */
MUST_CHECK enum status asking_run(struct asking *asking);

/* What is sent, and whether it is a file for a spreadsheet. Borrowed. */
struct span asking_answer(const struct asking *asking, bool *csv);

#endif
