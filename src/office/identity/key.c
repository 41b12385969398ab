#include "office/identity/key.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"

static const char prefix[] = "dayi_";

enum { PREFIX_LEN = sizeof(prefix) - 1, SECRET_BYTES = 32 };

static const char schema[] = "CREATE TABLE api_key ("
                             " name TEXT PRIMARY KEY,"
                             " hash TEXT NOT NULL UNIQUE," /* SHA-256 of the token */
                             " scopes INTEGER NOT NULL,"
                             " rate INTEGER NOT NULL," /* messages a second */
                             " made_at INTEGER NOT NULL,"
                             " until INTEGER NOT NULL) STRICT;"; /* 0: no end */

static const char *const steps[] = { schema };

const struct store_schema keys_schema = {
	.table = "api_key",
	.steps = steps,
	.version = sizeof(steps) / sizeof(steps[0]),
};

struct keys_store {
	struct store *store;
};

/* --- what may be done --- */

bool key_may(const struct key *key, enum key_use use, int64_t now_ms)
{
	static const unsigned needed[KEY_USE_COUNT] = {
		[KEY_USE_ASK] = KEY_ASK,
		[KEY_USE_ASK_IN_GROUP] = KEY_GROUP,
		[KEY_USE_READ_EVENTS] = KEY_EVENTS,
	};

	assert((unsigned)use < KEY_USE_COUNT && needed[use] != 0);
	return (key->scopes & needed[use]) && (key->until_ms == 0 || now_ms < key->until_ms);
}

bool key_is_meant(struct span token)
{
	return token.len >= PREFIX_LEN && memcmp(token.ptr, prefix, PREFIX_LEN) == 0;
}

static const char *const scope_names[KEY_SCOPES] = { "ask", "group", "events" };

const char *key_scope_name(size_t index)
{
	assert(index < KEY_SCOPES);
	return scope_names[index];
}

unsigned key_scopes_read(const char *names)
{
	unsigned scopes = 0;

	for (;;) {
		const size_t len = strcspn(names, ",");
		unsigned scope = 0;

		for (size_t i = 0; i < KEY_SCOPES; i++)
			if (strlen(scope_names[i]) == len &&
			    memcmp(scope_names[i], names, len) == 0)
				scope = 1U << i;
		if (!scope)
			return 0;
		scopes |= scope;
		if (names[len] == '\0')
			return scopes;
		names += len + 1;
	}
}

bool key_name_is_fit(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	const size_t len = strlen(name);

	return len > 0 && len < KEY_NAME_SIZE && strchr(letters, name[0]) &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == len;
}

/* A token has 256 random bits: its hash needs no salt, and cannot be guessed back. */
enum status key_hash(struct span token, char hash[DIGEST_HEX_SIZE])
{
	struct digest *digest;
	enum status status = digest_create(&digest);

	if (status != STATUS_OK)
		return status;
	digest_add(digest, token);
	status = digest_finish(digest, hash);
	digest_destroy(digest);
	return status;
}

/* --- the store --- */

bool keys_store_url(const char *accounts, char url[PLACE_SIZE])
{
	return store_beside(accounts, "keys.db", url, PLACE_SIZE);
}

enum status keys_store_open(struct keys_store **out, const struct store_settings *settings,
                            char problem[STORE_PROBLEM_SIZE])
{
	struct keys_store *keys = calloc(1, sizeof(*keys));
	enum status status;

	*out = NULL;
	problem[0] = '\0';
	if (!keys)
		return STATUS_NO_MEMORY;
	status = store_open(&keys->store, settings, &keys_schema, problem);
	if (status == STATUS_OK)
		*out = keys;
	else
		keys_store_close(keys);
	return status;
}

void keys_store_close(struct keys_store *store)
{
	if (!store)
		return;
	store_close(store->store);
	free(store);
}

bool keys_store_in_place(const struct keys_store *store)
{
	return store_in_place(store->store);
}

static enum status make_token(bool (*fill)(void *bytes, size_t len), char token[KEY_TOKEN_SIZE])
{
	unsigned char bytes[SECRET_BYTES];

