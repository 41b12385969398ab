/*
 * The text form's own shapes, which its import and its export share. Private to exchange/.
 *
 * An export is written so; document_reading.h says what else an import reads:
 *
 *   3、question
 *   答：answer       may go on in further lines
 *   情形1：situation
 *   建议：advice
 *
 * A document may begin with a title. Blanks at the ends of lines are dropped, and so are empty
 * lines around a text. A line of an answer that a reading could take for a mark, a heading or a
 * signature is written with a backslash in front, which is taken away again when it is read.
 */
#ifndef DAYI_EXCHANGE_EXCHANGE_TEXT_H
#define DAYI_EXCHANGE_EXCHANGE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/* The prefix, if the text begins with it, is taken off. */
bool text_skip(struct span *text, const char *prefix);
/* The longest of the texts with which it begins; the list ends with NULL. */
bool text_skip_one(struct span *text, const char *const *list);
void text_skip_blanks(struct span *text);

bool text_begins_blank(struct span text);

/* The wide blanks with which a Chinese paragraph is indented. */
void text_skip_indent(struct span *text);

bool text_ends_with(struct span text, const char *end);

/* Whether it ends with, or holds, one of the texts; the list ends with NULL. */
bool text_ends_with_one(struct span text, const char *const *list);
bool text_holds_one(struct span text, const char *const *list);

/* Takes a colon of either width, or one of the words and a colon, off the start. */
bool text_skip_colon(struct span *text);
bool text_skip_label(struct span *text, const char *const *list);

/* Without blanks at either end. */
struct span text_trim(struct span text);

enum { SAMPLE_CHARACTERS = 24 };
/* Its first words, as a message quotes them. */
struct span text_sample(struct span text);

/* Without the blanks at its end. */
struct span text_drop_end(struct span text);

/* Copies what fits, whole characters only, of well-formed UTF-8. */
void text_copy_cut(char *to, size_t size, const char *from);

enum mark_kind { MARK_NONE, MARK_ANSWER, MARK_CASE, MARK_ADVICE };

struct mark {
	enum mark_kind kind;
	int number;        /* of a case */
	struct span label; /* of a case: 情形3 */
	struct span rest;  /* what stands behind the mark, without leading blanks */
};

struct mark mark_read(struct span line);

/* Whether some reading of a document could take the line for more than a line of an answer. */
bool line_could_be_marked(struct span line);

/*
 * How many backslashes stand before a line that could be marked, behind *blanks bytes of blanks; 0
 * where it could not.
 */
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
