#include "engine/knowledge/knowledge_members.h"

#include <stdio.h>

#include "base/day.h"
#include "base/language.h"
#include "base/utf8.h"
#include "engine/knowledge/word_classes.h"

enum { EXPANDED_CEILING = 1 << 20, NAMED_CLASSES_CEILING = 4096 };

void check_length(const struct json_place *place, const char *field, const char *text, size_t most)
{
	size_t length = strlen(text) > most ? utf8_length(span_of(text)) : 0;

	if (length > most)
		json_fault(place, FAULT_ERROR, field,
		           "%zu characters are more than the %zu that are allowed", length, most);
}

const char *read_text(struct reader *reader, const struct json_place *place, const cJSON *object,
                      const char *name, size_t most)
{
	const char *text = json_string(object, name, "");

	check_length(place, name, text, most);
	return copy(reader, is_blank(text) ? "" : text);
}

const char *read_word(struct reader *reader, const struct json_place *place, const cJSON *object,
                      const char *name, size_t most)
{
	if (is_blank(json_string(object, name, "-")))
		json_fault(place, FAULT_ERROR, name, "must not be empty");
	return read_text(reader, place, object, name, most);
}

static bool is_control(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

const char *read_id(struct reader *reader, const struct json_place *place, const cJSON *object,
                    size_t bytes_most)
{
	const char *text = json_string(object, "id", "");
	struct span id = span_of(text);
	size_t offset = 0;

	if (cJSON_IsString(member(object, "id")) && is_blank(text)) {
		json_fault(place, FAULT_ERROR, "id", "must not be empty");
		return "";
	}
	if (id.len > bytes_most)
		json_fault(place, FAULT_ERROR, "id",
		           "%zu bytes are more than the %zu that are allowed", id.len, bytes_most);
	while (offset < id.len) {
		if (is_control(utf8_next(id, &offset))) {
			json_fault(place, FAULT_ERROR, "id",
			           "must not hold a line break or another control character");
			break;
		}
	}
	return copy(reader, text);
}

const cJSON *open_list(const struct json_place *place, const cJSON *object, const char *name,
                       size_t most, size_t *count)
{
	const cJSON *list = member(object, name);
	const cJSON *item;

	*count = 0;
	if (!cJSON_IsArray(list))
		return NULL;
	cJSON_ArrayForEach (item, list)
		*count += 1;
	if (*count <= most)
		return list->child;
	json_fault(place, FAULT_ERROR, name, "%zu items are more than the %zu that are allowed",
	           *count, most);
	*count = 0;
	return NULL;
}

/* The item's text, or NULL with a fault. */
static const char *item_text(const struct json_place *place, const cJSON *item, const char *name,
                             size_t index, size_t most)
{
	char field[FIELD_SIZE];

	snprintf(field, sizeof(field), "%s[%zu]", name, index);
	if (!cJSON_IsString(item)) {
		json_fault(place, FAULT_ERROR, field, "must be a string");
		return NULL;
	}
	if (is_blank(item->valuestring)) {
		json_fault(place, FAULT_ERROR, field, "must not be empty");
		return NULL;
	}
	check_length(place, field, item->valuestring, most);
	return item->valuestring;
}

struct strings read_strings(struct reader *reader, const struct json_place *place,
                            const cJSON *object, const char *name, size_t most, size_t length_most)
{
	struct strings strings = { 0 };
	size_t count;
	const cJSON *item = open_list(place, object, name, most, &count);
	const char **items = item ? give(reader, count, sizeof(*items)) : NULL;

	for (size_t i = 0; items && item; item = item->next, i++) {
		const char *text = item_text(place, item, name, i, length_most);

		if (text) {
			items[strings.count] = copy(reader, text);
			strings.count++;
		}
	}
	strings.items = items;
	return strings;
}

/* Adds a fault that names the existing classes. */
static void refuse_class(const struct reader *reader, const struct json_place *place,
                         const char *field, struct span name)
{
	struct buf known;

	buf_init(&known, NAMED_CLASSES_CEILING);
	for (size_t i = 0; i < reader->classes.count; i++)
		BUF_JOIN(&known, i > 0 ? ", " : "", reader->classes.items[i].name);
	json_fault(place, FAULT_ERROR, field,
	           "there is no word class <%.*s>; lexicon.json has %s; write \\< for the "
	           "character itself",
	           (int)name.len, name.ptr, buf_text(&known));
	buf_deinit(&known);
}

/* Expands the word classes; false with a fault or the reader's status. */
static bool expand(struct reader *reader, const struct json_place *place, const char *field,
                   const char *source, enum class_use use, struct buf *out)
{
	struct class_fault fault;

	if (word_classes_expand(&reader->classes, span_of(source), use, out, &fault) != STATUS_OK) {
		refuse_class(reader, place, field, fault.name);
		return false;
	}
	if (buf_status(out) == STATUS_LIMIT)
		json_fault(place, FAULT_ERROR, field, "is too long with its word classes put in");
	else if (buf_status(out) != STATUS_OK)
		reader->status = buf_status(out);
	return buf_status(out) == STATUS_OK;
}

const char *put_first_words(struct reader *reader, const struct json_place *place,
                            const char *field, const char *text)
{
	struct buf expanded;

	if (reader->classes.count == 0 || !strchr(text, '<'))
		return text;
	buf_init(&expanded, EXPANDED_CEILING);
	if (expand(reader, place, field, text, CLASS_IN_TEXT, &expanded))
		text = copy(reader, buf_text(&expanded));
	buf_deinit(&expanded);
	return text;
}

struct strings read_alternates(struct reader *reader, const struct json_place *place,
                               const cJSON *object, const char *name, struct strings *written)
{
	*written = read_strings(reader, place, object, name, LIST_MOST, QUESTION_MOST);
	const bool refer = written->count > 0 && reader->classes.count > 0;
	const char **items = refer ? give(reader, written->count, sizeof(*items)) : NULL;

	if (!items)
		return *written;
	for (size_t i = 0; i < written->count; i++) {
		char field[FIELD_SIZE];

		snprintf(field, sizeof(field), "%s[%zu]", name, i);
		items[i] = put_first_words(reader, place, field, written->items[i]);
	}
	return (struct strings){ items, written->count };
}

/* Compiles `expanded`, which was written as `source`; a fault tells the place in the latter. */
static enum status compile_pattern(struct reader *reader, const struct json_place *place,
                                   const char *field, const char *source, const char *expanded,
                                   struct pattern **out)
{
	struct pattern_fault fault;
	const enum status status = pattern_compile(expanded, &fault, out);

	const enum fault_level level = status == STATUS_OK ? FAULT_WARNING : FAULT_ERROR;
	size_t origin;

	if (status == STATUS_OK && !fault.doubtful)
		return status;
	origin = word_classes_origin(&reader->classes, span_of(source), fault.offset);
	if (fault.of_the_whole)
		json_fault(place, level, field, "%s", _(fault.reason));
	else
		json_fault(place, level, field,
		           fault.by_pcre2 ? N_("the expression is not well formed; PCRE2 says: %s "
		                               "(after character %zu)")
		                          : N_("%s (after character %zu)"),
		           fault.by_pcre2 ? fault.reason : _(fault.reason),
		           utf8_length((struct span){ source, origin }));
	return status;
}

/* Compiles a pattern, which the memory owns; NULL with a fault or the reader's status. */
static struct pattern *read_pattern(struct reader *reader, const struct json_place *place,
                                    const char *name, size_t index, const char *source)
{
	struct pattern_node *node = give(reader, 1, sizeof(*node));
	enum status status = STATUS_INVALID;
	char field[FIELD_SIZE];
	struct buf expanded;

	if (!node)
		return NULL;
	node->pattern = NULL;
	buf_init(&expanded, EXPANDED_CEILING);
	snprintf(field, sizeof(field), "%s[%zu]", name, index);
	if (expand(reader, place, field, source, CLASS_IN_PATTERN, &expanded))
		status = compile_pattern(reader, place, field, source, buf_text(&expanded),
		                         &node->pattern);
	if (status == STATUS_OK && strcmp(source, buf_text(&expanded)) != 0)
		status = pattern_written(node->pattern, source);
	buf_deinit(&expanded);
	if (status == STATUS_NO_MEMORY)
		reader->status = status;
	if (!node->pattern)
		return NULL;
	node->next = reader->memory->patterns;
	reader->memory->patterns = node;
	pattern_set_number(node->pattern, node->next ? pattern_number(node->next->pattern) + 1 : 0);
	return node->pattern;
}

struct pattern_list read_patterns(struct reader *reader, const struct json_place *place,
                                  const cJSON *object, const char *name)
{
	struct pattern_list list = { 0 };
	size_t count;
	const cJSON *item = open_list(place, object, name, PATTERNS_MOST, &count);
	struct pattern **items = item ? give(reader, count, sizeof(*items)) : NULL;

	for (size_t i = 0; items && item; item = item->next, i++) {
		const char *source = item_text(place, item, name, i, PATTERN_MOST);
		struct pattern *pattern =
		        source ? read_pattern(reader, place, name, i, source) : NULL;

		if (pattern) {
			items[list.count] = pattern;
			list.count++;
		}
	}
	list.items = items;
	return list;
}

const char *read_date(struct reader *reader, const struct json_place *place, const cJSON *object,
                      const char *name)
{
	const char *text = json_string(object, name, NULL);

	if (!text)
		return "";
	if (!day_valid(text))
		json_fault(place, FAULT_ERROR, name, "must be a date such as 2026-11-23");
	return copy(reader, text);
}
