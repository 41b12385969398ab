/*
 * How it works: a wire is a WebSocket, which the other side opened on the configured path, or we
 * did (handle_onebot_client.c). Its frames are read by channels/onebot.h; responses go to
 * channels/onebot_bots.h, messages to service/groups/group.h, which decides whether and what is
 * answered. An answer goes to its bot, whichever wire leads there then (onebot_bots.h), or by the
 * HTTP API (handle_onebot_api.c), or, where the message came by HTTP POST and nothing else leads
 * back, into the response to that: the request waits under a number, for its connection may be gone
 * by then.
 *
 * What a wire is to write is made in its WRITEABLE callback, so nothing lies between an answer and
 * the socket that could be lost with the connection.
 */
#include "host/serve/handle_onebot.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "base/file.h"
#include "base/key_file.h"
#include "base/mac.h"
#include "channels/message.h"
#include "host/serve/exchange.h"
#include "host/serve/handle_onebot_parts.h"

enum {
	TICK_MS = 1000,
	KEEP_MS = 120000,    /* an answer that cannot be sent for longer is not wanted any more */
	GIVE_BACK_MS = 2000, /* one that cannot be sent here may be sent by another replica */
	PROBE_MS = 60000,
	ANSWERS_MOST = 16384,
	BOTS_MOST = 64,
	FRAME_MOST = 16 * 1024 * 1024, /* a longer one ends the connection */
	PART_CHARS = 450,              /* what is longer is often held back by the platform */
	PART_BYTES = 4096,
	PARTS_MOST = 3,
	QUICK_WAIT_S = 60,
};

static const char channel_name[] = "onebot";

/* Needed to answer a message, beside the texts that the groups keep. */
struct place {
	bool group_number, user_number; /* which of its ids were numbers */
	bool anonymous;
	bool through_number;
	uint64_t quick;
	char through[ONEBOT_ID_SIZE];
};

/* --- answers --- */

static struct connection *find_quick(const struct onebot *onebot, uint64_t quick)
{
	for (struct connection *at = onebot->server->connections; at && quick; at = at->next)
		if (at->onebot_quick == quick)
			return at;
	return NULL;
}

/* Ends an HTTP POST: with what stands in the scratch, or empty. */
static void respond(struct connection *connection, int status, bool empty)
{
	static const struct http_request posted = { .method = HTTP_POST };
	struct buf *scratch = &connection->server->scratch;
	struct http_response response = { .status = status, .type = empty ? NULL : exchange_json };

	connection->onebot_quick = 0;
	if (empty)
		buf_clear(scratch);
	response.length = scratch->len;
	exchange_respond(connection, &posted, &response, buf_span(scratch));
	exchange_ready(connection);
}

static struct onebot_id id_of(const char *text, bool number)
{
	struct onebot_id id = { .number = number };
	const size_t len = text ? strlen(text) : 0;

	if (len > 0 && len < sizeof(id.text))
		memcpy(id.text, text, len);
	return id;
}

static struct onebot_send send_of(const struct group_answer *answer, const struct place *place)
{
	struct onebot_send send = {
		.user = id_of(answer->person, place->user_number),
		.group = id_of(answer->chat, place->group_number),
		.quoted = id_of(answer->quote, false),
		.through = id_of(place->through, place->through_number),
		.at = answer->chat && answer->mention && !place->anonymous,
	};

	return send;
}

/* All parts in one: a response is one message. */
static bool answer_quickly(struct onebot *onebot, const struct group_answer *answer,
                           struct onebot_send *send, struct connection *connection)
{
	struct buf *scratch = &onebot->server->scratch;
	struct buf *text = &onebot->text;

	buf_clear(text);
	for (size_t i = 0; i < answer->part_count; i++) {
		if (i > 0)
			buf_append_char(text, '\n');
		buf_append(text, answer->parts[i].ptr, answer->parts[i].len);
	}
	send->text = buf_span(text);
	buf_clear(scratch);
	if (buf_status(text) != STATUS_OK || onebot_write_quick(send, scratch) != STATUS_OK) {
		respond(connection, 204, true);
		return false;
	}
	respond(connection, 200, false);
	return true;
}

