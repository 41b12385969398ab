#include "office/identity/token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include "base/file.h"

/*
 * Tokens are made here by hand, from text, with OpenSSL alone: RFC 7515, appendix A. The ID numbers
 * are the two examples of GB 11643-1999.
 */

enum { TOKEN_ROOM = 8192, PATH_SIZE = 128, KEY_FILES = 8 };

#define NOW    INT64_C(1800000000)
#define SECRET "0123456789abcdef0123456789abcdef"
#define CLAIMS                                                                                     \
	"{\"iss\":\"portal\",\"aud\":\"dayi\",\"sub\":\"11010519491231002X\","                     \
	"\"name\":\"张三\",\"iat\":1799999990,\"exp\":1800000600}"

static const char hs256[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

struct keys {
	char folder[PATH_SIZE / 2];
	char files[KEY_FILES][PATH_SIZE];
	EVP_PKEY *rsa, *ec, *foreign_rsa, *foreign_ec;
};

enum key_name {
	HMAC_KEY,
	RSA_PUBLIC,
	RSA_PRIVATE,
	EC_PUBLIC,
	EC_PRIVATE,
	P384_PUBLIC,
	RSA_1024,
	SHORT
};

static int64_t fixed_ms(void *context)
{
	return *(const int64_t *)context * 1000;
}

static struct clock clock_at(int64_t *now_s)
{
	return (struct clock){ .wall_ms = fixed_ms, .monotonic_us = fixed_ms, .context = now_s };
}

static void write_pem(const char *path, EVP_PKEY *key, bool private)
{
	FILE *stream = fopen(path, "w");

	assert_non_null(stream);
	assert_int_equal(chmod(path, 0600), 0);
	if (private)
		assert_int_equal(PEM_write_PrivateKey(stream, key, NULL, NULL, 0, NULL, NULL), 1);
	else
		assert_int_equal(PEM_write_PUBKEY(stream, key), 1);
	fclose(stream);
}

static int make_keys(void **state)
{
	struct keys *keys = calloc(1, sizeof(*keys));
	EVP_PKEY *weak, *p384;

	assert_non_null(keys);
	snprintf(keys->folder, sizeof(keys->folder), "/tmp/dayi-token-XXXXXX");
	assert_non_null(mkdtemp(keys->folder));
	for (int i = 0; i < KEY_FILES; i++)
		snprintf(keys->files[i], PATH_SIZE, "%s/%d", keys->folder, i);
	keys->rsa = EVP_RSA_gen(2048);
	keys->foreign_rsa = EVP_RSA_gen(2048);
	keys->ec = EVP_EC_gen("P-256");
	keys->foreign_ec = EVP_EC_gen("P-256");
	weak = EVP_RSA_gen(1024);
	p384 = EVP_EC_gen("P-384");
	assert_int_equal(file_make_private(keys->files[HMAC_KEY], span_of(SECRET "\n")), STATUS_OK);
	assert_int_equal(file_make_private(keys->files[SHORT], span_of("0123456789abcdef\n")),
	                 STATUS_OK);
	write_pem(keys->files[RSA_PUBLIC], keys->rsa, false);
	write_pem(keys->files[RSA_PRIVATE], keys->rsa, true);
	write_pem(keys->files[EC_PUBLIC], keys->ec, false);
	write_pem(keys->files[EC_PRIVATE], keys->ec, true);
	write_pem(keys->files[P384_PUBLIC], p384, false);
	write_pem(keys->files[RSA_1024], weak, false);
	EVP_PKEY_free(weak);
	EVP_PKEY_free(p384);
	*state = keys;
	return 0;
}

static int drop_keys(void **state)
{
	struct keys *keys = *state;

	for (int i = 0; i < KEY_FILES; i++)
		unlink(keys->files[i]);
	rmdir(keys->folder);
	EVP_PKEY_free(keys->rsa);
	EVP_PKEY_free(keys->foreign_rsa);
	EVP_PKEY_free(keys->ec);
	EVP_PKEY_free(keys->foreign_ec);
	free(keys);
	return 0;
}

static void add_base64url(char *out, const void *bytes, size_t len)
{
	const size_t start = strlen(out);
	size_t end;

	assert_true(start + len * 2 + 4 < TOKEN_ROOM);
	EVP_EncodeBlock((unsigned char *)out + start, bytes, (int)len);
	end = strlen(out);
	while (end > start && out[end - 1] == '=')
		out[--end] = '\0';
	for (size_t i = start; i < end; i++)
		out[i] = out[i] == '+' ? '-' : out[i] == '/' ? '_' : out[i];
}

static void add_parts(char *out, const char *header, const char *claims)
{
	out[0] = '\0';
	add_base64url(out, header, strlen(header));
	strncat(out, ".", 2);
	add_base64url(out, claims, strlen(claims));
}

static void add_signature(char *out, const void *bytes, size_t len)
{
	strncat(out, ".", 2);
	add_base64url(out, bytes, len);
}

static const char *sign_hmac(char *out, const char *header, const char *claims, const void *key,
                             size_t key_len)
{
	unsigned char mac[32];
	unsigned int len = sizeof(mac);

	add_parts(out, header, claims);
	assert_non_null(HMAC(EVP_sha256(), key, (int)key_len, (const unsigned char *)out,
	                     strlen(out), mac, &len));
	add_signature(out, mac, len);
	return out;
}

static size_t sign_bytes(EVP_PKEY *key, const char *text, unsigned char *out, size_t room)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t len = room;

	assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key), 1);
	assert_int_equal(
	        EVP_DigestSign(context, out, &len, (const unsigned char *)text, strlen(text)), 1);
	EVP_MD_CTX_free(context);
	return len;
}

