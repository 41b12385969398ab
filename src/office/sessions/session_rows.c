#include "office/sessions/session_rows.h"

#include <inttypes.h>
#include <stdio.h>

#include "office/identity/lockout_rows.h"

enum { ABOUT_SIZE = 40, KEPT_MOST = 9 << 20 };

static const char sessions[] = "CREATE TABLE session ("
                               " name TEXT PRIMARY KEY,"
                               " n INTEGER NOT NULL,"
                               " used_at INTEGER NOT NULL," /* milliseconds since 1970, UTC */
                               " state BLOB NOT NULL"
                               ") STRICT, WITHOUT ROWID;"
                               "CREATE INDEX session_used_at ON session (used_at);"
                               "CREATE TABLE session_reply ("
                               " name TEXT NOT NULL,"
                               " place INTEGER NOT NULL,"
                               " reply BLOB NOT NULL,"
                               " PRIMARY KEY (name, place)"
                               ") STRICT";

/* Rows of before have a writer that no process calls itself. */
static const char session_writer[] =
        "ALTER TABLE session ADD COLUMN writer INTEGER NOT NULL DEFAULT 0";

static const char *const steps[] = { sessions, lockout_table, session_writer };

const struct store_schema session_schema = {
	.table = "session",
	.steps = steps,
	.version = sizeof(steps) / sizeof(steps[0]),
};

#define WRITE_SQL                                                                                  \
	"INSERT INTO session (name, n, used_at, state, writer) VALUES ($1, $2, $3, $4, $5)"        \
	" ON CONFLICT (name) DO UPDATE SET n = excluded.n, used_at = excluded.used_at,"            \
	" state = excluded.state, writer = excluded.writer WHERE session.n "

static const char write_later[] = WRITE_SQL "< excluded.n";
static const char write_next[] = WRITE_SQL "= excluded.n - 1";

static const char read_own[] = "SELECT n FROM session WHERE name = $1 AND writer = $2";

static const char write_reply[] = "INSERT INTO session_reply (name, place, reply)"
                                  " VALUES ($1, $2, $3) ON CONFLICT (name, place)"
                                  " DO UPDATE SET reply = excluded.reply";
static const char delete_reply[] = "DELETE FROM session_reply WHERE name = $1 AND place = $2";
static const char delete_replies[] = "DELETE FROM session_reply WHERE name = $1";
static const char delete_session[] = "DELETE FROM session WHERE name = $1";
static const char expire_replies[] = "DELETE FROM session_reply WHERE name IN"
                                     " (SELECT name FROM session WHERE used_at < $1)";
static const char expire_sessions[] = "DELETE FROM session WHERE used_at < $1";
static const char read_session[] = "SELECT n, used_at, state FROM session WHERE name = $1";
static const char read_replies[] = "SELECT place, reply FROM session_reply WHERE name = $1";

enum status session_row_name(const char *id, char name[DIGEST_HEX_SIZE])
{
	struct digest *digest;
	enum status status = digest_create(&digest);

	if (status != STATUS_OK)
		return status;
	digest_add(digest, span_of(id));
	status = digest_finish(digest, name);
	digest_destroy(digest);
	return status;
}

/* The context of a sealed value: it cannot be moved to another row. */
static struct span about_state(uint64_t n, char text[ABOUT_SIZE])
{
	snprintf(text, ABOUT_SIZE, "state %" PRIu64, n);
	return span_of(text);
}

static struct span about_reply(size_t place, char text[ABOUT_SIZE])
{
	snprintf(text, ABOUT_SIZE, "reply %zu", place);
	return span_of(text);
}

static enum status write_kept(struct tx *tx, const struct seal *seal, const char *name,
                              size_t place, const struct kept *kept, struct buf scratch[2])
{
	struct cell values[] = { cell_text(name), cell_integer((int64_t)place), cell_null() };
	char about[ABOUT_SIZE];
	enum status status;

	if (!kept->ask_id.ptr)
		return tx_run(tx, delete_reply, values, 2, NULL);
	buf_clear(&scratch[0]);
	buf_clear(&scratch[1]);
	status = kept_write(kept, &scratch[0]);
	if (status == STATUS_OK)
		status = seal_close(seal, span_of(name), about_reply(place, about),
		                    buf_span(&scratch[0]), &scratch[1]);
	if (status != STATUS_OK)
		return status;
	values[2] = cell_bytes(buf_span(&scratch[1]));
	return tx_run(tx, write_reply, values, 3, NULL);
}

