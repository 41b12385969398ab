/*
 * Word classes: named lists of plain words, kept in the lexicon. `<name>` in a pattern stands for
 * any of the class's words, in an alternate for the first of them. Private to knowledge/.
 *
 * A name is 1 to CLASS_NAME_MOST letters, digits or Han characters. A folder without classes has no
 * references: every `<` is an ordinary character there. With classes, `<name>` of no class is an
 * error, unless the name is ASCII (`<br>` in a pasted message is no reference); `\<` is always an
 * ordinary `<`. What PCRE2 itself writes with `<` (`(?<name>`, `(?<=`, `\k<name>`, sets) is left
 * alone.
 */
#ifndef DAYI_KNOWLEDGE_WORD_CLASSES_H
#define DAYI_KNOWLEDGE_WORD_CLASSES_H

#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"

/* Ceilings, in characters unless said otherwise. */
enum {
	CLASSES_MOST = 200,
	CLASS_WORDS_MOST = 200,
	CLASS_NAME_MOST = 20,
	CLASS_WORD_MOST = 40,
	CLASSES_CHARACTERS_MOST = 4000, /* of all words of all classes */
};

enum class_use {
	CLASS_IN_PATTERN, /* becomes (?:w1|w2|…), the longest word first */
	CLASS_IN_TEXT,    /* becomes the first word */
};

/* A name that no class has, and where in the source it stands. */
struct class_fault {
	struct span name;
	size_t offset; /* in bytes */
};

/* Whether a class may be called so. */
bool word_class_name_valid(struct span name);

/* The first character of a word that has a meaning in patterns; 0 for a plain word. */
char word_class_special(const char *word);

/*
 * Returns the first class that `text` refers to, and sets *at to the position of the reference;
 * else NULL.
 */
const struct word_class *word_class_in(const struct word_classes *classes, struct span text,
                                       struct span *at);

/*
 * Appends `source` with its classes put in. STATUS_INVALID with `fault` filled for an unknown name.
 * Out of memory marks the buffer.
 */
MUST_CHECK enum status word_classes_expand(const struct word_classes *classes, struct span source,
                                           enum class_use use, struct buf *out,
                                           struct class_fault *fault);

/* Maps byte `offset` of an expanded pattern to its origin in the pattern as written. */
size_t word_classes_origin(const struct word_classes *classes, struct span source, size_t offset);

/* Appends the words as one group of a pattern, the longest first. */
void word_class_append_group(const struct strings *words, struct buf *out);

#endif
