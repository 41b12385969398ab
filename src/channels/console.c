/*
 * How it works: console_read() takes the members of a body into the ask that the service gets, each
 * no longer than its place there; console_write() makes the object of an answer, or nothing where
 * the answer is only that it was done. The session's token travels in a cookie of one name.
 */
#include "channels/console.h"

#include <stdlib.h>
#include <string.h>

#include "channels/authoring_json.h"
#include "channels/bulletin_json.h"
#include "channels/chats_json.h"
#include "channels/lookup_json.h"
#include "channels/message.h"
#include "channels/person_json.h"
#include "service/console/receipt_view.h"

static const char cookie_name[] = "dayi_console";

enum { CODE_BYTES_MOST = 16, TOKEN_LEN = ACCOUNT_TOKEN_SIZE - 1, WORD_BYTES_MOST = 32 };

/* --- what is asked --- */

/* A string no longer than that; absent and null are left NULL. */
static bool read_text(const cJSON *object, const char *name, size_t most, const char **out)
{
	return message_string(object, name, out) && (!*out || strlen(*out) <= most);
}

static bool read_needed(const cJSON *object, const char *name, size_t most, const char **out)
{
	return read_text(object, name, most, out) && *out;
}

static bool is_token(const char *text, size_t len)
{
	return len == TOKEN_LEN && strspn(text, "0123456789abcdef") >= len;
}

static bool read_totp(const cJSON *object, struct console_ask *ask)
{
	static const struct {
		const char *name;
		enum console_kind kind;
	} steps[] = { { "begin", CONSOLE_TOTP_BEGIN },
		      { "confirm", CONSOLE_TOTP_CONFIRM },
		      { "remove", CONSOLE_TOTP_REMOVE } };
	const char *step;

	if (!read_needed(object, "step", WORD_BYTES_MOST, &step) ||
	    !read_text(object, "code", CODE_BYTES_MOST, &ask->code))
		return false;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (strcmp(step, steps[i].name) != 0)
			continue;
		ask->kind = steps[i].kind;
		return ask->kind == CONSOLE_TOTP_BEGIN || ask->code;
	}
	return false;
}

static bool read_by(const cJSON *object, enum person_by *out)
{
	const char *by;

	if (!read_needed(object, "by", WORD_BYTES_MOST, &by))
		return false;
	for (int i = 0; i < PERSON_BY_COUNT; i++)
		if (strcmp(by, person_by_name((enum person_by)i)) == 0) {
			*out = (enum person_by)i;
			return true;
		}
	return false;
}

static bool read_person(const cJSON *object, struct console_ask *ask)
{
	return read_by(object, &ask->by) &&
	       read_needed(object, "value", PERSON_VALUE_SIZE - 1, &ask->value) &&
	       read_text(object, "company", PERSON_VALUE_SIZE - 1, &ask->company) &&
	       read_needed(object, "reason", PERSON_REASON_SIZE - 1, &ask->reason) &&
	       (ask->by != PERSON_BY_COMPANY || ask->company);
}

