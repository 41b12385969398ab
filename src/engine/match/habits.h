/*
 * Habits: the common words in which an entry is asked for.
 *
 * What BM25 weighs least tells something all the same: who says 怎么没 asks why something went
 * wrong, and an entry whose sentences seldom say so is not asked for. A trait is a common character
 * of the folder, or one of the acts of generic.txt (to change, to call off, what it costs). A
 * message that has or lacks it speaks for an entry by how many of the entry's sentences have it.
 */
#ifndef DAYI_MATCH_HABITS_H
#define DAYI_MATCH_HABITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

enum { TRAITS_MOST = 64 }; /* a bit each */

struct index;
struct knowledge;
struct query;
struct utterance;

/* The arrays are the index's, or lie in its file. */
struct habits {
	uint64_t acts;       /* the traits that are acts */
	uint64_t *traits_of; /* by gram: the traits that it makes */
	float *without;      /* by row: the log-odds of a message without any trait */
	int8_t *with;        /* by row and trait: what the trait adds, in units of `unit` */
};

/*
 * Whether a folder has so many answers that a common character is no topic. Decided for the folder
 * as a whole: its rehearsal (rehearsal.h), which knows a part of it, goes by the same habits.
 */
bool habits_tell(const struct knowledge *knowledge);

/*
 * Of an index whose sentences and grams are complete; unless they `tell`, all weigh nothing.
 * STATUS_NO_MEMORY; habits_deinit() frees what was made even then.
 */
MUST_CHECK enum status habits_build(struct index *index, bool tell);
void habits_deinit(struct habits *habits);

/* The traits of a message; 0 where the folder has too few sentences to tell. */
uint64_t habits_of(const struct index *index, const struct query *query);
/* In how many acts a message and a sentence differ. */
unsigned habits_apart(const struct index *index, const struct utterance *utterance,
                      uint64_t traits);
/* Log-odds of the row by the traits, above or below those of any other; bounded. */
float habits_weigh(const struct index *index, uint32_t row, uint64_t traits);

#endif
