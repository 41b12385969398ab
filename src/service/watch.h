/*
 * Watch: whether a folder has changed, told from names, sizes and times of change.
 */
#ifndef DAYI_SERVICE_WATCH_H
#define DAYI_SERVICE_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

/*
 * A number that changes when a file below the folder comes, goes or is written. STATUS_NOT_FOUND
 * when there is no such folder; STATUS_LIMIT below 16 levels.
 */
MUST_CHECK enum status watch_fingerprint(const char *folder, uint64_t *out);

/*
 * Tells when to reload: once the folder differs from what was loaded and has held still from one
 * look to the next, so that a half-copied folder is not read. What was refused is not read again
 * until it changes.
 */
struct watch {
	uint64_t loaded;
	uint64_t seen;
};

void watch_loaded(struct watch *watch, uint64_t fingerprint);
bool watch_should_load(struct watch *watch, uint64_t fingerprint);

#endif
