/*
 * The store over PostgreSQL.
 *
 * `dayi_schema` holds how many steps each schema has taken. Its row is also the lock of a TX_WRITE:
 * such a transaction first locks the row of its schema, READ COMMITTED, so that writers of a schema
 * go one after the other and each sees all that the one before has committed, as over a file. A
 * TX_ROWS does without that lock. A TX_READ is REPEATABLE READ.
 *
 * Values are sent without types: PostgreSQL takes them from where the parameter stands. Statements
 * are prepared once per connection and found by the address of their text. A result is read whole
 * before its rows are shown, so that a visitor may run other statements.
 *
 * An error spoils the transaction, and a COMMIT of it says ROLLBACK. A connection that is lost is
 * closed, and store_begin() makes another: at once where it was lost while idle, else after a pause
 * that doubles while the server stays away.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/language.h"
#include "store/backend.h"
#include "store/link.h"

enum {
	STATEMENTS_MOST = 64,
	VALUES_MOST = 32,
	NUMBER_SIZE = 32,
	NAME_SIZE = 24,
	CONNECT_MS = 3000,
	STATEMENT_MS = 10000, /* the server ends a statement then; waiting for a lock is apart */
	ANSWER_MS = STATEMENT_MS + 2000, /* and this side gives up the connection then */
	IDLE_MS =
	        15000, /* a transaction in which nothing happens: its process hangs, others wait */
	PAUSE_LEAST_MS = 100,
	PAUSE_MOST_MS = 5000,
	SCHEMA_BYTES_MOST = 1 << 20,
};

/* The types of columns, pg_type.dat. */
enum {
	TYPE_BOOL = 16,
	TYPE_BYTEA = 17,
	TYPE_INT8 = 20,
	TYPE_INT2 = 21,
	TYPE_INT4 = 23,
	TYPE_FLOAT4 = 700,
	TYPE_FLOAT8 = 701,
	TYPE_NUMERIC = 1700,
};

struct postgres_store {
	struct store base;
	struct link link;
	const struct store_schema *schema;
	int64_t busy_ms;
	bool read_only;
	const char *statements[STATEMENTS_MOST]; /* prepared as "d" and their number */
	size_t statement_count;
	int64_t pause_ms;    /* after the next failure to connect */
	int64_t retry_at_us; /* no connection is tried before */
	char problem[STORE_PROBLEM_SIZE];
	char conninfo[];
};

static struct postgres_store *of(struct store *store)
{
	return (struct postgres_store *)store;
}

static int64_t in_ms(const struct postgres_store *store, int64_t ms)
{
	return clock_monotonic_us(&store->link.clock) + ms * 1000;
}

const char *postgres_conninfo_problem(const char *conninfo)
{
	char *words = NULL; /* may quote a password */
	PQconninfoOption *options = PQconninfoParse(conninfo, &words);

	PQfreemem(words);
	if (!options)
		return N_("the connection string cannot be read; write it as in "
		          "\"host=10.0.0.5 dbname=anguan user=dayi\"");
	PQconninfoFree(options);
	return NULL;
}

void postgres_name(const char *conninfo, char name[STORE_NAME_SIZE])
{
	PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
	const char *host = "", *database = "";

	for (const PQconninfoOption *at = options; at && at->keyword; at++) {
		if (at->val && strcmp(at->keyword, "host") == 0)
			host = at->val;
		if (at->val && (strcmp(at->keyword, "dbname") == 0 ||
		                (strcmp(at->keyword, "service") == 0 && !*database)))
			database = at->val;
	}
	snprintf(name, STORE_NAME_SIZE, "PostgreSQL %s/%s", host, database);
	PQconninfoFree(options);
}

/* --- what went wrong --- */

static bool is_class(const char *sqlstate, const char *class)
{
	return strncmp(sqlstate, class, 2) == 0;
}

/*
 * Busy: a lock or time ran out, two transactions were in each other's way, no connection is free.
 * Invalid: a value, a rule of the tables, a statement that does not fit them.
 */
static enum status status_of(const char *sqlstate)
{
	static const char *const busy[] = { "40001", "40P01", "55P03", "57014", "53300" };

	for (size_t i = 0; i < sizeof(busy) / sizeof(busy[0]); i++)
		if (strcmp(sqlstate, busy[i]) == 0)
			return STATUS_BUSY;
	if (is_class(sqlstate, "22") || is_class(sqlstate, "23") || is_class(sqlstate, "42") ||
	    is_class(sqlstate, "0A"))
		return STATUS_INVALID;
	return strcmp(sqlstate, "53200") == 0 ? STATUS_NO_MEMORY : STATUS_IO;
}

