/*
 * How it works: the events of cases lie in the store of handover.h, notices in one of their own;
 * with PostgreSQL both are the same. A gathering reads the events that are later than the last one,
 * with an overlap for transactions that were under way then, and adds a notice for each; what is
 * there already conflicts with its id and is left alone. So a notice that was delivered stays until
 * no gathering can find its event again.
 */
#include "office/handover/notices.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "office/handover/handover_rows.h"

enum { OVERLAP_MS = 60000, GATHERED_MOST = 500 };

enum notice_state { WAITING, DELIVERED, GIVEN_UP };

static const char schema[] = "CREATE TABLE notice ("
                             " id TEXT PRIMARY KEY,"
                             " conversation TEXT NOT NULL,"
                             " closed INTEGER NOT NULL,"
                             " outcome TEXT NOT NULL,"
                             " happened INTEGER NOT NULL,"
                             " state INTEGER NOT NULL,"
                             " attempts INTEGER NOT NULL,"
                             " due INTEGER NOT NULL) STRICT;"
                             "CREATE INDEX notice_due ON notice (state, due);"
                             "CREATE TABLE notice_cursor (" /* one row */
                             " one INTEGER PRIMARY KEY,"
                             " upto INTEGER NOT NULL) STRICT;";

/* The event's number within its case: events of one millisecond are told in their order, too. */
static const char numbered[] = "ALTER TABLE notice ADD COLUMN n INTEGER NOT NULL DEFAULT 0;";

static const char *const steps[] = { schema, numbered };

const struct store_schema notices_schema = {
	.table = "notice",
	.steps = steps,
	.version = sizeof(steps) / sizeof(steps[0]),
};

struct notices {
	struct store_settings handover_settings;
	char *handover_url;
	struct store *handover; /* NULL: there is none so far */
	struct store *own;
};

/* --- opening --- */

enum status notices_open(struct notices **out, const struct notices_settings *settings,
                         char problem[STORE_PROBLEM_SIZE])
{
	struct notices *notices = calloc(1, sizeof(*notices));
	enum status status = STATUS_NO_MEMORY;

	*out = NULL;
	problem[0] = '\0';
	if (!notices)
		return STATUS_NO_MEMORY;
	notices->handover_url = strdup(settings->handover.url);
	notices->handover_settings = settings->handover;
	notices->handover_settings.url = notices->handover_url;
	notices->handover_settings.read_only = true;
	if (notices->handover_url)
		status = store_open(&notices->own, &settings->own, &notices_schema, problem);
	if (status == STATUS_OK)
		*out = notices;
	else
		notices_close(notices);
	return status;
}

void notices_close(struct notices *notices)
{
	if (!notices)
		return;
	store_close(notices->handover);
	store_close(notices->own);
	free(notices->handover_url);
	free(notices);
}

static enum status open_handover(struct notices *notices)
{
	char problem[STORE_PROBLEM_SIZE];

	if (notices->handover)
		return STATUS_OK;
	return store_open(&notices->handover, &notices->handover_settings, &handover_schema,
	                  problem);
}

enum status notices_lease(struct notices *notices, int64_t ttl_ms, bool *got)
{
	struct tx *tx;
	enum status status = store_begin(notices->own, TX_WRITE, &tx);

	*got = false;
	return status == STATUS_OK ? tx_end(tx, tx_lease(tx, "notices", ttl_ms, got)) : status;
}

/* --- gathering --- */

struct gathered {
	struct notice items[GATHERED_MOST];
	size_t count;
};

static enum status name_notice(struct notice *notice)
{
	char hash[DIGEST_HEX_SIZE], number[24];
	struct digest *digest;
	enum status status = digest_create(&digest);

	if (status != STATUS_OK)
		return status;
	(void)snprintf(number, sizeof(number), "%" PRId64, notice->n);
	digest_add_field(digest, span_of(notice->conversation));
	digest_add_field(digest, span_of(number));
	status = digest_finish(digest, hash);
	digest_destroy(digest);
	(void)snprintf(notice->id, sizeof(notice->id), "%.*s", NOTICE_ID_SIZE - 1, hash);
	return status;
}

static void copy_text(char *to, size_t size, const struct cell *cell)
{
	const struct span text = cell_as_span(cell);

	(void)snprintf(to, size, "%.*s", SPAN_ARGS(text));
}

static enum status take_event(void *context, const struct cell *columns)
{
	struct gathered *gathered = context;
	struct notice *notice = &gathered->items[gathered->count];
	const enum handover_kind kind = (enum handover_kind)cell_as_integer(&columns[2]);

