/*
 * How it works: a session is found by its id in one hash table, its origin by its key in another.
 * It stands in two lists by age: of all sessions, and of those of its origin. Origins with more
 * than their share are kept in a short array. A full table makes room in the largest of these, or
 * else at the old end of the list of all.
 */
#include "office/sessions/sessions.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/hex.h"

struct kept_reply {
	char *id; /* and the reply behind it, in one block */
	size_t id_len;
	size_t reply_len;
	size_t capacity;
	bool of_record;
};

struct session_memory {
	struct kept_reply replies[SESSION_REPLIES];
	size_t bytes;
};

/* It is there for as long as it has sessions. */
struct session_origin {
	unsigned char key[SESSION_ORIGIN_BYTES];
	size_t key_len;
	size_t count;
	struct age_list ages;
	struct hash_link by_key;
};

struct sessions {
	struct sessions_limits limits;
	random_function fill_random;
	size_t count;
	size_t bytes;
	struct hash_table by_id, origins;
	struct age_list ages;
	size_t share;
	struct session_origin *large[SESSION_SHARES]; /* those with more than a share */
	size_t large_count;
	void (*gone)(void *context, struct session *session); /* or NULL */
	void *watcher;
};

static struct session *by_age(struct age_link *link)
{
	return age_item(link, struct session, age);
}

static struct session *oldest(const struct sessions *sessions)
{
	return by_age(sessions->ages.oldest);
}

static struct session *next_younger(const struct session *session)
{
	return by_age(session->age.newer);
}

enum status sessions_create(struct sessions **out, struct sessions_limits limits,
                            random_function fill_random)
{
	struct sessions *sessions = calloc(1, sizeof(*sessions));
	uint64_t seed = 0;
	enum status status;

	if (!sessions)
		return STATUS_NO_MEMORY;
	sessions->limits = limits;
	sessions->fill_random = fill_random;
	sessions->share = limits.kept / SESSION_SHARES;
	/* Without it slots can be chosen; without random numbers there is no session anyway. */
	if (!fill_random(&seed, sizeof(seed)))
		seed = 0;
	status = hash_init(&sessions->by_id, limits.kept, seed);
	if (status == STATUS_OK)
		status = hash_init(&sessions->origins, limits.kept, seed);
	if (status == STATUS_OK)
		*out = sessions;
	else
		sessions_destroy(sessions);
	return status;
}

/* --- origins --- */

/* A fresh one where there is none; NULL without memory. */
static struct session_origin *get_origin(struct sessions *sessions, struct span key)
{
	struct session_origin *origin;
	uint64_t hash;

	if (key.len > SESSION_ORIGIN_BYTES)
		key.len = SESSION_ORIGIN_BYTES;
	hash = hash_of(&sessions->origins, key);
	for (struct hash_link *at = hash_first(&sessions->origins, hash); at; at = hash_next(at)) {
		origin = hash_item(at, struct session_origin, by_key);
		if (span_equal((struct span){ (const char *)origin->key, origin->key_len }, key))
			return origin;
	}
	origin = calloc(1, sizeof(*origin));
	if (!origin)
		return NULL;
	origin->key_len = key.len;
	if (key.len > 0)
		memcpy(origin->key, key.ptr, key.len);
	hash_add(&sessions->origins, &origin->by_key, hash);
	return origin;
}

/* After its count has changed by one. */
static void note_size(struct sessions *sessions, struct session_origin *origin)
{
	size_t at = 0;

	while (at < sessions->large_count && sessions->large[at] != origin)
		at++;
	if (origin->count > sessions->share && at == sessions->large_count) {
		/* There cannot be more, unless the table is too small for shares. */
		if (sessions->large_count < SESSION_SHARES)
			sessions->large[sessions->large_count++] = origin;
	} else if (origin->count <= sessions->share && at < sessions->large_count) {
		sessions->large[at] = sessions->large[--sessions->large_count];
	}
}

static void leave_origin(struct sessions *sessions, struct session *session)
{
	struct session_origin *origin = session->origin;

	age_list_remove(&origin->ages, &session->age_there);
	assert(origin->count > 0);
	origin->count--;
	note_size(sessions, origin);
	if (origin->count > 0)
		return;
	hash_remove(&sessions->origins, &origin->by_key);
	free(origin);
}

/* --- making and ending --- */

static void destroy_memory(struct session_memory *memory)
{
	if (!memory)
		return;
	for (size_t i = 0; i < SESSION_REPLIES; i++)
		free(memory->replies[i].id);
	free(memory);
}

