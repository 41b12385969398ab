#include "office/versions/archive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>

#include <cmocka.h>

#include "base/file.h"
#include "postgres.h"

struct place {
	struct scratch_folder scratch;
	struct buf bytes, other;
};

static int enter(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	assert_non_null(place);
	scratch_make(&place->scratch);
	buf_init(&place->bytes, 1 << 20);
	buf_init(&place->other, 1 << 20);
	*state = place;
	return 0;
}

static int leave(void **state)
{
	struct place *place = *state;

	buf_deinit(&place->bytes);
	buf_deinit(&place->other);
	scratch_remove(&place->scratch);
	free(place);
	return 0;
}

static const char *path_of(const struct place *place, const char *name)
{
	static char path[PATH_SIZE];

	return scratch_path(&place->scratch, name, path);
}

static void write_text(const struct place *place, const char *name, const char *text)
{
	assert_int_equal(file_write(path_of(place, name), span_of(text)), STATUS_OK);
}

static void make_folder(const struct place *place, const char *name)
{
	assert_int_equal(mkdir(path_of(place, name), 0755), 0);
}

/* Two entries in a collection, an empty file, one that is hidden. */
static void write_samples(const struct place *place, const char *folder)
{
	char name[PATH_SIZE];

	make_folder(place, folder);
	snprintf(name, sizeof(name), "%s/anguan", folder);
	make_folder(place, name);
	snprintf(name, sizeof(name), "%s/anguan/01.json", folder);
	write_text(place, name, "{\"id\": \"成绩\"}\n");
	snprintf(name, sizeof(name), "%s/anguan/02.json", folder);
	write_text(place, name, "");
	snprintf(name, sizeof(name), "%s/office.json", folder);
	write_text(place, name, "{}\n");
	snprintf(name, sizeof(name), "%s/.swp", folder);
	write_text(place, name, "half a file");
}

static void a_folder_comes_out_as_it_went_in_without_what_is_hidden(void **state)
{
	struct place *place = *state;
	struct buf text;

	write_samples(place, "a");
	assert_int_equal(archive_pack(path_of(place, "a"), &place->bytes), STATUS_OK);
	assert_int_equal(archive_unpack(buf_span(&place->bytes), path_of(place, "b")), STATUS_OK);
	buf_init(&text, 1000);
	assert_int_equal(file_read(path_of(place, "b/anguan/01.json"), &text), STATUS_OK);
	assert_string_equal(buf_text(&text), "{\"id\": \"成绩\"}\n");
	buf_deinit(&text);
	assert_int_equal(file_kind(path_of(place, "b/anguan/02.json")), FILE_REGULAR);
	assert_int_equal(file_kind(path_of(place, "b/.swp")), FILE_NONE);
	assert_int_equal(archive_pack(path_of(place, "b"), &place->other), STATUS_OK);
	assert_true(span_equal(buf_span(&place->bytes), buf_span(&place->other)));
}

static void the_hash_is_of_the_content_and_not_of_times_or_modes(void **state)
{
	const struct utimbuf long_ago = { 1, 1 };
	struct place *place = *state;
	char hash[DIGEST_HEX_SIZE], same[DIGEST_HEX_SIZE], other[DIGEST_HEX_SIZE];

	write_samples(place, "a");
	assert_int_equal(archive_pack(path_of(place, "a"), &place->bytes), STATUS_OK);
	assert_int_equal(archive_hash(buf_span(&place->bytes), hash), STATUS_OK);
	assert_int_equal(utime(path_of(place, "a/office.json"), &long_ago), 0);
	assert_int_equal(chmod(path_of(place, "a/office.json"), 0600), 0);
	assert_int_equal(archive_pack(path_of(place, "a"), &place->other), STATUS_OK);
	assert_int_equal(archive_hash(buf_span(&place->other), same), STATUS_OK);
	assert_string_equal(hash, same);
	/* The same bytes under another name. */
	write_text(place, "a/officf.json", "{}\n");
	assert_int_equal(remove(path_of(place, "a/office.json")), 0);
	buf_clear(&place->other);
	assert_int_equal(archive_pack(path_of(place, "a"), &place->other), STATUS_OK);
	assert_int_equal(archive_hash(buf_span(&place->other), other), STATUS_OK);
	assert_string_not_equal(hash, other);
}

static void append_field(struct buf *out, const char *text)
{
	const char length[8] = { 0, 0, 0, 0, 0, 0, 0, (char)strlen(text) };

	buf_append(out, length, sizeof(length));
	buf_append_text(out, text);
}

static void a_name_that_leads_out_of_the_folder_is_refused(void **state)
{
	static const char *const names[] = { "../x", "/x",  "a/../x", "a//x", "a/",   "",
		                             ".x",   "a/.", "a/.x/b", "..",   "a/..", "./x" };
	struct place *place = *state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char folder[16];

		snprintf(folder, sizeof(folder), "out%zu", i);
		buf_clear(&place->bytes);
		buf_append_text(&place->bytes, "dayi folder 1\n");
		append_field(&place->bytes, names[i]);
		append_field(&place->bytes, "content");
		assert_int_equal(archive_unpack(buf_span(&place->bytes), path_of(place, folder)),
		                 STATUS_INVALID);
	}
	assert_int_equal(file_kind(path_of(place, "x")), FILE_NONE);
}

