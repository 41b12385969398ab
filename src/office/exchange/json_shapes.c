#include "office/exchange/json_shapes.h"

#include <string.h>

#include "base/buf.h"
#include "office/exchange/document_marks.h"
#include "office/exchange/foreign.h"

enum {
	NAMES_LEAST = 3,        /* that are questions */
	ANSWER_BYTES = 8 << 20, /* more than a whole document has */
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

enum turn { TURN_ASKS, TURN_ANSWERS, TURN_OTHER };

static enum turn turn_of(const cJSON *turn, const char **said)
{
	static const char *const askers[] = { "user", "human", "customer", "用户", NULL };
	static const char *const answerers[] = { "assistant", "gpt", "bot", "agent", "客服", NULL };
	const char *role = text_of(turn, "role");

	role = role ? role : text_of(turn, "from");
	*said = text_of(turn, "content");
	*said = *said ? *said : text_of(turn, "value");
	if (!*said || !**said)
		return TURN_OTHER;
	return is_one(role, askers)      ? TURN_ASKS
	       : is_one(role, answerers) ? TURN_ANSWERS
	                                 : TURN_OTHER;
}

static bool is_talk(const cJSON *list)
{
	const cJSON *turn;
	const char *said;
	bool asked = false;

	cJSON_ArrayForEach (turn, list) {
		const enum turn kind = turn_of(turn, &said);

		if (asked && kind == TURN_ANSWERS)
			return true;
		asked |= kind == TURN_ASKS;
	}
	return false;
}

/* What was asked last goes with its answers, if there are any. */
static void end_pair(const struct json_taker *taker, const char *question, struct buf *answer)
{
	if (question && answer->len > 0)
		taker->take(taker->context, question, buf_text(answer));
	else if (question)
		taker->leave(taker->context, question);
	buf_clear(answer);
}

/* Each turn of who asks, with the turns of who answers up to the next one. */
static bool read_talk(const cJSON *list, const struct json_taker *taker)
{
	const char *question = NULL, *said;
	const cJSON *turn;
	struct buf answer;

	if (!is_talk(list))
		return false;
	buf_init(&answer, ANSWER_BYTES);
	cJSON_ArrayForEach (turn, list) {
		const enum turn kind = turn_of(turn, &said);

		if (kind == TURN_ASKS) {
			end_pair(taker, question, &answer);
			question = said;
		} else if (kind == TURN_ANSWERS && question) {
			buf_append_text(&answer, answer.len > 0 ? "\n" : "");
			buf_append_text(&answer, said);
		} else if (said && *said) {
			taker->leave(taker->context, said);
		}
	}
	if (buf_status(&answer) != STATUS_OK)
		*taker->status = buf_status(&answer);
	else
		end_pair(taker, question, &answer);
	buf_deinit(&answer);
	return true;
}

static bool read_named(const cJSON *object, const struct json_taker *taker)
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
		taker->take(taker->context, member->string, member->valuestring);
	return true;
}

/* The input is the question where it asks and the instruction does not; else they are one. */
static bool read_instruction(const cJSON *value, const struct json_taker *taker)
{
	const char *instruction = text_of(value, "instruction");
	const char *input = text_of(value, "input"), *answer = text_of(value, "output");
	struct buf both;

	if (!instruction || !answer)
		return false;
	input = input ? input : "";
	if (foreign_title(instruction, input) == input) {
		taker->take(taker->context, input, answer);
		if (instruction[0])
			taker->leave_instruction(taker->context, instruction);
		return true;
	}
	buf_init(&both, ANSWER_BYTES);
	buf_append_format(&both, "%s%s%s", instruction, input[0] ? " " : "", input);
	if (buf_status(&both) == STATUS_OK)
		taker->take(taker->context, buf_text(&both), answer);
	else
		*taker->status = buf_status(&both);
	buf_deinit(&both);
	return true;
}

bool json_shape_read(const cJSON *value, const struct json_taker *taker)
{
	static const char *const talks[] = { "messages", "conversations", "conversation", NULL };
	const char *question, *answer;

	if (!cJSON_IsObject(value))
		return false;
	for (size_t i = 0; talks[i]; i++) {
		const cJSON *list = cJSON_GetObjectItemCaseSensitive(value, talks[i]);

		if (cJSON_IsArray(list) && read_talk(list, taker))
			return true;
	}
	if (read_instruction(value, taker))
		return true;
	question = text_of(value, "name");
	answer = text_of(cJSON_GetObjectItemCaseSensitive(value, "acceptedAnswer"), "text");
	if (question && answer) {
		taker->take(taker->context, question, answer);
		return true;
	}
	return read_named(value, taker);
}
