/*
 * How it works: pieces of a message are put together by receive(), read by the channel
 * (channels/chat.h) and handed to the service, which answers through send_frame(): at once, or
 * later while nothing is read here. Frames wait in the connection's outbox for their WRITEABLE
 * callback.
 *
 * A connection that must end may be in use further up the stack, so it is only marked: receive()
 * returns -1 then. Where it is not being received from, the library's timer ends it.
 */
#include "host/serve/handle_chat.h"

#include "channels/chat.h"
#include "channels/chats_json.h"
#include "channels/message.h"
#include "host/net/browser.h"
#include "host/serve/connection.h"

enum {
	FAULTS_MOST = 64, /* harmless ones of one connection, before it is cut off */
	/* In the IANA registry, but not in the library's enum. */
	CLOSE_TRY_AGAIN_LATER = 1013,
};

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

/* --- what is sent --- */

static void end(struct connection *connection)
{
	connection->ended = true;
	if (!connection->receiving)
		lws_set_timeout(connection->wsi, PENDING_TIMEOUT_USER_REASON_BASE,
		                LWS_TO_KILL_ASYNC);
}

/* Sets that close code and the refusal's sentence; the connection is still to be ended. */
static void set_close(struct connection *connection, int code, enum refusal refusal)
{
	const char *text = refusal_text(refusal);
	unsigned char reason[124];
	size_t len = strlen(text);

	metrics_refuse(&connection->server->metrics, refusal);
	/* A close frame holds 123 bytes; every sentence of the table fits. */
	if (len >= sizeof(reason))
		len = 0;
	memcpy(reason, text, len);
	connection->closing = true;
	if (connection->door.state == DOOR_FRAMES)
		connection->door.state = DOOR_CLOSING;
	lws_close_reason(connection->wsi, (enum lws_close_status)code, reason, len);
}

static void close_with(struct connection *connection, int code, enum refusal refusal)
{
	set_close(connection, code, refusal);
	end(connection);
}

/* `written`: what writing the frame into the scratch gave. */
static void send_scratch(struct connection *connection, enum status written)
{
	const struct span frame = buf_span(&connection->server->scratch);

	if (written == STATUS_OK)
		written = outbox_add(&connection->outbox, frame);
	if (written == STATUS_LIMIT)
		close_with(connection, CLOSE_TRY_AGAIN_LATER, REFUSAL_SLOW_READER);
	else if (written != STATUS_OK)
		end(connection);
	else
		lws_callback_on_writable(connection->wsi);
}

static struct buf *clear_scratch(const struct connection *connection)
{
	struct buf *scratch = &connection->server->scratch;

	buf_clear(scratch);
	return scratch;
}

static void say_refusal(struct connection *connection, enum refusal refusal, const char *to)
{
	connection->faults++;
	if (connection->faults > FAULTS_MOST)
		close_with(connection, LWS_CLOSE_STATUS_POLICY_VIOLATION, refusal);
	else
		send_scratch(connection, chat_write_error(refusal, to, clear_scratch(connection)));
}

static void refuse_frame(struct connection *connection, enum refusal refusal, const char *to)
{
	metrics_refuse(&connection->server->metrics, refusal);
	say_refusal(connection, refusal, to);
}

static enum status write_outgoing(const struct outgoing *outgoing, struct buf *out)
{
	const struct chat_welcome welcome = {
		.session = outgoing->conversation,
		.resumed = outgoing->resumed,
		.knowledge = outgoing->knowledge,
		.signed_in = outgoing->signed_in,
		.sign_in = outgoing->text,
		.notice = outgoing->notice,
	};
	const struct chat_identified identified = {
		.to = outgoing->to,
		.session = outgoing->conversation,
		.signed_in = outgoing->signed_in,
		.text = outgoing->text,
	};

	switch (outgoing->kind) {
	case OUTGOING_WELCOME:
		return chat_write_welcome(&welcome, out);
	case OUTGOING_IDENTIFIED:
		return chat_write_identified(&identified, out);
	case OUTGOING_TYPING:
		return chat_write_typing(out);
	case OUTGOING_NOTICE:
		return chat_write_notice(outgoing->notice, out);
	case OUTGOING_RATED:
		return chat_write_rated(outgoing->receipt, outgoing->to, out);
	case OUTGOING_EVENT:
		return chats_write_event(outgoing->event, out);
	case OUTGOING_STATE:
		return chats_write_state(outgoing->state, out);
	case OUTGOING_CALL_BACK:
		return chat_write_call_back_kept(outgoing->to, out);
	default:
		return chat_write_reply(outgoing->to, outgoing->object, out);
	}
}

