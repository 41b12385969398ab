#include "helpers.h"

#include "knowledge/characters.h"

static bool meet(const char *a, const char *b)
{
	const struct characters left = characters_of(span_of(a));
	const struct characters right = characters_of(span_of(b));
	return characters_meet(&left, &right);
}

static void texts_meet_where_they_share_a_character(void **state)
{
	(void)state;
	assert_true(meet("证书", "照片证"));
	assert_true(meet("IE", "chrome e"));
	assert_true(meet("，", "，"));
	assert_false(meet("证书", "照片"));
	assert_false(meet("，", "。"));
	assert_false(meet("", "证书"));
}

/* Their cases are not known here: whatever is looked for might be one of them. */
static void what_has_cases_beyond_ascii_meets_everything(void **state)
{
	(void)state;
	assert_true(meet("é", "证"));
	assert_true(meet("\u212a", "k"));
	assert_true(meet("ſ", "s"));
	assert_true(meet("Ａ", "a"));
}

static void ranges_hold_their_ends_and_long_ones_everything(void **state)
{
	struct characters range = { { 0 } }, all = { { 0 } };
	const struct characters low = characters_of(span_of("b"));
	const struct characters high = characters_of(span_of("d"));
	const struct characters above = characters_of(span_of("e"));

	(void)state;
	characters_add(&range, 'b', 'd');
	assert_int_equal(characters_count(&range), 3);
	assert_true(characters_meet(&range, &low));
	assert_true(characters_meet(&range, &high));
	assert_false(characters_meet(&range, &above));
	characters_join(&range, &above);
	assert_int_equal(characters_count(&range), 4);
	characters_add(&all, CHARACTER_HAN_FIRST, CHARACTER_HAN_LAST);
	assert_int_equal(characters_count(&all), CHARACTERS_WORDS * 64);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_meet_where_they_share_a_character),
		cmocka_unit_test(what_has_cases_beyond_ascii_meets_everything),
		cmocka_unit_test(ranges_hold_their_ends_and_long_ones_everything),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
