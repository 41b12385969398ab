#include "office/authoring/gate_json.h"

#include "base/json.h"

static void add_number(cJSON *object, const char *name, double number)
{
	cJSON_AddNumberToObject(object, name, number);
}

static void add_text(cJSON *object, const char *name, const char *text)
{
	cJSON_AddItemToObject(object, name, text ? cJSON_CreateString(text) : cJSON_CreateNull());
}

static void add_entry_number(cJSON *object, int number)
{
	cJSON_AddItemToObject(object, "number",
	                      number > 0 ? cJSON_CreateNumber(number) : cJSON_CreateNull());
}

static cJSON *array_of_candidates(const struct gate_candidate *items, size_t count)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < count; i++) {
		cJSON *one = cJSON_CreateObject();

		cJSON_AddStringToObject(one, "entry", items[i].entry);
		add_entry_number(one, items[i].number);
		cJSON_AddStringToObject(one, "question", items[i].question);
		add_text(one, "case", items[i].case_id);
		add_number(one, "confidence", items[i].confidence);
		cJSON_AddStringToObject(one, "by", items[i].by);
		add_text(one, "spoke", items[i].spoke);
		cJSON_AddBoolToObject(one, "only_here", items[i].only_here);
		cJSON_AddItemToArray(array, one);
	}
	return array;
}

static cJSON *object_of_reply(const struct gate_reply *reply)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "outcome", reply->outcome);
	add_text(object, "topic", reply->topic);
	cJSON_AddItemToObject(object, "answers",
	                      array_of_candidates(reply->answers, reply->answer_count));
	cJSON_AddItemToObject(object, "choices",
	                      array_of_candidates(reply->choices, reply->choice_count));
	return object;
}

static cJSON *object_of_cause(const struct gate_cause *cause)
{
	cJSON *object;

	if (!cause->text)
		return cJSON_CreateNull();
	object = cJSON_CreateObject();
	cJSON_AddStringToObject(object, "entry", cause->entry);
	cJSON_AddStringToObject(object, "member", difference_member_name(cause->member));
	cJSON_AddStringToObject(object, "text", cause->text);
	cJSON_AddStringToObject(object, "change", cause->added ? "added" : "removed");
	return object;
}

cJSON *gate_change_object(const struct gate_change *change)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "question", change->text.ptr);
	add_number(object, "asked", (double)change->asked);
	cJSON_AddStringToObject(object, "kind", diff_kind_name(change->kind));
	cJSON_AddBoolToObject(object, "golden", change->golden);
	cJSON_AddItemToObject(object, "before", object_of_reply(&change->before));
	cJSON_AddItemToObject(object, "after", object_of_reply(&change->after));
	cJSON_AddItemToObject(object, "cause", object_of_cause(&change->cause));
	return object;
}

cJSON *gate_verdict_object(const struct verdict_change *change)
{
	cJSON *object = cJSON_CreateObject(), *cases;

	cJSON_AddStringToObject(object, "entry", change->entry);
	add_entry_number(object, change->number);
	cJSON_AddStringToObject(object, "from", change->made_up ? "atlas" : "sample");
	cJSON_AddStringToObject(object, "today", change->today);
	cJSON_AddItemToObject(object, "facts", cJSON_CreateRaw(change->facts));
	add_number(object, "records", (double)change->records);
	cases = cJSON_AddArrayToObject(object, "cases");
	for (size_t i = 0; i < change->turn_count; i++) {
		cJSON *one = cJSON_CreateObject();

		cJSON_AddStringToObject(one, "case", change->turns[i].case_id);
		cJSON_AddStringToObject(one, "before", change->turns[i].before);
		cJSON_AddStringToObject(one, "after", change->turns[i].after);
		cJSON_AddItemToArray(cases, one);
	}
	return object;
}

static void add_kinds(cJSON *object, const struct gate_result *result)
{
	cJSON *kinds = cJSON_AddObjectToObject(object, "kinds");

	for (int kind = DIFF_KINDS - 1; kind > DIFF_NONE; kind--) {
		cJSON *one = cJSON_AddObjectToObject(kinds, diff_kind_name((enum diff_kind)kind));

		add_number(one, "questions", (double)result->kinds[kind].questions);
		add_number(one, "asked", (double)result->kinds[kind].asked);
	}
}

static void add_lists(cJSON *object, const struct gate_result *result)
{
	cJSON *array = cJSON_AddArrayToObject(object, "changes");

	for (size_t i = 0; i < result->change_count; i++)
		cJSON_AddItemToArray(array, gate_change_object(&result->changes[i]));
	add_number(object, "more", (double)result->more);
	array = cJSON_AddArrayToObject(object, "verdicts");
	for (size_t i = 0; i < result->verdicts.count; i++)
		cJSON_AddItemToArray(array, gate_verdict_object(&result->verdicts.changes[i]));
	add_number(object, "more_verdicts", (double)result->verdicts.more);
	array = cJSON_AddArrayToObject(object, "golden");
	for (size_t i = 0; i < result->lost_count; i++)
		cJSON_AddItemToArray(array, cJSON_CreateString(result->lost[i]));
}

enum status gate_write_result(const struct gate_result *result, struct buf *out)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "live", result->live);
	cJSON_AddStringToObject(object, "draft", result->draft);
	cJSON_AddBoolToObject(object, "passed", result->passed);
	cJSON_AddBoolToObject(object, "chooses_alike", result->chooses_alike);
	cJSON_AddBoolToObject(object, "trivial", result->trivial);
	add_number(object, "questions", (double)result->all.questions);
	add_number(object, "asked", (double)result->all.asked);
	add_number(object, "lost", (double)(result->losses + result->lost_count));
	add_kinds(object, result);
	add_lists(object, result);
	add_number(object, "took_ms", (double)(result->took_us / 1000));
	json_append(out, object);
	cJSON_Delete(object);
	return buf_status(out) == STATUS_OK ? STATUS_OK : STATUS_NO_MEMORY;
}
