/* The nearest sentence of a row: found for all rows at once, and for each by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/match/learn.h"
#include "engine/match/rank.h"

/* TALKATIVE rows have as many alternates, the others none. */
enum { ROWS = 8, TALKATIVE = 5, ALTERNATES = 60, SENTENCE_SIZE = 48 };

struct folder {
	char sentences[ROWS][ALTERNATES][SENTENCE_SIZE];
	const char *lists[ROWS][ALTERNATES];
	struct entry entries[ROWS];
	struct knowledge knowledge;
	struct normaliser *normaliser;
	struct rewriter *rewriter;
	struct index *index;
	struct repairer *repairer;
	struct ranker *ranker;
	struct arena *arena;
};

/* Characters of the row's own, of the sentence's own, and of all. */
static void write_sentence(char *out, unsigned row, unsigned sentence)
{
	static const char *const rows[ROWS] = { "金", "木", "水", "火", "土", "风", "雷", "电" };
	static const char *const words[] = { "东", "西", "南", "北", "春", "夏", "秋", "冬" };
	snprintf(out, SENTENCE_SIZE, "%s%s%s%s证书", words[sentence % 8], rows[row],
	         words[sentence / 8], words[(sentence + row) % 8]);
}

static int set_up(void **state)
{
	struct folder *folder = calloc(1, sizeof(*folder));
	assert_non_null(folder);
	for (unsigned row = 0; row < ROWS; row++) {
		for (unsigned i = 0; i < ALTERNATES; i++) {
			write_sentence(folder->sentences[row][i], row, i);
			folder->lists[row][i] = folder->sentences[row][i];
		}
		folder->entries[row] =
		        (struct entry){ .question = folder->sentences[row][0], .answer = "" };
		if (row < TALKATIVE)
			folder->entries[row].also =
			        (struct strings){ folder->lists[row] + 1, ALTERNATES - 1 };
	}
	folder->knowledge = (struct knowledge){ .entries = folder->entries, .entry_count = ROWS };
	assert_int_equal(arena_create(&folder->arena, 16 << 20), STATUS_OK);
	assert_int_equal(normaliser_create(&folder->normaliser), STATUS_OK);
	assert_int_equal(
	        rewriter_create(&folder->knowledge, folder->normaliser, true, &folder->rewriter),
	        STATUS_OK);
	assert_int_equal(index_build(&folder->knowledge, folder->normaliser, folder->rewriter,
	                             &folder->index),
	                 STATUS_OK);
	assert_int_equal(learn(folder->index), STATUS_OK);
	assert_int_equal(index_seal(folder->index, folder->normaliser), STATUS_OK);
	assert_int_equal(repairer_create(folder->index, folder->normaliser,
	                                 &folder->knowledge.lexicon, NULL, &folder->repairer),
	                 STATUS_OK);
	assert_int_equal(ranker_create(folder->index, 0, &folder->ranker), STATUS_OK);
	*state = folder;
	return 0;
}

static int tear_down(void **state)
{
	struct folder *folder = *state;
	ranker_destroy(folder->ranker);
	repairer_destroy(folder->repairer);
	index_destroy(folder->index);
	rewriter_destroy(folder->rewriter);
	normaliser_destroy(folder->normaliser);
	arena_destroy(folder->arena);
	free(folder);
	return 0;
}

static struct query make(struct folder *folder, const char *message)
{
	struct text text;
	struct rewritten rewritten;
	struct query query;
	struct budget budget = { BUDGET_OF_A_TURN, 0 };
	assert_int_equal(normalise(folder->normaliser, span_of(message), folder->arena, &text),
	                 STATUS_OK);
	assert_int_equal(
	        rewrite(folder->rewriter, text.points, text.count, folder->arena, &rewritten),
	        STATUS_OK);
	assert_int_equal(query_make(folder->index, folder->repairer, &rewritten, &budget,
	                            folder->arena, &query),
	                 STATUS_OK);
	return query;
}

static void a_sentence_asked_word_for_word_is_the_nearest_of_its_row(void **state)
{
	struct folder *folder = *state;
	for (uint32_t row = 0; row < TALKATIVE; row++)
		for (size_t i = 0; i < ALTERNATES; i += 7) {
			const struct query query = make(folder, folder->sentences[row][i]);
			struct nearest nearest;
			rank_nearest(folder->ranker, &query, &row, 1, &nearest);
			assert_string_equal(nearest.text, folder->sentences[row][i]);
			assert_float_equal(nearest.similarity, 1, 1e-5);
		}
}

static void rows_have_the_same_nearest_together_and_alone(void **state)
{
	struct folder *folder = *state;
	static const uint32_t rows[ROWS] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	for (uint32_t row = 0; row < ROWS; row++)
		for (size_t i = 0; i < ALTERNATES; i += 7) {
			const struct query query = make(folder, folder->sentences[row][i]);
			struct nearest together[ROWS];
			rank_nearest(folder->ranker, &query, rows, ROWS, together);
			for (size_t r = 0; r < ROWS; r++) {
				struct nearest alone;
				rank_nearest(folder->ranker, &query, &rows[r], 1, &alone);
				assert_ptr_equal(together[r].utterance, alone.utterance);
				assert_float_equal(together[r].similarity, alone.similarity, 1e-6);
			}
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sentence_asked_word_for_word_is_the_nearest_of_its_row),
		cmocka_unit_test(rows_have_the_same_nearest_together_and_alone),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
