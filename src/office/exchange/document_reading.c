/*
 * 1. split() cuts the input into lines and reads the mark of each, whatever the reading.
 * 2. document_furniture.c gives roles to lines that are no text under any reading.
 * 3. For each style that a line has, read_as() walks down the lines as if questions were marked
 *    so, and adds up points: for items that look like questions, that are answered, whose number
 *    is the next; against items that do not, and against questions and answers that it leaves
 *    within an answer. The best reading is walked again, and its roles stay.
 * 4. leave_closing_out(): what stands behind an empty line at the end belongs to no item, if no
 *    other answer holds an empty line.
 *
 * A document as export writes it (every item has its 答：) is taken as it is: read_exported() comes
 * first, and steps 2 to 4 are left out.
 */
#include "office/exchange/document_reading.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "office/exchange/document_furniture.h"
#include "office/exchange/document_talk.h"

enum {
	TITLE_MOST = 80,     /* characters; a longer line is no title */
	QUESTION_MOST = 120, /* of a question without a mark */
	BOLD_QUESTION_MOST = 60,
	CHAPTER_MOST = 40,
	BARE_CHAPTER_MOST = 24,
	CLOSING_ITEMS_LEAST = 5, /* whose answers show whether answers hold empty lines */
	LEVELS = 7,
};

/* Points of a reading. */
enum {
	POINTS_QUESTION = 20,
	POINTS_ANSWERED_BY_MARK = 20,
	POINTS_NUMBERED = 5,
	POINTS_EMPTY = -15,
	POINTS_GAP = -10,
	POINTS_QUESTION_IN_ANSWER = -15,
	POINTS_SECOND_ANSWER = -20,
	POINTS_HEAD = -5,
	POINTS_PLAIN = -6, /* an item that nothing marks */
};

struct walk {
	struct line *lines;
	size_t count;
	struct reading reading;
	bool any_answer_mark;
	/* Where the walk is: */
	int item, last, step, restart;
	bool has_item, answered, in_case, chapter_open, headed;
	size_t text_lines; /* of the item at hand */
	struct span asked; /* its question; empty while the mark stands alone on its line */
	size_t item_at;
	int chapters[STYLE_COUNT]; /* last number of each style as a chapter */
	int lists[STYLE_COUNT];    /* last number of each style within the item */
	/* What it found: */
	size_t items, answer_marks;
	long points;
};

/* ------------------------------------------------------------------ 1: lines */

static void read_line(struct line *line)
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

/*
 * What makes a line a heading or bold is no part of its text. A bold line without another mark may
 * be a question.
 */
static void read_form(struct line *line)
{
	struct span text = line->text;
	const struct item_mark mark = line->mark;

	if (line->escaped || !form_mark_skip(&text, &line->level))
		return;
	line->text = text;
	read_line(line);
	line->strong = line->level == 0;
	if (line->level > 0)
		line->mark = mark;
	else if (line->mark.style == STYLE_NONE && !line->escaped)
		line->mark = (struct item_mark){ .style = STYLE_STRONG,
			                         .shown = { text.ptr, 0 },
			                         .rest = text };
}

static enum status split(struct span input, struct line **lines, size_t *count)
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
		read_line(line);
		++*count;
	}
	return STATUS_OK;
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

static bool has_choices(const struct line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_second_choice(lines[i].text))
			return true;
	return false;
}

/* ------------------------------------------------------------------ 3: a reading */

static bool is_answer(const struct line *line)
{
	return line->part.kind == MARK_ANSWER;
}

/* An answer mark follows: in the line, in the next one, or behind the rest of a long question. */
static bool is_answered(const struct walk *walk, size_t index)
{
	size_t next;

	if (walk->lines[index].answered_inside)
		return true;
	next = text_line_behind(walk->lines, walk->count, index);
	if (next < walk->count && is_answer(&walk->lines[next]))
		return true;
	if (next >= walk->count || walk->lines[next].mark.style != STYLE_NONE ||
	    walk->lines[next].part.kind != MARK_NONE || walk->lines[next].answered_inside)
		return false;
	next = text_line_behind(walk->lines, walk->count, next);
	return next < walk->count && is_answer(&walk->lines[next]);
}