static bool read_members(const cJSON *object, struct console_ask *ask)
{
	switch (ask->kind) {
	case CONSOLE_SIGN_IN:
		return read_needed(object, "name", ACCOUNT_NAME_SIZE - 1, &ask->name) &&
		       read_needed(object, "password", PASSWORD_BYTES_MOST, &ask->password) &&
		       read_text(object, "totp", CODE_BYTES_MOST, &ask->code);
	case CONSOLE_SIGN_IN_BY_LINK:
		return read_needed(object, "token", TOKEN_LEN, &ask->link) &&
		       is_token(ask->link, strlen(ask->link));
	case CONSOLE_PASSWORD:
		return read_text(object, "present", PASSWORD_BYTES_MOST, &ask->password) &&
		       read_needed(object, "new", PASSWORD_BYTES_MOST, &ask->new_password);
	case CONSOLE_TOTP_BEGIN:
		return read_totp(object, ask);
	case CONSOLE_TYPING:
		return message_string(object, "chat", &ask->chat) && ask->chat &&
		       chats_is_chat(span_of(ask->chat));
	case CONSOLE_SWITCH:
	case CONSOLE_NOTICE:
	case CONSOLE_NOTICE_END:
		return bulletin_read(object, ask);
	case CONSOLE_PERSON:
		return read_person(object, ask);
	case CONSOLE_PERSON_SAID:
		return read_needed(object, "fact", QUESTION_FACT_SIZE - 1, &ask->fact) &&
		       read_text(object, "value", QUESTION_FACT_SIZE - 1, &ask->value);
	case CONSOLE_PERSON_REVEAL:
		return read_needed(object, "field", PERSON_FIELD_SIZE - 1, &ask->field) &&
		       read_needed(object, "reason", PERSON_REASON_SIZE - 1, &ask->reason);
	case CONSOLE_TAKE:
	case CONSOLE_SAY:
	case CONSOLE_HAND_BACK:
	case CONSOLE_CLOSE:
	case CONSOLE_BEAT:
	case CONSOLE_CALL_NUMBER:
	case CONSOLE_CALL_CLOSE:
		return chats_read(object, ask);
	default:
		return authoring_has(ask->kind) ? authoring_read(object, ask) : true;
	}
}

enum refusal console_read(struct span body, struct console_ask *ask, cJSON **json)
{
	const size_t most = authoring_has(ask->kind) ? AUTHORING_BODY_BYTES : MESSAGE_BYTES;
	const enum refusal refusal = message_parse_most(body, most, json);

	if (refusal != REFUSAL_NONE)
		return refusal;
	return read_members(*json, ask) ? REFUSAL_NONE : REFUSAL_BAD_MEMBER;
}

/* --- the cookie --- */

bool console_cookie_read(struct span field, char token[ACCOUNT_TOKEN_SIZE])
{
	const size_t name_len = sizeof(cookie_name) - 1;
	size_t found = 0;

	token[0] = '\0';
	while (field.len > 0) {
		const char *end = memchr(field.ptr, ';', field.len);
		const size_t len = end ? (size_t)(end - field.ptr) : field.len;
		struct span pair = { field.ptr, len };

		field.ptr += end ? len + 1 : len;
		field.len -= end ? len + 1 : len;
		for (; pair.len > 0 && *pair.ptr == ' '; pair.len--)
			pair.ptr++;
		if (pair.len <= name_len || memcmp(pair.ptr, cookie_name, name_len) != 0 ||
		    pair.ptr[name_len] != '=')
			continue;
		found++;
		if (pair.len - name_len - 1 != TOKEN_LEN)
			continue;
		memcpy(token, pair.ptr + name_len + 1, TOKEN_LEN);
		token[TOKEN_LEN] = '\0';
	}
	return found == 1 && is_token(token, strlen(token));
}

void console_cookie_write(const char *token, bool secure, struct buf *out)
{
	BUF_JOIN(out, cookie_name, "=", token, "; Path=/console; HttpOnly; SameSite=Strict",
	         secure ? "; Secure" : "", token[0] ? "" : "; Max-Age=0");
}

/* --- what it is answered with --- */

static void add_names(cJSON *object, const char *name, const char *const *names, size_t count)
{
	cJSON *array = cJSON_AddArrayToObject(object, name);

	for (size_t i = 0; i < count; i++)
		cJSON_AddItemToArray(array, cJSON_CreateString(names[i]));
}

