/*
 * A OneBot frame with the message in it; the same bytes as the string form of a message, and as a
 * text that is escaped for one.
 */
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "channels/onebot.h"
#include "channels/onebot_cq.h"
#include "fuzz.h"

static void require_json(const struct buf *out)
{
	const struct json_limits limits = { ONEBOT_FRAME_BYTES, 16 };
	cJSON *json = NULL;
	REQUIRE(json_parse(&json, buf_span(out), limits, "action", NULL) == STATUS_OK);
	cJSON_Delete(json);
}

static void answer(const struct onebot_frame *frame, struct span text)
{
	struct onebot_send send = {
		.user = frame->user,
		.quoted = frame->message,
		.at = true,
		.text = text,
	};
	struct buf out;
	if (frame->kind == ONEBOT_GROUP)
		send.group = frame->group;
	buf_init(&out, ONEBOT_FRAME_BYTES);
	if (onebot_write_send(&send, "e1", &out) == STATUS_OK)
		require_json(&out);
	buf_deinit(&out);
}

static void read_message(const struct onebot_frame *frame)
{
	const struct onebot_names names = { .header = "10001000" };
	struct onebot_said said;
	struct buf text;
	buf_init(&text, ONEBOT_TEXT_BYTES);
	REQUIRE(onebot_message_read(frame, &names, &text, &said) == STATUS_OK);
	REQUIRE(utf8_valid(buf_span(&text)));
	REQUIRE(text.len <= ONEBOT_TEXT_BYTES);
	answer(frame, buf_span(&text));
	buf_deinit(&text);
}

static void read_frame(struct span bytes)
{
	struct onebot_frame frame;
	struct onebot_id message;
	int retcode;
	if (onebot_frame_read(bytes, &frame) == STATUS_OK) {
		if (frame.kind == ONEBOT_RESPONSE)
			REQUIRE(onebot_response_outcome(&frame, &retcode, &message) <=
			        ONEBOT_UNKNOWN);
		if (frame.kind == ONEBOT_GROUP || frame.kind == ONEBOT_PRIVATE)
			read_message(&frame);
	}
	onebot_frame_release(&frame);
}

/* The parts are the whole, in its order. */
static void cut(struct span text)
{
	struct span rest = text, name, value;
	struct cq_part part;
	while (cq_next(&rest, &part)) {
		REQUIRE(part.body.ptr >= text.ptr &&
		        part.body.ptr + part.body.len <= text.ptr + text.len);
		while (part.type.ptr && cq_parameter(&part.body, &name, &value))
			REQUIRE(name.len > 0);
		REQUIRE(!part.type.ptr || part.body.len == 0);
	}
	REQUIRE(rest.len == 0);
}

/* No text grows when its escapes are taken away. */
static void unescape(struct span text)
{
	struct buf out;
	buf_init(&out, text.len + 1);
	cq_unescape(text, &out);
	REQUIRE(buf_status(&out) == STATUS_OK && out.len <= text.len);
	buf_deinit(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span bytes = { (const char *)data, size };
	read_frame(bytes);
	cut(bytes);
	unescape(bytes);
	return 0;
}
