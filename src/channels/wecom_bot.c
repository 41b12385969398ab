#include "channels/wecom_bot.h"

#include <string.h>

#include "base/json.h"

/* Takes the bot's at from the beginning; the wide blank U+2005 stands behind one, or a plain one.
 */
static struct span without_at(struct span text, const char *name)
{
	const size_t name_len = strlen(name);
	size_t at = 1;

	text = bot_trim(text);
	if (text.len == 0 || text.ptr[0] != '@')
		return text;
	if (name_len > 0 && text.len > name_len && memcmp(text.ptr + 1, name, name_len) == 0)
		return bot_trim((struct span){ text.ptr + 1 + name_len, text.len - 1 - name_len });
	while (at < text.len && text.ptr[at] != ' ' && text.ptr[at] != '\n' &&
	       !(text.len - at >= 3 && memcmp(text.ptr + at, "\xe2\x80\x85", 3) == 0))
		at++;
	return bot_trim((struct span){ text.ptr + at, text.len - at });
}

static void add_text(const cJSON *object, struct buf *out)
{
	const char *content = bot_string(object, "content");

	if (!content)
		return;
	if (out->len > 0)
		buf_append_char(out, '\n');
	buf_append_text(out, content);
}

/* The texts of a message that holds pictures as well. */
static void add_mixed(const cJSON *mixed, struct buf *out)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(mixed, "msg_item"))
		add_text(cJSON_GetObjectItemCaseSensitive(item, "text"), out);
}

static void read_text(struct bot_message *message, const char *type, const char *name)
{
	const cJSON *content = cJSON_GetObjectItemCaseSensitive(message->json, type);
	struct buf *text = &message->text;
	struct span kept;

	if (strcmp(type, "text") == 0 || strcmp(type, "voice") == 0)
		add_text(content, text);
	else if (strcmp(type, "mixed") == 0)
		add_mixed(content, text);
	kept = buf_span(text);
	kept = message->chat ? without_at(kept, name) : bot_trim(kept);
	if (kept.len > 0)
		memmove(text->ptr, kept.ptr, kept.len);
	text->len = kept.len;
	if (text->ptr)
		text->ptr[text->len] = '\0';
}

static enum bot_kind read_message(struct bot_message *message, const char *name)
{
	const cJSON *json = message->json;
	const char *type = bot_string(json, "msgtype"), *chat_type = bot_string(json, "chattype");
	const cJSON *event = cJSON_GetObjectItemCaseSensitive(json, "event");
	const char *event_type = bot_string(event, "eventtype"),
	           *self = bot_string(json, "aibotid");

	if (!type)
		return BOT_IGNORE;
	message->self = self ? self : "";
	if (strcmp(type, "stream") == 0) {
		message->id = bot_string(cJSON_GetObjectItemCaseSensitive(json, "stream"), "id");
		return message->id ? BOT_POLL : BOT_IGNORE;
	}
	if (strcmp(type, "event") == 0)
		return event_type && strcmp(event_type, "enter_chat") == 0 ? BOT_ENTER : BOT_IGNORE;
	message->id = bot_string(json, "msgid");
	message->person = bot_string(cJSON_GetObjectItemCaseSensitive(json, "from"), "userid");
	if (!chat_type || (strcmp(chat_type, "group") != 0 && strcmp(chat_type, "single") != 0))
		return BOT_IGNORE;
	if (chat_type[0] == 'g')
		message->chat = bot_string(json, "chatid");
	if (chat_type[0] == 'g' && !message->chat)
		return BOT_IGNORE;
	/* Of a group's messages the platform hands over only those that @ the bot. */
	message->spoken_to = true;
	read_text(message, type, name);
	return bot_message_is_whole(message) ? BOT_MESSAGE : BOT_IGNORE;
}

enum refusal wecom_bot_read(const struct wecom_keys *keys, const struct wecom_signed *with,
                            int64_t now_s, struct span body, const char *name,
                            struct bot_message *out)
{
	cJSON *envelope = NULL;
	const char *encrypted;
	enum refusal refusal = REFUSAL_BAD_REQUEST;
	struct buf plain;

	bot_message_init(out);
	buf_init(&plain, BOT_BODY_BYTES);
	if (!bot_parse(body, &envelope))
		goto cleanup;
	encrypted = bot_string(envelope, "encrypt");
	refusal = wecom_open(keys, with, now_s, span_of(encrypted), &plain);
	if (refusal == REFUSAL_NONE && bot_parse(buf_span(&plain), &out->json))
		out->kind = read_message(out, name);
cleanup:
	cJSON_Delete(envelope);
	buf_deinit(&plain);
	return refusal;
}

static enum status write_envelope(const struct wecom_sealing *sealing, struct span plain,
                                  struct buf *out)
{
	struct wecom_sealed sealed;
	enum status status = wecom_seal(sealing, plain, &sealed);

	if (status == STATUS_OK) {
		buf_append_text(out, "{\"encrypt\":\"");
		buf_append(out, sealed.encrypted.ptr, sealed.encrypted.len);
		BUF_JOIN(out, "\",\"msgsignature\":\"", sealed.signature,
		         "\",\"timestamp\":", sealed.timestamp, ",\"nonce\":");
		json_append_span(out, sealing->nonce);
		buf_append_char(out, '}');
		status = buf_status(out);
	}
	buf_deinit(&sealed.encrypted);
	return status;
}

enum status wecom_bot_write(const struct wecom_sealing *sealing, const char *stream, bool last,
                            struct span content, struct buf *out)
{
	struct buf plain;
	enum status status;

	buf_init(&plain, BOT_BODY_BYTES);
	buf_append_text(&plain, "{\"msgtype\":\"stream\",\"stream\":{\"id\":");
	json_append_string(&plain, stream);
	BUF_JOIN(&plain, ",\"finish\":", last ? "true" : "false", ",\"content\":");
	json_append_span(&plain, content);
	buf_append_text(&plain, "}}");
	status = buf_status(&plain);
	if (status == STATUS_OK)
		status = write_envelope(sealing, buf_span(&plain), out);
	buf_deinit(&plain);
	return status;
}

enum status wecom_bot_write_welcome(const struct wecom_sealing *sealing, const char *text,
                                    struct buf *out)
{
	struct buf plain;
	enum status status;

	buf_init(&plain, BOT_BODY_BYTES);
	buf_append_text(&plain, "{\"msgtype\":\"text\",\"text\":{\"content\":");
	json_append_string(&plain, text);
	buf_append_text(&plain, "}}");
	status = buf_status(&plain);
	if (status == STATUS_OK)
		status = write_envelope(sealing, buf_span(&plain), out);
	buf_deinit(&plain);
	return status;
}
