/*
 * How it works: begin() routes a request that the door has read. A handler answers at once, or sets
 * `finish` for when the body is here, and the service then answers through exchange_send(), at once
 * or later. Either way exchange_respond() puts head and content into http.out, exchange_ready()
 * asks for WRITEABLE, and write_response() writes one piece a call. After the last one the door
 * lets the next request in, or the connection ends.
 */
#include "host/serve/handle_http.h"

#include <assert.h>

#include "host/serve/connection.h"
#include "host/serve/exchange.h"
#include "host/serve/handle_chat.h"
#include "host/serve/handle_onebot.h"
#include "host/serve/routes.h"

enum {
	DISCARD_MOST =
	        1024 * 1024, /* a longer body is not waited for: the answer ends the connection */
	BODY_S = 15,         /* a body must be here by then, a long one later */
	BODY_BYTES_A_S = 128 * 1024,
	RESPONSE_S = 30, /* a response must move on by then */
	OUT_KEPT = 16 * 1024,
};

static void start_exchange(struct connection *connection)
{
	struct exchange *http = &connection->http;

	buf_clear(&http->body);
	buf_clear(&http->out);
	http->active = true;
	http->ready = http->close = http->head_written = false;
	http->body_until_us = INT64_MAX;
	http->finish = NULL;
	http->file = (struct span){ NULL, 0 };
	http->file_at = 0;
	http->identity = (struct identity){ 0 };
	connection->vendor_wait = 0;
	http->caller = NULL;
	http->id[0] = '\0';
	http->cors_origin = (struct span){ NULL, 0 };
}

/* RFC 9110, 10.1.1: the client waits for this word, or for the answer. */
static bool say_continue(const struct connection *connection)
{
	static const char word[] = "HTTP/1.1 100 Continue\r\n\r\n";
	unsigned char bytes[LWS_PRE + sizeof(word)];
	const size_t len = sizeof(word) - 1;

	memcpy(bytes + LWS_PRE, word, len);
	return lws_write(connection->wsi, bytes + LWS_PRE, len, LWS_WRITE_HTTP_HEADERS) == (int)len;
}

/* Without the door's reading nothing is served: the library's own is not to be trusted. */
static const struct http_request *request_of(const struct connection *connection)
{
	if (!connection->door.request)
		log_event(connection->server->log, LOG_ERROR, "door_passed_by",
		          LOG_TEXT("hint", "libwebsockets does not read through recv(): this "
		                           "program does not work with it"));
	return connection->door.request;
}

static int begin(struct connection *connection)
{
	const struct http_request *request = request_of(connection);
	struct exchange *http = &connection->http;
	bool unread, long_body;

	if (!request)
		return -1;
	start_exchange(connection);
	/* Where the end of a body is in doubt, or too far away, the connection ends after the
	 * answer: nothing behind it can be taken for a request. */
	unread = connection->refused != REFUSAL_NONE || request->refusal != REFUSAL_NONE;
	long_body = request->body_length > DISCARD_MOST;
	http->close = unread || long_body || http_request_is_last(request);
	routes_answer(connection, request);
	unread = unread || ((request->expects || long_body) && !http->finish);
	if (request->has_body && !unread) {
		http->body_until_us = server_now_us(connection->server) +
		                      (BODY_S + (int64_t)request->body_length / BODY_BYTES_A_S) *
		                              INT64_C(1000000);
		return request->expects && !request->old && !say_continue(connection) ? -1 : 0;
	}
	if (request->has_body)
		connection->door.state = DOOR_SHUT;
	if (http->finish)
		http->finish(connection);
	else
		exchange_ready(connection);
	if (!http->ready)
		door_wait(&connection->door);
	return 0;
}

static int take_body(struct connection *connection, const char *in, size_t len)
{
	struct exchange *http = &connection->http;

	if (!http->active || !http->finish || http->ready)
		return 0;
	buf_append(&http->body, in, len);
	return buf_status(&http->body) == STATUS_OK ? 0 : -1;
}

static int complete_body(struct connection *connection)
{
	struct exchange *http = &connection->http;

	if (!http->active || http->ready)
		return 0;
	http->body_until_us = INT64_MAX;
	if (http->finish)
		http->finish(connection);
	else
		exchange_ready(connection);
	return 0;
}

static int finish_response(struct connection *connection)
{
	struct exchange *http = &connection->http;
	struct lws *wsi = connection->wsi;

	http->active = false;
	if (http->out.capacity > OUT_KEPT) {
		buf_deinit(&http->out);
		buf_init(&http->out, OUT_BYTES);
	}
	if (http->close) {
		door_finish(&connection->door, DOOR_SHUT);
		return -1;
	}
	door_next(&connection->door);
	return lws_http_transaction_completed(wsi) ? -1 : 0;
}

static int write_head(struct connection *connection)
{
	struct exchange *http = &connection->http;

	if (buf_status(&http->out) != STATUS_OK)
		return -1;
	http->head_written = true;
	return lws_write(connection->wsi, (unsigned char *)http->out.ptr + LWS_PRE,
	                 http->out.len - LWS_PRE,
	                 http->file.ptr ? LWS_WRITE_HTTP : LWS_WRITE_HTTP_FINAL);
}

