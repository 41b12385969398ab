/*
 * Aspect: what a short message asks of a thing: how it is done, what it costs, how long it takes.
 * An entry about the same thing does not answer another aspect of it: 整改报告怎么写 is no way to
 * say that one has handed the report in.
 */
#ifndef DAYI_MATCH_ASPECT_H
#define DAYI_MATCH_ASPECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "engine/match/index.h"
#include "engine/match/rewrite.h"
#include "engine/text/normalise.h"

/* The words that ask an aspect (generic.txt), and their grams in an index. Immutable. */
struct aspects;

/* Borrows the index. */
MUST_CHECK enum status aspects_create(const struct index *index,
                                      const struct normaliser *normaliser,
                                      const struct rewriter *rewriter, struct aspects **out);
/* Takes NULL. */
void aspects_destroy(struct aspects *aspects);

/*
 * Whether the message asks aspects of which the row serves none. A row serves what its sentences
 * ask; one of few sentences also what its answer tells. A message that is long, has several clauses
 * or tells of trouble asks no aspect. `framed` is the query's (query.h).
 */
bool aspects_are_other(const struct aspects *aspects, const struct rewritten *message,
                       const bool *framed, uint32_t row);

/*
 * Whether such a message says something last (租房合同怎么写才有效, 银行卡能绑两张吗) of which the
 * row, answer and all, has heard nothing, though it knows what is said before. Only of rows with
 * few sentences: those with more have shown in which words they are asked for.
 */
bool aspects_end_unheard(const struct aspects *aspects, const struct rewritten *message,
                         const bool *framed, uint32_t row);

/* Whether a short message asks if something may be done ([may]), and the row has few sentences. */
bool aspects_ask_leave(const struct aspects *aspects, const struct rewritten *message,
                       uint32_t row);

/* Whether the character is one of the commonest ([everyday]). */
bool aspects_is_everyday(const struct aspects *aspects, uint32_t point);

/* Whether the row, answer and all, has a Han character of the message that is no everyday one. */
bool aspects_share_character(const struct aspects *aspects, const struct rewritten *message,
                             uint32_t row);

/*
 * Whether a question or alternate of the row has two Han characters in a row that the message has
 * outside the frame, and that are not both everyday ones.
 */
bool aspects_touch(const struct aspects *aspects, const struct rewritten *message,
                   const bool *framed, uint32_t row);

#endif
