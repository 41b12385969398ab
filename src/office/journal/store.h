/*
 * Store: the journal's SQLite file. One thread at a time.
 */
#ifndef DAYI_JOURNAL_STORE_H
#define DAYI_JOURNAL_STORE_H

#include "office/journal/database.h"
#include "office/journal/journal.h"

struct store;

enum row_kind { ROW_TURN, ROW_RATING };

struct row {
	enum row_kind kind;
	/* Of a rating: */
	journal_told told;
	void *context;
	bool kept; /* what came of it */
	union {
		struct journal_turn turn;
		struct journal_rating rating;
	};
};

/* As database_open(). */
MUST_CHECK enum status store_open(struct store **out, const char *file, int64_t busy_ms,
                                  char problem[DATABASE_PROBLEM_SIZE]);
void store_close(struct store *store);

/* As database_in_place(). */
bool store_in_place(const struct store *store);

/* As database_settle(). */
MUST_CHECK enum status store_settle(struct store *store);

/*
 * All of them or none. STATUS_BUSY when another program holds the file, STATUS_INVALID when the
 * file does not take one of the rows, STATUS_IO otherwise.
 */
MUST_CHECK enum status store_write(struct store *store, const struct row *const *rows,
                                   size_t count);

/* Whether the row stands in the file. */
bool store_has(struct store *store, const struct row *row);

/* As journal_recall(). */
MUST_CHECK enum status store_recall(struct store *store, int64_t since_ms, int64_t most,
                                    journal_visitor visit, void *context);

/* What SQLite said last, for the log. Borrowed until the next call. */
const char *store_problem(const struct store *store);

#endif
