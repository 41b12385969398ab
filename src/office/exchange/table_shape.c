/*
 * Two passes over the rows. The first one keeps the cells of the rows at the top, and counts for
 * each column how many cells are filled, ask, and how long they are. The second one writes the
 * heads and the rows of entries.
 */
#include "office/exchange/table_shape.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/utf8.h"
#include "office/exchange/container.h"
#include "office/exchange/document_marks.h"
#include "office/exchange/document_special.h"
#include "office/exchange/document_words.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/heads.h"
#include "office/exchange/left_out.h"
#include "office/exchange/page.h"
#include "office/exchange/question_lines.h"

enum {
	LABEL_CHARACTERS = 8, /* of the longest head */
	ROWS_LEAST = 3,       /* that show what columns hold, where no heads do */
	ASKING_PERCENT = 60,  /* of the filled cells of the column of questions */
	FILLED_PERCENT = 60,  /* of the rows that have an answer */
};

static bool is_above(struct span text)
{
	return span_equal(text, span_of(PAGE_CELL_ABOVE));
}

static bool is_blank(struct span text)
{
	return text_trim(text).len == 0 || is_above(text);
}

/* ------------------------------------------------------------------ finding the columns */

struct column_count {
	size_t filled, asking, bytes;
	size_t styles[STYLE_COUNT]; /* of the numbers of those that ask */
};

struct look {
	size_t first, rows;
	enum column heads[HEAD_ROWS_MOST][CSV_CELLS_MOST];
	size_t widths[HEAD_ROWS_MOST];
	size_t filled[HEAD_ROWS_MOST];
	bool labels[HEAD_ROWS_MOST]; /* the row could be heads that are not known */
	struct column_count columns[CSV_CELLS_MOST];
	size_t width;
};

/* The number with which a question begins, as Q1 or 1、; 0 where it has none. */
static int number_of(struct span cell)
{
	const struct item_mark mark = item_mark_read(cell);

	return mark.style == STYLE_NONE || mark.empty ? 0 : mark.number;
}

/* Short, and neither a question nor a sentence; what a head says in brackets does not count. */
static bool is_label(struct span cell)
{
	static const char *const opens[] = { "（", "(", "【", NULL };
	struct span text = text_trim(cell);

	for (size_t i = 1; i < text.len; i++) {
		struct span rest = { text.ptr + i, text.len - i };

		if (text_skip_one(&rest, opens))
			text.len = i;
	}
	return utf8_length(text) <= LABEL_CHARACTERS && !asks_plainly(cell) &&
	       !ends_a_sentence(cell);
}

static enum status look_at_row(void *context, const struct csv_row *row)
{
	struct look *look = context;

	size_t filled = 0;
	bool labels = true;

	for (size_t i = look->first; i < row->count; i++) {
		struct column_count *column = &look->columns[i];
		const struct span cell = row->cells[i];

		labels &= is_label(cell);
		filled += !is_blank(cell);
		if (look->rows < HEAD_ROWS_MOST)
			look->heads[look->rows][i] = head_read(cell);
		if (is_blank(cell))
			continue;
		column->filled++;
		column->asking += asks(question_trim(cell));
		column->bytes += cell.len;
		if (number_of(cell) > 0 && asks(cell))
			column->styles[item_mark_read(cell).style]++;
	}
	if (look->rows < HEAD_ROWS_MOST) {
		heads_settle(look->heads[look->rows] + look->first, row->count - look->first);
		look->widths[look->rows] = row->count;
		look->filled[look->rows] = filled;
		look->labels[look->rows] = labels && filled >= 2;
	}
	look->width = row->count > look->width ? row->count : look->width;
	look->rows++;
	return STATUS_OK;
}

/* How sure a row is the heads: a question and an answer, or one of them and another head. */
static bool is_row_of_heads(const struct look *look, size_t row)
{
	size_t known = 0;
	bool question = false;

	for (size_t i = look->first; i < look->widths[row]; i++) {
		const enum column column = look->heads[row][i];

		known += column != COLUMN_UNKNOWN;
		question |= column == COLUMN_QUESTION || column == COLUMN_ANSWER ||
		            column == COLUMN_TITLE || column == COLUMN_ID;
	}
	return question && known >= 2;
}

