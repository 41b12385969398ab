/*
 * SHA-256 (FIPS 180-4) over several pieces.
 */
#ifndef DAYI_BASE_DIGEST_H
#define DAYI_BASE_DIGEST_H

#include <stddef.h>

#include "base/span.h"
#include "base/status.h"

enum { DIGEST_HEX_SIZE = 65 }; /* 64 digits and the terminator */

struct digest;

MUST_CHECK enum status digest_create(struct digest **out);
void digest_destroy(struct digest *digest);
void digest_add(struct digest *digest, struct span bytes);

/* Lower-case hex; the digest can not be used after. STATUS_INTERNAL when OpenSSL failed at any
 * step. */
MUST_CHECK enum status digest_finish(struct digest *digest, char hex[DIGEST_HEX_SIZE]);

#endif
