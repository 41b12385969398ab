/*
 * How it works: a session stands in the slot of its id, and in two lists by age: of all sessions,
 * and of those of its origin. The origins stand in slots as well, and those with more than their
 * share in a list, of which there are SESSION_SHARES - 1 at most. A full table makes room in the
 * largest of these, or else at the end of the list of all.
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
	size_t next; /* to be overwritten */
	size_t bytes;
};

/* It is there for as long as it has sessions. */
struct session_origin {
	unsigned char key[SESSION_ORIGIN_BYTES];
	size_t key_len;
	size_t count;
	struct session *newest, *oldest;
	struct session_origin *next; /* of the same slot */
};

struct sessions {
	struct sessions_limits limits;
	random_function fill_random;
	size_t count;
	size_t bytes;
	size_t slot_mask;
	struct session **slots;
	struct session *newest, *oldest;
	struct session_origin **origin_slots; /* as many as slots */
	uint64_t origin_seed;                 /* so that nobody can choose a slot */
	size_t share;
	struct session_origin *large[SESSION_SHARES]; /* those with more than a share */
	size_t large_count;
};

enum status sessions_create(struct sessions **out, struct sessions_limits limits,
                            random_function random)
{
	struct sessions *sessions = calloc(1, sizeof(*sessions));
	size_t slots = 64;

	if (!sessions)
		return STATUS_NO_MEMORY;
	while (slots < limits.kept)
		slots *= 2;
	sessions->limits = limits;
	sessions->fill_random = random;
	sessions->slot_mask = slots - 1;
	sessions->slots = calloc(slots, sizeof(struct session *));
	sessions->origin_slots = calloc(slots, sizeof(struct session_origin *));
	sessions->share = limits.kept / SESSION_SHARES;
	if (!sessions->slots || !sessions->origin_slots) {
		free(sessions->origin_slots);
		free(sessions->slots);
		free(sessions);
		return STATUS_NO_MEMORY;
	}
	/* Without it the slots can be chosen, and nothing else goes wrong. */
	if (!random(&sessions->origin_seed, sizeof(sessions->origin_seed)))
		sessions->origin_seed = 0;
	*out = sessions;
	return STATUS_OK;
}

/* A known id is random: its first digits are hash enough. An unknown one only misses. */
static struct session **slot_of(const struct sessions *sessions, const char *id)
{
	size_t hash = 0;

	for (int i = 0; i < 8 && id[i]; i++)
		hash = hash * 31 + (unsigned char)id[i];
	return &sessions->slots[hash & sessions->slot_mask];
}

/* --- origins --- */

/* FNV-1a with a seed, and its high half folded in. */
static struct session_origin **origin_slot_of(const struct sessions *sessions, struct span key)
{
	uint64_t hash = 0xcbf29ce484222325u ^ sessions->origin_seed;

	for (size_t i = 0; i < key.len; i++)
		hash = (hash ^ (unsigned char)key.ptr[i]) * 0x100000001b3u;
	return &sessions->origin_slots[(hash ^ (hash >> 32)) & sessions->slot_mask];
}

static struct span key_of(const struct session_origin *origin)
{
	return (struct span){ (const char *)origin->key, origin->key_len };
}

/* A fresh one where there is none; NULL without memory. */
static struct session_origin *get_origin(struct sessions *sessions, struct span key)
{
	struct session_origin **slot, *origin;

	if (key.len > SESSION_ORIGIN_BYTES)
		key.len = SESSION_ORIGIN_BYTES;
	slot = origin_slot_of(sessions, key);
	for (origin = *slot; origin; origin = origin->next)
		if (span_equal(key_of(origin), key))
			return origin;
	origin = calloc(1, sizeof(*origin));
	if (!origin)
		return NULL;
	origin->key_len = key.len;
	if (key.len > 0)
		memcpy(origin->key, key.ptr, key.len);
	origin->next = *slot;
	*slot = origin;
	return origin;
}

static void drop_origin(struct sessions *sessions, struct session_origin *origin)
{
	struct session_origin **at = origin_slot_of(sessions, key_of(origin));

	while (*at != origin)
		at = &(*at)->next;
	*at = origin->next;
	free(origin);
}

/* After its count has changed by one. */
static void note_size(struct sessions *sessions, struct session_origin *origin)
{
	size_t at = 0;

	while (at < sessions->large_count && sessions->large[at] != origin)
		at++;
	if (origin->count > sessions->share && at == sessions->large_count) {
		/* The table holds no more of them; of one that is too small for shares nobody
		 * has one. */
		if (sessions->large_count < SESSION_SHARES)
			sessions->large[sessions->large_count++] = origin;
	} else if (origin->count <= sessions->share && at < sessions->large_count) {
		sessions->large[at] = sessions->large[--sessions->large_count];
	}
}

/* --- age --- */