/* A heading that is numbered besides has the style of its number, too. */
static bool has_style(const struct walk *walk, const struct line *line)
{
	if (line->mark.style == STYLE_HEADING && walk->reading.style != STYLE_HEADING)
		return line->mark.inner != STYLE_NONE && line->mark.inner == walk->reading.style;
	return line->mark.style == walk->reading.style &&
	       (line->mark.style != STYLE_HEADING || line->mark.level == walk->reading.level);
}

static bool is_numbered(enum style style)
{
	return style != STYLE_PLAIN && style != STYLE_NONE;
}

/* A question that nothing marks: a line that asks, or that stands before an answer. */
static bool is_plain_question(const struct walk *walk, size_t index)
{
	const struct line *line = &walk->lines[index];

	if (line->escaped || line->part.kind != MARK_NONE ||
	    utf8_length(line->text) > QUESTION_MOST ||
	    (line->mark.style != STYLE_NONE && line->mark.style != STYLE_HEADING &&
	     line->mark.style != STYLE_BULLET && line->mark.style != STYLE_STRONG))
		return false;
	if (walk->any_answer_mark) {
		const size_t next = text_line_behind(walk->lines, walk->count, index);

		return line->answered_inside ||
		       (next < walk->count && is_answer(&walk->lines[next]));
	}
	return asks_plainly(line->text);
}

static bool shows(const struct walk *walk, size_t index)
{
	return is_answered(walk, index) || asks(walk->lines[index].mark.rest);
}

/* Whether a line that has the number of the next step of a list, or of the next item, is an item.
 */
static bool is_next(struct walk *walk, size_t index, int number)
{
	struct line *line = &walk->lines[index];
	const bool shown = shows(walk, index);
	const bool answered = is_answered(walk, index);
	const bool steps = walk->has_item && number == walk->step + 1;

	if (!walk->has_item)
		return true;
	if (walk->chapter_open && (number == 1 || number == walk->last + 1))
		return true;
	if (number == walk->last + 1 && (!steps || shown))
		return true;
	if (number > walk->last && shown) {
		line->doubt = DOUBT_GAP;
		return true;
	}
	if (number == 1 && (walk->any_answer_mark ? answered : asks_plainly(line->mark.rest)))
		return true;
	if (answered ||
	    (!walk->any_answer_mark && asks_plainly(line->mark.rest) && number == walk->last)) {
		line->doubt = number == walk->last ? DOUBT_AGAIN : DOUBT_BACK;
		return true;
	}
	if (asks_plainly(line->mark.rest))
		line->doubt = DOUBT_LIST;
	if (steps)
		walk->step = number;
	return false;
}

/* A bold line is a question if it asks, or is no sentence, and text that is not bold follows. */
static bool is_strong_item(const struct walk *walk, size_t index)
{
	const struct line *line = &walk->lines[index];
	const size_t next = text_line_behind(walk->lines, walk->count, index);

	if (asks_plainly(line->text))
		return true;
	return next < walk->count && walk->lines[next].mark.style != STYLE_STRONG &&
	       line->special == SPECIAL_NONE && !ends_a_sentence(line->text) &&
	       utf8_length(line->text) <= BOLD_QUESTION_MOST;
}

static bool is_item(struct walk *walk, size_t index)
{
	struct line *line = &walk->lines[index];

	if (walk->reading.style == STYLE_PLAIN)
		return is_plain_question(walk, index);
	if (!has_style(walk, line))
		return false;
	if (line->mark.style == STYLE_STRONG)
		return is_strong_item(walk, index);
	if (line->mark.style == STYLE_HEADING && walk->reading.style == STYLE_HEADING)
		return !is_answer(line) && (line->mark.number > 0 || asks(line->mark.rest) ||
		                            walk->has_item || walk->headed);
	if (line->mark.style == STYLE_BULLET)
		return is_answered(walk, index) || asks(line->mark.rest);
	/* Among numbered questions, one without a number is one only with an answer of its own. */
	if (line->mark.number == 0)
		return walk->last == 0 || is_answered(walk, index);
	return is_next(walk, index, line->mark.number);
}

