/*
 * Quote: whether a phrase stands word for word in a text, marks and blanks apart.
 */
#ifndef DAYI_MATCH_QUOTE_H
#define DAYI_MATCH_QUOTE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"
#include "text/normalise.h"

/*
 * Both are normalised; only Han, letters and digits count. A phrase of fewer than QUOTE_LEAST of
 * these stands nowhere: short ones are words of the trade, in many answers.
 */
enum { QUOTE_LEAST = 6 };
MUST_CHECK enum status quote_stands_in(const struct text *text, const uint32_t *phrase,
                                       size_t count, struct arena *arena, bool *stands);

#endif
