/*
 * Pool: reads records in jobs, each lane from a source of its own, so that the loop never waits for
 * a database.
 *
 * Every accepted request is answered exactly once. A source that is down, slow or left alone after
 * a failure, and a pool that was stopped, only make relations unknown.
 *
 * All of this is for the loop's thread, but for the hook.
 */
#ifndef DAYI_RECORDS_POOL_H
#define DAYI_RECORDS_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/status.h"
#include "engine/facts/facts.h"
#include "office/records/source.h"
#include "run/jobs.h"

struct record_result {
	struct facts *facts; /* of the request's relations */
	struct record_report report;
	const struct record_found *found; /* of a request that finds; borrowed; NULL otherwise */
};

/* Called in the loop. The facts are the receiver's to free. */
typedef void (*record_receiver)(void *context, const struct record_result *result);

struct record_request {
	const char *id_number;
	/* Instead of an ID number: `relations` is 0, and nothing is read but who it is. */
	bool finds;
	enum record_find find;
	const char *values[RECORD_FIND_VALUES_MOST]; /* NULL behind the last */
	struct relations *among;                     /* what there is; kept */
	unsigned relations;                          /* RELATION_BIT */
	const char *who;                             /* for the audit: who asks, */
	const char *why;                             /* and why */
	record_receiver done;
	void *context; /* of `done` */
};

/* Called in the threads of the jobs, several at a time. */
struct record_hooks {
	/* Before anything is read. Unless STATUS_OK nothing is. NULL: everything may be read. */
	enum status (*before_read)(void *context, const struct record_request *request);
	void *context;
};

struct record_pool;

/* What the jobs must allow the class JOB_RECORDS for these settings. */
struct job_limits record_pool_limits(const struct record_settings *settings);

/*
 * Opens a source a lane. Faults as record_source_create(). The settings' texts, the log and the
 * jobs are borrowed until record_pool_destroy(). The mapping must fit the relations; a request may
 * name others later.
 */
MUST_CHECK enum status record_pool_create(struct record_pool **out,
                                          const struct record_settings *settings,
                                          struct relations *relations,
                                          const struct record_hooks *hooks, struct jobs *jobs,
                                          struct log *log, struct clock clock,
                                          struct faults *faults);

/*
 * Copies the request; its deadline runs from now on. Never waits. STATUS_BUSY when as many are
 * under way as the settings allow, STATUS_CLOSED after jobs_stop(), STATUS_NO_MEMORY: `done` is not
 * called then.
 */
MUST_CHECK enum status record_pool_ask(struct record_pool *pool,
                                       const struct record_request *request);

/* Answers requests that have not begun without reading; others end by their deadline. */
void record_pool_stop(struct record_pool *pool);

/* Once everything was answered: after jobs_stop() and a loop_run(). Takes NULL. */
void record_pool_destroy(struct record_pool *pool);

struct record_counts {
	uint64_t asked;                          /* accepted */
	uint64_t busy;                           /* refused: too many were under way */
	uint64_t answered;                       /* received */
	uint64_t late;                           /* of them: the deadline was over */
	uint64_t waiting;                        /* have not begun */
	uint64_t unusable;                       /* values of a wrong form */
	uint64_t outcomes[RECORD_OUTCOME_COUNT]; /* of relations */
};

/* All zero for NULL. */
struct record_counts record_pool_counts(struct record_pool *pool);

#endif
