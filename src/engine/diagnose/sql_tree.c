/*
 * A recursive descent over the tokens (sql_tokens.h). A level of precedence is a function; each
 * takes what binds closer from the next: OR, AND, NOT, equality, order, bits, sums, products, ||,
 * operand.
 *
 * Any error sets `status` and moves to the end of the text, so that every loop ends; callers look
 * once, at the end. Lists grow in a fixed array on the stack and are copied to the arena when they
 * are complete.
 */
#include "engine/diagnose/sql_tree.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "engine/diagnose/sql_tokens.h"

enum { DEPTH_MOST = 100, LIST_MOST = 64 };

struct parser {
	const char *sql;
	size_t at; /* behind the current token */
	struct token token;
	size_t ended; /* where the last taken token ends */
	int depth;
	struct arena *arena;
	enum status status;
};

static struct node *parse_expression(struct parser *parser);
static const struct select *parse_select(struct parser *parser);

/* --- tokens --- */

static void fail(struct parser *parser, enum status status)
{
	if (parser->status == STATUS_OK)
		parser->status = status;
	parser->at = strlen(parser->sql);
	parser->token = (struct token){ TOKEN_END, { parser->sql + parser->at, 0 } };
}

static void read_token(struct parser *parser)
{
	if (!sql_token_read(parser->sql, &parser->at, &parser->token))
		fail(parser, STATUS_INVALID);
}

static void advance(struct parser *parser)
{
	parser->ended = (size_t)(parser->token.text.ptr - parser->sql) + parser->token.text.len;
	read_token(parser);
}

static bool is_sign(const struct parser *parser, const char *sign)
{
	return parser->token.kind == TOKEN_SIGN && span_equal(parser->token.text, span_of(sign));
}

static bool is_word(const struct parser *parser, const char *word)
{
	return parser->token.kind == TOKEN_WORD && parser->token.text.len == strlen(word) &&
	       strncasecmp(parser->token.text.ptr, word, parser->token.text.len) == 0;
}

static bool take_sign(struct parser *parser, const char *sign)
{
	const bool there = is_sign(parser, sign);
	if (there)
		advance(parser);
	return there;
}

static bool take_word(struct parser *parser, const char *word)
{
	const bool there = is_word(parser, word);
	if (there)
		advance(parser);
	return there;
}

static void need_sign(struct parser *parser, const char *sign)
{
	if (!take_sign(parser, sign))
		fail(parser, STATUS_INVALID);
}

static void need_word(struct parser *parser, const char *word)
{
	if (!take_word(parser, word))
		fail(parser, STATUS_INVALID);
}

/* --- nodes --- */

static void *room(struct parser *parser, size_t count, size_t size)
{
	void *memory = arena_array(parser->arena, count ? count : 1, size);
	if (!memory)
		fail(parser, STATUS_NO_MEMORY);
	return memory;
}

/* The text between the quotes; a doubled quote stands for one. */
static const char *unquoted(struct parser *parser, struct span quoted)
{
	assert(quoted.len >= 2);
	char *text = arena_copy(parser->arena, (struct span){ quoted.ptr + 1, quoted.len - 2 });
	size_t len = 0;
	if (!text) {
		fail(parser, STATUS_NO_MEMORY);
		return "";
	}
	for (size_t i = 0; text[i]; i++, len++) {
		text[len] = text[i];
		if (text[i] == quoted.ptr[0])
			i++;
	}
	text[len] = '\0';
	return text;
}

static const char *word_text(struct parser *parser)
{
	const struct token token = parser->token;
	if (token.kind == TOKEN_QUOTED_WORD)
		return unquoted(parser, token.text);
	const char *text = arena_copy(parser->arena, token.text);
	if (!text)
		fail(parser, STATUS_NO_MEMORY);
	return text ? text : "";
}

static size_t start_of(const struct parser *parser)
{
	return (size_t)(parser->token.text.ptr - parser->sql);
}

