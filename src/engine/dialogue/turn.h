/*
 * Turn: one message at work, and the conversation that it belongs to. Private to the files below;
 * turn.c tells how they work together.
 */
#ifndef DAYI_DIALOGUE_TURN_H
#define DAYI_DIALOGUE_TURN_H

#include "engine/dialogue/conversation.h"
#include "engine/dialogue/receipt.h"
#include "engine/dialogue/selection.h"
#include "engine/dialogue/self_check.h"
#include "engine/dialogue/siblings.h"
#include "engine/dialogue/told.h"
#include "engine/text/dates.h"

enum { ASKED_SIZE = 128 };

struct conversation {
	uint64_t random;          /* state of the receipts' generator */
	char last[ENTRY_ID_SIZE]; /* the entry that was answered last, or "" */
	char asked[ASKED_SIZE];   /* the last message that was a question, if it is short; or "" */
	char offered[REPLY_CHOICES_MOST][ENTRY_ID_SIZE];
	double offered_confidence[REPLY_CHOICES_MOST];
	size_t offered_count; /* choices that the last reply offered */
	char answered[REPLY_ANSWERS_MOST][ENTRY_ID_SIZE];
	size_t answered_count; /* entries that were answered last, together */
	int last_case;         /* of the last entry, that was named; from 1, or 0 */
	/* The last list of several entries, as long as its members are what is answered. */
	char listed[REPLY_ANSWERS_MOST][ENTRY_ID_SIZE];
	size_t listed_count;
	bool listed_choices; /* they were offered, not answered */
	bool by_place;       /* 第一个: the last answer was taken by its place in it */

	bool listed_by_place;             /* 第一个: the last answer was taken out of it so */
	char date_of[QUESTION_FACT_SIZE]; /* what the dates of the talk are said of; or "" */
	char referral[ENTRY_ID_SIZE];     /* where the last reply pointed to, or "" */
	unsigned fruitless;               /* turns in a row that ended without an answer */
	struct told told;
	struct privacy_tail tail; /* half a number may come with the next message */
	struct self_check check;
	bool asked_apart;         /* the last reply asked what tells siblings apart */
	struct receipts receipts; /* of its last replies */
};

/*
 * A turn in progress. It lives in its arena and works on a copy of the conversation, so an
 * unfinished turn leaves no trace.
 */
struct turn {
	struct conversation *origin;       /* what the copy is made of, and put back into */
	struct conversation *conversation; /* the copy */
	const struct snapshot *snapshot;
	struct scratch *scratch; /* of the snapshot */
	struct arena *arena;
	struct clock clock;
	int64_t took_us;
	struct span text;
	struct text normal;        /* the text, normalised */
	struct text bare;          /* and without what says nothing about the question */
	struct asker known;        /* who asks; */
	const struct asker *asker; /* is it */
	struct selection selection;
	char today[DAY_SIZE];
	struct date_list dates; /* that the message names */
	bool dates_alone;       /* and what it says besides is of the question that is open */
	enum status failed;     /* of a normalising that told only whether; ends the turn */
	struct reply own_reply;
	struct reply *reply;    /* is it */
	struct check_move move; /* what the message may be in a self-check */
	bool searched;          /* siblings are not told apart yet: the reply is the matching's */
	bool referred;          /* a referral leads the choices that were found */
	bool selected;          /* the message pointed at something */
	bool mentioned;         /* the message is the bot's name and nothing else */
	const struct question *again;    /* to be asked whatever is known; or NULL */
	const struct question *answered; /* by the message, as one of a self-check; or NULL */
	bool keeps_check;                /* the self-check waits although something else is said */
	bool follows;  /* the last entry is answered again, for what the message adds to it */
	bool in_check; /* the message answers the question that was asked, and no other one */
	bool gives_up; /* what was offered is no longer wanted */
	bool dated;    /* the message itself says what its dates are of, or another thing's */
	bool rejects;  /* the message says that what was offered or answered is not it */
};

/* The entry that was answered last; NULL where there is none any more. */
const struct entry *turn_last(const struct turn *turn);

/* The current topic: the only entry offered, else the last answer, else NULL. */
const struct entry *turn_about(const struct turn *turn);

/* Makes the reply the answer of one entry. `named_case` is the case asked for, or NULL. */
void turn_answer(struct turn *turn, const struct entry *entry, const struct entry_case *named_case);
void turn_decline(struct turn *turn, const char *reason);

