/*
 * Vocabulary: dense numbers for token keys.
 *
 * Grows while an index is built, then only read.
 */
#ifndef DAYI_MATCH_VOCABULARY_H
#define DAYI_MATCH_VOCABULARY_H

#include <stdint.h>

#include "base/status.h"

#define GRAM_NONE UINT32_MAX

struct vocabulary;

MUST_CHECK enum status vocabulary_create(struct vocabulary **out);
void vocabulary_destroy(struct vocabulary *vocabulary);

/* The key's number, given now if it is new; numbers count up from 0. */
MUST_CHECK enum status vocabulary_add(struct vocabulary *vocabulary, uint64_t key,
                                      uint32_t *number);

/* GRAM_NONE where the key is unknown. */
uint32_t vocabulary_find(const struct vocabulary *vocabulary, uint64_t key);

uint32_t vocabulary_count(const struct vocabulary *vocabulary);
uint64_t vocabulary_key(const struct vocabulary *vocabulary, uint32_t number);

#endif
