/*
 * An import reads its form into entries (or, for a folder that has entries already, into rows
 * for exchange_update.c), checks them as a whole, and writes a collection under a hidden name
 * that is renamed into place: the collection is there whole or not at all. An export prints
 * every entry in the chosen form.
 */
#include "office/exchange/exchange.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/language.h"
#include "base/utf8.h"
#include "engine/text/encoding.h"
#include "office/exchange/document_reading.h"
#include "office/exchange/exchange_update.h"
#include "office/exchange/form.h"
#include "office/exchange/heads.h"
#include "office/exchange/html_page.h"
#include "office/exchange/markdown_page.h"
#include "office/exchange/office_export.h"
#include "office/exchange/office_file.h"
#include "office/exchange/outline.h"
#include "office/exchange/refused_file.h"
#include "office/exchange/starter.h"

enum {
	NAME_MOST_BYTES = 100, /* of a file, without number and ending */
	NAME_CUT = 60,
	HEAD_LINES = 5, /* in which the heads of a table are looked for */
};

static const struct {
	const char *name;
	enum exchange_format format;
} formats[] = {
	{ "jsonl", EXCHANGE_JSONL }, { "json", EXCHANGE_JSONL }, { "csv", EXCHANGE_CSV },
	{ "text", EXCHANGE_TEXT },   { "yaml", EXCHANGE_YAML },  { "xlsx", EXCHANGE_XLSX },
	{ "docx", EXCHANGE_DOCX },
};

bool exchange_input_named(const char *name, enum exchange_format *out)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(formats[i].name, name) == 0) {
			*out = formats[i].format;
			return true;
		}
	}
	return false;
}

bool exchange_format_named(const char *name, enum exchange_format *out)
{
	return exchange_input_named(name, out) && *out <= EXCHANGE_DOCX;
}

const char *exchange_format_name(enum exchange_format format)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (formats[i].format == format)
			return formats[i].name;
	return "";
}

/* ------------------------------------------------------------------ names of files */

static void append_digest(const char *id, struct buf *out)
{
	struct digest *digest = NULL;
	char hex[DIGEST_HEX_SIZE] = "";

	if (digest_create(&digest) == STATUS_OK) {
		digest_add(digest, span_of(id));
		if (digest_finish(digest, hex) == STATUS_OK)
			buf_append(out, hex, 16);
		digest_destroy(digest);
	}
}

/* Letters, digits, - and _ stay, and a full stop behind one of them; all else is percent-escaped.
 */
static void append_safe(const char *id, struct buf *out)
{
	static const char safe[] =
	        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	size_t start = out->len;

	for (const char *at = id; *at; at++) {
		if (strchr(safe, *at) || (*at == '.' && at != id && strchr(safe, at[-1])))
			buf_append_char(out, *at);
		else
			buf_append_format(out, "%%%02X", (unsigned)(unsigned char)*at);
	}
	if (out->len - start > NAME_MOST_BYTES && buf_status(out) == STATUS_OK) {
		assert(out->len < out->capacity);
		out->len = start + NAME_CUT;
		out->ptr[out->len] = '\0';
		buf_append_char(out, '-');
		append_digest(id, out);
	}
}

void entry_file_name(size_t number, int digits, const char *id, struct buf *out)
{
	buf_append_format(out, "%0*zu-", digits, number);
	append_safe(id, out);
	buf_append_text(out, ".json");
}

/* Whether every entry has a number, each larger than the one before. */
static bool numbers_rise(const struct entry_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		int before = i > 0 ? list->items[i - 1].number : 0;

		if (list->items[i].number <= before)
			return false;
	}
	return true;
}

static int digits_of(size_t number)
{
	int digits = 2;

	while (number >= 100) {
		number /= 10;
		digits++;
	}
	return digits;
}

/*
 * A folder is read in the order of its file names, so the name starts with the entry's number or,
 * where the numbers would give another order than the input has, with its place in the input. That
 * also keeps the names apart, whatever the ids are.
 */
static void append_file_name(const struct entry_list *list, size_t index, struct buf *out)
{
	bool by_number = numbers_rise(list);
	size_t last = by_number ? (size_t)list->items[list->count - 1].number : list->count;
	size_t own = by_number ? (size_t)list->items[index].number : index + 1;

	assert(own <= last);
	entry_file_name(own, digits_of(last), list->items[index].id, out);
}

/* ------------------------------------------------------------------ writing the collection */

static enum status write_file(struct import *import, const char *folder, const char *name,
                              const struct buf *text)
{
	const char *path = file_join(import->reader.memory->arena, folder, name);

	if (buf_status(text) != STATUS_OK)
		return buf_status(text);
	return path ? import_unwritten(import, path, file_write(path, buf_span(text)))
	            : STATUS_NO_MEMORY;
}

