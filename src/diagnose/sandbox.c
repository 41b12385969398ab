#include "diagnose/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/buf.h"
#include "base/language.h"
#include "base/utf8.h"
#include "text/identify.h"

enum {
	VALUE_BYTES_MOST = 4096, /* of any text that an expression makes */
	FACT_BYTES_MOST = 1000,  /* of a fact; a longer one is unknown */
	NUMBER_BYTES_MOST = 256, /* of a text that may be an identifier: looking takes long */
	STEPS_BETWEEN_LOOKS = 50,
	STEPS_MOST = 400000, /* two relations of FACTS_ROWS_MOST rows joined, twice over */
	LOOKS_A_READING = 8, /* reading the clock costs more than the steps between */
	RUN_US_MOST = 20000,
	MEMORY_MOST = 16 << 20, /* that SQLite may take beyond what it had */
	SCHEMA_CEILING = 8192,
	ANSWERS_CEILING = 1 << 20,
	SCRATCH_CEILING = 4 << 20,
};

struct sandbox {
	sqlite3 *db;
	struct clock clock;
	sqlite3_stmt *begin, *commit, *clear[RELATION_COUNT], *insert[RELATION_COUNT], *unsay;
	char today[DAY_SIZE];
	struct arena *answers; /* what was said and supposed */
	const char **said;     /* fact, value, fact, value, … ; what is supposed comes last */
	size_t said_count;     /* of pairs */
	sqlite3_int64 supposed_row;   /* in the table; 0: nothing is supposed */
	bool unknown[RELATION_COUNT]; /* its table holds the row of NULLs and nothing else */
	struct arena *scratch;        /* of the running expression's functions */
	struct reads *watching;       /* what is being compiled */
	unsigned steps;               /* of the running expression, in looks */
	int64_t until_us;
	int64_t memory_before;
};

struct expression {
	struct sandbox *sandbox;
	sqlite3_stmt *statement;
	struct reads reads;
};

/* --- what an expression may do --- */

/*
 * Pure, and none whose cost grows faster than the texts it gets: LIKE and GLOB can take for ever,
 * printf() and the blob functions make large values, the date functions know the clock.
 */
static const char *const function_names[] = {
	"abs",    "coalesce",     "count",         "group_concat", "ifnull", "iif",
	"instr",  "length",       "lower",         "ltrim",        "max",    "min",
	"nullif", "replace",      "round",         "rtrim",        "substr", "sum",
	"trim",   "upper",        "today",         "years_after",  "said",   "id_valid",
	"masked", "days_between", "same_brackets", "some",
};

enum { FUNCTION_COUNT = sizeof(function_names) / sizeof(function_names[0]) };

static bool function_allowed(const char *name)
{
	for (size_t i = 0; i < FUNCTION_COUNT; i++)
		if (sqlite3_stricmp(name, function_names[i]) == 0)
			return true;
	return false;
}

static int authorize(void *context, int action, const char *first, const char *second,
                     const char *database, const char *trigger)
{
	struct sandbox *sandbox = context;
	(void)database;
	(void)trigger;
	if (!sandbox->watching)
		return SQLITE_OK;
	if (action == SQLITE_SELECT)
		return SQLITE_OK;
	if (action == SQLITE_FUNCTION)
		return second && function_allowed(second) ? SQLITE_OK : SQLITE_DENY;
	if (action != SQLITE_READ || !first)
		return SQLITE_DENY;
	const enum relation relation = relation_named(span_of(first));
	if (relation == RELATION_COUNT)
		return SQLITE_DENY;
	const size_t column = column_named(relation, span_of(second ? second : ""));
	const bool known = column < relation_shape(relation)->column_count;
	sandbox->watching->columns[relation] |= (uint16_t)(known ? 1U << column : READS_ROWS);
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
	sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, EXPRESSION_BYTES_MOST + 64);
	sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 60);
	sqlite3_limit(db, SQLITE_LIMIT_COMPOUND_SELECT, 4);
	sqlite3_limit(db, SQLITE_LIMIT_COLUMN, 32);
	sqlite3_limit(db, SQLITE_LIMIT_VDBE_OP, 20000);
	sqlite3_limit(db, SQLITE_LIMIT_FUNCTION_ARG, 16);
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_limit(db, SQLITE_LIMIT_TRIGGER_DEPTH, 0);
	sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 0);
}

