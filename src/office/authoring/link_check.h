/*
 * Link check: asks for each of some addresses whether it is still there, a few at a time.
 *
 * A GET for the first byte, with redirects followed: the answer to a HEAD is wrong in too many
 * places. All of this is for the loop's thread.
 */
#ifndef DAYI_AUTHORING_LINK_CHECK_H
#define DAYI_AUTHORING_LINK_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "run/fetch.h"

enum link_state {
	LINK_FINE,   /* something is there, also where one must sign in for it */
	LINK_BROKEN, /* a server says that there is nothing, or that it failed */
	LINK_SILENT, /* nothing was answered */
};

/* Borrowed for the call. */
struct link_result {
	enum link_state state;
	int status;         /* of HTTP; 0: none */
	const char *reason; /* why there is none; "" where there is one */
};

struct link_check;

struct link_check_settings {
	struct fetcher *fetcher;
	const char *const *urls; /* borrowed until `done` */
	size_t count;
	size_t at_once; /* LINK_CHECK_AT_ONCE_MOST at most */
	/* Once for each of them, in no order. */
	void (*tried)(void *context, size_t index, const struct link_result *result);
	/* Once, at the end; it may destroy the check. It may come before this returns. */
	void (*done)(void *context);
	void *context;
};

enum { LINK_CHECK_AT_ONCE_MOST = 8, LINK_DEADLINE_MS = 10000 };

/*
 * STATUS_NO_MEMORY; `done` is not called then. What the fetcher breaks off is LINK_SILENT. Owned by
 * the caller, and not to be destroyed before `done`.
 */
MUST_CHECK enum status link_check_start(struct link_check **out,
                                        const struct link_check_settings *settings);
/* Before `done`: no more is begun; `done` comes once what is under way has ended. */
void link_check_stop(struct link_check *check);
/* Takes NULL. */
void link_check_destroy(struct link_check *check);

#endif
