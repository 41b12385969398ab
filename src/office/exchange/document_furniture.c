/*
 * From the top: fields of records, rules, page marks, running titles and footers and the table of
 * contents. What stands behind the last answer is weighed when the document is read
 * (document_closing.c).
 */
#include "office/exchange/document_furniture.h"

#include <string.h>

#include "base/utf8.h"
#include "office/exchange/line_numbers.h"

enum {
	TITLE_CHARACTERS_LEAST = 4,
	HEAD_LINES = 4,     /* below the title */
	RUNNING_MOST = 200, /* lines beside page marks that are compared with all others */
	FIELD_LEAST = 3,
	COUNTERS_LEAST = 3,
	COUNTER_MOST = 12,    /* characters */
	ABOVE_PERCENT = 60,   /* of the lines below numbers, that ask */
	NUMBERS_GAP_MOST = 3, /* from one such number to the next */
	NUMBERS_PER_GAP = 5,
	TITLES_PERCENT = 90,
	NUMBERED_TITLE_MOST = 24, /* characters */
	FIELDS_MOST = 200,        /* whose labels are compared with all others */
	FOOTER_LEAST = 3,
	FOOTER_MOST = 60, /* characters */
	BARE_PAGES_LEAST = 3,
	TOC_LEAST = 3,
	TOC_DISTANCE = 5000, /* lines below it in which its lines must stand again */
	TOC_WINDOW = 600,    /* lines at the top in which a table of contents may stand */
};

bool line_is_furniture(const struct line *line)
{
	switch (line->role) {
	case ROLE_PAGE:
	case ROLE_RUNNING:
	case ROLE_TOC:
	case ROLE_SIGNATURE:
	case ROLE_CONTACT:
	case ROLE_ANNEX:
	case ROLE_WEB:
	case ROLE_CLOSING:
	case ROLE_FIELD:
	case ROLE_TALK:
	case ROLE_STAMP:
		return true;
	default:
		return line->text.len == 0;
	}
}

size_t text_line_behind(const struct line *lines, size_t count, size_t index)
{
	for (index++; index < count && line_is_furniture(&lines[index]); index++)
		;
	return index;
}

size_t text_line_before(const struct line *lines, size_t index)
{
	while (index > 0)
		if (!line_is_furniture(&lines[--index]))
			return index;
	return SIZE_MAX;
}

/* Whether an item or an answer begins in the line. */
static bool begins_something(const struct line *line)
{
	return line->escaped || line->part.kind != MARK_NONE || line->answered_inside ||
	       (line->mark.style != STYLE_NONE && asks(line->mark.rest));
}

/* Bullets stand before parts of a list more often than before questions. */
static bool is_numbered(const struct line *line)
{
	return line->mark.style != STYLE_NONE && line->mark.style != STYLE_BULLET;
}

static bool blank_before(const struct line *lines, size_t index)
{
	return index > 0 && lines[index - 1].text.len == 0;
}

bool line_is_first_of_answer(const struct line *lines, size_t index)
{
	const size_t before = text_line_before(lines, index);

	return before == SIZE_MAX || asks(lines[before].text) ||
	       (lines[before].part.kind == MARK_ANSWER && lines[before].part.rest.len == 0) ||
	       (is_numbered(&lines[before]) && !ends_a_sentence(lines[before].text));
}

static bool same_text(struct span a, struct span b)
{
	text_skip_blanks(&a);
	text_skip_blanks(&b);
	return a.len > 0 && span_equal(a, b);
}

static bool is_beside_page(const struct line *lines, size_t count, size_t index)
{
	return (index > 0 && lines[index - 1].special == SPECIAL_PAGE) ||
	       (index + 1 < count && lines[index + 1].special == SPECIAL_PAGE);
}

static bool is_twice_beside_pages(const struct line *lines, size_t count, size_t index)
{
	size_t times = 0;

	for (size_t i = 0; i < count && times < 2; i++)
		times += same_text(lines[index].text, lines[i].text) &&
		         is_beside_page(lines, count, i);
	return times == 2;
}

