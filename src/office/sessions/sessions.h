/*
 * Sessions: conversations that outlive a connection, and the replies that a reconnecting client may
 * ask for again. One thread.
 *
 * Bounded in number, in memory and in time; what was silent for longest goes first. So that one
 * sender of many messages does not push everybody else's out, those of an origin (an address) that
 * has more than its share of a full table go before those of others. Several connections may share
 * one session (a page opened twice).
 */
#ifndef DAYI_SESSIONS_SESSIONS_H
#define DAYI_SESSIONS_SESSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/age_list.h"
#include "base/hash.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/dialogue/conversation.h"
#include "engine/facts/facts.h"
#include "office/identity/token.h"
#include "office/sessions/ratables.h"

enum {
	SESSION_ID_SIZE = 33,   /* 128 random bits in hex */
	SESSION_HASH_SIZE = 17, /* of the id's SHA-256: what the journal keeps */
	SESSION_REPLIES = 32,
	SESSION_ORIGIN_BYTES = 16,
	SESSION_SHARES = 4, /* an origin's share of the table is one of so many */
};

/* How far it is kept in a store (session_store.h); all zero: not at all. */
struct session_row {
	bool waits;          /* to be written */
	bool under_way;      /* handed over, and it is not known yet what came of it */
	struct age_link age; /* among those that wait */
	uint32_t replies;    /* places of kept replies that changed since, a bit each */
	uint64_t n;          /* how often it was handed over to be written */
	int64_t handed_us;   /* when */
};

_Static_assert(SESSION_REPLIES == 32, "a bit for each kept reply");

struct session {
	char id[SESSION_ID_SIZE];
	char hash[SESSION_HASH_SIZE];
	struct conversation *conversation;
	size_t connections; /* and look-ups that use it now; such a session is never removed */
	struct identity identity; /* whose session it is; no ID number: anybody's so far */
	bool signed_in;           /* the owner's token counts now */
	struct facts *record;     /* the owner's, or NULL */
	unsigned looked_up;       /* relations that were asked for: the others may be */
	int64_t record_until_us;
	struct look_up *look_up; /* under way for it, or NULL; its owner is service/asks.c */
	struct recalling
	        *exchange; /* with a shared store, or NULL; its owner is service/recall.c */
	struct ratables ratables;
	struct session_memory *memory;
	size_t next_reply; /* place of the oldest kept reply */
	int64_t used_us;
	struct session_row row;
	/* sessions.c's own: */
	struct sessions *among;
	struct session_origin *origin;
	struct hash_link by_id;
	struct age_link age, age_there; /* among all, and among those of its origin */
};

struct sessions;

struct sessions_limits {
	size_t kept;
	size_t bytes; /* of kept replies */
	int64_t keep_us;
};

/* Fills `len` bytes with what nobody can guess; false when it cannot. */
typedef bool (*random_function)(void *bytes, size_t len);

MUST_CHECK enum status sessions_create(struct sessions **out, struct sessions_limits limits,
                                       random_function random);

/* Every session with it, in use or not. */
void sessions_destroy(struct sessions *sessions);

/*
 * `origin` is where it comes from, SESSION_ORIGIN_BYTES of it at most; empty: all of these are one
 * origin. STATUS_BUSY when as many as may be kept are all in use. Borrowed; lives while it is in
 * use.
 */
MUST_CHECK enum status sessions_open(struct sessions *sessions, struct span origin, int64_t now_us,
                                     struct session **out);

/* Likewise, under an id that it had before; there must be none of it now. */
MUST_CHECK enum status sessions_reopen(struct sessions *sessions, const char *id,
                                       struct span origin, int64_t now_us, struct session **out);

/* Has `gone` called before a session is removed; not by sessions_destroy(). */
void sessions_watch(struct sessions *sessions, void (*gone)(void *context, struct session *session),
                    void *context);

/* The address that opened the session, as given to sessions_open(). Borrowed. */
struct span session_origin(const struct session *session);

/* Calls `see` for every session, the one silent for longest first. `see` must not end a session. */
void sessions_each(struct sessions *sessions, void (*see)(void *context, struct session *session),
                   void *context);

/* The session with this id, which counts as used now; NULL where there is none, or it has expired.
 */
struct session *sessions_find(struct sessions *sessions, const char *id, int64_t now_us);

/* As sessions_find(), but the session does not count as used. */
struct session *sessions_peek(const struct sessions *sessions, const char *id);

/*
 * The person has signed in. False where somebody else ever had: what was said belongs to them, and
 * a session of its own is due.
 */
MUST_CHECK bool session_sign_in(struct session *session, const struct identity *identity);

/* The record goes, and the kept replies that were made from one; the session stays its owner's. */
void session_sign_out(struct session *session);

/* Signs the session out if its token has expired by `wall_ms`. */
void session_check_token(struct session *session, int64_t wall_ms);

/* Likewise, and forgets a record that has been kept long enough, or is of other relations. */
void session_refresh(struct session *session, const struct relations *relations, int64_t wall_ms,
                     int64_t now_us);

/* Takes the record over, in place of an earlier one. `looked_up`: what was asked for. */
void session_keep_record(struct session *session, struct facts *record, unsigned looked_up,
                         int64_t until_us);

/* These relations cannot be looked up before `until_us`: what is kept goes then, too. */
void session_lack_record(struct session *session, struct relations *among, unsigned relations,
                         int64_t until_us);

void session_touch(struct sessions *sessions, struct session *session, int64_t now_us);

/* Removes what has been silent for longer than keep_us. */
void sessions_expire(struct sessions *sessions, int64_t now_us);

size_t sessions_count(const struct sessions *sessions);
size_t sessions_bytes(const struct sessions *sessions);

/* The reply kept for the ask with this id; ptr NULL where there is none. Borrowed. */
struct span session_reply(const struct session *session, const char *ask_id);

/*
 * Keeps a copy, in place of the oldest one; out of memory keeps nothing. `of_record`: the owner's
 * record is in it.
 */
void session_keep_reply(struct session *session, const char *ask_id, struct span reply,
                        bool of_record);

/* The reply kept at one of the SESSION_REPLIES places. Borrowed. */
struct kept {
	struct span ask_id, reply;
	bool of_record;
};

/* Reads one place, below SESSION_REPLIES; false where no reply is kept there. */
bool session_kept_at(const struct session *session, size_t place, struct kept *out);

/* Forgets all kept replies. */
void session_forget_replies(struct session *session);

/* Puts back what was kept at that place, where there is room for it. */
void session_put_back(struct session *session, size_t place, const struct kept *kept);

#endif
