/*
 * Copies: an entry as an operator hands it on: short, as text messages, or in full.
 *
 * All of it is the office's own text, to the letter; only the labels of the parts (答：, 建议：,
 * 1/3) are added.
 */
#ifndef DAYI_DIALOGUE_COPIES_H
#define DAYI_DIALOGUE_COPIES_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"

/*
 * The question and what is to be done: the advice of the case, or, where `one` is NULL, the answer
 * and the advice of every case. An only case is the one.
 */
void copy_short(const struct office *office, const struct entry *entry,
                const struct entry_case *one, struct buf *out);

/* The question, the answer and every case with its advice. */
void copy_full(const struct office *office, const struct entry *entry, struct buf *out);

enum { SMS_UNITS_MOST = 70 }; /* UTF-16 units of one text message with Chinese characters */

/*
 * The text in parts that each fit into a text message, "1/3 " before each where there are several.
 * Cut at the ends of sentences, else at a comma, else before a run of letters and digits, so that
 * an address or a number stays whole where it fits. Blank lines and line feeds become nothing where
 * a part begins or ends. In the arena.
 */
MUST_CHECK enum status copy_sms(struct span text, struct arena *arena, const char *const **parts,
                                size_t *count);

#endif