static const char *sign_rsa(char *out, EVP_PKEY *key, const char *header, const char *claims)
{
	unsigned char bytes[512];

	add_parts(out, header, claims);
	add_signature(out, bytes, sign_bytes(key, out, bytes, sizeof(bytes)));
	return out;
}

/* RFC 7518, 3.4: r and s of 32 bytes each, not DER. */
static const char *sign_ec(char *out, EVP_PKEY *key, const char *header, const char *claims)
{
	unsigned char der[128], raw[64];
	const unsigned char *at = der;
	size_t len;
	ECDSA_SIG *pair;

	add_parts(out, header, claims);
	len = sign_bytes(key, out, der, sizeof(der));
	pair = d2i_ECDSA_SIG(NULL, &at, (long)len);
	assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw, 32), 32);
	assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw + 32, 32), 32);
	ECDSA_SIG_free(pair);
	add_signature(out, raw, sizeof(raw));
	return out;
}

static struct token_settings settings_of(const struct keys *keys, const char *algorithm,
                                         enum key_name key)
{
	return (struct token_settings){
		.algorithm = algorithm,
		.key_file = keys->files[key],
		.issuer = "portal",
		.audience = "dayi",
		.id_claim = "sub",
		.name_claim = "name",
		.leeway_s = 30,
		.longest_s = 3600,
	};
}

static enum token_refusal verify_with(const struct token_settings *settings, const char *token,
                                      int64_t now_s, struct identity *identity)
{
	const struct clock clock = clock_at(&now_s);
	struct token_verifier *verifier = NULL;
	enum token_refusal refusal;

	assert_int_equal(token_verifier_create(&verifier, settings, NULL), STATUS_OK);
	refusal = token_verify(verifier, span_of(token), &clock, identity);
	token_verifier_destroy(verifier);
	return refusal;
}

/* Of a token as it stands, by an HS256 verifier. */
static enum token_refusal judge(void **state, const char *token)
{
	const struct token_settings settings = settings_of(*state, "HS256", HMAC_KEY);
	struct identity identity;

	return verify_with(&settings, token, NOW, &identity);
}

static enum token_refusal judge_at(void **state, const char *claims, int64_t now_s)
{
	const struct token_settings settings = settings_of(*state, "HS256", HMAC_KEY);
	struct identity identity;
	char token[TOKEN_ROOM];

	return verify_with(&settings, sign_hmac(token, hs256, claims, SECRET, 32), now_s,
	                   &identity);
}

/* Of well-signed claims. */
static enum token_refusal judge_claims(void **state, const char *claims)
{
	return judge_at(state, claims, NOW);
}

static enum token_refusal judge_header(void **state, const char *header)
{
	char token[TOKEN_ROOM];

	return judge(state, sign_hmac(token, header, CLAIMS, SECRET, 32));
}

