/*
 * Reading: the first row maps cells to columns; every further row becomes a JSON object of an
 * entry, which form.c takes as it takes a line of JSONL. Lists have an item a line within a
 * cell, or are a JSON array; cases, diagnosis and questions are JSON. exchange_csv_export.c writes
 * the same columns.
 */
#include "office/exchange/form.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/language.h"
#include "base/near.h"
#include "base/utf8.h"
#include "office/exchange/container.h"
#include "office/exchange/document_special.h"
#include "office/exchange/document_words.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/foreign.h"
#include "office/exchange/heads.h"
#include "office/exchange/left_out.h"
#include "office/exchange/line_numbers.h"
#include "office/exchange/outline.h"

/*
 * RFC 4180 (base/csv.h). A cell that holds a list has an item a line; where an item itself has a
 * line break, or the list could be taken for JSON, the cell is a JSON array of texts.
 */

enum {
	HEADING_SIZE = 128,
	HEADLESS_MOST = 5,    /* rows above the heads */
	STRANGERS_MOST = 40,  /* columns that are named */
	STRANGERS_SIZE = 8192 /* bytes of their names */
};

struct table_reader {
	struct import *import;
	enum column columns[CSV_CELLS_MOST];
	size_t column_count; /* 0 until the header was read */
	unsigned line;       /* the row at hand begins in */
	size_t rows;
	bool stopped;  /* the header is unusable: no row is read */
	bool own;      /* export wrote the table */
	bool numbered; /* a row has a number */
	bool escapes;  /* \n stands for a line break, as QnA Maker writes it */
	size_t headless;
	/* Rows of other systems without any text of an entry: who filled the table in, sums. */
	size_t remarks;
	unsigned remark_line;
	const char *remark; /* of the reader's arena */
	struct foreign foreign;
	/* Columns that are not known. */
	struct buf strangers; /* their names, in quotes */
	size_t stranger_count;
	unsigned stranger_line;
	bool listed; /* the first of the alternates is the question: FastGPT's index and content */
	const char *state_head; /* the first one that says a state, of the reader's arena */
	/* Of another system, an entry may go on in the next row. */
	cJSON *pending;
	bool pending_off; /* it is not given out there */
	unsigned pending_line;
	bool pending_named;
	struct span title;
	char *group; /* owned */
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

unsigned csv_row_number(struct span cell)
{
	unsigned number = 0;

	for (size_t i = 0; i < cell.len && cell.ptr[i] >= '0' && cell.ptr[i] <= '9'; i++)
		number = number * 10 + (unsigned)(cell.ptr[i] - '0');
	return number;
}

bool csv_list_is_json(struct span text)
{
	return text.len >= 2 && memcmp(text.ptr, "[\"", 2) == 0;
}

static cJSON *list_of(struct table_reader *reader, struct span text)
{
	cJSON *list = csv_list_is_json(text) ? json_of(text) : NULL;

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

/* QnA Maker writes a line break as \n; a Markdown link or HTML stays as it is until the end. */
static void add_answer(struct table_reader *reader, cJSON *object, struct span text)
{
	struct buf answer;

	if (cJSON_GetObjectItemCaseSensitive(object, "answer"))
		return;
	if (!reader->escapes || !memmem(text.ptr, text.len, "\\n", 2)) {
		add_member(reader, object, "answer", string_of(reader, text));
		return;
	}
	buf_init(&answer, text.len + 1);
	for (size_t i = 0; i < text.len; i++) {
		const bool escaped = i + 1 < text.len && memcmp(text.ptr + i, "\\n", 2) == 0;

		buf_append_char(&answer, escaped ? '\n' : text.ptr[i]);
		i += escaped;
	}
	add_member(reader, object, "answer", string_of(reader, buf_span(&answer)));
	buf_deinit(&answer);
}

static void take_cell(struct table_reader *reader, cJSON *object, enum column column,
                      struct span text)
{
	const char *name = column < COLUMN_COUNT ? column_names[column] : "";

	if (column >= COLUMN_COUNT || text.len == 0)
		return;
	switch (column) {
	case COLUMN_NUMBER:
		reader->numbered = true;
		add_member(reader, object, name, number_of(reader, text));
		break;
	case COLUMN_ALTERNATES:
	case COLUMN_PROMPTS:
	case COLUMN_PATTERNS:
	case COLUMN_UNLESS:
	case COLUMN_NOT:
	case COLUMN_RELATED:
		if (reader->own || csv_list_is_json(text))
			add_member(reader, object, name, list_of(reader, text));
		else
			foreign_add_list(&reader->foreign, object, name, foreign_list(text));
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
	case COLUMN_ANSWER:
		add_answer(reader, object, text);
		break;
	case COLUMN_TITLE:
	case COLUMN_GROUP:
	case COLUMN_DETAIL:
	case COLUMN_UNKNOWN:
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

static bool is_blank(struct span text)
{
	text_skip_blanks(&text);
	return text.len == 0;
}

static bool has_column(const struct table_reader *reader, enum column column)
{
	for (size_t i = 0; i < reader->column_count; i++)
		if (reader->columns[i] == column)
			return true;
	return false;
}

static bool lacks(const cJSON *object, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
	struct span rest = span_of(text ? text : "");

	text_skip_blanks(&rest);
	return rest.len == 0 && !cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(object, name));
}

/* Of a row that leaves empty what its table has a column for: what it has instead is quoted. */
static void warn_of_gaps(const struct table_reader *reader, const cJSON *object, unsigned line)
{
	struct import *import = reader->import;
	struct buf words;

	buf_init(&words, PART_BYTES_MOST);
	if ((reader->listed || has_column(reader, COLUMN_QUESTION)) && lacks(object, "question")) {
		outline_words(span_of(json_string(object, "answer", "")), SAMPLE_CHARACTERS,
		              &words);
		import_fault(import, FAULT_WARNING, line, NULL, "the row has no question: “%s”",
		             buf_text(&words));
	}
	buf_clear(&words);
	if (has_column(reader, COLUMN_ANSWER) && lacks(object, "answer") &&
	    lacks(object, "cases")) {
		outline_words(span_of(json_string(object, "question", "")), SAMPLE_CHARACTERS,
		              &words);
		import_fault(import, FAULT_WARNING, line, NULL, "the row has no answer: “%s”",
		             buf_text(&words));
	}
	buf_deinit(&words);
}

/* The entry that waited for further rows is whole. */
static void end_pending(struct table_reader *reader)
{
	cJSON *object = reader->pending;
	char *title = object ? strndup(reader->title.ptr, reader->title.len) : NULL;

	reader->pending = NULL;
	if (!object)
		return;
	if (!title)
		reader->import->reader.status = STATUS_NO_MEMORY;
	foreign_finish(&reader->foreign, object, title ? title : "", reader->pending_line);
	free(title);
	if (reader->pending_off) {
		foreign_leave_object(&reader->foreign, object, reader->pending_line);
		cJSON_Delete(object);
		return;
	}
	warn_of_gaps(reader, object, reader->pending_line);
	import_take(reader->import, object, reader->pending_line, reader->pending_named);
}

static struct span cell_of(const struct table_reader *reader, const struct csv_row *row,
                           enum column column)
{
	for (size_t i = 0; i < reader->column_count && i < row->count; i++)
		if (reader->columns[i] == column)
			return row->cells[i];
	return (struct span){ "", 0 };
}

static void fill(struct table_reader *reader, cJSON *object, const struct csv_row *row)
{
	for (size_t i = 0; object && i < reader->column_count && i < row->count; i++) {
		const enum column column = reader->columns[i];

		if (!reader->own && is_blank(row->cells[i]))
			continue;
		/* A second 问题 is a further one. */
		if (column == COLUMN_QUESTION && cJSON_HasObjectItem(object, "question"))
			take_cell(reader, object, COLUMN_ALTERNATES, row->cells[i]);
		else
			take_cell(reader, object, column, row->cells[i]);
	}
	/* FastGPT: cells behind the last head are further indexes. */
	for (size_t i = reader->column_count; object && i < row->count; i++)
		if (!is_blank(row->cells[i]))
			take_cell(reader, object, COLUMN_ALTERNATES, row->cells[i]);
}

/* A row of merged cells, or of the same group, only adds questions to the entry before it. */
static bool goes_on(struct table_reader *reader, const struct csv_row *row)
{
	const struct span group = cell_of(reader, row, COLUMN_GROUP);

	if (!reader->pending)
		return false;
	if (group.len > 0)
		return reader->group && span_equal(span_of(reader->group), group);
	return is_blank(cell_of(reader, row, COLUMN_ANSWER)) &&
	       is_blank(cell_of(reader, row, COLUMN_QUESTION)) &&
	       is_blank(cell_of(reader, row, COLUMN_ID)) &&
	       is_blank(cell_of(reader, row, COLUMN_NUMBER)) &&
	       (!is_blank(cell_of(reader, row, COLUMN_ALTERNATES)) ||
	        !is_blank(cell_of(reader, row, COLUMN_NOT)));
}

static void go_on(struct table_reader *reader, const struct csv_row *row)
{
	for (size_t i = 0; i < reader->column_count && i < row->count; i++) {
		const enum column column = reader->columns[i];

		if (column == COLUMN_QUESTION || column == COLUMN_ALTERNATES)
			take_cell(reader, reader->pending, COLUMN_ALTERNATES, row->cells[i]);
		else if (column == COLUMN_NOT)
			take_cell(reader, reader->pending, column, row->cells[i]);
	}
	if (reader->foreign.merged++ == 0)
		reader->foreign.merged_line = row->line;
}

/* Whether a cell says that the other system does not give the entry out. */
static bool is_off(struct table_reader *reader, const struct csv_row *row)
{
	bool off = false;

	for (size_t i = 0; i < reader->column_count && i < row->count; i++)
		if (foreign_says_off(&reader->foreign, reader->columns[i],
		                     span_of(reader->state_head ? reader->state_head : ""),
		                     row->cells[i], row->line))
			off = true;
	return off;
}

bool csv_is_sum(const struct span *cells, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct span text = text_trim(cells[i]);

		if (text.len > 0)
			return text_skip_one(&text, words_table_sum) && text_trim(text).len == 0;
	}
	return false;
}

/* A sum, or no cell of it is one that an entry is made of, unless to sign: 审核：孟经理. */
static bool is_remark(const struct table_reader *reader, const struct csv_row *row)
{
	if (csv_is_sum(row->cells, row->count))
		return true;
	for (size_t i = 0; i < row->count; i++) {
		const enum column column =
		        i < reader->column_count ? reader->columns[i] : COLUMN_ALTERNATES;

		if (!is_blank(row->cells[i]) && head_makes_entry(column) &&
		    (reader->own || !is_credit(row->cells[i])))
			return false;
	}
	return true;
}

static void leave_remark(struct table_reader *reader, const struct csv_row *row)
{
	const struct span *first = NULL;

	for (size_t i = 0; i < row->count; i++) {
		if (is_blank(row->cells[i]))
			continue;
		first = first ? first : &row->cells[i];
		left_out_take(reader->import, row->line, row->cells[i]);
	}
	if (!first || reader->remarks++ > 0)
		return;
	reader->remark_line = row->line;
	reader->remark = arena_copy(reader->import->reader.memory->arena, *first);
	if (!reader->remark)
		reader->import->reader.status = STATUS_NO_MEMORY;
}

/* An index that only numbers its row. */
static bool is_listed_number(const struct table_reader *reader, const struct csv_row *row)
{
	struct span text = text_trim(cell_of(reader, row, COLUMN_ALTERNATES));
	int number;

	return reader->listed && number_skip_arabic(&text, &number) && text.len == 0;
}

static void take_foreign(struct table_reader *reader, const struct csv_row *row)
{
	const struct span group = cell_of(reader, row, COLUMN_GROUP);
	struct arena *arena = reader->import->reader.memory->arena;
	const char *title, *detail;

	if (goes_on(reader, row)) {
		go_on(reader, row);
		return;
	}
	if (is_remark(reader, row)) {
		leave_remark(reader, row);
		return;
	}
	if (is_listed_number(reader, row)) {
		import_fault(reader->import, FAULT_ERROR, row->line, "index",
		             "is a number, and no other column names the questions: call that "
		             "column question");
		reader->stopped = true;
		return;
	}
	end_pending(reader);
	free(reader->group);
	reader->group = strndup(group.ptr, group.len);
	title = arena_copy(arena, cell_of(reader, row, COLUMN_TITLE));
	detail = arena_copy(arena, cell_of(reader, row, COLUMN_DETAIL));
	reader->title = span_of(title && detail ? foreign_title(title, detail) : "");
	reader->pending = cJSON_CreateObject();
	reader->pending_line = row->line;
	reader->pending_off = is_off(reader, row);
	if (!reader->group || !title || !detail || !reader->pending)
		reader->import->reader.status = STATUS_NO_MEMORY;
	fill(reader, reader->pending, row);
	reader->pending_named = cJSON_HasObjectItem(reader->pending, "id");
}

static void take_entry(struct table_reader *reader, const struct csv_row *row)
{
	cJSON *object;

	assert(reader->column_count <= CSV_CELLS_MOST);
	if (!reader->own) {
		take_foreign(reader, row);
		return;
	}
	object = cJSON_CreateObject();
	fill(reader, object, row);
	const bool named = object && cJSON_GetObjectItemCaseSensitive(object, "id");
	reader->rows++;
	if (object)
		give_id(reader, object);
	warn_of_gaps(reader, object, reader->line);
	import_take(reader->import, object, reader->line, named);
}

/* ------------------------------------------------------------------ the header */

/* Keeps its name, once, until all are told. */
static void note_stranger(struct table_reader *reader, struct span heading)
{
	char name[HEADING_SIZE];
	struct span names = buf_span(&reader->strangers);

	snprintf(name, sizeof(name), "\"%.*s\"", SPAN_ARGS(heading));
	if (reader->stranger_count > 0 && memmem(names.ptr, names.len, name, strlen(name)))
		return;
	if (reader->stranger_count == 0)
		reader->stranger_line = reader->line;
	if (reader->stranger_count++ <= STRANGERS_MOST)
		buf_append_format(&reader->strangers, "%s%s",
		                  reader->stranger_count > 1 ? ", " : "",
		                  reader->stranger_count > STRANGERS_MOST ? "…" : name);
}

static void warn_of_column(struct table_reader *reader, struct span heading)
{
	char text[HEADING_SIZE];
	struct near near = { .wrong = text };

	snprintf(text, sizeof(text), "%.*s", SPAN_ARGS(heading));
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		near_try(&near, column_names[i]);
	if (near.best)
		import_fault(reader->import, FAULT_WARNING, reader->line, NULL,
		             "the column \"%.*s\" is not known and is left out; call it %s",
		             SPAN_ARGS(heading), near.best);
	else
		note_stranger(reader, heading);
}

static void tell_strangers(const struct table_reader *reader)
{
	if (reader->stranger_count > 0)
		import_fault(reader->import, FAULT_WARNING, reader->stranger_line, NULL,
		             _N("the column %s is not known and is left out",
		                "the columns %s are not known and are left out",
		                reader->stranger_count),
		             buf_text(&reader->strangers));
}

/* FastGPT's index and content: no other head names the questions. */
static bool is_listed(const struct csv_row *row)
{
	enum column columns[CSV_CELLS_MOST];
	bool listed = false, answer = false, question = false;

	for (size_t i = 0; i < row->count; i++)
		columns[i] = head_read(row->cells[i]);
	heads_settle(columns, row->count);
	for (size_t i = 0; i < row->count; i++) {
		listed |= columns[i] == COLUMN_ALTERNATES;
		answer |= columns[i] == COLUMN_ANSWER;
		question |= columns[i] == COLUMN_QUESTION || columns[i] == COLUMN_TITLE;
	}
	return listed && answer && !question;
}

/* An id, a number and words of two heads do not make a row of heads: a question or an answer does.
 */
static bool is_header(const struct csv_row *row)
{
	size_t letters = 0; /* FastGPT's q and a; one of them alone is a cell */

	if (is_listed(row))
		return true;

	for (size_t i = 0; i < row->count; i++) {
		const enum column column = head_read(row->cells[i]);

		if (column != COLUMN_QUESTION && column != COLUMN_ANSWER && column != COLUMN_ID &&
		    column != COLUMN_TITLE)
			continue;
		letters += row->cells[i].len == 1;
		if (row->cells[i].len > 1 || letters == 2)
			return true;
	}
	return false;
}

static const char *keep_head(struct table_reader *reader, struct span name)
{
	const char *copy = arena_copy(reader->import->reader.memory->arena, text_trim(name));

	if (!copy)
		reader->import->reader.status = STATUS_NO_MEMORY;
	return copy;
}

static void take_columns(struct table_reader *reader, const struct csv_row *row, bool *seen)
{
	bool grouped = false;

	for (size_t i = 0; i < row->count; i++) {
		reader->columns[i] = head_read(row->cells[i]);
		grouped |= reader->columns[i] == COLUMN_GROUP;
	}
	heads_settle(reader->columns, row->count);
	for (size_t i = 0; i < row->count; i++) {
		const struct span name = row->cells[i];
		enum column column = reader->columns[i];

		/* MaxKB: 问题 beside 分段内容 is a list. */
		if (column == COLUMN_QUESTION && seen[COLUMN_TITLE])
			column = COLUMN_ALTERNATES;
		/* QnA Maker's prompts are buttons. */
		if (column == COLUMN_PROMPTS && grouped)
			column = COLUMN_UNKNOWN;
		reader->columns[i] = column;
		if (head_says_state(column) && !reader->state_head)
			reader->state_head = keep_head(reader, name);
		if (column == COLUMN_UNKNOWN && !is_blank(name))
			warn_of_column(reader, name);
		else if (column == COLUMN_DETAIL)
			import_fault(reader->import, FAULT_WARNING, reader->line, NULL,
			             "the column \"%.*s\" is the question where it asks and the "
			             "title does not; elsewhere it is left out",
			             SPAN_ARGS(name));
		else if (seen[column] && column == COLUMN_ANSWER)
			import_fault(reader->import, FAULT_WARNING, reader->line, NULL,
			             "the column \"%.*s\" is a second answer: it counts where the "
			             "first is empty",
			             SPAN_ARGS(name));
		else if (seen[column] && column != COLUMN_ALTERNATES && column != COLUMN_QUESTION &&
		         column < COLUMN_COUNT)
			import_fault(reader->import, FAULT_ERROR, reader->line,
			             column_names[column], "the column is there twice");
		seen[column] = true;
	}
}

/* Whether the heads are those of export, to the letter. */
static bool is_own_header(const struct table_reader *reader, const struct csv_row *row,
                          const bool *seen)
{
	if (!seen[COLUMN_ID] || seen[COLUMN_TITLE] || seen[COLUMN_GROUP])
		return false;
	for (size_t i = 0; i < row->count; i++)
		if (reader->columns[i] < COLUMN_COUNT &&
		    !span_equal(span_of(column_names[reader->columns[i]]), row->cells[i]))
			return false;
	return true;
}

/* Tells the import of the members that the columns carry. */
static void carry_columns(struct import *import, const bool *seen)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		if (seen[i] && i != COLUMN_DOCUMENT && i != COLUMN_ITEM && i != COLUMN_NUMBER)
			import_carries(import, column_names[i]);
	if (seen[COLUMN_DOCUMENT])
		import_carries(import, "source");
	if (seen[COLUMN_TITLE])
		import_carries(import, "question");
}

static void take_header(struct table_reader *reader, const struct csv_row *row)
{
	bool seen[COLUMN_UNKNOWN + 1] = { false };
	const char *separator = csv_separator_of(row);

	if (!is_header(row) && !separator && reader->headless < HEADLESS_MOST) {
		if (reader->headless++ == 0)
			import_fault(reader->import, FAULT_WARNING, reader->line, NULL,
			             "no row of heads such as question or 答案: left out");
		return;
	}
	reader->column_count = row->count;
	reader->stopped = separator;
	if (separator) {
		import_fault(reader->import, FAULT_ERROR, reader->line, NULL,
		             "the cells are parted by %s, not by commas: in Excel save it as "
		             "\"CSV UTF-8 (comma delimited)\"",
		             separator);
		return;
	}
	take_columns(reader, row, seen);
	reader->own = is_own_header(reader, row, seen);
	reader->listed = !reader->own && is_listed(row);
	reader->import->is_ours = reader->own;
	reader->import->questions_marked = !reader->import->questions_guessed;
	reader->escapes = reader->escapes && seen[COLUMN_GROUP];
	reader->import->adds = !reader->own;
	carry_columns(reader->import, seen);
	if (reader->listed)
		import_carries(reader->import, "question");
	reader->stopped = !is_header(row);
	if (reader->stopped)
		import_fault(reader->import, FAULT_ERROR, reader->line, NULL,
		             "the first row must name the columns, at least question or answer");
}

/* Heads of a further table or page. */
static void take_further_header(struct table_reader *reader, const struct csv_row *row)
{
	bool seen[COLUMN_UNKNOWN + 1] = { false };

	end_pending(reader);
	reader->column_count = row->count;
	take_columns(reader, row, seen);
}

/* ------------------------------------------------------------------ the table */

/*
 * Of other systems, cells behind the heads may be empty, or further indexes of FastGPT, and cells
 * behind the answer may be missing.
 */
static bool fits(const struct table_reader *reader, const struct csv_row *row)
{
	const bool listed =
	        !reader->own && reader->columns[reader->column_count - 1] == COLUMN_ALTERNATES;

	for (size_t i = reader->column_count; i < row->count && !listed; i++)
		if (!is_blank(row->cells[i]))
			return false;
	for (size_t i = row->count; i < reader->column_count; i++)
		if (reader->own || reader->columns[i] == COLUMN_QUESTION ||
		    reader->columns[i] == COLUMN_ANSWER)
			return false;
	return true;
}

/* Heads of the next table or sheet, or the same ones on the next page. */
static bool is_further_header(const struct table_reader *reader, const struct csv_row *row)
{
	enum { HEAD_MOST = 8 /* characters: a longer cell is a question or an answer */ };
	enum column columns[CSV_CELLS_MOST];
	bool question = false, answer = false;

	if (reader->own)
		return false;
	for (size_t i = 0; i < row->count; i++) {
		columns[i] = head_read(row->cells[i]);
		if (columns[i] != COLUMN_UNKNOWN &&
		    utf8_length(head_name(row->cells[i])) > HEAD_MOST)
			return false;
	}
	heads_settle(columns, row->count);
	for (size_t i = 0; i < row->count; i++) {
		question |= columns[i] == COLUMN_QUESTION || columns[i] == COLUMN_TITLE;
		answer |= columns[i] == COLUMN_ANSWER;
	}
	return question && answer;
}

static enum status take_row(void *context, const struct csv_row *row)
{
	struct table_reader *reader = context;

