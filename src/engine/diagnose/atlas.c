/*
 * Each case is judged on the records of its own parameters, once: a table by case holds what came
 * out. A record of all cases then needs look-ups alone, unless it was not tried before.
 *
 * 1. Every record of each case (or what fits, see walk_case()): is it reached, is it decided, what
 *    do its sentences say, does a NULL decide.
 * 2. Every record of all cases together, or pairs: overlaps and gaps. Where that was not complete,
 *    records of two cases that apply are put together, too, and records that exclude.
 * 3. Of each finding only the record of least weight is kept, and then whittled down: as long as it
 *    still shows the same, a value becomes NULL, a row or a relation goes.
 */
#include "engine/diagnose/atlas.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "engine/diagnose/atlas_space.h"
#include "engine/diagnose/rules.h"

enum {
	FINDINGS_MOST = 400,
	KEPT_RECORDS = 48, /* of a case that applies, and of one that is excluded, to be joined */
	SENTENCES_MOST = 4096,
	TABLE_FIRST = 1024,
	WITNESS_CEILING = 64 << 10,
};

/* What a case says on the values of its own parameters. */
struct outcome {
	uint8_t verdict; /* enum verdict */
	uint8_t pick;
	uint8_t failed;
	uint8_t used;
};

struct table {
	struct outcome *outcomes;
	uint8_t *keys; /* own_count each */
	size_t capacity, count;
};

struct seen_sentence {
	const char *text;
	size_t index;
	enum verdict verdict;
	struct record record;
};

struct kept {
	struct record *records;
	size_t count, offered;
};

struct explorer {
	struct diagnosis_scratch *rules;
	struct space space;
	struct arena *arena, *scratch;
	struct atlas *out;
	struct table *tables;
	struct kept *applying, *excluding;
	bool *applied, *decided;
	struct seen_sentence *sentences;
	size_t sentence_count;
	struct finding *findings;
	struct record *witnesses;
	unsigned *weights;
	size_t *parameters, *values; /* where a NULL decides */
	bool is_walked;              /* what is tried from then on finds nothing more */
	struct record loaded;
	bool is_loaded[RELATIONS_MOST];
	const struct case_space *loaded_for[RELATIONS_MOST];
	enum status status;
};

static size_t case_count(const struct explorer *explorer)
{
	return explorer->space.entry->judged_count;
}

/* --- judging by SQL --- */

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

/* What a finding says besides: in English for JSON, and in the language of the process. */
struct detail {
	const char *english, *told;
};

static struct detail same_for_all(const char *text)
{
	return (struct detail){ text, text };
}

static const char *verdict_word(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_APPLIES:
		return _("applies");
	case VERDICT_EXCLUDED:
		return _("excluded");
	case VERDICT_UNKNOWN:
		break;
	}
	return _("unknown");
}

static void find(struct explorer *explorer, enum finding_kind kind, size_t first, size_t second,
                 const struct case_space *of, const struct record *record, struct detail detail);

/* --- sentences --- */

static bool row_has_day(const struct row *row, const char *day)
{
	for (size_t i = 0; i < row->columns->count; i++)
		if (row->values[i].kind == VALUE_TEXT && strstr(row->values[i].text, day))
			return true;
	return false;
}

/* A day in the sentence that is in no column of the row; "" where there is none. */
static void foreign_day(const char *sentence, const struct row *row, const char *today,
                        char day[DAY_SIZE])
{
	day[0] = '\0';
	for (size_t i = 0; strlen(sentence + i) >= DAY_SIZE - 1; i++) {
		char text[DAY_SIZE];
		memcpy(text, sentence + i, DAY_SIZE - 1);
		text[DAY_SIZE - 1] = '\0';
		if (day_valid(text) && strcmp(text, today) != 0 && !row_has_day(row, text)) {
			memcpy(day, text, DAY_SIZE);
			return;
		}
	}
}

