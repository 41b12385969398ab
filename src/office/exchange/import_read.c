/*
 * What an input is, and who reads it. Files of other kinds are refused first (refused_file.c). A
 * zip file is Word's or Excel's; a web page, Markdown and rows without heads go through page.c, as
 * these do; what is left is text, decoded, and its first lines tell JSON, YAML and tables from
 * documents.
 */
#include "office/exchange/form.h"

#include <string.h>
#include <strings.h>

#include "base/csv.h"
#include "base/language.h"
#include "base/utf8.h"
#include "engine/text/encoding.h"
#include "office/exchange/document_reading.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/heads.h"
#include "office/exchange/html_page.h"
#include "office/exchange/markdown_page.h"
#include "office/exchange/office_file.h"
#include "office/exchange/refused_file.h"
#include "office/exchange/yaml_look.h"

enum {
	HEAD_LINES = 5, /* in which the heads of a table are looked for */
	ROW_TIMES = 4,  /* as long as its cells a row of CSV is, at most, and its number */
	ROW_BYTES = 16,
	DECODED_TIMES = 3, /* as long in UTF-8 as in any other encoding, at most */
	YAML_LINES = 40,   /* in which a list of questions is */
};

#define WIDE_BAR "｜"

static unsigned line_of(struct span text, size_t offset)
{
	unsigned line = 1;

	for (size_t i = 0; i < offset; i++)
		line += text.ptr[i] == '\n';
	return line;
}

/* The program whose files are called so; NULL: another. */
static const char *program_of(const char *file)
{
	const char *dot = strrchr(file, '.');

	if (dot && strcasecmp(dot, ".docx") == 0)
		return "Word";
	return dot && strcasecmp(dot, ".xlsx") == 0 ? "Excel" : NULL;
}

/* Whether the bytes are text in an encoding that is known; *text is then UTF-8 without a mark. */
static bool decode(struct import *import, struct span input, struct buf *decoded, struct span *text)
{
	const char *name, *nul;
	size_t at;
	enum status status;

	status = encoding_read(input, decoded, text, &name);
	if (status != STATUS_OK && status != STATUS_INVALID) {
		import->reader.status = status;
		return false;
	}
	at = utf8_fault_at(*text);
	const char *program = status == STATUS_INVALID ? program_of(import->file) : NULL;

	if (program)
		import_fault(import, FAULT_ERROR, 0, NULL,
		             "not a file of %s, or a damaged one: open it there and save it again",
		             program);
	else if (status == STATUS_INVALID && at < text->len)
		import_fault(import, FAULT_ERROR, line_of(*text, at), NULL,
		             "neither UTF-8 (byte 0x%02X) nor GBK; save the file as UTF-8",
		             (unsigned)(unsigned char)text->ptr[at]);
	if (status != STATUS_OK)
		return false;
	if (name)
		import_fault(import, FAULT_NOTE, 0, NULL, "read as %s", name);
	nul = memchr(text->ptr, '\0', text->len);
	if (nul)
		import_fault(import, FAULT_ERROR, line_of(*text, (size_t)(nul - text->ptr)), NULL,
		             "holds a zero byte");
	return !nul;
}

/* Control characters that no text of an office holds, and that page.c parts cells with. */
static bool is_control(char c)
{
	return (unsigned char)c < 0x20 && !strchr("\t\n\f\r", c);
}

/* Leaves control characters out; `decoded` holds the text then. */
static void drop_controls(struct import *import, struct buf *decoded, struct span *text)
{
	struct buf plain;
	size_t at = 0;

	while (at < text->len && !is_control(text->ptr[at]))
		at++;
	if (at == text->len)
		return;
	buf_init(&plain, text->len + 1);
	buf_append(&plain, text->ptr, at);
	for (; at < text->len; at++)
		if (!is_control(text->ptr[at]))
			buf_append_char(&plain, text->ptr[at]);
	if (buf_status(&plain) != STATUS_OK)
		import->reader.status = buf_status(&plain);
	buf_deinit(decoded);
	*decoded = plain;
	*text = buf_span(decoded);
}

static bool begins_with(struct span text, const char *start)
{
	return text.len >= strlen(start) && memcmp(text.ptr, start, strlen(start)) == 0;
}

