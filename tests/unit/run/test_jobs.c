#include "run/jobs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "run/fake_loop.h"

enum { WIDTH = 3, MOST = 16, MANY = 2000 };

/* Jobs wait at a gate, so that a test decides when one ends. */
struct setting {
	struct fake_loop fake;
	struct jobs *jobs;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool shut;
	unsigned at_gate, inside, inside_most;
	unsigned lanes; /* in use now, a bit each */
	bool lane_twice;
	unsigned ran, done; /* in all */
};

struct piece {
	struct job job;
	struct setting *setting;
	unsigned ran, done;
	bool again; /* added once more from its done */
};

static void run_piece(void *context, unsigned lane)
{
	struct piece *piece = context;
	struct setting *setting = piece->setting;

	pthread_mutex_lock(&setting->mutex);
	if (setting->lanes & (1u << lane) || lane >= WIDTH)
		setting->lane_twice = true;
	setting->lanes |= 1u << lane;
	setting->inside++;
	if (setting->inside > setting->inside_most)
		setting->inside_most = setting->inside;
	setting->at_gate++;
	pthread_cond_broadcast(&setting->changed);
	while (setting->shut)
		pthread_cond_wait(&setting->changed, &setting->mutex);
	setting->inside--;
	setting->lanes &= ~(1u << lane);
	setting->ran++;
	piece->ran++;
	pthread_mutex_unlock(&setting->mutex);
}

static void piece_done(void *context)
{
	struct piece *piece = context;

	piece->done++;
	piece->setting->done++;
	if (piece->again) {
		piece->again = false;
		assert_int_equal(jobs_add(piece->setting->jobs, JOB_RECORDS, &piece->job),
		                 STATUS_OK);
	}
}

static struct piece piece_of(struct setting *setting)
{
	return (struct piece){ .job = { .run = run_piece, .done = piece_done },
		               .setting = setting };
}

static enum status add(struct piece *piece, enum job_class class)
{
	piece->job.context = piece;
	return jobs_add(piece->setting->jobs, class, &piece->job);
}

static void set_gate(struct setting *setting, bool shut)
{
	pthread_mutex_lock(&setting->mutex);
	setting->shut = shut;
	pthread_cond_broadcast(&setting->changed);
	pthread_mutex_unlock(&setting->mutex);
}

static void await_at_gate(struct setting *setting, unsigned count)
{
	pthread_mutex_lock(&setting->mutex);
	while (setting->at_gate < count)
		pthread_cond_wait(&setting->changed, &setting->mutex);
	pthread_mutex_unlock(&setting->mutex);
}

static int set_up(void **state)
{
	static const struct job_limits limits[JOB_CLASSES] = { [JOB_KNOWLEDGE] = { 1, 4 },
		                                               [JOB_RECORDS] = { WIDTH, MOST },
		                                               [JOB_JOURNAL] = { 1, 1 } };
	struct setting *setting = calloc(1, sizeof(*setting));

	assert_non_null(setting);
	assert_int_equal(pthread_mutex_init(&setting->mutex, NULL), 0);
	assert_int_equal(pthread_cond_init(&setting->changed, NULL), 0);
	fake_loop_make(&setting->fake);
	assert_int_equal(jobs_create(&setting->jobs, setting->fake.loop, limits), STATUS_OK);
	*state = setting;
	return 0;
}

static int tear_down(void **state)
{
	struct setting *setting = *state;

	set_gate(setting, false);
	fake_loop_stop_jobs(&setting->fake, setting->jobs);
	jobs_destroy(setting->jobs);
	fake_loop_end(&setting->fake);
	pthread_cond_destroy(&setting->changed);
	pthread_mutex_destroy(&setting->mutex);
	free(setting);
	return 0;
}

static bool all_done(void *context)
{
	return ((struct setting *)context)->done == MANY;
}

static void every_job_runs_once_and_is_done_once(void **state)
{
	struct setting *setting = *state;
	struct piece *pieces = calloc(MANY, sizeof(*pieces));
	unsigned added = 0;

	assert_non_null(pieces);
	while (added < MANY) {
		pieces[added] = piece_of(setting);
		if (add(&pieces[added], JOB_RECORDS) == STATUS_OK)
			added++;
		else
			fake_loop_run(&setting->fake, 0);
	}
	assert_true(fake_loop_until(&setting->fake, all_done, setting));
	for (unsigned i = 0; i < MANY; i++) {
		assert_int_equal(pieces[i].ran, 1);
		assert_int_equal(pieces[i].done, 1);
	}
	assert_false(setting->lane_twice);
	assert_in_range(setting->inside_most, 1, WIDTH);
	free(pieces);
}

static void a_full_class_refuses_until_one_is_done_in_the_loop(void **state)
{
	struct setting *setting = *state;
	struct piece pieces[MOST + 1];

	set_gate(setting, true);
	for (int i = 0; i < MOST; i++) {
		pieces[i] = piece_of(setting);
		assert_int_equal(add(&pieces[i], JOB_RECORDS), STATUS_OK);
	}
	pieces[MOST] = piece_of(setting);
	assert_int_equal(add(&pieces[MOST], JOB_RECORDS), STATUS_BUSY);
	await_at_gate(setting, WIDTH);
	assert_int_equal(jobs_waiting(setting->jobs, JOB_RECORDS), MOST - WIDTH);
	set_gate(setting, false);
	assert_true(fake_loop_await(&setting->fake));
	assert_int_equal(add(&pieces[MOST], JOB_RECORDS), STATUS_BUSY);
	fake_loop_run(&setting->fake, 0);
	assert_int_equal(add(&pieces[MOST], JOB_RECORDS), STATUS_OK);
	fake_loop_stop_jobs(&setting->fake, setting->jobs);
	assert_int_equal(setting->done, MOST + 1);
}

