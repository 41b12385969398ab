/*
 * Result: what matching a message gives: its candidates, each with its evidence and confidence, and
 * the band that decides between an answer, choices and a decline.
 *
 * Plain values. Entries and texts are borrowed from the knowledge, arrays live in the arena of the
 * match.
 */
#ifndef DAYI_MATCH_RESULT_H
#define DAYI_MATCH_RESULT_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/knowledge/knowledge.h"
#include "engine/match/calibrate.h"

enum match_by { MATCH_BY_PROMPT, MATCH_BY_PATTERN, MATCH_BY_SEARCH, MATCH_BY_CHOICE };
const char *match_by_name(enum match_by by);

/* What speaks for an entry; confidence.c says how it is weighed. */
struct match_evidence {
	float score;      /* shared grams, weighted, over the message's norm */
	float similarity; /* cosine with the nearest question or alternate, [0,1] */
	float habits;     /* log-odds of the common words that the message has and lacks */
	float apart;      /* acts in which message and nearest sentence differ */
	float coverage;   /* share of the message that the knowledge knows at all, [0,1] */
	float prompt;     /* likeness of a popup text, [0,1] */
	float pattern;    /* 1 where a pattern of it was found, else 0 */
	float exact;      /* 1 where the message is one of its questions, else 0 */
	/* 1 where a popup, or a code that only its patterns ask for, stands in the message to the
	 * letter, a half for a long word of its patterns, else 0 */
	float letter;
};

struct match_candidate {
	const struct entry *entry;
	const struct entry_case *named_case; /* given away by the question itself, or NULL */
	double strength;                     /* log-odds */
	double confidence;                   /* the same in [0,1] */
	enum match_by by;
	/* The prompt, pattern or alternate that spoke for it; borrowed, or NULL. */
	const char *spoke;
	struct match_evidence evidence;
	/* The message begins with another topic than the nearest sentence, or asks another aspect.
	 */
	bool swapped;
	bool differs; /* so, or the message names another thing where the entry names its own */
};

enum match_band { BAND_ANSWER, BAND_CHOOSE, BAND_DECLINE };

struct match_result {
	enum match_band band;
	/* One, or one a question where a message holds several. */
	const struct match_candidate *answers;
	size_t answer_count;                   /* 0 unless BAND_ANSWER */
	const struct match_candidate *choices; /* best first, ENTRY_ANSWER only */
	size_t choice_count;                   /* 0 unless BAND_CHOOSE */
	/* ENTRY_ANSWER only, best first, whatever the band. */
	const struct match_candidate *ranking;
	size_t ranking_count;
	struct calibration_shares shares; /* of ranking[0], where it leads */
	double lead; /* of ranking[0] over every other entry, small talk too; below 0: behind it */
	/* Referral or small talk that leads, or NULL. Never with BAND_ANSWER; with BAND_CHOOSE
	 * where its lead over the choices is too small to decline. */
	const struct entry *other;
};

#endif
