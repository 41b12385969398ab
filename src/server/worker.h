/*
 * Worker: the thread that does what would hold up the loop: building a snapshot, taking an old one
 * apart, looking at the knowledge folder.
 */
#ifndef DAYI_SERVER_WORKER_H
#define DAYI_SERVER_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "engine/dialogue/snapshot.h"
#include "server/watch.h"

struct worker;

/* What is borrowed here must outlive it. */
struct worker_settings {
	const char *folder;
	const struct normaliser *normaliser;
	struct match_settings match;
	enum fault_level golden_level; /* of a golden question that lost its answer: FAULT_ERROR
	                                  refuses the folder */
	int64_t watch_s;               /* 0: only when asked */
	struct log *log;
	struct clock clock;
	void (*notify)(void *context); /* called in the worker when a result waits */
	void *context;
};

/* What came of a reload. */
struct reload {
	struct snapshot *snapshot; /* the receiver's; NULL when the folder was refused */
	int64_t took_us;
};

/*
 * Builds a snapshot in the calling thread, the way the worker does: faults are logged, a line each,
 * and, when the folder is refused, what to do. *watch is marked before the folder is read, so that
 * a change that this reading may have missed is seen at the next look.
 */
MUST_CHECK enum status worker_build(const struct worker_settings *settings, struct watch *watch,
                                    struct snapshot **out);

/* `watch` is what worker_build() left of the snapshot that is served. */
MUST_CHECK enum status worker_start(struct worker **out, const struct worker_settings *settings,
                                    const struct watch *watch);

/* Waits for what it is doing. Results not taken are destroyed. Takes NULL. */
void worker_stop(struct worker *worker);

/* Asks for a reload; several asked for meanwhile make one. Any thread. */
void worker_reload(struct worker *worker);

/* Hands a snapshot over to be destroyed. Any thread. */
void worker_retire(struct worker *worker, struct snapshot *snapshot);

/* Takes a result; false when none waits. Any thread. */
bool worker_take(struct worker *worker, struct reload *out);

#endif