static void a_token_of_each_algorithm_names_the_applicant(void **state)
{
	const struct keys *keys = *state;
	const struct token_settings hmac = settings_of(keys, "HS256", HMAC_KEY);
	const struct token_settings rsa = settings_of(keys, "RS256", RSA_PUBLIC);
	const struct token_settings ec = settings_of(keys, "ES256", EC_PUBLIC);
	struct identity identity;
	char token[TOKEN_ROOM];

	sign_hmac(token, hs256, CLAIMS, SECRET, 32);
	assert_int_equal(verify_with(&hmac, token, NOW, &identity), TOKEN_ACCEPTED);
	assert_string_equal(identity.id_number, "11010519491231002X");
	assert_string_equal(identity.name, "张三");
	sign_rsa(token, keys->rsa, "{\"alg\":\"RS256\"}", CLAIMS);
	assert_int_equal(verify_with(&rsa, token, NOW, &identity), TOKEN_ACCEPTED);
	assert_string_equal(identity.id_number, "11010519491231002X");
	sign_ec(token, keys->ec, "{\"alg\":\"ES256\"}", CLAIMS);
	assert_int_equal(verify_with(&ec, token, NOW, &identity), TOKEN_ACCEPTED);
	assert_string_equal(identity.id_number, "11010519491231002X");
}

/* RFC 7515, A.1: its key and its signature, which fit; its claims are not ours. */
static void the_example_of_the_standard_has_a_sound_signature(void **state)
{
	static const char token[] =
	        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
	        ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19y"
	        "b290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
	static const char key_base64[] = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ+EstJQLr/"
	                                 "T+1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow==";
	const struct keys *keys = *state;
	struct token_settings settings = settings_of(keys, "HS256", HMAC_KEY);
	struct identity identity;
	unsigned char key[80];
	char path[PATH_SIZE];

	assert_int_equal(
	        EVP_DecodeBlock(key, (const unsigned char *)key_base64, (int)strlen(key_base64)),
	        66);
	snprintf(path, sizeof(path), "%s/rfc", keys->folder);
	assert_int_equal(file_make_private(path, (struct span){ (const char *)key, 64 }),
	                 STATUS_OK);
	settings.key_file = path;
	assert_int_equal(verify_with(&settings, token, 1300819000, &identity), TOKEN_ISSUER);
	settings.key_file = keys->files[HMAC_KEY];
	assert_int_equal(verify_with(&settings, token, 1300819000, &identity), TOKEN_SIGNATURE);
	unlink(path);
}

static void a_foreign_key_is_refused(void **state)
{
	const struct keys *keys = *state;
	const struct token_settings rsa = settings_of(keys, "RS256", RSA_PUBLIC);
	const struct token_settings ec = settings_of(keys, "ES256", EC_PUBLIC);
	struct identity identity;
	char token[TOKEN_ROOM];

	sign_hmac(token, hs256, CLAIMS, "another secret of thirty-two byt", 32);
	assert_int_equal(judge(state, token), TOKEN_SIGNATURE);
	sign_rsa(token, keys->foreign_rsa, "{\"alg\":\"RS256\"}", CLAIMS);
	assert_int_equal(verify_with(&rsa, token, NOW, &identity), TOKEN_SIGNATURE);
	assert_string_equal(identity.id_number, "");
	sign_ec(token, keys->foreign_ec, "{\"alg\":\"ES256\"}", CLAIMS);
	assert_int_equal(verify_with(&ec, token, NOW, &identity), TOKEN_SIGNATURE);
}

/* OpenSSL's own form of an ECDSA signature is none of a token's: RFC 7518, 3.4. */
static void a_signature_in_der_is_refused(void **state)
{
	const struct keys *keys = *state;
	const struct token_settings ec = settings_of(keys, "ES256", EC_PUBLIC);
	struct identity identity;
	unsigned char der[128];
	char token[TOKEN_ROOM];

	add_parts(token, "{\"alg\":\"ES256\"}", CLAIMS);
	add_signature(token, der, sign_bytes(keys->ec, token, der, sizeof(der)));
	assert_int_equal(verify_with(&ec, token, NOW, &identity), TOKEN_SIGNATURE);
}

static void an_hmac_with_the_public_key_is_refused(void **state)
{
	const struct keys *keys = *state;
	const struct token_settings rsa = settings_of(keys, "RS256", RSA_PUBLIC);
	struct identity identity;
	char token[TOKEN_ROOM];
	struct buf pem;

	buf_init(&pem, TOKEN_ROOM);
	assert_int_equal(file_read(keys->files[RSA_PUBLIC], &pem), STATUS_OK);
	sign_hmac(token, hs256, CLAIMS, pem.ptr, pem.len);
	assert_int_equal(verify_with(&rsa, token, NOW, &identity), TOKEN_ALGORITHM);
	/* A header that says RS256 does not help an HMAC. */
	sign_hmac(token, "{\"alg\":\"RS256\"}", CLAIMS, pem.ptr, pem.len);
	assert_int_equal(verify_with(&rsa, token, NOW, &identity), TOKEN_SIGNATURE);
	buf_deinit(&pem);
}

