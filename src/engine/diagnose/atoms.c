/*
 * The tree of a pick is walked from its verdict, its conditions and its order. A node in the place
 * of a truth value is *weighed*: AND, OR, NOT, CASE, iif(), some() are gone through, and what
 * remains are comparisons. The sides of a comparison are *described*: a column (perhaps folded by
 * plain() or person()), a constant, today(), an answer, a count. A side that is a CASE or iif() has
 * a description a branch.
 *
 * A name means a column of the innermost SELECT that has it, be it of a relation or of a SELECT in
 * FROM, which is followed to where the value comes from.
 */
#include "engine/diagnose/atoms.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "engine/diagnose/sql_names.h"

enum {
	OPERANDS_MOST = 12,
	FOLLOW_MOST = 40,      /* SELECTs, one in the FROM of the other */
	FOLLOWS_MOST = 2000,   /* of all names together */
	NUMBER_MOST = 4000000, /* of days or years: more than the calendar has */
};

enum operand_kind {
	OPERAND_CONSTANT,
	OPERAND_COLUMN,
	OPERAND_TODAY,
	OPERAND_SAID,
	OPERAND_ROWS,
	OPERAND_DAYS,     /* days_between(): from a column to today, or back */
	OPERAND_POSITION, /* instr(column, text) */
	OPERAND_TRUTH,    /* weighed already */
	OPERAND_UNREAD,
};

struct operand {
	enum operand_kind kind;
	struct column_ref column;
	const char *text; /* of a constant, a fact, or what is looked for; NULL for NULL */
	int64_t years;
	bool backwards; /* of OPERAND_DAYS: from today to the column */
};

struct operands {
	struct operand items[OPERANDS_MOST];
	size_t count;
};

struct reader {
	const struct relations *relations;
	struct arena *arena;
	struct atom *items;
	size_t count, unread;
	int depth; /* of names that were followed */
	size_t follows;
	enum status status;
};

static void weigh(struct reader *reader, const struct scope *scope, const struct node *node);
static void describe(struct reader *reader, const struct scope *scope, const struct node *node,
                     struct operands *out);
static void walk_select(struct reader *reader, const struct scope *parent,
                        const struct select *select);

/* --- the list --- */

static bool same_column(struct column_ref a, struct column_ref b)
{
	return a.relation == b.relation && a.column == b.column;
}

bool atom_same(const struct atom *a, const struct atom *b)
{
	if (a->kind != b->kind || a->comparison != b->comparison ||
	    !same_column(a->left, b->left) || !same_column(a->right, b->right) ||
	    a->years != b->years || a->days != b->days || strcmp(a->day, b->day) != 0 ||
	    a->word_count != b->word_count || strcmp(a->fact, b->fact) != 0)
		return false;
	for (size_t i = 0; i < a->word_count; i++)
		if (strcmp(a->words[i], b->words[i]) != 0)
			return false;
	return a->kind != ATOM_UNREAD || span_equal(a->source, b->source);
}

static void add(struct reader *reader, const struct atom *atom)
{
	for (size_t i = 0; i < reader->count; i++)
		if (atom_same(&reader->items[i], atom))
			return;
	assert(reader->count <= ATOMS_MOST);
	if (reader->count == ATOMS_MOST) {
		struct atom *last = &reader->items[ATOMS_MOST - 1];
		reader->unread += last->kind != ATOM_UNREAD;
		last->kind = ATOM_UNREAD;
		return;
	}
	reader->items[reader->count++] = *atom;
	reader->unread += atom->kind == ATOM_UNREAD;
	assert(reader->unread <= reader->count);
}

static struct atom new_atom(enum atom_kind kind, const struct node *node)
{
	return (struct atom){ .kind = kind,
		              .left = no_column(),
		              .right = no_column(),
		              .fact = "",
		              .source = node->source };
}

static void add_unread(struct reader *reader, const struct node *node)
{
	const struct atom atom = new_atom(ATOM_UNREAD, node);
	add(reader, &atom);
}

/* --- names --- */

/* Whether the name is one of the result columns of its own SELECT. */
static bool is_result(const struct scope *scope, const struct node *node)
{
	return !node->qualifier[0] &&
	       select_column(scope->select, node->text) < scope->select->column_count;
}

static void put_kind(struct operands *out, enum operand_kind kind);

