/*
 * Places: of each line of a text that was made of a web page or of Markdown, the line of the file
 * that it comes from, so that a message names that one. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_PLACES_H
#define DAYI_EXCHANGE_PLACES_H

#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"

struct places {
	struct buf numbers; /* an unsigned a line */
};

void places_init(struct places *places);
void places_deinit(struct places *places);

/* STATUS_NO_MEMORY or STATUS_LIMIT where a place is missing, else STATUS_OK. */
MUST_CHECK enum status places_status(const struct places *places);

/* How many lines end in the text. */
size_t places_lines(struct span text);

/* Each line that ends in `added`, which goes to the end of the text, comes from line `place`. */
void places_add(struct places *places, struct span added, unsigned place);

/* The places of `count` lines of another text, from its line `first` on, counted from 0. */
void places_copy(struct places *places, const struct places *from, size_t first, size_t count);

/* The place of a line, counted from 0; 0 where it is not known. */
unsigned places_at(const struct places *places, size_t line);

#endif
