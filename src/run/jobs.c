/*
 * How it works: each class has a queue, and there is a thread for every lane of every class. A
 * thread takes a job of any class with a free lane, the classes in turn, runs it, and passes it to
 * the loop with loop_call(), which cannot be refused. `done` then runs there. Counts that limit
 * what is under way belong to the loop's thread; queues and lanes are guarded by the mutex.
 */
#include "run/jobs.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

enum { LANES_MOST = 64 };

struct class
{
	struct job_limits limits;
	size_t under_way; /* the loop's */
	/* Under the mutex: */
	struct job *first, **end; /* those that have not begun */
	size_t waiting;
	uint64_t lanes; /* taken, a bit each */
	unsigned running;
};

struct repeat {
	struct jobs *jobs;
	struct job_lease lease; /* without `take`: none is needed */
	int64_t period_ms;
	enum job_class class;
	struct job *job;
	struct timer *timer;
	struct repeat *next;
};

struct jobs {
	struct loop *loop;
	pthread_mutex_t mutex;
	pthread_cond_t changed; /* a job was added, or the pool is to end */
	struct class classes[JOB_CLASSES];
	bool ending;
	bool stopped; /* the loop's */
	struct repeat *repeats;
	unsigned next_class; /* that is looked at first: all get their turn */
	size_t thread_count;
	pthread_t threads[];
};

/* --- in the threads --- */

static unsigned take_lane(struct class *class)
{
	unsigned lane = 0;

	while (class->lanes & (UINT64_C(1) << lane))
		lane++;
	assert(lane < class->limits.width);
	class->lanes |= UINT64_C(1) << lane;
	class->running++;
	return lane;
}

/* With the mutex held. NULL when nothing can begin now. */
static struct job *begin_job(struct jobs *jobs, unsigned *lane)
{
	for (unsigned i = 0; i < JOB_CLASSES; i++) {
		struct class *class = &jobs->classes[(jobs->next_class + i) % JOB_CLASSES];
		struct job *job = class->first;

		if (!job || class->running == class->limits.width)
			continue;
		class->first = job->next;
		if (!class->first)
			class->end = &class->first;
		class->waiting--;
		jobs->next_class = (jobs->next_class + i + 1) % JOB_CLASSES;
		*lane = take_lane(class);
		return job;
	}
	return NULL;
}

static bool may_run(const struct job *job, unsigned lane)
{
	const struct repeat *by = job->by;

	return !by || !by->lease.take ||
	       by->lease.take(by->lease.context, lane, by->lease.name, 2 * by->period_ms);
}

static bool nothing_waits(const struct jobs *jobs)
{
	for (size_t i = 0; i < JOB_CLASSES; i++)
		if (jobs->classes[i].first)
			return false;
	return true;
}

static void *work(void *context)
{
	struct jobs *jobs = context;
	unsigned lane;

	pthread_mutex_lock(&jobs->mutex);
	while (!jobs->ending || !nothing_waits(jobs)) {
		struct job *job = begin_job(jobs, &lane);

		if (!job) {
			pthread_cond_wait(&jobs->changed, &jobs->mutex);
			continue;
		}
		pthread_mutex_unlock(&jobs->mutex);
		if (may_run(job, lane))
			job->run(job->context, lane);
		pthread_mutex_lock(&jobs->mutex);
		struct class *class = &jobs->classes[job->class];

		class->lanes &= ~(UINT64_C(1) << lane);
		class->running--;
		/* Another job may wait for the lane, and at the end all threads wait. */
		if (class->first || jobs->ending)
			pthread_cond_broadcast(&jobs->changed);
		pthread_mutex_unlock(&jobs->mutex);
		/* Do not touch the job after this: its owner may free it at once. */
		loop_call(jobs->loop, &job->call);
		pthread_mutex_lock(&jobs->mutex);
	}
	pthread_mutex_unlock(&jobs->mutex);
	return NULL;
}

/* --- in the loop --- */

static void finish(void *context)
{
	struct job *job = context;

	job->jobs->classes[job->class].under_way--;
	job->under_way = false;
	if (job->done)
		job->done(job->context);
}

static enum status add_job(struct jobs *jobs, enum job_class class_id, struct job *job,
                           const struct repeat *by)
{
	struct class *class = &jobs->classes[class_id];

	assert(!job->under_way && class->limits.width > 0);
	if (jobs->stopped)
		return STATUS_CLOSED;
	if (class->under_way >= class->limits.most)
		return STATUS_BUSY;
	class->under_way++;
	job->under_way = true;
	job->class = class_id;
	job->jobs = jobs;
	job->next = NULL;
	job->by = by;
	job->call.run = finish;
	job->call.context = job;
	pthread_mutex_lock(&jobs->mutex);
	*class->end = job;
	class->end = &job->next;
	class->waiting++;
	pthread_cond_signal(&jobs->changed);
	pthread_mutex_unlock(&jobs->mutex);
	return STATUS_OK;
}

