/*
 * The atoms of all cases are read first. Then every column that one of them reads gets its values:
 * columns that are compared with one another are joined into groups (union-find over all columns)
 * and share the values of their group. Then parameters are made: the rows of each relation, its
 * cells, the answers. Last, each case gets the list of the parameters that are its own.
 */
#include "engine/diagnose/atlas_space.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/number.h"
#include "engine/text/check_digit.h"

enum { COLUMNS_MOST = RELATIONS_MOST * RELATION_COLUMNS_MOST };

/* The values of one column while they are gathered. */
struct values {
	const char *items[VALUES_MOST];
	size_t count;
};

struct maker {
	struct space *space;
	struct arena *arena;
	uint16_t group[COLUMNS_MOST];
	bool id_group[COLUMNS_MOST]; /* by the head of a group */
	bool read[COLUMNS_MOST];     /* an atom reads it */
	bool null_matters;           /* always: kept for a column without atoms */
	struct values values[COLUMNS_MOST];
	enum status status;
};

static size_t key_of(struct column_ref column)
{
	assert(column.relation <= RELATIONS_MOST); /* the last: no column, see no_column() */
	assert(column.column <= RELATION_COLUMNS_MOST);
	return column.relation * RELATION_COLUMNS_MOST + column.column;
}

static const struct column *column_at(const struct maker *maker, size_t key)
{
	const struct relation_shape *shape =
	        relation_shape(maker->space->relations, key / RELATION_COLUMNS_MOST);
	assert(key % RELATION_COLUMNS_MOST < shape->column_count);
	return &shape->columns[key % RELATION_COLUMNS_MOST];
}

static bool is_column(const struct maker *maker, struct column_ref column)
{
	return column.relation < relations_count(maker->space->relations) &&
	       column.column <
	               relation_shape(maker->space->relations, column.relation)->column_count;
}

/* --- atoms --- */

static enum status read_case(struct maker *maker, size_t index)
{
	const struct entry_case *one = &maker->space->entry->judged[index];
	const struct case_rule *rule = &maker->space->rule->cases[index];
	struct case_space *out = &maker->space->cases[index];
	struct atom *atoms =
	        arena_array(maker->arena, one->pick_count * ATOMS_MOST + 1, sizeof(*atoms));
	if (!atoms)
		return STATUS_NO_MEMORY;
	out->atoms = atoms;
	out->first_told = one->pick_count;
	for (size_t i = 0; i < one->pick_count; i++) {
		struct atoms read;
		const enum status status = atoms_read(one->picks[i].select, maker->space->relations,
		                                      maker->arena, &read);
		if (status != STATUS_OK)
			return status;
		const struct reads *reads = query_reads(rule->picks[i].query);
		bool told = reads->columns[RELATION_SAID] != 0;
		for (size_t k = 0; k < read.count; k++) {
			bool known = false;
			told = told || read.items[k].kind == ATOM_SAID;
			for (size_t m = 0; m < out->atom_count && !known; m++)
				known = atom_same(&atoms[m], &read.items[k]);
			if (known)
				continue;
			assert(out->atom_count < one->pick_count * ATOMS_MOST);
			atoms[out->atom_count++] = read.items[k];
			out->unread += read.items[k].kind == ATOM_UNREAD;
		}
		if (told && out->first_told == one->pick_count)
			out->first_told = i;
	}
	return STATUS_OK;
}

/* --- values --- */

static void add_value(struct maker *maker, size_t key, const char *value)
{
	struct values *values = &maker->values[key];
	assert(key < COLUMNS_MOST);
	assert(values->count < VALUES_MOST); /* a cell adds NULL */
	for (size_t i = 0; i < values->count; i++)
		if (strcmp(values->items[i], value) == 0)
			return;
	if (values->count + 1 < VALUES_MOST)
		values->items[values->count++] = value;
	else
		maker->space->cut = true;
}

static const char *day_text(struct maker *maker, struct day day)
{
	char text[DAY_SIZE];
	day_write(day, text);
	const char *copy = arena_copy(maker->arena, span_of(text));
	if (!copy)
		maker->status = STATUS_NO_MEMORY;
	return copy ? copy : "";
}

/* The day so many days and years before or after the one it is compared with, and its neighbours.
 */