void onebot_tell_sent(void *context, uint64_t id, size_t parts, enum onebot_outcome outcome)
{
	struct onebot *onebot = context;

	if (outcome == ONEBOT_FAILED || outcome == ONEBOT_UNKNOWN)
		log_event(onebot->server->log, LOG_WARN, "onebot_unsent",
		          LOG_TEXT("outcome", outcome == ONEBOT_FAILED ? "failed" : "unknown"),
		          LOG_NUMBER("parts_sent", parts));
	if (onebot->stopped)
		return;
	group_sent(onebot->door, id, parts,
	           outcome == ONEBOT_DONE        ? GROUP_SENT
	           : outcome == ONEBOT_FAILED    ? GROUP_FAILED
	           : outcome == ONEBOT_UNREACHED ? GROUP_UNREACHED
	                                         : GROUP_UNKNOWN);
	/* Links may end now. */
	if (onebot->draining)
		onebot_drain(onebot);
}

static enum status dispatch(struct onebot *onebot, const struct onebot_answer *answer)
{
	enum status status = STATUS_NOT_FOUND;

	if (onebot->server->config->onebot.api[0])
		status = onebot_api_send(onebot, answer);
	else
		status = onebot_bots_send(onebot->bots, answer, onebot_now_ms(onebot));
	if (status != STATUS_OK && !(status == STATUS_NOT_FOUND && group_shares(onebot->door)))
		log_event(onebot->server->log, LOG_WARN, "onebot_answer_dropped",
		          LOG_TEXT("reason", status_text(status)));
	return status;
}

static void send_answer(void *context, const struct group_answer *answer)
{
	struct onebot *onebot = context;
	struct connection *connection;
	enum status status;
	struct place place;

	/* Nobody asked for what an operator has said; another version of this program may have
	 * parked what is of another length. */
	memset(&place, 0, sizeof(place));
	place.group_number = place.user_number = true;
	if (answer->address.len == sizeof(place)) {
		memcpy(&place, answer->address.ptr, sizeof(place));
	} else if (answer->address.len != 0) {
		group_sent(onebot->door, answer->id, 0, GROUP_FAILED);
		return;
	}
	connection = find_quick(onebot, place.quick);
	if (answer->kind == GROUP_SILENCE) {
		if (connection)
			respond(connection, 204, true);
		return;
	}
	if (answer->kind != GROUP_ANSWER)
		return;
	struct onebot_send send = send_of(answer, &place);
	const struct onebot_answer sent = {
		.id = answer->id,
		.self = answer->self,
		.to = send,
		.parts = answer->parts,
		.part_count = answer->part_count,
	};

	/* Why a program refused to send is not told by its code: a second attempt may be a second
	 * message. */
	if (answer->again || answer->part_count == 0) {
		group_sent(onebot->door, answer->id, 0, GROUP_FAILED);
		return;
	}
	if (place.quick) {
		const bool said = connection && answer_quickly(onebot, answer, &send, connection);

		group_sent(onebot->door, answer->id, said ? answer->part_count : 0,
		           said ? GROUP_SENT : GROUP_FAILED);
		return;
	}
	status = dispatch(onebot, &sent);
	if (status != STATUS_OK)
		group_sent(onebot->door, answer->id, 0,
		           status == STATUS_NOT_FOUND && group_shares(onebot->door)
		                   ? GROUP_UNREACHED
		                   : GROUP_FAILED);
}

static void fetch_parked(void *context, const char *self, bool fresh)
{
	const struct onebot *onebot = context;

	if (!onebot->stopped && !onebot->draining)
		group_fetch(onebot->door, self, fresh);
}

