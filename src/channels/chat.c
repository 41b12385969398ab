#include "channels/chat.h"

#include <assert.h>
#include <string.h>

#include "channels/chats_json.h"
#include "channels/message.h"

static enum refusal read_ask(struct chat_frame *frame)
{
	if (!message_string(frame->json, "text", &frame->text) || !frame->text)
		return REFUSAL_BAD_MEMBER;
	return REFUSAL_NONE;
}

static bool read_after(struct chat_frame *frame)
{
	const cJSON *after = cJSON_GetObjectItemCaseSensitive(frame->json, "after");

	frame->after = -1;
	if (!after || cJSON_IsNull(after))
		return true;
	if (!cJSON_IsNumber(after) || !(after->valuedouble >= 0 && after->valuedouble <= 1e15))
		return false;
	frame->after = (int64_t)after->valuedouble;
	return true;
}

static enum refusal read_hello(struct chat_frame *frame)
{
	if (!message_string(frame->json, "resume", &frame->resume) ||
	    !message_string(frame->json, "token", &frame->token) || !read_after(frame))
		return REFUSAL_BAD_MEMBER;
	return REFUSAL_NONE;
}

static enum refusal read_identify(struct chat_frame *frame)
{
	const bool sound =
	        message_string(frame->json, "id_number", &frame->id_number) &&
	        message_string(frame->json, "name", &frame->name) &&
	        message_string(frame->json, "certificate_number", &frame->certificate_number);

	return sound && frame->id_number && frame->name && frame->certificate_number
	               ? REFUSAL_NONE
	               : REFUSAL_BAD_MEMBER;
}

static enum refusal read_members(struct chat_frame *frame)
{
	const char *type;
	bool has_type;

	if (!message_id(frame->json, &frame->id))
		return REFUSAL_BAD_MEMBER;
	has_type = message_string(frame->json, "type", &type);
	if (!has_type || !type)
		return REFUSAL_BAD_MEMBER;
	if (strcmp(type, "ask") == 0) {
		frame->type = CHAT_ASK;
		return read_ask(frame);
	}
	if (strcmp(type, "hello") == 0) {
		frame->type = CHAT_HELLO;
		return read_hello(frame);
	}
	if (strcmp(type, "identify") == 0) {
		frame->type = CHAT_IDENTIFY;
		return read_identify(frame);
	}
	if (strcmp(type, "rate") == 0) {
		frame->type = CHAT_RATE;
		return rating_read(frame->json, &frame->rating) ? REFUSAL_NONE : REFUSAL_BAD_MEMBER;
	}
	if (strcmp(type, "call_back") == 0) {
		frame->type = CHAT_CALL_BACK;
		return chats_read_call_back(frame->json, &frame->call_back);
	}
	if (strcmp(type, "typing") == 0) {
		frame->type = CHAT_TYPING;
		return REFUSAL_NONE;
	}
	return REFUSAL_UNKNOWN_TYPE;
}

enum refusal chat_frame_read(struct span message, struct chat_frame *out)
{
	enum refusal refusal;

	*out = (struct chat_frame){ 0 };
	refusal = message_parse(message, &out->json);
	return refusal == REFUSAL_NONE ? read_members(out) : refusal;
}

void chat_frame_release(struct chat_frame *frame)
{
	cJSON_Delete(frame->json);
	frame->json = NULL;
}

/* Prints the object and deletes it. */
enum status chat_write_reply(const char *to, struct span object, struct buf *out)
{
	const struct message_envelope envelope = { .type = "reply", .to = to };

	return message_write_reply(&envelope, object, out);
}

enum status chat_write_welcome(const struct chat_welcome *welcome, struct buf *out)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "type", "welcome");
	cJSON_AddStringToObject(object, "session", welcome->session);
	cJSON_AddBoolToObject(object, "resumed", welcome->resumed);
	cJSON_AddStringToObject(object, "knowledge", welcome->knowledge);
	cJSON_AddBoolToObject(object, "signed_in", welcome->signed_in);
	if (welcome->sign_in)
		cJSON_AddStringToObject(object, "sign_in", welcome->sign_in);
	if (welcome->notice)
		message_add_notice(object, welcome->notice);
	return message_write(object, out);
}

enum status chat_write_typing(struct buf *out)
{
	buf_append_text(out, "{\"type\":\"typing\"}");
	return buf_status(out);
}

enum status chat_write_notice(const struct office_notice *notice, struct buf *out)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "type", "notice");
	message_add_notice(object, notice);
	return message_write(object, out);
}

enum status chat_write_identified(const struct chat_identified *identified, struct buf *out)
{
	cJSON *object = cJSON_CreateObject();

	assert(!identified->signed_in || identified->session);
	cJSON_AddStringToObject(object, "type", "identified");
	if (identified->to)
		cJSON_AddStringToObject(object, "to", identified->to);
	if (identified->session)
		cJSON_AddStringToObject(object, "session", identified->session);
	cJSON_AddBoolToObject(object, "signed_in", identified->signed_in);
	cJSON_AddStringToObject(object, "text", identified->text);
	return message_write(object, out);
}

enum status chat_write_rated(const char *receipt, const char *to, struct buf *out)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "type", "rated");
	if (to)
		cJSON_AddStringToObject(object, "to", to);
	cJSON_AddStringToObject(object, "receipt", receipt);
	return message_write(object, out);
}

enum status chat_write_call_back_kept(const char *to, struct buf *out)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "type", "call_back_kept");
	if (to)
		cJSON_AddStringToObject(object, "to", to);
	return message_write(object, out);
}

static cJSON *create_notice(const char *type, enum refusal refusal, const char *to)
{
	cJSON *object = cJSON_CreateObject();

	assert(refusal != REFUSAL_NONE); /* there is something to tell */
	cJSON_AddStringToObject(object, "type", type);
	if (to)
		cJSON_AddStringToObject(object, "to", to);
	cJSON_AddStringToObject(object, "reason", refusal_code(refusal));
	cJSON_AddStringToObject(object, "text", refusal_text(refusal));
	return object;
}

enum status chat_write_error(enum refusal refusal, const char *to, struct buf *out)
{
	return message_write(create_notice("error", refusal, to), out);
}

enum status chat_write_bye(enum refusal reason, int64_t reconnect_after_ms, struct buf *out)
{
	cJSON *object = create_notice("bye", reason, NULL);

	cJSON_AddNumberToObject(object, "reconnect_after_ms", (double)reconnect_after_ms);
	return message_write(object, out);
}