static void add_days(struct maker *maker, const struct atom *atom)
{
	struct day day;
	if (!day_read(atom->day[0] ? atom->day : maker->space->today, &day))
		return;
	day = day_years_after(day_shift(day, atom->days), -atom->years);
	if (!day_exists(day))
		return;
	add_value(maker, key_of(atom->left), day_text(maker, day_shift(day, -1)));
	add_value(maker, key_of(atom->left), day_text(maker, day));
	add_value(maker, key_of(atom->left), day_text(maker, day_shift(day, 1)));
}

static void add_number(struct maker *maker, size_t key, double number)
{
	char text[NUMBER_TEXT_SIZE], folded[NUMBER_TEXT_SIZE];
	const char *value; /* records hold 15 digits */
	if (!number_write(number, text) ||
	    column_take(column_at(maker, key), text, folded, &value) != FIT_GOOD)
		return;
	const char *copy = arena_copy(maker->arena, span_of(text));
	if (copy)
		add_value(maker, key, copy);
	else
		maker->status = STATUS_NO_MEMORY;
}

static size_t head_of(const struct maker *maker, size_t key)
{
	while (maker->group[key] != key) {
		assert(maker->group[key] < key); /* a head is the least of its group: it ends */
		key = maker->group[key];
	}
	return key;
}

static void join(struct maker *maker, size_t a, size_t b)
{
	a = head_of(maker, a);
	b = head_of(maker, b);
	maker->group[a > b ? a : b] = (uint16_t)(a < b ? a : b);
}

static void take_atom(struct maker *maker, const struct atom *atom)
{
	if (!is_column(maker, atom->left))
		return;
	const size_t left = key_of(atom->left);
	maker->read[left] = true;
	switch (atom->kind) {
	case ATOM_WORD:
		for (size_t i = 0; i < atom->word_count; i++) {
			const char *value; /* of a text: no number */
			char number[NUMBER_TEXT_SIZE];
			const struct column *column = column_at(maker, left);
			if (column_take(column, atom->words[i], number, &value) == FIT_GOOD)
				add_value(maker, left, value);
		}
		break;
	case ATOM_DAY:
		add_days(maker, atom);
		break;
	case ATOM_PAIR:
		if (!is_column(maker, atom->right))
			break;
		maker->read[key_of(atom->right)] = true;
		join(maker, left, key_of(atom->right));
		break;
	default:
		break;
	}
}

static void mark_ids(struct maker *maker)
{
	for (size_t i = 0; i < maker->space->entry->judged_count; i++)
		for (size_t k = 0; k < maker->space->cases[i].atom_count; k++) {
			const struct atom *atom = &maker->space->cases[i].atoms[k];
			if (atom->kind == ATOM_ID && is_column(maker, atom->left))
				maker->id_group[head_of(maker, key_of(atom->left))] = true;
		}
}

static bool in_one_group(const struct maker *maker, size_t key, const char *part)
{
	for (size_t i = 0; i < COLUMNS_MOST; i++)
		if (maker->read[i] && head_of(maker, i) == head_of(maker, key) &&
		    strstr(column_at(maker, i)->label, part))
			return true;
	return false;
}

/* Invented ID numbers of 18 digits: the area 419900 is given to nobody. */
static const char *id_number(struct maker *maker, const char *digits17, bool right)
{
	static const char checks[] = "0123456789X";
	for (size_t i = 0; checks[i]; i++) {
		char text[19];
		snprintf(text, sizeof(text), "%s%c", digits17, checks[i]);
		if (id_number_check((struct span){ text, 18 }) == right) {
			const char *copy = arena_copy(maker->arena, span_of(text));
			if (!copy)
				maker->status = STATUS_NO_MEMORY;
			return copy ? copy : "";
		}
	}
	return "";
}

/* Equal, equal but for folding, and different; of ID numbers: valid, old, wrong, another's. */
static void add_group_values(struct maker *maker, size_t key)
{
	if (maker->id_group[head_of(maker, key)]) {
		add_value(maker, key, id_number(maker, "41990019800101001", true));
		add_value(maker, key, "419900800101001");
		add_value(maker, key, id_number(maker, "41990019800101001", false));
		add_value(maker, key, id_number(maker, "41990019910202002", true));
	} else if (in_one_group(maker, key, "编号")) {
		add_value(maker, key, "豫建安C（2023）0000001");
		add_value(maker, key, "豫建安C(2023)0000001");
		add_value(maker, key, "豫建安C（2019）0000002");
	} else if (in_one_group(maker, key, "代码")) {
		add_value(maker, key, "91419900MA0000001A");
		add_value(maker, key, "91419900ma0000001a");
		add_value(maker, key, "91419900MA0000002B");
	} else {
		add_value(maker, key, "河南甲（集团）有限公司");
		add_value(maker, key, "河南甲(集团)有限公司");
		add_value(maker, key, "河南乙有限公司");
	}
}