static bool has_both(const struct look *look, size_t row)
{
	bool question = false, answer = false;

	for (size_t i = look->first; i < look->widths[row]; i++) {
		question |= look->heads[row][i] == COLUMN_QUESTION ||
		            look->heads[row][i] == COLUMN_TITLE;
		answer |= look->heads[row][i] == COLUMN_ANSWER;
	}
	return question && answer;
}

/* A row with a question and an answer before one that has only one of them. */
static size_t find_heads(const struct look *look)
{
	const size_t most = look->rows < HEAD_ROWS_MOST ? look->rows : HEAD_ROWS_MOST;
	size_t found = SIZE_MAX;

	for (size_t row = 0; row < most; row++) {
		if (!is_row_of_heads(look, row))
			continue;
		if (has_both(look, row))
			return row;
		found = found == SIZE_MAX ? row : found;
	}
	return found;
}

/* What the row of heads names the column. */
static enum column head_of(const struct look *look, const struct table_shape *shape, size_t column)
{
	if (shape->heads == SIZE_MAX || column >= look->widths[shape->heads])
		return COLUMN_UNKNOWN;
	return look->heads[shape->heads][column];
}

static size_t asking_column(const struct look *look, const struct table_shape *shape)
{
	size_t best = SIZE_MAX;

	for (size_t i = look->first; i < look->width; i++) {
		const struct column_count *column = &look->columns[i];

		if (head_of(look, shape, i) == COLUMN_UNKNOWN && column->filled >= ROWS_LEAST &&
		    column->asking * 100 >= column->filled * ASKING_PERCENT &&
		    column->filled * 100 >= look->rows * FILLED_PERCENT &&
		    (best == SIZE_MAX || column->asking > look->columns[best].asking))
			best = i;
	}
	return best;
}

static size_t fullest_column(const struct look *look, const struct table_shape *shape)
{
	size_t fullest = SIZE_MAX;

	for (size_t i = look->first; i < look->width; i++) {
		const struct column_count *column = &look->columns[i];

		if (i != shape->question && head_of(look, shape, i) == COLUMN_UNKNOWN &&
		    column->filled * 100 >= look->rows * FILLED_PERCENT &&
		    column->asking * 2 < column->filled &&
		    (fullest == SIZE_MAX || column->bytes > look->columns[fullest].bytes))
			fullest = i;
	}
	return fullest;
}

static bool names(const struct look *look, size_t row, enum column column)
{
	for (size_t i = look->first; row != SIZE_MAX && i < look->widths[row]; i++)
		if (look->heads[row][i] == column)
			return true;
	return false;
}

/* The first row, or the one below rows that are no rows of the table, if it could be heads. */
static size_t unknown_heads(const struct look *look)
{
	const size_t most = look->rows < HEAD_ROWS_MOST ? look->rows : HEAD_ROWS_MOST;

	for (size_t row = 0; row < most; row++)
		if (look->labels[row])
			return row;
		else if (look->filled[row] > 1)
			return SIZE_MAX;
	return SIZE_MAX;
}

static bool find_columns(const struct look *look, struct table_shape *shape)
{
	const bool question = names(look, shape->heads, COLUMN_QUESTION) ||
	                      names(look, shape->heads, COLUMN_TITLE);
	const bool answer = names(look, shape->heads, COLUMN_ANSWER);

	shape->question = shape->answer = SIZE_MAX;
	if (look->rows >= ROWS_LEAST && !question)
		shape->question = asking_column(look, shape);
	if (look->rows >= ROWS_LEAST && !answer && (question || shape->question != SIZE_MAX))
		shape->answer = fullest_column(look, shape);
	shape->both =
	        (question || shape->question != SIZE_MAX) && (answer || shape->answer != SIZE_MAX);
	if (shape->heads != SIZE_MAX)
		return true;
	shape->heads = unknown_heads(look);
	shape->unknown = shape->heads != SIZE_MAX;
	return shape->question != SIZE_MAX && shape->answer != SIZE_MAX;
}