/* --- functions --- */

static const char *text_argument(sqlite3_value *value)
{
	return sqlite3_value_type(value) == SQLITE_NULL ? NULL
	                                                : (const char *)sqlite3_value_text(value);
}

static bool read_day(sqlite3_value *value, struct day *out)
{
	const char *text = text_argument(value);
	return text && day_read(text, out);
}

static void call_today(sqlite3_context *context, int count, sqlite3_value **values)
{
	const struct sandbox *sandbox = sqlite3_user_data(context);
	(void)count;
	(void)values;
	if (sandbox->today[0])
		sqlite3_result_text(context, sandbox->today, -1, SQLITE_TRANSIENT);
}

static void call_years_after(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct day day;
	(void)count;
	if (!read_day(values[0], &day) || sqlite3_value_type(values[1]) != SQLITE_INTEGER)
		return;
	const int64_t years = sqlite3_value_int64(values[1]);
	if (years < -DAY_LAST_YEAR || years > DAY_LAST_YEAR)
		return;
	struct day then = { day.year + (int)years, day.month, day.day };
	/* Only a 29 February can be missing. */
	if (day.month == 2 && day.day == 29 && !day_exists(then))
		then = (struct day){ then.year, 3, 1 };
	if (!day_exists(then))
		return;
	char text[DAY_SIZE];
	day_write(then, text);
	sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

static void call_days_between(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct day from, to;
	(void)count;
	if (read_day(values[0], &from) && read_day(values[1], &to))
		sqlite3_result_int64(context, day_number(to) - day_number(from));
}

static void call_said(sqlite3_context *context, int count, sqlite3_value **values)
{
	const struct sandbox *sandbox = sqlite3_user_data(context);
	const char *fact = text_argument(values[0]);
	const char *value = NULL;
	(void)count;
	for (size_t i = 0; fact && i < sandbox->said_count; i++)
		if (sandbox->said[2 * i] && strcmp(sandbox->said[2 * i], fact) == 0)
			value = sandbox->said[2 * i + 1];
	if (value)
		sqlite3_result_text(context, value, -1, SQLITE_TRANSIENT);
}

/* The one identifier that the text is from end to end; false where it is none, or more than one. */
static bool is_identifier(const char *text, struct arena *arena, struct identifier *out)
{
	struct identifier_list found;
	if (strlen(text) > NUMBER_BYTES_MOST ||
	    identify(span_of(text), arena, &found) != STATUS_OK || found.count != 1)
		return false;
	*out = found.items[0];
	return out->start == 0 && out->end == strlen(text);
}

static void call_id_valid(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct sandbox *sandbox = sqlite3_user_data(context);
	const char *text = text_argument(values[0]);
	struct identifier id;
	(void)count;
	if (!text)
		return;
	const bool valid = is_identifier(text, sandbox->scratch, &id) &&
	                   id.kind == IDENTIFIER_ID_NUMBER && id.fault == IDENTIFIER_SOUND;
	sqlite3_result_int(context, valid);
}

static void call_same_brackets(sqlite3_context *context, int count, sqlite3_value **values)
{
	static const char wide_open[] = "（", wide_close[] = "）";
	const char *text = text_argument(values[0]);
	struct buf out;
	(void)count;
	if (!text)
		return;
	buf_init(&out, VALUE_BYTES_MOST);
	while (*text) {
		const bool open = strncmp(text, wide_open, sizeof(wide_open) - 1) == 0;
		const bool close = strncmp(text, wide_close, sizeof(wide_close) - 1) == 0;
		buf_append_char(&out, open ? '(' : close ? ')' : *text);
		text += open ? sizeof(wide_open) - 1 : close ? sizeof(wide_close) - 1 : 1;
	}
	if (buf_status(&out) == STATUS_OK)
		sqlite3_result_text(context, buf_text(&out), (int)out.len, SQLITE_TRANSIENT);
	buf_deinit(&out);
}

/* Four characters and the last two; nothing of a short text. */
static void append_ends(struct span text, struct buf *out)
{
	const size_t length = utf8_length(text);
	const size_t start = utf8_prefix(text, 4);
	if (length > 8)
		buf_append(out, text.ptr, start);
	buf_append_text(out, "****");
	if (length > 8)
		buf_append_text(out, text.ptr + utf8_prefix(text, length - 2));
}

/* What identify() knows is masked as everywhere; of anything else only the ends are shown. */
static void call_masked(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct sandbox *sandbox = sqlite3_user_data(context);
	const char *text = text_argument(values[0]);
	struct identifier_list found;
	struct buf out;
	(void)count;
	if (!text)
		return;
	buf_init(&out, VALUE_BYTES_MOST);
	if (strlen(text) <= NUMBER_BYTES_MOST &&
	    identify(span_of(text), sandbox->scratch, &found) == STATUS_OK && found.count > 0)
		mask(span_of(text), &found, &out);
	else
		append_ends(span_of(text), &out);
	if (buf_status(&out) == STATUS_OK)
		sqlite3_result_text(context, buf_text(&out), (int)out.len, SQLITE_TRANSIENT);
	buf_deinit(&out);
}

/* What some() saw of its rows so far. */
struct seen {
	bool true_one, unknown_one;
};

static void step_some(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct seen *seen = sqlite3_aggregate_context(context, sizeof(*seen));
	(void)count;
	if (!seen)
		sqlite3_result_error_nomem(context);
	else if (sqlite3_value_type(values[0]) == SQLITE_NULL)
		seen->unknown_one = true;
	else if (sqlite3_value_double(values[0]) != 0)
		seen->true_one = true;
}

static void end_some(sqlite3_context *context)
{
	const struct seen *seen = sqlite3_aggregate_context(context, 0);
	if (seen && seen->unknown_one && !seen->true_one)
		sqlite3_result_null(context);
	else
		sqlite3_result_int(context, seen && seen->true_one);
}

static int add_functions(struct sandbox *sandbox)
{
	static const struct {
		const char *name;
		int arguments;
		void (*call)(sqlite3_context *, int, sqlite3_value **);
	} functions[] = {
		{ "today", 0, call_today },
		{ "years_after", 2, call_years_after },
		{ "days_between", 2, call_days_between },
		{ "said", 1, call_said },
		{ "id_valid", 1, call_id_valid },
		{ "same_brackets", 1, call_same_brackets },
		{ "masked", 1, call_masked },
	};
	int result = sqlite3_create_function_v2(sandbox->db, "some", 1, SQLITE_UTF8, sandbox, NULL,
	                                        step_some, end_some, NULL);
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (result == SQLITE_OK)
			result = sqlite3_create_function_v2(
			        sandbox->db, functions[i].name, functions[i].arguments, SQLITE_UTF8,
			        sandbox, functions[i].call, NULL, NULL, NULL);
	return result;
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

static void describe_table(enum relation relation, struct buf *out)
{
	const struct relation_shape *shape = relation_shape(relation);
	buf_append_format(out, "CREATE TABLE %s (", shape->name);
	for (size_t i = 0; i < shape->column_count; i++)
		buf_append_format(out, "%s%s %s", i ? ", " : "", shape->columns[i].name,
		                  shape->columns[i].type == COLUMN_FLAG ? "INTEGER" : "TEXT");
	buf_append_text(out, ");");
}

static int make_tables(struct sandbox *sandbox)
{
	struct buf sql;
	buf_init(&sql, SCHEMA_CEILING);
	for (int i = 0; i < RELATION_COUNT; i++)
		describe_table((enum relation)i, &sql);
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

static int prepare_loading(struct sandbox *sandbox, enum relation relation)
{
	const struct relation_shape *shape = relation_shape(relation);
	char sql[256];
	snprintf(sql, sizeof(sql), "DELETE FROM %s", shape->name);
	int result = prepare(sandbox, sql, &sandbox->clear[relation]);
	size_t len = (size_t)snprintf(sql, sizeof(sql), "INSERT INTO %s VALUES (?", shape->name);
	for (size_t i = 1; i < shape->column_count; i++)
		len += (size_t)snprintf(sql + len, sizeof(sql) - len, ",?");
	snprintf(sql + len, sizeof(sql) - len, ")");
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
	for (int i = 0; i < RELATION_COUNT && result == SQLITE_OK; i++)
		result = prepare_loading(sandbox, (enum relation)i);
	return result;
}

static enum status open_database(struct sandbox *sandbox)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY |
	                  SQLITE_OPEN_NOMUTEX;
	int result = sqlite3_open_v2(":memory:", &sandbox->db, flags, NULL);
	/* Most relations hold a handful of rows: an index for one join is dearer than the join. */
	if (result == SQLITE_OK)
		result = sqlite3_exec(sandbox->db,
		                      "PRAGMA temp_store = MEMORY; PRAGMA automatic_index = OFF",
		                      NULL, NULL, NULL);
	if (result == SQLITE_OK)
		result = add_functions(sandbox);
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

enum status sandbox_create(const struct clock *clock, struct sandbox **out)
{
	struct sandbox *sandbox = calloc(1, sizeof(*sandbox));
	*out = sandbox;
	if (!sandbox)
		return STATUS_NO_MEMORY;
	sandbox->clock = *clock;
	enum status status = arena_create(&sandbox->answers, ANSWERS_CEILING);
	if (status == STATUS_OK)
		status = arena_create(&sandbox->scratch, SCRATCH_CEILING);
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
	for (int i = 0; i < RELATION_COUNT; i++) {
		sqlite3_finalize(sandbox->clear[i]);
		sqlite3_finalize(sandbox->insert[i]);
	}
	sqlite3_close(sandbox->db);
	arena_destroy(sandbox->answers);
	arena_destroy(sandbox->scratch);
	free(sandbox);
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

/* A row of the relation, or, with `facts` NULL, the row of NULLs that stands for the unknown. */
static int insert_row(struct sandbox *sandbox, enum relation relation, const struct facts *facts,
                      size_t row)
{
	sqlite3_stmt *insert = sandbox->insert[relation];
	for (size_t i = 0; i < relation_shape(relation)->column_count; i++)
		bind_value(insert, (int)i + 1, facts ? facts_value(facts, relation, row, i) : NULL);
	return run_once(insert);
}

static int load_relation(struct sandbox *sandbox, enum relation relation, const struct facts *facts)
{
	const bool present = facts && facts_present(facts, relation);
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
	sandbox->said_count = 0;
	sandbox->said = arena_array(sandbox->answers, 2 * (rows + 1), sizeof(*sandbox->said));
	if (!sandbox->said)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < 2 * rows; i++) {
		const char *text = facts_value(facts, RELATION_SAID, i / 2, i % 2);
		sandbox->said[i] = text ? arena_copy(sandbox->answers, span_of(text)) : NULL;
		if (text && !sandbox->said[i])
			return STATUS_NO_MEMORY;
	}
	sandbox->said_count = rows;
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
	snprintf(sandbox->today, sizeof(sandbox->today), "%s", today);
	int result = run_once(sandbox->begin);
	for (int i = 0; i < RELATION_COUNT && result == SQLITE_OK; i++)
		result = load_relation(sandbox, (enum relation)i,
		                       i < RELATION_RECORDED ? record : told);
	const int committed = run_once(sandbox->commit);
	if (result == SQLITE_OK)
		result = committed;
	/* SQLite may have taken back what was cleared: another applicant's rows. */
	if (result != SQLITE_OK)
		memset(sandbox->unknown, 0, sizeof(sandbox->unknown));
	return status_of(result);
}

enum status sandbox_suppose(struct sandbox *sandbox, const char *fact, const char *value)
{
	enum status status = sandbox_forget(sandbox);
	if (status != STATUS_OK)
		return status;
	sqlite3_stmt *insert = sandbox->insert[RELATION_SAID];
	sandbox->unknown[RELATION_SAID] = false;
	bind_value(insert, 1, fact);
	bind_value(insert, 2, value);
	status = status_of(run_once(insert));
	if (status != STATUS_OK)
		return status;
	sandbox->supposed_row = sqlite3_last_insert_rowid(sandbox->db);
	sandbox->said[2 * sandbox->said_count] = fact;
	sandbox->said[2 * sandbox->said_count + 1] = value;
	sandbox->said_count++;
	return STATUS_OK;
}

enum status sandbox_forget(struct sandbox *sandbox)
{
	if (!sandbox->supposed_row)
		return STATUS_OK;
	sqlite3_bind_int64(sandbox->unsay, 1, sandbox->supposed_row);
	sandbox->supposed_row = 0;
	sandbox->said_count--;
	return status_of(run_once(sandbox->unsay));
}

/* --- what there is, for whoever wrote something else --- */

static void list_functions(struct buf *out)
{
	buf_append_text(out, _("; allowed are "));
	for (size_t i = 0; i < FUNCTION_COUNT; i++)
		buf_append_format(out, "%s%s", i ? ", " : "", function_names[i]);
}

static void list_relations(struct buf *out)
{
	buf_append_text(out, _("; the relations are "));
	for (int i = 0; i < RELATION_COUNT; i++)
		buf_append_format(out, "%s%s", i ? ", " : "",
		                  relation_shape((enum relation)i)->name);
}

static void list_columns(enum relation relation, struct buf *out)
{
	const struct relation_shape *shape = relation_shape(relation);
	buf_append_format(out, _("; %s has "), shape->name);
	for (size_t i = 0; i < shape->column_count; i++)
		buf_append_format(out, "%s%s", i ? ", " : "", shape->columns[i].name);
}

/* The relations that the expression names outside of its texts: a bit each. */
static unsigned relations_named_in(const char *sql)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	unsigned found = 0;
	bool quoted = false;
	while (*sql) {
		const size_t len = strspn(sql, letters);
		const enum relation relation = relation_named((struct span){ sql, len });
		if (!quoted && relation != RELATION_COUNT && sql[len] != '(')
			found |= 1U << relation;
		quoted ^= *sql == '\'';
		sql += len ? len : 1;
	}
	return found;
}

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* Adds to SQLite's sentence what the author may have meant. */
static void advise(const char *sql, char problem[SANDBOX_PROBLEM_SIZE])
{
	struct buf advice;
	buf_init(&advice, SANDBOX_PROBLEM_SIZE);
	if (starts_with(problem, "no such column")) {
		const unsigned relations = relations_named_in(sql);
		for (int i = 0; i < RELATION_COUNT; i++)
			if (relations & 1U << i)
				list_columns((enum relation)i, &advice);
		if (!relations)
			buf_append_text(&advice,
			                _("; a column is read by (SELECT column FROM relation)"));
	} else if (starts_with(problem, "no such table") || strstr(problem, "prohibited")) {
		list_relations(&advice);
	} else if (strstr(problem, "function")) {
		list_functions(&advice);
	} else if (starts_with(problem, "not authorized")) {
		buf_append_text(&advice, _("; an expression may only read the facts"));
	}
	const size_t len = strlen(problem);
	if (buf_status(&advice) == STATUS_OK)
		snprintf(problem + len, SANDBOX_PROBLEM_SIZE - len, "%s", buf_text(&advice));
	buf_deinit(&advice);
}

/* --- expressions --- */

static enum status fail(const struct sandbox *sandbox, int result,
                        char problem[SANDBOX_PROBLEM_SIZE])
{
	snprintf(problem, SANDBOX_PROBLEM_SIZE, "%s",
	         (result & 0xff) == SQLITE_INTERRUPT ? _("takes too many steps or too much memory")
	                                             : sqlite3_errmsg(sandbox->db));
	return status_of(result);
}

static enum status refuse(char problem[SANDBOX_PROBLEM_SIZE], const char *reason)
{
	snprintf(problem, SANDBOX_PROBLEM_SIZE, "%s", reason);
	return STATUS_INVALID;
}

/*
 * WITH a AS (…), b AS (… a … a), c AS (… b … b): each step doubles what SQLite compiles, and no
 * limit stops that.
 */
static bool holds_with(const char *sql)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                              "0123456789_";
	while (*sql) {
		const size_t len = strspn(sql, letters);
		if (len == 4 && sqlite3_strnicmp(sql, "with", 4) == 0)
			return true;
		sql += len ? len : 1;
	}
	return false;
}

static enum status compile(struct expression *expression, const char *sql,
                           char problem[SANDBOX_PROBLEM_SIZE])
{
	struct sandbox *sandbox = expression->sandbox;
	char query[EXPRESSION_BYTES_MOST + 32];
	const char *tail = "";
	/* The line break ends a comment that the expression may end in. */
	const int len = snprintf(query, sizeof(query), "SELECT (%s\n)", sql);
	if ((size_t)len >= sizeof(query))
		return refuse(problem, "longer than 4000 bytes");
	if (holds_with(sql))
		return refuse(problem,
		              "must not hold the word WITH: write (SELECT ...) in its place");
	sandbox->watching = &expression->reads;
	const int result = sqlite3_prepare_v3(sandbox->db, query, -1, SQLITE_PREPARE_PERSISTENT,
	                                      &expression->statement, &tail);
	sandbox->watching = NULL;
	if (result != SQLITE_OK) {
		const enum status status = fail(sandbox, result, problem);
		advise(sql, problem);
		return status;
	}
	if (tail[strspn(tail, " \t\r\n")])
		return refuse(problem, "must be one expression: nothing may follow a semicolon");
	if (sqlite3_bind_parameter_count(expression->statement) > 0)
		return refuse(problem, "must not have parameters such as ?1");
	if (sqlite3_column_count(expression->statement) != 1)
		return refuse(problem, "must be one expression: a comma parts two");
	return STATUS_OK;
}

enum status sandbox_compile(struct sandbox *sandbox, const char *sql,
                            char problem[SANDBOX_PROBLEM_SIZE], struct expression **out)
{
	struct expression *expression = calloc(1, sizeof(*expression));
	*out = expression;
	problem[0] = '\0';
	if (!expression)
		return STATUS_NO_MEMORY;
	expression->sandbox = sandbox;
	const enum status status = compile(expression, sql, problem);
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
	sqlite3_finalize(expression->statement);
	free(expression);
}

const struct reads *expression_reads(const struct expression *expression)
{
	return &expression->reads;
}

static enum status take_value(sqlite3_stmt *statement, struct arena *arena, struct value *out)
{
	switch (sqlite3_column_type(statement, 0)) {
	case SQLITE_NULL:
		return STATUS_OK;
	case SQLITE_INTEGER:
		*out = (struct value){ VALUE_NUMBER, sqlite3_column_int64(statement, 0), NULL };
		return STATUS_OK;
	default:
		break;
	}
	const char *text = (const char *)sqlite3_column_text(statement, 0);
	const char *copy = text ? arena_copy(arena, span_of(text)) : NULL;
	if (!copy)
		return STATUS_NO_MEMORY;
	*out = (struct value){ VALUE_TEXT, 0, copy };
	return STATUS_OK;
}

enum status expression_evaluate(struct expression *expression, struct arena *arena,
                                struct value *out, char problem[SANDBOX_PROBLEM_SIZE])
{
	struct sandbox *sandbox = expression->sandbox;
	*out = (struct value){ .kind = VALUE_NULL };
	problem[0] = '\0';
	arena_reset(sandbox->scratch);
	sandbox->steps = 0;
	sandbox->until_us = clock_monotonic_us(&sandbox->clock) + RUN_US_MOST;
	sandbox->memory_before = sqlite3_memory_used();
	sqlite3_progress_handler(sandbox->db, STEPS_BETWEEN_LOOKS, look_at_limits, sandbox);
	/* SQLite may compile it again: the door must be shut then, too. */
	sandbox->watching = &expression->reads;
	const int result = sqlite3_step(expression->statement);
	sandbox->watching = NULL;
	enum status status = STATUS_OK;
	if (result == SQLITE_ROW)
		status = take_value(expression->statement, arena, out);
	else
		status = fail(sandbox, result, problem);
	(void)sqlite3_reset(expression->statement);
	sqlite3_progress_handler(sandbox->db, 0, NULL, NULL);
	return status;
}
