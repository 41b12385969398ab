/*
 * SQL tree: the SELECT of a pick, read into a tree for those that want to know what it asks.
 *
 * SQLite alone decides what a pick means and whether it may run; this reader follows SQLite's
 * grammar as far as picks go and refuses the rest. Nothing is evaluated here.
 *
 * Everything comes from the arena or is borrowed from the SQL.
 */
#ifndef DAYI_DIAGNOSE_SQL_TREE_H
#define DAYI_DIAGNOSE_SQL_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/status.h"

enum node_kind {
	NODE_TEXT,   /* 'text': `text`, unquoted */
	NODE_NUMBER, /* `text` as written */
	NODE_NULL,
	NODE_NAME,    /* qualifier.name; the qualifier may be "" */
	NODE_CALL,    /* name(items); CAST(x AS type): the type is items[1], a text */
	NODE_ALL,     /* items[0] AND items[1] */
	NODE_ANY,     /* items[0] OR items[1] */
	NODE_NOT,     /* NOT items[0] */
	NODE_COMPARE, /* items[0] `comparison` items[1] */
	NODE_IN,      /* items[0] [NOT] IN (the other items, or the select) */
	NODE_CASE,    /* see `has_base`, `has_else` */
	NODE_SELECT,  /* (SELECT ...) */
	NODE_EXISTS,  /* [NOT] EXISTS (SELECT ...) */
	NODE_OTHER,   /* arithmetic and || over one item or two; `text`: its sign */
};

enum comparison {
	COMPARE_EQUAL,
	COMPARE_UNEQUAL,
	COMPARE_LESS,
	COMPARE_LESS_EQUAL,
	COMPARE_GREATER,
	COMPARE_GREATER_EQUAL,
	COMPARE_IS,
	COMPARE_IS_NOT,
};

struct node {
	enum node_kind kind;
	enum comparison comparison;
	bool negated;            /* of NODE_IN and NODE_EXISTS */
	bool has_base, has_else; /* CASE: base first, then pairs of WHEN and THEN, ELSE last */
	bool distinct, star;     /* of a call's arguments */
	const char *qualifier, *text;
	struct node **items;
	size_t count;
	const struct select *select;
	struct span source;
};

struct result_column {
	const struct node *value; /* NULL for a star */
	const char *name;         /* behind AS, or the column's own; "" for any other */
};

struct source {
	const char *relation;        /* or "" */
	const struct select *select; /* or NULL */
	const char *alias;           /* the relation's name where there is none */
};

struct select {
	const struct result_column *columns;
	size_t column_count;
	const struct source *sources;
	size_t source_count;
	const struct node **conditions; /* ON, WHERE, HAVING */
	size_t condition_count;
	const struct node **order; /* of the whole compound, in its last member */
	size_t order_count;
	const struct select *next; /* of a compound */
};

/* STATUS_INVALID where the text goes beyond what is read. */
MUST_CHECK enum status sql_read(const char *sql, struct arena *arena, const struct select **out);

#endif
