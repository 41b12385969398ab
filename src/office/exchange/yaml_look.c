#include "office/exchange/yaml_look.h"

#include <string.h>
#include <strings.h>

#include "base/fault.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/heads.h"
#include "office/exchange/yaml_json.h"

bool yaml_is_named(const char *file)
{
	const char *dot = strrchr(file, '.');

	return dot && (strcasecmp(dot, ".yaml") == 0 || strcasecmp(dot, ".yml") == 0);
}

static bool is_answer(enum column column)
{
	return column == COLUMN_ANSWER || column == COLUMN_CONTENT;
}

/* The head before the colon of a line such as "  - 问题: …". */
static enum column head_of_line(struct span line)
{
	const char *colon;

	line = text_trim(line);
	while (line.len > 1 && line.ptr[0] == '-' && line.ptr[1] == ' ')
		line = text_trim((struct span){ line.ptr + 1, line.len - 1 });
	colon = line.len > 0 ? memchr(line.ptr, ':', line.len) : NULL;
	if (!colon)
		return COLUMN_UNKNOWN;
	line.len = (size_t)(colon - line.ptr);
	if (line.len >= 2 && strchr("\"'", line.ptr[0]) && line.ptr[line.len - 1] == line.ptr[0])
		line = (struct span){ line.ptr + 1, line.len - 2 };
	return head_read(line);
}

/* Whether its lines name both; a text that does not is not parsed. */
static bool names_both(struct span text)
{
	bool question = false, answer = false;

	while (text.len > 0 && !(question && answer)) {
		const char *stop = memchr(text.ptr, '\n', text.len);
		const size_t len = stop ? (size_t)(stop - text.ptr) : text.len;
		const enum column column = head_of_line((struct span){ text.ptr, len });

		question |= column == COLUMN_QUESTION || column == COLUMN_TITLE;
		answer |= is_answer(column);
		text = (struct span){ text.ptr + len, text.len - len };
		(void)text_skip(&text, "\n");
	}
	return question && answer;
}

static bool is_entry(const cJSON *object)
{
	bool question = false, answer = false;
	const cJSON *member;

	cJSON_ArrayForEach (member, object) {
		const enum column column = head_read(span_of(member->string));

		question |= column == COLUMN_QUESTION || column == COLUMN_TITLE;
		answer |= is_answer(column);
	}
	return question && answer;
}

/* yaml_read() bounds the depth. */
static bool holds_entries(const cJSON *value)
{
	const cJSON *item;

	if (!cJSON_IsArray(value) && !cJSON_IsObject(value))
		return false;
	cJSON_ArrayForEach (item, value)
		if ((cJSON_IsArray(value) && cJSON_IsObject(item) && is_entry(item)) ||
		    holds_entries(item))
			return true;
	return false;
}

/* NULL: no YAML, or no memory. */
static cJSON *parse(struct span text, enum status *status)
{
	struct faults *faults = NULL;
	cJSON *value = NULL;
	enum status read = faults_create(&faults);

	if (read == STATUS_OK)
		read = yaml_read(text, "", faults, &value);
	if (read != STATUS_OK && read != STATUS_INVALID)
		*status = read;
	faults_destroy(faults);
	return value;
}

bool yaml_lists_entries(struct span text, enum status *status)
{
	cJSON *value = names_both(text) ? parse(text, status) : NULL;
	const bool found = value && holds_entries(value);

	cJSON_Delete(value);
	return found;
}

bool yaml_is_plain(struct span text, enum status *status)
{
	cJSON *value = parse(text, status);
	const bool plain = cJSON_IsString(value);

	cJSON_Delete(value);
	return plain;
}
