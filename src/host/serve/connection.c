#include "host/serve/connection.h"

#include <assert.h>
#include <stdlib.h>

#include "channels/message.h"
#include "host/serve/handle_answer_page.h"
#include "host/serve/handle_onebot.h"

enum { EXTRA_PER_ADDRESS = 8 };

static bool is_trusted(const struct server *server, const struct ip *ip)
{
	return ip_in_ranges(ip, server->trusted, server->trusted_count);
}

/* A proxy's address stands for many: only its clients' are counted, once they are known. */
static struct address *address_of_peer(struct server *server, const struct ip *peer)
{
	if (is_trusted(server, peer))
		return NULL;
	return address_table_get(server->addresses, peer, server_now_us(server));
}

bool connection_filter(struct server *server, const struct sockaddr *peer)
{
	const size_t most = server->connections_most + server->connections_extra;
	const size_t most_per = (size_t)server->config->limits.connections_per_address;
	const struct address *address;
	struct ip ip;

	if (server->connection_count >= most || !ip_of_socket(peer, &ip)) {
		metrics_refuse(&server->metrics, REFUSAL_CONNECTIONS);
		return false;
	}
	address = address_of_peer(server, &ip);
	if (address && address->connections >= most_per + EXTRA_PER_ADDRESS) {
		metrics_refuse(&server->metrics, REFUSAL_ADDRESS_CONNECTIONS);
		return false;
	}
	return true;
}

static enum refusal too_many(const struct connection *connection)
{
	const struct server *server = connection->server;
	const size_t most_per = (size_t)server->config->limits.connections_per_address;

	if (server->connection_count >= server->connections_most)
		return REFUSAL_CONNECTIONS;
	if (connection->address && connection->address->connections >= most_per)
		return REFUSAL_ADDRESS_CONNECTIONS;
	return REFUSAL_NONE;
}

static bool read_peer(struct lws *wsi, struct ip *out)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);

	return getpeername(lws_get_socket_fd(wsi), (struct sockaddr *)&peer, &len) == 0 &&
	       ip_of_socket((struct sockaddr *)&peer, out);
}

bool connection_open(struct lws *wsi)
{
	struct server *server = server_of(wsi);
	struct connection *connection = calloc(1, sizeof(*connection));

	if (!connection)
		return false;
	if (!read_peer(wsi, &connection->peer)) {
		free(connection);
		return false;
	}
	if (door_open(&connection->door, wsi) != STATUS_OK) {
		free(connection);
		return false;
	}
	connection->server = server;
	connection->wsi = wsi;
	connection->address = address_of_peer(server, &connection->peer);
	connection->refused = too_many(connection);
	if (connection->address)
		connection->address->connections++;
	buf_init(&connection->http.body, MESSAGE_BYTES);
	buf_init(&connection->http.out, OUT_BYTES);
	buf_init(&connection->message, MESSAGE_BYTES);
	connection->next = server->connections;
	if (connection->next)
		connection->next->prev = connection;
	server->connections = connection;
	server->connection_count++;
	server->metrics.accepted++;
	lws_set_opaque_user_data(wsi, connection);
	return true;
}

void connection_close(struct lws *wsi)
{
	struct connection *connection = connection_of(wsi);
	struct server *server;

	if (!connection)
		return;
	server = connection->server;
	lws_set_opaque_user_data(wsi, NULL);
	service_close(server->service, connection->from);
	onebot_forget(connection);
	answer_page_forget(connection);
	assert(!connection->address || connection->address->connections > 0);
	if (connection->address)
		connection->address->connections--;
	assert(!connection->chat || server->chat_count > 0);
	if (connection->chat)
		server->chat_count--;
	if (connection->prev)
		connection->prev->next = connection->next;
	else
		server->connections = connection->next;
	if (connection->next)
		connection->next->prev = connection->prev;
	assert(server->connection_count > 0);
	server->connection_count--;
	server->uploads -= connection->http.uploads;
	door_close(&connection->door);
	buf_deinit(&connection->http.body);
	buf_deinit(&connection->http.out);
	buf_deinit(&connection->message);
	outbox_deinit(&connection->outbox);
	free(connection);
	/* It may have been the one that a drain waited for. */
	if (server->draining && !server->stopped &&
	    !loop_post(server->loop.loop, server_look_at_drain, server))
		return; /* a full loop: it is looked at every second as well */
}

struct connection *connection_of(struct lws *wsi)
{
	return lws_get_opaque_user_data(wsi);
}

bool connection_is_proxy(const struct connection *connection)
{
	return is_trusted(connection->server, &connection->peer);
}

struct ip connection_client(const struct connection *connection, const struct http_request *request)
{
	const struct server *server = connection->server;

	return ip_client(&connection->peer, request->forwarded_for, server->trusted,
	                 server->trusted_count);
}

struct address *connection_address(const struct connection *connection,
                                   const struct http_request *request)
{
	struct server *server = connection->server;
	const struct ip client = connection_client(connection, request);

	if (connection->address)
		return connection->address;
	return address_table_get(server->addresses, &client, server_now_us(server));
}

enum refusal connection_claim(struct connection *connection, const struct http_request *request)
{
	const struct server *server = connection->server;
	struct address *address;

	if (connection->address)
		return REFUSAL_NONE;
	address = connection_address(connection, request);
	if (!address ||
	    address->connections >= (size_t)server->config->limits.connections_per_address)
		return REFUSAL_ADDRESS_CONNECTIONS;
	address->connections++;
	connection->address = address;
	return REFUSAL_NONE;
}
