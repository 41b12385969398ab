/*
 * A request is opened first (open_envelope()): decrypted where it is encrypted, then its signature
 * and its token are checked, but for the challenge, which comes unsigned. read_event() then takes
 * the message: text or post, the mention of the bot taken out of it. The second half writes the
 * requests to Feishu's API and reads what it answers.
 */
#include "channels/feishu.h"

#include <string.h>

#include "base/base64.h"
#include "base/cipher.h"
#include "base/json.h"

enum {
	TOKEN_BYTES = 1024,
	RESULT_BYTES = 64 * 1024,
	KEY_BYTES_MOST = 128, /* of an at within the text, such as "@_user_1" */
	/* The platform's codes for a token that is missing, wrong or expired. */
	TOKEN_FAULT_FIRST = 99991661,
	TOKEN_FAULT_LAST = 99991668,
};

enum status feishu_sign(struct span encrypt_key, const struct feishu_signed *with, struct span body,
                        char hex[MAC_HEX_SIZE])
{
	const struct span pieces[] = { with->timestamp, with->nonce, encrypt_key, body };
	struct mac mac;
	enum status status = mac_hash(MAC_SHA256, pieces, 4, &mac);

	if (status == STATUS_OK)
		mac_hex(&mac, hex);
	else
		hex[0] = '\0';
	return status;
}

enum status feishu_decrypt(struct span encrypt_key, struct span encrypted, struct buf *out)
{
	enum status status = STATUS_INVALID;
	struct buf bytes;
	struct mac key;

	if (mac_hash(MAC_SHA256, &encrypt_key, 1, &key) != STATUS_OK)
		return STATUS_INTERNAL;
	buf_init(&bytes, BOT_BODY_BYTES);
	if (base64_read(encrypted, &bytes) && bytes.len > CIPHER_IV_BYTES)
		status = cipher_open(
		        key.bytes, (const unsigned char *)bytes.ptr, CIPHER_BLOCK,
		        (struct span){ bytes.ptr + CIPHER_IV_BYTES, bytes.len - CIPHER_IV_BYTES },
		        out);
	buf_deinit(&bytes);
	return status;
}

/* --- what a message says --- */

/* The name that an at within the text stands for; NULL: none does. *ours: it is the bot's. */
static const char *find_mention(const cJSON *mentions, struct span at, const char *bot, bool *ours)
{
	const cJSON *mention;

	cJSON_ArrayForEach (mention, mentions) {
		const char *key = bot_string(mention, "key"), *name = bot_string(mention, "name");
		const char *id =
		        bot_string(cJSON_GetObjectItemCaseSensitive(mention, "id"), "open_id");

		if (!key || !span_equal(span_of(key), at))
			continue;
		*ours = id && strcmp(id, bot) == 0;
		return name ? name : "";
	}
	return NULL;
}

static bool mentions_bot(const cJSON *mentions, const char *bot)
{
	const cJSON *mention;

	cJSON_ArrayForEach (mention, mentions) {
		const char *id =
		        bot_string(cJSON_GetObjectItemCaseSensitive(mention, "id"), "open_id");

		if (id && strcmp(id, bot) == 0)
			return true;
	}
	return false;
}

/* The bot's at is left out, another one becomes the person's name. */
static void add_text(const char *text, const cJSON *mentions, const char *bot, struct buf *out)
{
	while (*text) {
		struct span at = { text, 0 };
		const char *name = NULL;
		bool ours = false;

		if (*text == '@') {
			at.len = 1;
			while (at.len < KEY_BYTES_MOST &&
			       (text[at.len] == '_' ||
			        (text[at.len] >= '0' && text[at.len] <= '9') ||
			        (text[at.len] >= 'a' && text[at.len] <= 'z')))
				at.len++;
			name = find_mention(mentions, at, bot, &ours);
		}
		if (name && !ours)
			BUF_JOIN(out, "@", name);
		if (!name)
			buf_append_char(out, *text);
		text += name ? at.len : 1;
	}
}

/* A text with marks: lines of pieces. */
static void add_post(const cJSON *content, const cJSON *mentions, const char *bot, struct buf *out)
{
	const cJSON *line, *piece;
	const char *title = bot_string(content, "title");

	if (title && title[0])
		BUF_JOIN(out, title, "\n");
	cJSON_ArrayForEach (line, cJSON_GetObjectItemCaseSensitive(content, "content")) {
		cJSON_ArrayForEach (piece, line) {
			const char *text = bot_string(piece, "text");

			if (text)
				add_text(text, mentions, bot, out);
		}
		buf_append_char(out, '\n');
	}
}

