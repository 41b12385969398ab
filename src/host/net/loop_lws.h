/*
 * Loop over libwebsockets: wakes its service thread, and keeps its alarm for it. Whoever gets
 * LWS_CALLBACK_EVENT_WAIT_CANCELLED calls loop_run().
 */
#ifndef DAYI_NET_LOOP_LWS_H
#define DAYI_NET_LOOP_LWS_H

#include <libwebsockets.h>

#include "run/loop.h"

struct loop_lws {
	/* NULL: nothing is served yet, or no longer. A signal may come while it is set. */
	struct lws_context *_Atomic context;
	lws_sorted_usec_list_t alarm;
	struct loop *loop;
	struct clock clock;
};

MUST_CHECK enum status loop_lws_init(struct loop_lws *loop, struct clock clock);

/* Runs what was posted before. Call in the thread that will serve the context. */
void loop_lws_attach(struct loop_lws *loop, struct lws_context *context);

/* Before the context is destroyed: no thread may post any more. */
void loop_lws_detach(struct loop_lws *loop);

void loop_lws_deinit(struct loop_lws *loop);

#endif
