#include "engine/facts/facts.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/language.h"
#include "base/number.h"

enum {
	FACTS_BYTES_MOST = 8 << 20,
	JSON_DEPTH_MOST = 4,
	PATH_SIZE = 96,
	REASON_CEILING = 8192,
};
static const double NUMBER_MOST = 999999999999999;

struct row {
	const char *values[RELATION_COLUMNS_MOST];
};

struct facts {
	struct arena *arena;
	struct relations *relations;
	struct {
		bool present;
		struct row *rows; /* from the arena; a larger array replaces a full one */
		size_t count, capacity;
	} tables[RELATIONS_MOST];
};

enum status facts_create(struct relations *relations, struct facts **out)
{
	struct facts *facts = calloc(1, sizeof(*facts));
	*out = facts;
	if (!facts)
		return STATUS_NO_MEMORY;
	const enum status status = arena_create(&facts->arena, FACTS_BYTES_MOST);
	if (status != STATUS_OK) {
		free(facts);
		*out = NULL;
		return status;
	}
	facts->relations = relations_keep(relations);
	return STATUS_OK;
}

void facts_destroy(struct facts *facts)
{
	if (!facts)
		return;
	arena_destroy(facts->arena);
	relations_release(facts->relations);
	free(facts);
}

struct relations *facts_relations(const struct facts *facts)
{
	return facts->relations;
}

void facts_open(struct facts *facts, size_t relation)
{
	assert(relation < relations_count(facts->relations));
	facts->tables[relation].present = true;
	facts->tables[relation].count = 0;
}

void facts_forget(struct facts *facts, size_t relation)
{
	assert(relation < relations_count(facts->relations));
	facts->tables[relation].present = false;
	facts->tables[relation].count = 0;
}

static enum status make_room(struct facts *facts, size_t relation)
{
	const size_t count = facts->tables[relation].count;
	assert(count <= facts->tables[relation].capacity);
	assert(count <= relation_shape(facts->relations, relation)->rows_most);
	if (count == relation_shape(facts->relations, relation)->rows_most)
		return STATUS_LIMIT;
	if (count < facts->tables[relation].capacity)
		return STATUS_OK;
	const size_t capacity = count ? 2 * count : 4;
	struct row *rows = arena_array(facts->arena, capacity, sizeof(*rows));
	if (!rows)
		return STATUS_NO_MEMORY;
	if (count)
		memcpy(rows, facts->tables[relation].rows, count * sizeof(*rows));
	facts->tables[relation].rows = rows;
	facts->tables[relation].capacity = capacity;
	assert(count < capacity);
	return STATUS_OK;
}

enum status facts_add_row(struct facts *facts, size_t relation, const char *const *values)
{
	const struct relation_shape *shape = relation_shape(facts->relations, relation);
	assert(shape->column_count <= RELATION_COLUMNS_MOST);
	const enum status status = make_room(facts, relation);
	if (status != STATUS_OK)
		return status;
	struct row *row = &facts->tables[relation].rows[facts->tables[relation].count];
	*row = (struct row){ { NULL } };
	for (size_t i = 0; i < shape->column_count; i++) {
		const char *value;
		char number[NUMBER_TEXT_SIZE];
		if (!values[i] ||
		    column_take(&shape->columns[i], values[i], number, &value) != FIT_GOOD)
			continue;
		row->values[i] = arena_copy(facts->arena, span_of(value));
		if (!row->values[i])
			return STATUS_NO_MEMORY;
	}
	facts->tables[relation].present = true;
	facts->tables[relation].count++;
	return STATUS_OK;
}

bool facts_present(const struct facts *facts, size_t relation)
{
	assert(facts->tables[relation].present || facts->tables[relation].count == 0);
	return facts->tables[relation].present;
}

size_t facts_rows(const struct facts *facts, size_t relation)
{
	return facts->tables[relation].count;
}

const char *facts_value(const struct facts *facts, size_t relation, size_t row, size_t column)
{
	assert(row < facts->tables[relation].count);
	assert(column < relation_shape(facts->relations, relation)->column_count);
	return facts->tables[relation].rows[row].values[column];
}

/* --- from JSON --- */

struct json_reading {
	struct facts *facts;
	const char *file;
	struct faults *faults;
	bool sound;
	enum status status; /* what is no fault of the text */
};

static void complain(struct json_reading *reading, const char *path, const char *reason)
{
	reading->sound = false;
	faults_add(reading->faults, FAULT_ERROR, reading->file, 0, path, "%s", reason);
}

/* The value as text, in `number` where it is one; NULL with *fits false where it can be none. */
static const char *text_of(const struct column *column, const cJSON *item,
                           char number[NUMBER_TEXT_SIZE], bool *fits)
{
	*fits = true;
	if (cJSON_IsString(item))
		return item->valuestring;
	if (cJSON_IsNumber(item)) {
		/*
		 * A double has lost digits of larger numbers: an ID number must be written as a
		 * text.
		 */
		*fits = fabs(item->valuedouble) <= NUMBER_MOST &&
		        number_write(item->valuedouble, number);
		return *fits ? number : NULL;
	}
	if (cJSON_IsBool(item) && column->type == COLUMN_FLAG)
		return cJSON_IsTrue(item) ? "1" : "0";
	*fits = cJSON_IsNull(item);
	return NULL;
}