static void read_text(const cJSON *message, const char *bot, struct bot_message *out)
{
	const cJSON *mentions = cJSON_GetObjectItemCaseSensitive(message, "mentions");
	const char *type = bot_string(message, "message_type");
	const char *content = bot_string(message, "content");
	cJSON *parsed = NULL;
	struct buf text;
	struct span kept;

	if (!type || !content || !bot_parse(span_of(content), &parsed))
		return;
	buf_init(&text, BOT_BODY_BYTES);
	if (strcmp(type, "text") == 0 && bot_string(parsed, "text"))
		add_text(bot_string(parsed, "text"), mentions, bot, &text);
	else if (strcmp(type, "post") == 0)
		add_post(parsed, mentions, bot, &text);
	kept = bot_trim(buf_span(&text));
	buf_append(&out->text, kept.ptr, kept.len);
	buf_deinit(&text);
	cJSON_Delete(parsed);
}

static enum bot_kind read_event(const struct feishu_keys *keys, struct bot_message *out)
{
	const cJSON *header = cJSON_GetObjectItemCaseSensitive(out->json, "header");
	const cJSON *event = cJSON_GetObjectItemCaseSensitive(out->json, "event");
	const cJSON *sender = cJSON_GetObjectItemCaseSensitive(event, "sender");
	const cJSON *message = cJSON_GetObjectItemCaseSensitive(event, "message");
	const cJSON *mentions = cJSON_GetObjectItemCaseSensitive(message, "mentions");
	const char *type = bot_string(header, "event_type"), *app = bot_string(header, "app_id");
	const char *sender_type = bot_string(sender, "sender_type");
	const char *chat_type = bot_string(message, "chat_type");

	if (!type || strcmp(type, "im.message.receive_v1") != 0 || !app ||
	    strcmp(app, keys->app) != 0 || !sender_type || strcmp(sender_type, "user") != 0 ||
	    !chat_type)
		return BOT_IGNORE;
	out->self = app;
	out->id = bot_string(message, "message_id");
	out->quoted = bot_string(message, "parent_id");
	out->person = bot_string(cJSON_GetObjectItemCaseSensitive(sender, "sender_id"), "open_id");
	out->mention = out->person;
	out->spoken_to = strcmp(chat_type, "p2p") == 0;
	if (!out->spoken_to) {
		out->chat = bot_string(message, "chat_id");
		if (!out->chat)
			return BOT_IGNORE;
		out->spoken_to = mentions_bot(mentions, keys->bot);
	}
	read_text(message, keys->bot, out);
	return bot_message_is_whole(out) ? BOT_MESSAGE : BOT_IGNORE;
}

/* --- whether it is genuine --- */

static bool bears_token(const cJSON *object, struct span token)
{
	const char *given = bot_string(object, "token");

	return given && mac_equal(span_of(given), token);
}

/* The header's time is in seconds; milliseconds are seen, too. */
static bool is_signed(const struct feishu_keys *keys, const struct feishu_signed *with,
                      int64_t now_s, struct span body)
{
	char expected[MAC_HEX_SIZE];
	int64_t signed_s;

	if (with->timestamp.len == 0 || with->nonce.len == 0 || with->signature.len == 0 ||
	    feishu_sign(keys->encrypt_key, with, body, expected) != STATUS_OK ||
	    !mac_equal(span_of(expected), with->signature) ||
	    !bot_read_number(with->timestamp, &signed_s))
		return false;
	return bot_is_fresh(signed_s > INT64_C(100000000000) ? signed_s / 1000 : signed_s, now_s);
}

static bool read_challenge(const struct feishu_keys *keys, struct bot_message *out)
{
	const char *type = bot_string(out->json, "type");
	const char *challenge = bot_string(out->json, "challenge");

	if (!type || strcmp(type, "url_verification") != 0 || !challenge ||
	    !bears_token(out->json, keys->token))
		return false;
	buf_append_text(&out->text, challenge);
	out->kind = BOT_CHALLENGE;
	return buf_status(&out->text) == STATUS_OK;
}

/* Replaces the envelope by what it hides. False where it is none, or does not open. */
static bool open_envelope(const struct feishu_keys *keys, struct bot_message *out)
{
	const char *encrypted = bot_string(out->json, "encrypt");
	struct buf plain;
	cJSON *json = NULL;
	bool opened;

	if (!encrypted)
		return false;
	buf_init(&plain, BOT_BODY_BYTES);
	opened = feishu_decrypt(keys->encrypt_key, span_of(encrypted), &plain) == STATUS_OK &&
	         bot_parse(buf_span(&plain), &json);
	buf_deinit(&plain);
	if (opened) {
		cJSON_Delete(out->json);
		out->json = json;
	}
	return opened;
}

