/*
 * Requests of WeCom, DingTalk and Feishu. The first byte says which, and whether the bytes are the
 * request, or are sealed and signed first, so that what is behind the envelope is reached as well.
 */
#include <string.h>

#include "base/base64.h"
#include "base/utf8.h"
#include "channels/dingtalk.h"
#include "channels/feishu.h"
#include "channels/wecom.h"
#include "channels/wecom_app.h"
#include "channels/wecom_bot.h"
#include "fuzz.h"

enum { NOW_S = 1409659813, OUT_BYTES = 1 << 20 };

static const char now[] = "1409659813";
static const unsigned char random_bytes[WECOM_RANDOM_BYTES] = "0123456789abcdef";

/* What is handed on holds together, whatever came. */
static void look_at(const struct bot_message *message, enum refusal refusal)
{
	REQUIRE(refusal == REFUSAL_NONE || message->kind == BOT_IGNORE);
	REQUIRE(message->text.len <= BOT_BODY_BYTES);
	if (message->kind == BOT_MESSAGE) {
		REQUIRE(message->self && message->person[0] && message->id[0]);
		REQUIRE(!message->chat || message->chat[0]);
		REQUIRE(utf8_valid(buf_span(&message->text)));
	}
	if (message->kind == BOT_POLL)
		REQUIRE(message->id);
}

static void seal(const struct wecom_keys *keys, struct span plain, const char *before,
                 const char *after, struct buf *body, char hex[MAC_HEX_SIZE])
{
	struct buf encrypted;

	buf_init(&encrypted, OUT_BYTES);
	hex[0] = '\0';
	if (wecom_close(keys, plain, random_bytes, &encrypted) == STATUS_OK) {
		REQUIRE(wecom_sign(keys, span_of(now), span_of("n"), buf_span(&encrypted), hex) ==
		        STATUS_OK);
		BUF_JOIN(body, before, buf_text(&encrypted), after);
	}
	buf_deinit(&encrypted);
}

static void try_wecom(struct span bytes, bool app, bool sealed)
{
	char hex[MAC_HEX_SIZE] = "x";
	struct wecom_keys keys;
	struct bot_message message;
	struct buf body;
	enum refusal refusal;

	REQUIRE(wecom_keys_init(&keys, span_of("QDG6eK"),
	                        span_of("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"),
	                        span_of(app ? "corp" : "")) == STATUS_OK);
	buf_init(&body, OUT_BYTES);
	if (!sealed)
		buf_append(&body, bytes.ptr, bytes.len);
	else if (app)
		seal(&keys, bytes, "<xml><Encrypt>", "</Encrypt></xml>", &body, hex);
	else
		seal(&keys, bytes, "{\"encrypt\":\"", "\"}", &body, hex);
	const struct wecom_signed with = { span_of(hex), span_of(now), span_of("n") };

	refusal = app ? wecom_app_read(&keys, &with, NOW_S, buf_span(&body), &message)
	              : wecom_bot_read(&keys, &with, NOW_S, buf_span(&body), "", &message);
	look_at(&message, refusal);
	REQUIRE(sealed ? body.len == 0 || refusal == REFUSAL_NONE : refusal != REFUSAL_NONE);
	bot_message_deinit(&message);
	buf_deinit(&body);
}

static void try_dingtalk(struct span bytes)
{
	struct bot_message message;

	look_at(&message, dingtalk_read(bytes, &message));
	if (message.webhook)
		(void)dingtalk_webhook_is_under(message.webhook,
		                                "https://oapi.dingtalk.com/robot/");
	bot_message_deinit(&message);
	(void)dingtalk_read_result(bytes);
}

static void encrypt_for_feishu(const struct feishu_keys *keys, struct span bytes, struct buf *body)
{
	struct buf encrypted;
	struct mac key;

	buf_init(&encrypted, OUT_BYTES);
	REQUIRE(mac_hash(MAC_SHA256, &keys->encrypt_key, 1, &key) == STATUS_OK);
	buf_append(&encrypted, random_bytes, sizeof(random_bytes));
	REQUIRE(cipher_close(key.bytes, random_bytes, CIPHER_BLOCK, bytes, &encrypted) ==
	        STATUS_OK);
	buf_append_text(body, "{\"encrypt\":\"");
	base64_write(buf_span(&encrypted), body);
	buf_append_text(body, "\"}");
	buf_deinit(&encrypted);
}

static void try_feishu(struct span bytes, bool sealed)
{
	const struct feishu_keys keys = { span_of("test key"), span_of("xxxxxx"), "cli_a",
		                          "ou_bot" };
	struct feishu_signed with = { span_of(now), span_of("n"), { NULL, 0 } };
	char hex[MAC_HEX_SIZE], id[FEISHU_MESSAGE_SIZE];
	struct bot_message message;
	struct buf body;
	int64_t lasts_s = 0;

	buf_init(&body, OUT_BYTES);
	if (sealed)
		encrypt_for_feishu(&keys, bytes, &body);
	else
		buf_append(&body, bytes.ptr, bytes.len);
	REQUIRE(feishu_sign(keys.encrypt_key, &with, buf_span(&body), hex) == STATUS_OK);
	with.signature = span_of(hex);
	look_at(&message, feishu_read(&keys, &with, NOW_S, buf_span(&body), &message));
	bot_message_deinit(&message);
	buf_clear(&body);
	(void)feishu_read_result(bytes, id);
	REQUIRE(strlen(id) < sizeof(id));
	if (feishu_read_token(bytes, &body, &lasts_s))
		REQUIRE(body.len > 0 && lasts_s >= 0);
	buf_deinit(&body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes;
	bool sealed;

	/* A longer one does not fit into a request once it is sealed. */
	if (size < 1 || size > BOT_BODY_BYTES / 2)
		return 0;
	bytes = (struct span){ (const char *)data + 1, size - 1 };
	sealed = data[0] >= 'a'; /* 'A' … 'D' as it came, 'a' … 'd' sealed */
	switch (data[0] & 3) {
	case 1:
		try_wecom(bytes, false, sealed);
		break;
	case 2:
		try_wecom(bytes, true, sealed);
		break;
	case 3:
		try_dingtalk(bytes);
		break;
	default:
		try_feishu(bytes, sealed);
	}
	return 0;
}
