#include "engine/diagnose/sql_advice.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/language.h"
#include "engine/diagnose/functions.h"
#include "engine/diagnose/sql_tokens.h"

static void list_functions(struct buf *out)
{
	buf_append_text(out, _("; allowed are "));
	functions_list(out);
}

static void list_relations(const struct relations *relations, struct buf *out)
{
	const size_t count = relations_count(relations);
	buf_append_text(out, _("; the relations are "));
	/* Those of the record first. */
	for (size_t i = 0; i < count; i++) {
		const size_t relation = (i + RELATION_RECORDED) % count;
		buf_append_format(out, "%s%s", i ? ", " : "",
		                  relation_shape(relations, relation)->name);
	}
}

static void list_columns(const struct relation_shape *shape, struct buf *out)
{
	buf_append_format(out, _("; %s has "), shape->name);
	for (size_t i = 0; i < shape->column_count; i++)
		buf_append_format(out, "%s%s", i ? ", " : "", shape->columns[i].name);
}

/* The relations that the SQL names outside of its texts: a bit each. */
static unsigned relations_named_in(const struct relations *relations, const char *sql)
{
	unsigned found = 0;
	bool quoted = false;
	while (*sql) {
		const size_t len = strspn(sql, SQL_NAME_LETTERS);
		const size_t relation = relation_named(relations, (struct span){ sql, len });
		if (!quoted && relation < relations_count(relations) && sql[len] != '(')
			found |= RELATION_BIT(relation);
		quoted ^= *sql == '\'';
		sql += len ? len : 1;
	}
	return found;
}

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static void list_row(const struct row_columns *columns, struct buf *out)
{
	buf_append_text(out, _("; the pick gives "));
	for (size_t i = 0; i < columns->count; i++)
		buf_append_format(out, "%s%s", i ? ", " : "", columns->names[i]);
}

void sql_advise(const struct relations *relations, const char *sql,
                const struct row_columns *columns, char problem[SANDBOX_PROBLEM_SIZE])
{
	struct buf advice;
	buf_init(&advice, SANDBOX_PROBLEM_SIZE);
	const unsigned named = relations_named_in(relations, sql);
	if (columns && (starts_with(problem, "no such column") || strstr(problem, "prohibited") ||
	                starts_with(problem, "not authorized to use function: said"))) {
		buf_append_text(&advice, _("; a sentence speaks of the row that decided"));
		list_row(columns, &advice);
	} else if (starts_with(problem, "no such column")) {
		for (size_t i = 0; i < relations_count(relations); i++)
			if (named & RELATION_BIT(i))
				list_columns(relation_shape(relations, i), &advice);
		if (!named)
			buf_append_text(&advice, _("; a column needs its FROM relation"));
	} else if (starts_with(problem, "no such table") || strstr(problem, "prohibited")) {
		list_relations(relations, &advice);
	} else if (strstr(problem, "function")) {
		list_functions(&advice);
	} else if (starts_with(problem, "not authorized")) {
		buf_append_text(&advice, _("; a rule may only read the facts"));
	}
	const size_t len = strlen(problem);
	assert(len < SANDBOX_PROBLEM_SIZE);
	if (buf_status(&advice) == STATUS_OK)
		snprintf(problem + len, SANDBOX_PROBLEM_SIZE - len, "%s", buf_text(&advice));
	buf_deinit(&advice);
}
