/*
 * Drives a WebSocket server: N connections in one loop, each with one message under way, until so
 * many were answered. The first tenth warms up and is not measured. One line of key=value.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libwebsockets.h>

#include "frames.h"
#include "samples.h"

enum {
	PIECE_BYTES = 32 * 1024,
	PATIENCE_S = 60,
};

struct options {
	const char *path, *questions, *expect;
	int port;
	size_t connections, messages;
};

struct connection {
	struct lws *wsi;
	int64_t sent_ns; /* 0: nothing under way */
	bool sound;      /* the reply under way looked right so far */
	size_t pieces;
};

struct client {
	struct options options;
	struct lws_context *context;
	struct connection *connections;
	struct frames frames;
	unsigned char
	        out[LWS_PRE + FRAME_BYTES_MOST]; /* lws_write() masks what it sends in its place */
	size_t open, sent, answered, warm, wrong;
	int64_t begun_ns, ended_ns;
	struct samples samples;
	const char *failed; /* why it ends early */
};

static size_t wanted(const struct client *client)
{
	return client->warm + client->options.messages;
}

static void fail(struct client *client, const char *why)
{
	if (!client->failed)
		client->failed = why;
}

static int send_next(struct client *client, struct connection *connection)
{
	if (client->open < client->options.connections || connection->sent_ns ||
	    client->sent == wanted(client))
		return 0;
	const size_t which = client->sent++ % client->frames.count;
	connection->sent_ns = now_ns();
	connection->pieces = 0;
	connection->sound = true;
	memcpy(client->out + LWS_PRE, client->frames.texts[which], client->frames.lengths[which]);
	const int written = lws_write(connection->wsi, client->out + LWS_PRE,
	                              client->frames.lengths[which], LWS_WRITE_TEXT);
	return written < (int)client->frames.lengths[which] ? -1 : 0;
}

static bool contains(const char *bytes, size_t length, const char *what)
{
	return memmem(bytes, length, what, strlen(what));
}

static void count_answer(struct client *client, struct connection *connection)
{
	const int64_t now = now_ns();
	client->answered++;
	client->wrong += !connection->sound;
	if (client->answered == client->warm)
		client->begun_ns = now;
	if (client->answered > client->warm)
		samples_add(&client->samples, now - connection->sent_ns);
	if (client->answered == wanted(client))
		client->ended_ns = now;
	connection->sent_ns = 0;
	lws_callback_on_writable(connection->wsi);
}

static int receive(struct client *client, struct connection *connection, const char *in,
                   size_t length)
{
	if (connection->pieces++ == 0)
		connection->sound = contains(in, length, client->options.expect) &&
		                    !contains(in, length, "\"outcome\":\"busy\"") &&
		                    !contains(in, length, "\"outcome\":\"error\"");
	if (connection->sent_ns && lws_remaining_packet_payload(connection->wsi) == 0 &&
	    lws_is_final_fragment(connection->wsi))
		count_answer(client, connection);
	return 0;
}

static void opened(struct client *client)
{
	if (++client->open < client->options.connections)
		return;
	for (size_t i = 0; i < client->options.connections; i++)
		lws_callback_on_writable(client->connections[i].wsi);
}

static int handle(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                  size_t length)
{
	struct connection *connection = user;
	struct client *client = lws_context_user(lws_get_context(wsi));
	switch (reason) {
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		connection->wsi = wsi;
		opened(client);
		return 0;
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		return send_next(client, connection);
	case LWS_CALLBACK_CLIENT_RECEIVE:
		return receive(client, connection, in, length);
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		fail(client, "a connection was refused");
		return 0;
	case LWS_CALLBACK_CLIENT_CLOSED:
		fail(client, "a connection was closed by the server");
		return 0;
	default:
		return 0;
	}
}

static const struct lws_protocols protocols[] = {
	{ "dayi.chat.v1", handle, 0, PIECE_BYTES, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 },
};

