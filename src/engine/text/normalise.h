/*
 * Normalise: the one form in which knowledge and questions meet.
 *
 * NFKC with case folding (Unicode UAX #15, UTS #46's nfkc_cf), traditional to simplified Chinese,
 * white space beside Han removed and elsewhere folded to one blank, zero-width and control
 * characters removed, quotes and brackets of every width unified. The original stays with the
 * caller: every code point keeps the byte offset it came from, because the width of a bracket
 * in a certificate number matters.
 *
 * In detail: “”„「」『』 become ", ‘’` become ', （）become ( ), 〔〕【】become [ ], 《》〈〉«»
 * become < >, every dash (also ー) becomes -, 、，become a comma, 。a full stop, middle dots one
 * middle dot. Private use characters, enclosing marks and marks on Han characters go. Characters
 * that are good simplified Chinese too stay as they are: 著, 乾, 藉. A letter may carry 30 marks;
 * more are not composed with it.
 */
#ifndef DAYI_TEXT_NORMALISE_H
#define DAYI_TEXT_NORMALISE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/status.h"

/*
 * ICU's composer; the tables made from its data are part of the program. Immutable: any thread may
 * use it at the same time.
 */
struct normaliser;

/* STATUS_INTERNAL when ICU lacks its data. */
MUST_CHECK enum status normaliser_create(struct normaliser **out);
void normaliser_destroy(struct normaliser *normaliser);

/* A normalised text. Everything in it but the input lives in the arena it was made with. */
struct text {
	const uint32_t *points;  /* code points */
	const uint32_t *origins; /* byte offset in the input that each point came from */
	size_t count;
	struct span utf8;  /* the same points as UTF-8, terminated */
	struct span input; /* what it was made of; borrowed */
};

/*
 * Ill-formed bytes become U+FFFD. STATUS_LIMIT above 1 MiB of input, STATUS_NO_MEMORY when the
 * arena is exhausted.
 */
MUST_CHECK enum status normalise(const struct normaliser *normaliser, struct span input,
                                 struct arena *arena, struct text *out);

/* Han ideograph (script Han, with 〇, without the iteration mark and the Suzhou numerals). */
bool code_point_is_han(uint32_t point);

/* Letter or digit that is no Han. */
bool code_point_is_word(uint32_t point);

/*
 * Toneless pinyin of a Han character, lower-case ASCII with v for ü ("lv"), NULL where none is
 * known. One reading a character: ICU's, but chang for 长 and chong for 重. Static.
 */
const char *pinyin_of(const struct normaliser *normaliser, uint32_t point);

/*
 * Number of a syllable in the table of all toneless syllables, from 1; 0 where none. Two characters
 * with the same number sound alike.
 */
uint16_t pinyin_number(const struct normaliser *normaliser, uint32_t point);
uint16_t pinyin_number_of_syllable(const struct normaliser *normaliser, struct span syllable);
/* How many numbers there are (the highest + 1). */
uint16_t pinyin_count(const struct normaliser *normaliser);

/*
 * Splits a run of lower-case Latin letters into pinyin syllables ("zhengshuguoqi" -> 4). Writes at
 * most `most` numbers and returns how many; 0 when the run is no pinyin from end to end or is
 * longer than 128 letters. Where several splits exist, the one with the fewest syllables, and of
 * these the one with most consonants at their heads ("fangan" is fan gan, as GB/T 16159 spells).
 * "lue" and "nue" count as "lve" and "nve".
 */
size_t pinyin_split(const struct normaliser *normaliser, struct span letters, uint16_t *numbers,
                    size_t most);

#endif
