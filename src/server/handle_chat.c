#include "server/handle_chat.h"

#include "channels/chat.h"
#include "channels/message.h"
#include "server/answer.h"
#include "server/asks.h"
#include "server/browser.h"
#include "server/chat_line.h"
#include "server/connection.h"
#include "server/identify.h"
#include "server/records.h"

enum { FAULTS_MOST = 64 }; /* harmless ones of one connection, before it is cut off */

enum refusal chat_upgrade_refusal(const struct server *server, const struct http_request *request)
{
	if (request->refusal != REFUSAL_NONE)
		return request->refusal;
	if (!span_equal(request->path, span_of("/chat")))
		return REFUSAL_NOT_FOUND;
	if (request->method != HTTP_GET)
		return REFUSAL_METHOD;
	if (!http_list_has(request->protocols, CHAT_SUBPROTOCOL))
		return REFUSAL_SUBPROTOCOL;
	if (!origin_allowed(&server->origins, request->origin))
		return REFUSAL_ORIGIN;
	return REFUSAL_NONE;
}

static int refuse_frame(struct connection *connection, enum refusal refusal, const char *to)
{
	struct server *server = connection->server;

	connection->faults++;
	if (connection->faults > FAULTS_MOST)
		return chat_close(connection, LWS_CLOSE_STATUS_POLICY_VIOLATION, refusal);
	metrics_refuse(&server->metrics, refusal);
	buf_clear(&server->reply);
	if (chat_write_error(refusal, to, &server->reply) != STATUS_OK)
		return -1;
	return chat_send_reply(connection);
}

static int refuse_ask(struct connection *connection, enum refusal refusal, const char *to)
{
	const struct reply_extras extras = { .type = "reply", .to = to };

	if (answer_refuse(connection->server, refusal, &extras) != STATUS_OK)
		return -1;
	return chat_send_reply(connection);
}

/*
 * Binds the session to whom the token names; somebody else gets a session of their own. Whoever
 * shows a token that does not count is not signed in, whatever an earlier one said.
 */
static enum token_refusal sign_in(struct connection *connection, const char *token)
{
	struct server *server = connection->server;
	struct identity identity;
	const enum token_refusal refusal =
	        records_verify(server->records, span_of(token), &identity);

	if (refusal != TOKEN_ACCEPTED) {
		server->metrics.tokens_refused++;
		log_event(server->log, LOG_WARN, "token_refused",
		          LOG_TEXT("reason", token_refusal_text(refusal)));
		session_sign_out(connection->session);
		return refusal;
	}
	server->metrics.tokens_accepted++;
	return chat_bind(connection, &identity) ? TOKEN_ACCEPTED : TOKEN_FAILED;
}

static int handle_hello(struct connection *connection, const struct chat_frame *frame)
{
	struct server *server = connection->server;
	struct session *session = NULL;
	struct chat_welcome welcome = { .knowledge = server->snapshot->knowledge->version };
	enum token_refusal refusal = TOKEN_ACCEPTED;

	if (frame->resume)
		session = sessions_find(server->sessions, frame->resume, server_now_us(server));
	if (session)
		chat_take_session(connection, session);
	else if (chat_ensure_session(connection) != STATUS_OK)
		return refuse_frame(connection, REFUSAL_CONNECTIONS, NULL);
	if (frame->token)
		refusal = sign_in(connection, frame->token);
	if (!connection->session)
		return refuse_frame(connection, REFUSAL_CONNECTIONS, NULL);
	session_refresh(connection->session, server_relations(server),
	                clock_wall_ms(&server->clock), server_now_us(server));
	welcome.session = connection->session->id;
	welcome.resumed = session && session == connection->session;
	welcome.signed_in = connection->session->signed_in;
	if (refusal != TOKEN_ACCEPTED)
		welcome.sign_in = token_refusal_sentence(refusal);
	buf_clear(&server->reply);
	if (chat_write_welcome(&welcome, &server->reply) != STATUS_OK)
		return -1;
	return chat_send_reply(connection);
}

/* A reply that was kept of an ask over HTTP, and is sent again, does not say yet what it is. */
static enum status make_frame(struct buf *reply)
{
	static const char head[] = "{\"type\":\"reply\",";
	struct buf frame;
	enum status status;

