/*
 * Import, applicants: whether the relations that were imported speak of the same people. Private to
 * records/.
 */
#ifndef DAYI_RECORDS_IMPORT_APPLICANTS_H
#define DAYI_RECORDS_IMPORT_APPLICANTS_H

#include <sqlite3.h>

#include "base/fault.h"
#include "base/status.h"
#include "engine/facts/relations.h"

/*
 * Warns, under `folder`, of each relation most of whose applicants no other one knows: its key is
 * probably not the number under which they sign in. STATUS_NO_MEMORY, STATUS_IO.
 */
MUST_CHECK enum status import_compare_applicants(sqlite3 *db, const struct relations *relations,
                                                 const char *folder, struct faults *faults);

/* Of a result of SQLite; in import.c. */
enum status import_status_of(int result);

#endif
