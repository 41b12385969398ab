/*
 * Keys: who of the programs that ask may do so. The keys of the store (office/identity/key.h) are
 * read anew every few seconds, so that one that was made or revoked counts soon, on every replica;
 * while the store is away those that were read last count. Guessing is counted by address.
 */
#ifndef DAYI_SERVICE_KEYS_H
#define DAYI_SERVICE_KEYS_H

#include "base/span.h"
#include "base/status.h"
#include "office/identity/key.h"
#include "office/sessions/sessions.h"
#include "run/jobs.h"
#include "service/refusal.h"

struct service;

enum { KEYS_READ_MS = 5000 };

/* Texts are borrowed. */
struct keys_settings {
	const char
	        *accounts; /* store of the accounts, beside which keys lie; NULL: there are none */
	int64_t busy_ms;
};

struct keys;

void keys_job_limits(const struct keys_settings *settings, struct job_limits limits[JOB_CLASSES]);

/* Part of service_create(). A store that cannot be read now is tried again. STATUS_NO_MEMORY. */
MUST_CHECK enum status keys_open(struct service *service);
/* After jobs_stop() and a loop_run(). */
void keys_close(struct service *service);

/*
 * Whose key `token` is. REFUSAL_KEY where it is none, whichever way; REFUSAL_LOCKED instead where
 * `origin`, an address, showed too many that are none. A key that counts is never locked out.
 */
MUST_CHECK enum refusal service_key(struct service *service, struct span token, struct span origin,
                                    struct key *out);

/* How a program names a conversation. */
enum key_conversation {
	KEY_OF_PERSON,
	KEY_OF_GROUP,         /* never the same as one apart from it */
	KEY_OF_MESSAGE,       /* of one message alone, by the key that makes it idempotent */
	KEY_OF_GROUP_MESSAGE, /* likewise, and never the same as one apart from a group */
};

/*
 * The name of the conversation that a program calls `id`, the same after every start and on every
 * replica. Nobody else's key leads to it. STATUS_INTERNAL.
 */
MUST_CHECK enum status service_key_conversation(const struct service *service,
                                                const struct key *key, enum key_conversation kind,
                                                struct span id, char name[SESSION_ID_SIZE]);

#endif