static void remember_sentence(struct explorer *explorer, size_t index, enum verdict verdict,
                              const char *text, const struct record *record)
{
	for (size_t i = 0; i < explorer->sentence_count; i++) {
		const struct seen_sentence *seen = &explorer->sentences[i];
		if (seen->index != index || strcmp(seen->text, text) != 0)
			continue;
		if (seen->verdict != verdict) {
			const struct detail detail = {
				arena_format(explorer->arena, "%s where it is %s, and %s", text,
				             verdict_name(seen->verdict), verdict_name(verdict)),
				arena_format(explorer->arena, _("%s where it is %s, and %s"), text,
				             verdict_word(seen->verdict), verdict_word(verdict)),
			};
			find(explorer, FINDING_SAME_SENTENCE, index, index,
			     &explorer->space.cases[index], record, detail);
		}
		return;
	}
	assert(explorer->sentence_count <= SENTENCES_MOST);
	if (explorer->sentence_count == SENTENCES_MOST)
		return;
	const char *copy = arena_copy(explorer->arena, span_of(text));
	if (!copy) {
		explorer->status = STATUS_NO_MEMORY;
		return;
	}
	explorer->sentences[explorer->sentence_count++] =
	        (struct seen_sentence){ copy, index, verdict, *record };
}

static void read_sentence(struct explorer *explorer, size_t index,
                          const struct judgement *judgement, const struct record *record)
{
	const struct pick_rule *pick = &explorer->space.rule->cases[index].picks[judgement->pick];
	const struct case_space *own = &explorer->space.cases[index];
	char problem[SANDBOX_PROBLEM_SIZE], day[DAY_SIZE];
	struct value value = { .kind = VALUE_NULL };
	struct expression *sentence =
	        judgement->verdict == VERDICT_APPLIES ? pick->because : pick->because_not;
	if (judgement->verdict == VERDICT_UNKNOWN)
		return;
	assert(judgement->pick < explorer->space.rule->cases[index].pick_count);
	if (sentence && expression_evaluate(sentence, &judgement->row, explorer->scratch, &value,
	                                    problem) != STATUS_OK) {
		find(explorer, FINDING_FAILS, index, index, own, record,
		     same_for_all(arena_format(explorer->arena, "%s", problem)));
		return;
	}
	if (value.kind != VALUE_TEXT || !value.text[0]) {
		const struct detail detail = { verdict_name(judgement->verdict),
			                       verdict_word(judgement->verdict) };
		find(explorer, FINDING_NO_SENTENCE, index, index, own, record, detail);
		return;
	}
	foreign_day(value.text, &judgement->row, explorer->space.today, day);
	if (day[0])
		find(explorer, FINDING_FOREIGN_DATE, index, index, own, record,
		     same_for_all(arena_format(explorer->arena, "%s", day)));
	remember_sentence(explorer, index, judgement->verdict, value.text, record);
}

/* --- the tables --- */

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
static size_t slot_of(const struct table *table, const uint8_t *key, size_t len)
{
	size_t at = hash(key, len) & (table->capacity - 1);
	assert((table->capacity & (table->capacity - 1)) == 0);
	assert(table->count < table->capacity); /* a free place ends the search */
	while (table->outcomes[at].used && memcmp(table->keys + at * len, key, len) != 0)
		at = (at + 1) & (table->capacity - 1);
	return at;
}

static enum status make_table(struct table *table, size_t capacity, size_t len)
{
	*table = (struct table){ .capacity = capacity };
	table->outcomes = calloc(capacity, sizeof(*table->outcomes));
	table->keys = calloc(capacity, len + 1);
	return table->outcomes && table->keys ? STATUS_OK : STATUS_NO_MEMORY;
}

static void drop_table(struct table *table)
{
	free(table->outcomes);
	free(table->keys);
}

static enum status grow_table(struct table *table, size_t len)
{
	struct table larger;
	enum status status = make_table(&larger, 2 * table->capacity, len);
	for (size_t i = 0; status == STATUS_OK && i < table->capacity; i++) {
		if (!table->outcomes[i].used)
			continue;
		const size_t at = slot_of(&larger, table->keys + i * len, len);
		larger.outcomes[at] = table->outcomes[i];
		memcpy(larger.keys + at * len, table->keys + i * len, len);
		larger.count++;
	}
	if (status != STATUS_OK) {
		drop_table(&larger);
		return status;
	}
	assert(larger.count == table->count);
	drop_table(table);
	*table = larger;
	return STATUS_OK;
}

static void keep_record(struct explorer *explorer, struct kept *kept, const struct record *record)
{
	(void)explorer;
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
		find(explorer, FINDING_FAILS, index, index, own, record,
		     same_for_all(arena_format(explorer->arena, "%s", problem)));
	} else {
		outcome.verdict = (uint8_t)judgement.verdict;
		outcome.pick = (uint8_t)judgement.pick;
		if (judgement.verdict != VERDICT_UNKNOWN)
			read_sentence(explorer, index, &judgement, record);
	}
	return outcome;
}

