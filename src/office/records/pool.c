/*
 * A look-up is a job of run/jobs.h that carries its own result, so that nothing can fail once it
 * has been accepted. In a thread it asks the hook for permission (the audit) and reads the source
 * of its lane; in the loop it hands the result over.
 *
 * The breaker protects a source that fails. After a failure it is open for retry_ms; then one
 * look-up, the probe, tries the source, and its outcome closes or opens the breaker again.
 * Meanwhile look-ups end as RECORD_RESTING without waiting.
 */
#include "office/records/pool.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { LANES_MOST = 64 };

/* One look-up: it carries its result, so that nothing can fail once it was accepted. */
struct look_up {
	struct job job;
	struct record_pool *pool;
	struct record_request request;
	int64_t deadline_us;
	struct record_result result;
	struct record_found found;
	char texts[];
};

/* Stops reading a source that has failed. */
struct breaker {
	pthread_mutex_t mutex;
	bool open;
	bool probing; /* one look-up is trying whether it works again */
	int64_t until_us;
};

struct record_pool {
	struct record_settings settings;
	struct record_hooks hooks;
	struct jobs *jobs;
	struct log *log;
	struct clock clock;
	struct breaker breaker;
	struct record_source *sources[LANES_MOST]; /* each used by the jobs of its lane alone */
	size_t source_count;
	atomic_bool stopping;
	struct record_counts counts;
};

/* --- the breaker --- */

/* Whether the source may be read; *probe: this look-up is the one that tries it. */
static bool breaker_admits(struct record_pool *pool, bool *probe)
{
	struct breaker *breaker = &pool->breaker;
	pthread_mutex_lock(&breaker->mutex);
	*probe = breaker->open && !breaker->probing &&
	         clock_monotonic_us(&pool->clock) >= breaker->until_us;
	const bool admits = !breaker->open || *probe;
	breaker->probing = breaker->probing || *probe;
	pthread_mutex_unlock(&breaker->mutex);
	return admits;
}

static void breaker_note(struct record_pool *pool, bool failed)
{
	struct breaker *breaker = &pool->breaker;
	pthread_mutex_lock(&breaker->mutex);
	const bool changed = breaker->open != failed;
	assert(!breaker->probing || breaker->open); /* only an open one is tried */
	breaker->open = failed;
	breaker->probing = false;
	if (failed)
		breaker->until_us =
		        clock_monotonic_us(&pool->clock) + pool->settings.retry_ms * 1000;
	pthread_mutex_unlock(&breaker->mutex);
	if (changed)
		log_event(pool->log, failed ? LOG_WARN : LOG_INFO,
		          failed ? "record_source_rested" : "record_source_back",
		          LOG_NUMBER("retry_ms", failed ? pool->settings.retry_ms : 0));
}

/* The probe did not reach the source: let another look-up try. */
static void breaker_return_probe(struct breaker *breaker)
{
	pthread_mutex_lock(&breaker->mutex);
	assert(breaker->probing);
	breaker->probing = false;
	pthread_mutex_unlock(&breaker->mutex);
}

static bool holds(const struct record_report *report, enum record_outcome outcome)
{
	for (size_t r = 0; r < RELATIONS_MOST; r++)
		if (report->relations[r] == outcome)
			return true;
	return false;
}

/* --- in the threads --- */

static bool is_over(const struct record_pool *pool, const struct look_up *look_up)
{
	return clock_monotonic_us(&pool->clock) >= look_up->deadline_us;
}

static void answer_all(struct look_up *look_up, enum record_outcome outcome)
{
	record_report_all(&look_up->result.report, look_up->request.relations, outcome);
	look_up->found = (struct record_found){ .outcome = outcome };
}

static bool is_allowed(const struct record_pool *pool, const struct look_up *look_up)
{
	return !pool->hooks.before_read ||
	       pool->hooks.before_read(pool->hooks.context, &look_up->request) == STATUS_OK;
}

/* The audit may have taken its time: what it used up is no failure of the source. */
static void read_source(struct look_up *look_up, struct record_source *source, bool probe)
{
	struct record_pool *pool = look_up->pool;
	const bool allowed = is_allowed(pool, look_up);
	if (!allowed || is_over(pool, look_up)) {
		answer_all(look_up, allowed ? RECORD_TIMED_OUT : RECORD_FORBIDDEN);
		if (probe)
			breaker_return_probe(&pool->breaker);
		return;
	}
	if (look_up->request.finds) {
		record_source_find(source, look_up->request.find, look_up->request.values,
		                   look_up->deadline_us, &look_up->found);
		breaker_note(pool, look_up->found.outcome == RECORD_UNREACHABLE ||
		                           look_up->found.outcome == RECORD_TIMED_OUT);
		return;
	}
	record_source_read(source, look_up->request.id_number, look_up->request.relations,
	                   look_up->deadline_us, look_up->result.facts, &look_up->result.report);
	const struct record_report *report = &look_up->result.report;
	breaker_note(pool, holds(report, RECORD_UNREACHABLE) || holds(report, RECORD_TIMED_OUT));
}