/* A node over the items, whose source begins at `start`. NULL only after a failure. */
static struct node *make_node(struct parser *parser, enum node_kind kind, size_t start,
                              struct node *const *items, size_t count)
{
	struct node *node = room(parser, 1, sizeof(*node));
	struct node **copy = room(parser, count, sizeof(struct node *));
	if (!node || !copy)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		if (!items[i]) {
			fail(parser, STATUS_INVALID);
			return NULL;
		}
		copy[i] = items[i];
	}
	const size_t end = parser->ended > start ? parser->ended : start;
	assert(count <= LIST_MOST);
	*node = (struct node){ .kind = kind,
		               .qualifier = "",
		               .text = "",
		               .items = copy,
		               .count = count,
		               .source = { parser->sql + start, end - start } };
	return node;
}

static struct node *make_pair(struct parser *parser, enum node_kind kind, size_t start,
                              struct node *left, struct node *right)
{
	struct node *const items[] = { left, right };
	return make_node(parser, kind, start, items, 2);
}

struct list {
	struct node *items[LIST_MOST];
	size_t count;
};

static void add_item(struct parser *parser, struct list *list, struct node *item)
{
	if (list->count == LIST_MOST)
		fail(parser, STATUS_INVALID);
	else
		list->items[list->count++] = item;
	assert(list->count <= LIST_MOST);
}

static void parse_list(struct parser *parser, struct list *list)
{
	do
		add_item(parser, list, parse_expression(parser));
	while (take_sign(parser, ","));
}

/* --- operands --- */

static struct node *parse_case(struct parser *parser, size_t start)
{
	struct list list = { .count = 0 };
	const bool has_base = !is_word(parser, "when");
	bool has_else = false;
	if (has_base)
		add_item(parser, &list, parse_expression(parser));
	while (take_word(parser, "when")) {
		add_item(parser, &list, parse_expression(parser));
		need_word(parser, "then");
		add_item(parser, &list, parse_expression(parser));
	}
	if (take_word(parser, "else")) {
		has_else = true;
		add_item(parser, &list, parse_expression(parser));
	}
	need_word(parser, "end");
	struct node *node = make_node(parser, NODE_CASE, start, list.items, list.count);
	if (node) {
		node->has_base = has_base;
		node->has_else = has_else;
	}
	return node;
}

/* CAST(x AS type): the type is the last item, as a text. */
static struct node *parse_cast_type(struct parser *parser)
{
	need_word(parser, "as");
	const size_t start = start_of(parser);
	const char *type = word_text(parser);
	if (parser->token.kind != TOKEN_WORD)
		fail(parser, STATUS_INVALID);
	advance(parser);
	struct node *node = make_node(parser, NODE_TEXT, start, NULL, 0);
	if (node)
		node->text = type;
	return node;
}

static struct node *parse_call(struct parser *parser, size_t start, const char *name)
{
	struct list list = { .count = 0 };
	const bool star = take_sign(parser, "*");
	const bool distinct = !star && take_word(parser, "distinct");
	if (!star && !is_sign(parser, ")"))
		parse_list(parser, &list);
	if (strcasecmp(name, "cast") == 0)
		add_item(parser, &list, parse_cast_type(parser));
	need_sign(parser, ")");
	struct node *node = make_node(parser, NODE_CALL, start, list.items, list.count);
	if (node) {
		node->text = name;
		node->star = star;
		node->distinct = distinct;
	}
	return node;
}

static struct node *parse_select_node(struct parser *parser, enum node_kind kind, size_t start)
{
	const struct select *select = parse_select(parser);
	need_sign(parser, ")");
	struct node *node = make_node(parser, kind, start, NULL, 0);
	if (node)
		node->select = select;
	return node;
}

