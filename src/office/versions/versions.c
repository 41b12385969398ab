/*
 * Numbers are counted in the one row of `knowledge_pointer`, which every TX_WRITE of this schema
 * may change alone (store.h), so that they are in the order of the transactions. `knowledge_move`
 * has a row for each time that the pointer moved: what was served when, and by whom.
 *
 * A version on the disk is a folder named by its hash. It is unpacked beside and renamed, and
 * hashed again before it is used, so that a copy that was cut off or changed is not served.
 */
#include "office/versions/versions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "office/versions/archive.h"

static const char schema[] = "CREATE TABLE knowledge_version ("
                             " number INTEGER PRIMARY KEY,"
                             " hash TEXT NOT NULL UNIQUE,"
                             " at INTEGER NOT NULL," /* milliseconds since 1970, UTC */
                             " who TEXT NOT NULL,"
                             " files BLOB NOT NULL"
                             ") STRICT;"
                             "CREATE TABLE knowledge_pointer ("
                             " one INTEGER PRIMARY KEY CHECK (one = 1),"
                             " versions INTEGER NOT NULL," /* the last number of each kind */
                             " moves INTEGER NOT NULL,"
                             " current INTEGER NOT NULL,"
                             " offered INTEGER NOT NULL,"
                             " offered_until INTEGER NOT NULL"
                             ") STRICT;"
                             "INSERT INTO knowledge_pointer VALUES (1, 0, 0, 0, 0, 0);"
                             "CREATE TABLE knowledge_move ("
                             " number INTEGER PRIMARY KEY,"
                             " version INTEGER NOT NULL,"
                             " at INTEGER NOT NULL,"
                             " who TEXT NOT NULL,"
                             " why TEXT NOT NULL"
                             ") STRICT;"
                             "CREATE TABLE replica ("
                             " name TEXT PRIMARY KEY,"
                             " until INTEGER NOT NULL," /* of its lease */
                             " loaded INTEGER NOT NULL,"
                             " prepared INTEGER NOT NULL,"
                             " refused INTEGER NOT NULL,"
                             " reason TEXT NOT NULL"
                             ") STRICT, WITHOUT ROWID";

static const char *const steps[] = { schema };

const struct store_schema versions_schema = {
	.table = "knowledge_pointer",
	.steps = steps,
	.version = sizeof(steps) / sizeof(steps[0]),
};

enum {
	REPLICA_KEPT_MS = 24 * 3600 * 1000, /* after its lease ran out */
	PATH_LIMIT = 4096,
};

/* --- the pointer --- */

struct pointer {
	int64_t versions, moves, current, offered, offered_until;
};

static enum status note_pointer(void *context, const struct cell *columns)
{
	struct pointer *pointer = context;

	pointer->versions = cell_as_integer(&columns[0]);
	pointer->moves = cell_as_integer(&columns[1]);
	pointer->current = cell_as_integer(&columns[2]);
	pointer->offered = cell_as_integer(&columns[3]);
	pointer->offered_until = cell_as_integer(&columns[4]);
	return STATUS_OK;
}

/* An offer that ran out is none. */
static enum status read_pointer(struct tx *tx, int64_t now_ms, struct pointer *out)
{
	static const char sql[] = "SELECT versions, moves, current, offered, offered_until"
	                          " FROM knowledge_pointer";
	size_t seen;
	enum status status = tx_query(tx, sql, NULL, 0, note_pointer, out, &seen);

	if (status == STATUS_OK && seen != 1)
		status = STATUS_INVALID;
	if (status == STATUS_OK && out->offered_until <= now_ms)
		out->offered = 0;
	return status;
}

static enum status write_pointer(struct tx *tx, const struct pointer *pointer, bool tell)
{
	static const char sql[] = "UPDATE knowledge_pointer SET versions = $1, moves = $2,"
	                          " current = $3, offered = $4, offered_until = $5";
	const struct cell values[] = {
		cell_integer(pointer->versions),      cell_integer(pointer->moves),
		cell_integer(pointer->current),       cell_integer(pointer->offered),
		cell_integer(pointer->offered_until),
	};
	const enum status status = tx_run(tx, sql, values, 5, NULL);

