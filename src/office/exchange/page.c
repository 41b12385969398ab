/*
 * A table is kept as CSV until it ends. table_shape.c then finds the columns of questions and
 * answers, by their heads or by what stands in them. If there are none, each row becomes a line,
 * or, where a cell has several paragraphs, the cells become lines.
 */
#include "office/exchange/page.h"

#include <assert.h>
#include <string.h>

#include "base/csv.h"
#include "base/language.h"
#include "office/exchange/container.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/left_out.h"
#include "office/exchange/table_shape.h"

enum { HEADING_LEVELS = 6, PIECES_MOST = 250000 };

void page_init(struct page *page, struct import *import)
{
	*page = (struct page){ .import = import };
	buf_init(&page->lines, PART_BYTES_MOST);
	buf_init(&page->tables, PART_BYTES_MOST);
	buf_init(&page->rows, PART_BYTES_MOST);
	buf_init(&page->row, PART_BYTES_MOST);
	buf_init(&page->cell, PART_BYTES_MOST);
	buf_init(&page->plain, PART_BYTES_MOST);
	buf_init(&page->first_out, PART_BYTES_MOST);
}

void page_deinit(struct page *page)
{
	buf_deinit(&page->lines);
	buf_deinit(&page->tables);
	buf_deinit(&page->rows);
	buf_deinit(&page->row);
	buf_deinit(&page->cell);
	buf_deinit(&page->plain);
	buf_deinit(&page->first_out);
}

enum status page_status(const struct page *page)
{
	const struct buf *const bufs[] = { &page->lines, &page->tables, &page->rows,     &page->row,
		                           &page->cell,  &page->plain,  &page->first_out };

	if (page->failed != STATUS_OK)
		return page->failed;
	if (page->pieces > PIECES_MOST)
		return STATUS_LIMIT;
	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		if (buf_status(bufs[i]) != STATUS_OK)
			return buf_status(bufs[i]);
	return STATUS_OK;
}

/* ------------------------------------------------------------------ paragraphs */

static bool is_blank(struct span text)
{
	return text_trim(text).len == 0;
}

static void count_outside(struct page *page, struct span text)
{
	if (is_blank(text))
		return;
	if (page->outside++ == 0)
		buf_append(&page->first_out, text.ptr, text.len);
}

void page_add(struct page *page, struct span text, int level, bool strong)
{
	const bool several = text.len > 0 && memchr(text.ptr, '\n', text.len);

	page->pieces++;
	if (page->depth > 0) {
		if (page->cell.len > 0)
			buf_append_char(&page->cell, '\n');
		buf_append(&page->cell, text.ptr, text.len);
		return;
	}
	count_outside(page, text);
	for (int i = 0; i < level && level <= HEADING_LEVELS && !several && !is_blank(text); i++)
		buf_append_text(&page->lines, i + 1 < level ? "#" : "# ");
	if (strong && level == 0 && !several && !is_blank(text)) {
		const struct span inner = text_trim(text);

		buf_append_text(&page->lines, "**");
		buf_append(&page->lines, inner.ptr, inner.len);
		buf_append_text(&page->lines, "**\n");
		return;
	}
	buf_append(&page->lines, text.ptr, text.len);
	buf_append_char(&page->lines, '\n');
}

/* ------------------------------------------------------------------ tables */

void page_begin_table(struct page *page)
{
	if (page->depth++ > 0)
		return;
	buf_clear(&page->rows);
	buf_clear(&page->plain);
	page->row_number = 0;
}

void page_begin_row(struct page *page)
{
	if (page->depth != 1)
		return;
	page->cells = 0;
	page->pieces++;
	page->row_number++;
	buf_clear(&page->row);
	buf_append_format(&page->row, "%u", page->row_number);
}

void page_begin_cell(struct page *page)
{
	if (page->depth == 1)
		buf_clear(&page->cell);
}

/* A line feed parts the cells of a row that is no line. */
static void add_plain(struct page *page)
{
	buf_append(&page->plain, page->cells > 0 ? "\x1f" : "", page->cells > 0);
	buf_append(&page->plain, buf_text(&page->cell), page->cell.len);
}

void page_end_cell(struct page *page, size_t columns)
{
	if (page->depth != 1)
		return;
	page->pieces += columns;
	add_plain(page);
	for (size_t i = 0; i < columns && page->cells < CSV_CELLS_MOST; i++, page->cells++) {
		buf_append_char(&page->row, ',');
		csv_append_cell(i == 0 ? buf_span(&page->cell) : span_of(""), &page->row);
	}
	buf_clear(&page->cell);
}

void page_end_row(struct page *page)
{
	if (page->depth != 1)
		return;
	buf_append(&page->rows, buf_text(&page->row), page->row.len);
	buf_append_text(&page->rows, "\r\n");
	buf_append_char(&page->plain, '\x1e');
}

/* One row of a table that is no table of questions. */
static void add_lines(struct page *page, struct span row)
{
	const bool lines = row.len > 0 && memchr(row.ptr, '\n', row.len);

	while (row.len > 0) {
		const char *stop = memchr(row.ptr, '\x1f', row.len);
		const size_t len = stop ? (size_t)(stop - row.ptr) : row.len;
		const struct span cell = text_trim((struct span){ row.ptr, len });

		if (cell.len > 0 && page->row.len > 0)
			buf_append_text(&page->row, lines ? "\n" : "　");
		buf_append(&page->row, cell.ptr, cell.len);
		row = (struct span){ row.ptr + len, row.len - len };
		(void)text_skip(&row, "\x1f");
	}
	count_outside(page, buf_span(&page->row));
	buf_append(&page->lines, buf_text(&page->row), page->row.len);
	buf_append(&page->lines, "\n", page->row.len > 0 ? 1 : 0);
	buf_clear(&page->row);
}

void page_end_table(struct page *page)
{
	struct span rest;

	assert(page->depth > 0);
	if (--page->depth > 0)
		return;
	buf_clear(&page->row);
	rest = buf_span(&page->plain);
	if (page_add_rows(page, buf_span(&page->rows)))
		return;
	while (rest.len > 0) {
		const char *stop = memchr(rest.ptr, '\x1e', rest.len);
		const size_t len = stop ? (size_t)(stop - rest.ptr) : rest.len;

		add_lines(page, (struct span){ rest.ptr, len });
		rest = (struct span){ rest.ptr + len, rest.len - len };
		(void)text_skip(&rest, "\x1e");
	}
}

bool page_add_rows(struct page *page, struct span rows)
{
	struct table_shape shape;

	if (!table_shape_find(rows, 1, page->import, &shape))
		return false;
	table_shape_append(rows, &shape, page->import, &page->tables);
	page->has_table = true;
	return true;
}

struct span page_finish(struct page *page, bool *is_table)
{
	*is_table = page->has_table;
	if (!page->has_table)
		return buf_span(&page->lines);
	left_out_take(page->import, 0, buf_span(&page->lines));
	left_out_tell(page->import, FAULT_WARNING, 0, _("text outside the table, left out"),
	              buf_span(&page->first_out), page->outside);
	page->import->rows_numbered = true;
	return buf_span(&page->tables);
}