	assert(gathered->count < GATHERED_MOST);
	*notice = (struct notice){ .closed = kind != HANDOVER_QUEUED,
		                   .at_ms = cell_as_integer(&columns[4]) };
	copy_text(notice->conversation, sizeof(notice->conversation), &columns[0]);
	if (kind == HANDOVER_ENDED)
		copy_text(notice->outcome, sizeof(notice->outcome), &columns[3]);
	else if (notice->closed)
		(void)snprintf(notice->outcome, sizeof(notice->outcome), "%s",
		               handover_kind_name(kind));
	gathered->count++;
	notice->n = cell_as_integer(&columns[1]);
	return name_notice(notice);
}

static enum status read_events(struct store *store, int64_t after_ms, struct gathered *gathered,
                               int64_t *now_ms)
{
	static const char sql[] =
	        "SELECT e.conversation, e.n, e.kind, e.body, e.happened"
	        " FROM handover h JOIN handover_event e ON e.conversation = h.conversation"
	        " WHERE h.changed > $1 AND e.happened > $1 AND e.kind IN ($2, $3, $4, $5)"
	        " ORDER BY e.happened, e.conversation, e.n LIMIT $6";
	const struct cell values[] = {
		cell_integer(after_ms),          cell_integer(HANDOVER_QUEUED),
		cell_integer(HANDOVER_TO_BOT),   cell_integer(HANDOVER_ENDED),
		cell_integer(HANDOVER_GIVEN_UP), cell_integer(GATHERED_MOST),
	};
	struct tx *tx;
	enum status status = store_begin(store, TX_READ, &tx);

	if (status != STATUS_OK)
		return status;
	status = tx_now(tx, now_ms);
	if (status == STATUS_OK)
		status = tx_query(tx, sql, values, sizeof(values) / sizeof(values[0]), take_event,
		                  gathered, NULL);
	return tx_end(tx, status);
}

static enum status take_number(void *context, const struct cell *columns)
{
	*(int64_t *)context = cell_as_integer(&columns[0]);
	return STATUS_OK;
}

static enum status insert(struct tx *tx, const struct notice *notice)
{
	static const char sql[] =
	        "INSERT INTO notice (id, conversation, closed, outcome, happened, n, state,"
	        " attempts, due) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0) ON CONFLICT (id) DO "
	        "NOTHING";
	const struct cell values[] = {
		cell_text(notice->id),        cell_text(notice->conversation),
		cell_integer(notice->closed), cell_text(notice->outcome),
		cell_integer(notice->at_ms),  cell_integer(notice->n),
	};

	return tx_run(tx, sql, values, sizeof(values) / sizeof(values[0]), NULL);
}

/* Everything that was read, as far as there is room; the cursor; and what is old goes. */
static enum status write_gathered(struct tx *tx, const struct gathered *gathered, int64_t upto_ms,
                                  size_t *dropped)
{
	static const char count[] = "SELECT COUNT(*) FROM notice WHERE state = 0";
	static const char move[] = "INSERT INTO notice_cursor (one, upto) VALUES (1, $1)"
	                           " ON CONFLICT (one) DO UPDATE SET upto = excluded.upto";
	static const char forget[] = "DELETE FROM notice WHERE happened < $1 AND state <> 0";
	const struct cell upto = cell_integer(upto_ms);
	const struct cell old = cell_integer(upto_ms - NOTICES_KEEP_MS);
	int64_t waiting = 0;
	enum status status = tx_query(tx, count, NULL, 0, take_number, &waiting, NULL);

	for (size_t i = 0; status == STATUS_OK && i < gathered->count; i++) {
		if (waiting + (int64_t)i >= NOTICES_MOST)
			*dropped += 1;
		else
			status = insert(tx, &gathered->items[i]);
	}
	if (status == STATUS_OK)
		status = tx_run(tx, move, &upto, 1, NULL);
	if (status == STATUS_OK)
		status = tx_run(tx, forget, &old, 1, NULL);
	return status;
}

/* Up to when events were gathered; at first: up to now. */
static enum status read_cursor(struct store *store, int64_t *upto_ms, int64_t *now_ms)
{
	static const char sql[] = "SELECT upto FROM notice_cursor";
	struct tx *tx;
	size_t seen = 0;
	enum status status = store_begin(store, TX_READ, &tx);

	if (status != STATUS_OK)
		return status;
	status = tx_now(tx, now_ms);
	if (status == STATUS_OK)
		status = tx_query(tx, sql, NULL, 0, take_number, upto_ms, &seen);
	if (status == STATUS_OK && seen == 0)
		*upto_ms = *now_ms + OVERLAP_MS;
	return tx_end(tx, status);
}

