#include "indexed.h"

#include <stdlib.h>
#include <string.h>

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

static int set_up(void **state)
{
	struct indexed *fixture = calloc(1, sizeof(*fixture));
	assert_non_null(fixture);
	indexed_open(fixture, &knowledge);
	indexed_repair(fixture, &knowledge);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct indexed *fixture = *state;
	indexed_close(fixture);
	free(fixture);
	return 0;
}

static void a_gram_that_only_a_counter_example_has_finds_no_row(void **state)
{
	struct indexed *fixture = *state;
	struct budget budget = { BUDGET_OF_A_TURN, 0 };
	const struct query query = indexed_query(fixture, "征书", &budget);
	assert_int_equal(query.count, 3); /* 证书, 证 and 书; not 征书 */
	for (size_t i = 0; i < query.count; i++)
		assert_int_equal(index_rows_with(fixture->index, query.grams[i].gram), 1);
}

static void what_the_turn_can_not_pay_is_not_mended(void **state)
{
	struct indexed *fixture = *state;
	struct budget budget = { 0, 0 };
	const struct query query = indexed_query(fixture, "征书", &budget);
	assert_int_equal(query.count, 1); /* 书 */
	assert_true(budget.refused > 0);
	struct budget rich = { BUDGET_OF_A_TURN, 0 };
	(void)indexed_query(fixture, "征书", &rich);
	assert_true(rich.left < BUDGET_OF_A_TURN);
}

/* More grams than are sorted one by one; each stands many times. */
static void grams_of_a_long_message_are_distinct_and_in_order(void **state)
{
	struct indexed *fixture = *state;
	struct budget budget = { BUDGET_OF_A_TURN, 0 };
	const struct query once = indexed_query(fixture, "证书过期不可以,征书", &budget);
	char message[4096] = "";
	for (int i = 0; i < 40; i++)
		strcat(message, i % 2 ? "证书过期不可以,征书" : "征书,证书过期不可以");
	const struct query often = indexed_query(fixture, message, &budget);
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
