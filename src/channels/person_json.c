/*
 * How it works: each function makes the object of one part, and person_write() and today_write()
 * put them together and print them. Every value of a record passes person_shown(), which masks it;
 * names and sentences become JSON strings and nothing else.
 */
#include "channels/person_json.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "channels/message.h"

static void add_span(cJSON *object, const char *name, struct span text)
{
	char *copy = strndup(text.ptr, text.len);

	message_add_text(object, name, copy);
	free(copy);
}

static void add_entry(cJSON *object, const struct entry *entry)
{
	cJSON_AddStringToObject(object, "entry", entry->id);
	if (entry->number > 0)
		cJSON_AddNumberToObject(object, "number", entry->number);
	else
		cJSON_AddNullToObject(object, "number");
	cJSON_AddStringToObject(object, "question", entry->question);
}

/* --- a person --- */

static cJSON *object_of_step(const struct step *step)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "what", step->todo->what);
	message_add_text(object, "who", step->todo->who);
	message_add_text(object, "where", step->todo->where);
	message_add_text(object, "from", step->from);
	message_add_text(object, "until", step->until);
	return object;
}

static cJSON *object_of_case(const struct case_verdict *one, const char *because)
{
	cJSON *object = cJSON_CreateObject();
	cJSON *steps;

	cJSON_AddStringToObject(object, "case", one->of->id);
	cJSON_AddStringToObject(object, "label", one->of->label);
	message_add_text(object, "situation", one->of->situation);
	cJSON_AddStringToObject(object, "verdict", verdict_name(one->verdict));
	message_add_text(object, "because", because);
	steps = cJSON_AddArrayToObject(object, "steps");
	for (size_t i = 0; i < one->step_count; i++)
		cJSON_AddItemToArray(steps, object_of_step(&one->steps[i]));
	if (one->instead)
		add_entry(cJSON_AddObjectToObject(object, "instead"), one->instead);
	else
		cJSON_AddNullToObject(object, "instead");
	message_add_text(object, "changes_on", one->changes_on);
	message_add_text(object, "changes_to",
	                 one->changes_on ? verdict_name(one->changes_to) : NULL);
	return object;
}

static cJSON *object_of_entry(const struct person_entry *entry)
{
	const struct diagnosis *diagnosis = &entry->diagnosis;
	cJSON *object = cJSON_CreateObject();
	cJSON *cases;

	add_entry(object, diagnosis->entry);
	message_add_text(object, "lead", diagnosis->lead ? diagnosis->lead->of->id : NULL);
	message_add_text(object, "asks", diagnosis->question ? diagnosis->question->fact : NULL);
	cJSON_AddBoolToObject(object, "failed", diagnosis->failures > 0);
	cases = cJSON_AddArrayToObject(object, "cases");
	for (size_t i = 0; i < diagnosis->case_count; i++)
		cJSON_AddItemToArray(cases,
		                     object_of_case(&diagnosis->cases[i], entry->because[i]));
	return object;
}

static cJSON *object_of_question(const struct person_question *one)
{
	const struct question *question = one->question;
	cJSON *object = cJSON_CreateObject();
	cJSON *options;

	cJSON_AddStringToObject(object, "fact", question->fact);
	cJSON_AddStringToObject(object, "text", question->text);
	message_add_text(object, "why", question->why);
	cJSON_AddNumberToObject(object, "entries", (double)one->entries);
	add_entry(cJSON_AddObjectToObject(object, "of"), one->entry);
	options = cJSON_AddArrayToObject(object, "options");
	for (size_t i = 0; i < question->option_count; i++) {
		cJSON *option = cJSON_CreateObject();

		cJSON_AddStringToObject(option, "value", question->options[i].value);
		cJSON_AddStringToObject(option, "label", question->options[i].label);
		cJSON_AddItemToArray(options, option);
	}
	return object;
}

/* The question of that fact, of whichever entry; NULL where the knowledge has none any more. */
static const struct question *question_of(const struct knowledge *knowledge, const char *fact)
{
	const struct question *question = NULL;

	for (size_t i = 0; i < knowledge->entry_count && !question; i++)
		question = entry_question(&knowledge->entries[i], fact);
	return question;
}

static cJSON *array_of_said(const struct person_view *view)
{
	const struct told *told = view->told;
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < told->said_count; i++) {
		const struct question *question = question_of(view->knowledge, told->said[i].fact);
		cJSON *one = cJSON_CreateObject();

		cJSON_AddStringToObject(one, "fact", told->said[i].fact);
		cJSON_AddStringToObject(one, "value", told->said[i].value);
		message_add_text(one, "text", question ? question->text : NULL);
		message_add_text(one, "label", question ? told_label(told, question) : NULL);
		cJSON_AddItemToArray(array, one);
	}
	return array;
}

