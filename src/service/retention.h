/*
 * Retention: deletes from the journal what is kept no longer (office/journal/retention.h), at the
 * start and then every hour, in a job of JOB_ASKED. Of several replicas one does it.
 */
#ifndef DAYI_SERVICE_RETENTION_H
#define DAYI_SERVICE_RETENTION_H

#include "base/status.h"

struct retention;
struct service;

/* NULL where there is no journal, or all of it is kept for ever. STATUS_NO_MEMORY. */
MUST_CHECK enum status retention_open(struct service *service);
/* After jobs_stop() and a loop_run(). */
void retention_close(struct service *service);

#endif
