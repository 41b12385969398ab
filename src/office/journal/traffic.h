/*
 * Traffic: what people asked since some moment, to try a change of the knowledge on. Opens the file
 * for reading only, beside whatever server writes it.
 */
#ifndef DAYI_JOURNAL_TRAFFIC_H
#define DAYI_JOURNAL_TRAFFIC_H

#include "office/journal/journal.h"
#include "store/store.h"

/* One question, to the letter, and how often it was asked. Borrowed. */
typedef enum status (*traffic_visitor)(void *context, struct span question, int64_t asked);

/*
 * Any thread. Looks at the last `most` turns since `since_ms`, and shows each question once, the
 * most frequent first; questions are masked. It ends with the visitor's first failure, which is its
 * own. STATUS_NOT_FOUND where there is no such file; STATUS_BUSY, STATUS_IO; STATUS_INVALID for a
 * file that is no journal. `problem` then says what hindered.
 */
MUST_CHECK enum status journal_read_traffic(const char *file, int64_t busy_ms, int64_t since_ms,
                                            int64_t most, traffic_visitor visit, void *context,
                                            char problem[STORE_PROBLEM_SIZE]);

#endif
