/*
 * Candidates: the rows that hold the rarest grams of a question, found by SQLite FTS5.
 *
 * Two contentless tables in one database. `words` has every gram of every row, cut by our own
 * tokenizer (text/tokens). `best` has, of the grams that many rows share, the rows in which the
 * gram weighs most. A question asks `words` for its rare grams and `best` for its common ones, so
 * a question of common words only costs no more than another and is not answered by the first rows
 * of the folder. The rows come unranked: rank.c scores them.
 */
#ifndef DAYI_MATCH_CANDIDATES_H
#define DAYI_MATCH_CANDIDATES_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

/* A database being filled. Any one thread. */
struct candidates_builder;

MUST_CHECK enum status candidates_builder_create(struct candidates_builder **out);
/* Takes NULL. */
void candidates_builder_destroy(struct candidates_builder *builder);

/*
 * All text of a row, in UTF-8, as it is after rewriting; a line feed parts what is not to be read
 * together. Rows rise.
 */
MUST_CHECK enum status candidates_add_row(struct candidates_builder *builder, uint32_t row,
                                          struct span text);

/*
 * The row is one of the best for these grams: their names (token_name()), blanks between them.
 * Rows rise; they come after all of candidates_add_row().
 */
MUST_CHECK enum status candidates_add_best(struct candidates_builder *builder, uint32_t row,
                                           struct span names);

/*
 * The finished database as bytes, which are the caller's to free(). The builder is empty then.
 */
MUST_CHECK enum status candidates_finish(struct candidates_builder *builder, void **bytes,
                                         size_t *size);

enum candidates_table { CANDIDATES_WORDS, CANDIDATES_BEST };

/* A read-only connection of its own over a finished database. One thread at a time. */
struct candidates;

/* Borrows the bytes, which are never written to: any number of readers may share them. */
MUST_CHECK enum status candidates_open(const void *bytes, size_t size, struct candidates **out);
/* Takes NULL. */
void candidates_close(struct candidates *candidates);

typedef void take_row(void *context, uint32_t row);

/*
 * Gives the rows of a table that have one of the grams to `take`, each once, rising. Of more grams
 * than CANDIDATES_GRAMS_MOST the first are asked for. `count` is above 0. STATUS_INTERNAL where the
 * database is damaged.
 */
enum { CANDIDATES_GRAMS_MOST = 128 };
MUST_CHECK enum status candidates_find(struct candidates *candidates, enum candidates_table table,
                                       const uint64_t *keys, size_t count, take_row *take,
                                       void *context);

#endif
