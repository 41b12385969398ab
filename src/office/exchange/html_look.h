/*
 * HTML look: what an element of a page is, told by what stands in it further down. Pure; any
 * thread. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_HTML_LOOK_H
#define DAYI_EXCHANGE_HTML_LOOK_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* The names of elements that begin and end a line, beside html_blocks; ends with NULL. */
extern const char *const html_more_blocks[];

/*
 * Whether the table that begins before `behind` only lays the page out: it holds another table, and
 * the rows above that one are not of questions and answers.
 */
bool html_table_is_layout(struct span behind);

/* Whether most of the terms of the list that begins before `behind` have the mark of a question. */
bool html_terms_are_marked(struct span behind);

/*
 * The class of the blocks that hold the questions of the page, as it is written: most of its lines
 * ask, without a mark, and other text stands below. Empty where no class does.
 */
struct span html_question_class(struct span page);

/* Appends the text from `behind` to the end of its line. */
void html_append_line(struct span behind, struct buf *out);

#endif
