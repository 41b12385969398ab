#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/folder_print.h"

enum { PATH_SIZE = 256 };

struct place {
	char folder[PATH_SIZE], inner[PATH_SIZE * 2], file[PATH_SIZE * 3];
};

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	assert_non_null(place);
	snprintf(place->folder, sizeof(place->folder), "/tmp/dayi-print-XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	snprintf(place->inner, sizeof(place->inner), "%s/inner", place->folder);
	snprintf(place->file, sizeof(place->file), "%s/one.json", place->inner);
	assert_int_equal(mkdir(place->inner, 0700), 0);
	write_file(place->file, "abc");
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	unlink(place->file);
	rmdir(place->inner);
	assert_int_equal(rmdir(place->folder), 0);
	free(place);
	return 0;
}

static struct folder_print print_of(const struct place *place)
{
	struct folder_print print;
	assert_int_equal(folder_print_take(place->folder, &print), STATUS_OK);
	assert_int_equal(strlen(print.hex), DIGEST_HEX_SIZE - 1);
	return print;
}

static void the_same_folder_has_the_same_print(void **state)
{
	assert_string_equal(print_of(*state).hex, print_of(*state).hex);
}

/* The size and mtime stay; ctime cannot be made to. */
static void a_file_that_hides_its_change_is_noticed(void **state)
{
	const struct place *place = *state;
	struct stat before;
	assert_int_equal(stat(place->file, &before), 0);
	const struct folder_print old = print_of(place);
	struct timespec pause = { 0, 20000000 }; /* several ticks of the clock of files */
	nanosleep(&pause, NULL);
	write_file(place->file, "abd");
	const struct timespec times[2] = { before.st_atim, before.st_mtim };
	assert_int_equal(utimensat(AT_FDCWD, place->file, times, 0), 0);
	assert_string_not_equal(print_of(place).hex, old.hex);
}

static void a_file_more_or_less_or_of_another_name_is_noticed(void **state)
{
	struct place *place = *state;
	char other[PATH_SIZE * 3];
	snprintf(other, sizeof(other), "%s/two.json", place->inner);
	const struct folder_print old = print_of(place);
	write_file(other, "");
	const struct folder_print more = print_of(place);
	assert_string_not_equal(more.hex, old.hex);
	assert_int_equal(unlink(place->file), 0);
	assert_string_not_equal(print_of(place).hex, more.hex);
	assert_int_equal(rename(other, place->file), 0);
	assert_string_not_equal(print_of(place).hex, old.hex);
}

static void what_has_just_changed_is_not_settled(void **state)
{
	struct folder_print print = print_of(*state);
	assert_false(folder_print_is_settled(&print));
	print.taken_s = print.changed_s + 2;
	assert_true(folder_print_is_settled(&print));
	print.taken_s = print.changed_s - 10; /* a change of tomorrow */
	assert_false(folder_print_is_settled(&print));
}

static void a_folder_that_is_not_there_has_none(void **state)
{
	struct folder_print print;
	(void)state;
	assert_int_equal(folder_print_take("/nowhere/at/all", &print), STATUS_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_same_folder_has_the_same_print, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(a_file_that_hides_its_change_is_noticed, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(a_file_more_or_less_or_of_another_name_is_noticed,
		                                set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_has_just_changed_is_not_settled, set_up,
		                                tear_down),
		cmocka_unit_test(a_folder_that_is_not_there_has_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
