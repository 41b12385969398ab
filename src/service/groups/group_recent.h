/*
 * Group recent: which messages came lately, known without asking the store. For the loop's thread.
 */
#ifndef DAYI_SERVICE_GROUP_RECENT_H
#define DAYI_SERVICE_GROUP_RECENT_H

#include <stdint.h>

#include "base/digest.h"
#include "base/status.h"

struct recent;

/* STATUS_NO_MEMORY. */
MUST_CHECK enum status recent_create(struct recent **out, uint64_t seed);
/* Takes NULL. */
void recent_destroy(struct recent *recent);

enum recent_state {
	RECENT_NEW,
	RECENT_SEEN,
	RECENT_LATE, /* seen, and its answer did not go into the response */
};
enum recent_state recent_find(const struct recent *recent, const char *key);

/* It came; in place of the oldest where there are too many. It is not known before. */
void recent_note(struct recent *recent, const char key[DIGEST_HEX_SIZE]);

/* Its answer comes by another way. Nothing, where it is not known. */
void recent_note_late(struct recent *recent, const char *key);

#endif
