/*
 * How it works. Lists are one statement each. A case's events are read with what their reader may
 * see as it was typed: the applicant and the operator who holds the case, until the other side has
 * read it; everybody else reads what is stored masked.
 */
#include <assert.h>
#include <string.h>

#include "office/handover/handover_rows.h"

enum { CASES_MOST = 1000, RECENT_MS = 60000 };

static enum status read_cases(struct tx *tx, const char *sql, const struct cell *value,
                              struct arena *arena, struct handover_list *list)
{
	*list = (struct handover_list){ .most = CASES_MOST };
	list->items = arena_room(arena, CASES_MOST, sizeof(*list->items));
	if (!list->items)
		return STATUS_NO_MEMORY;
	return tx_query(tx, sql, value, value ? 1 : 0, handover_row_take, list, NULL);
}

static const char queue_sql[] = "SELECT " HANDOVER_COLUMNS " FROM handover WHERE state = 1"
                                " ORDER BY since, conversation LIMIT 1000";

enum status handover_queue(struct handover *handover, struct arena *arena,
                           const struct handover_case **out, size_t *count)
{
	struct handover_list list = { .count = 0 };
	struct tx *tx;
	enum status status = store_begin(handover->store, TX_READ, &tx);

	if (status == STATUS_OK)
		status = tx_end(tx, read_cases(tx, queue_sql, NULL, arena, &list));
	for (size_t i = 0; i < list.count; i++)
		list.items[i].place = i + 1;
	*out = list.items;
	*count = list.count;
	return status;
}

enum status handover_held(struct handover *handover, const char *operator_id, struct arena *arena,
                          const struct handover_case **out, size_t *count)
{
	static const char sql[] =
	        "SELECT " HANDOVER_COLUMNS " FROM handover WHERE state = 2 AND holder = $1"
	        " ORDER BY since, conversation LIMIT 1000";
	const struct cell value = cell_text(operator_id);
	struct handover_list list = { .count = 0 };
	struct tx *tx;
	enum status status = store_begin(handover->store, TX_READ, &tx);

	if (status == STATUS_OK)
		status = tx_end(tx, read_cases(tx, sql, &value, arena, &list));
	*out = list.items;
	*count = list.count;
	return status;
}

struct colleagues {
	struct handover_colleague *items;
	size_t count;
	struct arena *arena;
};

static enum status take_colleague(void *context, const struct cell *columns)
{
	struct colleagues *list = context;
	struct handover_colleague *one = &list->items[list->count++];

	one->name = arena_copy(list->arena, cell_as_span(&columns[0]));
	one->held = (size_t)cell_as_integer(&columns[1]);
	return one->name ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status handover_colleagues(struct handover *handover, const char *operator_id,
                                struct arena *arena, const struct handover_colleague **out,
                                size_t *count)
{
	static const char sql[] =
	        "SELECT d.name, (SELECT count(*) FROM handover h"
	        " WHERE h.state = 2 AND h.holder = d.operator) FROM handover_duty d"
	        " WHERE d.operator <> $1 AND d.seen >= $2 ORDER BY d.name LIMIT 1000";
	struct colleagues list = { .items = arena_array(arena, CASES_MOST, sizeof(*list.items)),
		                   .arena = arena };
	struct tx *tx;
	int64_t now_ms;
	enum status status =
	        list.items ? store_begin(handover->store, TX_READ, &tx) : STATUS_NO_MEMORY;

	if (status == STATUS_OK) {
		status = tx_now(tx, &now_ms);
		if (status == STATUS_OK) {
			const struct cell values[] = { cell_text(operator_id),
				                       cell_integer(now_ms - HANDOVER_DUTY_MS) };

			status = tx_query(tx, sql, values, 2, take_colleague, &list, NULL);
		}
		status = tx_end(tx, status);
	}
	*out = list.items;
	*count = list.count;
	return status;
}

struct calls {
	struct handover_call_back *items;
	size_t count;
	struct arena *arena;
};

static enum status take_call(void *context, const struct cell *columns)
{
	struct calls *list = context;
	struct handover_call_back *one = &list->items[list->count++];

