/*
 * Question set: what a change of the knowledge is tried on. Each question once, with how often it
 * was asked: the office's traffic, its golden questions, the sentences of its entries.
 *
 * One thread. Texts are copied.
 */
#ifndef DAYI_AUTHORING_QUESTION_SET_H
#define DAYI_AUTHORING_QUESTION_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "office/authoring/answer_diff.h"

struct question_set;

/* Takes `most` questions at the most. STATUS_NO_MEMORY. */
MUST_CHECK enum status question_set_create(struct question_set **out, size_t most);
/* Takes NULL. */
void question_set_destroy(struct question_set *set);

/*
 * One question, asked that often (0: of nobody yet). What is in the set already gets the number
 * added, and is golden if it is so once. An empty one is left out. STATUS_LIMIT: the set is full;
 * STATUS_NO_MEMORY.
 */
MUST_CHECK enum status question_set_add(struct question_set *set, struct span text, uint64_t asked,
                                        bool golden);

/*
 * The sentences of the entries that are answered: questions, alternates, popups, those of their
 * cases.
 */
MUST_CHECK enum status question_set_add_entries(struct question_set *set,
                                                const struct knowledge *knowledge);

/* Those golden questions of `from` that `to` does not have: what they end in must stay. */
MUST_CHECK enum status question_set_add_golden(struct question_set *set,
                                               const struct knowledge *from,
                                               const struct knowledge *to);

/* In the order in which they were added; they may be changed and sorted. */
struct diff_question *question_set_items(struct question_set *set, size_t *count);

#endif
