/*
 * Facts: what is known about one applicant, as relations of rows of text.
 *
 * A relation that is absent is unknown: nothing can be concluded from it. One that is present and
 * empty is known to be empty. A value that is NULL is unknown. Dates are YYYY-MM-DD, flags "0" and
 * "1"; what a source or a person gives in another form is unknown, too, and reported.
 *
 * One thread at a time.
 */
#ifndef DAYI_RECORD_FACTS_H
#define DAYI_RECORD_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "base/span.h"
#include "base/status.h"

enum relation {
	RELATION_APPLICANT,
	RELATION_CERTIFICATE,
	RELATION_EXAM,
	RELATION_APPLICATION,
	RELATION_COMPANY,
	RELATION_QUALIFICATION,
	RELATION_CONSTRUCTOR,
	RELATION_SAID,   /* what the person answered in this conversation */
	RELATION_TYPED,  /* identifiers found in what the person typed in it */
	RELATION_CLIENT, /* browser and channel */
	RELATION_COUNT,
	RELATION_RECORDED = RELATION_SAID, /* the relations before this one come from a source */
};

enum column_type { COLUMN_TEXT, COLUMN_DATE, COLUMN_FLAG };

struct column {
	const char *name;
	const char *label; /* Chinese, for people: 有效期至 */
	enum column_type type;
};

struct relation_shape {
	const char *name;
	const char *label; /* Chinese, for people: 安管证书 */
	const struct column *columns;
	size_t column_count;
};

enum { RELATION_COLUMNS_MOST = 12, FACTS_ROWS_MOST = 200 /* of one relation */ };

/* Static. The same columns in the same order as the rows of facts_add_row(). */
const struct relation_shape *relation_shape(enum relation relation);

/* RELATION_COUNT where there is none of that name; likewise column_count for a column. */
enum relation relation_named(struct span name);
size_t column_named(enum relation relation, struct span name);

struct facts;

/* Every relation absent. Owned by the caller. */
MUST_CHECK enum status facts_create(struct facts **out);
void facts_destroy(struct facts *facts);

/* Makes the relation present and empty. */
void facts_open(struct facts *facts, enum relation relation);

/* Makes it absent, whatever it held: for a source that failed half-way. */
void facts_forget(struct facts *facts, enum relation relation);

/*
 * Appends a row to a relation, which becomes present. `values` has a text or NULL a column; texts
 * are copied. A value that is not of its column's type is kept as NULL. Returns STATUS_LIMIT above
 * FACTS_ROWS_MOST rows: the relation should then be forgotten, half of it is not the truth.
 */
MUST_CHECK enum status facts_add_row(struct facts *facts, enum relation relation,
                                     const char *const *values);

bool facts_present(const struct facts *facts, enum relation relation);
size_t facts_rows(const struct facts *facts, enum relation relation);

/* Borrowed until the relation changes; NULL: unknown. */
const char *facts_value(const struct facts *facts, enum relation relation, size_t row,
                        size_t column);

/* Whether the text is of the column's type: a day of the calendar, "0" or "1", any text. */
bool column_accepts(const struct column *column, const char *text);

/*
 * Reads {"exam":[{"kind":"首次取证",…},…],…}: strings, numbers of 15 digits at most (a double
 * rounds longer ones, such as ID numbers), true/false and null. Every fault is reported with
 * relation, row and column; STATUS_INVALID when there was any error. `file` names the text in them.
 */
MUST_CHECK enum status facts_read_json(struct facts *facts, struct span json, const char *file,
                                       struct faults *faults);

#endif
