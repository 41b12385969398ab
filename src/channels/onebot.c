/*
 * How it works: onebot_frame_read() tells responses from events by `post_type`, and events apart by
 * the members that the specification names; what is missing or of another type makes a frame
 * ONEBOT_IGNORED and no error, for implementations send more than it says. onebot_message_read()
 * walks over the segments of a message, whichever of its forms they come in: the string form is cut
 * into the same (type, data) pairs by onebot_cq.h. Actions are always written with arrays, in which
 * no text can be taken for a code.
 */
#include "channels/onebot.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mac.h"
#include "base/utf8.h"
#include "channels/bot.h"
#include "channels/message.h"
#include "channels/onebot_cq.h"

enum {
	DEPTH_MOST = 32,
	RETCODE_ASYNC = 1,
	RETCODE_TIMED_OUT = 1200, /* of NapCat: it often sends the message all the same */
	RETCODE_NONE = -1,
};

/* 2^53 - 1: a number beyond it may have been another one before it was read. */
static const double id_most = 9007199254740991.0;

static const cJSON *member(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

static const char *text_of(const cJSON *object, const char *name)
{
	return json_string(object, name, "");
}

/* --- ids --- */

bool onebot_id_read(const cJSON *value, struct onebot_id *out)
{
	*out = (struct onebot_id){ .number = cJSON_IsNumber(value) };
	if (out->number) {
		const double number = value->valuedouble;

		if (!(fabs(number) <= id_most) || number != trunc(number))
			return false;
		snprintf(out->text, sizeof(out->text), "%lld", (long long)number);
		return true;
	}
	if (!cJSON_IsString(value) || strlen(value->valuestring) >= sizeof(out->text))
		return false;
	memcpy(out->text, value->valuestring, strlen(value->valuestring) + 1);
	return out->text[0] != '\0';
}

static bool is_none(const struct onebot_id *id)
{
	return id->text[0] == '\0';
}

static cJSON *id_value(const struct onebot_id *id)
{
	/* As digits: cJSON would write 10^15 with an exponent. */
	return id->number ? cJSON_CreateRaw(id->text) : cJSON_CreateString(id->text);
}

static void add_id(cJSON *object, const char *name, const struct onebot_id *id)
{
	cJSON_AddItemToObject(object, name, id_value(id));
}

/* --- frames --- */

/* Members of an id that is not there leave none. */
static bool read_id(const cJSON *object, const char *name, struct onebot_id *out)
{
	return onebot_id_read(member(object, name), out);
}

static int64_t milliseconds(const cJSON *value)
{
	const double most = 24.0 * 3600 * 1000;

	if (!cJSON_IsNumber(value) || !(value->valuedouble >= 1))
		return 0;
	return (int64_t)(value->valuedouble < most ? value->valuedouble : most);
}

/* Words and numbers for it are in use as well. */
static bool says_no(const cJSON *value)
{
	return cJSON_IsFalse(value) || (cJSON_IsNumber(value) && value->valuedouble == 0) ||
	       (cJSON_IsString(value) && strcmp(value->valuestring, "false") == 0);
}

static void read_meta(struct onebot_frame *frame)
{
	const char *type = text_of(frame->json, "meta_event_type");

	if (strcmp(type, "lifecycle") == 0) {
		frame->kind = ONEBOT_LIFECYCLE;
	} else if (strcmp(type, "heartbeat") == 0) {
		frame->kind = ONEBOT_HEARTBEAT;
		frame->interval_ms = milliseconds(member(frame->json, "interval"));
		frame->offline = says_no(member(member(frame->json, "status"), "online"));
	}
}

/* An anonymous one is told from the others by its own id, in place of one that all of them share.
 */
static void read_anonymous(struct onebot_frame *frame, const cJSON *anonymous)
{
	struct onebot_id id;

	frame->anonymous = true;
	if (!read_id(anonymous, "id", &id) || strlen(id.text) + 2 > sizeof(id.text))
		return;
	frame->user.number = false;
	frame->user.text[0] = '~';
	memcpy(frame->user.text + 1, id.text, strlen(id.text) + 1);
}

static void read_message(struct onebot_frame *frame)
{
	const cJSON *event = frame->json;
	const cJSON *anonymous = member(event, "anonymous");
	const bool in_group = strcmp(text_of(event, "message_type"), "group") == 0;

	if (!in_group && strcmp(text_of(event, "message_type"), "private") != 0)
		return;
	if (strcmp(text_of(event, "sub_type"), "notice") == 0)
		return;
	(void)read_id(event, "message_id", &frame->message);
	if (!read_id(event, "user_id", &frame->user))
		return;
	if (!read_id(in_group ? event : member(event, "sender"), "group_id", &frame->group) &&
	    in_group)
		return;
	if (in_group && cJSON_IsObject(anonymous))
		read_anonymous(frame, anonymous);
	frame->kind = in_group ? ONEBOT_GROUP : ONEBOT_PRIVATE;
}

static void read_response(struct onebot_frame *frame)
{
	const cJSON *echo = member(frame->json, "echo");

	if (!echo && !member(frame->json, "status") && !member(frame->json, "retcode"))
		return;
	frame->kind = ONEBOT_RESPONSE;
	if (echo && cJSON_IsString(echo) && strlen(echo->valuestring) < ONEBOT_ECHO_SIZE)
		frame->echo = echo->valuestring;
}

enum status onebot_frame_read(struct span text, struct onebot_frame *out)
{
	const struct json_limits limits = { ONEBOT_FRAME_BYTES, DEPTH_MOST };
	const char *type;
	struct buf mended;
	enum status status;

	*out = (struct onebot_frame){ .kind = ONEBOT_IGNORED };
	buf_init(&mended, ONEBOT_FRAME_BYTES);
	json_append_mended(&mended, text);
	status = buf_status(&mended);
	if (status == STATUS_OK)
		status = json_parse(&out->json, buf_span(&mended), limits, NULL, NULL);
	buf_deinit(&mended);
	if (status != STATUS_OK)
		return status;
	if (!cJSON_IsObject(out->json))
		return STATUS_INVALID;
	if (!member(out->json, "post_type")) {
		read_response(out);
		return STATUS_OK;
	}
	(void)read_id(out->json, "self_id", &out->self);
	type = text_of(out->json, "post_type");
	if (strcmp(type, "meta_event") == 0)
		read_meta(out);
	else if (strcmp(type, "message") == 0)
		read_message(out);
	return STATUS_OK;
}

void onebot_frame_release(struct onebot_frame *frame)
{
	cJSON_Delete(frame->json);
	frame->json = NULL;
}

/* --- messages --- */

static bool is_name(const struct onebot_frame *frame, const struct onebot_names *names,
                    const char *id)
{
	if (id[0] == '\0')
		return false;
	if (strcmp(id, frame->self.text) == 0 || strcmp(id, names->header) == 0)
		return true;
	for (size_t i = 0; names->aliases && i < names->aliases->count; i++)
		if (strcmp(id, names->aliases->items[i]) == 0)
			return true;
	return false;
}

bool onebot_is_own(const struct onebot_frame *frame, const struct onebot_names *names)
{
	return is_name(frame, names, frame->user.text);
}

/* What a message is read into. */
struct reading {
	const struct onebot_frame *frame;
	const struct onebot_names *names;
	struct buf *out;
	struct onebot_said *said;
};

/* No "all" is anybody's name, even where somebody lists it. */
static void take_at(const struct reading *reading, const char *id)
{
	if (strcmp(id, "all") != 0 && is_name(reading->frame, reading->names, id))
		reading->said->to_us = true;
	/* The words before and behind it are two. */
	if (reading->out->len > 0)
		buf_append_char(reading->out, ' ');
}

/* --- in the array form --- */

static void take_segment(const struct reading *reading, const cJSON *segment)
{
	const char *type = text_of(segment, "type");
	const cJSON *data = member(segment, "data");
	struct onebot_id id;

	if (strcmp(type, "text") == 0) {
		buf_append_text(reading->out, text_of(data, "text"));
	} else if (strcmp(type, "at") == 0) {
		if (onebot_id_read(member(data, "qq"), &id))
			take_at(reading, id.text);
	} else if (strcmp(type, "reply") == 0) {
		if (onebot_id_read(member(data, "id"), &id))
			reading->said->quoted = id;
	} else if (type[0]) {
		reading->said->wordless = true;
	}
}

/* --- in the string form --- */

/* The text of a parameter; cut off where it is too long to be an id. */
static const char *parameter(struct span parameters, const char *name, struct buf *scratch)
{
	const struct span value = cq_value(parameters, name);

	buf_clear(scratch);
	if (value.ptr)
		cq_unescape(value, scratch);
	return buf_status(scratch) == STATUS_OK ? buf_text(scratch) : "";
}

static void take_code(const struct reading *reading, const struct cq_part *part,
                      struct buf *scratch)
{
	if (span_equal(part->type, span_of("at"))) {
		take_at(reading, parameter(part->body, "qq", scratch));
	} else if (span_equal(part->type, span_of("reply"))) {
		struct onebot_id *quoted = &reading->said->quoted;

		*quoted = (struct onebot_id){ 0 };
		snprintf(quoted->text, sizeof(quoted->text), "%s",
		         parameter(part->body, "id", scratch));
	} else if (!span_equal(part->type, span_of("text"))) {
		reading->said->wordless = true;
	} else {
		buf_append_text(reading->out, parameter(part->body, "text", scratch));
	}
}

static void take_string(const struct reading *reading, const char *string)
{
	struct span rest = span_of(string);
	struct cq_part part;
	struct buf scratch;

	buf_init(&scratch, ONEBOT_TEXT_BYTES);
	while (cq_next(&rest, &part)) {
		if (part.type.ptr)
			take_code(reading, &part, &scratch);
		else
			cq_unescape(part.body, reading->out);
	}
	buf_deinit(&scratch);
}

/* --- either --- */

static void trim(struct buf *text)
{
	const struct span kept = bot_trim(buf_span(text));

	if (text->len == 0)
		return;
	memmove(text->ptr, kept.ptr, kept.len);
	text->len = kept.len;
	text->ptr[text->len] = '\0';
}

/* What stands in a buffer that took no more may end within a character. */
static void cut(struct buf *text)
{
	if (text->status != STATUS_LIMIT)
		return;
	text->status = STATUS_OK;
	text->len = utf8_fault_at(buf_span(text));
}

enum status onebot_message_read(const struct onebot_frame *frame, const struct onebot_names *names,
                                struct buf *out, struct onebot_said *said)
{
	const cJSON *message = member(frame->json, "message");
	const struct reading reading = { frame, names, out, said };
	const cJSON *segment;

	assert(frame->kind == ONEBOT_GROUP || frame->kind == ONEBOT_PRIVATE);
	*said = (struct onebot_said){ 0 };
	buf_clear(out);
	if (cJSON_IsArray(message))
		cJSON_ArrayForEach (segment, message)
			take_segment(&reading, segment);
	else if (cJSON_IsObject(message))
		take_segment(&reading, message);
	else
		take_string(&reading, json_string(frame->json, "message",
		                                  text_of(frame->json, "raw_message")));
	cut(out);
	trim(out);
	return buf_status(out);
}

/* --- responses --- */

static enum onebot_outcome outcome_of(const cJSON *response, int *retcode,
                                      struct onebot_id *message)
{
	const char *status = text_of(response, "status");
	const cJSON *code = member(response, "retcode");

	*retcode = cJSON_IsNumber(code) ? code->valueint : RETCODE_NONE;
	(void)read_id(member(response, "data"), "message_id", message);
	if (*retcode == RETCODE_ASYNC || *retcode == RETCODE_TIMED_OUT)
		return ONEBOT_UNKNOWN;
	if (strcmp(status, "ok") == 0 && cJSON_IsNumber(code))
		return *retcode == 0 ? ONEBOT_DONE : ONEBOT_FAILED;
	if (strcmp(status, "failed") == 0)
		return ONEBOT_FAILED;
	/* Queued there, or a response that says nothing: it may have been sent. */
	return ONEBOT_UNKNOWN;
}

enum onebot_outcome onebot_response_outcome(const struct onebot_frame *frame, int *retcode,
                                            struct onebot_id *message)
{
	assert(frame->kind == ONEBOT_RESPONSE);
	return outcome_of(frame->json, retcode, message);
}

enum onebot_outcome onebot_http_outcome(int http_status, struct span body, int *retcode,
                                        struct onebot_id *message)
{
	enum onebot_outcome outcome = ONEBOT_UNKNOWN;
	struct onebot_frame frame;

	*retcode = RETCODE_NONE;
	*message = (struct onebot_id){ 0 };
	/* Refused before anything was done. */
	if (http_status >= 400 && http_status < 500)
		return ONEBOT_FAILED;
	if (http_status != 200)
		return ONEBOT_UNKNOWN;
	if (onebot_frame_read(body, &frame) == STATUS_OK)
		outcome = outcome_of(frame.json, retcode, message);
	onebot_frame_release(&frame);
	return outcome;
}

/* --- what is sent --- */

static cJSON *add_segment(cJSON *message, const char *type)
{
	cJSON *segment = cJSON_CreateObject();
	cJSON *data;

	cJSON_AddStringToObject(segment, "type", type);
	data = cJSON_AddObjectToObject(segment, "data");
	cJSON_AddItemToArray(message, segment);
	return data;
}

/* In segments ids are strings, says the specification: message/segment.md. */
static void add_message(cJSON *object, const char *name, const struct onebot_send *send)
{
	cJSON *message = cJSON_AddArrayToObject(object, name);
	struct buf text;

	if (!is_none(&send->quoted))
		cJSON_AddStringToObject(add_segment(message, "reply"), "id", send->quoted.text);
	if (send->at)
		cJSON_AddStringToObject(add_segment(message, "at"), "qq", send->user.text);
	buf_init(&text, ONEBOT_FRAME_BYTES);
	if (send->at)
		buf_append_char(&text, ' ');
	buf_append(&text, send->text.ptr, send->text.len);
	cJSON_AddStringToObject(add_segment(message, "text"), "text",
	                        buf_status(&text) == STATUS_OK ? buf_text(&text) : "");
	buf_deinit(&text);
}

static cJSON *parameters_of(const struct onebot_send *send)
{
	cJSON *parameters = cJSON_CreateObject();

	if (!is_none(&send->group))
		add_id(parameters, "group_id", &send->group);
	else
		add_id(parameters, "user_id", &send->user);
	if (is_none(&send->group) && !is_none(&send->through))
		add_id(parameters, "group_id", &send->through);
	add_message(parameters, "message", send);
	return parameters;
}

static const char *action_of(const struct onebot_send *send)
{
	return is_none(&send->group) ? "send_private_msg" : "send_group_msg";
}

static cJSON *action(const char *name, cJSON *parameters, const char *echo)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "action", name);
	cJSON_AddItemToObject(object, "params", parameters);
	cJSON_AddStringToObject(object, "echo", echo);
	return object;
}

