/*
 * One in-memory database has a table for each relation. Loading replaces the rows that differ;
 * an absent relation is one row of NULLs. Rules are compiled inside a SELECT of ours, once, when
 * the knowledge is loaded.
 *
 * The connection is open for our own SQL only while `guarded` is NULL. While a rule is compiled
 * or runs, `guarded` points to it: the authorizer then allows reads of the fact tables and
 * listed functions, and records what is read; the progress handler counts steps, time and
 * memory. start() and stop() bracket each run.
 *
 * A supposed answer is one more row of `said`. sandbox_forget() removes it, and every load does
 * that first.
 */
#include "engine/diagnose/sandbox.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/buf.h"
#include "base/language.h"
#include "engine/diagnose/functions.h"
#include "engine/diagnose/sql_advice.h"
#include "engine/diagnose/sql_depth.h"
#include "engine/diagnose/sql_tokens.h"

enum {
	FROM_DEPTH_MOST = 2,    /* of SELECTs in FROM */
	FACT_BYTES_MOST = 1000, /* of a fact; a longer one is unknown */
	STEPS_BETWEEN_LOOKS = 50,
	STEPS_MOST = 400000, /* two relations of FACTS_ROWS_MOST rows joined, twice over */
	LOOKS_A_READING = 8, /* reading the clock costs more than the steps between */
	RUN_US_MOST = 20000,
	MEMORY_MOST = 16 << 20, /* that SQLite may take beyond what it had */
	SCHEMA_CEILING = 16384,
	LOADING_SQL_SIZE = 256,
	ANSWERS_CEILING = 1 << 20,
	SCRATCH_CEILING = 4 << 20,
	STATEMENT_CEILING = 2 * EXPRESSION_BYTES_MOST,
};

struct sandbox {
	sqlite3 *db;
	struct clock clock;
	struct relations *relations;
	sqlite3_stmt *begin, *commit, *clear[RELATIONS_MOST], *insert[RELATIONS_MOST], *unsay;
	struct function_scope scope;
	struct arena *answers;        /* what was said and supposed; the latter comes last */
	sqlite3_int64 supposed_row;   /* in the table; 0: nothing is supposed */
	bool unknown[RELATIONS_MOST]; /* its table holds the row of NULLs and nothing else */
	struct guarded *guarded;      /* what is being compiled or runs; NULL: our own SQL */
	unsigned steps;               /* of the running expression, in looks */
	int64_t until_us;
	int64_t memory_before;
};

/* A statement of somebody else's. */
struct guarded {
	struct sandbox *sandbox;
	sqlite3_stmt *statement;
	bool sentence; /* may not read the facts */
	struct reads reads;
};

struct query {
	struct guarded guarded;
	struct row_columns columns;
	size_t verdict; /* its column */
};

struct expression {
	struct guarded guarded;
	struct row_columns columns; /* bound as parameters, in this order */
};

/* --- what a rule may do --- */

static int authorize(void *context, int action, const char *first, const char *second,
                     const char *database, const char *trigger)
{
	struct sandbox *sandbox = context;
	(void)database;
	(void)trigger;
	struct guarded *guarded = sandbox->guarded;
	if (!guarded || action == SQLITE_SELECT)
		return SQLITE_OK;
	if (action == SQLITE_FUNCTION) {
		const bool refused = !second || !function_allowed(second) ||
		                     (guarded->sentence && sqlite3_stricmp(second, "said") == 0);
		return refused ? SQLITE_DENY : SQLITE_OK;
	}
	if (action != SQLITE_READ || !first || guarded->sentence)
		return SQLITE_DENY;
	const size_t relation = relation_named(sandbox->relations, span_of(first));
	if (relation == relations_count(sandbox->relations))
		return SQLITE_DENY;
	const struct relation_shape *shape = relation_shape(sandbox->relations, relation);
	const size_t column = column_named(shape, span_of(second ? second : ""));
	const bool known = column < shape->column_count;
	assert(shape->column_count < 16); /* a bit each, and READS_ROWS */
	guarded->reads.columns[relation] |= (uint16_t)(known ? 1U << column : READS_ROWS);
	return SQLITE_OK;
}

