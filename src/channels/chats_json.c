#include "channels/chats_json.h"

#include <string.h>

#include "channels/message.h"

enum { CHAT_LEN = DIGEST_HEX_SIZE - 1, WORD_BYTES_MOST = 32, NUMBER_DIGITS = 15 };

/* --- what is asked --- */

static bool is_chat(const char *text, size_t len)
{
	return len == CHAT_LEN && strspn(text, "0123456789abcdef") >= len;
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

	if (!read_text(object, "outcome", HANDOVER_OUTCOME_SIZE - 1, &ask->outcome))
		return false;
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
		if (strcmp(ask->outcome, outcomes[i]) == 0)
			return true;
	return false;
}

bool chats_read(const cJSON *object, struct console_ask *ask)
{
	if (ask->kind == CONSOLE_TAKE || ask->kind == CONSOLE_BEAT)
		return true;
	if (!read_text(object, "chat", CHAT_LEN, &ask->chat) ||
	    !is_chat(ask->chat, strlen(ask->chat)) || !read_epoch(object, ask))
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

static void add_event(cJSON *array, const struct handover_event *event)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddNumberToObject(object, "n", (double)event->n);
	cJSON_AddStringToObject(object, "kind", handover_kind_name(event->kind));
	cJSON_AddStringToObject(object, "from", event->who);
	cJSON_AddStringToObject(object, "text", event->text.ptr);
	cJSON_AddBoolToObject(object, "masked", event->masked);
	message_add_time(object, "at", event->at_ms);
	cJSON_AddItemToArray(array, object);
}

static void add_events(cJSON *object, const struct handover_events *events)
{
	cJSON *array = cJSON_AddArrayToObject(object, "events");

	for (size_t i = 0; i < events->count; i++)
		add_event(array, &events->items[i]);
}

enum status chats_write_events(const struct handover_events *events, struct buf *out)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "state", handover_state_name(events->of.state));
	cJSON_AddStringToObject(object, "with", events->of.holder_name);
	cJSON_AddNumberToObject(object, "place", (double)events->of.place);
	cJSON_AddNumberToObject(object, "last", (double)events->of.n);
	add_events(object, events);
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

enum status chats_write_desk(enum console_kind kind, const struct desk_view *view, struct buf *out)
{
	cJSON *object, *array;

	if (view->of)
		return message_write(object_of_case(view->of), out);
	if (kind == CONSOLE_BEAT)
		return STATUS_OK;
	object = cJSON_CreateObject();
	if (kind == CONSOLE_QUEUE) {
		add_cases(object, "waiting", view->waiting, view->waiting_count);
		add_cases(object, "held", view->held, view->held_count);
		return message_write(object, out);
	}
	cJSON_AddNumberToObject(object, "waiting", (double)view->waiting_count);
	array = cJSON_AddArrayToObject(object, "chats");
	for (size_t i = 0; i < view->held_count; i++) {
		cJSON *one = object_of_case(&view->events[i].of);

		add_events(one, &view->events[i]);
		cJSON_AddItemToArray(array, one);
	}
	return message_write(object, out);
}