static const struct group_kind kind = {
	.name = channel_name,
	.abilities = GROUP_MENTIONS | GROUP_QUOTES,
	.part_chars = PART_CHARS,
	.part_bytes = PART_BYTES,
	.parts_most = PARTS_MOST,
	.send = send_answer,
};

/* --- events --- */

/*
 * An event, with the header's id; `quick`: the HTTP POST that waits for the answer, or 0. False
 * where no answer will come.
 */
static bool take_event(struct onebot *onebot, const struct onebot_frame *frame, const char *self,
                       const char *header, uint64_t quick)
{
	const struct onebot_names names = { .header = header,
		                            .aliases = &onebot->server->config->onebot.aliases };
	struct place place;
	struct onebot_said said;

	if ((frame->kind != ONEBOT_GROUP && frame->kind != ONEBOT_PRIVATE) || onebot->draining ||
	    self[0] == '\0' || onebot_is_own(frame, &names))
		return false;
	if (onebot_message_read(frame, &names, &onebot->text, &said) != STATUS_OK)
		return false;
	memset(&place, 0, sizeof(place)); /* what is between its members, too */
	place.group_number = frame->group.number;
	place.user_number = frame->user.number;
	place.anonymous = frame->anonymous;
	place.quick = quick;
	if (frame->kind == ONEBOT_PRIVATE) {
		memcpy(place.through, frame->group.text, sizeof(place.through));
		place.through_number = frame->group.number;
	}
	const struct group_message message = {
		.self = self,
		.chat = frame->kind == ONEBOT_GROUP ? frame->group.text : NULL,
		.person = frame->user.text,
		.id = frame->message.text[0] ? frame->message.text : NULL,
		.text = buf_span(&onebot->text),
		.spoken_to = said.to_us,
		.quotes_us = onebot_bots_sent(onebot->bots, self, &said.quoted),
		.address = { (const char *)&place, sizeof(place) },
	};

	group_take(onebot->door, &message);
	return true;
}

/* Questions that have no answer yet, and answers that are not sent. */
static bool has_work(const struct onebot *onebot)
{
	return onebot_bots_waiting(onebot->bots) > 0 || onebot->posts > 0 ||
	       group_under_way(onebot->door) > 0;
}

/* --- wires --- */

struct onebot_wire *onebot_wire_open(struct onebot *onebot, struct lws *wsi, enum onebot_role role,
                                     struct span self)
{
	struct onebot_wire *wire = calloc(1, sizeof(*wire));

	if (!wire)
		return NULL;
	wire->onebot = onebot;
	wire->wsi = wsi;
	buf_init(&wire->message, ONEBOT_FRAME_BYTES);
	if (self.len >= sizeof(wire->header))
		self.len = 0;
	if (self.len > 0)
		memcpy(wire->header, self.ptr, self.len);
	if (onebot_link_open(onebot->bots, role, self, wire, onebot_now_ms(onebot), &wire->link) !=
	    STATUS_OK) {
		buf_deinit(&wire->message);
		free(wire);
		return NULL;
	}
	log_event(onebot->server->log, LOG_INFO, "onebot_linked",
	          LOG_TEXT("role", role == ONEBOT_API      ? "API"
	                           : role == ONEBOT_EVENTS ? "Event"
	                                                   : "Universal"),
	          LOG_NUMBER("links", onebot_bots_links(onebot->bots)));
	return wire;
}

void onebot_wire_close(struct onebot_wire *wire)
{
	struct onebot *onebot = wire->onebot;

	onebot_link_close(wire->link, onebot_now_ms(onebot));
	log_event(onebot->server->log, LOG_INFO, "onebot_unlinked",
	          LOG_NUMBER("links", onebot_bots_links(onebot->bots)));
	buf_deinit(&wire->message);
	free(wire);
}

/* Once the channel is off, nothing that waits goes out. */
static void follow_switch(const struct onebot *onebot)
{
	onebot_bots_hush(onebot->bots, !group_is_on(onebot->door));
}

