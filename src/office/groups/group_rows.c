#include "office/groups/group_rows.h"

#include <stdio.h>

static const char schema[] = "CREATE TABLE group_message ("
                             " name TEXT PRIMARY KEY," /* keyed hash of platform, self, id */
                             " taken INTEGER NOT NULL) STRICT;"
                             "CREATE INDEX group_message_taken ON group_message (taken);"
                             "CREATE TABLE group_answer ("
                             " receipt TEXT PRIMARY KEY,"
                             " entries TEXT NOT NULL,"
                             " given INTEGER NOT NULL) STRICT;"
                             "CREATE INDEX group_answer_given ON group_answer (given);"
                             "CREATE TABLE group_link ("
                             " token TEXT PRIMARY KEY,"         /* its hash */
                             " question TEXT NOT NULL,"         /* masked */
                             " valid INTEGER NOT NULL) STRICT;" /* until */
                             "CREATE TABLE group_switch ("
                             " channel TEXT PRIMARY KEY,"
                             " off INTEGER NOT NULL,"
                             " author TEXT NOT NULL,"
                             " changed INTEGER NOT NULL) STRICT;";

static const char notices[] = "CREATE TABLE office_notice ("
                              " place INTEGER PRIMARY KEY," /* 1 */
                              " words TEXT NOT NULL,"
                              " begins INTEGER NOT NULL,"
                              " ends INTEGER NOT NULL,"
                              " author TEXT NOT NULL,"
                              " changed INTEGER NOT NULL) STRICT;";

static const char *const steps[] = { schema, notices };

const struct store_schema groups_schema = {
	.table = "group_message",
	.steps = steps,
	.version = sizeof(steps) / sizeof(steps[0]),
};

static enum status see_number(void *context, const struct cell *columns)
{
	*(int64_t *)context = cell_as_integer(&columns[0]);
	return STATUS_OK;
}

static enum status see_text(void *context, const struct cell *columns)
{
	const struct span text = cell_as_span(&columns[0]);

	buf_append(context, text.ptr, text.len);
	return buf_status(context);
}

static enum status found(enum status status, size_t seen)
{
	return status == STATUS_OK && seen == 0 ? STATUS_NOT_FOUND : status;
}

enum status group_row_claim(struct tx *tx, const char *key, int64_t now_ms, int64_t *first_ms)
{
	static const char find[] = "SELECT taken FROM group_message WHERE name = $1";
	static const char write[] = "INSERT INTO group_message (name, taken) VALUES ($1, $2)";
	const struct cell values[] = { cell_text(key), cell_integer(now_ms) };
	size_t seen = 0;
	enum status status;

	*first_ms = 0;
	status = tx_query(tx, find, values, 1, see_number, first_ms, &seen);
	return status == STATUS_OK && seen == 0 ? tx_run(tx, write, values, 2, NULL) : status;
}

enum status group_row_answer_write(struct tx *tx, const char *receipt, const char *entries,
                                   int64_t now_ms)
{
	static const char sql[] = "INSERT INTO group_answer (receipt, entries, given)"
	                          " VALUES ($1, $2, $3) ON CONFLICT (receipt) DO NOTHING";
	const struct cell values[] = { cell_text(receipt), cell_text(entries),
		                       cell_integer(now_ms) };

	return tx_run(tx, sql, values, 3, NULL);
}

enum status group_row_answer_find(struct tx *tx, const char *receipt, int64_t since_ms,
                                  struct buf *entries)
{
	static const char sql[] =
	        "SELECT entries FROM group_answer WHERE receipt = $1 AND given >= $2";
	const struct cell values[] = { cell_text(receipt), cell_integer(since_ms) };
	size_t seen = 0;
	const enum status status = tx_query(tx, sql, values, 2, see_text, entries, &seen);

	return found(status, seen);
}

enum status group_row_link_write(struct tx *tx, const char *token_hash, const char *question,
                                 int64_t until_ms)
{
	static const char sql[] =
	        "INSERT INTO group_link (token, question, valid) VALUES ($1, $2, $3)";
	const struct cell values[] = { cell_text(token_hash), cell_text(question),
		                       cell_integer(until_ms) };

	return tx_run(tx, sql, values, 3, NULL);
}

enum status group_row_link_look(struct tx *tx, const char *token_hash, int64_t now_ms)
{
	static const char sql[] = "SELECT valid FROM group_link WHERE token = $1 AND valid > $2";
	const struct cell values[] = { cell_text(token_hash), cell_integer(now_ms) };
	size_t seen = 0;
	const enum status status = tx_query(tx, sql, values, 2, NULL, NULL, &seen);

	return found(status, seen);
}