	_Static_assert(KEY_TOKEN_SIZE == PREFIX_LEN + 2 * SECRET_BYTES + 1, "of a token");
	if (!fill(bytes, sizeof(bytes)))
		return STATUS_IO;
	memcpy(token, prefix, PREFIX_LEN);
	hex_write(bytes, sizeof(bytes), token + PREFIX_LEN);
	explicit_bzero(bytes, sizeof(bytes));
	return STATUS_OK;
}

static enum status take_number(void *context, const struct cell *columns)
{
	*(int64_t *)context = cell_as_integer(&columns[0]);
	return STATUS_OK;
}

static enum status insert(struct tx *tx, const struct key *key)
{
	static const char count[] = "SELECT COUNT(*) FROM api_key";
	static const char add[] = "INSERT INTO api_key (name, hash, scopes, rate, made_at, until)"
	                          " VALUES ($1, $2, $3, $4, $5, $6)"
	                          " ON CONFLICT (name) DO NOTHING";
	const struct cell values[] = {
		cell_text(key->name),    cell_text(key->hash),       cell_integer(key->scopes),
		cell_integer(key->rate), cell_integer(key->made_ms), cell_integer(key->until_ms),
	};
	int64_t there = 0;
	size_t changed = 0;
	enum status status = tx_query(tx, count, NULL, 0, take_number, &there, NULL);

	if (status == STATUS_OK && there >= KEYS_MOST)
		return STATUS_LIMIT;
	if (status == STATUS_OK)
		status = tx_run(tx, add, values, sizeof(values) / sizeof(values[0]), &changed);
	return status == STATUS_OK && changed == 0 ? STATUS_INVALID : status;
}

enum status keys_add(struct keys_store *store, struct key *key,
                     bool (*random)(void *bytes, size_t len), char token[KEY_TOKEN_SIZE])
{
	struct tx *tx;
	enum status status;

	assert(key_name_is_fit(key->name) && key->scopes != 0 && key->rate > 0);
	status = make_token(random, token);
	if (status == STATUS_OK)
		status = key_hash(span_of(token), key->hash);
	if (status == STATUS_OK)
		status = store_begin(store->store, TX_WRITE, &tx);
	return status == STATUS_OK ? tx_end(tx, insert(tx, key)) : status;
}

enum status keys_revoke(struct keys_store *store, const char *name)
{
	static const char sql[] = "DELETE FROM api_key WHERE name = $1";
	const struct cell value = cell_text(name);
	struct tx *tx;
	size_t changed = 0;
	enum status status = store_begin(store->store, TX_WRITE, &tx);

	if (status != STATUS_OK)
		return status;
	status = tx_end(tx, tx_run(tx, sql, &value, 1, &changed));
	return status == STATUS_OK && changed == 0 ? STATUS_NOT_FOUND : status;
}

struct listing {
	enum status (*visit)(void *context, const struct key *key);
	void *context;
};

static void copy_text(char *to, size_t size, const struct cell *cell)
{
	const struct span text = cell_as_span(cell);

	(void)snprintf(to, size, "%.*s", SPAN_ARGS(text));
}

static enum status list_one(void *context, const struct cell *columns)
{
	const struct listing *listing = context;
	struct key key = {
		.scopes = (unsigned)cell_as_integer(&columns[2]),
		.rate = cell_as_integer(&columns[3]),
		.made_ms = cell_as_integer(&columns[4]),
		.until_ms = cell_as_integer(&columns[5]),
	};

	copy_text(key.name, sizeof(key.name), &columns[0]);
	copy_text(key.hash, sizeof(key.hash), &columns[1]);
	return listing->visit(listing->context, &key);
}

enum status keys_list(struct keys_store *store,
                      enum status (*visit)(void *context, const struct key *key), void *context)
{
	static const char sql[] =
	        "SELECT name, hash, scopes, rate, made_at, until FROM api_key ORDER BY name";
	struct listing listing = { visit, context };
	struct tx *tx;
	const enum status status = store_begin(store->store, TX_READ, &tx);

	if (status != STATUS_OK)
		return status;
	return tx_end(tx, tx_query(tx, sql, NULL, 0, list_one, &listing, NULL));
}
