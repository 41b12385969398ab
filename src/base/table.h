/*
 * Table: entries that are found by a key, and known in the order of their last use. The program's
 * one hash table of things that come and go, and its one LRU list.
 *
 * An entry embeds a struct table_node; its memory is the owner's, and so is its key, which must not
 * change while it is in the table. How many there may be is for the owner, too: table_oldest() says
 * which goes first. One thread at a time.
 */
#ifndef DAYI_BASE_TABLE_H
#define DAYI_BASE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

struct table;

struct table_node {
	struct span key;
	uint64_t hash;
	struct table_node *next;          /* of the same slot */
	struct table_node *newer, *older; /* used later, used before; NULL at the ends */
};

/* The entry of type `type_` whose member `member_` the node is. */
#define TABLE_ENTRY(node_, type_, member_) ((type_ *)((char *)(node_)-offsetof(type_, member_)))

/*
 * Grows with its entries. `seed` is random where strangers choose the keys: they cannot make them
 * meet in one slot then.
 */
MUST_CHECK enum status table_create(struct table **out, uint64_t seed);

/* The entries are left as they are. Takes NULL. */
void table_destroy(struct table *table);

/* As the last used; `key` must not be in the table. Never fails: without memory it grows slower. */
void table_add(struct table *table, struct table_node *node, struct span key);
void table_remove(struct table *table, struct table_node *node);

/* NULL where there is none. Its place in the order stays; table_touch() makes it the last used. */
struct table_node *table_find(const struct table *table, struct span key);
void table_touch(struct table *table, struct table_node *node);

/* The one not used for longest, and with `newer` the others; NULL when there is none. */
struct table_node *table_oldest(const struct table *table);

size_t table_count(const struct table *table);

#endif