static struct outcome look_up(struct explorer *explorer, size_t index, const struct record *record,
                              bool told)
{
	uint8_t key[PARAMETERS_MOST] = { 0 };
	const size_t len = explorer->space.cases[index].own_count;
	struct table *table = &explorer->tables[index];
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
		keep_record(explorer, &explorer->applying[index], &own);
	} else if (outcome.verdict == VERDICT_EXCLUDED) {
		keep_record(explorer, &explorer->excluding[index], &own);
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
static struct outcome judge(struct explorer *explorer, size_t index, const struct record *record)
{
	const struct outcome silent = look_up(explorer, index, record, false);
	if (silent.failed || (silent.verdict != VERDICT_UNKNOWN &&
	                      silent.pick < explorer->space.cases[index].first_told))
		return silent;
	return look_up(explorer, index, record, true);
}

/* --- what a finding claims of a record --- */

static bool all_known(const struct space *space, const struct record *record)
{
	for (size_t i = 0; i < space->all.own_count; i++) {
		const struct parameter *one = &space->parameters[space->all.own[i]];
		if (one->kind == PARAMETER_ROWS && one->relation >= RELATION_RECORDED &&
		    space_rows(space, record, one->relation) < 0)
			return false;
		if (one->kind == PARAMETER_CELL && space_alive(space, record, space->all.own[i]) &&
		    !space_value(space, record, space->all.own[i]))
			return false;
	}
	return true;
}

static bool all_answered(const struct space *space, const struct record *record)
{
	for (size_t i = 0; i < space->all.own_count; i++)
		if (space->parameters[space->all.own[i]].kind == PARAMETER_ANSWER &&
		    record->values[space->all.own[i]] == 0)
			return false;
	return true;
}

/* A claim is a finding without its witness. */
struct claim {
	enum finding_kind kind;
	size_t first, second;
	size_t parameter, value; /* where a NULL decides: what becomes known */
};

static bool none_applies(struct explorer *explorer, const struct record *record, size_t *open)
{
	*open = case_count(explorer);
	for (size_t i = 0; i < case_count(explorer); i++) {
		if (explorer->space.rule->cases[i].pick_count == 0)
			continue;
		const enum verdict verdict = judge(explorer, i, record).verdict;
		if (verdict == VERDICT_APPLIES)
			return false;
		if (verdict == VERDICT_UNKNOWN && *open == case_count(explorer))
			*open = i;
	}
	return true;
}

static bool of_null(enum finding_kind kind)
{
	return kind == FINDING_NULL_DECIDES || kind == FINDING_UNSETTLED;
}

/* Whether it is decided without the parameter, and what it says once that has the value. */
static bool null_decides(struct explorer *explorer, const struct claim *claim,
                         const struct record *record, enum verdict *after)
{
	const struct space *space = &explorer->space;
	const struct parameter *one = &space->parameters[claim->parameter];
	struct record known = *record;
	assert(claim->parameter < space->parameter_count);
	assert(claim->value < one->count);
	/* Ignore what was said and typed: a record may overrule it. */
	for (size_t i = 0; i < space->parameter_count; i++)
		if (space->parameters[i].relation < RELATION_RECORDED)
			known.values[i] = 0;
	const struct outcome before = judge(explorer, claim->first, &known);
	if (before.verdict == VERDICT_UNKNOWN)
		return false;
	if (one->kind == PARAMETER_ROWS ? space_rows(space, record, one->relation) >= 0
	                                : !space_alive(space, record, claim->parameter) ||
	                                          space_value(space, record, claim->parameter))
		return false;
	known.values[claim->parameter] = (uint8_t)claim->value;
	/* Cells of new rows are NULL. */
	for (size_t i = 0; one->kind == PARAMETER_ROWS && i < space->parameter_count; i++) {
		const struct parameter *cell = &space->parameters[i];
		if (cell->kind == PARAMETER_CELL && cell->relation == one->relation)
			known.values[i] = (uint8_t)(cell->count - 1);
	}
	*after = (enum verdict)judge(explorer, claim->first, &known).verdict;
	return *after != (enum verdict)before.verdict;
}

static bool holds(struct explorer *explorer, const struct claim *claim, const struct record *record)
{
	size_t open;
	enum verdict after;
	switch (claim->kind) {
	case FINDING_OVERLAP:
		return judge(explorer, claim->first, record).verdict == VERDICT_APPLIES &&
		       judge(explorer, claim->second, record).verdict == VERDICT_APPLIES;
	case FINDING_GAP:
		return all_known(&explorer->space, record) &&
		       none_applies(explorer, record, &open) && open == case_count(explorer);
	case FINDING_OPEN:
		return all_known(&explorer->space, record) &&
		       all_answered(&explorer->space, record) &&
		       none_applies(explorer, record, &open) && open == claim->first;
	case FINDING_NULL_DECIDES:
		return null_decides(explorer, claim, record, &after) && after != VERDICT_UNKNOWN;
	case FINDING_UNSETTLED:
		return null_decides(explorer, claim, record, &after) && after == VERDICT_UNKNOWN;
	default:
		return false;
	}
}

/* The parameters that matter for a finding. */
static const struct case_space *matters_for(const struct explorer *explorer,
                                            const struct finding *finding)
{
	const bool whole = finding->kind == FINDING_OVERLAP || finding->kind == FINDING_GAP ||
	                   finding->kind == FINDING_OPEN;
	return whole ? &explorer->space.all : &explorer->space.cases[finding->first];
}

/* The same column, in whichever row. */
static bool same_place(const struct explorer *explorer, size_t a, size_t b)
{
	const struct parameter *first = &explorer->space.parameters[a];
	const struct parameter *second = &explorer->space.parameters[b];
	return first->kind == second->kind && first->relation == second->relation &&
	       (first->kind != PARAMETER_CELL || first->column == second->column);
}

static void find_claim(struct explorer *explorer, const struct claim *claim,
                       const struct case_space *of, const struct record *record,
                       struct detail detail)
{
	const unsigned weight = record ? space_weight(&explorer->space, of, record) : 0;
	size_t at = 0;
	if (explorer->is_walked)
		return;
	for (; at < explorer->out->finding_count; at++) {
		const struct finding *known = &explorer->findings[at];
		if (known->kind == claim->kind && known->first == claim->first &&
		    known->second == claim->second &&
		    (!of_null(claim->kind) ||
		     same_place(explorer, explorer->parameters[at], claim->parameter)) &&
		    (claim->kind != FINDING_NO_SENTENCE ||
		     strcmp(known->detail, detail.english) == 0))
			break;
	}
	if (at == FINDINGS_MOST ||
	    (at < explorer->out->finding_count && explorer->weights[at] <= weight))
		return;
	explorer->findings[at] = (struct finding){
		.kind = claim->kind,
		.first = claim->first,
		.second = claim->second,
		.witness = "",
		.detail = detail.english ? detail.english : "",
		.told = detail.told ? detail.told : "",
	};
	explorer->weights[at] = weight;
	explorer->parameters[at] = claim->parameter;
	explorer->values[at] = claim->value;
	if (record)
		explorer->witnesses[at] = *record;
	if (at == explorer->out->finding_count)
		explorer->out->finding_count++;
	assert(explorer->out->finding_count <= FINDINGS_MOST);
}

static void find(struct explorer *explorer, enum finding_kind kind, size_t first, size_t second,
                 const struct case_space *of, const struct record *record, struct detail detail)
{
	const struct claim claim = { kind, first, second, 0, 0 };
	find_claim(explorer, &claim, of, record, detail);
}

/* --- one case --- */

/* Whether each thing that is not known could turn the verdict. */
static void try_nulls(struct explorer *explorer, size_t index, const struct record *record)
{
	const struct case_space *own = &explorer->space.cases[index];
	for (size_t i = 0; i < own->own_count; i++)
		if (explorer->space.parameters[own->own[i]].relation < RELATION_RECORDED &&
		    record->values[own->own[i]] != 0)
			return;
	if (judge(explorer, index, record).verdict == VERDICT_UNKNOWN)
		return;
	for (size_t i = 0; i < own->own_count; i++) {
		const size_t at = own->own[i];
		const struct parameter *one = &explorer->space.parameters[at];
		if (one->relation < RELATION_RECORDED || one->kind == PARAMETER_ANSWER)
			continue;
		for (size_t v = 0; v < one->count; v++) {
			struct claim claim = { FINDING_NULL_DECIDES, index, index, at, v };
			enum verdict after;
			if (v == record->values[at] ||
			    !null_decides(explorer, &claim, record, &after))
				continue;
			if (after == VERDICT_UNKNOWN)
				claim.kind = FINDING_UNSETTLED;
			find_claim(explorer, &claim, own, record, same_for_all(""));
		}
	}
}

static void visit_case(struct explorer *explorer, size_t index, const struct record *record)
{
	(void)judge(explorer, index, record);
	try_nulls(explorer, index, record);
}

/* A small generator: what is tried is the same on every machine. */
static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525U + 1013904223U;
	return *state >> 8;
}

