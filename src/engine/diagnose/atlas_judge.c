/*
 * What a case says on a record. Rules are evaluated once for all records that agree on the
 * parameters of the case: a table by case, an open-addressed hash table, keeps the outcomes.
 * Between two evaluations only the relations that differ are loaded into the sandbox.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/diagnose/atlas_explorer.h"

static void load_relation(struct explorer *explorer, const struct case_space *of,
                          const struct record *record, size_t relation)
{
	const struct space *space = &explorer->space;
	const int rows = space_rows(space, record, relation);
	const char *cells[SPACE_ROWS][RELATION_COLUMNS_MOST] = { { NULL } };
	const char *const *const pointers[SPACE_ROWS] = { cells[0], cells[1] };
	assert(rows <= SPACE_ROWS);
	for (size_t i = 0; i < of->own_count; i++) {
		const struct parameter *one = &space->parameters[of->own[i]];
		if (one->kind == PARAMETER_CELL && one->relation == relation)
			cells[one->row][one->column] = space_value(space, record, of->own[i]);
	}
	/* A typed row has a value even where only its kind matters. */
	const size_t columns = relation_shape(space->relations, relation)->column_count;
	for (int row = 0; relation < RELATION_RECORDED && row < rows; row++)
		for (size_t i = 0; i < columns; i++)
			if (!cells[row][i])
				cells[row][i] = "0";
	const enum status status =
	        sandbox_replace(explorer->rules->sandbox, relation, rows < 0 ? NULL : pointers,
	                        rows < 0 ? 0 : (size_t)rows);
	if (status != STATUS_OK)
		explorer->status = status;
}

static void load_answers(struct explorer *explorer, const struct case_space *of,
                         const struct record *record)
{
	const struct space *space = &explorer->space;
	const char *said[PARAMETERS_MOST][2];
	const char *const *pointers[PARAMETERS_MOST];
	size_t count = 0;
	for (size_t i = 0; i < of->own_count; i++) {
		const struct parameter *one = &space->parameters[of->own[i]];
		const char *value = space_value(space, record, of->own[i]);
		if (one->kind != PARAMETER_ANSWER || !value)
			continue;
		said[count][0] = space->entry->questions[one->question].fact;
		said[count][1] = value;
		pointers[count] = said[count];
		count++;
	}
	const enum status status = sandbox_replace(explorer->rules->sandbox, RELATION_SAID,
	                                           count ? pointers : NULL, count);
	if (status != STATUS_OK)
		explorer->status = status;
}

static bool same_relation(const struct explorer *explorer, const struct case_space *of,
                          const struct record *record, size_t relation)
{
	if (!explorer->is_loaded[relation] || explorer->loaded_for[relation] != of)
		return false;
	for (size_t i = 0; i < of->own_count; i++) {
		const struct parameter *one = &explorer->space.parameters[of->own[i]];
		if (one->relation == relation &&
		    explorer->loaded.values[of->own[i]] != record->values[of->own[i]])
			return false;
	}
	return true;
}

/* Replaces the relations that differ from what is loaded. */
static void load(struct explorer *explorer, const struct case_space *of,
                 const struct record *record)
{
	for (size_t r = 0; r < relations_count(explorer->space.relations); r++) {
		if (r != RELATION_SAID && explorer->space.rows_of[r] == PARAMETERS_MOST)
			continue;
		if (same_relation(explorer, of, record, r))
			continue;
		if (r == RELATION_SAID)
			load_answers(explorer, of, record);
		else
			load_relation(explorer, of, record, r);
		explorer->is_loaded[r] = true;
		explorer->loaded_for[r] = of;
	}
	explorer->loaded = *record;
}

static void make_key(const struct explorer *explorer, size_t index, const struct record *record,
                     bool told, uint8_t *key)
{
	const struct case_space *own = &explorer->space.cases[index];
	assert(own->own_count <= PARAMETERS_MOST);
	for (size_t i = 0; i < own->own_count; i++) {
		const size_t at = own->own[i];
		const bool answer = explorer->space.parameters[at].kind == PARAMETER_ANSWER;
		const bool counts = answer ? told : space_alive(&explorer->space, record, at);
		key[i] = counts ? record->values[at] : 0;
	}
}

static size_t hash(const uint8_t *key, size_t len)
{
	uint64_t sum = UINT64_C(14695981039346656037);
	for (size_t i = 0; i < len; i++)
		sum = (sum ^ key[i]) * UINT64_C(1099511628211);
	return (size_t)(sum ^ sum >> 29);
}

/* Where the key stands or belongs. */
static size_t slot_of(const struct outcomes *table, const uint8_t *key, size_t len)
{
	size_t at = hash(key, len) & (table->capacity - 1);
	assert((table->capacity & (table->capacity - 1)) == 0);
	assert(table->count < table->capacity); /* a free place ends the search */
	while (table->outcomes[at].used && memcmp(table->keys + at * len, key, len) != 0)
		at = (at + 1) & (table->capacity - 1);
	return at;
}

