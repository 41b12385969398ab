/*
 * A table is kept as CSV until it ends; each of its rows becomes a line, or, where a cell has
 * several paragraphs, the cells become lines. Where table_shape.c finds columns of questions and
 * answers in it, by their heads or by what stands in them, the CSV is kept, too. At the end of the
 * page, such tables are what is read if the text outside of them has hardly an entry; where both
 * have some, the rows become lines that say what they are (document_reading.h).
 */
#include "office/exchange/page.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/utf8.h"
#include "office/exchange/container.h"
#include "office/exchange/document_reading.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/foreign.h"
#include "office/exchange/heads.h"
#include "office/exchange/html_text.h"
#include "office/exchange/left_out.h"
#include "office/exchange/question_lines.h"
#include "office/exchange/table_shape.h"

enum {
	HEADING_LEVELS = 6,
	PIECES_MOST = 250000,
	LINE_ENTRIES_LEAST = 2, /* of a sheet that is no table of questions */
	LABEL_CHARACTERS = 12,  /* characters of a label in the first cell of a row */
};

/* A table that could be of questions: where its lines end in `lines`, and its rows. */
struct candidate {
	struct table_shape shape;
	size_t lines_start, lines_end, rows_start, rows_end;
	size_t asking; /* rows of which a cell asks */
};

void page_init(struct page *page, struct import *import)
{
	*page = (struct page){ .import = import };
	buf_init(&page->lines, PART_BYTES_MOST);
	places_init(&page->places);
	places_init(&page->row_places);
	buf_init(&page->tables, PART_BYTES_MOST);
	buf_init(&page->rows, PART_BYTES_MOST);
	buf_init(&page->row, PART_BYTES_MOST);
	buf_init(&page->cell, PART_BYTES_MOST);
	buf_init(&page->plain, PART_BYTES_MOST);
	buf_init(&page->joined, PART_BYTES_MOST);
	buf_init(&page->heads, PART_BYTES_MOST);
	buf_init(&page->first_out, PART_BYTES_MOST);
	buf_init(&page->candidates, PART_BYTES_MOST);
	buf_init(&page->candidate_rows, PART_BYTES_MOST);
	buf_init(&page->first_beyond, PART_BYTES_MOST);
}

void page_deinit(struct page *page)
{
	buf_deinit(&page->lines);
	places_deinit(&page->places);
	places_deinit(&page->row_places);
	buf_deinit(&page->tables);
	buf_deinit(&page->rows);
	buf_deinit(&page->row);
	buf_deinit(&page->cell);
	buf_deinit(&page->plain);
	buf_deinit(&page->joined);
	buf_deinit(&page->heads);
	buf_deinit(&page->first_out);
	buf_deinit(&page->candidates);
	buf_deinit(&page->candidate_rows);
	buf_deinit(&page->first_beyond);
}

enum status page_status(const struct page *page)
{
	const struct buf *const bufs[] = {
		&page->lines,      &page->tables,         &page->rows,      &page->row,
		&page->cell,       &page->plain,          &page->first_out, &page->first_beyond,
		&page->candidates, &page->candidate_rows, &page->joined,    &page->heads
	};

	if (page->failed != STATUS_OK)
		return page->failed;
	if (page->pieces > PIECES_MOST)
		return STATUS_LIMIT;
	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		if (buf_status(bufs[i]) != STATUS_OK)
			return buf_status(bufs[i]);
	if (places_status(&page->places) != STATUS_OK)
		return places_status(&page->places);
	return places_status(&page->row_places);
}

/* ------------------------------------------------------------------ paragraphs */

static bool is_blank(struct span text)
{
	return text_trim(text).len == 0;
}

static void count_outside(struct page *page, struct span text, unsigned place)
{
	if (is_blank(text))
		return;
	if (page->outside++ > 0)
		return;
	buf_append(&page->first_out, text.ptr, text.len);
	page->first_out_place = place;
}

