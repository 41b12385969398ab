/*
 * Space: the finite set of records that an entry's atoms tell apart. Private to the atlas.
 *
 * A *parameter* is how many rows a relation has (or that it is absent), the value of one cell of
 * the first or the second row, or the answer to one question. The values of a cell are those around
 * which an atom of some case changes: each listed word, the days before, on and after a boundary,
 * names that are equal, equal but for folding, and different, ID numbers that are valid, old,
 * wrong and somebody else's; and NULL, which comes last. A *record* gives each parameter a value.
 */
#ifndef DAYI_DIAGNOSE_ATLAS_SPACE_H
#define DAYI_DIAGNOSE_ATLAS_SPACE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/day.h"
#include "base/status.h"
#include "engine/diagnose/atoms.h"
#include "engine/diagnose/rules.h"

enum { PARAMETERS_MOST = 160, VALUES_MOST = 24, SPACE_ROWS = 2 };

enum parameter_kind { PARAMETER_ROWS, PARAMETER_CELL, PARAMETER_ANSWER };

struct parameter {
	enum parameter_kind kind;
	size_t relation, row, column; /* column: of a cell */
	size_t question;
	uint8_t count; /* of values */
	const char
	        *values[VALUES_MOST]; /* of a cell or an answer; an answer's first is NULL: none */
	int8_t rows[4];               /* of PARAMETER_ROWS; -1: absent */
};

/* What one case reads. */
struct case_space {
	const struct atom *atoms; /* of all its picks */
	size_t atom_count, unread;
	const uint8_t *own; /* indexes of its parameters: rows, cells, then answers */
	size_t own_count;
	size_t first_told; /* the first pick that reads what was said; or pick_count */
};

struct record {
	uint8_t values[PARAMETERS_MOST];
};

struct space {
	const struct entry *entry;
	const struct entry_rule *rule;
	struct relations *relations;
	char today[DAY_SIZE];
	struct parameter *parameters;
	size_t parameter_count;
	struct case_space *cases;        /* as entry->judged */
	struct case_space all;           /* of all cases together; without atoms */
	uint8_t rows_of[RELATIONS_MOST]; /* the PARAMETER_ROWS, or PARAMETERS_MOST */
	bool cut;                        /* there were more parameters or values than fit */
};

/* Everything comes from the arena. */
MUST_CHECK enum status space_make(struct diagnosis_scratch *rules, const struct entry *entry,
                                  const char today[DAY_SIZE], struct arena *arena,
                                  struct space *out);

/* How many rows the relation has in the record; -1: absent. */
int space_rows(const struct space *space, const struct record *record, size_t relation);

/* The value of the parameter; NULL also for a cell of a row that is not there. */
const char *space_value(const struct space *space, const struct record *record, size_t parameter);

/* Whether the parameter is a cell of a row that is there, or anything else than a cell. */
bool space_alive(const struct space *space, const struct record *record, size_t parameter);

/* How many records there are of these parameters with so many rows a relation; saturates. */
size_t space_size(const struct space *space, const struct case_space *of, int rows_most);

/*
 * The next record of these parameters, in some order that begins with every value 0; false after
 * the last. Two rows that only change places are one record. The other parameters stay.
 */
bool space_next(const struct space *space, const struct case_space *of, int rows_most,
                struct record *record);

/* How much is known in it of these parameters: of two records the lesser is the smaller witness. */
unsigned space_weight(const struct space *space, const struct case_space *of,
                      const struct record *record);

/* The record as facts, {"exam":[{"kind":"首次取证"}],"said":[...]}, of these parameters alone. */
void space_write_facts(const struct space *space, const struct case_space *of,
                       const struct record *record, struct buf *out);

#endif
