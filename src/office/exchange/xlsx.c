/*
 * Texts of cells lie in xl/sharedStrings.xml, each named by its place; the sheets hold numbers,
 * such places, or texts of their own. A row becomes a row of CSV; a cell that is left out is empty.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "office/exchange/office_file.h"

enum { SHEETS_MOST = 50, PATH_SIZE = 64 };

struct xlsx {
	struct buf strings; /* one behind the other */
	size_t *ends;       /* of each */
	size_t count, capacity;
	struct buf *out;
	struct buf value;
	char type[16];
	size_t column;  /* of the cell at hand, from 0 */
	size_t written; /* cells of the row */
	size_t width;   /* of the widest row of the sheet so far */
	size_t rows;
	bool takes, phonetic;
	bool row_has_text;
	size_t row_start;
};

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

static enum status sheet_start(void *context, const char *element, const char **attributes)
{
	struct xlsx *xlsx = context;
	const char *type;

	if (strcmp(element, "row") == 0) {
		xlsx->written = xlsx->column = 0;
		xlsx->row_has_text = false;
		xlsx->row_start = xlsx->out->len;
	} else if (strcmp(element, "c") == 0) {
		type = xml_attribute(attributes, "t");
		snprintf(xlsx->type, sizeof(xlsx->type), "%s", type ? type : "");
		xlsx->column = column_of(xml_attribute(attributes, "r"), xlsx->written);
		buf_clear(&xlsx->value);
	}
	xlsx->phonetic |= strcmp(element, "rPh") == 0;
	xlsx->takes = (strcmp(element, "v") == 0 || strcmp(element, "t") == 0) && !xlsx->phonetic;
	return STATUS_OK;
}

static void end_cell(struct xlsx *xlsx)
{
	struct span value = buf_span(&xlsx->value);

	if (value.len == 0 || xlsx->column < xlsx->written || xlsx->column > CSV_CELLS_MOST)
		return;
	for (; xlsx->written <= xlsx->column; xlsx->written++) {
		buf_append(xlsx->out, ",", xlsx->written > 0 ? 1 : 0);
		if (xlsx->written < xlsx->column)
			continue;
		if (strcmp(xlsx->type, "s") == 0)
			value = string_at(xlsx, buf_text(&xlsx->value));
		csv_append_cell(value, xlsx->out);
	}
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
	else if (strcmp(element, "row") == 0 && xlsx->row_has_text) {
		/* A spreadsheet leaves the last cells out where they are empty. */
		for (; xlsx->written < xlsx->width; xlsx->written++)
			buf_append_char(xlsx->out, ',');
		xlsx->width = xlsx->written;
		buf_append_text(xlsx->out, "\r\n");
		xlsx->rows++;
	}
	return buf_status(xlsx->out);
}

static enum status sheet_text(void *context, struct span text)
{
	struct xlsx *xlsx = context;

	if (xlsx->takes)
		buf_append(&xlsx->value, text.ptr, text.len);
	return buf_status(&xlsx->value);
}

/* Rows of a spreadsheet may be of different widths, of a table not. */
static enum status read_sheets(struct container *container, struct xlsx *xlsx, struct buf *out,
                               size_t *sheets)
{
	const struct xml_reader reader = { sheet_start, sheet_end, sheet_text, xlsx };
	enum status status = STATUS_OK;
	struct buf rest;

	buf_init(&rest, PART_BYTES_MOST);
	for (int i = 1; i <= SHEETS_MOST && status == STATUS_OK; i++) {
		char path[PATH_SIZE];

		snprintf(path, sizeof(path), "xl/worksheets/sheet%d.xml", i);
		if (!container_has(container, path))
			continue;
		buf_clear(&rest);
		xlsx->rows = xlsx->width = 0;
		xlsx->out = *sheets == 0 ? out : &rest;
		status = container_read(container, path, &reader);
		*sheets += xlsx->rows > 0;
	}
	xlsx->out = NULL;
	buf_deinit(&rest);
	return status;
}

enum status xlsx_read(struct container *container, struct buf *out, size_t *sheets)
{
	static const char strings[] = "xl/sharedStrings.xml";
	struct xlsx xlsx = { .count = 0 };
	const struct xml_reader reader = { strings_start, strings_end, strings_text, &xlsx };
	enum status status = STATUS_OK;

	*sheets = 0;
	buf_init(&xlsx.strings, PART_BYTES_MOST);
	buf_init(&xlsx.value, PART_BYTES_MOST);
	if (container_has(container, strings))
		status = container_read(container, strings, &reader);
	if (status == STATUS_OK)
		status = read_sheets(container, &xlsx, out, sheets);
	buf_deinit(&xlsx.strings);
	buf_deinit(&xlsx.value);
	free(xlsx.ends);
	return status;
}

enum exchange_format office_file_kind(const struct container *container)
{
	if (container_has(container, "word/document.xml"))
		return EXCHANGE_DOCX;
	return container_has(container, "xl/workbook.xml") ? EXCHANGE_XLSX : EXCHANGE_ANY;
}
