/*
 * Arena: memory that lives as long as one job (a turn, a snapshot) and is freed in one go.
 *
 * Not thread-safe: an arena belongs to whoever runs the job.
 */
#ifndef DAYI_BASE_ARENA_H
#define DAYI_BASE_ARENA_H

#include <stddef.h>

#include "base/span.h"
#include "base/status.h"

struct arena;

/* `ceiling` bytes at most may be handed out between two resets. Owned by the caller. */
MUST_CHECK enum status arena_create(struct arena **out, size_t ceiling);

/* Takes NULL. Everything handed out dies with it. */
void arena_destroy(struct arena *arena);

/* Forgets everything handed out; keeps one block for the next job. */
void arena_reset(struct arena *arena);

/* Zeroed, aligned for any type; NULL when memory or the ceiling is exhausted. */
void *arena_alloc(struct arena *arena, size_t size);

/* As arena_alloc(count * size), and NULL when the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* As arena_array(), not zeroed: for what is filled as it grows and may stay mostly empty. */
void *arena_room(struct arena *arena, size_t count, size_t size);

/* A terminated copy of the bytes; NULL as arena_alloc. */
char *arena_copy(struct arena *arena, struct span bytes);

/* A terminated formatted string; NULL as arena_alloc. */
char *arena_format(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *arena);

#endif
