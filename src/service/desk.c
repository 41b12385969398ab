#include "service/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/chats.h"

enum { ARENA_BYTES = 64 << 20, MASKED_SIZE = 2 * CONSOLE_SAY_BYTES + 1 };

struct desk {
	enum console_kind kind;
	char chat[DIGEST_HEX_SIZE];
	int64_t epoch;
	char ref[HANDOVER_REF_MOST + 1];
	bool has_ref;
	char text[CONSOLE_SAY_BYTES + 1], masked[MASKED_SIZE];
	enum handover_kind to;
	char colleague[HANDOVER_NAME_SIZE], outcome[HANDOVER_OUTCOME_SIZE];
	struct console_cursor cursors[CONSOLE_CURSORS_MOST];
	size_t cursor_count;
	int64_t waiting; /* so many that the page knows of; -1: it does not say */
	struct arena *arena;
	struct handover_case row;
	struct desk_view view;
};

static bool copy_text(const char *text, char *to, size_t size)
{
	return !text || (size_t)snprintf(to, size, "%s", text) < size;
}

enum refusal desk_create(struct desk **out, const struct console_ask *ask)
{
	struct desk *desk = calloc(1, sizeof(*desk));

	*out = desk;
	if (!desk || arena_create(&desk->arena, ARENA_BYTES) != STATUS_OK)
		return REFUSAL_INTERNAL;
	desk->kind = ask->kind;
	desk->epoch = ask->epoch;
	desk->to = ask->to;
	desk->has_ref = ask->ref != NULL;
	desk->cursor_count = ask->cursor_count;
	desk->waiting = ask->waiting;
	if (ask->cursor_count > 0)
		memcpy(desk->cursors, ask->cursors, ask->cursor_count * sizeof(*ask->cursors));
	return copy_text(ask->chat, desk->chat, sizeof(desk->chat)) &&
	                       copy_text(ask->ref, desk->ref, sizeof(desk->ref)) &&
	                       copy_text(ask->text, desk->text, sizeof(desk->text)) &&
	                       copy_text(ask->colleague, desk->colleague,
	                                 sizeof(desk->colleague)) &&
	                       copy_text(ask->outcome, desk->outcome, sizeof(desk->outcome))
	               ? REFUSAL_NONE
	               : REFUSAL_BAD_MEMBER;
}

void desk_destroy(struct desk *desk)
{
	if (!desk)
		return;
	arena_destroy(desk->arena);
	explicit_bzero(desk, sizeof(*desk));
	free(desk);
}

enum refusal desk_mask(struct desk *desk, struct service *service)
{
	struct privacy_masked masked;

	if (desk->kind != CONSOLE_SAY)
		return REFUSAL_NONE;
	arena_reset(service->arena);
	if (privacy_mask(service->snapshot->privacy, span_of(desk->text), NULL, service->arena,
	                 &masked) != STATUS_OK ||
	    (size_t)snprintf(desk->masked, sizeof(desk->masked), "%.*s", SPAN_ARGS(masked.text)) >=
	            sizeof(desk->masked))
		return REFUSAL_TOO_LONG;
	return REFUSAL_NONE;
}

static int64_t cursor_of(const struct desk *desk, const char *conversation)
{
	for (size_t i = 0; i < desk->cursor_count; i++)
		if (strcmp(desk->cursors[i].chat, conversation) == 0)
			return desk->cursors[i].n;
	return 0;
}

static enum status list(struct desk *desk, struct handover *handover, const char *operator_id)
{
	struct desk_view *view = &desk->view;
	enum status status =
	        handover_queue(handover, desk->arena, &view->waiting, &view->waiting_count);

	return status == STATUS_OK ? handover_held(handover, operator_id, desk->arena, &view->held,
	                                           &view->held_count)
	                           : status;
}

/* Of all that they hold. One that went to somebody else meanwhile is read as everybody reads it. */
static enum status read_events(struct desk *desk, struct handover *handover,
                               const char *operator_id)
{
	struct desk_view *view = &desk->view;
	enum status status = list(desk, handover, operator_id);
	struct handover_events *events;

	if (status != STATUS_OK || view->held_count == 0)
		return status;
	events = arena_array(desk->arena, view->held_count, sizeof(*events));
	if (!events)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; status == STATUS_OK && i < view->held_count; i++) {
		const char *conversation = view->held[i].conversation;

		status = handover_events(handover, conversation, cursor_of(desk, conversation),
		                         operator_id, desk->arena, &events[i]);
	}
	view->events = events;
	return status;
}

enum status desk_run(struct desk *desk, struct handover *handover,
                     const struct handover_operator *who, enum refusal *refusal)
{
	const struct handover_said said = { desk->has_ref ? desk->ref : NULL, span_of(desk->text),
		                            span_of(desk->masked) };
	enum status status = STATUS_INTERNAL;

	*refusal = REFUSAL_NONE;
	arena_reset(desk->arena);
	desk->view = (struct desk_view){ .of = NULL };
	switch (desk->kind) {
	case CONSOLE_QUEUE:
		status = list(desk, handover, who->id);
		break;
	case CONSOLE_EVENTS:
		status = read_events(desk, handover, who->id);
		break;
	case CONSOLE_BEAT:
		status = handover_beat(handover, who->id);
		break;
	case CONSOLE_TAKE:
		status = handover_take(handover, who, &desk->row);
		break;
	case CONSOLE_SAY:
		status = handover_say(handover, who, desk->chat, desk->epoch, &said, &desk->row);
		break;
	case CONSOLE_HAND_BACK:
		status = handover_give(handover, who, desk->chat, desk->epoch, desk->to,
		                       desk->colleague, &desk->row);
		break;
	case CONSOLE_CLOSE:
		status = handover_end(handover, who, desk->chat, desk->epoch, desk->outcome,
		                      &desk->row);
		break;
	default:
		break;
	}
	*refusal = status == STATUS_NOT_FOUND ? REFUSAL_NO_CHAT
	           : status == STATUS_CLOSED  ? REFUSAL_NOT_HELD
	           : status == STATUS_LIMIT   ? REFUSAL_BAD_MEMBER
	           : status == STATUS_OK      ? REFUSAL_NONE
	                                      : REFUSAL_INTERNAL;
	if (status == STATUS_OK && desk->row.n > 0)
		desk->view.of = &desk->row;
	return status;
}

void desk_note(const struct desk *desk, struct service *service)
{
	if (desk->view.of)
		chats_note(service, desk->view.of);
}

bool desk_is_idle(const struct desk *desk)
{
	const struct desk_view *view = &desk->view;

	if (desk->kind != CONSOLE_EVENTS || desk->waiting != (int64_t)view->waiting_count ||
	    view->held_count != desk->cursor_count)
		return false;
	for (size_t i = 0; i < view->held_count; i++)
		if (view->events[i].count > 0)
			return false;
	return true;
}

const struct desk_view *desk_view(const struct desk *desk)
{
	return &desk->view;
}
