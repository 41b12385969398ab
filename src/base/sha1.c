#include "base/sha1.h"

#include <limits.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/digest.h"
#include "base/hex.h"

enum { SHA1_BYTES = 20 };

enum status sha1_hash(struct span bytes, char hex[SHA1_HEX_SIZE])
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned int len = 0;

	hex[0] = '\0';
	if (EVP_Digest(bytes.ptr, bytes.len, hash, &len, EVP_sha1(), NULL) != 1 ||
	    len != SHA1_BYTES)
		return STATUS_INTERNAL;
	hex_write(hash, len, hex);
	return STATUS_OK;
}

enum status sha1_hmac(struct span key, struct span bytes, char hex[SHA1_HEX_SIZE])
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned int len = 0;

	hex[0] = '\0';
	if (key.len == 0 || key.len > INT_MAX)
		return STATUS_INVALID;
	if (!HMAC(EVP_sha1(), key.ptr, (int)key.len, (const unsigned char *)bytes.ptr, bytes.len,
	          hash, &len) ||
	    len != SHA1_BYTES)
		return STATUS_INTERNAL;
	hex_write(hash, len, hex);
	return STATUS_OK;
}

static bool hash_text(struct span text, char hex[DIGEST_HEX_SIZE])
{
	struct digest *digest = NULL;
	enum status status = digest_create(&digest);

	if (status == STATUS_OK) {
		digest_add(digest, text);
		status = digest_finish(digest, hex);
		digest_destroy(digest);
	}
	return status == STATUS_OK;
}

bool secret_equal(struct span a, struct span b)
{
	char left[DIGEST_HEX_SIZE], right[DIGEST_HEX_SIZE];

	return hash_text(a, left) && hash_text(b, right) && digest_equal(left, right);
}
