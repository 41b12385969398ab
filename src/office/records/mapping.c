#include "office/records/mapping.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/json.h"
#include "engine/facts/facts.h"

enum {
	MAPPING_BYTES_MOST = 256 << 10,
	MAPPING_MEMORY_MOST = 1 << 20,
	MAPPING_DEPTH_MOST = 4,
	SELECT_MOST = 16 << 10,
};

struct record_mapping {
	struct arena *arena;
	const char *statements[RELATIONS_MOST];
	const char *finds[RECORD_FIND_COUNT];
};

static const struct {
	const char *name;
	size_t values;
} finds[RECORD_FIND_COUNT] = {
	[RECORD_FIND_CERTIFICATE] = { "certificate_number", 1 },
	[RECORD_FIND_COMPANY] = { "name_company", 2 },
};

const char *record_find_name(enum record_find find)
{
	assert((unsigned)find < RECORD_FIND_COUNT);
	return finds[find].name;
}

size_t record_find_values(enum record_find find)
{
	assert((unsigned)find < RECORD_FIND_COUNT);
	return finds[find].values;
}

/*
 * In a FROM clause no other statement fits, nor a second one, nor (in PostgreSQL) a WITH that
 * writes. The line breaks keep a comment at the end of a SELECT from taking the rest with it.
 */
static enum status set_select(struct record_mapping *mapping, size_t relation, struct span select)
{
	assert(relation >= RELATION_RECORDED);
	assert(relation < RELATIONS_MOST);
	assert(!mapping->statements[relation]); /* JSON has no member twice */
	mapping->statements[relation] =
	        arena_format(mapping->arena, "SELECT * FROM (\n%.*s\n) AS relation LIMIT %d",
	                     SPAN_ARGS(select), FACTS_ROWS_MOST + 1);
	return mapping->statements[relation] ? STATUS_OK : STATUS_NO_MEMORY;
}

/* As set_select(); several rows of one person count as one of those that are found. */
static enum status set_find(struct record_mapping *mapping, enum record_find find,
                            struct span select)
{
	mapping->finds[find] =
	        arena_format(mapping->arena, "SELECT DISTINCT * FROM (\n%.*s\n) AS found LIMIT %d",
	                     SPAN_ARGS(select), RECORD_FOUND_MOST + 1);
	return mapping->finds[find] ? STATUS_OK : STATUS_NO_MEMORY;
}

static bool has_column(const struct relations *relations, const char *relation, const char *column)
{
	const size_t at = relation_named(relations, span_of(relation));
	if (at < RELATION_RECORDED || at == relations_count(relations))
		return false;
	const struct relation_shape *shape = relation_shape(relations, at);
	return column_named(shape, span_of(column)) < shape->column_count;
}

/* Looks people up in the office's own relations, if these have the columns that it needs. */
static enum status find_in_own_tables(struct record_mapping *mapping,
                                      const struct relations *relations, const char *parameter)
{
	const char sign = parameter[0];
	enum status status = STATUS_OK;
	struct buf select;
	buf_init(&select, SELECT_MOST);
	if (has_column(relations, "certificate", "number") &&
	    has_column(relations, "certificate", "employer")) {
		buf_append_format(&select,
		                  "SELECT " RELATION_KEY ", NULL AS name, employer FROM certificate"
		                  " WHERE replace(replace(number, '(', '（'), ')', '）') = %c1",
		                  sign);
		status = set_find(mapping, RECORD_FIND_CERTIFICATE, buf_span(&select));
		buf_clear(&select);
		if (status == STATUS_OK && has_column(relations, "applicant", "name")) {
			buf_append_format(&select,
			                  "SELECT a." RELATION_KEY
			                  ", a.name, c.employer FROM applicant a JOIN certificate c"
			                  " ON c." RELATION_KEY " = a." RELATION_KEY
			                  " WHERE a.name = %c1 AND c.employer = %c2",
			                  sign, sign);
			status = set_find(mapping, RECORD_FIND_COMPANY, buf_span(&select));
		}
	}
	if (status == STATUS_OK)
		status = buf_status(&select);
	buf_deinit(&select);
	return status;
}

