#include "engine/knowledge/knowledge_read.h"

#include <stdio.h>
#include <string.h>

#include "engine/knowledge/knowledge_read_rules.h"

enum { NUMBER_MOST = 1000000000 };

/* A whole number from 1; 0 if it is absent. */
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
	out->also = read_alternates(reader, &place, object, "also", &out->also_written);
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

/* Two loops are fast enough for CASES_MOST. */
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
		.internal = "",
		.document = "",
		.reviewed = "",
		.owner = "",
		.review_by = "",
		.apart = { .fact = "", .is = "", .of = "" },
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
		{ "internal", JSON_STRING, false, false },
		{ "related", JSON_ARRAY, false, false },
		{ "source", JSON_OBJECT, false, false },
		{ "reviewed", JSON_STRING, false, false },
		{ "owner", JSON_STRING, false, false },
		{ "review_by", JSON_STRING, false, false },
		{ "unless", JSON_ARRAY, false, false },
		{ "diagnosis", JSON_ARRAY, false, false },
		{ "ask", JSON_ARRAY, false, false },
		{ "apart", JSON_OBJECT, false, false },
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
	out->also = read_alternates(reader, &place, object, reader->also, &out->also_written);
	out->negatives = read_alternates(reader, &place, object, "not", &out->negatives_written);
	read_cases(reader, &place, object, out);
	read_apart(reader, &place, object, out);
	read_judged(reader, &place, object, out);
	out->note = read_text(reader, &place, object, "note", NOTE_MOST);
	out->internal = read_text(reader, &place, object, "internal", NOTE_MOST);
	out->related = read_strings(reader, &place, object, "related", LIST_MOST, QUESTION_MOST);
	read_source(reader, &place, object, out);
	out->reviewed = read_date(reader, &place, object, "reviewed");
	out->owner = read_text(reader, &place, object, "owner", NAME_MOST);
	out->review_by = read_date(reader, &place, object, "review_by");
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
	/* Parse it again to report the fault with the line of the file. */
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
