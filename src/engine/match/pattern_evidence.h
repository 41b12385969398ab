/*
 * Pattern evidence: what the patterns of entries and cases say of a reading. Private to match/.
 *
 * The words of a pattern that stand in the message make its entry a candidate; the patterns of the
 * candidates strengthen them and name cases, unless the message denies what they say.
 */
#ifndef DAYI_MATCH_PATTERN_EVIDENCE_H
#define DAYI_MATCH_PATTERN_EVIDENCE_H

#include "engine/match/reading.h"

/*
 * The words of a pattern that stand in the message make its entry a candidate, whatever the rest
 * of it says. One by a long word or a code of its own is as good as a popup to the letter.
 */
void patterns_find_entries(struct reading *reading);

/* Looks for the patterns of the candidates that it can still lift to the head. */
MUST_CHECK enum status patterns_try(struct reading *reading);

/* The first of the patterns that is found, or NULL; NULL as well where the turn cannot pay. */
const struct pattern *patterns_first(const struct reading *reading,
                                     const struct pattern_list *patterns);

#endif
