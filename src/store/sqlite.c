/*
 * The store over a SQLite file.
 *
 * The version of the schema is the file's user_version. Statements are compiled once and kept under
 * the address of their text; the table of them has no order and is searched from its start, for an
 * owner has a handful. `files` tells whether the file was taken away while it was open.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/file.h"
#include "base/language.h"
#include "store/backend.h"
#include "store/database_file.h"

enum { STATEMENTS_MOST = 32, COLUMNS_MOST = STORE_COLUMNS_MOST };

struct statement {
	const char *sql;
	sqlite3_stmt *compiled;
};

struct sqlite_store {
	struct store base;
	sqlite3 *db;
	struct statement statements[STATEMENTS_MOST];
	size_t statement_count;
	struct database_files files;
	char file[]; /* its name */
};

static struct sqlite_store *of(struct store *store)
{
	return (struct sqlite_store *)store;
}

static const struct sqlite_store *of_const(const struct store *store)
{
	return (const struct sqlite_store *)store;
}

static enum status status_of(int result)
{
	switch (result & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return STATUS_OK;
	case SQLITE_NOMEM:
		return STATUS_NO_MEMORY;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return STATUS_BUSY;
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
	case SQLITE_TOOBIG:
	case SQLITE_ERROR: /* no such table or column */
	case SQLITE_NOTADB:
		return STATUS_INVALID;
	default:
		return STATUS_IO;
	}
}

static enum status run_script(sqlite3 *db, const char *sql)
{
	return status_of(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

/* --- values --- */

static int bind(sqlite3_stmt *compiled, int at, const struct cell *value)
{
	const char *text = value->kind >= CELL_TEXT && value->text.len > 0 ? value->text.ptr : "";

	switch (value->kind) {
	case CELL_INTEGER:
		return sqlite3_bind_int64(compiled, at, value->integer);
	case CELL_REAL:
		return sqlite3_bind_double(compiled, at, value->real);
	case CELL_TEXT:
		return sqlite3_bind_text64(compiled, at, text, value->text.len, SQLITE_STATIC,
		                           SQLITE_UTF8);
	case CELL_BYTES:
		return sqlite3_bind_blob64(compiled, at, text, value->text.len, SQLITE_STATIC);
	default:
		return sqlite3_bind_null(compiled, at);
	}
}

/* A parameter is found by its name, $1: SQLite numbers names by where they first stand. */
static int bind_all(sqlite3_stmt *compiled, const struct cell *values, size_t count)
{
	int result = SQLITE_OK;

	for (size_t i = 0; result == SQLITE_OK && i < count; i++) {
		char name[16];
		int at;

		snprintf(name, sizeof(name), "$%u", (unsigned)i + 1);
		at = sqlite3_bind_parameter_index(compiled, name);
		assert(at > 0);
		result = bind(compiled, at, &values[i]);
	}
	return result;
}

static struct span span_at(sqlite3_stmt *compiled, int at, const void *bytes)
{
	return (struct span){ bytes ? bytes : "", (size_t)sqlite3_column_bytes(compiled, at) };
}

static struct cell cell_at(sqlite3_stmt *compiled, int at)
{
	switch (sqlite3_column_type(compiled, at)) {
	case SQLITE_INTEGER:
		return cell_integer(sqlite3_column_int64(compiled, at));
	case SQLITE_FLOAT:
		return cell_real(sqlite3_column_double(compiled, at));
	case SQLITE_TEXT:
		return cell_span(span_at(compiled, at, sqlite3_column_text(compiled, at)));
	case SQLITE_BLOB:
		return cell_bytes(span_at(compiled, at, sqlite3_column_blob(compiled, at)));
	default:
		return cell_null();
	}
}

/* --- opening --- */

static int read_version(sqlite3 *db)
{
	sqlite3_stmt *compiled = NULL;
	int version = -1;

	if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &compiled, NULL) == SQLITE_OK &&
	    sqlite3_step(compiled) == SQLITE_ROW)
		version = sqlite3_column_int(compiled, 0);
	sqlite3_finalize(compiled);
	return version;
}

