/*
 * Versions: what was published, which version is served, and which replicas serve it. Rows of the
 * store; the folder's files are an archive (archive.h).
 *
 * A version is written once and never changes; versions_retain() deletes old ones. A pointer names
 * the current one. A new version is *offered*: each live replica loads it aside and says that it is
 * prepared, or why it refuses it. When all whose lease holds are prepared the pointer moves, in one
 * transaction; when one refuses, or the time is over, the offer is withdrawn and nothing has
 * changed. Who publishes must come back before the offer runs out, else it counts as withdrawn.
 *
 * Time is the database's. All of this belongs into jobs.
 */
#ifndef DAYI_VERSIONS_VERSIONS_H
#define DAYI_VERSIONS_VERSIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/digest.h"
#include "store/store.h"

extern const struct store_schema versions_schema;

/* The hint (tx_hint()) that something here has changed. */
#define VERSIONS_HINT "dayi_versions"

enum {
	VERSIONS_POLL_MS = 1000,  /* how often a replica looks by itself */
	VERSIONS_LEASE_MS = 5000, /* a replica that is silent for so long does not count */
	VERSIONS_OFFER_MS = 15000,
	VERSIONS_NAME_SIZE = 96,
	VERSIONS_REASON_SIZE = 512,
};

/* Versions by their number, from 1; 0: none. */
struct versions_pointer {
	int64_t current, offered;
};

/* --- publishing --- */

struct versions_new {
	const char *hash;
	struct span files;
	const char *who, *why;
	int64_t upon; /* the version that it was made from, and that must be current; 0: any */
};

/*
 * Stores the version and offers it; one of that content is stored once. *number is its number.
 * STATUS_BUSY when another one is being offered, or became current since.
 */
MUST_CHECK enum status versions_offer(struct store *store, const struct versions_new *version,
                                      int64_t *number);

enum versions_outcome {
	VERSIONS_WAITS,     /* some are not prepared yet */
	VERSIONS_TAKEN,     /* the pointer names it now */
	VERSIONS_REFUSED,   /* by one of them; withdrawn */
	VERSIONS_LATE,      /* withdrawn, for it was the last step */
	VERSIONS_WITHDRAWN, /* by somebody else: the offer ran out */
};

struct versions_replica {
	const char *name;
	int64_t loaded, prepared, refused;
	const char *reason; /* of a refusal */
};

/*
 * One step of a publication: moves the pointer, withdraws the offer, or makes it last longer.
 * `visit` sees every live replica, borrowed; it is told again at each step. `last`: no step
 * follows. Unless STATUS_OK the outcome is VERSIONS_WAITS: another step tells what came of this
 * one.
 */
MUST_CHECK enum status versions_step(struct store *store, int64_t number, bool last,
                                     const struct versions_new *version,
                                     void (*visit)(void *context,
                                                   const struct versions_replica *replica),
                                     void *context, enum versions_outcome *outcome);

/* --- what was served --- */

/* Each time that the pointer came to a version. Borrowed for the call. */
struct versions_move {
	int64_t number, version, at_ms;
	const char *hash, *who, *why;
	bool kept; /* its files are there still: see versions_retain() */
};

/* Calls `visit` for the last `most` moves, the latest first, until it fails. */
MUST_CHECK enum status versions_moves(struct store *store, int64_t most,
                                      enum status (*visit)(void *context,
                                                           const struct versions_move *move),
                                      void *context);

/*
 * Deletes the files of versions that were not served for so long, but for the current one, the one
 * before, and what is offered to replicas or loaded by one. *deleted: how many. Their moves stay.
 */
MUST_CHECK enum status versions_retain(struct store *store, int64_t keep_ms, size_t *deleted);

/* --- a replica --- */

/*
 * Renews the replica's lease and tells the others its state. *expired: it had run out, or there was
 * none. *out is what the pointer says, an offer that ran out being none.
 */
MUST_CHECK enum status versions_renew(struct store *store, const struct versions_replica *replica,
                                      bool *expired, struct versions_pointer *out);

/* Reads the same pointer without a lease. */
MUST_CHECK enum status versions_current(struct store *store, struct versions_pointer *out);

/* Removes the replica: no offer waits for it. */
MUST_CHECK enum status versions_leave(struct store *store, const char *name);

/*
 * The files of a version, and their hash. STATUS_NOT_FOUND when there is no such version, or its
 * files were deleted; STATUS_INVALID when the files do not have their hash.
 */
MUST_CHECK enum status versions_files(struct store *store, int64_t number, struct buf *out,
                                      char hash[DIGEST_HEX_SIZE]);

/*
 * The version as a folder within `folder`, which is made: one that is there and unchanged is used
 * as it is. Its path into `path`. Errors as versions_files() and archive_unpack().
 */
MUST_CHECK enum status versions_unpack(struct store *store, int64_t number, const char *folder,
                                       char *path, size_t size);

#endif
