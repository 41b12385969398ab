#include "office/exchange/yaml_json.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "base/language.h"

enum {
	DEPTH_MOST = 32,
	VALUES_MOST = 250000,
	BYTES_MOST = 4 << 20, /* as of JSON that is no object a line */
};

struct yaml_reader {
	yaml_parser_t parser;
	const char *file;
	struct faults *faults;
	enum status status;
	size_t values;
};

static void refuse(struct yaml_reader *reader, const yaml_mark_t *mark, const char *reason)
{
	reader->status = STATUS_INVALID;
	faults_add(reader->faults, FAULT_ERROR, reader->file, (unsigned)mark->line + 1, NULL, "%s",
	           _(reason));
}

static bool next_event(struct yaml_reader *reader, yaml_event_t *event)
{
	if (yaml_parser_parse(&reader->parser, event))
		return true;
	if (reader->parser.error == YAML_MEMORY_ERROR) {
		reader->status = STATUS_NO_MEMORY;
		return false;
	}
	refuse(reader, &reader->parser.problem_mark, N_("no YAML"));
	return false;
}

static cJSON *scalar_of(const yaml_event_t *event)
{
	return cJSON_CreateString((const char *)event->data.scalar.value);
}

static cJSON *value_of(struct yaml_reader *reader, yaml_event_t *event, int depth);

/* The items up to the end of a sequence. */
static void read_sequence(struct yaml_reader *reader, cJSON *list, int depth)
{
	yaml_event_t event;

	while (reader->status == STATUS_OK && next_event(reader, &event)) {
		const bool end = event.type == YAML_SEQUENCE_END_EVENT;
		cJSON *value = end ? NULL : value_of(reader, &event, depth);

		yaml_event_delete(&event);
		if (end)
			return;
		if (!value || !cJSON_AddItemToArray(list, value))
			cJSON_Delete(value);
	}
}

static int by_name(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* A key that stands twice. */
static void refuse_twice(struct yaml_reader *reader, const cJSON *object, const yaml_mark_t *mark)
{
	const size_t count = (size_t)cJSON_GetArraySize(object);
	const char **names = count > 1 ? malloc(count * sizeof(*names)) : NULL;
	const cJSON *member;
	size_t at = 0;

	if (count < 2)
		return;
	if (!names) {
		reader->status = STATUS_NO_MEMORY;
		return;
	}
	cJSON_ArrayForEach (member, object)
		names[at++] = member->string;
	qsort(names, count, sizeof(*names), by_name);
	for (at = 1; at < count; at++)
		if (strcmp(names[at - 1], names[at]) == 0)
			break;
	if (at < count)
		faults_add(reader->faults, FAULT_ERROR, reader->file, (unsigned)mark->line + 1,
		           names[at], "%s", _("stands twice in one object"));
	if (at < count)
		reader->status = STATUS_INVALID;
	free(names);
}

/* The members up to the end of a mapping. */
static void read_mapping(struct yaml_reader *reader, cJSON *object, int depth)
{
	yaml_event_t key, event;

	while (reader->status == STATUS_OK && next_event(reader, &key)) {
		cJSON *value = NULL;

		if (key.type == YAML_MAPPING_END_EVENT) {
			refuse_twice(reader, object, &key.start_mark);
			yaml_event_delete(&key);
			return;
		}
		if (key.type != YAML_SCALAR_EVENT)
			refuse(reader, &key.start_mark, N_("a key must be a text"));
		else if (next_event(reader, &event)) {
			value = value_of(reader, &event, depth);
			yaml_event_delete(&event);
		}
		if (value &&
		    !cJSON_AddItemToObject(object, (const char *)key.data.scalar.value, value)) {
			cJSON_Delete(value);
			reader->status = STATUS_NO_MEMORY;
		}
		yaml_event_delete(&key);
	}
}

static bool is_anchored(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return event->data.scalar.anchor;
	case YAML_SEQUENCE_START_EVENT:
		return event->data.sequence_start.anchor;
	case YAML_MAPPING_START_EVENT:
		return event->data.mapping_start.anchor;
	default:
		return event->type == YAML_ALIAS_EVENT;
	}
}

static cJSON *value_of(struct yaml_reader *reader, yaml_event_t *event, int depth)
{
	cJSON *value = NULL;

	if (++reader->values > VALUES_MOST) {
		refuse(reader, &event->start_mark, N_("has more values than an FAQ: split it"));
		return NULL;
	}
	if (depth > DEPTH_MOST || is_anchored(event)) {
		refuse(reader, &event->start_mark,
		       depth > DEPTH_MOST ? N_("nested too deep")
		                          : N_("anchors and aliases are not read"));
		return NULL;
	}
	if (event->type == YAML_SCALAR_EVENT) {
		value = scalar_of(event);
	} else if (event->type == YAML_SEQUENCE_START_EVENT) {
		value = cJSON_CreateArray();
		read_sequence(reader, value, depth + 1);
	} else if (event->type == YAML_MAPPING_START_EVENT) {
		value = cJSON_CreateObject();
		read_mapping(reader, value, depth + 1);
	}
	if (!value && reader->status == STATUS_OK)
		reader->status = STATUS_NO_MEMORY;
	return value;
}

static cJSON *read_first(struct yaml_reader *reader)
{
	yaml_event_t event;
	cJSON *value = NULL;
	bool more = true;

	while (more && reader->status == STATUS_OK && next_event(reader, &event)) {
		more = event.type == YAML_STREAM_START_EVENT ||
		       event.type == YAML_DOCUMENT_START_EVENT;
		if (!more && event.type != YAML_STREAM_END_EVENT)
			value = value_of(reader, &event, 0);
		yaml_event_delete(&event);
	}
	return value;
}

enum status yaml_read(struct span input, const char *file, struct faults *faults, cJSON **out)
{
	struct yaml_reader reader = { .file = file, .faults = faults };

	*out = NULL;
	if (input.len > BYTES_MOST) {
		faults_add(faults, FAULT_ERROR, file, 0, NULL,
		           _("%zu bytes are more than the %zu that are allowed"), input.len,
		           (size_t)BYTES_MOST);
		return STATUS_INVALID;
	}
	if (!yaml_parser_initialize(&reader.parser))
		return STATUS_NO_MEMORY;
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser, (const unsigned char *)input.ptr, input.len);
	*out = read_first(&reader);
	yaml_parser_delete(&reader.parser);
	if (reader.status != STATUS_OK) {
		cJSON_Delete(*out);
		*out = NULL;
	}
	return reader.status;
}