enum status group_row_link_take(struct tx *tx, const char *token_hash, int64_t now_ms,
                                struct buf *question)
{
	static const char read[] =
	        "SELECT question FROM group_link WHERE token = $1 AND valid > $2";
	static const char remove[] = "DELETE FROM group_link WHERE token = $1";
	const struct cell values[] = { cell_text(token_hash), cell_integer(now_ms) };
	size_t seen = 0;
	enum status status = tx_query(tx, read, values, 2, see_text, question, &seen);

	status = found(status, seen);
	return status == STATUS_OK ? tx_run(tx, remove, values, 1, NULL) : status;
}

enum status group_row_switch(struct tx *tx, const char *channel, bool on, const char *by,
                             int64_t now_ms)
{
	static const char sql[] =
	        "INSERT INTO group_switch (channel, off, author, changed) VALUES ($1, $2, $3, $4)"
	        " ON CONFLICT (channel) DO UPDATE SET off = excluded.off,"
	        " author = excluded.author, changed = excluded.changed";
	const struct cell values[] = { cell_text(channel), cell_integer(!on), cell_text(by),
		                       cell_integer(now_ms) };
	const enum status status = tx_run(tx, sql, values, 4, NULL);

	return status == STATUS_OK ? tx_hint(tx, BULLETIN_HINT) : status;
}

static enum status see_switch(void *context, const struct cell *columns)
{
	struct group_switches *out = context;

	if (out->count == GROUP_CHANNELS_MOST)
		return STATUS_LIMIT;
	snprintf(out->off[out->count].channel, sizeof(out->off[0].channel), "%.*s",
	         SPAN_ARGS(cell_as_span(&columns[0])));
	snprintf(out->off[out->count].by, sizeof(out->off[0].by), "%.*s",
	         SPAN_ARGS(cell_as_span(&columns[1])));
	out->off[out->count++].at_ms = cell_as_integer(&columns[2]);
	return STATUS_OK;
}

enum status group_row_switches(struct tx *tx, struct group_switches *out)
{
	static const char sql[] = "SELECT channel, author, changed FROM group_switch"
	                          " WHERE off <> 0 ORDER BY channel";

	out->count = 0;
	return tx_query(tx, sql, NULL, 0, see_switch, out, NULL);
}

enum status notice_row_write(struct tx *tx, const struct office_notice *notice, int64_t now_ms)
{
	static const char sql[] =
	        "INSERT INTO office_notice (place, words, begins, ends, author, changed)"
	        " VALUES (1, $1, $2, $3, $4, $5) ON CONFLICT (place) DO UPDATE SET"
	        " words = excluded.words, begins = excluded.begins, ends = excluded.ends,"
	        " author = excluded.author, changed = excluded.changed";
	const struct cell values[] = { cell_text(notice->text), cell_integer(notice->from_ms),
		                       cell_integer(notice->until_ms), cell_text(notice->by),
		                       cell_integer(now_ms) };
	const enum status status = tx_run(tx, sql, values, 5, NULL);

	return status == STATUS_OK ? tx_hint(tx, BULLETIN_HINT) : status;
}

static enum status see_notice(void *context, const struct cell *columns)
{
	struct office_notice *out = context;

	snprintf(out->text, sizeof(out->text), "%.*s", SPAN_ARGS(cell_as_span(&columns[0])));
	out->from_ms = cell_as_integer(&columns[1]);
	out->until_ms = cell_as_integer(&columns[2]);
	snprintf(out->by, sizeof(out->by), "%.*s", SPAN_ARGS(cell_as_span(&columns[3])));
	out->at_ms = cell_as_integer(&columns[4]);
	return STATUS_OK;
}

enum status notice_row_read(struct tx *tx, struct office_notice *out)
{
	static const char sql[] = "SELECT words, begins, ends, author, changed FROM office_notice"
	                          " WHERE place = 1";

	*out = (struct office_notice){ .text = "" };
	return tx_query(tx, sql, NULL, 0, see_notice, out, NULL);
}

enum status group_rows_expire(struct tx *tx, int64_t messages_before_ms, int64_t answers_before_ms,
                              int64_t now_ms)
{
	static const char messages[] = "DELETE FROM group_message WHERE taken < $1";
	static const char answers[] = "DELETE FROM group_answer WHERE given < $1";
	static const char links[] = "DELETE FROM group_link WHERE valid <= $1";
	const struct cell values[] = { cell_integer(messages_before_ms),
		                       cell_integer(answers_before_ms), cell_integer(now_ms) };
	enum status status = tx_run(tx, messages, &values[0], 1, NULL);

	if (status == STATUS_OK)
		status = tx_run(tx, answers, &values[1], 1, NULL);
	return status == STATUS_OK ? tx_run(tx, links, &values[2], 1, NULL) : status;
}
