/*
 * How it works. A case is one row, and its events are rows under the case's next number. What was
 * typed is sealed beside its masked text, bound to the conversation and the number, and is set to
 * NULL once it was read. The statements are SQL that both SQLite and PostgreSQL speak.
 */
#include "office/handover/handover_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char schema[] =
        "CREATE TABLE handover ("
        " conversation TEXT PRIMARY KEY," /* hash of its name */
        " state INTEGER NOT NULL,"
        " n INTEGER NOT NULL,"           /* of the last event */
        " epoch INTEGER NOT NULL,"       /* how often it changed hands */
        " holder TEXT NOT NULL,"         /* id of the account, or '' */
        " holder_name TEXT NOT NULL,"    /* as it is shown */
        " lease_until INTEGER NOT NULL," /* milliseconds since 1970, by this database's clock */
        " wanted TEXT NOT NULL,"         /* name of the colleague whom it waits for, or '' */
        " wanted_until INTEGER NOT NULL,"
        " since INTEGER NOT NULL," /* it began to wait */
        " changed INTEGER NOT NULL,"
        " outcome TEXT NOT NULL) STRICT;"
        "CREATE INDEX handover_state ON handover (state, since);"
        "CREATE TABLE handover_event ("
        " conversation TEXT NOT NULL,"
        " n INTEGER NOT NULL,"
        " kind INTEGER NOT NULL,"
        " author TEXT NOT NULL," /* id of the account; '' the applicant or nobody */
        " who TEXT NOT NULL,"    /* name of the operator, or '' */
        " ref TEXT,"             /* the sender's own name for it */
        " body TEXT NOT NULL,"   /* masked */
        " typed BLOB,"           /* sealed, until the other side has read it */
        " masked INTEGER NOT NULL,"
        " happened INTEGER NOT NULL,"
        " PRIMARY KEY (conversation, n)) STRICT, WITHOUT ROWID;"
        "CREATE UNIQUE INDEX handover_event_ref ON handover_event (conversation, author, ref);";

static const char call_backs[] = "ALTER TABLE handover ADD COLUMN call INTEGER NOT NULL DEFAULT 0;"
                                 "CREATE TABLE handover_call (" /* open ones */
                                 " conversation TEXT PRIMARY KEY,"
                                 " since INTEGER NOT NULL,"
                                 " number BLOB NOT NULL,"       /* sealed */
                                 " body TEXT NOT NULL) STRICT;" /* masked */
                                 "CREATE TABLE handover_duty ("
                                 " operator TEXT PRIMARY KEY," /* id of the account */
                                 " name TEXT NOT NULL,"
                                 " seen INTEGER NOT NULL) STRICT;";

static const char *const steps[] = { schema, call_backs };

const struct store_schema handover_schema = {
	.table = "handover",
	.steps = steps,
	.version = sizeof(steps) / sizeof(steps[0]),
};

static void copy_text(char *to, size_t size, const struct cell *cell)
{
	const struct span text = cell_as_span(cell);

	snprintf(to, size, "%.*s", SPAN_ARGS(text));
}

enum status handover_row_read(void *context, const struct cell *columns)
{
	struct handover_case *row = context;

	copy_text(row->conversation, sizeof(row->conversation), &columns[0]);
	row->state = (enum handover_state)cell_as_integer(&columns[1]);
	row->n = cell_as_integer(&columns[2]);
	row->epoch = cell_as_integer(&columns[3]);
	copy_text(row->holder, sizeof(row->holder), &columns[4]);
	copy_text(row->holder_name, sizeof(row->holder_name), &columns[5]);
	row->lease_ms = cell_as_integer(&columns[6]);
	copy_text(row->wanted, sizeof(row->wanted), &columns[7]);
	row->wanted_ms = cell_as_integer(&columns[8]);
	row->since_ms = cell_as_integer(&columns[9]);
	row->changed_ms = cell_as_integer(&columns[10]);
	copy_text(row->outcome, sizeof(row->outcome), &columns[11]);
	row->call = (enum handover_call)cell_as_integer(&columns[12]);
	row->place = 0;
	return STATUS_OK;
}

enum status handover_row_take(void *context, const struct cell *columns)
{
	struct handover_list *list = context;

	return list->count < list->most ? handover_row_read(&list->items[list->count++], columns)
	                                : STATUS_OK;
}