static void unlink_age(struct sessions *sessions, struct session *session)
{
	struct session_origin *origin = session->origin;

	if (session->newer)
		session->newer->older = session->older;
	else
		sessions->newest = session->older;
	if (session->older)
		session->older->newer = session->newer;
	else
		sessions->oldest = session->newer;
	if (session->newer_there)
		session->newer_there->older_there = session->older_there;
	else
		origin->newest = session->older_there;
	if (session->older_there)
		session->older_there->newer_there = session->newer_there;
	else
		origin->oldest = session->newer_there;
}

static void make_newest(struct sessions *sessions, struct session *session)
{
	struct session_origin *origin = session->origin;

	session->newer = NULL;
	session->older = sessions->newest;
	if (sessions->newest)
		sessions->newest->newer = session;
	else
		sessions->oldest = session;
	sessions->newest = session;
	session->newer_there = NULL;
	session->older_there = origin->newest;
	if (origin->newest)
		origin->newest->newer_there = session;
	else
		origin->oldest = session;
	origin->newest = session;
}

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
	struct session **at = slot_of(sessions, session->id);

	while (*at != session)
		at = &(*at)->next;
	*at = session->next;
	unlink_age(sessions, session);
	sessions->count--;
	session->origin->count--;
	note_size(sessions, session->origin);
	if (session->origin->count == 0)
		drop_origin(sessions, session->origin);
	if (session->memory)
		sessions->bytes -= session->memory->bytes;
	destroy(session);
}

void sessions_destroy(struct sessions *sessions)
{
	if (!sessions)
		return;
	while (sessions->oldest)
		remove_session(sessions, sessions->oldest);
	free(sessions->origin_slots);
	free(sessions->slots);
	free(sessions);
}

/* The one silent for longest that no connection uses. */
static struct session *oldest_idle(const struct sessions *sessions)
{
	struct session *session = sessions->oldest;

	while (session && session->connections > 0)
		session = session->newer;
	return session;
}

static struct session *oldest_idle_there(const struct session_origin *origin)
{
	struct session *session = origin->oldest;

	while (session && session->connections > 0)
		session = session->newer_there;
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

static enum status make_id(struct sessions *sessions, struct session *session)
{
	unsigned char bytes[(SESSION_ID_SIZE - 1) / 2];

	if (!sessions->fill_random(bytes, sizeof(bytes)))
		return STATUS_IO;
	hex_write(bytes, sizeof(bytes), session->id);
	return hash_id(session);
}

static enum status make_session(struct sessions *sessions, struct session **out)
{
	struct session *session = calloc(1, sizeof(*session));
	enum status status;
	uint64_t seed;

	if (!session)
		return STATUS_NO_MEMORY;
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

/* Links it where it belongs. */
static void add(struct sessions *sessions, struct session *session, struct session_origin *origin,
                int64_t now_us)
{
	struct session **slot = slot_of(sessions, session->id);

	session->next = *slot;
	*slot = session;
	session->used_us = now_us;
	session->among = sessions;
	session->origin = origin;
	make_newest(sessions, session);
	sessions->count++;
	origin->count++;
	note_size(sessions, origin);
}

enum status sessions_open(struct sessions *sessions, struct span origin_key, int64_t now_us,
                          struct session **out)
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
	status = make_session(sessions, out);
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

void session_touch(struct sessions *sessions, struct session *session, int64_t now_us)
{
	session->used_us = now_us;
	unlink_age(sessions, session);
	make_newest(sessions, session);
}

struct session *sessions_find(struct sessions *sessions, const char *id, int64_t now_us)
{
	struct session *session = *slot_of(sessions, id);

	while (session && strcmp(session->id, id) != 0)
		session = session->next;
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
	struct session *session = sessions->oldest;

	while (session && now_us - session->used_us > sessions->limits.keep_us) {
		struct session *newer = session->newer;

		if (session->connections == 0)
			remove_session(sessions, session);
		session = newer;
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
	struct session *session = sessions->oldest;

	while (session && sessions->bytes > sessions->limits.bytes) {
		if (session->memory && session != but) {
			sessions->bytes -= session->memory->bytes;
			destroy_memory(session->memory);
			session->memory = NULL;
		}
		session = session->newer;
	}
}

void session_keep_reply(struct session *session, const char *ask_id, struct span reply,
                        bool of_record)
{
	struct sessions *sessions = session->among;
	struct session_memory *memory = session->memory;
	struct kept_reply *kept;
	size_t id_len = strlen(ask_id);

	if (!memory)
		memory = session->memory = calloc(1, sizeof(*memory));
	if (!memory)
		return;
	kept = &memory->replies[memory->next];
	if (!fit_capacity(sessions, memory, kept, id_len + reply.len))
		return;
	memcpy(kept->id, ask_id, id_len);
	memcpy(kept->id + id_len, reply.ptr, reply.len);
	kept->id_len = id_len;
	kept->reply_len = reply.len;
	kept->of_record = of_record;
	memory->next = (memory->next + 1) % SESSION_REPLIES;
	if (sessions->bytes > sessions->limits.bytes)
		keep_below_ceiling(sessions, session);
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
