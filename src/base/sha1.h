/*
 * SHA-1 (FIPS 180-4) and HMAC-SHA-1, for the signatures of platforms that know no newer hash; and
 * the comparison of secrets.
 */
#ifndef DAYI_BASE_SHA1_H
#define DAYI_BASE_SHA1_H

#include <stdbool.h>

#include "base/span.h"
#include "base/status.h"

enum { SHA1_HEX_SIZE = 41 }; /* 40 digits and the terminator */

/* Lower-case hex. STATUS_INTERNAL when OpenSSL fails. */
MUST_CHECK enum status sha1_hash(struct span bytes, char hex[SHA1_HEX_SIZE]);

/* The same keyed; STATUS_INVALID for an empty key. */
MUST_CHECK enum status sha1_hmac(struct span key, struct span bytes, char hex[SHA1_HEX_SIZE]);

/* Whether both are the same, in a time that does not tell where they differ, or in what length. */
bool secret_equal(struct span a, struct span b);

#endif
