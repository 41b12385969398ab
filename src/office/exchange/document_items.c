/*
 * What a line is under the reading of the walk, told by its mark, its number and the lines around:
 * first the questions that no number marks, then those of a list whose numbers must run, then the
 * questions that change the reading, and the headings of chapters. Nothing here keeps a state but
 * the step of a list and the doubt of a line.
 */
#include <string.h>

#include "base/utf8.h"
#include "office/exchange/document_furniture.h"
#include "office/exchange/document_walk.h"

enum {
	QUESTION_MOST = 120, /* of a question without a mark */
	BOLD_QUESTION_MOST = 60,
	CHAPTER_MOST = 40,
	BARE_CHAPTER_MOST = 24,
	LEAD_MOST = 40,
	LEADS_LEAST = 3, /* that ask */
	HEAD_MOST = 12,
	NOTE_LINES_MOST = 2, /* below the heading of a chapter */
	BULLET_KINDS = 8,
	BLOCKS_LEAST = 3,
	BLOCKS_PERCENT = 90, /* of the questions that stand right over text */
	ENDED_PERCENT = 80,  /* of the answers that no heading ends */
	LEADS_PERCENT = 60,
};

bool line_is_answer(const struct line *line)
{
	return line->part.kind == MARK_ANSWER;
}

static bool is_unmarked(const struct line *line)
{
	return line->mark.style == STYLE_NONE && line->part.kind == MARK_NONE &&
	       !line->answered_inside;
}

static bool answer_is_next(const struct walk *walk, size_t index)
{
	const size_t next = text_line_behind(walk->lines, walk->count, index);

	return next < walk->count && line_is_answer(&walk->lines[next]);
}

bool walk_is_answered(const struct walk *walk, size_t index)
{
	const size_t next = text_line_behind(walk->lines, walk->count, index);

	if (walk->lines[index].answered_inside || answer_is_next(walk, index))
		return true;
	return next < walk->count && is_unmarked(&walk->lines[next]) && answer_is_next(walk, next);
}

/* A heading that is numbered besides has the style of its number, too. */
bool walk_has_style(const struct walk *walk, const struct line *line)
{
	if (line->mark.style == STYLE_HEADING && walk->reading.style != STYLE_HEADING)
		return line->mark.inner != STYLE_NONE && line->mark.inner == walk->reading.style;
	if (line->mark.style == STYLE_BULLET && walk->bullet.len > 0 &&
	    !span_equal(line->mark.shown, walk->bullet))
		return false;
	return line->mark.style == walk->reading.style &&
	       (line->mark.style != STYLE_HEADING || line->mark.level == walk->reading.level);
}

struct bullet_use {
	struct span shown;
	size_t lines, asking;
	size_t over_text;     /* right below stands text without a bullet */
	size_t over_question; /* or the bullet of the questions */
};

static struct bullet_use *use_of(struct bullet_use *uses, size_t *count, struct span shown)
{
	for (size_t i = 0; i < *count; i++)
		if (span_equal(uses[i].shown, shown))
			return &uses[i];
	if (*count == BULLET_KINDS)
		return NULL;
	uses[*count] = (struct bullet_use){ .shown = shown };
	return &uses[(*count)++];
}

static void count_bullets(const struct walk *walk, struct bullet_use *uses, size_t *count)
{
	for (size_t i = 0; i < walk->count; i++) {
		const struct line *line = &walk->lines[i];
		const size_t next = text_line_behind(walk->lines, walk->count, i);
		struct bullet_use *use;

		if (line_is_furniture(line) || line->mark.style != STYLE_BULLET)
			continue;
		use = use_of(uses, count, line->mark.shown);
		if (!use)
			continue;
		use->lines++;
		use->asking += asks(line->mark.rest);
		if (next == walk->count)
			continue;
		use->over_text += walk->lines[next].mark.style != STYLE_BULLET;
		use->over_question += walk->bullet.len > 0 &&
		                      walk->lines[next].mark.style == STYLE_BULLET &&
		                      span_equal(walk->lines[next].mark.shown, walk->bullet);
	}
}

