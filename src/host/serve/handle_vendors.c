/*
 * How it works: a platform posts a message to the path of its channel. Its body is collected,
 * proven and read by channels/, and handed to service/groups/group.h, which decides whether and
 * what is answered. WeCom and DingTalk take the answer in the response: the request waits under a
 * number, for its connection may be gone by then. Feishu is told at once that the message came; its
 * answers go out by its API, and late ones of DingTalk by the webhook (handle_vendors_out.c). A
 * late answer for WeCom's bot is kept as a stream, until the platform asks for it.
 *
 * Every refusal is the same few bytes: nothing says what was wrong.
 */
#include "host/serve/handle_vendors.h"

#include <assert.h>
#include <stdlib.h>

#include "base/hex.h"
#include "base/key_file.h"
#include "base/language.h"
#include "channels/dingtalk.h"
#include "channels/message.h"
#include "channels/wecom_app.h"
#include "channels/wecom_bot.h"
#include "host/serve/exchange.h"
#include "host/serve/handle_vendors_parts.h"

enum {
	STREAMS_MOST = 1000,
	STREAM_MS = 6 * 60 * 1000, /* so long the platform asks for one */
	SECRET_BYTES = 512,
	QUERY_BYTES = 1024,
	/* Of a response: WeCom's bot cuts a longer content. */
	BOT_PART_BYTES = 20000,
	APP_PART_BYTES = 2000,
	DINGTALK_PART_BYTES = 12000,
	FEISHU_PART_BYTES = 12000,
	/* Before the platform gives up: 5 s, 5 s and 3 s, less the way. */
	BOT_ANSWER_MS = 3500,
	APP_ANSWER_MS = 4000,
	DINGTALK_ANSWER_MS = 2200,
};

static const char text_plain[] = "text/plain; charset=utf-8";
static const char text_xml[] = "text/xml; charset=utf-8";
static const struct http_request posted = { .method = HTTP_POST };

int64_t vendors_now_ms(const struct vendors *vendors)
{
	return server_now_us(vendors->server) / 1000;
}

int64_t vendors_wall_ms(const struct vendors *vendors)
{
	return clock_wall_ms(&vendors->server->clock);
}

bool vendors_name(const struct vendors *vendors, char id[STREAM_ID_SIZE])
{
	unsigned char bytes[STREAM_ID_BYTES];

	id[0] = '\0';
	if (!vendors->server->random(bytes, sizeof(bytes)))
		return false;
	hex_write(bytes, sizeof(bytes), id);
	return true;
}

void vendors_join_parts(const struct group_answer *answer, struct buf *out)
{
	for (size_t i = 0; i < answer->part_count; i++) {
		if (i > 0)
			buf_append_text(out, "\n\n");
		buf_append(out, answer->parts[i].ptr, answer->parts[i].len);
	}
}

void vendors_tell_sent(struct vendor *vendor, uint64_t id, size_t parts, enum group_outcome outcome)
{
	if (outcome != GROUP_SENT)
		log_event(vendor->vendors->server->log, LOG_WARN, "answer_unsent",
		          LOG_TEXT("channel", vendor->kind.name),
		          LOG_TEXT("outcome", outcome == GROUP_FAILED ? "failed" : "unknown"),
		          LOG_NUMBER("parts_sent", parts));
	if (!vendor->vendors->stopped)
		group_sent(vendor->door, id, parts, outcome);
}

/* --- responses --- */

static struct connection *find_waiting(const struct vendors *vendors, uint64_t wait)
{
	for (struct connection *at = vendors->server->connections; at && wait; at = at->next)
		if (at->vendor_wait == wait)
			return at;
	return NULL;
}

/* Puts it where it is written from; what is answered at once is sent off by begin(). */
static void put(struct connection *connection, const struct http_request *request, int status,
                const char *type, struct span content)
{
	struct http_response response = { .status = status,
		                          .type = content.len > 0 ? type : NULL,
		                          .length = content.len };

	connection->vendor_wait = 0;
	response.retry_later = status == 429 || status == 503;
	exchange_respond(connection, request, &response, content);
}

static void respond(struct connection *connection, const char *type, struct span content)
{
	put(connection, &posted, 200, type, content);
	exchange_ready(connection);
}

