#include "knowledge/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <csv.h>

/*
 * RFC 4180. A cell that holds a list has an item a line; where an item itself has a line break, or
 * the list could be taken for JSON, the cell is a JSON array of texts.
 *
 * Excel runs a cell that starts with = + - @ as a formula. Such a cell is written with an
 * apostrophe in front, as Excel itself marks texts, and loses it when it is read.
 */

enum column {
	COLUMN_ID,
	COLUMN_NUMBER,
	COLUMN_QUESTION,
	COLUMN_ALTERNATES,
	COLUMN_PROMPTS,
	COLUMN_PATTERNS,
	COLUMN_UNLESS,
	COLUMN_NOT,
	COLUMN_ANSWER,
	COLUMN_CASES,
	COLUMN_DIAGNOSIS,
	COLUMN_ASK,
	COLUMN_NOTE,
	COLUMN_RELATED,
	COLUMN_DOCUMENT,
	COLUMN_ITEM,
	COLUMN_REVIEWED,
	COLUMN_COUNT,
	COLUMN_UNKNOWN = COLUMN_COUNT,
};

static const char *const column_names[COLUMN_COUNT] = {
	"id",     "number",  "question",        "alternates",  "prompts",   "patterns",
	"unless", "not",     "answer",          "cases",       "diagnosis", "ask",
	"note",   "related", "source_document", "source_item", "reviewed",
};

enum { HEADER_MOST = 100 };

struct cell {
	size_t start, len; /* in the table's text */
};

struct table_reader {
	struct import *import;
	struct csv_parser parser;
	struct buf text; /* of the cells of the row at hand */
	struct cell cells[HEADER_MOST];
	size_t cell_count; /* may exceed HEADER_MOST, which is then too many */
	enum column columns[HEADER_MOST];
	size_t column_count; /* 0 until the header was read */
	unsigned line;       /* the row begins in */
	unsigned at_line;
	size_t rows;
	bool stopped; /* the header is of no use */
};

/* ------------------------------------------------------------------ cells */

static bool is_formula(struct span text)
{
	size_t at = 0;

	while (at < text.len && text.ptr[at] == '\'')
		at++;
	return at < text.len && memchr("=+-@\t\r", text.ptr[at], 6);
}

static struct span cell_text(const struct table_reader *reader, size_t index)
{
	struct cell cell = reader->cells[index];
	struct span text = { buf_text(&reader->text) + cell.start, cell.len };

	if (text.len > 0 && text.ptr[0] == '\'' && is_formula(text))
		return (struct span){ text.ptr + 1, text.len - 1 };
	return text;
}

static void append_cell(struct span text, struct buf *out)
{
	bool guard = is_formula(text);
	size_t most;
	char *quoted;

	if (text.len > (SIZE_MAX - 4) / 2) {
		buf_append(out, text.ptr, text.len);
		return;
	}
	most = text.len * 2 + 2;
	quoted = malloc(most);
	if (!quoted) {
		if (out->status == STATUS_OK)
			out->status = STATUS_NO_MEMORY;
		return;
	}
	most = csv_write(quoted, most, text.ptr, text.len);
	buf_append(out, quoted, guard ? 1 : 0);
	buf_append(out, "'", guard ? 1 : 0);
	buf_append(out, quoted + (guard ? 1 : 0), most - (guard ? 1 : 0));
	free(quoted);
}

/* ------------------------------------------------------------------ reading rows */

static void add_member(struct table_reader *reader, cJSON *object, const char *name, cJSON *value)
{
	if (!cJSON_AddItemToObject(object, name, value)) {
		cJSON_Delete(value);
		reader->import->reader.status = STATUS_NO_MEMORY;
	}
}

static cJSON *string_of(struct table_reader *reader, struct span text)
{
	char *copy = strndup(text.ptr, text.len);
	cJSON *value = copy ? cJSON_CreateString(copy) : NULL;

	if (!value)
		reader->import->reader.status = STATUS_NO_MEMORY;
	free(copy);
	return value;
}

/* A whole number, or a text: which the entry's rules then refuse with the right words. */
static cJSON *number_of(struct table_reader *reader, struct span text)
{
	int value = 0;

	if (text.len == 0 || text.len > 9)
		return string_of(reader, text);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return string_of(reader, text);
		value = value * 10 + (text.ptr[i] - '0');
	}
	return cJSON_CreateNumber(value);
}

static cJSON *json_of(struct span text)
{
	const struct json_limits limits = { LINE_BYTES_MOST, ENTRY_DEPTH_MOST };
	cJSON *value = NULL;

	if (json_parse(&value, text, limits, NULL, NULL) != STATUS_OK)
		return NULL;
	return value;
}

