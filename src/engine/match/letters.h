/*
 * Letters: popups and codes that a message has to the letter, which are surer evidence than words.
 * Private to match/.
 */
#ifndef DAYI_MATCH_LETTERS_H
#define DAYI_MATCH_LETTERS_H

#include "engine/match/reading.h"

/* Raises the letter evidence of the candidate to this; certain evidence is remembered as a letter.
 */
void letters_add(struct reading *reading, struct match_candidate *candidate, float weight,
                 struct letter letter);

/* Whether one of the letters covers these code points. */
bool letters_hold(const struct reading *reading, size_t start, size_t end);

/* Whether a popup that the message quotes covers these bytes. */
bool letters_popup_holds(const struct reading *reading, size_t start, size_t end);

/* The message holds a popup of the entry with slips of a scan in it, and the popup has the pattern.
 */
MUST_CHECK enum status letters_blurred_popup_holds(const struct reading *reading,
                                                   const struct match_candidate *candidate,
                                                   const struct pattern *pattern, bool *out);

/* Lifts candidates with letter evidence: they are sure, and ahead of those with words alone. */
void letters_lift(struct reading *reading);

#endif
