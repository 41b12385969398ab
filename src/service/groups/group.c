/*
 * How it works: group_take() makes a question of a message, or puts the message to one of the same
 * person that is still being gathered. When nothing more has come for a moment, group_ask.c claims
 * it in the store and asks the service, and group_send.c hands the answer to the channel. A person
 * in a group, on a platform, is one conversation; its name is a keyed hash, so every replica has
 * the same, and no id of a platform is kept.
 *
 * A message that the bot is not spoken to with is gathered as well: who writes the question first,
 * and speaks to the bot in the next message, is understood.
 */
#include "service/groups/group.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/age_list.h"
#include "base/hex.h"
#include "base/seal.h"
#include "base/utf8.h"
#include "service/groups/group_parts.h"
#include "service/state.h"

enum {
	QUESTIONS_MOST = 16384,
	EXPECTED = 1024,     /* at once */
	RECENT_MOST = 16384, /* messages that are known without the store */
	BUCKETS_MOST = 50000,
	LONG_CHARS = 60, /* a message that is none of several short ones */
	PICK_CHARS = 3,  /* digits that only pick something from a list */
	GATHERINGS = 3,  /* times gather_ms: no question is gathered for longer */
	OBJECT_MOST = 4 << 20,
};

/* --- messages that came before --- */

struct seen {
	struct hash_link by_key;
	struct age_link age;
	char key[DIGEST_HEX_SIZE];
	bool late; /* its answer did not go into the response */
};

struct recent {
	struct hash_table table;
	struct age_list ages;
	size_t count;
};

static void forget(struct recent *recent, struct seen *seen)
{
	hash_remove(&recent->table, &seen->by_key);
	age_list_remove(&recent->ages, &seen->age);
	assert(recent->count > 0);
	recent->count--;
	free(seen);
}

static struct seen *find_seen(const struct recent *recent, const char *key)
{
	const uint64_t hash = hash_of(&recent->table, span_of(key));

	for (struct hash_link *at = hash_first(&recent->table, hash); at; at = hash_next(at)) {
		struct seen *seen = hash_item(at, struct seen, by_key);

		if (strcmp(seen->key, key) == 0)
			return seen;
	}
	return NULL;
}

static void note_seen(struct recent *recent, const char *key)
{
	struct seen *seen = calloc(1, sizeof(*seen));

	if (!seen)
		return;
	memcpy(seen->key, key, sizeof(seen->key));
	if (recent->count >= RECENT_MOST && recent->ages.oldest)
		forget(recent, age_item(recent->ages.oldest, struct seen, age));
	hash_add(&recent->table, &seen->by_key, hash_of(&recent->table, span_of(key)));
	age_list_add(&recent->ages, &seen->age);
	recent->count++;
}

static void recent_destroy(struct recent *recent)
{
	if (!recent)
		return;
	while (recent->ages.oldest)
		forget(recent, age_item(recent->ages.oldest, struct seen, age));
	hash_deinit(&recent->table);
	free(recent);
}

/* --- questions --- */

bool group_derive(const struct group_door *door, const char *purpose, const char *const *fields,
                  size_t count, char out[DIGEST_HEX_SIZE])
{
	struct digest *digest;
	enum status status;

	if (digest_create_keyed(&digest, span_of(door->groups->secret)) != STATUS_OK)
		return false;
	digest_add_field(digest, span_of(purpose));
	digest_add_field(digest, span_of(door->kind->name));
	for (size_t i = 0; i < count; i++)
		digest_add_field(digest, span_of(fields[i] ? fields[i] : ""));
	status = digest_finish(digest, out);
	digest_destroy(digest);
	return status == STATUS_OK;
}

static bool name_conversation(const struct group_door *door, const struct group_message *message,
                              char out[SESSION_ID_SIZE])
{
	const char *const fields[] = { message->self, message->chat ? "group" : "single",
		                       message->chat, message->person };
	char name[DIGEST_HEX_SIZE];

	if (!group_derive(door, "conversation", fields, 4, name))
		return false;
	snprintf(out, SESSION_ID_SIZE, "%.32s", name);
	return true;
}

