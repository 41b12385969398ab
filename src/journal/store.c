#include "journal/store.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/file.h"

enum { SCHEMA_VERSION = 1, PROBLEM_SIZE = 256 };

struct store {
	sqlite3 *db;
	sqlite3_stmt *insert;
	char problem[PROBLEM_SIZE]; /* what hindered before SQLite had its turn */
};

static const char schema[] =
        "CREATE TABLE turn ("
        " id INTEGER PRIMARY KEY,"
        " receipt TEXT NOT NULL,"
        " at INTEGER NOT NULL," /* milliseconds since 1970, UTC */
        " channel TEXT NOT NULL,"
        " session TEXT NOT NULL,"
        " question TEXT NOT NULL,"
        " outcome TEXT NOT NULL,"
        " reason TEXT,"
        " topic TEXT,"
        " entries TEXT NOT NULL,"
        " confidence REAL NOT NULL,"
        " knowledge TEXT NOT NULL,"
        " took_us INTEGER NOT NULL"
        ") STRICT;"
        "CREATE INDEX turn_receipt ON turn (receipt);"
        "CREATE INDEX turn_at ON turn (at);"
        "CREATE VIEW unanswered AS"
        " SELECT question, count(*) AS asked, min(at) AS first_at, max(at) AS last_at"
        " FROM turn WHERE outcome = 'decline' AND topic IS NULL GROUP BY question;"
        "PRAGMA user_version = 1;";

static const char insert_sql[] =
        "INSERT INTO turn (receipt, at, channel, session, question, outcome, reason, topic,"
        " entries, confidence, knowledge, took_us) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)";

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
	default:
		return STATUS_IO;
	}
}

static enum status make_folder(struct store *store, const char *folder)
{
	if (file_make_folder(folder) == STATUS_OK)
		return STATUS_OK;
	snprintf(store->problem, sizeof(store->problem), "the folder %.160s can not be made: %m",
	         folder);
	return STATUS_IO;
}

/* SQLite would make it readable for all; its -wal and -shm take over the mode of the file. */
static enum status make_private_file(struct store *store, const char *file)
{
	const char *slash = strrchr(file, '/');
	char folder[PATH_MAX];
	int fd;

	if (slash && slash > file) {
		if ((size_t)(slash - file) >= sizeof(folder))
			return STATUS_IO;
		memcpy(folder, file, (size_t)(slash - file));
		folder[slash - file] = '\0';
		if (make_folder(store, folder) != STATUS_OK)
			return STATUS_IO;
	}
	fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		snprintf(store->problem, sizeof(store->problem),
		         "the file can not be made or opened: %m");
		return STATUS_IO;
	}
	close(fd);
	return STATUS_OK;
}

static int schema_version(sqlite3 *db)
{
	sqlite3_stmt *statement = NULL;
	int version = -1;

	if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		version = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	return version;
}

static enum status run(sqlite3 *db, const char *sql)
{
	return status_of(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

/* Two processes may open a new file at once: the second finds the schema when it has the lock. */
static enum status make_schema(sqlite3 *db)
{
	enum status status = run(db, "BEGIN IMMEDIATE");

	if (status != STATUS_OK)
		return status;
	if (schema_version(db) == 0)
		status = run(db, schema);
	if (status == STATUS_OK)
		return run(db, "COMMIT");
	(void)run(db, "ROLLBACK");
	return status;
}

static enum status prepare(struct store *store, const char *file, int64_t busy_ms)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
	enum status status = make_private_file(store, file);
	int version;

	if (status == STATUS_OK)
		status = status_of(sqlite3_open_v2(file, &store->db, flags, NULL));
	if (status != STATUS_OK)
		return status;
	sqlite3_busy_timeout(store->db, (int)busy_ms);
	status = run(store->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
	if (status != STATUS_OK)
		return status;
	version = schema_version(store->db);
	if (version > SCHEMA_VERSION)
		return STATUS_INVALID;
	if (version == 0)
		status = make_schema(store->db);
	if (status != STATUS_OK)
		return status;
	return status_of(sqlite3_prepare_v3(store->db, insert_sql, -1, SQLITE_PREPARE_PERSISTENT,
	                                    &store->insert, NULL));
}

enum status store_open(struct store **out, const char *file, int64_t busy_ms, struct log *log)
{
	struct store *store = calloc(1, sizeof(*store));
	enum status status;

	if (!store)
		return STATUS_NO_MEMORY;
	status = prepare(store, file, busy_ms);
	if (status == STATUS_OK) {
		*out = store;
		return STATUS_OK;
	}
	log_event(log, LOG_ERROR, "journal_open_failed", LOG_TEXT("file", file),
	          LOG_TEXT("reason", status == STATUS_INVALID ? "made by a later version"
	                                                      : store_problem(store)),
	          LOG_TEXT("hint", "set journal.file to a file that this user may write; left "
	                           "empty, no journal is kept"));
	store_close(store);
	return status;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	sqlite3_finalize(store->insert);
	sqlite3_close(store->db);
	free(store);
}

const char *store_problem(const struct store *store)
{
	if (store->problem[0])
		return store->problem;
	return store->db ? sqlite3_errmsg(store->db) : "can not be made or opened";
}

static void bind_text(sqlite3_stmt *insert, int at, const char *text)
{
	if (text)
		sqlite3_bind_text(insert, at, text, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(insert, at);
}

static void bind_span(sqlite3_stmt *insert, int at, struct span text)
{
	sqlite3_bind_text(insert, at, text.len ? text.ptr : "", (int)text.len, SQLITE_STATIC);
}

static enum status write_turn(struct store *store, const struct journal_turn *turn)
{
	sqlite3_stmt *insert = store->insert;
	int result;

	bind_text(insert, 1, turn->receipt ? turn->receipt : "");
	sqlite3_bind_int64(insert, 2, turn->at_ms);
	bind_text(insert, 3, turn->channel);
	bind_text(insert, 4, turn->session ? turn->session : "");
	bind_span(insert, 5, turn->question);
	bind_text(insert, 6, turn->outcome);
	bind_text(insert, 7, turn->reason);
	bind_text(insert, 8, turn->topic);
	bind_span(insert, 9, turn->entries);
	sqlite3_bind_double(insert, 10, turn->confidence);
	bind_text(insert, 11, turn->knowledge ? turn->knowledge : "");
	sqlite3_bind_int64(insert, 12, turn->took_us);
	result = sqlite3_step(insert);
	(void)sqlite3_reset(insert);
	return status_of(result);
}

enum status store_write(struct store *store, const struct journal_turn *const *turns, size_t count)
{
	enum status status = run(store->db, "BEGIN IMMEDIATE");

	for (size_t i = 0; status == STATUS_OK && i < count; i++)
		status = write_turn(store, turns[i]);
	if (status == STATUS_OK)
		status = run(store->db, "COMMIT");
	/* Some errors have rolled back already: then this one fails, and that is fine. */
	if (status != STATUS_OK && !sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	return status;
}