enum status outcomes_make(struct outcomes *table, size_t capacity, size_t len)
{
	*table = (struct outcomes){ .capacity = capacity };
	table->outcomes = calloc(capacity, sizeof(*table->outcomes));
	table->keys = calloc(capacity, len + 1);
	return table->outcomes && table->keys ? STATUS_OK : STATUS_NO_MEMORY;
}

void outcomes_drop(struct outcomes *table)
{
	free(table->outcomes);
	free(table->keys);
}

static enum status grow_table(struct outcomes *table, size_t len)
{
	struct outcomes larger;
	enum status status = outcomes_make(&larger, 2 * table->capacity, len);
	for (size_t i = 0; status == STATUS_OK && i < table->capacity; i++) {
		if (!table->outcomes[i].used)
			continue;
		const size_t at = slot_of(&larger, table->keys + i * len, len);
		larger.outcomes[at] = table->outcomes[i];
		memcpy(larger.keys + at * len, table->keys + i * len, len);
		larger.count++;
	}
	if (status != STATUS_OK) {
		outcomes_drop(&larger);
		return status;
	}
	assert(larger.count == table->count);
	outcomes_drop(table);
	*table = larger;
	return STATUS_OK;
}

static void keep_record(struct kept *kept, const struct record *record)
{
	/*
	 * Keeps the first ones, then ever fewer, so that the kept ones are spread over all
	 * records.
	 */
	const size_t offered = kept->offered++;
	if (kept->count < KEPT_RECORDS)
		kept->records[kept->count++] = *record;
	else if ((offered & (offered - 1)) == 0 || offered % 97 == 0)
		kept->records[offered / 97 % KEPT_RECORDS] = *record;
}

static struct outcome judge_by_sql(struct explorer *explorer, size_t index,
                                   const struct record *record)
{
	const struct case_space *own = &explorer->space.cases[index];
	const struct case_rule *rule = &explorer->space.rule->cases[index];
	struct outcome outcome = { .verdict = VERDICT_UNKNOWN,
		                   .pick = (uint8_t)rule->pick_count,
		                   .used = 1 };
	struct judgement judgement;
	char problem[SANDBOX_PROBLEM_SIZE];
	arena_reset(explorer->scratch);
	load(explorer, own, record);
	enum status status = case_judge(rule, explorer->scratch, &judgement, problem);
	if (status == STATUS_LIMIT)
		status = case_judge(rule, explorer->scratch, &judgement, problem);
	explorer->out->tried++;
	if (status == STATUS_NO_MEMORY) {
		explorer->status = status;
	} else if (status != STATUS_OK) {
		outcome.failed = 1;
		explorer_find(explorer, FINDING_FAILS, index, index, own, record,
		              detail_for_all(arena_format(explorer->arena, "%s", problem)));
	} else {
		outcome.verdict = (uint8_t)judgement.verdict;
		outcome.pick = (uint8_t)judgement.pick;
		if (judgement.verdict != VERDICT_UNKNOWN)
			explorer_read_sentence(explorer, index, &judgement, record);
	}
	return outcome;
}

static struct outcome look_up(struct explorer *explorer, size_t index, const struct record *record,
                              bool told)
{
	uint8_t key[PARAMETERS_MOST] = { 0 };
	const size_t len = explorer->space.cases[index].own_count;
	struct outcomes *table = &explorer->tables[index];
	make_key(explorer, index, record, told, key);
	size_t at = slot_of(table, key, len);
	if (table->outcomes[at].used)
		return table->outcomes[at];
	struct record own = { { 0 } };
	for (size_t i = 0; i < len; i++)
		own.values[explorer->space.cases[index].own[i]] = key[i];
	const struct outcome outcome = judge_by_sql(explorer, index, &own);
	if (outcome.verdict != VERDICT_UNKNOWN)
		explorer->decided[index] = true;
	if (outcome.verdict == VERDICT_APPLIES) {
		explorer->applied[index] = true;
		keep_record(&explorer->applying[index], &own);
	} else if (outcome.verdict == VERDICT_EXCLUDED) {
		keep_record(&explorer->excluding[index], &own);
	}
	if (2 * (table->count + 1) > table->capacity) {
		const enum status status = grow_table(table, len);
		if (status != STATUS_OK) {
			explorer->status = status;
			return outcome;
		}
		at = slot_of(table, key, len);
	}
	assert(!table->outcomes[at].used);
	table->outcomes[at] = outcome;
	memcpy(table->keys + at * len, key, len);
	table->count++;
	return outcome;
}

/* No answer changes what a pick decides that reads none. */
struct outcome explorer_judge(struct explorer *explorer, size_t index, const struct record *record)
{
	const struct outcome silent = look_up(explorer, index, record, false);
	if (silent.failed || (silent.verdict != VERDICT_UNKNOWN &&
	                      silent.pick < explorer->space.cases[index].first_told))
		return silent;
	return look_up(explorer, index, record, true);
}
