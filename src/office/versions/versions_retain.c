/*
 * A version that is deleted keeps its row: what was served when, and by whom, is still told. Only
 * its files go. Published again, it gets them back.
 */
#include "office/versions/versions.h"

static enum status note_integer(void *context, const struct cell *columns)
{
	int64_t *out = context;

	*out = cell_as_integer(&columns[0]);
	return STATUS_OK;
}

/* The version that the first row names, 0 where there is none. */
static enum status find(struct tx *tx, const char *sql, int64_t value, int64_t *version)
{
	const struct cell cell = cell_integer(value);

	*version = 0;
	return tx_query(tx, sql, &cell, 1, note_integer, version, NULL);
}

static enum status retain(struct tx *tx, int64_t keep_ms, size_t *deleted)
{
	static const char current_sql[] = "SELECT current FROM knowledge_pointer WHERE one = $1";
	/* That was served last, as what a roll-back left. */
	static const char previous_sql[] = "SELECT version FROM knowledge_move WHERE version <> $1"
	                                   " ORDER BY number DESC LIMIT 1";
	/* To which a roll-back leads: what was live when the current one first came. */
	static const char back_sql[] =
	        "SELECT version FROM knowledge_move WHERE number <"
	        " (SELECT min(number) FROM knowledge_move WHERE version = $1)"
	        " ORDER BY number DESC LIMIT 1";
	/* That was served when the time begins. */
	static const char first_sql[] = "SELECT version FROM knowledge_move WHERE at < $1"
	                                " ORDER BY number DESC LIMIT 1";
	static const char sql[] =
	        "UPDATE knowledge_version SET files = $1 WHERE length(files) > 0 AND at < $2"
	        " AND number NOT IN ($3, $4, $5, $6)"
	        " AND NOT EXISTS (SELECT 1 FROM knowledge_move m"
	        " WHERE m.version = knowledge_version.number AND m.at >= $2)"
	        " AND NOT EXISTS (SELECT 1 FROM knowledge_pointer p"
	        " WHERE p.offered = knowledge_version.number)"
	        " AND NOT EXISTS (SELECT 1 FROM replica r WHERE r.loaded = knowledge_version.number"
	        " OR r.prepared = knowledge_version.number)";
	int64_t now_ms, current, previous = 0, back = 0, first = 0;
	enum status status = tx_now(tx, &now_ms);

	if (status == STATUS_OK)
		status = find(tx, current_sql, 1, &current);
	if (status == STATUS_OK)
		status = find(tx, previous_sql, current, &previous);
	if (status == STATUS_OK)
		status = find(tx, back_sql, current, &back);
	if (status == STATUS_OK)
		status = find(tx, first_sql, now_ms - keep_ms, &first);
	if (status != STATUS_OK)
		return status;
	const struct cell values[] = {
		cell_bytes((struct span){ "", 0 }),
		cell_integer(now_ms - keep_ms),
		cell_integer(current),
		cell_integer(previous),
		cell_integer(first),
		cell_integer(back),
	};

	return tx_run(tx, sql, values, 6, deleted);
}

enum status versions_retain(struct store *store, int64_t keep_ms, size_t *deleted)
{
	struct tx *tx;
	enum status status = store_begin(store, TX_WRITE, &tx);

	*deleted = 0;
	return status == STATUS_OK ? tx_end(tx, retain(tx, keep_ms, deleted)) : status;
}
