/*
 * A document is taken for broken at a width if hardly a line is wider, lines as wide mostly end
 * within a sentence, and the paragraphs that begin so end with one. A full line is then joined with
 * the next one unless that begins something, or stands further to the right, as the first line of a
 * paragraph does. Page marks between the two do not part them.
 */
#include "office/exchange/document_wraps.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "office/exchange/document_lines.h"

enum {
	WIDTH_LEAST = 36, /* columns, of which a Han character takes two */
	WIDTH_MOST = 160,
	SLACK = 5, /* columns that a full line may be short of: a bracket or number that moved on */
	NARROW_MOST = 12, /* characters of one column, of a line in Chinese */
	BROKEN_LEAST = 3,
	BROKEN_PERCENT = 60,          /* of the full lines */
	BROKEN_INDENTED_PERCENT = 40, /* the same, where all broken paragraphs are indented */
	ENDED_PERCENT = 60,           /* of the paragraphs that a full line begins */
	WIDER_PERCENT = 5,            /* of all lines: titles, tables */
	INDENTED_LEAST = 3,           /* paragraphs whose first line stands further to the right */
};

struct wraps {
	struct line *lines;
	size_t count, width;
	bool indented; /* the first lines of paragraphs stand further to the right */
};

static size_t columns_of(struct span text)
{
	size_t offset = 0, columns = 0;

	while (offset < text.len)
		columns += utf8_next(text, &offset) < 0x80 ? 1 : 2;
	return columns;
}

/* A sign at the end may hang over the edge of the page. */
static size_t columns_to_edge(struct span text)
{
	static const char *const hanging[] = { "，", "。", "、", "；", "：", "！", "？", NULL };
	const size_t columns = columns_of(text);

	return text_ends_with_one(text, hanging) ? columns - 2 : columns;
}

static size_t indent_of(struct span text)
{
	struct span rest = text;

	text_skip_blanks(&rest);
	return columns_of((struct span){ text.ptr, (size_t)(rest.ptr - text.ptr) });
}

/* Some programs count characters, not columns: a digit is as wide as any of them then. */
static bool is_full(const struct wraps *wraps, size_t index)
{
	const struct span text = wraps->lines[index].text;
	const size_t columns = columns_of(text), narrow = 2 * utf8_length(text) - columns;

	return columns_to_edge(text) <= wraps->width &&
	       columns + SLACK + (narrow <= NARROW_MOST ? narrow : 0) >= wraps->width;
}

static bool is_page_mark(const struct line *line)
{
	return line->special == SPECIAL_PAGE || line->special == SPECIAL_RUNNING;
}

/* The line behind, page marks and the empty lines around them left out; `count` for none. */
static size_t line_behind(const struct wraps *wraps, size_t index)
{
	bool page = false;
	size_t next = index + 1;

	while (next < wraps->count &&
	       (wraps->lines[next].text.len == 0 || is_page_mark(&wraps->lines[next])))
		page |= is_page_mark(&wraps->lines[next++]);
	return page || next == index + 1 ? next : wraps->count;
}

/* Whether the line begins something, so that it cannot go on with the one before. */
static bool begins(const struct line *before, const struct line *line)
{
	const struct item_mark mark = line->mark;

	if (line->escaped || line->part.kind != MARK_NONE)
		return true;
	if (mark.style == STYLE_NONE)
		return line->special != SPECIAL_NONE && line->special != SPECIAL_CONTACT &&
		       line->special != SPECIAL_NUMBER;
	/* “10 个工作日” at the start of a line is no number of an item within a sentence. */
	return mark.style != STYLE_ARABIC || !text_ends_with(mark.shown, " ") ||
	       ends_a_sentence(before->text);
}

/*
 * `first` is the first line of the paragraph at hand. Where first lines are indented, one that is
 * not goes on with the paragraph, also behind a full stop.
 */
static bool goes_on(const struct wraps *wraps, size_t first, size_t index, size_t next)
{
	const struct line *line = &wraps->lines[index], *behind = &wraps->lines[next];
	static const char *const within[] = { "，", "、", ",", NULL };
	const size_t indent = indent_of(behind->text);
	const bool marked = wraps->lines[first].mark.style != STYLE_NONE ||
	                    wraps->lines[first].part.kind != MARK_NONE;

	if (line->escaped || line->strong != behind->strong || line->level != behind->level ||
	    begins(line, behind) || asks_plainly(line->text))
		return false;
	if (!marked && indent > indent_of(wraps->lines[first].text))
		return false;
	if (!ends_a_sentence(line->text) || text_ends_with_one(line->text, within))
		return true;
	return wraps->indented && text_ends_with(line->text, "。") &&
	       indent < indent_of(wraps->lines[first].text);
}

/* Blanks part what stands at both edges of a page, or in columns: no paragraph is as wide. */
static bool has_gap(struct span text)
{
	text = text_trim(text);
	return memmem(text.ptr, text.len, "   ", 3) || memchr(text.ptr, '\t', text.len);
}

