/*
 * Words: the phrases that a conversation recognises, compiled from the knowledge: the cues
 * (engine/knowledge/cues.h) and the words of self-check questions. Immutable; any thread.
 *
 * * A word stands for itself in normalised text. `…` in it is a gap of up to GAP_MOST characters
 * without a mark of punctuation; `=` before it means that it counts as a whole message only.
 */
#ifndef DAYI_DIALOGUE_WORDS_H
#define DAYI_DIALOGUE_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/text/normalise.h"

struct word {
	const char *text; /* the head, and the tail, which stands behind a gap; or no tail */
	uint32_t head_len, tail_len;
	uint32_t meaning; /* an enum cue, or the number of an option */
	bool whole;       /* counts as a whole message only */
};

/* Borrowed from the word. */
struct span word_head(const struct word *word);

struct word_list {
	const struct word *items; /* by head */
	size_t count;
	/* Where the words of a first character begin, plus 1, hashed; NULL in a short list. */
	const uint16_t *slots;
	size_t slot_count; /* a power of two */
};

struct question_words {
	struct word_list about;
	struct word_list options; /* of all options; the meaning is the number of one, from 0 */
	struct word_list loose;   /* the same, loosened: see words_loosen() */
	const struct text *labels;
};

struct words {
	struct word_list cues;
	const struct question_words *const *entries; /* by entry, then by question */
	const struct knowledge *knowledge;
	const struct rewriter *rewriter; /* borrowed; NULL: nothing is loosened */
};

/* Lives in the arena, and borrows from the others. STATUS_NO_MEMORY. */
MUST_CHECK enum status words_create(const struct knowledge *knowledge,
                                    const struct normaliser *normaliser,
                                    const struct rewriter *rewriter, struct arena *arena,
                                    const struct words **out);

/*
 * Rewrites a text in which the exact words found nothing: applies the lexicon's synonyms, removes
 * particles, and replaces denials of the same meaning by one (没有改, 还没改, 未改: 没改). In the
 * arena.
 */
MUST_CHECK enum status words_loosen(const struct words *words, const struct text *text,
                                    struct arena *arena, struct span *out);

const struct question_words *words_of(const struct words *words, const struct entry *entry,
                                      const struct question *question);

/*
 * Iterates over the words that begin at a place, none at the end of the text. *at starts at 0; NULL
 * after the last word.
 */
const struct word *words_next(const struct word_list *list, struct span text, size_t place,
                              size_t *at, size_t *end);

/* Whether any of them occurs in the first `most` bytes of the text. */
bool words_stand(const struct word_list *list, struct span text, size_t most);

#endif