/* Behind a name: a call, a column of a source, or a column. */
static struct node *parse_name(struct parser *parser, size_t start)
{
	const char *name = word_text(parser), *qualifier = "";
	advance(parser);
	if (take_sign(parser, "("))
		return parse_call(parser, start, name);
	if (take_sign(parser, ".")) {
		qualifier = name;
		if (parser->token.kind != TOKEN_WORD && parser->token.kind != TOKEN_QUOTED_WORD) {
			fail(parser, STATUS_INVALID);
			return NULL;
		}
		name = word_text(parser);
		advance(parser);
	}
	struct node *node = make_node(parser, NODE_NAME, start, NULL, 0);
	if (node) {
		node->qualifier = qualifier;
		node->text = name;
	}
	return node;
}

static struct node *parse_literal(struct parser *parser, size_t start, enum node_kind kind,
                                  const char *text)
{
	advance(parser);
	struct node *node = make_node(parser, kind, start, NULL, 0);
	if (node)
		node->text = text;
	return node;
}

static struct node *parse_parenthesis(struct parser *parser, size_t start)
{
	if (is_word(parser, "select"))
		return parse_select_node(parser, NODE_SELECT, start);
	struct node *node = parse_expression(parser);
	need_sign(parser, ")");
	return node;
}

static struct node *parse_operand(struct parser *parser);

static struct node *parse_signed(struct parser *parser, size_t start)
{
	const char *sign = word_text(parser);
	advance(parser);
	if (++parser->depth > DEPTH_MOST)
		fail(parser, STATUS_INVALID);
	struct node *const item = parse_operand(parser);
	parser->depth--;
	struct node *node = make_node(parser, NODE_OTHER, start, &item, 1);
	if (node)
		node->text = sign;
	return node;
}

static struct node *parse_operand(struct parser *parser)
{
	const size_t start = start_of(parser);
	const struct token token = parser->token;
	if (take_sign(parser, "("))
		return parse_parenthesis(parser, start);
	if (is_sign(parser, "-") || is_sign(parser, "+") || is_sign(parser, "~"))
		return parse_signed(parser, start);
	if (token.kind == TOKEN_TEXT)
		return parse_literal(parser, start, NODE_TEXT, unquoted(parser, token.text));
	if (token.kind == TOKEN_NUMBER)
		return parse_literal(parser, start, NODE_NUMBER, word_text(parser));
	if (is_word(parser, "null"))
		return parse_literal(parser, start, NODE_NULL, "");
	if (is_word(parser, "true") || is_word(parser, "false"))
		return parse_literal(parser, start, NODE_NUMBER,
		                     is_word(parser, "true") ? "1" : "0");
	if (take_word(parser, "case"))
		return parse_case(parser, start);
	if (take_word(parser, "exists")) {
		need_sign(parser, "(");
		return parse_select_node(parser, NODE_EXISTS, start);
	}
	if (token.kind == TOKEN_WORD || token.kind == TOKEN_QUOTED_WORD)
		return parse_name(parser, start);
	fail(parser, STATUS_INVALID);
	return NULL;
}

/* --- what joins operands --- */

static struct node *parse_operators(struct parser *parser, size_t level)
{
	static const char *const signs[][4] = {
		{ "&", "|", "<<", ">>" }, { "+", "-" }, { "*", "/", "%" }, { "||" }
	};
	if (level == sizeof(signs) / sizeof(signs[0]))
		return parse_operand(parser);
	const size_t start = start_of(parser);
	struct node *node = parse_operators(parser, level + 1);
	for (;;) {
		const char *sign = NULL;
		for (size_t i = 0; i < 4 && !sign; i++)
			if (signs[level][i] && take_sign(parser, signs[level][i]))
				sign = signs[level][i];
		if (!sign)
			return node;
		node = make_pair(parser, NODE_OTHER, start, node,
		                 parse_operators(parser, level + 1));
		if (node)
			node->text = sign;
	}
}

static struct node *compare(struct parser *parser, size_t start, struct node *left,
                            enum comparison comparison, struct node *right)
{
	struct node *node = make_pair(parser, NODE_COMPARE, start, left, right);
	if (node)
		node->comparison = comparison;
	return node;
}

