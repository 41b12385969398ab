#include "office/records/pool.h"

#include "support.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ZHANG "419900198603120010" /* of samples/records */
#define LI    "419900199007250024"

enum {
	QUEUE = 64,
	REQUESTS = 500,
	DEADLINE_MS = 20000,
	RETRY_MS = 2000,
	ANSWERS_MOST_MS = 60000,
};

/* A gate in before_read, by which a test decides when a look-up goes on. */
struct setting {
	struct scratch scratch;
	char file[PATH_SIZE];
	struct relations *relations;
	struct record_pool *pool;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool shut;
	bool refuse;
	size_t at_gate, passed, notified;
	char who[32], why[32];
	atomic_int_least64_t now_us;
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

static void notify(void *context)
{
	struct setting *setting = context;

	pthread_mutex_lock(&setting->mutex);
	setting->notified++;
	pthread_cond_broadcast(&setting->changed);
	pthread_mutex_unlock(&setting->mutex);
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

static int64_t now_us(void *context)
{
	struct setting *setting = context;

	return setting->now_us;
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
	*state = setting;
	return 0;
}

static int tear_down(void **state)
{
	struct setting *setting = *state;

	set_gate(setting, false);
	record_pool_destroy(setting->pool);
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
	const struct record_hooks hooks = { before_read, notify, setting };

	assert_int_equal(record_pool_create(&setting->pool, settings, setting->relations, &hooks,
	                                    NULL, clock, NULL),
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

	open_with(setting, &settings, (struct clock){ NULL, now_us, setting });
}

static enum status ask(struct setting *setting, uint64_t ticket, const char *id_number)
{
	/* Copied: what the caller has may go. */
	char copy[32];
	const struct record_request request = { .ticket = ticket,
		                                .id_number = copy,
		                                .among = setting->relations,
		                                .relations = RELATIONS_ALL_RECORDED,
		                                .who = "portal:1",
		                                .why = "entry 7" };

	snprintf(copy, sizeof(copy), "%s", id_number);
	const enum status status = record_pool_ask(setting->pool, &request);
	memset(copy, 0, sizeof(copy));
	return status;
}

static void must_ask(struct setting *setting, uint64_t ticket)
{
	assert_int_equal(ask(setting, ticket, ZHANG), STATUS_OK);
}

static void nap(void)
{
	const struct timespec time = { 0, 1000000L };

	nanosleep(&time, NULL);
}

static struct record_result take(struct setting *setting)
{
	struct record_result result = { 0 };

	for (int i = 0; i < ANSWERS_MOST_MS && !record_pool_take(setting->pool, &result); i++)
		nap();
	assert_non_null(result.facts);
	return result;
}

static void expect_result(struct setting *setting, uint64_t ticket, enum record_outcome outcome)
{
	struct record_result result = take(setting);

	assert_int_equal(result.ticket, ticket);
	for (size_t r = RELATION_RECORDED; r < SHIPPED_RELATIONS_END; r++) {
		assert_string_equal(record_outcome_text(result.report.relations[r]),
		                    record_outcome_text(outcome));
		assert_int_equal(facts_present(result.facts, r), outcome == RECORD_READ);
	}
	facts_destroy(result.facts);
}

static void expect_nothing_more(struct setting *setting)
{
	struct record_result result;

	assert_false(record_pool_take(setting->pool, &result));
}

static void every_ticket_is_answered_once_with_its_own_applicant(void **state)
{
	struct setting *setting = *state;
	bool answered[REQUESTS] = { false };
	size_t asked = 0, taken = 0;

	open_pool(setting, 4);
	while (taken < REQUESTS) {
		struct record_result result;

		if (asked < REQUESTS && ask(setting, asked, asked % 2 ? LI : ZHANG) == STATUS_OK)
			asked++;
		if (!record_pool_take(setting->pool, &result))
			continue;
		assert_true(result.ticket < REQUESTS);
		assert_false(answered[result.ticket]);
		answered[result.ticket] = true;
		assert_string_equal(facts_value(result.facts, RELATION_APPLICANT, 0, 1),
		                    result.ticket % 2 ? "李管二" : "张安一");
		facts_destroy(result.facts);
		taken++;
	}
	expect_nothing_more(setting);
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
	for (uint64_t i = 0; i < QUEUE; i++)
		must_ask(setting, i);
	assert_int_equal(ask(setting, QUEUE, ZHANG), STATUS_BUSY);
	assert_int_equal(record_pool_counts(setting->pool).busy, 1);
	set_gate(setting, false);
	for (uint64_t i = 0; i < QUEUE; i++)
		facts_destroy(take(setting).facts);
	expect_nothing_more(setting);
	must_ask(setting, QUEUE);
	expect_result(setting, QUEUE, RECORD_READ);
}

/* So that nobody who does not take results can make the pool grow. */
static void results_that_are_not_taken_count_as_under_way(void **state)
{
	struct setting *setting = *state;

	open_pool(setting, 2);
	for (uint64_t i = 0; i < QUEUE; i++)
		must_ask(setting, i);
	while (record_pool_counts(setting->pool).answered < QUEUE)
		nap();
	assert_int_equal(ask(setting, QUEUE, ZHANG), STATUS_BUSY);
	facts_destroy(take(setting).facts);
	must_ask(setting, QUEUE);
}

static void the_audit_is_told_who_and_why_before_and_the_loop_after(void **state)
{
	struct setting *setting = *state;

	open_pool(setting, 1);
	must_ask(setting, 1);
	expect_result(setting, 1, RECORD_READ);
	record_pool_stop(setting->pool);
	assert_string_equal(setting->who, "portal:1");
	assert_string_equal(setting->why, "entry 7");
	assert_int_equal(setting->passed, 1);
	assert_int_equal(setting->notified, 1);
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
	setting->now_us += DEADLINE_MS * 1000;
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
	setting->now_us += RETRY_MS * 1000 - 1;
	must_ask(setting, 2);
	expect_result(setting, 2, RECORD_RESTING);
	assert_int_equal(setting->at_gate, 1);
	setting->now_us += 1;
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
	open_with(setting, &settings, (struct clock){ NULL, now_us, setting });
	must_ask(setting, 1);
	expect_result(setting, 1, RECORD_UNREACHABLE);
	setting->now_us += RETRY_MS * 1000;
	set_gate(setting, true);
	must_ask(setting, 2);
	await_at_gate(setting, 2);
	for (uint64_t i = 3; i < 10; i++) {
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
	setting->now_us += RETRY_MS * 1000;
	setting->refuse = true;
	must_ask(setting, 2);
	expect_result(setting, 2, RECORD_FORBIDDEN);
	pthread_mutex_lock(&setting->mutex);
	setting->refuse = false;
	pthread_mutex_unlock(&setting->mutex);
	must_ask(setting, 3);
	expect_result(setting, 3, RECORD_READ);
}

static void *stop_pool(void *context)
{
	record_pool_stop(context);
	return NULL;
}

static void a_stop_answers_what_waits_and_lets_end_what_is_under_way(void **state)
{
	struct setting *setting = *state;
	uint64_t asked = 6;
	pthread_t thread;

	setting->shut = true;
	open_pool(setting, 1);
	for (uint64_t i = 0; i < asked; i++)
		must_ask(setting, i);
	await_at_gate(setting, 1);
	assert_int_equal(pthread_create(&thread, NULL, stop_pool, setting->pool), 0);
	while (ask(setting, asked, ZHANG) != STATUS_CLOSED && asked < QUEUE - 1) {
		asked++;
		nap();
	}
	assert_int_equal(ask(setting, asked, ZHANG), STATUS_CLOSED);
	set_gate(setting, false);
	pthread_join(thread, NULL);
	expect_result(setting, 0, RECORD_READ);
	for (uint64_t i = 1; i < asked; i++)
		expect_result(setting, i, RECORD_STOPPED);
	expect_nothing_more(setting);
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
	const struct record_hooks hooks = { NULL, NULL, NULL };
	struct faults *faults = NULL;

	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(record_pool_create(&setting->pool, &settings, setting->relations, &hooks,
	                                    NULL, clock_system(), faults),
	                 STATUS_INVALID);
	assert_int_equal(faults_kept(faults), 1);
	faults_destroy(faults);
}

static void no_ticket_is_lost_when_postgresql_is_stopped_in_the_middle(void **state)
{
	struct setting *setting = *state;
	struct record_settings settings = settings_of(setting, 4);
	struct postgres postgres;
	size_t asked = 0, read = 0;
	bool answered[REQUESTS] = { false };

	postgres_make(&postgres);
	postgres_start(&postgres);
	postgres_load_samples(&postgres);
	settings.kind = "postgresql";
	settings.conninfo = postgres.conninfo;
	open_with(setting, &settings, clock_system());
	for (size_t taken = 0; taken < REQUESTS;) {
		struct record_result result;

		if (asked < REQUESTS && ask(setting, asked, ZHANG) == STATUS_OK)
			asked++;
		if (!record_pool_take(setting->pool, &result))
			continue;
		assert_false(answered[result.ticket]);
		answered[result.ticket] = true;
		if (facts_present(result.facts, RELATION_APPLICANT)) {
			read++;
			assert_string_equal(facts_value(result.facts, RELATION_APPLICANT, 0, 1),
			                    "张安一");
		}
		facts_destroy(result.facts);
		taken++;
		if (taken == REQUESTS / 4)
			postgres_stop(&postgres);
	}
	assert_true(read >= REQUESTS / 4);
	assert_true(read < REQUESTS);
	postgres_remove(&postgres);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_ticket_is_answered_once_with_its_own_applicant),
		TEST(a_full_pool_refuses_and_loses_nothing),
		TEST(results_that_are_not_taken_count_as_under_way),
		TEST(the_audit_is_told_who_and_why_before_and_the_loop_after),
		TEST(nothing_is_read_that_the_audit_could_not_write_down),
		TEST(what_waited_too_long_is_not_read_at_all),
		TEST(a_source_that_failed_is_left_alone_for_a_while_and_then_tried_again),
		TEST(only_one_look_up_tries_a_source_that_failed),
		TEST(a_try_that_the_audit_refused_is_made_by_the_next),
		TEST(a_stop_answers_what_waits_and_lets_end_what_is_under_way),
		TEST(without_a_source_everything_is_unknown),
		TEST(faults_of_the_settings_are_reported_once),
		TEST(no_ticket_is_lost_when_postgresql_is_stopped_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