/* The lines that were added behind the first `from` bytes come from `place`. */
static void end_lines(struct page *page, size_t from, unsigned place)
{
	if (page->place > 0)
		places_add(&page->places,
		           (struct span){ buf_text(&page->lines) + from, page->lines.len - from },
		           place);
}

void page_add(struct page *page, struct span text, int level, bool strong)
{
	const size_t start = page->lines.len;
	bool several = text.len > 0 && memchr(text.ptr, '\n', text.len);

	page->pieces++;
	if (page->depth > 0) {
		if (page->cell.len > 0 && !page->parted)
			buf_append_char(&page->cell, '\n');
		page->parted = false;
		buf_append(&page->cell, text.ptr, text.len);
		return;
	}
	if (several && (strong || level > 0) && question_has_lines(text, true)) {
		buf_clear(&page->joined);
		question_join_lines(text, &page->joined);
		text = buf_span(&page->joined);
		several = false;
	}
	count_outside(page, text, page->place);
	for (int i = 0; i < level && level <= HEADING_LEVELS && !several && !is_blank(text); i++)
		buf_append_text(&page->lines, i + 1 < level ? "#" : "# ");
	if (strong && level == 0 && !several && !is_blank(text)) {
		const struct span inner = text_trim(text);

		buf_append_text(&page->lines, "**");
		buf_append(&page->lines, inner.ptr, inner.len);
		buf_append_text(&page->lines, "**\n");
	} else {
		buf_append(&page->lines, text.ptr, text.len);
		buf_append_char(&page->lines, '\n');
	}
	end_lines(page, start, page->place);
}

void page_add_code(struct page *page, struct span line)
{
	const size_t start = page->lines.len;

	if (page->depth > 0 || is_blank(line)) {
		page_add(page, line, 0, false);
		return;
	}
	page->pieces++;
	count_outside(page, line, page->place);
	buf_append_text(&page->lines, CODE_LINE);
	buf_append(&page->lines, line.ptr, line.len);
	buf_append_char(&page->lines, '\n');
	end_lines(page, start, page->place);
}

/* ------------------------------------------------------------------ tables */

void page_begin_table(struct page *page)
{
	page->parted = false;
	page->cells_within = 0;
	if (page->depth++ > 0)
		return;
	buf_clear(&page->rows);
	buf_clear(&page->plain);
	buf_clear(&page->row_places.numbers);
	page->row_number = 0;
}

void page_begin_row(struct page *page)
{
	page->cells_within = 0;
	page->parted = false;
	if (page->depth != 1)
		return;
	page->cells = 0;
	page->pieces++;
	page->row_place = page->place;
	page->row_number = page->place > 0 ? page->place : page->row_number + 1;
	buf_clear(&page->row);
	buf_append_format(&page->row, "%u", page->row_number);
}

/* Cells of a table within a cell are parted by tabs, and its rows by line feeds. */
static void begin_cell_within(struct page *page)
{
	if (page->cells_within++ == 0) {
		page->parted = false;
		return;
	}
	buf_append_char(&page->cell, '\t');
	page->parted = true;
}

/* Empty cells at the end of its row. */
static void drop_tabs(struct page *page)
{
	while (page->cell.len > 0 && page->cell.ptr[page->cell.len - 1] == '\t')
		page->cell.ptr[--page->cell.len] = '\0';
	page->parted = false;
}

void page_begin_cell(struct page *page)
{
	if (page->depth == 1)
		buf_clear(&page->cell);
	else if (page->depth > 1)
		begin_cell_within(page);
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
	if (page->cells >= PAGE_COLUMNS_MOST)
		page_leave_cell(page, page->row_number, buf_span(&page->cell));
	for (size_t i = 0; i < columns && page->cells < PAGE_COLUMNS_MOST; i++, page->cells++) {
		buf_append_char(&page->row, ',');
		csv_append_cell(i == 0 ? buf_span(&page->cell) : span_of(""), &page->row);
	}
	buf_clear(&page->cell);
}