/* “ Title · Handbook · 3”: it begins with the title, and ends with a page behind a sign. */
static bool is_title_with_page(struct span text, struct span title)
{
	static const char *const signs[] = { "·", "|", "｜", "—", "-", "－", "/", NULL };
	size_t digits = 0;

	text_skip_blanks(&title);
	text_skip_blanks(&text);
	if (utf8_length(title) < TITLE_CHARACTERS_LEAST || text.len <= title.len ||
	    memcmp(text.ptr, title.ptr, title.len) != 0)
		return false;
	while (digits < text.len && text.ptr[text.len - digits - 1] >= '0' &&
	       text.ptr[text.len - digits - 1] <= '9')
		digits++;
	if (digits == 0)
		return false;
	text.len -= digits;
	text = text_trim(text);
	return text.len >= title.len && text_ends_with_one(text, signs);
}

static bool could_be_of_head(const struct line *line)
{
	return line->mark.style == STYLE_NONE && line->part.kind == MARK_NONE && !asks(line->text);
}

/*
 * A line of the head that stands again right behind or before a page mark, as where the head of a
 * paper goes on over its pages.
 */
static void find_head_again(struct line *lines, size_t count, size_t title)
{
	size_t looked = 0;

	for (size_t i = title + 1; i < count && looked < HEAD_LINES; i++) {
		if (lines[i].text.len == 0)
			continue;
		if (!could_be_of_head(&lines[i]))
			return;
		looked++;
		for (size_t j = i + 1; j < count; j++)
			if (is_beside_page(lines, count, j) &&
			    same_text(lines[j].text, lines[i].text) && lines[j].role == ROLE_BLANK)
				lines[j].role = ROLE_RUNNING;
	}
}

/* The document's title wherever it stands again. */
static void find_title_again(struct line *lines, size_t count)
{
	size_t title = 0;
	struct span text;

	while (title < count && line_is_furniture(&lines[title]))
		title++;
	if (title == count || asks(lines[title].text) || lines[title].part.kind != MARK_NONE)
		return;
	/* A title with a number could be a chapter: without it, it is a title. */
	text = lines[title].mark.style == STYLE_NONE ? lines[title].text : lines[title].mark.rest;
	for (size_t i = title + 1; i < count; i++)
		if (same_text(lines[i].text, text) ||
		    (lines[i].row == ROLE_BLANK && is_title_with_page(lines[i].text, text)))
			lines[i].role = ROLE_RUNNING;
	find_head_again(lines, count, title);
}

/* Lines such as “停车问答      第 2 页”, of which two in a row have the same title. */
static void find_titles_with_pages(struct line *lines, size_t count)
{
	size_t last = SIZE_MAX;

	for (size_t i = 0; i < count; i++) {
		if (lines[i].special != SPECIAL_RUNNING)
			continue;
		if (last != SIZE_MAX &&
		    same_text(running_title(lines[i].text), running_title(lines[last].text)))
			lines[i].role = lines[last].role = ROLE_RUNNING;
		last = i;
	}
}

/* The nearest line above or below that is not empty; SIZE_MAX where there is none. */
static size_t line_above(const struct line *lines, size_t index)
{
	while (index > 0)
		if (lines[--index].text.len > 0)
			return index;
	return SIZE_MAX;
}

static size_t line_below(const struct line *lines, size_t count, size_t index)
{
	for (index++; index < count; index++)
		if (lines[index].text.len > 0)
			return index;
	return SIZE_MAX;
}

/* A line that no text of an entry need be: nothing marks it, and it neither asks nor ends. */
static bool could_be_footer(const struct line *line)
{
	return line->text.len > 0 && !line_is_furniture(line) && !begins_something(line) &&
	       !is_numbered(line) && !asks(line->text) && !ends_a_sentence(line->text) &&
	       utf8_length(line->text) <= FOOTER_MOST;
}

static bool ends_a_page(const struct line *line)
{
	return line_is_furniture(line) || line->special == SPECIAL_NUMBER;
}

/* Where the page that the line ends or begins is seen: a page mark, or another running line. */
static bool is_beside_page_end(const struct line *lines, size_t count, size_t index)
{
	const size_t above = line_above(lines, index), below = line_below(lines, count, index);

	return (above != SIZE_MAX && ends_a_page(&lines[above])) ||
	       (below != SIZE_MAX && ends_a_page(&lines[below]));
}

/* Where no page is marked, empty lines stand above and below, as at the end of a printed page. */
static bool stands_alone(const struct line *lines, size_t count, size_t index)
{
	return blank_before(lines, index) && (index + 1 == count || lines[index + 1].text.len == 0);
}

