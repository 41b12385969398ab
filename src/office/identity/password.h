/*
 * Password: kept as an Argon2id hash (RFC 9106) in its usual text form, which holds salt and cost:
 * $argon2id$v=19$m=65536,t=3,p=1$SALT$HASH.
 *
 * Hashing takes the memory and the time that the cost says: for jobs, of which few run at once. Any
 * thread.
 */
#ifndef DAYI_IDENTITY_PASSWORD_H
#define DAYI_IDENTITY_PASSWORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

enum {
	PASSWORD_TEXT_SIZE = 128,
	PASSWORD_BYTES_MOST = 1024,
	PASSWORD_CHARACTERS_LEAST = 10,
	PASSWORD_SALT_BYTES = 16,
};

struct password_cost {
	int64_t memory_mib, passes;
};

/*
 * Whether it may be set: characters enough, not one alone over and over, and without the name of
 * its account, in any case, if that has three bytes or more.
 */
bool password_is_fit(struct span password, struct span name);

/* STATUS_NO_MEMORY where the memory of the cost cannot be had; STATUS_INTERNAL. */
MUST_CHECK enum status password_hash(struct span password, const struct password_cost *cost,
                                     const unsigned char salt[PASSWORD_SALT_BYTES],
                                     char text[PASSWORD_TEXT_SIZE]);

/*
 * *fits: whether it is the password of that hash. STATUS_INVALID for a text that is none, or whose
 * cost is beyond reason (1 GiB, 64 passes); STATUS_NO_MEMORY.
 */
MUST_CHECK enum status password_verify(const char *text, struct span password, bool *fits);

/* Whether the hash was made at this cost; else it is to be made anew when the password is known. */
bool password_has_cost(const char *text, const struct password_cost *cost);

#endif
