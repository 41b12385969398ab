#include <errno.h>
#include <fcntl.h>
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

/* Each test works in a new folder, which is the process's own while it runs. */
struct place {
	char folder[256];
	struct arena *arena;
};

static int enter(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	snprintf(place->folder, sizeof(place->folder), "%s/test_file.XXXXXX", DAYI_BINARY_DIR);
	if (!mkdtemp(place->folder) || chdir(place->folder) != 0)
		return -1;
	*state = place;
	return arena_create(&place->arena, 1 << 20) == STATUS_OK ? 0 : -1;
}

static int leave(void **state)
{
	struct place *place = *state;
	char command[300];
	int result;

	snprintf(command, sizeof(command), "rm -rf '%s'", place->folder);
	result = chdir("/");
	if (result == 0)
		result = system(command);
	arena_destroy(place->arena);
	free(place);
	return result;
}

static void what_is_written_is_read_back(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 100);
	assert_int_equal(file_write("a", (struct span){ "x\0y", 3 }), STATUS_OK);
	buf_append_text(&buf, "before ");
	assert_int_equal(file_read("a", &buf), STATUS_OK);
	assert_int_equal(buf.len, 10);
	assert_memory_equal(buf_text(&buf), "before x\0y", 10);
	assert_int_equal(file_write("a", span_of("")), STATUS_OK);
	buf_clear(&buf);
	assert_int_equal(file_read("a", &buf), STATUS_OK);
	assert_int_equal(buf.len, 0);
	buf_deinit(&buf);
}

static void a_large_file_is_read_whole(void **state)
{
	enum { SIZE = 300001 };
	char *bytes = malloc(SIZE);
	struct buf buf;

	(void)state;
	for (size_t i = 0; i < SIZE; i++)
		bytes[i] = (char)(i * 7 % 251);
	buf_init(&buf, SIZE);
	assert_int_equal(file_write("large", (struct span){ bytes, SIZE }), STATUS_OK);
	assert_int_equal(file_read("large", &buf), STATUS_OK);
	assert_int_equal(buf.len, SIZE);
	assert_memory_equal(buf_text(&buf), bytes, SIZE);
	buf_deinit(&buf);
	free(bytes);
}

static void a_file_over_the_ceiling_is_refused(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 5);
	assert_int_equal(file_write("a", span_of("123456")), STATUS_OK);
	assert_int_equal(file_read("a", &buf), STATUS_LIMIT);
	buf_clear(&buf);
	/* A device does not say how large it is. */
	assert_int_equal(file_read("/dev/zero", &buf), STATUS_LIMIT);
	buf_deinit(&buf);
}

static void what_can_not_be_read_says_why(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 5);
	assert_int_equal(file_read("missing", &buf), STATUS_NOT_FOUND);
	assert_int_equal(file_read(".", &buf), STATUS_IO);
	buf_deinit(&buf);
}

static void a_write_replaces_the_file_and_keeps_its_mode(void **state)
{
	struct stat before, after;
	struct file_list list;
	struct place *place = *state;

	assert_int_equal(file_write("a", span_of("old")), STATUS_OK);
	assert_int_equal(chmod("a", 0640), 0);
	assert_int_equal(stat("a", &before), 0);
	assert_int_equal(file_write("a", span_of("new")), STATUS_OK);
	assert_int_equal(stat("a", &after), 0);
	assert_int_equal(after.st_mode & 07777, 0640);
	assert_int_not_equal(after.st_ino, before.st_ino);
	assert_int_equal(file_list(".", place->arena, &list), STATUS_OK);
	assert_int_equal(list.count, 1);
}

static size_t hidden_files(void)
{
	size_t count = 0;
	FILE *stream = popen("ls -A | grep -c '^[.]'", "r");

	assert_int_equal(fscanf(stream, "%zu", &count), 1);
	pclose(stream);
	return count;
}

static void a_failed_write_leaves_nothing_behind(void **state)
{
	(void)state;
	assert_int_equal(file_write("no/such/folder/a", span_of("x")), STATUS_NOT_FOUND);
	assert_int_equal(mkdir("taken", 0777), 0);
	assert_int_equal(file_write("taken", span_of("x")), STATUS_IO);
	assert_int_equal(hidden_files(), 0);
}