static int look_at_limits(void *context)
{
	struct sandbox *sandbox = context;
	sandbox->steps++;
	return sandbox->steps > STEPS_MOST / STEPS_BETWEEN_LOOKS ||
	       (sandbox->steps % LOOKS_A_READING == 0 &&
	        clock_monotonic_us(&sandbox->clock) > sandbox->until_us) ||
	       sqlite3_memory_used() > sandbox->memory_before + MEMORY_MOST;
}

static void set_limits(sqlite3 *db)
{
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, VALUE_BYTES_MOST);
	sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, 2 * EXPRESSION_BYTES_MOST);
	sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 60);
	sqlite3_limit(db, SQLITE_LIMIT_COMPOUND_SELECT, 4);
	sqlite3_limit(db, SQLITE_LIMIT_COLUMN, 32);
	sqlite3_limit(db, SQLITE_LIMIT_VDBE_OP, 20000);
	sqlite3_limit(db, SQLITE_LIMIT_FUNCTION_ARG, 16);
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_limit(db, SQLITE_LIMIT_TRIGGER_DEPTH, 0);
	sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 0);
}

/* --- setting up --- */

static enum status status_of(int result)
{
	switch (result & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return STATUS_OK;
	case SQLITE_NOMEM:
		return STATUS_NO_MEMORY;
	case SQLITE_INTERRUPT:
	case SQLITE_TOOBIG:
		return STATUS_LIMIT;
	default:
		return STATUS_INVALID;
	}
}

/* Numbers that facts hold as text compare as numbers. */
static const char *affinity(enum column_type type)
{
	return type == COLUMN_FLAG ? "INTEGER" : type == COLUMN_NUMBER ? "NUMERIC" : "TEXT";
}

static void describe_table(const struct relation_shape *shape, struct buf *out)
{
	buf_append_format(out, "CREATE TABLE %s (", shape->name);
	for (size_t i = 0; i < shape->column_count; i++)
		buf_append_format(out, "%s\"%s\" %s", i ? ", " : "", shape->columns[i].name,
		                  affinity(shape->columns[i].type));
	buf_append_text(out, ");");
}

static int make_tables(struct sandbox *sandbox)
{
	struct buf sql;
	buf_init(&sql, SCHEMA_CEILING);
	for (size_t i = 0; i < relations_count(sandbox->relations); i++)
		describe_table(relation_shape(sandbox->relations, i), &sql);
	const int result = buf_status(&sql) == STATUS_OK
	                           ? sqlite3_exec(sandbox->db, buf_text(&sql), NULL, NULL, NULL)
	                           : SQLITE_NOMEM;
	buf_deinit(&sql);
	return result;
}

static int prepare(struct sandbox *sandbox, const char *sql, sqlite3_stmt **out)
{
	return sqlite3_prepare_v3(sandbox->db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);
}

static int prepare_loading(struct sandbox *sandbox, size_t relation)
{
	const struct relation_shape *shape = relation_shape(sandbox->relations, relation);
	char sql[LOADING_SQL_SIZE];
	snprintf(sql, sizeof(sql), "DELETE FROM %s", shape->name);
	int result = prepare(sandbox, sql, &sandbox->clear[relation]);
	size_t len = (size_t)snprintf(sql, sizeof(sql), "INSERT INTO %s VALUES (?", shape->name);
	for (size_t i = 1; i < shape->column_count; i++)
		len += (size_t)snprintf(sql + len, sizeof(sql) - len, ",?");
	snprintf(sql + len, sizeof(sql) - len, ")");
	assert(len + 1 < sizeof(sql)); /* names and columns are bounded by relations.h */
	if (result == SQLITE_OK)
		result = prepare(sandbox, sql, &sandbox->insert[relation]);
	return result;
}