	one->conversation = arena_copy(list->arena, cell_as_span(&columns[0]));
	one->text = arena_copy(list->arena, cell_as_span(&columns[1]));
	one->since_ms = cell_as_integer(&columns[2]);
	return one->conversation && one->text ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status handover_calls(struct handover *handover, struct arena *arena,
                           const struct handover_call_back **out, size_t *count)
{
	static const char sql[] = "SELECT conversation, body, since FROM handover_call"
	                          " ORDER BY since, conversation LIMIT 200";
	struct calls list = { .items = arena_array(arena, HANDOVER_CALLS_MOST, sizeof(*list.items)),
		              .arena = arena };
	struct tx *tx;
	enum status status =
	        list.items ? store_begin(handover->store, TX_READ, &tx) : STATUS_NO_MEMORY;

	_Static_assert(HANDOVER_CALLS_MOST == 200, "the limit in the statement");
	if (status == STATUS_OK)
		status = tx_end(tx, tx_query(tx, sql, NULL, 0, take_call, &list, NULL));
	*out = list.items;
	*count = list.count;
	return status;
}

enum status handover_recent(struct handover *handover, struct arena *arena,
                            const struct handover_case **out, size_t *count)
{
	static const char sql[] = "SELECT " HANDOVER_COLUMNS " FROM handover"
	                          " WHERE state = 1 OR state = 2 OR changed >= $1 LIMIT 1000";
	struct handover_list list = { .count = 0 };
	struct tx *tx;
	int64_t now_ms;
	enum status status = store_begin(handover->store, TX_READ, &tx);

	if (status == STATUS_OK) {
		status = tx_now(tx, &now_ms);
		if (status == STATUS_OK) {
			const struct cell value = cell_integer(now_ms - RECENT_MS);

			status = read_cases(tx, sql, &value, arena, &list);
		}
		status = tx_end(tx, status);
	}
	*out = list.items;
	*count = list.count;
	return status;
}

/* How many wait before it, and itself. */
static enum status find_place(struct tx *tx, struct handover_case *row)
{
	static const char sql[] = "SELECT n FROM handover WHERE state = 1 AND (since < $1"
	                          " OR (since = $1 AND conversation <= $2))";
	const struct cell values[] = { cell_integer(row->since_ms), cell_text(row->conversation) };

	row->place = 0;
	return row->state == HANDOVER_WAITING
	               ? tx_query(tx, sql, values, 2, NULL, NULL, &row->place)
	               : STATUS_OK;
}

struct reading {
	const struct handover *handover;
	const char *conversation;
	struct arena *arena;
	const char *reader; /* id of the operator, or "": the applicant */
	size_t most;
	bool holds;               /* everything is theirs to read, */
	enum handover_kind opens; /* or what the other side has typed */
	struct handover_event *items;
	size_t count;
};

static enum status take_event(void *context, const struct cell *columns)
{
	struct reading *reading = context;
	struct handover_event *event = &reading->items[reading->count];
	struct span text = cell_as_span(&columns[3]);
	char about[HANDOVER_ABOUT_SIZE];
	struct buf typed;
	enum status status = STATUS_OK;

