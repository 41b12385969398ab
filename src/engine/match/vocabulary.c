#include "engine/match/vocabulary.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

enum { FIRST_SLOTS = 4096 };
_Static_assert((FIRST_SLOTS & (FIRST_SLOTS - 1)) == 0, "a slot is found by masking");

/* Open addressing with linear probing, at most half full. */
struct vocabulary {
	uint64_t *keys;  /* by number */
	uint32_t *slots; /* number + 1; 0 is free */
	size_t slot_count;
	uint32_t count;
	uint32_t capacity;
	bool borrowed; /* the arrays are somebody else's */
};

static size_t slot_of(uint64_t key, size_t slot_count)
{
	key *= UINT64_C(0x9E3779B97F4A7C15);
	return (size_t)(key ^ (key >> 32)) & (slot_count - 1);
}

enum status vocabulary_create(struct vocabulary **out)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return STATUS_NO_MEMORY;
	(*out)->slots = calloc(FIRST_SLOTS, sizeof(*(*out)->slots));
	if (!(*out)->slots) {
		vocabulary_destroy(*out);
		*out = NULL;
		return STATUS_NO_MEMORY;
	}
	(*out)->slot_count = FIRST_SLOTS;
	return STATUS_OK;
}

void vocabulary_destroy(struct vocabulary *vocabulary)
{
	if (!vocabulary)
		return;
	if (!vocabulary->borrowed) {
		free(vocabulary->keys);
		free(vocabulary->slots);
	}
	free(vocabulary);
}

struct vocabulary_arrays vocabulary_arrays(const struct vocabulary *vocabulary)
{
	return (struct vocabulary_arrays){ vocabulary->keys, vocabulary->count, vocabulary->slots,
		                           vocabulary->slot_count };
}

enum status vocabulary_borrow(const struct vocabulary_arrays *arrays, struct vocabulary **out)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return STATUS_NO_MEMORY;
	**out = (struct vocabulary){
		.keys = (uint64_t *)(uintptr_t)arrays->keys,
		.slots = (uint32_t *)(uintptr_t)arrays->slots,
		.slot_count = arrays->slot_count,
		.count = arrays->count,
		.borrowed = true,
	};
	return STATUS_OK;
}

static size_t find_slot(const struct vocabulary *vocabulary, uint64_t key)
{
	size_t slot = slot_of(key, vocabulary->slot_count);
	while (vocabulary->slots[slot] && vocabulary->keys[vocabulary->slots[slot] - 1] != key)
		slot = (slot + 1) & (vocabulary->slot_count - 1);
	return slot;
}

static enum status grow_slots(struct vocabulary *vocabulary)
{
	const size_t wanted = vocabulary->slot_count * 2;
	uint32_t *slots = calloc(wanted, sizeof(*slots));
	if (!slots)
		return STATUS_NO_MEMORY;
	free(vocabulary->slots);
	vocabulary->slots = slots;
	vocabulary->slot_count = wanted;
	for (uint32_t number = 0; number < vocabulary->count; number++)
		slots[find_slot(vocabulary, vocabulary->keys[number])] = number + 1;
	return STATUS_OK;
}

enum status vocabulary_add(struct vocabulary *vocabulary, uint64_t key, uint32_t *number)
{
	size_t slot = find_slot(vocabulary, key);
	if (vocabulary->slots[slot]) {
		*number = vocabulary->slots[slot] - 1;
		return STATUS_OK;
	}
	assert(!vocabulary->borrowed);
	if (vocabulary->count == vocabulary->capacity) {
		const uint32_t capacity = vocabulary->capacity ? vocabulary->capacity * 2 : 1024;
		uint64_t *keys = reallocarray(vocabulary->keys, capacity, sizeof(*keys));
		if (!keys)
			return STATUS_NO_MEMORY;
		vocabulary->keys = keys;
		vocabulary->capacity = capacity;
	}
	if ((size_t)vocabulary->count * 2 >= vocabulary->slot_count) {
		if (grow_slots(vocabulary) != STATUS_OK)
			return STATUS_NO_MEMORY;
		slot = find_slot(vocabulary, key);
	}
	assert(vocabulary->count < GRAM_NONE);
	*number = vocabulary->count++;
	vocabulary->keys[*number] = key;
	vocabulary->slots[slot] = *number + 1;
	return STATUS_OK;
}

uint32_t vocabulary_find(const struct vocabulary *vocabulary, uint64_t key)
{
	const uint32_t found = vocabulary->slots[find_slot(vocabulary, key)];
	return found ? found - 1 : GRAM_NONE;
}

uint32_t vocabulary_count(const struct vocabulary *vocabulary)
{
	return vocabulary->count;
}

uint64_t vocabulary_key(const struct vocabulary *vocabulary, uint32_t number)
{
	assert(number < vocabulary->count);
	return vocabulary->keys[number];
}