	return status == STATUS_OK && tell ? tx_hint(tx, VERSIONS_HINT) : status;
}

/* --- publishing --- */

static enum status note_integer(void *context, const struct cell *columns)
{
	int64_t *out = context;

	*out = cell_as_integer(&columns[0]);
	return STATUS_OK;
}

static enum status add_version(struct tx *tx, const struct versions_new *version, int64_t now_ms,
                               struct pointer *pointer, int64_t *number)
{
	static const char find[] = "SELECT number FROM knowledge_version WHERE hash = $1";
	static const char add[] = "INSERT INTO knowledge_version (number, hash, at, who, files)"
	                          " VALUES ($1, $2, $3, $4, $5)";
	const struct cell hash = cell_text(version->hash);
	/* Its files may have been deleted. */
	static const char again[] = "UPDATE knowledge_version SET files = $1, at = $2, who = $3"
	                            " WHERE hash = $4 AND length(files) = 0";
	const struct cell given[] = { cell_bytes(version->files), cell_integer(now_ms),
		                      cell_text(version->who), hash };
	size_t seen;
	enum status status = tx_query(tx, find, &hash, 1, note_integer, number, &seen);

	if (status == STATUS_OK && seen > 0)
		return tx_run(tx, again, given, 4, NULL);
	if (status != STATUS_OK)
		return status;
	pointer->versions++;
	*number = pointer->versions;
	const struct cell values[] = {
		cell_integer(*number),      hash, cell_integer(now_ms), cell_text(version->who),
		cell_bytes(version->files),
	};

	return tx_run(tx, add, values, 5, NULL);
}

static enum status offer(struct tx *tx, const struct versions_new *version, int64_t *number)
{
	struct pointer pointer;
	int64_t now_ms;
	enum status status = tx_now(tx, &now_ms);

	if (status == STATUS_OK)
		status = read_pointer(tx, now_ms, &pointer);
	if (status == STATUS_OK &&
	    (pointer.offered != 0 || (version->upon != 0 && version->upon != pointer.current)))
		status = STATUS_BUSY;
	if (status == STATUS_OK)
		status = add_version(tx, version, now_ms, &pointer, number);
	if (status != STATUS_OK)
		return status;
	pointer.offered = *number;
	pointer.offered_until = now_ms + VERSIONS_OFFER_MS;
	return write_pointer(tx, &pointer, true);
}

enum status versions_offer(struct store *store, const struct versions_new *version, int64_t *number)
{
	struct tx *tx;
	enum status status = store_begin(store, TX_WRITE, &tx);

	*number = 0;
	return status == STATUS_OK ? tx_end(tx, offer(tx, version, number)) : status;
}

/* What the live replicas say of an offer. */
struct poll {
	int64_t number;
	void (*visit)(void *context, const struct versions_replica *replica);
	void *context;
	size_t refused, unprepared;
};

static enum status count_replica(void *context, const struct cell *columns)
{
	struct poll *poll = context;
	const struct versions_replica replica = {
		.name = cell_as_text(&columns[0]),
		.loaded = cell_as_integer(&columns[1]),
		.prepared = cell_as_integer(&columns[2]),
		.refused = cell_as_integer(&columns[3]),
		.reason = cell_as_text(&columns[4]),
	};

	poll->visit(poll->context, &replica);
	if (replica.refused == poll->number)
		poll->refused++;
	else if (replica.prepared != poll->number && replica.loaded != poll->number)
		poll->unprepared++;
	return STATUS_OK;
}