static void send_frame(void *line, const struct outgoing *outgoing)
{
	struct connection *connection = line;
	struct server *server = connection->server;

	if (connection->close_code || connection->closing || connection->ended)
		return;
	if (outgoing->kind == OUTGOING_REFUSAL)
		say_refusal(connection, outgoing->refusal, outgoing->to);
	else
		send_scratch(connection, write_outgoing(outgoing, clear_scratch(connection)));
	if (server->draining && !connection->ended &&
	    service_waiting(server->service, connection->from) == 0)
		chat_say_bye(connection);
}

static const struct channel web_channel = {
	.name = "web",
	.abilities = CHANNEL_LASTING,
	.send = send_frame,
};

/* --- what comes --- */

/* A reader that is so slow is not asked to read more. */
static bool is_behind(const struct connection *connection)
{
	return connection->outbox.frames >= connection->outbox.most_frames / 2;
}

static void handle_ask(struct connection *connection, const struct chat_frame *frame)
{
	struct service *service = connection->server->service;
	const struct message message = {
		.from = connection->from,
		.id = frame->id,
		.text = span_of(frame->text),
		.browser = connection->browser,
	};

	if (is_behind(connection))
		service_refuse(service, connection->from, frame->id, REFUSAL_QUEUE_FULL);
	else
		service_take(service, &message);
}

static void handle_identify(struct connection *connection, const struct chat_frame *frame)
{
	const struct identify_claim claim = {
		.id = frame->id,
		.id_number = frame->id_number,
		.name = frame->name,
		.certificate_number = frame->certificate_number,
	};

	service_identify(connection->server->service, connection->from, &claim);
}

static void handle_hello(struct connection *connection, const struct chat_frame *frame)
{
	struct service *service = connection->server->service;

	if (frame->after >= 0)
		service_follow(service, connection->from, frame->after);
	service_hello(service, connection->from, frame->resume, frame->token);
}

static void handle_call_back(struct connection *connection, const struct chat_frame *frame)
{
	struct call_back_claim claim = frame->call_back;

	claim.id = frame->id;
	service_call_back(connection->server->service, connection->from, &claim);
}

static bool within_rate(struct connection *connection, const struct chat_frame *frame)
{
	struct server *server = connection->server;
	const int64_t now_us = server_now_us(server);
	const int64_t cost =
	        frame->type == CHAT_TYPING
	                ? COST_SUGGESTION / 4
	                : cost_of_text(COST_MESSAGE, frame->text ? strlen(frame->text) : 0);

	return bucket_take(&connection->bucket, &server->connection_rate, cost, now_us) &&
	       (!connection->address ||
	        address_take(server->addresses, connection->address, cost, now_us));
}

static void dispatch(struct connection *connection, const struct chat_frame *frame)
{
	struct service *service = connection->server->service;

	if (!within_rate(connection, frame)) {
		if (frame->type == CHAT_ASK)
			service_refuse(service, connection->from, frame->id, REFUSAL_RATE);
		else if (frame->type != CHAT_TYPING)
			refuse_frame(connection, REFUSAL_RATE, frame->id);
		return;
	}
	switch (frame->type) {
	case CHAT_ASK:
		handle_ask(connection, frame);
		break;
	case CHAT_IDENTIFY:
		handle_identify(connection, frame);
		break;
	case CHAT_RATE:
		service_rate(service, connection->from, NULL, &frame->rating, frame->id);
		break;
	case CHAT_HELLO:
		handle_hello(connection, frame);
		break;
	case CHAT_TYPING:
		service_typing(service, connection->from);
		break;
	case CHAT_CALL_BACK:
		handle_call_back(connection, frame);
		break;
	}
}

