/*
 * Session rows: the tables of sessions and their kept replies, and how rows are written into them
 * and read. What a row holds is sealed (base/seal.h) under the hash of the session's id; in the
 * clear are that hash, when it was used last, and how often it was written.
 *
 * Several writers agree by `n`: a row is written only by who knows its last one. `writer` tells who
 * wrote it: a process that does not know whether its last commit was applied, because the
 * connection was lost before the answer, recognises its own row by it. One thread at a time.
 */
#ifndef DAYI_SESSIONS_SESSION_ROWS_H
#define DAYI_SESSIONS_SESSION_ROWS_H

#include "base/digest.h"
#include "base/seal.h"
#include "office/sessions/session_state.h"
#include "store/store.h"

extern const struct store_schema session_schema;

/* SHA-256 of a session's id, as its row is called. */
MUST_CHECK enum status session_row_name(const char *id, char name[DIGEST_HEX_SIZE]);

/* A session as it is to be written, in the clear. */
struct session_image {
	char id[SESSION_ID_SIZE];
	char name[DIGEST_HEX_SIZE];
	uint64_t n;      /* from 1 */
	int64_t used_us; /* by the monotonic clock */
	struct span state;
	uint32_t places;   /* of the replies that changed, a bit each */
	struct kept *kept; /* one a bit, from the lowest; ask_id.ptr NULL: nothing is there */
	uint64_t written;  /* `n` of the row that it became; 0: none */
};

/* How a row that another one wrote meanwhile is met. */
enum session_write {
	SESSION_WRITE_LATER, /* the higher `n` stays: one process is the only one that writes */
	SESSION_WRITE_NEXT,  /* only `n` - 1 is written over: several processes may write */
};

/* Shared by all rows that a transaction writes. */
struct session_writing {
	struct tx *tx;
	const struct seal *seal;
	int64_t writer;    /* this process; never 0 */
	int64_t offset_ms; /* what the database's clock is ahead of the monotonic one */
	enum session_write how;
	struct buf *scratch; /* two; cleared */
};

/*
 * Sets image->written, to 0 where the row has another `n` than the write expects; nothing is
 * written then. Where this writer itself left the row under that number or a later one, by commits
 * whose answers were lost, it is written under the one after.
 */
MUST_CHECK enum status session_rows_write(const struct session_writing *writing,
                                          struct session_image *image);

MUST_CHECK enum status session_rows_delete(struct tx *tx, const char *name);

/* Those that were last used before then. */
MUST_CHECK enum status session_rows_expire(struct tx *tx, int64_t before_ms, size_t *count);

/* A session as it was written. */
struct session_found {
	uint64_t n;      /* 0: there is none */
	int64_t used_ms; /* by the database's clock, since 1970 */
	struct buf state;
	struct buf kept[SESSION_REPLIES]; /* each for kept_read(); empty where nothing was kept */
};

void session_found_init(struct session_found *found);
void session_found_deinit(struct session_found *found);

/*
 * STATUS_OK with `n` 0 where there is no such row; STATUS_INVALID when it cannot be opened with
 * this key, or was changed. A kept reply that cannot be opened is passed over.
 */
MUST_CHECK enum status session_rows_read(struct tx *tx, const struct seal *seal, const char *name,
                                         struct session_found *out);

#endif