static enum status note_move(struct tx *tx, const struct pointer *pointer, int64_t now_ms,
                             const struct versions_new *version)
{
	static const char sql[] = "INSERT INTO knowledge_move (number, version, at, who, why)"
	                          " VALUES ($1, $2, $3, $4, $5)";
	const struct cell values[] = {
		cell_integer(pointer->moves), cell_integer(pointer->current), cell_integer(now_ms),
		cell_text(version->who),      cell_text(version->why),
	};

	return tx_run(tx, sql, values, 5, NULL);
}

static enum status decide(struct tx *tx, struct pointer *pointer, const struct poll *poll,
                          int64_t now_ms, bool last, const struct versions_new *version,
                          enum versions_outcome *outcome)
{
	if (poll->refused > 0) {
		*outcome = VERSIONS_REFUSED;
		pointer->offered = 0;
	} else if (poll->unprepared == 0) {
		*outcome = VERSIONS_TAKEN;
		pointer->current = poll->number;
		pointer->offered = 0;
		pointer->moves++;
	} else if (last) {
		*outcome = VERSIONS_LATE;
		pointer->offered = 0;
	} else {
		*outcome = VERSIONS_WAITS;
		pointer->offered_until = now_ms + VERSIONS_OFFER_MS;
	}
	const enum status status =
	        *outcome == VERSIONS_TAKEN ? note_move(tx, pointer, now_ms, version) : STATUS_OK;

	return status == STATUS_OK ? write_pointer(tx, pointer, *outcome != VERSIONS_WAITS)
	                           : status;
}

static enum status step(struct tx *tx, struct poll *poll, bool last,
                        const struct versions_new *version, enum versions_outcome *outcome)
{
	static const char live[] = "SELECT name, loaded, prepared, refused, reason FROM replica"
	                           " WHERE until > $1";
	struct pointer pointer;
	int64_t now_ms;
	enum status status = tx_now(tx, &now_ms);
	const struct cell now = cell_integer(now_ms);

	if (status == STATUS_OK)
		status = read_pointer(tx, now_ms, &pointer);
	if (status != STATUS_OK)
		return status;
	*outcome = pointer.current == poll->number ? VERSIONS_TAKEN : VERSIONS_WITHDRAWN;
	if (pointer.offered != poll->number)
		return STATUS_OK;
	status = tx_query(tx, live, &now, 1, count_replica, poll, NULL);
	return status == STATUS_OK ? decide(tx, &pointer, poll, now_ms, last, version, outcome)
	                           : status;
}

enum status versions_step(struct store *store, int64_t number, bool last,
                          const struct versions_new *version,
                          void (*visit)(void *context, const struct versions_replica *replica),
                          void *context, enum versions_outcome *outcome)
{
	struct poll poll = { .number = number, .visit = visit, .context = context };
	struct tx *tx;
	enum status status = store_begin(store, TX_WRITE, &tx);

	if (status == STATUS_OK)
		status = tx_end(tx, step(tx, &poll, last, version, outcome));
	/* The decision may fail to be written: another step reports that. */
	if (status != STATUS_OK)
		*outcome = VERSIONS_WAITS;
	return status;
}

/* --- what was served --- */

struct moves {
	enum status (*visit)(void *context, const struct versions_move *move);
	void *context;
};

static enum status take_move(void *context, const struct cell *columns)
{
	const struct moves *moves = context;
	const struct versions_move move = {
		.number = cell_as_integer(&columns[0]),
		.version = cell_as_integer(&columns[1]),
		.at_ms = cell_as_integer(&columns[2]),
		.hash = cell_as_text(&columns[3]),
		.who = cell_as_text(&columns[4]),
		.why = cell_as_text(&columns[5]),
		.kept = cell_as_integer(&columns[6]) != 0,
	};

	return moves->visit(moves->context, &move);
}