static bool name_message(const struct group_door *door, const struct group_message *message,
                         char out[DIGEST_HEX_SIZE])
{
	const char *const fields[] = { message->self, message->id };

	out[0] = '\0';
	return !message->id || !message->id[0] || group_derive(door, "message", fields, 2, out);
}

static uint64_t hash_conversation(const struct groups *groups, const char *conversation)
{
	return hash_of(&groups->by_conversation, span_of(conversation));
}

uint64_t groups_hash_id(const struct groups *groups, uint64_t id)
{
	return hash_of(&groups->by_id, (struct span){ (const char *)&id, sizeof(id) });
}

void question_link(struct group_ask *question)
{
	struct groups *groups = question->groups;

	question->order = groups->next_order++;
	hash_add(&groups->by_conversation, &question->by_conversation,
	         hash_conversation(groups, question->conversation));
	hash_add(&groups->by_chat, &question->by_chat,
	         hash_of(&groups->by_chat, span_of(question->chat)));
	question->at = groups->end;
	*groups->end = question;
	groups->end = &question->next;
	groups->question_count++;
}

struct hash_link *question_chat(const struct group_ask *question)
{
	const struct groups *groups = question->groups;

	return hash_first(&groups->by_chat, hash_of(&groups->by_chat, span_of(question->chat)));
}

struct group_ask *question_in_chat(const struct group_ask *question, struct hash_link *at)
{
	for (; at; at = hash_next(at)) {
		struct group_ask *other = hash_item(at, struct group_ask, by_chat);

		if (other->door == question->door && other->single == question->single &&
		    strcmp(other->chat, question->chat) == 0 &&
		    strcmp(other->self, question->self) == 0)
			return other;
	}
	return NULL;
}

void question_enqueue(struct group_ask *question, struct question_queue *queue)
{
	assert(!question->queue);
	question->queue = queue;
	*queue->end = question;
	queue->end = &question->next_queued;
}

void question_dequeue(struct group_ask *question)
{
	struct question_queue *queue = question->queue;
	struct group_ask **at;

	if (!queue)
		return;
	at = &queue->first;
	while (*at != question)
		at = &(*at)->next_queued;
	*at = question->next_queued;
	if (!*at)
		queue->end = at;
	question->next_queued = NULL;
	question->queue = NULL;
}

static void unlink_question(struct group_ask *question)
{
	struct groups *groups = question->groups;

	question_dequeue(question);
	hash_remove(&groups->by_conversation, &question->by_conversation);
	hash_remove(&groups->by_chat, &question->by_chat);
	if (question->id != 0)
		hash_remove(&groups->by_id, &question->by_id);
	*question->at = question->next;
	if (question->next)
		question->next->at = question->at;
	else
		groups->end = question->at;
	assert(groups->question_count > 0);
	groups->question_count--;
}

void question_free(struct group_ask *question)
{
	bool waited;

	timer_cancel(question->timer);
	timer_cancel(question->deadline);
	question->timer = question->deadline = NULL;
	if (question->claims > 0 && !question->groups->stopped) {
		question->state = QUESTION_OVER;
		question->told = true;
		return;
	}
	if (question->line.channel)
		service_close(question->groups->tools.service, question->line);
	question_note_order(question, GROUP_ORDER_UNKNOWN);
	question_let_next_go(question);
	waited =
	        question->state == QUESTION_WAITING && question->door && !question->groups->stopped;
	unlink_question(question);
	question_end_turn(question);
	/* They waited behind it. */
	if (waited)
		question_wake_others(question);
	for (size_t i = 0; i < question->piece_count; i++) {
		explicit_bzero(question->pieces[i].text, question->pieces[i].len);
		free(question->pieces[i].text);
	}
	buf_wipe(&question->text);
	buf_deinit(&question->object);
	buf_deinit(&question->sent);
	free(question);
}

const char *groups_text(const struct groups *groups, const char *key)
{
	return office_text(&service_knowledge(groups->tools.service)->office, key);
}

