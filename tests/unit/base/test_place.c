#include "base/place.h"

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

/* Each test stands in an empty folder of its own. */
static int enter(void **state)
{
	char *folder = strdup("/tmp/dayi-place-XXXXXX");

	assert_non_null(folder);
	assert_non_null(mkdtemp(folder));
	*state = folder;
	return chdir(folder);
}

static int leave(void **state)
{
	(void)rmdir("knowledge");
	(void)rmdir("var");
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(*state), 0);
	free(*state);
	return 0;
}

static void a_knowledge_folder_here_is_taken_and_so_is_var(void **state)
{
	char path[PLACE_SIZE];

	(void)state;
	assert_int_equal(mkdir("knowledge", 0700), 0);
	assert_string_equal(place_find(&place_knowledge, path), "knowledge");
	assert_string_equal(place_state("journal.db", path), "var/journal.db");
}

static void a_var_folder_here_is_taken(void **state)
{
	char path[PLACE_SIZE];

	(void)state;
	assert_int_equal(mkdir("var", 0700), 0);
	assert_string_equal(place_state("audit.db", path), "var/audit.db");
}

/* The program of this test stands in BUILD/bin, as dayi does. */
static void elsewhere_the_folders_beside_the_program_are_taken(void **state)
{
	char path[PLACE_SIZE];

	(void)state;
	assert_string_equal(place_find(&place_knowledge, path),
	                    DAYI_BINARY_DIR "/share/dayi/knowledge");
	assert_string_equal(place_state("journal.db", path), DAYI_SOURCE_DIR "/var/journal.db");
}

static void the_var_of_the_root_is_not_taken(void **state)
{
	char path[PLACE_SIZE];

	(void)state;
	assert_int_equal(chdir("/"), 0);
	assert_string_equal(place_state("journal.db", path), DAYI_SOURCE_DIR "/var/journal.db");
}

static void a_folder_that_is_nowhere_is_named_as_it_was_wanted(void **state)
{
	static const struct place_folder nowhere = { "no/such", "no-such" };
	char path[PLACE_SIZE];

	(void)state;
	assert_string_equal(place_find(&nowhere, path), "no/such");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_knowledge_folder_here_is_taken_and_so_is_var,
		                                enter, leave),
		cmocka_unit_test_setup_teardown(a_var_folder_here_is_taken, enter, leave),
		cmocka_unit_test_setup_teardown(elsewhere_the_folders_beside_the_program_are_taken,
		                                enter, leave),
		cmocka_unit_test_setup_teardown(the_var_of_the_root_is_not_taken, enter, leave),
		cmocka_unit_test_setup_teardown(a_folder_that_is_nowhere_is_named_as_it_was_wanted,
		                                enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