/* Whether the line names two columns that are known, parted by one of the signs. */
static bool is_row_of_heads(struct span rest, const char *signs)
{
	size_t known = 0, cells = 0;

	while (rest.len > 0 && cells < CSV_CELLS_MOST) {
		size_t len = 0;
		struct span cell;

		while (len < rest.len && !strchr(signs, rest.ptr[len]) && rest.ptr[len] != '\r')
			len++;
		cell = (struct span){ rest.ptr, len };
		if (cell.len >= 2 && cell.ptr[0] == '"' && cell.ptr[cell.len - 1] == '"')
			cell = (struct span){ cell.ptr + 1, cell.len - 2 };
		known += head_read(cell) != COLUMN_UNKNOWN;
		cells++;
		len += len < rest.len;
		rest = (struct span){ rest.ptr + len, rest.len - len };
	}
	return cells >= 2 && known >= 2;
}

/* In one of the first lines: a title may stand above. */
static bool has_heads_parted(struct span text, const char *signs)
{
	bool found = false;

	for (int i = 0; i < HEAD_LINES && text.len > 0 && !found; i++) {
		size_t len = 0;

		while (len < text.len && text.ptr[len] != '\n' && text.ptr[len] != '\r')
			len++;
		found = is_row_of_heads((struct span){ text.ptr, len }, signs);
		text = (struct span){ text.ptr + len, text.len - len };
		if (text.len > 0)
			text = (struct span){ text.ptr + 1, text.len - 1 };
	}
	return found;
}

static bool has_heads(struct span text)
{
	return has_heads_parted(text, ",\t") || has_heads_parted(text, ";");
}

/* - question:, - 问题: */
static bool begins_with_a_question(struct span text)
{
	struct span head;

	if (!begins_with(text, "- "))
		return false;
	head = (struct span){ text.ptr + 2, 0 };
	while (head.len + 2 < text.len && !strchr(":\n", head.ptr[head.len]))
		head.len++;
	return head.len + 2 < text.len && head.ptr[head.len] == ':' &&
	       head_read(head) == COLUMN_QUESTION;
}

/* The same within a list that a name stands before. */
static bool lists_questions(struct span text)
{
	for (int i = 0; i < YAML_LINES && text.len > 0; i++) {
		const char *stop = memchr(text.ptr, '\n', text.len);
		const size_t len = stop ? (size_t)(stop - text.ptr) : text.len;
		struct span line = text;

		while (line.len > 0 && line.ptr[0] == ' ')
			line = (struct span){ line.ptr + 1, line.len - 1 };
		if (line.ptr > text.ptr && begins_with_a_question(line))
			return true;
		text = (struct span){ text.ptr + len, text.len - len };
		if (text.len > 0)
			text = (struct span){ text.ptr + 1, text.len - 1 };
	}
	return false;
}

static bool is_yaml(struct import *import, struct span text)
{
	if (markdown_has_front_matter(text))
		return false;
	return begins_with(text, "version:") || begins_with(text, "nlu:") ||
	       begins_with(text, "responses:") || begins_with(text, "---\n") ||
	       begins_with(text, "---\r\n") || begins_with(text, "%YAML") ||
	       begins_with_a_question(text) || lists_questions(text) ||
	       memmem(text.ptr, text.len, "\nnlu:\n", 6) ||
	       yaml_lists_entries(text, &import->reader.status);
}

/* What a text looks like. */
static enum exchange_format look(struct import *import, struct span text)
{
	while (text.len > 0 && memchr(" \t\r\n", text.ptr[0], 4))
		text = (struct span){ text.ptr + 1, text.len - 1 };
	if (begins_with(text, "{") || begins_with(text, "[{") || begins_with(text, "[\n") ||
	    begins_with(text, "[ ") || begins_with(text, "[\r"))
		return EXCHANGE_JSONL;
	const bool yaml = is_yaml(import, text);

	if ((!yaml && !has_heads(text)) || document_is_exported(text))
		return EXCHANGE_TEXT;
	return yaml ? EXCHANGE_YAML : EXCHANGE_CSV;
}

/* Whether the first line with text has several cells, or is the short name of a column. */
static bool begins_as_table(struct span text)
{
	enum { TITLE_LEAST = 13 /* characters */ };
	size_t len = 0;

	while (text.len > 0 && memchr(" \t\r\n", text.ptr[0], 4))
		text = (struct span){ text.ptr + 1, text.len - 1 };
	while (len < text.len && text.ptr[len] != '\n' && text.ptr[len] != '\r')
		len++;
	text.len = len;
	return text.len == 0 || memchr(text.ptr, ',', len) || memchr(text.ptr, '\t', len) ||
	       memchr(text.ptr, ';', len) ||
	       (utf8_length(text) < TITLE_LEAST && head_read(text) != COLUMN_UNKNOWN);
}

