#include "base/seal.h"

#include <limits.h>
#include <stdlib.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

enum { VERSION = 1, NONCE_BYTES = 12, TAG_BYTES = 16, KEY_BYTES = 32 };

_Static_assert(SEAL_BYTES == 1 + NONCE_BYTES + TAG_BYTES, "version, nonce, bytes, tag");

struct seal {
	size_t secret_len;
	unsigned char secret[];
};

enum status seal_create(struct seal **out, struct span secret)
{
	struct seal *seal;

	*out = NULL;
	if (secret.len == 0)
		return STATUS_INVALID;
	seal = malloc(sizeof(*seal) + secret.len);
	if (!seal)
		return STATUS_NO_MEMORY;
	seal->secret_len = secret.len;
	memcpy(seal->secret, secret.ptr, secret.len);
	*out = seal;
	return STATUS_OK;
}

void seal_destroy(struct seal *seal)
{
	if (!seal)
		return;
	OPENSSL_cleanse(seal->secret, seal->secret_len);
	free(seal);
}

/* HMAC-SHA-256(secret, "dayi seal 1" 00 name). */
static bool make_key(const struct seal *seal, struct span name, unsigned char key[KEY_BYTES])
{
	static const char label[] = "dayi seal 1"; /* its end is the zero byte */
	char digest_name[] = "SHA256";
	size_t len = 0;
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *context = mac ? EVP_MAC_CTX_new(mac) : NULL;
	const OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string("digest", digest_name, 0),
		OSSL_PARAM_construct_end(),
	};
	const bool made =
	        context && EVP_MAC_init(context, seal->secret, seal->secret_len, parameters) == 1 &&
	        EVP_MAC_update(context, (const unsigned char *)label, sizeof(label)) == 1 &&
	        EVP_MAC_update(context, (const unsigned char *)name.ptr, name.len) == 1 &&
	        EVP_MAC_final(context, key, &len, KEY_BYTES) == 1 && len == KEY_BYTES;

	EVP_MAC_CTX_free(context);
	EVP_MAC_free(mac);
	return made;
}

static EVP_CIPHER_CTX *begin(const struct seal *seal, struct span name, struct span about,
                             const unsigned char *nonce, bool encrypts)
{
	unsigned char key[KEY_BYTES];
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int len = 0;
	const bool begun =
	        context && about.len <= INT_MAX && make_key(seal, name, key) &&
	        EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce, encrypts) == 1 &&
	        (about.len == 0 ||
	         EVP_CipherUpdate(context, NULL, &len, (const unsigned char *)about.ptr,
	                          (int)about.len) == 1);

	OPENSSL_cleanse(key, sizeof(key));
	if (begun)
		return context;
	EVP_CIPHER_CTX_free(context);
	return NULL;
}

static unsigned char *room(struct buf *out, size_t size)
{
	static const char zeros[256];

	for (size_t left = size; left > 0;) {
		const size_t piece = left < sizeof(zeros) ? left : sizeof(zeros);

		buf_append(out, zeros, piece);
		left -= piece;
	}
	return buf_status(out) == STATUS_OK ? (unsigned char *)out->ptr + out->len - size : NULL;
}

/* As if nothing had been appended. */
static enum status take_back(struct buf *out, size_t before, enum status status)
{
	if (out->ptr) {
		OPENSSL_cleanse(out->ptr + before, out->len - before);
		out->len = before;
	}
	return status;
}

enum status seal_close(const struct seal *seal, struct span name, struct span about,
                       struct span bytes, struct buf *out)
{
	const size_t before = out->len;
	EVP_CIPHER_CTX *context;
	unsigned char *at;
	int len = 0, rest = 0;
	bool closed = false;

	if (bytes.len > INT_MAX)
		return STATUS_LIMIT;
	at = room(out, bytes.len + SEAL_BYTES);
	if (!at)
		return take_back(out, before, buf_status(out));
	at[0] = VERSION;
	context = RAND_bytes(at + 1, NONCE_BYTES) == 1 ? begin(seal, name, about, at + 1, true)
	                                               : NULL;
	at += 1 + NONCE_BYTES;
	if (context)
		closed = (bytes.len == 0 ||
		          EVP_CipherUpdate(context, at, &len, (const unsigned char *)bytes.ptr,
		                           (int)bytes.len) == 1) &&
		         EVP_CipherFinal_ex(context, at + len, &rest) == 1 &&
		         (size_t)len + (size_t)rest == bytes.len &&
		         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES,
		                             at + bytes.len) == 1;
	EVP_CIPHER_CTX_free(context);
	return closed ? STATUS_OK : take_back(out, before, STATUS_INTERNAL);
}

enum status seal_open(const struct seal *seal, struct span name, struct span about,
                      struct span sealed, struct buf *out)
{
	const size_t before = out->len;
	const unsigned char *from = (const unsigned char *)sealed.ptr;
	unsigned char tag[TAG_BYTES];
	EVP_CIPHER_CTX *context;
	unsigned char *at;
	size_t size;
	int len = 0, rest = 0;
	bool opened = false;

	if (sealed.len < SEAL_BYTES || sealed.len > INT_MAX || from[0] != VERSION)
		return STATUS_INVALID;
	size = sealed.len - SEAL_BYTES;
	memcpy(tag, from + sealed.len - TAG_BYTES, TAG_BYTES);
	at = room(out, size);
	if (!at)
		return take_back(out, before, buf_status(out));
	context = begin(seal, name, about, from + 1, false);
	if (!context)
		return take_back(out, before, STATUS_INTERNAL);
	opened = (size == 0 ||
	          EVP_CipherUpdate(context, at, &len, from + 1 + NONCE_BYTES, (int)size) == 1) &&
	         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, tag) == 1 &&
	         EVP_CipherFinal_ex(context, at + len, &rest) == 1 &&
	         (size_t)len + (size_t)rest == size;
	EVP_CIPHER_CTX_free(context);
	return opened ? STATUS_OK : take_back(out, before, STATUS_INVALID);
}
