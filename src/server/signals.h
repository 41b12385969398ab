/*
 * Signals: a thread that waits for them, so that no handler runs anywhere and no wake-up is lost.
 */
#ifndef DAYI_SERVER_SIGNALS_H
#define DAYI_SERVER_SIGNALS_H

#include "base/status.h"

struct signals;

/* Called in the signals' thread. */
struct signals_receiver {
	void (*reload)(void *context);    /* SIGHUP */
	void (*terminate)(void *context); /* SIGTERM, SIGINT */
	void *context;
};

/* Keeps them from the calling thread and all that it starts. Call before any thread is started. */
void signals_block(void);

MUST_CHECK enum status signals_start(struct signals **out, const struct signals_receiver *receiver);
void signals_stop(struct signals *signals);

#endif
