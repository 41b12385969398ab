#include "office/records/pool.h"

#include "support.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run/fake_loop.h"

#define ZHANG "419900198603120010" /* of samples/records */
#define LI    "419900199007250024"

enum {
	QUEUE = 64,
	REQUESTS = 500,
	DEADLINE_MS = 20000,
	RETRY_MS = 2000,
};

/* What came of one request. */
struct asked {
	struct setting *setting;
	struct record_result result;
	bool answered;
};

/* A gate in before_read, by which a test decides when a look-up goes on. */
struct setting {
	struct scratch_folder scratch;
	char file[PATH_SIZE];
	struct relations *relations;
	struct fake_loop fake; /* its clock is the pool's as well in the tests that move it */
	struct jobs *jobs;
	struct record_pool *pool;
	struct asked asked[REQUESTS];
	size_t answered, answered_twice;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool shut;
	bool refuse;
	size_t at_gate, passed;
	char who[32], why[32];
};

static enum status before_read(void *context, const struct record_request *request)
{
	struct setting *setting = context;

	pthread_mutex_lock(&setting->mutex);
	snprintf(setting->who, sizeof(setting->who), "%s", request->who);
	snprintf(setting->why, sizeof(setting->why), "%s", request->why);
	setting->at_gate++;
	pthread_cond_broadcast(&setting->changed);
	while (setting->shut)
		pthread_cond_wait(&setting->changed, &setting->mutex);
	setting->passed++;
	const bool refuse = setting->refuse;
	pthread_mutex_unlock(&setting->mutex);
	return refuse ? STATUS_IO : STATUS_OK;
}

static void receive(void *context, const struct record_result *result)
{
	struct asked *asked = context;

	if (asked->answered)
		asked->setting->answered_twice++;
	asked->answered = true;
	asked->result = *result;
	asked->setting->answered++;
}

static void set_gate(struct setting *setting, bool shut)
{
	pthread_mutex_lock(&setting->mutex);
	setting->shut = shut;
	pthread_cond_broadcast(&setting->changed);
	pthread_mutex_unlock(&setting->mutex);
}

static void await_at_gate(struct setting *setting, size_t count)
{
	pthread_mutex_lock(&setting->mutex);
	while (setting->at_gate < count)
		pthread_cond_wait(&setting->changed, &setting->mutex);
	pthread_mutex_unlock(&setting->mutex);
}

static int set_up(void **state)
{
	struct setting *setting = calloc(1, sizeof(*setting));

	assert_non_null(setting);
	setting->relations = shipped_relations();
	scratch_make(&setting->scratch);
	import_samples(scratch_path(&setting->scratch, "records.db", setting->file));
	assert_int_equal(pthread_mutex_init(&setting->mutex, NULL), 0);
	assert_int_equal(pthread_cond_init(&setting->changed, NULL), 0);
	fake_loop_make(&setting->fake);
	*state = setting;
	return 0;
}

static int tear_down(void **state)
{
	struct setting *setting = *state;

	set_gate(setting, false);
	if (setting->jobs)
		fake_loop_stop_jobs(&setting->fake, setting->jobs);
	record_pool_destroy(setting->pool);
	jobs_destroy(setting->jobs);
	fake_loop_end(&setting->fake);
	assert_int_equal(setting->answered_twice, 0);
	for (size_t i = 0; i < REQUESTS; i++)
		facts_destroy(setting->asked[i].result.facts);
	relations_release(setting->relations);
	pthread_cond_destroy(&setting->changed);
	pthread_mutex_destroy(&setting->mutex);
	scratch_remove(&setting->scratch);
	free(setting);
	return 0;
}

static void open_with(struct setting *setting, const struct record_settings *settings,
                      struct clock clock)
{
	const struct record_hooks hooks = { before_read, setting };
	const struct job_limits limits[JOB_CLASSES] = { [JOB_RECORDS] =
		                                                record_pool_limits(settings) };

	assert_int_equal(jobs_create(&setting->jobs, setting->fake.loop, limits), STATUS_OK);
	assert_int_equal(record_pool_create(&setting->pool, settings, setting->relations, &hooks,
	                                    setting->jobs, NULL, clock, NULL),
	                 STATUS_OK);
}

