#include "host/serve/handle_looked_at.h"

#include "service/console/looked_at.h"

static void finish_looked_at(struct connection *connection)
{
	const enum refusal refusal = exchange_address(connection);

	if (refusal == REFUSAL_NONE) {
		service_looked_at(connection->server->service, connection->from,
		                  &connection->http.identity);
		return;
	}
	exchange_refuse(connection, connection->door.request, refusal, NULL);
	exchange_ready(connection);
}

enum refusal handle_looked_at(struct connection *connection, const struct http_request *request)
{
	struct server *server = connection->server;
	enum refusal refusal = server->draining ? REFUSAL_DRAINING : REFUSAL_NONE;

	if (request->method == HTTP_HEAD)
		return REFUSAL_METHOD;
	if (refusal == REFUSAL_NONE)
		refusal = exchange_pay(connection, request, COST_MESSAGE);
	if (refusal == REFUSAL_NONE)
		refusal = service_verify(server->service, http_request_bearer(request),
		                         &connection->http.identity);
	if (refusal == REFUSAL_NONE)
		connection->http.finish = finish_looked_at;
	return refusal;
}
