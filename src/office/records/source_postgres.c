/*
 * libpq is used without blocking: every exchange is sent, flushed and received by poll() with
 * what is left of the deadline. A connection is made on the first read. Statements are prepared
 * once per connection, before the transaction, since one that does not compile would abort it.
 * All relations are then read in one read-only transaction of REPEATABLE READ.
 *
 * An error inside the transaction aborts it. The relation at fault is reported, everything read
 * is forgotten, and the rest is read in a new transaction. A lost connection is made again once
 * per look-up: a server that was restarted in the meantime is no failure.
 */
#include "office/records/backend.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "base/language.h"

enum { NAME_SIZE = 32, SQL_SIZE = 160, MESSAGE_SIZE = 256, SQLSTATE_SIZE = 6 };

struct connection {
	struct record_source *source;
	PGconn *conn;
	enum { UNPREPARED, PREPARED, REFUSED } selects[RELATIONS_MOST];
	bool stale; /* the tables have changed: connect again before the next read */
};

/* What became of one exchange with the server. */
enum reply {
	REPLY_GOOD,
	REPLY_ERROR, /* the server refused; the connection lives */
	REPLY_LATE,  /* the deadline is over */
	REPLY_LOST,  /* the connection is gone */
};

static const char *problem(const struct record_settings *settings)
{
	if (!settings->conninfo || !*settings->conninfo)
		return N_("kind postgresql needs a connection string");
	/* Do not pass on libpq's message: it may quote a password. */
	char *words = NULL;
	PQconninfoOption *options = PQconninfoParse(settings->conninfo, &words);
	PQfreemem(words);
	if (!options)
		return N_("the connection string cannot be read; write it as in "
		          "\"host=10.0.0.5 dbname=anguan user=dayi\"");
	PQconninfoFree(options);
	return NULL;
}

static void *open_state(struct record_source *source)
{
	struct connection *connection = calloc(1, sizeof(*connection));
	if (connection)
		connection->source = source;
	return connection;
}

/*
 * Does not wait, as PQcancel() and an orderly end would. The server's statement_timeout ends a
 * query that still runs.
 */