static bool is_grouped(const struct maker *maker, size_t key)
{
	if (maker->id_group[head_of(maker, key)])
		return true;
	for (size_t c = 0; c < maker->space->entry->judged_count; c++)
		for (size_t i = 0; i < maker->space->cases[c].atom_count; i++) {
			const struct atom *atom = &maker->space->cases[c].atoms[i];
			if (atom->kind == ATOM_PAIR &&
			    (key_of(atom->left) == key || key_of(atom->right) == key))
				return true;
		}
	return false;
}

static bool has_word_atom(const struct maker *maker, size_t key)
{
	for (size_t c = 0; c < maker->space->entry->judged_count; c++)
		for (size_t i = 0; i < maker->space->cases[c].atom_count; i++) {
			const struct atom *atom = &maker->space->cases[c].atoms[i];
			if ((atom->kind == ATOM_WORD) && is_column(maker, atom->left) &&
			    key_of(atom->left) == key)
				return true;
		}
	return false;
}

static int by_day(const void *a, const void *b)
{
	const char *const *first = a;
	const char *const *second = b;
	return strcmp(*first, *second);
}

static void fill_dates(struct maker *maker, size_t key)
{
	struct values *values = &maker->values[key];
	struct day day;
	/* Days that are compared with one another take each other's values. */
	for (size_t i = 0; i < COLUMNS_MOST; i++)
		if (i != key && maker->read[i] && head_of(maker, i) == head_of(maker, key))
			for (size_t k = 0; k < maker->values[i].count; k++)
				add_value(maker, key, maker->values[i].items[k]);
	/* A day ahead is unknown to a column of past days. */
	bool known = values->count > 0 && !column_at(maker, key)->past;
	for (size_t i = 0; i < values->count && !known; i++)
		known = strcmp(values->items[i], maker->space->today) <= 0;
	if (!known && day_read(maker->space->today, &day)) {
		add_value(maker, key, day_text(maker, day_shift(day, -1)));
		add_value(maker, key, day_text(maker, day));
	}
	qsort(values->items, values->count, sizeof(values->items[0]), by_day);
}

static int by_number(const void *a, const void *b)
{
	const double *first = a;
	const double *second = b;
	return (*first > *second) - (*first < *second);
}

/* The numbers that the column, or one that it is compared with, is compared with; in order. */
static size_t boundaries_of(const struct maker *maker, size_t key, double out[VALUES_MOST])
{
	size_t count = 0;
	for (size_t c = 0; c < maker->space->entry->judged_count; c++)
		for (size_t i = 0; i < maker->space->cases[c].atom_count; i++) {
			const struct atom *atom = &maker->space->cases[c].atoms[i];
			if (atom->kind != ATOM_NUMBER || atom->word_count == 0 ||
			    !is_column(maker, atom->left) ||
			    head_of(maker, key_of(atom->left)) != head_of(maker, key))
				continue;
			if (count == VALUES_MOST) {
				maker->space->cut = true;
				continue;
			}
			out[count++] = strtod(atom->words[0], NULL);
		}
	qsort(out, count, sizeof(out[0]), by_number);
	return count;
}

/* A number between the two, a whole one where there is one. */
static double between(double low, double high)
{
	const double middle = low + (high - low) / 2;
	return floor(middle) > low ? floor(middle) : ceil(middle) < high ? ceil(middle) : middle;
}

/*
 * Each boundary, and a number on either side of it. Two columns that are compared with one another
 * may lie between the same boundaries, so there are two numbers of each such interval.
 */
