/*
 * How it works: begin() routes a request that the door has read. A handler answers at once, or sets
 * `finish` for when the body is here, and the service then answers through send_response(), at once
 * or later. Either way respond() puts head and content into http.out, make_ready() asks for
 * WRITEABLE, and write_response() writes one piece a call. After the last one the door lets the
 * next request in, or the connection ends.
 */
#include "host/serve/handle_http.h"

#include <stdio.h>
#include <strings.h>

#include "base/utf8.h"
#include "channels/api.h"
#include "channels/chats_json.h"
#include "channels/message.h"
#include "host/net/browser.h"
#include "host/net/http_response.h"
#include "host/serve/caller.h"
#include "host/serve/connection.h"
#include "host/serve/exchange.h"
#include "host/serve/handle_answer_page.h"
#include "host/serve/handle_chat.h"
#include "host/serve/handle_console.h"
#include "host/serve/handle_looked_at.h"
#include "host/serve/handle_onebot.h"
#include "host/serve/handle_vendors.h"
#include "service/bulletin.h"
#include "service/group.h"

enum {
	DISCARD_MOST =
	        1024 * 1024, /* a longer body is not waited for: the answer ends the connection */
	BODY_S = 15,         /* a body must be here by then */
	RESPONSE_S = 30,     /* a response must move on by then */
	OUT_KEPT = 16 * 1024,
};

const char exchange_json[] = "application/json; charset=utf-8";

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

static void respond_with(struct connection *connection, const struct http_request *request,
                         int status, const char *type, struct span content)
{
	struct http_response response = { .status = status, .type = type, .length = content.len };

	response.retry_later = status == 429 || status == 503;
	exchange_respond(connection, request, &response, content);
}

