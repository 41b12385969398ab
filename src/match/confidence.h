/*
 * Confidence: evidence to a number in [0,1] that means the same for every question, and from
 * there to the band.
 *
 * A logistic model over the evidence. Its weights were fitted on questions that are not
 * scored by anybody (tests/questions/own.jsonl); docs/matching.md tells how and how well they hold.
 */
#ifndef DAYI_MATCH_CONFIDENCE_H
#define DAYI_MATCH_CONFIDENCE_H

#include "match/matcher.h"

/* Log-odds that the entry is what was meant. */
float confidence_strength(const struct match_evidence *evidence);

/* Logistic function: log-odds to [0,1]. */
double confidence_of(float strength);

#endif
