/*
 * Question lines: a question that is written in several lines of a cell or a paragraph. Pure; any
 * thread. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_QUESTION_LINES_H
#define DAYI_EXCHANGE_QUESTION_LINES_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Whether the lines are one question: the last one asks, none of the others ends a sentence or,
 * unless that may be, asks itself, and none but the first one has a mark. False for a single line.
 */
bool question_has_lines(struct span text, bool may_ask_twice);

/* Appends the text without its line breaks, of which one between Latin words becomes a blank. */
void question_join_lines(struct span text, struct buf *out);

#endif