static cJSON *object_of_me(const struct console_me *me)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "name", me->name);
	add_names(object, "roles", me->roles, me->role_count);
	add_names(object, "may", me->actions, me->action_count);
	cJSON_AddStringToObject(object, "csrf", me->csrf);
	cJSON_AddBoolToObject(object, "password", me->password);
	cJSON_AddBoolToObject(object, "totp", me->totp);
	cJSON_AddBoolToObject(object, "records", me->records);
	cJSON_AddNumberToObject(object, "idle_s", (double)me->idle_s);
	cJSON_AddNumberToObject(object, "expires_s", (double)me->expires_s);
	cJSON_AddStringToObject(object, "office", me->office);
	cJSON_AddStringToObject(object, "knowledge", me->knowledge);
	return object;
}

static cJSON *object_of_session(const struct console_session *session)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "id", session->session.id);
	cJSON_AddBoolToObject(object, "current", session->current);
	message_add_time(object, "since", session->session.since_ms);
	message_add_time(object, "seen", session->session.seen_ms);
	cJSON_AddStringToObject(object, "address", session->session.address);
	cJSON_AddStringToObject(object, "browser", session->session.browser);
	return object;
}

static cJSON *object_of_sessions(const struct console_answer *answer)
{
	cJSON *object = cJSON_CreateObject();
	cJSON *array = cJSON_AddArrayToObject(object, "sessions");

	for (size_t i = 0; i < answer->session_count; i++)
		cJSON_AddItemToArray(array, object_of_session(&answer->sessions[i]));
	return object;
}

static cJSON *object_of_secret(const struct console_answer *answer)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "secret", answer->secret);
	cJSON_AddStringToObject(object, "uri", answer->uri);
	return object;
}

static void add_span(cJSON *object, const char *name, struct span text)
{
	char *copy = strndup(text.ptr, text.len);

	cJSON_AddItemToObject(object, name, copy ? cJSON_CreateString(copy) : NULL);
	free(copy);
}

/* NULL becomes null. */
static void add_text(cJSON *object, const char *name, const char *text)
{
	cJSON_AddItemToObject(object, name, text ? cJSON_CreateString(text) : cJSON_CreateNull());
}

/* "1=excluded,2=applies" as an array. */
static void add_verdicts(cJSON *object, struct span verdicts)
{
	cJSON *array = cJSON_AddArrayToObject(object, "verdicts");

	while (verdicts.len > 0) {
		const char *comma = memchr(verdicts.ptr, ',', verdicts.len);
		const size_t len = comma ? (size_t)(comma - verdicts.ptr) : verdicts.len;
		const char *equals = memchr(verdicts.ptr, '=', len);

		if (equals) {
			const size_t id_len = (size_t)(equals - verdicts.ptr);
			cJSON *one = cJSON_CreateObject();

			add_span(one, "case", (struct span){ verdicts.ptr, id_len });
			add_span(one, "verdict", (struct span){ equals + 1, len - id_len - 1 });
			cJSON_AddItemToArray(array, one);
		}
		verdicts.ptr += comma ? len + 1 : len;
		verdicts.len -= comma ? len + 1 : len;
	}
}

static cJSON *object_of_receipt_entry(const struct receipt_entry *entry)
{
	cJSON *object = cJSON_CreateObject();

	add_span(object, "entry", entry->id);
	if (entry->entry && entry->entry->number > 0)
		cJSON_AddNumberToObject(object, "number", entry->entry->number);
	else
		cJSON_AddNullToObject(object, "number");
	add_text(object, "question", entry->entry ? entry->entry->question : NULL);
	if (entry->lead.len > 0)
		add_span(object, "case", entry->lead);
	else
		cJSON_AddNullToObject(object, "case");
	add_verdicts(object, entry->verdicts);
	/* They are JSON already. */
	cJSON_AddItemToObject(object, "shown",
	                      entry->shown.len > 0 ? cJSON_CreateRaw(entry->shown.ptr)
	                                           : cJSON_CreateNull());
	return object;
}

static void add_rating(cJSON *object, const struct journal_rating *rating)
{
	cJSON *one;

	if (!rating->value) {
		cJSON_AddNullToObject(object, "rating");
		return;
	}
	one = cJSON_AddObjectToObject(object, "rating");
	cJSON_AddStringToObject(one, "value", rating->value);
	add_span(one, "reason", rating->reason);
}

