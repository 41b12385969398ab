/*
 * A *sheet* holds the rows of a record, be it a sample or one of the space, so that one value can
 * be put in the place of another. For each atom every such change that turns the atom is tried,
 * until one changes the verdict.
 */
#include "engine/diagnose/atlas_cover.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/diagnose/atlas_space.h"
#include "engine/diagnose/rules.h"

enum {
	SHEET_ROWS = 6,
	RECORDS_TRIED = 1500, /* of the space, for each case */
	SCRATCH_BYTES = 1 << 20,
};

struct sheet {
	int rows[RELATIONS_MOST]; /* -1: absent */
	const char *values[RELATIONS_MOST][SHEET_ROWS][RELATION_COLUMNS_MOST];
};

enum truth { UNTRUE, TRUE_ONE, NOT_KNOWN };

struct search {
	struct diagnosis_scratch *rules;
	const struct entry *entry;
	struct space space;
	struct arena *arena, *scratch;
	size_t index; /* the case */
	const struct atom *atom;
	char today[DAY_SIZE];
	struct sheet sheet;
	enum status status;
};

static enum verdict judge(struct search *search)
{
	struct judgement judgement;
	char problem[SANDBOX_PROBLEM_SIZE];
	arena_reset(search->scratch);
	const enum status status = case_judge(&search->space.rule->cases[search->index],
	                                      search->scratch, &judgement, problem);
	if (status == STATUS_NO_MEMORY)
		search->status = status;
	return status == STATUS_OK ? judgement.verdict : VERDICT_UNKNOWN;
}

static void load(struct search *search, size_t relation)
{
	const struct sheet *sheet = &search->sheet;
	const char *const *pointers[SHEET_ROWS];
	const int rows = sheet->rows[relation];
	assert(rows >= -1);
	assert(rows <= SHEET_ROWS);
	for (int i = 0; i < SHEET_ROWS; i++)
		pointers[i] = sheet->values[relation][i];
	const enum status status =
	        sandbox_replace(search->rules->sandbox, relation, rows < 0 ? NULL : pointers,
	                        rows < 0 ? 0 : (size_t)rows);
	if (status != STATUS_OK)
		search->status = status;
}

static void load_all(struct search *search)
{
	sandbox_move(search->rules->sandbox, search->today);
	for (size_t r = 0; r < relations_count(search->space.relations); r++)
		load(search, r);
}

/* --- whether an atom holds of a value --- */

static enum truth of_bool(bool holds)
{
	return holds ? TRUE_ONE : UNTRUE;
}

static enum truth side_of(enum comparison comparison, int order)
{
	switch (comparison) {
	case COMPARE_LESS:
	case COMPARE_GREATER_EQUAL:
		return of_bool(order < 0);
	case COMPARE_LESS_EQUAL:
	case COMPARE_GREATER:
		return of_bool(order <= 0);
	default:
		return of_bool(order == 0);
	}
}

static enum truth compare_days(const struct search *search, const char *value)
{
	const struct atom *atom = search->atom;
	struct day day, with;
	char text[DAY_SIZE], other[DAY_SIZE];
	const struct column *column = &relation_shape(search->space.relations, atom->left.relation)
	                                       ->columns[atom->left.column];
	/* The sandbox takes such a day as unknown. */
	if (column->past && strcmp(value, search->today) > 0)
		return NOT_KNOWN;
	if (!day_read(value, &day) || !day_read(atom->day[0] ? atom->day : search->today, &with))
		return NOT_KNOWN;
	day_write(day_years_after(day, atom->years), text);
	day_write(day_shift(with, atom->days), other);
	return side_of(atom->comparison, strcmp(text, other));
}

static enum truth compare_numbers(const struct atom *atom, const char *value)
{
	const double number = strtod(value, NULL), with = strtod(atom->words[0], NULL);
	return side_of(atom->comparison, number < with ? -1 : number > with);
}

static bool is_word(const struct atom *atom, const char *value)
{
	for (size_t i = 0; i < atom->word_count; i++)
		if (strcmp(atom->words[i], value) == 0)
			return true;
	return false;
}