/* The first column that is named so. */
static const struct column_count *column_of(const struct look *look,
                                            const struct table_shape *shape, size_t known,
                                            enum column column)
{
	for (size_t i = look->first; known == SIZE_MAX && i < look->width; i++)
		if (!shape->unknown && head_of(look, shape, i) == column)
			return &look->columns[i];
	return known == SIZE_MAX ? NULL : &look->columns[known];
}

static enum style most_of(const size_t *styles)
{
	enum style most = STYLE_NONE;

	for (int i = 0; i < STYLE_COUNT; i++)
		most = styles[i] > styles[most] ? (enum style)i : most;
	return most;
}

bool table_shape_find(struct span rows, size_t first, struct import *import,
                      struct table_shape *shape)
{
	struct look *look = calloc(1, sizeof(*look));
	enum status status = look ? STATUS_OK : STATUS_NO_MEMORY;
	const struct column_count *question;
	bool found = false;

	*shape = (struct table_shape){ .first = first, .heads = SIZE_MAX };
	if (look) {
		look->first = first;
		status = csv_read_rows(rows, import->file, NULL, look_at_row, look);
	}
	if (status == STATUS_OK) {
		shape->rows = look->rows;
		shape->columns = look->width;
		shape->heads = find_heads(look);
		found = find_columns(look, shape);
		question = column_of(look, shape, shape->question, COLUMN_QUESTION);
		shape->asking = question && question->asking >= ROWS_LEAST &&
		                question->asking * 100 >= question->filled * ASKING_PERCENT;
		shape->style = question ? most_of(question->styles) : STYLE_NONE;
	} else {
		import->reader.status = status;
	}
	free(look);
	return found;
}

/* ------------------------------------------------------------------ writing the rows */

struct leaving {
	const char *name;
	size_t count;
	unsigned line;
	char text[128];
};

enum left { LEFT_ABOVE, LEFT_HEADS, LEFT_SUM, LEFT_REMARK, LEFT_BESIDE, LEFT_COUNT };

struct writer {
	const struct table_shape *shape;
	struct import *import;
	struct buf *out;
	size_t row;
	/* The heads of each column, joined from one row or two: */
	struct buf heads[CSV_CELLS_MOST];
	enum column columns[CSV_CELLS_MOST];
	size_t width;
	bool heads_written;
	/* The row at hand, to which a merged cell below may add: */
	struct buf held[CSV_CELLS_MOST];
	size_t cells, merged;
	bool waits;
	struct leaving left[LEFT_COUNT], above;
};

/* The number of the row in its sheet or table, where the first cell has it. */
static unsigned line_of(const struct writer *writer, const struct csv_row *row)
{
	return writer->shape->first > 0 ? csv_row_number(row->cells[0]) : row->line;
}

static void keep_sample(struct leaving *left, struct span text)
{
	text = text_sample(text);
	snprintf(left->text, sizeof(left->text), "%.*s", SPAN_ARGS(text));
}

static void leave_cell(struct leaving *left, const struct writer *writer, const struct csv_row *row,
                       size_t at)
{
	left_out_take(writer->import, line_of(writer, row), row->cells[at]);
	if (left->count++ > 0)
		return;
	left->line = line_of(writer, row);
	keep_sample(left, row->cells[at]);
}

static void leave(struct leaving *left, const struct writer *writer, const struct csv_row *row)
{
	for (size_t i = writer->shape->first; i < row->count; i++)
		left_out_take(writer->import, line_of(writer, row), row->cells[i]);
	if (left->count++ > 0)
		return;
	left->line = line_of(writer, row);
	for (size_t i = writer->shape->first; i < row->count; i++) {
		const struct span text = text_trim(row->cells[i]);

		if (text.len == 0)
			continue;
		keep_sample(left, text);
		return;
	}
}

