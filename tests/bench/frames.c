#include "frames.h"

#include <string.h>

#include "base/file.h"
#include "base/json.h"

enum { QUESTIONS_CEILING = 64 << 20, LINE_BYTES_MOST = 1 << 20, LINE_DEPTH_MOST = 16 };

/* The frame that asks one line's question. */
static bool make_frame(struct frames *frames, struct span line, const char *file)
{
	const struct json_limits limits = { LINE_BYTES_MOST, LINE_DEPTH_MOST };
	cJSON *row = NULL;
	if (json_parse(&row, line, limits, file, NULL) != STATUS_OK)
		return false;
	cJSON *frame = cJSON_CreateObject();
	cJSON_AddStringToObject(frame, "type", "ask");
	cJSON_AddStringToObject(frame, "text", json_string(row, "q", "证书过期还可以延续吗"));
	char *text = cJSON_PrintUnformatted(frame);
	const size_t length = text ? strlen(text) : 0;
	const bool fits = length > 0 && length <= FRAME_BYTES_MOST;
	if (fits) {
		frames->texts[frames->count] = text;
		frames->lengths[frames->count++] = length;
	} else {
		cJSON_free(text);
	}
	cJSON_Delete(frame);
	cJSON_Delete(row);
	return fits;
}

const char *frames_read(struct frames *frames, const char *file)
{
	const char *problem = NULL;
	struct buf text;
	buf_init(&text, QUESTIONS_CEILING);
	if (file_read(file, &text) != STATUS_OK)
		problem = "the questions cannot be read";
	const char *at = buf_text(&text);
	const char *end = memchr(at, '\n', text.len);
	while (end && !problem && frames->count < FRAMES_MOST) {
		const struct span line = { at, (size_t)(end - at) };
		if (!make_frame(frames, line, file))
			problem = "a question is no JSON";
		at = end + 1;
		end = memchr(at, '\n', text.len - (size_t)(at - buf_text(&text)));
	}
	if (!problem && frames->count == 0)
		problem = "there are no questions";
	buf_deinit(&text);
	return problem;
}

void frames_deinit(struct frames *frames)
{
	for (size_t i = 0; i < frames->count; i++)
		cJSON_free(frames->texts[i]);
	frames->count = 0;
}
