/*
 * Furniture: lines of a document that are no text of an entry under any reading, such as page
 * marks, running titles, tables of contents and signatures. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_DOCUMENT_FURNITURE_H
#define DAYI_EXCHANGE_DOCUMENT_FURNITURE_H

#include <stdbool.h>
#include <stddef.h>

#include "office/exchange/document_reading.h"

/* Gives these lines their role; the others keep ROLE_BLANK. Marks must have been read. */
void furniture_find(struct line *lines, size_t count);

/* Whether the line has such a role, or is empty. */
bool line_is_furniture(const struct line *line);

/* The next line that is no furniture, `count` where there is none; the last one, or SIZE_MAX. */
size_t text_line_behind(const struct line *lines, size_t count, size_t index);
size_t text_line_before(const struct line *lines, size_t index);

/* Whether the last answer would be without text if it did not keep this line. */
bool line_is_first_of_answer(const struct line *lines, size_t index);

/*
 * Whether a line such as 请拨打以下电话： stands before it and others of its kind: they belong
 * together then.
 */
bool line_is_introduced(const struct line *lines, size_t index);

#endif