static void put_refusal(struct connection *connection, const struct http_request *request,
                        enum refusal refusal)
{
	metrics_refuse(&connection->server->metrics, refusal);
	put(connection, request, refusal_http_status(refusal), text_plain, span_of("refused\n"));
}

/* A refusal costs its sender; after many, the sender is told to come later. */
static void refuse_body(struct connection *connection, enum refusal refusal)
{
	if (exchange_pay(connection, connection->door.request, COST_MESSAGE) != REFUSAL_NONE)
		refusal = REFUSAL_RATE;
	put_refusal(connection, &posted, refusal);
	exchange_ready(connection);
}

static void respond_nothing(struct vendor *vendor, struct connection *connection)
{
	struct buf *scratch = &vendor->vendors->server->scratch;

	buf_clear(scratch);
	if (vendor->name == DINGTALK && dingtalk_write_nothing(scratch) == STATUS_OK)
		respond(connection, exchange_json, buf_span(scratch));
	else if (vendor->name == FEISHU)
		respond(connection, exchange_json, span_of("{}"));
	else
		respond(connection, NULL, (struct span){ NULL, 0 });
}

/* --- WeCom --- */

/* False where there is no randomness. `nonce` must live as long. */
static bool begin_sealing(const struct vendor *vendor, char nonce[STREAM_ID_SIZE],
                          struct wecom_sealing *out)
{
	const struct vendors *vendors = vendor->vendors;

	if (!vendors_name(vendors, nonce) ||
	    !vendors->server->random(out->random, sizeof(out->random)))
		return false;
	out->keys = vendor->name == WECOM_BOT ? &vendors->bot_keys : &vendors->app_keys;
	out->now_s = vendors_wall_ms(vendors) / 1000;
	out->nonce = span_of(nonce);
	return true;
}

static bool respond_stream(struct vendor *vendor, struct connection *connection, const char *id,
                           bool last, struct span content)
{
	struct buf *scratch = &vendor->vendors->server->scratch;
	struct wecom_sealing sealing;
	char nonce[STREAM_ID_SIZE];

	buf_clear(scratch);
	if (!begin_sealing(vendor, nonce, &sealing) ||
	    wecom_bot_write(&sealing, id, last, content, scratch) != STATUS_OK) {
		respond_nothing(vendor, connection);
		return false;
	}
	respond(connection, exchange_json, buf_span(scratch));
	return true;
}

static bool respond_app(struct vendor *vendor, struct connection *connection, const char *person,
                        struct span text)
{
	struct buf *scratch = &vendor->vendors->server->scratch;
	struct wecom_sealing sealing;
	char nonce[STREAM_ID_SIZE];

	buf_clear(scratch);
	if (!begin_sealing(vendor, nonce, &sealing) ||
	    wecom_app_write(&sealing, person, text, scratch) != STATUS_OK) {
		respond_nothing(vendor, connection);
		return false;
	}
	respond(connection, text_xml, buf_span(scratch));
	return true;
}

static void free_stream(struct stream *stream)
{
	buf_deinit(&stream->content);
	free(stream);
}

static void drop_old_streams(struct vendors *vendors)
{
	const int64_t now_ms = vendors_now_ms(vendors);
	struct stream **at = &vendors->streams;

	while (*at) {
		struct stream *stream = *at;

		if (now_ms - stream->made_ms < STREAM_MS) {
			at = &stream->next;
			continue;
		}
		*at = stream->next;
		assert(vendors->stream_count > 0);
		vendors->stream_count--;
		free_stream(stream);
	}
}

static struct stream *find_stream(const struct vendors *vendors, const char *id)
{
	struct stream *stream = vendors->streams;

	while (stream && strcmp(stream->id, id) != 0)
		stream = stream->next;
	return stream;
}

static bool begin_stream(struct vendors *vendors, const char *id, struct span content)
{
	struct stream *stream;

	drop_old_streams(vendors);
	if (vendors->stream_count >= STREAMS_MOST)
		return false;
	stream = calloc(1, sizeof(*stream));
	if (!stream)
		return false;
	memcpy(stream->id, id, sizeof(stream->id));
	stream->made_ms = vendors_now_ms(vendors);
	buf_init(&stream->content, BOT_BODY_BYTES);
	buf_append(&stream->content, content.ptr, content.len);
	stream->next = vendors->streams;
	vendors->streams = stream;
	vendors->stream_count++;
	return true;
}

