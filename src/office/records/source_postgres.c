/*
 * A connection is made on the first read. Statements are prepared once per connection, before the
 * transaction, since one that does not compile would abort it. All relations are then read in one
 * read-only transaction, of one moment (store/source_select.h).
 *
 * An error inside the transaction aborts it. The relation at fault is reported, everything read
 * is forgotten, and the rest is read in a new transaction. A lost connection is made again once
 * per look-up: a server that was restarted in the meantime is no failure.
 */
#include "office/records/backend.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "store/source_select.h"

struct connection {
	struct record_source *records;
	struct source *source;
	enum { UNPREPARED, PREPARED, REFUSED } selects[RELATIONS_MOST];
	bool finds[RECORD_FIND_COUNT]; /* prepared */
	bool stale; /* the tables have changed: connect again before the next read */
};

static const char *problem(const struct record_settings *settings)
{
	if (!settings->conninfo || !*settings->conninfo)
		return N_("kind postgresql needs a connection string");
	return source_problem(settings->conninfo);
}

static void disconnect(struct connection *connection)
{
	source_close(connection->source);
	connection->stale = false;
	memset(connection->selects, 0, sizeof(connection->selects));
	memset(connection->finds, 0, sizeof(connection->finds));
}

static void disconnect_state(void *state)
{
	disconnect(state);
}

static void close_state(void *state)
{
	struct connection *connection = state;

	source_destroy(connection->source);
	free(connection);
}

static void *open_state(struct record_source *records)
{
	struct connection *connection = calloc(1, sizeof(*connection));

	if (!connection)
		return NULL;
	connection->records = records;
	connection->source = source_create(records->settings.conninfo, records->clock);
	if (connection->source)
		return connection;
	free(connection);
	return NULL;
}

/* --- one relation --- */

/* Class 42: the statement does not fit the tables; 0A: its result has changed. */
static bool is_schema(const char *sqlstate)
{
	return strncmp(sqlstate, "42", 2) == 0 || strncmp(sqlstate, "0A", 2) == 0;
}

static enum source_outcome prepare(struct connection *connection, struct reading *reading,
                                   size_t relation)
{
	const char *sql = record_mapping_statement(connection->records->mapping, relation);
	struct source_fault fault;
	const enum source_outcome outcome =
	        source_prepare(connection->source, relation, sql, 1, reading->deadline_us, &fault);

	if (outcome == SOURCE_DONE)
		connection->selects[relation] = PREPARED;
	if (outcome != SOURCE_REFUSED)
		return outcome;
	/* It compiles, with another number of parameters: that does not change by itself. */
	if (!fault.code[0])
		connection->selects[relation] = REFUSED;
	reading_fail(reading, relation, RECORD_WRONG_SCHEMA, fault.code, fault.message);
	return SOURCE_DONE;
}

/* Before the transaction, which a statement that does not compile would spoil. */
static enum source_outcome prepare_all(struct connection *connection, struct reading *reading)
{
	enum source_outcome outcome = SOURCE_DONE;

	for (size_t r = RELATION_RECORDED; r < RELATIONS_MOST && outcome == SOURCE_DONE; r++) {
		if (!reading_wants(reading, r))
			continue;
		if (connection->selects[r] == UNPREPARED)
			outcome = prepare(connection, reading, r);
		else if (connection->selects[r] == REFUSED)
			reading_fail(reading, r, RECORD_WRONG_SCHEMA, "",
			             "the SELECT must have one parameter, $1");
	}
	return outcome;
}

/* The relation that is read, and the facts that it goes into. */
struct taking {
	struct reading *reading;
	size_t relation;
};

static bool match_columns(const struct source_rows *rows, struct reading *reading, size_t relation,
                          struct result_columns *columns)
{
	const char *names[RELATION_COLUMNS_MOST + 1];
	size_t count = source_columns(rows);

	/* One name more than columns there are: one of them is unknown or there twice. */
	if (count > RELATION_COLUMNS_MOST + 1)
		count = RELATION_COLUMNS_MOST + 1;
	for (size_t i = 0; i < count; i++)
		names[i] = source_column(rows, i);
	assert(count <= sizeof(names) / sizeof(names[0]));
	return reading_match(reading, relation, names, count, columns);
}

static void take_rows(void *context, const struct source_rows *rows)
{
	const struct taking *taking = context;
	struct reading *reading = taking->reading;
	struct result_columns columns;

	if (!match_columns(rows, reading, taking->relation, &columns))
		return;
	facts_open(reading->facts, taking->relation);
	for (size_t row = 0; row < source_count(rows); row++) {
		struct span values[RELATION_COLUMNS_MOST] = { { NULL, 0 } };

		for (size_t i = 0; i < columns.count; i++)
			values[i] = source_value(rows, row, i);
		if (!reading_add_row(reading, taking->relation, &columns, values))
			return;
	}
	reading_done(reading, taking->relation);
}

static enum source_outcome read_relation(struct connection *connection, struct reading *reading,
                                         size_t relation)
{
	struct taking taking = { reading, relation };
	struct source_fault fault;
	enum source_outcome outcome;

	assert(connection->selects[relation] == PREPARED);
	outcome = source_select(connection->source, relation, &reading->id_number, 1,
	                        reading->deadline_us, take_rows, &taking, &fault);
	if (outcome != SOURCE_REFUSED)
		return outcome;
	connection->stale = connection->stale || is_schema(fault.code);
	reading_fail(reading, relation, is_schema(fault.code) ? RECORD_WRONG_SCHEMA : RECORD_FAILED,
	             fault.code, NULL);
	return outcome;
}