static cJSON *object_of_turn(const struct receipt_turn *turn)
{
	cJSON *object = cJSON_CreateObject();
	cJSON *entries;

	message_add_time(object, "at", turn->turn.at_ms);
	add_text(object, "channel", turn->turn.channel);
	add_span(object, "question", turn->turn.question);
	add_text(object, "outcome", turn->turn.outcome);
	add_text(object, "reason", turn->turn.reason);
	add_text(object, "topic", turn->turn.topic);
	cJSON_AddNumberToObject(object, "confidence", turn->turn.confidence);
	add_text(object, "knowledge", turn->turn.knowledge);
	cJSON_AddBoolToObject(object, "same_knowledge", turn->same_knowledge);
	entries = cJSON_AddArrayToObject(object, "entries");
	for (size_t i = 0; i < turn->entry_count; i++)
		cJSON_AddItemToArray(entries, object_of_receipt_entry(&turn->entries[i]));
	add_rating(object, &turn->rating);
	/* It is JSON already. */
	cJSON_AddItemToObject(object, "today", cJSON_CreateRaw(turn->today.ptr));
	return object;
}

static cJSON *object_of_receipt(const struct receipt_view *view)
{
	size_t count;
	const struct receipt_turn *turns = receipt_view_turns(view, &count);
	cJSON *object = cJSON_CreateObject();
	cJSON *array;

	cJSON_AddStringToObject(object, "receipt", count > 0 ? turns[0].turn.receipt : "");
	array = cJSON_AddArrayToObject(object, "turns");
	for (size_t i = 0; i < count; i++)
		cJSON_AddItemToArray(array, object_of_turn(&turns[i]));
	return object;
}

static cJSON *object_of_field(const struct console_answer *answer)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "field", answer->field);
	cJSON_AddStringToObject(object, "value", answer->value);
	return object;
}

enum status console_write(const struct console_answer *answer, struct buf *out)
{
	switch (answer->kind) {
	case CONSOLE_ME:
	case CONSOLE_WHO:
		return answer->me ? message_write(object_of_me(answer->me), out) : STATUS_OK;
	case CONSOLE_SESSIONS:
		return message_write(object_of_sessions(answer), out);
	case CONSOLE_TOTP_BEGIN:
		return message_write(object_of_secret(answer), out);
	case CONSOLE_RECEIPT:
		return message_write(object_of_receipt(answer->receipt), out);
	case CONSOLE_PERSON:
	case CONSOLE_PERSON_SAID:
		return person_write(answer->person, out);
	case CONSOLE_PERSON_REVEAL:
		return message_write(object_of_field(answer), out);
	case CONSOLE_CHANNELS:
	case CONSOLE_SWITCH:
	case CONSOLE_NOTICE:
	case CONSOLE_NOTICE_END:
		return bulletin_write(answer->bulletin, out);
	case CONSOLE_TODAY:
		return today_write(answer->today, out);
	case CONSOLE_LOOK_UP:
		return lookup_write_answer(answer->knowledge, answer->typed, answer->found, out);
	case CONSOLE_SHOW:
		return lookup_write_entry(answer->shown, out);
	case CONSOLE_QUEUE:
	case CONSOLE_TAKE:
	case CONSOLE_SAY:
	case CONSOLE_HAND_BACK:
	case CONSOLE_CLOSE:
	case CONSOLE_BEAT:
	case CONSOLE_TRANSCRIPT:
	case CONSOLE_COLLEAGUES:
	case CONSOLE_CALL_BACKS:
	case CONSOLE_CALL_NUMBER:
	case CONSOLE_CALL_CLOSE:
	case CONSOLE_EVENTS:
		return chats_write_desk(answer, out);
	default:
		buf_append(out, answer->written.ptr, answer->written.len);
		return buf_status(out);
	}
}