/* The next line of text is an item under the reading, or the heading of a chapter in between. */
static bool item_follows(const struct walk *walk, size_t index, bool first_only)
{
	const size_t next = text_line_behind(walk->lines, walk->count, index);
	const struct line *line = next < walk->count ? &walk->lines[next] : NULL;

	if (!line)
		return false;
	if (walk->reading.style == STYLE_PLAIN)
		return is_plain_question(walk, next);
	if (!has_style(walk, line))
		return false;
	if (line->mark.number == 0)
		return !first_only;
	return line->mark.number == 1 || (!first_only && line->mark.number == walk->last + 1);
}

static bool chapter_follows(const struct walk *walk, size_t index)
{
	const size_t next = text_line_behind(walk->lines, walk->count, index);
	const struct line *line = next < walk->count ? &walk->lines[next] : NULL;

	return line && is_numbered(line->mark.style) &&
	       line->mark.style != walk->lines[index].mark.style && !has_style(walk, line) &&
	       line->mark.number == 1 && !asks(line->mark.rest) && item_follows(walk, next, false);
}

static bool is_numbered_chapter(const struct walk *walk, size_t index)
{
	const struct line *line = &walk->lines[index];
	const enum style style = line->mark.style;
	const int number = line->mark.number;

	if (line->mark.empty && style != STYLE_CHAPTER)
		return false;
	if (asks_plainly(line->mark.rest) || is_answered(walk, index) ||
	    utf8_length(line->mark.rest) > CHAPTER_MOST ||
	    (ends_a_sentence(line->mark.rest) && !text_ends_with(line->mark.rest, "：")))
		return false;
	if (style == STYLE_HEADING)
		return walk->reading.style != STYLE_HEADING ||
		       line->mark.level < walk->reading.level;
	if (!item_follows(walk, index, false) && !chapter_follows(walk, index))
		return false;
	if (style == STYLE_CHAPTER)
		return true;
	if (walk->has_item && walk->lists[style] > 0 && number == walk->lists[style] + 1)
		return false;
	if (!walk->has_item)
		return number <= 1 || walk->chapters[style] + 1 == number;
	return (walk->chapters[style] > 0 && number == walk->chapters[style] + 1) ||
	       (number == 1 && walk->chapter_open);
}

static bool is_bare_chapter(const struct walk *walk, size_t index)
{
	const struct line *line = &walk->lines[index];

	if (line->escaped || asks(line->text) || ends_a_sentence(line->text) ||
	    utf8_length(line->text) > BARE_CHAPTER_MOST)
		return false;
	if (!walk->has_item)
		return walk->headed && (is_heading_like(line->text) || line->strong) &&
		       item_follows(walk, index, false);
	if (walk->text_lines == 0 && !walk->answered)
		return false;
	if (walk->reading.style != STYLE_PLAIN && item_follows(walk, index, true) &&
	    walk->last > 0) {
		const size_t next = text_line_behind(walk->lines, walk->count, index);

		if (walk->any_answer_mark ? is_answered(walk, next) : shows(walk, next))
			return true;
	}
	return (is_heading_like(line->text) || line->strong) && item_follows(walk, index, false);
}

static bool is_chapter(const struct walk *walk, size_t index)
{
	const struct line *line = &walk->lines[index];

	if (line->part.kind != MARK_NONE || line->answered_inside ||
	    (has_style(walk, line) && walk->reading.style != STYLE_STRONG))
		return false;
	return line->mark.style == STYLE_NONE || line->mark.style == STYLE_BULLET ||
	                       line->mark.style == STYLE_STRONG
	               ? is_bare_chapter(walk, index)
	               : is_numbered_chapter(walk, index);
}

/* ------------------------------------------------------------------ 3: the walk */

