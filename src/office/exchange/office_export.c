#include "office/exchange/office_export.h"

#include <stdio.h>
#include <string.h>

#include <zip.h>

#include "base/csv.h"
#include "base/utf8.h"

enum {
	PART_CEILING = 1 << 30,
	CELL_NAME_SIZE = 24,
	CELL_UNITS_MOST = 32767, /* of UTF-16, of one cell: Excel "repairs" a file with more */
	LETTERS = 26,
};

/* 1980-01-01: the first day that a ZIP file knows. */
static const time_t written_at = 315532800;

#define XML_HEAD  "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define TYPES     "http://schemas.openxmlformats.org/package/2006/content-types"
#define RELATIONS "http://schemas.openxmlformats.org/package/2006/relationships"
#define OFFICE    "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define SHEET     "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define WORD      "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define TYPE_OF   "application/vnd.openxmlformats-officedocument."
#define TYPES_DEFAULT                                                                              \
	"<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package."        \
	"relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>"

struct part {
	const char *name;
	struct span content;
};

/* --- the container --- */

static bool add_part(zip_t *zip, const struct part *part)
{
	zip_source_t *source = zip_source_buffer(zip, part->content.ptr, part->content.len, 0);
	zip_int64_t at;

	if (!source)
		return false;
	at = zip_file_add(zip, part->name, source, ZIP_FL_ENC_UTF_8);
	if (at < 0) {
		zip_source_free(source);
		return false;
	}
	return zip_file_set_mtime(zip, (zip_uint64_t)at, written_at, 0) == 0;
}

static enum status copy_out(zip_source_t *source, struct buf *out)
{
	char bytes[4096];
	zip_int64_t count = 0;

	if (zip_source_open(source) != 0)
		return STATUS_NO_MEMORY;
	do {
		count = zip_source_read(source, bytes, sizeof(bytes));
		if (count > 0)
			buf_append(out, bytes, (size_t)count);
	} while (count > 0);
	zip_source_close(source);
	return count < 0 ? STATUS_IO : buf_status(out);
}

static enum status pack(const struct part *parts, size_t count, struct buf *out)
{
	zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_t *zip = source ? zip_open_from_source(source, ZIP_TRUNCATE, NULL) : NULL;
	enum status status = STATUS_NO_MEMORY;
	bool added = zip != NULL;

	if (!zip) {
		zip_source_free(source);
		return status;
	}
	zip_source_keep(source);
	for (size_t i = 0; added && i < count; i++)
		added = add_part(zip, &parts[i]);
	if (added && zip_close(zip) == 0)
		status = copy_out(source, out);
	else
		zip_discard(zip);
	zip_source_free(source);
	return status;
}

/* --- XML --- */

/* U+FFFE and U+FFFF */
static bool is_noncharacter(struct span text)
{
	return text.len >= 3 && memcmp(text.ptr, "\xef\xbf", 2) == 0 &&
	       (unsigned char)text.ptr[2] >= 0xbe;
}

/* What XML cannot say is left out. */
static void append_escaped(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		const char c = text.ptr[i];

		if (c == '&')
			buf_append_text(out, "&amp;");
		else if (c == '<')
			buf_append_text(out, "&lt;");
		else if (c == '>')
			buf_append_text(out, "&gt;");
		else if (is_noncharacter((struct span){ text.ptr + i, text.len - i }))
			i += 2;
		else if ((unsigned char)c >= ' ' || c == '\n' || c == '\t')
			buf_append_char(out, c);
	}
}

/* --- .xlsx --- */

struct sheet {
	struct buf *out;
	size_t rows;
	struct faults *faults;
};

/* A1, B1 … CV1. */
static void cell_name(size_t column, size_t row, char name[CELL_NAME_SIZE])
{
	if (column < LETTERS)
		snprintf(name, CELL_NAME_SIZE, "%c%zu", (char)('A' + column), row);
	else
		snprintf(name, CELL_NAME_SIZE, "%c%c%zu", (char)('A' + column / LETTERS - 1),
		         (char)('A' + column % LETTERS), row);
}

static size_t utf16_length(struct span text)
{
	size_t units = 0;

	for (size_t offset = 0; offset < text.len;)
		units += utf8_next(text, &offset) > 0xffff ? 2 : 1;
	return units;
}

static enum status add_row(void *context, const struct csv_row *row)
{
	struct sheet *sheet = context;
	char name[CELL_NAME_SIZE];

	sheet->rows++;
	buf_append_format(sheet->out, "<row r=\"%zu\">", sheet->rows);
	for (size_t i = 0; i < row->count; i++) {
		if (row->cells[i].len == 0)
			continue;
		cell_name(i, sheet->rows, name);
		if (row->cells[i].len > CELL_UNITS_MOST &&
		    utf16_length(row->cells[i]) > CELL_UNITS_MOST) {
			faults_add(sheet->faults, FAULT_ERROR, NULL, 0, NULL,
			           "cell %s holds more than the %d characters that Excel "
			           "takes: export as csv or jsonl",
			           name, CELL_UNITS_MOST);
			return STATUS_INVALID;
		}
		buf_append_format(sheet->out,
		                  "<c r=\"%s\" s=\"1\" t=\"inlineStr\"><is>"
		                  "<t xml:space=\"preserve\">",
		                  name);
		append_escaped(sheet->out, row->cells[i]);
		buf_append_text(sheet->out, "</t></is></c>");
	}
	buf_append_text(sheet->out, "</row>");
	return buf_status(sheet->out);
}

