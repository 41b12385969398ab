/*
 * Reading: one question's way through the evidence. Private to match/.
 *
 * A reading holds what a text may mean: its candidates, each with what speaks for it. The matcher
 * reads the whole message so, and each of its clauses where it may hold several questions.
 */
#ifndef DAYI_MATCH_READING_H
#define DAYI_MATCH_READING_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/budget.h"
#include "base/status.h"
#include "engine/match/aspect.h"
#include "engine/match/case_sentences.h"
#include "engine/match/confidence.h"
#include "engine/match/denial.h"
#include "engine/match/index.h"
#include "engine/match/lookup_table.h"
#include "engine/match/prompts.h"
#include "engine/match/query.h"
#include "engine/match/rank.h"
#include "engine/match/result.h"
#include "engine/match/rewrite.h"
#include "engine/match/settings.h"
#include "engine/match/slot.h"
#include "engine/match/spot.h"
#include "engine/match/typing.h"

enum {
	RANKED_MOST = 24, /* rows that patterns are tried on */
	PROMPTS_MOST = 8,
	LETTERS_MOST = 2 * PROMPTS_MOST,
	CANDIDATES_MOST = RANKED_MOST + PROMPTS_MOST,
	STORY_LEAST = 60, /* code points: a longer message tells a story */
};
_Static_assert(RANKED_MOST <= CANDIDATES_MOST, "each row of the ranking is a candidate");
static const float exact_from = 0.999F; /* cosine, and share that is known; rounding keeps equal
                                           sentences a little below 1 */
static const double letter_least = 3.0; /* log-odds of what stands in the message to the letter */

/* Nothing of it changes after matcher_create(). */
struct matcher {
	const struct knowledge *knowledge;
	const struct normaliser *normaliser;
	struct match_settings settings;
	struct rewriter *rewriter;
	struct index *index;
	struct repairer *repairer;
	struct slots *slots;
	struct aspects *aspects;
	struct case_sentences *case_sentences;
	struct prompt_table *prompts;
	struct spotter *spotter;
	struct marks *marks;
};

/* All that a question changes. */
struct match_scratch {
	const struct matcher *matcher;
	struct ranker *ranker;
	struct spotting *spotting;
	struct pattern_scratch *patterns;
	struct typing *typing;
	struct lookup_table *lookup; /* NULL until somebody looks something up */
	struct budget budget;        /* of the turn at hand */
};

static inline bool matcher_leaves_out(const struct matcher *matcher, enum match_part part)
{
	return (matcher->settings.without & (unsigned)part) != 0;
}

static inline uint32_t matcher_row_of(const struct matcher *matcher, const struct entry *entry)
{
	return (uint32_t)(entry - matcher->knowledge->entries);
}

/* What stands in the message to the letter: [start, end) in code points. */
struct letter {
	const struct entry *entry;
	size_t start, end;
	bool popup; /* one of the entry's popups, not a word of a pattern */
};

/* One question's way through the evidence. */
struct reading {
	const struct matcher *matcher;
	struct match_scratch *scratch;
	struct arena *arena;
	struct text text;
	const struct entry *leaning; /* what the conversation is about, or NULL */
	struct denied_text denied;   /* see reading_denials() */
	bool denials_found;
	struct rewritten rewritten;
	struct query query;         /* of it */
	struct compounds compounds; /* what the message names */
	bool unheard;               /* it begins with what no answering entry has heard of */
	struct match_candidate candidates[CANDIDATES_MOST];
	size_t count;
	struct calibration_shares shares; /* of the best */
	struct letter letters[LETTERS_MOST];
	size_t letter_count;
};

/* The candidate's log-odds by the evidence that was gathered so far. */
static inline void candidate_weigh(struct match_candidate *candidate)
{
	candidate->strength = confidence_strength(&candidate->evidence);
}

/* More than shared words speaks for it. */
static inline bool candidate_is_spoken_for(const struct match_candidate *candidate)
{
	return candidate->evidence.exact > 0 || candidate->evidence.pattern > 0 ||
	       candidate->evidence.prompt > 0 || candidate->evidence.letter > 0;
}

/* The one of that entry, or NULL. */
struct match_candidate *candidate_find(struct match_candidate *candidates, size_t count,
                                       const struct entry *entry);

/* The same of a row, new where there is none; NULL where there is no room. */
struct match_candidate *reading_candidate(struct reading *reading, uint32_t row);

/* What the message denies: looked for when a case is about to be named, which few messages do. */
const struct denied_text *reading_denials(struct reading *reading);

/* The best log-odds so far: a candidate that cannot reach them any more is spared further work. */
double reading_best_strength(const struct reading *reading);

/* The standard question of an entry, normalised, in the arena. */
MUST_CHECK enum status reading_question_of(const struct reading *reading, const struct entry *entry,
                                           struct text *out);

/* The text as weighted grams; *rewritten is what they were cut from. */
MUST_CHECK enum status matcher_make_query(struct match_scratch *scratch, const struct text *text,
                                          struct arena *arena, struct rewritten *rewritten,
                                          struct query *out);

/* Cuts the text into grams and finds the words of patterns in it. `leaning` may be NULL. */
MUST_CHECK enum status reading_begin(struct match_scratch *scratch, const struct text *text,
                                     const struct entry *leaning, struct arena *arena,
                                     struct reading *reading);

/* Gathers all evidence: the candidates are sorted, each with its confidence. */
MUST_CHECK enum status reading_gather(struct reading *reading);

/* Log-odds by which a sorted candidate is ahead of the next, or below 0: behind the first. */
double reading_lead(const struct reading *reading, size_t at);

#endif
