/*
 * How it works: an answer for Feishu is copied and sent a part after the other, each in reply to
 * the message. The token of the tenant is asked for when none is there, or it is about to end;
 * whoever needs it meanwhile waits in a list. Where the platform says that a token does not count,
 * a new one is asked for once. Each part has a name of its own ("uuid") by which the platform knows
 * it again, so that libcurl's own second attempt on a closed connection is no second message.
 *
 * An answer for DingTalk's webhook is one message.
 */
#include "host/serve/handle_vendors_parts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "channels/dingtalk.h"

enum {
	SENDS_MOST = 1024,
	DEADLINE_MS = 15000,
	ANSWER_BYTES = 64 * 1024,
	URL_SIZE = 1024,
	TOKEN_SIZE = 2048,
	TOKEN_EARLY_MS = 120000, /* before its end a token counts as over */
	TOKEN_LEAST_MS = 1000,
	BODY_BYTES = 4 * BOT_BODY_BYTES,
};

struct feishu_send {
	struct vendor *vendor;
	struct feishu_send *next; /* of those that wait for a token */
	uint64_t id;
	struct vendor_address address;
	char mention[GROUP_ID_MOST + 1]; /* "": nobody */
	char uuid[UUID_SIZE];
	char *text;
	size_t ends[GROUP_PARTS_MOST];
	size_t part_count, done;
	bool refreshed;
};

/* --- Feishu --- */

static void finish(struct feishu_send *send, enum group_outcome outcome)
{
	struct vendor *vendor = send->vendor;

	assert(vendor->vendors->sends > 0);
	vendor->vendors->sends--;
	vendors_tell_sent(vendor, send->id, send->done, outcome);
	free(send->text);
	free(send);
}

static void go_on(struct feishu_send *send);

/* A code of the API tells; without one, a status that refuses does. */
static enum feishu_result result_of(const struct fetch_answer *answer,
                                    char message[FEISHU_MESSAGE_SIZE])
{
	const enum feishu_result result = feishu_read_result(answer->body, message);

	if (result == FEISHU_UNCLEAR && answer->status >= 400 && answer->status < 500)
		return FEISHU_REFUSED;
	return result;
}

bool feishu_has_said(const struct vendors *vendors, const char *message)
{
	for (size_t i = 0; message[0] && i < SAID_KEPT; i++)
		if (strcmp(vendors->said[i], message) == 0)
			return true;
	return false;
}

static void remember(struct vendors *vendors, const char message[FEISHU_MESSAGE_SIZE])
{
	if (message[0] == '\0')
		return;
	memcpy(vendors->said[vendors->said_at], message, FEISHU_MESSAGE_SIZE);
	vendors->said_at = (vendors->said_at + 1) % SAID_KEPT;
}

static void on_reply(void *context, const struct fetch_answer *answer)
{
	struct feishu_send *send = context;
	struct vendors *vendors = send->vendor->vendors;
	char message[FEISHU_MESSAGE_SIZE] = "";
	enum feishu_result result;

	if (answer->outcome != FETCH_ANSWERED) {
		finish(send, answer->outcome == FETCH_NOT_SENT ? GROUP_FAILED : GROUP_UNKNOWN);
		return;
	}
	result = result_of(answer, message);
	if (result == FEISHU_TAKEN) {
		remember(vendors, message);
		send->done++;
		if (send->done == send->part_count)
			finish(send, GROUP_SENT);
		else
			go_on(send);
	} else if (result == FEISHU_TOKEN && !send->refreshed) {
		send->refreshed = true;
		vendors->token_until_ms = 0;
		go_on(send);
	} else {
		finish(send, result == FEISHU_UNCLEAR ? GROUP_UNKNOWN : GROUP_FAILED);
	}
}

static enum status post(struct feishu_send *send)
{
	const struct vendors *vendors = send->vendor->vendors;
	const size_t start = send->done > 0 ? send->ends[send->done - 1] : 0;
	char url[URL_SIZE], token[TOKEN_SIZE], uuid[UUID_SIZE + 8];
	const struct fetch_header headers[] = {
		{ "Content-Type", "application/json; charset=utf-8" },
		{ "Authorization", token },
	};
	struct buf body;
	enum status status;

	snprintf(url, sizeof(url), "%s/open-apis/im/v1/messages/%s/reply",
	         vendors->server->config->feishu.api, send->address.target);
	snprintf(token, sizeof(token), "Bearer %s", buf_text(&vendors->token));
	snprintf(uuid, sizeof(uuid), "%s-%zu", send->uuid, send->done);
	buf_init(&body, BODY_BYTES);
	status = feishu_write_reply(
	        send->done == 0 && send->mention[0] ? send->mention : NULL,
	        (struct span){ send->text + start, send->ends[send->done] - start }, uuid, &body);
	const struct fetch_request request = {
		.what = "feishu",
		.url = url,
		.headers = headers,
		.header_count = sizeof(headers) / sizeof(headers[0]),
		.body = buf_span(&body),
		.deadline_ms = DEADLINE_MS,
		.answer_most = ANSWER_BYTES,
		.repeatable = true,
	};