static void a_name_that_comes_twice_is_refused(void **state)
{
	struct place *place = *state;

	buf_append_text(&place->bytes, "dayi folder 1\n");
	for (int i = 0; i < 2; i++) {
		append_field(&place->bytes, "a/x.json");
		append_field(&place->bytes, i == 0 ? "{}" : "[]");
	}
	assert_int_equal(archive_unpack(buf_span(&place->bytes), path_of(place, "b")),
	                 STATUS_INVALID);
}

static void what_was_cut_off_anywhere_is_refused(void **state)
{
	struct place *place = *state;
	struct span bytes;

	write_samples(place, "a");
	assert_int_equal(archive_pack(path_of(place, "a"), &place->bytes), STATUS_OK);
	bytes = buf_span(&place->bytes);
	/* But where a file ends: a folder with fewer files, which has another hash. */
	for (size_t len = 0; len < bytes.len; len++) {
		const struct span part = { bytes.ptr, len };
		char folder[32];
		enum status status;

		snprintf(folder, sizeof(folder), "cut%zu", len);
		status = archive_unpack(part, path_of(place, folder));
		if (status != STATUS_OK)
			continue;
		buf_clear(&place->other);
		assert_int_equal(archive_pack(path_of(place, folder), &place->other), STATUS_OK);
		assert_true(span_equal(part, buf_span(&place->other)));
	}
}

static void a_folder_that_is_there_or_is_not_is_said(void **state)
{
	struct place *place = *state;

	assert_int_equal(archive_pack(path_of(place, "none"), &place->bytes), STATUS_NOT_FOUND);
	write_samples(place, "a");
	buf_clear(&place->bytes);
	assert_int_equal(archive_pack(path_of(place, "a"), &place->bytes), STATUS_OK);
	assert_int_equal(archive_unpack(buf_span(&place->bytes), path_of(place, "a")), STATUS_IO);
}

static void files_that_were_listed_make_the_same_archive(void **state)
{
	struct place *place = *state;
	struct embedded_file *files;
	struct arena *arena = NULL;
	size_t count;

	make_folder(place, "f");
	make_folder(place, "f/a");
	make_folder(place, "f/a-b");
	write_text(place, "f/a/x.json", "1");
	write_text(place, "f/a-b/x.json", "");
	write_text(place, "f/a.json", "3");
	assert_int_equal(archive_pack(path_of(place, "f"), &place->bytes), STATUS_OK);
	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	assert_int_equal(archive_list(buf_span(&place->bytes), arena, &files, &count), STATUS_OK);
	assert_int_equal(count, 3);
	for (size_t i = 1; i < count; i++)
		assert_true(archive_order(&files[i - 1], &files[i]) < 0 &&
		            archive_order(&files[i], &files[i - 1]) > 0);
	assert_int_equal(archive_order(&files[0], &files[0]), 0);
	assert_int_equal(archive_write(files, count, &place->other), STATUS_OK);
	assert_true(span_equal(buf_span(&place->bytes), buf_span(&place->other)));
	arena_destroy(arena);
}

/* Packs the folder into the buffer. */
static void repack(struct place *place, struct buf *out)
{
	buf_clear(out);
	assert_int_equal(archive_pack(path_of(place, "f"), out), STATUS_OK);
}

static void a_folder_is_changed_to_that_of_another_archive_and_back(void **state)
{
	struct place *place = *state;
	struct buf now;

	make_folder(place, "f");
	write_text(place, "f/same", "s");
	write_text(place, "f/changed", "old");
	write_text(place, "f/gone", "g");
	repack(place, &place->bytes);
	write_text(place, "f/changed", "new");
	assert_int_equal(remove(path_of(place, "f/gone")), 0);
	make_folder(place, "f/sub");
	write_text(place, "f/sub/more", "m");
	repack(place, &place->other);
	buf_init(&now, 1 << 20);
	assert_int_equal(archive_change(path_of(place, "f"), buf_span(&place->other),
	                                buf_span(&place->bytes)),
	                 STATUS_OK);
	repack(place, &now);
	assert_true(span_equal(buf_span(&now), buf_span(&place->bytes)));
	/* What neither has stays. */
	write_text(place, "f/own", "o");
	assert_int_equal(archive_change(path_of(place, "f"), buf_span(&place->bytes),
	                                buf_span(&place->other)),
	                 STATUS_OK);
	assert_int_equal(file_kind(path_of(place, "f/own")), FILE_REGULAR);
	assert_int_equal(file_kind(path_of(place, "f/gone")), FILE_NONE);
	assert_int_equal(remove(path_of(place, "f/own")), 0);
	repack(place, &now);
	assert_true(span_equal(buf_span(&now), buf_span(&place->other)));
	buf_deinit(&now);
}

int main(void)
{
#define IN_PLACE(test_) cmocka_unit_test_setup_teardown(test_, enter, leave)
	const struct CMUnitTest tests[] = {
		IN_PLACE(a_folder_comes_out_as_it_went_in_without_what_is_hidden),
		IN_PLACE(the_hash_is_of_the_content_and_not_of_times_or_modes),
		IN_PLACE(a_name_that_leads_out_of_the_folder_is_refused),
		IN_PLACE(a_name_that_comes_twice_is_refused),
		IN_PLACE(what_was_cut_off_anywhere_is_refused),
		IN_PLACE(a_folder_that_is_there_or_is_not_is_said),
		IN_PLACE(files_that_were_listed_make_the_same_archive),
		IN_PLACE(a_folder_is_changed_to_that_of_another_archive_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