static void destroy(struct session *session)
{
	facts_destroy(session->record);
	conversation_destroy(session->conversation);
	destroy_memory(session->memory);
	free(session);
}

static void remove_session(struct sessions *sessions, struct session *session)
{
	if (sessions->gone)
		sessions->gone(sessions->watcher, session);
	hash_remove(&sessions->by_id, &session->by_id);
	age_list_remove(&sessions->ages, &session->age);
	leave_origin(sessions, session);
	assert(sessions->count > 0);
	sessions->count--;
	if (session->memory)
		sessions->bytes -= session->memory->bytes;
	destroy(session);
}

void sessions_destroy(struct sessions *sessions)
{
	if (!sessions)
		return;
	sessions->gone = NULL;
	while (oldest(sessions))
		remove_session(sessions, oldest(sessions));
	assert(sessions->origins.count == 0);
	hash_deinit(&sessions->origins);
	hash_deinit(&sessions->by_id);
	free(sessions);
}

/* The one silent for longest that no connection uses. */
static struct session *oldest_idle(const struct sessions *sessions)
{
	struct session *session = oldest(sessions);

	while (session && session->connections > 0)
		session = next_younger(session);
	return session;
}

static struct session *oldest_idle_there(const struct session_origin *origin)
{
	struct session *session = age_item(origin->ages.oldest, struct session, age_there);

	while (session && session->connections > 0)
		session = age_item(session->age_there.newer, struct session, age_there);
	return session;
}

/* The one that makes room; NULL when all are in use. */
static struct session *find_room(const struct sessions *sessions)
{
	const struct session_origin *largest = NULL;
	struct session *idle;

	for (size_t i = 0; i < sessions->large_count; i++)
		if (!largest || sessions->large[i]->count > largest->count)
			largest = sessions->large[i];
	idle = largest ? oldest_idle_there(largest) : NULL;
	return idle ? idle : oldest_idle(sessions);
}

static enum status hash_id(struct session *session)
{
	char hex[DIGEST_HEX_SIZE];
	struct digest *digest;
	enum status status = digest_create(&digest);

	if (status != STATUS_OK)
		return status;
	digest_add(digest, span_of(session->id));
	status = digest_finish(digest, hex);
	digest_destroy(digest);
	if (status != STATUS_OK)
		return status;
	snprintf(session->hash, sizeof(session->hash), "%.16s", hex);
	return STATUS_OK;
}

/* A random one, unless it has one. */
static enum status make_id(struct sessions *sessions, struct session *session)
{
	unsigned char bytes[(SESSION_ID_SIZE - 1) / 2];

	if (session->id[0])
		return hash_id(session);
	if (!sessions->fill_random(bytes, sizeof(bytes)))
		return STATUS_IO;
	hex_write(bytes, sizeof(bytes), session->id);
	return hash_id(session);
}

/* `id` "": a new one. */
static enum status make_session(struct sessions *sessions, const char *id, struct session **out)
{
	struct session *session = calloc(1, sizeof(*session));
	enum status status;
	uint64_t seed;

	if (!session)
		return STATUS_NO_MEMORY;
	snprintf(session->id, sizeof(session->id), "%s", id);
	status = make_id(sessions, session);
	if (status == STATUS_OK && !sessions->fill_random(&seed, sizeof(seed)))
		status = STATUS_IO;
	if (status == STATUS_OK)
		status = conversation_create(&session->conversation, seed);
	if (status != STATUS_OK) {
		free(session);
		return status;
	}
	*out = session;
	return STATUS_OK;
}

static void add(struct sessions *sessions, struct session *session, struct session_origin *origin,
                int64_t now_us)
{
	session->used_us = now_us;
	session->among = sessions;
	session->origin = origin;
	hash_add(&sessions->by_id, &session->by_id,
	         hash_of(&sessions->by_id, span_of(session->id)));
	age_list_add(&sessions->ages, &session->age);
	age_list_add(&origin->ages, &session->age_there);
	sessions->count++;
	origin->count++;
	note_size(sessions, origin);
}

