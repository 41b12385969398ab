/*
 * The file is opened read-only on the first read, and again after an import renamed a new file
 * over it. An authorizer allows reads and functions only. Statements are prepared once per
 * connection. All relations are read in one transaction; the progress handler interrupts a query
 * at the deadline, and the busy timeout is what is left of it.
 */
#include "office/records/backend.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <sqlite3.h>

#include "base/language.h"

enum {
	STEPS_BETWEEN_LOOKS = 1000, /* of SQLite's machine; some ten microseconds */
	VALUE_BYTES_MOST = 1 << 20,
	CODE_SIZE = 16,
};

struct connection {
	struct record_source *source;
	sqlite3 *db;
	sqlite3_stmt *begin, *commit;
	sqlite3_stmt *selects[RELATIONS_MOST];
	struct stat about;             /* of the file that is open */
	const struct reading *reading; /* under way */
};

static const char *problem(const struct record_settings *settings)
{
	return settings->file && *settings->file ? NULL
	                                         : N_("kind sqlite needs the name of a file");
}

static void *open_state(struct record_source *source)
{
	struct connection *connection = calloc(1, sizeof(*connection));
	if (connection)
		connection->source = source;
	return connection;
}

static void disconnect(struct connection *connection)
{
	for (size_t r = 0; r < RELATIONS_MOST; r++) {
		sqlite3_finalize(connection->selects[r]);
		connection->selects[r] = NULL;
	}
	sqlite3_finalize(connection->begin);
	sqlite3_finalize(connection->commit);
	connection->begin = connection->commit = NULL;
	sqlite3_close(connection->db);
	connection->db = NULL;
}

static void disconnect_state(void *state)
{
	disconnect(state);
}

static void close_state(void *state)
{
	disconnect(state);
	free(state);
}

/* Reads and pure functions, nothing else. SQLite asks while it compiles. */
static int authorise(void *context, int action, const char *first, const char *second,
                     const char *database, const char *trigger)
{
	(void)context;
	(void)first;
	(void)database;
	(void)trigger;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_RECURSIVE:
	case SQLITE_TRANSACTION:
		return SQLITE_OK;
	case SQLITE_FUNCTION:
		return sqlite3_stricmp(second, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
	default:
		return SQLITE_DENY;
	}
}

static int look_at_clock(void *context)
{
	const struct connection *connection = context;
	return connection->reading && reading_left_ms(connection->reading) == 0;
}

static int prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out, const char **tail)
{
	return sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, tail);
}

static int confine(struct connection *connection)
{
	sqlite3 *db = connection->db;
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, VALUE_BYTES_MOST);
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_progress_handler(db, STEPS_BETWEEN_LOOKS, look_at_clock, connection);
	return sqlite3_set_authorizer(db, authorise, NULL);
}

static int connect_file(struct connection *connection)
{
	const char *file = connection->source->settings.file;
	assert(!connection->db);
	const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
	if (stat(file, &connection->about) != 0)
		return SQLITE_CANTOPEN;
	int result = sqlite3_open_v2(file, &connection->db, flags, NULL);
	if (result == SQLITE_OK)
		result = confine(connection);
	if (result == SQLITE_OK)
		result = prepare(connection->db, "BEGIN", &connection->begin, NULL);
	if (result == SQLITE_OK)
		result = prepare(connection->db, "COMMIT", &connection->commit, NULL);
	return result;
}

/* An import renames a new file over the old one. */
static bool is_replaced(const struct connection *connection)
{
	struct stat now;
	return stat(connection->source->settings.file, &now) != 0 ||
	       now.st_dev != connection->about.st_dev || now.st_ino != connection->about.st_ino;
}

static int run(sqlite3_stmt *statement)
{
	sqlite3_step(statement);
	return sqlite3_reset(statement);
}

/* Codes that tell about the file rather than about a statement. */
static bool is_about_file(int result)
{
	switch (result & 0xff) {
	case SQLITE_CANTOPEN:
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
	case SQLITE_IOERR:
	case SQLITE_PERM:
	case SQLITE_NOMEM:
		return true;
	default:
		return false;
	}
}

static bool is_timeout(int result)
{
	return (result & 0xff) == SQLITE_INTERRUPT || (result & 0xff) == SQLITE_BUSY;
}