static void only_the_configured_algorithm_counts_letter_by_letter(void **state)
{
	char token[TOKEN_ROOM];

	add_parts(token, "{\"alg\":\"none\"}", CLAIMS);
	strncat(token, ".", 2);
	assert_int_equal(judge(state, token), TOKEN_ALGORITHM);
	assert_int_equal(judge_header(state, "{\"alg\":\"none\"}"), TOKEN_ALGORITHM);
	assert_int_equal(judge_header(state, "{\"alg\":\"hs256\"}"), TOKEN_ALGORITHM);
	assert_int_equal(judge_header(state, "{\"alg\":\"HS512\"}"), TOKEN_ALGORITHM);
	assert_int_equal(judge_header(state, "{\"alg\":\"RS256\"}"), TOKEN_ALGORITHM);
	assert_int_equal(judge_header(state, "{\"alg\":256}"), TOKEN_ALGORITHM);
	assert_int_equal(judge_header(state, "{\"typ\":\"JWT\"}"), TOKEN_ALGORITHM);
}

static void a_token_without_its_signature_is_refused(void **state)
{
	char token[TOKEN_ROOM];

	add_parts(token, hs256, CLAIMS);
	strncat(token, ".", 2);
	assert_int_equal(judge(state, token), TOKEN_SIGNATURE);
}

static void a_header_with_what_must_be_understood_is_refused(void **state)
{
	assert_int_equal(
	        judge_header(state, "{\"alg\":\"HS256\",\"b64\":false,\"crit\":[\"b64\"]}"),
	        TOKEN_MALFORMED);
	assert_int_equal(judge_header(state, "{\"alg\":\"HS256\",\"typ\":\"other\"}"),
	                 TOKEN_MALFORMED);
	assert_int_equal(judge_header(state, "{\"alg\":\"HS256\",\"typ\":7}"), TOKEN_MALFORMED);
	assert_int_equal(judge_header(state, "{\"alg\":\"HS256\",\"kid\":\"1\"}"), TOKEN_ACCEPTED);
}

static void a_member_that_stands_twice_is_refused(void **state)
{
	assert_int_equal(judge_header(state, "{\"alg\":\"HS256\",\"alg\":\"HS256\"}"),
	                 TOKEN_MALFORMED);
	assert_int_equal(judge_claims(state, "{\"iss\":\"portal\",\"aud\":\"dayi\","
	                                     "\"sub\":\"440524188001010014\",\"exp\":1800000600,"
	                                     "\"sub\":\"11010519491231002X\"}"),
	                 TOKEN_MALFORMED);
}

static void only_three_parts_of_base64url_are_a_token(void **state)
{
	char token[TOKEN_ROOM], changed[TOKEN_ROOM + 8];
	const char *const others[] = { "", ".", "..", "...", "a.b", "a.b.c.d", "e30.e30.e30.e30" };

	sign_hmac(token, hs256, CLAIMS, SECRET, 32);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(judge(state, others[i]), TOKEN_MALFORMED);
	snprintf(changed, sizeof(changed), "%s.", token);
	assert_int_equal(judge(state, changed), TOKEN_MALFORMED);
	snprintf(changed, sizeof(changed), " %s", token);
	assert_int_equal(judge(state, changed), TOKEN_MALFORMED);
	snprintf(changed, sizeof(changed), "%s=", token);
	assert_int_equal(judge(state, changed), TOKEN_MALFORMED);
	snprintf(changed, sizeof(changed), "%s\n", token);
	assert_int_equal(judge(state, changed), TOKEN_MALFORMED);
	assert_int_equal(judge_claims(state, "[1]"), TOKEN_MALFORMED);
	assert_int_equal(judge_claims(state, "{\"iss\":"), TOKEN_MALFORMED);
}

/* The last of the 43 characters of an HMAC carries two bits that count for nothing. */
static void a_second_spelling_of_the_same_signature_is_refused(void **state)
{
	static const char digits[] =
	        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	char token[TOKEN_ROOM];
	char *last;

	sign_hmac(token, hs256, CLAIMS, SECRET, 32);
	last = &token[strlen(token) - 1];
	*last = digits[(strchr(digits, *last) - digits) | 1];
	assert_int_equal(judge(state, token), TOKEN_MALFORMED);
}