static cJSON *lines_of(struct table_reader *reader, struct span text)
{
	cJSON *list = cJSON_CreateArray();
	const char *at = text.ptr, *end = text.ptr + text.len;

	while (list && at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		struct span line = { at, (size_t)((stop ? stop : end) - at) };

		at += line.len + 1;
		if (line.len > 0 && line.ptr[line.len - 1] == '\r')
			line.len--;
		if (line.len > 0)
			cJSON_AddItemToArray(list, string_of(reader, line));
	}
	return list;
}

static bool starts_as_json(struct span text)
{
	return text.len >= 2 && memcmp(text.ptr, "[\"", 2) == 0;
}

static cJSON *list_of(struct table_reader *reader, struct span text)
{
	cJSON *list = starts_as_json(text) ? json_of(text) : NULL;

	return list ? list : lines_of(reader, text);
}

static void take_json(struct table_reader *reader, cJSON *object, const char *name,
                      struct span text, const char *example)
{
	cJSON *value = json_of(text);

	if (value)
		add_member(reader, object, name, value);
	else
		import_fault(reader->import, FAULT_ERROR, reader->line, name,
		             "must be JSON such as %s", example);
}

static cJSON *source_of(struct table_reader *reader, cJSON *object)
{
	cJSON *source = cJSON_GetObjectItemCaseSensitive(object, "source");

	if (!source) {
		source = cJSON_CreateObject();
		add_member(reader, object, "source", source);
	}
	return source;
}

static void take_cell(struct table_reader *reader, cJSON *object, enum column column,
                      struct span text)
{
	const char *name = column < COLUMN_COUNT ? column_names[column] : "";

	if (column == COLUMN_UNKNOWN || text.len == 0)
		return;
	switch (column) {
	case COLUMN_NUMBER:
		add_member(reader, object, name, number_of(reader, text));
		break;
	case COLUMN_ALTERNATES:
	case COLUMN_PROMPTS:
	case COLUMN_PATTERNS:
	case COLUMN_UNLESS:
	case COLUMN_NOT:
	case COLUMN_RELATED:
		add_member(reader, object, name, list_of(reader, text));
		break;
	case COLUMN_CASES:
		take_json(reader, object, name, text,
		          "[{\"id\":\"1\",\"situation\":\"...\",\"advice\":\"...\"}]");
		break;
	case COLUMN_DIAGNOSIS:
		take_json(reader, object, name, text, "[{\"claim\":\"...\",\"when\":\"...\"}]");
		break;
	case COLUMN_ASK:
		take_json(reader, object, name, text,
		          "[{\"fact\":\"...\",\"question\":\"...\",\"why\":\"...\",\"options\":[..."
		          "]}]");
		break;
	case COLUMN_DOCUMENT:
		add_member(reader, source_of(reader, object), "document", string_of(reader, text));
		break;
	case COLUMN_ITEM:
		add_member(reader, source_of(reader, object), "item", number_of(reader, text));
		break;
	default:
		add_member(reader, object, name, string_of(reader, text));
		break;
	}
}

/* A row that names no id gets one from its number or its place. */
static void give_id(struct table_reader *reader, cJSON *object)
{
	const cJSON *number = cJSON_GetObjectItemCaseSensitive(object, "number");
	struct import *import = reader->import;
	const char *id;

	if (cJSON_GetObjectItemCaseSensitive(object, "id"))
		return;
	if (cJSON_IsNumber(number))
		id = import_item_id(import, number->valueint);
	else
		id = arena_format(import->reader.memory->arena, "row-%04zu", reader->rows);
	add_member(reader, object, "id", string_of(reader, span_of(id ? id : "")));
}

static void take_row(struct table_reader *reader)
{
	cJSON *object = cJSON_CreateObject();

	for (size_t i = 0; object && i < reader->column_count; i++)
		take_cell(reader, object, reader->columns[i], cell_text(reader, i));
	reader->rows++;
	if (object)
		give_id(reader, object);
	import_take(reader->import, object, reader->line);
}

/* ------------------------------------------------------------------ the header */

static struct span trim(struct span text)
{
	while (text.len > 0 && text.ptr[0] == ' ')
		text = (struct span){ text.ptr + 1, text.len - 1 };
	while (text.len > 0 && text.ptr[text.len - 1] == ' ')
		text.len--;
	return text;
}

static enum column column_named(struct span name)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		if (span_equal(span_of(column_names[i]), name))
			return (enum column)i;
	}
	return COLUMN_UNKNOWN;
}

