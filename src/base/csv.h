/*
 * CSV: rows of RFC 4180 tables in and cells out, as spreadsheets read and write them.
 *
 * Excel runs a cell that starts with = + - @ as a formula. Such a cell is written with an
 * apostrophe in front, as Excel itself marks texts, and loses it when it is read.
 */
#ifndef DAYI_BASE_CSV_H
#define DAYI_BASE_CSV_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/span.h"
#include "base/status.h"

enum { CSV_CELLS_MOST = 100 /* of one row */ };

struct csv_row {
	unsigned line; /* in which it begins, from 1 */
	const struct span *cells;
	size_t count;
};

/* The row is borrowed for the call. Anything but STATUS_OK ends the reading. */
typedef enum status (*csv_take_row)(void *context, const struct csv_row *row);

/*
 * Hands on every row that has a text in it. The input is UTF-8 without a byte order mark. A stray
 * quotation mark, a row with too many cells and a cell without an end are faults of `file`, after
 * which the next row is read. Returns what take_row did, or STATUS_NO_MEMORY; the faults tell
 * whether the table was sound.
 */
MUST_CHECK enum status csv_read_rows(struct span input, const char *file, struct faults *faults,
                                     csv_take_row take_row, void *context);

/* The same with another separator. Beside tabs and bars, stray quotation marks are text, and all
 * of them are where a cell begins with one and does not end with one. */
MUST_CHECK enum status csv_read_separated(struct span input, char separator, const char *file,
                                          struct faults *faults, csv_take_row take_row,
                                          void *context);

/* Whether the bytes are a file of a spreadsheet or a word processor: .xlsx, .docx, .xls, .doc. */
bool csv_is_document(struct span input);

/* The mark that parts the cells of the first row instead of commas, as text; NULL: none does. */
const char *csv_separator_of(const struct csv_row *row);

/* Appends one cell, always in quotes. */
void csv_append_cell(struct span text, struct buf *out);

#endif
