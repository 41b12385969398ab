/*
 * An object a line, or one JSON text of another system: an array of objects, or objects in which
 * arrays of entries lie somewhere. Our own objects (with alternates or also) are taken as they are;
 * others go through foreign.c. YAML becomes the same JSON first (yaml_json.c); Rasa's, in which
 * intents and responses are kept apart, is joined here.
 */
#include "office/exchange/form.h"

#include <assert.h>
#include <string.h>

#include "base/language.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/foreign.h"
#include "office/exchange/json_shapes.h"
#include "office/exchange/left_out.h"
#include "office/exchange/yaml_json.h"

enum {
	STRANGERS_MOST = 32,
	STRANGER_SIZE = 64,
	SEARCH_DEPTH = 8,
	DOCUMENT_DEPTH = 32,
	DOCUMENT_BYTES = 4 << 20, /* of JSON that is no object a line */
	ERRORS_MOST = 1000,       /* after which no further line is read */
};

/* Unknown members: each is reported once, with the number of rows that have it. */
struct strangers {
	char names[STRANGERS_MOST][STRANGER_SIZE];
	size_t rows[STRANGERS_MOST];
	unsigned lines[STRANGERS_MOST];
	size_t count;
};

static void note_stranger(struct strangers *strangers, const char *name, unsigned line)
{
	size_t at = 0;

	while (at < strangers->count && strncmp(strangers->names[at], name, STRANGER_SIZE - 1) != 0)
		at++;
	if (at == STRANGERS_MOST)
		return;
	if (at == strangers->count) {
		snprintf(strangers->names[at], STRANGER_SIZE, "%s", name);
		strangers->lines[at] = line;
		strangers->count++;
		assert(strangers->count <= STRANGERS_MOST);
	}
	strangers->rows[at]++;
}

static void report_strangers(struct import *import, const struct strangers *strangers)
{
	for (size_t i = 0; i < strangers->count; i++)
		import_fault(import, FAULT_NOTE, strangers->lines[i], strangers->names[i],
		             "is no member of an entry and is left out (in %zu of the rows)",
		             strangers->rows[i]);
}

