/*
 * SQL names: what a name in a SELECT stands for, and how calls are told.
 *
 * A name means a column of the innermost SELECT that has it, be it of a relation or of a SELECT in
 * FROM. Everything is borrowed from the tree. Threads: any, there is no state.
 */
#ifndef DAYI_DIAGNOSE_SQL_NAMES_H
#define DAYI_DIAGNOSE_SQL_NAMES_H

#include "engine/diagnose/sql_tree.h"
#include "engine/facts/relations.h"

struct column_ref {
	size_t relation, column; /* column_count of the shape: none */
};

/* A SELECT and those around it. */
struct scope {
	const struct select *select;
	const struct scope *parent;
};

/* A column of a relation, or, where `select` is set, its column `index`. */
struct meaning {
	struct column_ref column;
	const struct select *select;
	size_t index;
	struct scope scope; /* around the select */
};

struct column_ref no_column(void);

/* The index of the result column of that name; column_count: none. */
size_t select_column(const struct select *select, const char *name);

/* False where nothing has that name. */
bool name_resolve(const struct relations *relations, const struct scope *scope,
                  const struct node *name, struct meaning *out);

bool node_is_call(const struct node *node, const char *name);

/* `names` ends with NULL. */
bool node_is_one_of(const struct node *node, const char *const *names);

#endif