static const char *office_says(const struct vendors *vendors, const char *key)
{
	return office_text(&service_knowledge(vendors->server->service)->office, key);
}

/* Asked for again after its end, it is given again: the response may not have arrived. */
static void answer_poll(struct vendor *vendor, struct connection *connection, const char *id)
{
	const struct stream *stream;

	drop_old_streams(vendor->vendors);
	stream = find_stream(vendor->vendors, id);
	if (stream)
		(void)respond_stream(vendor, connection, id, stream->ready,
		                     buf_span(&stream->content));
	else
		(void)respond_stream(vendor, connection, id, true,
		                     span_of(office_says(vendor->vendors, "group_late")));
}

static void welcome(struct vendor *vendor, struct connection *connection)
{
	struct buf *scratch = &vendor->vendors->server->scratch;
	struct wecom_sealing sealing;
	char nonce[STREAM_ID_SIZE];

	buf_clear(scratch);
	if (vendor->name != WECOM_BOT || !group_is_on(vendor->door) ||
	    !begin_sealing(vendor, nonce, &sealing) ||
	    wecom_bot_write_welcome(&sealing, office_says(vendor->vendors, "welcome"), scratch) !=
	            STATUS_OK)
		respond_nothing(vendor, connection);
	else
		respond(connection, exchange_json, buf_span(scratch));
}

/* --- what the groups say --- */

static void finish_stream(struct vendor *vendor, struct stream *stream,
                          const struct group_answer *answer)
{
	buf_clear(&stream->content);
	vendors_join_parts(answer, &stream->content);
	stream->ready = true;
	if (answer->kind == GROUP_ANSWER)
		vendors_tell_sent(vendor, answer->id, answer->part_count, GROUP_SENT);
}

/* Into the response. False where that cannot be. */
static bool respond_answer(struct vendor *vendor, struct connection *connection,
                           const struct group_answer *answer, const struct vendor_address *address)
{
	struct vendors *vendors = vendor->vendors;
	const bool waits = answer->kind == GROUP_WAIT;
	struct dingtalk_answer said = {
		.title = office_title(&service_knowledge(vendors->server->service)->office),
		.markdown = answer->markdown,
		.mention = address->mentionable ? answer->mention : NULL,
	};
	struct buf text;
	bool done = false;

	buf_init(&text, BOT_BODY_BYTES);
	vendors_join_parts(answer, &text);
	if (vendor->name == WECOM_BOT) {
		const bool begun = waits && begin_stream(vendors, address->stream, buf_span(&text));

		/* With too many under way, this one is to be asked again. */
		done = respond_stream(vendor, connection, address->stream, !begun,
		                      waits && !begun ? span_of(office_says(vendors, "group_late"))
		                                      : buf_span(&text));
	} else if (vendor->name == WECOM_APP) {
		done = respond_app(vendor, connection, answer->person, buf_span(&text));
	} else {
		struct buf *scratch = &vendors->server->scratch;

		said.text = buf_span(&text);
		buf_clear(scratch);
		done = dingtalk_write(&said, scratch) == STATUS_OK;
		if (done)
			respond(connection, exchange_json, buf_span(scratch));
		else
			respond_nothing(vendor, connection);
	}
	buf_deinit(&text);
	return done;
}

static void send_outside(struct vendor *vendor, const struct group_answer *answer,
                         const struct vendor_address *address)
{
	if (vendor->name == FEISHU)
		feishu_send(vendor, answer, address);
	else if (vendor->name == DINGTALK && address->target[0])
		dingtalk_send(vendor, answer, address);
	else
		vendors_tell_sent(vendor, answer->id, 0, GROUP_UNKNOWN);
}

static bool answers_in_response(const struct vendor *vendor)
{
	return vendor->kind.abilities & GROUP_IN_RESPONSE;
}

