#include "office/identity/password.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <argon2.h>

#include "base/utf8.h"

enum { NAME_LEAST = 3, HASH_BYTES = 32, KIB_MOST = 1024 * 1024, PASSES_MOST = 64 };

static const char prefix[] = "$argon2id$v=19$m=";

static bool holds_name(struct span password, struct span name)
{
	for (size_t at = 0; name.len >= NAME_LEAST && at + name.len <= password.len; at++)
		if (strncasecmp(password.ptr + at, name.ptr, name.len) == 0)
			return true;
	return false;
}

/* Characters, and whether they are all the same. */
static size_t count_characters(struct span text, bool *same)
{
	struct span first = { NULL, 0 };
	size_t count = 0, start = 0;

	*same = true;
	for (size_t at = 1; at <= text.len; at++) {
		struct span one;

		if (at < text.len && ((unsigned char)text.ptr[at] & 0xc0) == 0x80)
			continue;
		one = (struct span){ text.ptr + start, at - start };
		if (count++ == 0)
			first = one;
		*same = *same && span_equal(one, first);
		start = at;
	}
	return count;
}

bool password_is_fit(struct span password, struct span name)
{
	bool same;

	return password.len <= PASSWORD_BYTES_MOST && utf8_valid(password) &&
	       count_characters(password, &same) >= PASSWORD_CHARACTERS_LEAST && !same &&
	       !holds_name(password, name);
}

static enum status status_of(int result)
{
	switch (result) {
	case ARGON2_OK:
		return STATUS_OK;
	case ARGON2_MEMORY_ALLOCATION_ERROR:
		return STATUS_NO_MEMORY;
	default:
		return STATUS_INTERNAL;
	}
}

enum status password_hash(struct span password, const struct password_cost *cost,
                          const unsigned char salt[PASSWORD_SALT_BYTES],
                          char text[PASSWORD_TEXT_SIZE])
{
	return status_of(argon2id_hash_encoded(
	        (uint32_t)cost->passes, (uint32_t)cost->memory_mib * 1024, 1, password.ptr,
	        password.len, salt, PASSWORD_SALT_BYTES, HASH_BYTES, text, PASSWORD_TEXT_SIZE));
}

/* Reads the part before the salt; false if it is no hash of ours. */
static bool read_cost(const char *text, unsigned long *kib, unsigned long *passes)
{
	char *end;

	if (strncmp(text, prefix, sizeof(prefix) - 1) != 0)
		return false;
	*kib = strtoul(text + sizeof(prefix) - 1, &end, 10);
	if (strncmp(end, ",t=", 3) != 0)
		return false;
	*passes = strtoul(end + 3, &end, 10);
	return strncmp(end, ",p=1$", 5) == 0;
}

enum status password_verify(const char *text, struct span password, bool *fits)
{
	unsigned long kib, passes;
	int result;

	*fits = false;
	if (!read_cost(text, &kib, &passes) || kib > KIB_MOST || passes > PASSES_MOST)
		return STATUS_INVALID;
	result = argon2id_verify(text, password.ptr, password.len);
	*fits = result == ARGON2_OK;
	if (result == ARGON2_OK || result == ARGON2_VERIFY_MISMATCH)
		return STATUS_OK;
	return result == ARGON2_MEMORY_ALLOCATION_ERROR ? STATUS_NO_MEMORY : STATUS_INVALID;
}

bool password_has_cost(const char *text, const struct password_cost *cost)
{
	unsigned long kib, passes;

	return read_cost(text, &kib, &passes) && kib == (unsigned long)cost->memory_mib * 1024 &&
	       passes == (unsigned long)cost->passes;
}
