/*
 * How it works: a handler answers a request by one of the functions below, which put head and
 * content into http.out. What hangs on the service comes back later through the channel, whose
 * send() is exchange_send(): it answers the request that the connection's address asked for.
 */
#include "host/serve/exchange.h"

#include "channels/api.h"
#include "channels/chats_json.h"
#include "channels/message.h"
#include "host/serve/caller.h"
#include "host/serve/connection.h"
#include "host/serve/handle_console.h"

const char exchange_json[] = "application/json; charset=utf-8";

const struct http_request exchange_posted = { .method = HTTP_POST };

/* Puts the head and the content where write_response() finds them. */
void exchange_respond(struct connection *connection, const struct http_request *request,
                      struct http_response *response, struct span content)
{
	static const char headroom[LWS_PRE];
	struct exchange *http = &connection->http;

	response->cors_origin = http->cors_origin;
	response->close = response->close || http->close;
	response->keep_alive = !response->close && connection->door.request->old;
	http->close = response->close;
	buf_clear(&http->out);
	buf_append(&http->out, headroom, sizeof(headroom));
	http_response_write(response, &http->out);
	if (request->method != HTTP_HEAD && content.len > 0)
		buf_append(&http->out, content.ptr, content.len);
}

void exchange_respond_with(struct connection *connection, const struct http_request *request,
                           int status, const char *type, struct span content)
{
	struct http_response response = { .status = status, .type = type, .length = content.len };

	response.retry_later = status == 429 || status == 503;
	exchange_respond(connection, request, &response, content);
}

void exchange_respond_json(struct connection *connection, const struct http_request *request,
                           int status)
{
	exchange_respond_with(connection, request, status, exchange_json,
	                      buf_span(&connection->server->scratch));
}

/* Responds with the scratch, under the tag of its content. */
enum refusal exchange_respond_if_changed(struct connection *connection,
                                         const struct http_request *request)
{
	struct buf *content = &connection->server->scratch;
	struct http_response response = { .status = 200, .type = exchange_json };
	char etag[ETAG_SIZE];

	if (etag_make(buf_span(content), etag) != STATUS_OK)
		return REFUSAL_INTERNAL;
	response.etag = etag;
	if (etag_matches(request->if_none_match, etag)) {
		response.status = 304;
		response.type = NULL;
		buf_clear(content);
	}
	response.length = content->len;
	exchange_respond(connection, request, &response, buf_span(content));
	return REFUSAL_NONE;
}

static void say_refusal(struct connection *connection, const struct http_request *request,
                        enum refusal refusal, const char *allow, int64_t retry_s)
{
	struct buf *scratch = &connection->server->scratch;
	struct http_response response = { .status = refusal_http_status(refusal),
		                          .type = exchange_json,
		                          .allow = allow };

	buf_clear(scratch);
	if (refusal_write(refusal, scratch) != STATUS_OK) {
		buf_clear(scratch);
		response.type = NULL;
	}
	response.length = scratch->len;
	response.retry_later = response.status == 429 || response.status == 503;
	response.retry_s = retry_s;
	exchange_respond(connection, request, &response, buf_span(scratch));
}

void exchange_refuse(struct connection *connection, const struct http_request *request,
                     enum refusal refusal, const char *allow)
{
	/* It may send the body all the same: what comes then cannot be told. */
	if (request->expects && request->has_body)
		connection->http.close = true;
	metrics_refuse(&connection->server->metrics, refusal);
	say_refusal(connection, request, refusal, allow, 0);
}

void exchange_ready(struct connection *connection)
{
	connection->http.ready = true;
	connection->http.moved_us = server_now_us(connection->server);
	door_answer(&connection->door);
	lws_callback_on_writable(connection->wsi);
}

/* --- the channel --- */

