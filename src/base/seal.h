/*
 * Seal: bytes that only this program can read, and that nobody can change unseen: AES-256-GCM
 * (NIST SP 800-38D) with a random nonce.
 *
 * Every `name` (a row's, say) has a key of its own, HMAC-SHA-256 of the name with the secret, so
 * that the random nonces of one key stay far from repeating, and what is sealed under one name
 * opens under no other.
 */
#ifndef DAYI_BASE_SEAL_H
#define DAYI_BASE_SEAL_H

#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"

enum { SEAL_BYTES = 29 /* by which sealed bytes are longer: version, nonce, tag */ };

struct seal;

/* The secret is copied. STATUS_NO_MEMORY, STATUS_INVALID for an empty one. Owned by the caller. */
MUST_CHECK enum status seal_create(struct seal **out, struct span secret);
/* Takes NULL. The secret is wiped. */
void seal_destroy(struct seal *seal);

/*
 * Appends the sealed bytes. `about` is not in them, and must be the same to open them: what must
 * not be mixed up, such as a version. Any thread. STATUS_INTERNAL when OpenSSL fails.
 */
MUST_CHECK enum status seal_close(const struct seal *seal, struct span name, struct span about,
                                  struct span bytes, struct buf *out);

/*
 * Appends what was sealed. STATUS_INVALID, and nothing is appended, when the bytes, the name, what
 * they are about or the secret is another one. Any thread.
 */
MUST_CHECK enum status seal_open(const struct seal *seal, struct span name, struct span about,
                                 struct span sealed, struct buf *out);

#endif
