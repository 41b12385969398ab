/*
 * How it works: a pattern is read as alternatives of sequences. A sequence gives its runs of plain
 * characters and the sets of its groups; the best of these are kept, and the one it begins with.
 * Alternatives give the union of the best set of each, or nothing if one of them has none. Anything
 * that is not plain ends a run and is skipped.
 */
#include "engine/knowledge/pattern_literals.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "engine/text/normalise.h"

enum {
	WORDS_MOST = 1000,    /* of a set; more tell nothing */
	WORD_BYTES_MOST = 60, /* of a longer word the beginning is asked for */
	SET_CEILING = 1 << 16,
	DEPTH_MOST = 100,
};

struct scan {
	struct span source;
	size_t at;
	size_t depth;
	bool uncertain; /* syntax that is not understood here */
	enum status status;
};

static char peek(const struct scan *scan, size_t ahead)
{
	return scan->at + ahead < scan->source.len ? scan->source.ptr[scan->at + ahead] : '\0';
}

static bool take(struct scan *scan, char c)
{
	const bool taken = scan->at < scan->source.len && scan->source.ptr[scan->at] == c;
	scan->at += taken;
	return taken;
}

static bool at_end(const struct scan *scan)
{
	return scan->at >= scan->source.len;
}

static void skip_past(struct scan *scan, char end)
{
	while (!at_end(scan) && !take(scan, end))
		scan->at++;
}

static bool is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c);
}

/* ------------------------------------------------------------------ sets */

static void set_deinit(struct literal_set *set)
{
	free(set->words);
	*set = (struct literal_set){ 0 };
}

/* A set without words is worst. */
static bool set_is_better(const struct literal_set *a, const struct literal_set *b)
{
	if (a->count == 0 || b->count == 0)
		return a->count > 0;
	return a->least != b->least ? a->least > b->least : a->count < b->count;
}

static size_t set_size(const struct literal_set *set)
{
	size_t size = 0;
	for (size_t i = 0; i < set->count; i++)
		size += strlen(set->words + size) + 1;
	return size;
}

/* Replaces *a by the union. */
static void set_join(struct scan *scan, struct literal_set *a, const struct literal_set *b)
{
	const size_t had = set_size(a), more = set_size(b);
	if (a->count + b->count > WORDS_MOST || had + more > SET_CEILING) {
		set_deinit(a);
		return;
	}
	char *words = realloc(a->words, had + more);
	if (!words) {
		scan->status = STATUS_NO_MEMORY;
		return;
	}
	memcpy(words + had, b->words, more);
	a->words = words;
	a->count += b->count;
	a->least = a->least < b->least ? a->least : b->least;
	a->leads = a->leads && b->leads;
}

/* Drops the least telling set that is not the leading one. */
static void drop_worst(struct pattern_literals *literals)
{
	size_t at = literals->count - 1;
	assert(literals->count == LITERAL_SETS_MOST && LITERAL_SETS_MOST > 1);
	if (literals->sets[at].leads)
		at--;
	set_deinit(&literals->sets[at]);
	memmove(&literals->sets[at], &literals->sets[at + 1],
	        (literals->count - at - 1) * sizeof(*literals->sets));
	literals->count--;
}

/* Owns the set: it is kept among the best or freed. */
static void keep_set(struct pattern_literals *literals, struct literal_set set)
{
	if (set.count == 0) {
		set_deinit(&set);
		return;
	}
	if (literals->count == LITERAL_SETS_MOST)
		drop_worst(literals);
	size_t at = literals->count;
	while (at > 0 && set_is_better(&set, &literals->sets[at - 1]))
		at--;
	memmove(&literals->sets[at + 1], &literals->sets[at],
	        (literals->count - at) * sizeof(*literals->sets));
	literals->sets[at] = set;
	literals->count++;
}

/* ------------------------------------------------------------------ runs */

struct run {
	char bytes[WORD_BYTES_MOST + 1];
	size_t len;
	bool first; /* the pattern begins with it, or with what comes next */
};

