#include "host/net/event_loop.h"

#include <ev.h>

#include "base/language.h"
#include "host/net/library_log.h"

enum { TICK_US = 100000 };

/*
 * Neither a flag nor lws_cancel_service() ends lws_service() on libev, so the loop is ours and the
 * library joins it. The environment (LIBEV_FLAGS) is ignored.
 */
static bool open_on_libev(struct event_loop *loop, struct lws_context_creation_info info)
{
	void *loops[1];

	loop->ev = ev_loop_new(EVFLAG_NOENV);
	if (!loop->ev)
		return false;
	loops[0] = loop->ev;
	info.options |= LWS_SERVER_OPTION_LIBEV;
	info.foreign_loops = loops;
	library_log_mute(true);
	loop->context = lws_create_context(&info);
	library_log_mute(false);
	if (loop->context)
		return true;
	ev_loop_destroy(loop->ev);
	loop->ev = NULL;
	return false;
}

enum status event_loop_open(struct event_loop *loop, struct lws_context_creation_info *info,
                            struct log *log)
{
	*loop = (struct event_loop){ 0 };
	if (open_on_libev(loop, *info))
		return STATUS_OK;
	log_event(log, LOG_WARN, "slow_loop",
	          LOG_TEXT("reason", _("libwebsockets has no libev here")),
	          LOG_TEXT("hint", _("every idle chat slows the others down; install the package "
	                             "libwebsockets-evlib-ev")));
	loop->context = lws_create_context(info);
	return loop->context ? STATUS_OK : STATUS_NO_MEMORY;
}

/*
 * On libev the library (4.1) looks for its next timer only when the pending one has expired. A
 * timer that is set meanwhile and due earlier would be late. This tick keeps every wait short.
 */
static void tick(lws_sorted_usec_list_t *sul)
{
	struct event_loop *loop = lws_container_of(sul, struct event_loop, tick);

	lws_sul_schedule(loop->context, 0, &loop->tick, tick, TICK_US);
}

void event_loop_close(struct event_loop *loop)
{
	lws_sul_cancel(&loop->tick);
	if (loop->context)
		lws_context_destroy(loop->context);
	if (loop->ev)
		ev_loop_destroy(loop->ev);
	*loop = (struct event_loop){ 0 };
}

void event_loop_run(struct event_loop *loop, const bool *stopped)
{
	if (loop->ev) {
		tick(&loop->tick);
		/* It looks for timers only after an event, so cause one. */
		lws_cancel_service(loop->context);
		if (!*stopped)
			ev_run(loop->ev, 0);
		return;
	}
	while (!*stopped && lws_service(loop->context, 0) >= 0)
		continue;
}

void event_loop_stop(struct event_loop *loop)
{
	if (loop->ev)
		ev_break(loop->ev, EVBREAK_ALL);
	else
		lws_cancel_service(loop->context);
}