static enum status use_own_tables(struct record_mapping *mapping, const struct relations *relations,
                                  const char *parameter)
{
	struct buf select;
	enum status status = STATUS_OK;
	buf_init(&select, SELECT_MOST);
	for (size_t r = RELATION_RECORDED; r < relations_count(relations) && status == STATUS_OK;
	     r++) {
		const struct relation_shape *shape = relation_shape(relations, r);
		buf_clear(&select);
		for (size_t i = 0; i < shape->column_count; i++)
			buf_append_format(&select, "%s%s", i ? ", " : "SELECT ",
			                  shape->columns[i].name);
		buf_append_format(&select, " FROM %s WHERE " RELATION_KEY " = %s", shape->name,
		                  parameter);
		status = buf_status(&select);
		if (status == STATUS_OK)
			status = set_select(mapping, r, buf_span(&select));
	}
	buf_deinit(&select);
	return status == STATUS_OK ? find_in_own_tables(mapping, relations, parameter) : status;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Without the blanks and semicolons that a SELECT copied from a console ends with. */
static struct span trimmed(const char *text)
{
	struct span select = span_of(text);
	while (select.len && is_blank(select.ptr[0]))
		select = (struct span){ select.ptr + 1, select.len - 1 };
	while (select.len &&
	       (is_blank(select.ptr[select.len - 1]) || select.ptr[select.len - 1] == ';'))
		select.len--;
	return select;
}

/* The SELECT of a member; empty, with a fault, where it has none that can be used. */
static struct span read_select(const struct json_place *place, const cJSON *item)
{
	const struct span select =
	        cJSON_IsString(item) ? trimmed(item->valuestring) : (struct span){ NULL, 0 };
	if (!select.len)
		json_fault(place, FAULT_ERROR, item->string,
		           "must be a SELECT, or null where the relation is not known");
	else if (select.len > SELECT_MOST)
		json_fault(place, FAULT_ERROR, item->string, "%zu bytes are more than %d",
		           select.len, SELECT_MOST);
	return select.len > SELECT_MOST ? (struct span){ NULL, 0 } : select;
}

static enum status take_relation(struct record_mapping *mapping, const struct relations *relations,
                                 const struct json_place *place, const cJSON *item)
{
	const size_t relation = relation_named(relations, span_of(item->string));
	if (relation < RELATION_RECORDED || relation == relations_count(relations)) {
		json_fault(place, FAULT_ERROR, item->string,
		           "there is no such relation in a record");
		return STATUS_INVALID;
	}
	if (cJSON_IsNull(item))
		return STATUS_OK;
	const struct span select = read_select(place, item);
	return select.len ? set_select(mapping, relation, select) : STATUS_INVALID;
}

static enum status take_find(struct record_mapping *mapping, const struct json_place *place,
                             const cJSON *item)
{
	size_t find = 0;
	while (find < RECORD_FIND_COUNT && strcmp(finds[find].name, item->string) != 0)
		find++;
	if (find == RECORD_FIND_COUNT) {
		json_fault(place, FAULT_ERROR, item->string,
		           "must be certificate_number or name_company");
		return STATUS_INVALID;
	}
	if (cJSON_IsNull(item))
		return STATUS_OK;
	const struct span select = read_select(place, item);
	return select.len ? set_find(mapping, (enum record_find)find, select) : STATUS_INVALID;
}

static enum status take_file(struct record_mapping *mapping, const struct relations *relations,
                             const cJSON *root, const char *file, struct faults *faults)
{
	static const struct json_member members[] = {
		{ "$schema", JSON_STRING, false, false },
		{ "relations", JSON_OBJECT, true, false },
		{ "find", JSON_OBJECT, false, false },
	};
	const struct json_place top = { file, 0, "", faults };
	const struct json_place place = { file, 0, "relations", faults };
	const struct json_place find = { file, 0, "find", faults };
	enum status status =
	        json_check_object(root, members, sizeof(members) / sizeof(members[0]), &top);
	if (status != STATUS_OK)
		return status;
	const cJSON *item;
	cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(root, "relations")) {
		const enum status taken = take_relation(mapping, relations, &place, item);
		if (status == STATUS_OK || taken == STATUS_NO_MEMORY)
			status = taken;
	}
	cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(root, "find")) {
		const enum status taken = take_find(mapping, &find, item);
		if (status == STATUS_OK || taken == STATUS_NO_MEMORY)
			status = taken;
	}
	return status;
}

static enum status read_file(struct record_mapping *mapping, const struct relations *relations,
                             const char *file, struct faults *faults)
{
	const struct json_limits limits = { MAPPING_BYTES_MOST, MAPPING_DEPTH_MOST };
	struct buf text;
	cJSON *root = NULL;
	buf_init(&text, MAPPING_BYTES_MOST);
	enum status status = file_read(file, &text);
	if (status != STATUS_OK)
		faults_add(faults, FAULT_ERROR, file, 0, NULL, "%s", file_failure(status));
	else
		status = json_parse(&root, buf_span(&text), limits, file, faults);
	if (status == STATUS_OK)
		status = take_file(mapping, relations, root, file, faults);
	cJSON_Delete(root);
	buf_deinit(&text);
	return status;
}

enum status record_mapping_read(struct record_mapping **out, const struct relations *relations,
                                const char *file, const char *parameter, struct faults *faults)
{
	struct record_mapping *mapping = calloc(1, sizeof(*mapping));
	if (!mapping)
		return STATUS_NO_MEMORY;
	enum status status = arena_create(&mapping->arena, MAPPING_MEMORY_MOST);
	if (status == STATUS_OK)
		status = file && *file ? read_file(mapping, relations, file, faults)
		                       : use_own_tables(mapping, relations, parameter);
	if (status != STATUS_OK) {
		record_mapping_destroy(mapping);
		return status;
	}
	*out = mapping;
	return STATUS_OK;
}

void record_mapping_destroy(struct record_mapping *mapping)
{
	if (!mapping)
		return;
	arena_destroy(mapping->arena);
	free(mapping);
}

const char *record_mapping_statement(const struct record_mapping *mapping, size_t relation)
{
	return mapping->statements[relation];
}

const char *record_mapping_find(const struct record_mapping *mapping, enum record_find find)
{
	assert((unsigned)find < RECORD_FIND_COUNT);
	return mapping->finds[find];
}