static void the_leftover_of_a_crash_does_not_stop_a_write(void **state)
{
	char name[64];

	(void)state;
	snprintf(name, sizeof(name), ".dayi-%ld-0.tmp", (long)getpid());
	close(open(name, O_CREAT | O_WRONLY, 0600));
	assert_int_equal(file_write("a", span_of("x")), STATUS_OK);
	assert_int_equal(file_kind("a"), FILE_REGULAR);
}

static void folders_are_made_with_their_parents(void **state)
{
	(void)state;
	assert_int_equal(file_make_folder("a/b/c"), STATUS_OK);
	assert_int_equal(file_kind("a/b/c"), FILE_FOLDER);
	assert_int_equal(file_make_folder("a/b/c"), STATUS_OK);
	assert_int_equal(file_make_folder("a/b//d/"), STATUS_OK);
	assert_int_equal(file_kind("a/b/d"), FILE_FOLDER);
	assert_int_equal(file_make_folder("/"), STATUS_OK);
}

static void a_tree_is_removed_and_what_its_links_lead_to_is_not(void **state)
{
	(void)state;
	assert_int_equal(file_make_folder("away/deep"), STATUS_OK);
	assert_int_equal(file_write("away/deep/x", span_of("x")), STATUS_OK);
	assert_int_equal(file_make_folder("tree/a/b"), STATUS_OK);
	assert_int_equal(file_write("tree/a/b/y", span_of("y")), STATUS_OK);
	assert_int_equal(symlink("../away", "tree/link"), 0);
	file_remove_tree("tree");
	assert_int_equal(file_kind("tree"), FILE_NONE);
	assert_int_equal(file_kind("away/deep/x"), FILE_REGULAR);
	file_remove_tree("away/deep/x");
	assert_int_equal(file_kind("away/deep/x"), FILE_NONE);
	file_remove_tree("none");
}

static void a_file_in_the_way_of_a_folder_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(file_write("a", span_of("x")), STATUS_OK);
	assert_int_equal(file_make_folder("a"), STATUS_IO);
	assert_int_equal(file_make_folder("a/b"), STATUS_IO);
	assert_int_equal(file_make_folder(""), STATUS_IO);
}

static unsigned mode_of(const char *path)
{
	struct stat about;

	assert_int_equal(stat(path, &about), 0);
	return about.st_mode & 07777;
}

static void folders_of_private_files_are_their_owners_only(void **state)
{
	const mode_t usual = umask(022);

	(void)state;
	assert_int_equal(file_make_private_folder_of("a/b/file"), STATUS_OK);
	assert_int_equal(mode_of("a"), 0700);
	assert_int_equal(mode_of("a/b"), 0700);
	assert_int_equal(file_make_private("c/key", span_of("x")), STATUS_OK);
	assert_int_equal(mode_of("c"), 0700);
	assert_int_equal(mode_of("c/key"), 0600);
	assert_int_equal(mkdir("open", 0755), 0);
	assert_int_equal(file_make_private_folder_of("open/file"), STATUS_OK);
	assert_int_equal(mode_of("open"), 0755);
	umask(usual);
}

static void kinds_are_told_apart(void **state)
{
	(void)state;
	assert_int_equal(file_kind("nothing"), FILE_NONE);
	assert_int_equal(file_kind("."), FILE_FOLDER);
	assert_int_equal(file_kind("/dev/null"), FILE_OTHER);
}

static void a_list_is_sorted_by_byte_and_without_hidden_names(void **state)
{
	static const char *const names[] = { "b.json", ".hidden", "答.json", "B.json",
		                             "a",      "10",      "9" };
	static const char *const sorted[] = { "10", "9", "B.json", "a", "b.json", "答.json" };
	struct place *place = *state;
	struct file_list list;

	for (size_t i = 0; i < 7; i++)
		assert_int_equal(file_write(names[i], span_of("")), STATUS_OK);
	assert_int_equal(file_list(".", place->arena, &list), STATUS_OK);
	assert_int_equal(list.count, 6);
	for (size_t i = 0; i < 6; i++)
		assert_string_equal(list.names[i], sorted[i]);
}