static void add_shown(const struct person_view *view, cJSON *object, const struct column *column,
                      const char *value)
{
	bool masked = false;
	const char *shown = value ? person_shown(column, value, view->arena, &masked) : NULL;

	if (shown)
		cJSON_AddStringToObject(object, "value", shown);
	else
		cJSON_AddNullToObject(object, "value");
	cJSON_AddBoolToObject(object, "masked", masked);
}

static cJSON *array_of_row(const struct person_view *view, size_t relation, size_t row)
{
	const struct relation_shape *shape =
	        relation_shape(facts_relations(view->record), relation);
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < shape->column_count; i++) {
		cJSON *cell = cJSON_CreateObject();

		cJSON_AddStringToObject(cell, "column", shape->columns[i].name);
		cJSON_AddStringToObject(cell, "label", shape->columns[i].label);
		cJSON_AddBoolToObject(cell, "flag", shape->columns[i].type == COLUMN_FLAG);
		add_shown(view, cell, &shape->columns[i],
		          facts_value(view->record, relation, row, i));
		cJSON_AddItemToArray(array, cell);
	}
	return array;
}

static cJSON *array_of_facts(const struct person_view *view)
{
	const struct relations *relations = facts_relations(view->record);
	cJSON *array = cJSON_CreateArray();

	for (size_t i = RELATION_RECORDED; i < relations_count(relations); i++) {
		const struct relation_shape *shape = relation_shape(relations, i);
		cJSON *one = cJSON_CreateObject();
		cJSON *rows;

		cJSON_AddStringToObject(one, "relation", shape->name);
		cJSON_AddStringToObject(one, "label", shape->label);
		cJSON_AddStringToObject(one, "outcome",
		                        record_outcome_text(view->report->relations[i]));
		rows = cJSON_AddArrayToObject(one, "rows");
		for (size_t row = 0; row < facts_rows(view->record, i); row++)
			cJSON_AddItemToArray(rows, array_of_row(view, i, row));
		cJSON_AddItemToArray(array, one);
	}
	return array;
}

/* Several people: a name keeps its first character, an ID number its ends. */
static cJSON *object_of_found(const struct person_view *view)
{
	static const struct column name = { .hidden = true };
	cJSON *object = cJSON_CreateObject();
	cJSON *array = cJSON_AddArrayToObject(object, "found");

	for (size_t i = 0; i < view->found->count; i++) {
		const struct record_found_one *one = &view->found->people[i];
		cJSON *person = cJSON_CreateObject();
		bool masked;

		message_add_text(person, "id_number",
		                 person_shown(NULL, one->id_number, view->arena, &masked));
		message_add_text(person, "name",
		                 person_shown(&name, one->name, view->arena, &masked));
		message_add_text(person, "company",
		                 person_shown(NULL, one->company, view->arena, &masked));
		cJSON_AddItemToArray(array, person);
	}
	cJSON_AddBoolToObject(object, "more", view->found->more);
	return object;
}

enum status person_write(const struct person_view *view, struct buf *out)
{
	cJSON *object, *array;
	bool masked;

	if (view->found)
		return message_write(object_of_found(view), out);
	object = cJSON_CreateObject();
	message_add_text(object, "id_number",
	                 person_shown(NULL, view->id_number, view->arena, &masked));
	cJSON_AddStringToObject(object, "reason", view->reason);
	message_add_time(object, "read_at", view->read_at_ms);
	cJSON_AddStringToObject(object, "today", view->today);
	cJSON_AddStringToObject(object, "knowledge", view->knowledge->version);
	cJSON_AddBoolToObject(object, "known", view->known);
	cJSON_AddBoolToObject(object, "more", view->more);
	array = cJSON_AddArrayToObject(object, "entries");
	for (size_t i = 0; i < view->entry_count; i++)
		cJSON_AddItemToArray(array, object_of_entry(&view->entries[i]));
	array = cJSON_AddArrayToObject(object, "ask");
	for (size_t i = 0; i < view->question_count; i++)
		cJSON_AddItemToArray(array, object_of_question(&view->questions[i]));
	cJSON_AddItemToObject(object, "said", array_of_said(view));
	cJSON_AddItemToObject(object, "facts", array_of_facts(view));
	return message_write(object, out);
}

/* --- today --- */