static int write_chunk(struct connection *connection)
{
	struct exchange *http = &connection->http;
	struct server *server = connection->server;
	assert(http->file_at <= http->file.len);
	size_t len = http->file.len - http->file_at;
	const bool last = len <= CHUNK_BYTES;

	if (!last)
		len = CHUNK_BYTES;
	memcpy(server->chunk + LWS_PRE, http->file.ptr + http->file_at, len);
	http->file_at += len;
	return lws_write(connection->wsi, server->chunk + LWS_PRE, len,
	                 last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP);
}

/* One write a call; the exchange ends when the library has handed everything to the socket. */
static int write_response(struct connection *connection)
{
	struct exchange *http = &connection->http;

	if (!http->active || !http->ready)
		return 0;
	lws_set_timeout(connection->wsi, PENDING_TIMEOUT_HTTP_CONTENT, RESPONSE_S);
	http->moved_us = server_now_us(connection->server);
	if (!http->head_written) {
		if (write_head(connection) < 0)
			return -1;
	} else if (http->file_at < http->file.len) {
		if (write_chunk(connection) < 0)
			return -1;
	}
	if (lws_partial_buffered(connection->wsi) || http->file_at < http->file.len) {
		door_hold(&connection->door);
		lws_callback_on_writable(connection->wsi);
		return 0;
	}
	return finish_response(connection);
}

static enum refusal upgrade_refusal(struct connection *connection,
                                    const struct http_request *request)
{
	enum refusal refusal = connection->refused;

	if (refusal == REFUSAL_NONE)
		refusal = exchange_service_state(connection->server);
	if (refusal == REFUSAL_NONE && onebot_has(connection->server->onebot, request->path))
		refusal = onebot_upgrade_refusal(connection, request);
	else if (refusal == REFUSAL_NONE)
		refusal = chat_upgrade_refusal(connection->server, request);
	if (refusal == REFUSAL_ORIGIN)
		origin_hint_refused(&connection->server->origin_refusals, request->origin,
		                    server_now_us(connection->server), connection->server->log);
	if (refusal == REFUSAL_NONE)
		refusal = connection_claim(connection, request);
	return refusal;
}

/*
 * Here an upgrade can still be refused with a proper response. `in`, which may point to freed
 * memory in 4.1, is never read.
 */
static int confirm_upgrade(struct connection *connection)
{
	const struct http_request *request = request_of(connection);
	enum refusal refusal;

	if (!request || !request->upgrade)
		return -1;
	refusal = upgrade_refusal(connection, request);
	if (refusal == REFUSAL_NONE)
		return 0;
	start_exchange(connection);
	connection->http.close = true;
	exchange_refuse(connection, request, refusal, NULL);
	connection->door.state = DOOR_SHUT;
	if (buf_status(&connection->http.out) == STATUS_OK)
		(void)lws_write(connection->wsi,
		                (unsigned char *)connection->http.out.ptr + LWS_PRE,
		                connection->http.out.len - LWS_PRE, LWS_WRITE_HTTP_FINAL);
	return -1;
}

static int handle_exchange(struct connection *connection, enum lws_callback_reasons reason,
                           const void *in, size_t len)
{
	if (!connection)
		return -1;
	switch (reason) {
	case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
		return confirm_upgrade(connection);
	case LWS_CALLBACK_HTTP:
		return begin(connection);
	case LWS_CALLBACK_HTTP_BODY:
		return take_body(connection, in, len);
	case LWS_CALLBACK_HTTP_BODY_COMPLETION:
		return complete_body(connection);
	default:
		return write_response(connection);
	}
}

static int handle_socket(struct connection *connection, enum lws_callback_reasons reason,
                         const void *in, size_t len)
{
	const struct http_request *request;

	if (!connection)
		return -1;
	request = connection->door.request;
	switch (reason) {
	/* The last gate: whatever way led here, its token has been checked. */
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
		return request && onebot_has(connection->server->onebot, request->path) &&
		                       onebot_upgrade_refusal(connection, request) == REFUSAL_NONE
		               ? 0
		               : -1;
	case LWS_CALLBACK_ESTABLISHED:
		return onebot_establish(connection);
	case LWS_CALLBACK_RECEIVE:
		return onebot_receive(connection, in, len);
	default:
		return onebot_write(connection);
	}
}

int handle_http(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	(void)user;
	switch (reason) {
	case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED:
		return connection_open(wsi) ? 0 : -1;
	case LWS_CALLBACK_WSI_DESTROY:
		connection_close(wsi);
		return 0;
	case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
	case LWS_CALLBACK_HTTP:
	case LWS_CALLBACK_HTTP_BODY:
	case LWS_CALLBACK_HTTP_BODY_COMPLETION:
	case LWS_CALLBACK_HTTP_WRITEABLE:
		return handle_exchange(connection_of(wsi), reason, in, len);
	case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
		loop_run(server_of(wsi)->loop.loop);
		return 0;
	/* A client that names no subprotocol gets this one: OneBot has none. */
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
	case LWS_CALLBACK_ESTABLISHED:
	case LWS_CALLBACK_RECEIVE:
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return handle_socket(connection_of(wsi), reason, in, len);
	/* CONNECT would make a raw socket of it. */
	case LWS_CALLBACK_RAW_ADOPT:
	case LWS_CALLBACK_RAW_RX:
		return -1;
	default:
		return 0;
	}
}