	if (strncmp(buf_text(reply), head, sizeof(head) - 1) == 0)
		return STATUS_OK;
	buf_init(&frame, reply->ceiling);
	buf_append_text(&frame, head);
	buf_append_text(&frame, buf_text(reply) + 1);
	buf_clear(reply);
	buf_append(reply, buf_text(&frame), frame.len);
	status = buf_status(&frame) == STATUS_OK ? buf_status(reply) : buf_status(&frame);
	buf_deinit(&frame);
	return status;
}

static int deliver(struct connection *connection, const struct ask *ask, enum refusal refusal)
{
	(void)ask;
	(void)refusal;
	if (make_frame(&connection->server->reply) != STATUS_OK)
		return -1;
	return chat_send_reply(connection);
}

/* Nothing to do with the session may fail silently: without one there is no conversation. */
static int handle_ask(struct connection *connection, const struct chat_frame *frame)
{
	struct server *server = connection->server;

	if (chat_ensure_session(connection) != STATUS_OK)
		return refuse_ask(connection, REFUSAL_CONNECTIONS, frame->id);
	if (connection->outbox.frames >= connection->outbox.most_frames / 2)
		return refuse_ask(connection, REFUSAL_QUEUE_FULL, frame->id);
	session_touch(server->sessions, connection->session, server_now_us(server));
	const struct ask ask = {
		.connection = connection,
		.session = connection->session,
		.chat = true,
		.channel = "web",
		.browser = connection->browser,
		.id = frame->id,
		.text = frame->text,
		.deliver = deliver,
	};

	return asks_take(server, &ask);
}

static int handle_identify(struct connection *connection, const struct chat_frame *frame)
{
	const struct identify_claim claim = {
		.id = frame->id,
		.id_number = frame->id_number,
		.name = frame->name,
		.certificate_number = frame->certificate_number,
	};

	return identify_take(connection, &claim);
}

static int deliver_rated(struct connection *connection, const char *receipt, const char *id,
                         enum refusal refusal)
{
	struct server *server = connection->server;

	if (connection->close_code || connection->closing)
		return 0;
	if (refusal != REFUSAL_NONE)
		return refuse_frame(connection, refusal, id);
	buf_clear(&server->reply);
	if (chat_write_rated(receipt, id, &server->reply) != STATUS_OK)
		return -1;
	return chat_send_reply(connection);
}

static int handle_rate(struct connection *connection, const struct chat_frame *frame)
{
	return ratings_take(connection, connection->session, &frame->rating, frame->id,
	                    deliver_rated);
}

static bool within_rate(struct connection *connection, const struct chat_frame *frame)
{
	struct server *server = connection->server;
	const int64_t now_us = server_now_us(server);
	const int64_t cost = cost_of_text(COST_MESSAGE, frame->text ? strlen(frame->text) : 0);

	return bucket_take(&connection->bucket, &server->connection_rate, cost, now_us) &&
	       (!connection->address ||
	        address_take(server->addresses, connection->address, cost, now_us));
}

static int dispatch(struct connection *connection, const struct chat_frame *frame)
{
	struct server *server = connection->server;
	const bool ask = frame->type == CHAT_ASK;
	enum refusal refusal = REFUSAL_NONE;

	if (!within_rate(connection, frame))
		refusal = REFUSAL_RATE;
	else if (server->draining)
		refusal = REFUSAL_DRAINING;
	else if (!server->snapshot)
		refusal = REFUSAL_NOT_READY;
	if (refusal != REFUSAL_NONE)
		return ask ? refuse_ask(connection, refusal, frame->id)
		           : refuse_frame(connection, refusal, frame->id);
	switch (frame->type) {
	case CHAT_ASK:
		return handle_ask(connection, frame);
	case CHAT_IDENTIFY:
		return handle_identify(connection, frame);
	case CHAT_RATE:
		return handle_rate(connection, frame);
	default:
		return handle_hello(connection, frame);
	}
}

static int handle_message(struct connection *connection, struct span message)
{
	struct chat_frame frame;
	const enum refusal refusal = chat_frame_read(message, &frame);
	int result;

	if (refusal == REFUSAL_NOT_UTF8)
		result = chat_close(connection, LWS_CLOSE_STATUS_INVALID_PAYLOAD, refusal);
	else if (refusal != REFUSAL_NONE)
		result = refuse_frame(connection, refusal, frame.id);
	else
		result = dispatch(connection, &frame);
	chat_frame_release(&frame);
	return result;
}

