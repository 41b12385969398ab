/*
 * Hash table: finds what has a key, whatever that is. Chained and intrusive: the link is a member
 * of the item, which the table does not own; adding cannot fail. Keys are hashed with a random
 * seed, so that nobody can choose keys that collide. One thread.
 */
#ifndef DAYI_BASE_HASH_H
#define DAYI_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

struct hash_link {
	struct hash_link *next;
	uint64_t hash;
};

struct hash_table {
	struct hash_link **slots;
	size_t mask; /* of their number, a power of two */
	size_t count;
	uint64_t seed;
};

/* The item that a link is a member of. */
#define hash_item(link_, type_, member_)                                                           \
	((type_ *)(void *)((char *)(link_)-offsetof(type_, member_)))

/* Fast for about `expected` items, correct for any number. STATUS_NO_MEMORY. */
MUST_CHECK enum status hash_init(struct hash_table *table, size_t expected, uint64_t seed);

/* The items are left alone. A table that is all zero is fine. */
void hash_deinit(struct hash_table *table);

uint64_t hash_of(const struct hash_table *table, struct span key);

/* `link` must be in no table. */
void hash_add(struct hash_table *table, struct hash_link *link, uint64_t hash);

/* `link` must be in this table. */
void hash_remove(struct hash_table *table, struct hash_link *link);

/*
 * The items with that hash, one after the other, NULL behind the last: whether one has the key is
 * for the caller to see. The latest added comes first.
 */
struct hash_link *hash_first(const struct hash_table *table, uint64_t hash);
struct hash_link *hash_next(const struct hash_link *link);

#endif