/* Another program's tables must not be taken for ours, nor ours be put among them. */
static bool is_of_schema(sqlite3 *db, const struct store_schema *schema, int version)
{
	static const char sql[] = "SELECT count(*), count(*) FILTER (WHERE type = 'table' AND"
	                          " name = ?1) FROM sqlite_schema";
	sqlite3_stmt *compiled = NULL;
	bool ours = true; /* where it cannot be read, a later step says so */

	if (sqlite3_prepare_v2(db, sql, -1, &compiled, NULL) == SQLITE_OK &&
	    sqlite3_bind_text(compiled, 1, schema->table, -1, SQLITE_STATIC) == SQLITE_OK &&
	    sqlite3_step(compiled) == SQLITE_ROW)
		ours = version == 0 ? sqlite3_column_int(compiled, 0) == 0
		                    : sqlite3_column_int(compiled, 1) == 1;
	sqlite3_finalize(compiled);
	return ours;
}

static enum status take_step(sqlite3 *db, const char *step, int version)
{
	char pragma[48];
	enum status status = run_script(db, step);

	snprintf(pragma, sizeof(pragma), "PRAGMA user_version = %d", version);
	return status == STATUS_OK ? run_script(db, pragma) : status;
}

static enum status end_script(sqlite3 *db, enum status status)
{
	if (status == STATUS_OK)
		status = run_script(db, "COMMIT");
	/* Some errors have rolled back already. */
	if (status != STATUS_OK && !sqlite3_get_autocommit(db))
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return status;
}

/* Two processes may open an old file at once: the second finds the schema when it has the lock. */
static enum status bring_up_to_date(sqlite3 *db, const struct store_schema *schema)
{
	enum status status = run_script(db, "BEGIN IMMEDIATE");
	int version;

	if (status != STATUS_OK)
		return status;
	version = read_version(db);
	if (version < 0)
		status = STATUS_IO;
	for (; status == STATUS_OK && version < schema->version; version++)
		status = take_step(db, schema->steps[version], version + 1);
	return end_script(db, status);
}

static enum status refuse(char problem[STORE_PROBLEM_SIZE], enum status status, const char *why)
{
	snprintf(problem, STORE_PROBLEM_SIZE, "%s", why);
	return status;
}

/* The version is looked at first: the pragmas would make a -wal beside another program's file. */
static enum status check_schema(struct sqlite_store *store, const struct store_schema *schema,
                                bool read_only, char problem[STORE_PROBLEM_SIZE])
{
	store->base.version = read_version(store->db);
	if (store->base.version < 0) {
		const enum status status = status_of(sqlite3_errcode(store->db));

		return status == STATUS_OK ? STATUS_IO : status;
	}
	if (!read_only && store->base.version > schema->version)
		return refuse(problem, STATUS_INVALID, _("made by a later version"));
	if ((read_only && store->base.version == 0) ||
	    !is_of_schema(store->db, schema, store->base.version))
		return refuse(problem, STATUS_INVALID, _("made by another program"));
	return STATUS_OK;
}

/* FULL: what was committed outlives a power cut, too. */
static enum status prepare_to_write(struct sqlite_store *store, const struct store_schema *schema)
{
	enum status status =
	        run_script(store->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");

	if (status == STATUS_OK && store->base.version < schema->version) {
		status = bring_up_to_date(store->db, schema);
		(void)sqlite3_db_release_memory(store->db); /* pages that the steps wrote */
	}
	if (status == STATUS_OK)
		store->base.version = schema->version;
	return status;
}

/* Reads something, so that the -wal and the -shm are there, and looks what is open. */
static enum status note_files(struct sqlite_store *store, char problem[STORE_PROBLEM_SIZE])
{
	int moved = 0;