static void copy_id(char to[GROUP_ID_MOST + 1], const char *from)
{
	snprintf(to, GROUP_ID_MOST + 1, "%s", from ? from : "");
}

static void deadline_is_near(void *context)
{
	question_is_late(context);
}

/* From now on this message is the one that is answered. */
static void aim(struct group_ask *question, const struct group_message *message)
{
	struct groups *groups = question->groups;
	const int64_t answer_ms = question->door->kind->answer_ms;

	copy_id(question->message, message->id);
	if (message->address.len > 0)
		memcpy(question->address, message->address.ptr, message->address.len);
	question->address_len = message->address.len;
	question->expires_ms = message->expires_ms;
	timer_cancel(question->deadline);
	question->deadline = NULL;
	if (answer_ms > 0)
		question->deadline =
		        loop_after(groups->tools.loop, answer_ms, deadline_is_near, question);
}

static bool is_addressed(const struct group_message *message)
{
	return !message->chat || message->spoken_to || message->quotes_us;
}

static bool add_piece(struct group_ask *question, const struct group_message *message,
                      const char *key)
{
	struct piece *piece = &question->pieces[question->piece_count];

	piece->text = malloc(message->text.len + 1);
	if (!piece->text)
		return false;
	if (message->text.len > 0)
		memcpy(piece->text, message->text.ptr, message->text.len);
	piece->text[message->text.len] = '\0';
	piece->len = message->text.len;
	piece->spoken_to = is_addressed(message);
	piece->claimed = piece->claimed_elsewhere = false;
	memcpy(piece->key, key, sizeof(piece->key));
	question->spoken_to = question->spoken_to || piece->spoken_to;
	question->piece_count++;
	return true;
}

struct group_ask *question_create(struct group_door *door)
{
	struct group_ask *question = calloc(1, sizeof(*question));

	if (!question)
		return NULL;
	question->groups = door->groups;
	question->door = door;
	buf_init(&question->text, (size_t)GROUP_TEXT_MOST * (GROUP_PIECES_MOST + 1));
	buf_init(&question->object, OBJECT_MOST);
	buf_init(&question->sent, OBJECT_MOST);
	return question;
}

static struct group_ask *create_question(struct group_door *door,
                                         const struct group_message *message,
                                         const char *conversation, const char *key)
{
	struct groups *groups = door->groups;
	/* What people say to each other must not take the room of what they ask. */
	const size_t most = is_addressed(message) ? QUESTIONS_MOST : QUESTIONS_MOST / 2;
	struct group_ask *question = groups->question_count < most ? question_create(door) : NULL;

	if (!question)
		return NULL;
	memcpy(question->conversation, conversation, sizeof(question->conversation));
	copy_id(question->self, message->self);
	copy_id(question->chat, message->chat);
	copy_id(question->person, message->person);
	question->single = !message->chat;
	question->first_us = groups_now_us(groups);
	question_link(question);
	if (!question_name_turn(question) || !add_piece(question, message, key)) {
		question_free(question);
		return NULL;
	}
	aim(question, message);
	return question;
}

/* --- gathering --- */

static void gathering_is_over(void *context)
{
	struct group_ask *question = context;

	question->timer = NULL;
	question_close_gathering(question);
}

static bool picks_only(struct span text)
{
	if (text.len == 0 || text.len > PICK_CHARS)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
	return true;
}

/* Whether nothing that follows can belong to it. */
static bool is_complete(const struct group_ask *question, struct span latest)
{
	return question->groups->settings.gather_ms == 0 ||
	       question->piece_count == GROUP_PIECES_MOST ||
	       (question->spoken_to && (utf8_length(latest) > LONG_CHARS || picks_only(latest)));
}