/*
 * The value of a column of a SELECT in FROM, once for each member of the compound. A name that is
 * used twice is followed twice, so that what a few nested SELECTs stand for may have no end.
 */
static void follow(struct reader *reader, const struct node *name, const struct meaning *meaning,
                   struct operands *out)
{
	if (reader->depth == FOLLOW_MOST || reader->follows == FOLLOWS_MOST) {
		add_unread(reader, name);
		if (out)
			put_kind(out, OPERAND_UNREAD);
		return;
	}
	reader->depth++;
	reader->follows++;
	assert(reader->depth <= FOLLOW_MOST);
	assert(meaning->select);
	for (const struct select *one = meaning->select; one; one = one->next) {
		const struct scope inner = { one, meaning->scope.parent };
		const struct node *value = meaning->index < one->column_count
		                                   ? one->columns[meaning->index].value
		                                   : NULL;
		if (value && out)
			describe(reader, &inner, value, out);
		else if (value)
			weigh(reader, &inner, value);
	}
	reader->depth--;
}

/* --- sides of a comparison --- */

static void put(struct operands *out, struct operand operand)
{
	if (out->count < OPERANDS_MOST)
		out->items[out->count++] = operand;
	else
		out->items[OPERANDS_MOST - 1].kind = OPERAND_UNREAD;
	assert(out->count <= OPERANDS_MOST);
}

static void put_kind(struct operands *out, enum operand_kind kind)
{
	put(out, (struct operand){ .kind = kind, .column = no_column() });
}

static void describe_name(struct reader *reader, const struct scope *scope, const struct node *node,
                          struct operands *out)
{
	struct meaning meaning;
	/* A result column by its name in ORDER BY is walked where it stands. */
	if (!name_resolve(reader->relations, scope, node, &meaning))
		put_kind(out, is_result(scope, node) ? OPERAND_TRUTH : OPERAND_UNREAD);
	else if (meaning.select)
		follow(reader, node, &meaning, out);
	else
		put(out, (struct operand){ .kind = OPERAND_COLUMN, .column = meaning.column });
}

static int64_t number_of(const char *text)
{
	const int64_t number = strtoll(text, NULL, 10);
	if (number > NUMBER_MOST)
		return NUMBER_MOST;
	return number < -NUMBER_MOST ? -NUMBER_MOST : number;
}

/* Every number that the node may be; false where it may be something else. */
static bool constant_numbers(const struct operands *operands)
{
	for (size_t i = 0; i < operands->count; i++)
		if (operands->items[i].kind != OPERAND_CONSTANT || !operands->items[i].text)
			return false;
	return operands->count > 0;
}

static void describe_years(struct reader *reader, const struct scope *scope,
                           const struct node *call, struct operands *out)
{
	struct operands days = { .count = 0 }, years = { .count = 0 };
	if (call->count != 2) {
		put_kind(out, OPERAND_UNREAD);
		return;
	}
	describe(reader, scope, call->items[0], &days);
	describe(reader, scope, call->items[1], &years);
	if (!constant_numbers(&years)) {
		put_kind(out, OPERAND_UNREAD);
		return;
	}
	for (size_t i = 0; i < days.count; i++)
		for (size_t k = 0; k < years.count; k++) {
			struct operand operand = days.items[i];
			if (operand.kind != OPERAND_COLUMN)
				operand.kind = OPERAND_UNREAD;
			operand.years += number_of(years.items[k].text);
			put(out, operand);
		}
}

static void describe_days(struct reader *reader, const struct scope *scope, const struct node *call,
                          struct operands *out)
{
	struct operands from = { .count = 0 }, to = { .count = 0 };
	for (size_t i = 0; i < call->count; i++)
		describe(reader, scope, call->items[i], i ? &to : &from);
	if (from.count != 1 || to.count != 1) {
		put_kind(out, OPERAND_UNREAD);
		return;
	}
	const bool backwards = from.items[0].kind == OPERAND_TODAY;
	struct operand operand = backwards ? to.items[0] : from.items[0];
	const enum operand_kind other = backwards ? from.items[0].kind : to.items[0].kind;
	operand.backwards = backwards;
	operand.kind = operand.kind == OPERAND_COLUMN && other == OPERAND_TODAY ? OPERAND_DAYS
	                                                                        : OPERAND_UNREAD;
	put(out, operand);
}