void walk_find_bullets(struct walk *walk)
{
	struct bullet_use uses[BULLET_KINDS];
	size_t count = 0, most = 0;

	count_bullets(walk, uses, &count);
	for (size_t i = 0; i < count; i++) {
		if (uses[i].lines < BLOCKS_LEAST || uses[i].asking * 2 < uses[i].lines ||
		    uses[i].over_text * 100 < uses[i].lines * BLOCKS_PERCENT ||
		    uses[i].asking <= most)
			continue;
		most = uses[i].asking;
		walk->bullet = uses[i].shown;
	}
	if (walk->bullet.len == 0)
		return;
	most = count = 0;
	count_bullets(walk, uses, &count);
	for (size_t i = 0; i < count; i++) {
		if (uses[i].over_question < uses[i].lines || uses[i].lines <= most)
			continue;
		most = uses[i].lines;
		walk->part_bullet = uses[i].shown;
	}
}

/* Bullets, chapters and headings mark more than questions. */
static bool could_mark_questions(enum style style)
{
	return style != STYLE_NONE && style != STYLE_BULLET && style != STYLE_CHAPTER &&
	       style != STYLE_HEADING;
}

/* No number and no sign of a question tells what the line is. */
static bool is_unnumbered(enum style style)
{
	return style == STYLE_NONE || style == STYLE_BULLET || style == STYLE_STRONG;
}

static bool could_lead(const struct line *line);

static bool is_lead(const struct walk *walk, size_t index);

/* The first line of a block, with text right below and an empty line above. */
static bool begins_block(const struct walk *walk, size_t index)
{
	const struct line *lines = walk->lines;

	return could_lead(&lines[index]) && !lines[index].listed && index + 1 < walk->count &&
	       !line_is_furniture(&lines[index + 1]) && index > 0 &&
	       line_is_furniture(&lines[index - 1]);
}

bool walk_leads_ask(const struct walk *walk)
{
	const bool plain = walk->reading.style == STYLE_PLAIN;
	size_t leads = 0, asking = 0;

	for (size_t i = 0; i < walk->count; i++) {
		const struct line *line = &walk->lines[i];

		if (line_is_furniture(line) || !(plain ? begins_block(walk, i) : is_lead(walk, i)))
			continue;
		leads++;
		asking += plain ? asks_plainly(line->text) : asks(line->text);
	}
	return asking >= LEADS_LEAST && asking * 100 >= leads * LEADS_PERCENT;
}

/* A question that nothing marks: a line that asks, or that stands before an answer. */
static bool is_plain_line(const struct walk *walk, size_t index)
{
	const struct line *line = &walk->lines[index];

	if (line->escaped || line->part.kind != MARK_NONE ||
	    utf8_length(line->text) > QUESTION_MOST ||
	    (!is_unnumbered(line->mark.style) && line->mark.style != STYLE_HEADING))
		return false;
	if (walk->any_answer_mark)
		return line->answered_inside || answer_is_next(walk, index);
	return asks_plainly(line->text) ||
	       (walk->leads_ask && begins_block(walk, index) && !walk_signs_off(walk, index));
}

/* The same of its first line, where it is broken within its sentence. */
static bool is_plain_question(const struct walk *walk, size_t index)
{
	size_t last = index;

	if (!walk_begins_broken(walk, index))
		return is_plain_line(walk, index);
	while (!asks_plainly(walk->lines[last].text))
		last++;
	return is_plain_line(walk, last);
}

/* A line that asks for a phone number names none. */
static bool is_special(const struct line *line)
{
	return line->special != SPECIAL_NONE &&
	       (line->special != SPECIAL_CONTACT || !asks(line->text));
}

/* Whether the line could be a heading: short, without a mark, and no sentence. */
static bool could_lead(const struct line *line)
{
	return !line->escaped && line->part.kind == MARK_NONE && !is_special(line) &&
	       (line->mark.style == STYLE_NONE || line->mark.style == STYLE_BULLET) &&
	       !ends_a_sentence(line->text) && utf8_length(line->text) <= LEAD_MOST;
}

