#include "channel/api.h"

#include "channel/message.h"

enum refusal api_ask_read(struct span body, struct api_ask *out)
{
	enum refusal refusal;

	*out = (struct api_ask){ 0 };
	refusal = message_parse(body, &out->json);
	if (refusal != REFUSAL_NONE)
		return refusal;
	if (!message_string(out->json, "text", &out->text) || !out->text ||
	    !message_string(out->json, "session", &out->session))
		return REFUSAL_BAD_MEMBER;
	return REFUSAL_NONE;
}

void api_ask_release(struct api_ask *ask)
{
	cJSON_Delete(ask->json);
	ask->json = NULL;
}

static cJSON *suggestion_of(const struct entry *entry)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "entry", entry->id);
	if (entry->number > 0)
		cJSON_AddNumberToObject(object, "number", entry->number);
	else
		cJSON_AddNullToObject(object, "number");
	cJSON_AddStringToObject(object, "question", entry->question);
	return object;
}

enum status api_write_suggestions(const struct match_candidate *candidates, size_t count,
                                  struct buf *out)
{
	cJSON *array = cJSON_CreateArray();
	char *text;

	for (size_t i = 0; i < count; i++)
		cJSON_AddItemToArray(array, suggestion_of(candidates[i].entry));
	text = cJSON_PrintUnformatted(array);
	cJSON_Delete(array);
	if (!text)
		return STATUS_NO_MEMORY;
	buf_append_text(out, text);
	cJSON_free(text);
	return buf_status(out);
}