bool handover_row_is_held(const struct handover_case *row, const char *id, int64_t epoch,
                          int64_t now_ms)
{
	return row->state == HANDOVER_WITH && row->epoch == epoch && strcmp(row->holder, id) == 0 &&
	       row->lease_ms >= now_ms;
}

enum status handover_row_find(struct tx *tx, const char *conversation, struct handover_case *out)
{
	static const char sql[] =
	        "SELECT " HANDOVER_COLUMNS " FROM handover WHERE conversation = $1";
	const struct cell value = cell_text(conversation);
	size_t seen;
	enum status status;

	*out = (struct handover_case){ .state = HANDOVER_BOT };
	snprintf(out->conversation, sizeof(out->conversation), "%s", conversation);
	status = tx_query(tx, sql, &value, 1, handover_row_read, out, &seen);
	return status == STATUS_OK && seen == 0 ? STATUS_NOT_FOUND : status;
}

enum status handover_row_write(struct tx *tx, const struct handover_case *row)
{
	static const char sql[] =
	        "INSERT INTO handover (" HANDOVER_COLUMNS ")"
	        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
	        " ON CONFLICT (conversation) DO UPDATE SET state = excluded.state, n = excluded.n,"
	        " epoch = excluded.epoch, holder = excluded.holder,"
	        " holder_name = excluded.holder_name, lease_until = excluded.lease_until,"
	        " wanted = excluded.wanted, wanted_until = excluded.wanted_until,"
	        " since = excluded.since, changed = excluded.changed, outcome = excluded.outcome,"
	        " call = excluded.call";
	const struct cell values[] = {
		cell_text(row->conversation),  cell_integer(row->state),
		cell_integer(row->n),          cell_integer(row->epoch),
		cell_text(row->holder),        cell_text(row->holder_name),
		cell_integer(row->lease_ms),   cell_text(row->wanted),
		cell_integer(row->wanted_ms),  cell_integer(row->since_ms),
		cell_integer(row->changed_ms), cell_text(row->outcome),
		cell_integer(row->call),
	};

	return tx_run(tx, sql, values, sizeof(values) / sizeof(values[0]), NULL);
}

struct span handover_about(int64_t n, char text[HANDOVER_ABOUT_SIZE])
{
	snprintf(text, HANDOVER_ABOUT_SIZE, "handover %" PRId64, n);
	return span_of(text);
}

enum status handover_row_add(struct tx *tx, struct handover_case *row,
                             const struct handover_entry *entry)
{
	static const char sql[] =
	        "INSERT INTO handover_event"
	        " (conversation, n, kind, author, who, ref, body, typed, masked, happened)"
	        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
	struct cell values[] = {
		cell_text(row->conversation),
		cell_integer(row->n + 1),
		cell_integer(entry->kind),
		cell_text(entry->who ? entry->who->id : ""),
		cell_text(entry->who ? entry->who->name : ""),
		cell_text(entry->ref),
		cell_span(entry->text),
		cell_null(),
		cell_integer(entry->typed.ptr != NULL),
		cell_integer(row->changed_ms),
	};
	char about[HANDOVER_ABOUT_SIZE];
	struct buf sealed;
	enum status status = STATUS_OK;

	buf_init(&sealed, HANDOVER_TEXT_MOST + SEAL_BYTES);
	if (entry->typed.ptr) {
		status = seal_close(entry->seal, span_of(row->conversation),
		                    handover_about(row->n + 1, about), entry->typed, &sealed);
		values[7] = cell_bytes(buf_span(&sealed));
	}
	if (status == STATUS_OK)
		status = tx_run(tx, sql, values, sizeof(values) / sizeof(values[0]), NULL);
	if (status == STATUS_OK)
		row->n++;
	buf_deinit(&sealed);
	return status;
}

enum status handover_row_known(struct tx *tx, const char *conversation, const char *author,
                               const char *ref, bool *known)
{
	static const char sql[] = "SELECT n FROM handover_event"
	                          " WHERE conversation = $1 AND author = $2 AND ref = $3";
	const struct cell values[] = { cell_text(conversation), cell_text(author), cell_text(ref) };
	size_t seen = 0;
	enum status status = STATUS_OK;

	if (ref)
		status = tx_query(tx, sql, values, 3, NULL, NULL, &seen);
	*known = seen > 0;
	return status;
}

enum status handover_row_forget(struct tx *tx, const char *conversation, int64_t upto)
{
	static const char sql[] = "UPDATE handover_event SET typed = NULL"
	                          " WHERE conversation = $1 AND n <= $2 AND typed IS NOT NULL";
	const struct cell values[] = { cell_text(conversation), cell_integer(upto) };

