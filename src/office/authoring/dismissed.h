/*
 * Dismissed: suggestions that an editor does not want, for the whole office: no other editor is
 * shown them again, and no run proposes them. Rows of the drafts' store (draft.h).
 *
 * They are questions of people, so a hash of each is kept, and never its words. Functions here wait
 * for the database: call them from a job.
 */
#ifndef DAYI_AUTHORING_DISMISSED_H
#define DAYI_AUTHORING_DISMISSED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/digest.h"
#include "store/store.h"

enum { DISMISSED_MOST = 20000 }; /* rows; the oldest go */

/* Sorted. Borrowed from the arena that it was read into. */
struct dismissed {
	const char (*hashes)[DIGEST_HEX_SIZE];
	size_t count;
};

MUST_CHECK enum status dismissed_read(struct store *store, struct arena *arena,
                                      struct dismissed *out);

/* Whether that alternate of that entry is one of them. */
bool dismissed_has(const struct dismissed *dismissed, const char *entry, const char *alternate);

/* One that is there already stays as it is. */
MUST_CHECK enum status dismissed_add(struct store *store, const char *entry,
                                     const char *const *alternates, size_t count, const char *who);

/* All of them may be proposed again. */
MUST_CHECK enum status dismissed_forget(struct store *store);

#endif
