/*
 * Letters: what stands in a message to the letter, a popup or a code, is surer than words are.
 * Private to match/.
 */
#ifndef DAYI_MATCH_LETTERS_H
#define DAYI_MATCH_LETTERS_H

#include "engine/match/reading.h"

/* Keeps that it speaks for the candidate so much; what is as sure as can be is remembered. */
void letters_add(struct reading *reading, struct match_candidate *candidate, float weight,
                 struct letter letter);

/* One of them holds those code points. */
bool letters_hold(const struct reading *reading, size_t start, size_t end);

/* Byte offsets: a popup that the message quotes holds all of it. */
bool letters_popup_holds(const struct reading *reading, size_t start, size_t end);

/* The message holds a popup of the entry with slips of a scan in it, and the popup has the pattern.
 */
MUST_CHECK enum status letters_blurred_popup_holds(const struct reading *reading,
                                                   const struct match_candidate *candidate,
                                                   const struct pattern *pattern, bool *out);

/* What stands in the message to the letter is sure, and ahead of what words alone suggest. */
void letters_lift(struct reading *reading);

#endif
