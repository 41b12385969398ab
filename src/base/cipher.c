#include "base/cipher.h"

#include <assert.h>
#include <limits.h>
#include <stdbool.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

enum { PADDED_MOST = 32 };

/* OpenSSL's own padding knows blocks of 16 only. */
static bool run(const unsigned char *key, const unsigned char *iv, bool encrypts,
                unsigned char *bytes, size_t len)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int done = 0, rest = 0;
	const bool ran =
	        context &&
	        EVP_CipherInit_ex(context, EVP_aes_256_cbc(), NULL, key, iv, encrypts) == 1 &&
	        EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
	        EVP_CipherUpdate(context, bytes, &done, bytes, (int)len) == 1 &&
	        EVP_CipherFinal_ex(context, bytes + done, &rest) == 1 &&
	        (size_t)done + (size_t)rest == len;

	EVP_CIPHER_CTX_free(context);
	return ran;
}

/* As if nothing had been appended. */
static enum status take_back(struct buf *out, size_t before, enum status status)
{
	if (out->ptr) {
		OPENSSL_cleanse(out->ptr + before, out->len - before);
		out->len = before;
		out->ptr[before] = '\0';
	}
	return status;
}

enum status cipher_close(const unsigned char key[CIPHER_KEY_BYTES],
                         const unsigned char iv[CIPHER_IV_BYTES], size_t padded_to,
                         struct span bytes, struct buf *out)
{
	const size_t before = out->len, padding = padded_to - bytes.len % padded_to;

	assert(padded_to == CIPHER_BLOCK || padded_to == PADDED_MOST);
	if (bytes.len > INT_MAX - PADDED_MOST)
		return STATUS_LIMIT;
	buf_append(out, bytes.ptr, bytes.len);
	for (size_t i = 0; i < padding; i++)
		buf_append_char(out, (char)padding);
	if (buf_status(out) != STATUS_OK)
		return take_back(out, before, buf_status(out));
	return run(key, iv, true, (unsigned char *)out->ptr + before, out->len - before)
	               ? STATUS_OK
	               : take_back(out, before, STATUS_INTERNAL);
}

/* The length of the padding, 0 where it is wrong. It looks at all bytes that could belong to it. */
static size_t padding_of(const unsigned char *bytes, size_t len, size_t padded_to)
{
	const size_t padding = bytes[len - 1];
	unsigned wrong = padding == 0 || padding > padded_to || padding > len;

	for (size_t i = 0; i < padded_to && i < len; i++)
		wrong |= (unsigned)(i < padding) & (unsigned)(bytes[len - 1 - i] != padding);
	return wrong ? 0 : padding;
}

enum status cipher_open(const unsigned char key[CIPHER_KEY_BYTES],
                        const unsigned char iv[CIPHER_IV_BYTES], size_t padded_to,
                        struct span bytes, struct buf *out)
{
	const size_t before = out->len;
	size_t padding;

	assert(padded_to == CIPHER_BLOCK || padded_to == PADDED_MOST);
	if (bytes.len == 0 || bytes.len % CIPHER_BLOCK != 0 || bytes.len > INT_MAX - PADDED_MOST)
		return STATUS_INVALID;
	buf_append(out, bytes.ptr, bytes.len);
	if (buf_status(out) != STATUS_OK)
		return take_back(out, before, buf_status(out));
	if (!run(key, iv, false, (unsigned char *)out->ptr + before, bytes.len))
		return take_back(out, before, STATUS_INTERNAL);
	padding = padding_of((const unsigned char *)out->ptr + before, bytes.len, padded_to);
	if (padding == 0)
		return take_back(out, before, STATUS_INVALID);
	out->len -= padding;
	out->ptr[out->len] = '\0';
	return STATUS_OK;
}
