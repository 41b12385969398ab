/*
 * Notices: what another program is told of hand-overs: that a person was asked for, and that the
 * case is closed. Found in the events of the cases, so that a restart loses none, and kept until
 * they were delivered or given up. The name of each is made of its event: it is the same however
 * often, and by whichever process, it is told. No text of anybody's is in them.
 *
 * A handle is one thread's at a time, and waits for the database. Functions return STATUS_BUSY,
 * STATUS_IO, STATUS_NO_MEMORY beside what is said there.
 */
#ifndef DAYI_HANDOVER_NOTICES_H
#define DAYI_HANDOVER_NOTICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/status.h"
#include "office/handover/handover.h"
#include "store/store.h"

enum {
	NOTICE_ID_SIZE = 33,
	NOTICES_MOST = 10000,           /* that wait; more are dropped */
	NOTICES_KEEP_MS = 86400000,     /* after their event they are given up, and forgotten */
	NOTICE_RETRY_MS = 5000,         /* at first, and twice as long each time */
	NOTICE_RETRY_MOST_MS = 3600000, /* but no longer */
};

extern const struct store_schema notices_schema;

struct notices;

/* Texts are borrowed for the call. */
struct notices_settings {
	struct store_settings handover; /* whose events are read; it may be missing so far */
	struct store_settings own;      /* made where it is missing */
};

/* As store_open(). Owned by the caller. */
MUST_CHECK enum status notices_open(struct notices **out, const struct notices_settings *settings,
                                    char problem[STORE_PROBLEM_SIZE]);
/* Takes NULL. */
void notices_close(struct notices *notices);

struct notice {
	char id[NOTICE_ID_SIZE];
	char conversation[DIGEST_HEX_SIZE];
	bool closed;                         /* else asked for */
	char outcome[HANDOVER_OUTCOME_SIZE]; /* of a closed case: as told by the operator, "to_bot"
	                                        or "given_up" */
	int64_t at_ms, n;                    /* of the event; n counts those of its case from 1 */
	int64_t attempts;
};

/* Whether this process is the one that tells, for `ttl_ms` more. */
MUST_CHECK enum status notices_lease(struct notices *notices, int64_t ttl_ms, bool *got);

/*
 * Takes what happened since it was called last; at the first call of all, what happens from then
 * on. *dropped: how many there was no room for.
 */
MUST_CHECK enum status notices_gather(struct notices *notices, size_t *dropped);

/* Those whose time has come, the oldest first, those of a case in their order; `most` at most. */
MUST_CHECK enum status notices_due(struct notices *notices, struct notice *out, size_t most,
                                   size_t *count);

/* What came of telling one. Not delivered, it waits again, or is given up: *given_up. */
MUST_CHECK enum status notices_settle(struct notices *notices, const struct notice *notice,
                                      bool delivered, bool *given_up);

#endif