static struct record_settings settings_of(const struct setting *setting, int64_t threads)
{
	return (struct record_settings){ .kind = "sqlite",
		                         .file = setting->file,
		                         .deadline_ms = DEADLINE_MS,
		                         .threads = threads,
		                         .queue = QUEUE,
		                         .retry_ms = RETRY_MS };
}

static void open_pool(struct setting *setting, int64_t threads)
{
	const struct record_settings settings = settings_of(setting, threads);

	open_with(setting, &settings, clock_system());
}

/* One thread, and a clock that moves only when the test says so. */
static void open_timed(struct setting *setting)
{
	const struct record_settings settings = settings_of(setting, 1);

	open_with(setting, &settings, fake_loop_clock(&setting->fake));
}

static enum status ask(struct setting *setting, size_t number, const char *id_number)
{
	/* Copied: what the caller has may go. */
	char copy[32];
	const struct record_request request = { .id_number = copy,
		                                .among = setting->relations,
		                                .relations = RELATIONS_ALL_RECORDED,
		                                .who = "portal:1",
		                                .why = "entry 7",
		                                .done = receive,
		                                .context = &setting->asked[number] };

	setting->asked[number].setting = setting;

	snprintf(copy, sizeof(copy), "%s", id_number);
	const enum status status = record_pool_ask(setting->pool, &request);
	memset(copy, 0, sizeof(copy));
	return status;
}

static void must_ask(struct setting *setting, size_t number)
{
	assert_int_equal(ask(setting, number, ZHANG), STATUS_OK);
}

static bool is_answered(void *context)
{
	return ((struct asked *)context)->answered;
}

static struct record_result *take(struct setting *setting, size_t number)
{
	assert_true(fake_loop_until(&setting->fake, is_answered, &setting->asked[number]));
	return &setting->asked[number].result;
}

static void expect_result(struct setting *setting, size_t number, enum record_outcome outcome)
{
	const struct record_result *result = take(setting, number);

	for (size_t r = RELATION_RECORDED; r < SHIPPED_RELATIONS_END; r++) {
		assert_string_equal(record_outcome_text(result->report.relations[r]),
		                    record_outcome_text(outcome));
		assert_int_equal(facts_present(result->facts, r), outcome == RECORD_READ);
	}
}

static const char *name_of(const struct record_result *result)
{
	return facts_value(result->facts, RELATION_APPLICANT, 0, 1);
}

static void every_request_is_answered_once_with_its_own_applicant(void **state)
{
	struct setting *setting = *state;
	size_t asked = 0;

	open_pool(setting, 4);
	while (asked < REQUESTS) {
		if (ask(setting, asked, asked % 2 ? LI : ZHANG) == STATUS_OK)
			asked++;
		else
			fake_loop_run(&setting->fake, 0);
	}
	for (size_t i = 0; i < REQUESTS; i++)
		assert_string_equal(name_of(take(setting, i)), i % 2 ? "李管二" : "张安一");
	assert_int_equal(setting->answered, REQUESTS);
	const struct record_counts counts = record_pool_counts(setting->pool);
	assert_int_equal(counts.asked, REQUESTS);
	assert_int_equal(counts.answered, REQUESTS);
	assert_int_equal(counts.outcomes[RECORD_READ], REQUESTS * SHIPPED_RELATIONS);
	assert_int_equal(counts.late, 0);
	assert_int_equal(counts.waiting, 0);
}

static void a_full_pool_refuses_and_loses_nothing(void **state)
{
	struct setting *setting = *state;

	setting->shut = true;
	open_pool(setting, 2);
	for (size_t i = 0; i < QUEUE; i++)
		must_ask(setting, i);
	assert_int_equal(ask(setting, QUEUE, ZHANG), STATUS_BUSY);
	assert_int_equal(record_pool_counts(setting->pool).busy, 1);
	set_gate(setting, false);
	for (size_t i = 0; i < QUEUE; i++)
		expect_result(setting, i, RECORD_READ);
	must_ask(setting, QUEUE);
	expect_result(setting, QUEUE, RECORD_READ);
}

