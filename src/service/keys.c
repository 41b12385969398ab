#include "service/keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "service/state.h"

struct keys {
	struct keys_store *store; /* the job's; NULL: not open */
	char url[PLACE_SIZE];
	struct job job;
	char secret[DIGEST_HEX_SIZE]; /* of the names of conversations */
	struct key *items;
	size_t count;
	/* What the job read: */
	struct key *read;
	size_t read_count;
	enum status status, told; /* and what of it was logged */
	char problem[STORE_PROBLEM_SIZE];
};

void keys_job_limits(const struct keys_settings *settings, struct job_limits limits[JOB_CLASSES])
{
	if (settings->accounts)
		limits[JOB_KEYS] = (struct job_limits){ 1, 1 };
}

/* --- in a job --- */

static enum status open_store(struct service *service)
{
	struct keys *keys = service->keys;
	const struct store_settings settings = {
		.url = keys->url,
		.busy_ms = service->settings.keys.busy_ms,
		.read_only = true,
	};

	if (keys->store && !keys_store_in_place(keys->store)) {
		keys_store_close(keys->store);
		keys->store = NULL;
	}
	return keys->store ? STATUS_OK : keys_store_open(&keys->store, &settings, keys->problem);
}

static enum status take_key(void *context, const struct key *key)
{
	struct keys *keys = context;

	if (keys->read_count == KEYS_MOST)
		return STATUS_LIMIT;
	keys->read[keys->read_count++] = *key;
	return STATUS_OK;
}

static void run_read(void *context, unsigned lane)
{
	struct service *service = context;
	struct keys *keys = service->keys;

	(void)lane;
	keys->read_count = 0;
	keys->problem[0] = '\0';
	keys->status = open_store(service);
	if (keys->status == STATUS_OK)
		keys->status = keys_list(keys->store, take_key, keys);
	/* Nobody made one yet. */
	if (keys->status == STATUS_NOT_FOUND)
		keys->status = STATUS_OK;
}

/* --- in the loop --- */

static void done_read(void *context)
{
	struct service *service = context;
	struct keys *keys = service->keys;
	struct key *old = keys->items;

	if (keys->status != keys->told && keys->status != STATUS_OK)
		log_event(service->tools.log, LOG_WARN, "keys_unread",
		          LOG_TEXT("reason",
		                   keys->problem[0] ? keys->problem : status_text(keys->status)),
		          LOG_NUMBER("kept", keys->count));
	keys->told = keys->status;
	if (keys->status != STATUS_OK)
		return;
	keys->items = keys->read;
	keys->count = keys->read_count;
	keys->read = old;
}

static enum status make_secret(const struct service *service, char secret[DIGEST_HEX_SIZE])
{
	unsigned char bytes[(DIGEST_HEX_SIZE - 1) / 2];

	if (service->store)
		return session_store_derive(service->store, "keys", secret);
	if (!service->tools.random(bytes, sizeof(bytes)))
		return STATUS_IO;
	hex_write(bytes, sizeof(bytes), secret);
	return STATUS_OK;
}

enum status keys_open(struct service *service)
{
	const char *accounts = service->settings.keys.accounts;
	struct keys *keys;
	enum status status;

	if (!accounts || accounts[0] == '\0')
		return STATUS_OK;
	keys = calloc(1, sizeof(*keys));
	if (!keys)
		return STATUS_NO_MEMORY;
	service->keys = keys;
	keys->items = calloc(KEYS_MOST, sizeof(*keys->items));
	keys->read = calloc(KEYS_MOST, sizeof(*keys->read));
	if (!keys->items || !keys->read)
		return STATUS_NO_MEMORY;
	if (!keys_store_url(accounts, keys->url))
		return STATUS_INVALID;
	status = make_secret(service, keys->secret);
	if (status != STATUS_OK)
		return status;
	keys->job = (struct job){ .run = run_read, .done = done_read, .context = service };
	/* Those that there are count from the first request on. */
	run_read(service, 0);
	done_read(service);
	return jobs_every(service->tools.jobs, KEYS_READ_MS, JOB_KEYS, &keys->job);
}

void keys_close(struct service *service)
{
	struct keys *keys = service->keys;

	if (!keys)
		return;
	keys_store_close(keys->store);
	free(keys->items);
	free(keys->read);
	free(keys);
	service->keys = NULL;
}

/* Hashes are compared, so how long it takes tells nothing of a key. */
static const struct key *find(const struct keys *keys, struct span token)
{
	char hash[DIGEST_HEX_SIZE];

	if (!keys || !key_is_meant(token) || key_hash(token, hash) != STATUS_OK)
		return NULL;
	for (size_t i = 0; i < keys->count; i++)
		if (digest_equal(keys->items[i].hash, hash))
			return &keys->items[i];
	return NULL;
}

static enum refusal count_wrong(struct service *service, struct span origin)
{
	char text[LOCKOUT_KEY_BYTES] = "key ";
	const size_t len = origin.len < ORIGIN_BYTES ? origin.len : ORIGIN_BYTES;
	int64_t wait_s;

	memcpy(text + 4, origin.ptr, len);
	wait_s = lockout_attempt(service->lockout, (struct span){ text, 4 + len },
	                         service_now_us(service));
	return wait_s == 0 ? REFUSAL_KEY : REFUSAL_LOCKED;
}

enum refusal service_key(struct service *service, struct span token, struct span origin,
                         struct key *out)
{
	const int64_t now_ms = service_wall_ms(service);
	const struct key *key = find(service->keys, token);
	const bool ended = key && key->until_ms != 0 && now_ms >= key->until_ms;
	enum refusal refusal;

	if (key && !ended) {
		*out = *key;
		return REFUSAL_NONE;
	}
	refusal = count_wrong(service, origin);
	/* Who is locked out cannot fill the log. */
	if (refusal == REFUSAL_KEY)
		log_event(service->tools.log, LOG_WARN, "key_refused",
		          LOG_TEXT("reason", ended ? "ended" : "unknown"),
		          LOG_TEXT("key", ended ? key->name : ""));
	return refusal;
}

enum status service_key_conversation(const struct service *service, const struct key *key,
                                     enum key_conversation kind, struct span id,
                                     char name[SESSION_ID_SIZE])
{
	static const char *const kinds[] = { "person", "group", "message", "group message" };
	char hash[DIGEST_HEX_SIZE];
	struct digest *digest;
	enum status status = digest_create_keyed(&digest, span_of(service->keys->secret));

	if (status != STATUS_OK)
		return status;
	digest_add_field(digest, span_of(key->name));
	digest_add_field(digest, span_of(kinds[kind]));
	digest_add_field(digest, id);
	status = digest_finish(digest, hash);
	digest_destroy(digest);
	memcpy(name, hash, SESSION_ID_SIZE - 1);
	name[SESSION_ID_SIZE - 1] = '\0';
	return status;
}
