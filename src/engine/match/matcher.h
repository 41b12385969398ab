/*
 * Matcher: from a message to the entries it may mean, each with a calibrated confidence.
 *
 *   normalised text -> prompts (popups through noise), patterns (PCRE2), search
 *   (the rarest grams find the rows, all grams rank them) -> evidence -> confidence -> band
 *
 * The message and each of its clauses are read (reading.h): rows found by words, popups
 * (letters.h), patterns (pattern_evidence.h). The outcome is the band of a reading (band.h), that
 * of several clauses (clauses.h), or an answer that the message quotes (in_answers.h).
 *
 * A matcher is immutable: any number of threads may share it, each with a scratch of its own.
 *
 * docs/matching.md tells what each part is worth, and what was tried and dropped.
 */
#ifndef DAYI_MATCH_MATCHER_H
#define DAYI_MATCH_MATCHER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/image_file.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/match/index.h"
#include "engine/match/lookup_table.h"
#include "engine/match/result.h"
#include "engine/match/rewrite.h"
#include "engine/match/settings.h"
#include "engine/match/typing.h"
#include "engine/text/normalise.h"

struct matcher;
struct marks;
struct rewriter;

/*
 * Owns the rewriter and the index from here on, also when it fails. Borrows knowledge, normaliser
 * and `kept`, a file with what matcher_keep() added, or NULL. matcher_open.h makes all of these.
 */
MUST_CHECK enum status matcher_create(const struct knowledge *knowledge,
                                      const struct normaliser *normaliser,
                                      const struct match_settings *settings,
                                      struct rewriter *rewriter, struct index *index,
                                      const struct image_file *kept, struct matcher **out);
/*
 * Adds what is expensive to make to the draft of a file. Call it after knowledge_keep(); the
 * matcher must live until the draft is written.
 */
MUST_CHECK enum status matcher_keep(const struct matcher *matcher, struct image_draft *draft);
/* Takes NULL. Its scratches are to be destroyed before. */
void matcher_destroy(struct matcher *matcher);

/*
 * What one thread needs to ask a matcher: its own connections to the full-text tables, what it
 * remembers of them, PCRE2's match data, and arrays to rank in. Borrows the matcher, and is used by
 * one thread at a time.
 */
struct match_scratch;
MUST_CHECK enum status match_scratch_create(const struct matcher *matcher,
                                            struct match_scratch **out);
/* Takes NULL. */
void match_scratch_destroy(struct match_scratch *scratch);

/* From now on this pattern is found nowhere; NULL: all patterns are found again. */
void match_scratch_mute(struct match_scratch *scratch, const struct pattern *pattern);

/* The rewriter that applies the lexicon; borrowed from the matcher. */
const struct rewriter *matcher_rewriter(const struct matcher *matcher);

/* Borrowed from the matcher, too. */
const struct marks *matcher_marks(const struct matcher *matcher);

/* The confidence for a strength and a lead over the next candidate, both in log-odds. */
double matcher_confidence(const struct matcher *matcher, double strength, double lead);

/*
 * `message` is normalised. `leaning` is the entry that the conversation is about, or NULL; a short
 * follow-up without a subject of its own refers to it. The result lives in the arena.
 */
MUST_CHECK enum status matcher_match(struct match_scratch *scratch, const struct text *message,
                                     const struct entry *leaning, struct arena *arena,
                                     struct match_result *out);

/*
 * Whether a word of the message, none of those that any question has (generic.h), is known to one
 * entry and not to the other. After matcher_match() of the same message.
 */
MUST_CHECK enum status matcher_knows_beyond(struct match_scratch *scratch,
                                            const struct text *message, const struct entry *one,
                                            const struct entry *other, struct arena *arena,
                                            bool *out);

enum { THING_ENDS_MOST = 4 };

struct thing_ends {
	uint32_t items[THING_ENDS_MOST]; /* code points */
	size_t count;
};

/* The ends of the compounds of a sentence, such as 证 of 借书证 (slot.h). */
MUST_CHECK enum status matcher_thing_ends(const struct matcher *matcher, const struct text *text,
                                          struct arena *arena, struct thing_ends *out);

/* Whether the text names what somebody holds: 身份证, 年卡. */
MUST_CHECK enum status matcher_names_thing(const struct matcher *matcher, const struct text *text,
                                           struct arena *arena, bool *out);
/* Whether the text names things, none of which the entry is about. */
MUST_CHECK enum status matcher_names_another(const struct matcher *matcher, const struct text *text,
                                             const struct entry *entry, struct arena *arena,
                                             bool *out);

/*
 * Whether any answering entry speaks of the text, a word or two: has two characters of it side by
 * side. A single character counts as spoken of.
 */
MUST_CHECK enum status matcher_has_heard(const struct matcher *matcher, const struct text *text,
                                         struct arena *arena, bool *out);

/*
 * Returns each pattern once that was slower than in the trials of its check and is not tried again
 * with this scratch; NULL if there is none left. A server names it in the log.
 */
const char *matcher_set_aside(struct match_scratch *scratch);

/* Whether one of the patterns is found in a normalised text. */
bool matcher_finds(struct match_scratch *scratch, const struct pattern_list *patterns,
                   struct span text);

/*
 * The tables that operators search and that suggestions use, opened at the first call. Borrowed
 * from the scratch.
 */
MUST_CHECK enum status matcher_lookup(struct match_scratch *scratch, struct lookup_table **out);
struct typing *matcher_typing(struct match_scratch *scratch);

/*
 * Suggestions for the typed text: questions that begin with it, that have it as pinyin or initials,
 * and the ranking.
 */
MUST_CHECK enum status matcher_suggest(struct match_scratch *scratch, const struct text *typed,
                                       struct arena *arena, struct match_candidate *out,
                                       size_t most, size_t *count);

#endif
