/*
 * TOTP: the second step of a sign-in (RFC 6238 with HMAC-SHA-1, steps of 30 s and six digits, as
 * every authenticator app has it). Pure; any thread.
 */
#ifndef DAYI_IDENTITY_TOTP_H
#define DAYI_IDENTITY_TOTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"

enum {
	TOTP_SECRET_BYTES = 20,
	TOTP_SECRET_SIZE = 33, /* 32 characters of base32 and the terminator */
	TOTP_STEP_S = 30,
	TOTP_DIGITS = 6,
};

/* The secret in base32 (RFC 4648). */
void totp_secret_write(const unsigned char secret[TOTP_SECRET_BYTES], char text[TOTP_SECRET_SIZE]);

/* The truncated value (RFC 4226, 5.3) of that step; its last digits are the code. */
MUST_CHECK enum status totp_value(const unsigned char secret[TOTP_SECRET_BYTES], int64_t step,
                                  uint32_t *value);

/*
 * Whether the code is that of the present step, of the one before or of the one after, and of a
 * later one than `used_step`; *step is which. Blanks in the code do not count. Every step is tried,
 * so that the time tells nothing.
 */
MUST_CHECK bool totp_accepts(const unsigned char secret[TOTP_SECRET_BYTES], struct span code,
                             int64_t now_s, int64_t used_step, int64_t *step);

/* Appends otpauth://totp/ISSUER:ACCOUNT?secret=…, with both percent-encoded. */
void totp_uri_write(const char *issuer, const char *account, const char *secret, struct buf *out);

#endif