static void fill_numbers(struct maker *maker, size_t key)
{
	double boundaries[VALUES_MOST];
	const size_t count = boundaries_of(maker, key, boundaries);
	const bool paired = is_grouped(maker, key);
	if (count == 0) {
		add_value(maker, key, "1");
		add_value(maker, key, "2");
		return;
	}
	if (paired)
		add_number(maker, key, boundaries[0] - 2);
	add_number(maker, key, boundaries[0] - 1);
	for (size_t i = 0; i < count; i++) {
		add_number(maker, key, boundaries[i]);
		if (i + 1 == count || boundaries[i + 1] <= boundaries[i])
			continue;
		const double inner = between(boundaries[i], boundaries[i + 1]);
		add_number(maker, key, inner);
		if (paired)
			add_number(maker, key, between(inner, boundaries[i + 1]));
	}
	add_number(maker, key, boundaries[count - 1] + 1);
	if (paired)
		add_number(maker, key, boundaries[count - 1] + 2);
}

static void fill_column(struct maker *maker, size_t key)
{
	const struct column *column = column_at(maker, key);
	if (column->type == COLUMN_DATE) {
		fill_dates(maker, key);
	} else if (column->type == COLUMN_NUMBER) {
		fill_numbers(maker, key);
	} else if (column->type == COLUMN_FLAG) {
		add_value(maker, key, "1");
		add_value(maker, key, "0");
	} else if (column->word_count > 0) {
		/* Where words are only compared with one another, two tell equal from different. */
		const size_t count = has_word_atom(maker, key) ? column->word_count : 2;
		for (size_t i = 0; i < column->word_count && i < count; i++)
			add_value(maker, key, column->words[i]);
	} else if (is_grouped(maker, key)) {
		add_group_values(maker, key);
	} else {
		add_value(maker, key,
		          key / RELATION_COLUMNS_MOST == RELATION_TYPED ? "other" : "甲");
	}
}

/* --- parameters --- */

static struct parameter *add_parameter(struct maker *maker, enum parameter_kind kind,
                                       size_t relation)
{
	struct space *space = maker->space;
	if (space->parameter_count == PARAMETERS_MOST) {
		space->cut = true;
		return NULL;
	}
	assert(space->parameter_count < PARAMETERS_MOST);
	struct parameter *parameter = &space->parameters[space->parameter_count++];
	*parameter = (struct parameter){ .kind = kind, .relation = relation };
	return parameter;
}

static void add_rows(struct maker *maker, size_t relation)
{
	/* Typed or not: that nothing was typed is no fact of its own. */
	const bool engine = relation < RELATION_RECORDED;
	const size_t most = relation_shape(maker->space->relations, relation)->rows_most;
	struct parameter *rows = add_parameter(maker, PARAMETER_ROWS, relation);
	if (!rows)
		return;
	assert(maker->space->rows_of[relation] == PARAMETERS_MOST);
	maker->space->rows_of[relation] = (uint8_t)(rows - maker->space->parameters);
	rows->rows[rows->count++] = -1;
	if (!engine)
		rows->rows[rows->count++] = 0;
	rows->rows[rows->count++] = 1;
	if (most > 1)
		rows->rows[rows->count++] = SPACE_ROWS;
	assert(rows->count <= sizeof(rows->rows) / sizeof(rows->rows[0]));
}

static void add_cells(struct maker *maker, size_t relation)
{
	const struct space *space = maker->space;
	const struct parameter *rows = &space->parameters[space->rows_of[relation]];
	assert(rows->kind == PARAMETER_ROWS);
	assert(rows->relation == relation);
	const size_t most = (size_t)rows->rows[rows->count - 1];
	const size_t columns = relation_shape(space->relations, relation)->column_count;
	for (size_t row = 0; row < most; row++)
		for (size_t i = 0; i < columns; i++) {
			const size_t key = key_of((struct column_ref){ relation, i });
			if (!maker->read[key])
				continue;
			struct parameter *cell = add_parameter(maker, PARAMETER_CELL, relation);
			if (!cell)
				return;
			cell->row = row;
			cell->column = i;
			for (size_t k = 0; k < maker->values[key].count; k++)
				cell->values[cell->count++] = maker->values[key].items[k];
			if (relation >= RELATION_RECORDED)
				cell->values[cell->count++] = NULL;
			assert(cell->count <= VALUES_MOST);
		}
}

static void add_answers(struct maker *maker)
{
	const struct entry *entry = maker->space->entry;
	for (size_t q = 0; q < entry->question_count; q++) {
		struct parameter *answer = add_parameter(maker, PARAMETER_ANSWER, RELATION_SAID);
		if (!answer)
			return;
		answer->question = q;
		answer->values[answer->count++] = NULL;
		for (size_t i = 0; i < entry->questions[q].option_count; i++)
			answer->values[answer->count++] = entry->questions[q].options[i].value;
		assert(answer->count <= VALUES_MOST);
	}
}

