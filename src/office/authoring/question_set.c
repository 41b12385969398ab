#include "office/authoring/question_set.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"

enum {
	FIRST_CAPACITY = 256,
	BYTES_EACH = 16 * 1024, /* a longer one is refused by the engine */
};

struct place {
	struct hash_link link;
	size_t index;
};

struct question_set {
	struct arena *arena; /* texts, places */
	struct hash_table table;
	struct diff_question *items;
	size_t count, capacity, most;
};

enum status question_set_create(struct question_set **out, size_t most)
{
	struct question_set *set = calloc(1, sizeof(*set));
	enum status status;

	*out = set;
	if (!set)
		return STATUS_NO_MEMORY;
	set->most = most;
	status = arena_create(&set->arena, most * BYTES_EACH);
	if (status == STATUS_OK)
		status = hash_init(&set->table, most, 0);
	if (status == STATUS_OK)
		return STATUS_OK;
	question_set_destroy(set);
	*out = NULL;
	return status;
}

void question_set_destroy(struct question_set *set)
{
	if (!set)
		return;
	hash_deinit(&set->table);
	arena_destroy(set->arena);
	free(set->items);
	free(set);
}

static struct diff_question *find(const struct question_set *set, struct span text, uint64_t hash)
{
	struct hash_link *link = hash_first(&set->table, hash);

	for (; link; link = hash_next(link)) {
		struct diff_question *item =
		        &set->items[hash_item(link, struct place, link)->index];

		if (span_equal(item->text, text))
			return item;
	}
	return NULL;
}

static bool grow(struct question_set *set)
{
	const size_t capacity = set->capacity > 0 ? 2 * set->capacity : FIRST_CAPACITY;
	struct diff_question *items = reallocarray(set->items, capacity, sizeof(*items));

	if (!items)
		return false;
	set->items = items;
	set->capacity = capacity;
	return true;
}

enum status question_set_add(struct question_set *set, struct span text, uint64_t asked,
                             bool golden)
{
	const uint64_t hash = hash_of(&set->table, text);
	struct diff_question *item = find(set, text, hash);
	struct place *place;
	char *copy;

	if (item) {
		item->asked += asked;
		item->golden = item->golden || golden;
		return STATUS_OK;
	}
	if (text.len == 0)
		return STATUS_OK;
	if (set->count == set->most)
		return STATUS_LIMIT;
	if (set->count == set->capacity && !grow(set))
		return STATUS_NO_MEMORY;
	copy = arena_copy(set->arena, text);
	place = arena_alloc(set->arena, sizeof(*place));
	if (!copy || !place)
		return STATUS_NO_MEMORY;
	place->index = set->count;
	set->items[set->count++] = (struct diff_question){ .text = { copy, text.len },
		                                           .asked = asked,
		                                           .golden = golden };
	hash_add(&set->table, &place->link, hash);
	return STATUS_OK;
}

static enum status add_all(struct question_set *set, const struct strings *sentences)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < sentences->count; i++)
		status = question_set_add(set, span_of(sentences->items[i]), 0, false);
	return status;
}

static enum status add_entry(struct question_set *set, const struct entry *entry)
{
	enum status status = question_set_add(set, span_of(entry->question), 0, false);

	if (status == STATUS_OK)
		status = add_all(set, &entry->also);
	if (status == STATUS_OK)
		status = add_all(set, &entry->prompts);
	for (size_t i = 0; status == STATUS_OK && i < entry->case_count; i++)
		status = add_all(set, &entry->cases[i].also);
	return status;
}

enum status question_set_add_entries(struct question_set *set, const struct knowledge *knowledge)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < knowledge->answer_count; i++)
		status = add_entry(set, &knowledge->entries[i]);
	return status;
}

static bool has_golden(const struct knowledge *knowledge, const char *question)
{
	for (size_t i = 0; i < knowledge->golden_count; i++)
		if (strcmp(knowledge->golden[i].question, question) == 0)
			return true;
	return false;
}

enum status question_set_add_golden(struct question_set *set, const struct knowledge *from,
                                    const struct knowledge *to)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < from->golden_count; i++)
		if (!has_golden(to, from->golden[i].question))
			status = question_set_add(set, span_of(from->golden[i].question), 0, true);
	return status;
}

struct diff_question *question_set_items(struct question_set *set, size_t *count)
{
	assert(set->count <= set->most);
	*count = set->count;
	return set->items;
}
