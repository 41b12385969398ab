#include "host/serve/handle_status.h"

#include "host/serve/exchange.h"
#include "service/groups/group.h"

enum refusal handle_health(struct connection *connection, const struct http_request *request)
{
	exchange_respond_with(connection, request, 200, exchange_json,
	                      span_of("{\"status\":\"ok\"}"));
	return REFUSAL_NONE;
}

enum refusal handle_ready(struct connection *connection, const struct http_request *request)
{
	const struct server *server = connection->server;
	enum refusal refusal = exchange_service_state(server);

	if (refusal == REFUSAL_NONE && !service_ready(server->service))
		refusal = REFUSAL_BEHIND;
	if (refusal == REFUSAL_NONE)
		exchange_respond_with(connection, request, 200, exchange_json,
		                      span_of("{\"status\":\"ready\"}"));
	return refusal;
}

enum refusal handle_metrics(struct connection *connection, const struct http_request *request)
{
	struct server *server = connection->server;
	struct metrics_gauges gauges = {
		.connections = server->connection_count,
		.chats = server->chat_count,
	};

	if (!server->config->http.metrics_open && !exchange_is_local(connection, request))
		return REFUSAL_LOOPBACK;
	service_gauges(server->service, &gauges);
	buf_clear(&server->scratch);
	metrics_write(&server->metrics, &gauges, &server->scratch);
	groups_write_metrics(server->groups, &server->scratch);
	if (buf_status(&server->scratch) != STATUS_OK)
		return REFUSAL_INTERNAL;
	exchange_respond_with(connection, request, 200, "text/plain; version=0.0.4; charset=utf-8",
	                      buf_span(&server->scratch));
	return REFUSAL_NONE;
}
