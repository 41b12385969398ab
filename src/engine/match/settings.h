/*
 * Settings: how sure an answer must be, and what an ablation leaves out.
 */
#ifndef DAYI_MATCH_SETTINGS_H
#define DAYI_MATCH_SETTINGS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* What an ablation can leave out, one bit each (script/ablate); docs/matching.md has its table. */
enum match_part {
	PART_LEARNT = 1 << 0,    /* what the alternates teach */
	PART_GENERIC = 1 << 1,   /* everyday synonyms of every office */
	PART_SENTENCES = 1 << 2, /* likeness to the nearest sentence */
	PART_PROMPTS = 1 << 3,   /* popups through noise */
	PART_PATTERNS = 1 << 4,
	PART_SLOTS = 1 << 5,       /* another thing in the entry's slot */
	PART_CALIBRATION = 1 << 6, /* the fit to the folder's own rehearsal */
	PART_CLEAR = 1 << 7,       /* the lead that an answer needs */
	PART_POPUP = 1 << 8,       /* a quoted popup that nobody wrote about is declined */
	PART_DENIALS = 1 << 9,
	PART_CLAUSES = 1 << 10,     /* several questions in a message */
	PART_COMMAS = 1 << 11,      /* several questions between commas */
	PART_LAST_CLAUSE = 1 << 12, /* what is asked last, where a referral leads by the rest */
	PART_SUBJECT = 1 << 13,     /* an answer has to know something of the message's subject */
	PART_QUOTED = 1 << 14,      /* what is quoted from an answer finds it */
	PART_ASPECTS = 1 << 15,     /* another aspect of what the entry is about */
	PART_HABITS = 1 << 16,      /* the common words in which an entry is asked for */
};

/* The part of that name ("learnt", "slots" …), or 0. */
unsigned match_part_named(const char *name);

struct match_settings {
	double answer_at; /* confidence from which an entry is answered outright */
	double choose_at; /* probability from which the best three are offered, one of them right */
	double clear_by;  /* the lead over the runner-up, in log-odds, that an answer needs */
	const char *index_folder; /* keeps the index of a large folder; NULL or "": memory only */
	int64_t candidates; /* entries that a message's rare words may find; 0: by the folder's size
	                     */
	unsigned without; /* bits of enum match_part that are left out; no configuration sets it */
	/* Set by another thread: building ends after the step at hand, with STATUS_CLOSED. NULL:
	 * never. It must live as long as the building. */
	const atomic_bool *given_up;
};

static inline bool match_given_up(const struct match_settings *settings)
{
	return settings->given_up && *settings->given_up;
}

struct match_settings match_settings_default(void);

#endif