	if (status == STATUS_OK)
		status = fetch_add(vendors->server->fetcher, &request, on_reply, send);
	buf_deinit(&body);
	explicit_bzero(token, sizeof(token));
	return status;
}

/* All that wait for a token: with one they go on, without it they have failed. */
static void wake_waiters(struct vendors *vendors, bool there_is_one)
{
	struct feishu_send *send = vendors->token_waiters;

	vendors->token_waiters = NULL;
	while (send) {
		struct feishu_send *next = send->next;

		send->next = NULL;
		if (there_is_one && post(send) == STATUS_OK)
			(void)0;
		else
			finish(send, GROUP_FAILED);
		send = next;
	}
}

static void on_token(void *context, const struct fetch_answer *answer)
{
	struct vendors *vendors = context;
	int64_t lasts_s = 0;
	bool got;

	assert(vendors->sends > 0);
	vendors->sends--;
	vendors->token_asked = false;
	buf_clear(&vendors->token);
	got = answer->outcome == FETCH_ANSWERED &&
	      feishu_read_token(answer->body, &vendors->token, &lasts_s);
	vendors->token_until_ms = 0;
	if (got) {
		const int64_t ms = lasts_s * 1000 - TOKEN_EARLY_MS;

		vendors->token_until_ms =
		        vendors_now_ms(vendors) + (ms > TOKEN_LEAST_MS ? ms : TOKEN_LEAST_MS);
	} else {
		log_event(vendors->server->log, LOG_ERROR, "feishu_token_refused",
		          LOG_TEXT("outcome", fetch_outcome_text(answer->outcome)),
		          LOG_TEXT("reason", answer->reason), LOG_NUMBER("status", answer->status));
	}
	wake_waiters(vendors, got && !vendors->stopped);
}

static enum status ask_for_token(struct vendors *vendors)
{
	const struct config *config = vendors->server->config;
	const struct fetch_header headers[] = {
		{ "Content-Type", "application/json; charset=utf-8" },
	};
	char url[URL_SIZE];
	struct buf body;
	enum status status;

	snprintf(url, sizeof(url), "%s/open-apis/auth/v3/tenant_access_token/internal",
	         config->feishu.api);
	buf_init(&body, BODY_BYTES);
	status = feishu_write_token_request(config->feishu.app_id,
	                                    buf_span(&vendors->secrets[SECRET_FEISHU]), &body);
	const struct fetch_request request = {
		.what = "feishu_token",
		.url = url,
		.headers = headers,
		.header_count = 1,
		.body = buf_span(&body),
		.deadline_ms = DEADLINE_MS,
		.answer_most = ANSWER_BYTES,
		.repeatable = true,
	};

	if (status == STATUS_OK)
		status = fetch_add(vendors->server->fetcher, &request, on_token, vendors);
	if (status == STATUS_OK) {
		vendors->token_asked = true;
		vendors->sends++;
	}
	buf_wipe(&body);
	return status;
}

/* The next part, or the token for it first. */
static void go_on(struct feishu_send *send)
{
	struct vendors *vendors = send->vendor->vendors;

	if (vendors->stopped) {
		finish(send, GROUP_UNKNOWN);
		return;
	}
	if (vendors_now_ms(vendors) < vendors->token_until_ms) {
		if (post(send) != STATUS_OK)
			finish(send, GROUP_FAILED);
		return;
	}
	send->next = vendors->token_waiters;
	vendors->token_waiters = send;
	if (!vendors->token_asked && ask_for_token(vendors) != STATUS_OK)
		wake_waiters(vendors, false);
}

static bool copy_parts(struct feishu_send *send, const struct group_answer *answer)
{
	size_t len = 0;

	assert(answer->part_count <= GROUP_PARTS_MOST);
	for (size_t i = 0; i < answer->part_count; i++)
		len += answer->parts[i].len;
	send->text = malloc(len + 1);
	if (!send->text)
		return false;
	len = 0;
	for (size_t i = 0; i < answer->part_count; i++) {
		if (answer->parts[i].len > 0)
			memcpy(send->text + len, answer->parts[i].ptr, answer->parts[i].len);
		len += answer->parts[i].len;
		send->ends[i] = len;
	}
	send->part_count = answer->part_count;
	return true;
}

