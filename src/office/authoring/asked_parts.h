/*
 * Asked, its parts: what asked.c, asked_popups.c and asked_counts.c share, a section for each.
 * Everything is allocated in the arena of `asked`; where a function returns a status, it is
 * STATUS_NO_MEMORY or what the journal says. Private to authoring/.
 */
#ifndef DAYI_AUTHORING_ASKED_PARTS_H
#define DAYI_AUTHORING_ASKED_PARTS_H

#include "base/hash.h"
#include "office/authoring/asked.h"
#include "office/journal/asked.h"

struct day_count {
	struct day_count *next;
	int64_t day, count;
};

/* One text of the journal, summed up. */
struct asked_item {
	struct hash_link link;
	struct asked_item *next; /* of all */
	struct span text;
	int64_t count, unanswered, disliked, first_ms, last_ms;
	struct day_count *days;
	struct asked_count entries[ASKED_FEW];
	size_t entry_count;
	struct span reasons[ASKED_FEW];
	size_t reason_count;
	bool found; /* by the search */
	struct asked_hits *hits;
	struct asked_choice *choice;
};

struct asked_reading {
	const struct asked_ask *ask;
	struct asked *asked;
	struct arena *scratch; /* of one text */
	struct hash_table table;
	struct asked_item *items;
	size_t count;
	bool bad; /* ratings are read, not questions without an answer */
};

/* --- asked.c */

/* The item of that text; NULL without memory. */
struct asked_item *asked_item_of(struct asked_reading *reading, struct span text);

MUST_CHECK enum status asked_count_row(const struct asked *asked, struct asked_item *item,
                                       const struct asked_row *row);

/* Counts by day: one for each day of the view, NULL without memory; a day outside counts nothing.
 */
int64_t *asked_make_counts(struct asked *asked);
void asked_count_day(const struct asked *asked, int64_t *counts, int64_t day, int64_t count);

/* Counts the id among the first `most` ones that come; others are left out. */
void asked_count_entry(struct asked_count *entries, size_t *count, size_t most, struct span id,
                       int64_t times);
/* For qsort(): struct asked_count, the largest first. */
int asked_by_count(const void *a, const void *b);

/* Takes the first of ids that are parted by blanks off them. */
struct span asked_cut_id(struct span *ids);

MUST_CHECK enum status asked_keep(const struct asked_reading *reading, struct span text,
                                  struct span *out);

/* The most asked first; what has no room is left out. */
MUST_CHECK enum status asked_sort_items(struct asked_reading *reading, struct asked_item ***out);

/* Visits the rows of the view's days with `reading` as context. */
MUST_CHECK enum status asked_read_table(struct asked_reading *reading, enum asked_table table,
                                        asked_visitor visit);

/* --- asked_popups.c */

/* The popups that the knowledge has, ready to be compared; in the arena of what is read. */
struct asked_known {
	struct asked_keys *prompts;
	size_t count;
};

MUST_CHECK enum status asked_read_known(const struct asked_reading *reading,
                                        struct asked_known *out);

/* What the text quotes, or says that a window shows, as it was written; empty where it does
 * neither. */
MUST_CHECK enum status asked_find_popup(const struct asked_reading *reading, struct span written,
                                        struct span *out);

/* Whether the knowledge has the popup, or one much like it. */
MUST_CHECK enum status asked_is_known(const struct asked_reading *reading,
                                      const struct asked_known *known, struct span popup,
                                      bool *out);

/* --- asked_counts.c: each fills the list of its view. */

MUST_CHECK enum status asked_read_choices(struct asked_reading *reading);
MUST_CHECK enum status asked_read_entries(struct asked_reading *reading);
MUST_CHECK enum status asked_read_outcomes(struct asked_reading *reading);

#endif
