/*
 * Tables that make_tables writes at build time from ICU's data. Private to text/.
 *
 * They are constants of the program: nothing is computed when it starts, and pages that no question
 * touches are never read from disk.
 */
#ifndef DAYI_TEXT_TABLES_H
#define DAYI_TEXT_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum text_class {
	TEXT_OTHER, /* punctuation, symbols, anything else that stays */
	TEXT_HAN,
	TEXT_WORD, /* letter or digit that is no Han */
	TEXT_BLANK,
	TEXT_MARK, /* non-spacing mark */
};

enum {
	TEXT_BLOCK_SHIFT = 6,
	TEXT_BLOCK_SIZE = 1 << TEXT_BLOCK_SHIFT,
	TEXT_BLOCK_COUNT = 0x110000 >> TEXT_BLOCK_SHIFT,
	TEXT_PINYIN_FIRST = 0x3400,
	TEXT_PINYIN_END = 0xA000,
	TEXT_SYLLABLE_MOST = 6, /* letters of the longest syllable */
};

/*
 * What becomes of a code point, in 32 bits:
 *   0-20   the code point it becomes, or where its expansion begins
 *   21-25  how many code points it becomes: 0 = it is dropped, 1 = one, more = an expansion
 *   26-28  class of what it becomes (when that is one code point)
 *   29     may combine with what stands before it
 *   30     stays what it is; bits 0-20 are void
 */
typedef uint32_t text_entry;

#define TEXT_ENTRY_COMBINES (1U << 29)
#define TEXT_ENTRY_SAME     (1U << 30)

/* Blocks that are alike are stored once. */
extern const uint16_t text_blocks[TEXT_BLOCK_COUNT];
extern const text_entry text_entries[];
extern const uint32_t text_expansions[];

/* Number of the syllable, from 1, of TEXT_PINYIN_FIRST...TEXT_PINYIN_END - 1; 0 = none. */
extern const uint16_t text_pinyin[TEXT_PINYIN_END - TEXT_PINYIN_FIRST];

/* Sorted by strcmp; the syllable with the number n is text_syllables[n - 1]. */
extern const char text_syllables[][TEXT_SYLLABLE_MOST + 1];
extern const uint16_t text_syllable_count;

/* `point` must be below 0x110000. */
static inline text_entry text_entry_of(uint32_t point)
{
	return text_entries[(size_t)text_blocks[point >> TEXT_BLOCK_SHIFT] * TEXT_BLOCK_SIZE +
	                    (point & (TEXT_BLOCK_SIZE - 1))];
}

static inline uint32_t text_entry_value(text_entry entry)
{
	return entry & 0x1FFFFFU;
}

static inline uint32_t text_entry_length(text_entry entry)
{
	return (entry >> 21) & 0x1FU;
}

static inline enum text_class text_entry_class(text_entry entry)
{
	return (enum text_class)((entry >> 26) & 7U);
}

/* The code point that `point` becomes when it becomes just one. */
static inline uint32_t text_entry_point(text_entry entry, uint32_t point)
{
	return (entry & TEXT_ENTRY_SAME) != 0 ? point : text_entry_value(entry);
}

#endif
