/*
 * Page: what a Word file, a web page and a workbook have in common, on its way to the readers of
 * documents and tables. Paragraphs become lines, with Markdown's marks where they are headings (#)
 * or bold as a whole (**); a table whose columns hold questions and answers becomes CSV, whose
 * first column is the number of the row; beside text that holds entries, too, its rows become lines
 * that say what they are. Any other table becomes lines. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_PAGE_H
#define DAYI_EXCHANGE_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/csv.h"
#include "base/span.h"
#include "base/status.h"
#include "office/exchange/form.h"
#include "office/exchange/places.h"

/* One cell of a row is its number. */
enum { PAGE_COLUMNS_MOST = CSV_CELLS_MOST - 1 };

/* Stands in a row for what the cell above it holds; no text of a document is this. */
#define PAGE_CELL_ABOVE "\x1d"

struct page {
	struct import *import; /* borrowed; takes what is left out */
	struct buf lines, tables;
	/* The line of the file from which comes what is added; 0: not known. The reader sets it. */
	unsigned place;
	struct places places; /* of `lines` */
	bool has_table;       /* one of questions and answers: only `tables` counts then */
	/* Tables that could be of questions, of which `lines` has the lines, too (page.c): */
	struct buf candidates, candidate_rows;
	/* The table at hand: */
	int depth;
	unsigned row_number, row_place;
	struct places row_places;
	size_t cells;  /* of the row at hand */
	bool labelled; /* its rows are labels and their texts, a record below the other */
	struct buf rows, row, cell, plain;
	struct buf joined; /* a question of several lines */
	/* The row of heads of the table of questions before, which one without heads goes on with:
	 */
	struct buf heads;
	size_t heads_columns;
	/* The row at hand of a table within a cell; parted: a tab stands before what comes. */
	size_t cells_within;
	bool parted;
	enum status failed;   /* what a reader met; STATUS_OK: nothing */
	size_t pieces;        /* paragraphs, rows and cells: too many are no document */
	size_t outside;       /* paragraphs that belong to no table of questions */
	struct buf first_out; /* the first of them */
	unsigned first_out_place;
	size_t beyond; /* cells that stand too far to the right */
	struct buf first_beyond;
};

void page_init(struct page *page, struct import *import);
void page_deinit(struct page *page);

/* A paragraph, of the cell at hand where there is one. `level` of a heading from 1, else 0. */
void page_add(struct page *page, struct span text, int level, bool strong);

/* A line of code, which is text, whatever it looks like. */
void page_add_code(struct page *page, struct span line);

/* A table within a cell is part of its text. */
void page_begin_table(struct page *page);
void page_end_table(struct page *page);
void page_begin_row(struct page *page);
void page_end_row(struct page *page);
void page_begin_cell(struct page *page);
/* The cell stands over `columns` columns, 1 or more. */
void page_end_cell(struct page *page, size_t columns);

/* A cell that the one above it reaches down into: in rows of CSV, PAGE_CELL_ABOVE. */
void page_repeat_cell(struct page *page, size_t columns);

/* Leaves a cell out that stands beyond PAGE_COLUMNS_MOST columns; `row` as the sheet counts. */
void page_leave_cell(struct page *page, unsigned row, struct span text);

/*
 * Reads rows of CSV, of which the first cell is the number of the row, as a table of questions:
 * appends them under one row of heads. False where no columns are questions and answers; then
 * nothing was appended. What was left out goes to the import as a fault.
 */
bool page_add_rows(struct page *page, struct span rows);

/* Adds the same rows as lines, for where no table of the page is one of questions. */
MUST_CHECK enum status page_add_rows_as_lines(struct page *page, struct span rows);

/* Whether the lines so far hold questions with answers, as a document. */
bool page_lines_hold_entries(struct page *page);

/*
 * What was read, and whether it is a table; borrowed. Tables of questions are it if the text
 * outside of them has hardly an entry, and that is told then; else their rows are lines of the
 * text.
 */
struct span page_finish(struct page *page, bool *is_table);

/* STATUS_LIMIT, too, of a page that has more pieces than a document of an office. */
MUST_CHECK enum status page_status(const struct page *page);

#endif
