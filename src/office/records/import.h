/*
 * Import: makes the embedded database of records, a SQLite file, from CSV files.
 *
 * A table a relation, STRICT, of the same name and columns, and beside them RELATION_KEY: the ID
 * number under which the applicant signs in. Dates and texts are TEXT, flags INTEGER. A relation
 * without a file has no table and stays unknown. `user_version` is the schema's version.
 */
#ifndef DAYI_RECORDS_IMPORT_H
#define DAYI_RECORDS_IMPORT_H

#include <stddef.h>

#include "base/fault.h"
#include "base/status.h"
#include "engine/facts/relations.h"

/* 2: words are the ones of the relations, and these the office's own. */
enum { RECORD_SCHEMA_VERSION = 2 };

struct record_import_counts {
	size_t relations, rows;
};

/*
 * Reads `folder`: one CSV a relation (exam.csv), UTF-8 with or without BOM, the first row names the
 * columns in any order. An empty cell is unknown, and so is a word that its column does not know,
 * which is a warning. Every bad row of every file is reported (of one column the first twenty cells
 * by line, the others by number), and a column of numbers that a spreadsheet has rounded; with any
 * error (STATUS_INVALID) nothing is written. It warns, too, where most ID numbers of a relation
 * stand in no other. `file` is made beside and renamed over, mode 0600: a reader has the old
 * database or the new one. STATUS_NOT_FOUND, with a fault, when there is no such folder, STATUS_IO,
 * with one, when the database cannot be written. `faults` must be given.
 */
MUST_CHECK enum status record_import(const struct relations *relations, const char *folder,
                                     const char *file, struct faults *faults,
                                     struct record_import_counts *counts);

#endif