void page_repeat_cell(struct page *page, size_t columns)
{
	if (page->depth != 1)
		return;
	page->pieces += columns;
	buf_clear(&page->cell);
	add_plain(page);
	for (size_t i = 0; i < columns && page->cells < PAGE_COLUMNS_MOST; i++, page->cells++)
		buf_append_text(&page->row, i == 0 ? "," PAGE_CELL_ABOVE : ",");
}

void page_leave_cell(struct page *page, unsigned row, struct span text)
{
	if (is_blank(text))
		return;
	left_out_take(page->import, row, text);
	if (page->beyond++ == 0)
		buf_append(&page->first_beyond, text.ptr, text.len);
}

void page_end_row(struct page *page)
{
	if (page->depth > 1)
		drop_tabs(page);
	if (page->depth != 1)
		return;
	buf_append(&page->rows, buf_text(&page->row), page->row.len);
	buf_append_text(&page->rows, "\r\n");
	buf_append_char(&page->plain, '\x1e');
	places_add(&page->row_places, span_of("\n"), page->row_place);
}

/* 问题 | …: a row of two cells, of which the first is a head, is a label and its text. */
static bool is_labelled(struct span row)
{
	const char *stop = memchr(row.ptr, '\x1f', row.len);
	struct span head, rest;

	if (!stop)
		return false;
	head = text_trim((struct span){ row.ptr, (size_t)(stop - row.ptr) });
	rest = (struct span){ stop + 1, row.len - (size_t)(stop + 1 - row.ptr) };
	while (rest.len > 0 && rest.ptr[rest.len - 1] == '\x1f')
		rest.len--;
	return head.len > 0 && !memchr(head.ptr, '\n', head.len) &&
	       !memchr(rest.ptr, '\x1f', rest.len) && text_trim(rest).len > 0 &&
	       utf8_length(head) <= LABEL_CHARACTERS && !ends_a_sentence(head) &&
	       !asks_plainly(head);
}

/* One row of a table as a line. */
static void add_lines(struct page *page, struct span row, bool outside, unsigned place)
{
	const size_t start = page->lines.len;
	const bool labelled = page->labelled && row.len > 0 && is_labelled(row);
	const bool lines = !labelled && row.len > 0 && memchr(row.ptr, '\n', row.len);

	while (row.len > 0) {
		const char *stop = memchr(row.ptr, '\x1f', row.len);
		const size_t len = stop ? (size_t)(stop - row.ptr) : row.len;
		const struct span cell = text_trim((struct span){ row.ptr, len });

		if (cell.len > 0 && page->row.len > 0)
			buf_append_text(&page->row, labelled ? "：" : lines ? "\n" : "\t");
		buf_append(&page->row, cell.ptr, cell.len);
		row = (struct span){ row.ptr + len, row.len - len };
		(void)text_skip(&row, "\x1f");
	}
	if (outside)
		count_outside(page, buf_span(&page->row), place);
	buf_append(&page->lines, buf_text(&page->row), page->row.len);
	buf_append(&page->lines, "\n", page->row.len > 0 ? 1 : 0);
	end_lines(page, start, place);
	buf_clear(&page->row);
}

/* Whether the table is records one below the other: the first column holds heads, again and again.
 */
static bool holds_labels(struct span rows)
{
	bool question = false, answer = false;

	while (rows.len > 0) {
		const char *stop = memchr(rows.ptr, '\x1e', rows.len);
		const size_t len = stop ? (size_t)(stop - rows.ptr) : rows.len;
		const struct span row = { rows.ptr, len };

		if (len > 0 && is_labelled(row)) {
			const size_t head =
			        (size_t)((const char *)memchr(row.ptr, '\x1f', len) - row.ptr);
			const enum column column = head_read((struct span){ row.ptr, head });

			question |= column == COLUMN_QUESTION || column == COLUMN_TITLE ||
			            column == COLUMN_DETAIL;
			answer |= question && (column == COLUMN_ANSWER || column == COLUMN_CONTENT);
		}
		rows = (struct span){ rows.ptr + len, rows.len - len };
		(void)text_skip(&rows, "\x1e");
	}
	return answer;
}

