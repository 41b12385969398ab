#include "office/exchange/json_shapes.h"

#include <string.h>

#include "office/exchange/document_marks.h"

enum { NAMES_LEAST = 3 /* that are questions */ };

struct shape {
	void (*take)(void *context, const char *question, const char *answer);
	void *context;
};

static const char *text_of(const cJSON *object, const char *name)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static bool is_one(const char *text, const char *const *list)
{
	for (; text && *list; list++)
		if (strcmp(text, *list) == 0)
			return true;
	return false;
}

/* Each turn of who asks, with the next one of who answers. */
static bool read_talk(const cJSON *list, const struct shape *shape)
{
	static const char *const askers[] = { "user", "human", "customer", "用户", NULL };
	static const char *const answerers[] = { "assistant", "gpt", "bot", "agent", "客服", NULL };
	const char *question = NULL;
	const cJSON *turn;
	bool any = false;

	cJSON_ArrayForEach (turn, list) {
		const char *role = text_of(turn, "role"), *said = text_of(turn, "content");

		role = role ? role : text_of(turn, "from");
		said = said ? said : text_of(turn, "value");
		if (said && is_one(role, askers)) {
			question = said;
		} else if (said && question && is_one(role, answerers)) {
			shape->take(shape->context, question, said);
			question = NULL;
			any = true;
		}
	}
	return any;
}

static bool read_named(const cJSON *object, const struct shape *shape)
{
	size_t names = 0, asking = 0;
	const cJSON *member;

	cJSON_ArrayForEach (member, object) {
		if (!cJSON_IsString(member))
			return false;
		names++;
		asking += asks((struct span){ member->string, strlen(member->string) });
	}
	if (names < NAMES_LEAST || asking * 2 <= names)
		return false;
	cJSON_ArrayForEach (member, object)
		shape->take(shape->context, member->string, member->valuestring);
	return true;
}

bool json_shape_read(const cJSON *value,
                     void (*take)(void *context, const char *question, const char *answer),
                     void *context)
{
	static const char *const talks[] = { "messages", "conversations", "conversation", NULL };
	const struct shape shape = { take, context };
	const char *question, *answer;

	if (!cJSON_IsObject(value))
		return false;
	for (size_t i = 0; talks[i]; i++) {
		const cJSON *list = cJSON_GetObjectItemCaseSensitive(value, talks[i]);

		if (cJSON_IsArray(list) && read_talk(list, &shape))
			return true;
	}
	question = text_of(value, "instruction");
	answer = text_of(value, "output");
	if (!question || !answer) {
		question = text_of(value, "name");
		answer = text_of(cJSON_GetObjectItemCaseSensitive(value, "acceptedAnswer"), "text");
	}
	if (question && answer) {
		take(context, question, answer);
		return true;
	}
	return read_named(value, &shape);
}
