#include "base/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 64 };

struct table {
	uint64_t seed;
	struct table_node **slots;
	size_t slot_count; /* a power of two */
	size_t count;
	struct table_node *newest, *oldest;
};

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
	return hash ^ (hash >> 29);
}

static uint64_t hash_of(const struct table *table, struct span key)
{
	uint64_t hash = table->seed ^ key.len;
	size_t at = 0;

	while (at < key.len) {
		const size_t len = key.len - at < 8 ? key.len - at : 8;
		uint64_t word = 0;

		memcpy(&word, key.ptr + at, len);
		hash = mix(hash, word);
		at += len;
	}
	return mix(hash, table->seed);
}

enum status table_create(struct table **out, uint64_t seed)
{
	struct table *table = calloc(1, sizeof(*table));

	*out = NULL;
	if (!table)
		return STATUS_NO_MEMORY;
	table->seed = seed;
	table->slot_count = FIRST_SLOTS;
	table->slots = calloc(FIRST_SLOTS, sizeof(struct table_node *));
	if (!table->slots) {
		free(table);
		return STATUS_NO_MEMORY;
	}
	*out = table;
	return STATUS_OK;
}

void table_destroy(struct table *table)
{
	if (!table)
		return;
	free(table->slots);
	free(table);
}

static struct table_node **slot_of(const struct table *table, uint64_t hash)
{
	return &table->slots[hash & (table->slot_count - 1)];
}

static void grow(struct table *table)
{
	const size_t wanted = table->slot_count * 2;
	struct table_node **slots = calloc(wanted, sizeof(struct table_node *));

	if (!slots)
		return;
	free(table->slots);
	table->slots = slots;
	table->slot_count = wanted;
	for (struct table_node *node = table->oldest; node; node = node->newer) {
		struct table_node **slot = slot_of(table, node->hash);

		node->next = *slot;
		*slot = node;
	}
}

static void unlink_order(struct table *table, struct table_node *node)
{
	if (node->newer)
		node->newer->older = node->older;
	else
		table->newest = node->older;
	if (node->older)
		node->older->newer = node->newer;
	else
		table->oldest = node->newer;
}

static void make_newest(struct table *table, struct table_node *node)
{
	node->newer = NULL;
	node->older = table->newest;
	if (table->newest)
		table->newest->newer = node;
	else
		table->oldest = node;
	table->newest = node;
}

void table_add(struct table *table, struct table_node *node, struct span key)
{
	struct table_node **slot;

	assert(!table_find(table, key));
	if (table->count == table->slot_count)
		grow(table);
	node->key = key;
	node->hash = hash_of(table, key);
	slot = slot_of(table, node->hash);
	node->next = *slot;
	*slot = node;
	make_newest(table, node);
	table->count++;
}

void table_remove(struct table *table, struct table_node *node)
{
	struct table_node **at = slot_of(table, node->hash);

	while (*at != node) {
		assert(*at);
		at = &(*at)->next;
	}
	*at = node->next;
	unlink_order(table, node);
	table->count--;
	assert((table->count == 0) == (table->oldest == NULL));
}

struct table_node *table_find(const struct table *table, struct span key)
{
	const uint64_t hash = hash_of(table, key);
	struct table_node *node = *slot_of(table, hash);

	while (node && (node->hash != hash || !span_equal(node->key, key)))
		node = node->next;
	return node;
}

void table_touch(struct table *table, struct table_node *node)
{
	if (table->newest == node)
		return;
	unlink_order(table, node);
	make_newest(table, node);
}

struct table_node *table_oldest(const struct table *table)
{
	return table->oldest;
}

size_t table_count(const struct table *table)
{
	return table->count;
}
