#include "engine/match/row_cache.h"

#include <assert.h>
#include <stdlib.h>

/* Lists lie one after the other, each behind a bearer with its key and its count. */
struct row_cache {
	struct bearer *lists;
	size_t used, room;
	uint32_t *places; /* by key: where its list begins, never 0; 0 where there is none */
};

enum status row_cache_create(size_t keys, size_t room, struct row_cache **out)
{
	struct row_cache *cache = calloc(1, sizeof(*cache));
	*out = cache;
	if (!cache)
		return STATUS_NO_MEMORY;
	cache->room = room;
	cache->lists = calloc(room + 1, sizeof(*cache->lists));
	cache->places = calloc(keys + 1, sizeof(*cache->places));
	if (cache->lists && cache->places)
		return STATUS_OK;
	row_cache_destroy(cache);
	*out = NULL;
	return STATUS_NO_MEMORY;
}

void row_cache_destroy(struct row_cache *cache)
{
	if (!cache)
		return;
	free(cache->lists);
	free(cache->places);
	free(cache);
}

const struct bearer *row_cache_get(const struct row_cache *cache, uint32_t key, size_t *count)
{
	const uint32_t place = cache->places[key];
	if (place == 0)
		return NULL;
	*count = cache->lists[place - 1].at;
	return &cache->lists[place];
}

bool row_cache_make_room(struct row_cache *cache, size_t lists, size_t rows)
{
	const size_t needed = lists + rows;
	if (needed > cache->room)
		return false;
	if (needed > cache->room - cache->used)
		row_cache_forget(cache);
	return true;
}

struct bearer *row_cache_put(struct row_cache *cache, uint32_t key, size_t count)
{
	assert(count + 1 <= cache->room - cache->used);
	assert(cache->places[key] == 0);
	cache->lists[cache->used] = (struct bearer){ key, (uint32_t)count };
	cache->places[key] = (uint32_t)cache->used + 1;
	cache->used += count + 1;
	return &cache->lists[cache->places[key]];
}

void row_cache_forget(struct row_cache *cache)
{
	size_t at = 0;
	for (; at < cache->used; at += cache->lists[at].at + 1U)
		cache->places[cache->lists[at].row] = 0;
	assert(at == cache->used);
	cache->used = 0;
}