/* What the item that ends here is worth. */
static void end_item(struct walk *walk)
{
	const struct line *line;
	const bool has_answer = walk->text_lines > 0;

	if (!walk->has_item)
		return;
	line = &walk->lines[walk->item_at];
	if (is_answered(walk, walk->item_at))
		walk->points += POINTS_ANSWERED_BY_MARK;
	if (asks(walk->asked))
		walk->points += POINTS_QUESTION;
	else if (has_answer && line->number > 0)
		walk->points += POINTS_NUMBERED;
	if (!has_answer && !walk->answered)
		walk->points += POINTS_EMPTY;
	if (line->doubt != DOUBT_NONE)
		walk->points += POINTS_GAP;
	if (walk->reading.style == STYLE_PLAIN)
		walk->points += POINTS_PLAIN;
}

static void begin_item(struct walk *walk, size_t index, int number, struct span rest)
{
	struct line *line = &walk->lines[index];

	end_item(walk);
	if (walk->has_item && number == 1 && walk->last > 0 && line->doubt == DOUBT_NONE &&
	    walk->last + 1 != number)
		walk->restart++;
	line->role = ROLE_QUESTION;
	line->before = walk->last;
	line->number = number;
	line->restart = walk->restart;
	line->rest = line->answered_inside ? line->question : rest;
	walk->asked = line->rest;
	walk->items++;
	walk->item_at = index;
	walk->has_item = true;
	walk->last = number > 0 ? number : walk->last;
	walk->step = 0;
	walk->answered = line->answered_inside;
	walk->in_case = walk->chapter_open = false;
	walk->text_lines = line->answered_inside ? 1 : 0;
	memset(walk->lists, 0, sizeof(walk->lists));
	if (line->answered_inside) {
		/* The answer may begin with a list of its own. */
		const struct item_mark first = item_mark_read(line->answer);

		walk->step = has_style(walk, &(struct line){ .mark = first }) ? first.number : 0;
	}
}

static void begin_chapter(struct walk *walk, size_t index)
{
	struct line *line = &walk->lines[index];

	line->role = ROLE_CHAPTER;
	line->rest =
	        line->mark.style == STYLE_NONE || line->level > 0 ? line->text : line->mark.rest;
	walk->chapters[line->mark.style] = line->mark.number;
	for (int style = (int)line->mark.style + 1; style < STYLE_COUNT; style++)
		if (walk->lists[style] > 0)
			walk->lists[style] = 0;
	walk->chapter_open = true;
	walk->headed = true;
}

/* The lines between a question and its answer's mark are the rest of the question. */
static void join_question(struct walk *walk, size_t index)
{
	for (size_t i = walk->item_at + 1; i < index; i++)
		if (walk->lines[i].role == ROLE_TEXT)
			walk->lines[i].role = ROLE_QUESTION_MORE;
	walk->text_lines = 0;
}

static void take_answer(struct walk *walk, size_t index)
{
	struct line *line = &walk->lines[index];
	const size_t above = text_line_before(walk->lines, index);

	line->rest = line->part.rest;
	if (walk->has_item && !walk->chapter_open && !walk->answered && !walk->in_case) {
		join_question(walk, index);
		line->role = ROLE_ANSWER;
		walk->answered = true;
		walk->text_lines += line->rest.len > 0;
		return;
	}
	if (walk->has_item && above != SIZE_MAX && above > walk->item_at &&
	    (walk->lines[above].role == ROLE_TEXT || walk->lines[above].role == ROLE_HEAD) &&
	    asks(walk->lines[above].text)) {
		walk->lines[above].doubt = DOUBT_UNMARKED;
		begin_item(walk, above, 0, walk->lines[above].text);
		line->role = ROLE_ANSWER;
		walk->answered = true;
		walk->text_lines = line->rest.len > 0;
		return;
	}
	line->role = ROLE_SECOND_ANSWER;
	walk->points += POINTS_SECOND_ANSWER;
}

static void take_text(struct walk *walk, size_t index)
{
	struct line *line = &walk->lines[index];

	line->rest = line->text;
	if (walk->asked.len == 0 && !walk->answered) {
		line->role = ROLE_QUESTION_MORE;
		walk->asked = line->text;
		return;
	}
	line->role = ROLE_TEXT;
	if (line->part.kind == MARK_CASE) {
		line->role = ROLE_CASE;
		line->rest = line->part.rest;
		walk->in_case = true;
	} else if (line->part.kind == MARK_ADVICE) {
		line->role = walk->in_case ? ROLE_ADVICE : ROLE_LOST_ADVICE;
		line->rest = line->part.rest;
	} else if (line->mark.style != STYLE_NONE) {
		walk->lists[line->mark.style] = line->mark.number;
		if (asks_plainly(line->mark.rest))
			walk->points += POINTS_QUESTION_IN_ANSWER;
	} else if (asks_plainly(line->text)) {
		walk->points += POINTS_QUESTION_IN_ANSWER / 2;
		line->doubt = DOUBT_ASKS;
	}
	walk->text_lines++;
}

