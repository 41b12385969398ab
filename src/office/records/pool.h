/*
 * Pool: threads that read records, each from a source of its own, so that the event loop never
 * waits for a database.
 *
 * What is asked is answered exactly once, whatever happens: the source being down, slow or left
 * alone after a failure, or the pool being stopped, only makes relations unknown.
 */
#ifndef DAYI_RECORDS_POOL_H
#define DAYI_RECORDS_POOL_H

#include <stdint.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/status.h"
#include "engine/facts/facts.h"
#include "office/records/source.h"

struct record_request {
	uint64_t ticket; /* the caller's: the result bears it */
	const char *id_number;
	struct relations *among; /* what there is; kept */
	unsigned relations;      /* RELATION_BIT */
	const char *who;         /* for the audit: who asks, */
	const char *why;         /* and why */
};

struct record_result {
	uint64_t ticket;
	struct facts *facts; /* of the request's relations; owned by the caller */
	struct record_report report;
};

/* Called in the pool's threads, several at a time. */
struct record_hooks {
	/* Before anything is read. Unless STATUS_OK nothing is. NULL: everything may be read. */
	enum status (*before_read)(void *context, const struct record_request *request);
	/* After a result was queued. NULL: nobody needs to know. */
	void (*notify)(void *context);
	void *context;
};

struct record_pool;

/*
 * Starts the threads. Faults as record_source_create(); STATUS_NO_MEMORY also when no thread can be
 * started. The settings' texts and the log are borrowed until record_pool_destroy(). The mapping
 * must fit the relations; a request may name others later.
 */
MUST_CHECK enum status record_pool_create(struct record_pool **out,
                                          const struct record_settings *settings,
                                          struct relations *relations,
                                          const struct record_hooks *hooks, struct log *log,
                                          struct clock clock, struct faults *faults);

/*
 * Copies the request; its deadline runs from now on. Never waits. STATUS_BUSY when as many are
 * under way as the settings allow, STATUS_CLOSED after record_pool_stop(), STATUS_NO_MEMORY: there
 * will be no result then. Any thread.
 */
MUST_CHECK enum status record_pool_ask(struct record_pool *pool,
                                       const struct record_request *request);

/* Takes a result; false when there is none now. Never waits. Any thread, also after a stop. */
bool record_pool_take(struct record_pool *pool, struct record_result *out);

/*
 * Answers what waits without reading, lets the look-ups under way end (by their deadlines), and
 * ends the threads. Every result can be taken then.
 */
void record_pool_stop(struct record_pool *pool);

/* Stops it where that has not been done; results that were not taken are lost. Takes NULL. */
void record_pool_destroy(struct record_pool *pool);

struct record_counts {
	uint64_t asked;                          /* accepted */
	uint64_t busy;                           /* refused: too many were under way */
	uint64_t answered;                       /* results queued */
	uint64_t late;                           /* of them: the deadline was over */
	uint64_t waiting;                        /* in the queue now */
	uint64_t unusable;                       /* values of a wrong form */
	uint64_t outcomes[RECORD_OUTCOME_COUNT]; /* of relations */
};

/* Any thread; all zero for NULL. */
struct record_counts record_pool_counts(struct record_pool *pool);

#endif