enum status versions_moves(struct store *store, int64_t most,
                           enum status (*visit)(void *context, const struct versions_move *move),
                           void *context)
{
	static const char sql[] =
	        "SELECT m.number, m.version, m.at, v.hash, m.who, m.why,"
	        " CASE WHEN length(v.files) > 0 THEN 1 ELSE 0 END FROM knowledge_move m"
	        " JOIN knowledge_version v ON v.number = m.version ORDER BY m.number DESC LIMIT $1";
	const struct cell value = cell_integer(most);
	struct moves moves = { visit, context };
	struct tx *tx;
	const enum status status = store_begin(store, TX_READ, &tx);

	return status == STATUS_OK
	               ? tx_end(tx, tx_query(tx, sql, &value, 1, take_move, &moves, NULL))
	               : status;
}

/* --- a replica --- */

static enum status forget_old(struct tx *tx, int64_t now_ms)
{
	static const char sql[] = "DELETE FROM replica WHERE until < $1";
	const struct cell value = cell_integer(now_ms - REPLICA_KEPT_MS);

	return tx_run(tx, sql, &value, 1, NULL);
}

static enum status write_replica(struct tx *tx, const struct versions_replica *replica,
                                 int64_t now_ms)
{
	static const char sql[] =
	        "INSERT INTO replica (name, until, loaded, prepared, refused, reason)"
	        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (name) DO UPDATE SET"
	        " until = excluded.until, loaded = excluded.loaded, prepared = excluded.prepared,"
	        " refused = excluded.refused, reason = excluded.reason";
	const struct cell values[] = {
		cell_text(replica->name),       cell_integer(now_ms + VERSIONS_LEASE_MS),
		cell_integer(replica->loaded),  cell_integer(replica->prepared),
		cell_integer(replica->refused), cell_text(replica->reason),
	};

	return tx_run(tx, sql, values, 6, NULL);
}

/* What the row says before. */
struct before {
	int64_t until_ms, prepared, refused;
};

static enum status note_before(void *context, const struct cell *columns)
{
	struct before *before = context;

	before->until_ms = cell_as_integer(&columns[0]);
	before->prepared = cell_as_integer(&columns[1]);
	before->refused = cell_as_integer(&columns[2]);
	return STATUS_OK;
}

/* The publisher waits for news. */
static enum status renew(struct tx *tx, const struct versions_replica *replica, bool *expired,
                         struct versions_pointer *out)
{
	static const char sql[] = "SELECT until, prepared, refused FROM replica WHERE name = $1";
	const struct cell name = cell_text(replica->name);
	struct before before = { 0 };
	struct pointer pointer;
	int64_t now_ms;
	enum status status = tx_now(tx, &now_ms);

	if (status == STATUS_OK)
		status = tx_query(tx, sql, &name, 1, note_before, &before, NULL);
	if (status == STATUS_OK)
		status = write_replica(tx, replica, now_ms);
	if (status == STATUS_OK &&
	    (replica->prepared != before.prepared || replica->refused != before.refused))
		status = tx_hint(tx, VERSIONS_HINT);
	if (status == STATUS_OK)
		status = read_pointer(tx, now_ms, &pointer);
	if (status != STATUS_OK)
		return status;
	*expired = before.until_ms <= now_ms;
	*out = (struct versions_pointer){ pointer.current, pointer.offered };
	return *expired ? forget_old(tx, now_ms) : STATUS_OK;
}

enum status versions_renew(struct store *store, const struct versions_replica *replica,
                           bool *expired, struct versions_pointer *out)
{
	struct tx *tx;
	enum status status = store_begin(store, TX_WRITE, &tx);

	return status == STATUS_OK ? tx_end(tx, renew(tx, replica, expired, out)) : status;
}

enum status versions_current(struct store *store, struct versions_pointer *out)
{
	struct pointer pointer;
	struct tx *tx;
	int64_t now_ms;
	enum status status = store_begin(store, TX_READ, &tx);

	if (status != STATUS_OK)
		return status;
	status = tx_now(tx, &now_ms);
	if (status == STATUS_OK)
		status = read_pointer(tx, now_ms, &pointer);
	status = tx_end(tx, status);
	if (status == STATUS_OK)
		*out = (struct versions_pointer){ pointer.current, pointer.offered };
	return status;
}

