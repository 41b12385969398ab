#include "service/groups/group_text.h"

#include <assert.h>
#include <string.h>

#include "base/utf8.h"

/* --- where a text may be cut --- */

enum boundary { NO_BOUNDARY, BETWEEN_CHARACTERS, BEHIND_CLAUSE, BEHIND_SENTENCE, BOUNDARIES };

static bool is_one_of(uint32_t point, const uint32_t *points, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (points[i] == point)
			return true;
	return false;
}

#define IS_ONE_OF(point_, ...)                                                                     \
	is_one_of((point_), (const uint32_t[]){ __VA_ARGS__ },                                     \
	          sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

static bool ends_sentence(uint32_t point)
{
	return IS_ONE_OF(point, '\n', '!', '?', 0x3002, 0xff01, 0xff1f, 0xff1b, 0x2026);
}

static bool ends_clause(uint32_t point)
{
	return IS_ONE_OF(point, ',', ';', 0xff0c, 0x3001, 0xff1a);
}

/* Belongs to the sentence that has just ended. */
static bool closes(uint32_t point)
{
	return IS_ONE_OF(point, '"', '\'', ')', ']', 0x201d, 0x2019, 0xff09, 0x3011, 0x300b, 0x300d,
	                 0x300f);
}

static bool is_blank(uint32_t point)
{
	return IS_ONE_OF(point, ' ', '\n', '\r', '\t', 0x3000, 0xa0);
}

/* Part of a word, a number or an address, which are not cut. */
static bool is_word(uint32_t point)
{
	return point > ' ' && point < 0x7f && !ends_clause(point) && !closes(point);
}

/* Belongs to the character before it: combining marks, joiners, variation selectors, skins. */
static bool continues(uint32_t point)
{
	return (point >= 0x300 && point <= 0x36f) || point == 0x200d || point == 0x20e3 ||
	       (point >= 0xfe00 && point <= 0xfe0f) || (point >= 0x1f3fb && point <= 0x1f3ff);
}

static enum boundary boundary_between(uint32_t before, uint32_t after, bool sentence_open)
{
	if (continues(after) || before == 0x200d || before == '\\')
		return NO_BOUNDARY;
	if (ends_sentence(before) || (closes(before) && !sentence_open))
		return closes(after) || (ends_sentence(after) && after != '\n') ? NO_BOUNDARY
		                                                                : BEHIND_SENTENCE;
	if (ends_clause(before))
		return BEHIND_CLAUSE;
	return is_word(before) && is_word(after) ? NO_BOUNDARY : BETWEEN_CHARACTERS;
}

static struct span trim(struct span text)
{
	size_t at = 0;

	while (at < text.len) {
		size_t next = at;

		if (!is_blank(utf8_next(text, &next)))
			break;
		at = next;
	}
	text.ptr += at;
	text.len -= at;
	while (text.len > 0) {
		const size_t last = utf8_before(text, text.len);
		size_t next = last;

		if (!is_blank(utf8_next(text, &next)))
			break;
		text.len = last;
	}
	return text;
}

/* How long the first part is: the best of the last places, or all that there is room for. */
static size_t first_part(struct span text, size_t chars, size_t bytes)
{
	size_t last[BOUNDARIES] = { 0 };
	size_t at = 0, count = 0;
	uint32_t before = 0;
	bool sentence_open = true;

	while (at < text.len) {
		size_t next = at;
		const uint32_t point = utf8_next(text, &next);

		if (at > 0)
			last[boundary_between(before, point, sentence_open)] = at;
		if (count == chars || next > bytes)
			break;
		sentence_open = !ends_sentence(point) && (sentence_open || !closes(point));
		before = point;
		at = next;
		count++;
	}
	if (at == text.len)
		return at;
	/* A part that would be short for its end's sake costs one more. */
	if (last[BEHIND_SENTENCE] * 3 >= at)
		return last[BEHIND_SENTENCE];
	if (last[BEHIND_CLAUSE] * 2 >= at)
		return last[BEHIND_CLAUSE];
	if (last[BETWEEN_CHARACTERS] * 2 >= at)
		return last[BETWEEN_CHARACTERS];
	return at > 0 ? at : utf8_prefix(text, 1);
}

size_t group_text_cut(struct span text, struct group_text_limits limits, struct span end,
                      struct span *parts, bool *whole)
{
	const size_t end_chars = utf8_length(end);
	size_t count = 0;

	assert(limits.chars > 0 && limits.bytes > 0 && limits.parts > 0);
	*whole = true;
	for (text = trim(text); text.len > 0 && count < limits.parts; text = trim(text)) {
		const bool is_last = count + 1 == limits.parts;
		size_t len = first_part(text, limits.chars, limits.bytes);

		if (is_last && len < text.len) {
			*whole = false;
			len = limits.chars > end_chars && limits.bytes > end.len
			              ? first_part(text, limits.chars - end_chars,
			                           limits.bytes - end.len)
			              : 0;
		}
		parts[count++] = trim((struct span){ text.ptr, len });
		text.ptr += len;
		text.len -= len;
		if (is_last)
			break;
	}
	return count;
}

/* --- Markdown --- */

static bool is_markup(char c)
{
	return c != '\0' && strchr("\\`*_[]<>~|", c) != NULL;
}

/* "# ", "- ", "+ ", "> " and, of a line that is no step of ours, "===" or "---". */
static bool begins_block(struct span line)
{
	return line.len > 0 && strchr("#-+=", line.ptr[0]) != NULL;
}

static bool is_title(struct span line)
{
	static const char left[] = "\xe3\x80\x90", right[] = "\xe3\x80\x91";
	const size_t width = sizeof(left) - 1;

	return line.len > 2 * width && memcmp(line.ptr, left, width) == 0 &&
	       memcmp(line.ptr + line.len - width, right, width) == 0;
}

static void append_line(struct span line, struct buf *out)
{
	const bool bold = is_title(line);

	if (bold)
		buf_append_text(out, "**");
	if (begins_block(line))
		buf_append_char(out, '\\');
	for (size_t i = 0; i < line.len; i++) {
		if (is_markup(line.ptr[i]))
			buf_append_char(out, '\\');
		buf_append_char(out, line.ptr[i]);
	}
	if (bold)
		buf_append_text(out, "**");
}

void group_text_markdown(struct span text, struct buf *out)
{
	while (text.len > 0) {
		const char *end = memchr(text.ptr, '\n', text.len);
		const size_t len = end ? (size_t)(end - text.ptr) : text.len;

		append_line((struct span){ text.ptr, len }, out);
		text.ptr += len;
		text.len -= len;
		if (!end)
			break;
		/* A blank line stays one; two blanks make a line end of one. */
		buf_append_text(out, len == 0 ? "\n" : "  \n");
		text.ptr++;
		text.len--;
	}
}