/* The relation whose rows a count() in this scope counts. */
static struct column_ref counted(const struct reader *reader, const struct scope *scope)
{
	struct column_ref rows = no_column();
	if (scope->select->source_count > 0)
		rows.relation = relation_named(reader->relations,
		                               span_of(scope->select->sources[0].relation));
	return rows;
}

static void describe_count(struct reader *reader, const struct scope *scope,
                           const struct node *call, struct operands *out)
{
	struct operand rows = { .kind = OPERAND_ROWS, .column = counted(reader, scope) };
	struct operands of = { .count = 0 };
	if (!call->star && call->count == 1)
		describe(reader, scope, call->items[0], &of);
	for (size_t i = 0; i < of.count; i++) {
		if (of.items[i].kind != OPERAND_COLUMN)
			continue;
		struct atom atom = new_atom(call->distinct ? ATOM_PAIR : ATOM_NULL, call);
		atom.left = of.items[i].column;
		if (call->distinct)
			atom.right = atom.left;
		add(reader, &atom);
	}
	if (rows.column.relation >= relations_count(reader->relations))
		rows.kind = OPERAND_UNREAD;
	put(out, rows);
}

static void describe_call(struct reader *reader, const struct scope *scope, const struct node *call,
                          struct operands *out)
{
	static const char *const folding[] = { "plain", "person", "upper",   "lower", "trim",
		                               "ltrim", "rtrim",  "replace", NULL };
	static const char *const any_argument[] = { "coalesce", "ifnull", "min", "max", NULL };
	static const char *const truths[] = { "some",       "id_valid",    "id_old",
		                              "first_true", "first_false", NULL };
	if (node_is_call(call, "today")) {
		put_kind(out, OPERAND_TODAY);
	} else if (node_is_call(call, "said") && call->count == 1 &&
	           call->items[0]->kind == NODE_TEXT) {
		put(out, (struct operand){ .kind = OPERAND_SAID,
		                           .column = no_column(),
		                           .text = call->items[0]->text });
	} else if (node_is_call(call, "count")) {
		describe_count(reader, scope, call, out);
	} else if (node_is_call(call, "years_after")) {
		describe_years(reader, scope, call, out);
	} else if (node_is_call(call, "days_between") && call->count == 2) {
		describe_days(reader, scope, call, out);
	} else if (node_is_call(call, "instr") && call->count == 2 &&
	           call->items[1]->kind == NODE_TEXT) {
		const size_t before = out->count;
		describe(reader, scope, call->items[0], out);
		for (size_t i = before; i < out->count; i++)
			if (out->items[i].kind == OPERAND_COLUMN) {
				out->items[i].kind = OPERAND_POSITION;
				out->items[i].text = call->items[1]->text;
			}
	} else if (node_is_one_of(call, folding) && call->count > 0) {
		describe(reader, scope, call->items[0], out);
	} else if (node_is_one_of(call, any_argument)) {
		for (size_t i = 0; i < call->count; i++)
			describe(reader, scope, call->items[i], out);
	} else if (node_is_call(call, "iif") && call->count == 3) {
		weigh(reader, scope, call->items[0]);
		describe(reader, scope, call->items[1], out);
		describe(reader, scope, call->items[2], out);
	} else if (node_is_one_of(call, truths)) {
		weigh(reader, scope, call);
		put_kind(out, OPERAND_TRUTH);
	} else {
		put_kind(out, OPERAND_UNREAD);
	}
}

static void compare(struct reader *reader, const struct node *node, const struct operand *left,
                    enum comparison comparison, const struct operand *right);

static enum column_type type_of(const struct reader *reader, struct column_ref column)
{
	return relation_shape(reader->relations, column.relation)->columns[column.column].type;
}

/* The value of a calculation with constants alone. */
struct calculated {
	double value;
	bool whole; /* 7 / 2 is 3, and 7.0 / 2 is 3.5 */
};

static bool divide(char sign, struct calculated left, struct calculated right,
                   struct calculated *out)
{
	if (right.value == 0 || (sign == '%' && !out->whole))
		return false;
	if (sign == '%')
		out->value = fmod(left.value, right.value);
	else
		out->value = left.value / right.value;
	if (out->whole)
		out->value = trunc(out->value);
	return true;
}