static int64_t gathering_ms(const struct group_ask *question)
{
	const int64_t gather_ms = question->groups->settings.gather_ms;
	const int64_t passed_ms = (groups_now_us(question->groups) - question->first_us) / 1000;
	const int64_t answer_ms = question->door->kind->answer_ms;
	int64_t ms = gather_ms;

	if (ms > GATHERINGS * gather_ms - passed_ms)
		ms = GATHERINGS * gather_ms - passed_ms;
	if (answer_ms > 0 && ms > answer_ms / 3)
		ms = answer_ms / 3;
	return ms > 0 ? ms : 0;
}

static void gather_on(struct group_ask *question, struct span latest)
{
	timer_cancel(question->timer);
	question->timer = NULL;
	if (!is_complete(question, latest))
		question->timer = loop_after(question->groups->tools.loop, gathering_ms(question),
		                             gathering_is_over, question);
	if (!question->timer)
		question_close_gathering(question);
}

static bool has_piece(const struct group_ask *question, struct span text)
{
	for (size_t i = 0; i < question->piece_count; i++)
		if (span_equal((struct span){ question->pieces[i].text, question->pieces[i].len },
		               text))
			return true;
	return false;
}

/* The next one of that conversation, from a link of its hash on. */
static struct group_ask *next_of(const struct group_door *door, const char *conversation,
                                 struct hash_link *at)
{
	for (; at; at = hash_next(at)) {
		struct group_ask *question = hash_item(at, struct group_ask, by_conversation);

		if (question->door == door && !question->told &&
		    strcmp(question->conversation, conversation) == 0)
			return question;
	}
	return NULL;
}

static struct group_ask *first_of(const struct group_door *door, const char *conversation)
{
	const struct groups *groups = door->groups;

	return next_of(
	        door, conversation,
	        hash_first(&groups->by_conversation, hash_conversation(groups, conversation)));
}

static struct group_ask *find_gathered(const struct group_door *door, const char *conversation)
{
	struct group_ask *at = first_of(door, conversation);

	while (at && at->state != QUESTION_GATHERING)
		at = next_of(door, conversation, hash_next(&at->by_conversation));
	return at;
}

/* The same was asked a moment ago, and is not answered yet. */
static bool is_under_way(const struct group_door *door, const char *conversation, struct span text)
{
	const struct group_ask *at = text.len > 0 ? first_of(door, conversation) : NULL;

	for (; at; at = next_of(door, conversation, hash_next(&at->by_conversation)))
		if (question_is_under_way(at) && has_piece(at, text))
			return true;
	return false;
}

static void join(struct group_ask *question, const struct group_message *message, const char *key)
{
	struct group_door *door = question->door;
	const bool addressed = is_addressed(message);

	if ((has_piece(question, message->text) && (!addressed || question->spoken_to)) ||
	    !add_piece(question, message, key)) {
		group_silence(door, message, GROUP_JOINED);
		return;
	}
	if (addressed || question->pieces[question->piece_count - 2].spoken_to == addressed) {
		question_silence_target(question, GROUP_JOINED);
		aim(question, message);
	} else {
		group_silence(door, message, GROUP_JOINED);
	}
	gather_on(question, message->text);
}

/* --- what comes --- */

static bool is_id(const char *id)
{
	return id && id[0] && strlen(id) <= GROUP_ID_MOST;
}

static bool is_fit(const struct group_message *message)
{
	return is_id(message->self) && is_id(message->person) &&
	       (!message->chat || is_id(message->chat)) &&
	       (!message->id || strlen(message->id) <= GROUP_ID_MOST) &&
	       message->address.len <= GROUP_ADDRESS_MOST && message->text.len <= GROUP_TEXT_MOST &&
	       utf8_valid(message->text) &&
	       (message->text.len == 0 || !memchr(message->text.ptr, '\0', message->text.len)) &&
	       strcmp(message->person, message->self) != 0;
}

/* Why it is not looked at; GROUP_REASONS: it is. */
static enum group_reason passes_over(const struct group_door *door,
                                     const struct group_message *message,
                                     const struct group_rule *rule)
{
	const int64_t now_ms = groups_wall_ms(door->groups);

	if (door->off || door->groups->stopped)
		return GROUP_OFF;
	if (rule->manner == GROUP_NEVER)
		return GROUP_NOT_ALLOWED;
	if (message->chat && group_rule_is_quiet(rule, now_ms))
		return GROUP_QUIET;
	return message->expires_ms != 0 && now_ms >= message->expires_ms ? GROUP_EXPIRED
	                                                                 : GROUP_REASONS;
}

