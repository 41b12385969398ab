#include "journal/store.h"

#include <stdio.h>
#include <stdlib.h>

#include "journal/database.h"

struct store {
	sqlite3 *db;
	sqlite3_stmt *insert;
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

static const struct database_form form = {
	.version = 1,
	.schema = schema,
	.pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL",
};

static enum status prepare(struct store *store, const char *file, int64_t busy_ms,
                           char problem[DATABASE_PROBLEM_SIZE])
{
	enum status status = database_open(&store->db, file, busy_ms, &form, problem);

	if (status != STATUS_OK)
		return status;
	status = database_status(sqlite3_prepare_v3(
	        store->db, insert_sql, -1, SQLITE_PREPARE_PERSISTENT, &store->insert, NULL));
	if (status != STATUS_OK)
		snprintf(problem, DATABASE_PROBLEM_SIZE, "%s", store_problem(store));
	return status;
}

enum status store_open(struct store **out, const char *file, int64_t busy_ms, struct log *log)
{
	struct store *store = calloc(1, sizeof(*store));
	char problem[DATABASE_PROBLEM_SIZE];
	enum status status;

	if (!store)
		return STATUS_NO_MEMORY;
	status = prepare(store, file, busy_ms, problem);
	if (status == STATUS_OK) {
		*out = store;
		return STATUS_OK;
	}
	log_event(log, LOG_ERROR, "journal_open_failed", LOG_TEXT("file", file),
	          LOG_TEXT("reason", problem),
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
	return sqlite3_errmsg(store->db);
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
	return database_status(result);
}

enum status store_write(struct store *store, const struct journal_turn *const *turns, size_t count)
{
	enum status status = database_run(store->db, "BEGIN IMMEDIATE");

	for (size_t i = 0; status == STATUS_OK && i < count; i++)
		status = write_turn(store, turns[i]);
	return database_end(store->db, status);
}
