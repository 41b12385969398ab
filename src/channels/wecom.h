/*
 * WeCom (企业微信): the envelope that its two kinds of bots share. AES-256-CBC, padded to 32 bytes,
 * around 16 random bytes, the message's length, the message and the receiver's id; and a SHA-1
 * signature over the sorted texts. docs/wecom.md tells how an office sets it up.
 */
#ifndef DAYI_CHANNELS_WECOM_H
#define DAYI_CHANNELS_WECOM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cipher.h"
#include "base/mac.h"
#include "base/span.h"
#include "base/status.h"
#include "service/refusal.h"

enum { WECOM_RANDOM_BYTES = 16, WECOM_KEY_CHARS = 43 };

/* The texts are borrowed. */
struct wecom_keys {
	struct span token;
	unsigned char key[CIPHER_KEY_BYTES];
	struct span receiver; /* id of the enterprise; empty for a 智能机器人 */
};

/* `encoding_key` is the EncodingAESKey. STATUS_INVALID for any but 43 characters of base64. */
MUST_CHECK enum status wecom_keys_init(struct wecom_keys *keys, struct span token,
                                       struct span encoding_key, struct span receiver);

/* What comes with an envelope, in the query. */
struct wecom_signed {
	struct span signature, timestamp, nonce;
};

/*
 * Appends the message within an envelope whose signature is right and not stale.
 * REFUSAL_BAD_REQUEST where a part of it is missing; REFUSAL_UNPROVEN for everything that is wrong
 * with it, without telling what.
 */
MUST_CHECK enum refusal wecom_open(const struct wecom_keys *keys, const struct wecom_signed *with,
                                   int64_t now_s, struct span encrypted, struct buf *out);

/* Appends the message, encrypted, in base64. */
MUST_CHECK enum status wecom_close(const struct wecom_keys *keys, struct span message,
                                   const unsigned char random[WECOM_RANDOM_BYTES], struct buf *out);

MUST_CHECK enum status wecom_sign(const struct wecom_keys *keys, struct span timestamp,
                                  struct span nonce, struct span encrypted, char hex[MAC_HEX_SIZE]);

/* A finished answer's envelope. `nonce` is the request's. */
struct wecom_sealing {
	const struct wecom_keys *keys;
	int64_t now_s;
	struct span nonce;
	unsigned char random[WECOM_RANDOM_BYTES];
};

/* What both kinds need to write one; the timestamp as digits. */
struct wecom_sealed {
	struct buf encrypted;
	char timestamp[24];
	char signature[MAC_HEX_SIZE];
};

/* The caller deinits `encrypted`, in either case. */
MUST_CHECK enum status wecom_seal(const struct wecom_sealing *sealing, struct span message,
                                  struct wecom_sealed *out);

#endif
