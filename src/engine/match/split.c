#include "engine/match/split.h"

#include <string.h>

#include "base/buf.h"
#include "base/span.h"
#include "base/utf8.h"

#define WIDE_BLANK "\xE3\x80\x80" /* U+3000 */

enum {
	CLAUSE_LEAST = 4, /* Han, letters or digits that a question needs */
	CLAUSE_CEILING = 64 << 10,
};

/*
 * Code points of the word that begins a further question, or 0. 还有一个月到期, 还有没办完的: 还有
 * tells what is left and begins none.
 */
static size_t announces_another(const struct marks *marks, const struct text *text, size_t at)
{
	return mark_at(marks, MARK_REMAINS, text, at) == 0 ? mark_at(marks, MARK_ANOTHER, text, at)
	                                                   : 0;
}

/* "1." "2)" "3、": whether a single digit numbers what follows. */
static bool is_numbering(const struct text *text, size_t at)
{
	const uint32_t *points = text->points;
	if (points[at] < '1' || points[at] > '9' || at + 2 >= text->count)
		return false;
	if (at > 0 && code_point_is_word(points[at - 1]) && !code_point_is_han(points[at - 1]))
		return false;
	const uint32_t mark = points[at + 1];
	return (mark == '.' || mark == ')' || mark == ',') &&
	       !(points[at + 2] >= '0' && points[at + 2] <= '9');
}

/* A full stop between letters or digits belongs to a number, a file or an address. */
static bool is_end(const struct text *text, size_t at, bool at_commas)
{
	const uint32_t point = text->points[at];
	if (point == '?' || point == '!' || point == ';')
		return true;
	if (point == ',')
		return at_commas;
	if (point != '.')
		return false;
	return at + 1 == text->count || code_point_is_han(text->points[at + 1]) ||
	       text->points[at + 1] == ' ';
}

/* The first line break from a byte of what was typed on; its length where there is none. */
static size_t break_from(struct span input, size_t at)
{
	size_t end = input.len;
	for (const char *sign = "\n\r"; *sign && at < end; sign++) {
		const char *found = memchr(input.ptr + at, *sign, end - at);
		end = found ? (size_t)(found - input.ptr) : end;
	}
	return end;
}

size_t split_lines_begun(const struct text *text, size_t most)
{
	size_t begun = 0, line_break = break_from(text->input, 0);
	for (size_t at = 0; at < text->count && begun < most && line_break < text->input.len; at++)
		if (line_break < text->origins[at]) {
			begun += at > 0;
			line_break = break_from(text->input, text->origins[at]);
		}
	return begun;
}

bool split_ends_clause(uint32_t point)
{
	return point == ',' || point == '.' || point == ';' || point == '!' || point == '?';
}

bool split_begins_line(const struct text *text, size_t at)
{
	if (at == 0)
		return false;
	for (size_t i = text->origins[at - 1]; i < text->origins[at]; i++)
		if (text->input.ptr[i] == '\n' || text->input.ptr[i] == '\r')
			return true;
	return false;
}

static void add_clause(const struct text *text, struct clauses *clauses, size_t start, size_t end)
{
	size_t meaning = 0;
	for (size_t i = start; i < end && meaning < CLAUSE_LEAST; i++)
		meaning +=
		        code_point_is_han(text->points[i]) || code_point_is_word(text->points[i]);
	if (meaning >= CLAUSE_LEAST && clauses->count < CLAUSES_MOST)
		clauses->items[clauses->count++] = (struct clause){ start, end };
}

void split_questions(const struct marks *marks, const struct text *text, bool at_every_comma,
                     struct clauses *out)
{
	const bool at_commas = at_every_comma || (memchr(text->utf8.ptr, ',', text->utf8.len) &&
	                                          mark_in(marks, MARK_SEVERAL, text));
	size_t start = 0, line_break = break_from(text->input, 0);
	*out = (struct clauses){ .lines = line_break < text->input.len };
	for (size_t at = 0; at < text->count && out->count < CLAUSES_MOST; at++) {
		const size_t word = announces_another(marks, text, at);
		bool begins = word > 0 || is_numbering(text, at);
		if (line_break < text->origins[at]) {
			begins = begins || at > 0;
			line_break = break_from(text->input, text->origins[at]);
		}
		if (begins || is_end(text, at, at_commas)) {
			add_clause(text, out, start, at);
			start = begins ? at + word : at + 1;
		}
	}
	add_clause(text, out, start, text->count);
}

/* Code points of a word there that may join two questions: 和, 跟; but 怎么跟单位说,
 * 能不能和同事一起办. */
static size_t joins(const struct marks *marks, const struct text *text, size_t at)
{
	/* 与 is a word of popups (聘用企业与申报企业), and joins no questions. */
	static const uint32_t joints[] = { 0x548C /* 和 */, 0x8DDF /* 跟 */ };
	bool found = false;
	for (size_t j = 0; j < sizeof(joints) / sizeof(joints[0]) && !found; j++)
		found = text->points[at] == joints[j] &&
		        mark_before(marks, MARK_WITH_WHOM, text, at) == 0;
	return found;
}

bool split_follows_blank(const struct text *text, size_t at)
{
	if (at == 0 || !code_point_is_han(text->points[at]) ||
	    !code_point_is_han(text->points[at - 1]))
		return false;
	const struct span between = { text->input.ptr + text->origins[at - 1],
		                      text->origins[at] - text->origins[at - 1] };
	return memchr(between.ptr, ' ', between.len) || memchr(between.ptr, '\t', between.len) ||
	       memmem(between.ptr, between.len, WIDE_BLANK, strlen(WIDE_BLANK));
}

bool split_at_joint(const struct marks *marks, const struct text *text, size_t *at,
                    struct clauses *out)
{
	for (size_t i = *at; i < text->count; i++) {
		const size_t word = joins(marks, text, i);
		if (word == 0 && !split_follows_blank(text, i))
			continue;
		*out = (struct clauses){ .lines = break_from(text->input, 0) < text->input.len };
		add_clause(text, out, 0, i);
		add_clause(text, out, i + word, text->count);
		*at = i + 1;
		if (out->count == 2)
			return true;
	}
	return false;
}

enum status clause_cut(const struct text *text, struct clause clause, struct arena *arena,
                       struct text *out)
{
	struct buf utf8;
	buf_init(&utf8, CLAUSE_CEILING);
	for (size_t i = clause.start; i < clause.end; i++)
		buf_append_code_point(&utf8, text->points[i]);
	const char *copy =
	        buf_status(&utf8) == STATUS_OK ? arena_copy(arena, buf_span(&utf8)) : NULL;
	*out = (struct text){ .points = text->points + clause.start,
		              .origins = text->origins + clause.start,
		              .count = clause.end - clause.start,
		              .utf8 = { copy, utf8.len },
		              .input = text->input };
	buf_deinit(&utf8);
	return copy ? STATUS_OK : STATUS_NO_MEMORY;
}
