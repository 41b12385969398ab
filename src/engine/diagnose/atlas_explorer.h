/*
 * Explorer: the parts of the atlas, a section a file, and what they share. Private to the atlas;
 * atlas.c tells how they work together.
 */
#ifndef DAYI_DIAGNOSE_ATLAS_EXPLORER_H
#define DAYI_DIAGNOSE_ATLAS_EXPLORER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "engine/diagnose/atlas.h"
#include "engine/diagnose/atlas_space.h"
#include "engine/diagnose/rules.h"

enum {
	FINDINGS_MOST = 400,
	KEPT_RECORDS = 48, /* of a case that applies, and of one that is excluded, to be joined */
	SENTENCES_MOST = 4096,
	OUTCOMES_FIRST = 1024, /* places of a table at first; a power of two */
};

/* What a case says on the values of its own parameters. */
struct outcome {
	uint8_t verdict; /* enum verdict */
	uint8_t pick;
	uint8_t failed;
	uint8_t used;
};

struct outcomes {
	struct outcome *outcomes;
	uint8_t *keys; /* own_count each */
	size_t capacity, count;
};

struct seen_sentence {
	const char *text;
	size_t index;
	enum verdict verdict;
	struct record record;
};

struct kept {
	struct record *records;
	size_t count, offered;
};

struct explorer {
	struct diagnosis_scratch *rules;
	struct space space;
	struct arena *arena, *scratch;
	struct atlas *out;
	struct outcomes *tables;
	struct kept *applying, *excluding;
	bool *applied, *decided;
	struct seen_sentence *sentences;
	size_t sentence_count;
	struct finding *findings;
	struct record *witnesses;
	unsigned *weights;
	size_t *parameters, *values; /* where a NULL decides */
	bool is_walked;              /* what is tried from then on finds nothing more */
	struct record loaded;
	bool is_loaded[RELATIONS_MOST];
	const struct case_space *loaded_for[RELATIONS_MOST];
	enum status status;
};

static inline size_t case_count(const struct explorer *explorer)
{
	return explorer->space.entry->judged_count;
}

/* A claim is a finding without its witness. */
struct claim {
	enum finding_kind kind;
	size_t first, second;
	size_t parameter, value; /* where a NULL decides: what becomes known */
};

/* What a finding says besides: in English for JSON, and in the language of the process. */
struct detail {
	const char *english, *told;
};

/* --- atlas_judge.c --- */

/* `len` is how many parameters the case has. What fails has to be dropped as well. */
MUST_CHECK enum status outcomes_make(struct outcomes *table, size_t capacity, size_t len);
void outcomes_drop(struct outcomes *table);

/* What the case of that index says on the record. Errors go to the explorer's status. */
struct outcome explorer_judge(struct explorer *explorer, size_t index, const struct record *record);

/* --- atlas_sentence.c --- */

/* Reads the sentence of a judgement, and finds what is wrong with it. */
void explorer_read_sentence(struct explorer *explorer, size_t index,
                            const struct judgement *judgement, const struct record *record);

/* --- atlas_finding.c --- */

/* A text without words of ours. */
struct detail detail_for_all(const char *text);

/* The verdict in the language of the process. */
const char *detail_verdict(enum verdict verdict);

/* Whether no relation and no cell is NULL, and whether every question is answered. */
bool record_is_known(const struct space *space, const struct record *record);
bool record_is_answered(const struct space *space, const struct record *record);

/*
 * Whether the case is decided without the parameter of the claim, and says something else (*after)
 * once that has the claim's value.
 */
bool explorer_null_decides(struct explorer *explorer, const struct claim *claim,
                           const struct record *record, enum verdict *after);

/* Keeps the finding, unless a lighter record shows the same; `of`: the parameters that weigh. */
void explorer_find_claim(struct explorer *explorer, const struct claim *claim,
                         const struct case_space *of, const struct record *record,
                         struct detail detail);
void explorer_find(struct explorer *explorer, enum finding_kind kind, size_t first, size_t second,
                   const struct case_space *of, const struct record *record, struct detail detail);

/* Gives the finding its smallest record, its words, and why it is accepted. */
void explorer_complete(struct explorer *explorer, size_t at);

#endif