/* Rows enough for the cell, if it is one. */
static void make_alive(const struct space *space, struct record *record, size_t parameter)
{
	const struct parameter *one = &space->parameters[parameter];
	if (one->kind != PARAMETER_CELL)
		return;
	const size_t at = space->rows_of[one->relation];
	assert(at < space->parameter_count); /* a cell has the rows of its relation */
	const struct parameter *rows = &space->parameters[at];
	for (uint8_t i = 0; i < rows->count; i++)
		if (rows->rows[i] > (int)one->row &&
		    rows->rows[record->values[at]] <= (int)one->row)
			record->values[at] = i;
}

typedef void (*visit_record)(struct explorer *, size_t index, const struct record *);

static uint8_t any_value(const struct parameter *parameter, uint32_t *random)
{
	if (parameter->count == 0)
		return 0;
	return (uint8_t)(next_random(random) % parameter->count);
}

/* Every pair of values of two parameters, the others at random. */
static void walk_pairs(struct explorer *explorer, const struct case_space *of, size_t index,
                       visit_record visit)
{
	const struct space *space = &explorer->space;
	uint32_t random = 20231;
	for (size_t p = 0; p < of->own_count; p++)
		for (size_t q = 0; q < p; q++) {
			const struct parameter *first = &space->parameters[of->own[p]];
			const struct parameter *second = &space->parameters[of->own[q]];
			for (uint8_t v = 0; v < first->count; v++)
				for (uint8_t w = 0; w < second->count; w++) {
					struct record record = { { 0 } };
					for (size_t i = 0; i < of->own_count; i++)
						record.values[of->own[i]] = any_value(
						        &space->parameters[of->own[i]], &random);
					record.values[of->own[p]] = v;
					record.values[of->own[q]] = w;
					make_alive(space, &record, of->own[p]);
					make_alive(space, &record, of->own[q]);
					if (explorer->status != STATUS_OK)
						return;
					visit(explorer, index, &record);
				}
		}
}