static void a_list_of_nothing_is_empty_and_of_no_folder_is_not_found(void **state)
{
	struct place *place = *state;
	struct file_list list;

	assert_int_equal(file_list(".", place->arena, &list), STATUS_OK);
	assert_int_equal(list.count, 0);
	assert_int_equal(file_list("missing", place->arena, &list), STATUS_NOT_FOUND);
}

static void a_list_larger_than_the_arena_is_out_of_memory(void **state)
{
	struct arena *small = NULL;
	struct file_list list;

	(void)state;
	assert_int_equal(arena_create(&small, 40), STATUS_OK);
	assert_int_equal(file_write("a-rather-long-name-1", span_of("")), STATUS_OK);
	assert_int_equal(file_write("a-rather-long-name-2", span_of("")), STATUS_OK);
	assert_int_equal(file_list(".", small, &list), STATUS_NO_MEMORY);
	arena_destroy(small);
}

static void a_join_puts_one_slash_between(void **state)
{
	struct place *place = *state;

	assert_string_equal(file_join(place->arena, "a", "b"), "a/b");
	assert_string_equal(file_join(place->arena, "a/", "b"), "a/b");
	assert_string_equal(file_join(place->arena, "", "b"), "b");
}

/* errno is that of the step that failed, not of a look afterwards. */
static void a_failure_leaves_the_reason(void **state)
{
	(void)state;
	assert_int_equal(file_write("plain", span_of("x")), STATUS_OK);
	errno = 0;
	assert_int_not_equal(file_make_folder("plain/in-it"), STATUS_OK);
	assert_int_equal(errno, ENOTDIR);
	errno = 0;
	assert_int_not_equal(file_write("plain/in-it", span_of("x")), STATUS_OK);
	assert_int_equal(errno, ENOTDIR);
	assert_string_equal(file_reason(EACCES), "permission denied");
	assert_string_equal(file_reason(ENOSPC), "no space is left on the disk");
	assert_string_equal(file_failure(STATUS_LIMIT), "limit exceeded");
}

static void a_file_is_locked_by_one_at_a_time(void **state)
{
	int lock, other;

	(void)state;
	assert_int_equal(file_lock("new/a.lock", &lock), STATUS_OK);
	assert_int_equal(file_lock("new/a.lock", &other), STATUS_BUSY);
	assert_int_equal(other, -1);
	file_unlock(other);
	file_unlock(lock);
	assert_int_equal(file_lock("new/a.lock", &lock), STATUS_OK);
	file_unlock(lock);
	assert_int_equal(file_lock("/proc/none/a.lock", &other), STATUS_IO);
	assert_int_equal(other, -1);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(a_file_is_locked_by_one_at_a_time),
		IN_FOLDER(a_failure_leaves_the_reason),
		IN_FOLDER(what_is_written_is_read_back),
		IN_FOLDER(a_large_file_is_read_whole),
		IN_FOLDER(a_file_over_the_ceiling_is_refused),
		IN_FOLDER(what_can_not_be_read_says_why),
		IN_FOLDER(a_write_replaces_the_file_and_keeps_its_mode),
		IN_FOLDER(a_failed_write_leaves_nothing_behind),
		IN_FOLDER(the_leftover_of_a_crash_does_not_stop_a_write),
		IN_FOLDER(folders_are_made_with_their_parents),
		IN_FOLDER(a_tree_is_removed_and_what_its_links_lead_to_is_not),
		IN_FOLDER(a_file_in_the_way_of_a_folder_is_an_error),
		IN_FOLDER(folders_of_private_files_are_their_owners_only),
		IN_FOLDER(kinds_are_told_apart),
		IN_FOLDER(a_list_is_sorted_by_byte_and_without_hidden_names),
		IN_FOLDER(a_list_of_nothing_is_empty_and_of_no_folder_is_not_found),
		IN_FOLDER(a_list_larger_than_the_arena_is_out_of_memory),
		IN_FOLDER(a_join_puts_one_slash_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
