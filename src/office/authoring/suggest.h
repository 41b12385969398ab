/*
 * Suggest: alternates for entries, out of what people asked, each tried before an editor sees it.
 *
 * What is known of a question comes from the journal: how often it was asked, and which entry
 * people took from the list that it got. A question that somebody's choice speaks for, and what is
 * like one, may become an alternate of that entry. Each candidate is tried on a draft of the whole
 * folder, on top of those that are kept already: see suggest_trial.c for what it must not do.
 * Nothing is written: a person accepts.
 *
 * One thread at a time. All of it belongs into a job: it takes seconds.
 */
#ifndef DAYI_AUTHORING_SUGGEST_H
#define DAYI_AUTHORING_SUGGEST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/dialogue/snapshot.h"
#include "office/journal/journal.h"
#include "store/store.h"

struct suggest;

enum {
	SUGGEST_EACH_USUAL = 4, /* alternates of an entry */
	SUGGEST_EACH_MOST = 20,
	SUGGEST_TRIALS_USUAL = 200, /* drafts that are made */
	SUGGEST_TRIALS_MOST = 100000,
	SUGGEST_QUESTIONS_MOST = 3000, /* different ones, the most frequent first */
	SUGGEST_TEXT_LEAST = 4,        /* characters of an alternate */
	SUGGEST_TEXT_MOST = 40,
	SUGGEST_GROUPS_MOST = 200,
};

struct suggest_base {
	const struct snapshot *live; /* borrowed */
	struct clock clock;          /* of the questions */
	struct span archive; /* of the folder of `live` (office/versions/archive.h); copied */
	size_t each, trials; /* see above */
	/* Called after each draft that was tried; NULL: nothing is. */
	void (*tried)(void *context, size_t trials);
	/* Called often, from suggest_prepare() on: it is still at work. NULL: nothing is. */
	void (*alive)(void *context);
	void *context;
	/* Whether the alternate is not to be proposed for the entry; NULL: all may be. */
	bool (*unwanted)(void *context, const struct entry *entry, const char *text);
	const atomic_bool *ended; /* it is to end soon, with STATUS_CLOSED; NULL: never */
};

/* STATUS_INVALID when the archive is none. Owned by the caller. */
MUST_CHECK enum status suggest_create(struct suggest **out, const struct suggest_base *base);
/* Takes NULL. */
void suggest_destroy(struct suggest *suggest);

/*
 * One question, masked, asked that often. What is no question to be kept (empty, long, without a
 * word) is left out.
 */
MUST_CHECK enum status suggest_add_question(struct suggest *suggest, struct span text,
                                            int64_t asked);

/* People took that entry from the list that the question got. An unknown entry is left out. */
MUST_CHECK enum status suggest_add_choice(struct suggest *suggest, struct span text,
                                          const char *entry, int64_t times);

/*
 * Both, of a journal since that moment. STATUS_NOT_FOUND where there is none; STATUS_BUSY,
 * STATUS_IO, STATUS_INVALID with a problem.
 */
MUST_CHECK enum status suggest_read(struct suggest *suggest, const struct journal_settings *journal,
                                    int64_t since_ms, char problem[STORE_PROBLEM_SIZE]);

/*
 * Once, after what is known was added: what each question ends in today, what is like what, which
 * candidates each entry has.
 */
MUST_CHECK enum status suggest_prepare(struct suggest *suggest);

/*
 * After suggest_prepare(): what people ask that mean an entry, the most telling first, `most` at
 * most. Returns how many.
 */
size_t suggest_askings(const struct suggest *suggest, const struct entry *entry, struct span *out,
                       size_t most);

/*
 * After suggest_prepare(): a wording of somebody else, such as a language model, or of a person who
 * accepts one. It is a candidate behind those of the journal; one that is no alternate (too long, a
 * mark of masking, a link) is STATUS_INVALID.
 */
MUST_CHECK enum status suggest_add_wording(struct suggest *suggest, const struct entry *entry,
                                           struct span text);

/* Tries the candidates. STATUS_CLOSED: it was ended. */
MUST_CHECK enum status suggest_run(struct suggest *suggest);

/* What a draft did that it must not. */
enum suggest_fault {
	SUGGEST_FITS,
	SUGGEST_UNFIT,  /* the folder would be invalid */
	SUGGEST_GOLDEN, /* a golden question is lost */
	SUGGEST_ITSELF, /* the alternate itself is not given to its entry */
	SUGGEST_TAKES,  /* another entry's sentence or text, or what people meant by another */
	SUGGEST_GRASPS, /* answers a question that nobody's choice speaks for */
	SUGGEST_IDLE,   /* helps nobody */
	SUGGEST_FAULTS,
};

/*
 * Instead of suggest_run(): all wordings that were added together, as one draft. What they help
 * does not matter. *fault and *text tell what is wrong with it: the question that was lost or
 * taken, borrowed.
 */
MUST_CHECK enum status suggest_check(struct suggest *suggest, enum suggest_fault *fault,
                                     struct span *text);

struct suggestion {
	const struct entry *entry; /* of `live` */
	const char *text;
	bool written;    /* by suggest_add_wording() */
	uint64_t asked;  /* how often people asked it, or what is like it and means the entry */
	uint64_t helped; /* askings that get their entry with it, and did not before */
};

/* In the order in which they were kept. Borrowed. */
const struct suggestion *suggest_found(const struct suggest *suggest, size_t *count);

/* Questions that are alike, that get no answer, and that nobody's choice speaks for. */
struct suggest_group {
	struct span question; /* what most people wrote */
	uint64_t asked;
	size_t wordings;
	const struct entry *guess; /* that most of them would find first; NULL: they do not agree */
};

/* The most frequent first. Borrowed. */
const struct suggest_group *suggest_groups(const struct suggest *suggest, size_t *count);

struct suggest_sums {
	size_t questions, chosen, alike; /* different ones; of them chosen for, like one of those */
	uint64_t asked, helped_before, helped; /* askings whose entry is known */
	size_t trials;
	size_t refused[SUGGEST_FAULTS]; /* candidates, by why */
	bool cut;                       /* there were more candidates than trials */
};

struct suggest_sums suggest_sums(const struct suggest *suggest);

#endif