/* The sides need no names, only to be two: for <> and >= the other is called true. */
static enum truth holds_of(struct search *search, const char *value)
{
	const struct atom *atom = search->atom;
	if (atom->kind == ATOM_NULL)
		return of_bool(!value);
	if (atom->kind == ATOM_SAID)
		return of_bool(value && is_word(atom, value));
	if (!value)
		return NOT_KNOWN;
	if (atom->kind == ATOM_FLAG)
		return of_bool(strcmp(value, "1") == 0);
	if (atom->kind == ATOM_WORD)
		return of_bool(is_word(atom, value));
	if (atom->kind == ATOM_DAY)
		return compare_days(search, value);
	if (atom->kind == ATOM_NUMBER)
		return compare_numbers(atom, value);
	return NOT_KNOWN;
}

/* Of a pair, or an ID number, the verdict tells the side: equal or not is seen in both columns. */
static bool is_told_by_verdict(const struct atom *atom)
{
	return atom->kind == ATOM_PAIR || atom->kind == ATOM_ID;
}

/* --- changing one place --- */

static const struct parameter *cell_of(const struct space *space, struct column_ref column)
{
	for (size_t i = 0; i < space->parameter_count; i++) {
		const struct parameter *one = &space->parameters[i];
		if (one->kind == PARAMETER_CELL && one->relation == column.relation &&
		    one->column == column.column && one->row == 0)
			return one;
	}
	return NULL;
}

/* Whether another value in the place, on the atom's other side, changes the verdict. */
static bool turns(struct search *search, size_t relation, const char **place,
                  const struct parameter *values, enum verdict verdict)
{
	const char *before = *place;
	const enum truth side = holds_of(search, before);
	bool changed = false;
	for (size_t i = 0; i < values->count && !changed; i++) {
		const enum truth other = holds_of(search, values->values[i]);
		if (!is_told_by_verdict(search->atom) &&
		    (other == NOT_KNOWN || other == side || side == NOT_KNOWN))
			continue;
		*place = values->values[i];
		load(search, relation);
		changed = judge(search) != verdict;
	}
	*place = before;
	load(search, relation);
	return changed;
}

/* Marks the sides of the atom that a change in the column shows. */
static void try_column(struct search *search, struct column_ref column, enum verdict verdict,
                       bool shown[2])
{
	const struct parameter *values = cell_of(&search->space, column);
	if (column.relation >= RELATIONS_MOST || !values)
		return;
	for (int row = 0; row < search->sheet.rows[column.relation]; row++) {
		const char **place = &search->sheet.values[column.relation][row][column.column];
		const size_t side = is_told_by_verdict(search->atom)
		                            ? verdict == VERDICT_APPLIES
		                            : holds_of(search, *place) == TRUE_ONE;
		if (!shown[side] && turns(search, column.relation, place, values, verdict))
			shown[side] = true;
	}
}

static void try_rows(struct search *search, size_t relation, enum verdict verdict, bool shown[2])
{
	const int rows = search->sheet.rows[relation];
	const size_t side = rows == 0;
	if (rows < 0 || shown[side])
		return;
	search->sheet.rows[relation] = rows == 0;
	load(search, relation);
	shown[side] = judge(search) != verdict;
	search->sheet.rows[relation] = rows;
	load(search, relation);
}

/* A sample may hold an answer that does not say what it is of: NULL. */
static bool is_fact(const char *said, const char *fact)
{
	return said && strcmp(said, fact) == 0;
}

static void try_answer(struct search *search, enum verdict verdict, bool shown[2])
{
	struct sheet *sheet = &search->sheet;
	const int rows = sheet->rows[RELATION_SAID] < 0 ? 0 : sheet->rows[RELATION_SAID];
	int at = 0;
	while (at < rows && !is_fact(sheet->values[RELATION_SAID][at][0], search->atom->fact))
		at++;
	if (at == SHEET_ROWS)
		return;
	for (size_t i = 0; i < search->space.parameter_count; i++) {
		const struct parameter *one = &search->space.parameters[i];
		if (one->kind != PARAMETER_ANSWER ||
		    strcmp(search->entry->questions[one->question].fact, search->atom->fact) != 0)
			continue;
		const char **place = &sheet->values[RELATION_SAID][at][1];
		const int before = sheet->rows[RELATION_SAID];
		if (at == rows) {
			sheet->values[RELATION_SAID][at][0] = search->atom->fact;
			*place = NULL;
			sheet->rows[RELATION_SAID] = rows + 1;
		}
		const size_t side = holds_of(search, *place) == TRUE_ONE;
		if (!shown[side] && turns(search, RELATION_SAID, place, one, verdict))
			shown[side] = true;
		sheet->rows[RELATION_SAID] = before;
		load(search, RELATION_SAID);
		return;
	}
}

