/*
 * Candidates: FTS5 as a store that hands over the rows holding any of a few rare grams.
 *
 * One connection, in memory; one thread at a time.
 */
#ifndef DAYI_MATCH_CANDIDATES_H
#define DAYI_MATCH_CANDIDATES_H

#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

struct candidate_store;

MUST_CHECK enum status candidate_store_create(struct candidate_store **out);
void candidate_store_destroy(struct candidate_store *store);

/* Rows are added in rising order; `text` is normalised and rewritten. */
MUST_CHECK enum status candidate_store_add(struct candidate_store *store, uint32_t row,
                                           struct span text);

/* After the last row: makes the table compact and the connection read-only. */
MUST_CHECK enum status candidate_store_seal(struct candidate_store *store);

/*
 * Rows with any gram of an FTS5 query such as  "证书" OR "延续",  in rising order, at most
 * `most`.
 */
MUST_CHECK enum status candidate_store_pick(struct candidate_store *store, struct span query,
                                            uint32_t *rows, size_t most, size_t *count);

#endif
