/*
 * The text as the rules of privacy read it, with a map back to the bytes typed. Private to text/.
 *
 * - Width, compatibility forms, brackets, dashes and commas are folded as the normaliser does; the
 *   case of letters and line breaks stay.
 * - Digits of any script are 0-9. Chinese numerals (also 壹, 幺 and 腰) are digits where five or
 * more stand in a row, separators between them or not.
 * - O, I and l are digits in a row of digits that then has the length of a number; Cyrillic and
 *   Greek letters that look Latin are Latin.
 * - Letters, digits and signs with blanks between are one word where a letter is among them, as are
 *   Han characters: z h a n g @ q q . c o m, 微 信 号.
 * - %XX, &#NN; and \uXXXX are the character that they stand for.
 */
#ifndef DAYI_TEXT_PRIVACY_VIEW_H
#define DAYI_TEXT_PRIVACY_VIEW_H

#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/status.h"

struct privacy_view {
	char *bytes; /* UTF-8, terminated */
	size_t length;
	/* Of the character that begins at a byte: the bytes typed, [from, to). */
	const uint32_t *from, *to;
};

MUST_CHECK enum status privacy_view(struct span text, struct arena *arena,
                                    struct privacy_view *out);

#endif