/* Collects pieces: a message that came in one is never copied. */
static int receive(struct connection *connection, const char *in, size_t len)
{
	const size_t remaining = lws_remaining_packet_payload(connection->wsi);
	const bool whole = remaining == 0 && lws_is_final_fragment(connection->wsi);
	const bool binary = lws_frame_is_binary(connection->wsi);
	struct buf *pieces = &connection->message;
	struct span message = { in ? in : "", len };
	int result;

	if (connection->close_code || connection->closing)
		return 0;
	connection->message_len += len;
	if (connection->message_len + remaining > MESSAGE_BYTES)
		return chat_close(connection, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE,
		                  REFUSAL_TOO_LARGE);
	if (!binary && (!whole || pieces->len > 0)) {
		buf_append(pieces, message.ptr, message.len);
		if (buf_status(pieces) != STATUS_OK)
			return -1;
		message = buf_span(pieces);
	}
	if (!whole)
		return 0;
	result = binary ? refuse_frame(connection, REFUSAL_BINARY, NULL)
	                : handle_message(connection, message);
	connection->message_len = 0;
	buf_clear(pieces);
	return result;
}

static int close_for_violation(struct connection *connection)
{
	const int code = connection->door.violation;

	return chat_close(connection, code,
	                  code == FRAME_TOO_LARGE         ? REFUSAL_TOO_LARGE
	                  : code == FRAME_INVALID_PAYLOAD ? REFUSAL_NOT_UTF8
	                                                  : REFUSAL_FRAME);
}

/*
 * One frame a call. The library goes on calling while it waits for the close frame of the other
 * side: nothing may be written behind our own, and another -1 would end the wait.
 */
static int write_next(struct connection *connection)
{
	size_t len;
	unsigned char *frame = outbox_first(&connection->outbox, &len);

	if (connection->closing)
		return 0;
	if (frame) {
		if (lws_write(connection->wsi, frame, len, LWS_WRITE_TEXT) < (int)len)
			return -1;
		outbox_drop_first(&connection->outbox);
	} else if (connection->door.violation) {
		return close_for_violation(connection);
	} else if (connection->close_code) {
		connection->closing = true;
		if (connection->door.state == DOOR_FRAMES)
			connection->door.state = DOOR_CLOSING;
		lws_close_reason(connection->wsi, connection->close_code, NULL, 0);
		return -1;
	}
	if (connection->outbox.frames > 0 || connection->close_code || connection->door.violation)
		lws_callback_on_writable(connection->wsi);
	return 0;
}

void chat_say_bye(struct connection *connection)
{
	struct server *server = connection->server;
	enum status status;

	buf_clear(&server->reply);
	status = chat_write_bye(REFUSAL_DRAINING, &server->reply);
	if (status == STATUS_OK)
		status = outbox_add(&connection->outbox, buf_span(&server->reply));
	/* Without the word, the close code alone must do. */
	if (status != STATUS_OK)
		log_event(server->log, LOG_DEBUG, "bye_unsaid",
		          LOG_TEXT("status", status_text(status)));
	/* Once it is set nothing is read any more. */
	connection->close_code = LWS_CLOSE_STATUS_GOINGAWAY;
	lws_callback_on_writable(connection->wsi);
}

static int establish(struct connection *connection)
{
	struct server *server = connection->server;
	const struct config *config = server->config;

	connection->chat = true;
	server->chat_count++;
	outbox_init(&connection->outbox, LWS_PRE, (size_t)config->limits.outbox_frames,
	            (size_t)config->limits.outbox_bytes);
	bucket_init(&connection->bucket, &server->connection_rate, server_now_us(server));
	/* They served their turn; the connection may live for hours. */
	door_finish(&connection->door, DOOR_FRAMES);
	buf_deinit(&connection->http.out);
	if (server->draining)
		chat_say_bye(connection);
	return 0;
}

/* The last gate: whatever way led here, the Origin has been checked. */
static int filter(struct connection *connection)
{
	const struct http_request *request = connection->door.request;
	enum refusal refusal;

	if (!request)
		return -1;
	refusal = chat_upgrade_refusal(connection->server, request);
	connection->browser = browser_name(request->user_agent);
	if (refusal == REFUSAL_NONE)
		return 0;
	metrics_refuse(&connection->server->metrics, refusal);
	return -1;
}

int handle_chat(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	struct connection *connection;

	(void)user;
	switch (reason) {
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
		connection = connection_of(wsi);
		return connection ? filter(connection) : -1;
	case LWS_CALLBACK_ESTABLISHED:
		return establish(connection_of(wsi));
	case LWS_CALLBACK_RECEIVE:
		return receive(connection_of(wsi), in, len);
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return write_next(connection_of(wsi));
	default:
		return 0;
	}
}