static void end_run(struct scan *scan, struct run *run, struct pattern_literals *literals)
{
	if (run->len == 0)
		return;
	run->bytes[run->len] = '\0';
	struct literal_set set = { .words = strdup(run->bytes), .count = 1, .leads = run->first };
	run->first = false;
	set.least = utf8_length((struct span){ run->bytes, run->len });
	run->len = 0;
	if (set.words)
		keep_set(literals, set);
	else
		scan->status = STATUS_NO_MEMORY;
}

/* ------------------------------------------------------------------ what is skipped */

/* {n}, {n,}, {n,m}, after the brace. */
static bool take_braces(struct scan *scan, bool *optional)
{
	size_t at = scan->at + 1;
	const char *text = scan->source.ptr;
	const size_t first = at;
	size_t least = 0;
	while (at < scan->source.len && text[at] >= '0' && text[at] <= '9')
		least += text[at++] != '0';
	if (at == first)
		return false;
	if (at < scan->source.len && text[at] == ',')
		for (at++; at < scan->source.len && text[at] >= '0' && text[at] <= '9';)
			at++;
	if (at == scan->source.len || text[at] != '}')
		return false;
	scan->at = at + 1;
	*optional = least == 0;
	return true;
}

/* True if there is a quantifier; *optional if what it repeats may be missing. */
static bool take_quantifier(struct scan *scan, bool *optional)
{
	*optional = false;
	if (take(scan, '*') || take(scan, '?'))
		*optional = true;
	else if (!take(scan, '+') && !(peek(scan, 0) == '{' && take_braces(scan, optional)))
		return false;
	(void)(take(scan, '+') || take(scan, '?'));
	return true;
}

/* Behind the opening bracket. */
static void skip_class(struct scan *scan)
{
	(void)take(scan, '^');
	(void)take(scan, ']'); /* the first is a member */
	while (!at_end(scan) && !take(scan, ']')) {
		if (take(scan, '\\')) {
			if (is_one_of(peek(scan, 0), "QEc"))
				scan->uncertain = true;
			scan->at++;
		} else if (peek(scan, 0) == '[' && is_one_of(peek(scan, 1), ":.=")) {
			const char kind = peek(scan, 1);
			const size_t back = scan->at + 2;
			scan->at = back;
			while (!at_end(scan) && (peek(scan, 0) == '^' ||
			                         (peek(scan, 0) >= 'a' && peek(scan, 0) <= 'z')))
				scan->at++;
			if (peek(scan, 0) == kind && peek(scan, 1) == ']')
				scan->at += 2;
			else
				scan->at = back; /* no class of a name: the bracket is a member */
		} else {
			scan->at++;
		}
	}
}

/* Behind the backslash of something that is no plain character. */
static void skip_escape(struct scan *scan)
{
	if (!is_one_of(peek(scan, 0), "dDsSwWbBAzZGhHvVRXntrfae"))
		scan->uncertain = true; /* references, codes, \Q, \K and the like */
	scan->at++;
}

/* ------------------------------------------------------------------ the pattern */

static void read_alternatives(struct scan *scan, struct pattern_literals *out);

/* Reads what follows "(". False if the content of the group is not needed for a match. */
static bool open_group(struct scan *scan)
{
	if (peek(scan, 0) == '*')
		scan->uncertain = true; /* (*ACCEPT) ends the match */
	if (!take(scan, '?'))
		return true;
	const char kind = peek(scan, 0);
	scan->at++;
	switch (kind) {
	case ':':
	case '>':
	case '|':
		return true;
	case '=':
	case '!':
		return false;
	case 'P':
	case '<':
		if (kind == 'P' && !take(scan, '<')) {
			scan->uncertain = true;
			return false;
		}
		if (take(scan, '=') || take(scan, '!'))
			return false;
		skip_past(scan, '>');
		return true;
	default: /* options, comments, conditions, recursions */
		scan->uncertain = true;
		return false;
	}
}

/* Anything but a plain character ends the beginning, unless it has no width. */
static void read_group(struct scan *scan, struct run *run, struct pattern_literals *literals)
{
	struct pattern_literals group = { 0 };
	bool optional;
	const bool needed = open_group(scan);
	if (++scan->depth > DEPTH_MOST)
		scan->uncertain = true;
	if (!scan->uncertain)
		read_alternatives(scan, &group);
	scan->depth--;
	(void)take(scan, ')');
	(void)take_quantifier(scan, &optional);
	for (size_t i = 0; i < group.count; i++) {
		group.sets[i].leads = group.sets[i].leads && run->first;
		if (needed && !optional)
			keep_set(literals, group.sets[i]);
		else
			set_deinit(&group.sets[i]);
	}
	if (needed)
		run->first = false;
}