/* Whether one of the cells does. */
static bool row_asks(struct span row)
{
	while (row.len > 0) {
		const char *stop = memchr(row.ptr, '\x1f', row.len);
		const size_t len = stop ? (size_t)(stop - row.ptr) : row.len;

		if (asks((struct span){ row.ptr, len }))
			return true;
		row = (struct span){ row.ptr + len, row.len - len };
		(void)text_skip(&row, "\x1f");
	}
	return false;
}

/* How many rows have a cell that asks. */
static size_t count_asking(struct span rows)
{
	size_t asking = 0;

	while (rows.len > 0) {
		const char *stop = memchr(rows.ptr, '\x1e', rows.len);
		const size_t len = stop ? (size_t)(stop - rows.ptr) : rows.len;

		asking += row_asks((struct span){ rows.ptr, len });
		rows = (struct span){ rows.ptr + len, rows.len - len };
		(void)text_skip(&rows, "\x1e");
	}
	return asking;
}

/* Takes the row of heads out of the table. */
struct head_row {
	struct page *page;
	size_t heads, row;
};

static enum status keep_head_row(void *context, const struct csv_row *row)
{
	struct head_row *found = context;
	struct buf *out = &found->page->heads;

	if (found->row++ != found->heads)
		return STATUS_OK;
	buf_clear(out);
	for (size_t i = 0; i < row->count; i++) {
		buf_append(out, ",", i > 0 ? 1 : 0);
		csv_append_cell(row->cells[i], out);
	}
	buf_append_text(out, "\r\n");
	return buf_status(out);
}

static void keep_heads(struct page *page, const struct table_shape *shape)
{
	struct head_row found = { page, shape->heads, 0 };
	const enum status status = csv_read_rows(buf_span(&page->rows), page->import->file, NULL,
	                                         keep_head_row, &found);

	if (status != STATUS_OK)
		page->import->reader.status = status;
	page->heads_columns = shape->columns;
}

static bool has_known_heads(const struct table_shape *shape)
{
	return shape->heads != SIZE_MAX && !shape->unknown;
}

/*
 * A table without heads behind one that has some, of as many columns, most rows of which ask, goes
 * on with that one: the row of heads stands above its own rows then.
 */
static bool goes_on_with_table(struct page *page, struct span plain, struct table_shape *shape)
{
	struct table_shape below;
	struct buf rows;
	bool found;

	if (page->heads.len == 0 || shape->columns != page->heads_columns ||
	    count_asking(plain) * 2 < shape->rows)
		return false;
	buf_init(&rows, PART_BYTES_MOST);
	buf_append(&rows, buf_text(&page->heads), page->heads.len);
	buf_append(&rows, buf_text(&page->rows), page->rows.len);
	found = table_shape_find(buf_span(&rows), 1, page->import, &below) && below.both &&
	        has_known_heads(&below);
	if (found) {
		*shape = below;
		buf_deinit(&page->rows);
		page->rows = rows;
	} else {
		buf_deinit(&rows);
	}
	return found;
}

static bool find_shape(struct page *page, struct span plain, struct table_shape *shape)
{
	bool found = table_shape_find(buf_span(&page->rows), 1, page->import, shape);

	if (found && has_known_heads(shape)) {
		if (shape->both)
			keep_heads(page, shape);
		return true;
	}
	return goes_on_with_table(page, plain, shape) || found;
}

