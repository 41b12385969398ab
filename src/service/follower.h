/*
 * Follower: keeps this replica at the version of the knowledge that the store points to.
 *
 * It holds a lease in the store, loads what is offered aside, says whether it can serve it, and
 * exchanges the snapshot when the pointer moves (office/versions/versions.h). While the store is
 * away it keeps what it has. All of it is for the loop's thread.
 */
#ifndef DAYI_SERVICE_FOLLOWER_H
#define DAYI_SERVICE_FOLLOWER_H

#include <stdbool.h>

#include "base/place.h"
#include "service/reload.h"

struct follower;

/* What is borrowed here must outlive it. */
struct follower_settings {
	const char *url;
	const char *folder;            /* in which versions are unpacked */
	struct reload_settings reload; /* its folder is not used */
};

/* What the jobs must allow the class JOB_VERSIONS. */
struct job_limits follower_limits(void);

/*
 * Opens the store in the calling thread and unpacks the current version into `path`, to be built
 * from there. STATUS_NOT_FOUND when none was published; all that fails is logged.
 */
MUST_CHECK enum status follower_open(struct follower **out,
                                     const struct follower_settings *settings,
                                     char path[PLACE_SIZE]);

/*
 * From now on `receiver` gets each version that the pointer comes to; follower_open()'s is loaded.
 * Snapshots that are not needed any more are retired by the reloader.
 */
MUST_CHECK enum status follower_start(struct follower *follower, struct jobs *jobs,
                                      struct reloader *reloader,
                                      const struct reload_receiver *receiver);

/* Looks at once. Takes NULL. */
void follower_look(struct follower *follower);

/*
 * Whether it serves what the pointer names. Not before the first look, nor once its lease ran out
 * until the next one: others may have gone on without it. But while the store cannot be reached
 * nothing is published, and it goes on. True for NULL.
 */
bool follower_ready(const struct follower *follower);

/* Before jobs_stop(): the last look gives the lease back. Takes NULL. */
void follower_stop(struct follower *follower);

/* After jobs_stop() and a loop_run(). Takes NULL. */
void follower_destroy(struct follower *follower);

#endif