/* Known already; one whose response did not arrive goes on, and finds the reply that was kept. */
static bool came_before(struct group_door *door, const struct group_rule *rule,
                        const struct group_message *message, const char *key)
{
	struct recent *recent = door->groups->recent;
	const struct seen *seen = key[0] ? find_seen(recent, key) : NULL;

	if (!seen && key[0] && (is_addressed(message) || rule->manner == GROUP_UNASKED))
		note_seen(recent, key);
	return seen && (seen->late || !(door->kind->abilities & GROUP_IN_RESPONSE));
}

void question_note_late(const struct group_ask *question)
{
	struct seen *seen;

	for (size_t i = 0; i < question->piece_count; i++) {
		seen = find_seen(question->groups->recent, question->pieces[i].key);
		if (seen)
			seen->late = true;
	}
}

bool group_shares(const struct group_door *door)
{
	return door->groups->settings.shared;
}

void group_take(struct group_door *door, const struct group_message *message)
{
	char conversation[SESSION_ID_SIZE], key[DIGEST_HEX_SIZE];
	const struct group_rule *rule;
	struct group_ask *question;
	enum group_reason reason;

	assert(!door->in_send);
	door->counts.taken++;
	if (!is_fit(message) || !name_conversation(door, message, conversation) ||
	    !name_message(door, message, key)) {
		group_silence(door, message, GROUP_UNFIT);
		return;
	}
	rule = group_rules_find(door->groups->rules, door->kind->name, message->chat,
	                        message->person);
	reason = passes_over(door, message, rule);
	if (reason == GROUP_REASONS && came_before(door, rule, message, key))
		reason = GROUP_REPEATED;
	if (reason == GROUP_REASONS && is_under_way(door, conversation, message->text))
		reason = GROUP_REPEATED;
	if (reason != GROUP_REASONS) {
		group_silence(door, message, reason);
		return;
	}
	question = find_gathered(door, conversation);
	if (question) {
		join(question, message, key);
		return;
	}
	question = create_question(door, message, conversation, key);
	if (question)
		gather_on(question, message->text);
	else
		group_silence(door, message, GROUP_BUSY);
}

/* --- doors --- */

static struct group_door *find_door(const struct groups *groups, const char *name)
{
	struct group_door *door = groups->doors;

	while (door && strcmp(door->kind->name, name) != 0)
		door = door->next;
	return door;
}

enum status group_open(struct groups *groups, const struct group_kind *kind, void *context,
                       struct group_door **out)
{
	struct group_door *door;

	*out = NULL;
	if (kind->part_chars == 0 || kind->part_bytes == 0 || kind->parts_most == 0 ||
	    kind->parts_most > GROUP_PARTS_MOST || kind->answer_ms < 0 ||
	    strlen(kind->name) >= GROUP_NAME_SIZE || find_door(groups, kind->name))
		return STATUS_INVALID;
	door = calloc(1, sizeof(*door));
	if (!door)
		return STATUS_NO_MEMORY;
	door->groups = groups;
	door->kind = kind;
	door->context = context;
	door->channel = (struct channel){ .name = kind->name,
		                          .abilities = CHANNEL_GATHERS,
		                          .send = question_take_outgoing };
	door->off = group_keep_is_off(groups->keep, kind->name);
	door->next = groups->doors;
	groups->doors = door;
	if (door->off)
		log_event(groups->tools.log, LOG_WARN, "channel_off",
		          LOG_TEXT("channel", kind->name));
	*out = door;
	return STATUS_OK;
}