/* Between empty lines, so that its answer is missing, or behind a sentence and over an answer. */
static bool stands_apart(const struct walk *walk, size_t index, size_t above, size_t next)
{
	const struct line *lines = walk->lines;

	if (next == index + 1)
		return ends_a_sentence(lines[above].text) && !asks(lines[next].text);
	return above + 1 < index;
}

/* Asks behind an answer. */
static bool is_asking_lead(const struct walk *walk, size_t index, size_t above, size_t next)
{
	const struct span text = walk->lines[index].text;

	return walk->text_lines > 0 && above != SIZE_MAX && asks(text) &&
	       !text_begins_blank(text) && stands_apart(walk, index, above, next);
}

/* Stands further to the left than the other line. */
static bool stands_left_of(const struct walk *walk, size_t index, size_t other)
{
	return text_begins_blank(walk->lines[other].text) &&
	       !text_begins_blank(walk->lines[index].text);
}

/* Behind an empty line, a sentence or a bold line, or back at the margin. */
static bool starts_block(const struct walk *walk, size_t index, size_t above)
{
	const struct line *lines = walk->lines;

	return above == SIZE_MAX || lines[index - 1].text.len == 0 ||
	       line_is_furniture(&lines[index - 1]) || ends_a_sentence(lines[above].text) ||
	       lines[above].strong || stands_left_of(walk, index, above);
}

/* Before the first chapter and question, neither asks nor stands right over text. */
static bool stands_as_title(const struct walk *walk, size_t index, size_t next)
{
	return !walk->has_item && !walk->chapter_open && next != index + 1 &&
	       !asks(walk->lines[index].text);
}

/*
 * The first line of a block that goes on: behind an empty line or a sentence, with text right below
 * that is no such line itself. Text that stands further to the right goes on, too.
 */
static bool is_lead(const struct walk *walk, size_t index)
{
	const struct line *lines = walk->lines;
	const size_t next = text_line_behind(lines, walk->count, index);
	const size_t above = text_line_before(lines, index);

	if (!could_lead(&lines[index]) || next == walk->count ||
	    !starts_block(walk, index, above) || stands_as_title(walk, index, next) ||
	    walk_signs_off(walk, index))
		return false;
	return is_asking_lead(walk, index, above, next) ||
	       (above != SIZE_MAX && stands_left_of(walk, index, next)) ||
	       !could_lead(&lines[next]) ||
	       (next == index + 1 && lines[index - (index > 0)].text.len == 0);
}

static bool shows(const struct walk *walk, size_t index)
{
	return walk_is_answered(walk, index) || asks(walk->lines[index].mark.rest);
}

/* Of 2.1 behind 1.9, and of 1.2.1 or 2.1.1 behind 1.1.9. */
static bool is_next_upper(int upper, int last)
{
	return upper == last + 1 ||
	       (upper / PARTS_STEP == last / PARTS_STEP + 1 && upper % PARTS_STEP == 1);
}

/* The first number behind the heading of a chapter, or 2.1 behind 1.9. */
static bool begins_part(const struct walk *walk, const struct line *line, int number)
{
	if (walk->chapter_open && (number == 1 || number == walk->last + 1))
		return true;
	return number == 1 && line->mark.upper > 0 && is_next_upper(line->mark.upper, walk->upper);
}

/* Where answers are marked, by the mark of its own, and else by its question mark. */
static bool is_surely_asked(const struct walk *walk, size_t index)
{
	return walk->any_answer_mark ? walk_is_answered(walk, index)
	                             : asks_plainly(walk->lines[index].mark.rest);
}

/* A number that stood before, or is behind one that did, is that of a question only so. */
static bool asks_again(const struct walk *walk, size_t index, int number)
{
	return walk_is_answered(walk, index) ||
	       (number == walk->last && is_surely_asked(walk, index));
}

/* The number before it is left out: behind an empty line, where all questions stand over their
 * answers, it is a question as they are. */