static void walk_all(struct explorer *explorer, const struct case_space *of, int rows_most,
                     size_t index, visit_record visit)
{
	struct record record = { { 0 } };
	do
		visit(explorer, index, &record);
	while (explorer->status == STATUS_OK &&
	       space_next(&explorer->space, of, rows_most, &record));
}

/* True where every record was tried. */
static bool walk(struct explorer *explorer, const struct case_space *of, size_t most, size_t index,
                 visit_record visit)
{
	if (space_size(&explorer->space, of, SPACE_ROWS) <= most) {
		walk_all(explorer, of, SPACE_ROWS, index, visit);
		return true;
	}
	if (space_size(&explorer->space, of, 1) <= most)
		walk_all(explorer, of, 1, index, visit);
	walk_pairs(explorer, of, index, visit);
	return false;
}

/* --- all cases together --- */

static void visit_all(struct explorer *explorer, size_t index, const struct record *record)
{
	const struct case_space *all = &explorer->space.all;
	const size_t count = case_count(explorer);
	size_t open = count;
	bool applies[PARAMETERS_MOST] = { false }, any = false;
	assert(count <= PARAMETERS_MOST);
	(void)index;
	for (size_t i = 0; i < count; i++) {
		if (explorer->space.rule->cases[i].pick_count == 0)
			continue;
		const enum verdict verdict = judge(explorer, i, record).verdict;
		applies[i] = verdict == VERDICT_APPLIES;
		any = any || applies[i];
		if (verdict == VERDICT_UNKNOWN && open == count)
			open = i;
		for (size_t k = 0; k < i && applies[i]; k++)
			if (applies[k])
				find(explorer, FINDING_OVERLAP, k, i, all, record,
				     same_for_all(""));
	}
	if (any || !all_known(&explorer->space, record))
		return;
	if (open == count)
		find(explorer, FINDING_GAP, 0, 0, all, record, same_for_all(""));
	else if (all_answered(&explorer->space, record))
		find(explorer, FINDING_OPEN, open, open, all, record, same_for_all(""));
}

/* `from` where the case reads it, else as it is. */
static void lay_over(const struct case_space *own, const struct record *from, struct record *to)
{
	for (size_t i = 0; i < own->own_count; i++)
		to->values[own->own[i]] = from->values[own->own[i]];
}