void group_close(struct group_door *door)
{
	struct group_door **at;
	struct group_ask *question;

	if (!door)
		return;
	question = door->groups->questions;
	while (question) {
		struct group_ask *next = question->next;

		if (question->door == door) {
			/* The line's channel goes with the door. */
			service_close(door->groups->tools.service, question->line);
			question->line = (struct return_address){ 0 };
			question->door = NULL;
			question_free(question);
		}
		question = next;
	}
	group_forget_ways(door);
	at = &door->groups->doors;
	while (*at != door)
		at = &(*at)->next;
	*at = door->next;
	free(door);
}

bool group_is_on(const struct group_door *door)
{
	return !door->off && !door->groups->stopped;
}

size_t group_under_way(const struct group_door *door)
{
	size_t count = 0;

	for (const struct group_ask *at = door->groups->questions; at; at = at->next)
		count += at->door == door && !at->told;
	return count;
}

/* --- the switch --- */

static void set_switch(struct group_door *door, bool off, const char *by)
{
	if (door->off == off)
		return;
	door->off = off;
	log_event(door->groups->tools.log, LOG_WARN, off ? "channel_off" : "channel_on",
	          LOG_TEXT("channel", door->kind->name), LOG_TEXT("by", by));
}

/* Once: by then the doors are open. */
static void name_unknown_channels(struct groups *groups)
{
	const char *channel;

	for (size_t i = 0; !groups->checked; i++) {
		channel = group_rules_channel(groups->rules, i);
		groups->checked = !channel;
		if (channel && !find_door(groups, channel))
			log_event(groups->tools.log, LOG_WARN, "groups_of_no_channel",
			          LOG_TEXT("channel", channel),
			          LOG_TEXT("file", groups->settings.file));
	}
}

static void take_switches(void *context)
{
	struct groups *groups = context;

	for (struct group_door *door = groups->doors; door; door = door->next)
		set_switch(door, group_keep_is_off(groups->keep, door->kind->name), "store");
	name_unknown_channels(groups);
	groups_take_orders(groups);
}

void groups_look(struct groups *groups)
{
	if (groups && !groups->stopped)
		group_keep_look(groups->keep);
}

enum status groups_switch(struct groups *groups, const char *channel, bool on, const char *by)
{
	struct group_door *door = find_door(groups, channel);

	if (!door)
		return STATUS_NOT_FOUND;
	set_switch(door, !on, by);
	group_keep_switch(groups->keep, channel, on, by);
	return STATUS_OK;
}

/* --- making and ending --- */

struct job_limits groups_job_limits(const struct groups_settings *settings)
{
	(void)settings;
	/* One transaction at a time, which takes all that waits. */
	return (struct job_limits){ 1, 2 };
}

enum status groups_check(const struct groups_settings *settings, struct faults *faults)
{
	struct group_rules *rules;
	const enum status status = group_rules_load(&rules, settings->file, faults);

	group_rules_destroy(rules);
	return status;
}

static enum status load_rules(struct groups *groups)
{
	char text[512];
	struct faults *faults;
	struct group_rules *rules = NULL;
	enum status status = faults_create(&faults);

	if (status != STATUS_OK)
		return status;
	status = group_rules_load(&rules, groups->settings.file, faults);
	for (size_t i = 0; i < faults_kept(faults); i++)
		log_event(
		        groups->tools.log, LOG_ERROR, "groups_refused",
		        LOG_TEXT("reason", fault_format(faults_at(faults, i), text, sizeof(text))));
	faults_destroy(faults);
	if (status != STATUS_OK)
		return status == STATUS_NO_MEMORY ? status : STATUS_INVALID;
	group_rules_destroy(groups->rules);
	groups->rules = rules;
	return STATUS_OK;
}

/* No rule is kept from one call to the next. */
void groups_reload(struct groups *groups)
{
	if (!groups || groups->stopped || groups->settings.file[0] == '\0')
		return;
	if (load_rules(groups) != STATUS_OK)
		return;
	groups->checked = false;
	log_event(groups->tools.log, LOG_INFO, "groups_loaded",
	          LOG_TEXT("file", groups->settings.file));
}

