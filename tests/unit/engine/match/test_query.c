#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

struct fixture {
	struct normaliser *normaliser;
	struct rewriter *rewriter;
	struct index *index;
	struct repairer *repairer;
	struct arena *arena;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	assert_non_null(fixture);
	assert_int_equal(arena_create(&fixture->arena, 16 << 20), STATUS_OK);
	assert_int_equal(normaliser_create(&fixture->normaliser), STATUS_OK);
	assert_int_equal(rewriter_create(&knowledge, fixture->normaliser, true, &fixture->rewriter),
	                 STATUS_OK);
	assert_int_equal(
	        index_build(&knowledge, fixture->normaliser, fixture->rewriter, &fixture->index),
	        STATUS_OK);
	assert_int_equal(repairer_create(fixture->index, fixture->normaliser, &knowledge.lexicon,
	                                 NULL, &fixture->repairer),
	                 STATUS_OK);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	repairer_destroy(fixture->repairer);
	index_destroy(fixture->index);
	rewriter_destroy(fixture->rewriter);
	normaliser_destroy(fixture->normaliser);
	arena_destroy(fixture->arena);
	free(fixture);
	return 0;
}

static struct query make(struct fixture *fixture, const char *message, struct budget *budget)
{
	struct text text;
	struct rewritten rewritten;
	struct query query;
	assert_int_equal(normalise(fixture->normaliser, span_of(message), fixture->arena, &text),
	                 STATUS_OK);
	assert_int_equal(
	        rewrite(fixture->rewriter, text.points, text.count, fixture->arena, &rewritten),
	        STATUS_OK);
	assert_int_equal(query_make(fixture->index, fixture->repairer, &rewritten, budget,
	                            fixture->arena, &query),
	                 STATUS_OK);
	return query;
}

static void a_gram_that_only_a_counter_example_has_finds_no_row(void **state)
{
	struct fixture *fixture = *state;
	struct budget budget = { BUDGET_OF_A_TURN, 0 };
	const struct query query = make(fixture, "征书", &budget);
	assert_int_equal(query.count, 3); /* 证书, 证 and 书; not 征书 */
	for (size_t i = 0; i < query.count; i++)
		assert_int_equal(index_rows_with(fixture->index, query.grams[i].gram), 1);
}

static void what_the_turn_can_not_pay_is_not_mended(void **state)
{
	struct fixture *fixture = *state;
	struct budget budget = { 0, 0 };
	const struct query query = make(fixture, "征书", &budget);
	assert_int_equal(query.count, 1); /* 书 */
	assert_true(budget.refused > 0);
	struct budget rich = { BUDGET_OF_A_TURN, 0 };
	(void)make(fixture, "征书", &rich);
	assert_true(rich.left < BUDGET_OF_A_TURN);
}

/* More grams than are sorted one by one; each stands many times. */
static void grams_of_a_long_message_are_distinct_and_in_order(void **state)
{
	struct fixture *fixture = *state;
	struct budget budget = { BUDGET_OF_A_TURN, 0 };
	const struct query once = make(fixture, "证书过期不可以,征书", &budget);
	char message[4096] = "";
	for (int i = 0; i < 40; i++)
		strcat(message, i % 2 ? "证书过期不可以,征书" : "征书,证书过期不可以");
	const struct query often = make(fixture, message, &budget);
	assert_int_equal(often.count, once.count);
	for (size_t i = 0; i < often.count; i++) {
		assert_int_equal(often.grams[i].gram, once.grams[i].gram);
		assert_float_equal(often.grams[i].share, once.grams[i].share, 0);
		assert_int_equal(often.grams[i].subject, once.grams[i].subject);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_gram_that_only_a_counter_example_has_finds_no_row),
		cmocka_unit_test(what_the_turn_can_not_pay_is_not_mended),
		cmocka_unit_test(grams_of_a_long_message_are_distinct_and_in_order),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
