#include "office/identity/totp.h"

#include <ctype.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

enum { SHA1_BYTES = 20, CODES = 1000000 /* of six digits */, CODE_BYTES_MOST = 16 };

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/* 20 bytes are 32 groups of five bits, with nothing over. */
void totp_secret_write(const unsigned char secret[TOTP_SECRET_BYTES], char text[TOTP_SECRET_SIZE])
{
	uint32_t bits = 0;
	size_t held = 0, out = 0;

	for (size_t i = 0; i < TOTP_SECRET_BYTES; i++) {
		bits = bits << 8 | secret[i];
		for (held += 8; held >= 5; held -= 5)
			text[out++] = base32[bits >> (held - 5) & 31];
	}
	text[out] = '\0';
}

enum status totp_value(const unsigned char secret[TOTP_SECRET_BYTES], int64_t step, uint32_t *value)
{
	unsigned char counter[8], hash[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	size_t at;

	for (size_t i = 0; i < sizeof(counter); i++)
		counter[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
	if (!HMAC(EVP_sha1(), secret, TOTP_SECRET_BYTES, counter, sizeof(counter), hash, &len) ||
	    len != SHA1_BYTES)
		return STATUS_INTERNAL;
	at = hash[SHA1_BYTES - 1] & 0x0f;
	*value = (uint32_t)(hash[at] & 0x7f) << 24 | (uint32_t)hash[at + 1] << 16 |
	         (uint32_t)hash[at + 2] << 8 | hash[at + 3];
	return STATUS_OK;
}

static bool read_code(struct span text, uint32_t *code)
{
	size_t digits = 0;

	*code = 0;
	if (text.len > CODE_BYTES_MOST)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == ' ')
			continue;
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		*code = *code * 10 + (uint32_t)(text.ptr[i] - '0');
		if (++digits > TOTP_DIGITS)
			return false;
	}
	return digits == TOTP_DIGITS;
}

bool totp_accepts(const unsigned char secret[TOTP_SECRET_BYTES], struct span code, int64_t now_s,
                  int64_t used_step, int64_t *step)
{
	const int64_t present = now_s / TOTP_STEP_S;
	bool accepted = false;
	uint32_t typed;

	if (!read_code(code, &typed))
		return false;
	for (int64_t at = present - 1; at <= present + 1; at++) {
		uint32_t value;

		if (totp_value(secret, at, &value) != STATUS_OK)
			return false;
		if (value % CODES == typed && at > used_step && !accepted) {
			accepted = true;
			*step = at;
		}
	}
	return accepted;
}

static void append_encoded(const char *text, struct buf *out)
{
	for (; *text; text++) {
		const unsigned char c = (unsigned char)*text;

		if (c < 0x80 && (isalnum(c) || strchr("-._~", c)))
			buf_append_char(out, (char)c);
		else
			buf_append_format(out, "%%%02X", c);
	}
}

void totp_uri_write(const char *issuer, const char *account, const char *secret, struct buf *out)
{
	buf_append_text(out, "otpauth://totp/");
	append_encoded(issuer, out);
	buf_append_text(out, ":");
	append_encoded(account, out);
	BUF_JOIN(out, "?secret=", secret, "&issuer=");
	append_encoded(issuer, out);
}
