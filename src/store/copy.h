/*
 * Copy: a SQLite file beside whatever server uses it. SQLite itself reads and writes the files:
 * this process opens none by itself (store.h).
 */
#ifndef DAYI_STORE_COPY_H
#define DAYI_STORE_COPY_H

#include <stdbool.h>

#include "base/status.h"
#include "store/store.h"

/*
 * Makes `to` (mode 0600), which must not be there, a copy of `from` as of one moment: one file,
 * with nothing beside it. May wait for the disk and for other programs, `busy_ms` an attempt.
 * STATUS_BUSY, STATUS_NOT_FOUND, STATUS_IO, STATUS_INVALID for what is no database or a damaged
 * one; `problem` then says what hindered, and `to` is gone.
 */
MUST_CHECK enum status store_copy(const char *from, const char *to, int64_t busy_ms,
                                  char problem[STORE_PROBLEM_SIZE]);

/* Whether a program has the file open. False if there is no file. */
bool store_in_use(const char *file);

#endif
