/*
 * Key: what programs show that ask over the HTTP interface, and what each may do.
 *
 * A key is "dayi_" and 256 random bits; only its hash is kept, with a name, scopes, a rate and an
 * end. Its name is the channel of what is asked with it (see caller.h). A name may be used again
 * after its key was revoked: the conversations of the old one go on with the new one.
 *
 * A handle is one connection to the store and for one thread at a time. Everything here waits for
 * the store: for jobs and the command line. Times are milliseconds since 1970, UTC.
 */
#ifndef DAYI_IDENTITY_KEY_H
#define DAYI_IDENTITY_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/place.h"
#include "base/span.h"
#include "base/status.h"
#include "store/store.h"

enum {
	KEY_TOKEN_SIZE = 70, /* "dayi_", 32 random bytes as hex, and the end */
	KEY_NAME_SIZE = 33,
	KEY_RATE_MOST = 10000,
	KEYS_MOST = 1000,
};

/* Bits. */
enum key_scope {
	KEY_ASK = 1,    /* for one person */
	KEY_GROUP = 2,  /* where others read along */
	KEY_EVENTS = 4, /* what an operator says in its conversations */
};
enum { KEY_SCOPES = 3 };

struct key {
	char name[KEY_NAME_SIZE];
	char hash[DIGEST_HEX_SIZE];
	unsigned scopes;
	int64_t rate; /* messages a second */
	int64_t made_ms;
	int64_t until_ms; /* 0: it has no end */
};

/* What a program wants to do. */
enum key_use { KEY_USE_ASK, KEY_USE_ASK_IN_GROUP, KEY_USE_READ_EVENTS, KEY_USE_COUNT };

/* Whether it may, and has not ended. Pure; any thread. */
bool key_may(const struct key *key, enum key_use use, int64_t now_ms);

/* Whether a Bearer token means to be a key and not one of the portal's. */
bool key_is_meant(struct span token);

/* The bits of names parted by commas, "ask,group,events"; 0 where one is none. */
unsigned key_scopes_read(const char *names);

/* By the index of its bit, below KEY_SCOPES; static. */
const char *key_scope_name(size_t index);

/* 1 to 32 bytes of a-z, 0-9, "-" and "_", a letter or digit first. */
bool key_name_is_fit(const char *name);

MUST_CHECK enum status key_hash(struct span token, char hash[DIGEST_HEX_SIZE]);

/* --- the store --- */

extern const struct store_schema keys_schema;

struct keys_store;

/* Where keys are kept beside these accounts: keys.db, or the same PostgreSQL. False: too long. */
MUST_CHECK bool keys_store_url(const char *accounts, char url[PLACE_SIZE]);

/* As store_open(): read-only, one that is missing is STATUS_NOT_FOUND. Owned by the caller. */
MUST_CHECK enum status keys_store_open(struct keys_store **out,
                                       const struct store_settings *settings,
                                       char problem[STORE_PROBLEM_SIZE]);
/* Takes NULL. */
void keys_store_close(struct keys_store *store);

/* False: the file was moved or exchanged, and is to be opened anew. */
bool keys_store_in_place(const struct keys_store *store);

/*
 * Makes the key that `key` describes but for its hash, which is set; `token` is what its owner
 * shows. STATUS_INVALID where there is one of that name, STATUS_LIMIT where there are KEYS_MOST.
 */
MUST_CHECK enum status keys_add(struct keys_store *store, struct key *key,
                                bool (*random)(void *bytes, size_t len),
                                char token[KEY_TOKEN_SIZE]);

/* STATUS_NOT_FOUND. */
MUST_CHECK enum status keys_revoke(struct keys_store *store, const char *name);

/* By name, those that have ended, too. Anything but STATUS_OK of `visit` ends it. */
MUST_CHECK enum status keys_list(struct keys_store *store,
                                 enum status (*visit)(void *context, const struct key *key),
                                 void *context);

#endif
