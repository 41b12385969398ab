/* A folder that a test made in memory, indexed; for the tests of what stands on an index. */
#ifndef DAYI_TESTS_INDEXED_H
#define DAYI_TESTS_INDEXED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "engine/match/index.h"
#include "engine/match/learn.h"
#include "engine/match/query.h"
#include "engine/match/rewrite.h"

struct indexed {
	struct normaliser *normaliser;
	struct rewriter *rewriter;
	struct index *index;
	struct repairer *repairer; /* NULL until indexed_repair() */
	struct arena *arena;
};

/* The knowledge must outlive it. */
static inline void indexed_open(struct indexed *indexed, const struct knowledge *knowledge)
{
	*indexed = (struct indexed){ 0 };
	assert_int_equal(arena_create(&indexed->arena, 16 << 20), STATUS_OK);
	assert_int_equal(normaliser_create(&indexed->normaliser), STATUS_OK);
	assert_int_equal(rewriter_create(knowledge, indexed->normaliser, true, &indexed->rewriter),
	                 STATUS_OK);
	assert_int_equal(
	        index_build(knowledge, indexed->normaliser, indexed->rewriter, &indexed->index),
	        STATUS_OK);
}

/* Gives the rows their weights, as in a matcher. */
static inline void indexed_weigh(struct indexed *indexed)
{
	assert_int_equal(learn(indexed->index), STATUS_OK);
	assert_int_equal(index_seal(indexed->index, indexed->normaliser), STATUS_OK);
}

/* Before indexed_query(). */
static inline void indexed_repair(struct indexed *indexed, const struct knowledge *knowledge)
{
	assert_int_equal(
	        repairer_create(indexed->index, &knowledge->lexicon, NULL, &indexed->repairer),
	        STATUS_OK);
}

static inline void indexed_close(struct indexed *indexed)
{
	repairer_destroy(indexed->repairer);
	index_destroy(indexed->index);
	rewriter_destroy(indexed->rewriter);
	normaliser_destroy(indexed->normaliser);
	arena_destroy(indexed->arena);
}

/* The query of a message; it lies in the arena. */
static inline struct query indexed_query(struct indexed *indexed, const char *message,
                                         struct budget *budget)
{
	struct text text;
	struct rewritten rewritten;
	struct query query;
	assert_int_equal(normalise(indexed->normaliser, span_of(message), indexed->arena, &text),
	                 STATUS_OK);
	assert_int_equal(
	        rewrite(indexed->rewriter, text.points, text.count, indexed->arena, &rewritten),
	        STATUS_OK);
	assert_int_equal(query_make(indexed->index, indexed->repairer, &rewritten, budget,
	                            indexed->arena, &query),
	                 STATUS_OK);
	return query;
}

#endif