static enum status write_outgoing(const struct outgoing *outgoing, struct buf *out)
{
	buf_clear(out);
	if (outgoing->kind == OUTGOING_EVENTS)
		return chats_write_events(outgoing->events, outgoing->state, out);
	if (outgoing->kind == OUTGOING_RATED)
		return api_write_rated(outgoing->receipt, out);
	if (outgoing->kind == OUTGOING_LOOKED_AT)
		return api_write_looked_at(outgoing->looked_at, out);
	return api_write_reply(outgoing->to, outgoing->conversation, outgoing->notice,
	                       outgoing->object, out);
}

void exchange_send(void *line, const struct outgoing *outgoing)
{
	struct connection *connection = line;

	if (outgoing->kind == OUTGOING_CONSOLE) {
		console_send(connection, outgoing);
		return;
	}
	if (outgoing->kind == OUTGOING_REFUSAL)
		say_refusal(connection, &exchange_posted, outgoing->refusal, NULL,
		            outgoing->retry_s);
	else if (outgoing->kind == OUTGOING_CALL_BACK)
		exchange_respond(connection, &exchange_posted,
		                 &(struct http_response){ .status = 204 }, (struct span){ "", 0 });
	else if (write_outgoing(outgoing, &connection->server->scratch) == STATUS_OK)
		exchange_respond_json(connection, &exchange_posted,
		                      refusal_http_status(outgoing->refusal));
	else
		exchange_refuse(connection, &exchange_posted, REFUSAL_INTERNAL, NULL);
	exchange_ready(connection);
}

static const struct channel http_channel = { .name = "http", .send = exchange_send };

/* One connection may carry the requests of several: a proxy's, say. */
enum refusal exchange_address(struct connection *connection)
{
	const struct caller *caller = connection->http.caller;
	const struct channel *channel = caller ? &caller->channel : &http_channel;

	if (connection->from.channel == channel)
		return REFUSAL_NONE;
	service_close(connection->server->service, connection->from);
	connection->from = (struct return_address){ 0 };
	return service_open(connection->server->service, channel, connection,
	                    (struct span){ NULL, 0 }, &connection->from) == STATUS_OK
	               ? REFUSAL_NONE
	               : REFUSAL_INTERNAL;
}

void exchange_refuse_posted(struct connection *connection, enum refusal refusal)
{
	exchange_refuse(connection, &exchange_posted, refusal, NULL);
	exchange_ready(connection);
}

/* --- what a request must be, and what it costs --- */

enum refusal exchange_service_state(const struct server *server)
{
	return server->draining ? REFUSAL_DRAINING : REFUSAL_NONE;
}

enum refusal exchange_pay(struct connection *connection, const struct http_request *request,
                          int64_t cost)
{
	struct server *server = connection->server;
	struct address *address;

	/* Whose key came has a rate of its own, wherever it asks from. */
	if (connection->http.caller)
		return caller_pay(server, connection->http.caller, cost);
	address = connection_address(connection, request);
	if (!address)
		return REFUSAL_CONNECTIONS;
	return address_take(server->addresses, address, cost, server_now_us(server)) ? REFUSAL_NONE
	                                                                             : REFUSAL_RATE;
}

enum refusal exchange_accept_long_body(struct connection *connection,
                                       const struct http_request *request, size_t most)
{
	const enum refusal refusal = exchange_service_state(connection->server);

	if (refusal != REFUSAL_NONE)
		return refusal;
	if (!http_type_is_json(request->content_type))
		return REFUSAL_MEDIA_TYPE;
	return request->body_length > most ? REFUSAL_TOO_LARGE : REFUSAL_NONE;
}

enum refusal exchange_accept_body(struct connection *connection, const struct http_request *request)
{
	const enum refusal refusal = exchange_accept_long_body(connection, request, MESSAGE_BYTES);

	if (refusal != REFUSAL_NONE)
		return refusal;
	return exchange_pay(connection, request, cost_of_text(COST_MESSAGE, request->body_length));
}

/* A request that a proxy on this machine passes on comes from elsewhere. */
bool exchange_is_local(const struct connection *connection, const struct http_request *request)
{
	const struct ip client = connection_client(connection, request);

	return ip_is_loopback(&client) &&
	       (request->forwarded_for.len == 0 || connection_is_proxy(connection));
}