/* Of class 22 and 23 the words quote data, which does not belong in a log. */
static void note_refusal(struct postgres_store *store, const PGresult *result)
{
	const char *sqlstate = link_sqlstate(result);
	const bool quotes = is_class(sqlstate, "22") || is_class(sqlstate, "23");
	const char *words = PQresultErrorField(result, quotes ? PG_DIAG_CONSTRAINT_NAME
	                                                      : PG_DIAG_MESSAGE_PRIMARY);

	snprintf(store->problem, sizeof(store->problem), _("PostgreSQL says: %s %s"), sqlstate,
	         words ? words : "");
}

static void lose(struct postgres_store *store)
{
	link_close(&store->link);
	store->statement_count = 0;
}

/* Notes what became of it; the result is cleared. */
static enum status conclude(struct postgres_store *store, enum link_reply reply, PGresult *result)
{
	enum status status = STATUS_OK;

	if (reply == LINK_ERROR) {
		note_refusal(store, result);
		status = status_of(link_sqlstate(result));
	} else if (reply != LINK_GOOD) {
		snprintf(store->problem, sizeof(store->problem), "%s",
		         reply == LINK_LATE ? _("PostgreSQL did not answer in time")
		                            : _("the connection to PostgreSQL was lost"));
		lose(store);
		status = STATUS_IO;
	}
	PQclear(result);
	return status;
}

static enum status command(struct postgres_store *store, const char *sql)
{
	PGresult *result = NULL;
	enum link_reply reply = LINK_LOST;

	if (store->link.conn)
		reply = link_receive(&store->link, PQsendQuery(store->link.conn, sql),
		                     in_ms(store, ANSWER_MS + store->busy_ms), &result);
	return conclude(store, reply, result);
}

/* --- connecting --- */

/*
 * A commit is kept once it is acknowledged, whatever the server's default is. Locks are waited for
 * as long as a file would be.
 */
static void format_setup(const struct postgres_store *store, char *out, size_t size)
{
	snprintf(out, size,
	         "SET statement_timeout TO %" PRId64 "; SET lock_timeout TO %" PRId64
	         "; SET idle_in_transaction_session_timeout TO %d"
	         "; SELECT set_config('synchronous_commit', 'on', false)"
	         " WHERE current_setting('synchronous_commit') = 'off'"
	         "; SET default_transaction_read_only TO %s",
	         STATEMENT_MS + store->busy_ms, store->busy_ms > 0 ? store->busy_ms : 1, IDLE_MS,
	         store->read_only ? "on" : "off");
}

static enum status connect_now(struct postgres_store *store)
{
	char setup[512], words[STORE_PROBLEM_SIZE / 2];
	enum link_reply reply;

	lose(store);
	format_setup(store, setup, sizeof(setup));
	reply = link_open(&store->link, store->conninfo, setup, in_ms(store, CONNECT_MS));
	if (reply == LINK_GOOD) {
		store->pause_ms = PAUSE_LEAST_MS;
		store->retry_at_us = 0;
		return STATUS_OK;
	}
	link_words(&store->link, words, sizeof(words));
	snprintf(store->problem, sizeof(store->problem), _("PostgreSQL cannot be reached: %s"),
	         reply == LINK_LATE ? _("no answer in time") : words);
	lose(store);
	store->retry_at_us = in_ms(store, store->pause_ms);
	store->pause_ms *= 2;
	if (store->pause_ms > PAUSE_MOST_MS)
		store->pause_ms = PAUSE_MOST_MS;
	return STATUS_IO;
}

static enum status ensure_connected(struct postgres_store *store)
{
	if (store->link.conn)
		return STATUS_OK;
	if (clock_monotonic_us(&store->link.clock) < store->retry_at_us)
		return STATUS_IO; /* `problem` says still why */
	return connect_now(store);
}

/* --- statements --- */

static enum status prepare(struct postgres_store *store, const char *sql, char name[NAME_SIZE])
{
	PGresult *result = NULL;
	size_t at = 0;
	enum status status = STATUS_OK;
	enum link_reply reply;
	int sent;