static enum status open_session(struct sessions *sessions, const char *id, struct span origin_key,
                                int64_t now_us, struct session **out)
{
	struct session_origin *origin;
	struct session *room;
	enum status status;

	if (sessions->count >= sessions->limits.kept) {
		room = find_room(sessions);
		if (!room)
			return STATUS_BUSY;
		remove_session(sessions, room);
	}
	status = make_session(sessions, id, out);
	if (status != STATUS_OK)
		return status;
	origin = get_origin(sessions, origin_key);
	if (!origin) {
		destroy(*out);
		return STATUS_NO_MEMORY;
	}
	add(sessions, *out, origin, now_us);
	return STATUS_OK;
}

enum status sessions_open(struct sessions *sessions, struct span origin, int64_t now_us,
                          struct session **out)
{
	return open_session(sessions, "", origin, now_us, out);
}

enum status sessions_reopen(struct sessions *sessions, const char *id, struct span origin,
                            int64_t now_us, struct session **out)
{
	assert(strlen(id) == SESSION_ID_SIZE - 1 && !sessions_peek(sessions, id));
	return open_session(sessions, id, origin, now_us, out);
}

void sessions_watch(struct sessions *sessions, void (*gone)(void *context, struct session *session),
                    void *context)
{
	sessions->gone = gone;
	sessions->watcher = context;
}

struct span session_origin(const struct session *session)
{
	return (struct span){ (const char *)session->origin->key, session->origin->key_len };
}

void sessions_each(struct sessions *sessions, void (*see)(void *context, struct session *session),
                   void *context)
{
	for (struct session *at = oldest(sessions); at; at = next_younger(at))
		see(context, at);
}

void session_touch(struct sessions *sessions, struct session *session, int64_t now_us)
{
	session->used_us = now_us;
	age_list_touch(&sessions->ages, &session->age);
	age_list_touch(&session->origin->ages, &session->age_there);
}

static struct session *find(const struct sessions *sessions, const char *id)
{
	const uint64_t hash = hash_of(&sessions->by_id, span_of(id));

	for (struct hash_link *at = hash_first(&sessions->by_id, hash); at; at = hash_next(at))
		if (strcmp(hash_item(at, struct session, by_id)->id, id) == 0)
			return hash_item(at, struct session, by_id);
	return NULL;
}

struct session *sessions_peek(const struct sessions *sessions, const char *id)
{
	return find(sessions, id);
}

struct session *sessions_find(struct sessions *sessions, const char *id, int64_t now_us)
{
	struct session *session = find(sessions, id);

	if (!session)
		return NULL;
	if (session->connections == 0 && now_us - session->used_us > sessions->limits.keep_us) {
		remove_session(sessions, session);
		return NULL;
	}
	session_touch(sessions, session, now_us);
	return session;
}

void sessions_expire(struct sessions *sessions, int64_t now_us)
{
	struct session *session = oldest(sessions);

	while (session && now_us - session->used_us > sessions->limits.keep_us) {
		struct session *younger = next_younger(session);

		if (session->connections == 0)
			remove_session(sessions, session);
		session = younger;
	}
}

size_t sessions_count(const struct sessions *sessions)
{
	return sessions->count;
}

size_t sessions_bytes(const struct sessions *sessions)
{
	return sessions->bytes;
}

static const struct kept_reply *find_reply(const struct session *session, const char *ask_id)
{
	size_t len = strlen(ask_id);

	for (size_t i = 0; session->memory && i < SESSION_REPLIES; i++) {
		const struct kept_reply *kept = &session->memory->replies[i];

		if (kept->id && kept->id_len == len && memcmp(kept->id, ask_id, len) == 0)
			return kept;
	}
	return NULL;
}

struct span session_reply(const struct session *session, const char *ask_id)
{
	const struct kept_reply *kept = find_reply(session, ask_id);

	if (!kept)
		return (struct span){ NULL, 0 };
	return (struct span){ kept->id + kept->id_len, kept->reply_len };
}

static bool fit_capacity(struct sessions *sessions, struct session_memory *memory,
                         struct kept_reply *kept, size_t size)
{
	char *block;

	if (kept->id && kept->capacity >= size && kept->capacity / 4 <= size)
		return true;
	block = realloc(kept->id, size);
	if (!block)
		return false;
	memory->bytes += size - kept->capacity;
	sessions->bytes += size - kept->capacity;
	kept->id = block;
	kept->capacity = size;
	return true;
}

/* The replies of whoever was silent for longest go first, this session's own last. */
static void keep_below_ceiling(struct sessions *sessions, const struct session *but)
{
	struct session *session = oldest(sessions);

	while (session && sessions->bytes > sessions->limits.bytes) {
		if (session->memory && session != but) {
			sessions->bytes -= session->memory->bytes;
			destroy_memory(session->memory);
			session->memory = NULL;
		}
		session = next_younger(session);
	}
}