/* Whether a line begins as JSON does. */
static bool has_json(struct span text)
{
	bool begins = true;

	for (size_t i = 0; i < text.len; i++) {
		const char c = text.ptr[i];

		if (begins && (c == '{' || c == '['))
			return true;
		begins = c == '\n' || (begins && (c == ' ' || c == '\t' || c == '\r'));
	}
	return false;
}

/* A format that was given must not be another one that the text is plainly in. */
static bool fits(struct import *import, enum exchange_format given, enum exchange_format seen,
                 struct span text)
{
	if (seen == EXCHANGE_TEXT && ((given == EXCHANGE_CSV && !begins_as_table(text)) ||
	                              (given == EXCHANGE_JSONL && !has_json(text))))
		; /* a document */
	else if (given == seen ||
	         (seen == EXCHANGE_TEXT && given != EXCHANGE_DOCX && given != EXCHANGE_XLSX))
		return true;
	import_fault(import, FAULT_ERROR, 0, NULL,
	             "looks like %s, not like %s: leave --format out, or give --format %s",
	             exchange_format_name(seen), exchange_format_name(given),
	             exchange_format_name(seen));
	return false;
}

static void read_text(struct import *import, struct span text, enum exchange_format format)
{
	if (format == EXCHANGE_TEXT) {
		import_carries(import, "question");
		import_carries(import, "answer");
		import_carries(import, "cases");
		import->printed = true;
		import_text(import, text);
	} else if (format == EXCHANGE_CSV) {
		import_csv(import, text);
	} else if (format == EXCHANGE_YAML) {
		import_yaml(import, text);
	} else {
		import_jsonl(import, text);
	}
}

/* What is invalid has its fault. */
static void end_page(struct import *import, enum status status)
{
	if (status == STATUS_LIMIT)
		import_fault(import, FAULT_ERROR, 0, NULL,
		             "has more lines and cells, or longer ones, than an FAQ: split it");
	else if (status != STATUS_OK && status != STATUS_INVALID)
		import->reader.status = status;
}

static void read_page(struct import *import, struct page *page)
{
	bool is_table;
	const struct span text = page_finish(page, &is_table);

	read_text(import, text, is_table ? EXCHANGE_CSV : EXCHANGE_TEXT);
	import->places = NULL;
}

/* A text whose lines are rows, on the way to the rows that page_add_rows() takes. */
struct rows {
	struct buf text;
	size_t count, wide; /* rows of as many cells as the first one, two or more */
	size_t cells;
	bool barred; /* parted by bars: blanks around them are no text, and a title may stand above
	              */
	bool framed; /* a bar stands before and behind each row */
	bool headed; /* a row names the columns */
	/* Of bars: the first row below a longer one that has none, as where a cell goes on there.
	 */
	unsigned short_line;
};

/* What the row says of the shape of the table. */
static void look_at_row(struct rows *rows, const struct csv_row *row)
{
	if (rows->count == 0 || (rows->barred && rows->cells < 2))
		rows->cells = row->count;
	if (rows->barred && rows->cells > 1 && row->count == 1 && rows->short_line == 0)
		rows->short_line = row->line;
	rows->count++;
	rows->wide += row->count == rows->cells && row->count > 1;
}

static enum status add_row(void *context, const struct csv_row *row)
{
	struct rows *rows = context;
	const size_t frame = rows->framed && row->count > 2;
	const size_t end = row->count - frame;

	if (rows->count > DOCUMENT_LINES_MOST)
		return STATUS_LIMIT;
	look_at_row(rows, row);
	buf_append_format(&rows->text, "%u", row->line);
	for (size_t i = frame; i < end; i++) {
		buf_append_char(&rows->text, ',');
		csv_append_cell(rows->barred ? text_trim(row->cells[i]) : row->cells[i],
		                &rows->text);
	}
	buf_append_text(&rows->text, "\r\n");
	return buf_status(&rows->text);
}

static enum status skip_row(void *context, const struct csv_row *row)
{
	(void)context;
	(void)row;
	return STATUS_OK;
}

/* Whether the rows are as long as each other, or begin with heads; of these, each must be whole. */
static bool are_a_table(const struct rows *rows)
{
	return rows->count > 1 && (rows->headed || rows->wide * 10 >= rows->count * 9);
}

/* Whether the first row begins with a bar and the last one ends with one. */
static bool is_framed(struct span text)
{
	while (text.len > 0 && memchr(" \t\r\n", text.ptr[text.len - 1], 4))
		text.len--;
	return begins_with(text, "|") && text_ends_with(text, "|");
}

