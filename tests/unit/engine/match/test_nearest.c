/* The nearest sentence of a row: found for all rows at once, and for each by itself. */
#include "indexed.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/match/rank.h"

/* TALKATIVE rows have as many alternates, the others none. */
enum { ROWS = 8, TALKATIVE = 5, ALTERNATES = 60, SENTENCE_SIZE = 48 };

struct folder {
	char sentences[ROWS][ALTERNATES][SENTENCE_SIZE];
	const char *lists[ROWS][ALTERNATES];
	struct entry entries[ROWS];
	struct knowledge knowledge;
	struct indexed indexed;
	struct ranker *ranker;
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
	indexed_open(&folder->indexed, &folder->knowledge);
	indexed_weigh(&folder->indexed);
	indexed_repair(&folder->indexed, &folder->knowledge);
	assert_int_equal(ranker_create(folder->indexed.index, 0, &folder->ranker), STATUS_OK);
	*state = folder;
	return 0;
}

static int tear_down(void **state)
{
	struct folder *folder = *state;
	ranker_destroy(folder->ranker);
	indexed_close(&folder->indexed);
	free(folder);
	return 0;
}

static struct query make(struct folder *folder, const char *message)
{
	struct budget budget = { BUDGET_OF_A_TURN, 0 };
	return indexed_query(&folder->indexed, message, &budget);
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
