#include "service/watch.h"

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

enum { PATH_SIZE = 256 };

static void write_file(const char *folder, const char *name, const char *content)
{
	char path[PATH_SIZE];
	FILE *stream;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	stream = fopen(path, "w");
	assert_non_null(stream);
	fputs(content, stream);
	fclose(stream);
}

static int make_folder(void **state)
{
	static const char pattern[] = "/tmp/dayi-watch-XXXXXX";
	char *folder = malloc(sizeof(pattern));
	char inner[PATH_SIZE];

	assert_non_null(folder);
	memcpy(folder, pattern, sizeof(pattern));
	assert_non_null(mkdtemp(folder));
	snprintf(inner, sizeof(inner), "%s/inner", folder);
	assert_int_equal(mkdir(inner, 0700), 0);
	write_file(folder, "a.json", "1");
	write_file(folder, "inner/b.json", "1");
	*state = folder;
	return 0;
}

static int remove_folder(void **state)
{
	const char *const names[] = { "a.json", "inner/b.json", "inner/c.json", "inner" };
	char path[PATH_SIZE];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", (const char *)*state, names[i]);
		(void)remove(path);
	}
	rmdir(*state);
	free(*state);
	return 0;
}

static uint64_t fingerprint(const char *folder)
{
	uint64_t found = 0;

	assert_int_equal(watch_fingerprint(folder, &found), STATUS_OK);
	return found;
}

static void an_untouched_folder_keeps_its_fingerprint(void **state)
{
	assert_true(fingerprint(*state) == fingerprint(*state));
}

static void a_written_a_new_and_a_removed_file_change_it(void **state)
{
	const char *folder = *state;
	const uint64_t before = fingerprint(folder);
	uint64_t written;
	uint64_t added;
	char path[PATH_SIZE];

	write_file(folder, "inner/b.json", "22");
	written = fingerprint(folder);
	assert_true(written != before);
	write_file(folder, "inner/c.json", "");
	added = fingerprint(folder);
	assert_true(added != written);
	snprintf(path, sizeof(path), "%s/inner/c.json", folder);
	unlink(path);
	assert_true(fingerprint(folder) == written);
}

static void a_missing_folder_has_none(void **state)
{
	uint64_t found;

	(void)state;
	assert_int_equal(watch_fingerprint("/tmp/dayi-none-such", &found), STATUS_NOT_FOUND);
}

static void a_change_is_loaded_once_it_holds_still(void **state)
{
	struct watch watch;

	(void)state;
	watch_loaded(&watch, 1);
	assert_false(watch_should_load(&watch, 1));
	assert_false(watch_should_load(&watch, 2));
	assert_false(watch_should_load(&watch, 3));
	assert_true(watch_should_load(&watch, 3));
	watch_loaded(&watch, 3);
	assert_false(watch_should_load(&watch, 3));
}

static void a_change_taken_back_is_none(void **state)
{
	struct watch watch;

	(void)state;
	watch_loaded(&watch, 1);
	assert_false(watch_should_load(&watch, 2));
	assert_false(watch_should_load(&watch, 1));
	assert_false(watch_should_load(&watch, 1));
}

int main(void)
{
#define IN_FOLDER(test_) cmocka_unit_test_setup_teardown(test_, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(an_untouched_folder_keeps_its_fingerprint),
		IN_FOLDER(a_written_a_new_and_a_removed_file_change_it),
		cmocka_unit_test(a_missing_folder_has_none),
		cmocka_unit_test(a_change_is_loaded_once_it_holds_still),
		cmocka_unit_test(a_change_taken_back_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
