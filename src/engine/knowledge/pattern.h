/*
 * Pattern: a PCRE2 expression of the knowledge, compiled with JIT and matched within limits.
 */
#ifndef DAYI_KNOWLEDGE_PATTERN_H
#define DAYI_KNOWLEDGE_PATTERN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/budget.h"
#include "base/pack.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/knowledge/pattern_literals.h"

/* Immutable; threads may share it. */
struct pattern;

/* Why a pattern was refused or doubted: a sentence, and where in the source. */
struct pattern_fault {
	char reason[256];
	size_t offset;     /* in bytes */
	bool of_the_whole; /* no place in the source is to blame */
	bool by_pcre2;     /* the reason is the library's own sentence */
	bool doubtful;     /* usable, but may be slow: a warning */
};

/*
 * Compiles for case-less UTF-8 matching. STATUS_INVALID with `fault` filled if it does not compile,
 * matches the empty string, or takes too many steps from one position on some text made of its own
 * words (pattern_trial.h): it could then use up the budget of a turn. On success `fault->reason` is
 * "" or, with doubtful set, a warning. Owned by the caller.
 */
MUST_CHECK enum status pattern_compile(const char *source, struct pattern_fault *fault,
                                       struct pattern **out);
void pattern_destroy(struct pattern *pattern);

/* What was compiled or, after pattern_written(), what an editor wrote. */
const char *pattern_source(const struct pattern *pattern);

/* An index for tables: its place among all patterns of a folder, once set. */
void pattern_set_number(struct pattern *pattern, uint32_t number);
uint32_t pattern_number(const struct pattern *pattern);

/* Stores the source as the editor wrote it, before word classes were expanded. */
MUST_CHECK enum status pattern_written(struct pattern *pattern, const char *source);

/* Match data, match context and JIT stack of one thread. */
struct pattern_scratch;
MUST_CHECK enum status pattern_scratch_create(struct pattern_scratch **out);
void pattern_scratch_destroy(struct pattern_scratch *scratch);

/*
 * Mutes a pattern: it is never found with this scratch, to see what changes without it. NULL mutes
 * none.
 */
void pattern_scratch_mute(struct pattern_scratch *scratch, const struct pattern *muted);

/*
 * True if the pattern is found, at [*start, *end) in bytes. Every call sets match, depth and heap
 * limits. The match limit is divided by the number of start positions, since PCRE2 counts anew from
 * each. Hitting a limit means "not found" and is counted in the scratch. `text` must be valid
 * UTF-8. Several threads may share a pattern, each with its own scratch.
 */
bool pattern_find(const struct pattern *pattern, struct pattern_scratch *scratch, struct span text,
                  size_t *start, size_t *end);

/* A place to look in, and what the turn can pay for it. */
struct pattern_search {
	struct span text;
	size_t starts;          /* places at which the pattern can begin, at most */
	const uint32_t *places; /* these, in bytes and in any order, or NULL */
	struct budget *budget;  /* not found as well where it cannot pay */
	size_t start, end;      /* where it was found, in bytes */
	bool slow; /* it took more steps from one place than any trial did, and was given up */
};

/* The same where that is known. */
bool pattern_search(const struct pattern *pattern, struct pattern_scratch *scratch,
                    struct pattern_search *search);

/* The words of which a text must contain one for the pattern to match. Borrowed. */
const struct pattern_literals *pattern_literals(const struct pattern *pattern);

/*
 * Puts the compiled patterns into the pack. *place is their header of PATTERNS_KEPT_SIZE bytes.
 * PCRE2's serialised code comes last.
 */
enum { PATTERNS_KEPT_SIZE = 32 };
MUST_CHECK enum status patterns_keep(const struct pattern *const *patterns, size_t count,
                                     struct pack *pack, size_t *place);

/*
 * Reads `count` packed patterns, one into each slot. They borrow from the pack. STATUS_INVALID if
 * the number or the version of PCRE2 differs.
 */
struct adopted_patterns;
MUST_CHECK enum status patterns_adopt(const void *kept, struct pattern **slots, size_t count,
                                      struct adopted_patterns **out);
/* Takes NULL. */
void patterns_release(struct adopted_patterns *adopted);

/* How often a limit was hit with this scratch. */
unsigned long pattern_scratch_limit_hits(const struct pattern_scratch *scratch);

#endif
