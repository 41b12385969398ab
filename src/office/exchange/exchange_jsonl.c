/*
 * An object a line, or one JSON text of another system: an array of objects, or objects in which
 * arrays of entries lie somewhere (json_lists.h says which of them); several texts one after
 * another are one array (json_join.h). Our own objects (with alternates or also) are taken as they
 * are; others go through foreign.c. YAML becomes the same JSON first (yaml_json.c); Rasa's, in
 * which intents and responses are kept apart, is joined by rasa.c. Texts that go into no entry are
 * told a kind (enum loss).
 */
#include "office/exchange/form.h"

#include <assert.h>
#include <string.h>

#include "base/language.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/foreign.h"
#include "office/exchange/json_join.h"
#include "office/exchange/json_lists.h"
#include "office/exchange/json_shapes.h"
#include "office/exchange/left_out.h"
#include "office/exchange/rasa.h"
#include "office/exchange/yaml_json.h"

enum {
	STRANGERS_MOST = 32,
	STRANGER_SIZE = 64,
	DOCUMENT_DEPTH = 32,      /* what is searched is no deeper */
	DOCUMENT_BYTES = 4 << 20, /* of JSON that is no object a line */
	VALUES_MOST = 800000,     /* in it: vectors that another system keeps with an entry count */
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
	struct buf names;
	size_t most = 0;

