/*
 * An entry becomes a cJSON object, member by member, in the order of a hand-written file. Three
 * printers write it: indented (a file of a collection; short lists on one line), compact with a
 * line feed (a line of a .jsonl collection), and compact parts (a cell of a CSV table). Out of
 * memory marks the buffer instead of the call, so that one check at the end is enough.
 */
#include "office/exchange/form.h"

#include <stdlib.h>

enum { INDENT = 2 };

/* ------------------------------------------------------------------ making */

/* Out of memory marks the buffer that is to take the text, so that nothing is lost in silence. */
static void mark(struct buf *out)
{
	if (out->status == STATUS_OK)
		out->status = STATUS_NO_MEMORY;
}

static void add(cJSON *object, const char *name, cJSON *value, struct buf *out)
{
	if (!cJSON_AddItemToObject(object, name, value)) {
		cJSON_Delete(value);
		mark(out);
	}
}

static void add_item(cJSON *list, cJSON *value, struct buf *out)
{
	if (!cJSON_AddItemToArray(list, value)) {
		cJSON_Delete(value);
		mark(out);
	}
}

static cJSON *list_of(const char *const *items, size_t count, struct buf *out)
{
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < count; i++)
		add_item(list, cJSON_CreateString(items[i]), out);
	return list;
}

static void add_text(cJSON *object, const char *name, const char *text, struct buf *out)
{
	if (*text)
		add(object, name, cJSON_CreateString(text), out);
}

static void add_number(cJSON *object, const char *name, int number, struct buf *out)
{
	if (number > 0)
		add(object, name, cJSON_CreateNumber(number), out);
}

static void add_strings(cJSON *object, const char *name, const struct strings *strings,
                        struct buf *out)
{
	if (strings->count > 0)
		add(object, name, list_of(strings->items, strings->count, out), out);
}

static void add_patterns(cJSON *object, const char *name, const struct pattern_list *patterns,
                         struct buf *out)
{
	cJSON *list = patterns->count > 0 ? cJSON_CreateArray() : NULL;

	for (size_t i = 0; i < patterns->count; i++)
		add_item(list, cJSON_CreateString(pattern_source(patterns->items[i])), out);
	if (patterns->count > 0)
		add(object, name, list, out);
}

static cJSON *todo_as_json(const struct todo *todo, struct buf *out)
{
	cJSON *object = cJSON_CreateObject();

	add_text(object, "if", todo->condition, out);
	add_text(object, "what", todo->what, out);
	add_text(object, "who", todo->who, out);
	add_text(object, "where", todo->where, out);
	add_text(object, "from", todo->from, out);
	add_text(object, "until", todo->until, out);
	return object;
}

static void add_pick(cJSON *object, const struct pick *pick, struct buf *out)
{
	add_text(object, "pick", pick->select, out);
	add_text(object, "because", pick->because, out);
	add_text(object, "because_not", pick->because_not, out);
	add_text(object, "because_unknown", pick->because_unknown, out);
	add_text(object, "from", pick->from, out);
	add_text(object, "until", pick->until, out);
}

static void add_rule(cJSON *object, const struct entry_case *one, struct buf *out)
{
	cJSON *list = one->todo_count > 0 ? cJSON_CreateArray() : NULL;
	cJSON *otherwise = one->pick_count > 1 ? cJSON_CreateArray() : NULL;

	if (one->pick_count > 0)
		add_pick(object, &one->picks[0], out);
	for (size_t i = 1; i < one->pick_count; i++) {
		cJSON *pick = cJSON_CreateObject();

		add_pick(pick, &one->picks[i], out);
		add_item(otherwise, pick, out);
	}
	if (one->pick_count > 1)
		add(object, "otherwise", otherwise, out);
	if (one->instead[0]) {
		cJSON *instead = cJSON_CreateObject();

		add_text(instead, "entry", one->instead, out);
		add_text(instead, "if", one->instead_if, out);
		add(object, "instead", instead, out);
	}
	for (size_t i = 0; i < one->todo_count; i++)
		add_item(list, todo_as_json(&one->todo[i], out), out);
	if (one->todo_count > 0)
		add(object, "todo", list, out);
}

static cJSON *diagnosis_as_json(const struct entry *entry, struct buf *out)
{
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < entry->judged_count; i++) {
		cJSON *object = cJSON_CreateObject();

		add_text(object, "claim", entry->judged[i].label, out);
		add_rule(object, &entry->judged[i], out);
		add_item(list, object, out);
	}
	return list;
}

