/*
 * Token: who the portal says that an applicant is (JWT, RFC 7519, with the advice of RFC 8725).
 *
 * A token counts when its algorithm is the configured one, its signature fits the configured key,
 * and its issuer, audience and times are as they should be. No sockets; nothing is logged here.
 */
#ifndef DAYI_IDENTITY_TOKEN_H
#define DAYI_IDENTITY_TOKEN_H

#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/span.h"
#include "base/status.h"

enum { TOKEN_BYTES = 4096, IDENTITY_ID_SIZE = 19, IDENTITY_NAME_SIZE = 64 };

struct token_settings {
	const char *algorithm;  /* "RS256", "ES256" or "HS256" */
	const char *key_file;   /* PEM, or the secret itself for HS256 */
	const char *issuer;     /* `iss` must be this, */
	const char *audience;   /* `aud` this or an array that holds it */
	const char *id_claim;   /* names the ID number; "sub" where nothing else is agreed */
	const char *name_claim; /* names the name, which may be missing; "" looks for none */
	int64_t leeway_s;       /* by which the portal's clock may differ */
	int64_t longest_s;      /* life of a token at most */
};

struct identity {
	char id_number[IDENTITY_ID_SIZE]; /* 18 digits, a final X in upper case */
	char name[IDENTITY_NAME_SIZE];    /* "" where the token has none */
	int64_t until_s; /* when the token ends, with the leeway; seconds since 1970 */
};

enum token_refusal {
	TOKEN_ACCEPTED = 0,
	TOKEN_TOO_LONG,
	TOKEN_MALFORMED, /* not three parts, bad base64url, bad JSON, a member twice, `crit` */
	TOKEN_ALGORITHM,
	TOKEN_SIGNATURE,
	TOKEN_ISSUER,
	TOKEN_AUDIENCE,
	TOKEN_TIMES, /* exp is missing; or exp, nbf or iat is no time */
	TOKEN_EXPIRED,
	TOKEN_TOO_EARLY,
	TOKEN_TOO_LASTING,
	TOKEN_SUBJECT, /* no ID number, or one whose check digit fails */
	TOKEN_NAME,
	TOKEN_FAILED, /* out of memory */
	TOKEN_REFUSALS,
};

/* A short English text for logs, and a Chinese sentence for the applicant. Static, never NULL; they
 * hold nothing of the token. */
const char *token_refusal_text(enum token_refusal refusal);
const char *token_refusal_sentence(enum token_refusal refusal);

struct token_verifier;

/*
 * Copies the settings and reads the key: a public key for RS256 (2048 bits or more) and ES256
 * (P-256). STATUS_INVALID and others of key_file_read(), with a fault each.
 */
MUST_CHECK enum status token_verifier_create(struct token_verifier **out,
                                             const struct token_settings *settings,
                                             struct faults *faults);
void token_verifier_destroy(struct token_verifier *verifier);

/* *out is cleared unless it is TOKEN_ACCEPTED. Any thread. */
MUST_CHECK enum token_refusal token_verify(const struct token_verifier *verifier, struct span token,
                                           const struct clock *clock, struct identity *out);

/*
 * Appends a token that a verifier with these settings accepts from now for `valid_s`; its key_file
 * is the private key, or the secret. STATUS_INVALID when the key or the identity is not usable,
 * with a fault.
 */
MUST_CHECK enum status token_sign(const struct token_settings *settings,
                                  const struct identity *identity, const struct clock *clock,
                                  int64_t valid_s, struct buf *out, struct faults *faults);

#endif
