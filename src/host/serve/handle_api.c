/*
 * How it works: a POST is accepted by its head and finished when its body is here: the service then
 * answers through exchange_send(), at once or when the record is there that the answer hangs on.
 * The events of a conversation are waited for in the same way. A GET of what the page shows is
 * answered at once.
 */
#include "host/serve/handle_api.h"

#include "base/utf8.h"
#include "channels/api.h"
#include "channels/chats_json.h"
#include "channels/message.h"
#include "host/net/browser.h"
#include "host/serve/caller.h"
#include "host/serve/connection.h"
#include "host/serve/exchange.h"
#include "service/bulletin.h"

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
		kind = body->in_group ? KEY_OF_GROUP_MESSAGE : KEY_OF_MESSAGE;
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
		exchange_refuse_posted(connection, refusal);
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

enum refusal handle_ask(struct connection *connection, const struct http_request *request)
{
	enum refusal refusal = caller_read(connection, request, exchange_send);

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
		exchange_refuse_posted(connection, refusal);
	api_rate_release(&body);
	buf_clear(&connection->http.body);
}

enum refusal handle_rate(struct connection *connection, const struct http_request *request)
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
		exchange_refuse_posted(connection, refusal);
	api_call_back_release(&body);
	buf_clear(&connection->http.body);
}

enum refusal handle_call_back(struct connection *connection, const struct http_request *request)
{
	const enum refusal refusal = exchange_accept_body(connection, request);

	if (refusal == REFUSAL_NONE)
		connection->http.finish = finish_call_back;
	return refusal;
}

enum refusal handle_suggest(struct connection *connection, const struct http_request *request)
{
	struct server *server = connection->server;
	struct match_candidate candidates[API_SUGGESTIONS_MOST];
	char text[HTTP_QUERY_MOST];
	const struct span typed = http_request_query(request, "q", text, sizeof(text));
	enum refusal refusal = exchange_service_state(server);
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
	exchange_respond_json(connection, request, 200);
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

enum refusal handle_events(struct connection *connection, const struct http_request *request)
{
	enum refusal refusal = exchange_service_state(connection->server);

	if (request->method == HTTP_HEAD)
		return REFUSAL_METHOD;
	if (refusal == REFUSAL_NONE)
		refusal = caller_read(connection, request, exchange_send);
	if (refusal == REFUSAL_NONE && connection->http.caller)
		refusal = caller_may(connection->server, connection->http.caller,
		                     KEY_USE_READ_EVENTS);
	if (refusal == REFUSAL_NONE)
		refusal = exchange_pay(connection, request, COST_SUGGESTION);
	if (refusal == REFUSAL_NONE)
		connection->http.finish = finish_events;
	return refusal;
}

/* What the page says of the office, and what people ask most. */
enum refusal handle_office(struct connection *connection, const struct http_request *request)
{
	struct server *server = connection->server;
	const char *popular[POPULAR_MOST];
	struct api_office more = { .popular = popular,
		                   .embed_origins = &server->config->web.embed_origins };
	const enum refusal refusal = exchange_service_state(server);

	if (refusal != REFUSAL_NONE)
		return refusal;
	more.notice = bulletin_notice(server->service);
	more.popular_count = service_popular(server->service, popular);
	buf_clear(&server->scratch);
	if (api_write_office(service_knowledge(server->service), &more, &server->scratch) !=
	    STATUS_OK)
		return REFUSAL_INTERNAL;
	return exchange_respond_if_changed(connection, request);
}

/* What the page lists as all questions. */
enum refusal handle_entries(struct connection *connection, const struct http_request *request)
{
	struct server *server = connection->server;
	enum refusal refusal = exchange_service_state(server);

	if (refusal == REFUSAL_NONE)
		refusal = exchange_pay(connection, request, COST_SUGGESTION);
	if (refusal != REFUSAL_NONE)
		return refusal;
	buf_clear(&server->scratch);
	if (api_write_entries(service_knowledge(server->service), &server->scratch) != STATUS_OK)
		return REFUSAL_INTERNAL;
	return exchange_respond_if_changed(connection, request);
}