	return tx_run(tx, sql, values, 2, NULL);
}

enum status handover_row_forget_kind(struct tx *tx, const char *conversation, int64_t upto,
                                     enum handover_kind kind)
{
	static const char sql[] = "UPDATE handover_event SET typed = NULL WHERE conversation = $1"
	                          " AND n <= $2 AND kind = $3 AND typed IS NOT NULL";
	const struct cell values[] = { cell_text(conversation), cell_integer(upto),
		                       cell_integer(kind) };

	return tx_run(tx, sql, values, 3, NULL);
}

enum status handover_row_typed(struct tx *tx, const char *conversation, int64_t upto,
                               enum handover_kind kind, bool *typed)
{
	static const char sql[] = "SELECT n FROM handover_event WHERE conversation = $1"
	                          " AND n <= $2 AND kind = $3 AND typed IS NOT NULL";
	const struct cell values[] = { cell_text(conversation), cell_integer(upto),
		                       cell_integer(kind) };
	size_t seen = 0;
	const enum status status = tx_query(tx, sql, values, 3, NULL, NULL, &seen);

	*typed = seen > 0;
	return status;
}

enum status handover_row_duty(struct tx *tx, const struct handover_operator *who, int64_t now_ms)
{
	static const char sql[] = "INSERT INTO handover_duty (operator, name, seen)"
	                          " VALUES ($1, $2, $3) ON CONFLICT (operator) DO UPDATE"
	                          " SET name = excluded.name, seen = excluded.seen";
	const struct cell values[] = { cell_text(who->id), cell_text(who->name),
		                       cell_integer(now_ms) };

	return tx_run(tx, sql, values, 3, NULL);
}

/* --- call-backs --- */

static const char about_number[] = "handover number";

enum status handover_row_leave(struct tx *tx, const struct handover_case *row,
                               const struct seal *seal, struct span number, struct span masked)
{
	static const char sql[] =
	        "INSERT INTO handover_call (conversation, since, number, body)"
	        " VALUES ($1, $2, $3, $4) ON CONFLICT (conversation) DO UPDATE"
	        " SET since = excluded.since, number = excluded.number, body = excluded.body";
	struct buf sealed;
	enum status status;

	buf_init(&sealed, HANDOVER_NUMBER_SIZE + SEAL_BYTES);
	status = seal_close(seal, span_of(row->conversation), span_of(about_number), number,
	                    &sealed);
	if (status == STATUS_OK) {
		const struct cell values[] = { cell_text(row->conversation),
			                       cell_integer(row->changed_ms),
			                       cell_bytes(buf_span(&sealed)), cell_span(masked) };

		status = tx_run(tx, sql, values, 4, NULL);
	}
	buf_deinit(&sealed);
	return status;
}

struct opening {
	const struct seal *seal;
	const char *conversation;
	char *number;
};

static enum status open_number(void *context, const struct cell *columns)
{
	const struct opening *opening = context;
	struct buf number;
	enum status status;

	buf_init(&number, HANDOVER_NUMBER_SIZE);
	status = seal_open(opening->seal, span_of(opening->conversation), span_of(about_number),
	                   cell_as_span(&columns[0]), &number);
	if (status == STATUS_OK)
		snprintf(opening->number, HANDOVER_NUMBER_SIZE, "%.*s",
		         SPAN_ARGS(buf_span(&number)));
	if (number.ptr)
		explicit_bzero(number.ptr, number.capacity);
	buf_deinit(&number);
	return status;
}

enum status handover_row_number(struct tx *tx, const char *conversation, const struct seal *seal,
                                char number[HANDOVER_NUMBER_SIZE])
{
	static const char sql[] = "SELECT number FROM handover_call WHERE conversation = $1";
	const struct cell value = cell_text(conversation);
	struct opening opening = { seal, conversation, number };
	size_t seen;
	const enum status status = tx_query(tx, sql, &value, 1, open_number, &opening, &seen);

	return status == STATUS_OK && seen == 0 ? STATUS_NOT_FOUND : status;
}

enum status handover_row_called(struct tx *tx, const char *conversation)
{
	static const char sql[] = "DELETE FROM handover_call WHERE conversation = $1";
	const struct cell value = cell_text(conversation);
	size_t count;
	const enum status status = tx_run(tx, sql, &value, 1, &count);

	return status == STATUS_OK && count == 0 ? STATUS_NOT_FOUND : status;
}
