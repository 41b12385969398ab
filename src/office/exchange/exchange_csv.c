/*
 * Reading: the first row maps cells to columns; every further row becomes a JSON object of an
 * entry, which form.c takes as it takes a line of JSONL. Lists have an item a line within a
 * cell, or are a JSON array; cases, diagnosis and questions are JSON. Writing goes through the
 * same columns in the order of `enum column`.
 */
#include "office/exchange/form.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/near.h"

/*
 * RFC 4180 (base/csv.h). A cell that holds a list has an item a line; where an item itself has a
 * line break, or the list could be taken for JSON, the cell is a JSON array of texts.
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
	COLUMN_APART,
	COLUMN_NOTE,
	COLUMN_INTERNAL,
	COLUMN_RELATED,
	COLUMN_DOCUMENT,
	COLUMN_ITEM,
	COLUMN_REVIEWED,
	COLUMN_COUNT,
	COLUMN_UNKNOWN = COLUMN_COUNT,
};

enum { HEADING_SIZE = 128 };

static const char *const column_names[COLUMN_COUNT] = {
	"id",       "number",  "question",        "alternates",  "prompts",  "patterns", "unless",
	"not",      "answer",  "cases",           "diagnosis",   "ask",      "apart",    "note",
	"internal", "related", "source_document", "source_item", "reviewed",
};

struct table_reader {
	struct import *import;
	enum column columns[CSV_CELLS_MOST];
	size_t column_count; /* 0 until the header was read */
	unsigned line;       /* the row at hand begins in */
	size_t rows;
	bool stopped; /* the header is unusable: no row is read */
};

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

/* A whole number, or a text, which the check of the entry then refuses with the right message. */
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
	case COLUMN_APART:
		take_json(reader, object, name, text, "{\"fact\":\"...\",\"is\":\"...\"}");
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

