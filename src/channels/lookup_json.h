/*
 * Look-up as JSON: what the console and `dayi lookup --json` show (docs/openapi.yaml).
 *
 * A text with what matched in it is an array of strings: the first is plain, the next matched, and
 * so on in turn. It needs no unit to count in, and becomes text nodes.
 */
#ifndef DAYI_CHANNELS_LOOKUP_JSON_H
#define DAYI_CHANNELS_LOOKUP_JSON_H

#include "base/buf.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "service/lookup.h"

/* Appends the object of what was found for `typed`. */
MUST_CHECK enum status lookup_write_answer(const struct knowledge *knowledge, struct span typed,
                                           const struct lookup_answer *answer, struct buf *out);

/*
 * Appends the object of one entry as an operator reads it, with its internal note, its copies and
 * its script.
 */
MUST_CHECK enum status lookup_write_entry(const struct lookup_entry *shown, struct buf *out);

#endif