static void work_on(void *context, unsigned lane)
{
	struct look_up *look_up = context;
	struct record_pool *pool = look_up->pool;
	bool probe;
	if (pool->stopping)
		answer_all(look_up, RECORD_STOPPED);
	else if (is_over(pool, look_up))
		answer_all(look_up, RECORD_TIMED_OUT);
	else if (!breaker_admits(pool, &probe))
		answer_all(look_up, RECORD_RESTING);
	else
		read_source(look_up, pool->sources[lane], probe);
}

/* --- making and ending --- */

static size_t lanes_of(const struct record_settings *settings)
{
	return settings->threads < 1            ? 1
	       : settings->threads > LANES_MOST ? LANES_MOST
	                                        : (size_t)settings->threads;
}

struct job_limits record_pool_limits(const struct record_settings *settings)
{
	return (struct job_limits){ (unsigned)lanes_of(settings),
		                    settings->queue > 0 ? (size_t)settings->queue : 1 };
}

enum status record_pool_create(struct record_pool **out, const struct record_settings *settings,
                               struct relations *relations, const struct record_hooks *hooks,
                               struct jobs *jobs, struct log *log, struct clock clock,
                               struct faults *faults)
{
	struct record_pool *pool = calloc(1, sizeof(*pool));
	enum status status = STATUS_OK;
	if (!pool)
		return STATUS_NO_MEMORY;
	if (pthread_mutex_init(&pool->breaker.mutex, NULL) != 0) {
		free(pool);
		return STATUS_NO_MEMORY;
	}
	pool->settings = *settings;
	pool->hooks = *hooks;
	pool->jobs = jobs;
	pool->log = log;
	pool->clock = clock;
	while (status == STATUS_OK && pool->source_count < lanes_of(settings)) {
		status = record_source_create(&pool->sources[pool->source_count], settings,
		                              relations, log, clock, faults);
		if (status == STATUS_OK)
			pool->source_count++;
	}
	if (status != STATUS_OK) {
		record_pool_destroy(pool);
		return status;
	}
	*out = pool;
	return STATUS_OK;
}

void record_pool_stop(struct record_pool *pool)
{
	pool->stopping = true;
}

void record_pool_destroy(struct record_pool *pool)
{
	if (!pool)
		return;
	assert(pool->counts.asked == pool->counts.answered);
	for (size_t i = 0; i < pool->source_count; i++)
		record_source_destroy(pool->sources[i]);
	pthread_mutex_destroy(&pool->breaker.mutex);
	free(pool);
}

/* --- asking and answering --- */

static void count(struct record_pool *pool, const struct record_report *report)
{
	struct record_counts *counts = &pool->counts;
	for (size_t r = 0; r < RELATIONS_MOST; r++)
		if (report->relations[r] != RECORD_NOT_ASKED)
			counts->outcomes[report->relations[r]]++;
	counts->unusable += report->unusable;
	if (holds(report, RECORD_TIMED_OUT))
		counts->late++;
	counts->answered++;
}

static void deliver(void *context)
{
	struct look_up *look_up = context;
	count(look_up->pool, &look_up->result.report);
	look_up->request.done(look_up->request.context, &look_up->result);
	free(look_up);
}

static const char *put_text(char **at, const char *text)
{
	char *start = *at;
	*at = stpcpy(start, text ? text : "") + 1;
	return start;
}

static size_t length_of(const char *text)
{
	return (text ? strlen(text) : 0) + 1;
}

static struct look_up *make_look_up(struct record_pool *pool, const struct record_request *request)
{
	struct look_up *look_up =
	        calloc(1, sizeof(*look_up) + length_of(request->id_number) +
	                          length_of(request->who) + length_of(request->why) +
	                          length_of(request->values[0]) + length_of(request->values[1]));
	if (!look_up)
		return NULL;
	if (facts_create(request->among, &look_up->result.facts) != STATUS_OK) {
		free(look_up);
		return NULL;
	}
	char *at = look_up->texts;
	look_up->job = (struct job){ .run = work_on, .done = deliver, .context = look_up };
	look_up->pool = pool;
	look_up->request = *request;
	look_up->request.id_number = put_text(&at, request->id_number);
	look_up->request.who = put_text(&at, request->who);
	look_up->request.why = put_text(&at, request->why);
	for (size_t i = 0; i < RECORD_FIND_VALUES_MOST; i++)
		look_up->request.values[i] = put_text(&at, request->values[i]);
	look_up->result.found = request->finds ? &look_up->found : NULL;
	look_up->deadline_us = clock_monotonic_us(&pool->clock) + pool->settings.deadline_ms * 1000;
	return look_up;
}

enum status record_pool_ask(struct record_pool *pool, const struct record_request *request)
{
	struct look_up *look_up = make_look_up(pool, request);
	if (!look_up)
		return STATUS_NO_MEMORY;
	const enum status status = jobs_add(pool->jobs, JOB_RECORDS, &look_up->job);
	if (status == STATUS_OK) {
		pool->counts.asked++;
		return status;
	}
	facts_destroy(look_up->result.facts);
	free(look_up);
	if (status == STATUS_BUSY)
		pool->counts.busy++;
	return status;
}

struct record_counts record_pool_counts(struct record_pool *pool)
{
	struct record_counts counts = { 0 };
	if (!pool)
		return counts;
	counts = pool->counts;
	counts.waiting = jobs_waiting(pool->jobs, JOB_RECORDS);
	return counts;
}