static void take_frame(struct onebot_wire *wire, struct span text)
{
	struct onebot *onebot = wire->onebot;
	struct onebot_frame frame;

	if (onebot_frame_read(text, &frame) == STATUS_OK) {
		onebot_link_take(wire->link, &frame, onebot_now_ms(onebot));
		(void)take_event(onebot, &frame, onebot_link_self(wire->link), wire->header, 0);
	} else {
		log_event(onebot->server->log, LOG_DEBUG, "onebot_frame_ignored",
		          LOG_NUMBER("bytes", text.len));
	}
	onebot_frame_release(&frame);
}

void onebot_wire_receive(struct onebot_wire *wire, const char *in, size_t len)
{
	const bool whole =
	        lws_remaining_packet_payload(wire->wsi) == 0 && lws_is_final_fragment(wire->wsi);
	struct buf *message = &wire->message;

	wire->message_len += len;
	/* Skips the rest of one that is too long. */
	if (wire->message_len <= ONEBOT_FRAME_BYTES)
		buf_append(message, in, len);
	if (!whole)
		return;
	if (wire->message_len <= ONEBOT_FRAME_BYTES && buf_status(message) == STATUS_OK &&
	    !wire->ended)
		take_frame(wire, buf_span(message));
	wire->message_len = 0;
	buf_deinit(message);
	buf_init(message, ONEBOT_FRAME_BYTES);
}

int onebot_wire_write(struct onebot_wire *wire)
{
	static const char headroom[LWS_PRE];
	struct onebot *onebot = wire->onebot;
	struct buf *out = &onebot->out;

	if (wire->ended)
		return -1;
	follow_switch(onebot);
	if (!onebot_link_next(wire->link, onebot_now_ms(onebot), &onebot->frame))
		return 0;
	buf_clear(out);
	buf_append(out, headroom, sizeof(headroom));
	buf_append(out, onebot->frame.ptr, onebot->frame.len);
	if (buf_status(out) != STATUS_OK ||
	    lws_write(wire->wsi, (unsigned char *)out->ptr + LWS_PRE, onebot->frame.len,
	              LWS_WRITE_TEXT) < (int)onebot->frame.len)
		return -1;
	lws_callback_on_writable(wire->wsi);
	return 0;
}

static void want_write(void *owner)
{
	const struct onebot_wire *wire = owner;

	lws_callback_on_writable(wire->wsi);
}

static bool is_behind(void *owner)
{
	const struct onebot_wire *wire = owner;
	int unread = 0;

	return ioctl(lws_get_socket_fd(wire->wsi), FIONREAD, &unread) == 0 && unread > 0;
}