void page_end_table(struct page *page)
{
	struct candidate candidate = { .lines_start = page->lines.len };
	struct span rest;
	bool found;

	assert(page->depth > 0);
	if (page->depth > 1)
		drop_tabs(page);
	if (--page->depth > 0)
		return;
	buf_clear(&page->row);
	rest = buf_span(&page->plain);
	page->labelled = holds_labels(rest);
	found = !page->labelled && find_shape(page, rest, &candidate.shape);
	candidate.asking = found ? count_asking(rest) : 0;
	for (size_t i = 0; rest.len > 0; i++) {
		const char *stop = memchr(rest.ptr, '\x1e', rest.len);
		const size_t len = stop ? (size_t)(stop - rest.ptr) : rest.len;

		add_lines(page, (struct span){ rest.ptr, len }, !found,
		          places_at(&page->row_places, i));
		rest = (struct span){ rest.ptr + len, rest.len - len };
		(void)text_skip(&rest, "\x1e");
	}
	if (!found)
		return;
	candidate.lines_end = page->lines.len;
	candidate.rows_start = page->candidate_rows.len;
	buf_append(&page->candidate_rows, buf_text(&page->rows), page->rows.len);
	candidate.rows_end = page->candidate_rows.len;
	buf_append(&page->candidates, &candidate, sizeof(candidate));
}

/* Questions with an answer, and those of them that ask or whose answer has a mark. */
static enum status count_entries(struct span text, size_t *entries, size_t *sure)
{
	struct reading_result read = { 0 };
	enum status status = STATUS_OK;
	bool open = false, asking = false;

	*entries = *sure = 0;
	if (!document_is_too_long(text))
		status = document_read(text, &read);
	for (size_t i = 0; status == STATUS_OK && i < read.count && read.items > 0; i++) {
		const struct line *line = &read.lines[i];

		if (line->role == ROLE_QUESTION) {
			open = true;
			asking = asks(line->rest);
		}
		if (open && (line->role == ROLE_ANSWER || line->role == ROLE_TEXT ||
		             (line->role == ROLE_QUESTION && line->answered_inside))) {
			++*entries;
			*sure += asking || line->role != ROLE_TEXT;
			open = false;
		}
	}
	reading_deinit(&read);
	return status;
}

/* Rows of a label and a text, as holds_labels() finds them in a table. */
struct labels {
	bool question, answer;
};

static enum status look_at_labels(void *context, const struct csv_row *row)
{
	struct labels *labels = context;
	size_t filled = 0;
	enum column column;

	for (size_t i = 1; i < row->count; i++)
		filled += !is_blank(row->cells[i]);
	if (filled != 2 || row->count < 3)
		return STATUS_OK;
	column = head_read(row->cells[1]);
	/* A row of heads names both. */
	if (head_read(row->cells[2]) != COLUMN_UNKNOWN)
		return STATUS_OK;
	labels->question |= column == COLUMN_QUESTION;
	labels->answer |= labels->question && column == COLUMN_ANSWER;
	return STATUS_OK;
}

static enum status add_row_as_line(void *context, const struct csv_row *row)
{
	struct page *page = context;

	page_begin_row(page);
	for (size_t i = 1; i < row->count; i++) {
		page_begin_cell(page);
		page_add(page, row->cells[i], 0, false);
		page_end_cell(page, 1);
	}
	page_end_row(page);
	return page_status(page);
}

enum status page_add_rows_as_lines(struct page *page, struct span rows)
{
	enum status status;

	page_begin_table(page);
	status = csv_read_rows(rows, page->import->file, NULL, add_row_as_line, page);
	page_end_table(page);
	return status;
}

bool page_lines_hold_entries(struct page *page)
{
	size_t entries = 0, sure;
	const enum status status = count_entries(buf_span(&page->lines), &entries, &sure);

	if (status != STATUS_OK)
		page->import->reader.status = status;
	return entries >= LINE_ENTRIES_LEAST;
}

