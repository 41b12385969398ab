/*
 * Lock-out rows: what is counted against whom, in a store: under the keyed hash of an address or of
 * an ID number, never under either. One thread at a time.
 */
#ifndef DAYI_IDENTITY_LOCKOUT_ROWS_H
#define DAYI_IDENTITY_LOCKOUT_ROWS_H

#include "office/identity/lockout.h"
#include "store/store.h"

/* The step of a schema that makes the table. */
extern const char lockout_table[];

/* With times of the database's clock. One without failures is removed. */
struct lockout_image {
	char key[LOCKOUT_KEY_BYTES + 1];
	int64_t failures;
	int64_t failed_ms, until_ms; /* since 1970 */
};

MUST_CHECK enum status lockout_rows_write(struct tx *tx, const struct lockout_image *image);

/* Those whose last failure was before then, and whose lock has ended by `now_ms`. */
MUST_CHECK enum status lockout_rows_expire(struct tx *tx, int64_t before_ms, int64_t now_ms);

typedef void (*lockout_visitor)(void *context, const struct lockout_image *image);

/* The last `most` that failed, the earlier first. */
MUST_CHECK enum status lockout_rows_read(struct tx *tx, int64_t most, lockout_visitor visit,
                                         void *context);

/* Reads the row of one key, if there is one. */
MUST_CHECK enum status lockout_rows_find(struct tx *tx, const char *key, lockout_visitor visit,
                                         void *context);

#endif
