#include "knowledge/pattern_shape.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "base/language.h"
#include "base/utf8.h"

enum {
	RANGES_MOST = 48,
	ENDLESS = 100,        /* repetitions that count as unbounded */
	ENDLESS_OF_MANY = 10, /* the same where the body is unbounded itself */
	CHAIN_MOST = 2,
	LEAD_MOST = 8,
	BRANCHES_MOST = 80,
};

struct range {
	uint32_t first, last;
};

/* Characters with which something may begin. */
struct set {
	bool any;
	size_t count;
	struct range ranges[RANGES_MOST];
};

/* What is known of an element, a branch or a group. */
struct shape {
	bool nullable;
	bool variable; /* holds a quantifier that can give back */
	bool alike;    /* holds an alternation with branches that can begin alike */
	bool endless;  /* holds an unbounded quantifier that can give back */
	bool group;
	bool zero_width;
	unsigned chain; /* unbounded quantifiers that can take what stands behind them */
	struct set first;
	struct pattern_needs needs;
	/* The literal characters it begins with, folded. */
	uint32_t lead[LEAD_MOST];
	size_t lead_count;
	bool lead_ended;
};

struct quantifier {
	unsigned least, most;
	bool possessive;
};

struct scan {
	struct span source;
	size_t at;
	bool extended;  /* (?x): blanks and comments in the pattern mean nothing */
	bool quoted;    /* within \Q...\E */
	bool uncertain; /* what a text needs can not be told: syntax that is not followed here */
	size_t runs_seen;
	char run[SHAPE_RUN_SIZE];
	size_t run_len;
	struct pattern_shape *out;
};

static char peek(const struct scan *scan, size_t ahead)
{
	return scan->at + ahead < scan->source.len ? scan->source.ptr[scan->at + ahead] : '\0';
}

