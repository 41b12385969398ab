#include <errno.h>
#include <stdlib.h>

#include <openssl/err.h>

#include "engine/text/check_digit.h"
#include "office/identity/token.h"
#include "office/identity/token_key.h"

/* libjwt returns an errno. */
static enum status status_of(int error)
{
	if (error == 0)
		return STATUS_OK;
	return error == ENOMEM ? STATUS_NO_MEMORY : STATUS_INTERNAL;
}

static enum status add_claims(jwt_t *jwt, const struct token_settings *settings,
                              const struct identity *identity, int64_t now_s, int64_t valid_s)
{
	int error = jwt_add_grant(jwt, "iss", settings->issuer);

	if (error == 0)
		error = jwt_add_grant(jwt, "aud", settings->audience);
	if (error == 0)
		error = jwt_add_grant(jwt, settings->id_claim, identity->id_number);
	if (error == 0 && identity->name[0] && settings->name_claim[0])
		error = jwt_add_grant(jwt, settings->name_claim, identity->name);
	if (error == 0)
		error = jwt_add_grant_int(jwt, "iat", now_s);
	if (error == 0)
		error = jwt_add_grant_int(jwt, "exp", now_s + valid_s);
	return status_of(error);
}

static enum status encode(jwt_t *jwt, const struct token_key *key, struct buf *out)
{
	enum status status = status_of(jwt_set_alg(
	        jwt, key->type, (const unsigned char *)key->bytes.ptr, (int)key->bytes.len));
	char *text;

	if (status != STATUS_OK)
		return status;
	text = jwt_encode_str(jwt);
	ERR_clear_error();
	if (!text)
		return status_of(errno ? errno : EINVAL);
	buf_append_text(out, text);
	free(text);
	return buf_status(out);
}

enum status token_sign(const struct token_settings *settings, const struct identity *identity,
                       const struct clock *clock, int64_t valid_s, struct buf *out,
                       struct faults *faults)
{
	struct token_key key;
	jwt_t *jwt = NULL;
	enum status status = token_key_init(&key, settings->algorithm, settings->key_file,
	                                    TOKEN_KEY_SIGN, faults);

	if (status == STATUS_OK && !id_number_check(span_of(identity->id_number))) {
		faults_add(faults, FAULT_ERROR, NULL, 0, "ID number",
		           "is not one of 18 digits with a check digit that fits");
		status = STATUS_INVALID;
	}
	if (status == STATUS_OK)
		status = status_of(jwt_new(&jwt));
	if (status == STATUS_OK)
		status = add_claims(jwt, settings, identity, clock_wall_ms(clock) / 1000, valid_s);
	if (status == STATUS_OK)
		status = encode(jwt, &key, out);
	jwt_free(jwt);
	token_key_deinit(&key);
	return status;
}