static cJSON *object_of_declined(const struct today_declined *one)
{
	cJSON *object = cJSON_CreateObject();

	add_span(object, "question", one->question);
	message_add_text(object, "reason", one->reason);
	message_add_text(object, "topic", one->topic);
	cJSON_AddNumberToObject(object, "count", (double)one->count);
	message_add_time(object, "last", one->last_ms);
	return object;
}

static cJSON *object_of_disliked(const struct today_disliked *one)
{
	cJSON *object = cJSON_CreateObject();
	cJSON *reasons;

	if (one->entry) {
		add_entry(object, one->entry);
	} else {
		add_span(object, "entry", one->id);
		cJSON_AddNullToObject(object, "number");
		cJSON_AddNullToObject(object, "question");
	}
	cJSON_AddNumberToObject(object, "count", (double)one->count);
	reasons = cJSON_AddArrayToObject(object, "reasons");
	for (size_t i = 0; i < one->reason_count; i++) {
		char *reason = strndup(one->reasons[i].ptr, one->reasons[i].len);

		cJSON_AddItemToArray(reasons, cJSON_CreateString(reason ? reason : ""));
		free(reason);
	}
	return object;
}

/* Since the start of the process: how many relations were read, were too slow, or failed. */
static cJSON *object_of_records(const struct today *today)
{
	const struct record_counts *counts = &today->gauges.records;
	cJSON *object;
	uint64_t failed = 0;

	if (!today->records)
		return cJSON_CreateNull();
	for (int i = 0; i < RECORD_OUTCOME_COUNT; i++)
		if (i != RECORD_NOT_ASKED && i != RECORD_READ && i != RECORD_TIMED_OUT &&
		    i != RECORD_NOT_MAPPED)
			failed += counts->outcomes[i];
	object = cJSON_CreateObject();
	cJSON_AddNumberToObject(object, "read", (double)counts->outcomes[RECORD_READ]);
	cJSON_AddNumberToObject(object, "slow", (double)counts->outcomes[RECORD_TIMED_OUT]);
	cJSON_AddNumberToObject(object, "failed", (double)failed);
	cJSON_AddNumberToObject(object, "resting", (double)counts->outcomes[RECORD_RESTING]);
	cJSON_AddNumberToObject(object, "waiting", (double)counts->waiting);
	return object;
}

static cJSON *object_of_journal(const struct today *today)
{
	const struct journal_counts *counts = &today->gauges.journal;
	cJSON *object;

	if (!today->journal_kept)
		return cJSON_CreateNull();
	object = cJSON_CreateObject();
	cJSON_AddBoolToObject(object, "readable", today->journal_status == STATUS_OK);
	cJSON_AddNumberToObject(object, "waiting", (double)counts->waiting);
	cJSON_AddNumberToObject(object, "dropped", (double)counts->dropped);
	cJSON_AddNumberToObject(object, "lost", (double)counts->lost);
	return object;
}

enum status today_write(const struct today *today, struct buf *out)
{
	cJSON *object = cJSON_CreateObject();
	cJSON *part;

	message_add_time(object, "since", today->since_ms);
	part = cJSON_AddObjectToObject(object, "outcomes");
	for (size_t i = 0; i < today->day.outcome_count; i++)
		cJSON_AddNumberToObject(part, today->day.outcomes[i].name,
		                        (double)today->day.outcomes[i].count);
	part = cJSON_AddArrayToObject(object, "declined");
	for (size_t i = 0; i < today->declined_count; i++)
		cJSON_AddItemToArray(part, object_of_declined(&today->declined[i]));
	cJSON_AddNumberToObject(object, "declined_more", (double)today->declined_more);
	part = cJSON_AddArrayToObject(object, "disliked");
	for (size_t i = 0; i < today->disliked_count; i++)
		cJSON_AddItemToArray(part, object_of_disliked(&today->disliked[i]));
	part = cJSON_AddObjectToObject(object, "knowledge");
	cJSON_AddStringToObject(part, "version", today->gauges.knowledge);
	cJSON_AddNumberToObject(part, "entries", (double)today->gauges.entries);
	message_add_time(part, "loaded", today->gauges.loaded_at_ms);
	cJSON_AddItemToObject(object, "records", object_of_records(today));
	cJSON_AddItemToObject(object, "journal", object_of_journal(today));
	part = cJSON_AddObjectToObject(object, "waiting");
	cJSON_AddNumberToObject(part, "asks", (double)today->gauges.asks_waiting);
	cJSON_AddNumberToObject(part, "sessions", (double)today->gauges.sessions);
	return message_write(object, out);
}