/* The sides of the atom that the sheet, which is loaded, shows. */
static void try_atom(struct search *search, enum verdict verdict, bool shown[2])
{
	const struct atom *atom = search->atom;
	if (atom->kind == ATOM_SAID) {
		try_answer(search, verdict, shown);
	} else if (atom->kind == ATOM_ROWS) {
		try_rows(search, atom->left.relation, verdict, shown);
	} else if (atom->kind != ATOM_UNREAD) {
		try_column(search, atom->left, verdict, shown);
		if (atom->kind == ATOM_PAIR)
			try_column(search, atom->right, verdict, shown);
	}
}

/* --- sheets --- */

static void clear_sheet(struct sheet *sheet)
{
	memset(sheet, 0, sizeof(*sheet));
	for (size_t i = 0; i < RELATIONS_MOST; i++)
		sheet->rows[i] = -1;
}

/* False where it does not fit. */
static bool take_facts(struct search *search, const struct facts *facts)
{
	clear_sheet(&search->sheet);
	for (size_t r = 0; r < relations_count(search->space.relations); r++) {
		const size_t columns = relation_shape(search->space.relations, r)->column_count;
		if (!facts_present(facts, r))
			continue;
		if (facts_rows(facts, r) > SHEET_ROWS)
			return false;
		search->sheet.rows[r] = (int)facts_rows(facts, r);
		for (size_t row = 0; row < facts_rows(facts, r); row++)
			for (size_t i = 0; i < columns; i++)
				search->sheet.values[r][row][i] = facts_value(facts, r, row, i);
	}
	return true;
}

static void take_record(struct search *search, const struct record *record)
{
	const struct space *space = &search->space;
	struct sheet *sheet = &search->sheet;
	clear_sheet(sheet);
	for (size_t r = 0; r < relations_count(space->relations); r++)
		sheet->rows[r] = space_rows(space, record, r);
	sheet->rows[RELATION_SAID] = -1;
	for (size_t i = 0; i < space->parameter_count; i++) {
		const struct parameter *one = &space->parameters[i];
		const char *value = space_value(space, record, i);
		if (one->kind == PARAMETER_CELL && value)
			sheet->values[one->relation][one->row][one->column] = value;
		const int at = sheet->rows[RELATION_SAID] < 0 ? 0 : sheet->rows[RELATION_SAID];
		if (one->kind != PARAMETER_ANSWER || !value || at == SHEET_ROWS)
			continue;
		sheet->values[RELATION_SAID][at][0] = search->entry->questions[one->question].fact;
		sheet->values[RELATION_SAID][at][1] = value;
		sheet->rows[RELATION_SAID] = at + 1;
	}
}

/* --- one case --- */

typedef bool sides[2];

static void try_sample(struct search *search, const struct sample_record *sample, sides *shown)
{
	const struct case_space *own = &search->space.cases[search->index];
	struct facts *facts = NULL;
	bool expected = false;
	for (size_t i = 0; i < sample->expected_count; i++)
		expected = expected || strcmp(sample->expected[i].case_id,
		                              search->entry->judged[search->index].id) == 0;
	if (!expected)
		return;
	enum status status = facts_create(search->space.relations, &facts);
	if (status == STATUS_OK &&
	    facts_read_json(facts, span_of(sample->facts), sample->file, NULL) == STATUS_OK &&
	    take_facts(search, facts)) {
		snprintf(search->today, sizeof(search->today), "%s", sample->today);
		load_all(search);
		const enum verdict verdict = judge(search);
		for (size_t i = 0; i < own->atom_count; i++) {
			search->atom = &own->atoms[i];
			try_atom(search, verdict, shown[i]);
		}
	}
	facts_destroy(facts);
	if (status != STATUS_OK)
		search->status = status;
}

