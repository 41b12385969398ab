#include "host/net/library_log.h"

#include <string.h>

#include <libwebsockets.h>

#include "host/net/limits.h"

/*
 * The library (4.1) hands its messages to a function without any context, so this one pointer has
 * to be static. It is set before the loop starts and taken away after it ended.
 */
static struct {
	struct log *log;
	struct clock clock;
	struct bucket bucket;
	int64_t suppressed;
} sink; /* NOLINT(cppcoreguidelines-avoid-non-const-global-variables) */

/* Clients can provoke messages: they must not fill the disk with them. */
static const struct bucket_rate rate = { .per_s = 5, .burst = 50 };

static void emit(int level, const char *line)
{
	struct span text = span_of(line);

	if (!bucket_take(&sink.bucket, &rate, COST_MESSAGE, clock_monotonic_us(&sink.clock))) {
		sink.suppressed++;
		return;
	}
	while (text.len > 0 && text.ptr[text.len - 1] == '\n')
		text.len--;
	log_event(sink.log, level == LLL_ERR ? LOG_WARN : LOG_INFO, "libwebsockets",
	          LOG_SPAN("message", text), LOG_NUMBER("suppressed", sink.suppressed));
	sink.suppressed = 0;
}

void library_log_start(struct log *log, struct clock clock)
{
	sink.log = log;
	sink.clock = clock;
	sink.suppressed = 0;
	bucket_init(&sink.bucket, &rate, clock_monotonic_us(&clock));
	library_log_mute(false);
}

void library_log_mute(bool mute)
{
	/* Notices are left out for good: one of them dumps what a client sent, unmasked. */
	lws_set_log_level(mute ? 0 : LLL_ERR | LLL_WARN, emit);
}

void library_log_stop(void)
{
	lws_set_log_level(0, NULL);
	sink.log = NULL;
}