static bool reads_column(const struct case_space *one, size_t key)
{
	for (size_t i = 0; i < one->atom_count; i++)
		if (key_of(one->atoms[i].left) == key || key_of(one->atoms[i].right) == key)
			return true;
	return false;
}

static bool reads_answer(const struct case_space *one, const char *fact)
{
	for (size_t i = 0; i < one->atom_count; i++)
		if (one->atoms[i].kind == ATOM_SAID && strcmp(one->atoms[i].fact, fact) == 0)
			return true;
	return false;
}

static bool reads_parameter(const struct maker *maker, size_t index, const struct parameter *one)
{
	const struct space *space = maker->space;
	const struct reads *reads = &space->rule->cases[index].reads;
	switch (one->kind) {
	case PARAMETER_ROWS:
		return reads->columns[one->relation] != 0;
	case PARAMETER_CELL:
		return reads_column(&space->cases[index],
		                    key_of((struct column_ref){ one->relation, one->column }));
	default:
		return reads_answer(&space->cases[index],
		                    space->entry->questions[one->question].fact);
	}
}

static bool give_parameters(struct maker *maker, struct case_space *out, size_t index)
{
	const struct space *space = maker->space;
	const size_t cases = space->entry->judged_count;
	uint8_t *own = arena_array(maker->arena, space->parameter_count + 1, 1);
	if (!own)
		return false;
	for (size_t i = 0; i < space->parameter_count; i++) {
		bool reads = false;
		for (size_t c = 0; c < cases && !reads; c++)
			reads = (index == cases || index == c) &&
			        reads_parameter(maker, c, &space->parameters[i]);
		if (reads)
			own[out->own_count++] = (uint8_t)i;
	}
	assert(out->own_count <= space->parameter_count);
	out->own = own;
	return true;
}

/* Columns that a case reads though no atom of it was read: where some were not, they may matter. */
static void mark_unread_columns(struct maker *maker)
{
	const struct space *space = maker->space;
	for (size_t c = 0; c < space->entry->judged_count; c++)
		for (size_t r = 0; space->cases[c].unread && r < relations_count(space->relations);
		     r++)
			for (size_t i = 0; i < relation_shape(space->relations, r)->column_count;
			     i++)
				if (r != RELATION_SAID &&
				    space->rule->cases[c].reads.columns[r] & 1U << i)
					maker->read[key_of((struct column_ref){ r, i })] = true;
}

static void gather_values(struct maker *maker)
{
	const struct space *space = maker->space;
	for (size_t c = 0; c < space->entry->judged_count; c++)
		for (size_t i = 0; i < space->cases[c].atom_count; i++)
			take_atom(maker, &space->cases[c].atoms[i]);
	mark_unread_columns(maker);
	mark_ids(maker);
	for (size_t key = 0; key < COLUMNS_MOST; key++)
		if (maker->read[key])
			fill_column(maker, key);
}

static bool is_read(const struct space *space, size_t relation)
{
	for (size_t c = 0; c < space->entry->judged_count; c++)
		if (space->rule->cases[c].reads.columns[relation])
			return true;
	return false;
}

enum status space_make(struct diagnosis_scratch *rules, const struct entry *entry,
                       const char today[DAY_SIZE], struct arena *arena, struct space *out)
{
	struct maker *maker = arena_array(arena, 1, sizeof(*maker));
	const size_t cases = entry->judged_count;
	*out = (struct space){ .entry = entry, .relations = rules->diagnoser->relations };
	snprintf(out->today, sizeof(out->today), "%s", today);
	out->parameters = arena_array(arena, PARAMETERS_MOST, sizeof(*out->parameters));
	out->cases = arena_array(arena, cases + 1, sizeof(*out->cases));
	if (!maker || !out->parameters || !out->cases)
		return STATUS_NO_MEMORY;
	const enum status compiled = diagnosis_scratch_rule(rules, entry, &out->rule);
	if (compiled != STATUS_OK)
		return compiled;
	*maker = (struct maker){ .space = out, .arena = arena };
	for (size_t i = 0; i < COLUMNS_MOST; i++)
		maker->group[i] = (uint16_t)i;
	memset(out->rows_of, PARAMETERS_MOST, sizeof(out->rows_of));
	for (size_t i = 0; i < cases; i++) {
		const enum status status = read_case(maker, i);
		if (status != STATUS_OK)
			return status;
	}
	gather_values(maker);
	for (size_t r = 0; r < relations_count(out->relations); r++)
		if (r != RELATION_SAID && is_read(out, r))
			add_rows(maker, r);
	for (size_t r = 0; r < relations_count(out->relations); r++)
		if (out->rows_of[r] < PARAMETERS_MOST)
			add_cells(maker, r);
	add_answers(maker);
	for (size_t i = 0; i < cases; i++)
		if (!give_parameters(maker, &out->cases[i], i))
			return STATUS_NO_MEMORY;
	if (!give_parameters(maker, &out->all, cases))
		return STATUS_NO_MEMORY;
	return maker->status;
}

