#include "engine/knowledge/knowledge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/utf8.h"
#include "engine/knowledge/read.h"
#include "engine/text/normalise.h"

enum { MEMORY_MOST = 2000 * 1024 * 1024 };

void entry_list_deinit(struct entry_list *list)
{
	free(list->items);
	*list = (struct entry_list){ 0 };
}

enum status entry_list_add(struct entry_list *list, const struct entry *entry)
{
	struct entry *items = grow(list->items, list->count, &list->capacity, sizeof(*items), 64);

	if (!items)
		return STATUS_NO_MEMORY;
	list->items = items;
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
	patterns_release(memory->adopted);
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

size_t knowledge_rich_count(const struct knowledge *knowledge)
{
	return knowledge->rich ? knowledge->rich_count : knowledge->entry_count;
}

const struct entry *knowledge_rich(const struct knowledge *knowledge, size_t index)
{
	return &knowledge->entries[knowledge->rich ? knowledge->rich[index] : index];
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

const char *entry_member(const struct knowledge *knowledge, const struct entry *entry,
                         const char *member, char *text, size_t size)
{
	size_t index = (size_t)(entry - knowledge->entries), first = index;

	if (entry->kind == ENTRY_ANSWER) {
		snprintf(text, size, "%s", member);
		return text;
	}
	while (first > 0 && knowledge->entries[first - 1].file == entry->file)
		first--;
	snprintf(text, size, "%s[%zu].%s",
	         entry->kind == ENTRY_REFERRAL ? "referrals" : "smalltalk", index - first, member);
	return text;
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

static bool is_letter(uint32_t point)
{
	return code_point_is_han(point) || code_point_is_word(point);
}

/* The next letter, or 0 at the end. */
static uint32_t next_letter(struct span text, size_t *at)
{
	while (*at < text.len) {
		const uint32_t point = utf8_next(text, at);
		if (is_letter(point))
			return point;
	}
	return 0;
}

/* Whether the letters of `part` occur in the text in a row. */
static bool has_letters(const char *whole, const char *part)
{
	const struct span text = span_of(whole), sought = span_of(part);
	for (size_t start = 0; start < text.len;) {
		size_t at = start, in_part = 0;
		uint32_t wanted = next_letter(sought, &in_part);
		while (wanted != 0 && next_letter(text, &at) == wanted)
			wanted = next_letter(sought, &in_part);
		if (wanted == 0)
			return true;
		utf8_next(text, &start);
	}
	return false;
}

bool entry_prints(const struct entry *entry, const char *text)
{
	bool prints = has_letters(entry->answer, text);
	for (size_t i = 0; i < entry->case_count && !prints; i++)
		prints = has_letters(entry->cases[i].situation, text) ||
		         has_letters(entry->cases[i].advice, text);
	return prints;
}

static bool are_siblings(const struct entry *one, const struct entry *other)
{
	return one->kind == ENTRY_ANSWER && other->kind == ENTRY_ANSWER && one->apart.fact[0] &&
	       strcmp(one->apart.fact, other->apart.fact) == 0 &&
	       strcmp(one->collection, other->collection) == 0;
}

const struct question *entry_apart_question(const struct knowledge *knowledge,
                                            const struct entry *entry)
{
	const struct question *question = entry_question(entry, entry->apart.fact);
	for (size_t i = 0; i < knowledge_rich_count(knowledge) && !question; i++)
		if (are_siblings(entry, knowledge_rich(knowledge, i)))
			question = entry_question(knowledge_rich(knowledge, i), entry->apart.fact);
	return question;
}

size_t entry_siblings(const struct knowledge *knowledge, const struct entry *entry,
                      const struct entry *out[SIBLINGS_MOST])
{
	size_t count = 0;
	if (!entry->apart.fact[0])
		return 0;
	const struct question *question = entry_apart_question(knowledge, entry);
	for (size_t k = 0; question && k < question->option_count; k++)
		for (size_t i = 0; i < knowledge_rich_count(knowledge) && count < SIBLINGS_MOST;
		     i++) {
			const struct entry *other = knowledge_rich(knowledge, i);
			if (are_siblings(entry, other) &&
			    strcmp(other->apart.is, question->options[k].value) == 0)
				out[count++] = other;
		}
	return count > 1 ? count : 0;
}

const struct question *entry_question(const struct entry *entry, const char *fact)
{
	for (size_t i = 0; i < entry->question_count; i++)
		if (strcmp(entry->questions[i].fact, fact) == 0)
			return &entry->questions[i];
	return NULL;
}
