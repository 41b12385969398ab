/*
 * Atoms: the least conditions that a pick is made of, each a comparison that some value of some
 * column, or some answer, turns from false to true.
 *
 * What is behind `verdict`, WHERE, ON and ORDER BY is read; the columns for sentences are not. An
 * atom that stands there twice counts once. What is not understood becomes ATOM_UNREAD with its
 * words: whoever reasons from the atoms then knows that they are not all.
 */
#ifndef DAYI_DIAGNOSE_ATOMS_H
#define DAYI_DIAGNOSE_ATOMS_H

#include "base/arena.h"
#include "base/day.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/diagnose/misread.h"
#include "engine/diagnose/sql_names.h"
#include "engine/diagnose/sql_tree.h"
#include "engine/facts/relations.h"

enum atom_kind {
	ATOM_WORD,   /* `left` with the `words`: status = '注销', kind IN ('a', 'b') */
	ATOM_FLAG,   /* `left` by itself */
	ATOM_DAY,    /* `left`, `years` later, with today() and `days`, or with `day` */
	ATOM_NUMBER, /* `left` with the number words[0] */
	ATOM_PAIR,   /* `left` with `right`; the same column: one row with another */
	ATOM_ID,     /* id_valid(left), id_old(left) */
	ATOM_NULL,   /* left IS NULL */
	ATOM_SAID,   /* said(fact) with the `words` */
	ATOM_ROWS,   /* how many rows `left.relation` has */
	ATOM_UNREAD, /* anything else */
};

struct atom {
	enum atom_kind kind;
	enum comparison comparison;
	struct column_ref left, right;
	const char *const *words;
	size_t word_count;
	const char *fact;
	int64_t years, days;
	char day[DAY_SIZE]; /* "": today() */
	struct span source; /* borrowed from the SQL */
};

enum { ATOMS_MOST = 128 /* of a pick; where there are more, the last one is unread */ };

struct atoms {
	const struct atom *items; /* from the arena */
	size_t count, unread;
	struct misread misread;
};

/* STATUS_NO_MEMORY is the only failure: SQL that cannot be read is one atom, unread. */
MUST_CHECK enum status atoms_read(const char *sql, const struct relations *relations,
                                  struct arena *arena, struct atoms *out);

/* Whether two atoms ask the same. */
bool atom_same(const struct atom *a, const struct atom *b);

#endif
