/*
 * xl/workbook.xml names the sheets, and its relations their parts. Texts of cells lie in
 * xl/sharedStrings.xml, each named by its place; the sheets hold numbers, such places, or texts of
 * their own. A row becomes a row of CSV, with its number in the sheet as the first cell; a cell
 * that is left out is empty.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/day.h"
#include "base/language.h"
#include "base/utf8.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/left_out.h"
#include "office/exchange/office_file.h"

enum {
	ROWS_MOST = 100000,        /* with text */
	SHEET_ROWS_MOST = 1 << 20, /* of a sheet, empty ones as well */
	SHEETS_MOST = 50,
	MERGES_MOST = 2000,
	FORMATS_MOST = 4096,
	OWN_MOST = 64, /* number formats of a workbook's own that show a number as something else */
	DATE_ID = 14,  /* 2024/1/31 */
	CHINESE_DATE_ID = 31, /* 2024年1月31日 */
	PERCENT_ID = 9,       /* 0%, and the one behind it 0.00%, of every workbook */
	PATH_SIZE = 128,
	NAME_SIZE = 64,
	SAMPLE_CHARACTERS = 24
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

/* What the format of a cell shows a number as. */
enum shows { SHOWS_NUMBER, SHOWS_PERCENT, SHOWS_DATE, SHOWS_CHINESE_DATE };

struct own_format {
	unsigned id;
	enum shows shows;
};

struct xlsx {
	struct page *page;
	struct buf strings; /* one behind the other */
	size_t *ends;       /* of each */
	size_t count, capacity;
	struct buf *out;
	struct buf value;
	char type[16];
	enum shows shows; /* of the cell at hand */
	bool in_formats;
	size_t formats, own_count;
	unsigned char formats_show[FORMATS_MOST]; /* of each format of cells */
	struct own_format own[OWN_MOST];
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

static enum status workbook_start(void *context, const char *element, const char **attributes)
{
	struct xlsx *xlsx = context;
	const char *name = xml_attribute(attributes, "name");
	const char *state = xml_attribute(attributes, "state");
	const char *relation = xml_attribute(attributes, "id");
	struct sheet *sheet;

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

/* ------------------------------------------------------------------ formats */

static enum shows shown_by_code(const char *code)
{
	if (strchr(code, '%'))
		return SHOWS_PERCENT;
	if (!strpbrk(code, "yY") || !strpbrk(code, "dD") || strpbrk(code, "hH"))
		return SHOWS_NUMBER;
	return strstr(code, "年") ? SHOWS_CHINESE_DATE : SHOWS_DATE;
}

static enum shows shown_by_id(const struct xlsx *xlsx, unsigned id)
{
	for (size_t i = 0; i < xlsx->own_count; i++)
		if (xlsx->own[i].id == id)
			return xlsx->own[i].shows;
	return id == PERCENT_ID || id == PERCENT_ID + 1 ? SHOWS_PERCENT
	       : id == DATE_ID                          ? SHOWS_DATE
	       : id == CHINESE_DATE_ID                  ? SHOWS_CHINESE_DATE
	                                                : SHOWS_NUMBER;
}

static enum status styles_start(void *context, const char *element, const char **attributes)
{
	struct xlsx *xlsx = context;
	const char *id = xml_attribute(attributes, "numFmtId");
	const char *code = xml_attribute(attributes, "formatCode");
	const unsigned number = id ? (unsigned)strtoul(id, NULL, 10) : 0;

	if (strcmp(element, "numFmt") == 0 && code && xlsx->own_count < OWN_MOST &&
	    shown_by_code(code) != SHOWS_NUMBER)
		xlsx->own[xlsx->own_count++] = (struct own_format){ number, shown_by_code(code) };
	else if (strcmp(element, "cellXfs") == 0)
		xlsx->in_formats = true;
	else if (strcmp(element, "xf") == 0 && xlsx->in_formats && xlsx->formats < FORMATS_MOST)
		xlsx->formats_show[xlsx->formats++] = (unsigned char)shown_by_id(xlsx, number);
	return STATUS_OK;
}

static enum status styles_end(void *context, const char *element)
{
	struct xlsx *xlsx = context;