/* Whether the answer that the line interrupts goes on behind it. */
static bool interrupts(const struct line *lines, size_t count, size_t index)
{
	const size_t above = line_above(lines, index), below = line_below(lines, count, index);

	return above != SIZE_MAX && below != SIZE_MAX && !begins_something(&lines[below]) &&
	       lines[below].mark.style == STYLE_NONE && !asks(lines[below].text);
}

/* Whether the line could be a footer where it stands; *at_page: a page mark shows that it is one.
 */
static bool stands_as_footer(const struct line *lines, size_t count, size_t index, bool *at_page)
{
	*at_page = is_beside_page_end(lines, count, index);
	return could_be_footer(&lines[index]) &&
	       (*at_page ||
	        (stands_alone(lines, count, index) && !line_is_first_of_answer(lines, index)));
}

/* The lines from one on that have the text are running titles or footers. */
static void mark_running(struct line *lines, size_t count, size_t from, struct span text)
{
	for (size_t i = from; i < count; i++)
		if (same_text(lines[i].text, text))
			lines[i].role = ROLE_RUNNING;
}

/*
 * A line that stands three times or more, each time at the end of a page. Without page marks one of
 * them at least must stand within an answer: else it ends each answer, and is a part of it.
 */
static void take_footer(struct line *lines, size_t count, size_t index)
{
	size_t times = 0, pages = 0, inside = 0;

	for (size_t i = 0; i < count; i++) {
		bool at_page;

		if (!same_text(lines[i].text, lines[index].text))
			continue;
		if (!stands_as_footer(lines, count, i, &at_page))
			return;
		times++;
		pages += at_page;
		inside += interrupts(lines, count, i);
	}
	if (times >= FOOTER_LEAST && (pages == times || inside > 0))
		mark_running(lines, count, 0, lines[index].text);
}

/* Footers of several lines are found from the page mark upwards. */
static void find_footers(struct line *lines, size_t count)
{
	size_t looked = 0;

	for (size_t i = count; i > 0 && looked < RUNNING_MOST; i--) {
		if (!could_be_footer(&lines[i - 1]) || (!is_beside_page_end(lines, count, i - 1) &&
		                                        !stands_alone(lines, count, i - 1)))
			continue;
		looked++;
		take_footer(lines, count, i - 1);
	}
}

/* Nothing but the next question or heading stands below the line. */
static bool is_unanswered(const struct line *lines, size_t count, size_t index)
{
	const size_t below = line_below(lines, count, index);

	return below == SIZE_MAX || lines[below].level > 0 || asks_plainly(lines[below].text) ||
	       (begins_something(&lines[below]) && lines[below].part.kind != MARK_ANSWER);
}

/* A question that nothing marks and nothing answers. */
static bool asks_in_vain(const struct line *lines, size_t count, size_t index)
{
	const struct line *line = &lines[index];

	return !line_is_furniture(line) && line->level == 0 && line->mark.style == STYLE_NONE &&
	       line->part.kind == MARK_NONE && asks_plainly(line->text) &&
	       is_unanswered(lines, count, index);
}

/* Whether the line's text stands three times or more from there on, and is never answered, but
 * perhaps in its last place. */
static bool asks_each_time_in_vain(const struct line *lines, size_t count, size_t index)
{
	size_t times = 0, answered = 0;
	bool last_answered = false;

	for (size_t i = index; i < count; i++) {
		if (!same_text(lines[index].text, lines[i].text))
			continue;
		times++;
		last_answered = !is_unanswered(lines, count, i);
		answered += last_answered;
	}
	return times >= FOOTER_LEAST && answered == (size_t)last_answered;
}

/* 这篇内容有帮助吗？ below each answer is of the page. */
static void find_asking_footers(struct line *lines, size_t count)
{
	size_t looked = 0;

	for (size_t i = 0; i < count && looked < RUNNING_MOST; i++) {
		if (!asks_in_vain(lines, count, i))
			continue;
		looked++;
		if (asks_each_time_in_vain(lines, count, i))
			mark_running(lines, count, i, lines[i].text);
	}
}

