#include "knowledge/knowledge_read.h"

#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "base/utf8.h"

enum { NUMBER_MOST = 1000000000 };

void check_length(const struct json_place *place, const char *field, const char *text, size_t most)
{
	size_t length = strlen(text) > most ? utf8_length(span_of(text)) : 0;

	if (length > most)
		json_fault(place, FAULT_ERROR, field,
		           "%zu characters are more than the %zu that are allowed", length, most);
}

const char *read_text(struct reader *reader, const struct json_place *place, const cJSON *object,
                      const char *name, size_t most)
{
	const char *text = json_string(object, name, "");

	check_length(place, name, text, most);
	return copy(reader, text);
}

const char *read_word(struct reader *reader, const struct json_place *place, const cJSON *object,
                      const char *name, size_t most)
{
	if (is_blank(json_string(object, name, "-")))
		json_fault(place, FAULT_ERROR, name, "must not be empty");
	return read_text(reader, place, object, name, most);
}

static bool is_control(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

const char *read_id(struct reader *reader, const struct json_place *place, const cJSON *object,
                    size_t bytes_most)
{
	const char *text = json_string(object, "id", "");
	struct span id = span_of(text);
	size_t offset = 0;

	if (cJSON_IsString(member(object, "id")) && is_blank(text)) {
		json_fault(place, FAULT_ERROR, "id", "must not be empty");
		return "";
	}
	if (id.len > bytes_most)
		json_fault(place, FAULT_ERROR, "id",
		           "%zu bytes are more than the %zu that are allowed", id.len, bytes_most);
	while (offset < id.len) {
		if (is_control(utf8_next(id, &offset))) {
			json_fault(place, FAULT_ERROR, "id",
			           "must not hold a line break or another control character");
			break;
		}
	}
	return copy(reader, text);
}

/* A whole number from 1; 0 where it is absent. */
static int read_number(const struct json_place *place, const cJSON *object, const char *name)
{
	const cJSON *value = member(object, name);

	if (!cJSON_IsNumber(value))
		return 0;
	if (value->valuedouble >= 1 && value->valuedouble <= NUMBER_MOST &&
	    value->valuedouble == (double)value->valueint)
		return value->valueint;
	json_fault(place, FAULT_ERROR, name, "must be a whole number from 1");
	return 0;
}

const cJSON *open_list(const struct json_place *place, const cJSON *object, const char *name,
                       size_t most, size_t *count)
{
	const cJSON *list = member(object, name);
	const cJSON *item;

	*count = 0;
	if (!cJSON_IsArray(list))
		return NULL;
	cJSON_ArrayForEach (item, list)
		*count += 1;
	if (*count <= most)
		return list->child;
	json_fault(place, FAULT_ERROR, name, "%zu items are more than the %zu that are allowed",
	           *count, most);
	*count = 0;
	return NULL;
}

/* The item's text, or NULL with a fault. */
static const char *item_text(const struct json_place *place, const cJSON *item, const char *name,
                             size_t index, size_t most)
{
	char field[FIELD_SIZE];

	snprintf(field, sizeof(field), "%s[%zu]", name, index);
	if (!cJSON_IsString(item)) {
		json_fault(place, FAULT_ERROR, field, "must be a string");
		return NULL;
	}
	if (is_blank(item->valuestring)) {
		json_fault(place, FAULT_ERROR, field, "must not be empty");
		return NULL;
	}
	check_length(place, field, item->valuestring, most);
	return item->valuestring;
}

struct strings read_strings(struct reader *reader, const struct json_place *place,
                            const cJSON *object, const char *name, size_t most, size_t length_most)
{
	struct strings strings = { 0 };
	size_t count;
	const cJSON *item = open_list(place, object, name, most, &count);
	const char **items = item ? give(reader, count, sizeof(*items)) : NULL;

	for (size_t i = 0; items && item; item = item->next, i++) {
		const char *text = item_text(place, item, name, i, length_most);

		if (text) {
			items[strings.count] = copy(reader, text);
			strings.count++;
		}
	}
	strings.items = items;
	return strings;
}

/* Compiles and hands the pattern to the memory; NULL with a fault or the reader's status. */
static struct pattern *read_pattern(struct reader *reader, const struct json_place *place,
                                    const char *name, size_t index, const char *source)
{
	struct pattern_node *node = give(reader, 1, sizeof(*node));
	struct pattern_fault fault;
	enum status status;
	char field[FIELD_SIZE];

	if (!node)
		return NULL;
	status = pattern_compile(source, &fault, &node->pattern);
	if (status == STATUS_NO_MEMORY)
		reader->status = status;
	snprintf(field, sizeof(field), "%s[%zu]", name, index);
	if (status != STATUS_OK || fault.doubtful)
		json_fault(place, status == STATUS_OK ? FAULT_WARNING : FAULT_ERROR, field,
		           "%s (at byte %zu)", fault.reason, fault.offset);
	if (status != STATUS_OK)
		return NULL;
	node->next = reader->memory->patterns;
	reader->memory->patterns = node;
	return node->pattern;
}

struct pattern_list read_patterns(struct reader *reader, const struct json_place *place,
                                  const cJSON *object, const char *name)
{
	struct pattern_list list = { 0 };
	size_t count;
	const cJSON *item = open_list(place, object, name, PATTERNS_MOST, &count);
	struct pattern **items = item ? give(reader, count, sizeof(*items)) : NULL;

	for (size_t i = 0; items && item; item = item->next, i++) {
		const char *source = item_text(place, item, name, i, PATTERN_MOST);
		struct pattern *pattern =
		        source ? read_pattern(reader, place, name, i, source) : NULL;

		if (pattern) {
			items[list.count] = pattern;
			list.count++;
		}
	}
	list.items = items;
	return list;
}

const char *read_date(struct reader *reader, const struct json_place *place, const cJSON *object,
                      const char *name)
{
	const char *text = json_string(object, name, NULL);

	if (!text)
		return "";
	if (!day_valid(text))
		json_fault(place, FAULT_ERROR, name, "must be a date such as 2026-11-23");
	return copy(reader, text);
}

static void read_case(struct reader *reader, const struct json_place *outer, const cJSON *object,
                      size_t index, struct entry_case *out)
{
	static const struct json_member members[] = {
		{ "id", JSON_STRING, true, false },
		{ "label", JSON_STRING, false, false },
		{ "situation", JSON_STRING, false, false },
		{ "advice", JSON_STRING, false, false },
		{ "also", JSON_ARRAY, false, false },
		{ "patterns", JSON_ARRAY, false, false },
		RULE_MEMBERS,
	};
	char path[FIELD_SIZE] = "";
	struct json_place place = place_in(outer, path);

	snprintf(path, sizeof(path), "cases[%zu]", index);
	*out = empty_case();
	check_object(object, members, COUNT(members), &place);
	if (!cJSON_IsObject(object))
		return;
	out->id = read_id(reader, &place, object, CASE_ID_BYTES_MOST);
	out->label = read_word(reader, &place, object, "label", LABEL_MOST);
	out->situation = read_text(reader, &place, object, "situation", SITUATION_MOST);
	out->advice = read_text(reader, &place, object, "advice", ANSWER_MOST);
	if (is_blank(out->situation) && is_blank(out->advice))
		json_fault(&place, FAULT_ERROR, NULL, "needs a situation or an advice");
	out->also = read_strings(reader, &place, object, "also", LIST_MOST, QUESTION_MOST);
	out->patterns = read_patterns(reader, &place, object, "patterns");
	read_rule(reader, &place, object, out);
	if (!out->label[0]) {
		out->label = arena_format(reader->memory->arena, "情形%s", out->id);
		if (!out->label) {
			out->label = "";
			reader->status = STATUS_NO_MEMORY;
		}
	}
}

/* CASES_MOST keeps this short enough for two loops. */
static void check_case_ids(const struct json_place *place, const struct entry *entry)
{
	for (size_t i = 1; entry->cases && i < entry->case_count; i++) {
		for (size_t k = 0; k < i; k++) {
			char field[FIELD_SIZE];

			if (!entry->cases[i].id[0] ||
			    strcmp(entry->cases[i].id, entry->cases[k].id) != 0)
				continue;
			snprintf(field, sizeof(field), "cases[%zu].id", i);
			json_fault(place, FAULT_ERROR, field, "\"%s\" is taken already: cases[%zu]",
			           entry->cases[i].id, k);
			break;
		}
	}
}

static void read_cases(struct reader *reader, const struct json_place *place, const cJSON *object,
                       struct entry *out)
{
	size_t count;
	const cJSON *item = open_list(place, object, "cases", CASES_MOST, &count);
	struct entry_case *cases = item ? give(reader, count, sizeof(*cases)) : NULL;

	for (; cases && item; item = item->next) {
		read_case(reader, place, item, out->case_count, &cases[out->case_count]);
		out->case_count++;
	}
	out->cases = cases;
	check_case_ids(place, out);
}

static void read_source(struct reader *reader, const struct json_place *outer, const cJSON *object,
                        struct entry *out)
{
	static const struct json_member members[] = {
		{ "document", JSON_STRING, true, false },
		{ "item", JSON_NUMBER, false, false },
	};
	const cJSON *source = member(object, "source");
	struct json_place place = place_in(outer, "source");

	if (!cJSON_IsObject(source))
		return;
	check_object(source, members, COUNT(members), &place);
	out->document = read_word(reader, &place, source, "document", NAME_MOST);
	out->item = read_number(&place, source, "item");
}

struct entry empty_entry(enum entry_kind kind, const struct json_place *place)
{
	return (struct entry){
		.kind = kind,
		.id = "",
		.collection = "",
		.question = "",
		.answer = "",
		.note = "",
		.document = "",
		.reviewed = "",
		.file = place->file,
		.line = place->line,
	};
}

static void check_members(const struct reader *reader, const cJSON *object,
                          const struct json_place *place)
{
	const struct json_member members[] = {
		{ "$schema", JSON_STRING, false, false },
		{ "id", JSON_STRING, true, false },
		{ "number", JSON_NUMBER, false, false },
		{ "question", JSON_STRING, false, false },
		{ "prompts", JSON_ARRAY, false, false },
		{ "patterns", JSON_ARRAY, false, false },
		{ reader->also, JSON_ARRAY, false, false },
		{ "not", JSON_ARRAY, false, false },
		{ "answer", JSON_STRING, false, false },
		{ "cases", JSON_ARRAY, false, false },
		{ "note", JSON_STRING, false, false },
		{ "related", JSON_ARRAY, false, false },
		{ "source", JSON_OBJECT, false, false },
		{ "reviewed", JSON_STRING, false, false },
		{ "unless", JSON_ARRAY, false, false },
		{ "diagnosis", JSON_ARRAY, false, false },
		{ "ask", JSON_ARRAY, false, false },
	};

	check_object(object, members, COUNT(members), place);
}

void read_entry(struct reader *reader, const cJSON *object, const char *file, unsigned line,
                const char *collection, struct entry *out)
{
	const struct json_place place = { file, line, "", reader->faults };

	*out = empty_entry(ENTRY_ANSWER, &place);
	out->collection = collection;
	check_members(reader, object, &place);
	if (!cJSON_IsObject(object))
		return;
	out->id = read_id(reader, &place, object, ID_BYTES_MOST);
	out->number = read_number(&place, object, "number");
	out->question = read_text(reader, &place, object, "question", QUESTION_MOST);
	out->answer = read_text(reader, &place, object, "answer", ANSWER_MOST);
	if (is_blank(out->question) && is_blank(out->answer))
		json_fault(&place, FAULT_ERROR, NULL, "needs a question or an answer");
	out->prompts = read_strings(reader, &place, object, "prompts", LIST_MOST, QUESTION_MOST);
	out->patterns = read_patterns(reader, &place, object, "patterns");
	out->unless = read_patterns(reader, &place, object, "unless");
	out->also = read_strings(reader, &place, object, reader->also, LIST_MOST, QUESTION_MOST);
	out->negatives = read_strings(reader, &place, object, "not", LIST_MOST, QUESTION_MOST);
	read_cases(reader, &place, object, out);
	read_judged(reader, &place, object, out);
	out->note = read_text(reader, &place, object, "note", NOTE_MOST);
	out->related = read_strings(reader, &place, object, "related", LIST_MOST, QUESTION_MOST);
	read_source(reader, &place, object, out);
	out->reviewed = read_date(reader, &place, object, "reviewed");
}

cJSON *read_line_json(struct reader *reader, struct span line, const char *file, unsigned number)
{
	const struct json_limits limits = { LINE_BYTES_MOST, ENTRY_DEPTH_MOST };
	struct faults *faults = NULL;
	cJSON *value = NULL;
	enum status status = json_parse(&value, line, limits, file, NULL);

	if (status == STATUS_OK)
		return value;
	if (status != STATUS_NO_MEMORY)
		status = faults_create(&faults);
	if (status != STATUS_OK) {
		reader->status = status;
		return NULL;
	}
	/* Once more, now that it is known to be faulty: the parser counts lines from this one. */
	if (json_parse(&value, line, limits, file, faults) == STATUS_OK)
		cJSON_Delete(value);
	for (size_t i = 0; i < faults_kept(faults); i++) {
		const struct fault *fault = faults_at(faults, i);

		faults_add(reader->faults, fault->level, file, number, fault->field, "%s",
		           fault->reason);
	}
	faults_destroy(faults);
	return NULL;
}
