/*
 * Look-up: what was answered under a receipt. Opens the journal's file for reading only, beside
 * whatever server writes it.
 */
#ifndef DAYI_JOURNAL_LOOKUP_H
#define DAYI_JOURNAL_LOOKUP_H

#include "office/journal/journal.h"
#include "store/store.h"

/* The rating; `value` NULL: it was not rated. */
typedef void (*lookup_visitor)(void *context, const struct journal_turn *turn,
                               const struct journal_rating *rating);

/*
 * Shows every turn with that receipt, the oldest first; there is hardly ever more than one. All of
 * it is borrowed. STATUS_NOT_FOUND where there is none, or no such file; STATUS_BUSY, STATUS_IO;
 * STATUS_INVALID for a file that is no journal. `problem` then says what hindered, "" where it
 * is just not there.
 */
MUST_CHECK enum status journal_look_up(const char *file, int64_t busy_ms, const char *receipt,
                                       lookup_visitor visit, void *context,
                                       char problem[STORE_PROBLEM_SIZE]);

/* What an entry said in a version of the knowledge. */
struct lookup_text {
	const char *knowledge;
	struct span entry;
	struct buf words; /* a JSON object; stays empty where it was not kept */
};

/* Reads the words of all of them. Errors as journal_look_up(). */
MUST_CHECK enum status journal_look_up_texts(const char *file, int64_t busy_ms,
                                             struct lookup_text *texts, size_t count);

#endif