static void fail(struct reading *reading, size_t relation, enum record_outcome outcome, int result,
                 const char *message)
{
	char code[CODE_SIZE];
	snprintf(code, sizeof(code), "%d", result);
	if (is_timeout(result))
		outcome = RECORD_TIMED_OUT;
	reading_fail(reading, relation, outcome, code, message);
}

static int lose(struct reading *reading, int result)
{
	char code[CODE_SIZE];
	snprintf(code, sizeof(code), "%d", result);
	reading_lose(reading, is_timeout(result) ? RECORD_TIMED_OUT : RECORD_UNREACHABLE, code,
	             sqlite3_errstr(result));
	return result;
}

static int prepare_select(struct connection *connection, struct reading *reading, size_t relation)
{
	sqlite3_stmt **select = &connection->selects[relation];
	const char *sql = record_mapping_statement(connection->source->mapping, relation);
	const char *tail = "";
	if (*select)
		return SQLITE_OK;
	const int result = prepare(connection->db, sql, select, &tail);
	if (result != SQLITE_OK) {
		if (!is_about_file(result))
			fail(reading, relation, RECORD_WRONG_SCHEMA, result,
			     sqlite3_errmsg(connection->db));
		return result;
	}
	const bool alone = *tail == '\0';
	if (alone && sqlite3_bind_parameter_count(*select) == 1 && sqlite3_stmt_readonly(*select))
		return SQLITE_OK;
	reading_fail(reading, relation, RECORD_WRONG_SCHEMA, "",
	             alone ? "the SELECT must have one parameter, ?1, and only read"
	                   : "the SELECT must be one statement");
	sqlite3_finalize(*select);
	*select = NULL;
	return SQLITE_MISUSE;
}

static bool match_columns(sqlite3_stmt *select, struct reading *reading, size_t relation,
                          struct result_columns *columns)
{
	const char *names[RELATION_COLUMNS_MOST + 1];
	const int count = sqlite3_column_count(select);
	for (int i = 0; i < count && i <= RELATION_COLUMNS_MOST; i++) {
		names[i] = sqlite3_column_name(select, i);
		if (!names[i])
			names[i] = "";
	}
	/* One name more than columns there are: one of them is unknown or there twice. */
	return reading_match(reading, relation, names,
	                     count <= RELATION_COLUMNS_MOST ? (size_t)count
	                                                    : RELATION_COLUMNS_MOST + 1,
	                     columns);
}

static struct span value_at(sqlite3_stmt *select, int column)
{
	const int type = sqlite3_column_type(select, column);
	if (type == SQLITE_NULL)
		return (struct span){ NULL, 0 };
	/* A blob is no text: hand on an ill-formed one, which is refused. */
	if (type == SQLITE_BLOB)
		return (struct span){ "\xff", 1 };
	const char *text = (const char *)sqlite3_column_text(select, column);
	return (struct span){ text, text ? (size_t)sqlite3_column_bytes(select, column) : 0 };
}

static bool take_row(sqlite3_stmt *select, struct reading *reading, size_t relation,
                     const struct result_columns *columns)
{
	struct span values[RELATION_COLUMNS_MOST] = { { NULL, 0 } };
	for (size_t i = 0; i < columns->count; i++)
		values[i] = value_at(select, (int)i);
	return reading_add_row(reading, relation, columns, values);
}

/* The columns are matched after the first step, which may have compiled the SELECT again. */
static int take_rows(sqlite3_stmt *select, struct reading *reading, size_t relation)
{
	struct result_columns columns;
	int result = sqlite3_step(select);
	if (result != SQLITE_ROW && result != SQLITE_DONE)
		return result;
	if (!match_columns(select, reading, relation, &columns))
		return SQLITE_OK;
	facts_open(reading->facts, relation);
	while (result == SQLITE_ROW) {
		if (!take_row(select, reading, relation, &columns))
			return SQLITE_OK;
		result = sqlite3_step(select);
	}
	if (result == SQLITE_DONE)
		reading_done(reading, relation);
	return result;
}

static int read_relation(struct connection *connection, struct reading *reading, size_t relation)
{
	int result = prepare_select(connection, reading, relation);
	if (result != SQLITE_OK)
		return result;
	sqlite3_stmt *select = connection->selects[relation];
	assert(sqlite3_stmt_readonly(select));
	assert(!sqlite3_stmt_busy(select));
	sqlite3_bind_text(select, 1, reading->id_number, -1, SQLITE_STATIC);
	result = take_rows(select, reading, relation);
	sqlite3_reset(select);
	sqlite3_clear_bindings(select);
	if (result == SQLITE_OK || result == SQLITE_DONE || is_about_file(result))
		return result;
	fail(reading, relation, RECORD_FAILED, sqlite3_extended_errcode(connection->db), NULL);
	return result;
}

