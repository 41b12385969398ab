/*
 * Reload: keeps what is served up to date with its folder. A snapshot is built in a job, and so is
 * an old one taken apart; all but reload_build() is for the loop's thread.
 */
#ifndef DAYI_SERVICE_RELOAD_H
#define DAYI_SERVICE_RELOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "engine/dialogue/scratch.h"
#include "engine/dialogue/snapshot.h"
#include "run/jobs.h"
#include "service/watch.h"

struct reloader;

/* What is borrowed here must outlive it. */
struct reload_settings {
	const char *folder;
	const struct normaliser *normaliser;
	struct match_settings match;
	enum fault_level golden_level; /* of a golden question that lost its answer: FAULT_ERROR
	                                  refuses the folder */
	int64_t watch_s;               /* 0: only when asked */
	struct log *log;
	struct clock clock;
};

/* What a service answers from: a snapshot, and the scratch of the loop's thread for it. */
struct served {
	struct snapshot *snapshot;
	struct scratch *scratch;
};

/* What came of a reload. */
struct reloaded {
	struct served served; /* the receiver's; NULL when the folder was refused */
	int64_t took_us;
};

/* In the loop. */
struct reload_receiver {
	void (*take)(void *context, const struct reloaded *reloaded);
	void *context;
};

/* What the jobs must allow the class JOB_KNOWLEDGE. */
struct job_limits reload_limits(void);

/*
 * Builds a snapshot and a scratch in the calling thread, the way a reload does: faults are logged,
 * a line each, and, when the folder is refused, what to do. *watch is marked before the folder is
 * read, so that a change that this reading may have missed is seen at the next look.
 */
MUST_CHECK enum status reload_build(const struct reload_settings *settings, struct watch *watch,
                                    struct served *out);

/* The same; where the folder is refused `reason` says why, in a line. */
MUST_CHECK enum status reload_build_telling(const struct reload_settings *settings,
                                            struct watch *watch, struct served *out, char *reason,
                                            size_t size);

/* `watch` is what reload_build() left of the snapshot that is served. The jobs are borrowed. */
MUST_CHECK enum status reloader_create(struct reloader **out,
                                       const struct reload_settings *settings,
                                       const struct watch *watch, struct jobs *jobs,
                                       const struct reload_receiver *receiver);

/* Before jobs_stop(): a building under way ends after its step, and nothing comes of it. Takes
 * NULL.
 */
void reloader_stop(struct reloader *reloader);

/* After jobs_stop() and a loop_run(). Takes NULL. */
void reloader_destroy(struct reloader *reloader);

/* Asks for a reload; what is asked for before the folder is read makes one. */
void reloader_reload(struct reloader *reloader);

/*
 * In a job of JOB_KNOWLEDGE: the folder as it is now is in use, or will be, by other means. A
 * change from now on is seen.
 */
void reloader_loaded(struct reloader *reloader);

/* Has both destroyed; here, where no job can be had. Nobody uses them any more. */
void reloader_retire(struct reloader *reloader, const struct served *served);

#endif
