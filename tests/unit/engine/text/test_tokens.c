#include "text_fixture.h"

#include "engine/text/tokens.h"

static struct token_list tokens_in(struct fixture *fixture, const char *string)
{
	struct text text;
	struct token_list tokens;
	arena_reset(fixture->arena);
	assert_int_equal(normalise(fixture->normaliser, span_of(string), fixture->arena, &text),
	                 STATUS_OK);
	assert_int_equal(tokens_of(text.points, text.count, NULL, fixture->arena, &tokens),
	                 STATUS_OK);
	return tokens;
}

static void han_gives_unigrams_and_bigrams(void **state)
{
	const struct token_list tokens = tokens_in(*state, "安全证");
	static const char *const names[] = { "安", "安全", "全", "全证", "证" };
	assert_int_equal(tokens.count, 5);
	for (size_t i = 0; i < 5; i++) {
		char name[TOKEN_NAME_SIZE];
		token_name(tokens.items[i].key, name);
		assert_string_equal(name, names[i]);
	}
}

static void a_bigram_does_not_span_punctuation(void **state)
{
	const struct token_list tokens = tokens_in(*state, "安，全");
	assert_int_equal(tokens.count, 2);
	assert_int_equal(tokens.items[0].kind, TOKEN_UNIGRAM);
	assert_int_equal(tokens.items[1].kind, TOKEN_UNIGRAM);
}

static void letters_and_digits_are_words_of_their_own(void **state)
{
	const struct token_list tokens = tokens_in(*state, "IE11浏览");
	assert_int_equal(tokens.items[0].kind, TOKEN_LATIN);
	assert_int_equal(tokens.items[0].count, 2);
	assert_int_equal(tokens.items[1].kind, TOKEN_DIGITS);
	assert_int_equal(tokens.items[2].kind, TOKEN_UNIGRAM);
}

static void width_and_case_make_no_difference_to_a_key(void **state)
{
	const uint64_t wide = tokens_in(*state, "ＩＥ").items[0].key;
	const uint64_t narrow = tokens_in(*state, "ie").items[0].key;
	assert_true(wide == narrow);
	assert_true(tokens_in(*state, "ei").items[0].key != narrow);
}

static void a_skipped_point_is_a_boundary(void **state)
{
	struct fixture *fixture = *state;
	const uint32_t points[] = { 0x5B89, 0x5168, 0x8BC1 }; /* 安全证 */
	const bool skip[] = { false, true, false };
	struct token_list tokens;
	assert_int_equal(tokens_of(points, 3, skip, fixture->arena, &tokens), STATUS_OK);
	assert_int_equal(tokens.count, 2);
	assert_int_equal(tokens.items[0].start, 0);
	assert_int_equal(tokens.items[1].start, 2);
}

static void a_bigram_key_gives_its_characters_back(void **state)
{
	uint32_t first, second;
	(void)state;
	token_key_split(token_key_bigram(0x2A700, 0x9FFF), &first, &second);
	assert_int_equal(first, 0x2A700);
	assert_int_equal(second, 0x9FFF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(han_gives_unigrams_and_bigrams),
		cmocka_unit_test(a_bigram_does_not_span_punctuation),
		cmocka_unit_test(letters_and_digits_are_words_of_their_own),
		cmocka_unit_test(width_and_case_make_no_difference_to_a_key),
		cmocka_unit_test(a_skipped_point_is_a_boundary),
		cmocka_unit_test(a_bigram_key_gives_its_characters_back),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
