/*
 * Index: the grams of every entry, with their weights.
 *
 * A row is an entry. Its grams come from its questions (standard question, prompts, alternates)
 * and, at a lower weight, from its answer. Each (gram, row) has one weight: BM25's and, on top,
 * what learn() finds in the alternates. They are kept row by row, to rank rows; SQLite
 * FTS5 tells which rows have a gram (candidates.h).
 */
#ifndef DAYI_MATCH_INDEX_H
#define DAYI_MATCH_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/match/calibrate.h"
#include "engine/match/candidates.h"
#include "engine/match/habits.h"
#include "engine/match/rewrite.h"
#include "engine/match/vocabulary.h"
#include "engine/text/normalise.h"

enum {
	CASE_NONE = -1,
	READ_THROUGH_MOST =
	        32, /* utterances of a row; measured, where the one is as fast as the other */
	SPREAD_MOST = 8192, /* utterances of a folder that may be compared all at once */
	BEST_MOST = 64,     /* rows of a common gram that it finds by itself */
};

/* One sentence of an entry, as sorted, distinct gram numbers. */
struct utterance {
	uint32_t row;
	int32_t case_index; /* the case that it gives away, or CASE_NONE */
	uint32_t first;     /* in index->grams */
	uint32_t count : 31;
	uint32_t negative : 1; /* a counter-example */
	uint32_t bare;         /* what is left of it without manners: rewritten_bare() */
	float norm;            /* Euclidean, of the grams' weights */
};

struct index {
	const struct knowledge *knowledge;
	struct vocabulary *vocabulary;
	float *gram_weight;  /* by gram: its share in a text's vector (idf by kind) */
	uint32_t *rows_with; /* by gram: how many rows have it */
	uint32_t row_count;
	uint32_t *row_first; /* by row, one more than there are rows: where its grams begin in */
	uint32_t *row_grams; /* the grams of each row, rising */
	float *row_weights;  /* the weight of each of them in its row; NULL after index_seal() */
	/*
	 * The same after it, in units of its gram: of the most that a gram weighs in any row two
	 * bytes are enough to rank by, and half as much has to be read of a large folder.
	 */
	int16_t *weights;
	float *weight_unit; /* by gram: 0 where no row has it */
	void *candidates;   /* the finished database of candidates.h; NULL before index_seal() */
	size_t candidates_size;
	struct candidates_builder *building; /* the same before index_seal() */
	void *typing;                        /* the table of typing.h; NULL before index_seal() */
	size_t typing_size;
	void *lookup; /* the table of lookup_table.h; NULL where nobody looks anything up */
	size_t lookup_size;
	struct utterance *utterances; /* by row */
	uint32_t utterance_count;
	uint32_t *utterance_first; /* by row, one more than there are rows */
	uint32_t *grams;           /* of the utterances */
	uint32_t *spoken_first;    /* by gram, one more than there are grams */
	uint32_t *spoken;          /* by gram, rising: the utterances that have it; see
	                              index_has_all_spoken() */
	float unknown_weight;      /* of a gram that no row has */
	struct habits habits;
	struct calibration calibration;
	bool answers_only; /* no entry has a question: rows are matched by their answers */
	bool borrowed;     /* the arrays lie in an image file */
};

/* Borrows the knowledge. Owned by the caller. learn() and index_seal() are to follow. */
MUST_CHECK enum status index_build(const struct knowledge *knowledge,
                                   const struct normaliser *normaliser,
                                   const struct rewriter *rewriter, struct index **out);
/* Finishes the full-text tables. The weights are final, and the index does not change any more. */
MUST_CHECK enum status index_seal(struct index *index, const struct normaliser *normaliser);
/* The text of an utterance, as in the knowledge. */
const char *index_text(const struct index *index, uint32_t utterance);
/* Takes NULL. */
void index_destroy(struct index *index);

/* The rows of each gram, made from the forward lists. For building only. */
struct columns {
	uint32_t *first; /* by gram, one more than there are grams */
	uint32_t *rows;  /* by gram, rising */
	uint32_t *at;    /* where each of them stands in index->row_grams */
};
MUST_CHECK enum status columns_init(struct columns *columns, const struct index *index);
void columns_deinit(struct columns *columns);

/* Has so many questions and alternates that those with a gram are looked up, not read through. */
static inline bool index_is_talkative(const struct index *index, uint32_t row)
{
	return index->utterance_first[row + 1] - index->utterance_first[row] > READ_THROUGH_MOST;
}

/* index->spoken has the utterances of all rows, not of the talkative ones alone. */
static inline bool index_has_all_spoken(const struct index *index)
{
	return index->utterance_count <= SPREAD_MOST;
}

static inline uint32_t index_rows_with(const struct index *index, uint32_t gram)
{
	return index->rows_with[gram];
}

/* Weight in a text's vector by the gram's kind, before its rarity counts. */
float gram_kind_weight(uint64_t key);

#endif
