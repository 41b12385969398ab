/*
 * libjwt 1.10 checks the signature and no more. It takes the algorithm from the token, in any case
 * of letters, and with it an RSA public key for an HMAC secret; its base64 passes over what is
 * none; it knows neither `crit` nor times nor audience. So the token is read strictly before, and
 * its claims after, from the same bytes that were signed.
 */
#include "office/identity/token.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jwt.h>
#include <openssl/err.h>

#include "base/json.h"
#include "base/language.h"
#include "engine/text/check_digit.h"
#include "office/identity/token_key.h"

enum { JSON_DEPTH = 8, PARTS = 3, ID_DIGITS = IDENTITY_ID_SIZE - 1 };

static const double latest_s = 253402300799.0; /* the end of the year 9999 */

struct token_verifier {
	struct token_key key;
	struct token_settings settings; /* its texts are copies */
};

static const struct {
	const char *text;
	const char *sentence;
} refusals[TOKEN_REFUSALS] = {
#define UNCONFIRMED "登录信息无法确认，请回到办事大厅重新登录后再打开本页"
	[TOKEN_ACCEPTED] = { "accepted", "" },
	[TOKEN_TOO_LONG] = { "longer than 4096 bytes", UNCONFIRMED },
	[TOKEN_MALFORMED] = { "not a well-formed token", UNCONFIRMED },
	[TOKEN_ALGORITHM] = { "not of the configured algorithm", UNCONFIRMED },
	[TOKEN_SIGNATURE] = { "the signature does not fit the key", UNCONFIRMED },
	[TOKEN_ISSUER] = { "from another issuer", UNCONFIRMED },
	[TOKEN_AUDIENCE] = { "meant for another audience", UNCONFIRMED },
	[TOKEN_TIMES] = { "without an expiry, or a time is no time", UNCONFIRMED },
	[TOKEN_EXPIRED] = { "expired", "登录已过期，请回到办事大厅重新打开本页" },
	[TOKEN_TOO_EARLY] = { "not valid yet", UNCONFIRMED },
	[TOKEN_TOO_LASTING] = { "valid for longer than is allowed", UNCONFIRMED },
	[TOKEN_SUBJECT] = { "names no sound ID number", UNCONFIRMED },
	[TOKEN_NAME] = { "the name is not usable", UNCONFIRMED },
	[TOKEN_FAILED] = { "out of memory", UNCONFIRMED },
#undef UNCONFIRMED
};

static size_t refusal_index(enum token_refusal refusal)
{
	return (unsigned)refusal < TOKEN_REFUSALS ? (size_t)refusal : TOKEN_FAILED;
}

const char *token_refusal_text(enum token_refusal refusal)
{
	return refusals[refusal_index(refusal)].text;
}

const char *token_refusal_sentence(enum token_refusal refusal)
{
	return refusals[refusal_index(refusal)].sentence;
}

static bool copy_settings(struct token_settings *copy, const struct token_settings *from)
{
	*copy = *from;
	copy->algorithm = copy->key_file = NULL;
	copy->issuer = strdup(from->issuer);
	copy->audience = strdup(from->audience);
	copy->id_claim = strdup(from->id_claim);
	copy->name_claim = strdup(from->name_claim);
	return copy->issuer && copy->audience && copy->id_claim && copy->name_claim;
}

static void free_settings(struct token_settings *settings)
{
	free((void *)(uintptr_t)settings->issuer);
	free((void *)(uintptr_t)settings->audience);
	free((void *)(uintptr_t)settings->id_claim);
	free((void *)(uintptr_t)settings->name_claim);
}

/* An empty name would let in the tokens that the portal makes for anybody. */
static enum status check_settings(const struct token_settings *settings, struct faults *faults)
{
	const struct {
		const char *field;
		bool sound;
		const char *reason;
	} rules[] = {
		{ "token issuer", settings->issuer[0] != '\0', N_("must be named") },
		{ "token audience", settings->audience[0] != '\0', N_("must be named") },
		{ "token id_claim", settings->id_claim[0] != '\0', N_("must be named") },
		{ "token leeway", settings->leeway_s >= 0 && settings->leeway_s <= 3600,
		  N_("must be from 0 to 3600 s") },
		{ "token lifetime", settings->longest_s >= 1, N_("must be 1 s or more") },
	};
	enum status status = STATUS_OK;

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (rules[i].sound)
			continue;
		faults_add(faults, FAULT_ERROR, NULL, 0, rules[i].field, "%s", rules[i].reason);
		status = STATUS_INVALID;
	}
	return status;
}

