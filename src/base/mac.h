/*
 * MAC: hashes that other programs prescribe, SHA-1 among them, with a key (HMAC, RFC 2104) or
 * without, as bytes; and the comparison of secrets.
 *
 * digest.h is for what this program alone writes and reads.
 */
#ifndef DAYI_BASE_MAC_H
#define DAYI_BASE_MAC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"

enum mac_kind { MAC_SHA1, MAC_SHA256 };

enum { MAC_BYTES_MOST = 32, MAC_HEX_SIZE = 65 };

struct mac {
	unsigned char bytes[MAC_BYTES_MOST];
	size_t len; /* 20 or 32 */
};

/* Of the pieces one behind the other. STATUS_INTERNAL when OpenSSL fails. */
MUST_CHECK enum status mac_hash(enum mac_kind kind, const struct span *pieces, size_t count,
                                struct mac *out);

/* The same with a key. STATUS_INVALID for an empty one. */
MUST_CHECK enum status mac_keyed(enum mac_kind kind, struct span key, const struct span *pieces,
                                 size_t count, struct mac *out);

/* Lower case. */
void mac_hex(const struct mac *mac, char hex[MAC_HEX_SIZE]);

/* The time that it takes tells the lengths and nothing else. */
bool mac_equal(struct span a, struct span b);

#endif
