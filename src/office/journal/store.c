#include "office/journal/store.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct store {
	sqlite3 *db;
	sqlite3_stmt *insert_turn, *insert_rating;
	struct database_place place;
	char file[]; /* its name */
};

static const char turns[] =
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
        " FROM turn WHERE outcome = 'decline' AND topic IS NULL GROUP BY question";

static const char ratings[] = "CREATE TABLE rating ("
                              " receipt TEXT PRIMARY KEY,"
                              " at INTEGER NOT NULL,"
                              " value TEXT NOT NULL,"
                              " reason TEXT"
                              ") STRICT, WITHOUT ROWID";

static const char cases[] = "ALTER TABLE turn ADD COLUMN cases TEXT NOT NULL DEFAULT ''";

static const char *const steps[] = { turns, ratings, cases };

static const char insert_turn_sql[] =
        "INSERT INTO turn (receipt, at, channel, session, question, outcome, reason, topic,"
        " entries, confidence, knowledge, took_us, cases) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)";

static const char insert_rating_sql[] =
        "INSERT OR REPLACE INTO rating (receipt, at, value, reason) VALUES (?,?,?,?)";

static const char recall_sql[] =
        "SELECT at, entries FROM (SELECT at, entries, outcome FROM turn WHERE at >= ?"
        " ORDER BY at DESC LIMIT ?) WHERE outcome = 'answer'";

static const struct database_form form = {
	.version = sizeof(steps) / sizeof(steps[0]),
	.steps = steps,
	/* FULL: what was committed outlives a power cut, too. */
	.pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
	.table = "turn",
};

static enum status prepare_one(sqlite3 *db, const char *sql, sqlite3_stmt **out)
{
	return database_status(
	        sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL));
}

static enum status prepare(struct store *store, int64_t busy_ms,
                           char problem[DATABASE_PROBLEM_SIZE])
{
	enum status status =
	        database_open(&store->db, store->file, busy_ms, &form, &store->place, problem);

	if (status != STATUS_OK)
		return status;
	status = prepare_one(store->db, insert_turn_sql, &store->insert_turn);
	if (status == STATUS_OK)
		status = prepare_one(store->db, insert_rating_sql, &store->insert_rating);
	if (status != STATUS_OK)
		snprintf(problem, DATABASE_PROBLEM_SIZE, "%s", store_problem(store));
	return status;
}

enum status store_open(struct store **out, const char *file, int64_t busy_ms,
                       char problem[DATABASE_PROBLEM_SIZE])
{
	const size_t size = strlen(file) + 1;
	struct store *store = calloc(1, sizeof(*store) + size);
	enum status status;

	*out = NULL;
	problem[0] = '\0';
	if (!store)
		return STATUS_NO_MEMORY;
	memcpy(store->file, file, size);
	status = prepare(store, busy_ms, problem);
	if (status == STATUS_OK)
		*out = store;
	else
		store_close(store);
	return status;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	sqlite3_finalize(store->insert_turn);
	sqlite3_finalize(store->insert_rating);
	sqlite3_close(store->db);
	free(store);
}

bool store_in_place(const struct store *store)
{
	return database_in_place(store->file, &store->place);
}

enum status store_settle(struct store *store)
{
	return database_settle(store->db, store->file, &store->place);
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

static enum status run(sqlite3_stmt *insert)
{
	const int result = sqlite3_step(insert);

	(void)sqlite3_reset(insert);
	return database_status(result);
}

static enum status write_turn(struct store *store, const struct journal_turn *turn)
{
	sqlite3_stmt *insert = store->insert_turn;

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
	bind_span(insert, 13, turn->cases);
	assert(sqlite3_bind_parameter_count(insert) == 13);
	return run(insert);
}

static enum status write_rating(struct store *store, const struct journal_rating *rating)
{
	sqlite3_stmt *insert = store->insert_rating;

	assert(rating->receipt);
	assert(rating->value);
	bind_text(insert, 1, rating->receipt);
	sqlite3_bind_int64(insert, 2, rating->at_ms);
	bind_text(insert, 3, rating->value);
	if (rating->reason.len > 0)
		bind_span(insert, 4, rating->reason);
	else
		sqlite3_bind_null(insert, 4);
	return run(insert);
}

static enum status write_row(struct store *store, const struct row *row)
{
	return row->kind == ROW_TURN ? write_turn(store, &row->turn)
	                             : write_rating(store, &row->rating);
}

enum status store_write(struct store *store, const struct row *const *rows, size_t count)
{
	enum status status = database_run(store->db, "BEGIN IMMEDIATE");

	assert(status != STATUS_OK || !sqlite3_get_autocommit(store->db));
	for (size_t i = 0; status == STATUS_OK && i < count; i++)
		status = write_row(store, rows[i]);
	return database_end(store->db, status);
}

bool store_has(struct store *store, const struct row *row)
{
	const bool turn = row->kind == ROW_TURN;
	const char *sql = turn ? "SELECT 1 FROM turn WHERE receipt = ? AND at = ?"
	                       : "SELECT 1 FROM rating WHERE receipt = ? AND at = ?";
	const char *receipt = turn ? row->turn.receipt : row->rating.receipt;
	sqlite3_stmt *select = NULL;
	bool found = false;

	if (sqlite3_prepare_v2(store->db, sql, -1, &select, NULL) == SQLITE_OK) {
		bind_text(select, 1, receipt ? receipt : "");
		sqlite3_bind_int64(select, 2, turn ? row->turn.at_ms : row->rating.at_ms);
		found = sqlite3_step(select) == SQLITE_ROW;
	}
	sqlite3_finalize(select);
	return found;
}

enum status store_recall(struct store *store, int64_t since_ms, int64_t most, journal_visitor visit,
                         void *context)
{
	sqlite3_stmt *select = NULL;
	int result = sqlite3_prepare_v2(store->db, recall_sql, -1, &select, NULL);

	if (result != SQLITE_OK)
		return database_status(result);
	sqlite3_bind_int64(select, 1, since_ms);
	sqlite3_bind_int64(select, 2, most);
	for (result = sqlite3_step(select); result == SQLITE_ROW; result = sqlite3_step(select))
		visit(context, sqlite3_column_int64(select, 0),
		      (const char *)sqlite3_column_text(select, 1));
	sqlite3_finalize(select);
	return database_status(result);
}