/* Now that it is a table, rows that a stray quotation mark spoils are told, and short ones. */
static void tell_of_rows(struct import *import, struct span text, char separator,
                         const struct rows *rows)
{
	const enum status status = csv_read_separated(text, separator, import->file,
	                                              import->reader.faults, skip_row, NULL);

	if (status != STATUS_OK)
		import->reader.status = status;
	if (rows->short_line > 0)
		import_fault(import, FAULT_ERROR, rows->short_line, NULL,
		             "the row has %zu cells, the header %zu", (size_t)1,
		             rows->cells - (rows->framed ? 2 : 0));
}

static bool read_rows(struct import *import, struct span text, char separator)
{
	struct rows rows = { .barred = separator == '|' };
	struct page page;
	bool found = false;

	rows.framed = rows.barred && is_framed(text);
	rows.headed = rows.barred && has_heads_parted(text, "|");
	buf_init(&rows.text,
	         (size_t)ROW_TIMES * text.len + (size_t)ROW_BYTES * DOCUMENT_LINES_MOST);
	page_init(&page, import);
	const bool is_table = csv_read_separated(text, separator, import->file, NULL, add_row,
	                                         &rows) == STATUS_OK &&
	                      are_a_table(&rows);

	import->is_headless |= is_table;
	found = is_table && page_add_rows(&page, buf_span(&rows.text));
	if (found) {
		tell_of_rows(import, text, separator, &rows);
		read_page(import, &page);
	}
	page_deinit(&page);
	buf_deinit(&rows.text);
	return found;
}

/* Bars of full width become bars. */
static bool read_wide_bars(struct import *import, struct span text)
{
	struct buf narrow;
	bool found = false;

	buf_init(&narrow, text.len + 1);
	while (text.len > 0) {
		const char *at = memmem(text.ptr, text.len, WIDE_BAR, strlen(WIDE_BAR));
		const size_t len = at ? (size_t)(at - text.ptr) : text.len;

		buf_append(&narrow, text.ptr, len);
		buf_append_text(&narrow, at ? "|" : "");
		text = (struct span){ text.ptr + len, text.len - len };
		(void)text_skip(&text, WIDE_BAR);
	}
	if (buf_status(&narrow) == STATUS_OK)
		found = read_rows(import, buf_span(&narrow), '|');
	else
		import->reader.status = buf_status(&narrow);
	buf_deinit(&narrow);
	return found;
}

static const char *end_of_line(const char *at, const char *end)
{
	const char *stop = memchr(at, '\n', (size_t)(end - at));

	return stop ? stop : end;
}

/* Whether a line has the sign, and none has it more often than a row has cells. */
static bool may_part(struct span text, const char *sign)
{
	const char *at = text.ptr, *end = text.ptr + text.len, *stop = at;
	size_t count = 0;

	while ((at = memmem(at, (size_t)(end - at), sign, strlen(sign)))) {
		if (at >= stop) {
			stop = end_of_line(at, end);
			count = 0;
		}
		if (++count >= CSV_CELLS_MOST)
			return false;
		at += strlen(sign);
	}
	return stop > text.ptr;
}

/* Whether the text is a table although no heads say so, or is parted by bars; then it is read. */
static bool read_headless(struct import *import, struct span text)
{
	static const char *const separators[] = { "\t", ",", ";", "|" };

	for (size_t i = 0; i < sizeof(separators) / sizeof(separators[0]); i++)
		if (may_part(text, separators[i]) && read_rows(import, text, separators[i][0]))
			return true;
	return !memchr(text.ptr, '|', text.len) && may_part(text, WIDE_BAR) &&
	       read_wide_bars(import, text);
}

/* A file of Word or Excel, which is a zip file of XML. */
static void read_container(struct import *import, struct span input, enum exchange_format *format)
{
	struct container *container = NULL;
	enum exchange_format kind = EXCHANGE_ANY;
	struct page page;
	enum status status = container_open(input, import->file, import->reader.faults, &container);

	page_init(&page, import);
	if (status == STATUS_OK)
		kind = office_file_kind(container);
	if (status == STATUS_OK && kind == EXCHANGE_ANY)
		import_fault(import, FAULT_ERROR, 0, NULL, "%s", _(refused_container(container)));
	if (*format == EXCHANGE_ANY)
		*format = kind;
	if (kind == EXCHANGE_ANY || !fits(import, *format, kind, input))
		goto cleanup;
	status = kind == EXCHANGE_DOCX ? docx_read(container, &page) : xlsx_read(container, &page);
	if (status == STATUS_OK)
		status = page_status(&page);
	if (status == STATUS_OK)
		read_page(import, &page);
cleanup:
	end_page(import, status);
	container_close(container);
	page_deinit(&page);
}