static void an_over_long_token_is_refused(void **state)
{
	char claims[TOKEN_ROOM / 2], token[TOKEN_ROOM];
	char filler[3000];
	int len;

	memset(filler, 'x', sizeof(filler));
	/* 4096 characters: 36 of header, 43 of signature, two dots; 4015 of claims are 3011 bytes.
	 */
	for (len = 2900; len < 3000; len++) {
		snprintf(claims, sizeof(claims),
		         "{\"iss\":\"portal\",\"aud\":\"dayi\",\"sub\":\"11010519491231002X\","
		         "\"exp\":1800000600,\"x\":\"%.*s\"}",
		         len, filler);
		if (strlen(claims) == 3011)
			break;
	}
	sign_hmac(token, hs256, claims, SECRET, 32);
	assert_int_equal(strlen(token), 4096);
	assert_int_equal(judge(state, token), TOKEN_ACCEPTED);
	/* One more. */
	snprintf(claims + strlen(claims) - 2, 4, "y\"}");
	sign_hmac(token, hs256, claims, SECRET, 32);
	assert_int_equal(strlen(token), 4097);
	assert_int_equal(judge(state, token), TOKEN_TOO_LONG);
}

#define WHO "\"sub\":\"11010519491231002X\",\"exp\":1800000600}"

static void the_issuer_must_be_the_configured_one(void **state)
{
	assert_int_equal(judge_claims(state, "{\"aud\":\"dayi\"," WHO), TOKEN_ISSUER);
	assert_int_equal(judge_claims(state, "{\"iss\":\"Portal\",\"aud\":\"dayi\"," WHO),
	                 TOKEN_ISSUER);
	assert_int_equal(judge_claims(state, "{\"iss\":[\"portal\"],\"aud\":\"dayi\"," WHO),
	                 TOKEN_ISSUER);
}

static void the_audience_is_one_or_stands_in_an_array(void **state)
{
	assert_int_equal(judge_claims(state, "{\"iss\":\"portal\",\"aud\":[\"x\",\"dayi\"]," WHO),
	                 TOKEN_ACCEPTED);
	assert_int_equal(judge_claims(state, "{\"iss\":\"portal\",\"aud\":[\"x\",7]," WHO),
	                 TOKEN_AUDIENCE);
	assert_int_equal(judge_claims(state, "{\"iss\":\"portal\",\"aud\":[]," WHO),
	                 TOKEN_AUDIENCE);
	assert_int_equal(
	        judge_claims(state, "{\"iss\":\"portal\",\"aud\":{\"dayi\":\"dayi\"}," WHO),
	        TOKEN_AUDIENCE);
	assert_int_equal(judge_claims(state, "{\"iss\":\"portal\"," WHO), TOKEN_AUDIENCE);
}

#define PARTIES "{\"iss\":\"portal\",\"aud\":\"dayi\",\"sub\":\"11010519491231002X\""

static void a_token_expires_at_its_second_and_the_leeway(void **state)
{
	assert_int_equal(judge_at(state, CLAIMS, 1800000629), TOKEN_ACCEPTED);
	assert_int_equal(judge_at(state, CLAIMS, 1800000630), TOKEN_EXPIRED);
	assert_int_equal(judge_claims(state, PARTIES "}"), TOKEN_TIMES);
	assert_int_equal(judge_claims(state, PARTIES ",\"exp\":0}"), TOKEN_EXPIRED);
	assert_int_equal(judge_claims(state, PARTIES ",\"exp\":1800000600.5}"), TOKEN_ACCEPTED);
}

/* Else a session would end at once whose token was just taken. */
static void who_is_let_in_by_the_leeway_stays_in_for_it(void **state)
{
	const struct token_settings settings = settings_of(*state, "HS256", HMAC_KEY);
	struct identity identity;
	char token[TOKEN_ROOM];

	assert_int_equal(verify_with(&settings, sign_hmac(token, hs256, CLAIMS, SECRET, 32),
	                             1800000610, &identity),
	                 TOKEN_ACCEPTED);
	assert_int_equal(identity.until_s, 1800000630);
}

static void a_token_does_not_count_before_its_time(void **state)
{
	assert_int_equal(judge_claims(state, PARTIES ",\"exp\":1800000600,\"nbf\":1800000030}"),
	                 TOKEN_ACCEPTED);
	assert_int_equal(judge_claims(state, PARTIES ",\"exp\":1800000600,\"nbf\":1800000031}"),
	                 TOKEN_TOO_EARLY);
	assert_int_equal(judge_claims(state, PARTIES ",\"exp\":1800000600,\"iat\":1800000031}"),
	                 TOKEN_TOO_EARLY);
}