	while (at < store->statement_count && store->statements[at] != sql)
		at++;
	if (at == STATEMENTS_MOST) {
		status = command(store, "DEALLOCATE ALL");
		store->statement_count = at = 0;
	}
	if (status != STATUS_OK)
		return status;
	snprintf(name, NAME_SIZE, "d%zu", at);
	if (at < store->statement_count)
		return STATUS_OK;
	sent = PQsendPrepare(store->link.conn, name, sql, 0, NULL);
	reply = link_receive(&store->link, sent, in_ms(store, ANSWER_MS), &result);
	status = conclude(store, reply, result);
	if (status != STATUS_OK)
		return status;
	store->statements[at] = sql;
	store->statement_count++;
	return STATUS_OK;
}

/* The values as they are sent: texts end with a zero byte, bytes go as they are. */
struct sent_values {
	const char *texts[VALUES_MOST];
	int lengths[VALUES_MOST], formats[VALUES_MOST];
	char *block; /* holds the texts */
};

static size_t size_of(const struct cell *value)
{
	switch (value->kind) {
	case CELL_INTEGER:
	case CELL_REAL:
		return NUMBER_SIZE;
	case CELL_TEXT:
		return value->text.len + 1;
	default:
		return 0;
	}
}

/* Returns what was used of the room at `at`. */
static size_t send_value(struct sent_values *sent, size_t i, const struct cell *value, char *at)
{
	sent->texts[i] = at;
	sent->lengths[i] = 0;
	sent->formats[i] = 0;
	switch (value->kind) {
	case CELL_INTEGER:
		snprintf(at, NUMBER_SIZE, "%" PRId64, value->integer);
		break;
	case CELL_REAL:
		snprintf(at, NUMBER_SIZE, "%.17g", value->real);
		break;
	case CELL_TEXT:
		if (value->text.len > 0)
			memcpy(at, value->text.ptr, value->text.len);
		at[value->text.len] = '\0';
		break;
	case CELL_BYTES:
		sent->texts[i] = value->text.len > 0 ? value->text.ptr : "";
		sent->lengths[i] = (int)value->text.len;
		sent->formats[i] = 1;
		break;
	default:
		sent->texts[i] = NULL;
		break;
	}
	return size_of(value);
}

static bool fits(const struct cell *value)
{
	if (value->kind == CELL_BYTES)
		return value->text.len <= INT32_MAX;
	return value->kind != CELL_TEXT || value->text.len == 0 ||
	       !memchr(value->text.ptr, '\0', value->text.len);
}

/* STATUS_INVALID: PostgreSQL's texts hold no zero byte. */
static enum status gather(struct sent_values *sent, const struct cell *values, size_t count)
{
	size_t size = 1;
	char *at;

	assert(count <= VALUES_MOST);
	for (size_t i = 0; i < count; i++) {
		if (!fits(&values[i]))
			return STATUS_INVALID;
		size += size_of(&values[i]);
	}
	sent->block = malloc(size);
	if (!sent->block)
		return STATUS_NO_MEMORY;
	at = sent->block;
	for (size_t i = 0; i < count; i++)
		at += send_value(sent, i, &values[i], at);
	return STATUS_OK;
}

/* --- rows --- */

/* One row, and the bytes that had to be decoded for it. */
struct shown_row {
	struct cell columns[STORE_COLUMNS_MOST];
	unsigned char *decoded[STORE_COLUMNS_MOST];
	size_t decoded_count;
};

static struct cell decode_bytes(struct shown_row *row, const char *text)
{
	size_t len;
	unsigned char *bytes = PQunescapeBytea((const unsigned char *)text, &len);

	if (!bytes)
		return cell_null();
	row->decoded[row->decoded_count++] = bytes;
	return cell_bytes((struct span){ (const char *)bytes, len });
}

static struct cell cell_at(struct shown_row *row, const PGresult *result, int at, int column)
{
	const char *text = PQgetvalue(result, at, column);

	if (PQgetisnull(result, at, column))
		return cell_null();
	switch (PQftype(result, column)) {
	case TYPE_BOOL:
		return cell_integer(text[0] == 't');
	case TYPE_INT2:
	case TYPE_INT4:
	case TYPE_INT8:
		return cell_integer(strtoll(text, NULL, 10));
	case TYPE_NUMERIC: /* a sum of integers, too */
		if (!strchr(text, '.'))
			return cell_integer(strtoll(text, NULL, 10));
		return cell_real(strtod(text, NULL));
	case TYPE_FLOAT4:
	case TYPE_FLOAT8:
		return cell_real(strtod(text, NULL));
	case TYPE_BYTEA:
		return decode_bytes(row, text);
	default:
		return cell_span((struct span){ text, (size_t)PQgetlength(result, at, column) });
	}
}

