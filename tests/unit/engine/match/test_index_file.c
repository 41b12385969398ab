#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/match/index_file.h"
#include "engine/match/index_make.h"

enum { ROWS = 500, QUESTION_SIZE = 32, PATH_SIZE = 64 };

static const char stamp[DIGEST_HEX_SIZE] =
        "b123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

struct folder {
	char path[PATH_SIZE];
	char questions[ROWS][QUESTION_SIZE];
	struct entry entries[ROWS];
	struct knowledge knowledge;
	struct normaliser *normaliser;
	struct rewriter *rewriter;
	struct index *own; /* made in memory */
};

static int set_up(void **state)
{
	struct folder *folder = calloc(1, sizeof(*folder));
	const struct match_settings settings = match_settings_default();
	assert_non_null(folder);
	for (uint32_t row = 0; row < ROWS; row++) {
		snprintf(folder->questions[row], QUESTION_SIZE, "怎么办理x%uy%u", row % 71,
		         row / 71);
		folder->entries[row] = (struct entry){ .id = folder->questions[row],
			                               .question = folder->questions[row],
			                               .answer = "好" };
	}
	folder->knowledge = (struct knowledge){ .entries = folder->entries,
		                                .entry_count = ROWS,
		                                .answer_count = ROWS };
	assert_int_equal(normaliser_create(&folder->normaliser), STATUS_OK);
	assert_int_equal(
	        rewriter_create(&folder->knowledge, folder->normaliser, true, &folder->rewriter),
	        STATUS_OK);
	assert_int_equal(index_make(&folder->knowledge, folder->normaliser, folder->rewriter,
	                            &settings, &folder->own),
	                 STATUS_OK);
	snprintf(folder->path, sizeof(folder->path), "/tmp/dayi-index-XXXXXX");
	const int fd = mkstemp(folder->path);
	assert_true(fd >= 0);
	close(fd);
	*state = folder;
	return 0;
}

static int tear_down(void **state)
{
	struct folder *folder = *state;
	unlink(folder->path);
	index_destroy(folder->own);
	rewriter_destroy(folder->rewriter);
	normaliser_destroy(folder->normaliser);
	free(folder);
	return 0;
}

/* The file of the index without the section, or of all where that is NULL. */
static struct image_file *keep(const struct folder *folder, const char *without)
{
	struct image_draft draft = { .count = 0 };
	struct image_file *file = NULL;
	assert_int_equal(index_keep(folder->own, &draft), STATUS_OK);
	for (size_t i = 0; without && i < draft.count; i++)
		if (strcmp(draft.sections[i].name, without) == 0)
			snprintf(draft.sections[i].name, IMAGE_NAME_SIZE, "another");
	assert_int_equal(image_file_write(folder->path, stamp, &draft), STATUS_OK);
	image_draft_deinit(&draft);
	assert_int_equal(image_file_open(folder->path, stamp, &file), STATUS_OK);
	return file;
}

static void an_index_of_a_file_is_the_one_that_was_made(void **state)
{
	const struct folder *folder = *state;
	const struct index *own = folder->own;
	struct image_file *file = keep(folder, NULL);
	struct index *index = NULL;
	assert_int_equal(index_adopt(file, &folder->knowledge, &index), STATUS_OK);
	const uint32_t grams = vocabulary_count(own->vocabulary);
	const size_t pairs = own->row_first[own->row_count];
	assert_int_equal(index->row_count, own->row_count);
	assert_int_equal(vocabulary_count(index->vocabulary), grams);
	assert_memory_equal(index->gram_weight, own->gram_weight, grams * sizeof(float));
	assert_memory_equal(index->rows_with, own->rows_with, grams * sizeof(uint32_t));
	assert_memory_equal(index->row_grams, own->row_grams, pairs * sizeof(uint32_t));
	assert_memory_equal(index->weights, own->weights, pairs * sizeof(int16_t));
	assert_memory_equal(index->weight_unit, own->weight_unit, grams * sizeof(float));
	assert_true(own->habits.acts != 0 && index->habits.acts == own->habits.acts);
	assert_memory_equal(index->habits.traits_of, own->habits.traits_of,
	                    grams * sizeof(uint64_t));
	assert_memory_equal(index->habits.without, own->habits.without, ROWS * sizeof(float));
	assert_memory_equal(index->habits.with, own->habits.with, ROWS * TRAITS_MOST);
	for (uint32_t gram = 0; gram < grams; gram++)
		assert_int_equal(
		        vocabulary_find(index->vocabulary, vocabulary_key(own->vocabulary, gram)),
		        gram);
	assert_int_equal(index->utterance_count, own->utterance_count);
	for (uint32_t u = 0; u < own->utterance_count; u++)
		assert_ptr_equal(index_text(index, u), index_text(own, u));
	assert_int_equal(index->candidates_size, own->candidates_size);
	assert_memory_equal(index->candidates, own->candidates, own->candidates_size);
	assert_int_equal(index->typing_size, own->typing_size);
	assert_true(index->unknown_weight == own->unknown_weight);
	assert_memory_equal(&index->calibration, &own->calibration, sizeof(own->calibration));
	index_destroy(index);
	image_file_close(file);
}

static void a_file_that_lacks_a_part_gives_no_index(void **state)
{
	static const char *const parts[] = {
		"index",           "index.keys",      "index.slots",  "index.gram_weight",
		"index.row_first", "index.row_grams", "index.typing", "index.candidates",
		"index.traits_of", "index.without",   "index.grams",  "index.spoken",
		"index.with"
	};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const struct folder *folder = *state;
		struct image_file *file = keep(folder, parts[i]);
		struct index *index = NULL;
		assert_int_equal(index_adopt(file, &folder->knowledge, &index), STATUS_INVALID);
		assert_null(index);
		image_file_close(file);
	}
}

static void an_index_of_other_knowledge_is_refused(void **state)
{
	const struct folder *folder = *state;
	struct image_file *file = keep(folder, NULL);
	struct knowledge fewer = folder->knowledge;
	struct index *index = NULL;
	fewer.entry_count--;
	assert_int_equal(index_adopt(file, &fewer, &index), STATUS_INVALID);
	image_file_close(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_index_of_a_file_is_the_one_that_was_made),
		cmocka_unit_test(a_file_that_lacks_a_part_gives_no_index),
		cmocka_unit_test(an_index_of_other_knowledge_is_refused),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