static void a_class_that_is_held_up_holds_up_no_other(void **state)
{
	struct setting *setting = *state;
	struct piece held[MOST], other = piece_of(setting);

	set_gate(setting, true);
	for (int i = 0; i < MOST; i++) {
		held[i] = piece_of(setting);
		assert_int_equal(add(&held[i], JOB_RECORDS), STATUS_OK);
	}
	await_at_gate(setting, WIDTH);
	assert_int_equal(add(&other, JOB_KNOWLEDGE), STATUS_OK);
	await_at_gate(setting, WIDTH + 1);
	set_gate(setting, false);
	fake_loop_stop_jobs(&setting->fake, setting->jobs);
	assert_int_equal(other.done, 1);
}

static void a_stop_runs_what_was_added_and_takes_nothing_more(void **state)
{
	struct setting *setting = *state;
	struct piece pieces[MOST], late = piece_of(setting);

	for (int i = 0; i < MOST; i++) {
		pieces[i] = piece_of(setting);
		assert_int_equal(add(&pieces[i], JOB_RECORDS), STATUS_OK);
	}
	jobs_stop(setting->jobs);
	assert_int_equal(setting->ran, MOST);
	assert_int_equal(setting->done, 0);
	assert_int_equal(add(&late, JOB_RECORDS), STATUS_CLOSED);
	fake_loop_run(&setting->fake, 0);
	for (int i = 0; i < MOST; i++)
		assert_int_equal(pieces[i].done, 1);
	assert_int_equal(late.ran, 0);
}

static bool ran_twice(void *context)
{
	return ((struct piece *)context)->done == 2;
}

static void a_job_may_be_added_again_from_its_done(void **state)
{
	struct setting *setting = *state;
	struct piece piece = piece_of(setting);

	piece.again = true;
	assert_int_equal(add(&piece, JOB_RECORDS), STATUS_OK);
	assert_true(fake_loop_until(&setting->fake, ran_twice, &piece));
	assert_int_equal(piece.ran, 2);
}

static void a_repeated_job_runs_every_period_unless_it_is_under_way(void **state)
{
	struct setting *setting = *state;
	struct piece piece = piece_of(setting);

	piece.job.context = &piece;
	assert_int_equal(jobs_every(setting->jobs, 100, JOB_JOURNAL, &piece.job), STATUS_OK);
	fake_loop_run(&setting->fake, 99);
	assert_false(piece.job.under_way);
	set_gate(setting, true);
	fake_loop_run(&setting->fake, 1);
	await_at_gate(setting, 1);
	fake_loop_run(&setting->fake, 100);
	fake_loop_run(&setting->fake, 100);
	set_gate(setting, false);
	assert_true(fake_loop_await(&setting->fake));
	fake_loop_run(&setting->fake, 0);
	assert_int_equal(piece.done, 1);
	fake_loop_run(&setting->fake, 100);
	fake_loop_stop_jobs(&setting->fake, setting->jobs);
	assert_int_equal(piece.done, 2);
	assert_int_equal(setting->fake.alarm_us, INT64_MAX);
}

/* What was asked of a lease, and whether it is given. */
struct asked {
	atomic_bool given;
	atomic_int times;
	const char *name;
	int64_t ttl_ms;
};

static bool take_lease(void *context, unsigned lane, const char *name, int64_t ttl_ms)
{
	struct asked *asked = context;

	(void)lane;
	asked->times++;
	asked->name = name;
	asked->ttl_ms = ttl_ms;
	return asked->given;
}

static void a_leased_job_runs_only_while_the_lease_is_had(void **state)
{
	struct setting *setting = *state;
	struct piece piece = piece_of(setting);
	struct asked asked = { .given = false };
	const struct job_lease lease = { "sweep", take_lease, &asked };

	piece.job.context = &piece;
	assert_int_equal(jobs_every_leased(setting->jobs, 100, JOB_JOURNAL, &piece.job, &lease),
	                 STATUS_OK);
	for (unsigned i = 1; i <= 4; i++) {
		asked.given = i > 2;
		fake_loop_run(&setting->fake, 100);
		assert_true(fake_loop_await(&setting->fake));
		fake_loop_run(&setting->fake, 0);
		assert_int_equal(piece.done, i);
	}
	assert_int_equal(piece.ran, 2);
	assert_int_equal(asked.times, 4);
	assert_string_equal(asked.name, "sweep");
	assert_int_equal(asked.ttl_ms, 200);
	/* Added by itself, it needs none. */
	asked.given = false;
	assert_int_equal(jobs_add(setting->jobs, JOB_JOURNAL, &piece.job), STATUS_OK);
	fake_loop_stop_jobs(&setting->fake, setting->jobs);
	assert_int_equal(piece.ran, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_job_runs_once_and_is_done_once),
		TEST(a_full_class_refuses_until_one_is_done_in_the_loop),
		TEST(a_class_that_is_held_up_holds_up_no_other),
		TEST(a_stop_runs_what_was_added_and_takes_nothing_more),
		TEST(a_job_may_be_added_again_from_its_done),
		TEST(a_repeated_job_runs_every_period_unless_it_is_under_way),
		TEST(a_leased_job_runs_only_while_the_lease_is_had),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