enum status token_verifier_create(struct token_verifier **out,
                                  const struct token_settings *settings, struct faults *faults)
{
	struct token_verifier *verifier = calloc(1, sizeof(*verifier));
	enum status status;

	*out = NULL;
	if (!verifier)
		return STATUS_NO_MEMORY;
	status = token_key_init(&verifier->key, settings->algorithm, settings->key_file,
	                        TOKEN_KEY_VERIFY, faults);
	if (status == STATUS_OK)
		status = check_settings(settings, faults);
	if (!copy_settings(&verifier->settings, settings))
		status = STATUS_NO_MEMORY;
	if (status != STATUS_OK) {
		token_verifier_destroy(verifier);
		return status;
	}
	*out = verifier;
	return STATUS_OK;
}

void token_verifier_destroy(struct token_verifier *verifier)
{
	if (!verifier)
		return;
	token_key_deinit(&verifier->key);
	free_settings(&verifier->settings);
	free(verifier);
}

/* -1 for what is no character of base64url (RFC 4648, 5). */
static int digit_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '-')
		return 62;
	return c == '_' ? 63 : -1;
}

/* A part and its bytes. One text has one encoding only: the bits left over must be 0. */
struct part {
	char bytes[TOKEN_BYTES];
	size_t len;
};

static bool decode(struct span text, struct part *out)
{
	unsigned bits = 0;
	unsigned held = 0;

	out->len = 0;
	if (text.len % 4 == 1)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		const int value = digit_value(text.ptr[i]);

		if (value < 0)
			return false;
		bits = (bits << 6 | (unsigned)value) & 0xffff;
		held += 6;
		if (held < 8)
			continue;
		held -= 8;
		out->bytes[out->len] = (char)(bits >> held & 0xff);
		out->len++;
	}
	return (bits & ((1u << held) - 1)) == 0;
}

static bool split(struct span token, struct span parts[PARTS])
{
	size_t count = 0;
	size_t start = 0;

	for (size_t i = 0; i <= token.len; i++) {
		if (i < token.len && token.ptr[i] != '.')
			continue;
		if (count == PARTS)
			return false;
		parts[count] = (struct span){ token.ptr + start, i - start };
		count++;
		start = i + 1;
	}
	return count == PARTS;
}

static enum token_refusal read_object(struct span text, cJSON **out)
{
	const struct json_limits limits = { TOKEN_BYTES, JSON_DEPTH };
	struct part part;
	enum status status;

	if (!decode(text, &part))
		return TOKEN_MALFORMED;
	status = json_parse(out, (struct span){ part.bytes, part.len }, limits, "token", NULL);
	if (status == STATUS_NO_MEMORY)
		return TOKEN_FAILED;
	if (status != STATUS_OK || !cJSON_IsObject(*out))
		return TOKEN_MALFORMED;
	return TOKEN_ACCEPTED;
}

/* RFC 7515, 4.1.11: an extension that must be understood is not. */
static enum token_refusal check_header(const cJSON *header, const struct token_key *key)
{
	const cJSON *type = cJSON_GetObjectItemCaseSensitive(header, "typ");

	if (strcmp(json_string(header, "alg", ""), key->algorithm) != 0)
		return TOKEN_ALGORITHM;
	if (cJSON_GetObjectItemCaseSensitive(header, "crit"))
		return TOKEN_MALFORMED;
	if (type && (!cJSON_IsString(type) || strcasecmp(type->valuestring, "JWT") != 0))
		return TOKEN_MALFORMED;
	return TOKEN_ACCEPTED;
}

static enum token_refusal check_signature(const struct token_key *key, struct span token,
                                          struct span signature)
{
	char text[TOKEN_BYTES + 1];
	enum token_refusal refusal;
	struct part part;
	jwt_t *jwt = NULL;
	int error;

	if (!decode(signature, &part))
		return TOKEN_MALFORMED;
	if (part.len != key->signature_bytes)
		return TOKEN_SIGNATURE;
	memcpy(text, token.ptr, token.len);
	text[token.len] = '\0';
	error = jwt_decode(&jwt, text, (const unsigned char *)key->bytes.ptr, (int)key->bytes.len);
	/* It leaves OpenSSL's complaints behind. */
	ERR_clear_error();
	refusal = error == 0 && jwt_get_alg(jwt) == key->type ? TOKEN_ACCEPTED : TOKEN_SIGNATURE;
	jwt_free(jwt);
	return refusal;
}

/* A claim that is missing leaves *out. False when it is no time. */
static bool read_time(const cJSON *claims, const char *name, bool *found, int64_t *out)
{
	const cJSON *claim = cJSON_GetObjectItemCaseSensitive(claims, name);

	*found = claim != NULL;
	if (!claim)
		return true;
	if (!cJSON_IsNumber(claim) || !(claim->valuedouble >= 0) || claim->valuedouble > latest_s)
		return false;
	*out = (int64_t)floor(claim->valuedouble);
	return true;
}

