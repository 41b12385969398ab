/*
 * Rewrite: applies the lexicon to normalised text.
 *
 * Variants become the word they stand for (longest first), English phrases become Chinese words,
 * and fillers are marked so that they carry no weight. Knowledge and questions are rewritten alike.
 */
#ifndef DAYI_MATCH_REWRITE_H
#define DAYI_MATCH_REWRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/text/normalise.h"

struct rewriter;

/* `generic`: with the everyday words of every office (generic.h), beside the lexicon. */
MUST_CHECK enum status rewriter_create(const struct knowledge *knowledge,
                                       const struct normaliser *normaliser, bool generic,
                                       struct rewriter **out);
void rewriter_destroy(struct rewriter *rewriter);

struct rewritten {
	const uint32_t *points;
	const bool *filler; /* points[i] belongs to a filler */
	size_t count;
	size_t meaning; /* points that are Han, letters or digits and no filler */
};

/* The result lives in the arena. Any thread may use one rewriter. */
MUST_CHECK enum status rewrite(const struct rewriter *rewriter, const uint32_t *points,
                               size_t count, struct arena *arena, struct rewritten *out);

enum { BARE_NOTHING = 0 };

/*
 * A hash of what is left of a question without words that it says the same without (请问, 你们,
 * 呢), and with one word for those that do not tell questions apart (办 for 办理): questions of
 * which the same is left are one. BARE_NOTHING where hardly anything is left, or of a long text.
 */
MUST_CHECK enum status rewritten_bare(const struct rewriter *rewriter, const struct rewritten *text,
                                      struct arena *arena, uint32_t *out);

/* Where the last clause begins: circumstances usually precede the question. */
size_t rewritten_last_clause(const struct rewritten *text);

#endif