static cJSON *range_as_json(const struct question_option *option, struct buf *out)
{
	cJSON *range = cJSON_CreateArray();

	add_item(range, cJSON_CreateNumber(option->least), out);
	add_item(range, cJSON_CreateNumber(option->most), out);
	return range;
}

static cJSON *since_as_json(const struct question_option *option, struct buf *out)
{
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < option->since_count; i++) {
		cJSON *since = cJSON_CreateObject();

		add_text(since, "of", option->since[i].of, out);
		add(since, "years", cJSON_CreateNumber(option->since[i].years), out);
		add_item(list, since, out);
	}
	return list;
}

static cJSON *question_as_json(const struct question *question, struct buf *out)
{
	cJSON *object = cJSON_CreateObject();
	cJSON *options = cJSON_CreateArray();

	add_text(object, "fact", question->fact, out);
	add_text(object, "question", question->text, out);
	add_text(object, "why", question->why, out);
	add_strings(object, "about", &question->about, out);
	for (size_t i = 0; i < question->option_count; i++) {
		cJSON *option = cJSON_CreateObject();

		add_text(option, "label", question->options[i].label, out);
		add_text(option, "value", question->options[i].value, out);
		add_strings(option, "words", &question->options[i].words, out);
		if (question->options[i].has_range)
			add(option, "range", range_as_json(&question->options[i], out), out);
		if (question->options[i].since_count > 0)
			add(option, "since", since_as_json(&question->options[i], out), out);
		add_patterns(option, "patterns", &question->options[i].patterns, out);
		if (question->options[i].leaves_open)
			add(option, "leaves_open", cJSON_CreateTrue(), out);
		if (question->options[i].yields)
			add(option, "yields", cJSON_CreateTrue(), out);
		if (question->options[i].mixes)
			add(option, "mixes", cJSON_CreateTrue(), out);
		add_item(options, option, out);
	}
	add(object, "options", options, out);
	return object;
}

static cJSON *questions_as_json(const struct entry *entry, struct buf *out)
{
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < entry->question_count; i++)
		add_item(list, question_as_json(&entry->questions[i], out), out);
	return list;
}

static cJSON *apart_as_json(const struct entry *entry, struct buf *out)
{
	const struct apart *apart = &entry->apart;
	cJSON *object = cJSON_CreateObject();

	add_text(object, "fact", apart->fact, out);
	add_text(object, "is", apart->is, out);
	add_patterns(object, "words", &apart->words, out);
	if (apart->of[0]) {
		cJSON *date = cJSON_CreateObject();

		add_text(date, "of", apart->of, out);
		add_text(date, "lies", apart->lies == SIDE_AHEAD ? "ahead" : "behind", out);
		add(object, "date", date, out);
	}
	return object;
}

static bool has_diagnosis(const struct entry *entry)
{
	return entry->judged && entry->judged != entry->cases;
}

static cJSON *case_as_json(const struct entry_case *one, struct buf *out)
{
	cJSON *object = cJSON_CreateObject();

	add_text(object, "id", one->id, out);
	add_text(object, "label", one->label, out);
	add(object, "situation", cJSON_CreateString(one->situation), out);
	add(object, "advice", cJSON_CreateString(one->advice), out);
	add_strings(object, "also", &one->also_written, out);
	add_patterns(object, "patterns", &one->patterns, out);
	add_rule(object, one, out);
	return object;
}

static cJSON *cases_as_json(const struct entry *entry, struct buf *out)
{
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < entry->case_count; i++)
		add_item(list, case_as_json(&entry->cases[i], out), out);
	return list;
}

static void add_source(cJSON *object, const struct entry *entry, struct buf *out)
{
	cJSON *source;

	if (!entry->document[0])
		return;
	source = cJSON_CreateObject();
	add_text(source, "document", entry->document, out);
	add_number(source, "item", entry->item, out);
	add(object, "source", source, out);
}

