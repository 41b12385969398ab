/*
 * How it works: the text is cut into lines, rows of a table are joined to lines of cells, and of
 * each line what stands at its start (numbers, marks of questions and answers) is read once. Then
 * all lines together tell which signs count: quotes around everything, A： as an answer or a
 * choice, arrows, answers behind a question mark, heads of a table that was copied as text.
 */
#include "office/exchange/document_lines.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "office/exchange/heads.h"

enum {
	READ_BYTES_MOST = 1 << 14, /* of a line that may bear marks; a longer one is text */
	QUOTED_LEAST = 3,
	HEADS_MOST = 12,      /* of a table */
	HEAD_MOST = 8,        /* characters */
	SYMBOLS_PERCENT = 80, /* of those that begin an answer */
	INSIDE_LEAST = 3,     /* lines that hold a question and its answer */
	QUESTION_MOST = 120,  /* characters */
};

void line_read(struct line *line)
{
	struct span text = line->text;
	size_t blanks;

	line->part = mark_read(text);
	line->rest = text;
	line->escaped = mark_escapes(text, &blanks) > 0;
	if (line->escaped)
		return;
	line->special = special_read(text);
	line->mark = item_mark_read(text);
}

/* 【…】 around a line as a whole marks it as bold letters do. */
static void read_box(struct line *line)
{
	struct span rest = line->text, inner;

	adornment_skip(&rest);
	if (line->mark.style == STYLE_NONE && line->part.kind == MARK_NONE &&
	    boxed_line_skip(&rest, &inner)) {
		line->strong = true;
		line->mark = (struct item_mark){ .style = STYLE_STRONG,
			                         .shown = { inner.ptr, 0 },
			                         .rest = inner };
	}
}

/*
 * What makes a line a heading or bold is no part of its text. A bold line without another mark may
 * be a question.
 */
static void read_form(struct line *line)
{
	struct span text = line->text;
	const struct item_mark mark = line->mark;

	if (line->escaped)
		return;
	if (!form_mark_skip(&text, &line->level)) {
		read_box(line);
		return;
	}
	line->text = text;
	line_read(line);
	line->strong = line->level == 0;
	if (line->level > 0)
		line->mark = mark;
	else if (line->mark.style == STYLE_NONE && !line->escaped)
		line->mark = (struct item_mark){ .style = STYLE_STRONG,
			                         .shown = { text.ptr, 0 },
			                         .rest = text };
}

/* What the line is as a part of a table; its sign is taken off. */
static enum role row_skip(struct span *text)
{
	if (text_skip(text, ROW_QUESTION))
		return ROLE_QUESTION;
	if (text_skip(text, ROW_QUESTION_MORE))
		return ROLE_QUESTION_MORE;
	if (text_skip(text, ROW_ANSWER))
		return ROLE_ANSWER;
	return text_skip(text, ROW_TEXT) ? ROLE_TEXT : ROLE_BLANK;
}

enum status lines_split(struct span input, struct line **lines, size_t *count)
{
	const char *at = input.ptr, *end = input.ptr + input.len;
	size_t most = 1;

	for (size_t i = 0; i < input.len; i++)
		most += input.ptr[i] == '\n' || input.ptr[i] == '\r';
	*count = 0;
	*lines = calloc(most, sizeof(**lines));
	if (!*lines)
		return STATUS_NO_MEMORY;
	while (at < end) {
		const char *stop = at;
		struct line *line = &(*lines)[*count];

		while (stop < end && *stop != '\n' && *stop != '\r')
			stop++;
		line->text = text_drop_end((struct span){ at, (size_t)(stop - at) });
		at = stop + 1;
		if (stop < end && *stop == '\r' && at < end && *at == '\n')
			at++;
		line->row = row_skip(&line->text);
		line->code = text_skip(&line->text, CODE_LINE);
		line->escaped =
		        line->row != ROLE_BLANK || line->code || line->text.len > READ_BYTES_MOST;
		line->rest = line->mark.rest = line->part.rest = line->text;
		if (!line->escaped)
			line_read(line);
		line->source = (unsigned)++*count;
	}
	return STATUS_OK;
}