static bool calculate(const struct node *node, struct calculated *out)
{
	struct calculated left, right = { 0, true };
	if (node->kind == NODE_NUMBER) {
		*out = (struct calculated){ strtod(node->text, NULL),
			                    strpbrk(node->text, ".eE") == NULL };
		return true;
	}
	if (node->kind != NODE_OTHER || strlen(node->text) != 1 ||
	    !calculate(node->items[0], &left) ||
	    (node->count > 1 && !calculate(node->items[1], &right)))
		return false;
	const char sign = node->text[0];
	*out = (struct calculated){ left.value, left.whole && right.whole };
	if (node->count == 1)
		out->value = sign == '-' ? -left.value : left.value;
	else if (sign == '+')
		out->value = left.value + right.value;
	else if (sign == '-')
		out->value = left.value - right.value;
	else if (sign == '*')
		out->value = left.value * right.value;
	else if (sign == '/' || sign == '%')
		return divide(sign, left, right, out);
	return strchr("+-*", sign) != NULL;
}

/* The conditions of a CASE; its values are the caller's. */
static void weigh_conditions(struct reader *reader, const struct scope *scope,
                             const struct node *node)
{
	struct operands base = { .count = 0 };
	const size_t first = node->has_base ? 1 : 0;
	if (node->has_base)
		describe(reader, scope, node->items[0], &base);
	for (size_t i = first; i + 1 < node->count; i += 2) {
		struct operands value = { .count = 0 };
		if (!node->has_base) {
			weigh(reader, scope, node->items[i]);
			continue;
		}
		describe(reader, scope, node->items[i], &value);
		for (size_t k = 0; k < base.count; k++)
			for (size_t m = 0; m < value.count; m++)
				compare(reader, node, &base.items[k], COMPARE_EQUAL,
				        &value.items[m]);
	}
}

static bool is_value_of_case(const struct node *node, size_t index)
{
	const size_t first = node->has_base ? 1 : 0;
	return index > first
	               ? (index - first) % 2 == 1 || (node->has_else && index + 1 == node->count)
	               : false;
}

/* 30 + 30 and -1 are constants; what is calculated from a column is not read. */
static void describe_calculation(struct reader *reader, const struct node *node,
                                 struct operands *out)
{
	struct calculated result;
	char text[NUMBER_TEXT_SIZE];
	if (!calculate(node, &result) || !number_write(result.value, text)) {
		put_kind(out, OPERAND_UNREAD);
		return;
	}
	const char *copy = arena_copy(reader->arena, span_of(text));
	if (!copy)
		reader->status = STATUS_NO_MEMORY;
	put(out, (struct operand){ .kind = OPERAND_CONSTANT,
	                           .column = no_column(),
	                           .text = copy ? copy : "" });
}

static void describe(struct reader *reader, const struct scope *scope, const struct node *node,
                     struct operands *out)
{
	switch (node->kind) {
	case NODE_TEXT:
	case NODE_NUMBER:
		put(out, (struct operand){ .kind = OPERAND_CONSTANT,
		                           .column = no_column(),
		                           .text = node->text });
		break;
	case NODE_NULL:
		put_kind(out, OPERAND_CONSTANT);
		break;
	case NODE_NAME:
		describe_name(reader, scope, node, out);
		break;
	case NODE_CALL:
		describe_call(reader, scope, node, out);
		break;
	case NODE_CASE:
		weigh_conditions(reader, scope, node);
		for (size_t i = 0; i < node->count; i++)
			if (is_value_of_case(node, i))
				describe(reader, scope, node->items[i], out);
		break;
	case NODE_SELECT:
		walk_select(reader, scope, node->select);
		for (const struct select *one = node->select; one; one = one->next) {
			const struct scope inner = { one, scope };
			if (one->column_count == 1 && one->columns[0].value)
				describe(reader, &inner, one->columns[0].value, out);
			else
				put_kind(out, OPERAND_UNREAD);
		}
		break;
	case NODE_OTHER:
		describe_calculation(reader, node, out);
		break;
	default:
		weigh(reader, scope, node);
		put_kind(out, OPERAND_TRUTH);
	}
}

/* --- comparisons --- */

static const char **one_word(struct reader *reader, const char *word)
{
	const char **words = arena_array(reader->arena, 1, sizeof(*words));
	if (words)
		words[0] = word;
	else
		reader->status = STATUS_NO_MEMORY;
	return words;
}

