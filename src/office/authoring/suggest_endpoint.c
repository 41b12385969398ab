#include "office/authoring/suggest_endpoint.h"

#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/utf8.h"

enum {
	DEPTH_MOST = 32,
	ANSWER_CUT = 600, /* code points of the entry's answer that are sent */
	WORDINGS_ASKED = 8,
};

static const char task[] =
        "你帮助一个政务窗口整理常见问题。给出一条标准问题、它的答复，和群众问过的一些原话。"
        "请另写8句群众会怎样问同一件事：口语化，各不相同，每句4到40个字，只问这一件事，"
        "不带姓名、号码和网址，不写答案。只输出一个JSON字符串数组，不要别的文字。";

static struct span cut(const char *text, size_t most)
{
	const struct span whole = span_of(text);

	return (struct span){ text, utf8_prefix(whole, most) };
}

static void add_message(cJSON *messages, const char *role, const char *content)
{
	cJSON *message = cJSON_CreateObject();

	cJSON_AddStringToObject(message, "role", role);
	cJSON_AddStringToObject(message, "content", content);
	cJSON_AddItemToArray(messages, message);
}

void endpoint_write(const struct entry *entry, const char *model, const struct span *examples,
                    size_t count, struct buf *out)
{
	const struct span answer = cut(entry->answer, ANSWER_CUT);
	cJSON *body = cJSON_CreateObject(), *messages;
	struct buf asked;

	buf_init(&asked, ENDPOINT_BODY_MOST / 2);
	BUF_JOIN(&asked, "标准问题：", entry->question, "\n答复：");
	buf_append(&asked, answer.ptr, answer.len);
	buf_append_text(&asked, count > 0 ? "\n群众问过：\n" : "\n");
	for (size_t i = 0; i < count && i < ENDPOINT_EXAMPLES_MOST; i++) {
		buf_append_text(&asked, "- ");
		buf_append(&asked, examples[i].ptr, examples[i].len);
		buf_append_char(&asked, '\n');
	}
	cJSON_AddStringToObject(body, "model", model);
	cJSON_AddBoolToObject(body, "stream", false);
	messages = cJSON_AddArrayToObject(body, "messages");
	add_message(messages, "system", task);
	add_message(messages, "user", buf_text(&asked));
	json_append(out, body);
	buf_deinit(&asked);
	cJSON_Delete(body);
}

/* Whatever stands around the list: a fence of ```json, a thought aloud. */
static struct span list_in(const char *content)
{
	const char *end = strrchr(content, ']'), *start = content;
	const char *thought = strstr(content, "</think>");

	if (thought)
		start = thought;
	start = strchr(start, '[');
	return start && end && start < end ? (struct span){ start, (size_t)(end - start) + 1 }
	                                   : (struct span){ NULL, 0 };
}

static const char *content_of(const cJSON *answer)
{
	const cJSON *choices = cJSON_GetObjectItemCaseSensitive(answer, "choices");
	const cJSON *message =
	        cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(choices, 0), "message");

	return json_string(message, "content", NULL);
}

static enum status take(const cJSON *list, struct arena *arena, struct span *wordings,
                        size_t *count)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, list) {
		const char *text = cJSON_IsString(item) ? item->valuestring : NULL;
		char *copy;

		if (!text || !text[0] || *count == ENDPOINT_WORDINGS_MOST)
			continue;
		copy = arena_copy(arena, span_of(text));
		if (!copy)
			return STATUS_NO_MEMORY;
		wordings[(*count)++] = span_of(copy);
	}
	return STATUS_OK;
}

enum status endpoint_read(struct span answer, struct arena *arena,
                          struct span wordings[ENDPOINT_WORDINGS_MOST], size_t *count,
                          const char **problem)
{
	const struct json_limits limits = { ENDPOINT_ANSWER_MOST, DEPTH_MOST };
	cJSON *outer = NULL, *list = NULL;
	const char *content = NULL;
	struct span inner = { NULL, 0 };
	enum status status = json_parse(&outer, answer, limits, NULL, NULL);

	*count = 0;
	*problem = "";
	if (status == STATUS_NO_MEMORY)
		return status;
	if (status == STATUS_OK)
		content = content_of(outer);
	if (content)
		inner = list_in(content);
	if (!content)
		*problem = N_("it is no answer to chat/completions (choices[0].message.content)");
	else if (!inner.ptr || json_parse(&list, inner, limits, NULL, NULL) != STATUS_OK)
		*problem = N_("it holds no JSON list of sentences");
	status = *problem[0] ? STATUS_INVALID : take(list, arena, wordings, count);
	if (status == STATUS_OK && *count == 0) {
		*problem = N_("its list holds no sentence");
		status = STATUS_INVALID;
	}
	cJSON_Delete(list);
	cJSON_Delete(outer);
	return status;
}