	reader->line = row->line;
	if (reader->stopped)
		; /* nothing to read */
	else if (reader->column_count == 0)
		take_header(reader, row);
	else if (is_further_header(reader, row))
		take_further_header(reader, row);
	else if (!fits(reader, row))
		import_fault(reader->import, FAULT_ERROR, row->line, NULL,
		             "the row has %zu cells, the header %zu", row->count,
		             reader->column_count);
	else
		take_entry(reader, row);
	return reader->import->reader.status;
}

/* Where the first cell is the number of the row in its sheet, it is taken off. */
static enum status take_numbered_row(void *context, const struct csv_row *row)
{
	const struct csv_row rest = { .line = csv_row_number(row->cells[0]),
		                      .cells = row->cells + 1,
		                      .count = row->count - 1 };

	return rest.count > 0 ? take_row(context, &rest) : STATUS_OK;
}

/* Tabs or semicolons part the cells where the first line has more of them than commas. */
static char separator_of(struct span input)
{
	const char *stop = memchr(input.ptr, '\n', input.len);
	const size_t len = stop ? (size_t)(stop - input.ptr) : input.len;
	size_t tabs = 0, commas = 0, semicolons = 0;

	for (size_t i = 0; i < len; i++) {
		tabs += input.ptr[i] == '\t';
		commas += input.ptr[i] == ',';
		semicolons += input.ptr[i] == ';';
	}
	if (tabs > 0 && tabs >= commas)
		return '\t';
	return semicolons > 0 && commas == 0 ? ';' : ',';
}

/* Past the cell that begins at `at`, with the quotes that it stands in. */
static size_t skip_quoted(struct span input, size_t at)
{
	const char *close;

	while ((close = at < input.len ? memchr(input.ptr + at, '"', input.len - at) : NULL)) {
		at = (size_t)(close - input.ptr) + 1;
		if (at == input.len || input.ptr[at] != '"')
			return at;
		at++;
	}
	return input.len;
}

static size_t skip_cell(struct span input, size_t at, char separator)
{
	if (at < input.len && input.ptr[at] == '"')
		at = skip_quoted(input, at + 1);
	while (at < input.len && input.ptr[at] != separator && input.ptr[at] != '\n')
		at++;
	return at;
}

/* The offset of a cell that no entry may hold, and its bytes; 0 bytes: none is there. */
static size_t find_long_cell(struct span input, char separator, size_t *bytes)
{
	size_t at = 0;

	while (at < input.len) {
		const size_t end = skip_cell(input, at, separator);

		*bytes = end - at;
		if (*bytes > ENTRY_BYTES_MOST)
			return at;
		at = end + 1;
	}
	*bytes = 0;
	return 0;
}

static unsigned line_of(struct span input, size_t offset)
{
	unsigned line = 1;

	for (size_t i = 0; i < offset; i++)
		line += input.ptr[i] == '\n';
	return line;
}

void import_csv(struct import *import, struct span input)
{
	struct table_reader reader = { .import = import,
		                       .foreign = { .import = import },
		                       .title = { "", 0 } };
	const char separator = separator_of(input);
	enum status status;
	size_t bytes;
	const size_t at = find_long_cell(input, separator, &bytes);

	/* Before it is copied. */
	if (bytes > 0) {
		import_fault(import, FAULT_ERROR, line_of(input, at), NULL,
		             "a cell is longer than an entry may be: %zu bytes or more", bytes);
		return;
	}

	buf_init(&reader.strangers, STRANGERS_SIZE);
	reader.escapes = separator == '\t';
	status = csv_read_separated(input, separator, import->file, import->reader.faults,
	                            import->rows_numbered ? take_numbered_row : take_row, &reader);
	if (status == STATUS_OK)
		end_pending(&reader);
	else
		import->reader.status = status;
	if (reader.headless > HEADLESS_MOST || (reader.column_count == 0 && reader.headless > 0))
		import_fault(import, FAULT_ERROR, 1, NULL,
		             "the first row must name the columns, at least question or answer");
	/* A column without any number takes none away. */
	if (reader.numbered)
		import_carries(import, column_names[COLUMN_NUMBER]);
	tell_strangers(&reader);
	buf_deinit(&reader.strangers);
	if (reader.remark)
		left_out_tell(import, FAULT_WARNING, reader.remark_line,
		              _("remark in the table, left out"), span_of(reader.remark),
		              reader.remarks);
	foreign_report(&reader.foreign);
	cJSON_Delete(reader.pending);
	free(reader.group);
}