enum status versions_leave(struct store *store, const char *name)
{
	static const char sql[] = "DELETE FROM replica WHERE name = $1";
	const struct cell value = cell_text(name);
	struct tx *tx;
	enum status status = store_begin(store, TX_WRITE, &tx);

	if (status != STATUS_OK)
		return status;
	status = tx_run(tx, sql, &value, 1, NULL);
	if (status == STATUS_OK)
		status = tx_hint(tx, VERSIONS_HINT);
	return tx_end(tx, status);
}

/* --- its files --- */

struct files {
	struct buf *out;
	char *hash;
};

static enum status copy_files(void *context, const struct cell *columns)
{
	const struct files *files = context;
	const struct span bytes = cell_as_span(&columns[1]);

	snprintf(files->hash, DIGEST_HEX_SIZE, "%s", cell_as_text(&columns[0]));
	buf_append(files->out, bytes.ptr, bytes.len);
	return buf_status(files->out);
}

enum status versions_files(struct store *store, int64_t number, struct buf *out,
                           char hash[DIGEST_HEX_SIZE])
{
	static const char sql[] = "SELECT hash, files FROM knowledge_version WHERE number = $1";
	const struct cell value = cell_integer(number);
	struct files files = { out, hash };
	char own[DIGEST_HEX_SIZE];
	struct tx *tx;
	size_t seen;
	enum status status = store_begin(store, TX_READ, &tx);

	if (status != STATUS_OK)
		return status;
	status = tx_end(tx, tx_query(tx, sql, &value, 1, copy_files, &files, &seen));
	if (status == STATUS_OK && (seen == 0 || out->len == 0))
		status = STATUS_NOT_FOUND;
	if (status == STATUS_OK)
		status = archive_hash(buf_span(out), own);
	if (status == STATUS_OK && strcmp(own, hash) != 0)
		status = STATUS_INVALID;
	return status;
}

static bool has_hash(const char *folder, const char *hash)
{
	char own[DIGEST_HEX_SIZE] = "";
	struct buf bytes;
	bool same;

	buf_init(&bytes, ARCHIVE_BYTES_MOST);
	same = archive_pack(folder, &bytes) == STATUS_OK &&
	       archive_hash(buf_span(&bytes), own) == STATUS_OK && strcmp(own, hash) == 0;
	buf_deinit(&bytes);
	return same;
}

/*
 * Beside it first, under a name of this process's own; another process may be faster. A folder that
 * was changed gives way.
 */
static enum status place_folder(struct span files, const char *hash, const char *folder,
                                const char *path)
{
	char beside[PATH_LIMIT];
	enum status status;

	if (snprintf(beside, sizeof(beside), "%s/new-XXXXXX", folder) >= (int)sizeof(beside))
		return STATUS_LIMIT;
	if (!mkdtemp(beside) || rmdir(beside) != 0)
		return STATUS_IO;
	status = archive_unpack(files, beside);
	if (status == STATUS_OK && rename(beside, path) != 0 && !has_hash(path, hash)) {
		file_remove_tree(path);
		status = rename(beside, path) == 0 || has_hash(path, hash) ? STATUS_OK : STATUS_IO;
	}
	file_remove_tree(beside);
	return status;
}

enum status versions_unpack(struct store *store, int64_t number, const char *folder, char *path,
                            size_t size)
{
	char hash[DIGEST_HEX_SIZE];
	struct buf files;
	enum status status;

	buf_init(&files, ARCHIVE_BYTES_MOST);
	status = versions_files(store, number, &files, hash);
	if (status == STATUS_OK)
		status = file_make_folder(folder);
	if (status == STATUS_OK && snprintf(path, size, "%s/%s", folder, hash) >= (int)size)
		status = STATUS_LIMIT;
	if (status == STATUS_OK && !has_hash(path, hash))
		status = place_folder(buf_span(&files), hash, folder, path);
	buf_deinit(&files);
	return status;
}
