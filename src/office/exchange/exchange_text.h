/*
 * The text form's own shapes, which its import and its export share. Private to knowledge/.
 *
 *   3、question      also 3. 3．; or （3） in a document whose first item is written so
 *   答：answer       may go on in further lines; without 答： they are the answer, too
 *   情形1：situation
 *   建议：advice
 *
 * A document may begin with a title. Blanks at the ends of lines are dropped, and so are empty
 * lines around a text. A line of an answer that would be taken for one of these marks is written
 * with a backslash in front, which is taken away again when it is read.
 */
#ifndef DAYI_EXCHANGE_EXCHANGE_TEXT_H
#define DAYI_EXCHANGE_EXCHANGE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/* The prefix, if the text begins with it, is taken off. */
bool text_skip(struct span *text, const char *prefix);
void text_skip_blanks(struct span *text);

bool text_ends_with(struct span text, const char *end);

/* Without the blanks at its end. */
struct span text_drop_end(struct span text);

enum mark_kind { MARK_NONE, MARK_ITEM, MARK_ANSWER, MARK_CASE, MARK_ADVICE };

struct mark {
	enum mark_kind kind;
	int number;        /* of an item or a case */
	bool brackets;     /* the item is written （3） */
	struct span label; /* of a case: 情形3 */
	struct span rest;  /* what stands behind the mark, without leading blanks */
};

struct mark mark_read(struct span line);

/* How many backslashes stand before a mark, behind *blanks bytes of blanks; 0 without a mark. */
size_t mark_escapes(struct span line, size_t *blanks);

/* A text of several lines that grows at the end of a buffer. */
struct body {
	struct buf *text;
	size_t start;  /* in the buffer */
	size_t blanks; /* empty lines that stand before whatever comes next */
};

/* Begins a line that is not empty. */
void body_break(struct body *body);

/* Adds a line, which may be empty. */
void body_add(struct body *body, struct span line);

#endif