static void take_header(struct table_reader *reader)
{
	bool seen[COLUMN_COUNT + 1] = { false };

	for (size_t i = 0; i < reader->cell_count; i++) {
		struct span name = trim(cell_text(reader, i));
		enum column column = column_named(name);

		reader->columns[i] = column;
		if (column == COLUMN_UNKNOWN)
			import_fault(reader->import, FAULT_WARNING, reader->line, NULL,
			             "the column \"%.*s\" is not known and is left out",
			             SPAN_ARGS(name));
		else if (seen[column])
			import_fault(reader->import, FAULT_ERROR, reader->line,
			             column_names[column], "the column is there twice");
		seen[column] = true;
	}
	reader->column_count = reader->cell_count;
	reader->stopped = !seen[COLUMN_QUESTION] && !seen[COLUMN_ANSWER];
	if (reader->stopped)
		import_fault(reader->import, FAULT_ERROR, reader->line, NULL,
		             "the first row must name the columns, at least question or answer");
}

/* ------------------------------------------------------------------ the table */

static void end_cell(void *text, size_t len, void *context)
{
	struct table_reader *reader = context;

	if (reader->cell_count < HEADER_MOST)
		reader->cells[reader->cell_count] = (struct cell){ reader->text.len, len };
	reader->cell_count++;
	if (len > 0)
		buf_append(&reader->text, text, len);
}

/* A spreadsheet's used but empty rows. */
static bool is_empty_row(const struct table_reader *reader)
{
	return reader->text.len == 0;
}

static void forget_row(struct table_reader *reader)
{
	buf_clear(&reader->text);
	reader->cell_count = 0;
	reader->line = reader->at_line + 1;
}

static void end_row(int terminator, void *context)
{
	struct table_reader *reader = context;
	struct import *import = reader->import;

	(void)terminator;
	if (buf_status(&reader->text) != STATUS_OK)
		import->reader.status = buf_status(&reader->text);
	else if (is_empty_row(reader) || reader->stopped)
		; /* nothing to read */
	else if (reader->cell_count > HEADER_MOST)
		import_fault(import, FAULT_ERROR, reader->line, NULL, "%zu cells are too many",
		             reader->cell_count);
	else if (reader->column_count == 0)
		take_header(reader);
	else if (reader->cell_count != reader->column_count)
		import_fault(import, FAULT_ERROR, reader->line, NULL,
		             "the row has %zu cells, the header %zu", reader->cell_count,
		             reader->column_count);
	else
		take_row(reader);
	forget_row(reader);
}

/* Blanks beside a cell belong to it. */
static int no_space(unsigned char c)
{
	(void)c;
	return 0;
}

static bool open_parser(struct table_reader *reader)
{
	const unsigned char options = CSV_STRICT | CSV_STRICT_FINI;

	if (csv_init(&reader->parser, options) != 0)
		return false;
	csv_set_space_func(&reader->parser, no_space);
	return true;
}

/* A stray quote spoils its row; the next line is read as a new row. */
static void recover(struct table_reader *reader)
{
	struct import *import = reader->import;

	if (csv_error(&reader->parser) == CSV_EPARSE)
		import_fault(import, FAULT_ERROR, reader->at_line, NULL,
		             "a quotation mark stands where none may: a cell that holds one is "
		             "put in quotes, and the mark is doubled");
	else
		import->reader.status = STATUS_NO_MEMORY;
	csv_free(&reader->parser);
	if (!open_parser(reader))
		import->reader.status = STATUS_NO_MEMORY;
	forget_row(reader);
}

static bool is_empty_line(const char *line, size_t len)
{
	return line[0] == '\n' || (len > 1 && line[0] == '\r' && line[1] == '\n');
}

static void take_lines(struct table_reader *reader, struct span input)
{
	const char *at = input.ptr, *end = input.ptr + input.len;

	while (at < end && reader->import->reader.status == STATUS_OK) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t len = stop ? (size_t)(stop - at) + 1 : (size_t)(end - at);

		reader->at_line++;
		/* An empty line ends no row, but the next one begins behind it. */
		if (reader->line == reader->at_line && is_empty_line(at, len))
			reader->line++;
		if (csv_parse(&reader->parser, at, len, end_cell, end_row, reader) != len)
			recover(reader);
		at += len;
	}
	if (reader->import->reader.status == STATUS_OK &&
	    csv_fini(&reader->parser, end_cell, end_row, reader) != 0)
		import_fault(reader->import, FAULT_ERROR, reader->line, NULL,
		             "a cell that begins here with a quotation mark never ends");
}

void import_csv(struct import *import, struct span input)
{
	struct table_reader *reader = calloc(1, sizeof(*reader));

	if (!reader || !open_parser(reader)) {
		import->reader.status = STATUS_NO_MEMORY;
		free(reader);
		return;
	}
	reader->import = import;
	reader->line = 1;
	buf_init(&reader->text, SIZE_MAX - 1);
	take_lines(reader, input);
	buf_deinit(&reader->text);
	csv_free(&reader->parser);
	free(reader);
}

