#include "store/source_select.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/backend.h"
#include "store/link.h"

enum { NAME_SIZE = 32, SQL_SIZE = 160 };

struct source {
	struct link link;
	char conninfo[];
};

static enum source_outcome outcome_of(enum link_reply reply)
{
	static const enum source_outcome outcomes[] = {
		[LINK_GOOD] = SOURCE_DONE,
		[LINK_ERROR] = SOURCE_REFUSED,
		[LINK_LATE] = SOURCE_LATE,
		[LINK_LOST] = SOURCE_LOST,
	};

	return outcomes[reply];
}

const char *source_problem(const char *conninfo)
{
	return postgres_conninfo_problem(conninfo);
}

struct source *source_create(const char *conninfo, struct clock clock)
{
	const size_t size = strlen(conninfo) + 1;
	struct source *source = calloc(1, sizeof(*source) + size);

	if (!source)
		return NULL;
	memcpy(source->conninfo, conninfo, size);
	source->link.clock = clock;
	return source;
}

void source_destroy(struct source *source)
{
	if (!source)
		return;
	link_close(&source->link);
	free(source);
}

bool source_is_open(const struct source *source)
{
	return source->link.conn != NULL;
}

enum source_outcome source_open(struct source *source, int64_t deadline_us,
                                struct source_fault *fault)
{
	const enum link_reply reply =
	        link_open(&source->link, source->conninfo,
	                  "SET default_transaction_read_only TO on", deadline_us);

	*fault = (struct source_fault){ 0 };
	if (reply == LINK_GOOD)
		return SOURCE_DONE;
	link_words(&source->link, fault->message, sizeof(fault->message));
	return reply == LINK_LATE ? SOURCE_LATE : SOURCE_LOST;
}

void source_close(struct source *source)
{
	link_close(&source->link);
}

static void name_of(size_t number, char name[NAME_SIZE])
{
	snprintf(name, NAME_SIZE, "dayi_%zu", number);
}

/* The statement itself is at fault, not the data: PostgreSQL's words may be told. */
static void note_statement(const PGresult *result, struct source_fault *fault)
{
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	snprintf(fault->code, sizeof(fault->code), "%s", link_sqlstate(result));
	snprintf(fault->message, sizeof(fault->message), "%s", message ? message : "");
}

static enum source_outcome check_parameters(struct source *source, const char *name,
                                            size_t parameters, int64_t deadline_us,
                                            struct source_fault *fault)
{
	PGresult *result = NULL;
	const enum link_reply reply =
	        link_receive(&source->link, PQsendDescribePrepared(source->link.conn, name),
	                     deadline_us, &result);
	const bool fits = reply == LINK_GOOD && PQnparams(result) == (int)parameters;

	if (reply == LINK_ERROR)
		note_statement(result, fault);
	if (reply == LINK_GOOD && !fits)
		snprintf(fault->message, sizeof(fault->message),
		         parameters == 1 ? "the SELECT must have one parameter, $1"
		                         : "the SELECT must have two parameters, $1 and $2");
	PQclear(result);
	return reply == LINK_GOOD && !fits ? SOURCE_REFUSED : outcome_of(reply);
}

enum source_outcome source_prepare(struct source *source, size_t number, const char *sql,
                                   size_t parameters, int64_t deadline_us,
                                   struct source_fault *fault)
{
	char name[NAME_SIZE];
	PGresult *result = NULL;
	enum link_reply reply;

	*fault = (struct source_fault){ 0 };
	name_of(number, name);
	reply = link_receive(&source->link, PQsendPrepare(source->link.conn, name, sql, 0, NULL),
	                     deadline_us, &result);
	if (reply == LINK_ERROR)
		note_statement(result, fault);
	PQclear(result);
	return reply == LINK_GOOD ? check_parameters(source, name, parameters, deadline_us, fault)
	                          : outcome_of(reply);
}

enum source_outcome source_begin(struct source *source, int64_t deadline_us)
{
	char sql[SQL_SIZE];

	snprintf(sql, sizeof(sql),
	         "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
	         " SET LOCAL statement_timeout TO %d",
	         (int)link_left_ms(&source->link, deadline_us) + 1);
	return outcome_of(link_command(&source->link, sql, deadline_us));
}

enum source_outcome source_end(struct source *source, bool good, int64_t deadline_us)
{
	return outcome_of(link_command(&source->link, good ? "COMMIT" : "ROLLBACK", deadline_us));
}

/* --- rows --- */

static const PGresult *result_of(const struct source_rows *rows)
{
	return (const PGresult *)rows;
}

size_t source_columns(const struct source_rows *rows)
{
	return (size_t)PQnfields(result_of(rows));
}

const char *source_column(const struct source_rows *rows, size_t column)
{
	return PQfname(result_of(rows), (int)column);
}

size_t source_count(const struct source_rows *rows)
{
	return (size_t)PQntuples(result_of(rows));
}

struct span source_value(const struct source_rows *rows, size_t row, size_t column)
{
	const PGresult *result = result_of(rows);
	const int r = (int)row, c = (int)column;

	if (PQgetisnull(result, r, c))
		return (struct span){ NULL, 0 };
	return (struct span){ PQgetvalue(result, r, c), (size_t)PQgetlength(result, r, c) };
}

enum source_outcome source_select(struct source *source, size_t number, const char *const *values,
                                  size_t count, int64_t deadline_us,
                                  void (*take)(void *context, const struct source_rows *rows),
                                  void *context, struct source_fault *fault)
{
	char name[NAME_SIZE];
	PGresult *result = NULL;
	enum link_reply reply;

	*fault = (struct source_fault){ 0 };
	name_of(number, name);
	reply = link_receive(
	        &source->link,
	        PQsendQueryPrepared(source->link.conn, name, (int)count, values, NULL, NULL, 0),
	        deadline_us, &result);
	snprintf(fault->code, sizeof(fault->code), "%s", link_sqlstate(result));
	/* 57014: the server's own limit ended it. */
	if (reply == LINK_ERROR && strcmp(fault->code, "57014") == 0)
		reply = LINK_LATE;
	if (reply == LINK_GOOD)
		take(context, (const struct source_rows *)result);
	PQclear(result);
	return outcome_of(reply);
}
