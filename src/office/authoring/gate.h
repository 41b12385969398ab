/*
 * Gate: everything that a change of the knowledge may do to people, before it is live. What is
 * tried is a set of questions (question_set.h), the golden questions, the sample records and the
 * atlas of cases; each is put to what is live and to the draft.
 *
 * A gate keeps how the questions of its runs end in the live model, so that the next run asks only
 * the draft. One run at a time; it starts threads of its own, and any thread may ask for its end.
 */
#ifndef DAYI_AUTHORING_GATE_H
#define DAYI_AUTHORING_GATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/status.h"
#include "base/team.h"
#include "engine/dialogue/snapshot.h"
#include "office/authoring/answer_diff.h"
#include "office/authoring/difference.h"
#include "office/authoring/question_set.h"
#include "office/authoring/verdict_diff.h"

struct gate;

/* Keeps the endings of `most` questions. Owned by the caller. STATUS_NO_MEMORY. */
MUST_CHECK enum status gate_create(struct gate **out, size_t most);
/* Takes NULL. */
void gate_destroy(struct gate *gate);

/* Zero it before a run; any thread reads it and may set `ended`. */
struct gate_progress {
	atomic_size_t done, total; /* questions */
	atomic_bool ended;         /* the run is to end soon, with STATUS_CLOSED */
};

/* All of it is borrowed. */
struct gate_ask {
	const struct snapshot *live, *draft;
	const struct clock *clock;            /* of the questions */
	struct question_set *questions;       /* its items are sorted: the gravest change first */
	const struct verdict_record *records; /* beside the sample records of both */
	size_t record_count;
	struct team team;
	size_t changes_most; /* of which the replies are given */
	struct gate_progress *progress;
};

struct gate_candidate {
	const char *entry, *question;
	int number;
	const char *case_id, *case_label; /* NULL: none is named */
	double confidence;
	const char *by;
	const char *spoke; /* or NULL */
	bool only_here;    /* what spoke does not stand in the other model */
};

struct gate_reply {
	const char *outcome;
	const char *topic; /* or NULL */
	struct gate_candidate answers[REPLY_ANSWERS_MOST], choices[REPLY_CHOICES_MOST];
	size_t answer_count, choice_count;
};

/* `text` NULL: nothing that differs has to do with it. */
struct gate_cause {
	const char *entry, *text;
	enum difference_member member;
	bool added;
};

struct gate_change {
	struct span text;
	uint64_t asked;
	enum diff_kind kind;
	bool golden;
	struct gate_reply before, after;
	struct gate_cause cause;
};

struct gate_sum {
	size_t questions;
	uint64_t asked;
};

/* All of it is in its arena: neither model is needed for it. */
struct gate_result {
	struct arena *arena;
	char live[KNOWLEDGE_VERSION_SIZE], draft[KNOWLEDGE_VERSION_SIZE];
	struct gate_sum kinds[DIFF_KINDS];
	struct gate_sum all;
	size_t losses; /* golden questions of `live` alone that end otherwise */
	const struct gate_change *changes;
	size_t change_count, more;
	struct verdict_diff verdicts;
	/* What is lost of the draft's own golden questions and sample records, a line each. */
	const char *const *lost;
	size_t lost_count;
	bool passed;        /* nothing is lost */
	bool chooses_alike; /* no question and no record can end otherwise: at most in other words
	                     */
	bool trivial;       /* as of struct differences */
	size_t kept;        /* questions whose ending in `live` was known */
	int64_t took_us;
};

/*
 * `gate` NULL: nothing is kept. STATUS_CLOSED: it was ended; STATUS_NO_MEMORY. The result is to be
 * freed in any case.
 */
MUST_CHECK enum status gate_run(struct gate *gate, const struct gate_ask *ask,
                                struct gate_result *out);
void gate_result_free(struct gate_result *result);

#endif