static bool is_found(const struct explorer *explorer, enum finding_kind kind, size_t first,
                     size_t second)
{
	for (size_t i = 0; i < explorer->out->finding_count; i++)
		if (explorer->findings[i].kind == kind && explorer->findings[i].first == first &&
		    explorer->findings[i].second == second)
			return true;
	return false;
}

/* Stops at the first one; the search for the smallest record follows. */
static void join_applying(struct explorer *explorer, size_t first, size_t second)
{
	const size_t less = first < second ? first : second;
	const struct kept *a = &explorer->applying[first], *b = &explorer->applying[second];
	for (size_t i = 0; i < a->count; i++)
		for (size_t k = 0; k < b->count && explorer->status == STATUS_OK; k++) {
			if (is_found(explorer, FINDING_OVERLAP, less, first + second - less))
				return;
			struct record record = { { 0 } };
			lay_over(&explorer->space.cases[second], &b->records[k], &record);
			lay_over(&explorer->space.cases[first], &a->records[i], &record);
			visit_all(explorer, 0, &record);
		}
}

/* Where not every record was tried: records that show one thing each, laid over one another. */
static void join_records(struct explorer *explorer)
{
	const size_t count = case_count(explorer);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++)
			if (i != k)
				join_applying(explorer, i, k);
	for (size_t r = 0; r < KEPT_RECORDS * KEPT_RECORDS; r++) {
		struct record record = { { 0 } };
		uint32_t random = (uint32_t)r;
		for (size_t i = 0; i < count; i++) {
			const struct kept *kept = &explorer->excluding[i];
			if (kept->count > 0)
				lay_over(&explorer->space.cases[i],
				         &kept->records[next_random(&random) % kept->count],
				         &record);
		}
		if (explorer->status != STATUS_OK)
			return;
		visit_all(explorer, 0, &record);
	}
}

/* --- the smallest record --- */

static bool lessen(struct explorer *explorer, const struct claim *claim, struct record *record,
                   size_t at)
{
	const struct parameter *one = &explorer->space.parameters[at];
	const uint8_t before = record->values[at];
	if (one->kind == PARAMETER_CELL) {
		if (!space_alive(&explorer->space, record, at) || before + 1 == one->count)
			return false;
		record->values[at] = (uint8_t)(one->count - 1);
		if (!one->values[one->count - 1] && holds(explorer, claim, record))
			return true;
		/* The plainest value reads best. */
		record->values[at] = 0;
		if (before > 0 && holds(explorer, claim, record))
			return true;
		record->values[at] = before;
		return false;
	}
	for (uint8_t v = 0; v < before; v++) {
		record->values[at] = v;
		if (holds(explorer, claim, record))
			return true;
	}
	record->values[at] = before;
	return false;
}

/* The second row in the place of the first, and one row less. */
static bool drop_first_row(struct explorer *explorer, const struct claim *claim,
                           struct record *record, size_t at)
{
	const struct parameter *rows = &explorer->space.parameters[at];
	struct record less = *record;
	if (rows->kind != PARAMETER_ROWS || rows->rows[record->values[at]] != SPACE_ROWS)
		return false;
	for (size_t i = 0; i < explorer->space.parameter_count; i++)
		for (size_t k = 0; k < explorer->space.parameter_count; k++) {
			const struct parameter *first = &explorer->space.parameters[i];
			const struct parameter *second = &explorer->space.parameters[k];
			if (first->kind == PARAMETER_CELL && second->kind == PARAMETER_CELL &&
			    first->relation == rows->relation &&
			    second->relation == rows->relation && first->row == 0 &&
			    second->row == 1 && first->column == second->column)
				less.values[i] = record->values[k];
		}
	less.values[at]--;
	if (!holds(explorer, claim, &less))
		return false;
	*record = less;
	return true;
}

static void whittle(struct explorer *explorer, const struct claim *claim, struct record *record)
{
	bool changed = true;
	if (!holds(explorer, claim, record))
		return;
	while (changed && explorer->status == STATUS_OK) {
		changed = false;
		for (size_t i = 0; i < explorer->space.parameter_count; i++)
			changed = lessen(explorer, claim, record, i) ||
			          drop_first_row(explorer, claim, record, i) || changed;
	}
}

