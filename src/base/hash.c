#include "base/hash.h"

#include <assert.h>
#include <stdlib.h>

enum { SLOTS_LEAST = 16 };

enum status hash_init(struct hash_table *table, size_t expected, uint64_t seed)
{
	size_t slots = SLOTS_LEAST;

	while (slots < expected)
		slots *= 2;
	*table = (struct hash_table){ .mask = slots - 1, .seed = seed };
	table->slots = calloc(slots, sizeof(struct hash_link *));
	return table->slots ? STATUS_OK : STATUS_NO_MEMORY;
}

void hash_deinit(struct hash_table *table)
{
	free(table->slots);
	*table = (struct hash_table){ 0 };
}

/* FNV-1a from the seed, and its high half folded in, for the slots take the low bits. */
uint64_t hash_of(const struct hash_table *table, struct span key)
{
	uint64_t hash = 0xcbf29ce484222325u ^ table->seed;

	for (size_t i = 0; i < key.len; i++)
		hash = (hash ^ (unsigned char)key.ptr[i]) * 0x100000001b3u;
	return hash ^ (hash >> 32);
}

static struct hash_link **slot_of(const struct hash_table *table, uint64_t hash)
{
	return &table->slots[hash & table->mask];
}

void hash_add(struct hash_table *table, struct hash_link *link, uint64_t hash)
{
	struct hash_link **slot = slot_of(table, hash);

	assert(*slot != link);
	link->hash = hash;
	link->next = *slot;
	*slot = link;
	table->count++;
}

void hash_remove(struct hash_table *table, struct hash_link *link)
{
	struct hash_link **at = slot_of(table, link->hash);

	assert(table->count > 0);
	while (*at != link) {
		assert(*at);
		at = &(*at)->next;
	}
	*at = link->next;
	link->next = NULL;
	table->count--;
}

static struct hash_link *same_hash(struct hash_link *link, uint64_t hash)
{
	while (link && link->hash != hash)
		link = link->next;
	return link;
}

struct hash_link *hash_first(const struct hash_table *table, uint64_t hash)
{
	return same_hash(*slot_of(table, hash), hash);
}

struct hash_link *hash_next(const struct hash_link *link)
{
	return same_hash(link->next, link->hash);
}
