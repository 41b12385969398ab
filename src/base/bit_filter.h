/*
 * Bit filter: which numbers a set may have, told by one bit. A number that was added is always
 * found; of the others few are, so that most look-ups in a larger table are spared.
 */
#ifndef DAYI_BASE_BIT_FILTER_H
#define DAYI_BASE_BIT_FILTER_H

#include <stdbool.h>
#include <stdint.h>

enum { BIT_FILTER_SLOTS = 16384, BIT_FILTER_SHIFT = 64 - 14 };

/* All zero: the empty set. */
struct bit_filter {
	uint64_t words[BIT_FILTER_SLOTS / 64];
};

static inline uint32_t bit_filter_slot(uint64_t number)
{
	return (uint32_t)(number * UINT64_C(0x9E3779B97F4A7C15) >> BIT_FILTER_SHIFT);
}

static inline void bit_filter_add(struct bit_filter *filter, uint64_t number)
{
	const uint32_t slot = bit_filter_slot(number);
	filter->words[slot / 64] |= UINT64_C(1) << slot % 64;
}

static inline bool bit_filter_may_have(const struct bit_filter *filter, uint64_t number)
{
	const uint32_t slot = bit_filter_slot(number);
	return filter->words[slot / 64] >> slot % 64 & 1;
}

#endif