static struct detail describe_null(struct explorer *explorer, const struct claim *claim,
                                   const struct record *record)
{
	const struct parameter *one = &explorer->space.parameters[claim->parameter];
	const struct relation_shape *shape =
	        relation_shape(explorer->space.relations, one->relation);
	const enum verdict verdict = (enum verdict)judge(explorer, claim->first, record).verdict;
	struct arena *arena = explorer->arena;
	if (one->kind == PARAMETER_ROWS)
		return (struct detail){
			arena_format(arena, "is %s while %s is unknown, but not with %d rows of it",
			             verdict_name(verdict), shape->name, one->rows[claim->value]),
			arena_format(arena,
			             _("is %s while %s is unknown, but not with %d rows of it"),
			             verdict_word(verdict), shape->name, one->rows[claim->value]),
		};
	const char *column = shape->columns[one->column].name;
	const char *value = one->values[claim->value] ? one->values[claim->value] : "NULL";
	return (struct detail){
		arena_format(arena, "is %s while %s[%zu].%s is unknown, but not where it is %s",
		             verdict_name(verdict), shape->name, one->row, column, value),
		arena_format(arena, _("is %s while %s[%zu].%s is unknown, but not where it is %s"),
		             verdict_word(verdict), shape->name, one->row, column, value),
	};
}

static const char *why_accepted(const struct explorer *explorer, const struct finding *finding);

static void complete_finding(struct explorer *explorer, size_t at)
{
	struct finding *finding = &explorer->findings[at];
	const struct claim claim = { finding->kind, finding->first, finding->second,
		                     explorer->parameters[at], explorer->values[at] };
	struct record *record = &explorer->witnesses[at];
	struct buf facts;
	finding->accepted = why_accepted(explorer, finding);
	if (finding->kind == FINDING_NEVER_APPLIES || finding->kind == FINDING_NEVER_DECIDED)
		return;
	whittle(explorer, &claim, record);
	if (of_null(finding->kind)) {
		const struct detail detail = describe_null(explorer, &claim, record);
		finding->detail = detail.english;
		finding->told = detail.told;
	}
	buf_init(&facts, WITNESS_CEILING);
	space_write_facts(&explorer->space, matters_for(explorer, finding), record, &facts);
	finding->witness = arena_copy(explorer->arena, buf_span(&facts));
	if (buf_status(&facts) != STATUS_OK || !finding->witness || !finding->detail ||
	    !finding->told) {
		finding->witness = finding->detail = finding->told = "";
		explorer->status = STATUS_NO_MEMORY;
	}
	buf_deinit(&facts);
}

/* --- one entry --- */

static const char *why_accepted(const struct explorer *explorer, const struct finding *finding)
{
	const struct knowledge *knowledge = explorer->rules->diagnoser->knowledge;
	const struct entry *entry = explorer->space.entry;
	const char *first = entry->judged[finding->first].id;
	const char *second = entry->judged[finding->second].id;
	for (size_t i = 0; i < knowledge->accepted_count; i++) {
		const struct accepted *one = &knowledge->accepted[i];
		const struct strings *cases = &one->cases;
		if (strcmp(one->entry, entry->id) != 0 ||
		    strcmp(one->finding, finding_name(finding->kind)) != 0)
			continue;
		if (finding->kind == FINDING_GAP ||
		    (finding->kind == FINDING_OVERLAP && cases->count == 2 &&
		     ((strcmp(cases->items[0], first) == 0 &&
		       strcmp(cases->items[1], second) == 0) ||
		      (strcmp(cases->items[0], second) == 0 &&
		       strcmp(cases->items[1], first) == 0))) ||
		    (finding->kind != FINDING_OVERLAP && cases->count == 1 &&
		     strcmp(cases->items[0], first) == 0))
			return one->why;
	}
	return NULL;
}

/* A case with an unread atom may still be decided on a record that nobody thought of. */
static void find_never(struct explorer *explorer)
{
	for (size_t i = 0; i < case_count(explorer); i++) {
		if (explorer->space.rule->cases[i].pick_count == 0 ||
		    explorer->space.cases[i].unread > 0)
			continue;
		if (!explorer->decided[i])
			find(explorer, FINDING_NEVER_DECIDED, i, i, NULL, NULL, same_for_all(""));
		else if (!explorer->applied[i])
			find(explorer, FINDING_NEVER_APPLIES, i, i, NULL, NULL, same_for_all(""));
	}
}

static int by_kind(const void *a, const void *b)
{
	const struct finding *first = a, *second = b;
	if (first->kind != second->kind)
		return first->kind < second->kind ? -1 : 1;
	if (first->first != second->first)
		return first->first < second->first ? -1 : 1;
	return first->second < second->second ? -1 : first->second > second->second;
}

