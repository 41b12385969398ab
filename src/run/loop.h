/*
 * Loop: the one thread that takes messages and sends replies, as the rest of the program sees it.
 *
 * The owner of the thread (host/net/loop_lws.h, a test) drives it: it calls loop_run() after `wake`
 * and when an alarm is due. What is posted runs there, in the order in which it was posted,
 * and so do timers. Only loop_post() and loop_call() may be called in other threads.
 */
#ifndef DAYI_RUN_LOOP_H
#define DAYI_RUN_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/status.h"

struct loop;
struct timer;

/* What the owner of the thread provides. */
struct loop_driver {
	/* Any thread: makes the loop's thread call loop_run() soon. Must not call it itself. */
	void (*wake)(void *context);
	/*
	 * Loop thread: asks for a loop_run() at that time of the monotonic clock, in place of the
	 * time asked for before. INT64_MAX: at none. NULL where timers are looked at anyway.
	 */
	void (*alarm)(void *context, int64_t at_us);
	void *context;
};

/* `posts_most`: how many loop_post() may be waiting. */
MUST_CHECK enum status loop_create(struct loop **out, const struct loop_driver *driver,
                                   struct clock clock, size_t posts_most);

/* Posts that did not run and timers that did not fire are forgotten. Takes NULL. */
void loop_destroy(struct loop *loop);

/* Runs `run` in the loop's thread. Any thread; never waits. False when too many wait already. */
MUST_CHECK bool loop_post(struct loop *loop, void (*run)(void *context), void *context);

/*
 * A post whose memory its owner provides, so that it cannot be refused: set `run` and `context`,
 * and leave the rest zero. It must live until it ran, or until the loop is destroyed.
 */
struct loop_call {
	void (*run)(void *context);
	void *context;
	bool waits; /* loop.c's own from here on */
	struct loop_call *next;
};

/* Any thread; never waits. A call that waits already is not queued again: it runs once. */
void loop_call(struct loop *loop, struct loop_call *call);

/*
 * Runs `run` in `delay_ms`. Loop thread only. NULL without memory. The timer is gone once it has
 * fired or was cancelled.
 */
struct timer *loop_after(struct loop *loop, int64_t delay_ms, void (*run)(void *context),
                         void *context);

/* Loop thread only; not after it fired. Takes NULL. */
void timer_cancel(struct timer *timer);

/*
 * Runs what was posted so far, then the timers that are due. Loop thread only; not from inside a
 * post or timer.
 */
void loop_run(struct loop *loop);

#endif