static void write_line(struct search *search, const struct record *record, enum verdict verdict,
                       struct buf *lines)
{
	buf_append_format(lines, "{\"entry\":\"%s\",\"today\":\"%s\",\"facts\":", search->entry->id,
	                  search->today);
	space_write_facts(&search->space, &search->space.cases[search->index], record, lines);
	buf_append_format(lines, ",\"expect\":{\"%s\":\"%s\"}}\n",
	                  search->entry->judged[search->index].id, verdict_name(verdict));
}

/* A record of the space that shows what no sample does. */
static void try_record(struct search *search, const struct record *record, sides *shown,
                       struct buf *lines, struct cover *out)
{
	const struct case_space *own = &search->space.cases[search->index];
	size_t found = 0;
	take_record(search, record);
	load_all(search);
	const enum verdict verdict = judge(search);
	for (size_t i = 0; i < own->atom_count; i++) {
		const bool before[2] = { shown[i][0], shown[i][1] };
		if (before[0] && before[1])
			continue;
		search->atom = &own->atoms[i];
		try_atom(search, verdict, shown[i]);
		found += (size_t)(shown[i][0] - before[0]) + (size_t)(shown[i][1] - before[1]);
	}
	assert(found <= 2 * own->atom_count);
	out->missing += found;
	if (found > 0)
		write_line(search, record, verdict, lines);
}

static size_t count_shown(const struct case_space *own, sides *shown, bool readable_only)
{
	size_t count = 0;
	for (size_t i = 0; i < own->atom_count; i++)
		if (!readable_only || own->atoms[i].kind != ATOM_UNREAD)
			count += readable_only ? 2 : (size_t)shown[i][0] + (size_t)shown[i][1];
	return count;
}

static void cover_case(struct search *search, const char *today, struct buf *lines,
                       struct cover *out)
{
	const struct knowledge *knowledge = search->rules->diagnoser->knowledge;
	const struct case_space *own = &search->space.cases[search->index];
	sides *shown = arena_array(search->arena, own->atom_count + 1, sizeof(*shown));
	struct record record = { { 0 } };
	size_t tried = 0;
	if (!shown) {
		search->status = STATUS_NO_MEMORY;
		return;
	}
	for (size_t i = 0; i < knowledge->sample_count && search->status == STATUS_OK; i++)
		if (strcmp(knowledge->samples[i].entry, search->entry->id) == 0)
			try_sample(search, &knowledge->samples[i], shown);
	out->decisions += count_shown(own, shown, true);
	out->shown += count_shown(own, shown, false);
	assert(out->shown <= out->decisions);
	snprintf(search->today, sizeof(search->today), "%s", today);
	do
		if (count_shown(own, shown, false) < count_shown(own, shown, true))
			try_record(search, &record, shown, lines, out);
	while (search->status == STATUS_OK && ++tried < RECORDS_TRIED &&
	       space_next(&search->space, own, 1, &record));
}

enum status cover_explore(struct diagnosis_scratch *rules, const struct entry *entry,
                          const char today[DAY_SIZE], struct arena *arena, struct buf *lines,
                          struct cover *out)
{
	struct search *search = arena_array(arena, 1, sizeof(*search));
	*out = (struct cover){ 0, 0, 0 };
	if (!search)
		return STATUS_NO_MEMORY;
	*search = (struct search){ .rules = rules, .entry = entry, .arena = arena };
	enum status status = arena_create(&search->scratch, SCRATCH_BYTES);
	if (status == STATUS_OK)
		status = space_make(rules, entry, today, arena, &search->space);
	for (size_t i = 0; status == STATUS_OK && i < entry->judged_count; i++) {
		search->index = i;
		if (entry->judged[i].pick_count > 0)
			cover_case(search, today, lines, out);
		status = search->status;
	}
	const enum status emptied = sandbox_load(rules->sandbox, NULL, NULL, today);
	arena_destroy(search->scratch);
	if (status == STATUS_OK)
		status = emptied;
	return status == STATUS_OK ? buf_status(lines) : status;
}