static void what_is_no_time_is_refused(void **state)
{
	assert_int_equal(judge_claims(state, PARTIES ",\"exp\":\"1800000600\"}"), TOKEN_TIMES);
	assert_int_equal(judge_claims(state, PARTIES ",\"exp\":null}"), TOKEN_TIMES);
	assert_int_equal(judge_claims(state, PARTIES ",\"exp\":-1}"), TOKEN_TIMES);
	assert_int_equal(judge_claims(state, PARTIES ",\"exp\":1e300}"), TOKEN_TIMES);
	assert_int_equal(judge_claims(state, PARTIES ",\"exp\":9223372036854775807}"), TOKEN_TIMES);
	assert_int_equal(judge_claims(state, PARTIES ",\"exp\":1e999}"), TOKEN_MALFORMED);
	assert_int_equal(judge_claims(state, PARTIES ",\"exp\":1800000600,\"nbf\":true}"),
	                 TOKEN_TIMES);
	/* Above 64 bits the library refuses before the claims are looked at. */
	assert_int_not_equal(judge_claims(state, PARTIES ",\"exp\":18446744073709551617}"),
	                     TOKEN_ACCEPTED);
}

static void a_token_that_lasts_too_long_is_refused(void **state)
{
	assert_int_equal(judge_claims(state, PARTIES ",\"exp\":1800003630}"), TOKEN_ACCEPTED);
	assert_int_equal(judge_claims(state, PARTIES ",\"exp\":1800003631}"), TOKEN_TOO_LASTING);
	/* Near its end, too. */
	assert_int_equal(judge_claims(state, PARTIES ",\"iat\":1799996999,\"exp\":1800000600}"),
	                 TOKEN_TOO_LASTING);
	assert_int_equal(judge_claims(state, PARTIES ",\"iat\":1799997000,\"exp\":1800000600}"),
	                 TOKEN_ACCEPTED);
}

#define OFFICES "{\"iss\":\"portal\",\"aud\":\"dayi\",\"exp\":1800000600"

static void a_subject_that_is_no_sound_id_number_is_refused(void **state)
{
	assert_int_equal(judge_claims(state, OFFICES ",\"sub\":\"440524188001010014\"}"),
	                 TOKEN_ACCEPTED);
	assert_int_equal(judge_claims(state, OFFICES ",\"sub\":\"440524188001010015\"}"),
	                 TOKEN_SUBJECT);
	assert_int_equal(judge_claims(state, OFFICES ",\"sub\":\"440524800101001\"}"),
	                 TOKEN_SUBJECT);
	assert_int_equal(judge_claims(state, OFFICES ",\"sub\":\"440524188001010014 \"}"),
	                 TOKEN_SUBJECT);
	assert_int_equal(judge_claims(state, OFFICES ",\"sub\":440524188001010014}"),
	                 TOKEN_SUBJECT);
	assert_int_equal(judge_claims(state, OFFICES ",\"sub\":\"user7\"}"), TOKEN_SUBJECT);
	assert_int_equal(judge_claims(state, OFFICES "}"), TOKEN_SUBJECT);
}

static void a_small_x_is_written_large(void **state)
{
	const struct token_settings settings = settings_of(*state, "HS256", HMAC_KEY);
	struct identity identity;
	char token[TOKEN_ROOM];

	sign_hmac(token, hs256, OFFICES ",\"sub\":\"11010519491231002x\"}", SECRET, 32);
	assert_int_equal(verify_with(&settings, token, NOW, &identity), TOKEN_ACCEPTED);
	assert_string_equal(identity.id_number, "11010519491231002X");
	assert_string_equal(identity.name, "");
}

static void a_name_that_can_not_be_shown_is_refused(void **state)
{
	const char *const names[] = { "7", "[\"a\"]", "\"a\\nb\"",
		                      "\"0123456789012345678901234567890123456789012345678901234"
		                      "567890123\"" };
	char claims[512];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(claims, sizeof(claims), PARTIES ",\"exp\":1800000600,\"name\":%s}",
		         names[i]);
		assert_int_equal(judge_claims(state, claims), TOKEN_NAME);
	}
}

static void the_claims_can_have_other_names(void **state)
{
	struct token_settings settings = settings_of(*state, "HS256", HMAC_KEY);
	struct identity identity;
	char token[TOKEN_ROOM];

	settings.id_claim = "sfzh";
	settings.name_claim = "";
	sign_hmac(token, hs256,
	          OFFICES ",\"sub\":\"user7\",\"sfzh\":\"440524188001010014\",\"name\":7}", SECRET,
	          32);
	assert_int_equal(verify_with(&settings, token, NOW, &identity), TOKEN_ACCEPTED);
	assert_string_equal(identity.id_number, "440524188001010014");
}