static bool is_question(const struct writer *writer, size_t at)
{
	return writer->columns[at] == COLUMN_QUESTION || writer->columns[at] == COLUMN_TITLE;
}

/* One that was broken to fit its cell is one line. */
static void append_question(struct writer *writer, struct span cell)
{
	struct buf joined;

	if (!question_has_lines(cell, false)) {
		csv_append_cell(cell, writer->out);
		return;
	}
	buf_init(&joined, cell.len + 1);
	question_join_lines(cell, &joined);
	csv_append_cell(buf_span(&joined), writer->out);
	buf_deinit(&joined);
}

/* The row that waits for what merged cells add to it goes to the table. */
static void end_row(struct writer *writer)
{
	for (size_t i = 0; writer->waits && i < writer->cells; i++) {
		buf_append(writer->out, ",", i > 0 ? 1 : 0);
		if (is_question(writer, i))
			append_question(writer, buf_span(&writer->held[i]));
		else
			csv_append_cell(buf_span(&writer->held[i]), writer->out);
	}
	for (size_t i = writer->cells; writer->waits && i < writer->width; i++)
		buf_append_text(writer->out, ",");
	if (writer->waits)
		buf_append_text(writer->out, "\r\n");
	writer->waits = false;
}

static bool has(const struct writer *writer, const struct csv_row *row, enum column column,
                bool (*is)(struct span text))
{
	for (size_t i = writer->shape->first; i < row->count; i++)
		if (writer->columns[i] == column && is(row->cells[i]))
			return true;
	return false;
}

static bool is_filled(struct span text)
{
	return !is_blank(text);
}

/* Whether texts of several rows can be lines of one cell. */
static bool holds_lines(enum column column)
{
	return column == COLUMN_ANSWER || column == COLUMN_ALTERNATES || column == COLUMN_NOT ||
	       column == COLUMN_NOTE || column == COLUMN_INTERNAL;
}

/*
 * One question for several rows: what the further ones say are lines of the first one's cells, and
 * what can be no line there is told. Columns that are not known are told by their heads.
 */
static void add_to_held(struct writer *writer, const struct csv_row *row)
{
	for (; writer->cells < row->count; writer->cells++)
		buf_clear(&writer->held[writer->cells]);
	for (size_t i = writer->shape->first; i < row->count; i++) {
		const enum column column = writer->columns[i];
		const struct span cell = row->cells[i];
		struct buf *held = &writer->held[i];

		if (is_blank(cell) || column == COLUMN_UNKNOWN || column == COLUMN_NUMBER ||
		    span_equal(text_trim(cell), text_trim(buf_span(held))))
			continue;
		if (held->len > 0 && (!holds_lines(column) || csv_list_is_json(cell) ||
		                      csv_list_is_json(buf_span(held)))) {
			leave_cell(&writer->left[LEFT_BESIDE], writer, row, i);
			continue;
		}
		if (held->len > 0)
			buf_append_char(held, '\n');
		buf_append(held, cell.ptr, cell.len);
	}
}

/* A cell over several rows counts for each of them: one answer for several questions. */
static void append_row(struct writer *writer, const struct csv_row *row)
{
	const bool asks_above = has(writer, row, COLUMN_QUESTION, is_above) ||
	                        has(writer, row, COLUMN_TITLE, is_above);
	const bool own = has(writer, row, COLUMN_QUESTION, is_filled) ||
	                 has(writer, row, COLUMN_TITLE, is_filled);

	if (writer->waits && asks_above && !own) {
		add_to_held(writer, row);
		writer->merged++;
		return;
	}
	end_row(writer);
	for (size_t i = 0; i < row->count; i++) {
		const bool above = is_above(row->cells[i]);
		const bool shared = above && own && writer->columns[i] == COLUMN_ANSWER;

		writer->merged += shared;
		if (shared && i < writer->cells)
			continue;
		buf_clear(&writer->held[i]);
		if (!above)
			buf_append(&writer->held[i], row->cells[i].ptr, row->cells[i].len);
	}
	writer->cells = row->count;
	writer->waits = true;
}

