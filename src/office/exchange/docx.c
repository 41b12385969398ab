/*
 * word/numbering.xml tells how each list is numbered: an instance (num) names a definition
 * (abstractNum) with up to nine levels. word/document.xml holds paragraphs; one that belongs to a
 * list gets the label that Word would print. Paragraphs of a table's cell are joined with line
 * breaks; a table whose first row has known heads is kept as CSV.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "office/exchange/heads.h"
#include "office/exchange/office_file.h"

enum { LEVELS = 9, LISTS_MOST = 256, LABEL_SIZE = 32, NUMBER_MOST = 9999 };

struct level {
	char format[24], label[LABEL_SIZE];
	int start;
};

struct list {
	int id;
	struct level levels[LEVELS];
	int counts[LEVELS];
};

struct instance {
	int id, list;
};

struct docx {
	struct list lists[LISTS_MOST];
	size_t list_count;
	struct instance instances[LISTS_MOST];
	size_t instance_count;
	int level; /* while numbering is read */
	/* While the document is read: */
	struct buf *text, *table;
	struct buf paragraph, cell, row;
	int number_id, number_level, cells, tables, table_depth;
	bool in_text, in_numbering, first_row, heads;
	size_t known;
};

static int number_of(const char *text)
{
	const long value = text ? strtol(text, NULL, 10) : -1;

	return value >= 0 && value <= 1 << 30 ? (int)value : -1;
}

/* ------------------------------------------------------------------ numbering */

static enum status numbering_start(void *context, const char *element, const char **attributes)
{
	struct docx *docx = context;
	struct list *list = docx->list_count > 0 ? &docx->lists[docx->list_count - 1] : NULL;
	const char *value = xml_attribute(attributes, "val");

	if (strcmp(element, "abstractNum") == 0 && docx->list_count < LISTS_MOST) {
		docx->lists[docx->list_count++].id =
		        number_of(xml_attribute(attributes, "abstractNumId"));
		docx->level = -1;
	} else if (strcmp(element, "num") == 0 && docx->instance_count < LISTS_MOST) {
		docx->instances[docx->instance_count++].id =
		        number_of(xml_attribute(attributes, "numId"));
		docx->level = -1;
	} else if (strcmp(element, "abstractNumId") == 0 && docx->instance_count > 0) {
		docx->instances[docx->instance_count - 1].list = number_of(value);
	} else if (strcmp(element, "lvl") == 0 && docx->instance_count == 0) {
		docx->level = number_of(xml_attribute(attributes, "ilvl"));
	} else if (list && docx->instance_count == 0 && docx->level >= 0 && docx->level < LEVELS &&
	           value) {
		struct level *level = &list->levels[docx->level];

		if (strcmp(element, "start") == 0)
			level->start = number_of(value);
		else if (strcmp(element, "numFmt") == 0)
			snprintf(level->format, sizeof(level->format), "%s", value);
		else if (strcmp(element, "lvlText") == 0)
			snprintf(level->label, sizeof(level->label), "%s", value);
	}
	return STATUS_OK;
}

static struct list *list_of(struct docx *docx, int number_id)
{
	for (size_t i = 0; i < docx->instance_count; i++)
		for (size_t k = 0; docx->instances[i].id == number_id && k < docx->list_count; k++)
			if (docx->lists[k].id == docx->instances[i].list)
				return &docx->lists[k];
	return NULL;
}

static void append_chinese(int number, struct buf *out)
{
	static const char *const digits[] = { "",   "一", "二", "三", "四",
		                              "五", "六", "七", "八", "九" };

	if (number >= 100) {
		buf_append_format(out, "%d", number);
		return;
	}
	if (number >= 20)
		buf_append_text(out, digits[number / 10]);
	if (number >= 10)
		buf_append_text(out, "十");
	buf_append_text(out, digits[number % 10]);
}

static void append_number(const char *format, int number, struct buf *out)
{
	if (strstr(format, "hinese") || strcmp(format, "japaneseCounting") == 0 ||
	    strcmp(format, "ideographDigital") == 0)
		append_chinese(number, out);
	else if (strstr(format, "EnclosedCircle") && number >= 1 && number <= 20)
		buf_append_code_point(out, 0x2460 + (uint32_t)number - 1);
	else
		buf_append_format(out, "%d", number);
}

/* The label of the paragraph, which counts. A bullet stays out. */
static void append_label(struct docx *docx, struct buf *out)
{
	struct list *list = list_of(docx, docx->number_id);
	const int at = docx->number_level;
	const struct level *level;

	if (!list || at < 0 || at >= LEVELS)
		return;
	level = &list->levels[at];
	if (list->counts[at] == 0)
		list->counts[at] = level->start > 0 ? level->start : 1;
	else if (list->counts[at] < NUMBER_MOST)
		list->counts[at]++;
	for (int i = at + 1; i < LEVELS; i++)
		list->counts[i] = 0;
	if (strcmp(level->format, "bullet") == 0 || strcmp(level->format, "none") == 0)
		return;
	for (const char *c = level->label; *c; c++) {
		const int other = c[0] == '%' && c[1] >= '1' && c[1] <= '9' ? c[1] - '1' : -1;

		if (other < 0) {
			buf_append_char(out, *c);
			continue;
		}
		append_number(list->levels[other].format,
		              list->counts[other] > 0 ? list->counts[other] : 1, out);
		c++;
	}
}