/* The same after a restart, and on every replica, where sessions are kept. */
static enum status make_secret(struct groups *groups)
{
	struct session_store *store = groups->tools.service->store;
	unsigned char bytes[(DIGEST_HEX_SIZE - 1) / 2];

	if (store)
		return session_store_derive(store, "groups", groups->secret);
	if (!groups->tools.random(bytes, sizeof(bytes)))
		return STATUS_IO;
	hex_write(bytes, sizeof(bytes), groups->secret);
	return STATUS_OK;
}

/* What other processes know it by, and what they open its parked answers with. */
static enum status prepare_sharing(struct groups *groups)
{
	unsigned char bytes[(DIGEST_HEX_SIZE - 1) / 2];

	groups->settings.shared = groups->settings.shared && groups->tools.service->store;
	if (!groups->settings.shared)
		return STATUS_OK;
	if (!groups->tools.random(bytes, sizeof(bytes)))
		return STATUS_IO;
	hex_write(bytes, sizeof(bytes), groups->holder);
	return seal_create(&groups->seal, span_of(groups->secret));
}

static enum status create_tables(struct groups *groups)
{
	uint64_t seeds[5];
	enum status status;

	if (!groups->tools.random(seeds, sizeof(seeds)))
		return STATUS_IO;
	groups->recent = calloc(1, sizeof(*groups->recent));
	if (!groups->recent)
		return STATUS_NO_MEMORY;
	status = hash_init(&groups->recent->table, RECENT_MOST, seeds[0]);
	if (status == STATUS_OK)
		status = hash_init(&groups->by_conversation, EXPECTED, seeds[2]);
	if (status == STATUS_OK)
		status = hash_init(&groups->by_chat, EXPECTED, seeds[3]);
	if (status == STATUS_OK)
		status = hash_init(&groups->by_id, EXPECTED, seeds[4]);
	if (status == STATUS_OK)
		status = group_limits_create(&groups->limits, BUCKETS_MOST, seeds[1]);
	return status;
}

enum status groups_create(struct groups **out, const struct groups_settings *settings,
                          const struct groups_tools *tools)
{
	const struct group_keep_tools keep_tools = { tools->loop, tools->jobs, tools->log,
		                                     tools->clock };
	struct groups *groups = calloc(1, sizeof(*groups));
	enum status status;

	*out = groups;
	if (!groups)
		return STATUS_NO_MEMORY;
	groups->settings = *settings;
	groups->tools = *tools;
	groups->end = &groups->questions;
	groups->ready.end = &groups->ready.first;
	groups->replied.end = &groups->replied.first;
	groups->ready_call = (struct loop_call){ .run = questions_take_ready, .context = groups };
	groups->replied_call =
	        (struct loop_call){ .run = questions_take_replies, .context = groups };
	const struct group_keep_settings keep = { .store = settings->store,
		                                  .busy_ms = settings->busy_ms,
		                                  .holder = groups->holder,
		                                  .looked = take_switches,
		                                  .context = groups };

	status = load_rules(groups);
	if (status == STATUS_OK)
		status = make_secret(groups);
	if (status == STATUS_OK)
		status = prepare_sharing(groups);
	if (status == STATUS_OK)
		status = create_tables(groups);
	return status == STATUS_OK ? group_keep_open(&groups->keep, &keep, &keep_tools) : status;
}

void groups_stop(struct groups *groups)
{
	if (!groups || groups->stopped)
		return;
	groups->stopped = true;
	for (struct group_ask *at = groups->questions; at; at = at->next) {
		timer_cancel(at->timer);
		timer_cancel(at->deadline);
		at->timer = at->deadline = NULL;
		if (at->state != QUESTION_SENT)
			at->state = QUESTION_OVER;
		at->told = true;
	}
	if (groups->holder[0])
		group_keep_end_turn(groups->keep, "");
	group_keep_stop(groups->keep);
}