static struct node *parse_order_of(struct parser *parser)
{
	static const struct {
		const char *sign;
		enum comparison comparison;
	} signs[] = { { "<", COMPARE_LESS },
		      { "<=", COMPARE_LESS_EQUAL },
		      { ">", COMPARE_GREATER },
		      { ">=", COMPARE_GREATER_EQUAL } };
	const size_t start = start_of(parser);
	struct node *node = parse_operators(parser, 0);
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (take_sign(parser, signs[i].sign)) {
			node = compare(parser, start, node, signs[i].comparison,
			               parse_operators(parser, 0));
			i = (size_t)-1;
		}
	return node;
}

static struct node *parse_in(struct parser *parser, size_t start, struct node *left, bool negated)
{
	struct list list = { .count = 0 };
	const struct select *select = NULL;
	add_item(parser, &list, left);
	need_sign(parser, "(");
	if (is_word(parser, "select"))
		select = parse_select(parser);
	else if (!is_sign(parser, ")"))
		parse_list(parser, &list);
	need_sign(parser, ")");
	struct node *node = make_node(parser, NODE_IN, start, list.items, list.count);
	if (node) {
		node->negated = negated;
		node->select = select;
	}
	return node;
}

/* a BETWEEN b AND c is a >= b AND a <= c. */
static struct node *parse_between(struct parser *parser, size_t start, struct node *left,
                                  bool negated)
{
	struct node *low =
	        compare(parser, start, left, COMPARE_GREATER_EQUAL, parse_order_of(parser));
	need_word(parser, "and");
	struct node *high =
	        compare(parser, start, left, COMPARE_LESS_EQUAL, parse_order_of(parser));
	struct node *both = make_pair(parser, NODE_ALL, start, low, high);
	return negated ? make_node(parser, NODE_NOT, start, &both, 1) : both;
}

static struct node *null_node(struct parser *parser)
{
	return make_node(parser, NODE_NULL, start_of(parser), NULL, 0);
}

static struct node *parse_is(struct parser *parser, size_t start, struct node *left)
{
	const bool negated = take_word(parser, "not");
	if (take_word(parser, "distinct"))
		fail(parser, STATUS_INVALID);
	return compare(parser, start, left, negated ? COMPARE_IS_NOT : COMPARE_IS,
	               parse_order_of(parser));
}

static struct node *parse_equality(struct parser *parser)
{
	const size_t start = start_of(parser);
	struct node *node = parse_order_of(parser);
	for (;;) {
		if (take_sign(parser, "=") || take_sign(parser, "==")) {
			node = compare(parser, start, node, COMPARE_EQUAL, parse_order_of(parser));
		} else if (take_sign(parser, "<>") || take_sign(parser, "!=")) {
			node = compare(parser, start, node, COMPARE_UNEQUAL,
			               parse_order_of(parser));
		} else if (take_word(parser, "is")) {
			node = parse_is(parser, start, node);
		} else if (take_word(parser, "isnull")) {
			node = compare(parser, start, node, COMPARE_IS, null_node(parser));
		} else if (take_word(parser, "notnull")) {
			node = compare(parser, start, node, COMPARE_IS_NOT, null_node(parser));
		} else if (take_word(parser, "in")) {
			node = parse_in(parser, start, node, false);
		} else if (take_word(parser, "between")) {
			node = parse_between(parser, start, node, false);
		} else if (take_word(parser, "not")) {
			if (take_word(parser, "in"))
				node = parse_in(parser, start, node, true);
			else if (take_word(parser, "between"))
				node = parse_between(parser, start, node, true);
			else if (take_word(parser, "null"))
				node = compare(parser, start, node, COMPARE_IS_NOT,
				               null_node(parser));
			else
				fail(parser, STATUS_INVALID);
		} else {
			return node;
		}
	}
}

