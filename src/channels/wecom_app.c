#include "channels/wecom_app.h"

#include <string.h>

#include "base/xml.h"

enum { DEPTH_MOST = 8, FIELD_BYTES = 256 };

static const struct xml_limits limits = { .bytes = BOT_BODY_BYTES, .depth = DEPTH_MOST };

enum { FROM, TYPE, CONTENT, ID, AGENT, EVENT, FIELD_COUNT };

static const struct {
	const char *name;
	size_t bytes;
} known[FIELD_COUNT] = {
	[FROM] = { "FromUserName", FIELD_BYTES },  [TYPE] = { "MsgType", FIELD_BYTES },
	[CONTENT] = { "Content", BOT_BODY_BYTES }, [ID] = { "MsgId", FIELD_BYTES },
	[AGENT] = { "AgentID", FIELD_BYTES },      [EVENT] = { "Event", FIELD_BYTES },
};

static const char *keep(struct bot_message *message, const struct xml_field *field)
{
	if (!field->found ||
	    !cJSON_AddStringToObject(message->json, field->name, buf_text(&field->text)))
		return NULL;
	return bot_string(message->json, field->name);
}

static enum bot_kind read_message(struct span plain, struct bot_message *message)
{
	struct xml_field fields[FIELD_COUNT] = { 0 };
	enum bot_kind kind = BOT_IGNORE;
	const char *type, *agent;

	for (size_t i = 0; i < FIELD_COUNT; i++) {
		fields[i].name = known[i].name;
		buf_init(&fields[i].text, known[i].bytes);
	}
	message->json = cJSON_CreateObject();
	if (!message->json || xml_read_fields(plain, limits, fields, FIELD_COUNT) != STATUS_OK)
		goto cleanup;
	type = buf_text(&fields[TYPE].text);
	agent = keep(message, &fields[AGENT]);
	message->self = agent ? agent : "";
	message->person = keep(message, &fields[FROM]);
	message->id = keep(message, &fields[ID]);
	message->spoken_to = true;
	if (strcmp(type, "event") == 0) {
		if (strcmp(buf_text(&fields[EVENT].text), "enter_agent") == 0 && message->person)
			kind = BOT_ENTER;
		goto cleanup;
	}
	if (strcmp(type, "text") == 0) {
		const struct span text = bot_trim(buf_span(&fields[CONTENT].text));

		buf_append(&message->text, text.ptr, text.len);
	}
	if (type[0] && bot_message_is_whole(message))
		kind = BOT_MESSAGE;
cleanup:
	for (size_t i = 0; i < FIELD_COUNT; i++)
		buf_deinit(&fields[i].text);
	return kind;
}

enum refusal wecom_app_read(const struct wecom_keys *keys, const struct wecom_signed *with,
                            int64_t now_s, struct span body, struct bot_message *out)
{
	struct xml_field encrypted = { .name = "Encrypt" };
	enum refusal refusal = REFUSAL_BAD_REQUEST;
	struct buf plain;

	bot_message_init(out);
	buf_init(&encrypted.text, BOT_BODY_BYTES);
	buf_init(&plain, BOT_BODY_BYTES);
	if (xml_read_fields(body, limits, &encrypted, 1) == STATUS_OK)
		refusal = wecom_open(keys, with, now_s, buf_span(&encrypted.text), &plain);
	if (refusal == REFUSAL_NONE)
		out->kind = read_message(buf_span(&plain), out);
	buf_deinit(&encrypted.text);
	buf_deinit(&plain);
	return refusal;
}

static enum status write_envelope(const struct wecom_sealing *sealing, struct span plain,
                                  struct buf *out)
{
	struct wecom_sealed sealed;
	enum status status = wecom_seal(sealing, plain, &sealed);

	if (status == STATUS_OK) {
		buf_append_text(out, "<xml><Encrypt>");
		xml_append_cdata(out, buf_span(&sealed.encrypted));
		buf_append_text(out, "</Encrypt><MsgSignature>");
		xml_append_cdata(out, span_of(sealed.signature));
		BUF_JOIN(out, "</MsgSignature><TimeStamp>", sealed.timestamp,
		         "</TimeStamp><Nonce>");
		xml_append_cdata(out, sealing->nonce);
		buf_append_text(out, "</Nonce></xml>");
		status = buf_status(out);
	}
	buf_deinit(&sealed.encrypted);
	return status;
}

enum status wecom_app_write(const struct wecom_sealing *sealing, const char *person,
                            struct span text, struct buf *out)
{
	struct buf plain;
	enum status status;

	buf_init(&plain, BOT_BODY_BYTES);
	buf_append_text(&plain, "<xml><ToUserName>");
	xml_append_cdata(&plain, span_of(person));
	buf_append_text(&plain, "</ToUserName><FromUserName>");
	xml_append_cdata(&plain, sealing->keys->receiver);
	buf_append_format(&plain, "</FromUserName><CreateTime>%lld</CreateTime>",
	                  (long long)sealing->now_s);
	buf_append_text(&plain, "<MsgType><![CDATA[text]]></MsgType><Content>");
	xml_append_cdata(&plain, text);
	buf_append_text(&plain, "</Content></xml>");
	status = buf_status(&plain);
	if (status == STATUS_OK)
		status = write_envelope(sealing, buf_span(&plain), out);
	buf_deinit(&plain);
	return status;
}
