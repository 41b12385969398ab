/*
 * Every expression is walked. The sides of a comparison and the items of a calculation have
 * *kinds*, a set of what their value may be: a CASE may be what each of its branches is. A column
 * keeps SQLite's affinity, by which number = 90 compares with '90'; what a function makes has none,
 * so that plain(number) = 90 never holds.
 *
 * An order is refused where any of the kinds of its sides do not go together, an equality only
 * where none of them do: coalesce(num, '') = '' is sound.
 */
#include "engine/diagnose/misread.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/diagnose/sql_names.h"

enum kinds {
	TEXT_COLUMN = 1 << 0,
	TEXT_MADE = 1 << 1, /* by a function or || */
	DAY_COLUMN = 1 << 2,
	DAY_MADE = 1 << 3,  /* today(), or a day that went through a function */
	TEXT_PART = 1 << 4, /* substr(x, 7, 4): of one width, so that letters compare as digits */
	WORD = 1 << 5,      /* 'abc' */
	DIGITS = 1 << 6,    /* '60' */
	NUMBER_COLUMN = 1 << 7,
	NUMBER_MADE = 1 << 8, /* 60, or calculated */
	NOT_KNOWN = 1 << 9,

	DAYS = DAY_COLUMN | DAY_MADE,
	MADE = TEXT_MADE | DAY_MADE | TEXT_PART,
	TEXTS = TEXT_COLUMN | DAY_COLUMN | MADE,
	NUMBERS = NUMBER_COLUMN | NUMBER_MADE,
};

enum { KINDS_COUNT = 10, FOLLOW_MOST = 40, FOLLOWS_MOST = 2000 };

struct finder {
	const struct relations *relations;
	struct misread *out;
	size_t depth, follows; /* of names that stand for a column of a SELECT in FROM */
};

static void look_at(struct finder *finder, const struct scope *scope, const struct node *node);
static void look_through(struct finder *finder, const struct scope *parent,
                         const struct select *select);
static unsigned kinds_of(struct finder *finder, const struct scope *scope, const struct node *node);

/* --- kinds --- */

/* A function's value has no affinity. */
static unsigned made(unsigned kinds)
{
	unsigned result = kinds & ~(unsigned)(TEXT_COLUMN | DAY_COLUMN | NUMBER_COLUMN);
	if (kinds & TEXT_COLUMN)
		result |= TEXT_MADE;
	if (kinds & DAY_COLUMN)
		result |= DAY_MADE;
	if (kinds & NUMBER_COLUMN)
		result |= NUMBER_MADE;
	return result;
}

static unsigned kind_of_column(const struct relations *relations, struct column_ref column)
{
	switch (relation_shape(relations, column.relation)->columns[column.column].type) {
	case COLUMN_TEXT:
		return TEXT_COLUMN;
	case COLUMN_DATE:
		return DAY_COLUMN;
	case COLUMN_FLAG:
	case COLUMN_NUMBER:
		return NUMBER_COLUMN;
	}
	return NOT_KNOWN;
}

static unsigned kinds_of_result(struct finder *finder, const struct scope *parent,
                                const struct select *select, size_t index)
{
	unsigned kinds = 0;
	if (finder->depth == FOLLOW_MOST || finder->follows == FOLLOWS_MOST)
		return NOT_KNOWN;
	finder->depth++;
	finder->follows++;
	assert(finder->depth <= FOLLOW_MOST);
	for (; select; select = select->next) {
		const struct scope scope = { select, parent };
		const struct node *value =
		        index < select->column_count ? select->columns[index].value : NULL;
		kinds |= value ? kinds_of(finder, &scope, value) : NOT_KNOWN;
	}
	finder->depth--;
	return kinds;
}

static unsigned kinds_of_name(struct finder *finder, const struct scope *scope,
                              const struct node *node)
{
	struct meaning meaning;
	if (!name_resolve(finder->relations, scope, node, &meaning))
		return NOT_KNOWN;
	if (meaning.select)
		return kinds_of_result(finder, meaning.scope.parent, meaning.select, meaning.index);
	return kind_of_column(finder->relations, meaning.column);
}

static unsigned kinds_of_items(struct finder *finder, const struct scope *scope,
                               const struct node *node, size_t first, size_t step)
{
	unsigned kinds = 0;
	for (size_t i = first; i < node->count; i += step)
		kinds |= kinds_of(finder, scope, node->items[i]);
	return kinds;
}

