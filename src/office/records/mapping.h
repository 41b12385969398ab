/*
 * Mapping: the SELECT that gives each relation its rows, so that an office connects its own tables
 * without code.
 *
 * A mapping file is JSON (mapping.schema.json stands beside this file):
 *   {"relations": {"exam": "SELECT lb AS kind, … FROM cj WHERE sfzh = $1", …},
 *    "find": {"certificate_number": "SELECT sfzh FROM zs WHERE zsbh = $1", …}}
 * The ID number is the only parameter: ?1 in SQLite, $1 in PostgreSQL. Result columns are matched
 * by name. A relation without a SELECT stays unknown.
 *
 * `find` gives ID numbers for what else a caller knows of a person. The columns count by their
 * place: the ID number, then, where people are to be told apart, a name and a company.
 */
#ifndef DAYI_RECORDS_MAPPING_H
#define DAYI_RECORDS_MAPPING_H

#include "base/fault.h"
#include "base/status.h"
#include "engine/facts/relations.h"

/* What a person is found by. */
enum record_find {
	RECORD_FIND_CERTIFICATE, /* its number: one parameter */
	RECORD_FIND_COMPANY,     /* name and company: two */
	RECORD_FIND_COUNT,
};

enum { RECORD_FIND_VALUES_MOST = 2, RECORD_FOUND_MOST = 20 /* people */ };

/* "certificate_number"; static. */
const char *record_find_name(enum record_find find);

/* How many values it needs. */
size_t record_find_values(enum record_find find);

/* Immutable: any thread may read it. */
struct record_mapping;

/*
 * Reads the file, which names some of the relations; NULL or "" stands for the tables that `dayi
 * records import` makes (import.h), with `parameter` (?1 or $1) for the ID number. Every fault is
 * reported: STATUS_INVALID; STATUS_NOT_FOUND or STATUS_IO, with a fault, when the file cannot be
 * read. Owned by the caller.
 */
MUST_CHECK enum status record_mapping_read(struct record_mapping **out,
                                           const struct relations *relations, const char *file,
                                           const char *parameter, struct faults *faults);
void record_mapping_destroy(struct record_mapping *mapping);

/*
 * The statement to run, borrowed; NULL where the relation has none. It gives at most
 * FACTS_ROWS_MOST + 1 rows, and can be nothing but a query: the office's SELECT stands in its FROM.
 */
const char *record_mapping_statement(const struct record_mapping *mapping, size_t relation);

/* Likewise: the statement that finds people, RECORD_FOUND_MOST + 1 rows at most. */
const char *record_mapping_find(const struct record_mapping *mapping, enum record_find find);

#endif
