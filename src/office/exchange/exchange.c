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

#include "base/digest.h"
#include "base/file.h"
#include "base/language.h"
#include "office/exchange/entry_doubts.h"
#include "office/exchange/entry_marks.h"
#include "office/exchange/exchange_update.h"
#include "office/exchange/form.h"
#include "office/exchange/office_export.h"
#include "office/exchange/outline.h"
#include "office/exchange/starter.h"

enum {
	NAME_MOST_BYTES = 100, /* of a file, without number and ending */
	NAME_CUT = 60,
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

	buf_init(&text, COLLECTION_BYTES_MOST);
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
	const char *target = folder ? file_join(arena, folder, import_collection) : "";
	enum exchange_format format = options->format;
	enum status status = STATUS_OK;

	if (!target)
		return STATUS_NO_MEMORY;
	if (folder)
		status = update_is_due(folder, arena, &import->keeps_rows);
	if (status == STATUS_OK)
		status = import_read(import, input, &format);
	if (folder && !import->keeps_rows && file_kind(target) != FILE_NONE) {
		faults_add(import->reader.faults, FAULT_ERROR, target, 0, NULL,
		           "is there already; rename or remove it, or import into another folder");
		return status == STATUS_OK ? STATUS_INVALID : status;
	}
	if (status == STATUS_OK) {
		entry_marks_take_off(import);
		entry_doubts_report(import);
	}
	status = status == STATUS_OK ? import->reader.status : status;
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
		status = format == EXCHANGE_XLSX ? export_xlsx(buf_span(&plain), out, faults)
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