static void send_answer(void *context, const struct group_answer *answer)
{
	struct vendor *vendor = context;
	struct vendor_address address;
	struct connection *connection;
	struct stream *stream;

	assert(answer->address.len == sizeof(address));
	memcpy(&address, answer->address.ptr, sizeof(address));
	if (!answers_in_response(vendor) && !answer->again) {
		assert(vendor->vendors->taken > 0 && answer->kind != GROUP_WAIT);
		vendor->vendors->taken--;
	}
	connection = find_waiting(vendor->vendors, address.wait);
	stream = vendor->name == WECOM_BOT ? find_stream(vendor->vendors, address.stream) : NULL;
	if (stream) {
		finish_stream(vendor, stream, answer);
	} else if (answer->kind == GROUP_SILENCE) {
		if (connection)
			respond_nothing(vendor, connection);
	} else if (answer->kind == GROUP_WAIT) {
		if (connection)
			(void)respond_answer(vendor, connection, answer, &address);
	} else if (connection && !answer->again) {
		const bool said = respond_answer(vendor, connection, answer, &address);

		vendors_tell_sent(vendor, answer->id, said ? answer->part_count : 0,
		                  said ? GROUP_SENT : GROUP_UNKNOWN);
	} else {
		send_outside(vendor, answer, &address);
	}
}

/* --- requests --- */

static struct vendor *find_vendor(struct vendors *vendors, struct span path)
{
	for (size_t i = 0; vendors && i < VENDOR_COUNT; i++)
		if (vendors->all[i].path[0] && span_equal(path, span_of(vendors->all[i].path)))
			return &vendors->all[i];
	return NULL;
}

bool vendors_have(const struct vendors *vendors, struct span path)
{
	for (size_t i = 0; vendors && i < VENDOR_COUNT; i++)
		if (vendors->all[i].path[0] && span_equal(path, span_of(vendors->all[i].path)))
			return true;
	return false;
}

/* Room for the decoded texts of a query's fields. */
struct signed_texts {
	char signature[QUERY_BYTES], timestamp[QUERY_BYTES], nonce[QUERY_BYTES];
};

static struct wecom_signed read_signed(const struct http_request *request,
                                       struct signed_texts *texts)
{
	return (struct wecom_signed){
		http_request_query(request, "msg_signature", texts->signature,
		                   sizeof(texts->signature)),
		http_request_query(request, "timestamp", texts->timestamp,
		                   sizeof(texts->timestamp)),
		http_request_query(request, "nonce", texts->nonce, sizeof(texts->nonce)),
	};
}

static enum refusal read_body(const struct vendor *vendor, const struct http_request *request,
                              struct span body, struct bot_message *out)
{
	const struct vendors *vendors = vendor->vendors;
	const int64_t now_ms = vendors_wall_ms(vendors);
	const struct feishu_signed lark = { request->lark_timestamp, request->lark_nonce,
		                            request->lark_signature };
	struct signed_texts texts;
	enum refusal refusal;

	bot_message_init(out);
	switch (vendor->name) {
	case WECOM_BOT: {
		const struct wecom_signed with = read_signed(request, &texts);

		return wecom_bot_read(&vendors->bot_keys, &with, now_ms / 1000, body,
		                      vendors->server->config->wecom_bot.name, out);
	}
	case WECOM_APP: {
		const struct wecom_signed with = read_signed(request, &texts);

		return wecom_app_read(&vendors->app_keys, &with, now_ms / 1000, body, out);
	}
	case DINGTALK:
		refusal = dingtalk_check(buf_span(&vendors->secrets[SECRET_DINGTALK]),
		                         request->timestamp, request->sign, now_ms);
		return refusal == REFUSAL_NONE ? dingtalk_read(body, out) : refusal;
	default:
		return feishu_read(&vendors->feishu_keys, &lark, now_ms / 1000, body, out);
	}
}

static void copy_target(struct vendor_address *address, const char *target)
{
	const size_t len = target ? strlen(target) : 0;

	if (len < sizeof(address->target) && len > 0)
		memcpy(address->target, target, len + 1);
}

