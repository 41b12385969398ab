/* A pattern that passed its trials, and is slower in a message all the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/match/matcher_open.h"

enum { DIGITS = 150, MESSAGE_SIZE = 1024 };

/* Its trials are made of its own words: none has digits behind the first one. */
static const char slow[] = "甲\\d{0,150}\\d{0,150}\\d{0,150}乙";
static const char quick[] = "甲乙丙丁";

struct fixture {
	struct pattern *patterns[2];
	struct entry entries[2];
	struct knowledge knowledge;
	struct normaliser *normaliser;
	struct matcher *matcher;
	struct match_scratch *scratch;
	struct arena *arena;
};

static int set_up(void **state)
{
	static struct fixture fixture;
	struct pattern_fault fault;
	assert_int_equal(pattern_compile(slow, &fault, &fixture.patterns[0]), STATUS_OK);
	assert_int_equal(pattern_compile(quick, &fault, &fixture.patterns[1]), STATUS_OK);
	pattern_set_number(fixture.patterns[0], 0);
	pattern_set_number(fixture.patterns[1], 1);
	fixture.entries[0] = (struct entry){ .id = "renew",
		                             .question = "证书过期怎么办",
		                             .answer = "请延续。",
		                             .note = "",
		                             .internal = "",
		                             .patterns = { &fixture.patterns[0], 1 } };
	fixture.entries[1] = (struct entry){ .id = "photo",
		                             .question = "照片传不上去",
		                             .answer = "请压缩。",
		                             .note = "",
		                             .internal = "",
		                             .patterns = { &fixture.patterns[1], 1 } };
	fixture.knowledge = (struct knowledge){ .entries = fixture.entries,
		                                .entry_count = 2,
		                                .answer_count = 2,
		                                .version = "00000000000000ab" };
	assert_int_equal(normaliser_create(&fixture.normaliser), STATUS_OK);
	assert_int_equal(
	        matcher_open(&fixture.knowledge, fixture.normaliser, NULL, NULL, &fixture.matcher),
	        STATUS_OK);
	assert_int_equal(match_scratch_create(fixture.matcher, &fixture.scratch), STATUS_OK);
	assert_int_equal(arena_create(&fixture.arena, 16 << 20), STATUS_OK);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	match_scratch_destroy(fixture->scratch);
	matcher_destroy(fixture->matcher);
	normaliser_destroy(fixture->normaliser);
	arena_destroy(fixture->arena);
	pattern_destroy(fixture->patterns[0]);
	pattern_destroy(fixture->patterns[1]);
	return 0;
}

/* The best entry of the message, or "", and in *by_pattern whether its pattern was found. */
static const char *best(struct fixture *fixture, const char *message, bool *by_pattern)
{
	struct match_result result;
	struct text text;
	assert_int_equal(normalise(fixture->normaliser, span_of(message), fixture->arena, &text),
	                 STATUS_OK);
	assert_int_equal(matcher_match(fixture->scratch, &text, NULL, fixture->arena, &result),
	                 STATUS_OK);
	*by_pattern = result.ranking_count > 0 && result.ranking[0].evidence.pattern > 0;
	return result.ranking_count > 0 ? result.ranking[0].entry->id : "";
}

/* 甲, many digits, then no 乙, which stands a little farther on. */
static void write_slow_message(char message[MESSAGE_SIZE])
{
	strcpy(message, "证书过期怎么办,甲");
	for (size_t i = 0; i < DIGITS; i++)
		strcat(message, "1");
	strcat(message, "丙乙");
}

static void a_slow_pattern_is_named_once_and_not_tried_again(void **state)
{
	struct fixture *fixture = *state;
	char message[MESSAGE_SIZE];
	bool by_pattern;
	assert_string_equal(best(fixture, "甲1乙", &by_pattern), "renew");
	assert_true(by_pattern);
	assert_null(matcher_set_aside(fixture->scratch));

	write_slow_message(message);
	/* The turn is answered by its words. */
	assert_string_equal(best(fixture, message, &by_pattern), "renew");
	assert_false(by_pattern);
	assert_string_equal(matcher_set_aside(fixture->scratch), slow);
	assert_null(matcher_set_aside(fixture->scratch));

	/* Nor is it tried where it would be found at once. */
	best(fixture, "甲1乙", &by_pattern);
	assert_false(by_pattern);
	assert_string_equal(best(fixture, message, &by_pattern), "renew");
	assert_null(matcher_set_aside(fixture->scratch));
	/* Another pattern is. */
	assert_string_equal(best(fixture, "甲乙丙丁", &by_pattern), "photo");
	assert_true(by_pattern);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slow_pattern_is_named_once_and_not_tried_again),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
