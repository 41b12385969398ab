#include "engine/api/api.h"

#include <stdlib.h>
#include <string.h>

static const char no_columns[] = N_("each value of a row must have the name of its column");
static const char no_facts[] = N_("there must be facts and the name of a relation");

dayi_code dayi_facts_open(dayi_facts **out, const dayi_model *model, dayi_error **error)
{
	struct api_call call = api_begin(error, model ? model->language : DAYI_ENGLISH);

	if (out)
		*out = NULL;
	if (!out || !model)
		return api_misuse(&call,
		                  N_("there must be a place for what is opened, and a model"));
	struct dayi_facts *facts = calloc(1, sizeof(*facts));
	enum status status = facts ? STATUS_OK : STATUS_NO_MEMORY;
	if (status == STATUS_OK) {
		facts->language = model->language;
		status = facts_create(diagnoser_relations(model->snapshot->diagnoser),
		                      &facts->facts);
	}
	if (status == STATUS_OK)
		*out = facts;
	else
		dayi_facts_free(facts);
	return api_end(&call, status, NULL, NULL);
}

void dayi_facts_free(dayi_facts *facts)
{
	if (!facts)
		return;
	facts_destroy(facts->facts);
	free(facts);
}

dayi_code dayi_facts_read(dayi_facts *facts, const char *json, size_t length, const char *file,
                          dayi_error **error)
{
	struct api_call call = api_begin(error, facts ? facts->language : DAYI_ENGLISH);
	struct faults *faults = NULL;

	if (!facts || !json)
		return api_misuse(&call, N_("there must be facts, and a text to read"));
	enum status status = faults_create(&faults);
	if (status == STATUS_OK)
		status = facts_read_json(facts->facts, (struct span){ json, length },
		                         file ? file : "facts", faults);
	const dayi_code code = api_end(&call, status, faults, file);
	faults_destroy(faults);
	return code;
}

/* The relation of a record of that name into *out; else the error says which ones there are. */
static enum status find_relation(const struct dayi_facts *facts, const char *name,
                                 struct faults *faults, size_t *out)
{
	const struct relations *relations = facts_relations(facts->facts);
	struct buf reason;

	*out = relation_named(relations, span_of(name));
	if (*out >= RELATION_RECORDED && *out < relations_count(relations))
		return STATUS_OK;
	buf_init(&reason, API_REPLY_CEILING);
	relations_explain(relations, RELATION_RECORDED, span_of(name), &reason);
	faults_add(faults, FAULT_ERROR, NULL, 0, name, "%s", buf_text(&reason));
	buf_deinit(&reason);
	return STATUS_NOT_FOUND;
}

/* Makes the relation present or absent. */
static dayi_code mark(struct dayi_facts *facts, const char *relation, bool present,
                      dayi_error **error)
{
	struct api_call call = api_begin(error, facts ? facts->language : DAYI_ENGLISH);
	struct faults *faults = NULL;
	size_t index = 0;

	if (!facts || !relation)
		return api_misuse(&call, no_facts);
	enum status status = faults_create(&faults);
	if (status == STATUS_OK)
		status = find_relation(facts, relation, faults, &index);
	if (status == STATUS_OK && present)
		facts_open(facts->facts, index);
	else if (status == STATUS_OK)
		facts_forget(facts->facts, index);
	const dayi_code code = api_end(&call, status, faults, NULL);
	faults_destroy(faults);
	return code;
}

dayi_code dayi_facts_present(dayi_facts *facts, const char *relation, dayi_error **error)
{
	return mark(facts, relation, true, error);
}

dayi_code dayi_facts_absent(dayi_facts *facts, const char *relation, dayi_error **error)
{
	return mark(facts, relation, false, error);
}

/* Puts the named values where the shape has their columns. */
static enum status place_values(const struct relation_shape *shape, const char *const *columns,
                                const char *const *values, size_t count, struct faults *faults,
                                const char *row[RELATION_COLUMNS_MOST])
{
	for (size_t i = 0; i < count; i++) {
		const size_t column = column_named(shape, span_of(columns[i]));
		struct buf reason;

		if (column < shape->column_count) {
			row[column] = values[i];
			continue;
		}
		buf_init(&reason, API_REPLY_CEILING);
		columns_explain(shape, NULL, span_of(columns[i]), &reason);
		faults_add(faults, FAULT_ERROR, NULL, 0, shape->name, "%s", buf_text(&reason));
		buf_deinit(&reason);
		return STATUS_NOT_FOUND;
	}
	return STATUS_OK;
}

dayi_code dayi_facts_row(dayi_facts *facts, const char *relation, const char *const *columns,
                         const char *const *values, size_t count, dayi_error **error)
{
	struct api_call call = api_begin(error, facts ? facts->language : DAYI_ENGLISH);
	const char *row[RELATION_COLUMNS_MOST] = { NULL };
	struct faults *faults = NULL;
	size_t index = 0;

	if (!facts || !relation)
		return api_misuse(&call, no_facts);
	if (count > 0 && (!columns || !values))
		return api_misuse(&call, no_columns);
	for (size_t i = 0; i < count; i++)
		if (!columns[i])
			return api_misuse(&call, no_columns);
	enum status status = faults_create(&faults);
	if (status == STATUS_OK)
		status = find_relation(facts, relation, faults, &index);
	if (status == STATUS_OK)
		status = place_values(relation_shape(facts_relations(facts->facts), index), columns,
		                      values, count, faults, row);
	if (status == STATUS_OK)
		status = facts_add_row(facts->facts, index, row);
	const dayi_code code = api_end(&call, status, faults, relation);
	faults_destroy(faults);
	return code;
}