void groups_destroy(struct groups *groups)
{
	struct group_ask *question;
	struct group_door *door;

	if (!groups)
		return;
	groups->stopped = true;
	question = groups->questions;
	while (question) {
		struct group_ask *next = question->next;

		question_free(question);
		question = next;
	}
	door = groups->doors;
	while (door) {
		struct group_door *next = door->next;

		group_close(door);
		door = next;
	}
	group_keep_close(groups->keep);
	groups_forget_ways(groups);
	seal_destroy(groups->seal);
	group_limits_destroy(groups->limits);
	group_rules_destroy(groups->rules);
	recent_destroy(groups->recent);
	hash_deinit(&groups->by_conversation);
	hash_deinit(&groups->by_chat);
	hash_deinit(&groups->by_id);
	free(groups);
}

/* --- metrics --- */

static const char *const reasons[GROUP_REASONS] = {
	[GROUP_NOT_SPOKEN_TO] = "not_spoken_to",
	[GROUP_REPEATED] = "repeated",
	[GROUP_JOINED] = "joined",
	[GROUP_NOT_ALLOWED] = "not_allowed",
	[GROUP_QUIET] = "quiet",
	[GROUP_OFF] = "off",
	[GROUP_OVER_LIMIT] = "over_limit",
	[GROUP_UNSURE] = "unsure",
	[GROUP_UNFIT] = "unfit",
	[GROUP_EXPIRED] = "expired",
	[GROUP_BUSY] = "busy",
};

static void write_head(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_append_format(out, "# HELP dayi_channel_%s %s\n# TYPE dayi_channel_%s %s\n", name, help,
	                  name, type);
}

static void write_count(struct buf *out, const char *name, const struct group_door *door,
                        const char *label, const char *value, uint64_t count)
{
	buf_append_format(out, "dayi_channel_%s{channel=\"%s\"", name, door->kind->name);
	if (label)
		buf_append_format(out, ",%s=\"%s\"", label, value);
	buf_append_format(out, "} %llu\n", (unsigned long long)count);
}

static void write_silences(const struct groups *groups, struct buf *out)
{
	write_head(out, "silent_total", "counter", "Messages that nothing was said to, by reason.");
	for (const struct group_door *door = groups->doors; door; door = door->next)
		for (size_t i = 0; i < GROUP_REASONS; i++)
			write_count(out, "silent_total", door, "reason", reasons[i],
			            door->counts.silent[i]);
}

static void write_outcomes(const struct groups *groups, struct buf *out)
{
	static const char *const names[] = { "sent", "failed", "unknown" };

	write_head(out, "sent_total", "counter", "Answers handed to the platform, by outcome.");
	for (const struct group_door *door = groups->doors; door; door = door->next)
		for (size_t i = 0; i <= GROUP_UNKNOWN; i++)
			write_count(out, "sent_total", door, "outcome", names[i],
			            door->counts.outcomes[i]);
}

void groups_write_metrics(const struct groups *groups, struct buf *out)
{
	const struct group_door *door;

	if (!groups || !groups->doors)
		return;
	write_head(out, "on", "gauge", "Whether the channel is switched on.");
	for (door = groups->doors; door; door = door->next)
		write_count(out, "on", door, NULL, NULL, !door->off);
	write_head(out, "messages_total", "counter", "Messages that the platform handed over.");
	for (door = groups->doors; door; door = door->next)
		write_count(out, "messages_total", door, NULL, NULL, door->counts.taken);
	write_head(out, "said_total", "counter", "What was said, by kind.");
	for (door = groups->doors; door; door = door->next) {
		write_count(out, "said_total", door, "kind", "answer", door->counts.answered);
		write_count(out, "said_total", door, "kind", "notice", door->counts.noticed);
		write_count(out, "said_total", door, "kind", "wait", door->counts.waited);
		write_count(out, "said_total", door, "kind", "again", door->counts.again);
	}
	write_silences(groups, out);
	write_outcomes(groups, out);
	buf_append_format(out,
	                  "# HELP dayi_group_store_failures_total Attempts to use the group store "
	                  "that failed.\n# TYPE dayi_group_store_failures_total counter\n"
	                  "dayi_group_store_failures_total %llu\n",
	                  (unsigned long long)group_keep_failures(groups->keep));
}
