/*
 * Session state: what is kept of a session in a store, as bytes: whose it is, where it comes from,
 * the conversation, and which of its answers can be rated. Not the record that was read, which is
 * read again, nor the kept replies, which have rows of their own.
 *
 * The bytes hold an ID number: they are sealed before they are stored.
 */
#ifndef DAYI_SESSIONS_SESSION_STATE_H
#define DAYI_SESSIONS_SESSION_STATE_H

#include "engine/dialogue/conversation_state.h"
#include "office/sessions/sessions.h"

enum { SESSION_STATE_MOST = CONVERSATION_STATE_MOST + 4096 /* bytes */ };

/* Appends it. `knowledge` as in conversation_save(). */
MUST_CHECK enum status session_state_write(const struct session *session,
                                           const struct knowledge *knowledge, struct buf *out);

/* The state as it was read, before there is a session. Borrows from the bytes. */
struct session_state {
	struct identity identity;
	bool signed_in;
	struct span origin;
	struct ratables ratables;
	size_t next_reply;
	struct span conversation;
};

/* STATUS_INVALID when the bytes are none, or of a format that is not known. */
MUST_CHECK enum status session_state_read(struct span bytes, struct session_state *out);

/*
 * Makes a fresh session what was read. The receipts of its answers go on with another run: the
 * state may be older than the last of them. STATUS_INVALID when it is no conversation.
 */
MUST_CHECK enum status session_state_apply(const struct session_state *state,
                                           const struct snapshot *snapshot, uint64_t seed,
                                           struct session *session);

/* A kept reply as bytes, likewise. What is read borrows from them. */
MUST_CHECK enum status kept_write(const struct kept *kept, struct buf *out);
MUST_CHECK enum status kept_read(struct span bytes, struct kept *out);

#endif
