/*
 * xl/workbook.xml names the sheets, and its relations their parts. Texts of cells lie in
 * xl/sharedStrings.xml, each named by its place; the sheets hold numbers, such places, or texts of
 * their own. The style of a cell has the format that shows its value. A row becomes a row of CSV,
 * with its number in the sheet as the first cell; a cell that is left out is empty.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/language.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/left_out.h"
#include "office/exchange/office_file.h"
#include "office/exchange/xlsx_styles.h"

enum {
	ROWS_MOST = 100000,        /* with text */
	SHEET_ROWS_MOST = 1 << 20, /* of a sheet, empty ones as well */
	SHEETS_MOST = 50,
	MERGES_MOST = 2000,
	DOUBTS_MOST = 20, /* of a sheet, told one by one */
	PATH_SIZE = 128,
	NAME_SIZE = 64,
	VALUE_SIZE = 4 * SAMPLE_CHARACTERS + 1,
	CELL_SIZE = 24
};

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

struct sheet {
	char name[NAME_SIZE], relation[NAME_SIZE], path[PATH_SIZE];
	bool is_hidden, is_unread;
};

/* Cells that are one; only those over several rows are kept. */
struct merge {
	size_t left, right;
	unsigned top, bottom;
	size_t carried_at, carried; /* its text in `carried` where its first row is hidden */
};

/* A cell that is worth a look. */
enum doubt_kind { DOUBT_UNKNOWN, DOUBT_HIDDEN, DOUBT_LONG, DOUBT_ERROR };

struct doubt {
	enum doubt_kind kind;
	unsigned row;
	size_t column;
	const struct number_format *format;
	char value[VALUE_SIZE]; /* as the file has it */
};

struct xlsx {
	struct page *page;
	struct buf strings; /* one behind the other */
	size_t *ends;       /* of each */
	size_t count, capacity;
	struct buf *out;
	struct buf value;
	char type[16];
	size_t style; /* of the cell at hand */
	struct buf shown;
	struct xlsx_styles *styles;
	bool from_1904;                   /* days are counted so */
	struct doubt doubts[DOUBTS_MOST]; /* of the sheet, the first ones */
	size_t doubt_count;
	size_t column;  /* of the cell at hand, from 0 */
	size_t written; /* cells of the row */
	size_t width;   /* of the widest row of the sheet so far */
	size_t rows;    /* with text */
	size_t met;     /* and without */
	unsigned row;   /* number of the row at hand in its sheet */
	bool takes, phonetic;
	struct merge merges[MERGES_MOST]; /* of the sheet */
	size_t merge_count, merges_met;
	bool reached[CSV_CELLS_MOST]; /* columns of the row into which a cell above reaches down */
	bool row_has_text, row_hidden;
	struct buf carried;
	size_t hidden_rows; /* of the sheet, with text */
	unsigned first_hidden;
	struct buf hidden_text; /* of the first one */
	struct buf first;       /* the first text of the sheet */
	struct sheet sheets[SHEETS_MOST];
	size_t sheet_count;
};

/* ------------------------------------------------------------------ the workbook */