static bool is_out(const struct line *line)
{
	return line->text.len == 0 || is_page_mark(line) || line->special == SPECIAL_TOC;
}

struct sum {
	size_t full, broken, paragraphs, ended, indented, wider;
};

static struct sum sum_up(const struct wraps *wraps)
{
	struct sum sum = { 0 };
	bool open = false;
	size_t first = 0;

	for (size_t i = 0; i < wraps->count; i++) {
		const struct line *line = &wraps->lines[i];
		size_t next;
		bool on;

		/* Each run of empty lines is walked over once. */
		if (is_out(line))
			continue;
		next = line_behind(wraps, i);
		first = open ? first : i;
		sum.wider += columns_to_edge(line->text) > wraps->width && !has_gap(line->text);
		on = next < wraps->count && is_full(wraps, i) && goes_on(wraps, first, i, next);
		sum.indented += on && i == first &&
		                indent_of(line->text) > indent_of(wraps->lines[next].text);
		sum.full += is_full(wraps, i);
		sum.broken += on;
		if (open && !on) {
			sum.paragraphs++;
			sum.ended += ends_a_sentence(line->text) || asks(line->text);
		}
		open = on;
	}
	return sum;
}

/* The width that most lines have which no sentence ends; no line but a few is wider. */
static bool find_width(struct wraps *wraps)
{
	size_t times[WIDTH_MOST + 1] = { 0 }, most = 0, lines = 0, least;
	struct sum sum;

	for (size_t i = 0; i < wraps->count; i++) {
		const size_t columns = columns_of(wraps->lines[i].text);

		if (is_out(&wraps->lines[i]))
			continue;
		lines++;
		if (columns > WIDTH_MOST || ends_a_sentence(wraps->lines[i].text))
			continue;
		times[columns]++;
	}
	for (size_t width = WIDTH_LEAST; width <= WIDTH_MOST; width++) {
		size_t near = 0;

		for (size_t i = 0; i <= SLACK; i++)
			near += times[width - i];
		if (near >= most && times[width] > 0 && near > 0) {
			most = near;
			wraps->width = width;
		}
	}
	if (most < BROKEN_LEAST)
		return false;
	sum = sum_up(wraps);
	wraps->indented = sum.indented >= INDENTED_LEAST;
	least = wraps->indented && sum.indented == sum.paragraphs ? BROKEN_INDENTED_PERCENT
	                                                          : BROKEN_PERCENT;
	return sum.broken >= BROKEN_LEAST && sum.broken * 100 >= sum.full * least &&
	       sum.ended * 100 >= sum.paragraphs * ENDED_PERCENT &&
	       sum.wider * 100 <= lines * WIDER_PERCENT;
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Appends the text of the line at `to`, with a blank where Latin words meet. */
static char *append(char *to, const char *start, struct span text)
{
	text = text_trim(text);
	if (to > start && text.len > 0 && (unsigned char)to[-1] < 0x80 &&
	    (is_word(text.ptr[0]) || strchr("(\"'", text.ptr[0])))
		*to++ = ' ';
	memcpy(to, text.ptr, text.len);
	return to + text.len;
}

static void join_all(struct wraps *wraps, struct reading_result *out)
{
	char *to = out->joined;
	size_t kept = 0;

	for (size_t i = 0; i < wraps->count; i++) {
		struct line *line = &wraps->lines[kept];
		const char *start = to;
		const bool out_of = is_out(&wraps->lines[i]);
		size_t at = i, next = out_of ? wraps->count : line_behind(wraps, i);

		if (next == wraps->count || !is_full(wraps, i) || !goes_on(wraps, i, i, next)) {
			wraps->lines[kept++] = wraps->lines[i];
			continue;
		}
		memcpy(to, wraps->lines[i].text.ptr, wraps->lines[i].text.len);
		to += wraps->lines[i].text.len;
		while (next < wraps->count && is_full(wraps, at) && goes_on(wraps, i, at, next)) {
			to = append(to, start, wraps->lines[next].text);
			out->joins++;
			at = next;
			next = line_behind(wraps, at);
		}
		*line = (struct line){ .text = { start, (size_t)(to - start) },
			               .source = wraps->lines[i].source };
		line_read(line);
		kept++;
		i = at;
	}
	out->count = kept;
}

enum status wraps_join(struct reading_result *out)
{
	struct wraps wraps = { .lines = out->lines, .count = out->count };
	size_t bytes = 0;

	for (size_t i = 0; i < wraps.count; i++)
		bytes += wraps.lines[i].text.len + 1;
	if (!find_width(&wraps))
		return STATUS_OK;
	out->joined = malloc(bytes);
	if (!out->joined)
		return STATUS_NO_MEMORY;
	join_all(&wraps, out);
	return STATUS_OK;
}