enum refusal feishu_read(const struct feishu_keys *keys, const struct feishu_signed *with,
                         int64_t now_s, struct span body, struct bot_message *out)
{
	const bool proven = is_signed(keys, with, now_s, body);
	bool encrypted;

	bot_message_init(out);
	if (!bot_parse(body, &out->json))
		return REFUSAL_BAD_REQUEST;
	encrypted = open_envelope(keys, out);
	if (read_challenge(keys, out))
		return REFUSAL_NONE;
	if (!encrypted || !proven ||
	    !bears_token(cJSON_GetObjectItemCaseSensitive(out->json, "header"), keys->token))
		return REFUSAL_UNPROVEN;
	out->kind = read_event(keys, out);
	return REFUSAL_NONE;
}

/* --- what goes out --- */

enum status feishu_write_challenge(const struct bot_message *message, struct buf *out)
{
	buf_append_text(out, "{\"challenge\":");
	json_append_string(out, buf_text(&message->text));
	buf_append_char(out, '}');
	return buf_status(out);
}

enum status feishu_write_token_request(const char *app, struct span secret, struct buf *out)
{
	buf_append_text(out, "{\"app_id\":");
	json_append_string(out, app);
	buf_append_text(out, ",\"app_secret\":");
	json_append_span(out, secret);
	buf_append_char(out, '}');
	return buf_status(out);
}

static bool read_code(const cJSON *json, double *code)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, "code");

	*code = cJSON_IsNumber(member) ? member->valuedouble : 0;
	return cJSON_IsNumber(member);
}

/* A token goes into a header: no other characters than those of one. */
static bool is_token(const char *text)
{
	const size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                                "0123456789-._~+/=");

	return len > 0 && len < TOKEN_BYTES && text[len] == '\0';
}

bool feishu_read_token(struct span body, struct buf *token, int64_t *lasts_s)
{
	const cJSON *expire;
	const char *text;
	cJSON *json = NULL;
	double code;
	bool read = false;

	if (body.len > RESULT_BYTES || !bot_parse(body, &json))
		return false;
	text = bot_string(json, "tenant_access_token");
	expire = cJSON_GetObjectItemCaseSensitive(json, "expire");
	if (read_code(json, &code) && code == 0 && text && is_token(text) &&
	    cJSON_IsNumber(expire) && expire->valuedouble >= 0 && expire->valuedouble < 1e9) {
		buf_append_text(token, text);
		*lasts_s = (int64_t)expire->valuedouble;
		read = buf_status(token) == STATUS_OK;
	}
	cJSON_Delete(json);
	return read;
}

enum status feishu_write_reply(const char *mention, struct span text, const char *uuid,
                               struct buf *out)
{
	struct buf content;
	enum status status;

	buf_init(&content, 2 * BOT_BODY_BYTES);
	buf_append_text(&content, "{\"zh_cn\":{\"title\":\"\",\"content\":[[");
	if (mention) {
		buf_append_text(&content, "{\"tag\":\"at\",\"user_id\":");
		json_append_string(&content, mention);
		buf_append_text(&content, "},{\"tag\":\"text\",\"text\":\" \"},");
	}
	buf_append_text(&content, "{\"tag\":\"text\",\"text\":");
	json_append_span(&content, text);
	buf_append_text(&content, "}]]}}");
	buf_append_text(out, "{\"msg_type\":\"post\",\"content\":");
	json_append_string(out, buf_text(&content));
	buf_append_text(out, ",\"uuid\":");
	json_append_string(out, uuid);
	buf_append_char(out, '}');
	status = buf_status(&content);
	buf_deinit(&content);
	return status == STATUS_OK ? buf_status(out) : status;
}

enum feishu_result feishu_read_result(struct span body, char message[FEISHU_MESSAGE_SIZE])
{
	enum feishu_result result = FEISHU_UNCLEAR;
	const char *id;
	cJSON *json = NULL;
	double code;

	message[0] = '\0';
	if (body.len > RESULT_BYTES || !bot_parse(body, &json))
		return FEISHU_UNCLEAR;
	if (read_code(json, &code)) {
		if (code == 0)
			result = FEISHU_TAKEN;
		else if (code >= TOKEN_FAULT_FIRST && code <= TOKEN_FAULT_LAST)
			result = FEISHU_TOKEN;
		else
			result = FEISHU_REFUSED;
	}
	id = bot_string(cJSON_GetObjectItemCaseSensitive(json, "data"), "message_id");
	if (result == FEISHU_TAKEN && id && strlen(id) < FEISHU_MESSAGE_SIZE)
		memcpy(message, id, strlen(id) + 1);
	cJSON_Delete(json);
	return result;
}
