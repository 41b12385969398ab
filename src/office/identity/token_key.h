/*
 * Token key: the key of a token's signature, checked to be of the algorithm's kind.
 */
#ifndef DAYI_IDENTITY_TOKEN_KEY_H
#define DAYI_IDENTITY_TOKEN_KEY_H

#include <jwt.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/status.h"

struct token_key {
	const char *algorithm; /* exactly as it stands in a token; static */
	jwt_alg_t type;
	size_t signature_bytes;
	struct buf bytes; /* PEM or secret */
};

enum token_key_use { TOKEN_KEY_VERIFY, TOKEN_KEY_SIGN };

/*
 * STATUS_INVALID for an unknown algorithm, a key that is not of it or is too weak; others of
 * key_file_read(). token_key_deinit() is due in either case.
 */
MUST_CHECK enum status token_key_init(struct token_key *key, const char *algorithm,
                                      const char *file, enum token_key_use use,
                                      struct faults *faults);
void token_key_deinit(struct token_key *key);

#endif
