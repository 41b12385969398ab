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
#include "engine/match/image_file.h"

enum { PATH_SIZE = 128, SECTIONS = 3, FILE_MOST = 1 << 20 };

static const char stamp[DIGEST_HEX_SIZE] =
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
static const char other_stamp[DIGEST_HEX_SIZE] =
        "1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
static const uint32_t numbers[] = { 7, 11, 13 };
static const struct image_section written[SECTIONS] = {
	{ "first", 5 },
	{ "", 0 },
	{ numbers, sizeof(numbers) },
};

struct place {
	char folder[PATH_SIZE], file[PATH_SIZE * 2];
	struct buf bytes; /* of a whole file */
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	assert_non_null(place);
	snprintf(place->folder, sizeof(place->folder), "/tmp/dayi-image-XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	snprintf(place->file, sizeof(place->file), "%s/one.index", place->folder);
	assert_int_equal(image_file_write(place->file, stamp, written, SECTIONS), STATUS_OK);
	buf_init(&place->bytes, FILE_MOST);
	assert_int_equal(file_read(place->file, &place->bytes), STATUS_OK);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	unlink(place->file);
	assert_int_equal(rmdir(place->folder), 0); /* nothing else was left there */
	buf_deinit(&place->bytes);
	free(place);
	return 0;
}

static void put(const struct place *place, const char *bytes, size_t size)
{
	FILE *file = fopen(place->file, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static enum status try_open(const struct place *place, const char *of, size_t count)
{
	struct image_section sections[IMAGE_SECTIONS_MOST];
	struct image_file *file = NULL;
	const enum status status = image_file_open(place->file, of, sections, count, &file);
	assert_true((status == STATUS_OK) == (file != NULL));
	image_file_close(file);
	return status;
}

static void what_was_written_is_read_by_several_at_once(void **state)
{
	const struct place *place = *state;
	struct image_file *files[2];
	struct image_section sections[SECTIONS];
	for (int i = 0; i < 2; i++) {
		assert_int_equal(image_file_open(place->file, stamp, sections, SECTIONS, &files[i]),
		                 STATUS_OK);
		assert_int_equal(sections[0].size, 5);
		assert_memory_equal(sections[0].bytes, "first", 5);
		assert_int_equal(sections[1].size, 0);
		assert_int_equal(sections[2].size, sizeof(numbers));
		assert_memory_equal(sections[2].bytes, numbers, sizeof(numbers));
		assert_int_equal((uintptr_t)sections[2].bytes % 64, 0);
	}
	image_file_close(files[0]);
	assert_memory_equal(sections[2].bytes, numbers, sizeof(numbers));
	image_file_close(files[1]);
}

static void a_file_is_its_owners_alone(void **state)
{
	const struct place *place = *state;
	struct stat about;
	assert_int_equal(stat(place->file, &about), 0);
	assert_int_equal(about.st_mode & 07777, 0600);
}

static void a_reader_keeps_what_it_has_when_the_file_is_replaced(void **state)
{
	const struct place *place = *state;
	struct image_section sections[SECTIONS];
	struct image_file *file = NULL;
	assert_int_equal(image_file_open(place->file, stamp, sections, SECTIONS, &file), STATUS_OK);
	assert_int_equal(image_file_write(place->file, other_stamp, written, 1), STATUS_OK);
	assert_memory_equal(sections[2].bytes, numbers, sizeof(numbers));
	image_file_close(file);
	assert_int_equal(try_open(place, stamp, SECTIONS), STATUS_INVALID);
	assert_int_equal(try_open(place, other_stamp, 1), STATUS_OK);
}

static void a_file_of_another_stamp_or_count_is_refused(void **state)
{
	assert_int_equal(try_open(*state, other_stamp, SECTIONS), STATUS_INVALID);
	assert_int_equal(try_open(*state, stamp, SECTIONS - 1), STATUS_INVALID);
	assert_int_equal(try_open(*state, stamp, SECTIONS + 1), STATUS_INVALID);
}

static void any_byte_that_is_altered_is_noticed(void **state)
{
	const struct place *place = *state;
	size_t padding = 0;
	for (size_t at = 0; at < place->bytes.len; at++) {
		place->bytes.ptr[at] ^= 0x10;
		put(place, place->bytes.ptr, place->bytes.len);
		padding += try_open(place, stamp, SECTIONS) == STATUS_OK;
		place->bytes.ptr[at] ^= 0x10;
	}
	/* What is between the sections means nothing: 59 bytes behind "first", 0 to 63 before it.
	 */
	assert_true(padding <= 59 + 63 + 7);
	put(place, place->bytes.ptr, place->bytes.len);
	assert_int_equal(try_open(place, stamp, SECTIONS), STATUS_OK);
}

static void a_file_that_is_cut_off_or_longer_is_refused(void **state)
{
	const struct place *place = *state;
	for (size_t size = 0; size < place->bytes.len; size++) {
		put(place, place->bytes.ptr, size);
		assert_int_equal(try_open(place, stamp, SECTIONS), STATUS_INVALID);
	}
	put(place, buf_text(&place->bytes), place->bytes.len + 1);
	assert_int_equal(try_open(place, stamp, SECTIONS), STATUS_INVALID);
}

static void a_link_a_folder_and_nothing_are_no_files(void **state)
{
	const struct place *place = *state;
	char elsewhere[PATH_SIZE * 2];
	snprintf(elsewhere, sizeof(elsewhere), "%s/elsewhere", place->folder);
	assert_int_equal(rename(place->file, elsewhere), 0);
	assert_int_equal(try_open(place, stamp, SECTIONS), STATUS_NOT_FOUND);
	assert_int_equal(symlink(elsewhere, place->file), 0);
	assert_int_equal(try_open(place, stamp, SECTIONS), STATUS_INVALID);
	assert_int_equal(unlink(place->file), 0);
	assert_int_equal(mkdir(place->file, 0700), 0);
	assert_int_equal(try_open(place, stamp, SECTIONS), STATUS_INVALID);
	assert_int_equal(image_file_write(place->file, stamp, written, SECTIONS), STATUS_IO);
	assert_int_equal(rmdir(place->file), 0);
	assert_int_equal(unlink(elsewhere), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_written_is_read_by_several_at_once, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(a_file_is_its_owners_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		        a_reader_keeps_what_it_has_when_the_file_is_replaced, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_file_of_another_stamp_or_count_is_refused, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(any_byte_that_is_altered_is_noticed, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(a_file_that_is_cut_off_or_longer_is_refused, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(a_link_a_folder_and_nothing_are_no_files, set_up,
		                                tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
