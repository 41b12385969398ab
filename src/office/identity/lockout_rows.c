#include "office/identity/lockout_rows.h"

#include <stdio.h>

const char lockout_table[] = "CREATE TABLE lockout ("
                             " who TEXT PRIMARY KEY,"
                             " failures INTEGER NOT NULL,"
                             " failed_at INTEGER NOT NULL," /* milliseconds since 1970, UTC */
                             " until INTEGER NOT NULL"
                             ") STRICT, WITHOUT ROWID";

static const char write_sql[] =
        "INSERT INTO lockout (who, failures, failed_at, until) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (who) DO UPDATE SET failures = excluded.failures,"
        " failed_at = excluded.failed_at, until = excluded.until";
static const char delete_sql[] = "DELETE FROM lockout WHERE who = $1";
static const char expire_sql[] = "DELETE FROM lockout WHERE failed_at < $1 AND until < $2";
static const char read_sql[] =
        "SELECT who, failures, failed_at, until FROM (SELECT who, failures, failed_at, until"
        " FROM lockout ORDER BY failed_at DESC LIMIT $1) AS latest ORDER BY failed_at";

enum status lockout_rows_write(struct tx *tx, const struct lockout_image *image)
{
	const struct cell values[] = { cell_text(image->key), cell_integer(image->failures),
		                       cell_integer(image->failed_ms),
		                       cell_integer(image->until_ms) };

	return image->failures > 0 ? tx_run(tx, write_sql, values, 4, NULL)
	                           : tx_run(tx, delete_sql, values, 1, NULL);
}

enum status lockout_rows_expire(struct tx *tx, int64_t before_ms, int64_t now_ms)
{
	const struct cell values[] = { cell_integer(before_ms), cell_integer(now_ms) };

	return tx_run(tx, expire_sql, values, 2, NULL);
}

static const char find_sql[] = "SELECT who, failures, failed_at, until FROM lockout WHERE who = $1";

struct see {
	lockout_visitor visit;
	void *context;
};

static enum status see_row(void *context, const struct cell *columns)
{
	const struct see *see = context;
	const struct span key = cell_as_span(&columns[0]);
	struct lockout_image image = {
		.failures = cell_as_integer(&columns[1]),
		.failed_ms = cell_as_integer(&columns[2]),
		.until_ms = cell_as_integer(&columns[3]),
	};

	if (key.len == 0 || key.len > LOCKOUT_KEY_BYTES || image.failures <= 0)
		return STATUS_OK;
	snprintf(image.key, sizeof(image.key), "%.*s", SPAN_ARGS(key));
	see->visit(see->context, &image);
	return STATUS_OK;
}

enum status lockout_rows_read(struct tx *tx, int64_t most, lockout_visitor visit, void *context)
{
	const struct cell values[] = { cell_integer(most) };
	struct see see = { visit, context };

	return tx_query(tx, read_sql, values, 1, see_row, &see, NULL);
}

enum status lockout_rows_find(struct tx *tx, const char *key, lockout_visitor visit, void *context)
{
	const struct cell values[] = { cell_text(key) };
	struct see see = { visit, context };

	return tx_query(tx, find_sql, values, 1, see_row, &see, NULL);
}