static unsigned kinds_of_case(struct finder *finder, const struct scope *scope,
                              const struct node *node)
{
	const size_t end = node->count - node->has_else;
	unsigned kinds = 0;
	for (size_t i = node->has_base ? 2 : 1; i < end; i += 2)
		kinds |= kinds_of(finder, scope, node->items[i]);
	if (node->has_else)
		kinds |= kinds_of(finder, scope, node->items[node->count - 1]);
	return made(kinds);
}

/* SQLite takes these for numbers whatever they hold. */
static bool is_calculation(const struct node *node)
{
	static const char *const names[] = { "abs", "round", "sum", "total", "avg", NULL };
	if (node_is_call(node, "cast") && node->count == 2)
		return strcasecmp(node->items[1]->text, "text") != 0;
	if (node->kind == NODE_OTHER)
		return strcmp(node->text, "||") != 0 &&
		       (node->count > 1 || strcmp(node->text, "+") != 0);
	return node_is_one_of(node, names);
}

static unsigned kinds_of_call(struct finder *finder, const struct scope *scope,
                              const struct node *node)
{
	static const char *const any_item[] = { "coalesce", "ifnull", "min", "max", NULL };
	static const char *const texts[] = { "said",   "plain",   "person", "upper",
		                             "lower",  "trim",    "ltrim",  "rtrim",
		                             "masked", "replace", "substr", "group_concat",
		                             NULL };
	static const char *const days[] = { "today", "years_after", NULL };
	static const char *const numbers[] = { "count",       "length",     "instr", "days_between",
		                               "id_valid",    "id_old",     "some",  "same_code",
		                               "first_false", "first_true", NULL };
	if (node_is_one_of(node, days))
		return DAY_MADE;
	if (is_calculation(node) || node_is_one_of(node, numbers))
		return NUMBER_MADE;
	if (node_is_one_of(node, any_item))
		return made(kinds_of_items(finder, scope, node, 0, 1));
	if (node_is_call(node, "iif") && node->count == 3)
		return made(kinds_of_items(finder, scope, node, 1, 1));
	if (node_is_call(node, "nullif") && node->count == 2)
		return made(kinds_of(finder, scope, node->items[0]));
	if (node_is_call(node, "cast"))
		return TEXT_COLUMN;
	if (!node_is_one_of(node, texts))
		return NOT_KNOWN;
	if (node_is_call(node, "substr") && node->count == 3)
		return TEXT_PART;
	const bool of_day = node->count > 0 && kinds_of(finder, scope, node->items[0]) & DAYS;
	return of_day ? DAY_MADE : TEXT_MADE;
}

static bool looks_like_number(const char *text)
{
	const size_t blanks = strspn(text, " ");
	char *end;
	if (!strpbrk(text, "0123456789") ||
	    strspn(text + blanks, "+-.0123456789eE ") < strlen(text + blanks))
		return false;
	(void)strtod(text, &end);
	return end > text && end[strspn(end, " ")] == '\0';
}

static unsigned kinds_of(struct finder *finder, const struct scope *scope, const struct node *node)
{
	switch (node->kind) {
	case NODE_TEXT:
		return looks_like_number(node->text) ? DIGITS : WORD;
	case NODE_NULL:
		return 0;
	case NODE_NAME:
		return kinds_of_name(finder, scope, node);
	case NODE_CALL:
		return kinds_of_call(finder, scope, node);
	case NODE_CASE:
		return kinds_of_case(finder, scope, node);
	case NODE_SELECT:
		return kinds_of_result(finder, scope, node->select, 0);
	case NODE_OTHER:
		if (strcmp(node->text, "||") == 0)
			return TEXT_MADE;
		return is_calculation(node) ? NUMBER_MADE
		                            : made(kinds_of(finder, scope, node->items[0]));
	default: /* a number, or a truth value */
		return NUMBER_MADE;
	}
}

/* --- what does not go together --- */

static bool is_any(unsigned left, unsigned right, unsigned some, unsigned others)
{
	return (left & some && right & others) || (right & some && left & others);
}

/* '60' goes as a number beside a column of numbers, by its affinity, and as letters beside a day.
 */
static bool cannot_order(unsigned left, unsigned right)
{
	return is_any(left, right, TEXTS | WORD, NUMBERS) ||
	       is_any(left, right, DIGITS, TEXT_COLUMN | TEXT_MADE | NUMBER_MADE);
}

static bool cannot_equal(unsigned left, unsigned right)
{
	return is_any(left, right, WORD, NUMBERS) ||
	       is_any(left, right, MADE | DIGITS, NUMBER_MADE) ||
	       is_any(left, right, DAY_COLUMN, NUMBERS);
}

