/*
 * Replay: the gate (office/authoring/gate.h) over what people asked, for a draft. A run is a job of
 * JOB_REPLAY in threads that leave the processors to whoever answers people; a newer one of the
 * same account ends it.
 *
 * The loop's thread, unless it says otherwise.
 */
#ifndef DAYI_SERVICE_AUTHORING_REPLAY_H
#define DAYI_SERVICE_AUTHORING_REPLAY_H

#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"
#include "run/jobs.h"

struct replay;
struct replays;
struct service;

enum { REPLAY_LATEST_MOST = 1000000 };

/* What the jobs must allow. */
struct job_limits replay_job_limits(void);

MUST_CHECK enum status replays_create(struct replays **out, struct service *service);
/* All runs are to end soon. Takes NULL. */
void replays_stop(struct replays *replays);
/* After jobs_stop() and a loop_run(). Takes NULL. */
void replays_destroy(struct replays *replays);

/*
 * A run to come, of two archives (office/versions/archive.h) that become its own. `latest`: so many
 * turns of the journal, 0 for none. Any thread. Owned by the caller, until replays_begin().
 */
MUST_CHECK enum status replay_create(struct replay **out, struct buf *live, struct buf *draft,
                                     int64_t latest);
/* Takes NULL. */
void replay_destroy(struct replay *replay);

/* Takes the run, in any case. */
void replays_begin(struct replays *replays, const char *account, struct replay *replay);

/* Appends the object Replay of docs/openapi.yaml: how far the account's last run is. */
void replays_tell(const struct replays *replays, const char *account, struct buf *out);

#endif
