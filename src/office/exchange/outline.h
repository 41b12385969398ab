/*
 * Outline: tells a clerk how a document was understood, in the reader's language. Private to
 * exchange/.
 */
#ifndef DAYI_EXCHANGE_OUTLINE_H
#define DAYI_EXCHANGE_OUTLINE_H

#include "office/exchange/document_reading.h"
#include "office/exchange/form.h"

/* How the questions and answers are marked, and how many entries stand in which chapter. */
void outline_document(struct import *import, const struct reading_result *read);

/* Each entry: its number (its place where none has a number), the first words of its question and
 * its answer. */
void outline_entries(struct import *import);

/* The first words of a text, `most` characters, on one line; OUTLINE_WORDS of them for a name. */
enum { OUTLINE_WORDS = 18 };
void outline_words(struct span text, size_t most, struct buf *out);

#endif
