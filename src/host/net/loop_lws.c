#include "host/net/loop_lws.h"

enum { POSTS_MOST = 256 };

static void wake(void *context)
{
	const struct loop_lws *loop = context;
	struct lws_context *served = loop->context;

	if (served)
		lws_cancel_service(served);
}

static void on_alarm(lws_sorted_usec_list_t *alarm)
{
	struct loop_lws *loop = lws_container_of(alarm, struct loop_lws, alarm);

	loop_run(loop->loop);
}

static void set_alarm(void *context, int64_t at_us)
{
	struct loop_lws *loop = context;
	int64_t left_us;

	if (!loop->context)
		return;
	lws_sul_cancel(&loop->alarm);
	if (at_us == INT64_MAX)
		return;
	left_us = at_us - clock_monotonic_us(&loop->clock);
	lws_sul_schedule(loop->context, 0, &loop->alarm, on_alarm, left_us > 0 ? left_us : 1);
}

enum status loop_lws_init(struct loop_lws *loop, struct clock clock)
{
	const struct loop_driver driver = { wake, set_alarm, loop };

	*loop = (struct loop_lws){ .clock = clock };
	return loop_create(&loop->loop, &driver, clock, POSTS_MOST);
}

void loop_lws_attach(struct loop_lws *loop, struct lws_context *context)
{
	loop->context = context;
	loop_run(loop->loop);
}

void loop_lws_detach(struct loop_lws *loop)
{
	if (loop->context)
		lws_sul_cancel(&loop->alarm);
	loop->context = NULL;
}

void loop_lws_deinit(struct loop_lws *loop)
{
	loop_destroy(loop->loop);
	loop->loop = NULL;
}
