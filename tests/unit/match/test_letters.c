/* What stands in a message to the letter: codes and words of patterns, popups. */
#include "support.h"

#include <string.h>

#define CODES DAYI_SOURCE_DIR "/tests/fixtures/knowledge-codes"

/* The ids of the answers, joined by blanks; the outcome where there are none. */
static const char *answers_to(struct world *world, const char *message)
{
	const struct match_result result = match(world, message);
	char *told = arena_format(world->arena, "%s",
	                          result.band == BAND_CHOOSE    ? "choose"
	                          : result.band == BAND_DECLINE ? "decline"
	                                                        : "");
	for (size_t i = 0; i < result.answer_count; i++)
		told = arena_format(world->arena, "%s%s%s", told, i > 0 ? " " : "",
		                    result.answers[i].entry->id);
	return told;
}

static void a_code_that_only_a_pattern_knows_finds_its_entry(void **state)
{
	static const char *const messages[] = { "45009", "错误代码：45009", "错误代码45009怎么办？",
		                                "报错 errcode:45009, errmsg: reach max quota" };
	struct world world;
	(void)state;
	open_world(&world, CODES, NULL);
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		assert_string_equal(answers_to(&world, messages[i]), "over-quota");
	assert_string_equal(answers_to(&world, "40029"), "invalid-code");
	assert_string_not_equal(answers_to(&world, "错误代码：45010"), "over-quota");
	close_world(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_that_only_a_pattern_knows_finds_its_entry),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
