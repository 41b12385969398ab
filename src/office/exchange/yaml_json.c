#include "office/exchange/yaml_json.h"

#include <stdbool.h>
#include <string.h>

#include <yaml.h>

enum { DEPTH_MOST = 32 };

struct yaml_reader {
	yaml_parser_t parser;
	const char *file;
	struct faults *faults;
	enum status status;
};

static void refuse(struct yaml_reader *reader, const yaml_mark_t *mark, const char *reason)
{
	reader->status = STATUS_INVALID;
	faults_add(reader->faults, FAULT_ERROR, reader->file, (unsigned)mark->line + 1, NULL, "%s",
	           reason);
}

static bool next_event(struct yaml_reader *reader, yaml_event_t *event)
{
	if (yaml_parser_parse(&reader->parser, event))
		return true;
	if (reader->parser.error == YAML_MEMORY_ERROR) {
		reader->status = STATUS_NO_MEMORY;
		return false;
	}
	refuse(reader, &reader->parser.problem_mark, "no YAML");
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

/* The members up to the end of a mapping. */
static void read_mapping(struct yaml_reader *reader, cJSON *object, int depth)
{
	yaml_event_t key, event;

	while (reader->status == STATUS_OK && next_event(reader, &key)) {
		cJSON *value = NULL;

		if (key.type == YAML_MAPPING_END_EVENT) {
			yaml_event_delete(&key);
			return;
		}
		if (key.type != YAML_SCALAR_EVENT)
			refuse(reader, &key.start_mark, "a key must be a text");
		else if (next_event(reader, &event)) {
			value = value_of(reader, &event, depth);
			yaml_event_delete(&event);
		}
		if (value &&
		    (cJSON_HasObjectItem(object, (const char *)key.data.scalar.value) ||
		     !cJSON_AddItemToObject(object, (const char *)key.data.scalar.value, value)))
			cJSON_Delete(value);
		yaml_event_delete(&key);
	}
}

static cJSON *value_of(struct yaml_reader *reader, yaml_event_t *event, int depth)
{
	cJSON *value = NULL;

	if (depth > DEPTH_MOST || event->type == YAML_ALIAS_EVENT ||
	    (event->type == YAML_SCALAR_EVENT && event->data.scalar.anchor) ||
	    (event->type == YAML_SEQUENCE_START_EVENT && event->data.sequence_start.anchor) ||
	    (event->type == YAML_MAPPING_START_EVENT && event->data.mapping_start.anchor)) {
		refuse(reader, &event->start_mark,
		       depth > DEPTH_MOST ? "nested too deep" : "anchors and aliases are not read");
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
