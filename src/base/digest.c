#include "base/digest.h"

#include <stdlib.h>

#include <openssl/evp.h>

struct digest {
	EVP_MD_CTX *context;
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

void digest_destroy(struct digest *digest)
{
	if (!digest)
		return;
	EVP_MD_CTX_free(digest->context);
	free(digest);
}

void digest_add(struct digest *digest, struct span bytes)
{
	if (digest->failed || bytes.len == 0)
		return;
	digest->failed = EVP_DigestUpdate(digest->context, bytes.ptr, bytes.len) != 1;
}

enum status digest_finish(struct digest *digest, char hex[DIGEST_HEX_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned int len = 0;

	hex[0] = '\0';
	if (!digest->failed)
		digest->failed = EVP_DigestFinal_ex(digest->context, bytes, &len) != 1;
	if (digest->failed || len != (DIGEST_HEX_SIZE - 1) / 2)
		return STATUS_INTERNAL;
	digest->failed = true; /* a second finish is refused */
	for (unsigned int i = 0; i < len; i++) {
		hex[2 * i] = digits[bytes[i] >> 4];
		hex[2 * i + 1] = digits[bytes[i] & 0x0f];
	}
	hex[DIGEST_HEX_SIZE - 1] = '\0';
	return STATUS_OK;
}