static enum comparison turned(enum comparison comparison)
{
	switch (comparison) {
	case COMPARE_LESS:
		return COMPARE_GREATER;
	case COMPARE_LESS_EQUAL:
		return COMPARE_GREATER_EQUAL;
	case COMPARE_GREATER:
		return COMPARE_LESS;
	case COMPARE_GREATER_EQUAL:
		return COMPARE_LESS_EQUAL;
	default:
		return comparison;
	}
}

/* A column with a constant. */
static void compare_constant(struct reader *reader, struct atom *atom, const struct operand *column,
                             const char *constant)
{
	atom->left = column->column;
	atom->years = column->years;
	const enum column_type type = type_of(reader, column->column);
	if (!constant) {
		atom->kind = ATOM_NULL;
	} else if (type == COLUMN_FLAG) {
		atom->kind = ATOM_FLAG;
	} else if (type == COLUMN_DATE && day_valid(constant)) {
		atom->kind = ATOM_DAY;
		memcpy(atom->day, constant, DAY_SIZE);
	} else if (type == COLUMN_NUMBER) {
		atom->kind = ATOM_NUMBER;
		atom->words = one_word(reader, constant);
		atom->word_count = atom->words ? 1 : 0;
	} else if (type == COLUMN_TEXT) {
		atom->kind = ATOM_WORD;
		atom->words = one_word(reader, constant);
		atom->word_count = atom->words ? 1 : 0;
	}
}

static void compare_with_constant(struct reader *reader, struct atom *atom,
                                  const struct operand *one, const char *constant)
{
	switch (one->kind) {
	case OPERAND_COLUMN:
		compare_constant(reader, atom, one, constant);
		break;
	case OPERAND_SAID:
		atom->kind = ATOM_SAID;
		atom->fact = one->text;
		atom->words = constant ? one_word(reader, constant) : NULL;
		atom->word_count = atom->words ? 1 : 0;
		break;
	case OPERAND_ROWS:
		atom->kind = ATOM_ROWS;
		atom->left = one->column;
		break;
	case OPERAND_DAYS:
		if (!constant)
			break;
		atom->kind = ATOM_DAY;
		atom->left = one->column;
		atom->years = one->years;
		atom->days = number_of(constant) * (one->backwards ? 1 : -1);
		break;
	case OPERAND_POSITION:
		atom->kind = ATOM_WORD;
		atom->left = one->column;
		atom->words = one_word(reader, one->text);
		atom->word_count = atom->words ? 1 : 0;
		break;
	default:
		break;
	}
}

/* Weighed nodes were reported already. */
static bool asks_nothing(const struct operand *operand)
{
	return operand->kind == OPERAND_TRUTH || operand->kind == OPERAND_CONSTANT;
}

static void compare(struct reader *reader, const struct node *node, const struct operand *left,
                    enum comparison comparison, const struct operand *right)
{
	struct atom atom = new_atom(ATOM_UNREAD, node);
	if (asks_nothing(left) && asks_nothing(right))
		return;
	if (left->kind == OPERAND_CONSTANT || left->kind == OPERAND_TODAY) {
		const struct operand *other = left;
		left = right;
		right = other;
		comparison = turned(comparison);
	}
	atom.comparison = comparison;
	if (right->kind == OPERAND_CONSTANT) {
		compare_with_constant(reader, &atom, left, right->text);
	} else if (left->kind == OPERAND_COLUMN && right->kind == OPERAND_TODAY) {
		atom.kind = ATOM_DAY;
		atom.left = left->column;
		atom.years = left->years;
	} else if (left->kind == OPERAND_COLUMN && right->kind == OPERAND_COLUMN) {
		atom.kind = ATOM_PAIR;
		atom.left = left->column;
		atom.right = right->column;
		atom.years = left->years - right->years;
	} else if (left->kind == OPERAND_ROWS && right->kind == OPERAND_ROWS) {
		atom.kind = ATOM_ROWS;
		atom.left = left->column;
	}
	add(reader, &atom);
}

static void weigh_pair(struct reader *reader, const struct scope *scope, const struct node *node,
                       enum comparison comparison)
{
	struct operands left = { .count = 0 }, right = { .count = 0 };
	describe(reader, scope, node->items[0], &left);
	describe(reader, scope, node->items[1], &right);
	for (size_t i = 0; i < left.count; i++)
		for (size_t k = 0; k < right.count; k++)
			compare(reader, node, &left.items[i], comparison, &right.items[k]);
}

