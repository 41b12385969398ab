#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/match/query.h"

static const char *const negatives[] = { "征书丢了" };
static const struct entry entry = {
	.question = "证书过期",
	.answer = "不可以。",
	.negatives = { negatives, 1 },
};
static const struct word_pair confusables[] = { { "证", "征" } };
static const struct knowledge knowledge = {
	.entries = &entry,
	.entry_count = 1,
	.lexicon = { .confusables = confusables, .confusable_count = 1 },
};

static void a_gram_that_only_a_counter_example_has_finds_no_row(void **state)
{
	struct normaliser *normaliser = NULL;
	struct rewriter *rewriter = NULL;
	struct index *index = NULL;
	struct repairer *repairer = NULL;
	struct arena *arena = NULL;
	struct text text;
	struct rewritten rewritten;
	struct query query;
	(void)state;
	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	assert_int_equal(normaliser_create(&normaliser), STATUS_OK);
	assert_int_equal(rewriter_create(&knowledge, normaliser, true, &rewriter), STATUS_OK);
	assert_int_equal(index_build(&knowledge, normaliser, rewriter, &index), STATUS_OK);
	assert_int_equal(repairer_create(index, normaliser, &knowledge.lexicon, NULL, &repairer),
	                 STATUS_OK);
	assert_int_equal(normalise(normaliser, span_of("征书"), arena, &text), STATUS_OK);
	assert_int_equal(rewrite(rewriter, text.points, text.count, arena, &rewritten), STATUS_OK);
	assert_int_equal(query_make(index, repairer, &rewritten, arena, &query), STATUS_OK);
	assert_int_equal(query.count, 3); /* 证书, 证 and 书; not 征书 */
	for (size_t i = 0; i < query.count; i++)
		assert_int_equal(index_rows_with(index, query.grams[i].gram), 1);
	repairer_destroy(repairer);
	index_destroy(index);
	rewriter_destroy(rewriter);
	normaliser_destroy(normaliser);
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_gram_that_only_a_counter_example_has_finds_no_row),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
