/*
 * Line numbers: the numbers that documents print before their items, in every script they use:
 * digits of half or full width, Chinese numerals, and the enclosed characters of Unicode. Each
 * reader moves the text behind what it knows, or leaves it and returns false. Pure; any thread.
 * Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_LINE_NUMBERS_H
#define DAYI_EXCHANGE_LINE_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

bool number_begins(struct span text);

/*
 * Whether the text behind a number begins with what it counts, so that it numbers no item: 年内,
 * 个工作日. `near`: nothing stands between them, so that a single character such as 个 will do.
 */
bool number_counts(struct span text, bool near);

/* 1 to 999999; what stands before a failure may be skipped, so that the text is of no more use. */
bool number_skip_arabic(struct span *text, int *number);

/* 一 to 九百九十九; the text as above. */
bool number_skip_chinese(struct span *text, int *number);

/* Either of them. */
bool number_skip(struct span *text, int *number);

/* One character of a row of `most` that begins with `first`, such as ① (0x2460). */
bool number_skip_enclosed(struct span *text, uint32_t first, int most, int *number);

#endif
