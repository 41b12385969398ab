/*
 * Where a question ends, if it takes several lines: its lines stand right below one another, and
 * all but the last one break off within their sentence. A comma shows that, or a line that neither
 * asks nor ends a sentence above one that asks. Where answers are indented and questions are not,
 * what stands below a question as far to the left goes on with it.
 */
#include <string.h>

#include "base/utf8.h"
#include "office/exchange/document_furniture.h"
#include "office/exchange/document_walk.h"

enum {
	ASKED_LINES = 4,  /* of a question at most */
	BROKEN_LEAST = 8, /* characters of a line that breaks off without a comma */
	INDENTED_LEAST = 5,
	INDENTED_PERCENT = 80,
	GAP_LINES_MOST = 40, /* of an item without a number */
	SIGNED_LINES_MOST = 12,
};

static const char *const within[] = { "，", "、", ",", NULL };

/* Text alone, as the first line is: both bold, or neither. */
static bool may_go_on(const struct line *first, const struct line *line)
{
	return !line->escaped && line->text.len > 0 && !line_is_furniture(line) &&
	       line->part.kind == MARK_NONE && !line->answered_inside && line->level == 0 &&
	       (line->mark.style == STYLE_NONE ||
	        (line->mark.style == STYLE_STRONG && first->strong));
}

/* Without a comma, the next line must ask, and text must stand below it. */
static bool breaks_off(const struct walk *walk, size_t first, struct span above, size_t index)
{
	const struct line *lines = walk->lines;

	return !lines[first].strong && lines[first].level == 0 && !ends_a_sentence(above) &&
	       utf8_length(above) >= BROKEN_LEAST && asks_plainly(lines[index].text) &&
	       index + 1 < walk->count && may_go_on(&lines[first], &lines[index + 1]) &&
	       !asks_plainly(lines[index + 1].text);
}

/* Whether the lines from `index` on end the question that `above` breaks off. */
static bool ends_asking(const struct walk *walk, size_t first, struct span above, size_t index)
{
	for (; index < walk->count && index < first + ASKED_LINES; index++) {
		const struct line *line = &walk->lines[index];

		if (!may_go_on(&walk->lines[first], line))
			return false;
		if (!text_ends_with_one(text_drop_end(above), within))
			return breaks_off(walk, first, above, index);
		if (asks_plainly(line->text))
			return true;
		above = line->text;
	}
	return false;
}

/* As far to the left as the question, where answers are indented. */
static bool is_of_question_by_indent(const struct walk *walk, size_t index)
{
	const struct line *line = &walk->lines[index];
	const size_t next = text_line_behind(walk->lines, walk->count, index);

	return walk->answers_indented && may_go_on(&walk->lines[walk->item_at], line) &&
	       line->special == SPECIAL_NONE && !text_begins_blank(line->text) &&
	       !ends_a_sentence(line->text) && !ends_a_sentence(walk->asked) &&
	       next < walk->count && text_begins_blank(walk->lines[next].text);
}

/* **3. 镜像在哪？** and **有没有 ARM 版？** below: both bold and asking, over text that is not
 * bold. */
static bool asks_on_in_bold(const struct walk *walk, size_t index)
{
	const struct line *line = &walk->lines[index];
	const size_t next = text_line_behind(walk->lines, walk->count, index);

	return walk->has_item && !walk->chapter_open && !walk->answered && walk->text_lines == 0 &&
	       walk->lines[walk->item_at].strong && walk->lines[walk->item_at].mark.number > 0 &&
	       line->strong && line->mark.style == STYLE_STRONG && asks_plainly(line->text) &&
	       text_line_before(walk->lines, index) == walk->item_at && next < walk->count &&
	       !walk->lines[next].strong;
}

bool walk_goes_on_asking(const struct walk *walk, size_t index)
{
	if (asks_on_in_bold(walk, index))
		return true;
	if (!walk->has_item || walk->chapter_open || walk->answered || walk->text_lines > 0 ||
	    index >= walk->item_at + ASKED_LINES || walk->asked.len == 0 ||
	    asks_plainly(walk->asked))
		return false;
	for (size_t i = walk->item_at + 1; i < index; i++)
		if (walk->lines[i].role != ROLE_QUESTION_MORE)
			return false;
	return ends_asking(walk, walk->item_at, walk->asked, index) ||
	       is_of_question_by_indent(walk, index);
}