/* How creating ends, and the first fault. */
static enum status create(const struct token_settings *settings, char *reason, size_t size)
{
	struct token_verifier *verifier = NULL;
	struct faults *faults = NULL;
	enum status status;

	assert_int_equal(faults_create(&faults), STATUS_OK);
	status = token_verifier_create(&verifier, settings, faults);
	reason[0] = '\0';
	if (faults_kept(faults) > 0)
		snprintf(reason, size, "%s", faults_at(faults, 0)->reason);
	assert_true((status == STATUS_OK) == (verifier != NULL));
	token_verifier_destroy(verifier);
	faults_destroy(faults);
	return status;
}

static void a_key_of_the_wrong_kind_is_refused_at_load(void **state)
{
	static const struct {
		const char *algorithm;
		enum key_name key;
		const char *reason;
	} wrong[] = {
		{ "HS256", SHORT, "32 bytes" },      { "HS256", RSA_PUBLIC, "PEM" },
		{ "RS256", HMAC_KEY, "public key" }, { "RS256", RSA_PRIVATE, "public key" },
		{ "RS256", EC_PUBLIC, "RSA" },       { "RS256", RSA_1024, "2048" },
		{ "ES256", P384_PUBLIC, "P-256" },   { "ES256", RSA_PUBLIC, "P-256" },
		{ "none", HMAC_KEY, "HS256" },       { "HS512", HMAC_KEY, "HS256" },
	};
	char reason[256];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const struct token_settings settings =
		        settings_of(*state, wrong[i].algorithm, wrong[i].key);

		assert_int_equal(create(&settings, reason, sizeof(reason)), STATUS_INVALID);
		assert_non_null(strstr(reason, wrong[i].reason));
	}
}

static void nobody_named_is_nobody_trusted(void **state)
{
	struct token_settings settings = settings_of(*state, "HS256", HMAC_KEY);
	char reason[256];

	settings.issuer = "";
	assert_int_equal(create(&settings, reason, sizeof(reason)), STATUS_INVALID);
	settings = settings_of(*state, "HS256", HMAC_KEY);
	settings.audience = "";
	assert_int_equal(create(&settings, reason, sizeof(reason)), STATUS_INVALID);
}

static void a_secret_that_others_may_read_is_warned_of(void **state)
{
	const struct keys *keys = *state;
	const struct token_settings settings = settings_of(keys, "HS256", HMAC_KEY);
	char reason[256];

	assert_int_equal(chmod(keys->files[HMAC_KEY], 0644), 0);
	assert_int_equal(create(&settings, reason, sizeof(reason)), STATUS_OK);
	assert_non_null(strstr(reason, "others may read"));
	assert_int_equal(chmod(keys->files[HMAC_KEY], 0600), 0);
}

static void check_own_token(const struct keys *keys, const char *algorithm, enum key_name private,
                            enum key_name public)
{
	const struct identity applicant = { "440524188001010014", "李四", 0 };
	const struct token_settings signer = settings_of(keys, algorithm, private);
	const struct token_settings verifier = settings_of(keys, algorithm, public);
	int64_t now_s = NOW;
	const struct clock clock = clock_at(&now_s);
	struct identity identity;
	struct buf token;

	buf_init(&token, TOKEN_BYTES);
	assert_int_equal(token_sign(&signer, &applicant, &clock, 600, &token, NULL), STATUS_OK);
	assert_int_equal(verify_with(&verifier, buf_text(&token), NOW, &identity), TOKEN_ACCEPTED);
	assert_string_equal(identity.id_number, "440524188001010014");
	assert_string_equal(identity.name, "李四");
	assert_int_equal(verify_with(&verifier, buf_text(&token), NOW + 630, &identity),
	                 TOKEN_EXPIRED);
	buf_deinit(&token);
}

static void what_is_signed_here_is_accepted_here(void **state)
{
	check_own_token(*state, "HS256", HMAC_KEY, HMAC_KEY);
	check_own_token(*state, "RS256", RSA_PRIVATE, RSA_PUBLIC);
	check_own_token(*state, "ES256", EC_PRIVATE, EC_PUBLIC);
}

