/*
 * A loop that the test drives: its clock moves only when the test says so, and nothing runs but
 * inside fake_loop_run() and fake_loop_until().
 */
#ifndef DAYI_TESTS_FAKE_LOOP_H
#define DAYI_TESTS_FAKE_LOOP_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "run/jobs.h"
#include "run/loop.h"

enum { FAKE_POSTS_MOST = 8, FAKE_PATIENCE_S = 60 };

struct fake_loop {
	struct loop *loop;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	unsigned wakes; /* how often it was woken */
	bool woken;     /* since the last run */
	int64_t alarm_us;
	atomic_int_least64_t now_us;
};

static inline void fake_loop_wake(void *context)
{
	struct fake_loop *fake = context;

	pthread_mutex_lock(&fake->mutex);
	fake->wakes++;
	fake->woken = true;
	pthread_cond_signal(&fake->changed);
	pthread_mutex_unlock(&fake->mutex);
}

static inline void fake_loop_alarm(void *context, int64_t at_us)
{
	((struct fake_loop *)context)->alarm_us = at_us;
}

static inline int64_t fake_loop_now_us(void *context)
{
	return ((struct fake_loop *)context)->now_us;
}

static inline int64_t fake_loop_now_ms(void *context)
{
	return fake_loop_now_us(context) / 1000;
}

static inline struct clock fake_loop_clock(struct fake_loop *fake)
{
	return (struct clock){ fake_loop_now_ms, fake_loop_now_us, fake };
}

static inline void fake_loop_make(struct fake_loop *fake)
{
	const struct loop_driver driver = { fake_loop_wake, fake_loop_alarm, fake };

	*fake = (struct fake_loop){ .alarm_us = INT64_MAX };
	if (pthread_mutex_init(&fake->mutex, NULL) != 0 ||
	    pthread_cond_init(&fake->changed, NULL) != 0 ||
	    loop_create(&fake->loop, &driver, fake_loop_clock(fake), FAKE_POSTS_MOST) != STATUS_OK)
		abort();
}

static inline void fake_loop_end(struct fake_loop *fake)
{
	loop_destroy(fake->loop);
	pthread_cond_destroy(&fake->changed);
	pthread_mutex_destroy(&fake->mutex);
}

/* What is due at the time that it is; `ms` later first. */
static inline void fake_loop_run(struct fake_loop *fake, int64_t ms)
{
	fake->now_us += ms * 1000;
	pthread_mutex_lock(&fake->mutex);
	fake->woken = false;
	pthread_mutex_unlock(&fake->mutex);
	loop_run(fake->loop);
}

/* Waits until it is woken; false when that takes beyond all reason. */
static inline bool fake_loop_await(struct fake_loop *fake)
{
	struct timespec until;
	bool woken;
	int error = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += FAKE_PATIENCE_S;
	pthread_mutex_lock(&fake->mutex);
	while (!fake->woken && error == 0)
		error = pthread_cond_timedwait(&fake->changed, &fake->mutex, &until);
	woken = fake->woken;
	pthread_mutex_unlock(&fake->mutex);
	return woken;
}

/* Goes on until `true_now` says so; false when nothing happens any more. */
static inline bool fake_loop_until(struct fake_loop *fake, bool (*true_now)(void *context),
                                   void *context)
{
	while (!true_now(context)) {
		if (!fake_loop_await(fake))
			return false;
		fake_loop_run(fake, 0);
	}
	return true;
}

/* Ends the threads; what they did last is told in the loop. */
static inline void fake_loop_stop_jobs(struct fake_loop *fake, struct jobs *jobs)
{
	jobs_stop(jobs);
	fake_loop_run(fake, 0);
}

#endif
