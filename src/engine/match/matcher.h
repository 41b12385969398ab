/*
 * Matcher: from a message to the entries it may mean, each with a calibrated confidence.
 *
 *   normalised text -> prompts (popups through noise), patterns (PCRE2), search
 *   (the rarest grams find the rows, all grams rank them) -> evidence -> confidence -> band
 *
 * A message and each of its clauses is one reading (reading.h): rows that the words find, popups
 * (letters.h), patterns (pattern_evidence.h). What is done with it is its band (band.h), that of
 * several clauses (clauses.h), or a quotation from an answer (in_answers.h).
 *
 * docs/matching.md tells what each part is worth and what was tried and left.
 */
#ifndef DAYI_MATCH_MATCHER_H
#define DAYI_MATCH_MATCHER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/image_file.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/match/calibrate.h"
#include "engine/match/index.h"
#include "engine/match/lookup_table.h"
#include "engine/match/rewrite.h"
#include "engine/match/settings.h"
#include "engine/match/typing.h"
#include "engine/text/normalise.h"

enum match_by { MATCH_BY_PROMPT, MATCH_BY_PATTERN, MATCH_BY_SEARCH, MATCH_BY_CHOICE };
const char *match_by_name(enum match_by by);

/* What speaks for an entry; confidence.c says how it is weighed. */
struct match_evidence {
	float score;      /* shared grams, weighted, over the message's norm */
	float similarity; /* cosine with the nearest question or alternate, [0,1] */
	float coverage;   /* share of the message that the knowledge knows at all, [0,1] */
	float prompt;     /* likeness of a popup text, [0,1] */
	float pattern;    /* 1 where a pattern of it was found, else 0 */
	float exact;      /* 1 where the message is one of its questions, else 0 */
	float letter; /* 1 where a popup, or a code that only its patterns ask for, stands in the
	                 message to the letter, a half for a long word of its patterns, else 0 */
};

struct match_candidate {
	const struct entry *entry;
	const struct entry_case *named_case; /* given away by the question itself, or NULL */
	double strength;                     /* log-odds */
	double confidence;                   /* the same in [0,1] */
	enum match_by by;
	const char
	        *spoke; /* the prompt, pattern or alternate that spoke for it; borrowed, or NULL */
	struct match_evidence evidence;
	bool differs; /* the message names another thing where the entry names its own */
};

enum match_band { BAND_ANSWER, BAND_CHOOSE, BAND_DECLINE };

struct match_result {
	enum match_band band;
	const struct match_candidate
	        *answers;    /* one, or one a question where a message holds several */
	size_t answer_count; /* 0 unless BAND_ANSWER */
	const struct match_candidate *choices; /* best first, ENTRY_ANSWER only */
	size_t choice_count;                   /* 0 unless BAND_CHOOSE */
	const struct match_candidate
	        *ranking; /* ENTRY_ANSWER only, best first, whatever the band */
	size_t ranking_count;
	struct calibration_shares shares; /* of ranking[0], where it leads */
	double lead; /* of ranking[0] over every other entry, small talk too; below 0: behind it */
	/* Referral or small talk that leads, or NULL. Never with BAND_ANSWER; with BAND_CHOOSE
	 * where its lead over the choices is too small to decline. */
	const struct entry *other;
};

struct matcher;
struct rewriter;

/*
 * Of an index of the knowledge and of what rewrote it, which become the matcher's own, also where
 * it fails; borrows knowledge, normaliser and `kept`, a file with what matcher_keep() added, or
 * NULL. matcher_open.h makes all of these. Owned by the caller.
 */
MUST_CHECK enum status matcher_create(const struct knowledge *knowledge,
                                      const struct normaliser *normaliser,
                                      const struct match_settings *settings,
                                      struct rewriter *rewriter, struct index *index,
                                      const struct image_file *kept, struct matcher **out);
/*
 * Adds what took time to make to what is to be written, until when the matcher must live; after
 * knowledge_keep().
 */
MUST_CHECK enum status matcher_keep(const struct matcher *matcher, struct image_draft *draft);
void matcher_destroy(struct matcher *matcher);

/* The lexicon at work on texts, as the matcher applies it; lives as long as it. */
const struct rewriter *matcher_rewriter(const struct matcher *matcher);

/* The confidence of a candidate that is so strong and so far ahead of its rival, in log-odds. */
double matcher_confidence(const struct matcher *matcher, double strength, double lead);

/*
 * `message` is normalised. `leaning` is the entry that the conversation is about, or NULL: a short
 * follow-up without a subject of its own is read as being about it. The result lives in the arena.
 * One thread at a time.
 */
MUST_CHECK enum status matcher_match(struct matcher *matcher, const struct text *message,
                                     const struct entry *leaning, struct arena *arena,
                                     struct match_result *out);

/*
 * A pattern that was given up because it was slower than the trials of its check, each once, or
 * NULL. It is not tried again; whoever serves names it in the log.
 */
const char *matcher_set_aside(struct matcher *matcher);

/* Whether one of the patterns is found in a normalised text. */
bool matcher_finds(struct matcher *matcher, const struct pattern_list *patterns, struct span text);

/*
 * The table that operators search, opened when it is first asked for, and the one of typing; both
 * live as long as the matcher.
 */
MUST_CHECK enum status matcher_lookup(struct matcher *matcher, struct lookup_table **out);
struct typing *matcher_typing(struct matcher *matcher);

/*
 * Suggestions for what was typed so far: what begins with it, what its pinyin or initials stand in,
 * and the ranking.
 */
MUST_CHECK enum status matcher_suggest(struct matcher *matcher, const struct text *typed,
                                       struct arena *arena, struct match_candidate *out,
                                       size_t most, size_t *count);

#endif
