#include "service/console/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "office/journal/transcript.h"
#include "service/chats.h"

enum {
	ARENA_BYTES = 64 << 20,
	MASKED_SIZE = 2 * CONSOLE_SAY_BYTES + 1,
	JOURNAL_NAME_LEN = 16, /* of the hash, that the journal keeps of a conversation */
};

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
	struct transcript transcript;
	struct handover_events said;
	char number[HANDOVER_NUMBER_SIZE];
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

	if (status == STATUS_OK)
		status = handover_held(handover, operator_id, desk->arena, &view->held,
		                       &view->held_count);
	return status == STATUS_OK
	               ? handover_calls(handover, desk->arena, &view->calls, &view->call_count)
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

		status =
		        handover_events(handover, conversation, cursor_of(desk, conversation),
		                        HANDOVER_EVENTS_MOST, operator_id, desk->arena, &events[i]);
	}
	view->events = events;
	return status;
}

/* Of a conversation that concerns operators now; masked, whoever holds it. */
static enum status read_transcript(struct desk *desk, struct handover *handover,
                                   const struct journal_settings *journal)
{
	const int64_t most = HANDOVER_EVENTS_MOST;
	char session[JOURNAL_NAME_LEN + 1];
	struct handover_events *said = &desk->said;
	enum status status = handover_events(handover, desk->chat, 0, 1, NULL, desk->arena, said);

	if (status != STATUS_OK)
		return status;
	if (said->of.state != HANDOVER_WAITING && said->of.state != HANDOVER_WITH &&
	    said->of.call != HANDOVER_CALL_OPEN)
		return STATUS_NOT_FOUND;
	status = handover_events(handover, desk->chat, said->of.n > most ? said->of.n - most : 0,
	                         HANDOVER_EVENTS_MOST, NULL, desk->arena, said);
	if (status != STATUS_OK)
		return status;
	snprintf(session, sizeof(session), "%.16s", desk->chat);
	if (journal->file[0])
		status = journal_read_transcript(journal->file, journal->busy_ms, session,
		                                 desk->arena, &desk->transcript);
	/* Nothing was journalled yet. */
	if (status == STATUS_NOT_FOUND)
		status = STATUS_OK;
	desk->view.transcript = &desk->transcript;
	desk->view.said = said;
	return status;
}

static enum status do_read(struct desk *desk, struct handover *handover,
                           const struct journal_settings *journal, const char *operator_id)
{
	struct desk_view *view = &desk->view;

	switch (desk->kind) {
	case CONSOLE_QUEUE:
		return list(desk, handover, operator_id);
	case CONSOLE_EVENTS:
		return read_events(desk, handover, operator_id);
	case CONSOLE_TRANSCRIPT:
		return read_transcript(desk, handover, journal);
	case CONSOLE_COLLEAGUES:
		return handover_colleagues(handover, operator_id, desk->arena, &view->colleagues,
		                           &view->colleague_count);
	case CONSOLE_CALL_BACKS:
		return handover_calls(handover, desk->arena, &view->calls, &view->call_count);
	case CONSOLE_CALL_NUMBER:
		view->number = desk->number;
		return handover_number(handover, desk->chat, desk->number);
	default:
		return STATUS_INTERNAL;
	}
}

static enum status do_change(struct desk *desk, struct handover *handover,
                             const struct handover_operator *who)
{
	const struct handover_said said = { desk->has_ref ? desk->ref : NULL, span_of(desk->text),
		                            span_of(desk->masked) };

	switch (desk->kind) {
	case CONSOLE_BEAT:
		return handover_beat(handover, who);
	case CONSOLE_TAKE:
		return handover_take(handover, who, desk->chat[0] ? desk->chat : NULL, &desk->row);
	case CONSOLE_SAY:
		return handover_say(handover, who, desk->chat, desk->epoch, &said, &desk->row);
	case CONSOLE_HAND_BACK:
		return handover_give(handover, who, desk->chat, desk->epoch, desk->to,
		                     desk->colleague, &desk->row);
	case CONSOLE_CLOSE:
		return handover_end(handover, who, desk->chat, desk->epoch, desk->outcome,
		                    &desk->row);
	case CONSOLE_CALL_CLOSE:
		return handover_called(handover, who, desk->chat, desk->outcome, &desk->row);
	default:
		return STATUS_INTERNAL;
	}
}

static bool changes(enum console_kind kind)
{
	return kind == CONSOLE_BEAT || kind == CONSOLE_TAKE || kind == CONSOLE_SAY ||
	       kind == CONSOLE_HAND_BACK || kind == CONSOLE_CLOSE || kind == CONSOLE_CALL_CLOSE;
}

static enum refusal refusal_of(enum console_kind kind, enum status status)
{
	switch (status) {
	case STATUS_OK:
		return REFUSAL_NONE;
	case STATUS_NOT_FOUND:
		return kind == CONSOLE_HAND_BACK ? REFUSAL_COLLEAGUE_AWAY : REFUSAL_NO_CHAT;
	case STATUS_CLOSED:
		return REFUSAL_NOT_HELD;
	case STATUS_LIMIT:
		return REFUSAL_BAD_MEMBER;
	default:
		return REFUSAL_INTERNAL;
	}
}

enum status desk_run(struct desk *desk, struct handover *handover,
                     const struct journal_settings *journal, const struct handover_operator *who,
                     enum refusal *refusal)
{
	enum status status;

	arena_reset(desk->arena);
	desk->view = (struct desk_view){ .chat = desk->chat };
	status = changes(desk->kind) ? do_change(desk, handover, who)
	                             : do_read(desk, handover, journal, who->id);
	*refusal = refusal_of(desk->kind, status);
	if (status == STATUS_OK && desk->row.n > 0)
		desk->view.of = &desk->row;
	return status;
}

const char *desk_chat(const struct desk *desk)
{
	return desk->view.of ? desk->row.conversation : desk->chat;
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
