#include "knowledge/knowledge.h"

#include <stdlib.h>
#include <string.h>

#include "knowledge/read.h"

enum { MEMORY_MOST = 2000 * 1024 * 1024 };

void entry_list_deinit(struct entry_list *list)
{
	free(list->items);
	*list = (struct entry_list){ 0 };
}

enum status entry_list_add(struct entry_list *list, const struct entry *entry)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? list->capacity * 2 : 64;
		struct entry *items = realloc(list->items, capacity * sizeof(*items));

		if (!items)
			return STATUS_NO_MEMORY;
		list->items = items;
		list->capacity = capacity;
	}
	list->items[list->count] = *entry;
	list->count++;
	return STATUS_OK;
}

enum status knowledge_memory_create(struct knowledge_memory **out)
{
	struct knowledge_memory *memory = calloc(1, sizeof(*memory));

	if (!memory)
		return STATUS_NO_MEMORY;
	if (arena_create(&memory->arena, MEMORY_MOST) != STATUS_OK) {
		free(memory);
		return STATUS_NO_MEMORY;
	}
	*out = memory;
	return STATUS_OK;
}

void knowledge_memory_destroy(struct knowledge_memory *memory)
{
	if (!memory)
		return;
	for (struct pattern_node *node = memory->patterns; node; node = node->next)
		pattern_destroy(node->pattern);
	arena_destroy(memory->arena);
	free(memory);
}

void knowledge_destroy(struct knowledge *knowledge)
{
	if (!knowledge)
		return;
	knowledge_memory_destroy(knowledge->memory);
	free(knowledge);
}

const struct entry *knowledge_find(const struct knowledge *knowledge, const char *id)
{
	int64_t at = table_find(&knowledge->memory->ids, id);

	return at == TABLE_NONE ? NULL : &knowledge->entries[at];
}

const struct entry *knowledge_numbered(const struct knowledge *knowledge, int number)
{
	for (size_t i = 0; i < knowledge->answer_count; i++) {
		if (number > 0 && knowledge->entries[i].number == number)
			return &knowledge->entries[i];
	}
	return NULL;
}

const char *entry_kind_name(enum entry_kind kind)
{
	switch (kind) {
	case ENTRY_ANSWER:
		return "answer";
	case ENTRY_REFERRAL:
		return "referral";
	case ENTRY_SMALLTALK:
		return "smalltalk";
	case ENTRY_HANDOFF:
		return "handoff";
	}
	return "unknown";
}

const struct question *entry_question(const struct entry *entry, const char *fact)
{
	for (size_t i = 0; i < entry->question_count; i++)
		if (strcmp(entry->questions[i].fact, fact) == 0)
			return &entry->questions[i];
	return NULL;
}