static void take_message(struct vendor *vendor, struct connection *connection,
                         const struct bot_message *message)
{
	struct vendors *vendors = vendor->vendors;
	const char *base = vendors->server->config->dingtalk.webhook;
	struct vendor_address address;
	struct group_message said = {
		.self = message->self,
		.chat = message->chat,
		.person = message->person,
		.id = message->id,
		.text = buf_span(&message->text),
		.spoken_to = message->spoken_to,
		.quotes_us = message->quoted && feishu_has_said(vendors, message->quoted),
		.address = { (const char *)&address, sizeof(address) },
	};

	memset(&address, 0, sizeof(address)); /* what is between its members, too */
	if (!vendors_name(vendors, address.stream)) {
		respond_nothing(vendor, connection);
		return;
	}
	address.mentionable = message->mention != NULL;
	if (vendor->name == FEISHU)
		copy_target(&address, message->id);
	if (vendor->name == DINGTALK && message->webhook && base[0] &&
	    dingtalk_webhook_is_under(message->webhook, base)) {
		copy_target(&address, message->webhook);
		address.target_until_ms = message->webhook_until_ms;
	}
	if (answers_in_response(vendor)) {
		address.wait = connection->vendor_wait = ++vendors->waits;
	} else {
		vendors->taken++;
		said.expires_ms = address.target_until_ms;
		respond_nothing(vendor, connection);
	}
	group_take(vendor->door, &said);
}

static void finish_body(struct connection *connection)
{
	const struct http_request *request = connection->door.request;
	struct vendor *vendor = find_vendor(connection->server->vendors, request->path);
	struct bot_message message;
	const enum refusal refusal =
	        read_body(vendor, request, buf_span(&connection->http.body), &message);

	if (refusal != REFUSAL_NONE) {
		refuse_body(connection, refusal);
	} else if (message.kind == BOT_MESSAGE) {
		take_message(vendor, connection, &message);
	} else if (message.kind == BOT_POLL) {
		answer_poll(vendor, connection, message.id);
	} else if (message.kind == BOT_ENTER) {
		welcome(vendor, connection);
	} else if (message.kind == BOT_CHALLENGE) {
		struct buf *scratch = &connection->server->scratch;

		buf_clear(scratch);
		if (feishu_write_challenge(&message, scratch) == STATUS_OK)
			respond(connection, exchange_json, buf_span(scratch));
		else
			refuse_body(connection, REFUSAL_INTERNAL);
	} else {
		respond_nothing(vendor, connection);
	}
	bot_message_deinit(&message);
	buf_deinit(&connection->http.body);
	buf_init(&connection->http.body, MESSAGE_BYTES);
}

/* WeCom checks an address: what it hides is sent back as it is. */
static enum refusal answer_check(const struct vendor *vendor, struct connection *connection,
                                 const struct http_request *request)
{
	const struct vendors *vendors = vendor->vendors;
	char text[QUERY_BYTES];
	struct signed_texts texts;
	struct buf *scratch = &connection->server->scratch;
	const struct wecom_signed with = read_signed(request, &texts);
	const struct span hidden = http_request_query(request, "echostr", text, sizeof(text));
	enum refusal refusal;

	buf_clear(scratch);
	refusal = wecom_open(vendor->name == WECOM_BOT ? &vendors->bot_keys : &vendors->app_keys,
	                     &with, vendors_wall_ms(vendors) / 1000, hidden, scratch);
	if (refusal == REFUSAL_NONE)
		put(connection, request, 200, text_plain, buf_span(scratch));
	else if (exchange_pay(connection, request, COST_MESSAGE) != REFUSAL_NONE)
		refusal = REFUSAL_RATE;
	return refusal;
}

void vendors_handle(struct connection *connection, const struct http_request *request)
{
	const struct vendor *vendor = find_vendor(connection->server->vendors, request->path);
	const bool wecom = vendor->name == WECOM_BOT || vendor->name == WECOM_APP;
	enum refusal refusal = connection->server->draining ? REFUSAL_DRAINING : REFUSAL_NONE;

	if (refusal == REFUSAL_NONE && request->method == HTTP_GET && wecom && !request->has_body) {
		refusal = answer_check(vendor, connection, request);
		if (refusal == REFUSAL_NONE)
			return;
	} else if (refusal == REFUSAL_NONE && request->method != HTTP_POST) {
		refusal = REFUSAL_METHOD;
	} else if (refusal == REFUSAL_NONE && request->body_length > BOT_BODY_BYTES) {
		refusal = REFUSAL_TOO_LARGE;
	}
	if (refusal != REFUSAL_NONE) {
		if (request->expects && request->has_body)
			connection->http.close = true;
		put_refusal(connection, request, refusal);
		return;
	}
	buf_deinit(&connection->http.body);
	buf_init(&connection->http.body, BOT_BODY_BYTES);
	connection->http.finish = finish_body;
}

