/*
 * Rows: the journal's tables, and how its rows are written into them and read. One thread at a
 * time.
 */
#ifndef DAYI_JOURNAL_ROWS_H
#define DAYI_JOURNAL_ROWS_H

#include "base/buf.h"
#include "office/journal/journal.h"
#include "store/store.h"

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

/* Of a turn: nothing was found, also where a person was offered after several such turns. */
#define ROWS_NOT_ANSWERED "(outcome = 'decline' OR (outcome = 'handoff' AND reason = 'fruitless'))"
#define ROWS_OUTCOME      "CASE WHEN " ROWS_NOT_ANSWERED " THEN 'decline' ELSE outcome END AS came"

/* Versions of the schema from which it has them. */
enum {
	JOURNAL_WITH_RATINGS = 2,
	JOURNAL_WITH_CASES = 3,
	JOURNAL_WITH_VERDICTS = 4,
	JOURNAL_WITH_CHOICES = 6,
	JOURNAL_WITH_TEXTS = 7,
};

/*
 * All of them or none. STATUS_BUSY when another program holds the file, STATUS_INVALID when the
 * tables do not take one of the rows, STATUS_IO otherwise.
 */
MUST_CHECK enum status rows_write(struct store *store, const struct row *const *rows, size_t count);

/* Whether the row stands in the store; false, too, where that cannot be told. */
MUST_CHECK enum status rows_have(struct store *store, const struct row *row, bool *have);

/* Appends the words of an entry as they were in that version of the knowledge. STATUS_NOT_FOUND. */
MUST_CHECK enum status rows_entry_text(struct tx *tx, const char *knowledge, struct span entry,
                                       struct buf *words);

/* As journal_recall(). */
MUST_CHECK enum status rows_recall(struct store *store, int64_t since_ms, int64_t most,
                                   journal_visitor visit, void *context);

#endif
