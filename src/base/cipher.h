/*
 * Cipher: AES-256 in CBC (NIST SP 800-38A), padded as PKCS #7 pads (RFC 5652, 6.3), for envelopes
 * that chat platforms prescribe. It hides and does not prove: what opens may have been changed, so
 * a signature is checked first, and a fault of the padding is answered as any other.
 *
 * What this program alone reads is closed by seal.h.
 */
#ifndef DAYI_BASE_CIPHER_H
#define DAYI_BASE_CIPHER_H

#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"

enum { CIPHER_KEY_BYTES = 32, CIPHER_IV_BYTES = 16, CIPHER_BLOCK = 16 };

/*
 * Appends the bytes, encrypted. They are padded to a multiple of `padded_to`, which is 16, or 32 as
 * WeCom wants it. STATUS_LIMIT, STATUS_NO_MEMORY, STATUS_INTERNAL; nothing is appended then.
 */
MUST_CHECK enum status cipher_close(const unsigned char key[CIPHER_KEY_BYTES],
                                    const unsigned char iv[CIPHER_IV_BYTES], size_t padded_to,
                                    struct span bytes, struct buf *out);

/* Appends what was encrypted. STATUS_INVALID, and nothing is appended, for bytes that are no whole
 * blocks and for wrong padding. */
MUST_CHECK enum status cipher_open(const unsigned char key[CIPHER_KEY_BYTES],
                                   const unsigned char iv[CIPHER_IV_BYTES], size_t padded_to,
                                   struct span bytes, struct buf *out);

#endif
