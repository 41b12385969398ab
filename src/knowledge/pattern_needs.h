/*
 * What a pattern needs of a text, so that it need not be looked for where that is missing. Private
 * to knowledge/.
 */
#ifndef DAYI_KNOWLEDGE_PATTERN_NEEDS_H
#define DAYI_KNOWLEDGE_PATTERN_NEEDS_H

#include <stdbool.h>
#include <stddef.h>

#include "knowledge/characters.h"

enum { PATTERN_NEEDS_MOST = 4 };

/*
 * Only a text that meets each of the sets can be matched. 聘[用请].{0,8}不一致 needs 聘, one of 用
 * and 请, 不, and so on; the narrowest sets are kept. None: nothing is known.
 */
struct pattern_needs {
	size_t count;
	struct characters items[PATTERN_NEEDS_MOST];
};

/* What an element that follows needs as well. */
void pattern_needs_add(struct pattern_needs *needs, const struct pattern_needs *others);

/* Of two branches, of which one is taken. */
struct pattern_needs pattern_needs_of_either(const struct pattern_needs *a,
                                             const struct pattern_needs *b);

bool pattern_needs_met(const struct pattern_needs *needs, const struct characters *text);

#endif
