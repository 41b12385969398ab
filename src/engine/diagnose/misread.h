/*
 * Misread: finds where a pick takes a text for a number, or a number for a text.
 *
 * SQLite compares and calculates without complaint: of texts '9' is more than '100', 缺考 counts as
 * 0 in a calculation, any text is more than any number, and a number column never equals 'abc'.
 */
#ifndef DAYI_DIAGNOSE_MISREAD_H
#define DAYI_DIAGNOSE_MISREAD_H

#include "base/span.h"
#include "engine/diagnose/sql_tree.h"
#include "engine/facts/relations.h"

enum misread_kind {
	MISREAD_NOTHING = 0,
	MISREAD_TEXT,  /* a column of texts as a number: score < 60, abs(score) */
	MISREAD_DAY,   /* a day as a number: expires_on + 90 */
	MISREAD_MIXED, /* a number beside a text that no column holds: num < 'abc', plain(num) < 60
	                */
};

/* The first place. */
struct misread {
	enum misread_kind kind;
	struct span source; /* borrowed from the SQL */
};

/* Looks at every expression of the SELECT. A value whose kind is not known misreads nothing. */
void misread_find(const struct select *select, const struct relations *relations,
                  struct misread *out);

#endif
