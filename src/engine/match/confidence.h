/*
 * Confidence: evidence to a number in [0,1] that means the same for every question, and from
 * there to the band.
 *
 * A logistic model over the evidence. Its weights were fitted on questions that are not
 * scored by anybody (tests/questions/own.jsonl); docs/matching.md tells how and how well they hold.
 */
#ifndef DAYI_MATCH_CONFIDENCE_H
#define DAYI_MATCH_CONFIDENCE_H

#include "engine/match/result.h"

/* The log-odds that the entry is what was meant, were there no other to choose from. */
double confidence_strength(const struct match_evidence *evidence);

/* Log-odds to [0,1]. */
double confidence_of(double strength);

/* What the comparison of sentences, and a pattern, can add to the log-odds at most. */
double confidence_of_sentences(void);
double confidence_of_patterns(void);

#endif