static enum status show_row(const PGresult *result, int at, struct query *query)
{
	struct shown_row row = { .decoded_count = 0 };
	enum status status;

	for (int i = 0; i < PQnfields(result); i++)
		row.columns[i] = cell_at(&row, result, at, i);
	status = query->visit(query->context, row.columns);
	for (size_t i = 0; i < row.decoded_count; i++)
		PQfreemem(row.decoded[i]);
	return status;
}

static enum status show_rows(const PGresult *result, struct query *query)
{
	enum status status = STATUS_OK;

	assert(PQnfields(result) <= STORE_COLUMNS_MOST);
	for (int at = 0; status == STATUS_OK && at < PQntuples(result); at++) {
		query->seen++;
		if (query->visit)
			status = show_row(result, at, query);
	}
	return status;
}

static enum status run(struct store *base, struct query *query)
{
	struct postgres_store *store = of(base);
	struct sent_values sent = { .block = NULL };
	PGresult *result = NULL;
	char name[NAME_SIZE];
	enum link_reply reply;
	enum status status;

	if (!store->link.conn)
		return STATUS_IO; /* lost earlier in this transaction */
	status = prepare(store, query->sql, name);
	if (status == STATUS_OK)
		status = gather(&sent, query->values, query->count);
	if (status != STATUS_OK)
		return status;
	reply = link_receive(&store->link,
	                     PQsendQueryPrepared(store->link.conn, name, (int)query->count,
	                                         sent.texts, sent.lengths, sent.formats, 0),
	                     in_ms(store, ANSWER_MS + store->busy_ms), &result);
	free(sent.block);
	if (reply != LINK_GOOD)
		return conclude(store, reply, result);
	query->changed = (size_t)strtoull(PQcmdTuples(result), NULL, 10);
	status = show_rows(result, query);
	PQclear(result);
	return status;
}

/* --- transactions --- */

static enum status begin_once(struct postgres_store *store, enum tx_kind kind)
{
	char sql[256];

	if (kind == TX_READ)
		return command(store, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
	if (kind == TX_ROWS)
		return command(store, "BEGIN ISOLATION LEVEL READ COMMITTED");
	snprintf(sql, sizeof(sql),
	         "BEGIN ISOLATION LEVEL READ COMMITTED;"
	         " SELECT 1 FROM dayi_schema WHERE name = '%s' FOR UPDATE",
	         store->schema->table);
	return command(store, sql);
}

static enum status begin(struct store *base, enum tx_kind kind)
{
	struct postgres_store *store = of(base);
	const bool was_open = store->link.conn != NULL;
	enum status status = ensure_connected(store);

	if (status != STATUS_OK)
		return status;
	status = begin_once(store, kind);
	/* A server that was started again meanwhile is no failure. */
	if (status == STATUS_IO && was_open && !store->link.conn) {
		status = ensure_connected(store);
		if (status == STATUS_OK)
			status = begin_once(store, kind);
	}
	if (status != STATUS_OK && store->link.conn)
		(void)command(store, "ROLLBACK");
	return status;
}

/* A COMMIT of a transaction that an error has spoiled says that it rolled back. */
static enum status commit(struct postgres_store *store)
{
	PGresult *result = NULL;
	enum link_reply reply;
	bool committed;

	if (!store->link.conn)
		return STATUS_IO;
	reply = link_receive(&store->link, PQsendQuery(store->link.conn, "COMMIT"),
	                     in_ms(store, ANSWER_MS), &result);
	committed = reply == LINK_GOOD && strcmp(PQcmdStatus(result), "COMMIT") == 0;
	if (reply == LINK_GOOD && !committed) {
		PQclear(result);
		return STATUS_IO;
	}
	return conclude(store, reply, result);
}

static enum status end(struct store *base, enum status status)
{
	struct postgres_store *store = of(base);

	if (status == STATUS_OK)
		return commit(store);
	if (store->link.conn)
		(void)command(store, "ROLLBACK");
	return status;
}

/* --- the schema --- */

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t\n");
}

/* Words that stand behind a table of SQLite's go, and the comma between them. */
static const char *skip_options(const char *at)
{
	for (;;) {
		const char *word = skip_blanks(at);

		if (*word == ',')
			word = skip_blanks(word + 1);
		if (strncmp(word, "STRICT", 6) == 0 && !is_word(word[6]))
			at = word + 6;
		else if (strncmp(word, "WITHOUT ROWID", 13) == 0 && !is_word(word[13]))
			at = word + 13;
		else
			return at;
	}
}