	if (read_version(store->db) < 0)
		return STATUS_IO;
	store->files = database_files_note(store->file);
	if (sqlite3_file_control(store->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
	    !moved && store->files.files[0].there)
		return STATUS_OK;
	return refuse(problem, STATUS_IO, _("the file was taken away while it was opened"));
}

/* Sets `problem` where SQLite has no words for it. */
static enum status open_file(struct sqlite_store *store, const struct store_settings *settings,
                             const struct store_schema *schema, char problem[STORE_PROBLEM_SIZE])
{
	const int mode = settings->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
	enum status status = status_of(
	        sqlite3_open_v2(store->file, &store->db, mode | SQLITE_OPEN_NOMUTEX, NULL));

	if (status == STATUS_OK && !settings->read_only &&
	    sqlite3_db_readonly(store->db, "main") == 1)
		return refuse(problem, STATUS_IO, _("the file cannot be written"));
	if (status == STATUS_OK)
		status = status_of(sqlite3_busy_timeout(store->db, (int)settings->busy_ms));
	if (status == STATUS_OK)
		status = run_script(store->db, "PRAGMA trusted_schema = OFF");
	if (status == STATUS_OK)
		status = check_schema(store, schema, settings->read_only, problem);
	if (status == STATUS_OK && !settings->read_only)
		status = prepare_to_write(store, schema);
	return status == STATUS_OK ? note_files(store, problem) : status;
}

static enum status prepare_file(const char *file, bool read_only, char problem[STORE_PROBLEM_SIZE])
{
	if (!read_only)
		return database_file_make(file, problem);
	if (file_kind(file) == FILE_REGULAR)
		return STATUS_OK;
	return refuse(problem, STATUS_NOT_FOUND, _("there is no such file"));
}

static struct sqlite_store *allocate(const char *file)
{
	const size_t size = strlen(file) + 1;
	struct sqlite_store *store = calloc(1, sizeof(*store) + size);

	if (!store)
		return NULL;
	memcpy(store->file, file, size);
	if (!store_prepare(&store->base, &store_over_sqlite)) {
		free(store);
		return NULL;
	}
	return store;
}

static void close_file(struct store *base);

static enum status open_store(struct store **out, const char *file,
                              const struct store_settings *settings,
                              const struct store_schema *schema, char problem[STORE_PROBLEM_SIZE])
{
	struct sqlite_store *store = NULL;
	enum status status = prepare_file(file, settings->read_only, problem);

	if (status != STATUS_OK)
		return status;
	store = allocate(file);
	status = store ? open_file(store, settings, schema, problem) : STATUS_NO_MEMORY;
	if (status == STATUS_OK) {
		*out = &store->base;
		return STATUS_OK;
	}
	if (problem[0] == '\0' && store && store->db)
		snprintf(problem, STORE_PROBLEM_SIZE, _("SQLite says: %s"),
		         sqlite3_errmsg(store->db));
	else if (problem[0] == '\0')
		snprintf(problem, STORE_PROBLEM_SIZE, "%s", status_text(status));
	if (store)
		close_file(&store->base);
	return status;
}

static void forget_statements(struct sqlite_store *store)
{
	for (size_t i = 0; i < store->statement_count; i++)
		sqlite3_finalize(store->statements[i].compiled);
	store->statement_count = 0;
}

static void close_file(struct store *base)
{
	struct sqlite_store *store = of(base);

	forget_statements(store);
	sqlite3_close(store->db);
	free(store);
}

static const char *problem_of(const struct store *base)
{
	return sqlite3_errmsg(of_const(base)->db);
}

static bool in_place(const struct store *base)
{
	const struct sqlite_store *store = of_const(base);

	return database_files_unchanged(store->file, &store->files);
}

static enum status settle(struct store *base)
{
	struct sqlite_store *store = of(base);
	const enum status status = status_of(
	        sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));

	/* A close would remove the -wal by its name, whosever it is now. */
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (status != STATUS_OK && status != STATUS_BUSY &&
	    !database_file_unchanged(store->file, &store->files))
		database_files_remove_companions(store->file, &store->files);
	return status;
}

/* --- transactions --- */

static enum status begin(struct store *base, enum tx_kind kind)
{
	return run_script(of(base)->db, kind == TX_READ ? "BEGIN" : "BEGIN IMMEDIATE");
}

static enum status end(struct store *base, enum status status)
{
	return end_script(of(base)->db, status);
}

/* All go but those of queries whose visitor asks for this one. */
static void make_room(struct sqlite_store *store)
{
	size_t left = 0;

	for (size_t i = 0; i < store->statement_count; i++) {
		if (sqlite3_stmt_busy(store->statements[i].compiled))
			store->statements[left++] = store->statements[i];
		else
			sqlite3_finalize(store->statements[i].compiled);
	}
	store->statement_count = left;
	assert(left < STATEMENTS_MOST);
}

/* *out is reset and without values; NULL unless STATUS_OK. */
static enum status compile(struct sqlite_store *store, const char *sql, sqlite3_stmt **out)
{
	struct statement *statement = NULL;
	enum status status;

