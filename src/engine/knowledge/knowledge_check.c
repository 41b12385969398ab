/*
 * How it works: what entries, referrals, records and golden questions say of each other is checked
 * once all of them have been read. A first pass over the entries keeps ids and numbers in tables; a
 * second one looks up what an entry names (related, instead, apart), since that may stand in a
 * later file. A fault is told, and the check goes on.
 */
#include "engine/knowledge/read.h"

#include <stdio.h>
#include <string.h>

/* "knowledge/a/07.json" or "knowledge/a/entries.jsonl, line 12", for the end of a sentence. */
static const char *where(const struct entry *entry, char *text, size_t size)
{
	if (entry->line)
		snprintf(text, size, "%s, line %u", entry->file, entry->line);
	else
		snprintf(text, size, "%s", entry->file);
	return text;
}

/* What people know it by. */
static const char *name_of(const struct entry *entry)
{
	return entry->question && entry->question[0] ? entry->question : entry->id;
}

/* "id", or "referrals[3].id" in the files that hold several. */
static const char *id_field(const struct entry *entries, size_t index, char *text, size_t size)
{
	const struct entry *entry = &entries[index];
	size_t first = index;

	if (entry->kind == ENTRY_ANSWER)
		return "id";
	while (first > 0 && entries[first - 1].file == entry->file)
		first--;
	snprintf(text, size, "%s[%zu].id",
	         entry->kind == ENTRY_REFERRAL ? "referrals" : "smalltalk", index - first);
	return text;
}

static void check_id(struct knowledge_memory *memory, const struct entry *entries, size_t index,
                     struct faults *faults)
{
	const struct entry *entry = &entries[index];
	char other[512], field[48];
	const char *member;
	int64_t first;

	if (!entry->id[0])
		return; /* reported when it was read */
	first = table_add(&memory->ids, entry->id, index);
	if (first == TABLE_NONE)
		return;
	where(&entries[first], other, sizeof(other));
	member = id_field(entries, index, field, sizeof(field));
	if (entries[first].question && entries[first].question[0])
		faults_add(faults, FAULT_ERROR, entry->file, entry->line, member,
		           "\"%s\" is already the id of \"%s\": %s", entry->id,
		           entries[first].question, other);
	else
		faults_add(faults, FAULT_ERROR, entry->file, entry->line, member,
		           "\"%s\" is taken already: %s", entry->id, other);
}

static enum status check_number(struct table *numbers, struct arena *arena,
                                const struct entry *entries, size_t index, struct faults *faults)
{
	const struct entry *entry = &entries[index];
	const char *key;
	int64_t first;

	if (entry->number == 0)
		return STATUS_OK;
	key = arena_format(arena, "%d/%s", entry->number, entry->collection);
	if (!key)
		return STATUS_NO_MEMORY;
	first = table_add(numbers, key, index);
	if (first != TABLE_NONE)
		faults_add(faults, FAULT_ERROR, entry->file, entry->line, "number",
		           "%d is already the number of \"%s\"", entry->number,
		           name_of(&entries[first]));
	return STATUS_OK;
}

static void check_related(const struct table *ids, const struct entry *entry, struct faults *faults)
{
	for (size_t i = 0; i < entry->related.count; i++) {
		const char *id = entry->related.items[i];
		char field[32];

		snprintf(field, sizeof(field), "related[%zu]", i);
		if (table_find(ids, id) == TABLE_NONE)
			faults_add(faults, FAULT_ERROR, entry->file, entry->line, field,
			           "there is no entry \"%s\"", id);
		else if (strcmp(id, entry->id) == 0)
			faults_add(faults, FAULT_WARNING, entry->file, entry->line, field,
			           "the entry names itself");
	}
}

