/*
 * CQ lines: what onebot_cq.h makes of texts, for a test that compares it with another
 * implementation (tests/integration/onebot-codes.test.js). A JSON object a line comes in,
 * {"do":"parse","text":"..."} or "unescape"; a JSON value a line goes out.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "channels/onebot_cq.h"

enum { TEXT_MOST = 64 * 1024 };

static cJSON *unescaped(struct span text)
{
	struct buf out;
	cJSON *value;

	buf_init(&out, TEXT_MOST);
	cq_unescape(text, &out);
	value = cJSON_CreateString(buf_text(&out));
	buf_deinit(&out);
	return value;
}

static void add(cJSON *object, struct span name, cJSON *value)
{
	char text[TEXT_MOST];

	snprintf(text, sizeof(text), "%.*s", SPAN_ARGS(name));
	cJSON_DeleteItemFromObjectCaseSensitive(object, text); /* the last of a name counts there */
	cJSON_AddItemToObject(object, text, value);
}

static cJSON *parsed(struct span text)
{
	cJSON *parts = cJSON_CreateArray();
	struct cq_part part;
	struct span name, value;

	while (cq_next(&text, &part)) {
		cJSON *object = cJSON_CreateObject();
		cJSON *data;

		add(object, span_of("type"),
		    part.type.ptr ? unescaped(part.type) : cJSON_CreateString("text"));
		data = cJSON_AddObjectToObject(object, "data");
		if (!part.type.ptr)
			cJSON_AddItemToObject(data, "content", unescaped(part.body));
		while (part.type.ptr && cq_parameter(&part.body, &name, &value))
			add(data, name, unescaped(value));
		cJSON_AddItemToArray(parts, object);
	}
	return parts;
}

static cJSON *answer(const char *what, struct span text)
{
	return strcmp(what, "parse") == 0 ? parsed(text) : unescaped(text);
}

int main(void)
{
	static char line[TEXT_MOST];

	while (fgets(line, sizeof(line), stdin)) {
		cJSON *asked = cJSON_Parse(line);
		cJSON *made = answer(json_string(asked, "do", ""),
		                     span_of(json_string(asked, "text", "")));
		char *text = cJSON_PrintUnformatted(made);

		puts(text);
		cJSON_free(text);
		cJSON_Delete(made);
		cJSON_Delete(asked);
	}
	return 0;
}
