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
#include "base/image_file.h"

enum { PATH_SIZE = 128, FILE_MOST = 1 << 20, SLOTS = 3, MUTATIONS = 3000 };

static const char stamp[DIGEST_HEX_SIZE] =
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
static const char other_stamp[DIGEST_HEX_SIZE] =
        "1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
static const uint32_t numbers[] = { 7, 11, 13 };

struct node {
	const char *text;
	const struct node *next;
	void **slot;
};

struct place {
	char folder[PATH_SIZE], file[PATH_SIZE * 2];
	size_t root;      /* of the pack */
	struct buf bytes; /* of a whole file */
};

static size_t fill(struct pack *pack)
{
	const size_t root = pack_add(pack, NULL, sizeof(struct node));
	const size_t next = pack_add(pack, NULL, sizeof(struct node));
	pack_point(pack, root + offsetof(struct node, text), pack_text(pack, "一"));
	pack_point(pack, root + offsetof(struct node, next), next);
	pack_point(pack, next + offsetof(struct node, text), pack_text(pack, "二"));
	pack_point_to_slot(pack, next + offsetof(struct node, slot), pack_slots(pack, SLOTS) + 1);
	return root;
}

static enum status write_it(const struct place *place, const char *of, size_t *root)
{
	struct image_draft draft = { .count = 0 };
	assert_int_equal(pack_create(&draft.pack, 1 << 16), STATUS_OK);
	*root = fill(draft.pack);
	image_draft_add(&draft, "first", "first", 5, 1);
	image_draft_add(&draft, "empty", NULL, 0, 4);
	image_draft_add(&draft, "numbers", numbers, 3, sizeof(*numbers));
	assert_int_equal(image_draft_copy(&draft, "copied", "copy", 4), STATUS_OK);
	const enum status status = image_file_write(place->file, of, &draft);
	pack_destroy(draft.pack);
	image_draft_deinit(&draft);
	return status;
}

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	assert_non_null(place);
	snprintf(place->folder, sizeof(place->folder), "/tmp/dayi-image-XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	snprintf(place->file, sizeof(place->file), "%s/one.index", place->folder);
	assert_int_equal(write_it(place, stamp, &place->root), STATUS_OK);
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

static enum status try_open(const struct place *place, const char *of)
{
	struct image_file *file = NULL;
	const enum status status = image_file_open(place->file, of, &file);
	assert_true((status == STATUS_OK) == (file != NULL));
	image_file_close(file);
	return status;
}

static void assert_whole(const struct place *place, const struct image_file *file)
{
	size_t count;
	assert_memory_equal(image_file_items(file, "first", 1, &count), "first", 5);
	assert_int_equal(count, 5);
	assert_non_null(image_file_items(file, "empty", 4, &count));
	assert_int_equal(count, 0);
	const void *found = image_file_array(file, "numbers", sizeof(*numbers), 3);
	assert_memory_equal(found, numbers, sizeof(numbers));
	assert_int_equal((uintptr_t)found % 64, 0);
	assert_memory_equal(image_file_array(file, "copied", 4, 1), "copy", 4);
	const struct node *root = image_file_packed(file, place->root, sizeof(*root));
	assert_string_equal(root->text, "一");
	assert_string_equal(root->next->text, "二");
	assert_null(root->slot);
	assert_null(root->next->next);
	void **slots = image_file_slots(file, &count);
	assert_int_equal(count, SLOTS);
	assert_ptr_equal(root->next->slot, &slots[1]);
}

static void what_was_written_is_read_by_several_at_once(void **state)
{
	const struct place *place = *state;
	struct image_file *files[3];
	for (int i = 0; i < 3; i++) {
		assert_int_equal(image_file_open(place->file, stamp, &files[i]), STATUS_OK);
		assert_whole(place, files[i]);
	}
	/* One lies where it was made for, at most; the others were put right. */
	assert_false(image_file_is_in_place(files[1]) && image_file_is_in_place(files[2]));
	image_file_close(files[0]);
	assert_whole(place, files[1]);
	image_file_close(files[1]);
	assert_whole(place, files[2]);
	image_file_close(files[2]);
}

static void slots_are_the_mappings_own(void **state)
{
	const struct place *place = *state;
	struct image_file *one = NULL, *other = NULL;
	size_t count;
	assert_int_equal(image_file_open(place->file, stamp, &one), STATUS_OK);
	assert_int_equal(image_file_open(place->file, stamp, &other), STATUS_OK);
	image_file_slots(one, &count)[1] = &count;
	assert_null(image_file_slots(other, &count)[1]);
	const struct node *root = image_file_packed(one, place->root, sizeof(*root));
	assert_ptr_equal(*root->next->slot, &count);
	image_file_close(one);
	image_file_close(other);
}

static void what_is_not_there_is_not_found(void **state)
{
	const struct place *place = *state;
	struct image_file *file = NULL;
	size_t count;
	assert_int_equal(image_file_open(place->file, stamp, &file), STATUS_OK);
	assert_null(image_file_items(file, "nothing", 1, &count));
	assert_null(image_file_items(file, "first", 2, &count)); /* 5 bytes are no twos */
	assert_null(image_file_array(file, "numbers", sizeof(*numbers), 4));
	assert_null(image_file_packed(file, 1 << 20, 1));
	assert_null(image_file_packed(file, place->root, 1 << 20));
	assert_null(image_file_packed(file, place->root + 1, 1));
	image_file_close(file);
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
	struct image_file *file = NULL;
	size_t root;
	assert_int_equal(image_file_open(place->file, stamp, &file), STATUS_OK);
	assert_int_equal(write_it(place, other_stamp, &root), STATUS_OK);
	assert_whole(place, file);
	image_file_close(file);
	assert_int_equal(try_open(place, stamp), STATUS_INVALID);
	assert_int_equal(try_open(place, other_stamp), STATUS_OK);
}

static void any_byte_that_is_altered_is_noticed(void **state)
{
	const struct place *place = *state;
	for (size_t at = 0; at < place->bytes.len; at++) {
		place->bytes.ptr[at] ^= 0x10;
		put(place, place->bytes.ptr, place->bytes.len);
		assert_int_equal(try_open(place, stamp), STATUS_INVALID);
		place->bytes.ptr[at] ^= 0x10;
	}
	put(place, place->bytes.ptr, place->bytes.len);
	assert_int_equal(try_open(place, stamp), STATUS_OK);
}

/* splitmix64 (Steele, Lea and Flood 2014). */
static uint64_t draw(uint64_t *random)
{
	uint64_t z = *random += 0x9e3779b97f4a7c15U;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

/* Some bytes anew, a piece moved over another, the end cut off: the head most of all. */
static size_t mutate(char *bytes, size_t size, uint64_t *random)
{
	const size_t within = draw(random) % 2 ? size : 512;
	for (uint64_t i = draw(random) % 8; i > 0; i--)
		bytes[draw(random) % within] = (char)draw(random);
	if (draw(random) % 3 == 0) {
		const size_t length = draw(random) % 64, from = draw(random) % (size - 64);
		memmove(bytes + draw(random) % (size - 64), bytes + from, length);
	}
	return draw(random) % 4 ? size : draw(random) % size;
}

static void no_mutation_is_taken_or_does_harm(void **state)
{
	const struct place *place = *state;
	const size_t size = place->bytes.len;
	uint64_t random = 20261129;
	char *bytes = malloc(size);
	assert_non_null(bytes);
	for (int i = 0; i < MUTATIONS; i++) {
		memcpy(bytes, place->bytes.ptr, size);
		const size_t left = mutate(bytes, size, &random);
		const bool same = left == size && memcmp(bytes, place->bytes.ptr, size) == 0;
		put(place, bytes, left);
		assert_int_equal(try_open(place, stamp), same ? STATUS_OK : STATUS_INVALID);
	}
	free(bytes);
}

static void a_file_that_is_cut_off_or_longer_is_refused(void **state)
{
	const struct place *place = *state;
	for (size_t size = 0; size < place->bytes.len; size += 1 + size / 256) {
		put(place, place->bytes.ptr, size);
		assert_int_equal(try_open(place, stamp), STATUS_INVALID);
	}
	put(place, buf_text(&place->bytes), place->bytes.len + 1);
	assert_int_equal(try_open(place, stamp), STATUS_INVALID);
}

static void a_link_a_folder_and_nothing_are_no_files(void **state)
{
	const struct place *place = *state;
	char elsewhere[PATH_SIZE * 2];
	size_t root;
	snprintf(elsewhere, sizeof(elsewhere), "%s/elsewhere", place->folder);
	assert_int_equal(rename(place->file, elsewhere), 0);
	assert_int_equal(try_open(place, stamp), STATUS_NOT_FOUND);
	assert_int_equal(symlink(elsewhere, place->file), 0);
	assert_int_equal(try_open(place, stamp), STATUS_INVALID);
	assert_int_equal(unlink(place->file), 0);
	assert_int_equal(mkdir(place->file, 0700), 0);
	assert_int_equal(try_open(place, stamp), STATUS_INVALID);
	assert_int_equal(write_it(place, stamp, &root), STATUS_IO);
	assert_int_equal(rmdir(place->file), 0);
	assert_int_equal(unlink(elsewhere), 0);
}

#define IN_A_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_PLACE(what_was_written_is_read_by_several_at_once),
		IN_A_PLACE(slots_are_the_mappings_own),
		IN_A_PLACE(what_is_not_there_is_not_found),
		IN_A_PLACE(a_file_is_its_owners_alone),
		IN_A_PLACE(a_reader_keeps_what_it_has_when_the_file_is_replaced),
		IN_A_PLACE(any_byte_that_is_altered_is_noticed),
		IN_A_PLACE(no_mutation_is_taken_or_does_harm),
		IN_A_PLACE(a_file_that_is_cut_off_or_longer_is_refused),
		IN_A_PLACE(a_link_a_folder_and_nothing_are_no_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
