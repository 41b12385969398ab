#include "channels/bulletin_json.h"

#include <string.h>

#include "base/utf8.h"
#include "channels/message.h"

/* One line with words in it. */
static bool is_fit(const char *text)
{
	const struct span span = span_of(text);
	bool said = false;

	if (utf8_length(span) > NOTICE_CHARS_MOST)
		return false;
	for (size_t at = 0; at < span.len;) {
		const uint32_t point = utf8_next(span, &at);

		if (utf8_is_control(point))
			return false;
		said = said || (point != ' ' && point != 0x3000);
	}
	return said;
}

static bool read_switch(const cJSON *object, struct console_ask *ask)
{
	const cJSON *on = cJSON_GetObjectItemCaseSensitive(object, "on");

	ask->on = cJSON_IsTrue(on);
	return cJSON_IsBool(on) && message_string(object, "channel", &ask->channel) &&
	       ask->channel && bulletin_channel_named(ask->channel) < BULLETIN_CHANNELS;
}

static bool read_notice(const cJSON *object, struct console_ask *ask)
{
	return message_string(object, "text", &ask->notice) && ask->notice && is_fit(ask->notice) &&
	       message_read_time(object, "from", &ask->from_ms) &&
	       message_read_time(object, "until", &ask->until_ms) &&
	       (ask->until_ms == 0 || ask->until_ms > ask->from_ms);
}

bool bulletin_read(const cJSON *object, struct console_ask *ask)
{
	return ask->kind == CONSOLE_SWITCH   ? read_switch(object, ask)
	       : ask->kind == CONSOLE_NOTICE ? read_notice(object, ask)
	                                     : ask->kind == CONSOLE_NOTICE_END;
}

/* An account by its name; at the prompt, who ran the command. */
static const char *name_of(const char *by)
{
	static const char account[] = "account:";

	return strncmp(by, account, sizeof(account) - 1) == 0 ? by + sizeof(account) - 1 : by;
}

static cJSON *object_of_channel(const struct bulletin_view *view, size_t index)
{
	const struct channel_state *state = &view->channels[index];
	cJSON *one = cJSON_CreateObject();

	cJSON_AddStringToObject(one, "channel", bulletin_channel(index));
	cJSON_AddBoolToObject(one, "configured", state->configured);
	cJSON_AddBoolToObject(one, "on", !state->off);
	message_add_text(one, "by", state->off ? name_of(state->by) : NULL);
	message_add_time(one, "since", state->since_ms);
	if (view->counted)
		cJSON_AddNumberToObject(one, "today", (double)state->today);
	else
		cJSON_AddNullToObject(one, "today");
	message_add_time(one, "last", state->last_ms);
	return one;
}

enum status bulletin_write(const struct bulletin_view *view, struct buf *out)
{
	const struct office_notice *notice = &view->notice;
	cJSON *object = cJSON_CreateObject();
	cJSON *channels = cJSON_AddArrayToObject(object, "channels");
	cJSON *one;

	for (size_t i = 0; i < BULLETIN_CHANNELS; i++)
		cJSON_AddItemToArray(channels, object_of_channel(view, i));
	if (!notice->text[0] || (notice->until_ms && notice->until_ms <= view->now_ms)) {
		cJSON_AddNullToObject(object, "notice");
		return message_write(object, out);
	}
	one = cJSON_AddObjectToObject(object, "notice");
	cJSON_AddStringToObject(one, "text", notice->text);
	message_add_time(one, "from", notice->from_ms);
	message_add_time(one, "until", notice->until_ms);
	cJSON_AddStringToObject(one, "by", name_of(notice->by));
	message_add_time(one, "at", notice->at_ms);
	cJSON_AddBoolToObject(one, "shown", notice->from_ms <= view->now_ms);
	return message_write(object, out);
}