	*out = NULL;
	for (size_t i = 0; !statement && i < store->statement_count; i++)
		if (store->statements[i].sql == sql)
			statement = &store->statements[i];
	if (!statement) {
		if (store->statement_count == STATEMENTS_MOST)
			make_room(store);
		statement = &store->statements[store->statement_count];
		status = status_of(sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
		                                      &statement->compiled, NULL));
		if (status != STATUS_OK)
			return status;
		statement->sql = sql;
		store->statement_count++;
	}
	assert(!sqlite3_stmt_busy(statement->compiled));
	*out = statement->compiled;
	return STATUS_OK;
}

static enum status run(struct store *base, struct query *query)
{
	struct sqlite_store *store = of(base);
	struct cell columns[COLUMNS_MOST];
	sqlite3_stmt *compiled;
	enum status status = compile(store, query->sql, &compiled);
	int result, column_count;

	if (status != STATUS_OK)
		return status;
	column_count = sqlite3_column_count(compiled);
	assert(column_count <= COLUMNS_MOST);
	result = bind_all(compiled, query->values, query->count);
	while (result == SQLITE_OK || result == SQLITE_ROW) {
		result = sqlite3_step(compiled);
		if (result != SQLITE_ROW)
			break;
		for (int i = 0; i < column_count; i++)
			columns[i] = cell_at(compiled, i);
		query->seen++;
		status = query->visit ? query->visit(query->context, columns) : STATUS_OK;
		if (status != STATUS_OK)
			break;
	}
	if (status == STATUS_OK)
		status = status_of(result);
	query->changed = (size_t)sqlite3_changes(store->db);
	/* It says once more what the step said. */
	(void)sqlite3_reset(compiled);
	sqlite3_clear_bindings(compiled);
	return status;
}

/* --- leases and the clock --- */

static const char lease_table[] = "CREATE TABLE IF NOT EXISTS lease ("
                                  " name TEXT PRIMARY KEY,"
                                  " holder INTEGER NOT NULL,"
                                  " until INTEGER NOT NULL" /* milliseconds, UTC */
                                  ") STRICT, WITHOUT ROWID";

/* 2440587.5: the Julian day of 1970-01-01. */
#define NOW_MS "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"

static const char take_lease[] =
        "INSERT INTO lease (name, holder, until) VALUES ($1, $2, " NOW_MS " + $3)"
        " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until"
        " WHERE lease.holder = excluded.holder OR lease.until <= " NOW_MS;

static enum status take_lease_of(struct tx *tx, const char *name, int64_t ttl_ms, bool *got)
{
	const struct cell values[] = {
		cell_text(name),
		cell_integer(tx->store->holder),
		cell_integer(ttl_ms),
	};
	size_t changed = 0;
	enum status status = tx_run(tx, lease_table, NULL, 0, NULL);

	if (status == STATUS_OK)
		status = tx_run(tx, take_lease, values, 3, &changed);
	*got = changed > 0;
	return status;
}

static enum status note_integer(void *context, const struct cell *columns)
{
	int64_t *out = context;

	*out = cell_as_integer(&columns[0]);
	return STATUS_OK;
}

static enum status now(struct tx *tx, int64_t *ms)
{
	return tx_query(tx, "SELECT " NOW_MS, NULL, 0, note_integer, ms, NULL);
}

/* Others who share the file look by themselves. */
static enum status hint(struct tx *tx, const char *name, const char *about)
{
	(void)tx;
	(void)name;
	(void)about;
	return STATUS_OK;
}

void store_take_pages_singly(void)
{
	/* Fails where SQLite is in use already, which is then as it was. */
	(void)sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
}

const struct store_backend store_over_sqlite = {
	.open = open_store,
	.close = close_file,
	.problem = problem_of,
	.in_place = in_place,
	.settle = settle,
	.begin = begin,
	.end = end,
	.run = run,
	.lease = take_lease_of,
	.now = now,
	.hint = hint,
};
