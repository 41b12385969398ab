/*
 * Session parts: what the files of a session store share. session_store.c opens and closes it,
 * session_behind.c writes what changed, session_commit.c what is to be written at once,
 * session_recall.c reads, session_locks.c has what is counted against who guesses. Each sub-struct
 * belongs to the file it is named after. Private to sessions/; in the loop, but for what jobs run.
 */
#ifndef DAYI_SESSIONS_SESSION_PARTS_H
#define DAYI_SESSIONS_SESSION_PARTS_H

#include "base/arena.h"
#include "office/identity/lockout_rows.h"
#include "office/sessions/session_image.h"
#include "office/sessions/session_lanes.h"
#include "office/sessions/session_rows.h"
#include "office/sessions/session_store.h"

enum {
	SESSION_RECALLS_MOST = 256,
	SESSION_COMMITS_MOST = 1024,
	SESSION_ARENA_MOST = 1 << 30,
	SESSION_LOOK_MS = 60000, /* between two looks at what is old */
};

/* A row that is to be removed. */
struct gone {
	char name[DIGEST_HEX_SIZE];
	struct gone *next;
};

/* Rows that are written together. The loop fills it; its job sets the results only. */
struct batch {
	struct job job;
	struct session_store *store;
	struct arena *arena;
	struct session_image *images;
	size_t image_count, image_room;
	struct gone *gone;
	struct lockout_row *locks;
	size_t lock_count;
	enum status status;
	uint64_t opened; /* the opening of the file that it was written to */
};

struct session_behind {
	struct age_list waiting; /* sessions, the first marked first */
	size_t waiting_count;
	struct gone *gone, **gone_end;
	struct timer *timer;
	struct batch batch, last;
	atomic_int state; /* of `batch`; the job's, too */
	uint64_t opened;  /* that all sessions were written to, or wait for */
	unsigned looks;
};

struct commit;

struct session_store {
	struct session_store_settings settings;
	struct session_store_tools tools;
	struct seal *seal;
	struct buf key;
	const struct snapshot *snapshot;
	bool stopping, shared;
	int claim;      /* of the file, where it is no shared one; -1: none */
	int64_t writer; /* in rows; random */
	struct job expiry;
	struct session_lanes lanes;
	struct session_behind behind;
	struct {
		struct lockout_row *rows; /* that wait to be written */
		size_t count;
	} locks;
	struct {
		struct commit *first, **end; /* of sessions that are in the batch */
	} held;
	size_t recalls, commits; /* under way */
	int64_t rests_until_us;  /* a shared one */
};

static inline int64_t session_store_now_us(const struct session_store *store)
{
	return clock_monotonic_us(&store->tools.clock);
}

/*
 * Within a transaction: what the database's clock is ahead of the monotonic one. Times are stored
 * by that clock, which all processes share, and counted by the other one in memory.
 */
MUST_CHECK enum status session_store_offset(const struct session_store *store, struct tx *tx,
                                            int64_t *ms);

/* Within a transaction of that lane: what rows are written with. */
MUST_CHECK enum status session_store_writing(struct session_store *store, unsigned at,
                                             struct tx *tx, struct session_writing *out);

/* A shared one that failed is left alone for a while. */
void session_store_note_rest(struct session_store *store, enum status status);
bool session_store_rests(const struct session_store *store);

/* --- session_behind.c --- */

MUST_CHECK enum status session_behind_open(struct session_store *store);
void session_behind_close(struct session_store *store);

/* For sessions_watch(); its context is the store. */
void session_behind_gone(void *context, struct session *session);

/* Something waits: it is written after that time, or with what is under way. */
void session_behind_arm(struct session_store *store, int64_t delay_ms);

/* It needs no writing any more. */
void session_behind_leave(struct session_store *store, struct session *session);

/* Its image was taken, and is written now. */
void session_behind_hand_over(struct session_store *store, struct session *session);

/* --- session_commit.c --- */

/* The batch is done; where it failed, the store is away for those that waited for it as well. */
void session_commits_go_on(struct session_store *store, enum status status);

/* --- session_locks.c --- */

MUST_CHECK enum status session_locks_open(struct session_store *store);

/* Moves what waits into a batch, and back. */
void session_locks_take(struct session_store *store, struct batch *batch);
void session_locks_take_back(struct session_store *store, const struct batch *batch);

/* In the job. `offset_ms` as of session_store_offset(). */
MUST_CHECK enum status session_locks_write(struct tx *tx, const struct lockout_row *row,
                                           int64_t offset_ms);

#endif