/* --- records --- */

int space_rows(const struct space *space, const struct record *record, size_t relation)
{
	const size_t rows = space->rows_of[relation];
	return rows < PARAMETERS_MOST ? space->parameters[rows].rows[record->values[rows]] : -1;
}

bool space_alive(const struct space *space, const struct record *record, size_t parameter)
{
	const struct parameter *one = &space->parameters[parameter];
	assert(parameter < space->parameter_count);
	return one->kind != PARAMETER_CELL ||
	       (int)one->row < space_rows(space, record, one->relation);
}

const char *space_value(const struct space *space, const struct record *record, size_t parameter)
{
	return space_alive(space, record, parameter)
	               ? space->parameters[parameter].values[record->values[parameter]]
	               : NULL;
}

static size_t times(size_t a, size_t b)
{
	return b && a > SIZE_MAX / b ? SIZE_MAX : a * b;
}

static size_t plus(size_t a, size_t b)
{
	return a > SIZE_MAX - b ? SIZE_MAX : a + b;
}

size_t space_size(const struct space *space, const struct case_space *of, int rows_most)
{
	size_t size = 1;
	for (size_t i = 0; i < of->own_count; i++) {
		const struct parameter *one = &space->parameters[of->own[i]];
		size_t row = 1, states = 0;
		if (one->kind == PARAMETER_ANSWER)
			size = times(size, one->count);
		if (one->kind != PARAMETER_ROWS)
			continue;
		for (size_t k = 0; k < of->own_count; k++) {
			const struct parameter *cell = &space->parameters[of->own[k]];
			if (cell->kind == PARAMETER_CELL && cell->relation == one->relation &&
			    cell->row == 0)
				row = times(row, cell->count);
		}
		for (size_t k = 0; k < one->count; k++) {
			if (one->rows[k] <= 0)
				states++;
			else if (one->rows[k] == 1)
				states = plus(states, row);
			else if (rows_most > 1)
				states = plus(states, times(row, row + 1) / 2);
		}
		size = times(size, states);
	}
	return size;
}

/* Whether the second row is before the first: the same record stands elsewhere. */
static bool rows_are_swapped(const struct space *space, const struct case_space *of,
                             const struct record *record, size_t relation)
{
	if (space_rows(space, record, relation) < SPACE_ROWS)
		return false;
	for (size_t i = 0; i < of->own_count; i++) {
		const struct parameter *first = &space->parameters[of->own[i]];
		if (first->kind != PARAMETER_CELL || first->relation != relation || first->row != 0)
			continue;
		for (size_t k = 0; k < of->own_count; k++) {
			const struct parameter *second = &space->parameters[of->own[k]];
			if (second->kind != PARAMETER_CELL || second->relation != relation ||
			    second->row != 1 || second->column != first->column)
				continue;
			const int difference =
			        record->values[of->own[k]] - record->values[of->own[i]];
			if (difference != 0)
				return difference < 0;
		}
	}
	return false;
}

static bool next_cells(const struct space *space, const struct case_space *of,
                       struct record *record, size_t relation)
{
	for (size_t i = 0; i < of->own_count; i++) {
		const size_t at = of->own[i];
		const struct parameter *one = &space->parameters[at];
		if (one->kind != PARAMETER_CELL || one->relation != relation ||
		    !space_alive(space, record, at))
			continue;
		if (++record->values[at] < one->count)
			return true;
		record->values[at] = 0;
	}
	return false;
}

