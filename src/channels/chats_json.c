/*
 * Reading: each kind of body has its members, which are checked one by one; a name or a number that
 * could be none is refused before the service sees it. Writing: a case, an event and a state have
 * one function each, for both sides; `to_applicant` leaves out what is the office's. The answer to
 * an operator is made by a function a kind (chats_write_desk()).
 */
#include "channels/chats_json.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "channels/message.h"
#include "office/journal/transcript.h"
#include "service/chats.h"

enum {
	CHAT_LEN = DIGEST_HEX_SIZE - 1,
	WORD_BYTES_MOST = 32,
	NUMBER_DIGITS = 15,
	ENTRY_ID_SIZE = 129,
};

/* --- what is asked --- */

static bool is_chat(const char *text, size_t len)
{
	return len == CHAT_LEN && strspn(text, "0123456789abcdef") >= len;
}

bool chats_is_chat(struct span text)
{
	return is_chat(text.ptr, text.len);
}

static bool read_epoch(const cJSON *object, struct console_ask *ask)
{
	const cJSON *epoch = cJSON_GetObjectItemCaseSensitive(object, "epoch");

	if (!cJSON_IsNumber(epoch) || epoch->valuedouble < 0 || epoch->valuedouble > 1e15)
		return false;
	ask->epoch = (int64_t)epoch->valuedouble;
	return true;
}

static bool read_text(const cJSON *object, const char *name, size_t most, const char **out)
{
	return message_string(object, name, out) && *out && **out && strlen(*out) <= most;
}

static bool read_to(const cJSON *object, struct console_ask *ask)
{
	static const struct {
		const char *name;
		enum handover_kind kind;
	} places[] = { { "bot", HANDOVER_TO_BOT },
		       { "queue", HANDOVER_TO_QUEUE },
		       { "colleague", HANDOVER_TO_COLLEAGUE } };
	const char *to;

	if (!read_text(object, "to", WORD_BYTES_MOST, &to))
		return false;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (strcmp(to, places[i].name) != 0)
			continue;
		ask->to = places[i].kind;
		return ask->to != HANDOVER_TO_COLLEAGUE ||
		       read_text(object, "colleague", HANDOVER_NAME_SIZE - 1, &ask->colleague);
	}
	return false;
}

static bool read_outcome(const cJSON *object, struct console_ask *ask)
{
	static const char *const outcomes[] = { "solved", "unsolved", "call_back", "left" };
	static const char *const calls[] = { "reached", "not_reached", "wrong_number" };
	const bool of_call = ask->kind == CONSOLE_CALL_CLOSE;
	const char *const *among = of_call ? calls : outcomes;
	const size_t count =
	        of_call ? sizeof(calls) / sizeof(calls[0]) : sizeof(outcomes) / sizeof(outcomes[0]);

	if (!read_text(object, "outcome", HANDOVER_OUTCOME_SIZE - 1, &ask->outcome))
		return false;
	for (size_t i = 0; i < count; i++)
		if (strcmp(ask->outcome, among[i]) == 0)
			return true;
	return false;
}

/* Reads it if `needed`, or if there is one. */
static bool read_chat(const cJSON *object, bool needed, struct console_ask *ask)
{
	if (!message_string(object, "chat", &ask->chat))
		return false;
	return ask->chat ? is_chat(ask->chat, strlen(ask->chat)) : !needed;
}

bool chats_read(const cJSON *object, struct console_ask *ask)
{
	if (ask->kind == CONSOLE_BEAT)
		return true;
	if (ask->kind == CONSOLE_TAKE)
		return read_chat(object, false, ask);
	if (!read_chat(object, true, ask))
		return false;
	if (ask->kind == CONSOLE_CALL_NUMBER)
		return true;
	if (ask->kind == CONSOLE_CALL_CLOSE)
		return read_outcome(object, ask);
	if (!read_epoch(object, ask))
		return false;
	switch (ask->kind) {
	case CONSOLE_SAY:
		return read_text(object, "id", HANDOVER_REF_MOST, &ask->ref) &&
		       read_text(object, "text", CONSOLE_SAY_BYTES, &ask->text);
	case CONSOLE_HAND_BACK:
		return read_to(object, ask);
	case CONSOLE_CLOSE:
		return read_outcome(object, ask);
	default:
		return false;
	}
}

enum refusal chats_read_call_back(const cJSON *object, struct call_back_claim *out)
{
	if (!message_string(object, "number", &out->number) || !out->number ||
	    !message_string(object, "text", &out->text))
		return REFUSAL_BAD_MEMBER;
	return out->text && (strlen(out->text) > CALL_BACK_TEXT_BYTES ||
	                     utf8_length(span_of(out->text)) > CALL_BACK_TEXT_POINTS)
	               ? REFUSAL_BAD_MEMBER
	               : REFUSAL_NONE;
}

bool chats_read_number(struct span text, int64_t *out)
{
	*out = 0;
	if (text.len == 0 || text.len > NUMBER_DIGITS)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		*out = *out * 10 + (text.ptr[i] - '0');
	}
	return true;
}

