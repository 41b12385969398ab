/*
 * Store: the journal's SQLite file. One thread at a time.
 */
#ifndef DAYI_JOURNAL_STORE_H
#define DAYI_JOURNAL_STORE_H

#include "base/log.h"
#include "journal/journal.h"

struct store;

enum row_kind { ROW_TURN, ROW_RATING };

struct row {
	enum row_kind kind;
	union {
		struct journal_turn turn;
		struct journal_rating rating;
	};
};

/* As journal_open(). */
MUST_CHECK enum status store_open(struct store **out, const char *file, int64_t busy_ms,
                                  struct log *log);
void store_close(struct store *store);

/* All of them or none. STATUS_BUSY when another program holds the file, STATUS_IO otherwise. */
MUST_CHECK enum status store_write(struct store *store, const struct row *const *rows,
                                   size_t count);

/* As journal_recall(). */
MUST_CHECK enum status store_recall(struct store *store, int64_t since_ms, int64_t most,
                                    journal_visitor visit, void *context);

/* What SQLite said last, for the log. Borrowed until the next call. */
const char *store_problem(const struct store *store);

#endif