static struct node *parse_not(struct parser *parser)
{
	const size_t start = start_of(parser);
	if (!take_word(parser, "not"))
		return parse_equality(parser);
	if (++parser->depth > DEPTH_MOST)
		fail(parser, STATUS_INVALID);
	struct node *const item = parse_not(parser);
	parser->depth--;
	return make_node(parser, NODE_NOT, start, &item, 1);
}

static struct node *parse_all(struct parser *parser)
{
	const size_t start = start_of(parser);
	struct node *node = parse_not(parser);
	while (take_word(parser, "and"))
		node = make_pair(parser, NODE_ALL, start, node, parse_not(parser));
	return node;
}

static struct node *parse_expression(struct parser *parser)
{
	const size_t start = start_of(parser);
	if (++parser->depth > DEPTH_MOST) {
		fail(parser, STATUS_INVALID);
		return NULL;
	}
	struct node *node = parse_all(parser);
	while (take_word(parser, "or"))
		node = make_pair(parser, NODE_ANY, start, node, parse_all(parser));
	parser->depth--;
	return node;
}

/* --- SELECT --- */

/* A select while it is read. */
struct select_parts {
	struct select select;
	struct result_column columns[LIST_MOST];
	struct source sources[LIST_MOST];
	struct list conditions, order;
};