static bool never_equal(unsigned left, unsigned right)
{
	for (unsigned i = 0; i < KINDS_COUNT; i++)
		for (unsigned k = 0; k < KINDS_COUNT; k++)
			if (left & 1U << i && right & 1U << k && !cannot_equal(1U << i, 1U << k))
				return false;
	return left != 0 && right != 0;
}

static void note(struct finder *finder, const struct node *node, unsigned kinds)
{
	if (finder->out->kind != MISREAD_NOTHING)
		return;
	finder->out->source = node->source;
	finder->out->kind = kinds & TEXT_COLUMN ? MISREAD_TEXT
	                    : kinds & DAYS      ? MISREAD_DAY
	                                        : MISREAD_MIXED;
}

static bool is_order(enum comparison comparison)
{
	return comparison == COMPARE_LESS || comparison == COMPARE_LESS_EQUAL ||
	       comparison == COMPARE_GREATER || comparison == COMPARE_GREATER_EQUAL;
}

static void look_at_pair(struct finder *finder, const struct node *node, unsigned left,
                         enum comparison comparison, unsigned right)
{
	if (is_order(comparison) ? cannot_order(left, right) : never_equal(left, right))
		note(finder, node, left | right);
}

static void look_at_list(struct finder *finder, const struct scope *scope, const struct node *node)
{
	const unsigned left = kinds_of(finder, scope, node->items[0]);
	for (size_t i = 1; i < node->count; i++)
		look_at_pair(finder, node, left, COMPARE_EQUAL,
		             kinds_of(finder, scope, node->items[i]));
	if (node->select)
		look_at_pair(finder, node, left, COMPARE_EQUAL,
		             kinds_of_result(finder, scope, node->select, 0));
}

static void look_at_call(struct finder *finder, const struct scope *scope, const struct node *node)
{
	const bool chooses = node_is_call(node, "max") || node_is_call(node, "min");
	if (node_is_call(node, "nullif") && node->count == 2)
		look_at_pair(finder, node, kinds_of(finder, scope, node->items[0]), COMPARE_EQUAL,
		             kinds_of(finder, scope, node->items[1]));
	for (size_t i = 1; chooses && i < node->count; i++)
		look_at_pair(finder, node, kinds_of(finder, scope, node->items[i - 1]),
		             COMPARE_LESS, kinds_of(finder, scope, node->items[i]));
}

static void look_at_calculation(struct finder *finder, const struct scope *scope,
                                const struct node *node)
{
	const size_t count = node->kind == NODE_OTHER ? node->count : node->count > 0;
	for (size_t i = 0; i < count; i++) {
		const unsigned kinds = kinds_of(finder, scope, node->items[i]);
		if (kinds & (TEXT_COLUMN | TEXT_MADE | DAYS | WORD))
			note(finder, node, kinds);
	}
}

static void look_at(struct finder *finder, const struct scope *scope, const struct node *node)
{
	for (size_t i = 0; i < node->count; i++)
		look_at(finder, scope, node->items[i]);
	if (node->select)
		look_through(finder, scope, node->select);
	if (is_calculation(node))
		look_at_calculation(finder, scope, node);
	else if (node->kind == NODE_COMPARE)
		look_at_pair(finder, node, kinds_of(finder, scope, node->items[0]),
		             node->comparison, kinds_of(finder, scope, node->items[1]));
	else if (node->kind == NODE_IN)
		look_at_list(finder, scope, node);
	else if (node->kind == NODE_CALL)
		look_at_call(finder, scope, node);
	for (size_t i = 1; node->kind == NODE_CASE && node->has_base; i += 2) {
		if (i + 1 >= node->count)
			break;
		look_at_pair(finder, node, kinds_of(finder, scope, node->items[0]), COMPARE_EQUAL,
		             kinds_of(finder, scope, node->items[i]));
	}
}

static void look_through(struct finder *finder, const struct scope *parent,
                         const struct select *select)
{
	for (; select; select = select->next) {
		const struct scope scope = { select, parent };
		for (size_t i = 0; i < select->source_count; i++)
			if (select->sources[i].select)
				look_through(finder, parent, select->sources[i].select);
		for (size_t i = 0; i < select->column_count; i++)
			if (select->columns[i].value)
				look_at(finder, &scope, select->columns[i].value);
		for (size_t i = 0; i < select->condition_count; i++)
			look_at(finder, &scope, select->conditions[i]);
		for (size_t i = 0; i < select->order_count; i++)
			look_at(finder, &scope, select->order[i]);
	}
}

void misread_find(const struct select *select, const struct relations *relations,
                  struct misread *out)
{
	struct finder finder = { .relations = relations, .out = out };
	*out = (struct misread){ .kind = MISREAD_NOTHING };
	look_through(&finder, NULL, select);
}
