#include "base/digest.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/hex.h"

struct digest {
	EVP_MD_CTX *context; /* one of the two */
	EVP_MAC_CTX *keyed;
	bool failed;
};

enum status digest_create(struct digest **out)
{
	struct digest *digest = calloc(1, sizeof(*digest));

	if (!digest)
		return STATUS_NO_MEMORY;
	digest->context = EVP_MD_CTX_new();
	if (!digest->context) {
		free(digest);
		return STATUS_NO_MEMORY;
	}
	digest->failed = EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL) != 1;
	*out = digest;
	return STATUS_OK;
}

static EVP_MAC_CTX *make_hmac(void)
{
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *context = mac ? EVP_MAC_CTX_new(mac) : NULL;

	EVP_MAC_free(mac);
	return context;
}

enum status digest_create_keyed(struct digest **out, struct span key)
{
	char name[] = "SHA256";
	const OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
		OSSL_PARAM_construct_end(),
	};
	struct digest *digest = calloc(1, sizeof(*digest));

	if (!digest)
		return STATUS_NO_MEMORY;
	digest->keyed = make_hmac();
	if (!digest->keyed) {
		free(digest);
		return STATUS_NO_MEMORY;
	}
	/* Given no key, OpenSSL would use the previous one. */
	digest->failed = key.len == 0 || EVP_MAC_init(digest->keyed, (const unsigned char *)key.ptr,
	                                              key.len, parameters) != 1;
	*out = digest;
	return STATUS_OK;
}

void digest_destroy(struct digest *digest)
{
	if (!digest)
		return;
	EVP_MD_CTX_free(digest->context);
	EVP_MAC_CTX_free(digest->keyed);
	free(digest);
}

void digest_add(struct digest *digest, struct span bytes)
{
	assert(!digest->context != !digest->keyed); /* one of the two */
	if (digest->failed || bytes.len == 0)
		return;
	if (digest->keyed)
		digest->failed = EVP_MAC_update(digest->keyed, (const unsigned char *)bytes.ptr,
		                                bytes.len) != 1;
	else
		digest->failed = EVP_DigestUpdate(digest->context, bytes.ptr, bytes.len) != 1;
}

void digest_add_field(struct digest *digest, struct span bytes)
{
	char length[8];

	for (size_t i = 0; i < sizeof(length); i++)
		length[i] = (char)((uint64_t)bytes.len >> (56 - 8 * i));
	digest_add(digest, (struct span){ length, sizeof(length) });
	digest_add(digest, bytes);
}

static bool finish(struct digest *digest, unsigned char bytes[EVP_MAX_MD_SIZE], size_t *len)
{
	unsigned int short_len = 0;

	if (digest->keyed)
		return EVP_MAC_final(digest->keyed, bytes, len, EVP_MAX_MD_SIZE) == 1;
	if (EVP_DigestFinal_ex(digest->context, bytes, &short_len) != 1)
		return false;
	*len = short_len;
	return true;
}

enum status digest_finish(struct digest *digest, char hex[DIGEST_HEX_SIZE])
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	size_t len = 0;

	hex[0] = '\0';
	if (!digest->failed)
		digest->failed = !finish(digest, bytes, &len);
	if (digest->failed || len != (DIGEST_HEX_SIZE - 1) / 2)
		return STATUS_INTERNAL;
	digest->failed = true; /* a second finish is refused */
	hex_write(bytes, len, hex);
	return STATUS_OK;
}

bool digest_equal(const char a[DIGEST_HEX_SIZE], const char b[DIGEST_HEX_SIZE])
{
	return CRYPTO_memcmp(a, b, DIGEST_HEX_SIZE) == 0;
}