static void handle_message(struct connection *connection, struct span message)
{
	struct chat_frame frame;
	const enum refusal refusal = chat_frame_read(message, &frame);

	if (refusal == REFUSAL_NOT_UTF8)
		close_with(connection, LWS_CLOSE_STATUS_INVALID_PAYLOAD, refusal);
	else if (refusal != REFUSAL_NONE)
		refuse_frame(connection, refusal, frame.id);
	else
		dispatch(connection, &frame);
	chat_frame_release(&frame);
}

static void collect(struct connection *connection, struct span piece)
{
	const size_t remaining = lws_remaining_packet_payload(connection->wsi);
	const bool whole = remaining == 0 && lws_is_final_fragment(connection->wsi);
	const bool binary = lws_frame_is_binary(connection->wsi);
	struct buf *pieces = &connection->message;
	struct span message = piece;

	connection->message_len += piece.len;
	if (connection->message_len + remaining > MESSAGE_BYTES) {
		close_with(connection, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, REFUSAL_TOO_LARGE);
		return;
	}
	if (!binary && (!whole || pieces->len > 0)) {
		buf_append(pieces, piece.ptr, piece.len);
		if (buf_status(pieces) != STATUS_OK) {
			end(connection);
			return;
		}
		message = buf_span(pieces);
	}
	if (!whole)
		return;
	if (binary)
		refuse_frame(connection, REFUSAL_BINARY, NULL);
	else
		handle_message(connection, message);
	connection->message_len = 0;
	/* Most messages come in one piece: an idle chat keeps no room for others. */
	buf_deinit(pieces);
}

static int receive(struct connection *connection, const char *in, size_t len)
{
	if (connection->close_code || connection->closing)
		return 0;
	connection->receiving = true;
	collect(connection, (struct span){ in ? in : "", len });
	connection->receiving = false;
	return connection->ended ? -1 : 0;
}

static int close_for_violation(struct connection *connection)
{
	const int code = connection->door.violation;

	set_close(connection, code,
	          code == FRAME_TOO_LARGE         ? REFUSAL_TOO_LARGE
	          : code == FRAME_INVALID_PAYLOAD ? REFUSAL_NOT_UTF8
	                                          : REFUSAL_FRAME);
	return -1;
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
		if (connection->outbox.frames == 0)
			service_written(connection->server->service, connection->from);
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

/* Chats that all came back in the same moment would be a burden to whoever takes them. */
static int64_t random_return_ms(const struct server *server)
{
	const uint64_t most_ms = (uint64_t)server->config->server.reconnect_s * 1000;
	uint64_t number;

	return server->random(&number, sizeof(number)) ? (int64_t)(number % (most_ms + 1)) : 0;
}

void chat_say_bye(struct connection *connection)
{
	struct server *server = connection->server;
	enum status status;

	status = chat_write_bye(REFUSAL_DRAINING, random_return_ms(server),
	                        clear_scratch(connection));
	if (status == STATUS_OK)
		status = outbox_add(&connection->outbox, buf_span(&server->scratch));
	/* Without the word, the close code alone must do. */
	if (status != STATUS_OK)
		log_event(server->log, LOG_DEBUG, "bye_unsaid",
		          LOG_TEXT("status", status_text(status)));
	/* Once it is set nothing is read any more. */
	connection->close_code = LWS_CLOSE_STATUS_GOINGAWAY;
	lws_callback_on_writable(connection->wsi);
}

/* Whom a failed identification is counted by, besides the person. */
static struct span origin_of(const struct connection *connection)
{
	const struct ip *ip = connection->address ? &connection->address->ip : &connection->peer;

	return (struct span){ (const char *)ip->bytes, sizeof(ip->bytes) };
}

static int establish(struct connection *connection)
{
	struct server *server = connection->server;
	const struct config *config = server->config;

	connection->chat = true;
	server->chat_count++;
	/* That of a request before the upgrade. */
	service_close(server->service, connection->from);
	if (service_open(server->service, &web_channel, connection, origin_of(connection),
	                 &connection->from) != STATUS_OK)
		return -1;
	outbox_init(&connection->outbox, LWS_PRE, (size_t)config->limits.outbox_frames,
	            (size_t)config->limits.outbox_bytes);
	bucket_init(&connection->bucket, &server->connection_rate, server_now_us(server));
	/* They served their turn; the connection may live for hours. */
	door_finish(&connection->door, DOOR_FRAMES);
	buf_deinit(&connection->http.out);
	buf_deinit(&connection->http.body);
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
