#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	BLOCK_LEAST = 4 * 1024,
	BLOCK_MOST = 1024 * 1024,
};

struct block {
	struct block *next;
	size_t size;
	size_t used;
	alignas(max_align_t) char bytes[];
};

struct arena {
	struct block *head; /* small requests are served from this one */
	size_t next_size;
	size_t ceiling;
	size_t used;
};

enum status arena_create(struct arena **out, size_t ceiling)
{
	struct arena *arena = calloc(1, sizeof(*arena));

	if (!arena)
		return STATUS_NO_MEMORY;
	arena->ceiling = ceiling;
	arena->next_size = BLOCK_LEAST;
	*out = arena;
	return STATUS_OK;
}

static void free_blocks(struct block *block)
{
	while (block) {
		struct block *next = block->next;

		free(block);
		block = next;
	}
}

void arena_destroy(struct arena *arena)
{
	if (!arena)
		return;
	free_blocks(arena->head);
	free(arena);
}

/* The largest block that is not oversized: one huge job must not pin its memory. */
static struct block *block_to_keep(const struct arena *arena)
{
	struct block *keep = NULL;

	for (struct block *block = arena->head; block; block = block->next) {
		if (block->size <= BLOCK_MOST && (!keep || block->size > keep->size))
			keep = block;
	}
	return keep;
}

void arena_reset(struct arena *arena)
{
	struct block *keep = block_to_keep(arena);
	struct block *block = arena->head;

	while (block) {
		struct block *next = block->next;

		if (block != keep)
			free(block);
		block = next;
	}
	if (keep) {
		keep->next = NULL;
		keep->used = 0;
	}
	arena->head = keep;
	arena->used = 0;
	assert(!keep || !keep->next);
}

static struct block *block_create(size_t size)
{
	struct block *block;

	if (size > SIZE_MAX - sizeof(*block))
		return NULL;
	block = malloc(sizeof(*block) + size);
	if (!block)
		return NULL;
	block->next = NULL;
	block->size = size;
	block->used = 0;
	return block;
}

/* A request larger than half a block gets its own, so that the head's rest is not wasted. */
static struct block *block_for(struct arena *arena, size_t size)
{
	bool separate = size > arena->next_size / 2;
	struct block *block = block_create(separate ? size : arena->next_size);

	if (!block)
		return NULL;
	assert(block->size >= size);
	if (separate && arena->head) {
		block->next = arena->head->next;
		arena->head->next = block;
		return block;
	}
	block->next = arena->head;
	arena->head = block;
	if (!separate && arena->next_size < BLOCK_MOST)
		arena->next_size *= 2;
	return block;
}

static void *take(struct arena *arena, size_t size, size_t alignment)
{
	size_t room = size ? size : 1; /* an empty object has an address of its own, too */
	struct block *block = arena->head;
	size_t start = 0;

	assert(arena->used <= arena->ceiling);
	assert((alignment & (alignment - 1)) == 0);
	assert(!block || block->used <= block->size);
	if (size > PTRDIFF_MAX || size > arena->ceiling - arena->used)
		return NULL;
	if (block)
		start = (block->used + alignment - 1) & ~(alignment - 1);
	if (!block || start > block->size || room > block->size - start) {
		block = block_for(arena, room);
		start = 0;
	}
	if (!block)
		return NULL;
	block->used = start + room;
	assert(block->used <= block->size);
	arena->used += size;
	return block->bytes + start;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	void *bytes = take(arena, size, alignof(max_align_t));

	if (bytes)
		memset(bytes, 0, size);
	return bytes;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		return NULL;
	return arena_alloc(arena, total);
}

void *arena_room(struct arena *arena, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		return NULL;
	return take(arena, total, alignof(max_align_t));
}

char *arena_copy(struct arena *arena, struct span bytes)
{
	char *copy;

	if (bytes.len == SIZE_MAX)
		return NULL;
	copy = take(arena, bytes.len + 1, 1);
	if (!copy)
		return NULL;
	if (bytes.len > 0)
		memcpy(copy, bytes.ptr, bytes.len);
	copy[bytes.len] = '\0';
	return copy;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
	va_list args, again;
	char *string = NULL;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	if (len >= 0)
		string = take(arena, (size_t)len + 1, 1);
	if (string)
		vsnprintf(string, (size_t)len + 1, format, again);
	va_end(again);
	va_end(args);
	return string;
}

size_t arena_used(const struct arena *arena)
{
	return arena->used;
}