/* What stands in the scratch. */
static void respond_json(struct connection *connection, const struct http_request *request,
                         int status)
{
	respond_with(connection, request, status, exchange_json,
	             buf_span(&connection->server->scratch));
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

/* What was kept of the request, once its body is here. */
static const struct http_request posted = { .method = HTTP_POST };

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

static void send_response(void *line, const struct outgoing *outgoing)
{
	struct connection *connection = line;

	if (outgoing->kind == OUTGOING_CONSOLE) {
		console_send(connection, outgoing);
		return;
	}
	if (outgoing->kind == OUTGOING_REFUSAL)
		say_refusal(connection, &posted, outgoing->refusal, NULL, outgoing->retry_s);
	else if (outgoing->kind == OUTGOING_CALL_BACK)
		exchange_respond(connection, &posted, &(struct http_response){ .status = 204 },
		                 (struct span){ "", 0 });
	else if (write_outgoing(outgoing, &connection->server->scratch) == STATUS_OK)
		respond_json(connection, &posted, refusal_http_status(outgoing->refusal));
	else
		exchange_refuse(connection, &posted, REFUSAL_INTERNAL, NULL);
	exchange_ready(connection);
}

static const struct channel http_channel = { .name = "http", .send = send_response };

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

static void refuse_posted(struct connection *connection, enum refusal refusal)
{
	exchange_refuse(connection, &posted, refusal, NULL);
	exchange_ready(connection);
}

/*
 * Under which name a program's message goes on, into `name`; left empty where it names none: then
 * as without a key.
 */
static enum refusal name_conversation(const struct connection *connection,
                                      const struct api_ask *body, char name[SESSION_ID_SIZE])
{
	const struct exchange *http = &connection->http;
	const struct server *server = connection->server;
	enum key_conversation kind = body->in_group ? KEY_OF_GROUP : KEY_OF_PERSON;
	struct span id = span_of(body->conversation ? body->conversation : "");
	enum refusal refusal;

	name[0] = '\0';
	if (!http->caller)
		return body->conversation || body->in_group ? REFUSAL_KEY : REFUSAL_NONE;
	refusal = caller_may(server, http->caller,
	                     body->in_group ? KEY_USE_ASK_IN_GROUP : KEY_USE_ASK);
	if (refusal != REFUSAL_NONE)
		return refusal;
	/* A repeat has to find what it repeats. */
	if (!body->conversation && !body->session && http->id[0]) {
		kind = KEY_OF_MESSAGE;
		id = span_of(http->id);
	}
	if (id.len > 0 && service_key_conversation(server->service, &http->caller->key, kind, id,
	                                           name) != STATUS_OK)
		return REFUSAL_INTERNAL;
	return REFUSAL_NONE;
}

/* The response is ready now, or when the record is there that it hangs on. */
static void finish_ask(struct connection *connection)
{
	const struct identity *identity = &connection->http.identity;
	const char *idempotency = connection->http.id;
	char name[SESSION_ID_SIZE];
	struct api_ask body;
	enum refusal refusal = api_ask_read(buf_span(&connection->http.body), &body);

	if (refusal == REFUSAL_NONE)
		refusal = name_conversation(connection, &body, name);
	if (refusal == REFUSAL_NONE)
		refusal = exchange_address(connection);
	if (refusal == REFUSAL_NONE) {
		const struct message message = {
			.from = connection->from,
			.conversation = name[0] ? name : body.session,
			.own_name = name[0] != '\0',
			.id = body.id          ? body.id
			      : idempotency[0] ? idempotency
			                       : NULL,
			.in_group = body.in_group,
			.text = span_of(body.text),
			.who = identity->id_number[0] ? identity : NULL,
			.browser = connection->browser,
			.origin = { (const char *)connection->http.client.bytes,
			            sizeof(connection->http.client.bytes) },
		};

		service_take(connection->server->service, &message);
	} else {
		refuse_posted(connection, refusal);
	}
	api_ask_release(&body);
	buf_clear(&connection->http.body);
}

/* A token that does not count is refused aloud: whoever sends one means to be known. */
static enum refusal read_identity(struct connection *connection)
{
	const struct span token = http_request_bearer(connection->door.request);

	/* A key says which program asks, and not for whom. */
	if (token.len == 0 || key_is_meant(token))
		return REFUSAL_NONE;
	return service_verify(connection->server->service, token, &connection->http.identity);
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

static enum refusal service_state(const struct server *server)
{
	return server->draining ? REFUSAL_DRAINING : REFUSAL_NONE;
}

/* Whether a body may come that is to be read. */
enum refusal exchange_accept_body(struct connection *connection, const struct http_request *request)
{
	const enum refusal refusal = service_state(connection->server);

	if (refusal != REFUSAL_NONE)
		return refusal;
	if (!http_type_is_json(request->content_type))
		return REFUSAL_MEDIA_TYPE;
	if (request->body_length > MESSAGE_BYTES)
		return REFUSAL_TOO_LARGE;
	return exchange_pay(connection, request, cost_of_text(COST_MESSAGE, request->body_length));
}

static struct ip client_of(const struct connection *connection, const struct http_request *request)
{
	const struct address *address = connection_address(connection, request);

	return address ? address->ip : connection->peer;
}

/* Like the id of a message. */
static enum refusal read_idempotency_key(struct connection *connection,
                                         const struct http_request *request)
{
	const struct span id = http_trim(request->idempotency_key);

	if (!request->idempotency_key.ptr)
		return REFUSAL_NONE;
	if (id.len == 0 || id.len > MESSAGE_ID_BYTES || !utf8_valid(id) ||
	    memchr(id.ptr, '\0', id.len))
		return REFUSAL_BAD_REQUEST;
	memcpy(connection->http.id, id.ptr, id.len);
	connection->http.id[id.len] = '\0';
	return REFUSAL_NONE;
}

static enum refusal handle_ask(struct connection *connection, const struct http_request *request)
{
	enum refusal refusal = caller_read(connection, request, send_response);

	if (refusal == REFUSAL_NONE)
		refusal = exchange_accept_body(connection, request);
	if (refusal == REFUSAL_NONE)
		refusal = read_idempotency_key(connection, request);
	if (refusal == REFUSAL_NONE)
		refusal = read_identity(connection);
	if (refusal == REFUSAL_NONE)
		connection->http.client = client_of(connection, request);
	connection->browser = browser_name(request->user_agent);
	if (refusal == REFUSAL_NONE)
		connection->http.finish = finish_ask;
	return refusal;
}

/* The response is ready now, or when the rating is on the disk. */
static void finish_rate(struct connection *connection)
{
	struct api_rate body;
	enum refusal refusal = api_rate_read(buf_span(&connection->http.body), &body);

	if (refusal == REFUSAL_NONE)
		refusal = exchange_address(connection);
	if (refusal == REFUSAL_NONE)
		service_rate(connection->server->service, connection->from, body.session,
		             &body.rating, NULL);
	else
		refuse_posted(connection, refusal);
	api_rate_release(&body);
	buf_clear(&connection->http.body);
}

static enum refusal handle_rate(struct connection *connection, const struct http_request *request)
{
	const enum refusal refusal = exchange_accept_body(connection, request);

	if (refusal == REFUSAL_NONE)
		connection->http.finish = finish_rate;
	return refusal;
}

static void finish_call_back(struct connection *connection)
{
	struct api_call_back body;
	enum refusal refusal = api_call_back_read(buf_span(&connection->http.body), &body);

	if (refusal == REFUSAL_NONE)
		refusal = exchange_address(connection);
	if (refusal == REFUSAL_NONE)
		service_call_back(connection->server->service, connection->from, &body.claim);
	else
		refuse_posted(connection, refusal);
	api_call_back_release(&body);
	buf_clear(&connection->http.body);
}

static enum refusal handle_call_back(struct connection *connection,
                                     const struct http_request *request)
{
	const enum refusal refusal = exchange_accept_body(connection, request);

	if (refusal == REFUSAL_NONE)
		connection->http.finish = finish_call_back;
	return refusal;
}

static enum refusal handle_suggest(struct connection *connection,
                                   const struct http_request *request)
{
	struct server *server = connection->server;
	struct match_candidate candidates[API_SUGGESTIONS_MOST];
	char text[HTTP_QUERY_MOST];
	const struct span typed = http_request_query(request, "q", text, sizeof(text));
	enum refusal refusal = service_state(server);
	size_t count = 0;
	enum status status;

	if (refusal == REFUSAL_NONE)
		refusal =
		        exchange_pay(connection, request, cost_of_text(COST_SUGGESTION, typed.len));
	if (refusal != REFUSAL_NONE)
		return refusal;
	if (!typed.ptr)
		return REFUSAL_BAD_QUERY;
	if (!utf8_valid(typed))
		return REFUSAL_NOT_UTF8;
	status = service_suggest(server->service, typed, candidates, API_SUGGESTIONS_MOST, &count);
	buf_clear(&server->scratch);
	if (status != STATUS_OK ||
	    api_write_suggestions(candidates, count, &server->scratch) != STATUS_OK)
		return REFUSAL_INTERNAL;
	respond_json(connection, request, 200);
	return REFUSAL_NONE;
}

/* Whose events are asked for: `session`, or the program's own name for it, `conversation`. */
static struct span read_conversation(const struct connection *connection,
                                     char session[HTTP_QUERY_MOST])
{
	const struct http_request *request = connection->door.request;
	const struct caller *caller = connection->http.caller;
	char text[HTTP_QUERY_MOST];
	const struct span id = http_request_query(request, "conversation", text, sizeof(text));

	if (!id.ptr)
		return http_request_query(request, "session", session, HTTP_QUERY_MOST - 1);
	if (!caller || id.len == 0 || id.len > API_CONVERSATION_BYTES ||
	    service_key_conversation(connection->server->service, &caller->key, KEY_OF_PERSON, id,
	                             session) != STATUS_OK)
		return (struct span){ NULL, 0 };
	return span_of(session);
}

/* Answered when something has happened, or after a while: see service_events(). */
static void finish_events(struct connection *connection)
{
	const struct http_request *request = connection->door.request;
	char session[HTTP_QUERY_MOST], after[HTTP_QUERY_MOST], known[HTTP_QUERY_MOST];
	const struct span name = read_conversation(connection, session);
	const struct span from = http_request_query(request, "after", after, sizeof(after));
	const struct span place = http_request_query(request, "place", known, sizeof(known));
	enum refusal refusal = exchange_address(connection);
	int64_t n = 0, at = -1;

	if (refusal == REFUSAL_NONE &&
	    (!name.ptr || name.len == 0 || (from.ptr && !chats_read_number(from, &n)) ||
	     (place.ptr && !chats_read_number(place, &at))))
		refusal = REFUSAL_BAD_MEMBER;
	if (refusal != REFUSAL_NONE) {
		exchange_refuse(connection, request, refusal, NULL);
		exchange_ready(connection);
		return;
	}
	session[name.len] = '\0';
	service_events(connection->server->service, connection->from, session, n, at);
}

static enum refusal handle_events(struct connection *connection, const struct http_request *request)
{
	enum refusal refusal = service_state(connection->server);

	if (request->method == HTTP_HEAD)
		return REFUSAL_METHOD;
	if (refusal == REFUSAL_NONE)
		refusal = caller_read(connection, request, send_response);
	if (refusal == REFUSAL_NONE && connection->http.caller)
		refusal = caller_may(connection->server, connection->http.caller,
		                     KEY_USE_READ_EVENTS);
	if (refusal == REFUSAL_NONE)
		refusal = exchange_pay(connection, request, COST_SUGGESTION);
	if (refusal == REFUSAL_NONE)
		connection->http.finish = finish_events;
	return refusal;
}

/* What stands in the scratch, under the tag of its content. */
static enum refusal respond_if_changed(struct connection *connection,
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

/* What the page says of the office, and what people ask most. */
static enum refusal handle_office(struct connection *connection, const struct http_request *request)
{
	struct server *server = connection->server;
	const char *popular[POPULAR_MOST];
	struct api_office more = { .popular = popular,
		                   .embed_origins = &server->config->web.embed_origins };
	const enum refusal refusal = service_state(server);

	if (refusal != REFUSAL_NONE)
		return refusal;
	more.notice = bulletin_notice(server->service);
	more.popular_count = service_popular(server->service, popular);
	buf_clear(&server->scratch);
	if (api_write_office(service_knowledge(server->service), &more, &server->scratch) !=
	    STATUS_OK)
		return REFUSAL_INTERNAL;
	return respond_if_changed(connection, request);
}

/* What the page lists as all questions. */
static enum refusal handle_entries(struct connection *connection,
                                   const struct http_request *request)
{
	struct server *server = connection->server;
	enum refusal refusal = service_state(server);

	if (refusal == REFUSAL_NONE)
		refusal = exchange_pay(connection, request, COST_SUGGESTION);
	if (refusal != REFUSAL_NONE)
		return refusal;
	buf_clear(&server->scratch);
	if (api_write_entries(service_knowledge(server->service), &server->scratch) != STATUS_OK)
		return REFUSAL_INTERNAL;
	return respond_if_changed(connection, request);
}

static enum refusal handle_health(struct connection *connection, const struct http_request *request)
{
	respond_with(connection, request, 200, exchange_json, span_of("{\"status\":\"ok\"}"));
	return REFUSAL_NONE;
}

static enum refusal handle_ready(struct connection *connection, const struct http_request *request)
{
	const struct server *server = connection->server;
	enum refusal refusal = service_state(server);

	if (refusal == REFUSAL_NONE && !service_ready(server->service))
		refusal = REFUSAL_BEHIND;
	if (refusal == REFUSAL_NONE)
		respond_with(connection, request, 200, exchange_json,
		             span_of("{\"status\":\"ready\"}"));
	return refusal;
}

/* What a proxy on this machine passes on is somebody else's. */
bool exchange_is_local(const struct connection *connection, const struct http_request *request)
{
	const struct ip client = connection_client(connection, request);

	return ip_is_loopback(&client) &&
	       (request->forwarded_for.len == 0 || connection_is_proxy(connection));
}

static enum refusal handle_metrics(struct connection *connection,
                                   const struct http_request *request)
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
	respond_with(connection, request, 200, "text/plain; version=0.0.4; charset=utf-8",
	             buf_span(&server->scratch));
	return REFUSAL_NONE;
}

static enum refusal handle_chat_without_upgrade(struct connection *connection,
                                                const struct http_request *request)
{
	(void)connection;
	(void)request;
	return REFUSAL_UPGRADE;
}

/* Packed, where the client takes that; the encoding's name is left in *encoding, else NULL. */
static const struct page_file *choose_packed(const struct page_file *file,
                                             const struct http_request *request,
                                             const char **encoding)
{
	const struct {
		const struct page_file *file;
		const char *name;
	} choices[] = { { file->brotli, "br" }, { file->gzip, "gzip" } };

	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		if (choices[i].file && http_accepts(request->accept_encoding, choices[i].name)) {
			*encoding = choices[i].name;
			return choices[i].file;
		}
	}
	*encoding = NULL;
	return file;
}

void exchange_serve(struct connection *connection, const struct http_request *request,
                    const struct page_file *file, struct page_head *page)
{
	const struct page_file *content = choose_packed(file, request, &page->encoding);
	struct http_response response = { .status = 200, .page = page };

	page->varies = file->gzip || file->brotli;
	page->immutable = file->immutable;
	response.type = file->type;
	response.length = content->content.len;
	response.etag = content->etag;
	if (etag_matches(request->if_none_match, content->etag)) {
		response.status = 304;
		response.type = NULL;
		page->encoding = NULL;
	} else if (request->method != HTTP_HEAD) {
		connection->http.file = content;
	}
	exchange_respond(connection, request, &response, (struct span){ NULL, 0 });
}

static enum refusal handle_page(struct connection *connection, const struct http_request *request)
{
	const struct server *server = connection->server;
	const struct page_file *file = files_find(server->files, request->path);
	char sockets[ORIGIN_SOCKETS_SIZE];
	struct page_head page = { .embed_origins = &server->config->web.embed_origins,
		                  .sockets = sockets };

	if (!file)
		return REFUSAL_NOT_FOUND;
	origin_sockets(&server->origins, request->host, sockets);
	page.shared = file->shared;
	exchange_serve(connection, request, file, &page);
	return REFUSAL_NONE;
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

static void route_request(struct connection *connection, const struct http_request *request)
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

static void start_exchange(struct connection *connection)
{
	struct exchange *http = &connection->http;

	buf_clear(&http->body);
	buf_clear(&http->out);
	http->active = true;
	http->ready = http->close = http->head_written = false;
	http->body_until_us = INT64_MAX;
	http->finish = NULL;
	http->file = NULL;
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
	bool unread;

	if (!request)
		return -1;
	start_exchange(connection);
	/* Where the end of a body is in doubt, or too far away, the connection ends after the
	 * answer: nothing behind it can be taken for a request. */
	unread = connection->refused != REFUSAL_NONE || request->refusal != REFUSAL_NONE ||
	         request->body_length > DISCARD_MOST;
	http->close = unread || http_request_is_last(request);
	route_request(connection, request);
	unread = unread || (request->expects && !http->finish);
	if (request->has_body && !unread) {
		http->body_until_us = server_now_us(connection->server) + BODY_S * INT64_C(1000000);
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
	                 http->file ? LWS_WRITE_HTTP : LWS_WRITE_HTTP_FINAL);
}

static int write_chunk(struct connection *connection)
{
	struct exchange *http = &connection->http;
	struct server *server = connection->server;
	const struct span content = http->file->content;
	size_t len = content.len - http->file_at;
	const bool last = len <= CHUNK_BYTES;

	if (!last)
		len = CHUNK_BYTES;
	memcpy(server->chunk + LWS_PRE, content.ptr + http->file_at, len);
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
	} else if (http->file && http->file_at < http->file->content.len) {
		if (write_chunk(connection) < 0)
			return -1;
	}
	if (lws_partial_buffered(connection->wsi) ||
	    (http->file && http->file_at < http->file->content.len)) {
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
		refusal = service_state(connection->server);
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
	/* Whoever names no subprotocol gets this one: OneBot, which has none. */
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