bool page_add_rows(struct page *page, struct span rows)
{
	struct table_shape shape;
	struct labels labels = { false, false };

	if (csv_read_rows(rows, page->import->file, NULL, look_at_labels, &labels) == STATUS_OK &&
	    labels.answer)
		return false;
	if (!table_shape_find(rows, 1, page->import, &shape))
		return false;
	table_shape_append(rows, &shape, page->import, &page->tables);
	page->has_table = true;
	return true;
}

/* ------------------------------------------------------------------ tables or text */

static struct candidate candidate_at(const struct page *page, size_t index)
{
	struct candidate candidate;

	memcpy(&candidate, page->candidates.ptr + index * sizeof(candidate), sizeof(candidate));
	return candidate;
}

static size_t candidate_count(const struct page *page)
{
	return page->candidates.len / sizeof(struct candidate);
}

/* Beside other text, a table must say where its questions and its answers are. */
static bool counts(const struct page *page, const struct candidate *candidate)
{
	return candidate->shape.both || page->outside == 0;
}

static size_t entries_of(const struct table_shape *shape)
{
	return shape->heads == SIZE_MAX ? shape->rows : shape->rows - shape->heads - 1;
}

/* The lines that stand in none of the tables that count. */
static void append_outside(const struct page *page, struct buf *out)
{
	size_t from = 0;

	for (size_t i = 0; i < candidate_count(page); i++) {
		const struct candidate candidate = candidate_at(page, i);

		if (!counts(page, &candidate))
			continue;
		buf_append(out, buf_text(&page->lines) + from, candidate.lines_start - from);
		from = candidate.lines_end;
	}
	buf_append(out, buf_text(&page->lines) + from, page->lines.len - from);
}

/* Beside text that holds entries, most of its questions ask, too: else it is a part of an answer.
 */
static bool mixes(const struct page *page, const struct candidate *candidate)
{
	return counts(page, candidate) && candidate->asking * 2 >= entries_of(&candidate->shape);
}

/* What of the page is read: one of them, or both. */
struct parts {
	bool tables, text;
};

/* `outside` is the text beside the tables. */
static struct parts choose_parts(struct page *page, struct span outside)
{
	size_t in_tables = 0, in_text = 0, sure = 0;
	bool any = false;

	if (page->outside > 0) {
		const enum status status = count_entries(outside, &in_text, &sure);

		if (status != STATUS_OK)
			page->import->reader.status = status;
	}
	for (size_t i = 0; i < candidate_count(page); i++) {
		const struct candidate candidate = candidate_at(page, i);

		any |= mixes(page, &candidate);
		in_tables += counts(page, &candidate) ? entries_of(&candidate.shape) : 0;
	}
	if (any && sure >= LINE_ENTRIES_LEAST)
		return (struct parts){ true, true };
	/* Without entries in either, the reader of tables says what heads it needs. */
	return (struct parts){ in_tables > in_text || in_text == 0,
		               in_tables <= in_text && in_text > 0 };
}

/* Rows of a table on their way to lines. */
struct row_writer {
	struct import *import;
	struct buf *out;
	struct places *places;          /* of `out` */
	size_t question, answer, state; /* their columns */
	enum column state_column;
	const char *state_head; /* of the reader's arena */
	bool headed;
	struct foreign foreign;
};

static void take_heads(struct row_writer *writer, const struct csv_row *row)
{
	enum column columns[CSV_CELLS_MOST];
	size_t title = SIZE_MAX;

	for (size_t i = 0; i < row->count; i++)
		columns[i] = head_read(row->cells[i]);
	heads_settle(columns, row->count);
	for (size_t i = 1; i < row->count; i++) {
		if (columns[i] == COLUMN_QUESTION && writer->question == SIZE_MAX)
			writer->question = i;
		else if (columns[i] == COLUMN_ANSWER && writer->answer == SIZE_MAX)
			writer->answer = i;
		else if (columns[i] == COLUMN_TITLE && title == SIZE_MAX)
			title = i;
		else if (head_says_state(columns[i]) && writer->state == SIZE_MAX)
			writer->state = i;
		else if (columns[i] != COLUMN_NUMBER && !is_blank(row->cells[i]))
			import_fault(writer->import, FAULT_WARNING, 0, NULL,
			             "the column \"%.*s\" of a table in the text is left out",
			             SPAN_ARGS(row->cells[i]));
	}
	writer->question = writer->question == SIZE_MAX ? title : writer->question;
	if (writer->state != SIZE_MAX) {
		writer->state_column = columns[writer->state];
		writer->state_head = arena_copy(writer->import->reader.memory->arena,
		                                text_trim(row->cells[writer->state]));
		if (!writer->state_head)
			writer->import->reader.status = STATUS_NO_MEMORY;
	}
	writer->headed = true;
}

