/*
 * Normalise: brings texts into the one form in which knowledge and questions are compared.
 *
 * - Letters: NFKC with case folding (Unicode UAX #15, UTS #46's nfkc_cf). A letter composes with at
 *   most 30 marks; further ones stay by themselves.
 * - Chinese: traditional becomes simplified. Characters that are good simplified Chinese as well
 *   stay: 著, 乾, 藉.
 * - White space is removed beside Han characters and becomes one blank elsewhere.
 * - Quotes and brackets: “”„「」『』 become ", ‘’` become ', （）become ( ), 〔〕【】become [ ],
 *   《》〈〉«» become < >.
 * - Other marks: every dash (also ー) becomes -, 、，become a comma, 。a full stop, middle dots one
 *   middle dot.
 * - Characters of no width, control and private use characters, enclosing marks and marks on Han
 *   characters are removed.
 *
 * The caller keeps the original: every code point has the byte offset that it came from, because
 * the width of a bracket in a certificate number matters.
 */
#ifndef DAYI_TEXT_NORMALISE_H
#define DAYI_TEXT_NORMALISE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/status.h"

/*
 * Holds ICU's composer; the tables made from ICU's data are part of the program. Immutable: several
 * threads may use it at the same time.
 */
struct normaliser;

/* STATUS_INTERNAL if ICU lacks its data, STATUS_NO_MEMORY. *out is the caller's to destroy. */
MUST_CHECK enum status normaliser_create(struct normaliser **out);
void normaliser_destroy(struct normaliser *normaliser);

/* A normalised text. All of it but the input lives in the arena of normalise(). */
struct text {
	const uint32_t *points;  /* code points */
	const uint32_t *origins; /* byte offset in the input that each point came from */
	size_t count;
	struct span utf8;  /* the same points as UTF-8, terminated */
	struct span input; /* the original; borrowed */
};

/*
 * Ill-formed bytes become U+FFFD. STATUS_LIMIT above 1 MiB of input, STATUS_NO_MEMORY when the
 * arena is exhausted.
 */
MUST_CHECK enum status normalise(const struct normaliser *normaliser, struct span input,
                                 struct arena *arena, struct text *out);

/* The block of CJK unified ideographs, where nearly all Han of a text stands. */
enum { CODE_POINT_HAN_FIRST = 0x4E00, CODE_POINT_HAN_LAST = 0x9FFF };

/* The next two by the tables; they look up any point. */
bool code_point_is_han_by_table(uint32_t point);
bool code_point_is_word_by_table(uint32_t point);

/* Whether it is a Han ideograph: script Han, with 〇, but no iteration mark or Suzhou numeral. */
static inline bool code_point_is_han(uint32_t point)
{
	return (point >= CODE_POINT_HAN_FIRST && point <= CODE_POINT_HAN_LAST) ||
	       (point >= 0x80 && code_point_is_han_by_table(point));
}

/* Whether it is a letter or a digit, but not Han. */
static inline bool code_point_is_word(uint32_t point)
{
	return (point < CODE_POINT_HAN_FIRST || point > CODE_POINT_HAN_LAST) &&
	       code_point_is_word_by_table(point);
}

/* Whether a letter, a digit or Han stands in it: signs, emoji and blanks alone say nothing. */
bool text_has_word(const struct text *text);

/*
 * The toneless pinyin of a Han character in lower-case ASCII, with v for ü ("lv"); NULL if none is
 * known. Each character has one reading: ICU's, but chang for 长 and chong for 重. Static memory.
 */
const char *pinyin_of(uint32_t point);

/*
 * The number of a character's syllable, or of a syllable, in the table of all toneless syllables,
 * from 1; 0 if it has none. Characters with the same number sound alike.
 */
uint16_t pinyin_number(uint32_t point);
uint16_t pinyin_number_of_syllable(struct span syllable);

/*
 * Splits a run of lower-case Latin letters into pinyin syllables ("zhengshuguoqi" into 4). Writes
 * at most `most` numbers and returns how many; 0 if the run is not pinyin from end to end or has
 * more than 128 letters. Of several splits it takes the one with the fewest syllables, and of these
 * the one with the most consonants at their heads ("fangan" is fan gan, as GB/T 16159 spells).
 * "lue" and "nue" count as "lve" and "nve".
 */
size_t pinyin_split(struct span letters, uint16_t *numbers, size_t most);

#endif
