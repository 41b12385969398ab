/*
 * How it works: a reply becomes a tree of cJSON, which is printed at the end. What depends on an
 * entry alone (its texts, its cases without verdicts) is printed once for a snapshot
 * (reply_parts_create()) and inserted as raw JSON, because nearly every reply needs some of it. A
 * reply that comes without such parts makes those that it needs.
 */
#include "engine/dialogue/reply.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { PARTS_CEILING = 16 << 20 };

const char *outcome_name(enum outcome outcome)
{
	static const char *const names[] = { "answer",    "choose",  "ask",  "decline",
		                             "smalltalk", "handoff", "busy", "error" };
	assert((size_t)outcome < sizeof(names) / sizeof(names[0]));
	return names[outcome];
}

void reply_refuse(struct reply *reply, enum outcome outcome, const char *reason, const char *text)
{
	*reply = (struct reply){ .outcome = outcome, .reason = reason, .text = text };
}

/*
 * cJSON's functions accept the NULL of another one that found no memory, and then leave a member
 * out. Every item passes through a writer, which notices that.
 */
struct writer {
	bool failed;
	struct arena
	        *arena; /* of parts that are written for this reply; NULL before there are any */
};

static void add(struct writer *writer, cJSON *object, const char *name, cJSON *item)
{
	if (item && cJSON_AddItemToObjectCS(object, name, item))
		return;
	cJSON_Delete(item);
	writer->failed = true;
}

static void append(struct writer *writer, cJSON *array, cJSON *item)
{
	if (item && cJSON_AddItemToArray(array, item))
		return;
	cJSON_Delete(item);
	writer->failed = true;
}

static void add_string(struct writer *writer, cJSON *object, const char *name, const char *string)
{
	add(writer, object, name,
	    string ? cJSON_CreateStringReference(string) : cJSON_CreateNull());
}

/* cJSON writes a number and reads it again, to see whether it wrote enough digits of it. */
static cJSON *whole_number(int64_t number)
{
	char text[24];
	snprintf(text, sizeof(text), "%" PRId64, number);
	return cJSON_CreateRaw(text);
}

static cJSON *number_or_null(int number)
{
	return number > 0 ? whole_number(number) : cJSON_CreateNull();
}

static void add_number(struct writer *writer, cJSON *object, const char *name, int number)
{
	add(writer, object, name, number_or_null(number));
}

/* Six decimals: enough to rank by, and still short. */
static void add_confidence(struct writer *writer, cJSON *object, double confidence)
{
	const int millionths = (int)(confidence * 1e6 + 0.5);
	char text[24];
	snprintf(text, sizeof(text), "%d.%06d", millionths / 1000000, millionths % 1000000);
	add(writer, object, "confidence", cJSON_CreateRaw(text));
}

static void add_entry(struct writer *writer, cJSON *object, const struct entry *entry)
{
	add_string(writer, object, "entry", entry->id);
	add_number(writer, object, "number", entry->number);
	add_string(writer, object, "question", entry->question);
}

/* Refers to a value that was written before; cJSON_CreateRaw() would copy it. */
static void add_written(struct writer *writer, cJSON *object, const char *name, const char *json)
{
	cJSON *item = cJSON_CreateStringReference(json);
	if (item)
		item->type = cJSON_Raw | cJSON_IsReference;
	add(writer, object, name, item);
}

static const struct reply_parts *parts_of(struct writer *writer, const struct reply *reply,
                                          const struct entry *entry);

static void add_head(struct writer *writer, cJSON *object, const struct reply *reply,
                     const struct match_candidate *candidate)
{
	const struct reply_parts *parts = parts_of(writer, reply, candidate->entry);
	add_written(writer, object, "entry", parts->id);
	add_written(writer, object, "number", parts->number);
	add_written(writer, object, "question", parts->question);
	add_confidence(writer, object, candidate->confidence);
}

static cJSON *steps_of(struct writer *writer, const struct case_verdict *verdict)
{
	cJSON *array = cJSON_CreateArray();
	for (size_t i = 0; i < verdict->step_count; i++) {
		const struct step *step = &verdict->steps[i];
		cJSON *object = cJSON_CreateObject();
		add_string(writer, object, "what", step->todo->what);
		add_string(writer, object, "who", step->todo->who);
		add_string(writer, object, "where", step->todo->where);
		add_string(writer, object, "from", step->from);
		add_string(writer, object, "until", step->until);
		if (step->derived)
			add(writer, object, "derived", cJSON_CreateTrue());
		append(writer, array, object);
	}
	return array;
}