static void check_instead(const struct table *ids, const struct entry *entry, struct faults *faults)
{
	for (size_t i = 0; i < entry->judged_count; i++) {
		const char *id = entry->judged[i].instead;
		char field[48];

		snprintf(field, sizeof(field), "%s[%zu].instead.entry",
		         entry->judged == entry->cases ? "cases" : "diagnosis", i);
		if (id[0] && table_find(ids, id) == TABLE_NONE)
			faults_add(faults, FAULT_ERROR, entry->file, entry->line, field,
			           "there is no entry \"%s\"", id);
		else if (strcmp(id, entry->id) == 0)
			faults_add(faults, FAULT_ERROR, entry->file, entry->line, field,
			           "the entry names itself");
	}
}

/* Siblings need one question for the fact, and different values of it. */
static void check_apart(const struct entry *entries, size_t count, const struct entry *entry,
                        struct faults *faults)
{
	const struct question *question = entry_question(entry, entry->apart.fact);
	const struct entry *twin = NULL;
	size_t siblings = 0;
	bool offered = false, first = true;

	for (size_t i = 0; i < count; i++) {
		const struct entry *other = &entries[i];

		if (other == entry || other->kind != ENTRY_ANSWER ||
		    strcmp(other->apart.fact, entry->apart.fact) != 0 ||
		    strcmp(other->collection, entry->collection) != 0)
			continue;
		siblings++;
		first = first && other > entry;
		if (!question)
			question = entry_question(other, entry->apart.fact);
		if (strcmp(other->apart.is, entry->apart.is) == 0 && other < entry)
			twin = other;
	}
	for (size_t k = 0; question && k < question->option_count; k++)
		offered = offered || strcmp(question->options[k].value, entry->apart.is) == 0;
	if (siblings == 0)
		faults_add(faults, FAULT_ERROR, entry->file, entry->line, "apart.fact",
		           "no other entry of the collection is told apart by \"%s\"",
		           entry->apart.fact);
	else if (!question && first)
		faults_add(faults, FAULT_ERROR, entry->file, entry->line, "apart.fact",
		           "nobody asks for \"%s\": give one of the entries a question in `ask`",
		           entry->apart.fact);
	else if (question && !offered)
		faults_add(faults, FAULT_ERROR, entry->file, entry->line, "apart.is",
		           "\"%s\" is the value of no option of the question", entry->apart.is);
	if (twin)
		faults_add(faults, FAULT_ERROR, entry->file, entry->line, "apart.is",
		           "\"%s\" is that of \"%s\" already", entry->apart.is, twin->id);
}

static size_t count_prompts(const struct entry *entries, size_t count)
{
	size_t prompts = 0;

	for (size_t i = 0; i < count; i++)
		prompts += entries[i].prompts.count;
	return prompts;
}

/* A popup of two entries would be answered by chance. */
static enum status check_prompts(struct arena *arena, const struct entry *entries, size_t count,
                                 struct faults *faults)
{
	struct table prompts;
	const enum status status = table_init(&prompts, arena, count_prompts(entries, count));

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		for (size_t p = 0; p < entries[i].prompts.count; p++) {
			const char *prompt = entries[i].prompts.items[p];
			const int64_t first = table_add(&prompts, prompt, i);
			char field[32];

			if (first == TABLE_NONE)
				continue;
			snprintf(field, sizeof(field), "prompts[%zu]", p);
			faults_add(faults, FAULT_ERROR, entries[i].file, entries[i].line, field,
			           "\"%s\" is a prompt of \"%s\" already", prompt,
			           entries[first].id);
		}
	}
	return status;
}

enum status check_entries(struct knowledge_memory *memory, const struct entry *entries,
                          size_t count, struct faults *faults)
{
	struct arena *scratch = NULL;
	struct table numbers;
	enum status status = table_init(&memory->ids, memory->arena, count);

	if (status != STATUS_OK)
		return status;
	status = arena_create(&scratch, SIZE_MAX);
	if (status == STATUS_OK)
		status = table_init(&numbers, scratch, count);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		check_id(memory, entries, i, faults);
		status = check_number(&numbers, scratch, entries, i, faults);
	}
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		check_related(&memory->ids, &entries[i], faults);
		check_instead(&memory->ids, &entries[i], faults);
		if (entries[i].apart.fact[0])
			check_apart(entries, count, &entries[i], faults);
	}
	if (status == STATUS_OK)
		status = check_prompts(scratch, entries, count, faults);
	arena_destroy(scratch);
	return status;
}