static bool is_true(const char *value)
{
	return value && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

static enum status workbook_start(void *context, const char *element, const char **attributes)
{
	struct xlsx *xlsx = context;
	const char *name = xml_attribute(attributes, "name");
	const char *state = xml_attribute(attributes, "state");
	const char *relation = xml_attribute(attributes, "id");
	struct sheet *sheet;

	if (strcmp(element, "workbookPr") == 0)
		xlsx->from_1904 = is_true(xml_attribute(attributes, "date1904"));
	if (strcmp(element, "sheet") != 0 || xlsx->sheet_count == SHEETS_MOST)
		return STATUS_OK;
	sheet = &xlsx->sheets[xlsx->sheet_count++];
	text_copy_cut(sheet->name, sizeof(sheet->name), name ? name : "");
	text_copy_cut(sheet->relation, sizeof(sheet->relation), relation ? relation : "");
	sheet->is_hidden = state && strcmp(state, "visible") != 0;
	return STATUS_OK;
}

static enum status relations_start(void *context, const char *element, const char **attributes)
{
	struct xlsx *xlsx = context;
	const char *id = xml_attribute(attributes, "Id");
	const char *target = xml_attribute(attributes, "Target");

	for (size_t i = 0; i < xlsx->sheet_count && id && target; i++)
		if (strcmp(element, "Relationship") == 0 &&
		    strcmp(xlsx->sheets[i].relation, id) == 0)
			snprintf(xlsx->sheets[i].path, sizeof(xlsx->sheets[i].path), "%s%s",
			         target[0] == '/' ? "" : "xl/", target + (target[0] == '/'));
	return STATUS_OK;
}

static enum status read_workbook(struct container *container, struct xlsx *xlsx)
{
	static const char relations[] = "xl/_rels/workbook.xml.rels";
	const struct xml_reader workbook = { workbook_start, NULL, NULL, xlsx };
	const struct xml_reader reader = { relations_start, NULL, NULL, xlsx };
	enum status status = container_read(container, "xl/workbook.xml", &workbook);

	if (status == STATUS_OK && container_has(container, relations))
		status = container_read(container, relations, &reader);
	/* Without names or relations, parts have the names that all programs give them. */
	xlsx->sheet_count += xlsx->sheet_count == 0;
	for (size_t i = 0; i < xlsx->sheet_count; i++)
		if (!xlsx->sheets[i].path[0])
			snprintf(xlsx->sheets[i].path, sizeof(xlsx->sheets[i].path),
			         "xl/worksheets/sheet%zu.xml", i + 1);
	return status;
}

/* ------------------------------------------------------------------ shared strings */

static enum status strings_start(void *context, const char *element, const char **attributes)
{
	struct xlsx *xlsx = context;

	(void)attributes;
	xlsx->phonetic |= strcmp(element, "rPh") == 0;
	xlsx->takes = strcmp(element, "t") == 0 && !xlsx->phonetic;
	return STATUS_OK;
}

static enum status strings_end(void *context, const char *element)
{
	struct xlsx *xlsx = context;

	xlsx->takes = false;
	if (strcmp(element, "rPh") == 0)
		xlsx->phonetic = false;
	if (strcmp(element, "si") != 0)
		return STATUS_OK;
	if (xlsx->count == xlsx->capacity) {
		const size_t capacity = xlsx->capacity ? xlsx->capacity * 2 : 256;
		size_t *ends = reallocarray(xlsx->ends, capacity, sizeof(*ends));

		if (!ends)
			return STATUS_NO_MEMORY;
		xlsx->ends = ends;
		xlsx->capacity = capacity;
	}
	xlsx->ends[xlsx->count++] = xlsx->strings.len;
	return buf_status(&xlsx->strings);
}

static enum status strings_text(void *context, struct span text)
{
	struct xlsx *xlsx = context;

	if (xlsx->takes)
		buf_append(&xlsx->strings, text.ptr, text.len);
	return buf_status(&xlsx->strings);
}

static struct span string_at(const struct xlsx *xlsx, const char *place)
{
	const unsigned long at = strtoul(place, NULL, 10);
	size_t start;

	if (at >= xlsx->count)
		return (struct span){ "", 0 };
	start = at > 0 ? xlsx->ends[at - 1] : 0;
	return (struct span){ buf_text(&xlsx->strings) + start, xlsx->ends[at] - start };
}

/* ------------------------------------------------------------------ a sheet */

/* The column of AB12, from 0. */
static size_t column_of(const char *reference, size_t next)
{
	size_t column = 0;
	const char *at = reference;

	for (; at && *at >= 'A' && *at <= 'Z' && column <= CSV_CELLS_MOST; at++)
		column = column * 26 + (size_t)(*at - 'A') + 1;
	return column > 0 ? column - 1 : next;
}

/* A1:B3; false where it is no range over several rows. */
static bool read_merge(const char *range, struct merge *merge)
{
	const char *colon = range ? strchr(range, ':') : NULL;

	if (!colon)
		return false;
	merge->left = column_of(range, CSV_CELLS_MOST);
	merge->right = column_of(colon + 1, CSV_CELLS_MOST);
	merge->top = (unsigned)strtoul(range + strspn(range, LETTERS), NULL, 10);
	merge->bottom = (unsigned)strtoul(colon + 1 + strspn(colon + 1, LETTERS), NULL, 10);
	return merge->bottom > merge->top && merge->right < CSV_CELLS_MOST &&
	       merge->left <= merge->right;
}

/* Two of them that share a cell are no merges of a sound sheet; then the second one is left. */
static bool overlaps(const struct xlsx *xlsx, const struct merge *merge)
{
	for (size_t i = 0; i < xlsx->merge_count; i++) {
		const struct merge *other = &xlsx->merges[i];

		if (merge->left <= other->right && other->left <= merge->right &&
		    merge->top <= other->bottom && other->top <= merge->bottom)
			return true;
	}
	return false;
}

static enum status merges_start(void *context, const char *element, const char **attributes)
{
	struct xlsx *xlsx = context;

	struct merge merge;

	if (strcmp(element, "mergeCell") == 0 && xlsx->merges_met < MERGES_MOST &&
	    read_merge(xml_attribute(attributes, "ref"), &merge)) {
		xlsx->merges_met++;
		if (!overlaps(xlsx, &merge))
			xlsx->merges[xlsx->merge_count++] = merge;
	}
	return STATUS_OK;
}

/* Which columns of the row a cell of a row above reaches down into. */
static void find_reached(struct xlsx *xlsx)
{
	memset(xlsx->reached, 0, sizeof(xlsx->reached));
	for (size_t i = 0; i < xlsx->merge_count; i++) {
		const struct merge *merge = &xlsx->merges[i];

		if (xlsx->row > merge->top && xlsx->row <= merge->bottom)
			for (size_t c = merge->left; c <= merge->right; c++)
				xlsx->reached[c] = c == merge->left;
	}
}

/* The merged cell that begins there in the rows that are shown; NULL: none. */
static struct merge *merge_at(struct xlsx *xlsx, size_t column)
{
	for (size_t i = 0; i < xlsx->merge_count; i++)
		if (xlsx->merges[i].top == xlsx->row && xlsx->row <= xlsx->merges[i].bottom &&
		    xlsx->merges[i].left == column)
			return &xlsx->merges[i];
	return NULL;
}

/* Empty cells up to the column, and those that begin in a hidden row above. */
static void skip_to(struct xlsx *xlsx, size_t column)
{
	for (; xlsx->written < column; xlsx->written++) {
		const struct merge *merge =
		        xlsx->carried.len > 0 ? merge_at(xlsx, xlsx->written) : NULL;

		buf_append_text(xlsx->out,
		                xlsx->reached[xlsx->written] ? "," PAGE_CELL_ABOVE : ",");
		if (merge && merge->carried > 0)
			csv_append_cell((struct span){ buf_text(&xlsx->carried) + merge->carried_at,
			                               merge->carried },
			                xlsx->out);
	}
}

/* A cell of a hidden row; a merged one shows its text in the rows below. */
static void hide_cell(struct xlsx *xlsx, struct span value)
{
	struct merge *merge = merge_at(xlsx, xlsx->column);

	if (merge) {
		merge->carried_at = xlsx->carried.len;
		merge->carried = value.len;
		buf_append(&xlsx->carried, value.ptr, value.len);
	}
	if (!xlsx->row_has_text && xlsx->hidden_rows++ == 0)
		xlsx->first_hidden = xlsx->row;
	if (xlsx->first_hidden == xlsx->row) {
		if (xlsx->hidden_text.len > 0)
			buf_append_char(&xlsx->hidden_text, ' ');
		buf_append(&xlsx->hidden_text, value.ptr, value.len);
	}
	xlsx->row_has_text = true;
}

static void end_hidden_row(struct xlsx *xlsx)
{
	for (size_t i = 0; i < xlsx->merge_count; i++)
		xlsx->merges[i].top += xlsx->merges[i].top == xlsx->row;
}

static unsigned row_of(const char *number, unsigned last)
{
	const unsigned long row = number ? strtoul(number, NULL, 10) : 0;

	return row > last && row <= 1 << 24 ? (unsigned)row : last + 1;
}

static enum status sheet_start(void *context, const char *element, const char **attributes)
{
	struct xlsx *xlsx = context;
	const char *type;

	if (strcmp(element, "row") == 0) {
		xlsx->row_hidden = is_true(xml_attribute(attributes, "hidden"));
		xlsx->written = xlsx->column = 0;
		xlsx->row_has_text = false;
		xlsx->row = row_of(xml_attribute(attributes, "r"), xlsx->row);
		if (++xlsx->met > SHEET_ROWS_MOST)
			return STATUS_LIMIT;
	} else if (strcmp(element, "c") == 0) {
		type = xml_attribute(attributes, "t");
		snprintf(xlsx->type, sizeof(xlsx->type), "%s", type ? type : "");
		type = xml_attribute(attributes, "s");
		xlsx->style = type ? strtoul(type, NULL, 10) : 0;
		xlsx->column = column_of(xml_attribute(attributes, "r"), xlsx->written);
		buf_clear(&xlsx->value);
	}
	xlsx->phonetic |= strcmp(element, "rPh") == 0;
	xlsx->takes = (strcmp(element, "v") == 0 || strcmp(element, "t") == 0) && !xlsx->phonetic;
	return STATUS_OK;
}

static void doubt_cell(struct xlsx *xlsx, enum doubt_kind kind, struct span value)
{
	struct doubt *doubt;

	if (xlsx->row_hidden || xlsx->doubt_count++ >= DOUBTS_MOST)
		return;
	doubt = &xlsx->doubts[xlsx->doubt_count - 1];
	doubt->kind = kind;
	doubt->row = xlsx->row;
	doubt->column = xlsx->column;
	doubt->format = xlsx_styles_format(xlsx->styles, xlsx->style);
	value = text_sample(value);
	snprintf(doubt->value, sizeof(doubt->value), "%.*s", SPAN_ARGS(value));
}

/* What the cell at hand shows of a number or a text. */
static struct span format_value(struct xlsx *xlsx, struct span value, bool is_number)
{
	static const enum doubt_kind kinds[] = { [NUMBER_HIDDEN] = DOUBT_HIDDEN,
		                                 [NUMBER_LONG] = DOUBT_LONG,
		                                 [NUMBER_UNKNOWN] = DOUBT_UNKNOWN };
	const struct number_format *format = xlsx_styles_format(xlsx->styles, xlsx->style);
	enum number_shown shown;

	buf_clear(&xlsx->shown);
	shown = is_number ? number_format_show(format, text_trim(value), xlsx->from_1904,
	                                       &xlsx->shown)
	                  : number_format_show_text(format, value, &xlsx->shown);
	if (shown != NUMBER_SHOWN)
		doubt_cell(xlsx, kinds[shown], value);
	return shown == NUMBER_UNKNOWN ? value : buf_span(&xlsx->shown);
}

static struct span shown_value(struct xlsx *xlsx)
{
	const char *type = xlsx->type;
	const struct span value = strcmp(type, "s") == 0 ? string_at(xlsx, buf_text(&xlsx->value))
	                                                 : buf_span(&xlsx->value);

	if (value.len == 0)
		return value;
	if (strcmp(type, "b") == 0)
		return span_of(is_true(buf_text(&xlsx->value)) ? "TRUE" : "FALSE");
	if (strcmp(type, "e") == 0) {
		doubt_cell(xlsx, DOUBT_ERROR, value);
		return value;
	}
	return format_value(xlsx, value, !type[0] || strcmp(type, "n") == 0);
}

static void end_cell(struct xlsx *xlsx)
{
	const struct span value = shown_value(xlsx);

	if (value.len == 0 || xlsx->column < xlsx->written)
		return;
	if (xlsx->row_hidden) {
		hide_cell(xlsx, value);
		return;
	}
	if (xlsx->column >= PAGE_COLUMNS_MOST) {
		page_leave_cell(xlsx->page, xlsx->row, value);
		return;
	}
	if (!xlsx->row_has_text) {
		find_reached(xlsx);
		buf_append_format(xlsx->out, "%u", xlsx->row);
	}
	skip_to(xlsx, xlsx->column);
	buf_append_char(xlsx->out, ',');
	xlsx->written++;
	csv_append_cell(value, xlsx->out);
	if (xlsx->first.len == 0)
		buf_append(&xlsx->first, value.ptr, value.len);
	xlsx->row_has_text = true;
}

static enum status sheet_end(void *context, const char *element)
{
	struct xlsx *xlsx = context;

	xlsx->takes = false;
	if (strcmp(element, "rPh") == 0)
		xlsx->phonetic = false;
	else if (strcmp(element, "c") == 0)
		end_cell(xlsx);
	else if (strcmp(element, "row") == 0 && xlsx->row_hidden) {
		end_hidden_row(xlsx);
	} else if (strcmp(element, "row") == 0 && xlsx->row_has_text) {
		/* A spreadsheet leaves the last cells out where they are empty. */
		skip_to(xlsx, xlsx->width);
		xlsx->width = xlsx->written;
		buf_append_text(xlsx->out, "\r\n");
		xlsx->rows++;
	}
	if (buf_status(&xlsx->shown) != STATUS_OK)
		return buf_status(&xlsx->shown);
	return xlsx->rows > ROWS_MOST ? STATUS_LIMIT : buf_status(xlsx->out);
}

static enum status sheet_text(void *context, struct span text)
{
	struct xlsx *xlsx = context;

	if (xlsx->takes)
		buf_append(&xlsx->value, text.ptr, text.len);
	return buf_status(&xlsx->value);
}

static enum status read_sheet(struct container *container, struct xlsx *xlsx,
                              const struct sheet *sheet, struct buf *out)
{
	const struct xml_reader reader = { sheet_start, sheet_end, sheet_text, xlsx };
	/* A sheet names its merged cells behind its rows. */
	const struct xml_reader merges = { merges_start, NULL, NULL, xlsx };
	enum status status;

	buf_clear(out);
	xlsx->merge_count = xlsx->merges_met = 0;
	buf_clear(&xlsx->first);
	xlsx->rows = xlsx->met = xlsx->width = 0;
	xlsx->row = xlsx->first_hidden = 0;
	xlsx->hidden_rows = xlsx->doubt_count = 0;
	buf_clear(&xlsx->carried);
	buf_clear(&xlsx->hidden_text);
	xlsx->out = out;
	if (!container_has(container, sheet->path))
		return STATUS_OK;
	status = container_read(container, sheet->path, &merges);
	return status == STATUS_OK ? container_read(container, sheet->path, &reader) : status;
}

/* Rows that Excel does not show, by hand or by a filter. */
static void tell_hidden_rows(const struct xlsx *xlsx)
{
	const struct span text = text_trim(buf_span(&xlsx->hidden_text));

	if (xlsx->hidden_rows == 0)
		return;
	left_out_take(xlsx->page->import, xlsx->first_hidden, text);
	left_out_tell(xlsx->page->import, FAULT_WARNING, xlsx->first_hidden,
	              _("hidden row, left out"), text, xlsx->hidden_rows);
}

/* AB12; a table has no columns beyond ZZ. */
static void name_cell(const struct doubt *doubt, char *out, size_t size)
{
	const size_t column = doubt->column, count = sizeof(LETTERS) - 1;

	if (column < count)
		snprintf(out, size, "%c%u", LETTERS[column], doubt->row);
	else
		snprintf(out, size, "%c%c%u", LETTERS[(column / count - 1) % count],
		         LETTERS[column % count], doubt->row);
}

static void tell_doubt(struct import *import, const struct doubt *doubt)
{
	const struct span code = number_format_code(doubt->format);
	char cell[CELL_SIZE];

	name_cell(doubt, cell, sizeof(cell));
	switch (doubt->kind) {
	case DOUBT_UNKNOWN:
		import_fault(import, FAULT_WARNING, doubt->row, cell,
		             "its number format “%.*s” is not understood; the value is as it is "
		             "stored: “%s”",
		             SPAN_ARGS(code), doubt->value);
		return;
	case DOUBT_HIDDEN:
		import_fault(import, FAULT_WARNING, doubt->row, cell,
		             "its number format “%.*s” does not show the value, which is left "
		             "out: “%s”",
		             SPAN_ARGS(code), doubt->value);
		return;
	case DOUBT_LONG:
		import_fault(import, FAULT_WARNING, doubt->row, cell,
		             "Excel keeps 15 digits of a number; longer ones are safe as text "
		             "only: “%s”",
		             doubt->value);
		return;
	case DOUBT_ERROR:
		import_fault(import, FAULT_WARNING, doubt->row, cell,
		             "the cell shows an error: “%s”", doubt->value);
		return;
	}
}

/* Of a sheet that may be read. */
static void tell_doubts(const struct xlsx *xlsx, const struct sheet *sheet)
{
	for (size_t i = 0; i < xlsx->doubt_count && i < DOUBTS_MOST; i++)
		tell_doubt(xlsx->page->import, &xlsx->doubts[i]);
	if (xlsx->doubt_count > DOUBTS_MOST)
		import_fault(xlsx->page->import, FAULT_WARNING, 0, NULL,
		             "the sheet “%s” has %zu further cells with formats or values of "
		             "these kinds",
		             sheet->name, xlsx->doubt_count - DOUBTS_MOST);
}

static enum status take_left_out(void *context, const struct csv_row *row)
{
	struct import *import = context;

	for (size_t i = 1; i < row->count; i++)
		left_out_take(import, csv_row_number(row->cells[0]), row->cells[i]);
	return STATUS_OK;
}

/* `rows` as read_sheet() gives them. */
static void tell_sheet(const struct xlsx *xlsx, const struct sheet *sheet, struct span rows,
                       struct page *page)
{
	const struct span text = text_sample(buf_span(&xlsx->first));
	const enum status status =
	        csv_read_rows(rows, sheet->name, NULL, take_left_out, page->import);

	if (page->import->reader.status == STATUS_OK)
		page->import->reader.status = status;
	if (sheet->is_hidden)
		import_fault(page->import, FAULT_WARNING, 0, NULL,
		             "the sheet “%s” is hidden and not read: “%.*s”, %zu rows in all",
		             sheet->name, SPAN_ARGS(text), xlsx->rows);
	else
		import_fault(page->import, FAULT_WARNING, 0, NULL,
		             "the sheet “%s” has no columns of questions and answers and is not "
		             "read: “%.*s”, %zu rows in all",
		             sheet->name, SPAN_ARGS(text), xlsx->rows);
}

/* Sheets that are no tables of questions may hold them as a document does; else they are told. */
static enum status end_sheets(struct container *container, struct xlsx *xlsx, struct page *page,
                              struct buf *rows)
{
	const struct sheet *first = NULL;
	enum status status = STATUS_OK;
	const bool as_lines = !page->has_table && page_lines_hold_entries(page);

	for (size_t i = 0; i < xlsx->sheet_count && status == STATUS_OK; i++) {
		const struct sheet *sheet = &xlsx->sheets[i];

		if (!sheet->is_unread || (as_lines && !sheet->is_hidden))
			continue;
		status = read_sheet(container, xlsx, sheet, rows);
		if (status == STATUS_OK)
			tell_sheet(xlsx, sheet, buf_span(rows), page);
		if (!first && !sheet->is_hidden)
			first = sheet;
	}
	/* The reader of tables says what heads it needs. */
	if (status == STATUS_OK && !page->has_table && !as_lines && first) {
		status = read_sheet(container, xlsx, first, &page->tables);
		page->has_table = true;
	}
	return status;
}

static enum status read_sheets(struct container *container, struct xlsx *xlsx, struct page *page)
{
	enum status status = STATUS_OK;
	struct buf rows;

	buf_init(&rows, PART_BYTES_MOST);
	for (size_t i = 0; i < xlsx->sheet_count && status == STATUS_OK; i++) {
		struct sheet *sheet = &xlsx->sheets[i];

		status = read_sheet(container, xlsx, sheet, &rows);
		if (status == STATUS_OK && !sheet->is_hidden)
			tell_hidden_rows(xlsx);
		if (status != STATUS_OK || xlsx->rows == 0)
			continue;
		sheet->is_unread = sheet->is_hidden || !page_add_rows(page, buf_span(&rows));
		if (sheet->is_hidden || (sheet->is_unread && page->has_table))
			continue;
		tell_doubts(xlsx, sheet);
		if (sheet->is_unread)
			status = page_add_rows_as_lines(page, buf_span(&rows));
	}
	if (status == STATUS_OK)
		status = end_sheets(container, xlsx, page, &rows);
	buf_deinit(&rows);
	return status;
}

enum status xlsx_read(struct container *container, struct page *page)
{
	static const char strings[] = "xl/sharedStrings.xml";
	struct xlsx *xlsx = calloc(1, sizeof(*xlsx));
	const struct xml_reader reader = { strings_start, strings_end, strings_text, xlsx };
	enum status status = STATUS_OK;

	if (!xlsx)
		return STATUS_NO_MEMORY;
	xlsx->page = page;
	buf_init(&xlsx->strings, PART_BYTES_MOST);
	buf_init(&xlsx->value, PART_BYTES_MOST);
	buf_init(&xlsx->shown, PART_BYTES_MOST);
	buf_init(&xlsx->first, PART_BYTES_MOST);
	buf_init(&xlsx->carried, PART_BYTES_MOST);
	buf_init(&xlsx->hidden_text, PART_BYTES_MOST);
	status = read_workbook(container, xlsx);
	if (status == STATUS_OK && container_has(container, strings))
		status = container_read(container, strings, &reader);
	if (status == STATUS_OK)
		status = xlsx_styles_read(container, &xlsx->styles);
	if (status == STATUS_OK)
		status = read_sheets(container, xlsx, page);
	buf_deinit(&xlsx->strings);
	buf_deinit(&xlsx->value);
	buf_deinit(&xlsx->shown);
	buf_deinit(&xlsx->first);
	buf_deinit(&xlsx->carried);
	buf_deinit(&xlsx->hidden_text);
	xlsx_styles_destroy(xlsx->styles);
	free(xlsx->ends);
	free(xlsx);
	return status;
}

enum exchange_format office_file_kind(const struct container *container)
{
	if (container_has(container, "word/document.xml"))
		return EXCHANGE_DOCX;
	return container_has(container, "xl/workbook.xml") ? EXCHANGE_XLSX : EXCHANGE_ANY;
}