/* The line begins a paragraph: behind an empty line, or behind a sentence. */
static bool begins_paragraph(const struct walk *walk, size_t index)
{
	static const char *const ends[] = { "。", "！", "？", "；", "!", "?", NULL };

	return index == 0 || line_is_furniture(&walk->lines[index - 1]) ||
	       walk->lines[index - 1].strong != walk->lines[index].strong ||
	       text_ends_with_one(text_drop_end(walk->lines[index - 1].text), ends);
}

bool walk_begins_broken(const struct walk *walk, size_t index)
{
	const struct line *line = &walk->lines[index];

	return may_go_on(line, line) && text_ends_with_one(text_drop_end(line->text), within) &&
	       begins_paragraph(walk, index) && ends_asking(walk, index, line->text, index + 1);
}

/* The last line of a question that begins in the line; `index` itself where it is not broken. */
static size_t last_line(const struct walk *walk, size_t index)
{
	if (walk_begins_broken(walk, index))
		while (!asks_plainly(walk->lines[index].text))
			index++;
	return index;
}

/* Whether the line that is the first one of its paragraph asks, alone or with those below. */
static bool is_unmarked_question(const struct walk *walk, size_t index)
{
	const struct line *line = &walk->lines[index];

	return may_go_on(line, line) && line->mark.style == STYLE_NONE &&
	       begins_paragraph(walk, index) &&
	       asks_plainly(walk->lines[last_line(walk, index)].text);
}

bool walk_fills_gap(const struct walk *walk, size_t index)
{
	size_t at, text = 0;

	if (walk->any_answer_mark || reading_is_unmarked(walk->reading) ||
	    walk->reading.style == STYLE_HEADING || walk->reading.style == STYLE_STRONG ||
	    !walk->has_item || walk->chapter_open || walk->last == 0 || walk->text_lines == 0 ||
	    !is_unmarked_question(walk, index))
		return false;
	for (at = walk->item_at + 1; at < index; at++)
		if (walk->lines[at].role == ROLE_TEXT && asks_plainly(walk->lines[at].text))
			return false;
	at = text_line_behind(walk->lines, walk->count, last_line(walk, index));
	for (; at < walk->count && at < index + GAP_LINES_MOST; text++) {
		const struct line *line = &walk->lines[at];

		if (line->mark.style == walk->reading.style && line->mark.number > walk->last)
			return text > 0 && line->mark.number == walk->last + 2 && line->level == 0;
		if (line->row != ROLE_BLANK || line->level > 0 || asks_plainly(line->text))
			return false;
		at = text_line_behind(walk->lines, walk->count, at);
	}
	return false;
}

bool walk_answers_indented(const struct walk *walk)
{
	size_t items = 0, indented = 0;

	for (size_t i = 0; i + 1 < walk->count; i++) {
		const struct line *line = &walk->lines[i];
		const size_t next = i + 1;

		if (line_is_furniture(line) || line->mark.style != walk->reading.style ||
		    text_begins_blank(line->text) || line_is_furniture(&walk->lines[next]))
			continue;
		items++;
		indented += text_begins_blank(walk->lines[next].text);
	}
	return indented >= INDENTED_LEAST && indented * 100 >= items * INDENTED_PERCENT;
}

bool walk_signs_off(const struct walk *walk, size_t index)
{
	bool date = false, office = false;

	for (size_t lines = 0; index < walk->count; lines++) {
		const struct line *line = &walk->lines[index];
		const enum special special = line->special;
		const bool signs = is_office_name(line->text) || is_credit(line->text);

		if (lines == SIGNED_LINES_MOST || line->escaped || line->part.kind != MARK_NONE ||
		    (!signs && special != SPECIAL_DATE && special != SPECIAL_CONTACT &&
		     special != SPECIAL_WEB && special != SPECIAL_CLOSING &&
		     special != SPECIAL_ANNEX))
			return false;
		office |= signs;
		date |= special == SPECIAL_DATE || special == SPECIAL_CONTACT;
		index = text_line_behind(walk->lines, walk->count, index);
	}
	return office && date;
}
