/*
 * Sandbox: SQL expressions over the facts about one applicant, evaluated with no way out.
 *
 * A private in-memory SQLite database holds a table a relation (record/facts.h) and nothing else.
 * An expression can read them and call the functions listed in sandbox.c; an authorizer refuses all
 * else when it is compiled, and steps, time, memory and the size of a value are limited when it
 * runs. Dates are compared as text; the machine's clock can not be read:
 *
 *   today()                 the day that was loaded
 *   years_after(day, n)     the same day n years later; 29 February becomes 1 March
 *   days_between(a, b)      how many days b is after a
 *   said(fact)              what the person answered, NULL where nothing
 *   id_valid(id)            1 for an 18-digit ID number by GB 11643, 0 for anything else
 *   same_brackets(text)     the text with full-width brackets made half-width
 *   some(condition)         over rows: 1 if it holds for one, NULL if it may, 0 if for none
 *   masked(text)            an ID or credit code with its middle hidden, for sentences
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
#include "record/facts.h"
#include "record/relations.h"

struct sandbox;
struct expression;

enum { SANDBOX_PROBLEM_SIZE = 600, EXPRESSION_BYTES_MOST = 4000 };

/*
 * Columns that an expression reads: a bit a column of each relation; READS_ROWS where it only looks
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

/* `clock` limits how long an expression may run; the relations are kept. */
MUST_CHECK enum status sandbox_create(const struct clock *clock, struct relations *relations,
                                      struct sandbox **out);

/* Its expressions must be destroyed before. Takes NULL. */
void sandbox_destroy(struct sandbox *sandbox);

/*
 * Compiles one expression. STATUS_INVALID with an English sentence in `problem` when it is none,
 * reads what there is not, or wants something that is not allowed; the sentence then names what
 * there is.
 */
MUST_CHECK enum status sandbox_compile(struct sandbox *sandbox, const char *sql,
                                       char problem[SANDBOX_PROBLEM_SIZE], struct expression **out);
void expression_destroy(struct expression *expression);

const struct reads *expression_reads(const struct expression *expression);

/*
 * What the next evaluations see, read now and not kept: the relations of the record from `record`,
 * what the person said and typed and the client from `told`. NULL: all of that is absent, and so is
 * a record of other relations than the sandbox's. `today` is YYYY-MM-DD.
 */
MUST_CHECK enum status sandbox_load(struct sandbox *sandbox, const struct facts *record,
                                    const struct facts *told, const char today[DAY_SIZE]);

/* As if the person had answered `value` to `fact` as well; until sandbox_forget() or the next load.
 */
MUST_CHECK enum status sandbox_suppose(struct sandbox *sandbox, const char *fact,
                                       const char *value);
MUST_CHECK enum status sandbox_forget(struct sandbox *sandbox);

/*
 * STATUS_LIMIT when it ran into one, STATUS_INVALID for another error of the expression: `problem`
 * says which. The value is then VALUE_NULL.
 */
MUST_CHECK enum status expression_evaluate(struct expression *expression, struct arena *arena,
                                           struct value *out, char problem[SANDBOX_PROBLEM_SIZE]);

#endif