static void end_wire(void *owner, const char *reason)
{
	struct onebot_wire *wire = owner;

	wire->ended = true;
	log_event(wire->onebot->server->log, LOG_WARN, "onebot_link_dead",
	          LOG_TEXT("reason", reason));
	lws_set_timeout(wire->wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
}

/* --- reverse WebSocket --- */

bool onebot_has(const struct onebot *onebot, struct span path)
{
	return onebot && onebot->server->config->onebot.path[0] &&
	       span_equal(path, span_of(onebot->server->config->onebot.path));
}

/* Without a token only programs on this machine come in, and no page in a browser on it. */
static enum refusal check_untokened(const struct connection *connection,
                                    const struct http_request *request)
{
	if (!exchange_is_local(connection, request))
		return REFUSAL_LOOPBACK;
	return request->origin.len > 0 ? REFUSAL_ORIGIN : REFUSAL_NONE;
}

/* The token, in the header or, where only that is possible, in the query. */
static enum refusal check_token(struct connection *connection, const struct http_request *request)
{
	const struct onebot *onebot = connection->server->onebot;
	char text[HTTP_QUERY_MOST];
	const struct span queried = http_request_query(request, "access_token", text, sizeof(text));
	struct span headed = http_request_bearer(request);
	enum refusal refusal;

	/* NapCat sends the word without a token where it has none. */
	if (span_equal(request->authorization, span_of("Bearer")))
		headed.len = 0;

	if (onebot->token.len == 0)
		return check_untokened(connection, request);
	if (mac_equal(headed, buf_span(&onebot->token)) ||
	    mac_equal(queried, buf_span(&onebot->token)))
		return REFUSAL_NONE;
	/* Guessing costs as much as asking. */
	refusal = exchange_pay(connection, request, COST_MESSAGE);
	if (refusal != REFUSAL_NONE)
		return refusal;
	return headed.len == 0 && queried.len == 0 ? REFUSAL_NO_TOKEN : REFUSAL_UNPROVEN;
}

enum refusal onebot_upgrade_refusal(struct connection *connection,
                                    const struct http_request *request)
{
	enum onebot_role role;
	enum refusal refusal = request->refusal;

	if (refusal == REFUSAL_NONE && request->method != HTTP_GET)
		refusal = REFUSAL_METHOD;
	if (refusal == REFUSAL_NONE)
		refusal = check_token(connection, request);
	if (refusal == REFUSAL_NONE && (!onebot_role_read(request->client_role, &role) ||
	                                request->self_id.len >= ONEBOT_ID_SIZE ||
	                                (role == ONEBOT_API && request->self_id.len == 0)))
		refusal = REFUSAL_BAD_REQUEST;
	return refusal;
}

int onebot_establish(struct connection *connection)
{
	const struct http_request *request = connection->door.request;
	struct onebot *onebot = connection->server->onebot;
	enum onebot_role role;

	if (!request || onebot->stopped || !onebot_role_read(request->client_role, &role))
		return -1;
	connection->onebot = onebot_wire_open(onebot, connection->wsi, role, request->self_id);
	if (!connection->onebot)
		return -1;
	connection->door.frames.most = FRAME_MOST;
	door_finish(&connection->door, DOOR_FRAMES);
	buf_deinit(&connection->http.out);
	buf_deinit(&connection->http.body);
	return 0;
}

static int close_with(struct connection *connection, int code)
{
	connection->closing = true;
	if (connection->door.state == DOOR_FRAMES)
		connection->door.state = DOOR_CLOSING;
	lws_close_reason(connection->wsi, (enum lws_close_status)code, NULL, 0);
	return -1;
}

int onebot_receive(struct connection *connection, const char *in, size_t len)
{
	if (connection->closing || !connection->onebot)
		return 0;
	onebot_wire_receive(connection->onebot, in ? in : "", len);
	return connection->onebot->ended ? -1 : 0;
}

int onebot_write(struct connection *connection)
{
	const struct onebot *onebot = connection->server->onebot;

	if (connection->closing || !connection->onebot)
		return 0;
	if (connection->door.violation)
		return close_with(connection, connection->door.violation);
	if (onebot->draining && !has_work(onebot))
		return close_with(connection, LWS_CLOSE_STATUS_GOINGAWAY);
	return onebot_wire_write(connection->onebot);
}

void onebot_forget(struct connection *connection)
{
	if (connection->onebot)
		onebot_wire_close(connection->onebot);
	connection->onebot = NULL;
	connection->onebot_quick = 0;
}

/* --- HTTP POST --- */

/* The body of an event, once it is here. */
static void finish_post(struct connection *connection)
{
	struct onebot *onebot = connection->server->onebot;
	const struct http_request *request = connection->door.request;
	const struct span body = buf_span(&connection->http.body);
	const bool by_api = onebot->server->config->onebot.api[0] != '\0';
	char header[ONEBOT_ID_SIZE] = "";
	struct onebot_frame frame;
	enum refusal refusal = REFUSAL_NONE;
	uint64_t quick = 0;

	if (onebot->secret.len > 0 &&
	    !onebot_signed(buf_span(&onebot->secret), body, request->signature))
		refusal = exchange_pay(connection, request, COST_MESSAGE) == REFUSAL_NONE
		                  ? REFUSAL_UNPROVEN
		                  : REFUSAL_RATE;
	if (request->self_id.len > 0 && request->self_id.len < sizeof(header))
		memcpy(header, request->self_id.ptr, request->self_id.len);
	frame = (struct onebot_frame){ 0 };
	if (refusal == REFUSAL_NONE && onebot_frame_read(body, &frame) != STATUS_OK)
		refusal = REFUSAL_NOT_JSON;
	if (refusal != REFUSAL_NONE) {
		exchange_refuse(connection, request, refusal, NULL);
		exchange_ready(connection);
	} else {
		/* Before the event is taken: its answer may come at once. */
		if (!by_api)
			quick = connection->onebot_quick = ++onebot->quick;
		connection->onebot_until_us =
		        server_now_us(onebot->server) + QUICK_WAIT_S * INT64_C(1000000);
		if (!take_event(onebot, &frame, header[0] ? header : frame.self.text, header,
		                quick) ||
		    by_api)
			respond(connection, 204, true);
	}
	onebot_frame_release(&frame);
	buf_deinit(&connection->http.body);
	buf_init(&connection->http.body, MESSAGE_BYTES);
}

/* Whoever posts shows that it knows the secret by a signature, which needs the body. */
static enum refusal check_poster(const struct connection *connection,
                                 const struct http_request *request)
{
	const struct onebot *onebot = connection->server->onebot;

	if (onebot->secret.len == 0)
		return check_untokened(connection, request);
	return request->signature.len == 0 ? REFUSAL_NO_TOKEN : REFUSAL_NONE;
}

enum refusal onebot_handle_post(struct connection *connection, const struct http_request *request)
{
	enum refusal refusal = connection->server->draining ? REFUSAL_DRAINING : REFUSAL_NONE;

	if (request->method != HTTP_POST)
		return request->method == HTTP_GET ? REFUSAL_UPGRADE : REFUSAL_METHOD;
	if (refusal == REFUSAL_NONE)
		refusal = check_poster(connection, request);
	if (refusal == REFUSAL_NONE && !http_type_is_json(request->content_type))
		refusal = REFUSAL_MEDIA_TYPE;
	if (refusal == REFUSAL_NONE && request->body_length > ONEBOT_FRAME_BYTES)
		refusal = REFUSAL_TOO_LARGE;
	if (refusal != REFUSAL_NONE)
		return refusal;
	buf_deinit(&connection->http.body);
	buf_init(&connection->http.body, ONEBOT_FRAME_BYTES);
	connection->http.finish = finish_post;
	return REFUSAL_NONE;
}

/* --- beginning and end --- */

/* Whoever posts an event may wait for ever. */
static void end_late_posts(const struct onebot *onebot)
{
	const int64_t now_us = server_now_us(onebot->server);

	for (struct connection *at = onebot->server->connections; at; at = at->next)
		if (at->onebot_quick && now_us >= at->onebot_until_us)
			respond(at, 204, true);
}

static void tick(void *context)
{
	struct onebot *onebot = context;

	onebot->tick = NULL;
	if (onebot->stopped)
		return;
	end_late_posts(onebot);
	follow_switch(onebot);
	onebot_bots_tick(onebot->bots, onebot_now_ms(onebot));
	/* The last question may have ended without an answer. */
	if (onebot->draining)
		onebot_drain(onebot);
	onebot->tick = loop_after(onebot->server->loop.loop, TICK_MS, tick, onebot);
	if (!onebot->tick)
		log_event(onebot->server->log, LOG_ERROR, "onebot_tick_ended",
		          LOG_TEXT("status", status_text(STATUS_NO_MEMORY)));
}

/* Made when missing; "" leaves it empty. */
static enum status read_key(struct onebot *onebot, const char *file, struct buf *out)
{
	enum status status = STATUS_OK;

	if (file[0] == '\0')
		return STATUS_OK;
	if (file_kind(file) == FILE_NONE) {
		status = key_file_make(file);
		if (status == STATUS_OK)
			log_event(onebot->server->log, LOG_INFO, "onebot_token_made",
			          LOG_TEXT("file", file));
	}
	if (status == STATUS_OK)
		status = key_file_read(file, KEY_SECRET, out, NULL);
	if (status != STATUS_OK)
		log_event(onebot->server->log, LOG_ERROR, "onebot_key_unread",
		          LOG_TEXT("file", file), LOG_TEXT("reason", status_text(status)));
	return status == STATUS_OK || status == STATUS_NO_MEMORY ? status : STATUS_IO;
}

static enum status open_parts(struct onebot *onebot)
{
	const struct config *config = onebot->server->config;
	enum status status = group_open(onebot->server->groups, &kind, onebot, &onebot->door);
	const struct onebot_limits limits = {
		.action_ms = config->onebot.action_s * 1000,
		.probe_ms = PROBE_MS,
		.keep_ms = KEEP_MS,
		.answers = ANSWERS_MOST,
		.bots = BOTS_MOST,
		.give_back_ms = onebot->door && group_shares(onebot->door) ? GIVE_BACK_MS : 0,
	};
	const struct onebot_hooks hooks = { want_write,       end_wire,     is_behind,
		                            onebot_tell_sent, fetch_parked, onebot };

	if (status == STATUS_OK)
		status = read_key(onebot, config->onebot.token_file, &onebot->token);
	/* Implementations sign with the token where they know no secret of its own. */
	if (status == STATUS_OK)
		status = read_key(onebot,
		                  config->onebot.secret_file[0] ? config->onebot.secret_file
		                                                : config->onebot.token_file,
		                  &onebot->secret);
	return status == STATUS_OK ? onebot_bots_create(&onebot->bots, &limits, &hooks) : status;
}

enum status onebot_create(struct server *server)
{
	const struct config *config = server->config;
	struct onebot *onebot;

	if (config->onebot.path[0] == '\0' && config->onebot.connect[0] == '\0')
		return STATUS_OK;
	onebot = calloc(1, sizeof(*onebot));
	if (!onebot)
		return STATUS_NO_MEMORY;
	onebot->server = server;
	server->onebot = onebot;
	buf_init(&onebot->token, HTTP_FIELD_MOST);
	buf_init(&onebot->secret, HTTP_FIELD_MOST);
	buf_init(&onebot->text, ONEBOT_TEXT_BYTES);
	buf_init(&onebot->frame, ONEBOT_FRAME_BYTES);
	buf_init(&onebot->out, ONEBOT_FRAME_BYTES + LWS_PRE);
	return open_parts(onebot);
}

void onebot_start(struct onebot *onebot)
{
	tick(onebot);
	onebot_client_start(onebot);
}

void onebot_stop(struct onebot *onebot)
{
	if (!onebot)
		return;
	onebot->stopped = true;
	timer_cancel(onebot->tick);
	onebot->tick = NULL;
	onebot_client_stop(onebot);
}

void onebot_destroy(struct onebot *onebot)
{
	if (!onebot)
		return;
	assert(onebot->stopped);
	group_close(onebot->door);
	onebot_bots_destroy(onebot->bots);
	buf_wipe(&onebot->token);
	buf_wipe(&onebot->secret);
	buf_deinit(&onebot->text);
	buf_deinit(&onebot->frame);
	buf_deinit(&onebot->out);
	free(onebot);
}

void onebot_drain(struct onebot *onebot)
{
	if (!onebot)
		return;
	onebot->draining = true;
	for (struct connection *at = onebot->server->connections; at; at = at->next)
		if (at->onebot)
			lws_callback_on_writable(at->wsi);
}

bool onebot_is_done(const struct onebot *onebot)
{
	const size_t kept = onebot && onebot->client.wire ? 1 : 0;

	return !onebot || (!has_work(onebot) && onebot_bots_links(onebot->bots) <= kept);
}
