/*
 * take_line() asks document_items.c what a line is under the reading, in this order: a row of a
 * table, the mark of an answer, an item, a chapter, and else text of whatever part is at hand or,
 * before the first item and behind a chapter, its head. When an item ends, its points are added.
 */
#include "office/exchange/document_walk.h"

#include <string.h>

#include "base/utf8.h"
#include "office/exchange/document_furniture.h"
#include "office/exchange/document_words.h"

enum {
	TITLE_MOST = 80, /* characters; a longer line is no title */
	MENU_WORD_MOST = 8,
	MENU_LEAST = 3,
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
	POINTS_OWN_STYLE = -10, /* a chapter whose questions are marked in another way */
	POINTS_PLAIN = -6,      /* an item that nothing marks */
};

/* What the item that ends here is worth. */
static void end_item(struct walk *walk)
{
	const struct line *line;
	const bool has_answer = walk->text_lines > 0;

	if (!walk->has_item)
		return;
	line = &walk->lines[walk->item_at];
	if (walk_is_answered(walk, walk->item_at))
		walk->points += POINTS_ANSWERED_BY_MARK;
	if (asks(walk->asked))
		walk->points += POINTS_QUESTION;
	else if (has_answer && line->number > 0)
		walk->points += POINTS_NUMBERED;
	if (!has_answer && !walk->answered)
		walk->points += POINTS_EMPTY;
	if (line->doubt != DOUBT_NONE)
		walk->points += POINTS_GAP;
	if (reading_is_unmarked(walk->reading))
		walk->points += POINTS_PLAIN;
}

/* The answer that stands in the line of its question may begin with a list of its own. */
static int first_step(const struct walk *walk, const struct line *line)
{
	const struct item_mark first = item_mark_read(line->answer);

	return walk_has_style(walk, &(struct line){ .mark = first }) ? first.number : 0;
}

/* Numbers begin again that had gone on beyond the first one. */
static bool begins_again(const struct walk *walk, const struct line *line, int number)
{
	return walk->has_item && number == 1 && walk->last > 0 && line->doubt == DOUBT_NONE;
}

static void begin_item(struct walk *walk, size_t index, int number, struct span rest)
{
	struct line *line = &walk->lines[index];

	end_item(walk);
	walk->restart += begins_again(walk, line, number);
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
	walk->upper = line->mark.upper;
	walk->step = line->answered_inside ? first_step(walk, line) : 0;
	walk->answered = line->answered_inside;
	walk->in_case = walk->chapter_open = false;
	walk->text_lines = line->answered_inside ? 1 : 0;
	memset(walk->lists, 0, sizeof(walk->lists));
}

static void begin_chapter(struct walk *walk, size_t index)
{
	struct line *line = &walk->lines[index];

	line->role = ROLE_CHAPTER;
	line->rest =
	        line->mark.style == STYLE_NONE || line->level > 0 ? line->text : line->mark.rest;
	(void)dashes_skip(&line->rest);
	walk->chapters[line->mark.style] = line->mark.number;
	walk->boxed += line_is_boxed(line);
	for (int style = (int)line->mark.style + 1; style < STYLE_COUNT; style++)
		if (walk->lists[style] > 0)
			walk->lists[style] = 0;
	walk->chapter_open = true;
	walk->headed = walk->titled = true;
	walk->reading = walk->main;
}

/* The lines between a question and its answer's mark are the rest of the question. */
static void join_question(struct walk *walk, size_t index)
{
	for (size_t i = walk->item_at + 1; i < index; i++)
		if (walk->lines[i].role == ROLE_TEXT)
			walk->lines[i].role = ROLE_QUESTION_MORE;
	walk->text_lines = 0;
}