static enum token_refusal check_times(const cJSON *claims, const struct token_settings *settings,
                                      int64_t now_s, int64_t *until_s)
{
	const int64_t leeway_s = settings->leeway_s;
	bool has_exp, has_nbf, has_iat;
	int64_t exp = 0, nbf = 0, iat = 0;

	if (!read_time(claims, "exp", &has_exp, &exp) || !has_exp ||
	    !read_time(claims, "nbf", &has_nbf, &nbf) || !read_time(claims, "iat", &has_iat, &iat))
		return TOKEN_TIMES;
	if (now_s >= exp + leeway_s)
		return TOKEN_EXPIRED;
	if ((has_nbf && nbf > now_s + leeway_s) || (has_iat && iat > now_s + leeway_s))
		return TOKEN_TOO_EARLY;
	if (exp - now_s > settings->longest_s + leeway_s ||
	    (has_iat && exp - iat > settings->longest_s))
		return TOKEN_TOO_LASTING;
	*until_s = exp + leeway_s;
	return TOKEN_ACCEPTED;
}

static bool is_text(const cJSON *value, const char *text)
{
	return cJSON_IsString(value) && strcmp(value->valuestring, text) == 0;
}

static bool is_audience(const cJSON *audience, const char *wanted)
{
	const cJSON *item;

	if (is_text(audience, wanted))
		return true;
	if (!cJSON_IsArray(audience))
		return false;
	cJSON_ArrayForEach (item, audience)
		if (is_text(item, wanted))
			return true;
	return false;
}

static bool read_id_number(const cJSON *claims, const char *name, char out[IDENTITY_ID_SIZE])
{
	const struct span id = span_of(json_string(claims, name, ""));

	if (id.len != ID_DIGITS || !id_number_check(id))
		return false;
	memcpy(out, id.ptr, id.len);
	out[ID_DIGITS] = '\0';
	if (out[ID_DIGITS - 1] == 'x')
		out[ID_DIGITS - 1] = 'X';
	return true;
}

static bool read_name(const cJSON *claims, const char *name, char out[IDENTITY_NAME_SIZE])
{
	const cJSON *claim = cJSON_GetObjectItemCaseSensitive(claims, name);
	struct span text;

	if (name[0] == '\0' || !claim)
		return true;
	if (!cJSON_IsString(claim))
		return false;
	text = span_of(claim->valuestring);
	if (text.len >= IDENTITY_NAME_SIZE)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
			return false;
	memcpy(out, text.ptr, text.len + 1);
	return true;
}

static enum token_refusal read_claims(const cJSON *claims, const struct token_settings *settings,
                                      int64_t now_s, struct identity *out)
{
	enum token_refusal refusal;

	if (!is_text(cJSON_GetObjectItemCaseSensitive(claims, "iss"), settings->issuer))
		return TOKEN_ISSUER;
	if (!is_audience(cJSON_GetObjectItemCaseSensitive(claims, "aud"), settings->audience))
		return TOKEN_AUDIENCE;
	refusal = check_times(claims, settings, now_s, &out->until_s);
	if (refusal != TOKEN_ACCEPTED)
		return refusal;
	if (!read_id_number(claims, settings->id_claim, out->id_number))
		return TOKEN_SUBJECT;
	return read_name(claims, settings->name_claim, out->name) ? TOKEN_ACCEPTED : TOKEN_NAME;
}

enum token_refusal token_verify(const struct token_verifier *verifier, struct span token,
                                const struct clock *clock, struct identity *out)
{
	enum token_refusal refusal;
	struct span parts[PARTS];
	cJSON *header = NULL;
	cJSON *claims = NULL;

	*out = (struct identity){ 0 };
	if (token.len > TOKEN_BYTES)
		return TOKEN_TOO_LONG;
	if (!split(token, parts))
		return TOKEN_MALFORMED;
	refusal = read_object(parts[0], &header);
	if (refusal == TOKEN_ACCEPTED)
		refusal = check_header(header, &verifier->key);
	if (refusal == TOKEN_ACCEPTED)
		refusal = read_object(parts[1], &claims);
	if (refusal == TOKEN_ACCEPTED)
		refusal = check_signature(&verifier->key, token, parts[2]);
	if (refusal == TOKEN_ACCEPTED)
		refusal =
		        read_claims(claims, &verifier->settings, clock_wall_ms(clock) / 1000, out);
	cJSON_Delete(header);
	cJSON_Delete(claims);
	if (refusal != TOKEN_ACCEPTED)
		*out = (struct identity){ 0 };
	return refusal;
}