static void connect_all(struct client *client)
{
	for (size_t i = 0; i < client->options.connections && !client->failed; i++) {
		const struct lws_client_connect_info info = {
			.context = client->context,
			.address = "127.0.0.1",
			.host = "127.0.0.1",
			.port = client->options.port,
			.path = client->options.path,
			.protocol = protocols[0].name,
			.userdata = &client->connections[i],
			.ietf_version_or_minus_one = -1,
		};
		if (!lws_client_connect_via_info(&info))
			fail(client, "a connection could not be begun");
		/* The listen queue of a server is short. */
		while (client->open + 32 < i && !client->failed)
			if (lws_service(client->context, 0) < 0)
				fail(client, "libwebsockets' loop ended");
	}
}

static void drive(struct client *client)
{
	const int64_t deadline = now_ns() + (int64_t)PATIENCE_S * 1000000000;
	connect_all(client);
	while (!client->ended_ns && !client->failed) {
		if (lws_service(client->context, 0) < 0)
			fail(client, "libwebsockets' loop ended");
		if (now_ns() > deadline)
			fail(client, "it took more than a minute");
	}
}

static bool start(struct client *client)
{
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.protocols = protocols,
		.user = client,
	};
	lws_set_log_level(LLL_ERR, NULL);
	client->warm = client->options.messages / 10 + 1;
	client->connections = calloc(client->options.connections, sizeof(*client->connections));
	client->context = lws_create_context(&info);
	return client->connections && client->context &&
	       samples_init(&client->samples, client->options.messages);
}

static void finish(struct client *client)
{
	if (client->context)
		lws_context_destroy(client->context);
	frames_deinit(&client->frames);
	free(client->connections);
	samples_deinit(&client->samples);
}

static int report(struct client *client)
{
	if (!client->failed && client->wrong > 0)
		client->failed = "replies were not what was expected";
	if (client->failed) {
		fprintf(stderr, "bench_ws_client: %s (%zu open, %zu answered, %zu of them wrong)\n",
		        client->failed, client->open, client->answered, client->wrong);
		return EXIT_FAILURE;
	}
	const double seconds = (double)(client->ended_ns - client->begun_ns) / 1e9;
	printf("connections=%zu per_s=%.0f p50_us=%.0f p99_us=%.0f\n", client->options.connections,
	       (double)client->options.messages / seconds,
	       samples_percentile_us(&client->samples, 50),
	       samples_percentile_us(&client->samples, 99));
	return EXIT_SUCCESS;
}

static const struct argp_option option_table[] = {
	{ "port", 'p', "PORT", 0, "Port on 127.0.0.1", 0 },
	{ "path", 'u', "PATH", 0, "Path (/chat)", 0 },
	{ "connections", 'n', "N", 0, "Connections (1)", 0 },
	{ "messages", 'm', "N", 0, "Measured messages in all (10000)", 0 },
	{ "questions", 'q', "FILE", 0, "Lines {\"q\":...}", 0 },
	{ "expect", 'e', "TEXT", 0, "What every answer must hold", 0 },
	{ 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'p':
		options->port = (int)strtol(value, NULL, 10);
		return 0;
	case 'u':
		options->path = value;
		return 0;
	case 'n':
		options->connections = strtoul(value, NULL, 10);
		return 0;
	case 'm':
		options->messages = strtoul(value, NULL, 10);
		return 0;
	case 'q':
		options->questions = value;
		return 0;
	case 'e':
		options->expect = value;
		return 0;
	case ARGP_KEY_END:
		if (!options->port || !options->questions || !options->connections ||
		    !options->messages)
			argp_error(state, "--port and --questions are needed");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int main(int argc, char **argv)
{
	static const struct argp argp = { option_table, parse, NULL, NULL, NULL, NULL, NULL };
	struct client client = {
		.options = { .path = "/chat", .expect = "", .connections = 1, .messages = 10000 }
	};
	if (argp_parse(&argp, argc, argv, 0, NULL, &client.options) != 0)
		return EXIT_FAILURE;
	client.failed = frames_read(&client.frames, client.options.questions);
	if (!start(&client))
		fail(&client, "there is not enough memory");
	if (!client.failed)
		drive(&client);
	const int result = report(&client);
	finish(&client);
	return result;
}
