/*
 * How it works: group_take() passes a message over, or puts it to a question of the same person
 * that is still being gathered, or makes a question of it. When nothing more has come for a moment,
 * or nothing more can belong to it, group_ask.c goes on with it.
 *
 * A message that the bot is not spoken to with is gathered as well: who writes the question first,
 * and speaks to the bot in the next message, is understood.
 */
#include "service/groups/group_parts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "service/groups/group_recent.h"

enum {
	QUESTIONS_MOST = 16384,
	LONG_CHARS = 60, /* a message that is none of several short ones */
	PICK_CHARS = 3,  /* digits that only pick something from a list */
	GATHERINGS = 3,  /* times gather_ms: no question is gathered for longer */
};

/* --- a message becomes a question --- */

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

	return next_of(door, conversation,
	               hash_first(&groups->by_conversation,
	                          groups_hash_conversation(groups, conversation)));
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
	const enum recent_state state = key[0] ? recent_find(recent, key) : RECENT_NEW;

	if (state == RECENT_NEW && key[0] &&
	    (is_addressed(message) || rule->manner == GROUP_UNASKED))
		recent_note(recent, key);
	return state == RECENT_LATE ||
	       (state == RECENT_SEEN && !(door->kind->abilities & GROUP_IN_RESPONSE));
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