static bool unquote(struct span *text)
{
	struct span rest = *text;
	bool quoted = false;

	text_skip_blanks(&rest);
	for (; text_skip(&rest, ">"); quoted = true)
		(void)text_skip(&rest, " ");
	if (quoted)
		*text = rest;
	return quoted;
}

void lines_unquote(struct line *lines, size_t count)
{
	size_t quoted = 0;

	for (size_t i = 0; i < count; i++) {
		struct span text = lines[i].text;

		quoted += !lines[i].escaped && unquote(&text);
	}
	for (size_t i = 0; i < count && quoted >= QUOTED_LEAST; i++) {
		struct span text = lines[i].text;

		if (lines[i].escaped || !unquote(&text))
			continue;
		lines[i] = (struct line){ .text = text, .source = lines[i].source };
		line_read(&lines[i]);
	}
}

/* Where no line begins with B, a line that begins with A： is an answer. */
static void find_answers(struct line *lines, size_t count, bool letters)
{
	for (size_t i = 0; i < count; i++) {
		struct line *line = &lines[i];
		struct span rest = line->text;

		if (line->part.kind == MARK_CASE || line->part.kind == MARK_ADVICE || line->escaped)
			continue;
		if (answer_mark_skip(&rest, letters)) {
			line->part = (struct mark){ .kind = MARK_ANSWER, .rest = rest };
			continue;
		}
		line->part.kind = MARK_NONE;
		line->answered_inside =
		        answer_mark_inside(line->mark.style ? line->mark.rest : line->text, letters,
		                           &line->question, &line->answer);
	}
}

/* A： marks answers if there is one for each third question or more: else it begins a list. */
static bool letters_answer(const struct line *lines, size_t count)
{
	size_t letters = 0, asking = 0;

	for (size_t i = 0; i < count; i++) {
		struct span rest = lines[i].text;

		if (lines[i].escaped)
			continue;
		asking += asks_plainly(rest);
		letters += answer_mark_skip(&rest, true);
	}
	return letters * 3 >= asking;
}

static bool has_choices(const struct line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_second_choice(lines[i].text))
			return true;
	return false;
}

static bool begins_with_symbol(const struct line *line, struct span *rest)
{
	*rest = line->text;
	return !line->escaped && answer_symbol_skip(rest);
}

/* Has a mark, asks, or begins a block. */
static bool could_ask(const struct line *lines, size_t index)
{
	return lines[index].mark.style != STYLE_NONE || asks(lines[index].text) || index == 0 ||
	       lines[index - 1].text.len == 0;
}

/* Whether nearly every → that has none right above stands behind what could be a question. */
static bool symbols_answer(const struct line *lines, size_t count)
{
	size_t before = SIZE_MAX, symbols = 0, answering = 0;
	bool inside = false;
	struct span rest;

	for (size_t i = 0; i < count; i++) {
		if (lines[i].text.len == 0)
			continue;
		if (!begins_with_symbol(&lines[i], &rest)) {
			inside = false;
		} else if (!inside) {
			symbols++;
			answering += before != SIZE_MAX && could_ask(lines, before);
			inside = true;
		}
		before = i;
	}
	return symbols > 0 && answering * 100 >= symbols * SYMBOLS_PERCENT;
}

/* → as the mark of an answer; of several right below one another, the first one is. */
static void find_symbols(struct line *lines, size_t count)
{
	bool inside = false;
	struct span rest;

	if (!symbols_answer(lines, count))
		return;
	for (size_t i = 0; i < count; i++) {
		if (lines[i].text.len == 0)
			continue;
		if (!begins_with_symbol(&lines[i], &rest)) {
			inside = false;
		} else if (inside) {
			lines[i].text = rest;
		} else {
			lines[i].part = (struct mark){ .kind = MARK_ANSWER, .rest = rest };
			inside = true;
		}
	}
}