/* The first line of the cell under one sign, the others under another; <br> ends one, too. */
static void append_cell(struct buf *out, struct span cell, const char *first, const char *more)
{
	const char *sign = first;
	struct buf plain;

	buf_init(&plain, PART_BYTES_MOST);
	if (html_is(cell)) {
		html_append_text(cell, &plain);
		if (buf_status(&plain) == STATUS_OK)
			cell = text_trim(buf_span(&plain));
	}
	while (cell.len > 0) {
		const char *stop = memchr(cell.ptr, '\n', cell.len);
		const size_t len = stop ? (size_t)(stop - cell.ptr) : cell.len;

		buf_append_text(out, sign);
		buf_append(out, cell.ptr, len);
		buf_append_char(out, '\n');
		cell = (struct span){ cell.ptr + len, cell.len - len };
		(void)text_skip(&cell, "\n");
		sign = more;
	}
	buf_deinit(&plain);
}

static struct span cell_at(const struct csv_row *row, size_t at)
{
	return at < row->count ? row->cells[at] : (struct span){ "", 0 };
}

static enum status append_row(void *context, const struct csv_row *row)
{
	struct row_writer *writer = context;
	const struct span question = cell_at(row, writer->question);
	const struct span answer = cell_at(row, writer->answer);
	size_t start;

	if (!writer->headed) {
		take_heads(writer, row);
		return STATUS_OK;
	}
	if (is_blank(question)) {
		if (!is_blank(answer))
			left_out_tell(writer->import, FAULT_WARNING, 0,
			              _("row without a question, left out"), answer, 1);
		return STATUS_OK;
	}
	if (writer->state < row->count && writer->state_head &&
	    foreign_says_off(&writer->foreign, writer->state_column, span_of(writer->state_head),
	                     row->cells[writer->state], 0)) {
		foreign_leave_off(&writer->foreign, question, answer, 0);
		return STATUS_OK;
	}
	start = writer->out->len;
	append_cell(writer->out, text_trim(question), ROW_QUESTION, ROW_QUESTION_MORE);
	append_cell(writer->out, text_trim(answer), ROW_ANSWER, ROW_TEXT);
	places_add(writer->places,
	           (struct span){ buf_text(writer->out) + start, writer->out->len - start },
	           csv_row_number(row->cells[0]));
	return buf_status(writer->out);
}

/* The table as lines that say what they are. */
static enum status append_rows(struct page *page, const struct candidate *candidate,
                               struct buf *out, struct places *places)
{
	const struct span rows = { page->candidate_rows.ptr + candidate->rows_start,
		                   candidate->rows_end - candidate->rows_start };
	struct row_writer writer = { .import = page->import,
		                     .out = out,
		                     .places = places,
		                     .question = SIZE_MAX,
		                     .answer = SIZE_MAX,
		                     .state = SIZE_MAX,
		                     .foreign = { .import = page->import } };
	struct buf table;
	enum status status;

	buf_init(&table, PART_BYTES_MOST);
	table_shape_append(rows, &candidate->shape, page->import, &table);
	status = csv_read_rows(buf_span(&table), page->import->file, NULL, append_row, &writer);
	buf_deinit(&table);
	foreign_report(&writer.foreign);
	return status;
}

