#include "channels/wecom.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base64.h"
#include "channels/bot.h"

enum {
	PADDED_TO = 32,
	LENGTH_BYTES = 4,
	HEAD_BYTES = WECOM_RANDOM_BYTES + LENGTH_BYTES,
	RECEIVER_MOST = 256,
	SEALED_BYTES = 2 * BOT_BODY_BYTES,
};

enum status wecom_keys_init(struct wecom_keys *keys, struct span token, struct span encoding_key,
                            struct span receiver)
{
	enum status status = STATUS_INVALID;
	struct buf text, bytes;

	*keys = (struct wecom_keys){ .token = token, .receiver = receiver };
	buf_init(&text, WECOM_KEY_CHARS + 1);
	buf_init(&bytes, CIPHER_KEY_BYTES);
	buf_append(&text, encoding_key.ptr, encoding_key.len);
	buf_append_char(&text, '=');
	if (encoding_key.len == WECOM_KEY_CHARS && receiver.len <= RECEIVER_MOST &&
	    base64_read(buf_span(&text), &bytes) && bytes.len == sizeof(keys->key)) {
		memcpy(keys->key, bytes.ptr, sizeof(keys->key));
		status = STATUS_OK;
	}
	buf_wipe(&text);
	buf_wipe(&bytes);
	return status;
}

static int compare_texts(const void *a, const void *b)
{
	const struct span *left = a, *right = b;
	const size_t shorter = left->len < right->len ? left->len : right->len;
	const int order = shorter > 0 ? memcmp(left->ptr, right->ptr, shorter) : 0;

	if (order != 0)
		return order;
	return left->len < right->len ? -1 : left->len > right->len;
}

enum status wecom_sign(const struct wecom_keys *keys, struct span timestamp, struct span nonce,
                       struct span encrypted, char hex[MAC_HEX_SIZE])
{
	struct span texts[] = { keys->token, timestamp, nonce, encrypted };
	struct mac mac;
	enum status status;

	hex[0] = '\0';
	qsort(texts, sizeof(texts) / sizeof(texts[0]), sizeof(texts[0]), compare_texts);
	status = mac_hash(MAC_SHA1, texts, sizeof(texts) / sizeof(texts[0]), &mac);
	if (status == STATUS_OK)
		mac_hex(&mac, hex);
	return status;
}

static uint32_t read_length(const char *at)
{
	const unsigned char *bytes = (const unsigned char *)at;

	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

/* The message within what was decrypted; false where the length or the receiver is wrong. */
static bool unpack(const struct wecom_keys *keys, struct span packed, struct span *message)
{
	struct span receiver;

	if (packed.len < HEAD_BYTES)
		return false;
	message->ptr = packed.ptr + HEAD_BYTES;
	message->len = read_length(packed.ptr + WECOM_RANDOM_BYTES);
	if (message->len > packed.len - HEAD_BYTES)
		return false;
	receiver = (struct span){ message->ptr + message->len,
		                  packed.len - HEAD_BYTES - message->len };
	return span_equal(receiver, keys->receiver);
}

static enum refusal decrypt(const struct wecom_keys *keys, struct span encrypted, struct buf *out)
{
	enum refusal refusal = REFUSAL_UNPROVEN;
	struct buf bytes, packed;
	struct span message;

	buf_init(&bytes, BOT_BODY_BYTES);
	buf_init(&packed, BOT_BODY_BYTES);
	if (base64_read(encrypted, &bytes) &&
	    cipher_open(keys->key, keys->key, PADDED_TO, buf_span(&bytes), &packed) == STATUS_OK &&
	    unpack(keys, buf_span(&packed), &message)) {
		buf_append(out, message.ptr, message.len);
		refusal = buf_status(out) == STATUS_OK ? REFUSAL_NONE : REFUSAL_INTERNAL;
	}
	buf_deinit(&bytes);
	buf_deinit(&packed);
	return refusal;
}

enum refusal wecom_open(const struct wecom_keys *keys, const struct wecom_signed *with,
                        int64_t now_s, struct span encrypted, struct buf *out)
{
	char expected[MAC_HEX_SIZE];
	int64_t signed_s;

	if (with->signature.len == 0 || with->timestamp.len == 0 || with->nonce.len == 0 ||
	    encrypted.len == 0)
		return REFUSAL_BAD_REQUEST;
	if (wecom_sign(keys, with->timestamp, with->nonce, encrypted, expected) != STATUS_OK)
		return REFUSAL_INTERNAL;
	if (!mac_equal(span_of(expected), with->signature))
		return REFUSAL_UNPROVEN;
	if (!bot_read_number(with->timestamp, &signed_s) || !bot_is_fresh(signed_s, now_s))
		return REFUSAL_UNPROVEN;
	return decrypt(keys, encrypted, out);
}

enum status wecom_close(const struct wecom_keys *keys, struct span message,
                        const unsigned char random[WECOM_RANDOM_BYTES], struct buf *out)
{
	const unsigned char length[LENGTH_BYTES] = {
		(unsigned char)(message.len >> 24),
		(unsigned char)(message.len >> 16),
		(unsigned char)(message.len >> 8),
		(unsigned char)message.len,
	};
	struct buf packed, bytes;
	enum status status;

	buf_init(&packed, BOT_BODY_BYTES);
	buf_init(&bytes, BOT_BODY_BYTES + PADDED_TO);
	buf_append(&packed, random, WECOM_RANDOM_BYTES);
	buf_append(&packed, length, sizeof(length));
	buf_append(&packed, message.ptr, message.len);
	buf_append(&packed, keys->receiver.ptr, keys->receiver.len);
	status = buf_status(&packed);
	if (status == STATUS_OK)
		status = cipher_close(keys->key, keys->key, PADDED_TO, buf_span(&packed), &bytes);
	if (status == STATUS_OK) {
		base64_write(buf_span(&bytes), out);
		status = buf_status(out);
	}
	buf_deinit(&packed);
	buf_deinit(&bytes);
	return status;
}

enum status wecom_seal(const struct wecom_sealing *sealing, struct span message,
                       struct wecom_sealed *out)
{
	enum status status;
	int len;

	buf_init(&out->encrypted, SEALED_BYTES);
	len = snprintf(out->timestamp, sizeof(out->timestamp), "%" PRId64, sealing->now_s);
	status = wecom_close(sealing->keys, message, sealing->random, &out->encrypted);
	if (status != STATUS_OK)
		return status;
	return wecom_sign(sealing->keys, (struct span){ out->timestamp, (size_t)len },
	                  sealing->nonce, buf_span(&out->encrypted), out->signature);
}
