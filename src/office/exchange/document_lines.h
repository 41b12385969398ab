/*
 * Document lines: a text as lines, each with the marks that it bears under any reading. Private to
 * exchange/.
 */
#ifndef DAYI_EXCHANGE_DOCUMENT_LINES_H
#define DAYI_EXCHANGE_DOCUMENT_LINES_H

#include "office/exchange/document_reading.h"

/* The lines borrow from the input and are the caller's, free(). STATUS_OK or STATUS_NO_MEMORY. */
MUST_CHECK enum status lines_split(struct span input, struct line **lines, size_t *count);

/* Takes the > of a mail that is quoted off the lines, where several have one. */
void lines_unquote(struct line *lines, size_t count);

/* Reads what the text of the line is, whatever the other lines are. */
void line_read(struct line *line);

/*
 * Reads the marks that depend on what the other lines look like: headings and bold lines, letters
 * and symbols of answers. Not for a document as export writes it.
 */
void lines_mark(struct line *lines, size_t count);

#endif
