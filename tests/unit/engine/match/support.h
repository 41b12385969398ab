/* A snapshot of a fixture folder, for the tests of match/ and dialogue/. */
#ifndef DAYI_TESTS_SUPPORT_H
#define DAYI_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/arena.h"
#include "engine/dialogue/scratch.h"
#include "engine/dialogue/snapshot.h"

#define SMALL_KNOWLEDGE DAYI_SOURCE_DIR "/tests/fixtures/knowledge-small"

struct world {
	struct normaliser *normaliser;
	struct snapshot *snapshot;
	struct scratch *scratch;
	struct arena *arena;
};

static inline void open_world(struct world *world, const char *folder,
                              const struct match_settings *settings)
{
	struct faults *faults = NULL;
	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(normaliser_create(&world->normaliser), STATUS_OK);
	assert_int_equal(arena_create(&world->arena, 16 << 20), STATUS_OK);
	const enum status status =
	        snapshot_build(folder, world->normaliser, settings, faults, &world->snapshot);
	faults_print(faults, stderr);
	faults_destroy(faults);
	assert_int_equal(status, STATUS_OK);
	assert_int_equal(scratch_create(world->snapshot, &world->scratch), STATUS_OK);
}

static inline void close_world(struct world *world)
{
	scratch_destroy(world->scratch);
	snapshot_destroy(world->snapshot);
	normaliser_destroy(world->normaliser);
	arena_destroy(world->arena);
}

static inline struct match_result match(struct world *world, const char *message)
{
	struct match_result result;
	struct text text;
	arena_reset(world->arena);
	assert_int_equal(
	        normalise(world->snapshot->normaliser, span_of(message), world->arena, &text),
	        STATUS_OK);
	assert_int_equal(matcher_match(world->scratch->match, &text, NULL, world->arena, &result),
	                 STATUS_OK);
	return result;
}

#endif
