/*
 * What tests of texts begin with: a normaliser, and an arena for what it makes.
 */
#ifndef DAYI_TESTS_TEXT_FIXTURE_H
#define DAYI_TESTS_TEXT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "engine/text/normalise.h"

struct fixture {
	struct normaliser *normaliser;
	struct arena *arena;
};

static inline int set_up(void **state)
{
	static struct fixture fixture;
	assert_int_equal(normaliser_create(&fixture.normaliser), STATUS_OK);
	assert_int_equal(arena_create(&fixture.arena, 64 << 20), STATUS_OK);
	*state = &fixture;
	return 0;
}

static inline int tear_down(void **state)
{
	struct fixture *fixture = *state;
	normaliser_destroy(fixture->normaliser);
	arena_destroy(fixture->arena);
	return 0;
}

#endif