/* The next state of a relation; false where it began again. */
static bool next_state(const struct space *space, const struct case_space *of, int rows_most,
                       struct record *record, size_t at)
{
	const struct parameter *rows = &space->parameters[at];
	do
		if (!next_cells(space, of, record, rows->relation)) {
			const size_t next = (size_t)record->values[at] + 1;
			assert(next <= rows->count);
			if (next == rows->count || rows->rows[next] > rows_most) {
				record->values[at] = 0;
				return false;
			}
			record->values[at] = (uint8_t)next;
		}
	while (rows_are_swapped(space, of, record, rows->relation));
	return true;
}

bool space_next(const struct space *space, const struct case_space *of, int rows_most,
                struct record *record)
{
	/* The answers change first: they need no other record. */
	for (size_t i = 0; i < of->own_count; i++) {
		const size_t at = of->own[i];
		if (space->parameters[at].kind != PARAMETER_ANSWER)
			continue;
		if (++record->values[at] < space->parameters[at].count)
			return true;
		record->values[at] = 0;
	}
	for (size_t i = 0; i < of->own_count; i++)
		if (space->parameters[of->own[i]].kind == PARAMETER_ROWS &&
		    next_state(space, of, rows_most, record, of->own[i]))
			return true;
	return false;
}

unsigned space_weight(const struct space *space, const struct case_space *of,
                      const struct record *record)
{
	unsigned weight = 0;
	for (size_t i = 0; i < of->own_count; i++) {
		const size_t at = of->own[i];
		const struct parameter *one = &space->parameters[at];
		if (one->kind == PARAMETER_ROWS)
			weight += 4U * (unsigned)(one->rows[record->values[at]] + 1);
		else if (space_value(space, record, at))
			weight += one->kind == PARAMETER_ANSWER ? 4 : 1;
	}
	return weight;
}

static void write_row(const struct space *space, const struct case_space *of,
                      const struct record *record, size_t relation, int row, struct buf *out)
{
	const struct relation_shape *shape = relation_shape(space->relations, relation);
	bool first = true;
	buf_append_char(out, '{');
	for (size_t i = 0; i < of->own_count; i++) {
		const struct parameter *one = &space->parameters[of->own[i]];
		const char *value = space_value(space, record, of->own[i]);
		if (one->kind != PARAMETER_CELL || one->relation != relation ||
		    (int)one->row != row || !value)
			continue;
		const struct column *column = &shape->columns[one->column];
		buf_append_format(out, "%s\"%s\":", first ? "" : ",", column->name);
		if (column->type == COLUMN_FLAG || column->type == COLUMN_NUMBER)
			buf_append_text(out, value);
		else
			json_append_string(out, value);
		first = false;
	}
	buf_append_char(out, '}');
}

static void write_answers(const struct space *space, const struct case_space *of,
                          const struct record *record, bool first, struct buf *out)
{
	bool begun = false;
	for (size_t i = 0; i < of->own_count; i++) {
		const struct parameter *one = &space->parameters[of->own[i]];
		const char *value = space_value(space, record, of->own[i]);
		if (one->kind != PARAMETER_ANSWER || !value)
			continue;
		buf_append_text(out, begun ? "," : first ? "\"said\":[" : ",\"said\":[");
		begun = true;
		buf_append_text(out, "{\"fact\":");
		json_append_string(out, space->entry->questions[one->question].fact);
		buf_append_text(out, ",\"value\":");
		json_append_string(out, value);
		buf_append_char(out, '}');
	}
	if (begun)
		buf_append_char(out, ']');
}

void space_write_facts(const struct space *space, const struct case_space *of,
                       const struct record *record, struct buf *out)
{
	bool first = true;
	buf_append_char(out, '{');
	for (size_t i = 0; i < of->own_count; i++) {
		const struct parameter *one = &space->parameters[of->own[i]];
		const int rows = space_rows(space, record, one->relation);
		if (one->kind != PARAMETER_ROWS || rows < 0)
			continue;
		buf_append_format(out, "%s\"%s\":[", first ? "" : ",",
		                  relation_shape(space->relations, one->relation)->name);
		for (int row = 0; row < rows; row++) {
			if (row > 0)
				buf_append_char(out, ',');
			write_row(space, of, record, one->relation, row, out);
		}
		buf_append_char(out, ']');
		first = false;
	}
	write_answers(space, of, record, first, out);
	buf_append_char(out, '}');
}
