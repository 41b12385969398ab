#include "channels/bot.h"

#include <assert.h>

#include "base/json.h"
#include "base/utf8.h"

void bot_message_init(struct bot_message *message)
{
	*message = (struct bot_message){ .self = "" };
	buf_init(&message->text, BOT_BODY_BYTES);
}

void bot_message_deinit(struct bot_message *message)
{
	buf_deinit(&message->text);
	cJSON_Delete(message->json);
	message->json = NULL;
}

bool bot_parse(struct span text, cJSON **out)
{
	const struct json_limits limits = { BOT_BODY_BYTES, BOT_JSON_DEPTH };
	struct buf mended;
	enum status status;

	*out = NULL;
	buf_init(&mended, BOT_BODY_BYTES);
	json_append_mended(&mended, text);
	status = buf_status(&mended);
	if (status == STATUS_OK)
		status = json_parse(out, buf_span(&mended), limits, NULL, NULL);
	buf_deinit(&mended);
	if (status != STATUS_OK)
		return false;
	if (cJSON_IsObject(*out))
		return true;
	cJSON_Delete(*out);
	*out = NULL;
	return false;
}

const char *bot_string(const cJSON *object, const char *name)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);

	return cJSON_IsString(member) ? member->valuestring : NULL;
}

bool bot_message_is_whole(const struct bot_message *message)
{
	return message->person && message->person[0] && message->id && message->id[0] &&
	       (!message->chat || message->chat[0]) && buf_status(&message->text) == STATUS_OK;
}

bool bot_read_number(struct span text, int64_t *out)
{
	int64_t number = 0;

	for (size_t i = 0; i < text.len && i < 15; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		number = number * 10 + (text.ptr[i] - '0');
	}
	*out = number;
	return text.len > 0 && text.len <= 15;
}

bool bot_is_fresh(int64_t signed_s, int64_t now_s)
{
	return signed_s <= now_s + BOT_WINDOW_S && signed_s >= now_s - BOT_WINDOW_S;
}

static bool is_blank(uint32_t point)
{
	return point <= ' ' || point == 0xA0 || (point >= 0x2000 && point <= 0x200B) ||
	       point == 0x202F || point == 0x205F || point == 0x2060 || point == 0x3000 ||
	       point == 0xFEFF;
}

struct span bot_trim(struct span text)
{
	size_t first = 0, next = 0, end = text.len, last;

	while (first < end && is_blank(utf8_next(text, &next)))
		first = next;
	while (end > first) {
		last = next = utf8_before(text, end);
		if (!is_blank(utf8_next(text, &next)))
			break;
		end = last;
	}
	return (struct span){ text.ptr + first, end - first };
}