bool chats_read_cursors(struct span text, struct console_cursor out[CONSOLE_CURSORS_MOST],
                        size_t *count)
{
	*count = 0;
	while (text.len > 0) {
		const char *comma = memchr(text.ptr, ',', text.len);
		const size_t len = comma ? (size_t)(comma - text.ptr) : text.len;
		struct console_cursor *cursor = &out[*count];

		if (*count == CONSOLE_CURSORS_MOST || len <= CHAT_LEN + 1 ||
		    text.ptr[CHAT_LEN] != '.')
			return false;
		memcpy(cursor->chat, text.ptr, CHAT_LEN);
		cursor->chat[CHAT_LEN] = '\0';
		if (!is_chat(cursor->chat, strlen(cursor->chat)) ||
		    !chats_read_number((struct span){ text.ptr + CHAT_LEN + 1, len - CHAT_LEN - 1 },
		                       &cursor->n))
			return false;
		++*count;
		text.ptr += comma ? len + 1 : len;
		text.len -= comma ? len + 1 : len;
	}
	return true;
}

/* --- what it is answered with --- */

/* Members are added to it. `to_applicant`: whom it was handed to is not told. */
static void fill_event(cJSON *object, const struct handover_event *event, bool to_applicant)
{
	const bool hidden = to_applicant && event->kind == HANDOVER_TO_COLLEAGUE;

	cJSON_AddNumberToObject(object, "n", (double)event->n);
	cJSON_AddStringToObject(object, "kind", handover_kind_name(event->kind));
	if (event->ref)
		cJSON_AddStringToObject(object, "id", event->ref);
	cJSON_AddStringToObject(object, "from", event->who);
	cJSON_AddStringToObject(object, "text", hidden ? "" : event->text.ptr);
	cJSON_AddBoolToObject(object, "masked", event->masked);
	message_add_time(object, "at", event->at_ms);
}

static void add_events(cJSON *object, const struct handover_events *events, bool to_applicant)
{
	cJSON *array = cJSON_AddArrayToObject(object, "events");

	for (size_t i = 0; i < events->count; i++) {
		cJSON *one = cJSON_CreateObject();

		fill_event(one, &events->items[i], to_applicant);
		cJSON_AddItemToArray(array, one);
	}
}

static void fill_state(cJSON *object, const struct chats_state *state)
{
	const struct handover_case *of = state->of;

	cJSON_AddStringToObject(object, "state", handover_state_name(of->state));
	cJSON_AddStringToObject(object, "with", of->holder_name);
	cJSON_AddNumberToObject(object, "place", (double)state->place);
	cJSON_AddNumberToObject(object, "last", (double)of->n);
	cJSON_AddStringToObject(object, "outcome", of->outcome);
	cJSON_AddBoolToObject(object, "open", state->open);
	cJSON_AddBoolToObject(object, "on_duty", state->on_duty);
	cJSON_AddStringToObject(object, "hours", state->hours);
	cJSON_AddStringToObject(object, "call_back", handover_call_name(of->call));
}

enum status chats_write_events(const struct handover_events *events,
                               const struct chats_state *state, struct buf *out)
{
	cJSON *object = cJSON_CreateObject();

	fill_state(object, state);
	add_events(object, events, true);
	return message_write(object, out);
}

enum status chats_write_event(const struct handover_event *event, struct buf *out)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "type", "event");
	fill_event(object, event, true);
	return message_write(object, out);
}

enum status chats_write_state(const struct chats_state *state, struct buf *out)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "type", "state");
	fill_state(object, state);
	return message_write(object, out);
}

static cJSON *object_of_case(const struct handover_case *one)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "chat", one->conversation);
	cJSON_AddStringToObject(object, "state", handover_state_name(one->state));
	cJSON_AddNumberToObject(object, "epoch", (double)one->epoch);
	cJSON_AddNumberToObject(object, "last", (double)one->n);
	cJSON_AddNumberToObject(object, "place", (double)one->place);
	cJSON_AddStringToObject(object, "with", one->holder_name);
	cJSON_AddStringToObject(object, "for", one->wanted);
	message_add_time(object, "since", one->since_ms);
	return object;
}

static void add_cases(cJSON *object, const char *name, const struct handover_case *cases,
                      size_t count)
{
	cJSON *array = cJSON_AddArrayToObject(object, name);

	for (size_t i = 0; i < count; i++)
		cJSON_AddItemToArray(array, object_of_case(&cases[i]));
}

