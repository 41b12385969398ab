#include "service/groups/group_words.h"

#include <stdio.h>
#include <string.h>

static const char *const numbers[GROUP_OPTIONS_MOST] = {
	"1", "2", "3", "4", "5", "6", "7", "8", "9"
};

static void add_option(struct group_reply *reply, const char *label, const char *say)
{
	if (reply->option_count < GROUP_OPTIONS_MOST && label[0] != '\0')
		reply->options[reply->option_count++] = (struct group_option){ label, say };
}

static void read_options(struct group_reply *reply)
{
	const cJSON *choices = cJSON_GetObjectItemCaseSensitive(reply->object, "choices");
	const cJSON *next = cJSON_GetObjectItemCaseSensitive(reply->object, "next");
	const cJSON *options = cJSON_GetObjectItemCaseSensitive(next, "options");
	const bool asks = group_reply_is(reply, "ask");
	const cJSON *item;

	cJSON_ArrayForEach (item, choices) {
		if (reply->option_count < GROUP_OPTIONS_MOST)
			add_option(reply, json_string(item, "question", ""),
			           numbers[reply->option_count]);
	}
	if (reply->option_count > 0)
		return;
	cJSON_ArrayForEach (item, options) {
		const char *label = json_string(item, "label", "");

		if (reply->option_count < GROUP_OPTIONS_MOST)
			add_option(reply, label, asks ? numbers[reply->option_count] : label);
	}
}

static bool has_open_case(const cJSON *answer)
{
	const cJSON *cases = cJSON_GetObjectItemCaseSensitive(answer, "cases");
	const cJSON *item;

	cJSON_ArrayForEach (item, cases)
		if (strcmp(json_string(item, "verdict", ""), "unknown") == 0)
			return true;
	return false;
}

static void read_answers(struct group_reply *reply)
{
	const cJSON *answers = cJSON_GetObjectItemCaseSensitive(reply->object, "answers");
	size_t len = 0;
	const cJSON *item;

	cJSON_ArrayForEach (item, answers) {
		const char *entry = json_string(item, "entry", "");
		const cJSON *said = cJSON_GetObjectItemCaseSensitive(item, "said");
		const cJSON *confidence = cJSON_GetObjectItemCaseSensitive(item, "confidence");

		if (len == 0 && cJSON_IsNumber(confidence))
			reply->confidence = confidence->valuedouble;
		reply->open = reply->open || has_open_case(item);
		reply->begun = reply->begun || cJSON_GetArraySize(said) > 0;
		if (strcmp(json_string(item, "by", ""), "choice") == 0)
			reply->chosen = json_string(item, "question", "");
		if (entry[0] == '\0' || len + strlen(entry) + 2 > sizeof(reply->entries))
			continue;
		len += (size_t)snprintf(reply->entries + len, sizeof(reply->entries) - len, "%s%s",
		                        len > 0 ? " " : "", entry);
	}
}

enum status group_reply_read(struct span object, struct group_reply *out)
{
	const struct json_limits limits = { (size_t)4 << 20, 32 };
	enum status status;

	*out = (struct group_reply){ .outcome = "", .text = "", .receipt = "", .chosen = "" };
	status = json_parse(&out->object, object, limits, NULL, NULL);
	if (status != STATUS_OK)
		return status;
	out->outcome = json_string(out->object, "outcome", "");
	out->text = json_string(out->object, "text", "");
	out->receipt = json_string(out->object, "receipt", "");
	read_answers(out);
	read_options(out);
	return STATUS_OK;
}

void group_reply_release(struct group_reply *reply)
{
	cJSON_Delete(reply->object);
	*reply = (struct group_reply){ .outcome = "", .text = "", .receipt = "", .chosen = "" };
}

bool group_reply_is(const struct group_reply *reply, const char *outcome)
{
	return strcmp(reply->outcome, outcome) == 0;
}

bool group_reply_invites(const struct group_reply *reply)
{
	return reply->option_count > 0 ||
	       cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(reply->object, "next"));
}

static const char *line_start(const char *text, const char *at)
{
	while (at > text && at[-1] != '\n')
		at--;
	return at;
}

/* From where a case's line begins to behind the words of its advice; NULL: it is not there. */
static const char *find_case(const char *text, const char *from, const cJSON *item,
                             const char **end)
{
	const char *situation = json_string(item, "situation", "");
	const char *advice = json_string(item, "advice", "");
	const char *at = situation[0] ? strstr(from, situation) : NULL;

	if (!at)
		return NULL;
	*end = at + strlen(situation);
	if (advice[0]) {
		*end = strstr(*end, advice);
		if (!*end)
			return NULL;
		*end += strlen(advice);
	}
	return line_start(text, at);
}

bool group_reply_write_case(const struct group_reply *reply, struct buf *out)
{
	const cJSON *answers = cJSON_GetObjectItemCaseSensitive(reply->object, "answers");
	const cJSON *answer =
	        cJSON_GetArraySize(answers) == 1 ? cJSON_GetArrayItem(answers, 0) : NULL;
	const char *picked = json_string(answer, "case", "");
	const char *lead = json_string(answer, "answer", "");
	const char *text = reply->text, *from = text, *at, *end, *until = text;
	const cJSON *item;
	bool found = false;

	if (picked[0] == '\0' || strcmp(json_string(answer, "by", ""), "choice") != 0)
		return false;
	/* What introduces the cases introduces none. */
	if (lead[0]) {
		from = strstr(text, lead);
		if (!from)
			return false;
		until = from;
		from += strlen(lead);
	}
	cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(answer, "cases")) {
		at = find_case(text, from, item, &end);
		if (!at)
			return false;
		if (until == text)
			until = at;
		if (until > text && out->len == 0)
			buf_append(out, text, (size_t)(until - text));
		if (strcmp(json_string(item, "id", ""), picked) == 0) {
			buf_append(out, at, (size_t)(end - at));
			found = true;
		}
		from = end;
	}
	buf_append_text(out, from);
	return found && buf_status(out) == STATUS_OK;
}
