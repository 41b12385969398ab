/*
 * One file of a knowledge folder. Which kind it is, its own members tell: a file that lists
 * referrals is read as referrals, one that lists nothing is read as an entry.
 */
#include "base/json.h"
#include "base/utf8.h"
#include "engine/knowledge/read.h"
#include "fuzz.h"

static void require_text(const char *text)
{
	REQUIRE(text);
	REQUIRE(utf8_valid(span_of(text)));
}

static void require_strings(const struct strings *strings)
{
	for (size_t i = 0; i < strings->count; i++)
		require_text(strings->items[i]);
}

static void require_entry(const struct entry *entry)
{
	require_text(entry->id);
	require_text(entry->question);
	require_text(entry->answer);
	require_text(entry->note);
	require_strings(&entry->prompts);
	require_strings(&entry->also);
	require_strings(&entry->negatives);
	REQUIRE(entry->question[0] || entry->answer[0]);
	for (size_t i = 0; i < entry->case_count; i++) {
		require_text(entry->cases[i].id);
		require_text(entry->cases[i].situation);
		require_text(entry->cases[i].advice);
	}
}

static void read_sample(struct reader *reader, const cJSON *object)
{
	struct sample_record record;
	read_record(reader, object, "file", 1, &record);
	require_text(record.entry);
	require_text(record.today);
	require_text(record.facts);
	for (size_t i = 0; i < record.expected_count; i++) {
		require_text(record.expected[i].case_id);
		require_text(record.expected[i].verdict);
	}
}

static void read_entries(struct reader *reader, const cJSON *object, struct entry_list *list)
{
	struct entry entry;
	if (cJSON_HasObjectItem(object, "referrals")) {
		read_referrals(reader, object, "file", list);
	} else if (cJSON_HasObjectItem(object, "smalltalk")) {
		read_smalltalk(reader, object, "file", list);
	} else {
		read_entry(reader, object, "file", 0, "fuzz", &entry);
		REQUIRE(entry_list_add(list, &entry) == STATUS_OK);
	}
}

static void read_object(struct reader *reader, const cJSON *object, struct entry_list *list,
                        struct knowledge *knowledge)
{
	struct golden *golden = NULL;
	if (cJSON_HasObjectItem(object, "contacts")) {
		read_office(reader, object, "file", &knowledge->office);
	} else if (cJSON_HasObjectItem(object, "synonyms") ||
	           cJSON_HasObjectItem(object, "classes")) {
		read_lexicon(reader, object, "file", &knowledge->lexicon);
	} else if (cJSON_HasObjectItem(object, "golden")) {
		read_golden(reader, object, "file", &golden, &knowledge->golden_count);
		knowledge->golden = golden;
		check_golden(knowledge, "file", reader->faults);
	} else if (cJSON_HasObjectItem(object, "facts")) {
		read_sample(reader, object);
	} else {
		read_entries(reader, object, list);
	}
}

static void read_text(struct span text, struct reader *reader)
{
	const struct json_limits limits = { ENTRY_BYTES_MOST, ENTRY_DEPTH_MOST };
	struct knowledge knowledge = { .memory = reader->memory };
	struct entry_list list = { 0 };
	cJSON *object = NULL;
	if (json_parse(&object, text, limits, "file", reader->faults) != STATUS_OK)
		return;
	read_object(reader, object, &list, &knowledge);
	cJSON_Delete(object);
	REQUIRE(reader->status == STATUS_OK);
	REQUIRE(check_entries(reader->memory, list.items, list.count, reader->faults) == STATUS_OK);
	for (size_t i = 0; i < list.count && faults_count(reader->faults, FAULT_ERROR) == 0; i++)
		require_entry(&list.items[i]);
	entry_list_deinit(&list);
}

static void require_printable(const struct faults *faults)
{
	char line[512];
	for (size_t i = 0; i < faults_kept(faults); i++)
		REQUIRE(fault_format(faults_at(faults, i), line, sizeof(line)) == line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader reader = { .also = "also" };
	REQUIRE(faults_create(&reader.faults) == STATUS_OK);
	REQUIRE(knowledge_memory_create(&reader.memory) == STATUS_OK);
	read_text((struct span){ (const char *)data, size }, &reader);
	require_printable(reader.faults);
	knowledge_memory_destroy(reader.memory);
	faults_destroy(reader.faults);
	return 0;
}
