#include "run/loop.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

/* One of loop_post(): it goes back to the free ones before it runs. */
struct post {
	struct loop_call call;
	void (*run)(void *context);
	void *context;
	struct loop *loop;
	struct post *next_free;
};

struct timer {
	struct loop *loop;
	int64_t at_us;
	void (*run)(void *context);
	void *context;
	struct timer *next; /* due later, or as early and made later */
};

struct loop {
	struct loop_driver driver;
	struct clock clock;
	pthread_mutex_t mutex; /* of the calls that wait, and of the free posts */
	struct loop_call *first, **end;
	struct post *free;
	struct timer *timers;
	int64_t alarm_us; /* what the driver was asked for */
	bool running;
	struct post posts[];
};

enum status loop_create(struct loop **out, const struct loop_driver *driver, struct clock clock,
                        size_t posts_most)
{
	struct loop *loop = calloc(1, sizeof(*loop) + posts_most * sizeof(loop->posts[0]));

	if (!loop)
		return STATUS_NO_MEMORY;
	if (pthread_mutex_init(&loop->mutex, NULL) != 0) {
		free(loop);
		return STATUS_NO_MEMORY;
	}
	loop->driver = *driver;
	loop->clock = clock;
	loop->end = &loop->first;
	loop->alarm_us = INT64_MAX;
	for (size_t i = 0; i < posts_most; i++) {
		loop->posts[i].loop = loop;
		loop->posts[i].next_free = loop->free;
		loop->free = &loop->posts[i];
	}
	*out = loop;
	return STATUS_OK;
}

void loop_destroy(struct loop *loop)
{
	if (!loop)
		return;
	assert(!loop->running);
	while (loop->timers) {
		struct timer *timer = loop->timers;

		loop->timers = timer->next;
		free(timer);
	}
	pthread_mutex_destroy(&loop->mutex);
	free(loop);
}

/* --- what is posted --- */

/* With the mutex held. True if nothing waited before: else the loop was woken already. */
static bool append(struct loop *loop, struct loop_call *call)
{
	const bool first = !loop->first;

	call->waits = true;
	call->next = NULL;
	*loop->end = call;
	loop->end = &call->next;
	return first;
}

void loop_call(struct loop *loop, struct loop_call *call)
{
	bool wake = false;

	assert(call->run);
	pthread_mutex_lock(&loop->mutex);
	if (!call->waits)
		wake = append(loop, call);
	pthread_mutex_unlock(&loop->mutex);
	if (wake)
		loop->driver.wake(loop->driver.context);
}

static void run_post(void *context)
{
	struct post *post = context;
	struct loop *loop = post->loop;
	void (*run)(void *context) = post->run;
	void *with = post->context;

	pthread_mutex_lock(&loop->mutex);
	post->next_free = loop->free;
	loop->free = post;
	pthread_mutex_unlock(&loop->mutex);
	run(with);
}

bool loop_post(struct loop *loop, void (*run)(void *context), void *context)
{
	struct post *post;
	bool wake = false;

	pthread_mutex_lock(&loop->mutex);
	post = loop->free;
	if (post) {
		loop->free = post->next_free;
		post->run = run;
		post->context = context;
		post->call.run = run_post;
		post->call.context = post;
		wake = append(loop, &post->call);
	}
	pthread_mutex_unlock(&loop->mutex);
	if (wake)
		loop->driver.wake(loop->driver.context);
	return post != NULL;
}

static struct loop_call *take_call(struct loop *loop)
{
	struct loop_call *call;

	pthread_mutex_lock(&loop->mutex);
	call = loop->first;
	if (call) {
		loop->first = call->next;
		if (!loop->first)
			loop->end = &loop->first;
		/* From here on it may be queued again, even by what it runs. */
		call->waits = false;
	}
	pthread_mutex_unlock(&loop->mutex);
	return call;
}

static size_t count_calls(struct loop *loop)
{
	size_t count = 0;

	pthread_mutex_lock(&loop->mutex);
	for (const struct loop_call *call = loop->first; call; call = call->next)
		count++;
	pthread_mutex_unlock(&loop->mutex);
	return count;
}

/*
 * Runs only what waits now: calls that post themselves again must not starve sockets and timers.
 * Nobody woke the loop for what came meanwhile, so it is woken here.
 */
static void run_calls(struct loop *loop)
{
	for (size_t left = count_calls(loop); left > 0; left--) {
		struct loop_call *call = take_call(loop);

		call->run(call->context);
	}
	if (count_calls(loop) > 0)
		loop->driver.wake(loop->driver.context);
}

/* --- timers --- */

static void set_alarm(struct loop *loop)
{
	const int64_t at_us = loop->timers ? loop->timers->at_us : INT64_MAX;

	/* loop_run() sets the alarm when it ends. */
	if (loop->running || at_us == loop->alarm_us)
		return;
	loop->alarm_us = at_us;
	if (loop->driver.alarm)
		loop->driver.alarm(loop->driver.context, at_us);
}

struct timer *loop_after(struct loop *loop, int64_t delay_ms, void (*run)(void *context),
                         void *context)
{
	struct timer *timer = calloc(1, sizeof(*timer));
	struct timer **at = &loop->timers;

	if (!timer)
		return NULL;
	timer->loop = loop;
	timer->at_us = clock_monotonic_us(&loop->clock) + delay_ms * 1000;
	timer->run = run;
	timer->context = context;
	while (*at && (*at)->at_us <= timer->at_us)
		at = &(*at)->next;
	timer->next = *at;
	*at = timer;
	set_alarm(loop);
	return timer;
}

void timer_cancel(struct timer *timer)
{
	struct timer **at;

	if (!timer)
		return;
	at = &timer->loop->timers;
	while (*at != timer) {
		assert(*at); /* a timer that fired is gone */
		at = &(*at)->next;
	}
	*at = timer->next;
	set_alarm(timer->loop);
	free(timer);
}

/* Runs the timers that are due. A timer that one of them sets for now fires at the next run. */
static void run_timers(struct loop *loop)
{
	const int64_t now_us = clock_monotonic_us(&loop->clock);
	size_t due = 0;

	for (const struct timer *at = loop->timers; at && at->at_us <= now_us; at = at->next)
		due++;
	for (; due > 0 && loop->timers && loop->timers->at_us <= now_us; due--) {
		const struct timer fired = *loop->timers;

		free(loop->timers);
		loop->timers = fired.next;
		fired.run(fired.context);
	}
}

void loop_run(struct loop *loop)
{
	assert(!loop->running);
	loop->running = true;
	run_calls(loop);
	run_timers(loop);
	loop->running = false;
	/* The alarm of the driver may have fired. */
	loop->alarm_us = INT64_MAX;
	set_alarm(loop);
}