static void the_audit_is_told_who_and_why(void **state)
{
	struct setting *setting = *state;

	open_pool(setting, 1);
	must_ask(setting, 1);
	expect_result(setting, 1, RECORD_READ);
	assert_string_equal(setting->who, "portal:1");
	assert_string_equal(setting->why, "entry 7");
	assert_int_equal(setting->passed, 1);
}

static void nothing_is_read_that_the_audit_could_not_write_down(void **state)
{
	struct setting *setting = *state;

	setting->refuse = true;
	open_pool(setting, 1);
	must_ask(setting, 1);
	expect_result(setting, 1, RECORD_FORBIDDEN);
}

static void what_waited_too_long_is_not_read_at_all(void **state)
{
	struct setting *setting = *state;

	setting->shut = true;
	open_timed(setting);
	must_ask(setting, 1);
	must_ask(setting, 2);
	await_at_gate(setting, 1);
	setting->fake.now_us += DEADLINE_MS * 1000;
	set_gate(setting, false);
	expect_result(setting, 1, RECORD_TIMED_OUT);
	expect_result(setting, 2, RECORD_TIMED_OUT);
	assert_int_equal(setting->at_gate, 1);
	assert_int_equal(record_pool_counts(setting->pool).late, 2);
	/* The source is not to blame: it is not left alone. */
	must_ask(setting, 3);
	expect_result(setting, 3, RECORD_READ);
}

static void a_source_that_failed_is_left_alone_for_a_while_and_then_tried_again(void **state)
{
	struct setting *setting = *state;

	unlink(setting->file);
	open_timed(setting);
	must_ask(setting, 1);
	expect_result(setting, 1, RECORD_UNREACHABLE);
	import_samples(setting->file);
	setting->fake.now_us += RETRY_MS * 1000 - 1;
	must_ask(setting, 2);
	expect_result(setting, 2, RECORD_RESTING);
	assert_int_equal(setting->at_gate, 1);
	setting->fake.now_us += 1;
	must_ask(setting, 3);
	expect_result(setting, 3, RECORD_READ);
	must_ask(setting, 4);
	expect_result(setting, 4, RECORD_READ);
	const struct record_counts counts = record_pool_counts(setting->pool);
	assert_int_equal(counts.outcomes[RECORD_UNREACHABLE], SHIPPED_RELATIONS);
	assert_int_equal(counts.outcomes[RECORD_RESTING], SHIPPED_RELATIONS);
	assert_int_equal(counts.outcomes[RECORD_READ], 2 * SHIPPED_RELATIONS);
}

static void only_one_look_up_tries_a_source_that_failed(void **state)
{
	struct setting *setting = *state;
	const struct record_settings settings = settings_of(setting, 4);

	unlink(setting->file);
	open_with(setting, &settings, fake_loop_clock(&setting->fake));
	must_ask(setting, 1);
	expect_result(setting, 1, RECORD_UNREACHABLE);
	setting->fake.now_us += RETRY_MS * 1000;
	set_gate(setting, true);
	must_ask(setting, 2);
	await_at_gate(setting, 2);
	for (size_t i = 3; i < 10; i++) {
		must_ask(setting, i);
		expect_result(setting, i, RECORD_RESTING);
	}
	set_gate(setting, false);
	expect_result(setting, 2, RECORD_UNREACHABLE);
}

/* The audit's refusal says nothing about the source: the next one tries it. */
static void a_try_that_the_audit_refused_is_made_by_the_next(void **state)
{
	struct setting *setting = *state;

	unlink(setting->file);
	open_timed(setting);
	must_ask(setting, 1);
	expect_result(setting, 1, RECORD_UNREACHABLE);
	import_samples(setting->file);
	setting->fake.now_us += RETRY_MS * 1000;
	setting->refuse = true;
	must_ask(setting, 2);
	expect_result(setting, 2, RECORD_FORBIDDEN);
	pthread_mutex_lock(&setting->mutex);
	setting->refuse = false;
	pthread_mutex_unlock(&setting->mutex);
	must_ask(setting, 3);
	expect_result(setting, 3, RECORD_READ);
}