enum status jobs_add(struct jobs *jobs, enum job_class class, struct job *job)
{
	return add_job(jobs, class, job, NULL);
}

static void run_repeat(void *context)
{
	struct repeat *repeat = context;
	enum status status = STATUS_BUSY;

	if (!repeat->job->under_way)
		status = add_job(repeat->jobs, repeat->class, repeat->job, repeat);
	(void)status; /* if the class is full, the next period is early enough */
	/* Without memory for a timer the job is not repeated any more. */
	repeat->timer = loop_after(repeat->jobs->loop, repeat->period_ms, run_repeat, repeat);
}

enum status jobs_every(struct jobs *jobs, int64_t period_ms, enum job_class class, struct job *job)
{
	const struct job_lease none = { 0 };

	return jobs_every_leased(jobs, period_ms, class, job, &none);
}

enum status jobs_every_leased(struct jobs *jobs, int64_t period_ms, enum job_class class,
                              struct job *job, const struct job_lease *lease)
{
	struct repeat *repeated = calloc(1, sizeof(*repeated));

	if (!repeated)
		return STATUS_NO_MEMORY;
	*repeated = (struct repeat){ .jobs = jobs,
		                     .lease = *lease,
		                     .period_ms = period_ms,
		                     .class = class,
		                     .job = job,
		                     .next = jobs->repeats };
	repeated->timer = loop_after(jobs->loop, period_ms, run_repeat, repeated);
	if (!repeated->timer) {
		free(repeated);
		return STATUS_NO_MEMORY;
	}
	jobs->repeats = repeated;
	return STATUS_OK;
}

size_t jobs_waiting(struct jobs *jobs, enum job_class class)
{
	size_t waiting;

	pthread_mutex_lock(&jobs->mutex);
	waiting = jobs->classes[class].waiting;
	pthread_mutex_unlock(&jobs->mutex);
	return waiting;
}

/* --- making and ending --- */

static enum status start_threads(struct jobs *jobs, size_t count)
{
	for (; jobs->thread_count < count; jobs->thread_count++)
		if (pthread_create(&jobs->threads[jobs->thread_count], NULL, work, jobs) != 0)
			return STATUS_NO_MEMORY;
	return STATUS_OK;
}

enum status jobs_create(struct jobs **out, struct loop *loop,
                        const struct job_limits limits[JOB_CLASSES])
{
	size_t threads = 0;
	struct jobs *jobs;
	enum status status;

	for (size_t i = 0; i < JOB_CLASSES; i++)
		threads += limits[i].width;
	jobs = calloc(1, sizeof(*jobs) + threads * sizeof(jobs->threads[0]));
	if (!jobs)
		return STATUS_NO_MEMORY;
	jobs->loop = loop;
	for (size_t i = 0; i < JOB_CLASSES; i++) {
		assert(limits[i].width <= LANES_MOST);
		jobs->classes[i].limits = limits[i];
		jobs->classes[i].end = &jobs->classes[i].first;
	}
	if (pthread_mutex_init(&jobs->mutex, NULL) != 0) {
		free(jobs);
		return STATUS_NO_MEMORY;
	}
	if (pthread_cond_init(&jobs->changed, NULL) != 0) {
		pthread_mutex_destroy(&jobs->mutex);
		free(jobs);
		return STATUS_NO_MEMORY;
	}
	status = start_threads(jobs, threads);
	if (status != STATUS_OK) {
		jobs_stop(jobs);
		jobs_destroy(jobs);
		return status;
	}
	*out = jobs;
	return STATUS_OK;
}

static void end_repeats(const struct jobs *jobs)
{
	for (struct repeat *at = jobs->repeats; at; at = at->next) {
		timer_cancel(at->timer);
		at->timer = NULL;
	}
}

static void free_repeats(struct jobs *jobs)
{
	while (jobs->repeats) {
		struct repeat *ended = jobs->repeats;

		jobs->repeats = ended->next;
		free(ended);
	}
}

void jobs_stop(struct jobs *jobs)
{
	end_repeats(jobs);
	jobs->stopped = true;
	pthread_mutex_lock(&jobs->mutex);
	jobs->ending = true;
	pthread_cond_broadcast(&jobs->changed);
	pthread_mutex_unlock(&jobs->mutex);
	for (size_t i = 0; i < jobs->thread_count; i++)
		pthread_join(jobs->threads[i], NULL);
	jobs->thread_count = 0;
	/* The threads looked at them until now. */
	free_repeats(jobs);
}

void jobs_destroy(struct jobs *jobs)
{
	if (!jobs)
		return;
	assert(jobs->stopped);
	for (size_t i = 0; i < JOB_CLASSES; i++)
		assert(jobs->classes[i].under_way == 0);
	pthread_cond_destroy(&jobs->changed);
	pthread_mutex_destroy(&jobs->mutex);
	free(jobs);
}
