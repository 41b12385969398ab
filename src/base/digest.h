/*
 * SHA-256 (FIPS 180-4), or HMAC-SHA-256 (FIPS 198-1) with a key, over several pieces.
 */
#ifndef DAYI_BASE_DIGEST_H
#define DAYI_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"

enum { DIGEST_HEX_SIZE = 65 }; /* 64 digits and the terminator */

struct digest;

MUST_CHECK enum status digest_create(struct digest **out);

/* Keyed; the key is copied. */
MUST_CHECK enum status digest_create_keyed(struct digest **out, struct span key);

void digest_destroy(struct digest *digest);
void digest_add(struct digest *digest, struct span bytes);

/*
 * Adds the length (8 bytes, big-endian), then the bytes: no two lists of fields give the same
 * input.
 */
void digest_add_field(struct digest *digest, struct span bytes);

/* Lower-case hex; the digest cannot be used after. STATUS_INTERNAL when OpenSSL failed at any
 * step. */
MUST_CHECK enum status digest_finish(struct digest *digest, char hex[DIGEST_HEX_SIZE]);

/* Compares two finished digests in constant time. */
bool digest_equal(const char a[DIGEST_HEX_SIZE], const char b[DIGEST_HEX_SIZE]);

#endif