/* A web page, or Markdown. */
static void read_marked_up(struct import *import, struct span text,
                           void (*read)(struct span text, struct page *page))
{
	struct page page;

	page_init(&page, import);
	read(text, &page);
	if (page_status(&page) == STATUS_OK)
		read_page(import, &page);
	end_page(import, page_status(&page));
	page_deinit(&page);
}

/* Whether the name says YAML, and the text does not plainly say another form. */
static bool is_named_yaml(struct import *import, struct span text)
{
	return yaml_is_named(import->file) && !document_is_exported(text) &&
	       !markdown_has_front_matter(text) && text_trim(text).len > 0 &&
	       !yaml_is_plain(text, &import->reader.status);
}

/* Reads a decoded text; *format is what it was read as. */
static void read_decoded(struct import *import, struct span text, enum exchange_format *format)
{
	enum exchange_format seen = look(import, text);

	if (*format == EXCHANGE_ANY && seen != EXCHANGE_YAML && seen != EXCHANGE_JSONL &&
	    is_named_yaml(import, text))
		seen = EXCHANGE_YAML;
	if (*format == EXCHANGE_ANY)
		*format = seen;
	if (*format == EXCHANGE_TEXT && html_page_is(text))
		read_marked_up(import, text, html_page_read);
	else if (*format == EXCHANGE_TEXT && markdown_is(text) && !document_is_exported(text))
		read_marked_up(import, text, markdown_page_read);
	else if (seen == EXCHANGE_TEXT && !document_is_exported(text) &&
	         (*format == EXCHANGE_CSV || *format == EXCHANGE_TEXT) &&
	         read_headless(import, text))
		*format = EXCHANGE_CSV;
	else if (fits(import, *format, seen, text))
		read_text(import, text, *format);
}

/* *format is what the input was read as. */
static void read_form(struct import *import, struct span input, enum exchange_format *format)
{
	struct buf decoded;
	struct span text;

	const char *refused = refused_file(input);

	if (refused) {
		import_fault(import, FAULT_ERROR, 0, NULL, "%s", _(refused));
		return;
	}
	if (begins_with(input, "PK\x03\x04")) {
		read_container(import, input, format);
		return;
	}
	buf_init(&decoded, (size_t)DECODED_TIMES * input.len + 1);
	if (decode(import, input, &decoded, &text)) {
		drop_controls(import, &decoded, &text);
		read_decoded(import, text, format);
	}
	buf_deinit(&decoded);
}

static const char *reason_without_entries(const struct import *import, enum exchange_format format)
{
	if (import->left_off > 0)
		return _("holds no entries that are given out: all of them are switched off, "
		         "withdrawn or drafts in the other system");
	if (import->is_headless)
		return _("the first row must name the columns, at least question or answer");
	if (format == EXCHANGE_XLSX)
		return _("holds no entries: no sheet has rows of questions and answers");
	if (format == EXCHANGE_CSV)
		return _("holds no entries: no row below the names of the columns has a question "
		         "or an answer");
	if (format != EXCHANGE_TEXT && format != EXCHANGE_DOCX)
		return _("holds no entries");
	return _(
	        "holds no entries: a question begins with its number or mark at the start of a "
	        "line, such as 1、 （一） Q1： or 问：, or ends with ？; the numbers of Word's own "
	        "lists are lost unless it is saved as text");
}

enum status import_read(struct import *import, struct span input, enum exchange_format *format)
{
	struct faults *faults = import->reader.faults;
	size_t before = faults_count(faults, FAULT_ERROR);
	enum status status;

	read_form(import, input, format);
	if (import->reader.status != STATUS_OK)
		return import->reader.status;
	if (!import->keeps_rows) {
		status = check_entries(import->reader.memory, import->entries.items,
		                       import->entries.count, faults);
		if (status != STATUS_OK)
			return status;
	}
	if (import->entries.count + import->row_count == 0 &&
	    faults_count(faults, FAULT_ERROR) == before)
		import_fault(import, FAULT_ERROR, 0, NULL, "%s",
		             reason_without_entries(import, *format));
	return faults_count(faults, FAULT_ERROR) > before ? STATUS_INVALID : STATUS_OK;
}