static int prepare_all(struct sandbox *sandbox)
{
	int result = prepare(sandbox, "BEGIN", &sandbox->begin);
	if (result == SQLITE_OK)
		result = prepare(sandbox, "COMMIT", &sandbox->commit);
	if (result == SQLITE_OK)
		result = prepare(sandbox, "DELETE FROM said WHERE rowid = ?", &sandbox->unsay);
	for (size_t i = 0; i < relations_count(sandbox->relations) && result == SQLITE_OK; i++)
		result = prepare_loading(sandbox, i);
	return result;
}

static enum status open_database(struct sandbox *sandbox)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY |
	                  SQLITE_OPEN_NOMUTEX;
	int result = sqlite3_open_v2(":memory:", &sandbox->db, flags, NULL);
	/* Most relations hold a handful of rows: building an index costs more than the join. */
	if (result == SQLITE_OK)
		result = sqlite3_exec(sandbox->db,
		                      "PRAGMA temp_store = MEMORY; PRAGMA automatic_index = OFF",
		                      NULL, NULL, NULL);
	if (result == SQLITE_OK)
		result = functions_add(sandbox->db, &sandbox->scope);
	if (result == SQLITE_OK)
		result = make_tables(sandbox);
	if (result == SQLITE_OK)
		result = prepare_all(sandbox);
	if (result != SQLITE_OK)
		return (result & 0xff) == SQLITE_NOMEM ? STATUS_NO_MEMORY : STATUS_INTERNAL;
	sqlite3_db_config(sandbox->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(sandbox->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(sandbox->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	set_limits(sandbox->db);
	sqlite3_set_authorizer(sandbox->db, authorize, sandbox);
	return STATUS_OK;
}

enum status sandbox_create(const struct clock *clock, struct relations *relations,
                           struct sandbox **out)
{
	struct sandbox *sandbox = calloc(1, sizeof(*sandbox));
	*out = sandbox;
	if (!sandbox)
		return STATUS_NO_MEMORY;
	sandbox->clock = *clock;
	sandbox->relations = relations_keep(relations);
	enum status status = arena_create(&sandbox->answers, ANSWERS_CEILING);
	if (status == STATUS_OK)
		status = arena_create(&sandbox->scope.scratch, SCRATCH_CEILING);
	if (status == STATUS_OK)
		status = open_database(sandbox);
	if (status != STATUS_OK) {
		sandbox_destroy(sandbox);
		*out = NULL;
	}
	return status;
}

void sandbox_destroy(struct sandbox *sandbox)
{
	if (!sandbox)
		return;
	sqlite3_finalize(sandbox->begin);
	sqlite3_finalize(sandbox->commit);
	sqlite3_finalize(sandbox->unsay);
	for (size_t i = 0; i < RELATIONS_MOST; i++) {
		sqlite3_finalize(sandbox->clear[i]);
		sqlite3_finalize(sandbox->insert[i]);
	}
	sqlite3_close(sandbox->db);
	arena_destroy(sandbox->answers);
	arena_destroy(sandbox->scope.scratch);
	relations_release(sandbox->relations);
	free(sandbox);
}

const struct relations *sandbox_relations(const struct sandbox *sandbox)
{
	return sandbox->relations;
}

/* --- loading --- */

static void bind_value(sqlite3_stmt *insert, int at, const char *text)
{
	if (text && strlen(text) <= FACT_BYTES_MOST)
		sqlite3_bind_text(insert, at, text, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(insert, at);
}

static int run_once(sqlite3_stmt *statement)
{
	const int result = sqlite3_step(statement);
	const int reset = sqlite3_reset(statement);
	return result == SQLITE_DONE ? SQLITE_OK : reset;
}

/* A birth that lies ahead of today is an error of the register, and tells nothing. */
static const char *believed(const struct sandbox *sandbox, const struct column *column,
                            const char *text)
{
	return text && column->past && strcmp(text, sandbox->scope.today) > 0 ? NULL : text;
}

/* A row of the relation, or, with `facts` NULL, the row of NULLs that stands for the unknown. */
static int insert_row(struct sandbox *sandbox, size_t relation, const struct facts *facts,
                      size_t row)
{
	sqlite3_stmt *insert = sandbox->insert[relation];
	const struct relation_shape *shape = relation_shape(sandbox->relations, relation);
	assert((size_t)sqlite3_bind_parameter_count(insert) == shape->column_count);
	for (size_t i = 0; i < shape->column_count; i++)
		bind_value(insert, (int)i + 1,
		           facts ? believed(sandbox, &shape->columns[i],
		                            facts_value(facts, relation, row, i))
		                 : NULL);
	return run_once(insert);
}

static int load_relation(struct sandbox *sandbox, size_t relation, const struct facts *facts)
{
	const bool present = facts && facts_present(facts, relation);
	assert(!sandbox->guarded); /* only our own SQL loads rows */
	if (!present && sandbox->unknown[relation])
		return SQLITE_OK;
	int result = run_once(sandbox->clear[relation]);
	sandbox->unknown[relation] = false;
	if (!present && result == SQLITE_OK) {
		result = insert_row(sandbox, relation, NULL, 0);
		sandbox->unknown[relation] = result == SQLITE_OK;
		return result;
	}
	for (size_t row = 0; result == SQLITE_OK && row < facts_rows(facts, relation); row++)
		result = insert_row(sandbox, relation, facts, row);
	return result;
}

/* Copies the answers for said(), with room for one that is supposed. */
static enum status copy_said(struct sandbox *sandbox, const struct facts *facts)
{
	const size_t rows =
	        facts && facts_present(facts, RELATION_SAID) ? facts_rows(facts, RELATION_SAID) : 0;
	arena_reset(sandbox->answers);
	sandbox->scope.said_count = 0;
	sandbox->scope.said =
	        arena_array(sandbox->answers, 2 * (rows + 1), sizeof(*sandbox->scope.said));
	if (!sandbox->scope.said)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < 2 * rows; i++) {
		const char *text = facts_value(facts, RELATION_SAID, i / 2, i % 2);
		sandbox->scope.said[i] = text ? arena_copy(sandbox->answers, span_of(text)) : NULL;
		if (text && !sandbox->scope.said[i])
			return STATUS_NO_MEMORY;
	}
	sandbox->scope.said_count = rows;
	return STATUS_OK;
}

enum status sandbox_load(struct sandbox *sandbox, const struct facts *record,
                         const struct facts *told, const char today[DAY_SIZE])
{
	enum status status = sandbox_forget(sandbox);
	if (status == STATUS_OK)
		status = copy_said(sandbox, told);
	if (status != STATUS_OK)
		return status;
	snprintf(sandbox->scope.today, sizeof(sandbox->scope.today), "%s", today);
	/* Columns of other relations may mean something else: take the record as absent. */
	if (record && !relations_same(facts_relations(record), sandbox->relations))
		record = NULL;
	assert(!sandbox->supposed_row);
	assert(sqlite3_get_autocommit(sandbox->db));
	int result = run_once(sandbox->begin);
	for (size_t i = 0; i < relations_count(sandbox->relations) && result == SQLITE_OK; i++)
		result = load_relation(sandbox, i, i < RELATION_RECORDED ? told : record);
	const int committed = run_once(sandbox->commit);
	if (result == SQLITE_OK)
		result = committed;
	/*
	 * After an error SQLite may have restored the rows of another applicant: load everything
	 * next time.
	 */
	if (result != SQLITE_OK)
		memset(sandbox->unknown, 0, sizeof(sandbox->unknown));
	assert(result != SQLITE_OK || sqlite3_get_autocommit(sandbox->db));
	return status_of(result);
}

void sandbox_move(struct sandbox *sandbox, const char today[DAY_SIZE])
{
	snprintf(sandbox->scope.today, sizeof(sandbox->scope.today), "%s", today);
}

static enum status replace_said(struct sandbox *sandbox, const char *const *const *rows,
                                size_t count)
{
	arena_reset(sandbox->answers);
	sandbox->scope.said_count = 0;
	sandbox->scope.said =
	        arena_array(sandbox->answers, 2 * (count + 1), sizeof(*sandbox->scope.said));
	if (!sandbox->scope.said)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < 2 * count; i++)
		sandbox->scope.said[i] = rows[i / 2][i % 2];
	sandbox->scope.said_count = count;
	return STATUS_OK;
}

enum status sandbox_replace(struct sandbox *sandbox, size_t relation,
                            const char *const *const *rows, size_t count)
{
	const struct relation_shape *shape = relation_shape(sandbox->relations, relation);
	sqlite3_stmt *insert = sandbox->insert[relation];
	assert(!sandbox->guarded);
	enum status status = sandbox_forget(sandbox);
	if (status == STATUS_OK && relation == RELATION_SAID)
		status = replace_said(sandbox, rows, rows ? count : 0);
	if (status != STATUS_OK || (!rows && sandbox->unknown[relation]))
		return status;
	int result = run_once(sandbox->clear[relation]);
	sandbox->unknown[relation] = false;
	if (!rows && result == SQLITE_OK) {
		result = insert_row(sandbox, relation, NULL, 0);
		sandbox->unknown[relation] = result == SQLITE_OK;
	}
	for (size_t row = 0; rows && row < count && result == SQLITE_OK; row++) {
		for (size_t i = 0; i < shape->column_count; i++)
			bind_value(insert, (int)i + 1,
			           believed(sandbox, &shape->columns[i], rows[row][i]));
		result = run_once(insert);
	}
	return status_of(result);
}

enum status sandbox_suppose(struct sandbox *sandbox, const char *fact, const char *value)
{
	enum status status = sandbox_forget(sandbox);
	if (status != STATUS_OK)
		return status;
	sqlite3_stmt *insert = sandbox->insert[RELATION_SAID];
	assert(sandbox->scope.said); /* with room for one more: copy_said(), replace_said() */
	sandbox->unknown[RELATION_SAID] = false;
	bind_value(insert, 1, fact);
	bind_value(insert, 2, value);
	status = status_of(run_once(insert));
	if (status != STATUS_OK)
		return status;
	sandbox->supposed_row = sqlite3_last_insert_rowid(sandbox->db);
	sandbox->scope.said[2 * sandbox->scope.said_count] = fact;
	sandbox->scope.said[2 * sandbox->scope.said_count + 1] = value;
	sandbox->scope.said_count++;
	return STATUS_OK;
}

enum status sandbox_forget(struct sandbox *sandbox)
{
	if (!sandbox->supposed_row)
		return STATUS_OK;
	sqlite3_bind_int64(sandbox->unsay, 1, sandbox->supposed_row);
	sandbox->supposed_row = 0;
	assert(sandbox->scope.said_count > 0);
	sandbox->scope.said_count--;
	return status_of(run_once(sandbox->unsay));
}

/* --- compiling --- */

static enum status fail(const struct sandbox *sandbox, int result,
                        char problem[SANDBOX_PROBLEM_SIZE])
{
	snprintf(problem, SANDBOX_PROBLEM_SIZE, "%s",
	         (result & 0xff) == SQLITE_INTERRUPT ? _("takes too many steps or too much memory")
	                                             : sqlite3_errmsg(sandbox->db));
	return status_of(result);
}

/* SQLite's message is English: say that it is SQLite's. */
static void name_library(int result, char problem[SANDBOX_PROBLEM_SIZE])
{
	char own[SANDBOX_PROBLEM_SIZE];
	if ((result & 0xff) == SQLITE_INTERRUPT)
		return;
	memcpy(own, problem, sizeof(own));
	snprintf(problem, SANDBOX_PROBLEM_SIZE, _("SQLite says: %s"), own);
}

static enum status refuse(char problem[SANDBOX_PROBLEM_SIZE], const char *reason)
{
	snprintf(problem, SANDBOX_PROBLEM_SIZE, "%s", _(reason));
	return STATUS_INVALID;
}

/*
 * WITH a AS (…), b AS (… a … a), c AS (… b … b): each step doubles what SQLite compiles, and no
 * limit stops that. The same with SELECTs in FROM (sql_from_depth()).
 */
static bool holds_with(const char *sql)
{
	while (*sql) {
		const size_t len = strspn(sql, SQL_NAME_LETTERS);
		if (len == 4 && sqlite3_strnicmp(sql, "with", 4) == 0)
			return true;
		sql += len ? len : 1;
	}
	return false;
}

/* `query` is `sql` with what stands around it. `columns`: of a sentence, else NULL. */
static enum status compile(struct guarded *guarded, const char *sql, const struct buf *query,
                           const struct row_columns *columns, char problem[SANDBOX_PROBLEM_SIZE])
{
	struct sandbox *sandbox = guarded->sandbox;
	const int parameters = columns ? (int)columns->count : 0;
	const char *tail = "";
	if (strlen(sql) > EXPRESSION_BYTES_MOST)
		return refuse(problem, "longer than 4000 bytes");
	if (buf_status(query) != STATUS_OK)
		return buf_status(query);
	if (holds_with(sql))
		return refuse(problem,
		              "must not hold the word WITH: write (SELECT ...) in its place");
	if (sql_from_depth(sql) > FROM_DEPTH_MOST)
		return refuse(problem, "must not nest FROM (SELECT ...) more than two deep");
	assert(!sandbox->guarded);
	assert(!guarded->statement);
	guarded->sentence = columns != NULL;
	sandbox->guarded = guarded;
	const int result =
	        sqlite3_prepare_v3(sandbox->db, buf_text(query), -1, SQLITE_PREPARE_PERSISTENT,
	                           &guarded->statement, &tail);
	sandbox->guarded = NULL;
	if (result != SQLITE_OK) {
		const enum status status = fail(sandbox, result, problem);
		sql_advise(sandbox->relations, sql, columns, problem);
		name_library(result, problem);
		return status;
	}
	if (tail[strspn(tail, " \t\r\n")])
		return refuse(problem, "must be one statement: nothing may follow a semicolon");
	if (sqlite3_bind_parameter_count(guarded->statement) != parameters)
		return refuse(problem, "must not have parameters such as ?1");
	return STATUS_OK;
}

static enum status take_column_names(struct query *query, char problem[SANDBOX_PROBLEM_SIZE])
{
	sqlite3_stmt *statement = query->guarded.statement;
	const size_t count = (size_t)sqlite3_column_count(statement);
	if (count > ROW_COLUMNS_MOST)
		return refuse(problem, "gives more than 16 columns");
	query->verdict = count;
	for (size_t i = 0; i < count; i++) {
		const char *name = sqlite3_column_name(statement, (int)i);
		if (!name)
			return STATUS_NO_MEMORY;
		if (!name[0] || strspn(name, SQL_NAME_LETTERS) != strlen(name))
			return refuse(problem, "gives a column without a name: write "
			                       "... AS name, of letters and digits");
		if (strcmp(name, "verdict") == 0)
			query->verdict = i;
		query->columns.names[i] = name;
	}
	assert(query->verdict <= count);
	query->columns.count = count;
	if (query->verdict == count)
		return refuse(problem, "gives no verdict: write SELECT condition AS verdict, ...");
	return STATUS_OK;
}

enum status sandbox_compile_query(struct sandbox *sandbox, const char *sql,
                                  char problem[SANDBOX_PROBLEM_SIZE], struct query **out)
{
	struct query *query = calloc(1, sizeof(*query));
	struct buf text;
	*out = query;
	problem[0] = '\0';
	if (!query)
		return STATUS_NO_MEMORY;
	query->guarded.sandbox = sandbox;
	buf_init(&text, STATEMENT_CEILING);
	/* The line break ends a comment that the SELECT may end in; a second row is one too many.
	 */
	BUF_JOIN(&text, "SELECT * FROM (", sql, "\n) LIMIT 2");
	enum status status = compile(&query->guarded, sql, &text, NULL, problem);
	if (status == STATUS_OK)
		status = take_column_names(query, problem);
	buf_deinit(&text);
	if (status != STATUS_OK) {
		query_destroy(query);
		*out = NULL;
	}
	return status == STATUS_LIMIT ? STATUS_INVALID : status;
}

void query_destroy(struct query *query)
{
	if (!query)
		return;
	sqlite3_finalize(query->guarded.statement);
	free(query);
}

const char *query_today(const struct query *query)
{
	return query->guarded.sandbox->scope.today;
}

const struct reads *query_reads(const struct query *query)
{
	return &query->guarded.reads;
}

const struct row_columns *query_columns(const struct query *query)
{
	return &query->columns;
}

enum status sandbox_compile_expression(struct sandbox *sandbox, const char *sql,
                                       const struct row_columns *columns,
                                       char problem[SANDBOX_PROBLEM_SIZE], struct expression **out)
{
	struct expression *expression = calloc(1, sizeof(*expression));
	struct buf text;
	*out = expression;
	problem[0] = '\0';
	if (!expression)
		return STATUS_NO_MEMORY;
	expression->guarded.sandbox = sandbox;
	expression->columns = *columns;
	buf_init(&text, STATEMENT_CEILING);
	BUF_JOIN(&text, "SELECT (", sql, "\n) FROM (SELECT");
	for (size_t i = 0; i < columns->count; i++)
		BUF_JOIN(&text, i ? ", :" : " :", columns->names[i], " AS \"", columns->names[i],
		         "\"");
	buf_append_text(&text, ")");
	enum status status = compile(&expression->guarded, sql, &text, columns, problem);
	if (status == STATUS_OK && sqlite3_column_count(expression->guarded.statement) != 1)
		status = refuse(problem, "must be one expression: a comma parts two");
	buf_deinit(&text);
	if (status != STATUS_OK) {
		expression_destroy(expression);
		*out = NULL;
	}
	return status == STATUS_LIMIT ? STATUS_INVALID : status;
}

void expression_destroy(struct expression *expression)
{
	if (!expression)
		return;
	sqlite3_finalize(expression->guarded.statement);
	free(expression);
}

/* --- running --- */

static enum status take_value(sqlite3_stmt *statement, size_t column, struct arena *arena,
                              struct value *out)
{
	*out = (struct value){ .kind = VALUE_NULL };
	switch (sqlite3_column_type(statement, (int)column)) {
	case SQLITE_NULL:
		return STATUS_OK;
	case SQLITE_INTEGER:
		out->kind = VALUE_NUMBER;
		out->number = sqlite3_column_int64(statement, (int)column);
		return STATUS_OK;
	default:
		break;
	}
	const char *text = (const char *)sqlite3_column_text(statement, (int)column);
	const char *copy = text ? arena_copy(arena, span_of(text)) : NULL;
	if (!copy)
		return STATUS_NO_MEMORY;
	*out = (struct value){ VALUE_TEXT, 0, copy };
	return STATUS_OK;
}

/* Between start() and stop() the statement may be stepped: its steps, time and memory count. */
static void start(struct guarded *guarded)
{
	struct sandbox *sandbox = guarded->sandbox;
	assert(!sandbox->guarded); /* one statement at a time */
	assert(!sqlite3_stmt_busy(guarded->statement));
	sandbox->steps = 0;
	sandbox->until_us = clock_monotonic_us(&sandbox->clock) + RUN_US_MOST;
	sandbox->memory_before = sqlite3_memory_used();
	sqlite3_progress_handler(sandbox->db, STEPS_BETWEEN_LOOKS, look_at_limits, sandbox);
	/* SQLite may recompile it while it runs: the authorizer must know it then, too. */
	sandbox->guarded = guarded;
}

static void stop(struct guarded *guarded)
{
	assert(guarded->sandbox->guarded == guarded);
	guarded->sandbox->guarded = NULL;
	(void)sqlite3_reset(guarded->statement);
	sqlite3_progress_handler(guarded->sandbox->db, 0, NULL, NULL);
}

static enum status take_row(const struct query *query, struct arena *arena, struct row *out)
{
	enum status status = STATUS_OK;
	out->found = true;
	assert(query->columns.count <= ROW_COLUMNS_MOST);
	assert(query->verdict < query->columns.count);
	for (size_t i = 0; i < query->columns.count && status == STATUS_OK; i++)
		status = take_value(query->guarded.statement, i, arena, &out->values[i]);
	out->verdict = out->values[query->verdict];
	return status;
}

enum status query_run(struct query *query, struct arena *arena, struct row *out,
                      char problem[SANDBOX_PROBLEM_SIZE])
{
	struct guarded *guarded = &query->guarded;
	out->columns = &query->columns;
	out->found = false;
	out->verdict = (struct value){ .kind = VALUE_NULL };
	problem[0] = '\0';
	start(guarded);
	enum status status = STATUS_OK;
	int result = sqlite3_step(guarded->statement);
	if (result == SQLITE_ROW) {
		status = take_row(query, arena, out);
		result = sqlite3_step(guarded->statement);
	}
	if (result == SQLITE_ROW)
		status = refuse(problem, "gives more than one row: end it in ORDER BY ... LIMIT 1");
	else if (result != SQLITE_DONE) {
		status = fail(guarded->sandbox, result, problem);
		name_library(result, problem);
	}
	stop(guarded);
	return status;
}

static void bind_column(sqlite3_stmt *statement, int at, const struct value *value)
{
	if (value->kind == VALUE_NUMBER)
		sqlite3_bind_int64(statement, at, value->number);
	else if (value->kind == VALUE_TEXT)
		sqlite3_bind_text(statement, at, value->text, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(statement, at);
}

/* The value of the row's column of that name; NULL where it has none. */
static const struct value *value_named(const struct row *row, const char *name)
{
	static const struct value none = { .kind = VALUE_NULL };
	for (size_t i = 0; i < row->columns->count; i++)
		if (strcmp(row->columns->names[i], name) == 0)
			return &row->values[i];
	return &none;
}

enum status expression_evaluate(struct expression *expression, const struct row *row,
                                struct arena *arena, struct value *out,
                                char problem[SANDBOX_PROBLEM_SIZE])
{
	struct guarded *guarded = &expression->guarded;
	*out = (struct value){ .kind = VALUE_NULL };
	problem[0] = '\0';
	assert((size_t)sqlite3_bind_parameter_count(guarded->statement) ==
	       expression->columns.count);
	for (size_t i = 0; i < expression->columns.count; i++)
		bind_column(guarded->statement, (int)i + 1,
		            value_named(row, expression->columns.names[i]));
	start(guarded);
	const int result = sqlite3_step(guarded->statement);
	enum status status = STATUS_OK;
	if (result == SQLITE_ROW)
		status = take_value(guarded->statement, 0, arena, out);
	else {
		status = fail(guarded->sandbox, result, problem);
		name_library(result, problem);
	}
	stop(guarded);
	return status;
}
