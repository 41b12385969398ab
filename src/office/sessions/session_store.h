/*
 * Session store: sessions that outlive the process. Memory is the truth; what changed is written
 * behind, in jobs, so that after a restart or a kill a conversation goes on with its choices, its
 * self-check and its kept replies. A session that memory does not hold is read when it is asked
 * for. Rows go with their sessions.
 *
 * A shared one (PostgreSQL) is the truth for several processes. A session is read before it is gone
 * on with where another process may have had it meanwhile (session_store_recall()), and committed
 * before its replies are sent (session_store_commit()): that fails where the row has moved on.
 *
 * A change is on the disk after SESSION_STORE_DELAY_MS and the time that a commit takes; a session
 * is written once in SESSION_STORE_PAUSE_MS at most. A file that cannot be written is tried again;
 * meanwhile everything goes on in memory.
 *
 * What is counted against who guesses (lockout.h) is kept in the same store.
 *
 * All of this is for the loop's thread. `store` NULL: nothing is kept.
 */
#ifndef DAYI_SESSIONS_SESSION_STORE_H
#define DAYI_SESSIONS_SESSION_STORE_H

#include "base/log.h"
#include "office/identity/lockout.h"
#include "office/sessions/sessions.h"
#include "run/jobs.h"

enum { SESSION_STORE_DELAY_MS = 200, SESSION_STORE_PAUSE_MS = 1000 };

struct session_store;

struct session_store_settings {
	const char *file;     /* made with mode 0600 when it is missing */
	const char *key_file; /* the secret of the seals; made when it is missing */
	int64_t busy_ms;      /* how long a locked file is waited for, per attempt */
	int64_t keep_s;       /* how long the row of a session that fell silent is kept */
	int64_t lock_s;       /* the same of what is counted against somebody */
};

/* What it works with; all of it must outlive it. */
struct session_store_tools {
	struct sessions *sessions;
	struct loop *loop;
	struct jobs *jobs;
	struct log *log;
	struct clock clock;
	random_function random;
};

/* The limits of JOB_SESSIONS for a store at that path or URL. */
struct job_limits session_store_limits(const char *file);

/* Whether several processes may have the same session. False for NULL. */
bool session_store_is_shared(const struct session_store *store);

/*
 * Whether the last attempt to read or to write it failed: a session that memory does not hold may
 * exist all the same. False for NULL.
 */
bool session_store_is_away(const struct session_store *store);

/*
 * Opens or makes the file and the key. STATUS_IO, logged, where one cannot be used, or another
 * program has the file open for longer than busy_ms; STATUS_NO_MEMORY. The sessions are watched
 * from now on.
 */
MUST_CHECK enum status session_store_open(struct session_store **out,
                                          const struct session_store_settings *settings,
                                          const struct session_store_tools *tools);

/* The knowledge in use from now on; before anything but opening and session_store_derive(). */
void session_store_use(struct session_store *store, const struct snapshot *snapshot);

/* A secret for another purpose, made of the key: the same after every start. */
MUST_CHECK enum status session_store_derive(const struct session_store *store, const char *purpose,
                                            char secret[DIGEST_HEX_SIZE]);

/* Marks the session as changed: it is written soon, at the latest by session_store_stop(). */
void session_store_mark(struct session_store *store, struct session *session);

/* Writes how much the lock-out counts of a key; a row that counts nothing is deleted. */
void session_store_lock(struct session_store *store, const struct lockout_row *row);

/*
 * Of a shared store: gives the lock-out what was counted elsewhere of two keys, "" for none, and
 * calls `done` later, once, also where it cannot be read. STATUS_BUSY: it cannot be read now.
 */
MUST_CHECK enum status session_store_read_locks(struct session_store *store,
                                                struct lockout *lockout, const char *keys[2],
                                                void (*done)(void *context), void *context);

/* Gives the lock-out what was counted before. In this thread, before anybody is served. */
MUST_CHECK enum status session_store_recall_locks(struct session_store *store,
                                                  struct lockout *lockout, int64_t most);

/*
 * Reads a session that memory does not hold or, of a shared store, one that may have moved on: what
 * memory has of it is brought up to date then. With STATUS_OK `done` is called later, once, with
 * the session, or NULL where there is none; it counts as just used. STATUS_NOT_FOUND: there is
 * none, for sure; STATUS_BUSY: too many are being read.
 */
typedef void (*session_recalled)(void *context, struct session *session);
MUST_CHECK enum status session_store_recall(struct session_store *store, const char *id,
                                            session_recalled done, void *context);

enum session_commit {
	SESSION_KEPT,  /* on the disk */
	SESSION_MOVED, /* another process has written it since it was read: read it, and go on */
	SESSION_AWAY,  /* the store cannot be written now: it is tried again behind */
};

/*
 * Of a shared store: writes the session now, and tells what came of it, later, once. The session
 * must not change until then, and be kept from removal. Unless STATUS_OK `done` is not called, and
 * it is as SESSION_AWAY.
 */
typedef void (*session_committed)(void *context, enum session_commit commit);
MUST_CHECK enum status session_store_commit(struct session_store *store, struct session *session,
                                            session_committed done, void *context);

/* Once a second or so: sees to it that the rows of sessions in use do not expire. */
void session_store_look(struct session_store *store);

/* How many changed sessions are not on the disk yet. */
size_t session_store_waiting(const struct session_store *store);

/* Before jobs_stop(): writes what waits. Takes NULL. */
void session_store_stop(struct session_store *store);

/* After jobs_stop() and a loop_run(), before sessions_destroy(). Takes NULL. */
void session_store_close(struct session_store *store);

#endif