static void take_entry(struct table_reader *reader, const struct csv_row *row)
{
	cJSON *object = cJSON_CreateObject();

	assert(reader->column_count <= CSV_CELLS_MOST);
	for (size_t i = 0; object && i < reader->column_count; i++)
		take_cell(reader, object, reader->columns[i], row->cells[i]);
	const bool named = object && cJSON_GetObjectItemCaseSensitive(object, "id");
	reader->rows++;
	if (object)
		give_id(reader, object);
	import_take(reader->import, object, reader->line, named);
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

/* The right name of a heading that offices use instead; NULL for any other heading. */
static const char *right_name(struct span heading)
{
	static const struct {
		const char *heading;
		enum column column;
	} meant[] = {
		{ "问题", COLUMN_QUESTION },     { "标准问", COLUMN_QUESTION },
		{ "答案", COLUMN_ANSWER },       { "回答", COLUMN_ANSWER },
		{ "编号", COLUMN_NUMBER },       { "序号", COLUMN_NUMBER },
		{ "相似问", COLUMN_ALTERNATES },
	};

	for (size_t i = 0; i < sizeof(meant) / sizeof(meant[0]); i++)
		if (span_equal(span_of(meant[i].heading), heading))
			return column_names[meant[i].column];
	return NULL;
}

static void warn_of_column(struct table_reader *reader, struct span heading)
{
	char text[HEADING_SIZE];
	struct near near = { .wrong = text };
	const char *right = right_name(heading);

	snprintf(text, sizeof(text), "%.*s", SPAN_ARGS(heading));
	for (size_t i = 0; i < COLUMN_COUNT && !right; i++)
		near_try(&near, column_names[i]);
	if (!right)
		right = near.best;
	if (right)
		import_fault(reader->import, FAULT_WARNING, reader->line, NULL,
		             "the column \"%.*s\" is not known and is left out; call it %s",
		             SPAN_ARGS(heading), right);
	else
		import_fault(reader->import, FAULT_WARNING, reader->line, NULL,
		             "the column \"%.*s\" is not known and is left out",
		             SPAN_ARGS(heading));
}

static void take_header(struct table_reader *reader, const struct csv_row *row)
{
	bool seen[COLUMN_COUNT + 1] = { false };
	const char *separator = csv_separator_of(row);

	reader->column_count = row->count;
	reader->stopped = separator;
	if (separator) {
		import_fault(reader->import, FAULT_ERROR, reader->line, NULL,
		             "the cells are parted by %s, not by commas: in Excel save it as "
		             "\"CSV UTF-8 (comma delimited)\"",
		             separator);
		return;
	}
	for (size_t i = 0; i < row->count; i++) {
		struct span name = trim(row->cells[i]);
		enum column column = column_named(name);

		reader->columns[i] = column;
		if (column == COLUMN_UNKNOWN)
			warn_of_column(reader, name);
		else if (seen[column])
			import_fault(reader->import, FAULT_ERROR, reader->line,
			             column_names[column], "the column is there twice");
		seen[column] = true;
	}
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		if (seen[i] && i != COLUMN_DOCUMENT && i != COLUMN_ITEM)
			import_carries(reader->import, column_names[i]);
	if (seen[COLUMN_DOCUMENT])
		import_carries(reader->import, "source");
	reader->stopped = !seen[COLUMN_QUESTION] && !seen[COLUMN_ANSWER] && !seen[COLUMN_ID];
	if (reader->stopped)
		import_fault(reader->import, FAULT_ERROR, reader->line, NULL,
		             "the first row must name the columns, at least question or answer");
}

/* ------------------------------------------------------------------ the table */

static enum status take_row(void *context, const struct csv_row *row)
{
	struct table_reader *reader = context;

	reader->line = row->line;
	if (reader->stopped)
		; /* nothing to read */
	else if (reader->column_count == 0)
		take_header(reader, row);
	else if (row->count != reader->column_count)
		import_fault(reader->import, FAULT_ERROR, row->line, NULL,
		             "the row has %zu cells, the header %zu", row->count,
		             reader->column_count);
	else
		take_entry(reader, row);
	return reader->import->reader.status;
}

void import_csv(struct import *import, struct span input)
{
	struct table_reader reader = { .import = import };
	enum status status =
	        csv_read_rows(input, import->file, import->reader.faults, take_row, &reader);

	if (status != STATUS_OK)
		import->reader.status = status;
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
	csv_append_cell(buf_span(scratch), out);
}

static void append_patterns(const struct pattern_list *patterns, struct buf *scratch,
                            struct buf *out)
{
	const char *items[PATTERNS_MOST];

	assert(patterns->count <= PATTERNS_MOST);
	for (size_t i = 0; i < patterns->count; i++)
		items[i] = pattern_source(patterns->items[i]);
	append_list(items, patterns->count, scratch, out);
}

static void append_number(int number, struct buf *out)
{
	char text[16] = "";

	if (number > 0)
		snprintf(text, sizeof(text), "%d", number);
	csv_append_cell(span_of(text), out);
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
	csv_append_cell(buf_span(scratch), out);
}

static void append_column(const struct entry *entry, enum column column, struct buf *scratch,
                          struct buf *out)
{
	switch (column) {
	case COLUMN_ID:
		csv_append_cell(span_of(entry->id), out);
		break;
	case COLUMN_NUMBER:
		append_number(entry->number, out);
		break;
	case COLUMN_QUESTION:
		csv_append_cell(span_of(entry->question), out);
		break;
	case COLUMN_ALTERNATES:
		append_strings(&entry->also_written, scratch, out);
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
		append_strings(&entry->negatives_written, scratch, out);
		break;
	case COLUMN_ANSWER:
		csv_append_cell(span_of(entry->answer), out);
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
	case COLUMN_APART:
		append_json(entry, apart_print, scratch, out);
		break;
	case COLUMN_NOTE:
		csv_append_cell(span_of(entry->note), out);
		break;
	case COLUMN_INTERNAL:
		csv_append_cell(span_of(entry->internal), out);
		break;
	case COLUMN_RELATED:
		append_strings(&entry->related, scratch, out);
		break;
	case COLUMN_DOCUMENT:
		csv_append_cell(span_of(entry->document), out);
		break;
	case COLUMN_ITEM:
		append_number(entry->item, out);
		break;
	case COLUMN_REVIEWED:
		csv_append_cell(span_of(entry->reviewed), out);
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
		csv_append_cell(span_of(column_names[i]), out);
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
