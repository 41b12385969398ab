/*
 * Fetching: outgoing HTTP (fetch.h) for whoever may wait for it, a command or a job, and has no
 * loop of their own: a loop, its jobs and its fetcher, driven by the one thread that waits.
 */
#ifndef DAYI_RUN_FETCHING_H
#define DAYI_RUN_FETCHING_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/status.h"
#include "run/fetch.h"

struct fetching;

/* STATUS_NO_MEMORY, STATUS_IO. Owned by the caller. */
MUST_CHECK enum status fetching_open(struct fetching **out, const struct fetch_settings *settings);
/* Gives up what is under way. Takes NULL. */
void fetching_close(struct fetching *fetching);

/* Lives as long as `fetching`. */
struct fetcher *fetching_fetcher(struct fetching *fetching);

/*
 * Blocks, and runs what is due, until a callback of a request has set *done; gives up within a
 * second after *ended was set (NULL: never is). False: it was given up, and the request goes on.
 */
bool fetching_wait(struct fetching *fetching, const bool *done, const atomic_bool *ended);

#endif
