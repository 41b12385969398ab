#include "engine/knowledge/table.h"

#include <string.h>

enum { CAPACITY_LEAST = 8 };

enum status table_init(struct table *table, struct arena *arena, size_t most)
{
	size_t capacity = CAPACITY_LEAST;

	*table = (struct table){ 0 };
	while (capacity / 2 <= most) {
		if (capacity > SIZE_MAX / 4)
			return STATUS_LIMIT;
		capacity *= 2;
	}
	table->slots = arena_array(arena, capacity, sizeof(*table->slots));
	if (!table->slots)
		return STATUS_NO_MEMORY;
	table->capacity = capacity;
	return STATUS_OK;
}

/* FNV-1a, mixed once more because only the low bits choose the slot. */
static uint64_t hash(const char *key)
{
	uint64_t value = 0xcbf29ce484222325U;

	for (const char *at = key; *at; at++)
		value = (value ^ (unsigned char)*at) * 0x100000001b3U;
	return value ^ value >> 32;
}

/* The slot of the key, or the free one where it belongs. */
static struct table_slot *slot_of(const struct table *table, const char *key)
{
	size_t at = hash(key) & (table->capacity - 1);

	while (table->slots[at].key && strcmp(table->slots[at].key, key) != 0)
		at = (at + 1) & (table->capacity - 1);
	return &table->slots[at];
}

int64_t table_add(struct table *table, const char *key, size_t value)
{
	struct table_slot *slot = slot_of(table, key);

	if (slot->key)
		return (int64_t)slot->value;
	slot->key = key;
	slot->value = value;
	return TABLE_NONE;
}

int64_t table_find(const struct table *table, const char *key)
{
	const struct table_slot *slot;

	if (!table->slots)
		return TABLE_NONE;
	slot = slot_of(table, key);
	return slot->key ? (int64_t)slot->value : TABLE_NONE;
}