static void a_stop_answers_what_waits_and_lets_end_what_is_under_way(void **state)
{
	enum { ASKED = 6 };
	struct setting *setting = *state;

	setting->shut = true;
	open_pool(setting, 1);
	for (size_t i = 0; i < ASKED; i++)
		must_ask(setting, i);
	await_at_gate(setting, 1);
	record_pool_stop(setting->pool);
	set_gate(setting, false);
	fake_loop_stop_jobs(&setting->fake, setting->jobs);
	assert_int_equal(ask(setting, ASKED, ZHANG), STATUS_CLOSED);
	assert_int_equal(setting->answered, ASKED);
	expect_result(setting, 0, RECORD_READ);
	for (size_t i = 1; i < ASKED; i++)
		expect_result(setting, i, RECORD_STOPPED);
}

static void without_a_source_everything_is_unknown(void **state)
{
	struct setting *setting = *state;
	const struct record_settings settings = {
		.kind = "none", .deadline_ms = DEADLINE_MS, .threads = 1, .queue = QUEUE
	};

	open_with(setting, &settings, clock_system());
	must_ask(setting, 1);
	expect_result(setting, 1, RECORD_NOT_MAPPED);
}

static void faults_of_the_settings_are_reported_once(void **state)
{
	struct setting *setting = *state;
	const struct record_settings settings = { .kind = "oracle", .threads = 4, .queue = 4 };
	const struct record_hooks hooks = { NULL, NULL };
	struct faults *faults = NULL;

	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(record_pool_create(&setting->pool, &settings, setting->relations, &hooks,
	                                    NULL, NULL, clock_system(), faults),
	                 STATUS_INVALID);
	assert_int_equal(faults_kept(faults), 1);
	faults_destroy(faults);
}

static void no_request_is_lost_when_postgresql_is_stopped_in_the_middle(void **state)
{
	struct setting *setting = *state;
	struct record_settings settings = settings_of(setting, 4);
	struct postgres postgres;
	size_t asked = 0, read = 0;
	bool stopped = false;

	postgres_make(&postgres);
	postgres_start(&postgres);
	postgres_load_samples(&postgres);
	settings.kind = "postgresql";
	settings.conninfo = postgres.conninfo;
	open_with(setting, &settings, clock_system());
	while (setting->answered < REQUESTS) {
		if (asked < REQUESTS && ask(setting, asked, ZHANG) == STATUS_OK) {
			asked++;
			continue;
		}
		assert_true(fake_loop_await(&setting->fake));
		fake_loop_run(&setting->fake, 0);
		if (!stopped && setting->answered >= REQUESTS / 4)
			postgres_stop(&postgres);
		stopped = setting->answered >= REQUESTS / 4;
	}
	for (size_t i = 0; i < REQUESTS; i++) {
		const struct record_result *result = take(setting, i);

		if (!facts_present(result->facts, RELATION_APPLICANT))
			continue;
		read++;
		assert_string_equal(name_of(result), "张安一");
	}
	assert_true(read >= REQUESTS / 4);
	assert_true(read < REQUESTS);
	postgres_remove(&postgres);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_request_is_answered_once_with_its_own_applicant),
		TEST(a_full_pool_refuses_and_loses_nothing),
		TEST(the_audit_is_told_who_and_why),
		TEST(nothing_is_read_that_the_audit_could_not_write_down),
		TEST(what_waited_too_long_is_not_read_at_all),
		TEST(a_source_that_failed_is_left_alone_for_a_while_and_then_tried_again),
		TEST(only_one_look_up_tries_a_source_that_failed),
		TEST(a_try_that_the_audit_refused_is_made_by_the_next),
		TEST(a_stop_answers_what_waits_and_lets_end_what_is_under_way),
		TEST(without_a_source_everything_is_unknown),
		TEST(faults_of_the_settings_are_reported_once),
		TEST(no_request_is_lost_when_postgresql_is_stopped_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