/* --- the transaction --- */

static enum source_outcome read_relations(struct connection *connection, struct reading *reading)
{
	enum source_outcome outcome = source_begin(connection->source, reading->deadline_us);

	for (size_t r = RELATION_RECORDED; r < RELATIONS_MOST && outcome == SOURCE_DONE; r++)
		if (reading_wants(reading, r))
			outcome = read_relation(connection, reading, r);
	return outcome;
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
static enum source_outcome read_all(struct connection *connection, struct reading *reading)
{
	enum source_outcome outcome = prepare_all(connection, reading);

	for (size_t round = 0; outcome == SOURCE_DONE && round <= RELATIONS_MOST; round++) {
		outcome = read_relations(connection, reading);
		if (outcome == SOURCE_DONE)
			return source_end(connection->source, true, reading->deadline_us);
		if (outcome != SOURCE_REFUSED)
			return outcome;
		forget_read(reading);
		outcome = source_end(connection->source, false, reading->deadline_us);
	}
	return outcome == SOURCE_DONE ? SOURCE_LOST : outcome;
}

/* `message`: what is said while it connects; later there is nothing to tell. */
static void lose(struct connection *connection, struct reading *reading,
                 enum source_outcome outcome, const char *message)
{
	if (outcome == SOURCE_LATE)
		reading_lose(reading, RECORD_TIMED_OUT, "", NULL);
	else
		reading_lose(reading, RECORD_UNREACHABLE, "", message);
	disconnect(connection);
}

static void read_anew(struct connection *connection, struct reading *reading)
{
	struct source_fault fault;
	enum source_outcome outcome;

	disconnect(connection);
	outcome = source_open(connection->source, reading->deadline_us, &fault);
	if (outcome != SOURCE_DONE) {
		lose(connection, reading, outcome, fault.message);
		return;
	}
	outcome = read_all(connection, reading);
	if (outcome != SOURCE_DONE)
		lose(connection, reading, outcome, "the connection was lost");
}

/* A connection that is lost at once may mean that the server was restarted: connect again. */
static void read_state(void *state, struct reading *reading)
{
	struct connection *connection = state;
	enum source_outcome outcome = SOURCE_LOST;

	if (source_is_open(connection->source) && !connection->stale)
		outcome = read_all(connection, reading);
	if (outcome == SOURCE_LOST) {
		forget_read(reading);
		read_anew(connection, reading);
	} else if (outcome != SOURCE_DONE) {
		lose(connection, reading, outcome, "the connection was lost");
	}
}

/* --- finding people --- */

static void take_found(void *context, const struct source_rows *rows)
{
	const struct finding *finding = context;
	const size_t columns = source_columns(rows);

	for (size_t row = 0; row < source_count(rows); row++) {
		struct span values[FINDING_COLUMNS] = { { NULL, 0 } };

		for (size_t i = 0; i < FINDING_COLUMNS && i < columns; i++)
			values[i] = source_value(rows, row, i);
		finding_add(finding, values);
	}
}

static enum source_outcome run_find(struct connection *connection, const struct reading *reading,
                                    const struct finding *finding, struct source_fault *fault)
{
	struct source *source = connection->source;
	const size_t number = RELATIONS_MOST + (size_t)finding->find;
	struct finding taken = *finding;
	enum source_outcome outcome = SOURCE_DONE;

	if (!connection->finds[finding->find])
		outcome = source_prepare(source, number, finding->sql, finding->count,
		                         reading->deadline_us, fault);
	if (outcome != SOURCE_DONE)
		return outcome;
	connection->finds[finding->find] = true;
	outcome = source_begin(source, reading->deadline_us);
	if (outcome != SOURCE_DONE)
		return outcome;
	outcome = source_select(source, number, finding->values, finding->count,
	                        reading->deadline_us, take_found, &taken, fault);
	if (outcome == SOURCE_REFUSED)
		connection->stale = true;
	if (outcome != SOURCE_DONE && outcome != SOURCE_REFUSED)
		return outcome;
	const enum source_outcome ended =
	        source_end(source, outcome == SOURCE_DONE, reading->deadline_us);
	return ended == SOURCE_DONE ? outcome : ended;
}

static enum record_outcome find_state(void *state, struct reading *reading,
                                      const struct finding *finding)
{
	struct connection *connection = state;
	struct source_fault fault = { 0 };
	enum source_outcome outcome = SOURCE_LOST;

	if (source_is_open(connection->source) && !connection->stale)
		outcome = run_find(connection, reading, finding, &fault);
	if (outcome == SOURCE_LOST) {
		disconnect(connection);
		outcome = source_open(connection->source, reading->deadline_us, &fault);
		if (outcome == SOURCE_DONE)
			outcome = run_find(connection, reading, finding, &fault);
	}
	if (outcome == SOURCE_DONE)
		return RECORD_READ;
	finding_log(reading, finding, fault.code, fault.message);
	if (outcome == SOURCE_REFUSED)
		return RECORD_WRONG_SCHEMA;
	disconnect(connection);
	return outcome == SOURCE_LATE ? RECORD_TIMED_OUT : RECORD_UNREACHABLE;
}

const struct backend backend_postgres = { .problem = problem,
	                                  .open = open_state,
	                                  .close = close_state,
	                                  .disconnect = disconnect_state,
	                                  .read = read_state,
	                                  .find = find_state };
