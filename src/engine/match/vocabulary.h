/*
 * Vocabulary: dense numbers for token keys.
 *
 * Grows while an index is built, then only read.
 */
#ifndef DAYI_MATCH_VOCABULARY_H
#define DAYI_MATCH_VOCABULARY_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define GRAM_NONE UINT32_MAX

struct vocabulary;

MUST_CHECK enum status vocabulary_create(struct vocabulary **out);
void vocabulary_destroy(struct vocabulary *vocabulary);

/* The arrays that it consists of, to keep it in a file. */
struct vocabulary_arrays {
	const uint64_t *keys; /* by number */
	uint32_t count;
	const uint32_t *slots;
	size_t slot_count; /* a power of 2, above 2 * count */
};
struct vocabulary_arrays vocabulary_arrays(const struct vocabulary *vocabulary);

/* Makes a read-only vocabulary over arrays that must outlive it. */
MUST_CHECK enum status vocabulary_borrow(const struct vocabulary_arrays *arrays,
                                         struct vocabulary **out);

/* The key's number, given now if it is new; numbers count up from 0. */
MUST_CHECK enum status vocabulary_add(struct vocabulary *vocabulary, uint64_t key,
                                      uint32_t *number);

/* The number of the key, or GRAM_NONE. */
uint32_t vocabulary_find(const struct vocabulary *vocabulary, uint64_t key);

uint32_t vocabulary_count(const struct vocabulary *vocabulary);
uint64_t vocabulary_key(const struct vocabulary *vocabulary, uint32_t number);

#endif
