#include "channels/message.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/day.h"
#include "base/json.h"
#include "base/utf8.h"
#include "service/bulletin.h"

enum { TIME_SIZE = 32 };

enum refusal message_parse(struct span text, cJSON **out)
{
	return message_parse_most(text, MESSAGE_BYTES, out);
}

enum refusal message_parse_most(struct span text, size_t most, cJSON **out)
{
	const struct json_limits limits = { most, MESSAGE_DEPTH };

	*out = NULL;
	if (text.len > most)
		return REFUSAL_TOO_LARGE;
	if (!utf8_valid(text))
		return REFUSAL_NOT_UTF8;
	switch (json_parse(out, text, limits, NULL, NULL)) {
	case STATUS_OK:
		return cJSON_IsObject(*out) ? REFUSAL_NONE : REFUSAL_NOT_JSON;
	case STATUS_LIMIT:
		return REFUSAL_TOO_DEEP;
	case STATUS_NO_MEMORY:
		return REFUSAL_INTERNAL;
	default:
		return REFUSAL_NOT_JSON;
	}
}

bool message_string(const cJSON *object, const char *name, const char **out)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);

	*out = cJSON_IsString(member) ? member->valuestring : NULL;
	return !member || cJSON_IsNull(member) || *out;
}

bool message_id(const cJSON *object, const char **out)
{
	const bool sound = message_string(object, "id", out);

	assert(sound || !*out);

	if (!*out || ((*out)[0] != '\0' && strlen(*out) <= MESSAGE_ID_BYTES))
		return sound;
	*out = NULL;
	return false;
}

void message_add_time(cJSON *object, const char *name, int64_t at_ms)
{
	const time_t at = (time_t)(at_ms / 1000);
	char text[TIME_SIZE] = "";
	struct tm utc;

	if (at_ms == 0) {
		cJSON_AddNullToObject(object, name);
		return;
	}
	if (gmtime_r(&at, &utc))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
	cJSON_AddStringToObject(object, name, text);
}

static int two_digits(const char *text)
{
	return (text[0] - '0') * 10 + text[1] - '0';
}

/* "2026-11-30T04:05:06Z", "2026-11-30T04:05:06.789Z" */
bool message_read_time(const cJSON *object, const char *name, int64_t *ms)
{
	static const char shape[] = "0000-00-00T00:00:00";
	const char *text;
	char day_text[DAY_SIZE];
	const struct day first = { 1970, 1, 1 };
	struct day day;
	int hour, minute, second;

	*ms = 0;
	if (!message_string(object, name, &text))
		return false;
	if (!text)
		return true;
	for (size_t i = 0; i < sizeof(shape) - 1; i++)
		if (shape[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i])
			return false;
	memcpy(day_text, text, DAY_SIZE - 1);
	day_text[DAY_SIZE - 1] = '\0';
	hour = two_digits(text + DAY_SIZE);
	minute = two_digits(text + DAY_SIZE + 3);
	second = two_digits(text + DAY_SIZE + 6);
	if (!day_read(day_text, &day) || hour > 23 || minute > 59 || second > 59)
		return false;
	text += sizeof(shape) - 1;
	if (*text == '.')
		text += 1 + strspn(text + 1, "0123456789");
	*ms = ((day_number(day) - day_number(first)) * 86400 + hour * 3600 + minute * 60 + second) *
	      1000;
	return strcmp(text, "Z") == 0;
}

void message_add_text(cJSON *object, const char *name, const char *text)
{
	cJSON_AddItemToObject(object, name,
	                      text && text[0] ? cJSON_CreateString(text) : cJSON_CreateNull());
}

enum status message_write(cJSON *value, struct buf *out)
{
	json_append(out, value);
	cJSON_Delete(value);
	return buf_status(out);
}

static void append_member(struct buf *out, const char *key, const char *value)
{
	if (!value)
		return;
	buf_append_text(out, key);
	json_append_string(out, value);
	buf_append_char(out, ',');
}

void message_add_notice(cJSON *object, const struct office_notice *notice)
{
	cJSON *one = notice ? cJSON_AddObjectToObject(object, "notice")
	                    : cJSON_AddNullToObject(object, "notice");

	if (!notice)
		return;
	cJSON_AddStringToObject(one, "text", notice->text);
	message_add_time(one, "until", notice->until_ms);
}

/* Hardly ever there is one. */
static void append_notice(struct buf *out, const struct office_notice *notice)
{
	cJSON *object, *member;

	if (!notice)
		return;
	object = cJSON_CreateObject();
	message_add_notice(object, notice);
	member = cJSON_GetObjectItemCaseSensitive(object, "notice");
	if (member) {
		buf_append_text(out, "\"notice\":");
		json_append(out, member);
		buf_append_char(out, ',');
	}
	cJSON_Delete(object);
}

/* Every reply goes through here: no tree is made of three members. */
enum status message_write_reply(const struct message_envelope *envelope, struct span object,
                                struct buf *out)
{
	assert(object.len > 2 && object.ptr[0] == '{');
	buf_append_char(out, '{');
	append_member(out, "\"type\":", envelope->type);
	append_member(out, "\"to\":", envelope->to);
	append_member(out, "\"session\":", envelope->session);
	append_notice(out, envelope->notice);
	buf_append(out, object.ptr + 1, object.len - 1);
	return buf_status(out);
}
