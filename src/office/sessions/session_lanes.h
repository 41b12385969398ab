/*
 * Session lanes: the open store of each thread that the jobs of a session store run on. A file may
 * be taken away while it is open; it is opened anew under its name then. A shared store never is.
 *
 * A lane is for its thread alone; failing and openings may be read by any. Private to sessions/.
 */
#ifndef DAYI_SESSIONS_SESSION_LANES_H
#define DAYI_SESSIONS_SESSION_LANES_H

#include <stdatomic.h>

#include "base/buf.h"
#include "base/log.h"
#include "store/store.h"

enum { SESSION_LANES = 4 /* connections to a shared store; a file has the first alone */ };

struct session_lane {
	struct store *file; /* NULL: not open */
	struct buf scratch[2];
	char problem[STORE_PROBLEM_SIZE];
};

struct session_lanes {
	const char *url;
	int64_t busy_ms;
	struct log *log;
	struct session_lane all[SESSION_LANES];
	atomic_uint_least64_t openings; /* of the first */
	atomic_bool failing;            /* the last write */
};

/* Borrows the URL and the log. */
void session_lanes_init(struct session_lanes *lanes, const char *url, int64_t busy_ms,
                        struct log *log);
void session_lanes_deinit(struct session_lanes *lanes);

/* The first of them. STATUS_IO, STATUS_BUSY, STATUS_NO_MEMORY, with its `problem`. */
MUST_CHECK enum status session_lanes_open(struct session_lanes *lanes);

/* A transaction on that lane, which is opened where it is not; as store_begin(). */
MUST_CHECK enum status session_lanes_begin(struct session_lanes *lanes, unsigned at,
                                           enum tx_kind kind, struct tx **tx);

/* As tx_end(); what hindered is the lane's `problem`. */
MUST_CHECK enum status session_lanes_end(struct session_lanes *lanes, unsigned at, struct tx *tx,
                                         enum status status);

/* Logs the outcome of writing sessions if it changed. Wipes the scratch. */
void session_lanes_note(struct session_lanes *lanes, unsigned at, enum status status);

#endif