	buf_init(&typed, HANDOVER_TEXT_MOST);
	event->n = cell_as_integer(&columns[0]);
	event->kind = (enum handover_kind)cell_as_integer(&columns[1]);
	event->masked = cell_as_integer(&columns[5]) != 0;
	event->at_ms = cell_as_integer(&columns[6]);
	if ((reading->holds || event->kind == reading->opens) && columns[4].kind == CELL_BYTES) {
		status = seal_open(reading->handover->seal, span_of(reading->conversation),
		                   handover_about(event->n, about), cell_as_span(&columns[4]),
		                   &typed);
		if (status == STATUS_OK) {
			text = buf_span(&typed);
			event->masked = false;
		} else if (status == STATUS_INVALID) {
			/* Sealed with another key: what is stored masked still tells. */
			status = STATUS_OK;
		}
	}
	if (status == STATUS_OK) {
		const char *copied = arena_copy(reading->arena, text);

		event->who = arena_copy(reading->arena, cell_as_span(&columns[2]));
		event->text = (struct span){ copied, text.len };
		event->ref = NULL;
		if (columns[8].kind == CELL_TEXT &&
		    span_equal(cell_as_span(&columns[7]), span_of(reading->reader)))
			event->ref = arena_copy(reading->arena, cell_as_span(&columns[8]));
		status = copied && event->who ? STATUS_OK : STATUS_NO_MEMORY;
	}
	if (typed.ptr)
		explicit_bzero(typed.ptr, typed.capacity);
	buf_deinit(&typed);
	reading->count++;
	return status;
}

static enum status read_events(struct tx *tx, struct reading *reading, int64_t after)
{
	static const char sql[] = "SELECT n, kind, who, body, typed, masked, happened, author, ref"
	                          " FROM handover_event"
	                          " WHERE conversation = $1 AND n > $2 AND n <= $3 ORDER BY n";
	/* The numbers have no gap. */
	const struct cell values[] = { cell_text(reading->conversation), cell_integer(after),
		                       cell_integer(after + (int64_t)reading->most) };

	assert(reading->most > 0 && reading->most <= HANDOVER_EVENTS_MOST);
	reading->items = arena_array(reading->arena, reading->most, sizeof(*reading->items));
	if (!reading->items)
		return STATUS_NO_MEMORY;
	return tx_query(tx, sql, values, 3, take_event, reading, NULL);
}

/* Messages that were read are masked for good: the reader names the last one in `after`. */
static enum status forget(struct handover *handover, const char *conversation, int64_t upto,
                          enum handover_kind kind)
{
	struct tx *tx;
	const enum status status = store_begin(handover->store, TX_WRITE, &tx);

	return status == STATUS_OK
	               ? tx_end(tx, handover_row_forget_kind(tx, conversation, upto, kind))
	               : status;
}

enum status handover_events(struct handover *handover, const char *conversation, int64_t after,
                            size_t most, const char *operator_id, struct arena *arena,
                            struct handover_events *out)
{
	struct reading reading = { .handover = handover,
		                   .conversation = conversation,
		                   .arena = arena,
		                   .reader = operator_id ? operator_id : "",
		                   /* An operator who does not hold it reads nothing as typed. */
		                   .opens = operator_id ? HANDOVER_QUEUED : HANDOVER_SAID,
		                   .most = most };
	bool typed = false;
	struct tx *tx;
	int64_t now_ms;
	enum status status = store_begin(handover->store, TX_READ, &tx);

	*out = (struct handover_events){ .count = 0 };
	if (status != STATUS_OK)
		return status;
	status = tx_now(tx, &now_ms);
	if (status == STATUS_OK)
		status = handover_row_find(tx, conversation, &out->of);
	if (status == STATUS_OK) {
		reading.holds = operator_id &&
		                handover_row_is_held(&out->of, operator_id, out->of.epoch, now_ms);
		status = find_place(tx, &out->of);
	}
	if (reading.holds)
		reading.opens = HANDOVER_ASKED;
	if (status == STATUS_OK && (reading.holds || !operator_id) && after > 0)
		status = handover_row_typed(tx, conversation, after, reading.opens, &typed);
	if (status == STATUS_OK)
		status = read_events(tx, &reading, after);
	status = tx_end(tx, status);
	if (status == STATUS_OK && typed)
		status = forget(handover, conversation, after, reading.opens);
	out->items = reading.items;
	out->count = reading.count;
	return status;
}
