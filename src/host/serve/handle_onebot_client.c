/*
 * How it works: a name is looked up in a job, for each attempt anew, since looking up may take long
 * and an address may change, and the next one of its addresses is taken, until one is heard of;
 * then the library connects to the address. Over TLS it checks the certificate against the name and
 * the authorities, and nothing is sent before that.
 */
#include "host/serve/handle_onebot_parts.h"

#include <netdb.h>
#include <sys/socket.h>

#include "base/language.h"

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
	if (!client->heard)
		client->turn++;
	client->heard = false;
	/* All machines of an office do not come back in the same moment. */
	if (server->random(&number, sizeof(number)))
		wait_ms += (int64_t)(number % (uint64_t)(wait_ms / 4 + 1));
	client->wait_ms = client->wait_ms * 2 > WAIT_MOST_MS ? WAIT_MOST_MS : client->wait_ms * 2;
	client->again = loop_after(server->loop.loop, wait_ms, connect_now, onebot);
	if (!client->again)
		log_event(server->log, LOG_ERROR, "onebot_connect_ended",
		          LOG_TEXT("status", status_text(STATUS_NO_MEMORY)));
}

static void connect_to_address(struct onebot *onebot)
{
	struct onebot_client *client = &onebot->client;
	const struct server *server = onebot->server;
	const struct lws_client_connect_info info = {
		.context = server->events.context,
		.vhost = server->vhost,
		.address = client->address,
		.host = client->socket.host,
		.port = client->socket.port,
		.path = client->socket.path,
		.ssl_connection = client->socket.secure ? LCCSCF_USE_SSL : 0,
		.ietf_version_or_minus_one = -1,
		.local_protocol_name = ONEBOT_CLIENT_PROTOCOL,
		.pwsi = &client->wsi,
	};

	/* A failure may be told by the callback already, before this returns. */
	if (!lws_client_connect_via_info(&info) && !client->again)
		connect_later(client, onebot);
}

static void log_failure(const struct onebot *onebot, const char *reason)
{
	const bool secure = onebot->client.socket.secure;

	log_event(onebot->server->log, LOG_WARN, "onebot_connect_failed",
	          LOG_TEXT("reason", reason), LOG_NUMBER("again_in_ms", onebot->client.wait_ms),
	          LOG_TEXT("hint", secure ? _("where the library says so above, its certificate is "
	                                      "not good for this name, or nobody in fetch.ca_file "
	                                      "or the system's list vouches for it")
	                                  : ""));
}

/* Of several addresses each attempt takes the next one: the first may be one where nobody listens.
 */
static const struct addrinfo *choose(const struct addrinfo *found, unsigned turn)
{
	const struct addrinfo *at = found;

	for (unsigned i = 0; i < turn; i++)
		at = at->ai_next ? at->ai_next : found;
	return at;
}

/* In a job. */
static void look_up(void *context, unsigned lane)
{
	struct onebot *onebot = context;
	struct onebot_client *client = &onebot->client;
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };
	struct addrinfo *found = NULL;
	int error = getaddrinfo(client->socket.host, NULL, &hints, &found);

	(void)lane;
	client->address[0] = '\0';
	if (error == 0) {
		const struct addrinfo *one = choose(found, client->turn);

		error = getnameinfo(one->ai_addr, one->ai_addrlen, client->address,
		                    sizeof(client->address), NULL, 0, NI_NUMERICHOST);
	}
	(void)snprintf(client->problem, sizeof(client->problem), "%s",
	               error == 0 ? "" : gai_strerror(error));
	if (found)
		freeaddrinfo(found);
}

static void looked_up(void *context)
{
	struct onebot *onebot = context;
	struct onebot_client *client = &onebot->client;

	if (onebot->stopped || onebot->draining)
		return;
	if (client->problem[0] == '\0') {
		connect_to_address(onebot);
		return;
	}
	log_failure(onebot, client->problem);
	connect_later(client, onebot);
}

static void connect_now(void *context)
{
	struct onebot *onebot = context;
	struct onebot_client *client = &onebot->client;

	client->again = NULL;
	if (onebot->stopped || onebot->draining)
		return;
	if (!client->socket.named) {
		connect_to_address(onebot);
		return;
	}
	client->lookup = (struct job){ .run = look_up, .done = looked_up, .context = onebot };
	if (jobs_add(onebot->server->jobs, JOB_NAMES, &client->lookup) != STATUS_OK)
		connect_later(client, onebot);
}

/* Who vouches for a certificate: the office's own file, or the system's. */
static bool open_tls(const struct onebot *onebot)
{
	const char *file = onebot->server->config->fetch.ca_file;
	const struct lws_context_creation_info info = {
		.client_ssl_ca_filepath = file[0] ? file : NULL,
		.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
		           (file[0] ? LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS : 0),
	};

	if (lws_init_vhost_client_ssl(&info, onebot->server->vhost) == 0)
		return true;
	log_event(onebot->server->log, LOG_ERROR, "onebot_tls_refused",
	          LOG_TEXT("ca_file", file[0] ? file : "system"));
	return false;
}

void onebot_client_start(struct onebot *onebot)
{
	struct onebot_client *client = &onebot->client;

	if (!config_socket_read(onebot->server->config->onebot.connect, &client->socket))
		return; /* none is configured: config_check() saw to the others */
	if (!client->socket.named)
		(void)snprintf(client->address, sizeof(client->address), "%.63s",
		               client->socket.host);
	client->wait_ms = WAIT_FIRST_MS;
	if (!client->socket.secure || open_tls(onebot))
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
	client->heard = true;
	onebot_wire_receive(client->wire, in ? in : "", len);
	return client->wire->ended ? -1 : 0;
}

static void lose(struct onebot *onebot, const char *reason)
{
	struct onebot_client *client = &onebot->client;

	if (client->wire)
		onebot_wire_close(client->wire);
	else
		log_failure(onebot, reason);
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