/* Heads in two rows: the columns that the lower row leaves empty are named by the upper one. */
static void keep_heads(struct writer *writer, const struct csv_row *row)
{
	for (size_t i = writer->shape->first; i < row->count; i++) {
		if (is_blank(row->cells[i]))
			continue;
		buf_clear(&writer->heads[i]);
		buf_append(&writer->heads[i], row->cells[i].ptr, row->cells[i].len);
	}
}

/* Whether the lower row of heads leaves a column empty that the row above it names. */
static bool needs_above(const struct writer *writer, const struct csv_row *row)
{
	for (size_t i = writer->shape->first; i < writer->shape->columns; i++)
		if ((i >= row->count || is_blank(row->cells[i])) && writer->heads[i].len > 0)
			return true;
	return false;
}

static void take_heads(struct writer *writer, const struct csv_row *row)
{
	if (writer->above.count > 0 && !needs_above(writer, row)) {
		for (size_t i = 0; i < CSV_CELLS_MOST; i++)
			buf_clear(&writer->heads[i]);
		if (writer->left[LEFT_ABOVE].count++ == 0) {
			writer->above.count = 1;
			writer->left[LEFT_ABOVE] = writer->above;
		}
	}
	keep_heads(writer, row);
}

static void write_heads(struct writer *writer)
{
	const struct table_shape *shape = writer->shape;

	writer->width = shape->columns;
	for (size_t i = 0; i < shape->columns; i++) {
		struct buf *head = &writer->heads[i];

		if (i == shape->question || i == shape->answer) {
			buf_clear(head);
			buf_append_text(head, i == shape->question ? "question" : "answer");
		} else if (head->len == 0 && i >= shape->first) {
			buf_append_format(head, _("column %zu"), i + 1 - shape->first);
		}
		writer->columns[i] = head_read(buf_span(head));
		buf_append(writer->out, ",", i > 0 ? 1 : 0);
		csv_append_cell(buf_span(head), writer->out);
	}
	heads_settle(writer->columns, shape->columns);
	buf_append_text(writer->out, "\r\n");
	writer->heads_written = true;
}

/* Heads that are printed again on the next page. */
static bool stands_again(const struct writer *writer, const struct csv_row *row)
{
	size_t same = 0;

	for (size_t i = writer->shape->first; i < row->count; i++) {
		if (is_blank(row->cells[i]))
			continue;
		if (!span_equal(text_trim(row->cells[i]), text_trim(buf_span(&writer->heads[i]))))
			return false;
		same++;
	}
	return same >= 2;
}

static size_t filled_cells(const struct writer *writer, const struct csv_row *row)
{
	size_t filled = 0;

	for (size_t i = writer->shape->first; i < row->count; i++)
		filled += !is_blank(row->cells[i]);
	return filled;
}

/* The heading of a chapter, in the column of the questions, without a number or with another kind.
 */
static bool is_heading(const struct writer *writer, const struct csv_row *row, size_t at)
{
	const struct table_shape *shape = writer->shape;
	const struct span cell = row->cells[at];

	return writer->columns[at] == COLUMN_QUESTION && shape->both && shape->asking &&
	       !asks(cell) && !ends_a_sentence(cell) &&
	       (number_of(cell) == 0 || item_mark_read(cell).style != shape->style);
}

/* No cell of it is one that an entry is made of, unless to sign: 审核：孟经理. */
static bool is_remark(const struct writer *writer, const struct csv_row *row)
{
	size_t at = 0;
	const size_t filled = filled_cells(writer, row);

	for (size_t i = writer->shape->first; i < row->count; i++) {
		if (row->cells[i].len == 0 || text_trim(row->cells[i]).len == 0)
			continue;
		if (head_makes_entry(writer->columns[i]) && !is_credit(row->cells[i]) &&
		    (filled > 1 || !is_heading(writer, row, i)))
			return false;
		at = is_above(row->cells[i]) ? at : i;
	}
	return filled > 1 || (filled == 1 && utf8_length(text_trim(row->cells[at])) > 1);
}

