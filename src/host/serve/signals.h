/*
 * Signals: a thread that waits for them, so that no handler runs anywhere and no wake-up is lost.
 */
#ifndef DAYI_SERVE_SIGNALS_H
#define DAYI_SERVE_SIGNALS_H

#include "base/status.h"
#include "run/loop.h"

struct signals;

/* Called in the loop, once for each signal. */
struct signals_receiver {
	void (*reload)(void *context);    /* SIGHUP */
	void (*terminate)(void *context); /* SIGTERM, SIGINT */
	void *context;
};

/* Keeps them from the calling thread and all that it starts. Call before any thread is started. */
void signals_block(void);

MUST_CHECK enum status signals_start(struct signals **out, struct loop *loop,
                                     const struct signals_receiver *receiver);

/* Nothing is posted to the loop after. Takes NULL. */
void signals_stop(struct signals *signals);

#endif