static enum status write_entry_files(struct import *import, const char *folder)
{
	const struct entry_list *list = &import->entries;
	enum status status = STATUS_OK;
	struct buf text, name;

	buf_init(&text, ENTRY_BYTES_MOST);
	buf_init(&name, ENTRY_BYTES_MOST);
	for (size_t i = 0; i < list->count && status == STATUS_OK; i++) {
		buf_clear(&text);
		buf_clear(&name);
		entry_print(&list->items[i], ENTRY_FILE, &text);
		append_file_name(list, i, &name);
		status = buf_status(&name);
		if (status == STATUS_OK)
			status = write_file(import, folder, buf_text(&name), &text);
	}
	buf_deinit(&text);
	buf_deinit(&name);
	return status;
}

static enum status write_lines(struct import *import, const char *folder)
{
	const struct entry_list *list = &import->entries;
	enum status status = STATUS_OK;
	struct buf text;

	buf_init(&text, SIZE_MAX - 1);
	for (size_t i = 0; i < list->count && status == STATUS_OK; i++) {
		size_t start = text.len;

		entry_print(&list->items[i], ENTRY_LINE, &text);
		if (text.len - start > LINE_BYTES_MOST)
			status = STATUS_LIMIT; /* could not be read again */
	}
	if (status == STATUS_OK)
		status = write_file(import, folder, "entries.jsonl", &text);
	buf_deinit(&text);
	return status;
}

/* Beside the others under a hidden name first: the collection is there whole or not at all. */
static enum status write_collection(struct import *import, const char *out_folder,
                                    const char *target)
{
	struct arena *arena = import->reader.memory->arena;
	char *folder = arena_format(arena, "%s/.imported-XXXXXX", out_folder);
	enum status status;

	if (!folder)
		return STATUS_NO_MEMORY;
	if (!mkdtemp(folder))
		return import_unwritten(import, out_folder, STATUS_IO);
	if (import->entries.count > EXCHANGE_FILES_MOST)
		status = write_lines(import, folder);
	else
		status = write_entry_files(import, folder);
	if (status == STATUS_OK && (chmod(folder, 0755) != 0 || rename(folder, target) != 0))
		status = import_unwritten(import, target, STATUS_IO);
	if (status != STATUS_OK)
		file_remove_tree(folder);
	return status;
}

/* ------------------------------------------------------------------ import */

