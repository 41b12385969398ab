#include "base/team.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct work {
	atomic_uint next, done, seen[TEAM_MOST];
};

static void take_pieces(void *context, unsigned member)
{
	struct work *work = context;

	atomic_fetch_add(&work->seen[member], 1);
	while (atomic_fetch_add(&work->next, 1) < 1000)
		atomic_fetch_add(&work->done, 1);
}

static void run(unsigned members, bool behind)
{
	struct work work = { 0 };
	const struct team team = { members, behind };

	team_run(&team, take_pieces, &work);
	assert_int_equal(atomic_load(&work.done), 1000);
	for (unsigned i = 0; i < TEAM_MOST; i++)
		assert_int_equal(atomic_load(&work.seen[i]), i < members ? 1 : 0);
}

static void every_member_works_once_and_all_of_it_is_done(void **state)
{
	(void)state;
	for (unsigned members = 1; members <= TEAM_MOST; members++) {
		run(members, false);
		run(members, true);
	}
}

static void there_is_a_processor(void **state)
{
	(void)state;
	assert_true(team_processors() >= 1 && team_processors() <= TEAM_MOST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_member_works_once_and_all_of_it_is_done),
		cmocka_unit_test(there_is_a_processor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