/*
 * Adds a plain character to the run, unless it may be missing. Beyond ASCII only Han is plain,
 * because it has no case.
 */
static void read_point(struct scan *scan, struct run *run, struct pattern_literals *literals)
{
	const size_t start = scan->at;
	const uint32_t point = utf8_next(scan->source, &scan->at);
	const size_t len = scan->at - start;
	bool optional;
	char bytes[4];
	memcpy(bytes, scan->source.ptr + start, len);
	if (bytes[0] >= 'A' && bytes[0] <= 'Z')
		bytes[0] = (char)(bytes[0] - 'A' + 'a');
	const bool plain = point < 0x80 || code_point_is_han(point);
	const bool repeated = take_quantifier(scan, &optional);
	const bool may_miss = repeated && optional;
	if (!plain || may_miss || run->len + len > WORD_BYTES_MOST)
		end_run(scan, run, literals);
	if (plain && !may_miss) {
		memcpy(run->bytes + run->len, bytes, len);
		run->len += len;
	} else {
		run->first = false;
	}
	if (repeated)
		end_run(scan, run, literals);
}

static void read_other(struct scan *scan, struct run *run, struct pattern_literals *literals)
{
	bool optional;
	if (take(scan, '(')) {
		read_group(scan, run, literals);
		return;
	}
	run->first = false;
	if (take(scan, '['))
		skip_class(scan);
	else if (take(scan, '\\'))
		skip_escape(scan);
	else
		scan->at++; /* . ^ $ */
	(void)take_quantifier(scan, &optional);
}

static void read_sequence(struct scan *scan, struct pattern_literals *literals)
{
	struct run run = { .first = true };
	while (!at_end(scan) && !scan->uncertain && peek(scan, 0) != '|' && peek(scan, 0) != ')') {
		if (peek(scan, 0) == '\\' && (unsigned char)peek(scan, 1) < 0x80 &&
		    !is_one_of(peek(scan, 1), "0123456789") &&
		    !((peek(scan, 1) | 0x20) >= 'a' && (peek(scan, 1) | 0x20) <= 'z'))
			scan->at++; /* escaped punctuation */
		else if (peek(scan, 0) == '{')
			scan->uncertain = true; /* a quantifier to newer releases of PCRE2 */
		else if (is_one_of(peek(scan, 0), "\\([.^$")) {
			end_run(scan, &run, literals);
			read_other(scan, &run, literals);
			continue;
		}
		if (!at_end(scan))
			read_point(scan, &run, literals);
	}
	end_run(scan, &run, literals);
}

/* Reads up to the closing bracket or the end. One alternative gives all its sets, several a union.
 */
static void read_alternatives(struct scan *scan, struct pattern_literals *out)
{
	read_sequence(scan, out);
	while (!scan->uncertain && take(scan, '|')) {
		struct pattern_literals other = { 0 };
		read_sequence(scan, &other);
		for (size_t i = 1; i < out->count; i++)
			set_deinit(&out->sets[i]);
		if (out->count > 0 && other.count > 0)
			set_join(scan, &out->sets[0], &other.sets[0]);
		else
			pattern_literals_deinit(out);
		out->count = out->count > 0 && out->sets[0].count > 0;
		if (out->count == 0) /* no further alternative can make up for it */
			out->sets[0] = (struct literal_set){ 0 };
		pattern_literals_deinit(&other);
	}
}

enum status pattern_literals_of(struct span source, struct pattern_literals *out)
{
	struct scan scan = { .source = source };
	*out = (struct pattern_literals){ 0 };
	read_alternatives(&scan, out);
	if (scan.uncertain || !at_end(&scan) || scan.status != STATUS_OK)
		pattern_literals_deinit(out);
	return scan.status;
}

void pattern_literals_deinit(struct pattern_literals *literals)
{
	for (size_t i = 0; i < literals->count; i++)
		set_deinit(&literals->sets[i]);
	literals->count = 0;
}
