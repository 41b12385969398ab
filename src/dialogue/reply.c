#include "dialogue/reply.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

const char *outcome_name(enum outcome outcome)
{
	static const char *const names[] = { "answer",    "choose",  "ask",  "decline",
		                             "smalltalk", "handoff", "busy", "error" };
	return names[outcome];
}

void reply_refuse(struct reply *reply, enum outcome outcome, const char *reason, const char *text)
{
	*reply = (struct reply){ .outcome = outcome, .reason = reason, .text = text };
}

/*
 * cJSON builds the object; every adding function takes NULL for "no memory", so one look at the
 * printed text at the end is enough. Strings are borrowed, not copied.
 */
static void add_string(cJSON *object, const char *name, const char *string)
{
	cJSON_AddItemToObjectCS(object, name,
	                        string ? cJSON_CreateStringReference(string) : cJSON_CreateNull());
}

static void add_number(cJSON *object, const char *name, int number)
{
	cJSON_AddItemToObjectCS(object, name,
	                        number > 0 ? cJSON_CreateNumber(number) : cJSON_CreateNull());
}

/* Six decimals: enough to rank by, and still short. */
static void add_confidence(cJSON *object, double confidence)
{
	cJSON_AddItemToObjectCS(object, "confidence",
	                        cJSON_CreateNumber((double)(int)(confidence * 1e6 + 0.5) / 1e6));
}

static void add_head(cJSON *object, const struct match_candidate *candidate)
{
	add_string(object, "entry", candidate->entry->id);
	add_number(object, "number", candidate->entry->number);
	add_string(object, "question", candidate->entry->question);
	add_confidence(object, candidate->confidence);
}

static cJSON *cases_of(const struct entry *entry)
{
	cJSON *cases = cJSON_CreateArray();
	for (size_t i = 0; i < entry->case_count; i++) {
		const struct entry_case *one = &entry->cases[i];
		cJSON *object = cJSON_CreateObject();
		add_string(object, "id", one->id);
		add_string(object, "label", one->label);
		add_string(object, "situation", one->situation);
		add_string(object, "advice", one->advice);
		add_string(object, "verdict", "unknown");
		add_string(object, "because", "");
		cJSON_AddItemToArray(cases, object);
	}
	return cases;
}

static cJSON *source_of(const struct entry *entry)
{
	cJSON *source = cJSON_CreateObject();
	add_string(source, "document", entry->document[0] ? entry->document : NULL);
	add_number(source, "item", entry->item);
	add_string(source, "reviewed", entry->reviewed[0] ? entry->reviewed : NULL);
	return source;
}

static cJSON *strings_of(const struct strings *strings)
{
	cJSON *array = cJSON_CreateArray();
	for (size_t i = 0; i < strings->count; i++)
		cJSON_AddItemToArray(array, cJSON_CreateStringReference(strings->items[i]));
	return array;
}

static cJSON *answer_of(const struct match_candidate *answer)
{
	cJSON *object = cJSON_CreateObject();
	add_head(object, answer);
	add_string(object, "by", match_by_name(answer->by));
	add_string(object, "case", answer->named_case ? answer->named_case->id : NULL);
	add_string(object, "answer", answer->entry->answer);
	cJSON_AddItemToObjectCS(object, "cases", cases_of(answer->entry));
	cJSON_AddItemToObjectCS(object, "source", source_of(answer->entry));
	cJSON_AddItemToObjectCS(object, "related", strings_of(&answer->entry->related));
	return object;
}

static cJSON *evidence_of(const struct match_evidence *evidence)
{
	const struct {
		const char *name;
		float value;
	} parts[] = {
		{ "score", evidence->score },       { "similarity", evidence->similarity },
		{ "coverage", evidence->coverage }, { "prompt", evidence->prompt },
		{ "pattern", evidence->pattern },   { "exact", evidence->exact },
	};
	cJSON *object = cJSON_CreateObject();
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		cJSON_AddItemToObjectCS(object, parts[i].name,
		                        cJSON_CreateNumber((double)parts[i].value));
	return object;
}

static cJSON *ranking_of(const struct reply *reply, size_t top)
{
	cJSON *array = cJSON_CreateArray();
	for (size_t i = 0; i < reply->ranking_count && i < top; i++) {
		const struct match_candidate *candidate = &reply->ranking[i];
		cJSON *object = cJSON_CreateObject();
		add_head(object, candidate);
		add_string(object, "by", match_by_name(candidate->by));
		add_string(object, "spoke", candidate->spoke);
		cJSON_AddItemToObjectCS(object, "evidence", evidence_of(&candidate->evidence));
		cJSON_AddItemToArray(array, object);
	}
	return array;
}

static void add_lists(cJSON *object, const struct reply *reply)
{
	cJSON *answers = cJSON_AddArrayToObject(object, "answers");
	for (size_t i = 0; i < reply->answer_count; i++)
		cJSON_AddItemToArray(answers, answer_of(&reply->answers[i]));
	cJSON *choices = cJSON_AddArrayToObject(object, "choices");
	for (size_t i = 0; i < reply->choice_count; i++) {
		cJSON *choice = cJSON_CreateObject();
		add_head(choice, &reply->choices[i]);
		cJSON_AddItemToArray(choices, choice);
	}
}

static void add_question(cJSON *object, struct span question)
{
	char *copy = strndup(question.ptr, question.len);
	cJSON_AddStringToObject(object, "q", copy ? copy : "");
	free(copy);
}

static cJSON *object_of(const struct reply *reply, const struct reply_extras *extras)
{
	cJSON *object = cJSON_CreateObject();
	if (extras && extras->type)
		add_string(object, "type", extras->type);
	if (extras && extras->to)
		add_string(object, "to", extras->to);
	add_string(object, "outcome", outcome_name(reply->outcome));
	if (reply->reason)
		add_string(object, "reason", reply->reason);
	if (reply->topic)
		add_string(object, "topic", reply->topic);
	add_lists(object, reply);
	cJSON_AddNullToObject(object, "next");
	add_string(object, "text", reply->text);
	cJSON_AddBoolToObject(object, "masked", reply->masked);
	if (extras && extras->ranking_top)
		cJSON_AddItemToObjectCS(object, "ranking", ranking_of(reply, extras->ranking_top));
	if (extras && extras->q.ptr)
		add_question(object, extras->q);
	if (extras && extras->session)
		add_string(object, "session", extras->session);
	add_string(object, "receipt", reply->receipt[0] ? reply->receipt : NULL);
	add_string(object, "knowledge", reply->knowledge);
	cJSON_AddNumberToObject(object, "took_us", (double)reply->took_us);
	return object;
}

enum status reply_write_json(const struct reply *reply, const struct reply_extras *extras,
                             struct buf *out)
{
	cJSON *object = object_of(reply, extras);
	char *text = object ? cJSON_PrintBuffered(object, 4096, 0) : NULL;
	cJSON_Delete(object);
	if (!text)
		return STATUS_NO_MEMORY;
	buf_append_text(out, text);
	cJSON_free(text);
	return buf_status(out);
}
