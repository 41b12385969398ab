/*
 * Facts: what is known about one applicant, as relations of rows of text.
 *
 * A relation that is absent is unknown: nothing can be concluded from it. One that is present and
 * empty is known to be empty. A value that is NULL is unknown. Dates are YYYY-MM-DD, flags "0" and
 * "1"; what a source or a person gives in another form is unknown, too, and reported.
 *
 * One thread at a time.
 */
#ifndef DAYI_FACTS_FACTS_H
#define DAYI_FACTS_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/facts/relations.h"

enum { FACTS_ROWS_MOST = 200 /* of one relation */ };

struct facts;

/* Every one of the relations, which are kept, absent. Owned by the caller. */
MUST_CHECK enum status facts_create(struct relations *relations, struct facts **out);
void facts_destroy(struct facts *facts);

/* Borrowed. */
struct relations *facts_relations(const struct facts *facts);

/* Makes the relation present and empty. */
void facts_open(struct facts *facts, size_t relation);

/* Makes the relation absent, whatever it held: for a source that failed half-way. */
void facts_forget(struct facts *facts, size_t relation);

/*
 * Appends a row to a relation, which becomes present. `values` has a text or NULL a column; texts
 * are copied. A value is kept as column_take() takes it. Returns STATUS_LIMIT above the rows that
 * the relation may have: it should then be forgotten, half of it is not the truth.
 */
MUST_CHECK enum status facts_add_row(struct facts *facts, size_t relation,
                                     const char *const *values);

bool facts_present(const struct facts *facts, size_t relation);
size_t facts_rows(const struct facts *facts, size_t relation);

/* Borrowed until the relation changes; NULL: unknown. */
const char *facts_value(const struct facts *facts, size_t relation, size_t row, size_t column);

/*
 * Reads {"exam":[{"kind":"首次取证",…},…],…}: strings, numbers of 15 digits at most (a double
 * rounds longer ones, such as ID numbers), true/false and null. Every fault is reported with
 * relation, row and column; STATUS_INVALID when there was any error. A text that is empty or none
 * of its column's words is a warning, and unknown. `file` names the text in them.
 */
MUST_CHECK enum status facts_read_json(struct facts *facts, struct span json, const char *file,
                                       struct faults *faults);

#endif
