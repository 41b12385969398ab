#include "office/sessions/sessions.h"

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

struct sessions {
	struct sessions_limits limits;
	random_function fill_random;
	size_t count;
	size_t bytes;
	size_t slot_mask;
	struct session **slots;
	struct session *newest, *oldest;
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
	if (!sessions->slots) {
		free(sessions);
		return STATUS_NO_MEMORY;
	}
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

static void unlink_age(struct sessions *sessions, struct session *session)
{
	if (session->newer)
		session->newer->older = session->older;
	else
		sessions->newest = session->older;
	if (session->older)
		session->older->newer = session->newer;
	else
		sessions->oldest = session->newer;
}

static void make_newest(struct sessions *sessions, struct session *session)
{
	session->newer = NULL;
	session->older = sessions->newest;
	if (sessions->newest)
		sessions->newest->newer = session;
	else
		sessions->oldest = session;
	sessions->newest = session;
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

enum status sessions_open(struct sessions *sessions, int64_t now_us, struct session **out)
{
	struct session **slot;
	struct session *idle;
	enum status status;

	if (sessions->count >= sessions->limits.kept) {
		idle = oldest_idle(sessions);
		if (!idle)
			return STATUS_BUSY;
		remove_session(sessions, idle);
	}
	status = make_session(sessions, out);
	if (status != STATUS_OK)
		return status;
	slot = slot_of(sessions, (*out)->id);
	(*out)->next = *slot;
	*slot = *out;
	(*out)->used_us = now_us;
	(*out)->among = sessions;
	make_newest(sessions, *out);
	sessions->count++;
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