/* x IN ('a', 'b') is one atom with two words; with columns in the list it is one for each. */
static void weigh_in(struct reader *reader, const struct scope *scope, const struct node *node)
{
	struct operands left = { .count = 0 }, list = { .count = 0 };
	const enum comparison comparison = node->negated ? COMPARE_UNEQUAL : COMPARE_EQUAL;
	describe(reader, scope, node->items[0], &left);
	for (size_t i = 1; i < node->count; i++)
		describe(reader, scope, node->items[i], &list);
	if (node->select) {
		const struct node select = { .kind = NODE_SELECT,
			                     .qualifier = "",
			                     .text = "",
			                     .select = node->select,
			                     .source = node->source };
		describe(reader, scope, &select, &list);
	}
	bool words = list.count > 0;
	for (size_t i = 0; i < list.count; i++)
		words = words && list.items[i].kind == OPERAND_CONSTANT && list.items[i].text;
	for (size_t i = 0; i < left.count; i++) {
		const struct operand *one = &left.items[i];
		struct atom atom = new_atom(ATOM_UNREAD, node);
		const bool worded =
		        one->kind == OPERAND_SAID || (one->kind == OPERAND_COLUMN &&
		                                      type_of(reader, one->column) == COLUMN_TEXT);
		for (size_t k = 0; k < list.count && !(words && worded); k++)
			compare(reader, node, one, comparison, &list.items[k]);
		if (!words || !worded)
			continue;
		const char **copy = arena_array(reader->arena, list.count, sizeof(*copy));
		if (!copy) {
			reader->status = STATUS_NO_MEMORY;
			return;
		}
		for (size_t k = 0; k < list.count; k++)
			copy[k] = list.items[k].text;
		compare_with_constant(reader, &atom, one, copy[0]);
		atom.comparison = comparison;
		atom.words = copy;
		atom.word_count = list.count;
		add(reader, &atom);
	}
}

/* --- truth values --- */

static void weigh_name(struct reader *reader, const struct scope *scope, const struct node *node)
{
	struct meaning meaning;
	if (!name_resolve(reader->relations, scope, node, &meaning)) {
		if (!is_result(scope, node))
			add_unread(reader, node);
	} else if (meaning.select) {
		follow(reader, node, &meaning, NULL);
	} else {
		struct atom atom = new_atom(ATOM_FLAG, node);
		atom.left = meaning.column;
		if (type_of(reader, atom.left) != COLUMN_FLAG)
			atom.kind = ATOM_UNREAD;
		add(reader, &atom);
	}
}

static void weigh_id(struct reader *reader, const struct scope *scope, const struct node *node)
{
	struct operands of = { .count = 0 };
	describe(reader, scope, node->items[0], &of);
	for (size_t i = 0; i < of.count; i++) {
		struct atom atom = new_atom(ATOM_ID, node);
		if (of.items[i].kind == OPERAND_CONSTANT)
			continue;
		if (of.items[i].kind != OPERAND_COLUMN)
			atom.kind = ATOM_UNREAD;
		atom.left = of.items[i].column;
		/* The two questions are told apart by this. */
		atom.comparison = node_is_call(node, "id_old") ? COMPARE_IS : COMPARE_EQUAL;
		add(reader, &atom);
	}
}

static void weigh_call(struct reader *reader, const struct scope *scope, const struct node *node)
{
	static const char *const through[] = { "some",     "first_true", "first_false",
		                               "coalesce", "ifnull",     "min",
		                               "max",      "iif",        NULL };
	static const char *const ids[] = { "id_valid", "id_old", NULL };
	if (node_is_one_of(node, through))
		for (size_t i = 0; i < node->count; i++)
			weigh(reader, scope, node->items[i]);
	else if (node_is_one_of(node, ids) && node->count == 1)
		weigh_id(reader, scope, node);
	else if (node_is_call(node, "same_code") && node->count == 2)
		weigh_pair(reader, scope, node, COMPARE_EQUAL);
	else
		add_unread(reader, node);
}

static void weigh_exists(struct reader *reader, const struct scope *scope, const struct node *node)
{
	struct atom atom = new_atom(ATOM_ROWS, node);
	const struct scope inner = { node->select, scope };
	atom.left = counted(reader, &inner);
	if (atom.left.relation >= relations_count(reader->relations))
		atom.kind = ATOM_UNREAD;
	add(reader, &atom);
	walk_select(reader, scope, node->select);
}

