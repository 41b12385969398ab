#include "channels/dingtalk.h"

#include <string.h>

#include "base/base64.h"
#include "base/json.h"
#include "base/mac.h"

enum { RESULT_BYTES = 4096 };

enum status dingtalk_sign(struct span secret, struct span timestamp, char out[DINGTALK_SIGN_SIZE])
{
	const struct span pieces[] = { timestamp, span_of("\n"), secret };
	struct mac mac;
	struct buf text;
	enum status status = mac_keyed(MAC_SHA256, secret, pieces, 3, &mac);

	out[0] = '\0';
	if (status != STATUS_OK)
		return status;
	buf_init(&text, DINGTALK_SIGN_SIZE - 1);
	base64_write((struct span){ (const char *)mac.bytes, mac.len }, &text);
	status = buf_status(&text);
	if (status == STATUS_OK)
		memcpy(out, buf_text(&text), text.len + 1);
	buf_deinit(&text);
	return status;
}

enum refusal dingtalk_check(struct span secret, struct span timestamp, struct span sign,
                            int64_t now_ms)
{
	char expected[DINGTALK_SIGN_SIZE];
	int64_t signed_ms;

	if (timestamp.len == 0 || sign.len == 0)
		return REFUSAL_BAD_REQUEST;
	if (dingtalk_sign(secret, timestamp, expected) != STATUS_OK)
		return REFUSAL_INTERNAL;
	if (!mac_equal(span_of(expected), sign))
		return REFUSAL_UNPROVEN;
	if (!bot_read_number(timestamp, &signed_ms) ||
	    !bot_is_fresh(signed_ms / 1000, now_ms / 1000))
		return REFUSAL_UNPROVEN;
	return REFUSAL_NONE;
}

static void add_text(struct buf *out, const char *text)
{
	if (text)
		buf_append_text(out, text);
}

static void read_text(struct bot_message *message)
{
	const cJSON *json = message->json, *part;
	const cJSON *content = cJSON_GetObjectItemCaseSensitive(json, "content");
	struct buf text;
	struct span kept;

	buf_init(&text, BOT_BODY_BYTES);
	add_text(&text, bot_string(cJSON_GetObjectItemCaseSensitive(json, "text"), "content"));
	add_text(&text, bot_string(content, "recognition")); /* of what was spoken */
	cJSON_ArrayForEach (part, cJSON_GetObjectItemCaseSensitive(content, "richText"))
		add_text(&text, bot_string(part, "text"));
	kept = bot_trim(buf_span(&text));
	buf_append(&message->text, kept.ptr, kept.len);
	buf_deinit(&text);
}

static bool is_true(const cJSON *json, const char *name, bool otherwise)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, name);

	return cJSON_IsBool(member) ? cJSON_IsTrue(member) : otherwise;
}

enum refusal dingtalk_read(struct span body, struct bot_message *out)
{
	const char *type, *self, *staff;
	const cJSON *until;

	bot_message_init(out);
	if (!bot_parse(body, &out->json))
		return REFUSAL_BAD_REQUEST;
	type = bot_string(out->json, "conversationType");
	self = bot_string(out->json, "chatbotUserId");
	staff = bot_string(out->json, "senderStaffId");
	until = cJSON_GetObjectItemCaseSensitive(out->json, "sessionWebhookExpiredTime");
	if (!type || (strcmp(type, "1") != 0 && strcmp(type, "2") != 0))
		return REFUSAL_NONE;
	out->self = self ? self : "";
	out->id = bot_string(out->json, "msgId");
	out->person = staff && staff[0] ? staff : bot_string(out->json, "senderId");
	out->mention = staff && staff[0] ? staff : NULL;
	out->webhook = bot_string(out->json, "sessionWebhook");
	if (cJSON_IsNumber(until) && until->valuedouble > 0 && until->valuedouble < 1e15)
		out->webhook_until_ms = (int64_t)until->valuedouble;
	if (type[0] == '2') {
		out->chat = bot_string(out->json, "conversationId");
		if (!out->chat)
			return REFUSAL_NONE;
	}
	out->spoken_to = type[0] == '1' || is_true(out->json, "isInAtList", true);
	read_text(out);
	if (bot_message_is_whole(out))
		out->kind = BOT_MESSAGE;
	return REFUSAL_NONE;
}

bool dingtalk_webhook_is_under(const char *url, const char *base)
{
	const size_t len = strlen(base);

	/* A base that ends within the host would let "oapi.dingtalk.com.evil.cn" through. */
	if (len == 0 || base[len - 1] != '/' || strncmp(url, base, len) != 0)
		return false;
	for (const char *at = url; *at; at++)
		if (*at <= ' ' || *at == '\\' || *at == '@' || (unsigned char)*at >= 0x7f)
			return false;
	return !strstr(url, "/../");
}

enum status dingtalk_write(const struct dingtalk_answer *answer, struct buf *out)
{
	struct buf text;
	enum status status;

	buf_init(&text, BOT_BODY_BYTES);
	if (answer->mention && answer->markdown)
		BUF_JOIN(&text, "@", answer->mention, "\n\n");
	buf_append(&text, answer->text.ptr, answer->text.len);
	if (answer->markdown) {
		buf_append_text(out, "{\"msgtype\":\"markdown\",\"markdown\":{\"title\":");
		json_append_string(out, answer->title);
		buf_append_text(out, ",\"text\":");
	} else {
		buf_append_text(out, "{\"msgtype\":\"text\",\"text\":{\"content\":");
	}
	json_append_string(out, buf_text(&text));
	buf_append_char(out, '}');
	if (answer->mention) {
		buf_append_text(out, ",\"at\":{\"atUserIds\":[");
		json_append_string(out, answer->mention);
		buf_append_text(out, "],\"isAtAll\":false}");
	}
	buf_append_char(out, '}');
	status = buf_status(&text);
	buf_deinit(&text);
	return status == STATUS_OK ? buf_status(out) : status;
}

enum status dingtalk_write_nothing(struct buf *out)
{
	buf_append_text(out, "{\"msgtype\":\"empty\"}");
	return buf_status(out);
}

enum dingtalk_result dingtalk_read_result(struct span body)
{
	enum dingtalk_result result = DINGTALK_UNCLEAR;
	const cJSON *code;
	cJSON *json = NULL;

	if (body.len > RESULT_BYTES || !bot_parse(body, &json))
		return DINGTALK_UNCLEAR;
	code = cJSON_GetObjectItemCaseSensitive(json, "errcode");
	if (cJSON_IsNumber(code))
		result = code->valuedouble == 0 ? DINGTALK_TAKEN : DINGTALK_REFUSED;
	cJSON_Delete(json);
	return result;
}