static int read_relations(struct connection *connection, struct reading *reading)
{
	int result = run(connection->begin);
	const size_t count = relations_count(connection->source->relations);
	for (size_t r = RELATION_RECORDED; r < count && !is_about_file(result); r++) {
		if (!reading_wants(reading, r))
			continue;
		const int64_t left_ms = reading_left_ms(reading);
		if (left_ms == 0)
			return SQLITE_INTERRUPT;
		sqlite3_busy_timeout(connection->db, (int)left_ms);
		result = read_relation(connection, reading, r);
	}
	return is_about_file(result) ? result : SQLITE_OK;
}

static void read_state(void *state, struct reading *reading)
{
	struct connection *connection = state;
	int result = SQLITE_OK;
	if (connection->db && is_replaced(connection))
		disconnect(connection);
	connection->reading = reading;
	if (!connection->db)
		result = connect_file(connection);
	if (result == SQLITE_OK)
		result = read_relations(connection, reading);
	/* The deadline must not interrupt the end of the transaction. */
	connection->reading = NULL;
	if (connection->commit && !sqlite3_get_autocommit(connection->db))
		(void)run(connection->commit);
	if (result != SQLITE_OK) {
		lose(reading, result);
		disconnect(connection);
	}
	assert(!connection->db ||
	       sqlite3_get_autocommit(connection->db)); /* no transaction stays */
}

static struct span found_at(sqlite3_stmt *select, int column)
{
	return column < sqlite3_column_count(select) ? value_at(select, column)
	                                             : (struct span){ NULL, 0 };
}

/* Compiled each time: few people are looked for so. */
static int run_find(struct connection *connection, const struct finding *finding)
{
	sqlite3_stmt *select = NULL;
	const char *tail = "";
	int result = sqlite3_prepare_v2(connection->db, finding->sql, -1, &select, &tail);
	if (result == SQLITE_OK && (*tail || !sqlite3_stmt_readonly(select) ||
	                            sqlite3_bind_parameter_count(select) != (int)finding->count))
		result = SQLITE_MISUSE;
	for (size_t i = 0; result == SQLITE_OK && i < finding->count; i++)
		result = sqlite3_bind_text(select, (int)i + 1, finding->values[i], -1,
		                           SQLITE_STATIC);
	if (result == SQLITE_OK)
		result = sqlite3_step(select);
	for (; result == SQLITE_ROW; result = sqlite3_step(select)) {
		const struct span values[FINDING_COLUMNS] = { found_at(select, 0),
			                                      found_at(select, 1),
			                                      found_at(select, 2) };
		finding_add(finding, values);
	}
	sqlite3_finalize(select);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

static enum record_outcome find_state(void *state, struct reading *reading,
                                      const struct finding *finding)
{
	struct connection *connection = state;
	char code[CODE_SIZE];
	int result = SQLITE_OK;
	if (connection->db && is_replaced(connection))
		disconnect(connection);
	connection->reading = reading;
	if (!connection->db)
		result = connect_file(connection);
	if (result == SQLITE_OK)
		sqlite3_busy_timeout(connection->db, (int)reading_left_ms(reading));
	if (result == SQLITE_OK)
		result = run_find(connection, finding);
	connection->reading = NULL;
	if (result == SQLITE_OK)
		return RECORD_READ;
	snprintf(code, sizeof(code), "%d", result);
	finding_log(reading, finding, code,
	            result == SQLITE_ERROR    ? sqlite3_errmsg(connection->db)
	            : result == SQLITE_MISUSE ? "the SELECT has another number of parameters"
	                                      : NULL);
	if (is_about_file(result))
		disconnect(connection);
	return is_timeout(result)      ? RECORD_TIMED_OUT
	       : is_about_file(result) ? RECORD_UNREACHABLE
	                               : RECORD_WRONG_SCHEMA;
}

const struct backend backend_sqlite = { .problem = problem,
	                                .open = open_state,
	                                .close = close_state,
	                                .disconnect = disconnect_state,
	                                .read = read_state,
	                                .find = find_state };