/* The office's own systems may hold such a word: report it, and take it as unknown. */
static void report_fit(struct json_reading *reading, const char *path, const struct column *column,
                       enum fit fit)
{
	const bool word = fit == FIT_EMPTY || fit == FIT_NO_WORD || fit == FIT_NO_NUMBER;
	assert(fit != FIT_GOOD);
	struct buf reason;
	buf_init(&reason, REASON_CEILING);
	column_explain(column, fit, &reason);
	if (word)
		faults_add(reading->faults, FAULT_WARNING, reading->file, 0, path,
		           "%s: taken as unknown", buf_text(&reason));
	else
		buf_append_text(&reason, _(", or null"));
	if (!word)
		complain(reading, path, buf_text(&reason));
	buf_deinit(&reason);
}

static void read_value(struct json_reading *reading, const struct relation_shape *shape,
                       const char *row_path, const cJSON *item, const char **values,
                       char numbers[][NUMBER_TEXT_SIZE])
{
	char path[2 * PATH_SIZE];
	const size_t column = column_named(shape, span_of(item->string));
	snprintf(path, sizeof(path), "%s.%.64s", row_path, item->string);
	if (column == shape->column_count) {
		struct buf reason;
		buf_init(&reason, REASON_CEILING);
		columns_explain(shape, NULL, span_of(item->string), &reason);
		complain(reading, path, buf_text(&reason));
		buf_deinit(&reason);
		return;
	}
	bool fits;
	assert(column < RELATION_COLUMNS_MOST);
	values[column] = text_of(&shape->columns[column], item, numbers[column], &fits);
	if (!fits)
		complain(reading, path,
		         shape->columns[column].type == COLUMN_FLAG
		                 ? N_("must be 0, 1, true, false or null")
		                 : N_("must be a text, a number of 15 digits at most, or null"));
	if (!values[column])
		return;
	const char *value;
	char number[NUMBER_TEXT_SIZE];
	const enum fit fit = column_take(&shape->columns[column], values[column], number, &value);
	if (fit != FIT_GOOD)
		report_fit(reading, path, &shape->columns[column], fit);
}

static void read_row(struct json_reading *reading, size_t relation, size_t index, const cJSON *row)
{
	const struct relation_shape *shape = relation_shape(reading->facts->relations, relation);
	char path[PATH_SIZE];
	char numbers[RELATION_COLUMNS_MOST][NUMBER_TEXT_SIZE];
	const char *values[RELATION_COLUMNS_MOST] = { NULL };
	snprintf(path, sizeof(path), "%s[%zu]", shape->name, index);
	if (!cJSON_IsObject(row)) {
		complain(reading, path, "must be an object: a value a column");
		return;
	}
	const cJSON *item;
	cJSON_ArrayForEach (item, row)
		read_value(reading, shape, path, item, values, numbers);
	const enum status status = facts_add_row(reading->facts, relation, values);
	if (status == STATUS_LIMIT)
		complain(reading, path, "more rows than a relation may have");
	else if (status != STATUS_OK)
		reading->status = status;
}

static void read_relation(struct json_reading *reading, const cJSON *rows)
{
	const struct relations *relations = reading->facts->relations;
	const size_t relation = relation_named(relations, span_of(rows->string));
	if (relation == relations_count(relations)) {
		struct buf reason;
		buf_init(&reason, REASON_CEILING);
		relations_explain(relations, 0, span_of(rows->string), &reason);
		complain(reading, rows->string, buf_text(&reason));
		buf_deinit(&reason);
		return;
	}
	if (cJSON_IsNull(rows))
		return;
	if (!cJSON_IsArray(rows)) {
		complain(reading, rows->string, "must be a list of rows, or null where unknown");
		return;
	}
	facts_open(reading->facts, relation);
	size_t index = 0;
	const cJSON *row;
	cJSON_ArrayForEach (row, rows)
		read_row(reading, relation, index++, row);
}

enum status facts_read_json(struct facts *facts, struct span json, const char *file,
                            struct faults *faults)
{
	const struct json_limits limits = { FACTS_BYTES_MOST, JSON_DEPTH_MOST };
	struct json_reading reading = { facts, file, faults, true, STATUS_OK };
	cJSON *root = NULL;
	const enum status status = json_parse(&root, json, limits, file, faults);
	if (status != STATUS_OK)
		return status;
	if (!cJSON_IsObject(root))
		complain(&reading, NULL, "must be an object: a list of rows a relation");
	const cJSON *relation;
	cJSON_ArrayForEach (relation, root)
		read_relation(&reading, relation);
	cJSON_Delete(root);
	if (reading.status != STATUS_OK)
		return reading.status;
	return reading.sound ? STATUS_OK : STATUS_INVALID;
}