static cJSON *instead_of(struct writer *writer, const struct entry *entry)
{
	cJSON *object = cJSON_CreateObject();
	add_string(writer, object, "entry", entry->id);
	add(writer, object, "number",
	    entry->number ? cJSON_CreateNumber(entry->number) : cJSON_CreateNull());
	add_string(writer, object, "question", entry->question);
	return object;
}

static cJSON *change_of(struct writer *writer, const struct case_verdict *verdict)
{
	cJSON *object = cJSON_CreateObject();
	add_string(writer, object, "on", verdict->changes_on);
	add_string(writer, object, "verdict", verdict_name(verdict->changes_to));
	return object;
}

static cJSON *case_of(struct writer *writer, const struct entry_case *one,
                      const struct case_verdict *verdict)
{
	static const struct case_verdict open = { .verdict = VERDICT_UNKNOWN, .because = "" };
	if (!verdict)
		verdict = &open;
	cJSON *object = cJSON_CreateObject();
	add_string(writer, object, "id", one->id);
	add_string(writer, object, "label", one->label);
	add_string(writer, object, "situation", one->situation);
	add_string(writer, object, "advice", one->advice);
	add_string(writer, object, "verdict", verdict_name(verdict->verdict));
	add_string(writer, object, "because", verdict->because);
	add(writer, object, "todo", steps_of(writer, verdict));
	if (verdict->instead)
		add(writer, object, "instead", instead_of(writer, verdict->instead));
	if (verdict->changes_on)
		add(writer, object, "changes", change_of(writer, verdict));
	return object;
}

/* The cases of the FAQ, or of an entry without 情形 the judged ones. */
static cJSON *judged_cases(struct writer *writer, const struct diagnosis *diagnosis)
{
	cJSON *cases = cJSON_CreateArray();
	for (size_t i = 0; i < diagnosis->case_count; i++)
		append(writer, cases,
		       case_of(writer, diagnosis->cases[i].of, &diagnosis->cases[i]));
	return cases;
}

static cJSON *cases_of(struct writer *writer, const struct entry *entry)
{
	cJSON *cases = cJSON_CreateArray();
	for (size_t i = 0; i < entry->case_count; i++)
		append(writer, cases, case_of(writer, &entry->cases[i], NULL));
	return cases;
}

static void add_cases(struct writer *writer, cJSON *object, const struct diagnosis *diagnosis,
                      const struct reply_parts *parts)
{
	if (diagnosis->case_count > 0)
		add(writer, object, "cases", judged_cases(writer, diagnosis));
	else
		add_written(writer, object, "cases", parts->cases);
}

static cJSON *said_of(struct writer *writer, const struct entry *entry, const struct told *told)
{
	cJSON *array = cJSON_CreateArray();
	for (size_t i = 0; told && i < told->said_count; i++) {
		const struct question *question = entry_question(entry, told->said[i].fact);
		/* A question that is asked again has no answer now. */
		const char *label = question ? told_label(told, question) : NULL;
		if (!label)
			continue;
		cJSON *object = cJSON_CreateObject();
		add_string(writer, object, "fact", question->fact);
		add_string(writer, object, "question", question->text);
		add_string(writer, object, "answer", label);
		append(writer, array, object);
	}
	return array;
}

static cJSON *source_of(struct writer *writer, const struct entry *entry)
{
	cJSON *source = cJSON_CreateObject();
	add_string(writer, source, "document", entry->document[0] ? entry->document : NULL);
	add_number(writer, source, "item", entry->item);
	add_string(writer, source, "reviewed", entry->reviewed[0] ? entry->reviewed : NULL);
	return source;
}

/* Entries that a person could ask for next. Ids that name no entry with a question are left out. */
static cJSON *related_of(struct writer *writer, const struct knowledge *knowledge,
                         const struct entry *entry)
{
	cJSON *array = cJSON_CreateArray();
	for (size_t i = 0; i < entry->related.count; i++) {
		const struct entry *other = knowledge_find(knowledge, entry->related.items[i]);
		if (!other || other == entry || other->kind != ENTRY_ANSWER || !other->question[0])
			continue;
		cJSON *object = cJSON_CreateObject();
		add_entry(writer, object, other);
		append(writer, array, object);
	}
	return array;
}

