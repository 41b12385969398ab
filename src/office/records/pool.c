/*
 * A look-up is a job that carries its own result, so that nothing can fail once it has been
 * accepted. Threads pop jobs, ask the hook for permission (the audit), read their own source,
 * and push the job into the results queue. The loop takes the results.
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

#include "base/queue.h"

enum { THREADS_MOST = 64 };

/* One look-up, with its result. */
struct job {
	struct record_request request;
	int64_t deadline_us;
	struct record_result result;
	char texts[];
};

/* Stops reading a source that has failed. */
struct breaker {
	pthread_mutex_t mutex;
	bool open;
	bool probing; /* one look-up is trying whether it works again */
	int64_t until_us;
};

struct worker {
	struct record_pool *pool;
	struct record_source *source;
	pthread_t thread;
	bool running;
};

struct record_pool {
	struct record_settings settings;
	struct record_hooks hooks;
	struct log *log;
	struct clock clock;
	struct queue *jobs, *results;
	struct breaker breaker;
	struct worker workers[THREADS_MOST];
	size_t worker_count;
	atomic_bool stopping;
	atomic_int_least64_t under_way; /* asked and not taken */
	atomic_uint_least64_t asked, busy, answered, late, unusable;
	atomic_uint_least64_t outcomes[RECORD_OUTCOME_COUNT];
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

/* --- the threads --- */

static bool is_over(const struct record_pool *pool, const struct job *job)
{
	return clock_monotonic_us(&pool->clock) >= job->deadline_us;
}

static void answer_all(struct job *job, enum record_outcome outcome)
{
	record_report_all(&job->result.report, job->request.relations, outcome);
}

static bool is_allowed(const struct record_pool *pool, const struct job *job)
{
	return !pool->hooks.before_read ||
	       pool->hooks.before_read(pool->hooks.context, &job->request) == STATUS_OK;
}

/* If the audit used up the time, that is no failure of the source. */
static void read_source(struct worker *worker, struct job *job, bool probe)
{
	struct record_pool *pool = worker->pool;
	assert(job->result.facts);
	const bool allowed = is_allowed(pool, job);
	if (!allowed || is_over(pool, job)) {
		answer_all(job, allowed ? RECORD_TIMED_OUT : RECORD_FORBIDDEN);
		if (probe)
			breaker_return_probe(&pool->breaker);
		return;
	}
	record_source_read(worker->source, job->request.id_number, job->request.relations,
	                   job->deadline_us, job->result.facts, &job->result.report);
	const struct record_report *report = &job->result.report;
	breaker_note(pool, holds(report, RECORD_UNREACHABLE) || holds(report, RECORD_TIMED_OUT));
}

static void work_on(struct worker *worker, struct job *job)
{
	struct record_pool *pool = worker->pool;
	bool probe;
	if (pool->stopping)
		answer_all(job, RECORD_STOPPED);
	else if (is_over(pool, job))
		answer_all(job, RECORD_TIMED_OUT);
	else if (!breaker_admits(pool, &probe))
		answer_all(job, RECORD_RESTING);
	else
		read_source(worker, job, probe);
}

static void count(struct record_pool *pool, const struct record_report *report)
{
	for (size_t r = 0; r < RELATIONS_MOST; r++)
		if (report->relations[r] != RECORD_NOT_ASKED) {
			assert(report->relations[r] < RECORD_OUTCOME_COUNT);
			pool->outcomes[report->relations[r]]++;
		}
	pool->unusable += report->unusable;
	if (holds(report, RECORD_TIMED_OUT))
		pool->late++;
	pool->answered++;
}

static void deliver(struct record_pool *pool, struct job *job)
{
	count(pool, &job->result.report);
	/* There is room for as many results as can be under way. */
	if (queue_push(pool->results, job) != STATUS_OK)
		abort();
	if (pool->hooks.notify)
		pool->hooks.notify(pool->hooks.context);
}

static void *work(void *context)
{
	struct worker *worker = context;
	void *job;
	while (queue_pop(worker->pool->jobs, &job, 1, -1) == 1) {
		work_on(worker, job);
		deliver(worker->pool, job);
	}
	return NULL;
}

/* --- making and ending --- */

static enum status start_worker(struct record_pool *pool, struct worker *worker,
                                struct relations *relations, struct faults *faults)
{
	worker->pool = pool;
	const enum status status = record_source_create(&worker->source, &pool->settings, relations,
	                                                pool->log, pool->clock, faults);
	if (status != STATUS_OK)
		return status;
	worker->running = pthread_create(&worker->thread, NULL, work, worker) == 0;
	return worker->running ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status start(struct record_pool *pool, struct relations *relations,
                         struct faults *faults)
{
	const size_t capacity = pool->settings.queue > 0 ? (size_t)pool->settings.queue : 1;
	enum status status = queue_create(&pool->jobs, capacity);
	if (status == STATUS_OK)
		status = queue_create(&pool->results, capacity);
	for (size_t i = 0; i < pool->worker_count && status == STATUS_OK; i++)
		status = start_worker(pool, &pool->workers[i], relations, faults);
	return status;
}

enum status record_pool_create(struct record_pool **out, const struct record_settings *settings,
                               struct relations *relations, const struct record_hooks *hooks,
                               struct log *log, struct clock clock, struct faults *faults)
{
	struct record_pool *pool = calloc(1, sizeof(*pool));
	if (!pool)
		return STATUS_NO_MEMORY;
	if (pthread_mutex_init(&pool->breaker.mutex, NULL) != 0) {
		free(pool);
		return STATUS_NO_MEMORY;
	}
	pool->settings = *settings;
	pool->hooks = *hooks;
	pool->log = log;
	pool->clock = clock;
	pool->worker_count = settings->threads < 1              ? 1
	                     : settings->threads > THREADS_MOST ? THREADS_MOST
	                                                        : (size_t)settings->threads;
	const enum status status = start(pool, relations, faults);
	assert(pool->worker_count <= THREADS_MOST);
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
	if (pool->jobs)
		queue_close(pool->jobs);
	for (size_t i = 0; i < pool->worker_count; i++) {
		if (pool->workers[i].running)
			pthread_join(pool->workers[i].thread, NULL);
		pool->workers[i].running = false;
	}
}

static void free_job(struct job *job)
{
	facts_destroy(job->result.facts);
	free(job);
}

void record_pool_destroy(struct record_pool *pool)
{
	struct record_result result;
	if (!pool)
		return;
	record_pool_stop(pool);
	while (pool->results && record_pool_take(pool, &result))
		facts_destroy(result.facts);
	for (size_t i = 0; i < pool->worker_count; i++)
		record_source_destroy(pool->workers[i].source);
	queue_destroy(pool->jobs);
	queue_destroy(pool->results);
	pthread_mutex_destroy(&pool->breaker.mutex);
	free(pool);
}

/* --- asking and taking --- */

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

static struct job *make_job(const struct record_pool *pool, const struct record_request *request)
{
	struct job *job = calloc(1, sizeof(*job) + length_of(request->id_number) +
	                                    length_of(request->who) + length_of(request->why));
	if (!job)
		return NULL;
	if (facts_create(request->among, &job->result.facts) != STATUS_OK) {
		free(job);
		return NULL;
	}
	char *at = job->texts;
	job->request = *request;
	job->request.id_number = put_text(&at, request->id_number);
	job->request.who = put_text(&at, request->who);
	job->request.why = put_text(&at, request->why);
	assert((size_t)(at - job->texts) ==
	       length_of(request->id_number) + length_of(request->who) + length_of(request->why));
	job->result.ticket = request->ticket;
	job->deadline_us = clock_monotonic_us(&pool->clock) + pool->settings.deadline_ms * 1000;
	return job;
}

static enum status queue_job(struct record_pool *pool, const struct record_request *request)
{
	struct job *job = make_job(pool, request);
	if (!job)
		return STATUS_NO_MEMORY;
	const enum status status = queue_push(pool->jobs, job);
	if (status != STATUS_OK)
		free_job(job);
	return status;
}

enum status record_pool_ask(struct record_pool *pool, const struct record_request *request)
{
	enum status status = STATUS_BUSY;
	if (atomic_fetch_add(&pool->under_way, 1) < pool->settings.queue)
		status = queue_job(pool, request);
	if (status == STATUS_OK) {
		pool->asked++;
		return status;
	}
	pool->under_way--;
	if (status == STATUS_BUSY)
		pool->busy++;
	return status;
}

bool record_pool_take(struct record_pool *pool, struct record_result *out)
{
	void *item;
	if (queue_pop(pool->results, &item, 1, 0) == 0)
		return false;
	struct job *job = item;
	*out = job->result;
	free(job);
	assert(pool->under_way > 0);
	pool->under_way--;
	return true;
}

struct record_counts record_pool_counts(struct record_pool *pool)
{
	struct record_counts counts = { 0 };
	if (!pool)
		return counts;
	counts.asked = pool->asked;
	counts.busy = pool->busy;
	counts.answered = pool->answered;
	counts.late = pool->late;
	counts.waiting = queue_length(pool->jobs);
	counts.unusable = pool->unusable;
	for (size_t i = 0; i < RECORD_OUTCOME_COUNT; i++)
		counts.outcomes[i] = pool->outcomes[i];
	return counts;
}