static void find_running(struct line *lines, size_t count)
{
	size_t looked = 0;

	for (size_t i = 0; i < count; i++)
		if (lines[i].special == SPECIAL_PAGE)
			lines[i].role = ROLE_PAGE;
	find_title_again(lines, count);
	find_titles_with_pages(lines, count);
	for (size_t i = 0; i < count; i++) {
		if (!is_beside_page(lines, count, i) || lines[i].mark.style != STYLE_NONE ||
		    line_is_furniture(&lines[i]) || looked++ > RUNNING_MOST)
			continue;
		if (is_twice_beside_pages(lines, count, i))
			lines[i].role = ROLE_RUNNING;
	}
	find_footers(lines, count);
	find_asking_footers(lines, count);
}

static bool stands_later(const struct line *lines, size_t count, size_t index)
{
	struct span text = without_page(lines[index].text);
	const struct item_mark mark = item_mark_read(text);

	for (size_t i = index + 1; i < count && i - index < TOC_DISTANCE; i++)
		if (same_text(lines[i].text, text) ||
		    (mark.style != STYLE_NONE && !mark.empty && utf8_length(mark.rest) >= 4 &&
		     same_text(lines[i].mark.rest, mark.rest)))
			return true;
	return false;
}

static void find_contents_by_pages(struct line *lines, size_t count, size_t window)
{
	for (size_t i = 0; i < window; i++)
		if (lines[i].role == ROLE_BLANK && lines[i].text.len > 0 &&
		    (lines[i].special == SPECIAL_TOC || lines[i].special == SPECIAL_TOC_HEAD) &&
		    (!memchr(lines[i].text.ptr, '\t', lines[i].text.len) ||
		     stands_later(lines, count, i))) /* else a row of a table may end so */
			lines[i].role = ROLE_TOC;
}

/* The lines that the table of contents names. */
static void find_listed(struct line *lines, size_t count, size_t window)
{
	for (size_t i = 0; i < window; i++) {
		const struct span text = without_page(lines[i].text);

		if (lines[i].role != ROLE_TOC || text_trim(text).len == 0)
			continue;
		for (size_t j = i + 1; j < count && j - i < TOC_DISTANCE; j++)
			if (!line_is_furniture(&lines[j]) && same_text(lines[j].text, text)) {
				lines[j].listed = true;
				break;
			}
	}
}

/* Lines at the top, one after another, that a table of contents may be. */
struct contents {
	size_t start, end, count;
	bool headed;
};

/* The lines that all stand again further down; they are headed, or the first one has a mark or
 * asks. */
static struct contents read_contents(const struct line *lines, size_t count, size_t window)
{
	struct contents found = { 0 };

	for (size_t i = 0; i < window && lines[i].part.kind != MARK_ANSWER; i++) {
		if (line_is_furniture(&lines[i]))
			continue;
		if (lines[i].special == SPECIAL_TOC_HEAD) {
			found = (struct contents){
				.start = i, .end = i, .count = 1, .headed = true
			};
		} else if (stands_later(lines, count, i) &&
		           (found.count > 0 || lines[i].mark.style != STYLE_NONE ||
		            asks(lines[i].text))) {
			found.start = found.count++ == 0 ? i : found.start;
			found.end = i;
		} else if (found.count > 0) {
			break;
		}
	}
	return found;
}

/* A table of contents; its lines stand again further down, or have a page. */
static void find_contents(struct line *lines, size_t count)
{
	const size_t window = count < TOC_WINDOW ? count : TOC_WINDOW;
	const struct contents found = read_contents(lines, count, window);

	if (found.count >= TOC_LEAST || (found.headed && found.count > 1))
		for (size_t i = found.start; i <= found.end; i++)
			if (!line_is_furniture(&lines[i]))
				lines[i].role = ROLE_TOC;
	find_contents_by_pages(lines, count, window);
	find_listed(lines, count, window);
}

bool line_is_introduced(const struct line *lines, size_t index)
{
	size_t before = text_line_before(lines, index);

	while (before != SIZE_MAX && before + 1 == index && !begins_something(&lines[before]) &&
	       lines[before].special == lines[index].special) {
		index = before;
		before = text_line_before(lines, index);
	}
	return before != SIZE_MAX && ends_with_colon(lines[before].text);
}

/* The line above or below, empty ones left out, is a running title. */
static bool is_beside_running(const struct line *lines, size_t count, size_t index)
{
	size_t above = index, below = index + 1;

	while (above > 0 && lines[above - 1].text.len == 0)
		above--;
	while (below < count && lines[below].text.len == 0)
		below++;
	return (above > 0 && lines[above - 1].role == ROLE_RUNNING) ||
	       (below < count && lines[below].role == ROLE_RUNNING);
}