static bool heads_answer(const struct walk *walk, size_t index, int number)
{
	const struct line *lines = walk->lines;

	return walk->blocks_stand && number == walk->last + 2 && index > 0 &&
	       lines[index - 1].text.len == 0 && index + 1 < walk->count &&
	       !line_is_furniture(&lines[index + 1]) &&
	       lines[index + 1].mark.style != lines[index].mark.style &&
	       !ends_a_sentence(lines[index].mark.rest);
}

/* Whether a line that has the number of the next step of a list, or of the next item, is an item.
 */
static bool is_next(struct walk *walk, size_t index, int number)
{
	struct line *line = &walk->lines[index];
	const bool shown = shows(walk, index);
	const bool steps = walk->has_item && number == walk->step + 1;

	if (!walk->has_item || begins_part(walk, line, number))
		return true;
	if (number == walk->last + 1 && (!steps || shown))
		return true;
	if (number > walk->last && (shown || heads_answer(walk, index, number))) {
		line->doubt = DOUBT_GAP;
		return true;
	}
	if (number == 1 && is_surely_asked(walk, index))
		return true;
	if (asks_again(walk, index, number)) {
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

	if (asks_plainly(line->text) || walk_begins_broken(walk, index))
		return true;
	return next < walk->count && !walk->lines[next].strong && line->special == SPECIAL_NONE &&
	       !ends_a_sentence(line->text) && utf8_length(line->text) <= BOLD_QUESTION_MOST &&
	       !walk_signs_off(walk, index);
}

/* Behind the heading of a chapter, the line would be its first question, marked in its own way. */
static bool begins_own_style(const struct walk *walk, size_t index)
{
	const struct line *line = &walk->lines[index];

	if (line->part.kind != MARK_NONE || reading_is_unmarked(walk->reading) ||
	    walk_has_style(walk, line))
		return false;
	return could_mark_questions(line->mark.style) && line->mark.number <= 1 &&
	       (walk_is_answered(walk, index) || asks_plainly(line->mark.rest));
}

bool walk_begins_own_style(const struct walk *walk, size_t index)
{
	/* Within a chapter, only the mark of an answer tells it from a list within an answer. */
	return begins_own_style(walk, index) && (!walk->has_item || walk->chapter_open ||
	                                         (walk->answered && answer_is_next(walk, index)));
}

/*
 * The next number, in another style than the questions before: no list of that style has begun
 * within the item, and it asks or is answered.
 */
static bool runs_on(const struct walk *walk, struct line *line, size_t index)
{
	if (!walk->has_item || line->mark.number < 2 || line->mark.number != walk->last + 1 ||
	    walk->lists[line->mark.style] > 0 || line->mark.style == STYLE_HEADING ||
	    line->mark.style == STYLE_CHAPTER || walk->reading.style == STYLE_HEADING ||
	    !is_surely_asked(walk, index))
		return false;
	line->doubt = DOUBT_STYLE;
	return true;
}

/* A bullet over a block of its own, with text right below that has none. */
static bool heads_block(const struct walk *walk, size_t index)
{
	const struct line *lines = walk->lines;

	return !walk->any_answer_mark && !ends_a_sentence(lines[index].mark.rest) &&
	       utf8_length(lines[index].mark.rest) <= LEAD_MOST && index > 0 &&
	       line_is_furniture(&lines[index - 1]) && index + 1 < walk->count &&
	       !line_is_furniture(&lines[index + 1]) && lines[index + 1].mark.style != STYLE_BULLET;
}

/* A heading of the questions' level; the first one of all could be the document's title. */
static bool is_heading_item(const struct walk *walk, const struct line *line)
{
	return !line_is_answer(line) &&
	       (line->mark.number > 0 || asks(line->mark.rest) || walk->has_item || walk->headed);
}

/* Under a reading by which no mark tells what a question is. */
static bool is_unmarked_item(const struct walk *walk, size_t index)
{
	return walk->reading.style == STYLE_LEAD ? is_lead(walk, index)
	                                         : is_plain_question(walk, index);
}

bool walk_is_item(struct walk *walk, size_t index)
{
	struct line *line = &walk->lines[index];

	/* The line above is the first one of the question. */
	if ((walk->reading.style == STYLE_PLAIN || walk->reading.style == STYLE_STRONG) &&
	    walk_goes_on_asking(walk, index))
		return false;
	if (reading_is_unmarked(walk->reading))
		return is_unmarked_item(walk, index);
	if (!walk_has_style(walk, line))
		return runs_on(walk, line, index);
	if (line->mark.style == STYLE_STRONG)
		return is_strong_item(walk, index);
	if (line->mark.style == STYLE_HEADING && walk->reading.style == STYLE_HEADING)
		return is_heading_item(walk, line);
	if (line->mark.style == STYLE_BULLET)
		return walk->bullet.len > 0 || shows(walk, index) || heads_block(walk, index);
	/* Among numbered questions, one without a number is one only with an answer of its own. */
	if (line->mark.number == 0)
		return walk->last == 0 || walk_is_answered(walk, index);
	return is_next(walk, index, line->mark.number);
}

/* The next line of text is an item under the reading, or the heading of a chapter in between. */
static bool item_follows(const struct walk *walk, size_t index, bool first_only)
{
	const size_t next = text_line_behind(walk->lines, walk->count, index);
	const struct line *line = next < walk->count ? &walk->lines[next] : NULL;

	if (!line)
		return false;
	if (line->row != ROLE_BLANK)
		return line->row == ROLE_QUESTION;
	if (reading_is_unmarked(walk->reading))
		return is_unmarked_item(walk, next);
	if (!walk_has_style(walk, line))
		return begins_own_style(walk, next);
	if (line->mark.number == 0)
		return !first_only;
	return line->mark.number == 1 || (!first_only && line->mark.number == walk->last + 1);
}

/*
 * Behind an empty line, with a note of a line or two below that is parted from the item behind it,
 * as in “二、缴费”, “以下为热线记录”, “7、…”.
 */
static bool item_follows_note(const struct walk *walk, size_t index)
{
	size_t next = index;

	if (index == 0 || walk->lines[index - 1].text.len > 0 || reading_is_unmarked(walk->reading))
		return false;
	for (int notes = 1; notes <= NOTE_LINES_MOST; notes++) {
		const struct line *note;

		next = text_line_behind(walk->lines, walk->count, next);
		note = next < walk->count ? &walk->lines[next] : NULL;
		if (!note || note->escaped || !is_unmarked(note) || asks(note->text))
			return false;
		if (item_follows(walk, next, false))
			return walk->lines[next + 1].text.len == 0;
	}
	return false;
}

bool line_is_boxed(const struct line *line)
{
	struct span rest = line->text, inner;

	adornment_skip(&rest);
	return !line->escaped && boxed_line_skip(&rest, &inner);
}

static bool chapter_follows(const struct walk *walk, size_t index)
{
	const size_t next = text_line_behind(walk->lines, walk->count, index);
	const struct line *line = next < walk->count ? &walk->lines[next] : NULL;

	return line && line->mark.style != STYLE_NONE &&
	       line->mark.style != walk->lines[index].mark.style && !walk_has_style(walk, line) &&
	       line->mark.number == 1 && !asks(line->mark.rest) && item_follows(walk, next, false);
}

bool could_name_chapter(const struct line *line)
{
	return !line->escaped && !asks(line->text) && !ends_a_sentence(line->text) &&
	       utf8_length(line->text) <= BARE_CHAPTER_MOST;
}

/* PART 2 alone on its line: a name and an item behind it follow. */
static bool is_chapter_without_name(const struct walk *walk, size_t index)
{
	const size_t next = text_line_behind(walk->lines, walk->count, index);

	return walk->lines[index].mark.style == STYLE_CHAPTER && walk->lines[index].mark.empty &&
	       next < walk->count && walk->lines[next].mark.style == STYLE_NONE &&
	       could_name_chapter(&walk->lines[next]) && item_follows(walk, next, false);
}

/* What stands behind the mark is no question and no sentence. */
static bool could_be_heading(const struct walk *walk, size_t index)
{
	const struct span text = walk->lines[index].mark.rest;

	return !asks_plainly(text) && !walk_is_answered(walk, index) &&
	       utf8_length(text) <= CHAPTER_MOST &&
	       (!ends_a_sentence(text) || text_ends_with(text, "："));
}

bool walk_heads_items(const struct walk *walk, size_t index)
{
	return item_follows(walk, index, false) || chapter_follows(walk, index) ||
	       item_follows_note(walk, index);
}

/* The number goes on with the chapters so far, or begins them, and with no list of an answer. */
static bool counts_chapters(const struct walk *walk, enum style style, int number)
{
	if (!walk->has_item)
		return number <= 1 || walk->chapters[style] + 1 == number;
	if (walk->lists[style] > 0 && number == walk->lists[style] + 1)
		return false;
	return (walk->chapters[style] > 0 && number == walk->chapters[style] + 1) ||
	       (number == 1 && walk->chapter_open);
}

static bool is_numbered_chapter(const struct walk *walk, size_t index)
{
	const struct line *line = &walk->lines[index];
	const enum style style = line->mark.style;

	if (line->mark.empty && style != STYLE_CHAPTER)
		return false;
	if (is_chapter_without_name(walk, index))
		return true;
	if (!could_be_heading(walk, index))
		return false;
	if (style == STYLE_HEADING)
		return walk->reading.style != STYLE_HEADING ||
		       line->mark.level < walk->reading.level;
	return walk_heads_items(walk, index) &&
	       (style == STYLE_CHAPTER || counts_chapters(walk, style, line->mark.number));
}

static bool has_digit_or_colon(struct span text)
{
	size_t offset = 0;

	while (offset < text.len) {
		const uint32_t point = utf8_next(text, &offset);

		if ((point >= '0' && point <= '9') || (point >= 0xff10 && point <= 0xff19) ||
		    point == ':' || point == 0xff1a || point == '\t')
			return true;
	}
	return false;
}

/* A line between empty ones, where the blocks of questions are parted so. */
static bool is_block(const struct walk *walk, size_t index)
{
	return walk->leads_ask && index > 0 && index + 1 < walk->count &&
	       walk->lines[index - 1].text.len == 0 && walk->lines[index + 1].text.len == 0;
}

/* The next line of text is the next item; a number that begins again may be one of a list. */
static bool next_item_follows(const struct walk *walk, size_t index)
{
	const size_t next = text_line_behind(walk->lines, walk->count, index);

	return item_follows(walk, index, false) &&
	       (reading_is_unmarked(walk->reading) || walk->lines[next].mark.number == 0 ||
	        walk->lines[next].mark.number == walk->last + 1);
}

/* Words alone, right above a question. */
static bool could_head(const struct walk *walk, size_t index)
{
	const struct line *line = &walk->lines[index];

	return line->part.kind == MARK_NONE && line->mark.style == STYLE_NONE &&
	       line->special == SPECIAL_NONE && could_name_chapter(line) &&
	       utf8_length(line->text) <= HEAD_MOST && !has_digit_or_colon(line->text) &&
	       next_item_follows(walk, index);
}

/* The heading right above the first question; SIZE_MAX where there is none, or the title is it. */
static size_t find_first_head(const struct walk *walk)
{
	size_t first = 0, title;

	while (first < walk->count && line_is_furniture(&walk->lines[first]))
		first++;
	title = first;
	while (first < walk->count && !item_follows(walk, first, false))
		first = text_line_behind(walk->lines, walk->count, first);
	return first < walk->count && first != title && could_head(walk, first) ? first : SIZE_MAX;
}

bool walk_heads_stand(const struct walk *walk)
{
	const size_t first = find_first_head(walk);
	struct walk probe = *walk;
	size_t items = 0, ended = 0, heads = 0;

	if (first == SIZE_MAX)
		return false;
	for (size_t i = text_line_behind(walk->lines, walk->count, first); i < walk->count;
	     i = text_line_behind(walk->lines, walk->count, i)) {
		const size_t above = text_line_before(walk->lines, i);

		if (walk_has_style(walk, &walk->lines[i]) &&
		    walk->lines[i].mark.number == probe.last + 1)
			probe.last++;
		if (!next_item_follows(&probe, i))
			continue;
		items++;
		if (ends_a_sentence(walk->lines[i].text))
			ended++;
		else
			heads += could_head(&probe, i) && ends_a_sentence(walk->lines[above].text);
	}
	return heads > 0 && heads < ended && ended * 100 >= (items - heads) * ENDED_PERCENT;
}

bool walk_blocks_stand(const struct walk *walk)
{
	size_t items = 0, over_text = 0;

	for (size_t i = 0; i + 1 < walk->count; i++) {
		if (line_is_furniture(&walk->lines[i]) || !walk_has_style(walk, &walk->lines[i]))
			continue;
		items++;
		over_text += !line_is_furniture(&walk->lines[i + 1]);
	}
	return items >= BLOCKS_LEAST && over_text * 100 >= items * BLOCKS_PERCENT;
}

/* Behind an empty line, which ends an answer, and above a question. */
static bool heads_next_block(const struct walk *walk, size_t index)
{
	return walk->blocks_stand && !walk->chapter_open && index > 0 &&
	       walk->lines[index - 1].text.len == 0 && could_head(walk, index);
}

/* The contents name it, dashes stand around it, or it has brackets as the chapters before it. */
static bool is_shown_chapter(const struct walk *walk, size_t index)
{
	const struct line *line = &walk->lines[index];
	struct span inner = line->text;

	if (line->listed || dashes_skip(&inner))
		return item_follows(walk, index, false) || item_follows_note(walk, index);
	return walk->boxed > 0 && line_is_boxed(line) && item_follows_note(walk, index);
}

/* The question at hand has no answer, and the line has no brackets as chapters have. */
static bool could_be_answer(const struct walk *walk, const struct line *line)
{
	return walk->text_lines == 0 && !walk->answered &&
	       (walk->boxed == 0 || !line_is_boxed(line));
}

static bool looks_like_heading(const struct walk *walk, const struct line *line)
{
	return is_heading_like(line->text) || line->strong ||
	       (line->mark.style == STYLE_BULLET && walk->part_bullet.len > 0 &&
	        span_equal(line->mark.shown, walk->part_bullet));
}

/* Right below, behind numbered questions, stands the first one of a part, which shows itself. */
static bool shown_part_follows(const struct walk *walk, size_t index)
{
	const size_t next = text_line_behind(walk->lines, walk->count, index);

	return !reading_is_unmarked(walk->reading) && walk->last > 0 &&
	       item_follows(walk, index, true) &&
	       (walk->any_answer_mark ? walk_is_answered(walk, next) : shows(walk, next));
}

static bool is_bare_chapter(const struct walk *walk, size_t index)
{
	const struct line *line = &walk->lines[index];

	if (!could_name_chapter(line))
		return false;
	if (is_shown_chapter(walk, index) || (walk->heads_stand && could_head(walk, index)) ||
	    heads_next_block(walk, index))
		return true;
	if (!walk->has_item)
		return walk->headed && looks_like_heading(walk, line) &&
		       item_follows(walk, index, false);
	if (could_be_answer(walk, line))
		return false;
	if (shown_part_follows(walk, index))
		return true;
	return (looks_like_heading(walk, line) || is_block(walk, index)) &&
	       item_follows(walk, index, false);
}

bool walk_is_chapter(const struct walk *walk, size_t index)
{
	const struct line *line = &walk->lines[index];

	if (line->part.kind != MARK_NONE || line->answered_inside ||
	    (walk_has_style(walk, line) && walk->reading.style != STYLE_STRONG))
		return false;
	return is_unnumbered(line->mark.style) ? is_bare_chapter(walk, index)
	                                       : is_numbered_chapter(walk, index);
}