static cJSON *entry_as_json(const struct entry *entry, enum entry_style style, struct buf *out)
{
	cJSON *object = cJSON_CreateObject();
	bool row = style == ENTRY_ROW;

	if (style == ENTRY_FILE)
		add_text(object, "$schema", "../schema/entry.schema.json", out);
	add_text(object, "id", entry->id, out);
	add_number(object, "number", entry->number, out);
	add(object, "question", cJSON_CreateString(entry->question), out);
	if (row)
		add(object, "alternates",
		    list_of(entry->also_written.items, entry->also_written.count, out), out);
	add_strings(object, "prompts", &entry->prompts, out);
	add_patterns(object, "patterns", &entry->patterns, out);
	add_patterns(object, "unless", &entry->unless, out);
	if (!row)
		add_strings(object, "also", &entry->also_written, out);
	add_strings(object, "not", &entry->negatives_written, out);
	add(object, "answer", cJSON_CreateString(entry->answer), out);
	if (entry->case_count > 0)
		add(object, "cases", cases_as_json(entry, out), out);
	if (has_diagnosis(entry))
		add(object, "diagnosis", diagnosis_as_json(entry, out), out);
	if (entry->question_count > 0)
		add(object, "ask", questions_as_json(entry, out), out);
	if (entry->apart.fact[0])
		add(object, "apart", apart_as_json(entry, out), out);
	add_text(object, "note", entry->note, out);
	add_text(object, "internal", entry->internal, out);
	add_strings(object, "related", &entry->related, out);
	add_source(object, entry, out);
	add_text(object, "reviewed", entry->reviewed, out);
	add_text(object, "owner", entry->owner, out);
	add_text(object, "review_by", entry->review_by, out);
	return object;
}

/* ------------------------------------------------------------------ printing */

static void print_indent(size_t depth, struct buf *out)
{
	buf_append_char(out, '\n');
	for (size_t i = 0; i < depth * INDENT; i++)
		buf_append_char(out, ' ');
}

static void print_name(const char *name, struct buf *out)
{
	cJSON *text = cJSON_CreateStringReference(name);

	json_append(out, text);
	buf_append_text(out, ": ");
	cJSON_Delete(text);
}

/* An entry is nested four deep at most. */
static void print_indented(const cJSON *value, size_t depth, struct buf *out)
{
	bool object = cJSON_IsObject(value);
	const cJSON *child;

	if (!value || !value->child) {
		json_append(out, value);
		return;
	}
	buf_append_char(out, object ? '{' : '[');
	cJSON_ArrayForEach (child, value) {
		print_indent(depth + 1, out);
		if (object)
			print_name(child->string, out);
		print_indented(child, depth + 1, out);
		if (child->next)
			buf_append_char(out, ',');
	}
	print_indent(depth, out);
	buf_append_char(out, object ? '}' : ']');
}

void json_print_file(const cJSON *value, struct buf *out)
{
	print_indented(value, 0, out);
	buf_append_char(out, '\n');
}

void json_print_line(const cJSON *value, struct buf *out)
{
	json_append(out, value);
	buf_append_char(out, '\n');
}

void json_print_over(const cJSON *value, struct span line, struct buf *out)
{
	size_t end = line.len;

	while (end > 0 && (line.ptr[end - 1] == '\n' || line.ptr[end - 1] == '\r'))
		end--;
	json_append(out, value);
	buf_append(out, line.ptr + end, line.len - end);
}

void entry_print(const struct entry *entry, enum entry_style style, struct buf *out)
{
	cJSON *object = entry_as_json(entry, style, out);

	if (style == ENTRY_FILE)
		json_print_file(object, out);
	else
		json_print_line(object, out);
	cJSON_Delete(object);
}

static void print_and_delete(cJSON *value, struct buf *out)
{
	json_append(out, value);
	cJSON_Delete(value);
}

void cases_print(const struct entry *entry, struct buf *out)
{
	if (entry->case_count > 0)
		print_and_delete(cases_as_json(entry, out), out);
}

void diagnosis_print(const struct entry *entry, struct buf *out)
{
	if (has_diagnosis(entry))
		print_and_delete(diagnosis_as_json(entry, out), out);
}

void questions_print(const struct entry *entry, struct buf *out)
{
	if (entry->question_count > 0)
		print_and_delete(questions_as_json(entry, out), out);
}

void apart_print(const struct entry *entry, struct buf *out)
{
	if (entry->apart.fact[0])
		print_and_delete(apart_as_json(entry, out), out);
}

void strings_print(const char *const *items, size_t count, struct buf *out)
{
	print_and_delete(list_of(items, count, out), out);
}