static void add_answers(cJSON *object, const struct knowledge *knowledge, struct span ids)
{
	cJSON *array = cJSON_AddArrayToObject(object, "answers");

	while (ids.len > 0) {
		const char *end = memchr(ids.ptr, ' ', ids.len);
		const size_t len = end ? (size_t)(end - ids.ptr) : ids.len;
		const struct span name = { ids.ptr, len };
		char id[ENTRY_ID_SIZE];

		if (snprintf(id, sizeof(id), "%.*s", SPAN_ARGS(name)) > 0) {
			const struct entry *entry = knowledge_find(knowledge, id);
			cJSON *one = cJSON_CreateObject();

			cJSON_AddStringToObject(one, "entry", id);
			cJSON_AddStringToObject(one, "question", entry ? entry->question : "");
			cJSON_AddItemToArray(array, one);
		}
		ids.ptr += end ? len + 1 : len;
		ids.len -= end ? len + 1 : len;
	}
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static cJSON *object_of_turn(const struct journal_turn *turn, const struct knowledge *knowledge)
{
	cJSON *object = cJSON_CreateObject();

	message_add_time(object, "at", turn->at_ms);
	/* From an arena: it ends with a zero byte. */
	cJSON_AddStringToObject(object, "question", turn->question.ptr);
	cJSON_AddStringToObject(object, "outcome", or_empty(turn->outcome));
	cJSON_AddItemToObject(object, "reason",
	                      turn->reason ? cJSON_CreateString(turn->reason) : cJSON_CreateNull());
	cJSON_AddStringToObject(object, "receipt", or_empty(turn->receipt));
	add_answers(object, knowledge, turn->entries);
	return object;
}

static cJSON *object_of_transcript(const struct desk_view *view, const struct knowledge *knowledge)
{
	cJSON *object = cJSON_CreateObject();
	cJSON *turns;

	cJSON_AddStringToObject(object, "chat", view->chat);
	cJSON_AddBoolToObject(object, "more",
	                      view->transcript->more ||
	                              (view->said->count > 0 && view->said->items[0].n > 1));
	turns = cJSON_AddArrayToObject(object, "turns");
	for (size_t i = 0; i < view->transcript->count; i++)
		cJSON_AddItemToArray(turns, object_of_turn(&view->transcript->turns[i], knowledge));
	add_events(object, view->said, false);
	return object;
}

static cJSON *object_of_colleagues(const struct desk_view *view)
{
	cJSON *object = cJSON_CreateObject();
	cJSON *array = cJSON_AddArrayToObject(object, "colleagues");

	for (size_t i = 0; i < view->colleague_count; i++) {
		cJSON *one = cJSON_CreateObject();

		cJSON_AddStringToObject(one, "name", view->colleagues[i].name);
		cJSON_AddNumberToObject(one, "held", (double)view->colleagues[i].held);
		cJSON_AddItemToArray(array, one);
	}
	return object;
}

static cJSON *object_of_calls(const struct desk_view *view)
{
	cJSON *object = cJSON_CreateObject();
	cJSON *array = cJSON_AddArrayToObject(object, "call_backs");

	for (size_t i = 0; i < view->call_count; i++) {
		cJSON *one = cJSON_CreateObject();

		cJSON_AddStringToObject(one, "chat", view->calls[i].conversation);
		message_add_time(one, "since", view->calls[i].since_ms);
		cJSON_AddStringToObject(one, "text", view->calls[i].text);
		cJSON_AddItemToArray(array, one);
	}
	return object;
}

static cJSON *object_of_number(const struct desk_view *view)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "chat", view->chat);
	cJSON_AddStringToObject(object, "number", view->number);
	return object;
}

static cJSON *object_of_queue(const struct desk_view *view)
{
	cJSON *object = cJSON_CreateObject();

	add_cases(object, "waiting", view->waiting, view->waiting_count);
	add_cases(object, "held", view->held, view->held_count);
	cJSON_AddNumberToObject(object, "call_backs", (double)view->call_count);
	return object;
}

static cJSON *object_of_held(const struct desk_view *view)
{
	cJSON *object = cJSON_CreateObject();
	cJSON *array;

	cJSON_AddNumberToObject(object, "waiting", (double)view->waiting_count);
	cJSON_AddNumberToObject(object, "call_backs", (double)view->call_count);
	array = cJSON_AddArrayToObject(object, "chats");
	for (size_t i = 0; i < view->held_count; i++) {
		cJSON *one = object_of_case(&view->events[i].of);

		add_events(one, &view->events[i], false);
		cJSON_AddBoolToObject(one, "typing", i < 64 && (view->typing >> i & 1));
		cJSON_AddItemToArray(array, one);
	}
	return object;
}

enum status chats_write_desk(const struct console_answer *answer, struct buf *out)
{
	const struct desk_view *view = answer->desk;

	if (view->of)
		return message_write(object_of_case(view->of), out);
	switch (answer->kind) {
	case CONSOLE_QUEUE:
		return message_write(object_of_queue(view), out);
	case CONSOLE_EVENTS:
		return message_write(object_of_held(view), out);
	case CONSOLE_TRANSCRIPT:
		return message_write(object_of_transcript(view, answer->knowledge), out);
	case CONSOLE_COLLEAGUES:
		return message_write(object_of_colleagues(view), out);
	case CONSOLE_CALL_BACKS:
		return message_write(object_of_calls(view), out);
	case CONSOLE_CALL_NUMBER:
		return message_write(object_of_number(view), out);
	default:
		return STATUS_OK;
	}
}