static void take_head(struct walk *walk, size_t index)
{
	struct line *line = &walk->lines[index];
	struct span text = line->mark.style == STYLE_HEADING ? line->mark.rest : line->text;

	line->role = ROLE_HEAD;
	if (line->special == SPECIAL_WEB) {
		line->role = ROLE_WEB;
		return;
	}
	if (!walk->headed && utf8_length(text) <= TITLE_MOST && line->special != SPECIAL_DATE) {
		line->role = ROLE_TITLE;
		line->rest = text;
	} else {
		walk->points += POINTS_HEAD;
	}
	walk->headed = true;
}

static void take_line(struct walk *walk, size_t index)
{
	struct line *line = &walk->lines[index];

	if (line_is_furniture(line))
		return;
	line->doubt = DOUBT_NONE;
	if (is_answer(line)) {
		take_answer(walk, index);
	} else if (line->part.kind == MARK_NONE && is_item(walk, index)) {
		begin_item(walk, index, line->mark.number,
		           walk->reading.style == STYLE_PLAIN && line->mark.style == STYLE_NONE
		                   ? line->text
		                   : line->mark.rest);
	} else if ((walk->has_item || line->mark.style != STYLE_HEADING || walk->headed) &&
	           is_chapter(walk, index)) {
		begin_chapter(walk, index);
	} else if (!walk->has_item || walk->chapter_open) {
		take_head(walk, index); /* of the document or of a chapter */
	} else {
		take_text(walk, index);
	}
}

static void walk_begin(struct walk *walk, struct line *lines, size_t count, struct reading reading,
                       bool any_answer_mark)
{
	*walk = (struct walk){ .lines = lines,
		               .count = count,
		               .reading = reading,
		               .any_answer_mark = any_answer_mark };
	for (size_t i = 0; i < count; i++) {
		if (line_is_furniture(&lines[i]))
			continue;
		lines[i].role = ROLE_BLANK;
		lines[i].doubt = DOUBT_NONE;
		lines[i].rest = lines[i].text;
		lines[i].number = lines[i].restart = 0;
	}
}

static void read_as(struct walk *walk)
{
	for (size_t i = 0; i < walk->count; i++)
		take_line(walk, i);
	end_item(walk);
}

/* ------------------------------------------------------------------ 4: behind the last answer */

/* Where an empty line parts the text of an item, with no page mark beside it: the line behind. */
struct gaps {
	size_t last;   /* of the item at hand; SIZE_MAX without one */
	size_t before; /* items before that have one */
};

static struct gaps find_gaps(const struct line *lines, size_t count)
{
	struct gaps gaps = { .last = SIZE_MAX };
	bool text = false, blank = false;

	for (size_t i = 0; i < count; i++) {
		const struct line *line = &lines[i];

		if (line->role == ROLE_QUESTION) {
			gaps.before += gaps.last != SIZE_MAX;
			gaps.last = SIZE_MAX;
			text = line->answered_inside;
			blank = false;
		} else if (line->text.len == 0) {
			blank = text;
		} else if (line_is_furniture(line) || line->role == ROLE_CHAPTER) {
			text = blank = false;
		} else {
			if (blank && gaps.last == SIZE_MAX)
				gaps.last = i;
			text = line->role == ROLE_TEXT || line->rest.len > 0;
			blank = false;
		}
	}
	return gaps;
}

