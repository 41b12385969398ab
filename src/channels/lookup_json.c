#include "channels/lookup_json.h"

#include <cjson/cJSON.h>

#include "channels/message.h"

static void add_number(cJSON *object, const char *name, int number)
{
	if (number > 0)
		cJSON_AddNumberToObject(object, name, number);
	else
		cJSON_AddNullToObject(object, name);
}

/* Three decimals: a person reads it. */
static void add_confidence(cJSON *object, double confidence)
{
	if (confidence < 0)
		cJSON_AddNullToObject(object, "confidence");
	else
		cJSON_AddNumberToObject(object, "confidence",
		                        (double)(int)(confidence * 1000 + 0.5) / 1000);
}

static cJSON *strings_of(const char *const *items, size_t count)
{
	cJSON *array = cJSON_CreateArray();
	for (size_t i = 0; i < count; i++)
		cJSON_AddItemToArray(array, cJSON_CreateString(items[i]));
	return array;
}

static cJSON *head_of(const struct entry *entry)
{
	cJSON *object = cJSON_CreateObject();
	cJSON_AddStringToObject(object, "entry", entry->id);
	cJSON_AddStringToObject(object, "kind", entry_kind_name(entry->kind));
	add_number(object, "number", entry->number);
	return object;
}

static cJSON *candidate_of(const struct match_candidate *candidate)
{
	if (!candidate)
		return cJSON_CreateNull();
	cJSON *object = head_of(candidate->entry);
	cJSON_AddStringToObject(object, "question", candidate->entry->question);
	add_confidence(object, candidate->confidence);
	return object;
}

static cJSON *robot_of(const struct lookup_answer *answer)
{
	static const char *const bands[] = { "answer", "choose", "decline" };
	cJSON *object = cJSON_CreateObject();
	cJSON_AddStringToObject(object, "outcome", bands[answer->band]);
	cJSON_AddItemToObject(object, "best", candidate_of(answer->best));
	cJSON_AddItemToObject(object, "runner_up", candidate_of(answer->runner_up));
	message_add_text(object, "topic", answer->other ? answer->other->id : NULL);
	return object;
}

static cJSON *result_of(const struct lookup_result *result)
{
	cJSON *object = head_of(result->entry);
	cJSON_AddItemToObject(object, "question",
	                      strings_of(result->question.items, result->question.count));
	message_add_text(object, "case", result->named_case ? result->named_case->id : NULL);
	cJSON_AddStringToObject(object, "why", lookup_why_name(result->why));
	add_confidence(object, result->confidence);
	message_add_text(object, "spoke", result->spoke);
	cJSON_AddStringToObject(object, "part", lookup_part_name(result->part));
	message_add_text(object, "label", result->of ? result->of->label : NULL);
	cJSON_AddItemToObject(object, "text", strings_of(result->text.items, result->text.count));
	return object;
}

enum status lookup_write_answer(const struct knowledge *knowledge, struct span typed,
                                const struct lookup_answer *answer, struct buf *out)
{
	cJSON *object = cJSON_CreateObject();
	cJSON *results = cJSON_CreateArray();
	struct buf q;
	buf_init(&q, LOOKUP_TYPED_MOST + 1);
	buf_append(&q, typed.ptr, typed.len);
	cJSON_AddStringToObject(object, "q", buf_text(&q));
	buf_deinit(&q);
	cJSON_AddStringToObject(object, "kind", answer->receipt[0] ? "receipt" : "entries");
	message_add_text(object, "receipt", answer->receipt);
	cJSON_AddStringToObject(object, "knowledge", knowledge->version);
	cJSON_AddItemToObject(object, "robot", robot_of(answer));
	for (size_t i = 0; i < answer->count; i++)
		cJSON_AddItemToArray(results, result_of(&answer->results[i]));
	cJSON_AddItemToObject(object, "results", results);
	return message_write(object, out);
}

/* --- one entry --- */

static void add_copy(cJSON *object, const struct lookup_copy *copy)
{
	cJSON_AddStringToObject(object, "short", copy->brief);
	cJSON_AddItemToObject(object, "sms", strings_of(copy->sms, copy->sms_count));
}

static cJSON *cases_of(const struct lookup_entry *shown)
{
	cJSON *array = cJSON_CreateArray();
	for (size_t i = 0; i < shown->entry->case_count; i++) {
		const struct entry_case *one = &shown->entry->cases[i];
		cJSON *item = cJSON_CreateObject();
		cJSON_AddStringToObject(item, "id", one->id);
		cJSON_AddStringToObject(item, "label", one->label);
		cJSON_AddStringToObject(item, "situation", one->situation);
		cJSON_AddStringToObject(item, "advice", one->advice);
		add_copy(item, &shown->cases[i]);
		cJSON_AddItemToArray(array, item);
	}
	return array;
}

enum status lookup_write_entry(const struct lookup_entry *shown, struct buf *out)
{
	const struct entry *entry = shown->entry;
	cJSON *object = head_of(entry);
	cJSON_AddStringToObject(object, "question", entry->question);
	cJSON_AddStringToObject(object, "answer", entry->answer);
	cJSON_AddItemToObject(object, "prompts",
	                      strings_of(entry->prompts.items, entry->prompts.count));
	cJSON_AddItemToObject(object, "cases", cases_of(shown));
	message_add_text(object, "internal", entry->internal);
	message_add_text(object, "note", entry->note);
	message_add_text(object, "document", entry->document);
	add_number(object, "item", entry->item);
	message_add_text(object, "reviewed", entry->reviewed);
	cJSON_AddStringToObject(object, "knowledge", shown->knowledge);
	add_copy(object, &shown->copy);
	cJSON_AddStringToObject(object, "full", shown->full);
	message_add_text(object, "script", shown->script);
	return message_write(object, out);
}