/* The place behind the question mark with which the answer begins in the same line; 0: nowhere. */
static size_t end_of_question(struct span text)
{
	static const char *const closing[] = {
		"”",  "」", "』", "）", ")", "】", "\"", "'",  "’",
		"》", "？", "?",  "！", "!", "，", ",",  "、", NULL
	};
	static const char *const marks[] = { "？", "?", NULL };

	if (asks_plainly(text))
		return 0;
	for (size_t i = 0; i < text.len; i++) {
		struct span rest = { text.ptr + i, text.len - i };

		if (text.ptr[i] == '\xe3' && text_skip(&rest, "。"))
			return 0;
		if (!text_skip_one(&rest, marks))
			continue;
		return text_skip_one(&rest, closing) || text_trim(rest).len == 0 ||
		                       utf8_length((struct span){ text.ptr, i }) > QUESTION_MOST
		               ? 0
		               : (size_t)(rest.ptr - text.ptr);
	}
	return 0;
}

/*
 * Where no answer has a mark, and most lines of a style that ask hold their answer, too, as in
 * “1、…？…。”, the answer begins behind the question mark.
 */
static void find_answers_behind(struct line *lines, size_t count)
{
	size_t inside[STYLE_COUNT] = { 0 }, asking = 0;
	enum style style = STYLE_NONE;

	for (size_t i = 0; i < count; i++) {
		const struct line *line = &lines[i];

		if (line->part.kind == MARK_ANSWER || line->answered_inside)
			return;
		if (line->escaped)
			continue;
		asking += asks_plainly(line->text);
		inside[line->mark.style] +=
		        end_of_question(line->mark.style ? line->mark.rest : line->text) > 0;
	}
	for (int i = 0; i < STYLE_COUNT; i++)
		style = inside[i] > inside[style] ? (enum style)i : style;
	if (inside[style] < INSIDE_LEAST || asking * 2 > inside[style])
		return;
	for (size_t i = 0; i < count; i++) {
		struct line *line = &lines[i];
		const struct span text = line->mark.style ? line->mark.rest : line->text;
		const size_t end =
		        line->mark.style == style && !line->escaped ? end_of_question(text) : 0;

		if (end == 0)
			continue;
		line->answered_inside = true;
		line->question = (struct span){ text.ptr, end };
		line->answer = text_trim((struct span){ text.ptr + end, text.len - end });
	}
}

/* What the line heads, where a head is all that it is. */
static enum column head_alone(const struct line *line)
{
	static const char *const colons[] = { "：", ":", NULL };
	const struct span text = text_trim(line->text);

	if (line->escaped || text.len == 0 || utf8_length(text) > HEAD_MOST ||
	    text_holds_one(text, colons) || asks_plainly(text) || ends_a_sentence(text))
		return COLUMN_UNKNOWN;
	return head_read(text);
}

/*
 * 序号, 问题, 答复, each alone on its line: the row of heads of a table that was copied as text.
 * One that says who answers is no mark of an answer.
 */
static void find_heads(struct line *lines, size_t count)
{
	for (size_t i = 0, end; i < count; i = end + 1) {
		bool question = false, answer = false;

		for (end = i; end < count && end < i + HEADS_MOST; end++) {
			const enum column column = head_alone(&lines[end]);

			if (column == COLUMN_UNKNOWN)
				break;
			question |= column == COLUMN_QUESTION;
			answer |= column == COLUMN_ANSWER;
		}
		for (size_t at = i; at < end && question && answer; at++) {
			lines[at].part.kind = MARK_NONE;
			lines[at].mark = (struct item_mark){ .rest = lines[at].text };
			lines[at].role = ROLE_FIELD;
		}
	}
}

void lines_mark(struct line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		read_form(&lines[i]);
	find_answers(lines, count, !has_choices(lines, count) && letters_answer(lines, count));
	find_symbols(lines, count);
	find_answers_behind(lines, count);
	find_heads(lines, count);
}