/* The lines of the page, with those of its tables of questions, and where each comes from. */
struct mixed {
	struct buf text;
	struct places places;
	size_t line; /* of the page, the next one to come */
};

static void mix_lines(const struct page *page, size_t from, size_t to, struct mixed *mixed)
{
	const struct span part = { buf_text(&page->lines) + from, to - from };
	const size_t lines = places_lines(part);

	buf_append(&mixed->text, part.ptr, part.len);
	places_copy(&mixed->places, &page->places, mixed->line, lines);
	mixed->line += lines;
}

static void mix(struct page *page)
{
	struct mixed mixed = { .line = 0 };
	size_t from = 0;
	enum status status = STATUS_OK;

	buf_init(&mixed.text, PART_BYTES_MOST);
	places_init(&mixed.places);
	for (size_t i = 0; i < candidate_count(page) && status == STATUS_OK; i++) {
		const struct candidate candidate = candidate_at(page, i);

		if (!mixes(page, &candidate))
			continue;
		mix_lines(page, from, candidate.lines_start, &mixed);
		from = candidate.lines_end;
		mixed.line +=
		        places_lines((struct span){ buf_text(&page->lines) + candidate.lines_start,
		                                    from - candidate.lines_start });
		status = append_rows(page, &candidate, &mixed.text, &mixed.places);
	}
	mix_lines(page, from, page->lines.len, &mixed);
	status = status == STATUS_OK ? buf_status(&mixed.text) : status;
	if (status != STATUS_OK)
		page->import->reader.status = status;
	buf_deinit(&page->lines);
	places_deinit(&page->places);
	page->lines = mixed.text;
	page->places = mixed.places;
}

/* Blanks in the place of the signs that only a document has. */
static void drop_signs(struct buf *text)
{
	const struct span sign = span_of(CODE_LINE);

	for (char *at = text->ptr; text->len > 0 && at;) {
		at = memmem(at, text->len - (size_t)(at - text->ptr), sign.ptr, sign.len);
		if (at)
			memset(at, ' ', sign.len);
	}
}

static void take_tables(struct page *page)
{
	struct buf outside;
	struct parts parts;
	bool any = false;

	for (size_t i = 0; i < candidate_count(page); i++) {
		const struct candidate candidate = candidate_at(page, i);

		any |= counts(page, &candidate);
	}
	buf_init(&outside, PART_BYTES_MOST);
	append_outside(page, &outside);
	parts = choose_parts(page, buf_span(&outside));
	page->has_table = parts.tables && !parts.text;
	for (size_t i = 0; page->has_table && i < candidate_count(page); i++) {
		const struct candidate candidate = candidate_at(page, i);
		const struct span rows = { page->candidate_rows.ptr + candidate.rows_start,
			                   candidate.rows_end - candidate.rows_start };

		if (!any || counts(page, &candidate))
			table_shape_append(rows, &candidate.shape, page->import, &page->tables);
	}
	if (parts.tables && parts.text)
		mix(page);
	if (page->has_table) {
		drop_signs(&outside);
		left_out_take(page->import, 0, buf_span(&outside));
		left_out_tell(page->import, FAULT_WARNING, page->first_out_place,
		              _("text outside the table, left out"), buf_span(&page->first_out),
		              page->outside);
	}
	if (page->import->reader.status == STATUS_OK)
		page->import->reader.status = buf_status(&outside);
	buf_deinit(&outside);
}

struct span page_finish(struct page *page, bool *is_table)
{
	if (page->candidates.len > 0)
		take_tables(page);
	left_out_tell(page->import, FAULT_WARNING, 0, _("cell too far to the right, not read"),
	              buf_span(&page->first_beyond), page->beyond);
	*is_table = page->has_table;
	if (!page->has_table) {
		page->import->places = page->place > 0 ? &page->places : NULL;
		return buf_span(&page->lines);
	}
	page->import->rows_numbered = true;
	return buf_span(&page->tables);
}