/* It stands in a path. */
static bool is_message_id(const char *text)
{
	const size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                                "0123456789-_=");

	return len > 0 && text[len] == '\0';
}

void feishu_send(struct vendor *vendor, const struct group_answer *answer,
                 const struct vendor_address *address)
{
	struct vendors *vendors = vendor->vendors;
	struct feishu_send *send = NULL;

	if (is_message_id(address->target) && vendors->sends < SENDS_MOST && answer->part_count > 0)
		send = calloc(1, sizeof(*send));
	if (!send || !copy_parts(send, answer) || !vendors_name(vendors, send->uuid)) {
		if (send)
			free(send->text);
		free(send);
		vendors_tell_sent(vendor, answer->id, 0, GROUP_FAILED);
		return;
	}
	send->vendor = vendor;
	send->id = answer->id;
	send->address = *address;
	if (answer->mention && address->mentionable)
		snprintf(send->mention, sizeof(send->mention), "%s", answer->mention);
	vendors->sends++;
	go_on(send);
}

void feishu_send_stop(struct vendors *vendors)
{
	wake_waiters(vendors, false);
}

/* --- DingTalk --- */

struct dingtalk_send {
	struct vendor *vendor;
	uint64_t id;
	size_t parts;
};

/* What the webhook says counts; without that, only a status that refuses is told as failed: what
 * failed is sent again, and what stands behind a broken way may have been sent. */
static enum group_outcome outcome_of(const struct fetch_answer *answer)
{
	enum dingtalk_result result;

	if (answer->outcome == FETCH_NOT_SENT)
		return GROUP_FAILED;
	if (answer->outcome != FETCH_ANSWERED)
		return GROUP_UNKNOWN;
	result = dingtalk_read_result(answer->body);
	if (result == DINGTALK_UNCLEAR)
		return answer->status >= 400 && answer->status < 500 ? GROUP_FAILED : GROUP_UNKNOWN;
	return result == DINGTALK_TAKEN ? GROUP_SENT : GROUP_FAILED;
}

static void on_webhook(void *context, const struct fetch_answer *answer)
{
	struct dingtalk_send *send = context;
	struct vendor *vendor = send->vendor;
	const enum group_outcome outcome = outcome_of(answer);

	assert(vendor->vendors->sends > 0);
	vendor->vendors->sends--;
	vendors_tell_sent(vendor, send->id, outcome == GROUP_SENT ? send->parts : 0, outcome);
	free(send);
}

static enum status post_to_webhook(struct dingtalk_send *send, const struct group_answer *answer,
                                   const struct vendor_address *address)
{
	const struct server *server = send->vendor->vendors->server;
	const struct fetch_header headers[] = { { "Content-Type", "application/json" } };
	struct dingtalk_answer said = {
		.title = office_title(&service_knowledge(server->service)->office),
		.markdown = answer->markdown,
		.mention = address->mentionable ? answer->mention : NULL,
	};
	struct buf text, body;
	enum status status;

	buf_init(&text, BOT_BODY_BYTES);
	buf_init(&body, BODY_BYTES);
	vendors_join_parts(answer, &text);
	said.text = buf_span(&text);
	status = buf_status(&text);
	if (status == STATUS_OK)
		status = dingtalk_write(&said, &body);
	const struct fetch_request request = {
		.what = "dingtalk",
		.url = address->target,
		.headers = headers,
		.header_count = 1,
		.body = buf_span(&body),
		.deadline_ms = DEADLINE_MS,
		.answer_most = ANSWER_BYTES,
	};

	if (status == STATUS_OK)
		status = fetch_add(server->fetcher, &request, on_webhook, send);
	buf_deinit(&text);
	buf_deinit(&body);
	return status;
}

void dingtalk_send(struct vendor *vendor, const struct group_answer *answer,
                   const struct vendor_address *address)
{
	struct vendors *vendors = vendor->vendors;
	struct dingtalk_send *send;

	/* An address that is over is not called: the answer would be lost, or told as sent. */
	if (address->target_until_ms != 0 && vendors_wall_ms(vendors) >= address->target_until_ms) {
		vendors_tell_sent(vendor, answer->id, 0, GROUP_UNKNOWN);
		return;
	}
	send = vendors->sends < SENDS_MOST ? malloc(sizeof(*send)) : NULL;
	if (send) {
		*send = (struct dingtalk_send){ vendor, answer->id, answer->part_count };
		if (post_to_webhook(send, answer, address) == STATUS_OK) {
			vendors->sends++;
			return;
		}
		free(send);
	}
	vendors_tell_sent(vendor, answer->id, 0, GROUP_FAILED);
}
