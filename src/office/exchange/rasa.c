#include "office/exchange/rasa.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "engine/knowledge/read.h"
#include "engine/knowledge/table.h"
#include "office/exchange/exchange_text.h"

static const char utter[] = "utter_";

struct rasa {
	const struct rasa_taker *taker;
	struct arena *arena;
	enum status status;
	/* Responses by their names, whether one was taken, and the one of an intent by rules. */
	struct table names, ruled;
	const cJSON **responses;
	bool *used;
	size_t count;
};

static const cJSON *member(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

static void leave(struct rasa *rasa, enum rasa_loss loss, const char *text)
{
	rasa->taker->leave(rasa->taker->context, loss, text);
}

/*
 * Appends what begins with [ and holds no other one: of [text](entity) or [text]{...} the text and
 * what stands behind the mark, and all of it where the bracket is text.
 */
static void append_plain(struct buf *out, struct span part)
{
	const char *close = memchr(part.ptr, ']', part.len), *end = NULL;
	const char *stop = part.ptr + part.len;

	if (part.ptr[0] == '[' && close && close + 1 < stop && (close[1] == '(' || close[1] == '{'))
		end = memchr(close, close[1] == '(' ? ')' : '}', (size_t)(stop - close));
	if (!end) {
		buf_append(out, part.ptr, part.len);
		return;
	}
	buf_append(out, part.ptr + 1, (size_t)(close - part.ptr - 1));
	buf_append(out, end + 1, (size_t)(stop - end - 1));
}

/* The examples of an intent are a list in Markdown. */
static cJSON *examples_of(const char *examples)
{
	cJSON *list = cJSON_CreateArray();
	struct span rest = span_of(examples);

	while (list && rest.len > 0) {
		const char *stop = memchr(rest.ptr, '\n', rest.len);
		struct span line = { rest.ptr, stop ? (size_t)(stop - rest.ptr) : rest.len };
		struct buf plain;

		rest = (struct span){ rest.ptr + line.len, rest.len - line.len };
		(void)text_skip(&rest, "\n");
		text_skip_blanks(&line);
		(void)text_skip(&line, "-");
		text_skip_blanks(&line);
		buf_init(&plain, line.len + 1);
		line = text_drop_end(line);
		while (line.len > 0) {
			const char *next = memchr(line.ptr + 1, '[', line.len - 1);
			const size_t len = next ? (size_t)(next - line.ptr) : line.len;

			append_plain(&plain, (struct span){ line.ptr, len });
			line = (struct span){ line.ptr + len, line.len - len };
		}
		if (plain.len > 0)
			cJSON_AddItemToArray(list, cJSON_CreateString(buf_text(&plain)));
		buf_deinit(&plain);
	}
	return list;
}

/* ------------------------------------------------------------------ responses */

static void index_responses(struct rasa *rasa, const cJSON *responses)
{
	const size_t count = (size_t)cJSON_GetArraySize(responses);
	const cJSON *response;

	rasa->responses = arena_array(rasa->arena, count + 1, sizeof(*rasa->responses));
	rasa->used = arena_array(rasa->arena, count + 1, sizeof(*rasa->used));
	rasa->status = rasa->responses && rasa->used
	                       ? table_init(&rasa->names, rasa->arena, count + 1)
	                       : STATUS_NO_MEMORY;
	if (rasa->status != STATUS_OK)
		return;
	cJSON_ArrayForEach (response, responses) {
		if (!response->string)
			continue;
		(void)table_add(&rasa->names, response->string, rasa->count);
		rasa->responses[rasa->count] = response;
		rasa->used[rasa->count++] = false;
	}
}

/* An intent's first action that is a response, in rules or stories. */
static void index_steps(struct rasa *rasa, const cJSON *steps)
{
	const char *intent = "";
	const cJSON *step;

	cJSON_ArrayForEach (step, steps) {
		const char *action = json_string(step, "action", "");
		const int64_t at = table_find(&rasa->names, action);

		if (member(step, "intent"))
			intent = json_string(step, "intent", "");
		else if (intent[0] && at != TABLE_NONE) {
			(void)table_add(&rasa->ruled, intent, (size_t)at);
			intent = "";
		} else if (strcmp(action, "action_listen") != 0) {
			intent = "";
		}
	}
}

static void index_rules(struct rasa *rasa, const cJSON *document)
{
	const cJSON *lists[] = { member(document, "rules"), member(document, "stories") };
	const cJSON *rule;
	size_t steps = 1;

	for (size_t i = 0; i < 2; i++)
		cJSON_ArrayForEach (rule, lists[i])
			steps += (size_t)cJSON_GetArraySize(member(rule, "steps"));
	if (rasa->status == STATUS_OK)
		rasa->status = table_init(&rasa->ruled, rasa->arena, steps);
	for (size_t i = 0; i < 2 && rasa->status == STATUS_OK; i++)
		cJSON_ArrayForEach (rule, lists[i])
			index_steps(rasa, member(rule, "steps"));
}

static int64_t response_of(struct rasa *rasa, const char *intent)
{
	const char *slash = strrchr(intent, '/');
	const char *names[2] = { intent, slash ? slash + 1 : intent };

	for (size_t i = 0; i < 2; i++) {
		const char *name = arena_format(rasa->arena, "%s%s", utter, names[i]);
		const int64_t at = name ? table_find(&rasa->names, name) : TABLE_NONE;

		if (!name)
			rasa->status = STATUS_NO_MEMORY;
		if (at != TABLE_NONE)
			return at;
	}
	return table_find(&rasa->ruled, intent);
}

/* Buttons and the like are lists of objects, pictures addresses. */
static void leave_extras(struct rasa *rasa, const cJSON *variant)
{
	const cJSON *part, *button;

	cJSON_ArrayForEach (part, variant) {
		if (!part->string || strcmp(part->string, "text") == 0)
			continue;
		if (cJSON_IsString(part))
			leave(rasa, RASA_EXTRA, part->valuestring);
		else
			cJSON_ArrayForEach (button, part)
				leave(rasa, RASA_EXTRA, json_string(button, "title", part->string));
	}
}

/* The first text of the response without the line feed that a block of YAML ends with. */
static const char *text_of(struct rasa *rasa, const cJSON *response)
{
	const char *text = NULL, *copy;
	const cJSON *variant;
	struct span rest;

	cJSON_ArrayForEach (variant, response)
		if (!text && json_string(variant, "text", "")[0])
			text = json_string(variant, "text", "");
	if (!text)
		return NULL;
	rest = span_of(text);
	while (rest.len > 0 && rest.ptr[rest.len - 1] == '\n')
		rest.len--;
	copy = arena_copy(rasa->arena, rest);
	if (!copy)
		rasa->status = STATUS_NO_MEMORY;
	return copy;
}

static void leave_rest(struct rasa *rasa, const cJSON *response)
{
	const cJSON *variant;
	bool first = true;

	cJSON_ArrayForEach (variant, response) {
		const char *text = json_string(variant, "text", "");

		if (text[0] && !first)
			leave(rasa, RASA_VARIANT, text);
		first = first && !text[0];
		leave_extras(rasa, variant);
	}
}

/* ------------------------------------------------------------------ intents */

static void read_intent(struct rasa *rasa, const cJSON *item)
{
	const char *intent = json_string(item, "intent", "");
	const int64_t at = response_of(rasa, intent);
	const char *answer = at != TABLE_NONE ? text_of(rasa, rasa->responses[at]) : NULL;
	cJSON *examples = examples_of(json_string(item, "examples", ""));

	if (!examples) {
		rasa->status = STATUS_NO_MEMORY;
	} else if (!answer || !examples->child) {
		leave(rasa, RASA_INTENT, intent);
		cJSON_Delete(examples);
	} else {
		if (!rasa->used[at])
			leave_rest(rasa, rasa->responses[at]);
		rasa->used[at] = true;
		rasa->taker->take(rasa->taker->context, intent, examples, answer);
	}
}

enum status rasa_read(const cJSON *document, struct arena *arena, const struct rasa_taker *taker)
{
	struct rasa rasa = { .taker = taker, .arena = arena };
	const cJSON *item;

	index_responses(&rasa, member(document, "responses"));
	index_rules(&rasa, document);
	cJSON_ArrayForEach (item, member(document, "nlu")) {
		if (rasa.status != STATUS_OK)
			break;
		if (json_string(item, "intent", "")[0])
			read_intent(&rasa, item);
		else if (cJSON_IsObject(item) && cJSON_IsString(item->child))
			leave(&rasa, RASA_PART, item->child->valuestring);
	}
	for (size_t i = 0; i < rasa.count && rasa.status == STATUS_OK; i++) {
		const char *text = rasa.used[i] ? NULL : text_of(&rasa, rasa.responses[i]);

		if (!rasa.used[i])
			leave(&rasa, RASA_RESPONSE, text ? text : rasa.responses[i]->string);
	}
	return rasa.status;
}