static void take_row(struct writer *writer, const struct csv_row *row)
{
	if (stands_again(writer, row))
		return;
	if (csv_is_sum(row->cells + writer->shape->first, row->count - writer->shape->first))
		leave(&writer->left[LEFT_SUM], writer, row);
	else if (is_remark(writer, row))
		leave(&writer->left[LEFT_REMARK], writer, row);
	else
		append_row(writer, row);
}

static enum status write_row(void *context, const struct csv_row *row)
{
	struct writer *writer = context;
	const struct table_shape *shape = writer->shape;
	const size_t at = writer->row;

	writer->row++;
	if (shape->heads != SIZE_MAX && at + 1 == shape->heads && filled_cells(writer, row) > 1) {
		keep_heads(writer, row);
		leave(&writer->above, writer, row);
	} else if (shape->heads != SIZE_MAX && at < shape->heads) {
		leave(&writer->left[LEFT_ABOVE], writer, row);
	} else if (at == shape->heads) {
		take_heads(writer, row);
		if (shape->unknown)
			leave(&writer->left[LEFT_HEADS], writer, row);
		write_heads(writer);
	} else {
		if (!writer->heads_written)
			write_heads(writer);
		take_row(writer, row);
	}
	return buf_status(writer->out);
}

static void tell(const struct writer *writer)
{
	static const char *const names[LEFT_COUNT] = {
		[LEFT_ABOVE] = N_("row above the heads of the table, left out"),
		[LEFT_HEADS] = N_("row taken for the heads of the table"),
		[LEFT_SUM] = N_("row with a sum, left out"),
		[LEFT_REMARK] = N_("remark in the table, left out"),
		[LEFT_BESIDE] = N_("cell of a further row of a question, left out"),
	};

	for (size_t i = 0; i < LEFT_COUNT; i++) {
		const struct leaving *left = &writer->left[i];

		left_out_tell(writer->import, FAULT_WARNING, left->line, _(names[i]),
		              span_of(left->text), left->count);
	}
	const struct table_shape *shape = writer->shape;

	writer->import->questions_guessed |= shape->question != SIZE_MAX;
	if (writer->merged > 0)
		import_fault(writer->import, FAULT_NOTE, 0, NULL,
		             _N("%zu cell that stands over several rows counts for each of them",
		                "%zu cells that stand over several rows count for each of them",
		                writer->merged),
		             writer->merged);
	if (shape->question != SIZE_MAX)
		import_fault(
		        writer->import, FAULT_WARNING, 1, NULL,
		        "no head names the questions: column %zu is taken for them, since most "
		        "of it asks",
		        shape->question + 1 - shape->first);
	if (shape->answer != SIZE_MAX)
		import_fault(writer->import, FAULT_WARNING, 1, NULL,
		             "no head names the answers: column %zu is taken for them, since it "
		             "holds the most",
		             shape->answer + 1 - shape->first);
}

void table_shape_append(struct span rows, const struct table_shape *shape, struct import *import,
                        struct buf *out)
{
	struct writer *writer = calloc(1, sizeof(*writer));
	enum status status = STATUS_NO_MEMORY;

	assert(shape->columns <= CSV_CELLS_MOST);
	if (writer) {
		writer->shape = shape;
		writer->import = import;
		writer->out = out;
		for (size_t i = 0; i < CSV_CELLS_MOST; i++)
			buf_init(&writer->heads[i], PART_BYTES_MOST);
		for (size_t i = 0; i < CSV_CELLS_MOST; i++)
			buf_init(&writer->held[i], PART_BYTES_MOST);
		status =
		        csv_read_rows(rows, import->file, import->reader.faults, write_row, writer);
		end_row(writer);
		tell(writer);
		for (size_t i = 0; i < CSV_CELLS_MOST; i++) {
			buf_deinit(&writer->heads[i]);
			buf_deinit(&writer->held[i]);
		}
	}
	free(writer);
	if (status != STATUS_OK)
		import->reader.status = status;
}
