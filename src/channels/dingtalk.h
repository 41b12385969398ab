/*
 * DingTalk (钉钉), bots in HTTP mode: a signed request, the answer in its response, or, where the
 * office allows outgoing connections, at the webhook that the message names. docs/dingtalk.md.
 *
 * The signature does not cover the body: whoever has read one request may send other bodies for an
 * hour. So the path between is TLS, and a webhook is taken from a message only if it lies where the
 * office says.
 */
#ifndef DAYI_CHANNELS_DINGTALK_H
#define DAYI_CHANNELS_DINGTALK_H

#include "channels/bot.h"

enum { DINGTALK_SIGN_SIZE = 48 };

/* base64(HMAC-SHA-256(secret, timestamp "\n" secret)). */
MUST_CHECK enum status dingtalk_sign(struct span secret, struct span timestamp,
                                     char out[DINGTALK_SIGN_SIZE]);

/* The headers of a request. REFUSAL_BAD_REQUEST where one is missing, REFUSAL_UNPROVEN. */
MUST_CHECK enum refusal dingtalk_check(struct span secret, struct span timestamp, struct span sign,
                                       int64_t now_ms);

/* Of a body whose headers were right. bot_message_deinit() in either case. */
MUST_CHECK enum refusal dingtalk_read(struct span body, struct bot_message *out);

/* Whether an address of a message lies under `base` ("https://oapi.dingtalk.com/robot/"). */
bool dingtalk_webhook_is_under(const char *url, const char *base);

struct dingtalk_answer {
	const char *title; /* of Markdown, in notifications */
	struct span text;
	bool markdown;
	const char *mention; /* NULL: nobody */
};

/* Appends the message, for the response and for the webhook. */
MUST_CHECK enum status dingtalk_write(const struct dingtalk_answer *answer, struct buf *out);

/* Appends the response that says nothing. */
MUST_CHECK enum status dingtalk_write_nothing(struct buf *out);

enum dingtalk_result {
	DINGTALK_TAKEN,
	DINGTALK_REFUSED,
	DINGTALK_UNCLEAR, /* no answer of the webhook: of a proxy, say, and the message may have
	                     come */
};

/* What the webhook's answer says of the message. */
enum dingtalk_result dingtalk_read_result(struct span body);

#endif
