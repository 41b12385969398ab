/*
 * Sandbox: SQL over the facts about one applicant, evaluated with no way out.
 *
 * A private in-memory SQLite database holds a table a relation (engine/facts/facts.h) and nothing
 * else. A *query* is a SELECT over them that gives one row at most, with a column `verdict`. An
 * *expression* makes a sentence, a day or a truth value of such a row, and can see nothing else: it
 * cannot speak of another row than the one that decided. Both may call the functions of
 * functions.h; an authorizer refuses all else when they are compiled, and steps, time, memory and
 * the size of a value are limited when they run. Dates are compared as text; the machine's clock
 * cannot be read.
 *
 * Three-valued logic: an absent relation is a table of one row of NULLs, so that `(SELECT
 * some(condition) FROM relation)` is true when a row fulfils the condition, NULL when one may, and
 * false when none can. EXISTS and WHERE know no NULL: a condition belongs behind SELECT.
 *
 * One thread.
 */
#ifndef DAYI_DIAGNOSE_SANDBOX_H
#define DAYI_DIAGNOSE_SANDBOX_H

#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/day.h"
#include "base/status.h"
#include "engine/facts/facts.h"
#include "engine/facts/relations.h"

struct sandbox;
struct query;
struct expression;

enum { SANDBOX_PROBLEM_SIZE = 600, EXPRESSION_BYTES_MOST = 4000, ROW_COLUMNS_MOST = 16 };

/*
 * Columns that a query reads: a bit a column of each relation; READS_ROWS where it only looks
 * how many rows there are.
 */
enum { READS_ROWS = 1 << 15 };
struct reads {
	uint16_t columns[RELATIONS_MOST];
};

enum value_kind { VALUE_NULL, VALUE_NUMBER, VALUE_TEXT };

struct value {
	enum value_kind kind;
	int64_t number;
	const char *text; /* from the arena */
};

/* The columns of a query's row. The names are borrowed from the query. */
struct row_columns {
	const char *names[ROW_COLUMNS_MOST];
	size_t count;
};

/* What a query gave. The values are set where `found`; `columns` are borrowed from the query. */
struct row {
	bool found;
	const struct row_columns *columns;
	struct value verdict;
	struct value values[ROW_COLUMNS_MOST];
};

/* `clock` limits how long a query or an expression may run; the relations are kept. */
MUST_CHECK enum status sandbox_create(const struct clock *clock, struct relations *relations,
                                      struct sandbox **out);

/* Borrowed. */
const struct relations *sandbox_relations(const struct sandbox *sandbox);

/* Its queries and expressions must be destroyed before. Takes NULL. */
void sandbox_destroy(struct sandbox *sandbox);

/*
 * Compiles a SELECT. STATUS_INVALID with an English sentence in `problem` when it is none, gives no
 * column `verdict` or one without a name, reads what there is not, or wants something that is not
 * allowed; the sentence then names what there is.
 */
MUST_CHECK enum status sandbox_compile_query(struct sandbox *sandbox, const char *sql,
                                             char problem[SANDBOX_PROBLEM_SIZE],
                                             struct query **out);
void query_destroy(struct query *query);

/* The day that was loaded. */
const char *query_today(const struct query *query);

const struct reads *query_reads(const struct query *query);
const struct row_columns *query_columns(const struct query *query);

/*
 * Compiles an expression over a row of these columns, whose names must outlive it. STATUS_INVALID
 * as above.
 */
MUST_CHECK enum status sandbox_compile_expression(struct sandbox *sandbox, const char *sql,
                                                  const struct row_columns *columns,
                                                  char problem[SANDBOX_PROBLEM_SIZE],
                                                  struct expression **out);
void expression_destroy(struct expression *expression);

/*
 * What the next queries see, read now and not kept: the relations of the record from `record`, what
 * the person said and typed and the client from `told`. NULL: all of that is absent, and so is a
 * record of other relations than the sandbox's. `today` is YYYY-MM-DD.
 */
MUST_CHECK enum status sandbox_load(struct sandbox *sandbox, const struct facts *record,
                                    const struct facts *told, const char today[DAY_SIZE]);

/*
 * Replaces one relation that was loaded, for who tries many records one after the other. `rows`:
 * `count` rows of a text or NULL a column, in the form that column_take() gives; NULL: absent. The
 * texts of `said` must live until the next load.
 */
MUST_CHECK enum status sandbox_replace(struct sandbox *sandbox, size_t relation,
                                       const char *const *const *rows, size_t count);

/* What is loaded, on another day. */
void sandbox_move(struct sandbox *sandbox, const char today[DAY_SIZE]);

/* As if the person had answered `value` to `fact` as well; until sandbox_forget() or the next load.
 */
MUST_CHECK enum status sandbox_suppose(struct sandbox *sandbox, const char *fact,
                                       const char *value);
MUST_CHECK enum status sandbox_forget(struct sandbox *sandbox);

/*
 * Texts of the row come from the arena. STATUS_LIMIT when it ran into a limit, STATUS_INVALID for
 * another error, a second row among them: `problem` says which.
 */
MUST_CHECK enum status query_run(struct query *query, struct arena *arena, struct row *out,
                                 char problem[SANDBOX_PROBLEM_SIZE]);

/*
 * Over a row that was found; a column that the row does not have is NULL. Errors as above; the
 * value is then VALUE_NULL.
 */
MUST_CHECK enum status expression_evaluate(struct expression *expression, const struct row *row,
                                           struct arena *arena, struct value *out,
                                           char problem[SANDBOX_PROBLEM_SIZE]);

#endif
