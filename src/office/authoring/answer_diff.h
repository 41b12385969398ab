/*
 * Answer diff: which questions get another reply when one model takes the place of another.
 *
 * Each question is asked of both in a conversation of its own, by somebody of whom nothing is
 * known. Entries are the same where their ids are.
 *
 * One thread for a side (scratch.h). gate.h goes over many questions with several.
 */
#ifndef DAYI_AUTHORING_ANSWER_DIFF_H
#define DAYI_AUTHORING_ANSWER_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/dialogue/reply.h"
#include "engine/dialogue/scratch.h"
#include "engine/dialogue/snapshot.h"

/* What has become of a question, the graver the later. */
enum diff_kind {
	DIFF_NONE,
	DIFF_WORDS,   /* the same entries and cases, in other words */
	DIFF_OFFERED, /* not answered before or after, but otherwise: other choices, a referral … */
	DIFF_GAINED, /* is answered now */
	DIFF_CASE,   /* the same entries, another 情形 of one */
	DIFF_ENTRY,  /* answered by other entries */
	DIFF_LOST,   /* was answered, and is not now */
};
enum { DIFF_KINDS = DIFF_LOST + 1 };

/* "none", "words", "offered", … */
const char *diff_kind_name(enum diff_kind kind);

struct diff_question {
	struct span text;
	uint64_t asked; /* how often people asked it; 0: nobody yet */
	bool golden;    /* what it ends in must stay: see diff_is_loss() */
	enum diff_kind kind;
};

/* One of the two models. All of it is borrowed; the scratch is of the snapshot. */
struct diff_side {
	const struct snapshot *snapshot;
	struct scratch *scratch;
	struct arena *arena;
	const struct clock *clock;
};

/* The reply lives until the next question of that side. */
MUST_CHECK enum status diff_ask(const struct diff_side *side, struct span question,
                                struct reply *out);

/*
 * How a question ends, as far as it is compared: hashes of what the reply says, so that it outlives
 * the model.
 */
struct diff_ending {
	bool answered;
	uint64_t entries, cases, end, words;
};

void diff_ending_of(const struct reply *reply, struct diff_ending *out);
enum diff_kind diff_compare_endings(const struct diff_ending *before,
                                    const struct diff_ending *after);

enum diff_kind diff_compare(const struct reply *before, const struct reply *after);

/* The gravest kind first; within one, what is asked most. */
void diff_sort(struct diff_question *questions, size_t count);

/* A golden question that ends in something else. Other words are none. */
bool diff_is_loss(const struct diff_question *question);

/*
 * Whether the sentence or pattern that spoke for the entry stands in it only in this knowledge and
 * not in `other`. False where nothing spoke.
 */
bool diff_spoke_anew(const struct match_candidate *candidate, const struct knowledge *other);

#endif