	if (strangers->count == 1)
		import_fault(import, FAULT_NOTE, strangers->lines[0], strangers->names[0],
		             "is no member of an entry and is left out (in %zu of the rows)",
		             strangers->rows[0]);
	if (strangers->count < 2)
		return;
	buf_init(&names, sizeof(strangers->names) + 2 * STRANGERS_MOST);
	for (size_t i = 0; i < strangers->count; i++) {
		buf_append_format(&names, "%s%s", i > 0 ? ", " : "", strangers->names[i]);
		most = strangers->rows[i] > most ? strangers->rows[i] : most;
	}
	import_fault(import, FAULT_NOTE, strangers->lines[0], NULL,
	             "left out, since they are no members of an entry: %s (in %zu of the rows)",
	             buf_text(&names), most);
	buf_deinit(&names);
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

/*
 * Export writes an id and alternates with every entry; a collection's own lines have also. Without
 * an id, alternates may be anybody's.
 */
static bool is_own(const cJSON *object)
{
	return ((has(object, "alternates") || has(object, "also")) && has(object, "id")) ||
	       has(object, "$schema") || has(object, "pattern") || has(object, "patterns") ||
	       has(object, "cases") || !foreign_is_entry(object);
}

/* Kinds of texts that go into no entry. */
enum loss {
	LOSS_TURN,
	LOSS_INSTRUCTION,
	LOSS_OBJECT,
	LOSS_INTENT,
	LOSS_PART,
	LOSS_RESPONSE,
	LOSS_VARIANT,
	LOSS_EXTRA,
	LOSS_LIST,
	/* Nothing is left out: */
	LOSS_ANSWER, /* the question is taken */
	LOSS_STATE,
	LOSS_COUNT
};

static const char *const loss_names[LOSS_COUNT] = {
	[LOSS_TURN] = N_("turn of a talk that is no question with an answer, left out"),
	[LOSS_INSTRUCTION] = N_("instruction beside the question, left out"),
	[LOSS_OBJECT] = N_("object among entries without a question and an answer, left out"),
	[LOSS_INTENT] = N_("intent without examples, or whose response has no text, left out"),
	[LOSS_PART] = N_("part of nlu that is no intent, left out"),
	[LOSS_RESPONSE] = N_("response of no intent that is here, left out"),
	[LOSS_VARIANT] = N_("further text of a response, left out"),
	[LOSS_EXTRA] = N_("button or other part of a response, left out"),
	[LOSS_LIST] = N_("object outside of the lists of questions and answers, left out"),
	[LOSS_ANSWER] = N_("question without an answer"),
	[LOSS_STATE] = N_("entries under a state that is not known are taken as given out"),
};

struct json_reader {
	struct import *import;
	struct strangers strangers;
	struct foreign foreign;
	struct json_lists lists; /* of the document */
	size_t taken;
	unsigned off;  /* objects around what is read that are switched off */
	unsigned line; /* of the row at hand */
	struct {
		size_t count;
		unsigned line;
		const char *first; /* of the reader's arena */
	} losses[LOSS_COUNT];
};

static void note_unused(void *context, const char *name)
{
	struct json_reader *reader = context;

	note_stranger(&reader->strangers, name, reader->line);
}

/* A question and its answer that are no members of one object. */
static void take_pair(void *context, const char *question, const char *answer)
{
	struct json_reader *reader = context;
	cJSON *object = cJSON_CreateObject();

	reader->taken++;
	if (reader->off > 0) {
		foreign_leave_off(&reader->foreign, span_of(question), span_of(answer),
		                  reader->line);
		cJSON_Delete(object);
		return;
	}
	if (!object || !cJSON_AddStringToObject(object, "question", question) ||
	    !cJSON_AddStringToObject(object, "answer", answer)) {
		cJSON_Delete(object);
		reader->import->reader.status = STATUS_NO_MEMORY;
		return;
	}
	reader->import->adds = true;
	import_take(reader->import, foreign_object(&reader->foreign, object, reader->line),
	            reader->line, false);
	cJSON_Delete(object);
}

static void lose(struct json_reader *reader, enum loss loss, const char *text)
{
	if (loss < LOSS_ANSWER)
		left_out_take(reader->import, reader->line, span_of(text));
	if (reader->losses[loss].count++ > 0)
		return;
	reader->losses[loss].line = reader->line;
	reader->losses[loss].first =
	        arena_copy(reader->import->reader.memory->arena, span_of(text));
	if (!reader->losses[loss].first)
		reader->import->reader.status = STATUS_NO_MEMORY;
}

static void leave_turn(void *context, const char *said)
{
	lose(context, LOSS_TURN, said);
}

static void leave_instruction(void *context, const char *said)
{
	lose(context, LOSS_INSTRUCTION, said);
}

static bool read_shape(struct json_reader *reader, const cJSON *value)
{
	const struct json_taker taker = { take_pair, leave_turn, leave_instruction, reader,
		                          &reader->import->reader.status };

	return json_shape_read(value, &taker);
}

static void report_losses(const struct json_reader *reader)
{
	for (int i = 0; i < LOSS_COUNT; i++)
		if (reader->losses[i].first)
			left_out_tell(reader->import, FAULT_WARNING, reader->losses[i].line,
			              _(loss_names[i]), span_of(reader->losses[i].first),
			              reader->losses[i].count);
}

/* Whether the other system does not give the entry out, which is then left out. */
static bool leave_off(struct json_reader *reader, const cJSON *object)
{
	cJSON *made;

	if (!cJSON_IsObject(object) ||
	    (reader->off == 0 && !foreign_is_off(&reader->foreign, object, reader->line)))
		return false;
	made = foreign_object(&reader->foreign, object, reader->line);
	if (made)
		foreign_leave_object(&reader->foreign, made, reader->line);
	cJSON_Delete(made);
	return true;
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
	if (leave_off(reader, object)) {
		cJSON_Delete(object);
		return;
	}
	if (cJSON_IsObject(object) && !is_own(object)) {
		const bool named = json_string(object, "id", "")[0];
		cJSON *made = foreign_object(&reader->foreign, object, line);

		import->questions_marked = true;
		foreign_unused(object, note_unused, reader);
		cJSON_Delete(object);
		if (made && !json_string(made, "question", "")[0]) {
			lose(reader, LOSS_OBJECT, json_string(made, "answer", ""));
			cJSON_Delete(made);
			return;
		}
		if (made && !json_string(made, "answer", "")[0])
			lose(reader, LOSS_ANSWER, json_string(made, "question", ""));
		import->adds = true;
		import_take(import, made, line, named);
		return;
	}
	import->adds = false;
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

/* What tells the object from others: its first text that says something. */
static const char *first_text(const cJSON *object)
{
	const cJSON *member;
	const char *text = NULL;

	cJSON_ArrayForEach (member, object) {
		if (!cJSON_IsString(member) || !member->valuestring[0])
			continue;
		if (head_read(span_of(member->string)) < COLUMN_UNKNOWN &&
		    strcmp(member->string, "id") != 0)
			return member->valuestring;
		text = text ? text : member->valuestring;
	}
	return text;
}

static void search(struct json_reader *reader, cJSON *value, const char *name);

/*
 * Takes what the array or object holds at `child`, and owns that where it is an entry. `name` is
 * that of the innermost member around it.
 */
static void search_child(struct json_reader *reader, cJSON *value, cJSON *child, const char *name)
{
	const char *first;

	switch (json_lists_kind_of(&reader->lists, value, child, name)) {
	case JSON_ENTRY:
		take_row(reader, cJSON_DetachItemViaPointer(value, child), 0);
		return;
	case JSON_BESIDE:
		first = first_text(child);
		if (first)
			lose(reader, LOSS_LIST, first);
		return;
	case JSON_OTHER:
		if (!read_shape(reader, child))
			search(reader, child, child->string ? child->string : name);
		return;
	}
}

/* Adds to `none` the text of a child in which nothing was taken. */
static void search_object(struct json_reader *reader, cJSON *value, cJSON *child, const char *name,
                          cJSON *none)
{
	const size_t taken = reader->taken;
	const char *first = none && cJSON_IsObject(child) ? first_text(child) : NULL;
	cJSON *copy = first ? cJSON_CreateString(first) : NULL;

	search_child(reader, value, child, name);
	if (reader->taken > taken || !copy || !cJSON_AddItemToArray(none, copy))
		cJSON_Delete(copy);
}

static void lose_objects(struct json_reader *reader, const cJSON *texts)
{
	const cJSON *text;

	cJSON_ArrayForEach (text, texts)
		lose(reader, LOSS_OBJECT, text->valuestring);
}

/*
 * Whether the object around entries is switched off. *unknown is a state of it that is not known;
 * numbers are none, since programs write codes there.
 */
static bool is_switched_off(const cJSON *object, const char **unknown)
{
	const cJSON *member;
	bool off = false;

	*unknown = NULL;
	cJSON_ArrayForEach (member, object) {
		const enum head_state state =
		        foreign_state(member->string ? member->string : "", member);

		off |= state == STATE_OFF;
		if (state == STATE_UNKNOWN && cJSON_IsString(member))
			*unknown = member->valuestring;
	}
	return off;
}

/* Takes the entries of every list in which there are any, and tells of what is none beside one. */
static void search(struct json_reader *reader, cJSON *value, const char *name)
{
	cJSON *child = value ? value->child : NULL;
	const size_t before = reader->taken;
	const char *unknown = NULL;
	const bool off = cJSON_IsObject(value) && is_switched_off(value, &unknown);
	cJSON *none = json_lists_holds_entries(&reader->lists, value) ? cJSON_CreateArray() : NULL;

	reader->off += off;
	while (child && reader->import->reader.status == STATUS_OK) {
		cJSON *next = child->next;

		search_object(reader, value, child, name, none);
		child = next;
	}
	reader->off -= off;
	if (reader->taken > before) {
		lose_objects(reader, none);
		if (unknown && !off)
			lose(reader, LOSS_STATE, unknown);
	}
	cJSON_Delete(none);
}

/* ------------------------------------------------------------------ Rasa */

static void take_intent(void *context, const char *intent, cJSON *questions, const char *answer)
{
	struct json_reader *reader = context;
	cJSON *object = cJSON_CreateObject();

	if (!object || !cJSON_AddStringToObject(object, "id", intent) ||
	    !cJSON_AddStringToObject(object, "answer", answer) ||
	    !cJSON_AddItemToObject(object, "questions", questions)) {
		cJSON_Delete(object);
		reader->import->reader.status = STATUS_NO_MEMORY;
		return;
	}
	take_row(reader, object, 0);
}

static void leave_of_rasa(void *context, enum rasa_loss loss, const char *text)
{
	static const enum loss losses[] = {
		[RASA_INTENT] = LOSS_INTENT,     [RASA_PART] = LOSS_PART,
		[RASA_RESPONSE] = LOSS_RESPONSE, [RASA_VARIANT] = LOSS_VARIANT,
		[RASA_EXTRA] = LOSS_EXTRA,
	};

	lose(context, losses[loss], text);
}

static void take_rasa(struct json_reader *reader, const cJSON *document)
{
	const struct rasa_taker taker = { take_intent, leave_of_rasa, reader };
	const enum status status =
	        rasa_read(document, reader->import->reader.memory->arena, &taker);

	if (status != STATUS_OK)
		reader->import->reader.status = status;
}

static void take_document(struct json_reader *reader, cJSON *document)
{
	if (has(document, "nlu") && has(document, "responses"))
		take_rasa(reader, document);
	else if (cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(document, "nlu")) ||
	         cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(document, "responses")))
		import_fault(reader->import, FAULT_ERROR, 0, NULL,
		             "only one half of Rasa's FAQ: put nlu and responses into one file");
	else if (foreign_is_entry(document))
		take_row(reader, cJSON_Duplicate(document, true), 0);
	else if (!read_shape(reader, document)) {
		json_lists_read(document, &reader->lists);
		search(reader, document, "");
	}
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

/* Values of JSON, about: those in texts are few. */
static size_t count_values(struct span input)
{
	size_t count = 0;

	for (size_t i = 0; i < input.len; i++)
		count += input.ptr[i] == ',' || input.ptr[i] == '[' || input.ptr[i] == '{';
	return count;
}

static void read_document(struct json_reader *reader, struct span input)
{
	struct import *import = reader->import;

	if (input.len <= DOCUMENT_BYTES && count_values(input) > VALUES_MOST) {
		import_fault(import, FAULT_ERROR, 0, NULL, "has more values than an FAQ: split it");
		return;
	}
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

/* Without a fault since there were `before`. */
static void refuse_empty(const struct json_reader *reader, size_t before)
{
	if (reader->taken == 0 &&
	    faults_count(reader->import->reader.faults, FAULT_ERROR) == before)
		import_fault(reader->import, FAULT_ERROR, 0, NULL,
		             "no object here has a question and an answer, such as question and "
		             "answer, q and a, or 标准问 and 答案");
}

static void read_joined(struct json_reader *reader, struct span input, size_t count)
{
	struct buf joined;

	buf_init(&joined, input.len + count + sizeof("[]"));
	json_values_join(input, &joined);
	import_fault(reader->import, FAULT_NOTE, 0, NULL,
	             "%zu JSON texts stand one after another: they are read as one list", count);
	if (buf_status(&joined) == STATUS_OK)
		read_document(reader, buf_span(&joined));
	else
		reader->import->reader.status = buf_status(&joined);
	buf_deinit(&joined);
}

/* One JSON text or several. Lines of which the first is broken have a better fault each. */
static void read_values(struct json_reader *reader, struct span input)
{
	const struct json_values values = json_values_count(input);

	if (values.lines && !(values.count < 2 && values.whole))
		take_lines(reader, input);
	else if (values.count < 2)
		read_document(reader, input);
	else
		read_joined(reader, input, values.count);
}

void import_jsonl(struct import *import, struct span input)
{
	struct json_reader reader = { .import = import, .foreign = { .import = import } };

	if (is_document(input)) {
		const size_t before = faults_count(import->reader.faults, FAULT_ERROR);

		read_values(&reader, input);
		refuse_empty(&reader, before);
	} else {
		take_lines(&reader, input);
	}
	report_strangers(import, &reader.strangers);
	report_losses(&reader);
	foreign_report(&reader.foreign);
}

void import_yaml(struct import *import, struct span input)
{
	struct json_reader reader = { .import = import, .foreign = { .import = import } };
	cJSON *document = NULL;
	const size_t before = faults_count(import->reader.faults, FAULT_ERROR);
	const enum status status = yaml_read(input, import->file, import->reader.faults, &document);

	if (status == STATUS_NO_MEMORY)
		import->reader.status = status;
	if (status == STATUS_OK) {
		take_document(&reader, document);
		refuse_empty(&reader, before);
	}
	cJSON_Delete(document);
	report_strangers(import, &reader.strangers);
	report_losses(&reader);
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
