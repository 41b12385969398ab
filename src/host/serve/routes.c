#include "host/serve/routes.h"

#include "host/serve/exchange.h"
#include "host/serve/handle_answer_page.h"
#include "host/serve/handle_api.h"
#include "host/serve/handle_console.h"
#include "host/serve/handle_looked_at.h"
#include "host/serve/handle_onebot.h"
#include "host/serve/handle_page.h"
#include "host/serve/handle_status.h"
#include "host/serve/handle_vendors.h"

static enum refusal handle_chat_without_upgrade(struct connection *connection,
                                                const struct http_request *request)
{
	(void)connection;
	(void)request;
	return REFUSAL_UPGRADE;
}

struct route {
	const char *path;        /* NULL: any other */
	enum http_method method; /* HTTP_GET allows HEAD, too */
	bool api;                /* for pages of other origins, if they are listed */
	enum refusal (*handle)(struct connection *connection, const struct http_request *request);
};

static const struct route routes[] = {
	{ "/api/v1/ask", HTTP_POST, true, handle_ask },
	{ "/api/v1/rate", HTTP_POST, true, handle_rate },
	{ "/api/v1/suggest", HTTP_GET, true, handle_suggest },
	{ "/api/v1/events", HTTP_GET, true, handle_events },
	{ "/api/v1/call-back", HTTP_POST, true, handle_call_back },
	{ "/api/v1/looked-at", HTTP_GET, true, handle_looked_at },
	{ "/api/v1/office", HTTP_GET, true, handle_office },
	{ "/api/v1/entries", HTTP_GET, true, handle_entries },
	{ "/healthz", HTTP_GET, false, handle_health },
	{ "/readyz", HTTP_GET, false, handle_ready },
	{ "/metrics", HTTP_GET, false, handle_metrics },
	{ "/chat", HTTP_GET, false, handle_chat_without_upgrade },
	{ NULL, HTTP_GET, false, handle_page },
};

static const struct route *route_of(struct span path)
{
	const struct route *route = routes;

	while (route->path && !span_equal(path, span_of(route->path)))
		route++;
	return route;
}

static void answer_preflight(struct connection *connection, const struct http_request *request,
                             const char *allow)
{
	struct http_response response = { .status = 204, .allow = allow, .preflight = true };

	exchange_respond(connection, request, &response, (struct span){ NULL, 0 });
}

/*
 * Only listed origins get CORS headers; every other page is kept out. A browser sends no Origin
 * when the server's own page reads something, so a GET without one passes in any case.
 */
static enum refusal check_origin(struct connection *connection, const struct http_request *request)
{
	struct server *server = connection->server;
	struct exchange *http = &connection->http;

	if (request->origin.len == 0 && request->method != HTTP_POST)
		return REFUSAL_NONE;
	if (!origin_allowed(&server->origins, request->origin)) {
		origin_hint_refused(&server->origin_refusals, request->origin,
		                    server_now_us(server), server->log);
		return REFUSAL_ORIGIN;
	}
	if (origin_listed(&server->origins, request->origin) &&
	    request->origin.len < sizeof(http->origin_text)) {
		memcpy(http->origin_text, request->origin.ptr, request->origin.len);
		http->cors_origin = (struct span){ http->origin_text, request->origin.len };
	}
	return REFUSAL_NONE;
}

/*
 * Paths that others route by themselves: the console, pages behind links, chat platforms. False:
 * it is none of them.
 */
static bool route_elsewhere(struct connection *connection, const struct http_request *request)
{
	const struct server *server = connection->server;
	const char *allow = "GET, POST";
	enum refusal refusal = REFUSAL_NONE;

	if (console_has(request->path))
		refusal = handle_console(connection, request, &allow);
	else if (answer_page_has(server, request->path))
		refusal = handle_answer_page(connection, request, &allow);
	else if (onebot_has(server->onebot, request->path))
		refusal = onebot_handle_post(connection, request);
	else if (vendors_have(server->vendors, request->path))
		vendors_handle(connection, request);
	else
		return false;
	if (refusal != REFUSAL_NONE)
		exchange_refuse(connection, request, refusal,
		                refusal == REFUSAL_METHOD ? allow : NULL);
	return true;
}

static bool suits(const struct route *route, const struct http_request *request)
{
	return request->method == route->method ||
	       (request->method == HTTP_HEAD && route->method == HTTP_GET);
}

void routes_answer(struct connection *connection, const struct http_request *request)
{
	const struct route *route = route_of(request->path);
	const char *allow = route->method == HTTP_POST ? "POST, OPTIONS"
	                    : route->api               ? "GET, HEAD, OPTIONS"
	                                               : "GET, HEAD";
	enum refusal refusal = connection->refused;

	if (refusal == REFUSAL_NONE)
		refusal = request->refusal;
	if (refusal == REFUSAL_NONE && route_elsewhere(connection, request))
		return;
	if (refusal == REFUSAL_NONE && route->api)
		refusal = check_origin(connection, request);
	if (refusal == REFUSAL_NONE && request->method == HTTP_OPTIONS && route->api) {
		answer_preflight(connection, request, allow);
		return;
	}
	if (refusal == REFUSAL_NONE && !suits(route, request))
		refusal = REFUSAL_METHOD;
	if (refusal == REFUSAL_NONE && request->has_body && route->method != HTTP_POST)
		refusal = REFUSAL_BAD_REQUEST;
	if (refusal == REFUSAL_NONE)
		refusal = route->handle(connection, request);
	if (refusal != REFUSAL_NONE)
		exchange_refuse(connection, request, refusal,
		                refusal == REFUSAL_METHOD ? allow : NULL);
}