enum status notices_gather(struct notices *notices, size_t *dropped)
{
	struct gathered *gathered = calloc(1, sizeof(*gathered));
	int64_t upto_ms = 0, now_ms = 0;
	struct tx *tx;
	enum status status = gathered ? STATUS_OK : STATUS_NO_MEMORY;

	*dropped = 0;
	if (status == STATUS_OK)
		status = read_cursor(notices->own, &upto_ms, &now_ms);
	if (status == STATUS_OK)
		status = open_handover(notices);
	if (status == STATUS_OK)
		status = read_events(notices->handover, upto_ms - OVERLAP_MS, gathered, &now_ms);
	else if (status == STATUS_NOT_FOUND)
		status = STATUS_OK; /* nobody has asked for a person so far */
	/* Where there are more, the next gathering goes on with those of the last one's moment. */
	if (status == STATUS_OK && gathered->count == GATHERED_MOST)
		now_ms = gathered->items[gathered->count - 1].at_ms - 1 + OVERLAP_MS;
	if (status == STATUS_OK)
		status = store_begin(notices->own, TX_WRITE, &tx);
	if (status == STATUS_OK)
		status = tx_end(tx, write_gathered(tx, gathered, now_ms, dropped));
	free(gathered);
	return status;
}

/* --- telling --- */

struct taking {
	struct notice *out;
	size_t count;
};

static enum status take_due(void *context, const struct cell *columns)
{
	struct taking *taking = context;
	struct notice *notice = &taking->out[taking->count++];

	*notice = (struct notice){ .closed = cell_as_integer(&columns[2]) != 0,
		                   .at_ms = cell_as_integer(&columns[4]),
		                   .attempts = cell_as_integer(&columns[5]),
		                   .n = cell_as_integer(&columns[6]) };
	copy_text(notice->id, sizeof(notice->id), &columns[0]);
	copy_text(notice->conversation, sizeof(notice->conversation), &columns[1]);
	copy_text(notice->outcome, sizeof(notice->outcome), &columns[3]);
	return STATUS_OK;
}

enum status notices_due(struct notices *notices, struct notice *out, size_t most, size_t *count)
{
	static const char sql[] =
	        "SELECT id, conversation, closed, outcome, happened, attempts, n FROM notice"
	        " WHERE state = 0 AND due <= $1 ORDER BY happened, conversation, n LIMIT $2";
	struct taking taking = { .out = out };
	struct tx *tx;
	int64_t now_ms = 0;
	enum status status = store_begin(notices->own, TX_READ, &tx);

	*count = 0;
	if (status != STATUS_OK)
		return status;
	status = tx_now(tx, &now_ms);
	if (status == STATUS_OK) {
		const struct cell values[] = { cell_integer(now_ms), cell_integer((int64_t)most) };

		status = tx_query(tx, sql, values, 2, take_due, &taking, NULL);
	}
	status = tx_end(tx, status);
	if (status == STATUS_OK)
		*count = taking.count;
	return status;
}

static int64_t pause_after(int64_t attempts)
{
	int64_t pause = NOTICE_RETRY_MS;

	for (int64_t i = 1; i < attempts && pause < NOTICE_RETRY_MOST_MS; i++)
		pause *= 2;
	return pause < NOTICE_RETRY_MOST_MS ? pause : NOTICE_RETRY_MOST_MS;
}

enum status notices_settle(struct notices *notices, const struct notice *notice, bool delivered,
                           bool *given_up)
{
	static const char sql[] =
	        "UPDATE notice SET state = $2, attempts = $3, due = $4 WHERE id = $1";
	const int64_t attempts = notice->attempts + 1;
	struct tx *tx;
	int64_t now_ms = 0;
	enum status status = store_begin(notices->own, TX_WRITE, &tx);

	*given_up = false;
	if (status != STATUS_OK)
		return status;
	status = tx_now(tx, &now_ms);
	if (status == STATUS_OK) {
		const int64_t due_ms = now_ms + pause_after(attempts);
		const bool late = !delivered && due_ms > notice->at_ms + NOTICES_KEEP_MS;
		const struct cell values[] = {
			cell_text(notice->id),
			cell_integer(delivered ? DELIVERED
			             : late    ? GIVEN_UP
			                       : WAITING),
			cell_integer(attempts),
			cell_integer(due_ms),
		};

		*given_up = late;
		status = tx_run(tx, sql, values, 4, NULL);
	}
	return tx_end(tx, status);
}
