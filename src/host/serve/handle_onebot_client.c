#include "host/serve/handle_onebot_parts.h"

enum {
	WAIT_FIRST_MS = 1000,
	WAIT_MOST_MS = 60000,
};

static void connect_now(void *context);

/* Later each time, until a frame came: whoever refuses us lets us in first and closes then. */
static void connect_later(struct onebot_client *client, struct onebot *onebot)
{
	const struct server *server = onebot->server;
	uint64_t number = 0;
	int64_t wait_ms = client->wait_ms;

	client->wsi = NULL;
	if (onebot->stopped || onebot->draining || client->again)
		return;
	/* All machines of an office do not come back in the same moment. */
	if (server->random(&number, sizeof(number)))
		wait_ms += (int64_t)(number % (uint64_t)(wait_ms / 4 + 1));
	client->wait_ms = client->wait_ms * 2 > WAIT_MOST_MS ? WAIT_MOST_MS : client->wait_ms * 2;
	client->again = loop_after(server->loop.loop, wait_ms, connect_now, onebot);
	if (!client->again)
		log_event(server->log, LOG_ERROR, "onebot_connect_ended",
		          LOG_TEXT("status", status_text(STATUS_NO_MEMORY)));
}

static void connect_now(void *context)
{
	struct onebot *onebot = context;
	struct onebot_client *client = &onebot->client;
	const struct server *server = onebot->server;
	const struct lws_client_connect_info info = {
		.context = server->events.context,
		.vhost = server->vhost,
		.address = client->address,
		.host = client->address,
		.port = client->port,
		.path = client->path,
		.ietf_version_or_minus_one = -1,
		.local_protocol_name = ONEBOT_CLIENT_PROTOCOL,
		.pwsi = &client->wsi,
	};

	client->again = NULL;
	if (onebot->stopped || onebot->draining)
		return;
	/* A failure may be told by the callback already, before this returns. */
	if (!lws_client_connect_via_info(&info) && !client->again)
		connect_later(client, onebot);
}

void onebot_client_start(struct onebot *onebot)
{
	struct onebot_client *client = &onebot->client;
	struct config_socket socket;

	if (!config_socket_read(onebot->server->config->onebot.connect, &socket))
		return; /* none is configured: config_check() saw to the others */
	memcpy(client->address, socket.host, sizeof(socket.host));
	memcpy(client->path, socket.path, sizeof(socket.path));
	client->port = socket.port;
	client->wait_ms = WAIT_FIRST_MS;
	connect_now(onebot);
}

void onebot_client_stop(struct onebot *onebot)
{
	timer_cancel(onebot->client.again);
	onebot->client.again = NULL;
}

/* --- the library's callbacks --- */

static int add_token(struct onebot *onebot, struct lws *wsi, void *in, size_t len)
{
	unsigned char **at = in;
	char value[HTTP_FIELD_MOST + 16];

	if (onebot->token.len == 0)
		return 0;
	snprintf(value, sizeof(value), "Bearer %s", buf_text(&onebot->token));
	return lws_add_http_header_by_token(wsi, WSI_TOKEN_HTTP_AUTHORIZATION,
	                                    (const unsigned char *)value, (int)strlen(value), at,
	                                    *at + len)
	               ? -1
	               : 0;
}

static int establish(struct onebot *onebot, struct lws *wsi)
{
	struct onebot_client *client = &onebot->client;

	client->wire = onebot_wire_open(onebot, wsi, ONEBOT_UNIVERSAL, (struct span){ NULL, 0 });
	return client->wire ? 0 : -1;
}

static int receive(struct onebot *onebot, const char *in, size_t len)
{
	struct onebot_client *client = &onebot->client;

	if (!client->wire)
		return -1;
	client->wait_ms = WAIT_FIRST_MS;
	onebot_wire_receive(client->wire, in ? in : "", len);
	return client->wire->ended ? -1 : 0;
}

static void lose(struct onebot *onebot, const char *reason)
{
	struct onebot_client *client = &onebot->client;

	if (client->wire)
		onebot_wire_close(client->wire);
	else
		log_event(onebot->server->log, LOG_WARN, "onebot_connect_failed",
		          LOG_TEXT("reason", reason), LOG_NUMBER("again_in_ms", client->wait_ms));
	client->wire = NULL;
	connect_later(client, onebot);
}

int handle_onebot_client(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                         size_t len)
{
	struct onebot *onebot = server_of(wsi)->onebot;

	(void)user;
	if (!onebot)
		return 0;
	switch (reason) {
	case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
		return add_token(onebot, wsi, in, len);
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		return establish(onebot, wsi);
	case LWS_CALLBACK_CLIENT_RECEIVE:
		return receive(onebot, in, len);
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		return onebot->client.wire ? onebot_wire_write(onebot->client.wire) : -1;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		lose(onebot, in ? in : "");
		return 0;
	case LWS_CALLBACK_CLIENT_CLOSED:
		lose(onebot, "closed");
		return 0;
	default:
		return 0;
	}
}
