/*
 * SQL depth: how deep the SELECTs of a rule nest, which SQLite's limits do not bound. Read before
 * SQLite does; without state, any thread.
 */
#ifndef DAYI_DIAGNOSE_SQL_DEPTH_H
#define DAYI_DIAGNOSE_SQL_DEPTH_H

#include <stddef.h>

/*
 * How deep SELECTs stand in the FROM of one another: 0 for `SELECT ... FROM exam`, 1 more for each
 * (SELECT ...) that a FROM or a JOIN holds. Of any text, read as SQLite would; rather too many than
 * too few. A hundred and more parentheses in one another count as SQL_DEPTH_MOST.
 */
enum { SQL_DEPTH_MOST = 100 };
size_t sql_from_depth(const char *sql);

#endif