static bool has_judged(const struct entry *entry, const char *id)
{
	for (size_t i = 0; i < entry->judged_count; i++)
		if (strcmp(entry->judged[i].id, id) == 0)
			return true;
	return false;
}

static void check_record(const struct entry *entry, const struct sample_record *record,
                         struct faults *faults)
{
	for (size_t i = 0; i < record->expected_count; i++) {
		const char *id = record->expected[i].case_id;
		char field[CASE_ID_BYTES_MOST + 16];

		snprintf(field, sizeof(field), "expect.%s", id);
		if (!has_judged(entry, id))
			faults_add(faults, FAULT_ERROR, record->file, record->line, field,
			           "the entry \"%s\" judges no case \"%s\"", entry->id, id);
	}
}

void check_records(const struct knowledge *knowledge, struct faults *faults)
{
	for (size_t i = 0; i < knowledge->sample_count; i++) {
		const struct sample_record *record = &knowledge->samples[i];
		const struct entry *entry = knowledge_find(knowledge, record->entry);

		if (!record->entry[0])
			continue; /* reported when it was read */
		if (!entry)
			faults_add(faults, FAULT_ERROR, record->file, record->line, "entry",
			           "there is no entry \"%s\"", record->entry);
		else if (entry->judged_count == 0)
			faults_add(faults, FAULT_ERROR, record->file, record->line, "entry",
			           "the entry \"%s\" has no rules", record->entry);
		else
			check_record(entry, record, faults);
	}
}

void check_accepted(const struct knowledge *knowledge, struct faults *faults)
{
	for (size_t i = 0; i < knowledge->accepted_count; i++) {
		const struct accepted *one = &knowledge->accepted[i];
		const struct entry *entry = knowledge_find(knowledge, one->entry);

		if (!one->entry[0])
			continue; /* reported when it was read */
		if (!entry || entry->judged_count == 0)
			faults_add(faults, FAULT_ERROR, one->file, one->line, "entry",
			           entry ? "the entry \"%s\" has no rules"
			                 : "there is no entry \"%s\"",
			           one->entry);
		for (size_t k = 0; entry && k < one->cases.count; k++)
			if (!has_judged(entry, one->cases.items[k]))
				faults_add(faults, FAULT_ERROR, one->file, one->line, "cases",
				           "the entry \"%s\" judges no case \"%s\"", entry->id,
				           one->cases.items[k]);
	}
}

static bool has_case(const struct entry *entry, const char *id)
{
	for (size_t i = 0; i < entry->case_count; i++) {
		if (strcmp(entry->cases[i].id, id) == 0)
			return true;
	}
	return false;
}

void check_golden(const struct knowledge *knowledge, const char *file, struct faults *faults)
{
	for (size_t i = 0; i < knowledge->golden_count; i++) {
		const struct golden *golden = &knowledge->golden[i];
		const struct entry *entry;
		char field[40];

		if (!golden->entry)
			continue;
		entry = knowledge_find(knowledge, golden->entry);
		snprintf(field, sizeof(field), "golden[%u].%s", golden->index,
		         entry ? "case" : "entry");
		if (!entry)
			faults_add(faults, FAULT_ERROR, file, 0, field, "there is no entry \"%s\"",
			           golden->entry);
		else if (golden->case_id && !has_case(entry, golden->case_id))
			faults_add(faults, FAULT_ERROR, file, 0, field,
			           "the entry \"%s\" has no case \"%s\"", golden->entry,
			           golden->case_id);
	}
}