/* The line above the mark of a second answer asks: it is a question whose own mark is missing. */
static bool asks_unmarked(const struct walk *walk, size_t above)
{
	return walk->has_item && above != SIZE_MAX && above > walk->item_at &&
	       (walk->lines[above].role == ROLE_TEXT || walk->lines[above].role == ROLE_HEAD) &&
	       asks(walk->lines[above].text);
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
	if (asks_unmarked(walk, above)) {
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

/* A line of text with a mark of its own is of a list within the item. */
static void take_list_line(struct walk *walk, struct line *line)
{
	const bool asking = asks_plainly(line->mark.rest);

	walk->lists[line->mark.style] = line->mark.number;
	if (asking)
		walk->points += POINTS_QUESTION_IN_ANSWER;
	if (line->doubt == DOUBT_NONE && (asking || begins_asking(line->mark.rest)))
		line->doubt = DOUBT_ASKS;
}

static void take_text(struct walk *walk, size_t index)
{
	struct line *line = &walk->lines[index];

	line->rest = line->text;
	if ((walk->asked.len == 0 && !walk->answered) || walk_goes_on_asking(walk, index)) {
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
		take_list_line(walk, line);
	} else if (asks_plainly(line->text)) {
		walk->points += POINTS_QUESTION_IN_ANSWER / 2;
		line->doubt = DOUBT_ASKS;
	} else if (walk->text_lines > 0 && begins_asking(line->text)) {
		line->doubt = DOUBT_ASKS;
	}
	walk->text_lines++;
}

/* PART 2, and its name in the line below. */
static bool names_chapter(const struct walk *walk, size_t index)
{
	const struct line *line = &walk->lines[index];
	const size_t above = text_line_before(walk->lines, index);

	return walk->chapter_open && above != SIZE_MAX && walk->lines[above].role == ROLE_CHAPTER &&
	       walk->lines[above].mark.empty && line->mark.style == STYLE_NONE &&
	       could_name_chapter(line);
}

/* A title is no sentence of a greeting: 各位业主：. */
static bool could_be_title(struct span text)
{
	static const char *const ends[] = { "：", ":", "，", ",", "。", "；", NULL };

	return utf8_length(text) <= TITLE_MOST && !is_credit(text) &&
	       !text_ends_with_one(text_drop_end(text), ends);
}

/* 登录 | 注册 | 帮助: short words, parted by upright lines, as over a page. */
static bool is_menu(struct span text)
{
	static const char *const bars[] = { "|", "｜", "│", NULL };
	size_t parts = 1, start = 0;

	for (size_t i = 0; i <= text.len; i++) {
		struct span rest = { text.ptr + i, text.len - i };
		const struct span part = text_trim((struct span){ text.ptr + start, i - start });

		if (i < text.len && !text_skip_one(&rest, bars))
			continue;
		if (part.len == 0 || utf8_length(part) > MENU_WORD_MOST)
			return false;
		parts += i < text.len;
		start = i < text.len ? text.len - rest.len : start;
		i = i < text.len ? start - 1 : i;
	}
	return parts >= MENU_LEAST;
}

/* The head of a mail: the text of its subject; false for its other fields. */
static bool read_subject(const struct line *line, struct span *subject)
{
	struct span text = line->text;

	if (!text_skip_label(&text, words_mail_subject))
		return false;
	*subject = text_trim(text);
	return true;
}

static void take_head(struct walk *walk, size_t index)
{
	struct line *line = &walk->lines[index];
	struct span text = line->mark.style == STYLE_HEADING ? line->mark.rest : line->text;

	line->role = ROLE_HEAD;
	if (names_chapter(walk, index)) {
		line->role = ROLE_CHAPTER;
		return;
	}
	if (line->special == SPECIAL_WEB || is_menu(line->text)) {
		line->role = ROLE_WEB;
		return;
	}
	if (!walk->has_item && index < walk->title_at && walk->title_at < walk->count)
		return;
	if (text_skip_label(&text, words_mail_label) &&
	    (walk->titled || !read_subject(line, &text)))
		return;
	if (!walk->titled && could_be_title(text) && line->special != SPECIAL_DATE) {
		walk->titled = true;
		line->role = ROLE_TITLE;
		line->rest = text;
	} else {
		walk->points += POINTS_HEAD;
	}
	walk->headed = true;
}

/* The rows of a table are numbered by themselves. */
static void take_row(struct walk *walk, size_t index)
{
	struct line *line = &walk->lines[index];

	if (!walk->in_rows) {
		walk->restart += walk->has_item;
		walk->outside = walk->last;
		walk->rows = walk->last = 0;
		walk->in_rows = true;
	}
	line->role = line->row;
	line->rest = line->text;
	if (line->row == ROLE_QUESTION) {
		begin_item(walk, index, ++walk->rows, line->text);
		return;
	}
	if (!walk->has_item || walk->chapter_open) {
		line->role = ROLE_HEAD;
		return;
	}
	walk->answered |= line->row == ROLE_ANSWER;
	walk->text_lines += line->row != ROLE_QUESTION_MORE;
}

static void end_rows(struct walk *walk)
{
	if (!walk->in_rows)
		return;
	walk->in_rows = false;
	walk->restart++;
	walk->last = walk->outside;
}

static bool has_fellow(const struct walk *walk, size_t heading)
{
	for (size_t i = heading + 1; i < walk->count; i++)
		if (walk->lines[i].mark.style == STYLE_HEADING &&
		    walk->lines[i].mark.level == walk->lines[heading].mark.level)
			return true;
	return false;
}

/*
 * Before the first item, the title is no chapter, nor is a heading with nothing above it, unless it
 * stands right over questions and is one of several.
 */
static bool begins_chapter(const struct walk *walk, size_t index)
{
	if (!walk->has_item && index == walk->title_at)
		return false;
	if (!walk->has_item && !walk->headed && walk->lines[index].mark.style == STYLE_HEADING &&
	    !(walk_heads_items(walk, index) && has_fellow(walk, index)))
		return false;
	return walk_is_chapter(walk, index);
}

/* What stands behind the mark of an item. */
static struct span text_of_item(const struct walk *walk, const struct line *line)
{
	return reading_is_unmarked(walk->reading) && line->mark.style == STYLE_NONE
	               ? line->text
	               : line->mark.rest;
}

static void take_line(struct walk *walk, size_t index)
{
	struct line *line = &walk->lines[index];

	if (line_is_furniture(line))
		return;
	line->doubt = DOUBT_NONE;
	if (line->row != ROLE_BLANK) {
		take_row(walk, index);
		return;
	}
	if (walk_begins_own_style(walk, index)) {
		walk->reading = (struct reading){ .style = line->mark.style };
		walk->points += POINTS_OWN_STYLE;
	}
	if (line_is_answer(line)) {
		take_answer(walk, index);
	} else if (line->part.kind == MARK_NONE && walk_is_item(walk, index)) {
		end_rows(walk);
		begin_item(walk, index, line->mark.number, text_of_item(walk, line));
	} else if (walk_fills_gap(walk, index)) {
		line->doubt = DOUBT_UNMARKED;
		begin_item(walk, index, walk->last + 1, line->text);
	} else if (begins_chapter(walk, index)) {
		end_rows(walk);
		begin_chapter(walk, index);
	} else if (!walk->has_item || walk->chapter_open || walk->in_rows) {
		take_head(walk, index); /* of the document or of a chapter */
	} else {
		take_text(walk, index);
	}
}

/* A line that asks, has a mark or stands in a table is of an item or of a chapter. */
static bool is_of_body(const struct line *line)
{
	return line->part.kind != MARK_NONE || line->row != ROLE_BLANK || asks_plainly(line->text);
}

/*
 * The one heading of the first level, where it stands above all others and no line above it asks or
 * has a mark, as it would if it began a chapter.
 */
static size_t find_title(const struct line *lines, size_t count)
{
	size_t title = count;

	for (size_t i = 0; i < count; i++) {
		if (line_is_furniture(&lines[i]))
			continue;
		if (title == count && is_of_body(&lines[i]))
			return count;
		if (lines[i].level == 0)
			continue;
		/* The first heading is of the first level, and no other one is. */
		if ((lines[i].level == 1) != (title == count))
			return count;
		title = title == count ? i : title;
	}
	return title < count && lines[title].mark.number == 0 &&
	                       could_be_title(lines[title].text) && !asks(lines[title].text)
	               ? title
	               : count;
}

void walk_begin(struct walk *walk, struct line *lines, size_t count, struct reading reading,
                bool any_answer_mark)
{
	*walk = (struct walk){ .lines = lines,
		               .count = count,
		               .reading = reading,
		               .main = reading,
		               .any_answer_mark = any_answer_mark };
	for (size_t i = 0; i < count; i++) {
		if (line_is_furniture(&lines[i]))
			continue;
		lines[i].role = ROLE_BLANK;
		lines[i].doubt = DOUBT_NONE;
		lines[i].rest = lines[i].text;
		lines[i].number = lines[i].restart = 0;
	}
	walk->title_at = find_title(lines, count);
	if (reading.style == STYLE_BULLET && !any_answer_mark)
		walk_find_bullets(walk);
	walk->leads_ask = reading_is_unmarked(reading) && !any_answer_mark && walk_leads_ask(walk);
	walk->answers_indented = walk_answers_indented(walk);
	walk->blocks_stand = !reading_is_unmarked(reading) && walk_blocks_stand(walk);
	walk->heads_stand = (!reading_is_unmarked(reading) ||
	                     (reading.style == STYLE_PLAIN && any_answer_mark)) &&
	                    walk_heads_stand(walk);
}

void walk_read(struct walk *walk)
{
	for (size_t i = 0; i < walk->count; i++)
		take_line(walk, i);
	end_item(walk);
}