/* The row itself; *changed is 0 where it has another `n` than the write expects. */
static enum status write_state(const struct session_writing *writing,
                               const struct session_image *image, uint64_t n, size_t *changed)
{
	struct cell values[] = {
		cell_text(image->name),
		cell_integer((int64_t)n),
		cell_integer(image->used_us / 1000 + writing->offset_ms),
		cell_null(),
		cell_integer(writing->writer),
	};
	struct buf *sealed = &writing->scratch[1];
	char about[ABOUT_SIZE];
	enum status status;

	buf_clear(sealed);
	status = seal_close(writing->seal, span_of(image->name), about_state(n, about),
	                    image->state, sealed);
	if (status != STATUS_OK)
		return status;
	values[3] = cell_bytes(buf_span(sealed));
	return tx_run(writing->tx, writing->how == SESSION_WRITE_NEXT ? write_next : write_later,
	              values, 5, changed);
}

static enum status see_own(void *context, const struct cell *columns)
{
	*(uint64_t *)context = (uint64_t)cell_as_integer(&columns[0]);
	return STATUS_OK;
}

/* The number of the row if this writer left it there, else 0. */
static enum status find_own(const struct session_writing *writing,
                            const struct session_image *image, uint64_t *n)
{
	const struct cell values[] = { cell_text(image->name), cell_integer(writing->writer) };

	*n = 0;
	return tx_query(writing->tx, read_own, values, 2, see_own, n, NULL);
}

enum status session_rows_write(const struct session_writing *writing, struct session_image *image)
{
	size_t changed = 0, next = 0;
	uint64_t n = image->n, own = 0;
	enum status status = write_state(writing, image, n, &changed);

	image->written = 0;
	if (status == STATUS_OK && changed == 0 && writing->how == SESSION_WRITE_NEXT)
		status = find_own(writing, image, &own);
	if (status == STATUS_OK && own >= n) {
		n = own + 1;
		status = write_state(writing, image, n, &changed);
	}
	if (status != STATUS_OK || changed == 0)
		return status;
	image->written = n;
	for (size_t place = 0; place < SESSION_REPLIES && status == STATUS_OK; place++)
		if (image->places & UINT32_C(1) << place)
			status = write_kept(writing->tx, writing->seal, image->name, place,
			                    &image->kept[next++], writing->scratch);
	return status;
}

enum status session_rows_delete(struct tx *tx, const char *name)
{
	const struct cell values[] = { cell_text(name) };
	const enum status status = tx_run(tx, delete_replies, values, 1, NULL);

	return status == STATUS_OK ? tx_run(tx, delete_session, values, 1, NULL) : status;
}

enum status session_rows_expire(struct tx *tx, int64_t before_ms, size_t *count)
{
	const struct cell values[] = { cell_integer(before_ms) };
	const enum status status = tx_run(tx, expire_replies, values, 1, NULL);

	*count = 0;
	return status == STATUS_OK ? tx_run(tx, expire_sessions, values, 1, count) : status;
}

/* --- reading --- */

void session_found_init(struct session_found *found)
{
	*found = (struct session_found){ 0 };
	buf_init(&found->state, SESSION_STATE_MOST + SEAL_BYTES);
	for (size_t i = 0; i < SESSION_REPLIES; i++)
		buf_init(&found->kept[i], KEPT_MOST);
}

void session_found_deinit(struct session_found *found)
{
	buf_deinit(&found->state);
	for (size_t i = 0; i < SESSION_REPLIES; i++)
		buf_deinit(&found->kept[i]);
}

struct find {
	const struct seal *seal;
	const char *name;
	struct session_found *found;
};

static enum status see_session(void *context, const struct cell *columns)
{
	const struct find *find = context;
	struct session_found *found = find->found;
	char about[ABOUT_SIZE];

	found->n = (uint64_t)cell_as_integer(&columns[0]);
	found->used_ms = cell_as_integer(&columns[1]);
	return seal_open(find->seal, span_of(find->name), about_state(found->n, about),
	                 cell_as_span(&columns[2]), &found->state);
}

static enum status see_reply(void *context, const struct cell *columns)
{
	const struct find *find = context;
	const int64_t place = cell_as_integer(&columns[0]);
	char about[ABOUT_SIZE];
	enum status status;

	if (place < 0 || place >= SESSION_REPLIES)
		return STATUS_OK;
	status = seal_open(find->seal, span_of(find->name), about_reply((size_t)place, about),
	                   cell_as_span(&columns[1]), &find->found->kept[place]);
	return status == STATUS_INVALID ? STATUS_OK : status;
}

enum status session_rows_read(struct tx *tx, const struct seal *seal, const char *name,
                              struct session_found *out)
{
	const struct cell values[] = { cell_text(name) };
	struct find find = { seal, name, out };
	const enum status status = tx_query(tx, read_session, values, 1, see_session, &find, NULL);

	if (status != STATUS_OK || out->n == 0)
		return status;
	return tx_query(tx, read_replies, values, 1, see_reply, &find, NULL);
}