static void disconnect(struct connection *connection)
{
	PQfinish(connection->conn);
	connection->conn = NULL;
	connection->stale = false;
	memset(connection->selects, 0, sizeof(connection->selects));
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

/* --- one exchange --- */

static enum reply wait_for(struct connection *connection, const struct reading *reading,
                           short events)
{
	for (;;) {
		struct pollfd descriptor = { PQsocket(connection->conn), events, 0 };
		const int64_t left_ms = reading_left_ms(reading);
		if (descriptor.fd < 0)
			return REPLY_LOST;
		if (left_ms == 0)
			return REPLY_LATE;
		const int ready = poll(&descriptor, 1, (int)left_ms);
		if (ready > 0)
			return REPLY_GOOD;
		if (ready < 0 && errno != EINTR)
			return REPLY_LOST;
	}
}

static enum reply flush(struct connection *connection, const struct reading *reading)
{
	for (;;) {
		const int left = PQflush(connection->conn);
		if (left <= 0)
			return left == 0 ? REPLY_GOOD : REPLY_LOST;
		const enum reply reply = wait_for(connection, reading, POLLIN | POLLOUT);
		if (reply != REPLY_GOOD)
			return reply;
		if (!PQconsumeInput(connection->conn))
			return REPLY_LOST;
	}
}

static enum reply next_result(struct connection *connection, const struct reading *reading,
                              PGresult **out)
{
	while (PQisBusy(connection->conn)) {
		const enum reply reply = wait_for(connection, reading, POLLIN);
		if (reply != REPLY_GOOD)
			return reply;
		if (!PQconsumeInput(connection->conn))
			return REPLY_LOST;
	}
	*out = PQgetResult(connection->conn);
	return REPLY_GOOD;
}

static const char *sqlstate_of(const PGresult *result)
{
	const char *sqlstate = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	return sqlstate ? sqlstate : "";
}

/* 57P01 and its like: the server is being shut down. */
static enum reply reply_of(const struct connection *connection, const PGresult *result)
{
	const ExecStatusType status = PQresultStatus(result);
	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
		return REPLY_GOOD;
	const bool ending = strncmp(sqlstate_of(result), "57P", 3) == 0;
	return ending || PQstatus(connection->conn) == CONNECTION_BAD ? REPLY_LOST : REPLY_ERROR;
}

/*
 * Waits for the answer to what was sent (`sent`: what the PQsend function returned). *out is the
 * first result that is bad, or else the last one; the caller's.
 */
static enum reply receive(struct connection *connection, const struct reading *reading, int sent,
                          PGresult **out)
{
	PGresult *kept = NULL, *result = NULL;
	enum reply worst = REPLY_GOOD;
	enum reply reply = sent ? flush(connection, reading) : REPLY_LOST;
	while (reply == REPLY_GOOD) {
		reply = next_result(connection, reading, &result);
		if (reply != REPLY_GOOD || !result)
			break;
		if (worst != REPLY_GOOD) {
			PQclear(result);
			continue;
		}
		PQclear(kept);
		kept = result;
		worst = reply_of(connection, kept);
	}
	*out = kept;
	assert(kept || worst == REPLY_GOOD);
	if (reply != REPLY_GOOD)
		return worst == REPLY_LOST ? REPLY_LOST : reply;
	return kept ? worst : REPLY_LOST;
}

static enum reply command(struct connection *connection, const struct reading *reading,
                          const char *sql)
{
	PGresult *result = NULL;
	const enum reply reply =
	        receive(connection, reading, PQsendQuery(connection->conn, sql), &result);
	PQclear(result);
	return reply;
}

/* --- connecting --- */

/* Notices may quote data, and libpq would print them. */
static void drop_notice(void *context, const PGresult *result)
{
	(void)context;
	(void)result;
}

static enum reply shake_hands(struct connection *connection, const struct reading *reading)
{
	PostgresPollingStatusType state = PGRES_POLLING_WRITING;
	if (PQstatus(connection->conn) == CONNECTION_BAD)
		return REPLY_LOST;
	while (state == PGRES_POLLING_WRITING || state == PGRES_POLLING_READING) {
		const enum reply reply = wait_for(
		        connection, reading, state == PGRES_POLLING_WRITING ? POLLOUT : POLLIN);
		if (reply != REPLY_GOOD)
			return reply;
		state = PQconnectPoll(connection->conn);
	}
	return state == PGRES_POLLING_OK ? REPLY_GOOD : REPLY_LOST;
}

static enum reply connect_server(struct connection *connection, const struct reading *reading)
{
	const char *const keys[] = { "dbname", "fallback_application_name", NULL };
	const char *const values[] = { connection->source->settings.conninfo, "dayi", NULL };
	assert(!connection->conn);
	connection->conn = PQconnectStartParams(keys, values, 1);
	if (!connection->conn)
		return REPLY_LOST;
	PQsetNoticeReceiver(connection->conn, drop_notice, NULL);
	const enum reply reply = shake_hands(connection, reading);
	if (reply != REPLY_GOOD)
		return reply;
	if (PQsetnonblocking(connection->conn, 1) != 0)
		return REPLY_LOST;
	return command(connection, reading,
	               "SET client_encoding TO 'UTF8'; SET DateStyle TO 'ISO';"
	               " SET default_transaction_read_only TO on");
}

/* --- one relation --- */

static void name_of(size_t relation, char name[NAME_SIZE])
{
	snprintf(name, NAME_SIZE, "dayi_%zu", relation);
}

/* Class 42: the statement does not fit the tables; 0A: its result has changed. */
static bool is_schema(const char *sqlstate)
{
	return strncmp(sqlstate, "42", 2) == 0 || strncmp(sqlstate, "0A", 2) == 0;
}

/* The SELECT itself is at fault, not the data: PostgreSQL's words may be logged. */
static void refuse_select(struct reading *reading, size_t relation, const PGresult *result)
{
	reading_fail(reading, relation, RECORD_WRONG_SCHEMA, sqlstate_of(result),
	             PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
}

static enum reply check_parameters(struct connection *connection, struct reading *reading,
                                   size_t relation, const char *name)
{
	PGresult *result = NULL;
	const enum reply reply = receive(connection, reading,
	                                 PQsendDescribePrepared(connection->conn, name), &result);
	if (reply == REPLY_ERROR) {
		refuse_select(reading, relation, result);
	} else if (reply == REPLY_GOOD) {
		connection->selects[relation] = PQnparams(result) == 1 ? PREPARED : REFUSED;
	}
	PQclear(result);
	return reply;
}

static enum reply prepare(struct connection *connection, struct reading *reading, size_t relation)
{
	const char *sql = record_mapping_statement(connection->source->mapping, relation);
	char name[NAME_SIZE];
	PGresult *result = NULL;
	name_of(relation, name);
	const enum reply reply = receive(
	        connection, reading, PQsendPrepare(connection->conn, name, sql, 0, NULL), &result);
	if (reply == REPLY_ERROR)
		refuse_select(reading, relation, result);
	PQclear(result);
	return reply == REPLY_GOOD ? check_parameters(connection, reading, relation, name) : reply;
}

/* Before the transaction, which a statement that does not compile would spoil. */
static enum reply prepare_all(struct connection *connection, struct reading *reading)
{
	enum reply reply = REPLY_GOOD;
	for (size_t r = RELATION_RECORDED; r < RELATIONS_MOST && reply <= REPLY_ERROR; r++) {
		if (!reading_wants(reading, r))
			continue;
		if (connection->selects[r] == UNPREPARED)
			reply = prepare(connection, reading, r);
		if (connection->selects[r] == REFUSED)
			reading_fail(reading, r, RECORD_WRONG_SCHEMA, "",
			             "the SELECT must have one parameter, $1");
	}
	return reply <= REPLY_ERROR ? REPLY_GOOD : reply;
}

static bool match_columns(const PGresult *result, struct reading *reading, size_t relation,
                          struct result_columns *columns)
{
	const char *names[RELATION_COLUMNS_MOST + 1];
	size_t count = (size_t)PQnfields(result);
	/* One name more than columns there are: one of them is unknown or there twice. */
	if (count > RELATION_COLUMNS_MOST + 1)
		count = RELATION_COLUMNS_MOST + 1;
	for (size_t i = 0; i < count; i++)
		names[i] = PQfname(result, (int)i);
	assert(count <= sizeof(names) / sizeof(names[0]));
	return reading_match(reading, relation, names, count, columns);
}

static void take_rows(const PGresult *result, struct reading *reading, size_t relation)
{
	struct result_columns columns;
	if (!match_columns(result, reading, relation, &columns))
		return;
	facts_open(reading->facts, relation);
	for (int row = 0; row < PQntuples(result); row++) {
		struct span values[RELATION_COLUMNS_MOST] = { { NULL, 0 } };
		for (int i = 0; i < (int)columns.count; i++)
			if (!PQgetisnull(result, row, i))
				values[i] = (struct span){ PQgetvalue(result, row, i),
					                   (size_t)PQgetlength(result, row, i) };
		if (!reading_add_row(reading, relation, &columns, values))
			return;
	}
	reading_done(reading, relation);
}

static enum reply read_relation(struct connection *connection, struct reading *reading,
                                size_t relation)
{
	char name[NAME_SIZE];
	PGresult *result = NULL;
	assert(connection->selects[relation] == PREPARED);
	name_of(relation, name);
	enum reply reply = receive(
	        connection, reading,
	        PQsendQueryPrepared(connection->conn, name, 1, &reading->id_number, NULL, NULL, 0),
	        &result);
	const char *sqlstate = sqlstate_of(result);
	if (reply == REPLY_GOOD) {
		take_rows(result, reading, relation);
	} else if (strcmp(sqlstate, "57014") == 0) {
		reply = REPLY_LATE; /* statement_timeout */
	} else if (reply == REPLY_ERROR) {
		connection->stale = connection->stale || is_schema(sqlstate);
		reading_fail(reading, relation,
		             is_schema(sqlstate) ? RECORD_WRONG_SCHEMA : RECORD_FAILED, sqlstate,
		             NULL);
	}
	PQclear(result);
	return reply;
}

/* --- the transaction --- */

static enum reply begin(struct connection *connection, const struct reading *reading)
{
	char sql[SQL_SIZE];
	snprintf(sql, sizeof(sql),
	         "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
	         " SET LOCAL statement_timeout TO %d",
	         (int)reading_left_ms(reading) + 1);
	return command(connection, reading, sql);
}

static enum reply read_relations(struct connection *connection, struct reading *reading)
{
	enum reply reply = begin(connection, reading);
	for (size_t r = RELATION_RECORDED; r < RELATIONS_MOST && reply == REPLY_GOOD; r++)
		if (reading_wants(reading, r))
			reply = read_relation(connection, reading, r);
	return reply;
}

/*
 * After an error aborted the transaction, forget what it read: the next transaction may see
 * other data.
 */
static void forget_read(struct reading *reading)
{
	for (size_t r = RELATION_RECORDED; r < RELATIONS_MOST; r++) {
		if (reading->report->relations[r] != RECORD_READ)
			continue;
		assert(reading->relations & RELATION_BIT(r)); /* nothing else was read */
		facts_forget(reading->facts, r);
		reading->report->relations[r] = RECORD_NOT_ASKED;
	}
}

/* Each round that fails has one relation less to read. */
static enum reply read_all(struct connection *connection, struct reading *reading)
{
	enum reply reply = prepare_all(connection, reading);
	if (reply != REPLY_GOOD)
		return reply;
	for (size_t round = 0; round <= RELATIONS_MOST; round++) {
		reply = read_relations(connection, reading);
		if (reply == REPLY_GOOD)
			return command(connection, reading, "COMMIT");
		if (reply != REPLY_ERROR)
			return reply;
		forget_read(reading);
		reply = command(connection, reading, "ROLLBACK");
		if (reply != REPLY_GOOD)
			return reply;
	}
	return REPLY_LOST;
}

/* What libpq says while it connects names host and user; later its words may quote data. */
static void lose(struct connection *connection, struct reading *reading, enum reply reply,
                 bool connecting)
{
	char message[MESSAGE_SIZE] = "the connection was lost";
	if (connecting && connection->conn)
		snprintf(message, sizeof(message), "%s", PQerrorMessage(connection->conn));
	message[strcspn(message, "\n")] = '\0';
	if (reply == REPLY_LATE)
		reading_lose(reading, RECORD_TIMED_OUT, "", NULL);
	else
		reading_lose(reading, RECORD_UNREACHABLE, "", message);
	disconnect(connection);
}

static void read_anew(struct connection *connection, struct reading *reading)
{
	disconnect(connection);
	enum reply reply = connect_server(connection, reading);
	if (reply != REPLY_GOOD) {
		lose(connection, reading, reply, true);
		return;
	}
	reply = read_all(connection, reading);
	if (reply != REPLY_GOOD)
		lose(connection, reading, reply, false);
}

/* A connection that is lost at once may mean that the server was restarted: connect again. */
static void read_state(void *state, struct reading *reading)
{
	struct connection *connection = state;
	enum reply reply = REPLY_LOST;
	if (connection->conn && !connection->stale)
		reply = read_all(connection, reading);
	if (reply == REPLY_LOST) {
		forget_read(reading);
		read_anew(connection, reading);
	} else if (reply != REPLY_GOOD) {
		lose(connection, reading, reply, false);
	}
}

const struct backend backend_postgres = { .problem = problem,
	                                  .open = open_state,
	                                  .close = close_state,
	                                  .disconnect = disconnect_state,
	                                  .read = read_state };
