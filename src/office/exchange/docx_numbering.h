/*
 * Docx numbering: the numbers that Word prints before paragraphs and does not store in their text,
 * and what the styles of paragraphs say. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_DOCX_NUMBERING_H
#define DAYI_EXCHANGE_DOCX_NUMBERING_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/status.h"
#include "office/exchange/container.h"

struct docx_numbering;

/* What a paragraph is told by itself or its style; -1 where it is not told. */
struct docx_form {
	int list, level; /* of its numbering; list 0: none */
	int heading;     /* from 1 */
	int bold;        /* 0 or 1 */
};

/* Values of attributes. A number of 0 or more; -1 where it is none, or there is no value. */
int docx_number(const char *text);
/* <w:b w:val="0"/> takes bold away, <w:b/> gives it. */
bool docx_is_on(const char *value);
/* The level of a heading, from 1, that has the outline level; 0: plain text. */
int docx_heading(const char *outline_level, int otherwise);

/* Reads numbering.xml and styles.xml where there are any. STATUS_INVALID has its fault. */
MUST_CHECK enum status docx_numbering_read(struct container *container,
                                           struct docx_numbering **out);
void docx_numbering_destroy(struct docx_numbering *numbering);

/* What the style says, of those it is based on too. NULL: the style of plain paragraphs. */
struct docx_form docx_style(const struct docx_numbering *numbering, const char *id);

/* Counts the paragraph, of which the text is given, and appends its label. A bullet is left out. */
void docx_append_label(struct docx_numbering *numbering, struct docx_form form, struct span text,
                       struct buf *out);

#endif
