/*
 * Hand-over rows: the two tables of cases and events, read and written within a transaction.
 * Private to the folder.
 */
#ifndef DAYI_HANDOVER_HANDOVER_ROWS_H
#define DAYI_HANDOVER_HANDOVER_ROWS_H

#include "base/seal.h"
#include "office/handover/handover.h"

struct handover {
	struct store *store;
	struct seal *seal;
};

extern const struct store_schema handover_schema;

#define HANDOVER_COLUMNS                                                                           \
	"conversation, state, n, epoch, holder, holder_name, lease_until, wanted, wanted_until, "  \
	"since, changed, outcome, call"

/* Into a struct handover_case, for tx_query() over HANDOVER_COLUMNS. */
enum status handover_row_read(void *context, const struct cell *columns);

/* Cases of a statement over HANDOVER_COLUMNS; more than the most are left out. */
struct handover_list {
	struct handover_case *items;
	size_t count, most;
};
/* Into a struct handover_list, for tx_query(). */
enum status handover_row_take(void *context, const struct cell *columns);

/* Whether that operator holds the case under that epoch, and the lease stands. */
bool handover_row_is_held(const struct handover_case *row, const char *id, int64_t epoch,
                          int64_t now_ms);

/* STATUS_NOT_FOUND: `out` is then a case in state BOT without events. */
MUST_CHECK enum status handover_row_find(struct tx *tx, const char *conversation,
                                         struct handover_case *out);

/* Writes all of it, whether it was there or not. */
MUST_CHECK enum status handover_row_write(struct tx *tx, const struct handover_case *row);

/* One event to be. */
struct handover_entry {
	enum handover_kind kind;
	const struct handover_operator *who; /* NULL: not an operator's */
	const char *ref;
	struct span text;        /* to be stored */
	struct span typed;       /* to be sealed; ptr NULL: nothing is */
	const struct seal *seal; /* of `typed` */
};

/* Adds it under the next number of the case, whose row is not written yet. */
MUST_CHECK enum status handover_row_add(struct tx *tx, struct handover_case *row,
                                        const struct handover_entry *entry);

/* Whether that ref of this author was written already. */
MUST_CHECK enum status handover_row_known(struct tx *tx, const char *conversation,
                                          const char *author, const char *ref, bool *known);

/*
 * What was typed becomes masked for good, up to that event: all of it, or what is of that kind,
 * which is the other side's.
 */
MUST_CHECK enum status handover_row_forget(struct tx *tx, const char *conversation, int64_t upto);
MUST_CHECK enum status handover_row_forget_kind(struct tx *tx, const char *conversation,
                                                int64_t upto, enum handover_kind kind);

/* Whether something of that kind, up to that event, is still as it was typed. */
MUST_CHECK enum status handover_row_typed(struct tx *tx, const char *conversation, int64_t upto,
                                          enum handover_kind kind, bool *typed);

/* Notes that the operator's page was there just now. */
MUST_CHECK enum status handover_row_duty(struct tx *tx, const struct handover_operator *who,
                                         int64_t now_ms);

/* A number to be called back, with its masked text, in the place of an earlier one. */
MUST_CHECK enum status handover_row_leave(struct tx *tx, const struct handover_case *row,
                                          const struct seal *seal, struct span number,
                                          struct span masked);

/* STATUS_NOT_FOUND, STATUS_INVALID as handover_number(). */
MUST_CHECK enum status handover_row_number(struct tx *tx, const char *conversation,
                                           const struct seal *seal,
                                           char number[HANDOVER_NUMBER_SIZE]);

/* Deletes it; STATUS_NOT_FOUND: there was none. */
MUST_CHECK enum status handover_row_called(struct tx *tx, const char *conversation);

/* What a sealed text is about. */
enum { HANDOVER_ABOUT_SIZE = 40 };
struct span handover_about(int64_t n, char text[HANDOVER_ABOUT_SIZE]);

#endif
