/*
 * A token as it comes, and one whose claims are the input and whose signature is right.
 */
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/utf8.h"
#include "engine/text/check_digit.h"
#include "fuzz.h"
#include "office/identity/token.h"

enum { CLAIMS_MOST = 3000, NOW_S = 1800000000 };

static const char secret[] = "0123456789abcdef0123456789abcdef";

static int64_t fixed_ms(void *context)
{
	(void)context;
	return INT64_C(1000) * NOW_S;
}

static struct token_verifier *make_verifier(void)
{
	char path[] = "/tmp/dayi-fuzz-token-XXXXXX";
	const struct token_settings settings = {
		.algorithm = "HS256",
		.key_file = path,
		.issuer = "portal",
		.audience = "dayi",
		.id_claim = "sub",
		.name_claim = "name",
		.leeway_s = 30,
		.longest_s = 3600,
	};
	struct token_verifier *verifier = NULL;
	const int fd = mkstemp(path);

	REQUIRE(fd >= 0);
	REQUIRE(write(fd, secret, sizeof(secret) - 1) == (ssize_t)(sizeof(secret) - 1));
	close(fd);
	REQUIRE(token_verifier_create(&verifier, &settings, NULL) == STATUS_OK);
	unlink(path);
	return verifier;
}

static void verify(const struct token_verifier *verifier, struct span token, bool signed_well)
{
	const struct clock clock = { fixed_ms, fixed_ms, NULL };
	struct identity identity;
	const enum token_refusal refusal = token_verify(verifier, token, &clock, &identity);

	REQUIRE(refusal < TOKEN_REFUSALS && refusal != TOKEN_FAILED);
	if (signed_well)
		REQUIRE(refusal != TOKEN_ALGORITHM && refusal != TOKEN_TOO_LONG);
	if (refusal != TOKEN_ACCEPTED) {
		REQUIRE(identity.id_number[0] == '\0' && identity.name[0] == '\0');
		return;
	}
	REQUIRE(token.len <= TOKEN_BYTES);
	REQUIRE(id_number_check(span_of(identity.id_number)));
	REQUIRE(utf8_valid(span_of(identity.name)));
}

static size_t encode(char *out, const void *bytes, size_t len)
{
	size_t end = (size_t)EVP_EncodeBlock((unsigned char *)out, bytes, (int)len);

	while (end > 0 && out[end - 1] == '=')
		end--;
	for (size_t i = 0; i < end; i++)
		out[i] = out[i] == '+' ? '-' : out[i] == '/' ? '_' : out[i];
	return end;
}

static void verify_claims(const struct token_verifier *verifier, const uint8_t *data, size_t size)
{
	static const char header[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
	unsigned char mac[EVP_MAX_MD_SIZE];
	char token[2 * TOKEN_BYTES];
	unsigned int mac_len = 0;
	size_t len = encode(token, header, sizeof(header) - 1);

	token[len++] = '.';
	len += encode(token + len, data, size);
	REQUIRE(HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)token, len,
	             mac, &mac_len));
	token[len++] = '.';
	len += encode(token + len, mac, mac_len);
	verify(verifier, (struct span){ token, len }, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A key file for every input would be slow. */
	static struct token_verifier *verifier;

	if (!verifier)
		verifier = make_verifier();
	verify(verifier, (struct span){ (const char *)data, size }, false);
	if (size <= CLAIMS_MOST)
		verify_claims(verifier, data, size);
	return 0;
}