static bool is_known(const char *name)
{
	static const char *const names[] = {
		"$schema", "id",       "number",  "question", "alternates", "prompts", "not",
		"answer",  "patterns", "unless",  "cases",    "diagnosis",  "ask",     "apart",
		"note",    "internal", "related", "source",   "reviewed",   "owner",   "review_by"
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

static bool has(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name) != NULL;
}

/* Other programs write null for a value that is absent. */
static void drop_nulls(cJSON *object)
{
	cJSON *child = object->child;

	while (child) {
		cJSON *next = child->next;

		if (cJSON_IsNull(child))
			cJSON_Delete(cJSON_DetachItemViaPointer(object, child));
		child = next;
	}
}

/* `also`, as a collection's own lines name them, becomes `alternates`. */
static void rename_also(struct import *import, cJSON *object)
{
	cJSON *also;

	if (has(object, "alternates"))
		return;
	also = cJSON_DetachItemFromObjectCaseSensitive(object, "also");
	if (also && !cJSON_AddItemToObject(object, "alternates", also)) {
		cJSON_Delete(also);
		import->reader.status = STATUS_NO_MEMORY;
	}
}

/* `pattern`, a single text, goes to the end of `patterns`. */
static void join_pattern(struct import *import, cJSON *object, unsigned line)
{
	cJSON *pattern = cJSON_DetachItemFromObjectCaseSensitive(object, "pattern");
	cJSON *list = cJSON_GetObjectItemCaseSensitive(object, "patterns");

	if (!pattern)
		return;
	if (!cJSON_IsString(pattern)) {
		import_fault(import, FAULT_ERROR, line, "pattern", "must be a string");
	} else if (pattern->valuestring[0]) {
		if (!list)
			list = cJSON_AddArrayToObject(object, "patterns");
		if (cJSON_IsArray(list) && cJSON_AddItemToArray(list, pattern))
			return;
		if (!list)
			import->reader.status = STATUS_NO_MEMORY;
	}
	cJSON_Delete(pattern);
}

static void drop_strangers(cJSON *object, struct strangers *strangers, unsigned line)
{
	cJSON *child = object->child;

	while (child) {
		cJSON *next = child->next;

		if (!is_known(child->string)) {
			note_stranger(strangers, child->string, line);
			cJSON_Delete(cJSON_DetachItemViaPointer(object, child));
		}
		child = next;
	}
}

/* Export writes alternates with every entry; a collection's own lines have also. */
static bool is_own(const cJSON *object)
{
	return has(object, "alternates") || has(object, "also") || has(object, "$schema") ||
	       has(object, "pattern") || has(object, "patterns") || has(object, "cases") ||
	       !foreign_is_entry(object);
}

struct json_reader {
	struct import *import;
	struct strangers strangers;
	struct foreign foreign;
	size_t taken;
	unsigned line; /* of the row at hand */
	/* Turns of talks that belong to no question with an answer: */
	size_t unpaired;
	unsigned unpaired_line;
	const char *unpaired_first; /* of the reader's arena */
};

static void note_foreign_members(struct json_reader *reader, const cJSON *object, unsigned line)
{
	const cJSON *member;

	cJSON_ArrayForEach (member, object)
		if (head_read(span_of(member->string)) == COLUMN_UNKNOWN)
			note_stranger(&reader->strangers, member->string, line);
}

/* A question and its answer that are no members of one object. */
static void take_pair(void *context, const char *question, const char *answer)
{
	struct json_reader *reader = context;
	cJSON *object = cJSON_CreateObject();

	reader->taken++;
	if (!object || !cJSON_AddStringToObject(object, "question", question) ||
	    !cJSON_AddStringToObject(object, "answer", answer)) {
		cJSON_Delete(object);
		reader->import->reader.status = STATUS_NO_MEMORY;
		return;
	}
	import_take(reader->import, foreign_object(&reader->foreign, object, reader->line),
	            reader->line, false);
	cJSON_Delete(object);
}

static void leave_turn(void *context, const char *said)
{
	struct json_reader *reader = context;

	left_out_take(reader->import, reader->line, span_of(said));
	if (reader->unpaired++ > 0)
		return;
	reader->unpaired_line = reader->line;
	reader->unpaired_first = arena_copy(reader->import->reader.memory->arena, span_of(said));
	if (!reader->unpaired_first)
		reader->import->reader.status = STATUS_NO_MEMORY;
}

static bool read_shape(struct json_reader *reader, const cJSON *value)
{
	const struct json_taker taker = { take_pair, leave_turn, reader,
		                          &reader->import->reader.status };

	return json_shape_read(value, &taker);
}

static void report_unpaired(const struct json_reader *reader)
{
	if (reader->unpaired_first)
		left_out_tell(reader->import, FAULT_WARNING, reader->unpaired_line,
		              _("turn of a talk that is no question with an answer, left out"),
		              span_of(reader->unpaired_first), reader->unpaired);
}

/* Owns the object. */
static void take_row(struct json_reader *reader, cJSON *object, unsigned line)
{
	struct import *import = reader->import;

	reader->line = line;
	if (!foreign_is_entry(object) && !has(object, "id") && read_shape(reader, object)) {
		cJSON_Delete(object);
		return;
	}
	reader->taken++;
	if (cJSON_IsObject(object) && !is_own(object)) {
		const bool named = json_string(object, "id", "")[0];
		cJSON *made = foreign_object(&reader->foreign, object, line);

		import->questions_marked = true;
		note_foreign_members(reader, object, line);
		cJSON_Delete(object);
		import_take(import, made, line, named);
		return;
	}
	import->is_ours = true;
	if (cJSON_IsObject(object)) {
		drop_nulls(object);
		rename_also(import, object);
		join_pattern(import, object, line);
		drop_strangers(object, &reader->strangers, line);
	}
	import_take(import, object, line, true);
}

static void take_lines(struct json_reader *reader, struct span input)
{
	struct import *import = reader->import;
	const char *at = input.ptr, *end = input.ptr + input.len;
	const struct faults *faults = import->reader.faults;

	for (unsigned line = 1; at < end && import->reader.status == STATUS_OK &&
	                        faults_count(faults, FAULT_ERROR) < ERRORS_MOST;
	     line++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		struct span text = { at, (size_t)((stop ? stop : end) - at) };
		cJSON *object;

		at += text.len + 1;
		while (text.len > 0 && memchr(" \t\r", text.ptr[text.len - 1], 3))
			text.len--;
		if (text.len == 0)
			continue;
		object = read_line_json(&import->reader, text, import->file, line);
		if (object)
			take_row(reader, object, line);
	}
}

/* ------------------------------------------------------------------ one JSON text */

/* Takes the entries of every array in which there are any. */
static void search(struct json_reader *reader, cJSON *value, int depth)
{
	cJSON *child = value ? value->child : NULL;
	const bool list = cJSON_IsArray(value);

	while (child && reader->import->reader.status == STATUS_OK) {
		cJSON *next = child->next;

		if (list && (foreign_is_entry(child) || has(child, "alternates")))
			take_row(reader, cJSON_DetachItemViaPointer(value, child), 0);
		else if (read_shape(reader, child))
			; /* taken */
		else if (depth < SEARCH_DEPTH)
			search(reader, child, depth + 1);
		child = next;
	}
}

/* The examples of an intent are a list in Markdown; [text](entity) stands for text. */
static cJSON *examples_of(const char *examples)
{
	cJSON *list = cJSON_CreateArray();
	struct span rest = span_of(examples);

	while (list && rest.len > 0) {
		const char *stop = memchr(rest.ptr, '\n', rest.len);
		struct span line = { rest.ptr, stop ? (size_t)(stop - rest.ptr) : rest.len };
		struct buf plain;

		rest = (struct span){ rest.ptr + line.len, rest.len - line.len };
		(void)text_skip(&rest, "\n");
		text_skip_blanks(&line);
		(void)text_skip(&line, "-");
		text_skip_blanks(&line);
		line = text_drop_end(line);
		buf_init(&plain, line.len + 1);
		for (size_t i = 0; i < line.len; i++) {
			const char *close =
			        line.ptr[i] == ']' && i + 1 < line.len &&
			                        strchr("({", line.ptr[i + 1])
			                ? memchr(line.ptr + i, line.ptr[i + 1] == '(' ? ')' : '}',
			                         line.len - i)
			                : NULL;

			if (close)
				i = (size_t)(close - line.ptr);
			else if (line.ptr[i] != '[')
				buf_append_char(&plain, line.ptr[i]);
		}
		if (plain.len > 0)
			cJSON_AddItemToArray(list, cJSON_CreateString(buf_text(&plain)));
		buf_deinit(&plain);
	}
	return list;
}

static const cJSON *response_of(struct json_reader *reader, const cJSON *responses,
                                const char *intent)
{
	const char *slash = strrchr(intent, '/');
	const char *names[2] = { intent, slash ? slash + 1 : intent };

	for (size_t i = 0; i < 2; i++) {
		const char *name =
		        arena_format(reader->import->reader.memory->arena, "utter_%s", names[i]);
		const cJSON *found =
		        name ? cJSON_GetObjectItemCaseSensitive(responses, name) : NULL;

		if (found)
			return found;
	}
	return NULL;
}

static void take_rasa(struct json_reader *reader, const cJSON *document)
{
	const cJSON *responses = cJSON_GetObjectItemCaseSensitive(document, "responses");
	const cJSON *item;
	size_t left_out = 0;

	cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(document, "nlu")) {
		const char *intent = json_string(item, "intent", "");
		const cJSON *response = response_of(reader, responses, intent);
		const cJSON *text =
		        cJSON_GetObjectItemCaseSensitive(response ? response->child : NULL, "text");
		cJSON *examples = examples_of(json_string(item, "examples", ""));
		cJSON *object;

		if (!cJSON_IsString(text) || !examples || !examples->child) {
			left_out += intent[0] != '\0';
			cJSON_Delete(examples);
			continue;
		}
		object = cJSON_CreateObject();
		cJSON_AddStringToObject(object, "id", intent);
		cJSON_AddStringToObject(object, "answer", text->valuestring);
		if (!cJSON_AddItemToObject(object, "questions", examples))
			cJSON_Delete(examples);
		take_row(reader, object, 0);
	}
	if (left_out > 0)
		import_fault(reader->import, FAULT_WARNING, 0, "nlu",
		             "%zu intents have no text as their response and are left out",
		             left_out);
}

