/*
 * Table: a hash of strings to numbers, to find duplicates and names among many entries. Private to
 * knowledge/.
 */
#ifndef DAYI_KNOWLEDGE_TABLE_H
#define DAYI_KNOWLEDGE_TABLE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

enum { TABLE_NONE = -1 };

struct table {
	struct table_slot {
		const char *key; /* NULL where it is free */
		size_t value;
	} * slots;
	size_t capacity; /* a power of two, at least twice the keys it was made for */
};

/* For `most` keys at most. Memory comes from the arena. */
MUST_CHECK enum status table_init(struct table *table, struct arena *arena, size_t most);

/*
 * Adds the key (borrowed) and returns TABLE_NONE. If an equal key exists, returns its value and
 * changes nothing.
 */
int64_t table_add(struct table *table, const char *key, size_t value);

/* The value, or TABLE_NONE. A table that was never made is empty. */
int64_t table_find(const struct table *table, const char *key);

#endif