enum status onebot_write_send(const struct onebot_send *send, const char *echo, struct buf *out)
{
	return message_write(action(action_of(send), parameters_of(send), echo), out);
}

const char *onebot_send_path(const struct onebot_send *send)
{
	return is_none(&send->group) ? "/send_private_msg" : "/send_group_msg";
}

enum status onebot_write_parameters(const struct onebot_send *send, struct buf *out)
{
	return message_write(parameters_of(send), out);
}

enum status onebot_write_quick(const struct onebot_send *send, struct buf *out)
{
	cJSON *object = cJSON_CreateObject();

	add_message(object, "reply", send);
	/* By default a group's message is called a second time. */
	cJSON_AddBoolToObject(object, "at_sender", false);
	return message_write(object, out);
}

enum status onebot_write_query(const char *name, const char *echo, struct buf *out)
{
	return message_write(action(name, cJSON_CreateObject(), echo), out);
}

/* --- signatures --- */

bool onebot_signed(struct span secret, struct span body, struct span signature)
{
	static const char scheme[] = "sha1=";
	char expected[sizeof(scheme) + MAC_HEX_SIZE], hex[MAC_HEX_SIZE];
	struct mac mac;

	if (mac_keyed(MAC_SHA1, secret, &body, 1, &mac) != STATUS_OK)
		return false;
	mac_hex(&mac, hex);
	snprintf(expected, sizeof(expected), "%s%s", scheme, hex);
	return mac_equal(signature, span_of(expected));
}