/* Prints the item into the arena, and frees it. */
static const char *write_down(cJSON *item, struct arena *arena)
{
	char *text = item ? cJSON_PrintUnformatted(item) : NULL;
	const char *copy = text ? arena_copy(arena, span_of(text)) : NULL;
	cJSON_free(text);
	cJSON_Delete(item);
	return copy;
}

/* False without memory. */
static bool make_parts(struct writer *writer, const struct knowledge *knowledge,
                       const struct entry *entry, struct arena *arena, struct reply_parts *out)
{
	*out = (struct reply_parts){
		.id = write_down(cJSON_CreateStringReference(entry->id), arena),
		.number = write_down(number_or_null(entry->number), arena),
		.question = write_down(cJSON_CreateStringReference(entry->question), arena),
		.answer = write_down(cJSON_CreateStringReference(entry->answer), arena),
		.cases = write_down(cases_of(writer, entry), arena),
		.source = write_down(source_of(writer, entry), arena),
		.related = write_down(related_of(writer, knowledge, entry), arena),
	};
	return !writer->failed && out->id && out->number && out->question && out->answer &&
	       out->cases && out->source && out->related;
}

enum status reply_parts_create(const struct knowledge *knowledge, struct arena *arena,
                               const struct reply_parts **out)
{
	struct writer writer = { .failed = false };
	struct reply_parts *all = arena_array(arena, knowledge->entry_count + 1, sizeof(*all));
	bool made = all != NULL;
	for (size_t i = 0; i < knowledge->entry_count && made; i++)
		made = make_parts(&writer, knowledge, &knowledge->entries[i], arena, &all[i]);
	*out = all;
	return made ? STATUS_OK : STATUS_NO_MEMORY;
}

static const struct reply_parts *parts_of(struct writer *writer, const struct reply *reply,
                                          const struct entry *entry)
{
	static const struct reply_parts none = {
		"null", "null", "null", "null", "[]", "null", "[]"
	};
	assert(entry >= reply->knowledge->entries &&
	       entry < reply->knowledge->entries + reply->knowledge->entry_count);
	if (reply->parts)
		return &reply->parts[entry - reply->knowledge->entries];
	if (!writer->arena && arena_create(&writer->arena, PARTS_CEILING) != STATUS_OK)
		writer->arena = NULL;
	struct reply_parts *parts =
	        writer->arena ? arena_alloc(writer->arena, sizeof(*parts)) : NULL;
	if (parts && make_parts(writer, reply->knowledge, entry, writer->arena, parts))
		return parts;
	writer->failed = true;
	return &none;
}

const struct entry_case *reply_case(const struct reply *reply, size_t index)
{
	const struct match_candidate *answer = &reply->answers[index];
	const struct diagnosis *diagnosis = &reply->diagnoses[index];
	const bool pointed_at = answer->named_case && answer->by == MATCH_BY_CHOICE;
	if (pointed_at)
		return answer->named_case;
	if (diagnosis->lead)
		return diagnosis->lead->of;
	for (size_t i = 0; i < diagnosis->case_count; i++)
		if (diagnosis->cases[i].of == answer->named_case &&
		    diagnosis->cases[i].verdict == VERDICT_EXCLUDED)
			return NULL;
	return answer->named_case;
}

static cJSON *answer_of(struct writer *writer, const struct reply *reply, size_t index)
{
	const struct match_candidate *answer = &reply->answers[index];
	const struct diagnosis *diagnosis = &reply->diagnoses[index];
	const struct entry_case *lead = reply_case(reply, index);
	const struct reply_parts *parts = parts_of(writer, reply, answer->entry);
	cJSON *object = cJSON_CreateObject();
	add_head(writer, object, reply, answer);
	add_string(writer, object, "by", match_by_name(answer->by));
	add_string(writer, object, "case", lead ? lead->id : NULL);
	add_written(writer, object, "answer", parts->answer);
	add_cases(writer, object, diagnosis, parts);
	add(writer, object, "said", said_of(writer, answer->entry, reply->told));
	add_written(writer, object, "source", parts->source);
	add_written(writer, object, "related", parts->related);
	return object;
}

static cJSON *evidence_of(struct writer *writer, const struct match_evidence *evidence)
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
		add(writer, object, parts[i].name, cJSON_CreateNumber((double)parts[i].value));
	return object;
}