static void take_document(struct json_reader *reader, cJSON *document)
{
	if (has(document, "nlu") && has(document, "responses"))
		take_rasa(reader, document);
	else if (foreign_is_entry(document))
		take_row(reader, cJSON_Duplicate(document, true), 0);
	else if (!read_shape(reader, document))
		search(reader, document, 0);
}

/* One JSON text: an array, or an object of several lines. */
static bool is_document(struct span input)
{
	struct span text = input;
	const char *stop;
	cJSON *first = NULL;
	const struct json_limits limits = { LINE_BYTES_MOST, DOCUMENT_DEPTH };
	bool whole;

	while (text.len > 0 && memchr(" \t\r\n", text.ptr[0], 4))
		text = (struct span){ text.ptr + 1, text.len - 1 };
	if (text.len > 0 && text.ptr[0] == '[')
		return true;
	if (text.len == 0 || text.ptr[0] != '{')
		return false;
	/* A whole object in the first line is an entry, or a document that has only this line. */
	stop = memchr(text.ptr, '\n', text.len);
	if (stop)
		text.len = (size_t)(stop - text.ptr);
	if (json_parse(&first, text, limits, NULL, NULL) != STATUS_OK)
		return true;
	whole = !foreign_is_entry(first) && is_own(first) && !has(first, "question") &&
	        !has(first, "id") && !has(first, "answer");
	cJSON_Delete(first);
	return whole && memchr(stop ? stop : text.ptr, '{',
	                       stop ? (size_t)(input.ptr + input.len - stop) : 0) == NULL;
}