static const char workbook_types[] =
        XML_HEAD "<Types xmlns=\"" TYPES "\">" TYPES_DEFAULT
                 "<Override PartName=\"/xl/workbook.xml\" ContentType=\"" TYPE_OF
                 "spreadsheetml.sheet.main+xml\"/>"
                 "<Override PartName=\"/xl/styles.xml\" ContentType=\"" TYPE_OF
                 "spreadsheetml.styles+xml\"/>"
                 "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"" TYPE_OF
                 "spreadsheetml.worksheet+xml\"/></Types>";
static const char workbook_root[] =
        XML_HEAD "<Relationships xmlns=\"" RELATIONS "\"><Relationship Id=\"rId1\" Type=\"" OFFICE
                 "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
static const char workbook[] =
        XML_HEAD "<workbook xmlns=\"" SHEET "\" xmlns:r=\"" OFFICE
                 "\"><sheets><sheet name=\"FAQ\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
static const char workbook_relations[] = XML_HEAD
        "<Relationships xmlns=\"" RELATIONS "\"><Relationship Id=\"rId1\" Type=\"" OFFICE
        "/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"" OFFICE
        "/styles\" Target=\"styles.xml\"/></Relationships>";
/* Style 1: a cell shows all of its lines. */
static const char styles[] = XML_HEAD
        "<styleSheet xmlns=\"" SHEET
        "\"><fonts count=\"1\"><font/></fonts><fills count=\"2\"><fill>"
        "<patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/>"
        "</fill></fills><borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/>"
        "</cellStyleXfs><cellXfs count=\"2\"><xf/><xf applyAlignment=\"1\"><alignment "
        "vertical=\"top\" wrapText=\"1\"/></xf></cellXfs></styleSheet>";

enum status export_xlsx(struct span csv, struct buf *out, struct faults *faults)
{
	static const char mark[] = "\xEF\xBB\xBF";
	struct sheet sheet = { .faults = faults };
	struct buf xml;
	enum status status;

	buf_init(&xml, PART_CEILING);
	sheet.out = &xml;
	if (csv.len >= 3 && memcmp(csv.ptr, mark, 3) == 0)
		csv = (struct span){ csv.ptr + 3, csv.len - 3 };
	buf_append_text(&xml, XML_HEAD "<worksheet xmlns=\"" SHEET "\"><sheetData>");
	status = csv_read_rows(csv, "", NULL, add_row, &sheet);
	buf_append_text(&xml, "</sheetData></worksheet>");
	if (status == STATUS_OK)
		status = buf_status(&xml);
	if (status == STATUS_OK) {
		const struct part parts[] = {
			{ "[Content_Types].xml", span_of(workbook_types) },
			{ "_rels/.rels", span_of(workbook_root) },
			{ "xl/workbook.xml", span_of(workbook) },
			{ "xl/_rels/workbook.xml.rels", span_of(workbook_relations) },
			{ "xl/styles.xml", span_of(styles) },
			{ "xl/worksheets/sheet1.xml", buf_span(&xml) },
		};

		status = pack(parts, sizeof(parts) / sizeof(parts[0]), out);
	}
	buf_deinit(&xml);
	return status;
}

/* --- .docx --- */

static const char document_types[] =
        XML_HEAD "<Types xmlns=\"" TYPES "\">" TYPES_DEFAULT
                 "<Override PartName=\"/word/document.xml\" ContentType=\"" TYPE_OF
                 "wordprocessingml.document.main+xml\"/></Types>";
static const char document_root[] =
        XML_HEAD "<Relationships xmlns=\"" RELATIONS "\"><Relationship Id=\"rId1\" Type=\"" OFFICE
                 "/officeDocument\" Target=\"word/document.xml\"/></Relationships>";

enum status export_docx(struct span text, struct buf *out)
{
	struct buf xml;
	enum status status;

	buf_init(&xml, PART_CEILING);
	buf_append_text(&xml, XML_HEAD "<w:document xmlns:w=\"" WORD "\"><w:body>");
	while (text.len > 0) {
		const char *end = memchr(text.ptr, '\n', text.len);
		const size_t len = end ? (size_t)(end - text.ptr) : text.len;

		buf_append_text(&xml, "<w:p><w:r><w:t xml:space=\"preserve\">");
		append_escaped(&xml, (struct span){ text.ptr, len });
		buf_append_text(&xml, "</w:t></w:r></w:p>");
		text.ptr += end ? len + 1 : len;
		text.len -= end ? len + 1 : len;
	}
	buf_append_text(&xml, "</w:body></w:document>");
	status = buf_status(&xml);
	if (status == STATUS_OK) {
		const struct part parts[] = {
			{ "[Content_Types].xml", span_of(document_types) },
			{ "_rels/.rels", span_of(document_root) },
			{ "word/document.xml", buf_span(&xml) },
		};

		status = pack(parts, sizeof(parts) / sizeof(parts[0]), out);
	}
	buf_deinit(&xml);
	return status;
}
