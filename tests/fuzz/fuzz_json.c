/*
 * A client's frame and a body of POST /api/v1/ask, and the answers to a refused one.
 */
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "channels/api.h"
#include "channels/chat.h"
#include "channels/message.h"
#include "fuzz.h"

enum { OUT_CEILING = 64 << 10, OUT_DEPTH = 8 };

static void require_json(const struct buf *out)
{
	const struct json_limits limits = { OUT_CEILING, OUT_DEPTH };
	cJSON *json = NULL;
	REQUIRE(json_parse(&json, buf_span(out), limits, "frame", NULL) == STATUS_OK);
	cJSON_Delete(json);
}

static void read_frame(struct span message)
{
	struct chat_frame frame;
	struct buf out;
	buf_init(&out, OUT_CEILING);
	const enum refusal refusal = chat_frame_read(message, &frame);
	if (refusal == REFUSAL_NONE) {
		REQUIRE(utf8_valid(message));
		REQUIRE(message.len <= MESSAGE_BYTES);
		REQUIRE(frame.type != CHAT_ASK || frame.text);
		REQUIRE(frame.type != CHAT_CALL_BACK || frame.call_back.number);
	} else {
		REQUIRE(refusal < REFUSAL_COUNT);
		REQUIRE(chat_write_error(refusal, frame.id, &out) == STATUS_OK);
		require_json(&out);
	}
	REQUIRE(!frame.id || strlen(frame.id) <= MESSAGE_ID_BYTES);
	chat_frame_release(&frame);
	buf_deinit(&out);
}

static void read_body(struct span body)
{
	struct api_ask ask;
	if (api_ask_read(body, &ask) == REFUSAL_NONE) {
		REQUIRE(body.len <= MESSAGE_BYTES);
		REQUIRE(ask.text);
	}
	api_ask_release(&ask);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span message = { (const char *)data, size };
	read_frame(message);
	read_body(message);
	return 0;
}