static bool ends_a_column(const struct parser *parser)
{
	static const char *const words[] = { "from",  "where", "group",  "having",   "order",
		                             "limit", "union", "except", "intersect" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (is_word(parser, words[i]))
			return true;
	return false;
}

static bool ends_a_source(const struct parser *parser)
{
	static const char *const words[] = { "on",   "left",    "inner", "cross",
		                             "join", "natural", "using" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (is_word(parser, words[i]))
			return true;
	return ends_a_column(parser);
}

static bool at_name(const struct parser *parser)
{
	return parser->token.kind == TOKEN_WORD || parser->token.kind == TOKEN_QUOTED_WORD;
}

/* The name behind [AS], or "". */
static const char *parse_alias(struct parser *parser, bool (*ends)(const struct parser *))
{
	const bool named = take_word(parser, "as");
	if (!named && (!at_name(parser) || ends(parser)))
		return "";
	if (!at_name(parser)) {
		fail(parser, STATUS_INVALID);
		return "";
	}
	const char *alias = word_text(parser);
	advance(parser);
	return alias;
}

static void parse_column(struct parser *parser, struct select_parts *parts)
{
	struct result_column column = { NULL, "" };
	if (!take_sign(parser, "*")) {
		column.value = parse_expression(parser);
		column.name = parse_alias(parser, ends_a_column);
	}
	if (!column.name[0] && column.value && column.value->kind == NODE_NAME)
		column.name = column.value->text;
	if (parts->select.column_count == LIST_MOST)
		fail(parser, STATUS_INVALID);
	else
		parts->columns[parts->select.column_count++] = column;
}

static void parse_source(struct parser *parser, struct select_parts *parts)
{
	struct source source = { "", NULL, "" };
	if (take_sign(parser, "(")) {
		source.select = parse_select(parser);
		need_sign(parser, ")");
	} else if (at_name(parser)) {
		source.relation = word_text(parser);
		advance(parser);
	} else {
		fail(parser, STATUS_INVALID);
	}
	source.alias = parse_alias(parser, ends_a_source);
	if (!source.alias[0])
		source.alias = source.relation;
	if (parts->select.source_count == LIST_MOST)
		fail(parser, STATUS_INVALID);
	else
		parts->sources[parts->select.source_count++] = source;
	if (take_word(parser, "on"))
		add_item(parser, &parts->conditions, parse_expression(parser));
}

static bool take_join(struct parser *parser)
{
	if (take_sign(parser, ","))
		return true;
	const bool left = take_word(parser, "left");
	if (left)
		(void)take_word(parser, "outer");
	const bool other = !left && (take_word(parser, "inner") || take_word(parser, "cross"));
	if (take_word(parser, "join"))
		return true;
	if (left || other)
		fail(parser, STATUS_INVALID);
	return false;
}

static const struct select *keep_select(struct parser *parser, const struct select_parts *parts)
{
	const struct select *from = &parts->select;
	struct select *select = room(parser, 1, sizeof(*select));
	struct result_column *columns =
	        room(parser, from->column_count, sizeof(struct result_column));
	struct source *sources = room(parser, from->source_count, sizeof(struct source));
	const struct node **conditions =
	        room(parser, parts->conditions.count, sizeof(struct node *));
	const struct node **order = room(parser, parts->order.count, sizeof(struct node *));
	if (!select || !columns || !sources || !conditions || !order)
		return NULL;
	memcpy(columns, parts->columns, from->column_count * sizeof(*columns));
	memcpy(sources, parts->sources, from->source_count * sizeof(*sources));
	for (size_t i = 0; i < parts->conditions.count; i++)
		conditions[i] = parts->conditions.items[i];
	for (size_t i = 0; i < parts->order.count; i++)
		order[i] = parts->order.items[i];
	*select = (struct select){ columns,    from->column_count,      sources, from->source_count,
		                   conditions, parts->conditions.count, order,   parts->order.count,
		                   from->next };
	return select;
}

static void parse_order(struct parser *parser, struct select_parts *parts)
{
	if (take_word(parser, "order")) {
		need_word(parser, "by");
		do {
			add_item(parser, &parts->order, parse_expression(parser));
			if (!take_word(parser, "asc"))
				(void)take_word(parser, "desc");
			if (take_word(parser, "nulls"))
				advance(parser);
		} while (take_sign(parser, ","));
	}
	if (take_word(parser, "limit"))
		(void)parse_expression(parser);
	if (take_word(parser, "offset"))
		fail(parser, STATUS_INVALID);
}

static bool take_compound(struct parser *parser)
{
	if (take_word(parser, "union")) {
		(void)take_word(parser, "all");
		return true;
	}
	if (is_word(parser, "except") || is_word(parser, "intersect"))
		fail(parser, STATUS_INVALID);
	return false;
}

/* One SELECT, and what a UNION adds to it. */
static const struct select *parse_core(struct parser *parser)
{
	struct select_parts *parts = room(parser, 1, sizeof(*parts));
	if (!parts || ++parser->depth > DEPTH_MOST) {
		fail(parser, STATUS_INVALID);
		return NULL;
	}
	need_word(parser, "select");
	(void)take_word(parser, "distinct");
	do
		parse_column(parser, parts);
	while (take_sign(parser, ","));
	if (take_word(parser, "from")) {
		do
			parse_source(parser, parts);
		while (take_join(parser));
	}
	if (take_word(parser, "where"))
		add_item(parser, &parts->conditions, parse_expression(parser));
	if (take_word(parser, "group")) {
		struct list keys = { .count = 0 };
		need_word(parser, "by");
		parse_list(parser, &keys);
	}
	if (take_word(parser, "having"))
		add_item(parser, &parts->conditions, parse_expression(parser));
	if (take_compound(parser))
		parts->select.next = parse_core(parser);
	else
		parse_order(parser, parts);
	parser->depth--;
	assert(parser->depth >= 0);
	return keep_select(parser, parts);
}

static const struct select *parse_select(struct parser *parser)
{
	return parse_core(parser);
}

enum status sql_read(const char *sql, struct arena *arena, const struct select **out)
{
	struct parser parser = { .sql = sql, .arena = arena };
	*out = NULL;
	read_token(&parser);
	const struct select *select = parse_select(&parser);
	if (parser.token.kind != TOKEN_END)
		fail(&parser, STATUS_INVALID);
	if (parser.status == STATUS_OK && select)
		*out = select;
	return parser.status != STATUS_OK ? parser.status : (select ? STATUS_OK : STATUS_INVALID);
}