static bool take(struct scan *scan, const char *text)
{
	size_t len = strlen(text);

	if (scan->source.len - scan->at < len ||
	    memcmp(scan->source.ptr + scan->at, text, len) != 0)
		return false;
	scan->at += len;
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Behind the next `end`, or to the end of the source. */
static void skip_past(struct scan *scan, char end)
{
	while (scan->at < scan->source.len) {
		scan->at++;
		if (scan->source.ptr[scan->at - 1] == end)
			return;
	}
}

/* ------------------------------------------------------------------ sets of characters */

static void set_add_folded(struct set *set, uint32_t first, uint32_t last)
{
	if (set->count == RANGES_MOST)
		set->any = true;
	if (set->any)
		return;
	set->ranges[set->count] = (struct range){ first, last };
	set->count++;
}

/* Two letters beyond ASCII are a case of one of ASCII: the long s and the Kelvin sign. */
static void set_add_odd_cases(struct set *set, uint32_t first, uint32_t last)
{
	if (first <= 0x17f && last >= 0x17f)
		set_add_folded(set, 's', 's');
	if (first <= 0x212a && last >= 0x212a)
		set_add_folded(set, 'k', 'k');
}

static void set_add(struct set *set, uint32_t first, uint32_t last)
{
	set_add_odd_cases(set, first, last);
	if (first == last) {
		set_add_folded(set, character_fold(first), character_fold(first));
		return;
	}
	if (first < 0x80) {
		uint32_t end = last < 0x7f ? last : 0x7f;

		set_add_folded(set, first, end);
		for (uint32_t point = first; point <= end; point++) {
			if (character_fold(point) != point &&
			    (character_fold(point) < first || character_fold(point) > end))
				set_add_folded(set, character_fold(point), character_fold(point));
		}
	}
	if (last < 0x80)
		return;
	set_add_folded(set, CHARACTER_OTHER, CHARACTER_OTHER);
	set_add_folded(set, first > CHARACTER_OTHER ? first : CHARACTER_OTHER, last);
}

static void set_join(struct set *set, const struct set *other)
{
	if (other->any)
		set->any = true;
	for (size_t i = 0; i < other->count && !set->any; i++)
		set_add_folded(set, other->ranges[i].first, other->ranges[i].last);
}

static bool set_meets(const struct set *a, const struct set *b)
{
	if (a->any || b->any)
		return (a->any || a->count > 0) && (b->any || b->count > 0);
	for (size_t i = 0; i < a->count; i++) {
		for (size_t k = 0; k < b->count; k++) {
			if (a->ranges[i].first <= b->ranges[k].last &&
			    b->ranges[k].first <= a->ranges[i].last)
				return true;
		}
	}
	return false;
}

/* What an element needs that takes one character of the set. */
static struct pattern_needs needs_of(const struct set *set)
{
	struct pattern_needs needs = { .count = set->any ? 0 : 1 };

	for (size_t i = 0; i < set->count && !set->any; i++)
		characters_add(&needs.items[0], set->ranges[i].first, set->ranges[i].last);
	return needs;
}

/* ------------------------------------------------------------------ runs of literals */

static void end_run(struct scan *scan)
{
	struct pattern_shape *out = scan->out;
	size_t slot = scan->runs_seen;

	if (scan->run_len == 0)
		return;
	/* The first half stays, the second half is a ring of the last ones. */
	if (slot >= SHAPE_RUNS_MOST)
		slot = SHAPE_RUNS_MOST / 2 + slot % (SHAPE_RUNS_MOST / 2);
	memcpy(out->runs[slot], scan->run, scan->run_len);
	out->runs[slot][scan->run_len] = '\0';
	memcpy(out->last_run, out->runs[slot], scan->run_len + 1);
	if (out->run_count < SHAPE_RUNS_MOST)
		out->run_count++;
	scan->runs_seen++;
	scan->run_len = 0;
}

static void add_to_run(struct scan *scan, const char *bytes, size_t len)
{
	if (scan->run_len + len >= SHAPE_RUN_SIZE)
		end_run(scan);
	memcpy(scan->run + scan->run_len, bytes, len);
	scan->run_len += len;
}

static void add_point_to_run(struct scan *scan, uint32_t point)
{
	char byte = (char)point;

	if (point > 0 && point < 0x80)
		add_to_run(scan, &byte, 1);
	else
		end_run(scan); /* written as an escape: not worth an encoder */
}

/* ------------------------------------------------------------------ escapes */

enum escape_kind {
	ESCAPE_POINT,
	ESCAPE_SET,
	ESCAPE_ZERO_WIDTH,
	ESCAPE_BACK, /* back reference or recursion */
	ESCAPE_NOTHING,
};

struct escape {
	enum escape_kind kind;
	uint32_t point;
	struct set set;
};

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static uint32_t take_digits(struct scan *scan, unsigned base, size_t most)
{
	uint32_t value = 0;

	for (size_t i = 0; i < most; i++) {
		int digit = hex_value(peek(scan, 0));

		if (digit < 0 || (unsigned)digit >= base || value > 0x110000)
			break;
		value = value * base + (uint32_t)digit;
		scan->at++;
	}
	return value;
}

/* {digits} or, without braces, at most `bare` digits. */
static uint32_t take_code(struct scan *scan, unsigned base, size_t bare)
{
	uint32_t value;

	if (!take(scan, "{"))
		return take_digits(scan, base, bare);
	value = take_digits(scan, base, SIZE_MAX);
	if (!take(scan, "}")) {
		scan->uncertain = true; /* blanks are taken by newer releases of PCRE2 */
		skip_past(scan, '}');
	}
	return value;
}

/* A name or number in {}, <> or '', or bare digits with a sign. */
static void skip_reference(struct scan *scan)
{
	if (take(scan, "{")) {
		skip_past(scan, '}');
	} else if (take(scan, "<")) {
		skip_past(scan, '>');
	} else if (take(scan, "'")) {
		skip_past(scan, '\'');
	} else {
		if (!take(scan, "+"))
			(void)take(scan, "-");
		while (is_digit(peek(scan, 0)))
			scan->at++;
	}
}

static void class_escape(char c, struct set *set)
{
	switch (c) {
	case 'd':
		set_add(set, '0', '9');
		break;
	case 'h':
		set_add(set, '\t', '\t');
		set_add(set, ' ', ' ');
		break;
	case 'v':
	case 'R':
		set_add(set, '\n', '\r');
		break;
	case 's':
		set_add(set, '\t', '\r');
		set_add(set, ' ', ' ');
		break;
	case 'w':
		set_add(set, '0', '9');
		set_add(set, 'a', 'z');
		set_add(set, '_', '_');
		set_add_folded(set, CHARACTER_HAN_FIRST, CHARACTER_HAN_MORE_LAST);
		break;
	default:
		set->any = true;
		return;
	}
	set_add_folded(set, CHARACTER_OTHER, CHARACTER_OTHER);
}

static unsigned char ascii_upper(char c)
{
	return (unsigned char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

static uint32_t control_escape(char c)
{
	switch (c) {
	case 'a':
		return '\a';
	case 'e':
		return 0x1b;
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	default:
		return 0;
	}
}

static void number_escape(struct scan *scan, bool in_class, struct escape *out)
{
	if (in_class && peek(scan, 0) >= '8') {
		out->point = utf8_next(scan->source, &scan->at);
		return;
	}
	if (in_class || peek(scan, 0) == '0') {
		out->point = take_digits(scan, 8, 3);
		return;
	}
	skip_reference(scan);
	out->kind = ESCAPE_BACK;
}

static void letter_escape(struct scan *scan, char c, bool in_class, struct escape *out)
{
	if (c == 'x') {
		out->point = take_code(scan, 16, 2);
	} else if (c == 'o') {
		out->point = take_code(scan, 8, 3);
	} else if (c == 'c') {
		out->point = (uint32_t)ascii_upper(peek(scan, 0)) ^ 0x40;
		scan->at++;
	} else if (c == 'N' && strncmp("{U+", scan->source.ptr + scan->at, 3) == 0) {
		scan->at += 3;
		out->point = take_digits(scan, 16, 8);
		skip_past(scan, '}');
	} else if (c == 'g' && in_class) {
		out->point = 'g';
	} else if (c == 'g' || c == 'k') {
		skip_reference(scan);
		out->kind = ESCAPE_BACK;
	} else if (c == 'b' && in_class) {
		out->point = '\b';
	} else if (memchr("bBAzZGK", c, 7)) {
		out->kind = ESCAPE_ZERO_WIDTH;
	} else if (control_escape(c) != 0) {
		out->point = control_escape(c);
	} else {
		if (c == 'p' || c == 'P') {
			if (take(scan, "{"))
				skip_past(scan, '}');
			else
				scan->at++;
		}
		out->kind = ESCAPE_SET;
		class_escape(c, &out->set);
	}
}

/* Behind the backslash. */
static struct escape take_escape(struct scan *scan, bool in_class)
{
	struct escape escape = { .kind = ESCAPE_POINT };
	char c = peek(scan, 0);

	if (c == 'Q' || c == 'E') {
		scan->at++;
		scan->quoted = c == 'Q';
		scan->uncertain = true;
		escape.kind = ESCAPE_NOTHING;
	} else if (is_digit(c)) {
		number_escape(scan, in_class, &escape);
	} else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
		scan->at++;
		letter_escape(scan, c, in_class, &escape);
	} else {
		escape.point = utf8_next(scan->source, &scan->at);
	}
	return escape;
}

/* ------------------------------------------------------------------ classes */

/* [:name:] and [:^name:]; any other [: is a bracket and a colon. */
static bool begins_posix_class(const struct scan *scan)
{
	size_t at = 2;

	if (peek(scan, 0) != '[' || peek(scan, 1) != ':')
		return false;
	if (peek(scan, at) == '^')
		at++;
	while ((peek(scan, at) >= 'a' && peek(scan, at) <= 'z') || peek(scan, at) == '<' ||
	       peek(scan, at) == '>')
		at++;
	return peek(scan, at) == ':' && peek(scan, at + 1) == ']';
}

/* One end of a range, or a set. True when it is a character. */
static bool take_class_item(struct scan *scan, struct set *set, uint32_t *point)
{
	struct escape escape;

	if (scan->quoted && take(scan, "\\E")) {
		scan->quoted = false;
		return false;
	}
	if (!scan->quoted && begins_posix_class(scan)) {
		bool space = strncmp("[:space:]", scan->source.ptr + scan->at, 9) == 0;

		skip_past(scan, ']');
		class_escape(space ? 's' : 'D', set);
		return false;
	}
	if (scan->quoted || !take(scan, "\\")) {
		*point = utf8_next(scan->source, &scan->at);
		return true;
	}
	escape = take_escape(scan, true);
	*point = escape.point;
	if (escape.kind == ESCAPE_SET)
		set_join(set, &escape.set);
	return escape.kind == ESCAPE_POINT;
}

/* Behind the opening bracket. */
static void take_class(struct scan *scan, struct set *set)
{
	bool negated = take(scan, "^");
	bool first = true;
	uint32_t low = 0, high;

	while (scan->at < scan->source.len && (first || scan->quoted || peek(scan, 0) != ']')) {
		size_t start = scan->at;
		bool is_point = take_class_item(scan, set, &low);

		if (is_point && first && scan->source.ptr[start] != '\\') {
			end_run(scan);
			add_to_run(scan, scan->source.ptr + start, scan->at - start);
		}
		first = false;
		if (!is_point)
			continue;
		high = low;
		if (!scan->quoted && peek(scan, 0) == '-' && peek(scan, 1) != ']') {
			scan->at++;
			if (!take_class_item(scan, set, &high))
				high = low;
		}
		set_add(set, low, high < low ? low : high);
	}
	if (!take(scan, "]"))
		scan->uncertain = true;
	end_run(scan);
	if (negated)
		set->any = true;
}

/* ------------------------------------------------------------------ quantifiers */

/* {n}, {n,}, {n,m}; anything else in braces is literal. */
static bool take_braces(struct scan *scan, struct quantifier *out)
{
	size_t start = scan->at;

	if (!take(scan, "{"))
		return false;
	if (is_digit(peek(scan, 0))) {
		out->least = take_digits(scan, 10, SIZE_MAX);
		out->most = out->least;
		if (take(scan, ","))
			out->most = is_digit(peek(scan, 0)) ? take_digits(scan, 10, SIZE_MAX)
			                                    : UINT_MAX;
		if (take(scan, "}"))
			return true;
	}
	scan->uncertain = true; /* {,n} and blanks are taken by newer releases of PCRE2 */
	scan->at = start;
	return false;
}

static struct quantifier take_quantifier(struct scan *scan)
{
	struct quantifier quantifier = { 1, 1, false };

	if (scan->quoted)
		return quantifier;
	if (take(scan, "*")) {
		quantifier = (struct quantifier){ 0, UINT_MAX, false };
	} else if (take(scan, "+")) {
		quantifier = (struct quantifier){ 1, UINT_MAX, false };
	} else if (take(scan, "?")) {
		quantifier = (struct quantifier){ 0, 1, false };
	} else if (!take_braces(scan, &quantifier)) {
		return (struct quantifier){ 1, 1, false };
	}
	if (take(scan, "+"))
		quantifier.possessive = true;
	else
		(void)take(scan, "?");
	return quantifier;
}

/* ------------------------------------------------------------------ groups */

static struct shape take_alternatives(struct scan *scan);

/* What can match anything; in many ways where it is a recursion or a condition. */
static struct shape wild(struct scan *scan, bool many_ways)
{
	end_run(scan);
	scan->out->repeats_group = true;
	return (struct shape){
		.nullable = true,
		.variable = many_ways,
		.alike = many_ways,
		.group = many_ways,
		.first = { .any = true },
	};
}

static struct shape nothing(void)
{
	return (struct shape){ .nullable = true, .zero_width = true };
}

enum group_kind { GROUP_PLAIN, GROUP_ATOMIC, GROUP_LOOK };

static struct shape take_group_body(struct scan *scan, enum group_kind kind)
{
	struct shape shape = take_alternatives(scan);

	(void)take(scan, ")");
	end_run(scan);
	if (kind == GROUP_LOOK)
		return nothing();
	shape.group = true;
	if (kind == GROUP_ATOMIC)
		shape.variable = shape.alike = shape.endless = false;
	return shape;
}

/* (?(condition)yes|no) behind "(?(". */
static struct shape take_condition(struct scan *scan)
{
	if (peek(scan, 0) == '?' || peek(scan, 0) == '*') {
		(void)take_alternatives(scan); /* an assertion; its marks do no harm as literals */
		(void)take(scan, ")");
	} else {
		skip_past(scan, ')');
	}
	(void)take_group_body(scan, GROUP_PLAIN);
	return wild(scan, true);
}

/* (*VERB), (*atomic:...), (*pla:...) behind "(*". */
static struct shape take_star_group(struct scan *scan)
{
	scan->uncertain = true; /* (*ACCEPT) ends the match */
	if (take(scan, "atomic:"))
		return take_group_body(scan, GROUP_ATOMIC);
	if (take(scan, "sr:") || take(scan, "script_run:") || take(scan, "asr:") ||
	    take(scan, "atomic_script_run:"))
		return take_group_body(scan, GROUP_PLAIN);
	if (peek(scan, 0) >= 'a' && peek(scan, 0) <= 'z') {
		skip_past(scan, ':');
		return take_group_body(scan, GROUP_LOOK);
	}
	skip_past(scan, ')');
	return nothing();
}

/* (?i), (?i:...), (?x) behind "(?". */
static struct shape take_options(struct scan *scan)
{
	if (peek(scan, 0) == '[') /* a class of newer releases of PCRE2 */
		scan->uncertain = true;
	while (scan->at < scan->source.len && !memchr(":)", peek(scan, 0), 2)) {
		if (take(scan, "x"))
			scan->extended = scan->uncertain = true;
		else
			scan->at++;
	}
	if (take(scan, ":"))
		return take_group_body(scan, GROUP_PLAIN);
	(void)take(scan, ")");
	return nothing();
}

/* Behind "(?". */
static struct shape take_question_group(struct scan *scan)
{
	char c = peek(scan, 0), next = peek(scan, 1);

	if (take(scan, "#") || take(scan, "C")) {
		scan->uncertain = true;
		skip_past(scan, ')');
		return nothing();
	}
	if (take(scan, ":") || take(scan, "|"))
		return take_group_body(scan, GROUP_PLAIN);
	if (take(scan, ">"))
		return take_group_body(scan, GROUP_ATOMIC);
	if (take(scan, "=") || take(scan, "!") || take(scan, "*") || take(scan, "<=") ||
	    take(scan, "<!") || take(scan, "<*"))
		return take_group_body(scan, GROUP_LOOK);
	if (take(scan, "P<") || take(scan, "<")) {
		skip_past(scan, '>');
		return take_group_body(scan, GROUP_PLAIN);
	}
	if (take(scan, "'")) {
		skip_past(scan, '\'');
		return take_group_body(scan, GROUP_PLAIN);
	}
	if (take(scan, "("))
		return take_condition(scan);
	if (c == 'R' || c == '&' || c == 'P' || is_digit(c) || c == '+' ||
	    (c == '-' && is_digit(next))) {
		skip_past(scan, ')');
		return wild(scan, true);
	}
	return take_options(scan);
}

static struct shape take_group(struct scan *scan)
{
	if (take(scan, "?"))
		return take_question_group(scan);
	if (take(scan, "*"))
		return take_star_group(scan);
	return take_group_body(scan, GROUP_PLAIN);
}

/* ------------------------------------------------------------------ elements and branches */

static struct shape point_shape(uint32_t point)
{
	struct shape shape = { 0 };

	set_add(&shape.first, point, point);
	shape.needs = needs_of(&shape.first);
	shape.lead[0] = character_fold(point);
	shape.lead_count = 1;
	return shape;
}

static struct shape take_escaped(struct scan *scan)
{
	size_t start = scan->at;
	struct escape escape = take_escape(scan, false);
	struct shape shape = { 0 };

	switch (escape.kind) {
	case ESCAPE_POINT:
		add_point_to_run(scan, escape.point);
		return point_shape(escape.point);
	case ESCAPE_SET:
		end_run(scan);
		shape.first = escape.set;
		shape.needs = needs_of(&shape.first);
		return shape;
	case ESCAPE_BACK:
		return wild(scan, scan->source.ptr[start] == 'g');
	case ESCAPE_ZERO_WIDTH:
	case ESCAPE_NOTHING:
		break;
	}
	return nothing();
}

static struct shape take_literal(struct scan *scan)
{
	size_t start = scan->at;
	uint32_t point = utf8_next(scan->source, &scan->at);

	add_to_run(scan, scan->source.ptr + start, scan->at - start);
	return point_shape(point);
}

static bool skip_extended(struct scan *scan)
{
	char c = peek(scan, 0);

	if (!scan->extended || scan->quoted)
		return false;
	if (c == '#')
		skip_past(scan, '\n');
	else if (c != '\0' && memchr(" \t\n\v\f\r", c, 6))
		scan->at++;
	else
		return false;
	return true;
}

static struct shape take_element(struct scan *scan)
{
	struct shape shape = { 0 };

	if (scan->quoted) {
		if (!take(scan, "\\E"))
			return take_literal(scan);
		scan->quoted = false;
		return nothing();
	}
	if (skip_extended(scan))
		return nothing();
	if (take(scan, "\\"))
		return take_escaped(scan);
	if (peek(scan, 0) != '(' && !memchr(".^$[", peek(scan, 0), 4))
		return take_literal(scan);
	end_run(scan);
	if (take(scan, "("))
		return take_group(scan);
	if (take(scan, "^") || take(scan, "$"))
		return nothing();
	if (take(scan, "["))
		take_class(scan, &shape.first);
	else if (take(scan, "."))
		shape.first.any = true;
	shape.needs = needs_of(&shape.first);
	return shape;
}

static bool is_endless(const struct quantifier *quantifier)
{
	return quantifier->most >= ENDLESS;
}

/* The rule of the header. */
static void check_repeat(struct scan *scan, const struct shape *element,
                         const struct quantifier *quantifier, size_t start)
{
	bool many =
	        is_endless(quantifier) || (quantifier->most >= ENDLESS_OF_MANY && element->endless);

	if (!element->group || quantifier->most < 2)
		return;
	scan->out->repeats_group = true;
	/* A possessive group that may stop at once keeps what each of its rounds took. */
	if (!many || (quantifier->possessive && quantifier->least <= 1) || scan->out->refused)
		return;
	if (element->variable)
		scan->out->refused =
		        N_("a repeated group holds another quantifier, so it can match one text in "
		           "very many ways; make the inner one possessive (such as ++)");
	else if (element->alike)
		scan->out->refused =
		        N_("the branches of a repeated group can begin alike, so it can match one "
		           "text in very many ways");
	scan->out->refused_at = start;
}

/* A branch's lead goes on as long as its elements are single characters. */
static void join_lead(struct shape *shape, const struct shape *element,
                      const struct quantifier *quantifier)
{
	if (element->group || element->lead_count != 1 || quantifier->least != 1 ||
	    quantifier->most != 1 || shape->lead_count == LEAD_MOST)
		shape->lead_ended = true;
	if (shape->lead_ended)
		return;
	shape->lead[shape->lead_count] = element->lead[0];
	shape->lead_count++;
}

/* What a branch is known to be so far, and the endless quantifiers at its end. */
struct branch {
	struct shape shape;
	struct set pending;     /* what they can take */
	unsigned pending_count; /* how many they are */
};

static void join(struct scan *scan, struct branch *branch, const struct shape *element,
                 const struct quantifier *quantifier)
{
	bool varies = quantifier->least != quantifier->most && !quantifier->possessive;
	bool nullable = element->nullable || quantifier->least == 0;
	bool met = set_meets(&branch->pending, &element->first);
	struct shape *shape = &branch->shape;

	if (element->zero_width)
		return;
	join_lead(shape, element, quantifier);
	scan->out->variable_most += quantifier->least != quantifier->most;
	if (met)
		shape->chain += branch->pending_count;
	if (met || !nullable) {
		branch->pending = (struct set){ 0 };
		branch->pending_count = 0;
	}
	if (varies && is_endless(quantifier)) {
		set_join(&branch->pending, &element->first);
		branch->pending_count++;
	}
	shape->chain += element->chain;
	if (!quantifier->possessive) {
		shape->variable |= varies || element->variable;
		shape->alike |= element->alike;
		shape->endless |= element->endless || (varies && is_endless(quantifier));
	}
	if (!nullable)
		pattern_needs_add(&shape->needs, &element->needs);
	if (shape->nullable)
		set_join(&shape->first, &element->first);
	shape->nullable = shape->nullable && nullable;
}

static struct shape take_branch(struct scan *scan)
{
	struct branch branch = { .shape = { .nullable = true } };

	while (scan->at < scan->source.len &&
	       (scan->quoted || (peek(scan, 0) != '|' && peek(scan, 0) != ')'))) {
		size_t start = scan->at;
		struct shape element = take_element(scan);
		struct quantifier quantifier = take_quantifier(scan);

		check_repeat(scan, &element, &quantifier, start);
		join(scan, &branch, &element, &quantifier);
	}
	end_run(scan);
	if (branch.shape.chain > CHAIN_MOST)
		scan->out->doubtful =
		        N_("three or more unbounded quantifiers follow one another: slow on long "
		           "texts");
	return branch.shape;
}

/* The leads of the branches seen so far. */
struct leads {
	uint32_t points[BRANCHES_MOST][LEAD_MOST];
	size_t counts[BRANCHES_MOST];
	size_t count;
};

static void leads_add(struct leads *leads, const struct shape *branch)
{
	if (leads->count < BRANCHES_MOST) {
		memcpy(leads->points[leads->count], branch->lead, sizeof(branch->lead));
		leads->counts[leads->count] = branch->lead_count;
	}
	leads->count++;
}

/* True where every branch so far differs from this one within the characters both begin with. */
static bool leads_differ(const struct leads *leads, const struct shape *branch)
{
	if (leads->count > BRANCHES_MOST)
		return false;
	for (size_t i = 0; i < leads->count; i++) {
		size_t k = 0;

		while (k < leads->counts[i] && k < branch->lead_count &&
		       leads->points[i][k] == branch->lead[k])
			k++;
		if (k == leads->counts[i] || k == branch->lead_count)
			return false;
	}
	return true;
}

/* To the closing bracket or the end. */
static struct shape take_alternatives(struct scan *scan)
{
	struct shape whole = take_branch(scan);
	struct leads leads;

	leads.count = 0;
	leads_add(&leads, &whole);
	while (take(scan, "|")) {
		struct shape branch = take_branch(scan);

		whole.alike |=
		        branch.alike || branch.nullable || whole.nullable ||
		        (set_meets(&whole.first, &branch.first) && !leads_differ(&leads, &branch));
		leads_add(&leads, &branch);
		whole.variable |= branch.variable;
		whole.endless |= branch.endless;
		whole.nullable |= branch.nullable;
		if (branch.chain > whole.chain)
			whole.chain = branch.chain;
		set_join(&whole.first, &branch.first);
		whole.needs = pattern_needs_of_either(&whole.needs, &branch.needs);
	}
	return whole;
}

void pattern_shape_of(struct span source, struct pattern_shape *out)
{
	struct scan scan = { .source = source, .out = out };

	*out = (struct pattern_shape){ 0 };
	while (scan.at < source.len) {
		out->needs = take_alternatives(&scan).needs;
		if (take(&scan, ")"))
			scan.uncertain = true; /* none is left over in a sound pattern */
	}
	end_run(&scan);
	if (scan.uncertain)
		out->needs.count = 0;
}
