/* What group chats keep, asked for from a loop and done in jobs. */
#include "service/groups/group_keep.h"

#include "office/records/support.h"

#include <string.h>

#include "run/fake_loop.h"

enum { CLAIMS = 6 };

struct setting {
	struct scratch_folder scratch;
	struct fake_loop fake;
	struct jobs *jobs;
	struct group_keep *keep;
	int64_t now_us; /* the job's */
	unsigned first, again;
};

/* Each look takes a second: so long does each errand. */
static int64_t slow_us(void *context)
{
	struct setting *setting = context;

	setting->now_us += 1000000;
	return setting->now_us;
}

static int64_t slow_ms(void *context)
{
	return ((const struct setting *)context)->now_us / 1000;
}

static void open_keep(struct setting *setting, const char *store)
{
	const struct group_keep_settings settings = {
		.store = store,
		.busy_ms = 2000,
		.holder = "",
	};
	const struct group_keep_tools tools = {
		.loop = setting->fake.loop,
		.jobs = setting->jobs,
		.clock = { slow_ms, slow_us, setting },
	};

	assert_int_equal(group_keep_open(&setting->keep, &settings, &tools), STATUS_OK);
}

static void note_claim(void *context, const struct group_kept *kept)
{
	struct setting *setting = context;

	assert_int_equal(kept->status, STATUS_OK);
	assert_int_equal(kept->turn, GROUP_TURN_TAKEN);
	setting->first += kept->first_ms == 0;
	setting->again += kept->first_ms != 0;
}

static void claim_all(struct setting *setting)
{
	char key[] = "message 0";

	for (int i = 0; i < CLAIMS; i++) {
		key[sizeof(key) - 2] = (char)('0' + i);
		assert_int_equal(group_keep_claim(setting->keep, key, "", GROUP_CLAIM_FIRST,
		                                  note_claim, setting),
		                 STATUS_OK);
	}
}

/* Other machines wait for the store for two seconds. */
static void a_slow_transaction_ends_early_and_the_rest_comes_in_the_next(void **state)
{
	struct setting setting = { .first = 0 };
	struct job_limits limits[JOB_CLASSES] = { [JOB_GROUPS] = { 1, 2 } };
	char path[PATH_SIZE];
	unsigned before;

	(void)state;
	scratch_make(&setting.scratch);
	fake_loop_make(&setting.fake);
	assert_int_equal(jobs_create(&setting.jobs, setting.fake.loop, limits), STATUS_OK);
	open_keep(&setting, scratch_path(&setting.scratch, "groups.db", path));
	claim_all(&setting);
	claim_all(&setting);
	while (setting.first + setting.again < 2 * CLAIMS) {
		before = setting.first + setting.again;
		assert_true(fake_loop_await(&setting.fake));
		fake_loop_run(&setting.fake, 0);
		assert_in_range(setting.first + setting.again - before, 0, 1);
	}
	/* In the order in which they were asked for, each once. */
	assert_int_equal(setting.first, CLAIMS);
	assert_int_equal(setting.again, CLAIMS);
	group_keep_stop(setting.keep);
	fake_loop_stop_jobs(&setting.fake, setting.jobs);
	group_keep_close(setting.keep);
	jobs_destroy(setting.jobs);
	fake_loop_end(&setting.fake);
	scratch_remove(&setting.scratch);
}

/* What is to be written at the end has no job behind it. */
static void the_last_transaction_takes_all(void **state)
{
	struct setting setting = { .first = 0 };
	struct job_limits limits[JOB_CLASSES] = { [JOB_GROUPS] = { 1, 2 } };
	char path[PATH_SIZE];

	(void)state;
	scratch_make(&setting.scratch);
	fake_loop_make(&setting.fake);
	assert_int_equal(jobs_create(&setting.jobs, setting.fake.loop, limits), STATUS_OK);
	open_keep(&setting, scratch_path(&setting.scratch, "groups.db", path));
	claim_all(&setting);
	assert_true(fake_loop_await(&setting.fake));
	group_keep_stop(setting.keep);
	fake_loop_run(&setting.fake, 0);
	fake_loop_stop_jobs(&setting.fake, setting.jobs);
	assert_int_equal(setting.first, CLAIMS);
	group_keep_close(setting.keep);
	jobs_destroy(setting.jobs);
	fake_loop_end(&setting.fake);
	scratch_remove(&setting.scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slow_transaction_ends_early_and_the_rest_comes_in_the_next),
		cmocka_unit_test(the_last_transaction_takes_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