/* --- beginning and end --- */

bool vendors_wanted(const struct config *config)
{
	return config->wecom_bot.path[0] || config->wecom_app.path[0] || config->dingtalk.path[0] ||
	       config->feishu.path[0];
}

static const struct group_kind kinds[VENDOR_COUNT] = {
	[WECOM_BOT] = { .name = "wecom_bot",
	                .abilities = GROUP_MARKDOWN | GROUP_IN_RESPONSE | GROUP_LATE,
	                .part_chars = BOT_PART_BYTES,
	                .part_bytes = BOT_PART_BYTES,
	                .parts_most = 1,
	                .answer_ms = BOT_ANSWER_MS },
	[WECOM_APP] = { .name = "wecom_app",
	                .abilities = GROUP_IN_RESPONSE,
	                .part_chars = APP_PART_BYTES,
	                .part_bytes = APP_PART_BYTES,
	                .parts_most = 1,
	                .answer_ms = APP_ANSWER_MS },
	[DINGTALK] = { .name = "dingtalk",
	               .abilities = GROUP_MENTIONS | GROUP_MARKDOWN,
	               .part_chars = DINGTALK_PART_BYTES,
	               .part_bytes = DINGTALK_PART_BYTES,
	               .parts_most = 1 },
	[FEISHU] = { .name = "feishu",
	             .abilities = GROUP_MENTIONS,
	             .part_chars = FEISHU_PART_BYTES,
	             .part_bytes = FEISHU_PART_BYTES,
	             .parts_most = 3 },
};

static enum status read_secret(struct vendors *vendors, enum vendor_secret secret, const char *file)
{
	const enum status status = key_file_read(file, KEY_GIVEN, &vendors->secrets[secret], NULL);

	if (status == STATUS_OK)
		return STATUS_OK;
	log_event(vendors->server->log, LOG_ERROR, "channel_secret_unread", LOG_TEXT("file", file),
	          LOG_TEXT("reason", status_text(status)),
	          LOG_TEXT("hint", _("it must hold the secret of the platform, on one line")));
	return status == STATUS_NO_MEMORY ? status : STATUS_IO;
}

static enum status read_secrets(struct vendors *vendors)
{
	const struct config *config = vendors->server->config;
	const struct {
		const char *path, *file;
		enum vendor_secret secret;
	} files[] = {
		{ config->wecom_bot.path, config->wecom_bot.token_file, SECRET_BOT_TOKEN },
		{ config->wecom_bot.path, config->wecom_bot.key_file, SECRET_BOT_KEY },
		{ config->wecom_app.path, config->wecom_app.token_file, SECRET_APP_TOKEN },
		{ config->wecom_app.path, config->wecom_app.key_file, SECRET_APP_KEY },
		{ config->dingtalk.path, config->dingtalk.secret_file, SECRET_DINGTALK },
		{ config->feishu.path, config->feishu.secret_file, SECRET_FEISHU },
		{ config->feishu.path, config->feishu.encrypt_key_file, SECRET_FEISHU_KEY },
		{ config->feishu.path, config->feishu.token_file, SECRET_FEISHU_TOKEN },
	};
	enum status status = STATUS_OK;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && status == STATUS_OK; i++)
		if (files[i].path[0])
			status = read_secret(vendors, files[i].secret, files[i].file);
	return status;
}

static enum status make_keys(struct vendors *vendors)
{
	const struct config *config = vendors->server->config;
	const struct buf *secrets = vendors->secrets;
	enum status status = STATUS_OK;