/*
 * Lines that are nothing but a number are the pages if all of them rise, and there are so many that
 * no answers would be, or each stands beside a running title.
 */
static void find_bare_pages(struct line *lines, size_t count)
{
	size_t found = 0, beside = 0;
	int last = 0;

	for (size_t i = 0; i < count; i++) {
		const int number = bare_number_read(lines[i].text);

		if (lines[i].special != SPECIAL_NUMBER)
			continue;
		if (number <= last || line_is_first_of_answer(lines, i))
			return;
		last = number;
		beside += is_beside_running(lines, count, i) ||
		          (beside > 0 && text_line_behind(lines, count, i) == count);
		found++;
	}
	if (found < BARE_PAGES_LEAST && beside < found)
		return;
	for (size_t i = 0; i < count; i++)
		if (lines[i].special == SPECIAL_NUMBER)
			lines[i].role = ROLE_PAGE;
}

/* 编号：, 责任部门： and the like, if the document has one of them three times or more. */
static bool field_label(const struct line *line, struct span *label)
{
	struct span rest = line->text;

	return (line->special == SPECIAL_FIELD || line->special == SPECIAL_DATE) &&
	       line->part.kind == MARK_NONE &&
	       (boxed_label_skip(&rest, label) || label_skip(&rest, label));
}

static void find_fields(struct line *lines, size_t count)
{
	size_t fields = 0;

	for (size_t i = 0; i < count; i++) {
		struct span label, same;
		size_t times = 0;

		if (line_is_furniture(&lines[i]) || fields > FIELDS_MOST ||
		    !field_label(&lines[i], &label))
			continue;
		fields++;
		for (size_t j = 0; j < count; j++)
			times += field_label(&lines[j], &same) && span_equal(label, same);
		for (size_t j = i; j < count && times >= FIELD_LEAST; j++)
			if (field_label(&lines[j], &same) && span_equal(label, same))
				lines[j].role = ROLE_FIELD;
	}
}

/* 案例3: what stands before the number, and the number; 0 where the line is no such counter. */
static int counter_read(const struct line *lines, size_t count, size_t index, struct span *head)
{
	struct span rest = lines[index].text;
	size_t next;
	int number;

	*head = (struct span){ rest.ptr, 0 };
	if (rest.len == 0 || utf8_length(rest) > COUNTER_MOST)
		return 0;
	next = text_line_behind(lines, count, index);
	if (next == count || lines[next].mark.empty || !style_asks(lines[next].mark.style))
		return 0;
	while (rest.len > 0 && (rest.ptr[0] < '0' || rest.ptr[0] > '9'))
		rest = (struct span){ rest.ptr + 1, rest.len - 1 };
	head->len = (size_t)(rest.ptr - head->ptr);
	return number_skip_arabic(&rest, &number) && utf8_length(rest) <= 1 ? number : 0;
}

/* Lines such as 第1题 or 案例1 that count the questions, each right above the mark of one. */
static void find_counters(struct line *lines, size_t count)
{
	struct span head, first = { 0 };
	int last = 0;

	for (size_t i = 0; i < count; i++) {
		const int number = counter_read(lines, count, i, &head);

		if (number == 1 && last == 0)
			first = head;
		last += number == last + 1 && span_equal(head, first);
	}
	for (size_t i = 0; i < count && last >= COUNTERS_LEAST; i++)
		if (counter_read(lines, count, i, &head) > 0 && span_equal(head, first))
			lines[i].role = ROLE_FIELD;
}

/* No mark, or one that has no number: bold, or a heading. */
static bool could_be_numbered(const struct line *line)
{
	return line->part.kind == MARK_NONE && !line->escaped && line->mark.number == 0 &&
	       (line->mark.style == STYLE_NONE || line->mark.style == STYLE_STRONG ||
	        line->mark.style == STYLE_HEADING);
}

/* 01: nothing but a number, with a line below that has none; 0 for none. */
static int number_above(const struct line *lines, size_t count, size_t index)
{
	struct span rest = text_trim(lines[index].text);
	size_t next;
	int number;

	if (lines[index].row != ROLE_BLANK || lines[index].escaped || rest.len == 0 ||
	    !number_skip_arabic(&rest, &number) || rest.len > 0)
		return 0;
	next = text_line_behind(lines, count, index);
	return next < count && could_be_numbered(&lines[next]) ? number : 0;
}