static void leave_closing_out(struct reading_result *out)
{
	struct line *lines = out->lines;
	const struct gaps gaps = find_gaps(lines, out->count);
	size_t above;

	if (out->items < CLOSING_ITEMS_LEAST || gaps.before > 0 || gaps.last == SIZE_MAX)
		return;
	above = text_line_before(lines, gaps.last);
	if (above == SIZE_MAX || text_ends_with(lines[above].text, "：") ||
	    text_ends_with(lines[above].text, ":"))
		return;
	for (size_t i = gaps.last; i < out->count; i++)
		if (!line_is_furniture(&lines[i]) &&
		    (lines[i].role != ROLE_TEXT || lines[i].escaped ||
		     (i == gaps.last && lines[i].mark.style != STYLE_NONE)))
			return;
	for (size_t i = gaps.last; i < out->count; i++)
		if (!line_is_furniture(&lines[i]))
			lines[i].role = ROLE_CLOSING;
}

/* Tells of the line at the end of the last answer that could be the end of the document. */
static void doubt_closing(struct reading_result *out)
{
	const size_t last = text_line_before(out->lines, out->count);
	struct line *line = last == SIZE_MAX ? NULL : &out->lines[last];

	if (!line || line->role != ROLE_TEXT || line->escaped || line->doubt != DOUBT_NONE ||
	    line_is_first_of_answer(out->lines, last) || line_is_introduced(out->lines, last))
		return;
	if (could_close(line->text) || line->special == SPECIAL_DATE ||
	    line->special == SPECIAL_CONTACT || line->special == SPECIAL_RUNNING ||
	    is_office_name(line->text) || is_far_right(line->text))
		line->doubt = DOUBT_CLOSING;
}

/* 12、question, as export writes it; the mark of any other line is not looked at. */
static bool is_exported_question(const struct line *line)
{
	return line->mark.style == STYLE_ARABIC && line->mark.number > 0 &&
	       text_ends_with(line->mark.shown, "、");
}

static enum role exported_role(const struct line *line, bool in_case)
{
	if (line->text.len == 0)
		return ROLE_BLANK;
	if (line->escaped)
		return ROLE_TEXT;
	if (is_exported_question(line))
		return ROLE_QUESTION;
	switch (line->part.kind) {
	case MARK_ANSWER:
		return ROLE_ANSWER;
	case MARK_CASE:
		return ROLE_CASE;
	case MARK_ADVICE:
		return in_case ? ROLE_ADVICE : ROLE_LOST_ADVICE;
	default:
		return ROLE_TEXT;
	}
}

/*
 * As export writes it: the first line is an item, the numbers rise, 答： stands behind each
 * question, and no other line could be taken for more than text. What the marks say is then what
 * the lines are, and nothing is guessed: a question may hold 答：, an answer end with a phone
 * number. False where the document is not written so; the roles are then of no use.
 */
static bool read_exported(struct reading_result *out)
{
	bool open = false, in_case = false; /* open: a question that has no answer yet */
	int last = 0;

	out->items = 0;
	for (size_t i = 0; i < out->count; i++) {
		struct line *line = &out->lines[i];

		line->role = exported_role(line, in_case);
		if (line->role == ROLE_BLANK)
			continue;
		if (open != (line->role == ROLE_ANSWER) ||
		    (last == 0 && line->role != ROLE_QUESTION))
			return false;
		if (line->role == ROLE_LOST_ADVICE ||
		    (line->role == ROLE_TEXT && !line->escaped && line_could_be_marked(line->text)))
			return false;
		line->rest = line->part.rest;
		open = line->role == ROLE_QUESTION;
		in_case = line->role == ROLE_CASE || (in_case && !open);
		if (!open)
			continue;
		if (line->mark.number <= last)
			return false;
		line->doubt = last > 0 && line->mark.number > last + 1 ? DOUBT_GAP : DOUBT_NONE;
		line->rest = line->mark.rest;
		line->before = last;
		line->number = last = line->mark.number;
		out->items++;
	}
	return out->items > 0 && !open;
}