static void append_word(struct buf *out, struct span word)
{
	static const char *const types[][2] = { { "INTEGER", "BIGINT" },
		                                { "REAL", "DOUBLE PRECISION" },
		                                { "BLOB", "BYTEA" } };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (span_equal(word, span_of(types[i][0]))) {
			buf_append_text(out, types[i][1]);
			return;
		}
	}
	buf_append(out, word.ptr, word.len);
}

/* A step for SQLite as PostgreSQL takes it: store.h tells what changes. Texts stay. */
static void translate(const char *step, struct buf *out)
{
	const char *at = step;

	while (*at) {
		size_t len = 1;

		if (is_word(*at)) {
			while (is_word(at[len]))
				len++;
			append_word(out, (struct span){ at, len });
			at += len;
			continue;
		}
		if (*at == '\'' || *at == '"')
			while (at[len] && at[len++] != *at)
				;
		buf_append(out, at, len);
		at += len;
		if (at[-1] == ')')
			at = skip_options(at);
	}
}

static enum status take_step(struct postgres_store *store, const struct store_schema *schema,
                             int version)
{
	const char *own = schema->postgres ? schema->postgres[version] : NULL;
	struct buf sql;
	enum status status;

	buf_init(&sql, SCHEMA_BYTES_MOST);
	if (own)
		buf_append_text(&sql, own);
	else
		translate(schema->steps[version], &sql);
	status = buf_status(&sql);
	if (status == STATUS_OK)
		status = command(store, buf_text(&sql));
	buf_deinit(&sql);
	return status;
}

static enum status note_integer(void *context, const struct cell *columns)
{
	int64_t *out = context;

	*out = cell_as_integer(&columns[0]);
	return STATUS_OK;
}

static enum status ask(struct postgres_store *store, const char *sql, const char *value,
                       int64_t *out)
{
	const struct cell cell = cell_text(value);
	struct query query = {
		.sql = sql, .values = &cell, .count = 1, .visit = note_integer, .context = out
	};

	*out = 0;
	return run(&store->base, &query);
}

static enum status refuse(struct postgres_store *store, enum status status, const char *why)
{
	snprintf(store->problem, sizeof(store->problem), "%s", why);
	return status;
}

static const char exists_sql[] = "SELECT CASE WHEN to_regclass($1) IS NULL THEN 0 ELSE 1 END";
static const char version_sql[] = "SELECT version FROM dayi_schema WHERE name = $1";
static const char note_sql[] = "INSERT INTO dayi_schema (name, version) VALUES ($1, $2)"
                               " ON CONFLICT (name) DO UPDATE SET version = excluded.version";

/* Sets the version; tables of another program must not be taken for ours. */
static enum status read_version(struct postgres_store *store)
{
	const char *table = store->schema->table;
	int64_t there = 0, version = 0;
	enum status status = ask(store, exists_sql, "dayi_schema", &there);

	if (status == STATUS_OK && there)
		status = ask(store, version_sql, table, &version);
	if (status == STATUS_OK && version == 0)
		status = ask(store, exists_sql, table, &there);
	if (status != STATUS_OK)
		return status;
	store->base.version = (int)version;
	if (version == 0 && there)
		return refuse(store, STATUS_INVALID, _("made by another program"));
	if (version == 0 && store->read_only)
		return refuse(store, STATUS_NOT_FOUND, _("there are no such tables"));
	if (version > store->schema->version && !store->read_only)
		return refuse(store, STATUS_INVALID, _("made by a later version"));
	return STATUS_OK;
}

static enum status note_version(struct postgres_store *store)
{
	const struct cell values[] = { cell_text(store->schema->table),
		                       cell_integer(store->schema->version) };
	struct query query = { .sql = note_sql, .values = values, .count = 2 };

	return run(&store->base, &query);
}

/* Inside one transaction: processes that open it at the same time go one after the other. */
static enum status migrate(struct postgres_store *store)
{
	static const char tables[] =
	        "CREATE TABLE IF NOT EXISTS dayi_schema ("
	        " name TEXT PRIMARY KEY, version INTEGER NOT NULL);"
	        "CREATE TABLE IF NOT EXISTS dayi_lease ("
	        " name TEXT PRIMARY KEY, holder BIGINT NOT NULL, until TIMESTAMPTZ NOT NULL)";
	/* The number is "dayi" in ASCII. */
	enum status status = command(store, "SELECT pg_advisory_xact_lock(1684109673)");