/* The line is a title: short, right below its number, and over a sentence. */
static bool is_title_below(const struct line *lines, size_t count, size_t index)
{
	return index + 2 < count && lines[index + 1].text.len > 0 &&
	       !ends_a_sentence(lines[index + 1].text) &&
	       utf8_length(lines[index + 1].text) <= NUMBERED_TITLE_MOST &&
	       ends_a_sentence(lines[index + 2].text);
}

static void give_number(struct line *line, int number, struct span shown)
{
	if (line->mark.style == STYLE_NONE)
		line->mark = (struct item_mark){ .style = STYLE_ARABIC,
			                         .shown = shown,
			                         .rest = line->text };
	line->mark.number = number;
}

/* Numbers alone on their lines, and the lines right below them. */
struct numbers_above {
	size_t count, gaps;
	size_t asking, titles; /* of the lines below */
};

/* False where they do not rise; they may begin again, and one here and there may be missing. */
static bool read_numbers_above(const struct line *lines, size_t count, struct numbers_above *found)
{
	int last = 0;

	*found = (struct numbers_above){ 0 };
	for (size_t i = 0; i < count; i++) {
		const int number = number_above(lines, count, i);

		if (number == 0)
			continue;
		if (number != 1 && (number <= last || number > last + NUMBERS_GAP_MOST))
			return false;
		found->gaps += number != 1 && number != last + 1;
		last = number;
		found->count++;
		found->asking += asks(lines[text_line_behind(lines, count, i)].text);
		found->titles += is_title_below(lines, count, i);
	}
	return true;
}

/* Hardly a number is missing, and most lines below them ask, or are titles. */
static bool are_of_questions(const struct numbers_above *found)
{
	if (found->count < COUNTERS_LEAST || found->gaps * NUMBERS_PER_GAP > found->count)
		return false;
	return found->asking * 100 >= found->count * ABOVE_PERCENT ||
	       (found->gaps == 0 && found->titles * 100 >= found->count * TITLES_PERCENT);
}

/* Numbers alone on their lines, if they count the lines below: each is the mark of that line. */
static void find_numbers_above(struct line *lines, size_t count)
{
	struct numbers_above found;

	if (!read_numbers_above(lines, count, &found) || !are_of_questions(&found))
		return;
	for (size_t i = 0; i < count; i++) {
		const int number = number_above(lines, count, i);

		if (number == 0)
			continue;
		give_number(&lines[text_line_behind(lines, count, i)], number, lines[i].text);
		lines[i].role = ROLE_FIELD;
	}
}

/* Text stands above and below, and the one below begins nothing. */
static bool stands_within_text(const struct line *lines, size_t count, size_t index)
{
	const size_t above = line_above(lines, index), below = line_below(lines, count, index);

	return above != SIZE_MAX && below != SIZE_MAX && !line_is_furniture(&lines[above]) &&
	       !line_is_furniture(&lines[below]) && !begins_something(&lines[below]) &&
	       !is_numbered(&lines[below]) && !asks(lines[below].text);
}

/*
 * Rules, if each parts something: none stands within the text of an answer. One behind the last
 * line that begins something may part the end.
 */
static void find_rules(struct line *lines, size_t count)
{
	size_t last = count;

	while (last > 0 && !begins_something(&lines[last - 1]) && !asks(lines[last - 1].text))
		last--;
	for (size_t i = 0; i < last; i++)
		if (lines[i].special == SPECIAL_RULE && stands_within_text(lines, count, i))
			return;
	for (size_t i = 0; i < count; i++)
		if (lines[i].special == SPECIAL_RULE)
			lines[i].role = ROLE_FIELD;
}

void furniture_find(struct line *lines, size_t count)
{
	find_fields(lines, count);
	find_counters(lines, count);
	find_numbers_above(lines, count);
	find_rules(lines, count);
	find_running(lines, count);
	find_bare_pages(lines, count);
	find_contents(lines, count);
	/* What stands in a row of a table is of that row, whatever it looks like. */
	for (size_t i = 0; i < count; i++)
		if (lines[i].row != ROLE_BLANK)
			lines[i].role = ROLE_BLANK;
}