	if (strcmp(element, "cellXfs") == 0)
		xlsx->in_formats = false;
	return STATUS_OK;
}

/* 0.7 as 70%, with as many decimals as the number needs; 45322, days since 1899-12-30, as a date.
 */
static void show_value(struct buf *value, enum shows shows)
{
	const double number = strtod(buf_text(value), NULL);
	struct day day;

	if (shows == SHOWS_PERCENT) {
		buf_clear(value);
		buf_append_format(value, "%.10g%%", number * 100);
		return;
	}
	if (!(number >= 61 && number < 2958466)) /* 1900-03-01 to 9999-12-31 */
		return;
	day = day_shift((struct day){ 1899, 12, 30 }, (int64_t)number);
	buf_clear(value);
	buf_append_format(value, shows == SHOWS_DATE ? "%d/%d/%d" : "%d年%d月%d日", day.year,
	                  day.month, day.day);
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
	unsigned long format;

	if (strcmp(element, "row") == 0) {
		const char *hidden = xml_attribute(attributes, "hidden");

		xlsx->row_hidden =
		        hidden && (strcmp(hidden, "1") == 0 || strcmp(hidden, "true") == 0);
		xlsx->written = xlsx->column = 0;
		xlsx->row_has_text = false;
		xlsx->row = row_of(xml_attribute(attributes, "r"), xlsx->row);
		if (++xlsx->met > SHEET_ROWS_MOST)
			return STATUS_LIMIT;
	} else if (strcmp(element, "c") == 0) {
		type = xml_attribute(attributes, "t");
		snprintf(xlsx->type, sizeof(xlsx->type), "%s", type ? type : "");
		type = xml_attribute(attributes, "s");
		format = type ? strtoul(type, NULL, 10) : 0;
		xlsx->shows = format < xlsx->formats ? (enum shows)xlsx->formats_show[format]
		                                     : SHOWS_NUMBER;
		xlsx->column = column_of(xml_attribute(attributes, "r"), xlsx->written);
		buf_clear(&xlsx->value);
	}
	xlsx->phonetic |= strcmp(element, "rPh") == 0;
	xlsx->takes = (strcmp(element, "v") == 0 || strcmp(element, "t") == 0) && !xlsx->phonetic;
	return STATUS_OK;
}

static void end_cell(struct xlsx *xlsx)
{
	struct span value;

	if (xlsx->shows != SHOWS_NUMBER && xlsx->value.len > 0 &&
	    (!xlsx->type[0] || xlsx->type[0] == 'n'))
		show_value(&xlsx->value, xlsx->shows);
	value = buf_span(&xlsx->value);
	if (strcmp(xlsx->type, "s") == 0)
		value = string_at(xlsx, buf_text(&xlsx->value));
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
	xlsx->hidden_rows = 0;
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
	struct span text = text_trim(buf_span(&xlsx->first));

	const enum status status =
	        csv_read_rows(rows, sheet->name, NULL, take_left_out, page->import);

	if (page->import->reader.status == STATUS_OK)
		page->import->reader.status = status;
	text.len = utf8_prefix(text, SAMPLE_CHARACTERS);
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
		if (!sheet->is_hidden && page_add_rows(page, buf_span(&rows)))
			continue;
		sheet->is_unread = true;
		if (!sheet->is_hidden && !page->has_table)
			status = page_add_rows_as_lines(page, buf_span(&rows));
	}
	if (status == STATUS_OK)
		status = end_sheets(container, xlsx, page, &rows);
	buf_deinit(&rows);
	return status;
}

enum status xlsx_read(struct container *container, struct page *page)
{
	static const char strings[] = "xl/sharedStrings.xml", styles[] = "xl/styles.xml";
	struct xlsx *xlsx = calloc(1, sizeof(*xlsx));
	const struct xml_reader reader = { strings_start, strings_end, strings_text, xlsx };
	const struct xml_reader formats = { styles_start, styles_end, NULL, xlsx };
	enum status status = STATUS_OK;

	if (!xlsx)
		return STATUS_NO_MEMORY;
	xlsx->page = page;
	buf_init(&xlsx->strings, PART_BYTES_MOST);
	buf_init(&xlsx->value, PART_BYTES_MOST);
	buf_init(&xlsx->first, PART_BYTES_MOST);
	buf_init(&xlsx->carried, PART_BYTES_MOST);
	buf_init(&xlsx->hidden_text, PART_BYTES_MOST);
	status = read_workbook(container, xlsx);
	if (status == STATUS_OK && container_has(container, strings))
		status = container_read(container, strings, &reader);
	if (status == STATUS_OK && container_has(container, styles))
		status = container_read(container, styles, &formats);
	if (status == STATUS_OK)
		status = read_sheets(container, xlsx, page);
	buf_deinit(&xlsx->strings);
	buf_deinit(&xlsx->value);
	buf_deinit(&xlsx->first);
	buf_deinit(&xlsx->carried);
	buf_deinit(&xlsx->hidden_text);
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