static unsigned line_of(struct span text, size_t offset)
{
	unsigned line = 1;

	for (size_t i = 0; i < offset; i++)
		line += text.ptr[i] == '\n';
	return line;
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
	if (status == STATUS_INVALID && at < text->len)
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

static bool begins_with(struct span text, const char *start)
{
	return text.len >= strlen(start) && memcmp(text.ptr, start, strlen(start)) == 0;
}

/* Whether the line names two columns that are known. */
static bool is_row_of_heads(struct span rest)
{
	size_t known = 0, cells = 0;

	while (rest.len > 0) {
		size_t len = 0;
		struct span cell;

		while (len < rest.len && rest.ptr[len] != ',' && rest.ptr[len] != '\t' &&
		       rest.ptr[len] != '\r')
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
static bool has_heads(struct span text)
{
	bool found = false;

	for (int i = 0; i < HEAD_LINES && text.len > 0 && !found; i++) {
		size_t len = 0;

		while (len < text.len && text.ptr[len] != '\n' && text.ptr[len] != '\r')
			len++;
		found = is_row_of_heads((struct span){ text.ptr, len });
		text = (struct span){ text.ptr + len, text.len - len };
		if (text.len > 0)
			text = (struct span){ text.ptr + 1, text.len - 1 };
	}
	return found;
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

static bool is_yaml(struct span text)
{
	if (markdown_has_front_matter(text))
		return false;
	return begins_with(text, "version:") || begins_with(text, "nlu:") ||
	       begins_with(text, "responses:") || begins_with(text, "---\n") ||
	       begins_with(text, "---\r\n") || begins_with(text, "%YAML") ||
	       begins_with_a_question(text) || memmem(text.ptr, text.len, "\nnlu:\n", 6);
}

/* What a text looks like. */
static enum exchange_format look(struct span text)
{
	while (text.len > 0 && memchr(" \t\r\n", text.ptr[0], 4))
		text = (struct span){ text.ptr + 1, text.len - 1 };
	if (begins_with(text, "{") || begins_with(text, "[{") || begins_with(text, "[\n") ||
	    begins_with(text, "[ ") || begins_with(text, "[\r"))
		return EXCHANGE_JSONL;
	const bool yaml = is_yaml(text);

	if ((!yaml && !has_heads(text)) || document_is_exported(text))
		return EXCHANGE_TEXT;
	return yaml ? EXCHANGE_YAML : EXCHANGE_CSV;
}

/* A format that was given must not be another one that the text is plainly in. */
static bool fits(struct import *import, enum exchange_format given, enum exchange_format seen)
{
	if (given == seen ||
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
}

/* A text whose lines are rows, on the way to the rows that page_add_rows() takes. */
struct rows {
	struct buf text;
	size_t count, wide; /* rows of as many cells as the first one, two or more */
	size_t cells;
};

static enum status add_row(void *context, const struct csv_row *row)
{
	struct rows *rows = context;

	if (rows->count > DOCUMENT_LINES_MOST)
		return STATUS_LIMIT;
	rows->cells = rows->count++ == 0 ? row->count : rows->cells;
	rows->wide += row->count == rows->cells && row->count > 1;
	buf_append_format(&rows->text, "%u", row->line);
	for (size_t i = 0; i < row->count; i++) {
		buf_append_char(&rows->text, ',');
		csv_append_cell(row->cells[i], &rows->text);
	}
	buf_append_text(&rows->text, "\r\n");
	return buf_status(&rows->text);
}

/* Whether the text is a table although no heads say so; then it is read. */
static bool read_headless(struct import *import, struct span text)
{
	static const char separators[] = { '\t', ',' };
	bool found = false;

	for (size_t i = 0; i < sizeof(separators) && !found; i++) {
		struct rows rows = { .count = 0 };
		struct page page;

		if (!memchr(text.ptr, separators[i], text.len))
			continue;
		buf_init(&rows.text, SIZE_MAX - 1);
		page_init(&page, import);
		const bool is_table = csv_read_separated(text, separators[i], import->file, NULL,
		                                         add_row, &rows) == STATUS_OK &&
		                      rows.count > 1 && rows.wide * 10 >= rows.count * 9;

		import->is_headless |= is_table;
		found = is_table && page_add_rows(&page, buf_span(&rows.text));
		if (found)
			read_page(import, &page);
		page_deinit(&page);
		buf_deinit(&rows.text);
	}
	return found;
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
	if (kind == EXCHANGE_ANY || !fits(import, *format, kind))
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
	buf_init(&decoded, SIZE_MAX - 1);
	if (decode(import, input, &decoded, &text)) {
		const enum exchange_format seen = look(text);

		if (*format == EXCHANGE_ANY)
			*format = seen;
		if (*format == EXCHANGE_TEXT && html_page_is(text))
			read_marked_up(import, text, html_page_read);
		else if (*format == EXCHANGE_TEXT && markdown_is(text) &&
		         !document_is_exported(text))
			read_marked_up(import, text, markdown_page_read);
		else if (seen == EXCHANGE_TEXT && !document_is_exported(text) &&
		         (*format == EXCHANGE_CSV || *format == EXCHANGE_TEXT) &&
		         read_headless(import, text))
			*format = EXCHANGE_CSV;
		else if (fits(import, *format, seen))
			read_text(import, text, *format);
	}
	buf_deinit(&decoded);
}

static const char *reason_without_entries(const struct import *import, enum exchange_format format)
{
	if (import->is_headless)
		return _("the first row must name the columns, at least question or answer");
	if (format == EXCHANGE_XLSX)
		return _("holds no entries: no sheet has rows of questions and answers");
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

static void report_failure(struct import *import, enum status status)
{
	if (status == STATUS_LIMIT)
		faults_add(import->reader.faults, FAULT_ERROR, import->file, 0, NULL,
		           "holds an entry that is larger than a file may be (1 MiB; 256 KiB "
		           "where the collection is one file of lines)");
	if (status == STATUS_IO && import->unwritten)
		faults_add(import->reader.faults, FAULT_ERROR, import->unwritten, 0, NULL,
		           "cannot be written: %s", file_reason(import->error));
}

static enum status run(struct import *import, struct span input,
                       const struct exchange_options *options, struct exchange_counts *counts)
{
	struct arena *arena = import->reader.memory->arena;
	const char *folder = options->folder;
	const char *target = file_join(arena, folder, import_collection);
	enum exchange_format format = options->format;
	enum status status;

	if (!target)
		return STATUS_NO_MEMORY;
	status = update_is_due(folder, arena, &import->keeps_rows);
	if (status == STATUS_OK)
		status = import_read(import, input, &format);
	if (!import->keeps_rows && file_kind(target) != FILE_NONE) {
		faults_add(import->reader.faults, FAULT_ERROR, target, 0, NULL,
		           "is there already; rename or remove it, or import into another folder");
		return status == STATUS_OK ? STATUS_INVALID : status;
	}
	if (status == STATUS_OK && options->dry_run)
		outline_entries(import);
	if (status == STATUS_OK && import->keeps_rows)
		status = update_run(import, folder, options, counts);
	if (options->dry_run) {
		report_failure(import, status);
		return status;
	}
	if (status == STATUS_OK)
		status = starter_write(import, folder);
	if (status == STATUS_OK && !import->keeps_rows) {
		status = write_collection(import, folder, target);
		counts->entries = import->entries.count;
		counts->added = import->entries.count;
	}
	report_failure(import, status);
	return status;
}

enum status exchange_import(struct span input, const char *file,
                            const struct exchange_options *options, struct faults *faults,
                            struct exchange_counts *counts)
{
	struct faults *own = NULL;
	struct import import;
	enum status status = STATUS_OK;

	*counts = (struct exchange_counts){ 0 };
	if (!input.ptr)
		input = span_of("");
	if (!faults)
		status = faults_create(&own);
	if (status != STATUS_OK)
		return status;
	status = import_begin(&import, file, faults ? faults : own);
	if (status == STATUS_OK) {
		import.outline = options->outline;
		import.dry_run = options->dry_run;
		status = run(&import, input, options, counts);
		if (status != STATUS_OK)
			*counts = (struct exchange_counts){ 0 };
		import_end(&import);
	}
	faults_destroy(own);
	return status;
}

/* ------------------------------------------------------------------ export */

static int compare_numbers(const void *left, const void *right)
{
	const int a = *(const int *)left, b = *(const int *)right;

	return (a > b) - (a < b);
}

/* Whether a number stands twice: collections may each begin with 1. */
static enum status find_number_twice(const struct knowledge *knowledge, bool *twice)
{
	int *numbers = calloc(knowledge->answer_count + 1, sizeof(*numbers));

	*twice = false;
	if (!numbers)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < knowledge->answer_count; i++)
		numbers[i] = knowledge->entries[i].number;
	qsort(numbers, knowledge->answer_count, sizeof(*numbers), compare_numbers);
	for (size_t i = 1; i < knowledge->answer_count; i++)
		*twice |= numbers[i] > 0 && numbers[i] == numbers[i - 1];
	free(numbers);
	return STATUS_OK;
}

/* The forms know no collections: where there are several, they become one. */
static void note_collections(const struct knowledge *knowledge, bool numbered,
                             struct faults *faults)
{
	for (size_t i = 1; i < knowledge->answer_count; i++) {
		const struct entry *entry = &knowledge->entries[i];

		if (strcmp(entry->collection, entry[-1].collection) != 0) {
			faults_add(faults, FAULT_WARNING, entry->file, entry->line, NULL, "%s",
			           numbered
			                   ? _("there are several collections; all go into one")
			                   : _("there are several collections; all go into one, "
			                       "without their numbers, of which some stand twice"));
			return;
		}
	}
}

enum { PLAIN_CEILING = 1 << 30 };

static enum status export_office(const struct knowledge *knowledge, enum exchange_format format,
                                 bool by_number, struct buf *out, struct faults *faults)
{
	struct buf plain;
	enum status status = STATUS_OK;

	buf_init(&plain, PLAIN_CEILING);
	if (format == EXCHANGE_XLSX)
		export_csv(knowledge, by_number, &plain);
	else
		status = export_text(knowledge, &plain, faults);
	if (status == STATUS_OK)
		status = buf_status(&plain);
	if (status == STATUS_OK)
		status = format == EXCHANGE_XLSX ? export_xlsx(buf_span(&plain), out)
		                                 : export_docx(buf_span(&plain), out);
	buf_deinit(&plain);
	return status;
}

enum status exchange_export(const struct knowledge *knowledge, enum exchange_format format,
                            struct buf *out, struct faults *faults)
{
	bool twice;
	enum status status = find_number_twice(knowledge, &twice);

	if (status != STATUS_OK)
		return status;
	note_collections(knowledge, !twice, faults);
	switch (format) {
	case EXCHANGE_JSONL:
		export_jsonl(knowledge, !twice, out);
		break;
	case EXCHANGE_CSV:
		export_csv(knowledge, !twice, out);
		break;
	case EXCHANGE_TEXT:
		status = export_text(knowledge, out, faults);
		break;
	case EXCHANGE_XLSX:
	case EXCHANGE_DOCX:
		status = export_office(knowledge, format, !twice, out, faults);
		break;
	default:
		assert(false); /* the others are only read */
	}
	return status == STATUS_OK ? buf_status(out) : status;
}
