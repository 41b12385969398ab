#include "base/mac.h"

#include <assert.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/hex.h"

enum status mac_hash(enum mac_kind kind, const struct span *pieces, size_t count, struct mac *out)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned len = 0;
	bool done =
	        context &&
	        EVP_DigestInit_ex(context, kind == MAC_SHA1 ? EVP_sha1() : EVP_sha256(), NULL) == 1;

	for (size_t i = 0; done && i < count; i++)
		done = pieces[i].len == 0 ||
		       EVP_DigestUpdate(context, pieces[i].ptr, pieces[i].len) == 1;
	done = done && EVP_DigestFinal_ex(context, out->bytes, &len) == 1;
	EVP_MD_CTX_free(context);
	out->len = len;
	return done ? STATUS_OK : STATUS_INTERNAL;
}

enum status mac_keyed(enum mac_kind kind, struct span key, const struct span *pieces, size_t count,
                      struct mac *out)
{
	char sha1[] = "SHA1", sha256[] = "SHA256";
	const OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
		                                 kind == MAC_SHA1 ? sha1 : sha256, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC *mac;
	EVP_MAC_CTX *context;
	bool done;

	out->len = 0;
	if (key.len == 0)
		return STATUS_INVALID;
	mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	context = mac ? EVP_MAC_CTX_new(mac) : NULL;
	done = context &&
	       EVP_MAC_init(context, (const unsigned char *)key.ptr, key.len, parameters) == 1;
	for (size_t i = 0; done && i < count; i++)
		done = pieces[i].len == 0 ||
		       EVP_MAC_update(context, (const unsigned char *)pieces[i].ptr,
		                      pieces[i].len) == 1;
	done = done && EVP_MAC_final(context, out->bytes, &out->len, sizeof(out->bytes)) == 1;
	EVP_MAC_CTX_free(context);
	EVP_MAC_free(mac);
	return done ? STATUS_OK : STATUS_INTERNAL;
}

void mac_hex(const struct mac *mac, char hex[MAC_HEX_SIZE])
{
	assert(mac->len <= MAC_BYTES_MOST);
	hex_write(mac->bytes, mac->len, hex);
}

bool mac_equal(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || CRYPTO_memcmp(a.ptr, b.ptr, a.len) == 0);
}