static cJSON *ranking_of(struct writer *writer, const struct reply *reply, size_t top)
{
	cJSON *array = cJSON_CreateArray();
	for (size_t i = 0; i < reply->ranking_count && i < top; i++) {
		const struct match_candidate *candidate = &reply->ranking[i];
		cJSON *object = cJSON_CreateObject();
		add_head(writer, object, reply, candidate);
		add_string(writer, object, "by", match_by_name(candidate->by));
		add_string(writer, object, "spoke", candidate->spoke);
		add(writer, object, "evidence", evidence_of(writer, &candidate->evidence));
		append(writer, array, object);
	}
	return array;
}

static void add_lists(struct writer *writer, cJSON *object, const struct reply *reply)
{
	cJSON *answers = cJSON_CreateArray();
	add(writer, object, "answers", answers);
	for (size_t i = 0; i < reply->answer_count; i++)
		append(writer, answers, answer_of(writer, reply, i));
	cJSON *choices = cJSON_CreateArray();
	add(writer, object, "choices", choices);
	for (size_t i = 0; i < reply->choice_count; i++) {
		cJSON *choice = cJSON_CreateObject();
		add_head(writer, choice, reply, &reply->choices[i]);
		append(writer, choices, choice);
	}
}

static void add_span(struct writer *writer, cJSON *object, const char *name, struct span text)
{
	char *copy = strndup(text.ptr, text.len);
	add(writer, object, name, copy ? cJSON_CreateString(copy) : NULL);
	free(copy);
}

static void add_option(struct writer *writer, cJSON *options, const char *label, const char *value)
{
	cJSON *object = cJSON_CreateObject();
	add_string(writer, object, "label", label);
	add_string(writer, object, "value", value);
	append(writer, options, object);
}

static cJSON *next_of(struct writer *writer, const struct reply *reply)
{
	const struct question *next = reply->next;
	if (!next)
		return cJSON_CreateNull();
	cJSON *object = cJSON_CreateObject();
	cJSON *options = cJSON_CreateArray();
	add_string(writer, object, "fact", next->fact);
	add_string(writer, object, "question", next->text);
	add_string(writer, object, "why", next->why);
	add(writer, object, "options", options);
	for (size_t i = 0; i < next->option_count; i++)
		add_option(writer, options, next->options[i].label, next->options[i].value);
	add_number(writer, object, "number", reply->offers_check ? 0 : (int)reply->next_number);
	return object;
}

/* The members that `dayi diagnose` adds for scripts. */
static void add_diagnosis(struct writer *writer, cJSON *object, const struct reply *reply,
                          const char *today)
{
	const struct entry *entry = reply->answers[0].entry;
	add_string(writer, object, "entry", entry->id);
	add_number(writer, object, "number", entry->number);
	add_string(writer, object, "today", today);
	add_cases(writer, object, &reply->diagnoses[0], parts_of(writer, reply, entry));
}

static cJSON *object_of(struct writer *writer, const struct reply *reply,
                        const struct reply_extras *extras)
{
	cJSON *object = cJSON_CreateObject();
	add_string(writer, object, "outcome", outcome_name(reply->outcome));
	if (reply->reason)
		add_string(writer, object, "reason", reply->reason);
	if (reply->topic)
		add_string(writer, object, "topic", reply->topic);
	add_lists(writer, object, reply);
	add(writer, object, "next", next_of(writer, reply));
	add_string(writer, object, "text", reply->text);
	add(writer, object, "masked", cJSON_CreateBool(reply->masked));
	if (reply->masked)
		add_span(writer, object, "asked", reply->masked_question);
	if (extras && extras->today)
		add_diagnosis(writer, object, reply, extras->today);
	if (extras && extras->ranking_top)
		add(writer, object, "ranking", ranking_of(writer, reply, extras->ranking_top));
	if (extras && extras->q.ptr)
		add_span(writer, object, "q", extras->q);
	add_string(writer, object, "receipt", reply->receipt[0] ? reply->receipt : NULL);
	add_string(writer, object, "knowledge",
	           reply->knowledge ? reply->knowledge->version : NULL);
	add(writer, object, "took_us", whole_number(reply->took_us));
	return object;
}

enum status reply_write_json(const struct reply *reply, const struct reply_extras *extras,
                             struct buf *out)
{
	struct writer writer = { .failed = false };
	cJSON *object = object_of(&writer, reply, extras);
	char *text = writer.failed ? NULL : cJSON_PrintBuffered(object, 4096, 0);
	cJSON_Delete(object);
	arena_destroy(writer.arena);
	if (!text)
		return STATUS_NO_MEMORY;
	buf_append_text(out, text);
	cJSON_free(text);
	return buf_status(out);
}
