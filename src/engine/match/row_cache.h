/*
 * Row cache: the rows of a gram that were asked of the full-text index before, each with the place
 * of the gram's weight.
 *
 * A model never changes, so a list stays right for ever. The room is bounded: when it is used up,
 * all lists are forgotten. Belongs to one reader; one thread at a time.
 */
#ifndef DAYI_MATCH_ROW_CACHE_H
#define DAYI_MATCH_ROW_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct row_cache;

struct bearer {
	uint32_t row;
	uint32_t at; /* where the gram stands in index->row_grams */
};

/* Keys are below `keys`; `room` is how many rows all lists may have together. */
MUST_CHECK enum status row_cache_create(size_t keys, size_t room, struct row_cache **out);
/* Takes NULL. */
void row_cache_destroy(struct row_cache *cache);

/* The list of a key, borrowed until the next call of another function; NULL where there is none. */
const struct bearer *row_cache_get(const struct row_cache *cache, uint32_t key, size_t *count);

/*
 * Whether so many lists of so many rows together fit; forgets all lists if need be. False where
 * they never do.
 */
bool row_cache_make_room(struct row_cache *cache, size_t lists, size_t rows);

/* A list for the caller to fill before anybody gets it; row_cache_make_room() was true for it. */
struct bearer *row_cache_put(struct row_cache *cache, uint32_t key, size_t count);

void row_cache_forget(struct row_cache *cache);

#endif
