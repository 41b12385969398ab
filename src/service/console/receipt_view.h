/*
 * Receipt view: what was shown under a receipt, for an operator, beside what the same question
 * gives today. Read in a job, completed in the loop, where the knowledge is.
 */
#ifndef DAYI_SERVICE_RECEIPT_VIEW_H
#define DAYI_SERVICE_RECEIPT_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/knowledge/knowledge.h"
#include "office/journal/journal.h"

struct service;
struct receipt_view;

enum { RECEIPT_ENTRIES_MOST = 3 };

/* Of an entry that was answered or offered. */
struct receipt_entry {
	struct span id;
	const struct entry *entry; /* as it is today; NULL: there is none of that id any more */
	struct span lead;          /* id of the case that it led with; empty: none */
	struct span verdicts;      /* as in journal.h; empty: none, or not known */
	struct span shown; /* its words at that time, a JSON object; empty: they were not kept */
};

struct receipt_turn {
	struct journal_turn turn;     /* without its session */
	struct journal_rating rating; /* `value` NULL: it was not rated */
	struct receipt_entry entries[RECEIPT_ENTRIES_MOST];
	size_t entry_count;
	bool same_knowledge; /* the version in use is the one that answered */
	struct span today;   /* reply object of the same question, asked by nobody */
};

/*
 * Copies what the journal has. STATUS_NOT_FOUND where it has nothing, or none is kept; as
 * journal_look_up() otherwise. Any thread. Owned by the caller, also unless STATUS_OK; may be NULL.
 */
MUST_CHECK enum status receipt_view_read(struct receipt_view **out,
                                         const struct journal_settings *journal,
                                         const char *receipt);

/* Names the entries and asks the questions again, which leaves no trace. Loop thread. */
MUST_CHECK enum status receipt_view_complete(struct receipt_view *view, struct service *service);

/* The oldest first; there is hardly ever more than one. Borrowed from the view, and from the
 * knowledge in use. */
const struct receipt_turn *receipt_view_turns(const struct receipt_view *view, size_t *count);

/* Takes NULL. */
void receipt_view_destroy(struct receipt_view *view);

#endif
