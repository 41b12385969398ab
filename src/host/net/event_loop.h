/*
 * Event loop: what libwebsockets runs on. libev, whose cost does not grow with idle connections, or
 * poll where the library's plugin for libev is not installed. One thread.
 */
#ifndef DAYI_NET_EVENT_LOOP_H
#define DAYI_NET_EVENT_LOOP_H

#include <libwebsockets.h>

#include "base/log.h"

struct event_loop {
	struct lws_context *context;
	struct ev_loop *ev; /* NULL: poll */
	lws_sorted_usec_list_t tick;
};

/*
 * Creates the library's context on libev, else, with a warning in the log, on poll. `info` is all
 * but the options and loops of libev. STATUS_NO_MEMORY when the library refuses both.
 */
MUST_CHECK enum status event_loop_open(struct event_loop *loop,
                                       struct lws_context_creation_info *info, struct log *log);

/* Destroys the context, which calls back for every connection that is left. */
void event_loop_close(struct event_loop *loop);

/* Runs until *stopped is true; returns at once where it is. */
void event_loop_run(struct event_loop *loop, const bool *stopped);

/* Ends event_loop_run(). Call it in a callback of the loop, after setting *stopped. */
void event_loop_stop(struct event_loop *loop);

#endif