static void explore(struct explorer *explorer, size_t most)
{
	explorer->out->case_pairs = explorer->space.cut;
	for (size_t i = 0; i < case_count(explorer) && explorer->status == STATUS_OK; i++)
		if (explorer->space.rule->cases[i].pick_count > 0 &&
		    !walk(explorer, &explorer->space.cases[i], most, i, visit_case))
			explorer->out->case_pairs = true;
	if (explorer->status == STATUS_OK &&
	    !walk(explorer, &explorer->space.all, most, 0, visit_all)) {
		explorer->out->pairs = true;
		join_records(explorer);
	}
	find_never(explorer);
	/* A finding that is complete must not make room for the same one of a lesser record. */
	explorer->is_walked = true;
	const size_t count = explorer->out->finding_count;
	for (size_t i = 0; i < count && explorer->status == STATUS_OK; i++)
		complete_finding(explorer, i);
	qsort(explorer->findings, count, sizeof(explorer->findings[0]), by_kind);
}

static enum status make_kept(struct arena *arena, struct kept **out, size_t count)
{
	*out = arena_array(arena, count + 1, sizeof(**out));
	for (size_t i = 0; *out && i < count; i++) {
		(*out)[i].records = arena_array(arena, KEPT_RECORDS, sizeof(struct record));
		if (!(*out)[i].records)
			return STATUS_NO_MEMORY;
	}
	return *out ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status make_explorer(struct explorer *explorer, const char *today)
{
	struct arena *arena = explorer->arena;
	const size_t count = explorer->out->entry->judged_count;
	enum status status =
	        space_make(explorer->rules, explorer->out->entry, today, arena, &explorer->space);
	if (status != STATUS_OK)
		return status;
	explorer->tables = arena_array(arena, count + 1, sizeof(*explorer->tables));
	explorer->applied = arena_array(arena, count + 1, sizeof(bool));
	explorer->decided = arena_array(arena, count + 1, sizeof(bool));
	explorer->sentences = arena_array(arena, SENTENCES_MOST, sizeof(*explorer->sentences));
	explorer->findings = arena_array(arena, FINDINGS_MOST, sizeof(*explorer->findings));
	explorer->witnesses = arena_array(arena, FINDINGS_MOST, sizeof(*explorer->witnesses));
	explorer->weights = arena_array(arena, FINDINGS_MOST, sizeof(*explorer->weights));
	explorer->parameters = arena_array(arena, FINDINGS_MOST, sizeof(size_t));
	explorer->values = arena_array(arena, FINDINGS_MOST, sizeof(size_t));
	if (!explorer->tables || !explorer->applied || !explorer->decided || !explorer->sentences ||
	    !explorer->findings || !explorer->witnesses || !explorer->weights ||
	    !explorer->parameters || !explorer->values)
		return STATUS_NO_MEMORY;
	status = make_kept(arena, &explorer->applying, count);
	if (status == STATUS_OK)
		status = make_kept(arena, &explorer->excluding, count);
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = make_table(&explorer->tables[i], TABLE_FIRST,
		                    explorer->space.cases[i].own_count);
	explorer->out->findings = explorer->findings;
	return status;
}

enum status atlas_explore(struct diagnosis_scratch *rules, const struct entry *entry,
                          const struct atlas_settings *settings, struct arena *arena,
                          struct atlas *out)
{
	struct explorer explorer = { .rules = rules, .arena = arena, .out = out };
	*out = (struct atlas){ .entry = entry };
	if (!diagnoser_judges(rules->diagnoser, entry))
		return STATUS_OK;
	enum status status = arena_create(&explorer.scratch, 1 << 20);
	if (status == STATUS_OK)
		status = make_explorer(&explorer, settings->today);
	if (status == STATUS_OK)
		status = sandbox_load(rules->sandbox, NULL, NULL, settings->today);
	if (status == STATUS_OK) {
		for (size_t i = 0; i < entry->judged_count; i++) {
			out->atoms += explorer.space.cases[i].atom_count;
			out->unread += explorer.space.cases[i].unread;
		}
		explore(&explorer, settings->most);
		status = explorer.status;
	}
	/* The arena owns its texts. */
	const enum status emptied = sandbox_load(rules->sandbox, NULL, NULL, settings->today);
	for (size_t i = 0; explorer.tables && i < entry->judged_count; i++)
		drop_table(&explorer.tables[i]);
	arena_destroy(explorer.scratch);
	return status == STATUS_OK ? emptied : status;
}

bool atlas_is_complete(const struct atlas *atlas)
{
	return atlas->unread == 0 && !atlas->case_pairs && !atlas->pairs;
}
