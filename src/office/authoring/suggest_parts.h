/*
 * The parts of suggest.h. Private to suggest.c, suggest_pick.c and suggest_trial.c.
 */
#ifndef DAYI_AUTHORING_SUGGEST_PARTS_H
#define DAYI_AUTHORING_SUGGEST_PARTS_H

#include "base/arena.h"
#include "base/hash.h"
#include "engine/dialogue/scratch.h"
#include "office/authoring/answer_diff.h"
#include "office/authoring/suggest.h"
#include "office/authoring/tree.h"

enum { CHOSEN_FEW = 4, CANDIDATES_OF_ENTRY = 30, HOLDS_MOST = 5000, LABELLED_MOST = 1000 };

/* A cosine of sets of grams. */
static const double means_the_same = 0.5; /* the question counts as one of that entry, and its
                                             answer is no surprise */
static const double counts = 0.4;         /* a candidate stands for it */

/* A question that was asked. */
struct asking {
	struct hash_link link;
	struct span text;
	uint64_t asked;
	struct {
		const struct entry *entry;
		uint64_t times;
	} chosen[CHOSEN_FEW];
	size_t chosen_count;
	const struct entry *label; /* that most of those who chose took; NULL: nobody, or a draw */
	const struct entry *near;  /* what it means: its label, what answers it today, or the label
	                              of  the likest one */
	const struct entry *first; /* of the ranking today; NULL: nothing */
	bool answered;             /* today, by `near` alone */
	bool elsewhere;   /* today: a referral, small talk, a person: the folder knows what it is */
	bool open;        /* today: nothing, or a list */
	bool excused;     /* goes wrong without any suggestion: nothing is asked of it */
	const char *tidy; /* without manners; NULL: it makes no alternate */
	uint64_t *keys;   /* of its grams, sorted */
	size_t key_count;
	struct asking *next_labelled; /* of the same label */
};

struct candidate {
	const char *text;
	bool written;
	uint64_t asked;
};

/* Of an answer of the folder, by its index among them. */
struct field {
	struct asking *labelled; /* all questions whose label it is */
	uint64_t asked;          /* of them */
	struct candidate candidates[CANDIDATES_OF_ENTRY];
	size_t candidate_count;
	size_t kept;
	uint64_t worth, tried_worth; /* of its askings: an answer counts two, an offer one; with
	                                what is kept, and with the draft at hand */
};

/* A text of the folder that must stay where it is. */
struct hold {
	struct span text;
	const struct entry *owner;
	bool answered; /* today, by its owner: has to be answered or offered */
	bool excused;  /* goes wrong without any suggestion: nothing is asked of it */
};

struct suggest {
	struct arena *arena;
	struct arena *asking_arena; /* of one question */
	struct suggest_base base;
	struct tree *tree;
	struct scratch *scratch; /* of live */
	struct hash_table table;
	struct asking **askings;
	size_t count, room;
	struct field *fields;
	struct hold *holds;
	size_t hold_count;
	bool golden; /* live keeps its golden questions */
	bool prepared;
	struct suggestion *found;
	size_t found_count;
	struct suggest_group *groups;
	size_t group_count;
	uint64_t worth; /* with what is kept */
	struct suggest_sums sums;
};

/* What a question ends in: enough of a reply to judge it. */
struct ending {
	const char *answers[REPLY_ANSWERS_MOST], *offered[REPLY_CHOICES_MOST]; /* ids */
	size_t answer_count, offered_count;
	enum outcome outcome;
	bool referred;     /* or small talk of the folder */
	const char *first; /* of the ranking; NULL */
};

/* Lives until the next question of that side. */
MUST_CHECK enum status suggest_ask(const struct diff_side *side, struct span text,
                                   struct ending *out);
bool ending_answers(const struct ending *ending, const struct entry *entry);
bool ending_helps(const struct ending *ending, const struct entry *entry); /* offers it, too */

bool suggest_ended(const struct suggest *suggest);

/* Somebody does not want it for that entry. */
bool suggest_unwanted(const struct suggest *suggest, const struct entry *entry, const char *text);

/* --- suggest_pick.c --- */

/* Grams and tidy text of every question, what it means, the candidates of each entry, the groups.
 */
MUST_CHECK enum status suggest_pick(struct suggest *suggest);

/* The text without greetings and thanks, if it can be an alternate; else NULL. In the arena. */
MUST_CHECK enum status suggest_tidy(const struct suggest *suggest, struct span text,
                                    const char **out);

/* How like the question is to the likest of those that people chose the entry for. */
double suggest_likeness(const struct suggest *suggest, const struct asking *asking,
                        const struct entry *entry);

/* --- suggest_trial.c --- */

/* What the folder's own texts end in today. */
MUST_CHECK enum status suggest_hold(struct suggest *suggest);

struct trial_end {
	enum suggest_fault fault;
	struct span text; /* that showed it */
	uint64_t helped;  /* askings */
	uint64_t worth;   /* of all fields */
};

/* A draft with those that are found and one more (`text` NULL: none). */
MUST_CHECK enum status suggest_try(struct suggest *suggest, const struct entry *entry,
                                   const char *text, struct trial_end *out);

static inline struct field *field_of(const struct suggest *suggest, const struct entry *entry)
{
	return &suggest->fields[entry - suggest->base.live->knowledge->entries];
}

#endif
