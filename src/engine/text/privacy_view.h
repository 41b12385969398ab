/*
 * Privacy view: a text as the rules of privacy read it, with a map back to the bytes typed. Private
 * to text/.
 *
 * - Width, compatibility forms, brackets, dashes and commas are folded as the normaliser does.
 *   Letters keep their case, and line breaks stay.
 * - Digits of any script become 0-9. Chinese numerals (also 壹, 幺 and 腰) become digits if five or
 *   more stand in a row, with or without separators.
 * - O, I and l become digits within a row of digits, if the row then has the length of a number.
 *   Cyrillic and Greek letters that look Latin become Latin.
 * - Single letters, digits and signs with blanks between them are joined to a word if a letter is
 *   among them, and so are single Han characters: z h a n g @ q q . c o m, 微 信 号.
 * - %XX, &#NN; and \uXXXX become the character that they stand for.
 */
#ifndef DAYI_TEXT_PRIVACY_VIEW_H
#define DAYI_TEXT_PRIVACY_VIEW_H

#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/status.h"

/* A character of the view, which begins at a byte of it, stands for the bytes typed [from, to). */
struct privacy_origin {
	uint32_t at, from, to;
};

struct privacy_view {
	char *bytes; /* UTF-8, terminated */
	size_t length;
	const struct privacy_origin *origins; /* by place */
	size_t count;
};

/*
 * Reads the text as typed. The view lives in the arena. STATUS_NO_MEMORY if that is exhausted. Any
 * thread may call it.
 */
MUST_CHECK enum status privacy_view(struct span text, struct arena *arena,
                                    struct privacy_view *out);

/* Of the character that a byte of the view belongs to. */
const struct privacy_origin *privacy_origin_of(const struct privacy_view *view, size_t at);

#endif
