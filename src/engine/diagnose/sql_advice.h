/*
 * SQL advice: what the author of a rule may have meant, behind SQLite's message about it: which
 * functions, relations and columns there are. In the language of the process; any thread.
 */
#ifndef DAYI_DIAGNOSE_SQL_ADVICE_H
#define DAYI_DIAGNOSE_SQL_ADVICE_H

#include "engine/diagnose/sandbox.h"

/*
 * Appends to `problem` what there is in place of what it refuses. `columns`: those of the row that
 * a sentence speaks of, or NULL. Nothing is added where that has no room.
 */
void sql_advise(const struct relations *relations, const char *sql,
                const struct row_columns *columns, char problem[SANDBOX_PROBLEM_SIZE]);

#endif
