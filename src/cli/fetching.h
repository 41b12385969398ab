/*
 * Fetching: outgoing HTTP (run/fetch.h) for a command, which has no server around it: a loop, its
 * jobs and its fetcher, driven by whoever waits. One thread.
 */
#ifndef DAYI_CLI_FETCHING_H
#define DAYI_CLI_FETCHING_H

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

/* Blocks, and runs what is due, until a callback of a request has set *done. */
void fetching_wait(struct fetching *fetching, const bool *done);

#endif