static void try_reading(struct reading_result *out, struct reading reading, bool any_answer_mark,
                        long *best, size_t *seen)
{
	struct walk walk;
	size_t lines = 0;

	for (size_t i = 0; i < out->count && reading.style != STYLE_PLAIN; i++)
		lines += !line_is_furniture(&out->lines[i]) &&
		         out->lines[i].mark.style == reading.style &&
		         (reading.style != STYLE_HEADING ||
		          out->lines[i].mark.level == reading.level);
	if (lines == 0 && reading.style != STYLE_PLAIN)
		return;
	if (lines > *seen) {
		*seen = lines;
		out->seen = reading.style;
	}
	walk_begin(&walk, out->lines, out->count, reading, any_answer_mark);
	read_as(&walk);
	if (walk.items > 0 && (out->items == 0 || walk.points > *best)) {
		*best = walk.points;
		out->items = walk.items;
		out->reading = reading;
	}
}

static void choose(struct reading_result *out, bool any_answer_mark)
{
	long best = 0;
	size_t seen = 0;

	for (int style = STYLE_ARABIC; style < STYLE_COUNT; style++) {
		const int levels = style == STYLE_HEADING ? LEVELS : 1;

		if (style == STYLE_CHAPTER)
			continue;
		for (int level = 0; level < levels; level++)
			try_reading(out,
			            (struct reading){ .style = (enum style)style, .level = level },
			            any_answer_mark, &best, &seen);
	}
}

static void tell_example(struct reading_result *out)
{
	for (size_t i = 0; i < out->count && out->example.len == 0; i++)
		if (out->lines[i].role == ROLE_QUESTION && out->lines[i].mark.style != STYLE_NONE)
			out->example = text_drop_end(out->lines[i].mark.shown);
}

/* → is the mark of an answer if each stands right behind what could be a question. */
static void find_symbols(struct line *lines, size_t count)
{
	size_t before = SIZE_MAX;

	for (size_t i = 0; i < count; i++) {
		struct span rest = lines[i].text;

		if (rest.len == 0)
			continue;
		if (!lines[i].escaped && answer_symbol_skip(&rest) &&
		    (before == SIZE_MAX ||
		     (lines[before].mark.style == STYLE_NONE && !asks(lines[before].text))))
			return;
		before = i;
	}
	for (size_t i = 0; i < count; i++) {
		struct span rest = lines[i].text;

		if (!lines[i].escaped && answer_symbol_skip(&rest))
			lines[i].part = (struct mark){ .kind = MARK_ANSWER, .rest = rest };
	}
}

static void guess(struct reading_result *out)
{
	struct walk walk;
	bool any = false;

	for (size_t i = 0; i < out->count; i++)
		read_form(&out->lines[i]);
	find_answers(out->lines, out->count, !has_choices(out->lines, out->count));
	find_symbols(out->lines, out->count);
	talk_find(out->lines, out->count);
	for (size_t i = 0; i < out->count; i++)
		any |= is_answer(&out->lines[i]) || out->lines[i].answered_inside;
	out->answers_marked = any;
	furniture_find(out->lines, out->count);
	choose(out, any);
	if (out->items == 0)
		return;
	walk_begin(&walk, out->lines, out->count, out->reading, any);
	read_as(&walk);
	out->items = walk.items;
	leave_closing_out(out);
	doubt_closing(out);
}

bool document_is_too_long(struct span input)
{
	size_t lines = 0;

	for (size_t i = 0; i < input.len && lines <= DOCUMENT_LINES_MOST; i++)
		lines += input.ptr[i] == '\n' || input.ptr[i] == '\r';
	return lines > DOCUMENT_LINES_MOST;
}

bool document_is_exported(struct span input)
{
	struct reading_result read = { 0 };
	const bool exported = !document_is_too_long(input) &&
	                      split(input, &read.lines, &read.count) == STATUS_OK &&
	                      read_exported(&read);

	free(read.lines);
	return exported;
}

enum status document_read(struct span input, struct reading_result *out)
{
	enum status status;

	*out = (struct reading_result){ 0 };
	status = split(input, &out->lines, &out->count);
	if (status != STATUS_OK)
		return status;
	if (read_exported(out)) {
		out->reading = (struct reading){ .style = STYLE_ARABIC };
		out->answers_marked = out->exported = true;
	} else {
		out->items = 0;
		for (size_t i = 0; i < out->count; i++)
			out->lines[i].role = ROLE_BLANK;
		guess(out);
	}
	tell_example(out);
	return STATUS_OK;
}
