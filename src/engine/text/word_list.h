/*
 * Word list: whether a word, or one of a list (dates.txt, aside.txt), stands at a place of a text.
 *
 * Places are byte offsets, up to the text's length. A list ends with NULL. Without state; any
 * thread. Errors: none. Private to text/.
 */
#ifndef DAYI_TEXT_WORD_LIST_H
#define DAYI_TEXT_WORD_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/*
 * Whether the word begins at `at` (at most the length), or ends at `end`. Inline: many words are
 * compared at many places, and most differ in their first bytes.
 */
static inline bool stands_at(struct span text, size_t at, const char *word)
{
	size_t length = 0;
	while (word[length] && at + length < text.len && text.ptr[at + length] == word[length])
		length++;
	return !word[length];
}

bool stands_before(struct span text, size_t end, const char *word);

/* The first of the words, a list that NULL ends, that stands there; NULL: none does. */
const char *one_at(const char *const *words, struct span text, size_t at);
const char *one_before(const char *const *words, struct span text, size_t end);

/* Whether one of them stands anywhere in the text. */
bool one_in(const char *const *words, struct span text);

#endif
