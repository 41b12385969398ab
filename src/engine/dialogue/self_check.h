/*
 * Self-check: asks a person the questions of one entry that no record answers, one by one.
 *
 * * * It stores what was asked, and interprets how the person moves through the questions. The
 * answers are in `told`. A plain value that may be copied; all zero before anything is asked.
 */
#ifndef DAYI_DIALOGUE_SELF_CHECK_H
#define DAYI_DIALOGUE_SELF_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/diagnose/diagnosis.h"
#include "engine/dialogue/selection.h"
#include "engine/dialogue/snapshot.h"
#include "engine/dialogue/told.h"

enum { ENTRY_ID_SIZE = 129 /* of an entry's id, with terminator */ };

struct self_check {
	char entry[ENTRY_ID_SIZE];     /* what it is about, or "" */
	char fact[QUESTION_FACT_SIZE]; /* what was asked and is not answered yet, or "" */
	bool offered;                  /* the last reply offered to begin one */
	bool running;                  /* the person takes part: questions follow each other */
	bool begins;                   /* and nothing was judged since */
	bool stays_open;               /* what the last answer brings out does not end it */
	uint64_t before;               /* the cases that applied when it began, a bit each */
	unsigned missed;               /* answers in a row that were not understood */
	char left[ENTRY_ID_SIZE];      /* what an interrupted one was about, or "" */
};

enum { CHECK_MISSED_MOST = 3 /* in a row, before a person is offered */ };

enum check_move_kind {
	CHECK_NO_MOVE,        /* the message does not belong to a self-check */
	CHECK_ON,             /* judge `entry` and go on */
	CHECK_STOPPED,        /* the person wants no more */
	CHECK_NOTHING,        /* there is nothing to be checked, or to go back to */
	CHECK_NO_SUCH_OPTION, /* a number that the question does not have */
	CHECK_UNCLEAR,        /* an answer, or none that is understood, unless it clearly is
	                         another subject; then self_check_pause() */
};

struct check_move {
	enum check_move_kind kind;
	const struct entry *entry;
	const struct question *again; /* asked in any case: the person went back to it; or NULL */
	/* CHECK_UNCLEAR: what it says in answer, should it be no question of its own; or NULL */
	const struct question_option *option;
};

/* What a message, with its dates, means for it. `last` is the entry that was answered last, or
 * NULL. */
struct check_move self_check_read(struct self_check *check, struct told *told,
                                  const struct snapshot *snapshot, const struct text *text,
                                  const struct date_list *dates, bool dates_alone,
                                  const struct selection *selection, const struct entry *last,
                                  struct arena *arena);

/*
 * Takes the option of the move for a message that turned out to be no question; the move becomes
 * CHECK_ON.
 */
void self_check_answer(struct self_check *check, struct told *told, struct check_move *move);

/*
 * Counts an answer that was not understood. True if the limit is reached, which resets the count.
 */
bool self_check_missed(struct self_check *check);

/*
 * Pauses the self-check for another subject. The question is not repeated unless the person
 * resumes.
 */
void self_check_pause(struct self_check *check);

/* Another subject came up: what was asked stays unanswered. */
void self_check_leave(struct self_check *check);

/*
 * Returns the next question after the entry was judged, or NULL, which ends the self-check. A case
 * that an answer establishes ends it, too. `unasked`: a question may follow although the person did
 * not begin a self-check, if no case applies.
 */
const struct question *self_check_next(struct self_check *check, const struct diagnosis *diagnosis,
                                       const struct question *again, bool unasked);

#endif