static void weigh(struct reader *reader, const struct scope *scope, const struct node *node)
{
	switch (node->kind) {
	case NODE_ALL:
	case NODE_ANY:
	case NODE_NOT:
		for (size_t i = 0; i < node->count; i++)
			weigh(reader, scope, node->items[i]);
		break;
	case NODE_COMPARE:
		weigh_pair(reader, scope, node, node->comparison);
		break;
	case NODE_IN:
		weigh_in(reader, scope, node);
		break;
	case NODE_CASE:
		weigh_conditions(reader, scope, node);
		for (size_t i = 0; i < node->count; i++)
			if (is_value_of_case(node, i))
				weigh(reader, scope, node->items[i]);
		break;
	case NODE_NAME:
		weigh_name(reader, scope, node);
		break;
	case NODE_CALL:
		weigh_call(reader, scope, node);
		break;
	case NODE_EXISTS:
		weigh_exists(reader, scope, node);
		break;
	case NODE_SELECT:
		walk_select(reader, scope, node->select);
		for (const struct select *one = node->select; one; one = one->next) {
			const struct scope inner = { one, scope };
			for (size_t i = 0; i < one->column_count; i++)
				if (one->columns[i].value)
					weigh(reader, &inner, one->columns[i].value);
		}
		break;
	case NODE_OTHER:
		add_unread(reader, node);
		break;
	default: /* a constant */
		break;
	}
}

/* --- SELECTs --- */

static bool is_condition(const struct node *node)
{
	return node->kind != NODE_NAME && node->kind != NODE_TEXT && node->kind != NODE_NUMBER &&
	       node->kind != NODE_NULL && node->kind != NODE_OTHER;
}

/* A term of ORDER BY asks something only where it holds a condition. */
static void weigh_order(struct reader *reader, const struct scope *scope, const struct node *term)
{
	static const char *const truths[] = { "first_true", "first_false", "id_valid",
		                              "id_old",     "some",        NULL };
	if (node_is_call(term, "iif") && term->count == 3) {
		weigh(reader, scope, term->items[0]);
		for (size_t i = 1; i < 3; i++)
			weigh_order(reader, scope, term->items[i]);
	} else if (term->kind == NODE_CALL ? node_is_one_of(term, truths) : is_condition(term)) {
		weigh(reader, scope, term);
	}
}

/* All but its columns. */
static void walk_select(struct reader *reader, const struct scope *parent,
                        const struct select *select)
{
	for (; select; select = select->next) {
		const struct scope scope = { select, parent };
		for (size_t i = 0; i < select->source_count; i++)
			if (select->sources[i].select)
				walk_select(reader, parent, select->sources[i].select);
		for (size_t i = 0; i < select->condition_count; i++)
			weigh(reader, &scope, select->conditions[i]);
		for (size_t i = 0; i < select->order_count; i++)
			weigh_order(reader, &scope, select->order[i]);
	}
}

static void walk_pick(struct reader *reader, const struct select *select)
{
	const size_t verdict = select_column(select, "verdict");
	for (const struct select *one = select; one; one = one->next) {
		const struct scope scope = { one, NULL };
		if (verdict < one->column_count && one->columns[verdict].value)
			weigh(reader, &scope, one->columns[verdict].value);
	}
	walk_select(reader, NULL, select);
}

enum status atoms_read(const char *sql, const struct relations *relations, struct arena *arena,
                       struct atoms *out)
{
	struct reader reader = { .relations = relations, .arena = arena };
	const struct select *select;
	*out = (struct atoms){ .items = NULL };
	reader.items = arena_array(arena, ATOMS_MOST, sizeof(*reader.items));
	if (!reader.items)
		return STATUS_NO_MEMORY;
	const enum status status = sql_read(sql, arena, &select);
	if (status == STATUS_NO_MEMORY)
		return status;
	if (status == STATUS_OK) {
		walk_pick(&reader, select);
		misread_find(select, relations, &out->misread);
	} else {
		const struct node whole = { .source = span_of(sql) };
		add_unread(&reader, &whole);
	}
	out->items = reader.items;
	out->count = reader.count;
	out->unread = reader.unread;
	return reader.status;
}
