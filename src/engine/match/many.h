/*
 * Many: every occurrence of very many texts, found in one pass (Aho and Corasick 1975).
 *
 * The time depends on the text and on the number of occurrences, not on the number of texts.
 */
#ifndef DAYI_MATCH_MANY_H
#define DAYI_MATCH_MANY_H

#include <stddef.h>
#include <stdint.h>

#include "base/image_file.h"
#include "base/status.h"

struct many;

MUST_CHECK enum status many_create(struct many **out);
void many_destroy(struct many *many);

/* `count` is above 0. Equal texts have one number in *id; the numbers go from 0 on. */
MUST_CHECK enum status many_add(struct many *many, const uint32_t *points, size_t count,
                                uint32_t *id);
/* Builds the automaton. Call it once, after the last many_add() and before many_find(). */
MUST_CHECK enum status many_settle(struct many *many);

/* Adds one that is settled to what is to be written, until when it must live. */
void many_keep(const struct many *many, const char *nodes_name, const char *slots_name,
               struct image_draft *draft);
/* The one of so many texts in a file, which must outlive it. STATUS_INVALID where there is none. */
MUST_CHECK enum status many_adopt(const struct image_file *file, const char *nodes_name,
                                  const char *slots_name, uint32_t count, struct many **out);

/* How many different texts there are. */
uint32_t many_count(const struct many *many);

/* Called for each occurrence, in the order of their ends; `end` is behind its last code point. */
typedef void many_found(void *context, uint32_t id, size_t end);

/* Calls `found` for each occurrence in the text. `many` must be settled; any thread. */
void many_find(const struct many *many, const uint32_t *points, size_t count, many_found *found,
               void *context);

#endif
