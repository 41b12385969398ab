/*
 * Mapping: the SELECT that gives each relation its rows, so that an office connects its own tables
 * without code.
 *
 * A mapping file is JSON (mapping.schema.json stands beside this file):
 *   {"relations": {"exam": "SELECT lb AS kind, … FROM cj WHERE sfzh = $1", …}}
 * The ID number is the only parameter: ?1 in SQLite, $1 in PostgreSQL. Result columns are matched
 * by name. A relation without a SELECT stays unknown.
 */
#ifndef DAYI_RECORDS_MAPPING_H
#define DAYI_RECORDS_MAPPING_H

#include "base/fault.h"
#include "base/status.h"
#include "engine/facts/relations.h"

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

#endif
