#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "engine/match/index_file.h"

enum { ROWS = INDEX_KEPT_FROM, QUESTION_SIZE = 32, PATH_SIZE = 128, FILES_KEPT = 4 };

struct folder {
	char path[PATH_SIZE], index[PATH_SIZE * 2];
	char questions[ROWS][QUESTION_SIZE];
	struct entry entries[ROWS];
	struct knowledge knowledge;
	struct normaliser *normaliser;
	struct rewriter *rewriter;
	struct arena *arena;
	struct index *own; /* made in memory */
};

static struct index *open_index_in(struct folder *folder, const char *index_folder)
{
	struct match_settings settings = match_settings_default();
	struct index *index = NULL;
	settings.index_folder = index_folder;
	assert_int_equal(index_open(&folder->knowledge, folder->normaliser, folder->rewriter,
	                            &settings, &index),
	                 STATUS_OK);
	return index;
}

static int set_up(void **state)
{
	struct folder *folder = calloc(1, sizeof(*folder));
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
		                                .answer_count = ROWS,
		                                .version = "00000000000000aa" };
	snprintf(folder->path, sizeof(folder->path), "/tmp/dayi-index-XXXXXX");
	assert_non_null(mkdtemp(folder->path));
	snprintf(folder->index, sizeof(folder->index), "%s/var/index", folder->path);
	assert_int_equal(arena_create(&folder->arena, 1 << 20), STATUS_OK);
	assert_int_equal(normaliser_create(&folder->normaliser), STATUS_OK);
	assert_int_equal(
	        rewriter_create(&folder->knowledge, folder->normaliser, true, &folder->rewriter),
	        STATUS_OK);
	folder->own = open_index_in(folder, NULL);
	*state = folder;
	return 0;
}

static struct file_list files_of(struct folder *folder)
{
	struct file_list files = { 0 };
	arena_reset(folder->arena);
	if (file_list(folder->index, folder->arena, &files) != STATUS_OK)
		files.count = 0; /* no such folder yet */
	return files;
}

static void empty(struct folder *folder)
{
	const struct file_list files = files_of(folder);
	for (size_t i = 0; i < files.count; i++)
		assert_int_equal(unlink(file_join(folder->arena, folder->index, files.names[i])),
		                 0);
}

static int tear_down(void **state)
{
	struct folder *folder = *state;
	char above[PATH_SIZE * 2];
	empty(folder);
	rmdir(folder->index);
	snprintf(above, sizeof(above), "%s/var", folder->path);
	rmdir(above);
	assert_int_equal(rmdir(folder->path), 0);
	index_destroy(folder->own);
	rewriter_destroy(folder->rewriter);
	normaliser_destroy(folder->normaliser);
	arena_destroy(folder->arena);
	free(folder);
	return 0;
}

static struct index *open_index(struct folder *folder)
{
	return open_index_in(folder, folder->index);
}

static char *only_file(struct folder *folder)
{
	const struct file_list files = files_of(folder);
	assert_int_equal(files.count, 1);
	return file_join(folder->arena, folder->index, files.names[0]);
}

static void assert_same(const struct index *index, const struct index *own)
{
	const uint32_t grams = vocabulary_count(own->vocabulary);
	const size_t pairs = own->row_first[own->row_count];
	assert_int_equal(index->row_count, own->row_count);
	assert_int_equal(vocabulary_count(index->vocabulary), grams);
	assert_memory_equal(index->gram_weight, own->gram_weight, grams * sizeof(float));
	assert_memory_equal(index->rows_with, own->rows_with, grams * sizeof(uint32_t));
	assert_memory_equal(index->row_grams, own->row_grams, pairs * sizeof(uint32_t));
	assert_memory_equal(index->row_weights, own->row_weights, pairs * sizeof(float));
	for (uint32_t gram = 0; gram < grams; gram++)
		assert_int_equal(
		        vocabulary_find(index->vocabulary, vocabulary_key(own->vocabulary, gram)),
		        gram);
	assert_int_equal(index->utterance_count, own->utterance_count);
	for (uint32_t u = 0; u < own->utterance_count; u++)
		assert_ptr_equal(index->texts[u], own->texts[u]); /* of the same knowledge */
	assert_int_equal(index->candidates_size, own->candidates_size);
	assert_int_equal(index->typing_size, own->typing_size);
	assert_true(index->unknown_weight == own->unknown_weight);
}

static void the_second_start_takes_the_index_of_the_first(void **state)
{
	struct folder *folder = *state;
	struct stat first, second;
	struct index *index = open_index(folder);
	assert_non_null(index->file);
	assert_same(index, folder->own);
	index_destroy(index);
	assert_int_equal(stat(only_file(folder), &first), 0);
	assert_int_equal(first.st_mode & 07777, 0600);
	index = open_index(folder);
	assert_non_null(index->file);
	assert_same(index, folder->own);
	index_destroy(index);
	assert_int_equal(stat(only_file(folder), &second), 0);
	assert_int_equal(first.st_ino, second.st_ino); /* not written again */
	empty(folder);
}

static void damage(const char *path, long at, bool cut)
{
	if (cut) {
		assert_int_equal(truncate(path, at), 0);
		return;
	}
	FILE *file = fopen(path, "r+b");
	assert_non_null(file);
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	const int byte = fgetc(file);
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	assert_int_equal(fputc(byte ^ 1, file), byte ^ 1);
	assert_int_equal(fclose(file), 0);
}

static void a_damaged_file_is_made_anew(void **state)
{
	struct folder *folder = *state;
	struct stat about;
	index_destroy(open_index(folder));
	for (long part = 0; part < 4; part++) {
		char *path = only_file(folder);
		assert_int_equal(stat(path, &about), 0);
		damage(path, about.st_size * part / 4, part % 2);
		struct index *index = open_index(folder);
		assert_non_null(index->file);
		assert_same(index, folder->own);
		index_destroy(index);
	}
	empty(folder);
}

static void other_knowledge_has_another_file_and_only_the_newest_are_kept(void **state)
{
	struct folder *folder = *state;
	for (int version = 0; version < FILES_KEPT + 2; version++) {
		snprintf(folder->knowledge.version, sizeof(folder->knowledge.version), "%016d",
		         version);
		index_destroy(open_index(folder));
		assert_int_equal(files_of(folder).count,
		                 version < FILES_KEPT ? version + 1 : FILES_KEPT);
	}
	empty(folder);
}

static void a_small_folder_leaves_no_file(void **state)
{
	struct folder *folder = *state;
	folder->knowledge.answer_count--;
	struct index *index = open_index(folder);
	assert_null(index->file);
	index_destroy(index);
	assert_int_equal(files_of(folder).count, 0);
	folder->knowledge.answer_count++;
}

static void where_nothing_can_be_written_the_index_is_made_in_memory(void **state)
{
	struct folder *folder = *state;
	struct index *index = open_index_in(folder, "/dev/null/index");
	assert_null(index->file);
	assert_same(index, folder->own);
	index_destroy(index);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_second_start_takes_the_index_of_the_first),
		cmocka_unit_test(a_damaged_file_is_made_anew),
		cmocka_unit_test(other_knowledge_has_another_file_and_only_the_newest_are_kept),
		cmocka_unit_test(a_small_folder_leaves_no_file),
		cmocka_unit_test(where_nothing_can_be_written_the_index_is_made_in_memory),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
