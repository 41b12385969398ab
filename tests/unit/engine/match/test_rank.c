#include "indexed.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "engine/match/rank.h"

/*
 * ROWS entries 怎么办理甲乙, each with a pair of characters of its own, and a last one that is
 * 怎么办理 alone: every word of it is in every row.
 */
enum { ROWS = 1500, QUESTION_SIZE = 32, BEST = 24 };

struct folder {
	char questions[ROWS][QUESTION_SIZE];
	struct entry entries[ROWS];
	struct knowledge knowledge;
	struct indexed indexed;
};

/* A Han character, as UTF-8. */
static void write_han(char *out, uint32_t point)
{
	out[0] = (char)(0xE0 | point >> 12);
	out[1] = (char)(0x80 | (point >> 6 & 0x3F));
	out[2] = (char)(0x80 | (point & 0x3F));
}

static void write_question(struct folder *folder, uint32_t row)
{
	char topic[7] = "";
	if (row + 1 < ROWS) {
		write_han(topic, 0x5000 + row / 40);
		write_han(topic + 3, 0x6000 + row % 40);
	}
	snprintf(folder->questions[row], QUESTION_SIZE, "怎么办理%s", topic);
	folder->entries[row] = (struct entry){ .question = folder->questions[row], .answer = "" };
}

static int set_up(void **state)
{
	struct folder *folder = calloc(1, sizeof(*folder));
	assert_non_null(folder);
	for (uint32_t row = 0; row < ROWS; row++)
		write_question(folder, row);
	folder->knowledge = (struct knowledge){ .entries = folder->entries, .entry_count = ROWS };
	indexed_open(&folder->indexed, &folder->knowledge);
	indexed_weigh(&folder->indexed);
	indexed_repair(&folder->indexed, &folder->knowledge);
	*state = folder;
	return 0;
}

static int tear_down(void **state)
{
	struct folder *folder = *state;
	indexed_close(&folder->indexed);
	free(folder);
	return 0;
}

static size_t rank(struct folder *folder, struct ranker *ranker, const char *message,
                   struct ranked *out)
{
	struct budget budget = { BUDGET_OF_A_TURN, 0 };
	size_t count = 0;
	arena_reset(folder->indexed.arena);
	const struct query query = indexed_query(&folder->indexed, message, &budget);
	assert_int_equal(rank_rows(ranker, &query, out, BEST, &count), STATUS_OK);
	return count;
}

static void a_question_of_common_words_only_finds_the_last_row_of_the_folder(void **state)
{
	struct ranker *ranker = NULL;
	struct ranked best[BEST];
	assert_int_equal(ranker_create((*(struct folder **)state)->indexed.index, 100, &ranker),
	                 STATUS_OK);
	assert_int_equal(rank(*state, ranker, "怎么办理", best), BEST);
	assert_int_equal(best[0].row, ROWS - 1);
	ranker_destroy(ranker);
}

static void a_rare_word_finds_its_row_whatever_the_budget(void **state)
{
	static const size_t budgets[] = { 1, 50, 1000, 1000000 };
	struct folder *folder = *state;
	for (size_t i = 0; i < sizeof(budgets) / sizeof(budgets[0]); i++) {
		struct ranker *ranker = NULL;
		struct ranked best[BEST];
		assert_int_equal(ranker_create(folder->indexed.index, budgets[i], &ranker),
		                 STATUS_OK);
		assert_true(rank(folder, ranker, folder->questions[1234], best) > 0);
		assert_int_equal(best[0].row, 1234);
		ranker_destroy(ranker);
	}
}

static void expect_same(const struct ranked *first, const struct ranked *again, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(first[i].row, again[i].row);
		assert_true(first[i].score == again[i].score); /* to the last digit */
	}
}

/* The first time from FTS5, the second from memory; other questions in between. */
static void a_question_asked_again_is_ranked_the_same(void **state)
{
	static const size_t budgets[] = { 200, 1000000 };
	struct folder *folder = *state;
	for (size_t i = 0; i < sizeof(budgets) / sizeof(budgets[0]); i++) {
		struct ranker *ranker = NULL;
		struct ranked first[BEST], again[BEST];
		assert_int_equal(ranker_create(folder->indexed.index, budgets[i], &ranker),
		                 STATUS_OK);
		for (size_t row = 0; row < ROWS; row += 111) {
			const size_t count = rank(folder, ranker, folder->questions[row], first);
			rank(folder, ranker, folder->questions[(row + 700) % ROWS], again);
			assert_int_equal(rank(folder, ranker, folder->questions[row], again),
			                 count);
			expect_same(first, again, count);
		}
		ranker_destroy(ranker);
	}
}

/* It has more grams than FTS5 is asked for at once. */
static void a_long_message_is_ranked_the_same_whatever_is_remembered(void **state)
{
	struct folder *folder = *state;
	struct ranker *fresh = NULL, *used = NULL;
	struct ranked first[BEST], again[BEST];
	struct buf message;
	buf_init(&message, 1 << 16);
	assert_int_equal(ranker_create(folder->indexed.index, 1000000, &fresh), STATUS_OK);
	assert_int_equal(ranker_create(folder->indexed.index, 1000000, &used), STATUS_OK);
	for (size_t row = 0; row < ROWS; row += 7) {
		BUF_JOIN(&message, folder->questions[row], "？");
		rank(folder, used, folder->questions[row], again);
	}
	const size_t count = rank(folder, fresh, buf_text(&message), first);
	assert_int_equal(count, BEST);
	assert_int_equal(rank(folder, used, buf_text(&message), again), count);
	expect_same(first, again, count);
	ranker_destroy(fresh);
	ranker_destroy(used);
	buf_deinit(&message);
}

struct expected {
	const struct index *index;
	uint32_t gram;
	uint32_t count;
};

static void expect_gram(void *context, uint32_t row)
{
	struct expected *expected = context;
	const struct index *index = expected->index;
	bool has = false;
	for (uint32_t at = index->row_first[row]; at < index->row_first[row + 1]; at++)
		has = has || index->row_grams[at] == expected->gram;
	assert_true(has);
	expected->count++;
}

static void the_full_text_index_has_of_every_gram_the_rows_that_are_ranked_by_it(void **state)
{
	const struct index *index = (*(struct folder **)state)->indexed.index;
	struct candidates *reader = NULL;
	assert_int_equal(candidates_open(index->candidates, index->candidates_size, &reader),
	                 STATUS_OK);
	for (uint32_t gram = 0; gram < vocabulary_count(index->vocabulary); gram++) {
		struct expected words = { index, gram, 0 }, best = words;
		const uint64_t key = vocabulary_key(index->vocabulary, gram);
		const uint32_t rows = index_rows_with(index, gram);
		assert_int_equal(
		        candidates_find(reader, CANDIDATES_WORDS, &key, 1, expect_gram, &words),
		        STATUS_OK);
		assert_int_equal(words.count, rows);
		assert_int_equal(
		        candidates_find(reader, CANDIDATES_BEST, &key, 1, expect_gram, &best),
		        STATUS_OK);
		assert_int_equal(best.count, rows > BEST_MOST ? BEST_MOST : 0);
	}
	candidates_close(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_of_common_words_only_finds_the_last_row_of_the_folder),
		cmocka_unit_test(a_rare_word_finds_its_row_whatever_the_budget),
		cmocka_unit_test(a_question_asked_again_is_ranked_the_same),
		cmocka_unit_test(a_long_message_is_ranked_the_same_whatever_is_remembered),
		cmocka_unit_test(
		        the_full_text_index_has_of_every_gram_the_rows_that_are_ranked_by_it),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
