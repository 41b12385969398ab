#include "base/core_dumps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Exit status 0: all is off. */
static void check_in_child(void)
{
	struct rlimit limit;

	if (core_dumps_off() != STATUS_OK)
		_exit(1);
	if (getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_cur != 0 || limit.rlim_max != 0)
		_exit(2);
	if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
		_exit(3);
	_exit(0);
}

static int status_of_child(void (*run)(void))
{
	const pid_t child = fork();
	int status = -1;

	assert_true(child >= 0);
	if (child == 0)
		run();
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void after_it_neither_a_file_nor_a_program_gets_a_dump(void **state)
{
	(void)state;
	assert_int_equal(status_of_child(check_in_child), 0);
}

static void crash_in_child(void)
{
	if (core_dumps_off() != STATUS_OK)
		_exit(1);
	abort();
}

static void a_crash_after_it_dumps_nothing(void **state)
{
	int status;

	(void)state;
	status = status_of_child(crash_in_child);
	assert_true(WIFSIGNALED(status));
	assert_false(WCOREDUMP(status));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(after_it_neither_a_file_nor_a_program_gets_a_dump),
		cmocka_unit_test(a_crash_after_it_dumps_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