static bool keep_at(struct session *session, size_t place, const struct kept *kept)
{
	struct sessions *sessions = session->among;
	struct session_memory *memory = session->memory;
	struct kept_reply *reply;

	if (!memory)
		memory = session->memory = calloc(1, sizeof(*memory));
	if (!memory)
		return false;
	reply = &memory->replies[place];
	if (!fit_capacity(sessions, memory, reply, kept->ask_id.len + kept->reply.len))
		return false;
	memcpy(reply->id, kept->ask_id.ptr, kept->ask_id.len);
	memcpy(reply->id + kept->ask_id.len, kept->reply.ptr, kept->reply.len);
	reply->id_len = kept->ask_id.len;
	reply->reply_len = kept->reply.len;
	reply->of_record = kept->of_record;
	if (sessions->bytes > sessions->limits.bytes)
		keep_below_ceiling(sessions, session);
	return true;
}

void session_keep_reply(struct session *session, const char *ask_id, struct span reply,
                        bool of_record)
{
	const struct kept kept = { span_of(ask_id), reply, of_record };
	const size_t place = session->next_reply;

	if (!keep_at(session, place, &kept))
		return;
	session->row.replies |= UINT32_C(1) << place;
	session->next_reply = (place + 1) % SESSION_REPLIES;
}

bool session_kept_at(const struct session *session, size_t place, struct kept *out)
{
	const struct kept_reply *reply = session->memory ? &session->memory->replies[place] : NULL;

	if (!reply || !reply->id)
		return false;
	*out = (struct kept){ { reply->id, reply->id_len },
		              { reply->id + reply->id_len, reply->reply_len },
		              reply->of_record };
	return true;
}

void session_forget_replies(struct session *session)
{
	if (session->memory)
		session->among->bytes -= session->memory->bytes;
	destroy_memory(session->memory);
	session->memory = NULL;
}

void session_put_back(struct session *session, size_t place, const struct kept *kept)
{
	assert(place < SESSION_REPLIES);
	if (kept->ask_id.len + kept->reply.len > 0)
		(void)keep_at(session, place, kept);
}

void session_keep_record(struct session *session, struct facts *record, unsigned looked_up,
                         int64_t until_us)
{
	facts_destroy(session->record);
	session->record = record;
	session->looked_up = looked_up;
	session->record_until_us = until_us;
}

void session_lack_record(struct session *session, struct relations *among, unsigned relations,
                         int64_t until_us)
{
	if (!session->record && facts_create(among, &session->record) != STATUS_OK)
		session->record = NULL;
	if (session->looked_up == 0 || until_us < session->record_until_us)
		session->record_until_us = until_us;
	session->looked_up |= relations;
}

bool session_sign_in(struct session *session, const struct identity *identity)
{
	if (session->identity.id_number[0] &&
	    strcmp(session->identity.id_number, identity->id_number) != 0)
		return false;
	session->identity = *identity;
	session->signed_in = true;
	return true;
}

/* Their places are used again like any other. */
static void forget_replies_of_record(struct session *session)
{
	struct session_memory *memory = session->memory;

	for (size_t i = 0; memory && i < SESSION_REPLIES; i++) {
		struct kept_reply *kept = &memory->replies[i];

		if (!kept->of_record)
			continue;
		memory->bytes -= kept->capacity;
		session->among->bytes -= kept->capacity;
		free(kept->id);
		*kept = (struct kept_reply){ 0 };
		session->row.replies |= UINT32_C(1) << i;
	}
}

void session_sign_out(struct session *session)
{
	session->signed_in = false;
	forget_replies_of_record(session);
	session_keep_record(session, NULL, 0, 0);
}

void session_check_token(struct session *session, int64_t wall_ms)
{
	if (!session->signed_in || wall_ms / 1000 >= session->identity.until_s)
		session_sign_out(session);
}

static bool is_of_others(const struct facts *record, const struct relations *relations)
{
	return record && !relations_same(facts_relations(record), relations);
}

void session_refresh(struct session *session, const struct relations *relations, int64_t wall_ms,
                     int64_t now_us)
{
	session_check_token(session, wall_ms);
	if (now_us >= session->record_until_us || is_of_others(session->record, relations))
		session_keep_record(session, NULL, 0, 0);
}
