/*
 * Drafts: what editors are changing, before it is published, and what was done to it. Rows of the
 * store.
 *
 * An entry, a referral or a file of the office (tree.h) has at most one draft, which everybody
 * shares. It holds the text that it was made from (its base) and its own; which members differ
 * follows from the two. Each save gets the next revision of all drafts, and its text is kept. A
 * change names the revision that it was made upon: where that is not the latest any more nothing is
 * written, and *moved is set.
 *
 * All of this belongs into jobs.
 */
#ifndef DAYI_AUTHORING_DRAFT_H
#define DAYI_AUTHORING_DRAFT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "store/store.h"

extern const struct store_schema drafts_schema;

enum {
	DRAFT_ENTRY_BYTES = 128,
	DRAFT_WHY_BYTES = 400,
	DRAFT_TEXT_BYTES = 256 * 1024,
	DRAFTS_MOST = 2000, /* at the same time */
};

enum draft_state { DRAFT_OPEN, DRAFT_REVIEW, DRAFT_APPROVED };
/* "draft", "review", "approved". */
const char *draft_state_name(enum draft_state state);

/* Texts are borrowed from the arena that it was read into. */
struct draft {
	const char *entry;
	const char *collection; /* NULL: a referral; "": a file (tree.h) */
	const char *base;       /* JSON; "": it is not live */
	const char *text;       /* JSON; "": it is deleted */
	int64_t revision;
	enum draft_state state;
	const char *authors; /* ids of accounts, each followed by a line feed */
	const char *names;   /* of them, likewise */
	const char *by;      /* who did something to it last */
	int64_t at_ms;
	int64_t errors; /* as it was saved */
};

/* Who does something, and why. Borrowed. */
struct draft_act {
	const char *account, *who; /* id and name */
	const char *why;
	int64_t at_ms;
};

/* STATUS_NOT_FOUND where the entry has none. */
MUST_CHECK enum status draft_find(struct store *store, const char *entry, struct arena *arena,
                                  struct draft *out);

/* All of them, by entry. STATUS_LIMIT above DRAFTS_MOST. */
MUST_CHECK enum status draft_list(struct store *store, struct arena *arena, struct draft **out,
                                  size_t *count);

/* The text that was saved as this revision. STATUS_NOT_FOUND. */
MUST_CHECK enum status draft_text(struct store *store, const char *entry, int64_t revision,
                                  struct arena *arena, const char **out);

/*
 * Writes the draft's text, base, collection and errors; it is open then, and `act` is one of its
 * authors. `upon`: the revision that is there, 0: none. `what`: "saved", "merged" or "deleted".
 * *revision is the new one. STATUS_LIMIT above DRAFTS_MOST.
 */
MUST_CHECK enum status draft_save(struct store *store, const struct draft *draft, int64_t upon,
                                  const char *what, const struct draft_act *act, int64_t *revision,
                                  bool *moved);

/* Removes it; its events stay. */
MUST_CHECK enum status draft_discard(struct store *store, const char *entry, int64_t revision,
                                     const struct draft_act *act, bool *moved);

/*
 * Another state, of one that is in state `from`; *moved also where it is in another one. `what`:
 * "submitted", "approved" or "refused"; `alone`: by one of its authors.
 */
MUST_CHECK enum status draft_advance(struct store *store, const char *entry, int64_t revision,
                                     enum draft_state from, enum draft_state to, const char *what,
                                     bool alone, const struct draft_act *act, bool *moved);

/*
 * That revision went live as `text` ("": it is gone) in the version of this hash. A draft that was
 * saved meanwhile goes on from there; one that was discarded and begun anew keeps its base, so that
 * it is merged with what went live.
 */
MUST_CHECK enum status draft_published(struct store *store, const char *entry, int64_t revision,
                                       const char *text, const char *version,
                                       const struct draft_act *act);

/* A document that another version changes: its text there, "": it is gone. Borrowed. */
struct draft_change {
	const char *entry, *text;
};

/*
 * What was rolled back is told in the history of each document ("rolled_back"), all or none. Drafts
 * stay as they are: they are merged with what is live when they are read.
 */
MUST_CHECK enum status draft_rolled_back(struct store *store, const struct draft_change *changes,
                                         size_t count, const char *version,
                                         const struct draft_act *act);

/* Borrowed for the call. */
struct draft_event {
	int64_t number, at_ms, revision;
	const char *who, *what, *why;
	bool alone;
	const char *version; /* NULL: it was not published then */
	const char *text;    /* NULL: nothing was saved; "": it was deleted */
};

/* The latest first, `most` at most. */
MUST_CHECK enum status draft_history(struct store *store, const char *entry, int64_t most,
                                     enum status (*visit)(void *context,
                                                          const struct draft_event *event),
                                     void *context);

/* Whether the account is one of its authors. */
bool draft_is_by(const struct draft *draft, const char *account);

#endif
