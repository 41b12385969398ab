/*
 * Table shape: which columns of a table hold the questions and which the answers, where its row of
 * heads is, and which rows are none of entries. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_TABLE_SHAPE_H
#define DAYI_EXCHANGE_TABLE_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/csv.h"
#include "base/span.h"
#include "office/exchange/document_marks.h"
#include "office/exchange/form.h"

enum { HEAD_ROWS_MOST = 12 /* at the top, in which heads are looked for */ };

struct table_shape {
	size_t first; /* cells before it in each row are no columns */
	size_t heads; /* the row of heads from 0; SIZE_MAX: there is none */
	bool unknown; /* its words name no columns */
	bool both;    /* questions and answers are known, by heads or by what stands in them */
	size_t rows;
	/* Columns by what stands in them, where no head names them; SIZE_MAX: a head does. */
	size_t question, answer;
	size_t columns;
	bool asking;      /* most questions ask */
	enum style style; /* of the numbers before most questions that have one */
};

/*
 * False where no column is known as questions or answers, or memory is out (the import knows).
 * Heads are known by their words (heads.h). Where no head names them, the questions stand in a
 * column of which most cells ask, the answers in the fullest one of the others; at least three rows
 * must show it.
 */
bool table_shape_find(struct span rows, size_t first, struct import *import,
                      struct table_shape *shape);

/*
 * Appends a row of heads and the rows of entries. Rows above the heads, heads that stand again,
 * sums and remarks are told, a fault a kind.
 */
void table_shape_append(struct span rows, const struct table_shape *shape, struct import *import,
                        struct buf *out);

#endif
