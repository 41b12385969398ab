/* A folder whose files are part of the program is read as one on the disk is. */
#include "engine/knowledge/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define CONTENT(text_)                                                                             \
	{                                                                                          \
		text_, sizeof(text_) - 1                                                           \
	}

static const struct embedded_file files[] = {
	{ "golden.json", CONTENT("[]") },
	{ "pets/cat.json", CONTENT("{\"cat\":1}") },
	{ "pets/dog.json", CONTENT("{}") },
	{ "pets-of-others/cow.json", CONTENT("{}") },
};
static const struct source embedded = { "knowledge", files, sizeof(files) / sizeof(files[0]) };

static void names_are_files_folders_or_nothing(void **state)
{
	(void)state;
	assert_int_equal(source_kind(&embedded, "knowledge"), FILE_FOLDER);
	assert_int_equal(source_kind(&embedded, "knowledge/pets"), FILE_FOLDER);
	assert_int_equal(source_kind(&embedded, "knowledge/golden.json"), FILE_REGULAR);
	assert_int_equal(source_kind(&embedded, "knowledge/pets/cat.json"), FILE_REGULAR);
	assert_int_equal(source_kind(&embedded, "knowledge/pet"), FILE_NONE);
	assert_int_equal(source_kind(&embedded, "knowledge/pets/cat"), FILE_NONE);
	assert_int_equal(source_kind(&embedded, "knowledges"), FILE_NONE);
	assert_int_equal(source_kind(&embedded, "golden.json"), FILE_NONE);
}

static void a_folder_lists_each_name_once(void **state)
{
	struct arena *arena = NULL;
	struct file_list list;
	(void)state;
	assert_int_equal(arena_create(&arena, 1 << 16), STATUS_OK);
	assert_int_equal(source_list(&embedded, "knowledge", arena, &list), STATUS_OK);
	assert_int_equal(list.count, 3);
	assert_string_equal(list.names[0], "golden.json");
	assert_string_equal(list.names[1], "pets");
	assert_string_equal(list.names[2], "pets-of-others");
	assert_int_equal(source_list(&embedded, "knowledge/pets", arena, &list), STATUS_OK);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.names[0], "cat.json");
	assert_string_equal(list.names[1], "dog.json");
	assert_int_equal(source_list(&embedded, "knowledge/birds", arena, &list), STATUS_NOT_FOUND);
	arena_destroy(arena);
}

static void a_file_is_read_whole_and_no_larger_than_allowed(void **state)
{
	struct buf text;
	(void)state;
	buf_init(&text, 9);
	assert_int_equal(source_read(&embedded, "knowledge/pets/cat.json", &text), STATUS_OK);
	assert_string_equal(buf_text(&text), "{\"cat\":1}");
	buf_deinit(&text);
	buf_init(&text, 8);
	assert_int_equal(source_read(&embedded, "knowledge/pets/cat.json", &text), STATUS_LIMIT);
	buf_deinit(&text);
	buf_init(&text, 8);
	assert_int_equal(source_read(&embedded, "knowledge/pets", &text), STATUS_NOT_FOUND);
	assert_int_equal(source_read(&embedded, "knowledge/pets/cow.json", &text),
	                 STATUS_NOT_FOUND);
	buf_deinit(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_files_folders_or_nothing),
		cmocka_unit_test(a_folder_lists_each_name_once),
		cmocka_unit_test(a_file_is_read_whole_and_no_larger_than_allowed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