static void nothing_is_signed_for_a_wrong_number_or_with_a_public_key(void **state)
{
	const struct identity wrong = { "440524188001010015", "", 0 };
	const struct identity right = { "440524188001010014", "", 0 };
	const struct token_settings hmac = settings_of(*state, "HS256", HMAC_KEY);
	const struct token_settings public = settings_of(*state, "RS256", RSA_PUBLIC);
	int64_t now_s = NOW;
	const struct clock clock = clock_at(&now_s);
	struct buf token;

	buf_init(&token, TOKEN_BYTES);
	assert_int_equal(token_sign(&hmac, &wrong, &clock, 600, &token, NULL), STATUS_INVALID);
	assert_int_equal(token_sign(&public, &right, &clock, 600, &token, NULL), STATUS_INVALID);
	assert_int_equal(token.len, 0);
	buf_deinit(&token);
}

static void a_key_behind_a_password_is_refused_without_asking(void **state)
{
	const struct keys *keys = *state;
	const struct identity applicant = { "440524188001010014", "", 0 };
	struct token_settings settings = settings_of(keys, "RS256", RSA_PRIVATE);
	int64_t now_s = NOW;
	const struct clock clock = clock_at(&now_s);
	char path[PATH_SIZE], password[] = "secret";
	struct buf token;
	FILE *stream;

	snprintf(path, sizeof(path), "%s/locked", keys->folder);
	stream = fopen(path, "w");
	assert_non_null(stream);
	assert_int_equal(PEM_write_PKCS8PrivateKey(stream, keys->rsa, EVP_aes_256_cbc(), password,
	                                           (int)strlen(password), NULL, NULL),
	                 1);
	fclose(stream);
	settings.key_file = path;
	buf_init(&token, TOKEN_BYTES);
	assert_int_equal(token_sign(&settings, &applicant, &clock, 600, &token, NULL),
	                 STATUS_INVALID);
	buf_deinit(&token);
	unlink(path);
}

static void the_applicant_learns_of_expiry_and_of_nothing_else(void **state)
{
	(void)state;
	assert_string_equal(token_refusal_sentence(TOKEN_EXPIRED),
	                    "登录已过期，请回到办事大厅重新打开本页");
	for (int i = TOKEN_TOO_LONG; i < TOKEN_REFUSALS; i++) {
		assert_true(token_refusal_text((enum token_refusal)i)[0] != '\0');
		if (i != TOKEN_EXPIRED)
			assert_string_equal(token_refusal_sentence((enum token_refusal)i),
			                    token_refusal_sentence(TOKEN_SIGNATURE));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_of_each_algorithm_names_the_applicant),
		cmocka_unit_test(the_example_of_the_standard_has_a_sound_signature),
		cmocka_unit_test(a_foreign_key_is_refused),
		cmocka_unit_test(a_signature_in_der_is_refused),
		cmocka_unit_test(an_hmac_with_the_public_key_is_refused),
		cmocka_unit_test(only_the_configured_algorithm_counts_letter_by_letter),
		cmocka_unit_test(a_token_without_its_signature_is_refused),
		cmocka_unit_test(a_header_with_what_must_be_understood_is_refused),
		cmocka_unit_test(a_member_that_stands_twice_is_refused),
		cmocka_unit_test(only_three_parts_of_base64url_are_a_token),
		cmocka_unit_test(a_second_spelling_of_the_same_signature_is_refused),
		cmocka_unit_test(an_over_long_token_is_refused),
		cmocka_unit_test(the_issuer_must_be_the_configured_one),
		cmocka_unit_test(the_audience_is_one_or_stands_in_an_array),
		cmocka_unit_test(a_token_expires_at_its_second_and_the_leeway),
		cmocka_unit_test(who_is_let_in_by_the_leeway_stays_in_for_it),
		cmocka_unit_test(a_token_does_not_count_before_its_time),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(a_token_that_lasts_too_long_is_refused),
		cmocka_unit_test(a_subject_that_is_no_sound_id_number_is_refused),
		cmocka_unit_test(a_small_x_is_written_large),
		cmocka_unit_test(a_name_that_can_not_be_shown_is_refused),
		cmocka_unit_test(the_claims_can_have_other_names),
		cmocka_unit_test(a_key_of_the_wrong_kind_is_refused_at_load),
		cmocka_unit_test(nobody_named_is_nobody_trusted),
		cmocka_unit_test(a_secret_that_others_may_read_is_warned_of),
		cmocka_unit_test(what_is_signed_here_is_accepted_here),
		cmocka_unit_test(nothing_is_signed_for_a_wrong_number_or_with_a_public_key),
		cmocka_unit_test(a_key_behind_a_password_is_refused_without_asking),
		cmocka_unit_test(the_applicant_learns_of_expiry_and_of_nothing_else),
	};

	return cmocka_run_group_tests(tests, make_keys, drop_keys);
}