/* ------------------------------------------------------------------ writing */

static bool needs_json(const char *const *items, size_t count)
{
	if (count > 0 && starts_as_json(span_of(items[0])))
		return true;
	for (size_t i = 0; i < count; i++) {
		if (strpbrk(items[i], "\r\n"))
			return true;
	}
	return false;
}

static void append_list(const char *const *items, size_t count, struct buf *scratch,
                        struct buf *out)
{
	buf_clear(scratch);
	if (needs_json(items, count))
		strings_print(items, count, scratch);
	for (size_t i = 0; !needs_json(items, count) && i < count; i++) {
		buf_append(scratch, "\n", i > 0 ? 1 : 0);
		buf_append_text(scratch, items[i]);
	}
	append_cell(buf_span(scratch), out);
}

static void append_patterns(const struct pattern_list *patterns, struct buf *scratch,
                            struct buf *out)
{
	const char *items[PATTERNS_MOST];

	for (size_t i = 0; i < patterns->count && i < PATTERNS_MOST; i++)
		items[i] = pattern_source(patterns->items[i]);
	append_list(items, patterns->count, scratch, out);
}

static void append_number(int number, struct buf *out)
{
	char text[16] = "";

	if (number > 0)
		snprintf(text, sizeof(text), "%d", number);
	append_cell(span_of(text), out);
}

static void append_strings(const struct strings *strings, struct buf *scratch, struct buf *out)
{
	append_list(strings->items, strings->count, scratch, out);
}

static void append_json(const struct entry *entry,
                        void (*print)(const struct entry *entry, struct buf *out),
                        struct buf *scratch, struct buf *out)
{
	buf_clear(scratch);
	print(entry, scratch);
	append_cell(buf_span(scratch), out);
}

static void append_column(const struct entry *entry, enum column column, struct buf *scratch,
                          struct buf *out)
{
	switch (column) {
	case COLUMN_ID:
		append_cell(span_of(entry->id), out);
		break;
	case COLUMN_NUMBER:
		append_number(entry->number, out);
		break;
	case COLUMN_QUESTION:
		append_cell(span_of(entry->question), out);
		break;
	case COLUMN_ALTERNATES:
		append_strings(&entry->also, scratch, out);
		break;
	case COLUMN_PROMPTS:
		append_strings(&entry->prompts, scratch, out);
		break;
	case COLUMN_PATTERNS:
		append_patterns(&entry->patterns, scratch, out);
		break;
	case COLUMN_UNLESS:
		append_patterns(&entry->unless, scratch, out);
		break;
	case COLUMN_NOT:
		append_strings(&entry->negatives, scratch, out);
		break;
	case COLUMN_ANSWER:
		append_cell(span_of(entry->answer), out);
		break;
	case COLUMN_CASES:
		append_json(entry, cases_print, scratch, out);
		break;
	case COLUMN_DIAGNOSIS:
		append_json(entry, diagnosis_print, scratch, out);
		break;
	case COLUMN_ASK:
		append_json(entry, questions_print, scratch, out);
		break;
	case COLUMN_NOTE:
		append_cell(span_of(entry->note), out);
		break;
	case COLUMN_RELATED:
		append_strings(&entry->related, scratch, out);
		break;
	case COLUMN_DOCUMENT:
		append_cell(span_of(entry->document), out);
		break;
	case COLUMN_ITEM:
		append_number(entry->item, out);
		break;
	case COLUMN_REVIEWED:
		append_cell(span_of(entry->reviewed), out);
		break;
	case COLUMN_COUNT:
		break;
	}
}

void export_csv(const struct knowledge *knowledge, struct buf *out)
{
	struct buf scratch;

	buf_init(&scratch, SIZE_MAX - 1);
	buf_append_text(out, "\xef\xbb\xbf");
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		buf_append(out, ",", i > 0 ? 1 : 0);
		append_cell(span_of(column_names[i]), out);
	}
	buf_append_text(out, "\r\n");
	for (size_t i = 0; i < knowledge->answer_count; i++) {
		for (size_t column = 0; column < COLUMN_COUNT; column++) {
			buf_append(out, ",", column > 0 ? 1 : 0);
			append_column(&knowledge->entries[i], (enum column)column, &scratch, out);
			if (buf_status(&scratch) != STATUS_OK && out->status == STATUS_OK)
				out->status = buf_status(&scratch);
		}
		buf_append_text(out, "\r\n");
	}
	buf_deinit(&scratch);
}