static void read_document(struct json_reader *reader, struct span input)
{
	struct import *import = reader->import;
	const struct json_limits limits = { DOCUMENT_BYTES, DOCUMENT_DEPTH };
	cJSON *document = NULL;
	const enum status status =
	        json_parse(&document, input, limits, import->file, import->reader.faults);

	if (status == STATUS_NO_MEMORY)
		import->reader.status = status;
	if (status == STATUS_OK)
		take_document(reader, document);
	cJSON_Delete(document);
}

void import_jsonl(struct import *import, struct span input)
{
	struct json_reader reader = { .import = import, .foreign = { .import = import } };

	if (is_document(input)) {
		const size_t before = faults_count(import->reader.faults, FAULT_ERROR);

		/* Lines of which the first is broken have a better fault each. */
		if (input.ptr[0] == '{' && memmem(input.ptr, input.len, "}\n{", 3))
			take_lines(&reader, input);
		else
			read_document(&reader, input);
		if (reader.taken == 0 && faults_count(import->reader.faults, FAULT_ERROR) == before)
			import_fault(
			        import, FAULT_ERROR, 0, NULL,
			        "no object here has a question and an answer, such as question "
			        "and answer, q and a, or 标准问 and 答案");
	} else {
		take_lines(&reader, input);
	}
	report_strangers(import, &reader.strangers);
	report_unpaired(&reader);
	foreign_report(&reader.foreign);
}

void import_yaml(struct import *import, struct span input)
{
	struct json_reader reader = { .import = import, .foreign = { .import = import } };
	cJSON *document = NULL;
	const enum status status = yaml_read(input, import->file, import->reader.faults, &document);

	if (status == STATUS_NO_MEMORY)
		import->reader.status = status;
	if (status == STATUS_OK)
		take_document(&reader, document);
	cJSON_Delete(document);
	report_strangers(import, &reader.strangers);
	report_unpaired(&reader);
	foreign_report(&reader.foreign);
}

void export_jsonl(const struct knowledge *knowledge, bool numbered, struct buf *out)
{
	for (size_t i = 0; i < knowledge->answer_count; i++) {
		struct entry entry = knowledge->entries[i];

		entry.number = numbered ? entry.number : 0;
		entry_print(&entry, ENTRY_ROW, out);
	}
}
