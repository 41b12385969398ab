/*
 * Functions: what the SQL of a rule may call.
 *
 *   today()                 the day that was loaded
 *   years_after(day, n)     the same day n years later; 29 February becomes 1 March
 *   days_between(a, b)      how many days b is after a
 *   said(fact)              what the person answered, NULL where nothing
 *   plain(text)             the text with width, kinds of brackets and letter case folded, and
 *                           without blanks: names and numbers are compared in this form
 *   person(id)              the 18-digit number that an ID number stands for: plain, an old one of
 *                           15 digits made one of 18; any other text as plain() has it
 *   id_valid(id)            1 for an ID number that a person may have: 18 digits by GB 11643, or an
 *                           old one of 15 with a day of birth; 0 for any other number of 14
 *                           digits and more
 *   id_old(id)              1 for an old ID number of 15 digits
 *   same_code(a, b)         whether two codes are of one company: equal in the plain form, or one
 *                           is the old 组织机构代码 that the other, a 统一社会信用代码, contains
 *                           (positions 9 to 17, GB 32100)
 *   some(condition)         over rows: 1 if it holds for one, NULL if it may, 0 if for none
 *   first_true(verdict)     for ORDER BY: rows that are true first, then unknown, then false
 *   first_false(verdict)    for ORDER BY: rows that are false first, then unknown, then true
 *   masked(text)            an ID or credit code with its middle hidden, for sentences
 *
 * Where a part of a number is hidden, by any sign (4199****1018, 4199XXXX1018, 尾号1018), or there
 * is none (无), person(), id_valid(), id_old() and same_code() give NULL: nothing is known of it.
 *
 * All but said() are pure; all give NULL for NULL. One thread.
 */
#ifndef DAYI_DIAGNOSE_FUNCTIONS_H
#define DAYI_DIAGNOSE_FUNCTIONS_H

#include <stdbool.h>

#include <sqlite3.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/day.h"

enum { VALUE_BYTES_MOST = 4096 /* of any text that an expression makes */ };

/* What they look at; the sandbox keeps it up to date. */
struct function_scope {
	char today[DAY_SIZE];
	const char **said;     /* fact, value, fact, value, … ; the last value of a fact counts */
	size_t said_count;     /* of pairs */
	struct arena *scratch; /* of the call under way */
};

/* Adds them to the connection. Returns a code of SQLite's. */
int functions_add(sqlite3 *db, struct function_scope *scope);

/* Whether a rule may call it: these, and those of SQLite's own that are pure and cheap. */
bool function_allowed(const char *name);

/* Appends "abs, coalesce, …", for people. */
void functions_list(struct buf *out);

#endif