	if (config->wecom_bot.path[0])
		status = wecom_keys_init(&vendors->bot_keys, buf_span(&secrets[SECRET_BOT_TOKEN]),
		                         buf_span(&secrets[SECRET_BOT_KEY]), span_of(""));
	if (status == STATUS_OK && config->wecom_app.path[0])
		status = wecom_keys_init(&vendors->app_keys, buf_span(&secrets[SECRET_APP_TOKEN]),
		                         buf_span(&secrets[SECRET_APP_KEY]),
		                         span_of(config->wecom_app.corp_id));
	if (status != STATUS_OK)
		log_event(vendors->server->log, LOG_ERROR, "channel_key_unsound",
		          LOG_TEXT("hint", _("an EncodingAESKey of WeCom has 43 characters")));
	vendors->feishu_keys = (struct feishu_keys){
		.encrypt_key = buf_span(&secrets[SECRET_FEISHU_KEY]),
		.token = buf_span(&secrets[SECRET_FEISHU_TOKEN]),
		.app = config->feishu.app_id,
		.bot = config->feishu.bot_id,
	};
	return status;
}

/* DingTalk answers in the response, and late ones by the webhook where that is allowed; or all of
 * them by the webhook. */
static void set_dingtalk(struct vendor *vendor)
{
	const struct config *config = vendor->vendors->server->config;

	if (strcmp(config->dingtalk.answer, "webhook") == 0)
		return;
	vendor->kind.answer_ms = DINGTALK_ANSWER_MS;
	vendor->kind.abilities |= GROUP_IN_RESPONSE;
	if (config->dingtalk.webhook[0])
		vendor->kind.abilities |= GROUP_LATE;
}

static enum status open_door(struct vendors *vendors, enum vendor_name name, const char *path)
{
	struct vendor *vendor = &vendors->all[name];

	*vendor = (struct vendor){
		.vendors = vendors, .name = name, .path = path, .kind = kinds[name]
	};
	vendor->kind.send = send_answer;
	if (path[0] == '\0')
		return STATUS_OK;
	if (name == DINGTALK)
		set_dingtalk(vendor);
	return group_open(vendors->server->groups, &vendor->kind, vendor, &vendor->door);
}

enum status vendors_create(struct server *server)
{
	const struct config *config = server->config;
	const char *const paths[VENDOR_COUNT] = {
		[WECOM_BOT] = config->wecom_bot.path,
		[WECOM_APP] = config->wecom_app.path,
		[DINGTALK] = config->dingtalk.path,
		[FEISHU] = config->feishu.path,
	};
	struct vendors *vendors;
	enum status status;

	if (!vendors_wanted(config))
		return STATUS_OK;
	vendors = calloc(1, sizeof(*vendors));
	if (!vendors)
		return STATUS_NO_MEMORY;
	vendors->server = server;
	server->vendors = vendors;
	buf_init(&vendors->token, SECRET_BYTES * 4);
	for (size_t i = 0; i < VENDOR_COUNT; i++)
		vendors->all[i].path = "";
	for (size_t i = 0; i < SECRET_COUNT; i++)
		buf_init(&vendors->secrets[i], SECRET_BYTES);
	status = read_secrets(vendors);
	if (status == STATUS_OK)
		status = make_keys(vendors);
	for (size_t i = 0; i < VENDOR_COUNT && status == STATUS_OK; i++)
		status = open_door(vendors, (enum vendor_name)i, paths[i]);
	return status;
}

bool vendors_are_done(const struct vendors *vendors)
{
	return !vendors || (vendors->taken == 0 && vendors->sends == 0);
}

void vendors_stop(struct vendors *vendors)
{
	if (!vendors)
		return;
	vendors->stopped = true;
	feishu_send_stop(vendors);
}

void vendors_destroy(struct vendors *vendors)
{
	if (!vendors)
		return;
	assert(vendors->sends == 0);
	for (size_t i = 0; i < VENDOR_COUNT; i++)
		group_close(vendors->all[i].door);
	while (vendors->streams) {
		struct stream *stream = vendors->streams;

		vendors->streams = stream->next;
		free_stream(stream);
	}
	for (size_t i = 0; i < SECRET_COUNT; i++)
		buf_wipe(&vendors->secrets[i]);
	buf_wipe(&vendors->token);
	explicit_bzero(&vendors->bot_keys, sizeof(vendors->bot_keys));
	explicit_bzero(&vendors->app_keys, sizeof(vendors->app_keys));
	free(vendors);
}