/* Handles a rejection of what was offered or answered. */
void turn_reject(struct turn *turn);

/* The turn as siblings.h reads it. */
struct sibling_input turn_sibling_input(const struct turn *turn);

/* --- reading.c: what the message consists of --- */

/* Why a text cannot be taken at all (a key of the office's texts); NULL if it can. */
const char *turn_unfit(struct span text);

/* Sets `normal`, `bare` and `mentioned`, the masked question, and the identifiers that are told. */
MUST_CHECK enum status turn_read_text(struct turn *turn);

/*
 * Sets `dates` and `dates_alone`. Dates that the message states, and does not merely suppose,
 * become facts.
 */
MUST_CHECK enum status turn_read_dates(struct turn *turn);

/*
 * For predicates, which return no status: false where it is none of success, which turn_begin() or
 * turn_finish() returns in the end. `out` borrows from the turn's arena.
 */
bool turn_did(struct turn *turn, enum status status);
bool turn_normalise(struct turn *turn, struct span written, struct text *out);

/* The subject of that name, or NULL. `of` may be NULL. */
const struct date_subject *turn_date_subject(const struct turn *turn, const char *of);

/* The date in which a part of `normal` begins, or NULL; of a message with nothing blanked out. */
const struct date *turn_date_under(const struct turn *turn, struct span part);

/* Each word of the message begins in a date, or is a single character. */
bool turn_is_all_dates(const struct turn *turn);

/* --- answering.c: a message that answers what the last reply asked --- */

/* True if it does; the reply is then begun. Otherwise sets `move`. */
bool turn_take_answer(struct turn *turn, const struct text *text);

/* True if a short message tells siblings apart in its own words; the reply is then set. */
bool turn_take_sibling(struct turn *turn);

/*
 * 10月办的, after the question that tells siblings apart, is a date that does not answer it. True
 * if the question is to be asked again; the siblings are then the choices.
 */
bool turn_ask_sibling_again(struct turn *turn);

/* The reply asks what tells siblings apart: the next message may answer it. */
void turn_await_sibling(struct turn *turn);

/* Stores the question, so that sending it again is not taken for an answer. */
void turn_note_question(struct turn *turn, const struct text *text);

/*
 * Resolves siblings in what the matching found, and decides whether a message that may be an answer
 * (CHECK_UNCLEAR) is one.
 */
MUST_CHECK enum status turn_settle(struct turn *turn);

/* --- judging.c --- */

/* Evaluates the rules of the answers, and sets the reply's next question. */
MUST_CHECK enum status turn_judge(struct turn *turn);

/* --- conversation.c: what the next turn needs --- */

/* Offers a person after too many turns without an answer. */
void turn_limit_rounds(struct turn *turn);

/* Stores in the conversation what the reply offered and answered. */
void turn_remember(struct turn *turn);

/* Gives the reply its receipt and stores what it stands for. */
void turn_give_receipt(struct turn *turn);

/* --- pointing.c: a message that points at something that was offered or answered --- */

/* True if it does, or if it gives up or agrees; the reply is then set. */
bool turn_point(struct turn *turn, const struct text *text);

/* Repeats the choices, with the reason. False if there are none. */
bool turn_offer_again(struct turn *turn, const char *reason);

/* Answers the same entries again. False if nothing was answered. */
bool turn_repeat(struct turn *turn);

/* The offered or answered entry that alone has all subjects of the message in its question. */
const struct entry *turn_named(struct turn *turn);

/* --- manners.c: what is no question, and what asks on --- */

/* Says a sentence of small talk: the folder's own where it has one for this cue. */
void turn_talk(struct turn *turn, enum cue cue);

/* Repeats the referral for a follow-up about it. False if the last reply was none. */
bool turn_repeat_referral(struct turn *turn);

/* Whether a short message asks the entry's question of another thing. */
bool turn_is_about_another(struct turn *turn, const struct entry *entry);

/* Whether the entry has every subject of the message as it is. */
bool turn_speaks_of_all(struct turn *turn, const struct entry *entry);

/* Sets the reply if the manner of the message outweighs what was found for it. */
bool turn_take_manners(struct turn *turn, const struct match_result *found,
                       const struct text *text);

#endif
