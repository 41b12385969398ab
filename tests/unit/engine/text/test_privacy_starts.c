#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/text/privacy_starts.h"

static const char *const patterns[] = {
	"(?=[帮k])(?:帮|kg)", /* 0: a look-ahead that opens it */
	"[0-2豫]\\s?x",       /* 1: a class that opens it */
	"(?=[a])b|c",         /* 2 to 9: none that every match begins with */
	"[a]?b",
	"[^a]b",
	"(?=[a]?)b",
	"[\\p{Han}]b",
	"ab",
	"(?=[a])?b",
	"(?=[a][*])?b",
	"(?=[申办][请理][人])(?:申请人|办理人)", /* 10: a class for each of three characters */
	"(?=[e][-m])(?:e-?mail)",                /* 11: two of them, one with a hyphen */
};
enum { PLAIN = 2, UNKNOWN_END = 10 };

struct fixture {
	struct privacy_starts *starts;
	struct arena *arena;
};

static int set_up(void **state)
{
	static struct fixture fixture;

	*state = &fixture;
	assert_int_equal(privacy_starts_create(&fixture.starts, patterns,
	                                       sizeof(patterns) / sizeof(*patterns)),
	                 STATUS_OK);
	assert_int_equal(arena_create(&fixture.arena, 1 << 20), STATUS_OK);
	return 0;
}

static int tear_down(void **state)
{
	const struct fixture *fixture = *state;

	privacy_starts_destroy(fixture->starts);
	arena_destroy(fixture->arena);
	return 0;
}

static void only_a_class_that_every_match_begins_with_is_taken(void **state)
{
	const struct fixture *fixture = *state;

	assert_true(privacy_starts_known(fixture->starts, 0));
	assert_true(privacy_starts_known(fixture->starts, 1));
	for (size_t i = PLAIN; i < UNKNOWN_END; i++)
		assert_false(privacy_starts_known(fixture->starts, i));
	for (size_t i = UNKNOWN_END; i < sizeof(patterns) / sizeof(*patterns); i++)
		assert_true(privacy_starts_known(fixture->starts, i));
}

static void a_look_ahead_is_skipped_and_a_class_is_not(void **state)
{
	const struct fixture *fixture = *state;

	assert_string_equal(patterns[0] + privacy_starts_skip(fixture->starts, 0), "(?:帮|kg)");
	assert_int_equal(privacy_starts_skip(fixture->starts, 1), 0);
	assert_string_equal(patterns[10] + privacy_starts_skip(fixture->starts, 10),
	                    "(?:申请人|办理人)");
}

static void places_come_in_their_order_and_with_both_cases(void **state)
{
	const struct fixture *fixture = *state;
	/* Bytes: 帮 0 to 2, 3 at 3, K at 4, the Kelvin sign 5 to 7, 2 at 8, 豫 9 to 11. */
	const struct span text = span_of("帮3K\u212A2豫");
	struct privacy_places places;

	assert_int_equal(privacy_places_find(fixture->starts, text, fixture->arena, &places),
	                 STATUS_OK);
	privacy_places_rewind(&places);
	assert_int_equal(privacy_places_next(&places, 0, 0), 0);
	assert_int_equal(privacy_places_next(&places, 0, 0), 0);
	assert_int_equal(privacy_places_next(&places, 0, 1), 4);
	assert_int_equal(privacy_places_next(&places, 0, 5), 5);
	assert_true(privacy_places_next(&places, 0, 6) == SIZE_MAX);
	privacy_places_rewind(&places);
	assert_int_equal(privacy_places_next(&places, 1, 0), 8);
	assert_int_equal(privacy_places_next(&places, 1, 9), 9);
	assert_true(privacy_places_next(&places, 1, 10) == SIZE_MAX);
}

static void a_place_needs_all_characters_of_its_opening(void **state)
{
	const struct fixture *fixture = *state;
	/* Bytes: 申 0, 申 3, 请 6, 人 9, 办 12, 理 15, e 18, - 19, E 20, M 21; 办 at 22 is cut off.
	 */
	const struct span text = span_of("申申请人办理e-EM办");
	struct privacy_places places;

	assert_int_equal(privacy_places_find(fixture->starts, text, fixture->arena, &places),
	                 STATUS_OK);
	privacy_places_rewind(&places);
	assert_int_equal(privacy_places_next(&places, 10, 0), 3);
	assert_true(privacy_places_next(&places, 10, 4) == SIZE_MAX);
	privacy_places_rewind(&places);
	assert_int_equal(privacy_places_next(&places, 11, 0), 18);
	assert_int_equal(privacy_places_next(&places, 11, 19), 20);
	assert_true(privacy_places_next(&places, 11, 21) == SIZE_MAX);
}

/* An opening of one character counts at the very end of a text. */
static void a_short_opening_may_be_the_last_character(void **state)
{
	const struct fixture *fixture = *state;
	struct privacy_places places;

	assert_int_equal(
	        privacy_places_find(fixture->starts, span_of("x帮"), fixture->arena, &places),
	        STATUS_OK);
	privacy_places_rewind(&places);
	assert_int_equal(privacy_places_next(&places, 0, 0), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_a_class_that_every_match_begins_with_is_taken),
		cmocka_unit_test(a_look_ahead_is_skipped_and_a_class_is_not),
		cmocka_unit_test(places_come_in_their_order_and_with_both_cases),
		cmocka_unit_test(a_place_needs_all_characters_of_its_opening),
		cmocka_unit_test(a_short_opening_may_be_the_last_character),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
