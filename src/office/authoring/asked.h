/*
 * Asked: what people asked, for whoever keeps the knowledge good: questions that were not answered
 * or whose answer did not help, like ones together; popups that no entry has; what was chosen from
 * lists; how often each entry was given; outcomes. All of it comes from the journal, masked.
 */
#ifndef DAYI_AUTHORING_ASKED_H
#define DAYI_AUTHORING_ASKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/match/marks.h"
#include "engine/text/normalise.h"
#include "office/journal/journal.h"

enum asked_view {
	ASKED_VIEW_QUESTIONS,
	ASKED_VIEW_POPUPS,
	ASKED_VIEW_CHOICES,
	ASKED_VIEW_ENTRIES,
	ASKED_VIEW_OUTCOMES,
	ASKED_VIEWS,
};

/* The view of that name, "questions", "popups", …; false: there is none. */
bool asked_view_read(struct span name, enum asked_view *out);

/* Heads of the columns of its file, ended by NULL; to be looked up in the reader's language. */
const char *const *asked_heads(enum asked_view view);

enum {
	ASKED_DAYS_USUAL = 30,
	ASKED_DAYS_MOST = 366,
	ASKED_LISTED_MOST = 200,    /* groups, popups, questions with choices */
	ASKED_GROUPED_MOST = 20000, /* different questions */
	ASKED_WORDINGS_MOST = 10,   /* of a group */
	ASKED_FEW = 3,              /* entries and reasons of a group */
};

enum asked_kind { ASKED_BOTH, ASKED_ONLY_UNANSWERED, ASKED_ONLY_DISLIKED };

/* Borrowed. */
struct asked_ask {
	enum asked_view view;
	int64_t days; /* the last of them today */
	enum asked_kind kind;
	const char *query; /* "": all */
	int64_t now_ms;
	const struct journal_settings *journal;
	const struct normaliser *normaliser;
	/* Of the views of questions and popups: popup texts that entries have, and what tells one.
	 */
	const struct strings *prompts;
	const struct marks *marks;
};

struct asked_count {
	struct span text; /* a wording, or the id of an entry */
	int64_t count;
};

struct asked_group {
	struct span question; /* what most people wrote */
	int64_t count, unanswered, disliked;
	int64_t first_ms, last_ms;
	int64_t *counts; /* by day */
	struct asked_count wordings[ASKED_WORDINGS_MOST];
	size_t wording_count; /* all of them */
	struct asked_count entries[ASKED_FEW];
	size_t entry_count;
	struct span reasons[ASKED_FEW];
	size_t reason_count;
	struct span popup; /* new to the knowledge; empty: none */
};

struct asked_popup {
	struct span text, question; /* as most people quote it; and in what */
	int64_t count, first_ms, last_ms;
	int64_t *counts;
};

enum { ASKED_CHOSEN_MOST = 8 };

struct asked_choice {
	struct span question;
	int64_t count, last_ms;
	struct asked_count chosen[ASKED_CHOSEN_MOST]; /* ids */
	size_t chosen_count;
};

struct asked_hits {
	struct span entry; /* its id */
	int64_t answered, offered, chosen, up, down, last_ms;
	int64_t *counts; /* answers by day */
};

struct asked_outcome {
	struct span channel, outcome;
	int64_t count;
	int64_t *counts;
};

/* All of it is in its arena. Of the five lists only that of the view is filled. */
struct asked {
	struct arena *arena;
	enum asked_view view;
	int64_t first_day; /* since 1970, in China */
	size_t days;
	bool kept; /* there is a journal */
	struct asked_group *groups;
	size_t group_count;
	struct asked_popup *popups;
	size_t popup_count;
	struct asked_choice *choices;
	size_t choice_count;
	struct asked_hits *hits; /* of entries that were given */
	size_t hit_count;
	struct asked_outcome *outcomes;
	size_t outcome_count;
	size_t more;      /* that are not listed */
	size_t looked_at; /* different questions */
	bool cut;         /* there were more of them */
};

/*
 * In a job: it may take a second. Owned by the caller, also where it fails. STATUS_BUSY, STATUS_IO,
 * STATUS_INVALID as journal_read_asked(); without a journal, or a file of it, all lists are empty.
 */
MUST_CHECK enum status asked_read(struct asked **out, const struct asked_ask *ask);
/* Takes NULL. */
void asked_destroy(struct asked *asked);

#endif
