/*
 * Asked: what the journal tells about what people asked, in sums. Opens the file for reading only,
 * beside whatever server writes it. All texts are masked, as the journal keeps them.
 */
#ifndef DAYI_JOURNAL_ASKED_H
#define DAYI_JOURNAL_ASKED_H

#include "office/journal/journal.h"
#include "store/store.h"

enum asked_table {
	ASKED_UNANSWERED, /* by question and day; nothing was found for them, not even a referral */
	ASKED_DISLIKED,   /* each rating "down", the latest first; `reason` may be empty */
	ASKED_ALL,        /* by question and day, whatever came of them */
	ASKED_CHOSEN,     /* by question and entry: what was chosen from the list it got */
	ASKED_ANSWERED,   /* by outcome, entries and day: answered or offered */
	ASKED_RATED,      /* by entries and value (`outcome`) */
	ASKED_OUTCOMES,   /* by channel, outcome and day */
	ASKED_TABLES,
};

/* Columns that a table lacks are empty or 0. Borrowed. */
struct asked_row {
	struct span question, channel, outcome, entries, reason;
	int64_t day; /* days since 1970, in China */
	int64_t count, first_ms, last_ms;
};

/* Anything but STATUS_OK ends the reading, which returns it. */
typedef enum status (*asked_visitor)(void *context, const struct asked_row *row);

enum { ASKED_ROWS_MOST = 100000 }; /* of a table; the latest */

/*
 * Any thread. Shows the rows of one table since that moment. STATUS_NOT_FOUND where there is no
 * such file; STATUS_BUSY, STATUS_IO; STATUS_INVALID for a file that is no journal of this version.
 */
MUST_CHECK enum status journal_read_asked(const struct journal_settings *journal,
                                          enum asked_table table, int64_t since_ms,
                                          asked_visitor visit, void *context);

/* The number of the day in China at that moment. */
int64_t asked_day(int64_t wall_ms);

#endif