	if (status == STATUS_OK)
		status = read_version(store);
	if (status == STATUS_OK && store->base.version < store->schema->version)
		status = command(store, tables);
	for (int i = store->base.version; status == STATUS_OK && i < store->schema->version; i++)
		status = take_step(store, store->schema, i);
	if (status == STATUS_OK && store->base.version < store->schema->version)
		status = note_version(store);
	return status;
}

static enum status open_schema(struct postgres_store *store)
{
	enum status status = command(store, "BEGIN");

	if (status != STATUS_OK)
		return status;
	status = store->read_only ? read_version(store) : migrate(store);
	status = end(&store->base, status);
	if (status == STATUS_OK && !store->read_only)
		store->base.version = store->schema->version;
	return status;
}

/* --- opening and closing --- */

static void close_store(struct store *base)
{
	struct postgres_store *store = of(base);

	link_close(&store->link);
	free(store);
}

static enum status open_store(struct store **out, const char *conninfo,
                              const struct store_settings *settings,
                              const struct store_schema *schema, char problem[STORE_PROBLEM_SIZE])
{
	const char *wrong = postgres_conninfo_problem(conninfo);
	const size_t size = strlen(conninfo) + 1;
	struct postgres_store *store;
	enum status status = STATUS_IO;

	snprintf(problem, STORE_PROBLEM_SIZE, "%s", wrong ? _(wrong) : "");
	if (wrong)
		return STATUS_INVALID;
	store = calloc(1, sizeof(*store) + size);
	if (!store) {
		snprintf(problem, STORE_PROBLEM_SIZE, "%s", status_text(STATUS_NO_MEMORY));
		return STATUS_NO_MEMORY;
	}
	memcpy(store->conninfo, conninfo, size);
	store->link.clock = clock_system();
	store->schema = schema;
	store->busy_ms = settings->busy_ms;
	store->read_only = settings->read_only;
	store->pause_ms = PAUSE_LEAST_MS;
	if (store_prepare(&store->base, &store_over_postgres))
		status = connect_now(store);
	if (status == STATUS_OK)
		status = open_schema(store);
	if (status == STATUS_OK) {
		*out = &store->base;
		return STATUS_OK;
	}
	snprintf(problem, STORE_PROBLEM_SIZE, "%s",
	         store->problem[0] ? store->problem : status_text(status));
	close_store(&store->base);
	return status;
}

static const char *problem_of(const struct store *base)
{
	return ((const struct postgres_store *)base)->problem;
}

static bool in_place(const struct store *base)
{
	(void)base;
	return true;
}

static enum status settle(struct store *base)
{
	(void)base;
	return STATUS_OK;
}

/* --- leases, the clock, hints --- */

/* clock_timestamp(), for now() is when the transaction began. */
static const char take_lease[] =
        "INSERT INTO dayi_lease (name, holder, until) VALUES ($1, $2,"
        " clock_timestamp() + CAST($3 AS DOUBLE PRECISION) * INTERVAL '1 millisecond')"
        " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until"
        " WHERE dayi_lease.holder = excluded.holder OR dayi_lease.until <= clock_timestamp()";

static enum status lease(struct tx *tx, const char *name, int64_t ttl_ms, bool *got)
{
	const struct cell values[] = {
		cell_text(name),
		cell_integer(tx->store->holder),
		cell_integer(ttl_ms),
	};
	size_t changed = 0;
	const enum status status = tx_run(tx, take_lease, values, 3, &changed);

	*got = changed > 0;
	return status;
}

static enum status now(struct tx *tx, int64_t *ms)
{
	return tx_query(tx, "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
	                NULL, 0, note_integer, ms, NULL);
}

static enum status hint(struct tx *tx, const char *name, const char *about)
{
	const struct cell values[] = { cell_text(name), cell_text(about) };

	return tx_query(tx, "SELECT pg_notify($1, $2)", values, 2, NULL, NULL, NULL);
}

const struct store_backend store_over_postgres = {
	.open = open_store,
	.close = close_store,
	.problem = problem_of,
	.in_place = in_place,
	.settle = settle,
	.begin = begin,
	.end = end,
	.run = run,
	.lease = lease,
	.now = now,
	.hint = hint,
};
