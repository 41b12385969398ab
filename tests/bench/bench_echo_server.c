/*
 * A bare echo server on libwebsockets' own loop, to hold dayi beside: what the library costs
 * before anything is parsed, matched or written down.
 *
 *   bench_echo_server PORT
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libwebsockets.h>

enum { MESSAGE_BYTES = 16 * 1024 };

struct session {
	size_t length;
	int waiting;
	unsigned char buffer[LWS_PRE + MESSAGE_BYTES];
};

static volatile sig_atomic_t stopped;

static void stop(int number)
{
	(void)number;
	stopped = 1;
}

/* A piece of a message; -1 when it does not fit or the last one was not read yet. */
static int take(struct lws *wsi, struct session *session, const void *in, size_t length)
{
	if (session->waiting || session->length + length > MESSAGE_BYTES)
		return -1;
	if (length > 0)
		memcpy(session->buffer + LWS_PRE + session->length, in, length);
	session->length += length;
	if (lws_remaining_packet_payload(wsi) == 0 && lws_is_final_fragment(wsi)) {
		session->waiting = 1;
		lws_callback_on_writable(wsi);
	}
	return 0;
}

static int give(struct lws *wsi, struct session *session)
{
	if (!session->waiting)
		return 0;
	const int written =
	        lws_write(wsi, session->buffer + LWS_PRE, session->length, LWS_WRITE_TEXT);
	const int whole = written >= (int)session->length;
	session->waiting = 0;
	session->length = 0;
	return whole ? 0 : -1;
}

static int handle(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                  size_t length)
{
	struct session *session = user;
	if (reason == LWS_CALLBACK_RECEIVE)
		return take(wsi, session, in, length);
	if (reason == LWS_CALLBACK_SERVER_WRITEABLE)
		return give(wsi, session);
	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "http", lws_callback_http_dummy, 0, 0, 0, NULL, 0 },
	{ "dayi.chat.v1", handle, sizeof(struct session), 4096, 0, NULL, 4096 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 },
};

int main(int argc, char **argv)
{
	const struct sigaction action = { .sa_handler = stop };
	struct lws_context_creation_info info = { 0 };
	if (argc != 2) {
		fprintf(stderr, "usage: bench_echo_server PORT\n");
		return EXIT_FAILURE;
	}
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	lws_set_log_level(LLL_ERR, NULL);
	info.port = (int)strtol(argv[1], NULL, 10);
	info.iface = "127.0.0.1";
	info.protocols = protocols;
	info.options = LWS_SERVER_OPTION_VALIDATE_UTF8;
	struct lws_context *context = lws_create_context(&info);
	if (!context)
		return EXIT_FAILURE;
	while (!stopped && lws_service(context, 0) >= 0)
		;
	lws_context_destroy(context);
	return EXIT_SUCCESS;
}
