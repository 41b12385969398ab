/*
 * Learn: what tells the entries apart, read off their own alternates.
 *
 * Multinomial logistic regression (softmax) over the same grams as BM25, with a weight only where
 * an entry has the gram, so that the index stays as sparse as it is. BM25 knows how rare a gram
 * is; this adds how well it separates. Counter-examples push their entry down. A handful of
 * passes in a fixed order: the same knowledge gives the same weights on every machine.
 */
#ifndef DAYI_MATCH_LEARN_H
#define DAYI_MATCH_LEARN_H

#include "base/status.h"
#include "engine/match/index.h"

/* Adds what it learns to the rows' weights. Work is bounded, and linear in the utterances. */
MUST_CHECK enum status learn(struct index *index);

#endif