/* ------------------------------------------------------------------ the document */

static enum status document_start(void *context, const char *element, const char **attributes)
{
	struct docx *docx = context;

	if (strcmp(element, "p") == 0) {
		buf_clear(&docx->paragraph);
		docx->number_id = docx->number_level = -1;
	} else if (strcmp(element, "t") == 0) {
		docx->in_text = true;
	} else if (strcmp(element, "tab") == 0) {
		if (docx->paragraph.len > 0)
			buf_append_char(&docx->paragraph, '\t');
	} else if (strcmp(element, "br") == 0 || strcmp(element, "cr") == 0) {
		buf_append_char(&docx->paragraph, '\n');
	} else if (strcmp(element, "ilvl") == 0) {
		docx->number_level = number_of(xml_attribute(attributes, "val"));
	} else if (strcmp(element, "numId") == 0) {
		docx->number_id = number_of(xml_attribute(attributes, "val"));
	} else if (strcmp(element, "tbl") == 0) {
		if (docx->table_depth++ == 0) {
			docx->first_row = true;
			docx->tables++;
		}
	} else if (strcmp(element, "tr") == 0 && docx->table_depth == 1) {
		buf_clear(&docx->row);
		docx->cells = 0;
		docx->known = 0;
	} else if (strcmp(element, "tc") == 0 && docx->table_depth == 1) {
		buf_clear(&docx->cell);
	}
	return STATUS_OK;
}

static void end_paragraph(struct docx *docx)
{
	struct buf *to = docx->table_depth > 0 ? &docx->cell : docx->text;
	struct buf label;

	buf_init(&label, 1 << 10);
	if (docx->number_id > 0 && docx->paragraph.len > 0)
		append_label(docx, &label);
	if (docx->table_depth > 0 && to->len > 0)
		buf_append_char(to, '\n');
	buf_append(to, buf_text(&label), label.len);
	buf_append(to, buf_text(&docx->paragraph), docx->paragraph.len);
	if (docx->table_depth == 0)
		buf_append_char(to, '\n');
	buf_deinit(&label);
}

static void end_cell(struct docx *docx)
{
	docx->known += head_read(buf_span(&docx->cell)) != COLUMN_UNKNOWN;
	buf_append(&docx->row, ",", docx->cells++ > 0 ? 1 : 0);
	csv_append_cell(buf_span(&docx->cell), &docx->row);
	buf_append(docx->text, buf_text(&docx->cell), docx->cell.len);
	buf_append_char(docx->text, '\n');
}

/* Where tables have heads, the first one names the columns, and the others' heads are left out. */
static void end_row(struct docx *docx)
{
	const bool heads = docx->first_row && docx->known >= 2;

	if (!heads || !docx->heads) {
		buf_append(docx->table, buf_text(&docx->row), docx->row.len);
		buf_append_text(docx->table, "\r\n");
	}
	docx->heads |= heads;
	docx->first_row = false;
}

static enum status document_end(void *context, const char *element)
{
	struct docx *docx = context;
	enum status status;

	if (strcmp(element, "t") == 0)
		docx->in_text = false;
	else if (strcmp(element, "p") == 0)
		end_paragraph(docx);
	else if (strcmp(element, "tc") == 0 && docx->table_depth == 1)
		end_cell(docx);
	else if (strcmp(element, "tr") == 0 && docx->table_depth == 1)
		end_row(docx);
	else if (strcmp(element, "tbl") == 0)
		docx->table_depth -= docx->table_depth > 0;
	status = buf_status(docx->text);
	if (status == STATUS_OK)
		status = buf_status(docx->table);
	return status != STATUS_OK ? status : buf_status(&docx->cell);
}

static enum status document_text(void *context, struct span text)
{
	struct docx *docx = context;

	if (docx->in_text)
		buf_append(&docx->paragraph, text.ptr, text.len);
	return buf_status(&docx->paragraph);
}

enum status docx_read(struct container *container, struct buf *out, bool *is_table)
{
	struct docx *docx = calloc(1, sizeof(*docx));
	const struct xml_reader numbering = { numbering_start, NULL, NULL, docx };
	const struct xml_reader document = { document_start, document_end, document_text, docx };
	struct buf table;
	enum status status = STATUS_OK;

	*is_table = false;
	if (!docx)
		return STATUS_NO_MEMORY;
	buf_init(&table, PART_BYTES_MOST);
	buf_init(&docx->paragraph, PART_BYTES_MOST);
	buf_init(&docx->cell, PART_BYTES_MOST);
	buf_init(&docx->row, PART_BYTES_MOST);
	docx->text = out;
	docx->table = &table;
	if (container_has(container, "word/numbering.xml"))
		status = container_read(container, "word/numbering.xml", &numbering);
	if (status == STATUS_OK)
		status = container_read(container, "word/document.xml", &document);
	if (status == STATUS_OK && docx->heads) {
		*is_table = true;
		buf_clear(out);
		buf_append(out, buf_text(&table), table.len);
		status = buf_status(out);
	}
	buf_deinit(&table);
	buf_deinit(&docx->paragraph);
	buf_deinit(&docx->cell);
	buf_deinit(&docx->row);
	free(docx);
	return status;
}
