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
#include "office/exchange/document_behind.h"
#include "office/exchange/document_closing.h"
#include "office/exchange/document_furniture.h"
#include "office/exchange/document_labels.h"
#include "office/exchange/document_lines.h"
#include "office/exchange/document_prefixes.h"
#include "office/exchange/document_talk.h"
#include "office/exchange/document_walk.h"
#include "office/exchange/document_wraps.h"

enum {
	LEVELS = 7,
	LEADS_LEAST = 3,
	LEADS_PERCENT = 60,  /* of them, that ask */
	SECOND_PERCENT = 80, /* of the points of the best reading */
};

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
		if (line->row != ROLE_BLANK)
			return false;
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

/* One reading as it was walked: what it is worth, and its first item. */
struct trial {
	struct reading reading;
	long points;
	size_t items, first;
	size_t asking; /* of the items */
};

/* False where no line is marked so. */
static bool try_reading(struct reading_result *out, struct reading reading, bool any_answer_mark,
                        struct trial *trial, size_t *seen)
{
	struct walk walk;
	size_t lines = 0;

	for (size_t i = 0; i < out->count && !reading_is_unmarked(reading); i++)
		lines += !line_is_furniture(&out->lines[i]) &&
		         out->lines[i].mark.style == reading.style &&
		         (reading.style != STYLE_HEADING ||
		          out->lines[i].mark.level == reading.level);
	if (lines == 0 && !reading_is_unmarked(reading))
		return false;
	if (lines > *seen) {
		*seen = lines;
		out->seen = reading.style;
	}
	walk_begin(&walk, out->lines, out->count, reading, any_answer_mark);
	walk_read(&walk);
	*trial = (struct trial){ reading, walk.points, walk.items, out->count, 0 };
	for (size_t i = out->count; i-- > 0;) {
		if (out->lines[i].role != ROLE_QUESTION)
			continue;
		trial->first = i;
		trial->asking += asks(out->lines[i].rest);
	}
	return walk.items > 0;
}

/* The second best is told where it is nearly as good, and takes other lines for questions. */
static void keep_second(struct reading_result *out, const struct trial *best,
                        const struct trial *second)
{
	const struct line *line;

	if (second->items == 0 || second->items == best->items || second->first == best->first ||
	    second->points <= 0 || second->points * 100 < best->points * SECOND_PERCENT)
		return;
	line = &out->lines[second->first];
	out->second_items = second->items;
	out->second_example =
	        line->mark.style == STYLE_NONE ? line->text : text_drop_end(line->mark.shown);
}

static bool is_below_question(const struct line *lines, size_t index, bool parted)
{
	const size_t above = parted ? text_line_before(lines, index) : index - 1;

	return above < index && lines[above].role == ROLE_QUESTION;
}

/* Each of them has a text, right below where they do not ask, and hardly a line stands outside. */
static bool leads_hold(const struct reading_result *out, bool ask)
{
	size_t leads = 0, answered = 0, outside = 0;

	for (size_t i = 0; i < out->count; i++) {
		const enum role role = out->lines[i].role;

		leads += role == ROLE_QUESTION;
		answered += role == ROLE_TEXT && is_below_question(out->lines, i, ask);
		outside += role == ROLE_HEAD;
	}
	return answered * 4 >= leads * 3 && outside * 4 <= leads;
}

/* Most of them ask, and far more than under the best reading. */
static bool leads_ask(const struct trial *leads, const struct trial *best)
{
	return leads->asking >= LEADS_LEAST && leads->asking > best->asking * 2 &&
	       leads->asking * 100 >= leads->items * LEADS_PERCENT;
}

/*
 * Whether what stands over each block is a better reading: where nothing asks and nothing is
 * marked, it is all there is; else it must ask, as where the marks are those of chapters.
 */
static bool try_leads(struct reading_result *out, const struct trial *best, struct trial *trial)
{
	size_t seen = 0;

	if (!try_reading(out, (struct reading){ STYLE_LEAD, 0 }, false, trial, &seen) ||
	    trial->items < LEADS_LEAST)
		return false;
	if (leads_ask(trial, best))
		return leads_hold(out, true);
	return best->items < LEADS_LEAST && leads_hold(out, false);
}

static void choose(struct reading_result *out, bool any_answer_mark)
{
	struct trial best = { .items = 0 }, second = { .items = 0 }, trial;
	size_t seen = 0;

	for (int style = STYLE_ARABIC; style < STYLE_COUNT; style++) {
		const int levels = style == STYLE_HEADING ? LEVELS : 1;

		if (style == STYLE_CHAPTER || style == STYLE_LEAD)
			continue;
		for (int level = 0; level < levels; level++) {
			const struct reading reading = { (enum style)style, level };

			if (!try_reading(out, reading, any_answer_mark, &trial, &seen))
				continue;
			if (best.items == 0 || trial.points > best.points) {
				second = best;
				best = trial;
			} else if (second.items == 0 || trial.points > second.points) {
				second = trial;
			}
		}
	}
	if (!any_answer_mark && try_leads(out, &best, &trial))
		best = trial;
	out->items = best.items;
	out->reading = best.reading;
	keep_second(out, &best, &second);
}

static void tell_example(struct reading_result *out)
{
	for (size_t i = 0; i < out->count && out->example.len == 0; i++)
		if (out->lines[i].role == ROLE_QUESTION && out->lines[i].mark.style != STYLE_NONE)
			out->example = text_drop_end(out->lines[i].mark.shown);
}

/*
 * Cases of an item none of which has an advice, nor text below that could be one, are lines of
 * text. What stands below the last one alone may go on with the answer.
 */
static void keep_as_text(struct line *lines, size_t from, size_t to)
{
	size_t cases = 0, followed = 0;
	bool below = true, last = false;

	for (size_t i = from; i < to; i++) {
		if (lines[i].role == ROLE_ADVICE)
			return;
		if (lines[i].role == ROLE_CASE) {
			cases++;
			below = last = false;
		} else if (lines[i].role == ROLE_TEXT && !below) {
			followed++;
			below = last = true;
		}
	}
	if (followed > (size_t)(last && cases > 1))
		return;
	for (size_t i = from; i < to; i++) {
		if (lines[i].role != ROLE_CASE)
			continue;
		lines[i].role = ROLE_TEXT;
		lines[i].rest = lines[i].text;
	}
}

static void find_plain_cases(struct reading_result *out)
{
	size_t first = 0;

	for (size_t i = 0; i <= out->count; i++) {
		if (i < out->count && out->lines[i].role != ROLE_QUESTION)
			continue;
		keep_as_text(out->lines, first, i);
		first = i;
	}
}

static enum status guess(struct reading_result *out)
{
	enum status status;
	struct walk walk;
	bool any = false;

	lines_mark(out->lines, out->count);
	if (!labels_find_records(out->lines, out->count))
		talk_find(out->lines, out->count);
	status = prefixes_find(out->lines, out->count);
	if (status != STATUS_OK)
		return status;
	labels_find_answers(out->lines, out->count);
	for (size_t i = 0; i < out->count; i++)
		any |= line_is_answer(&out->lines[i]) || out->lines[i].answered_inside;
	out->answers_marked = any;
	furniture_find(out->lines, out->count);
	choose(out, any);
	if (out->items == 0)
		return STATUS_OK;
	walk_begin(&walk, out->lines, out->count, out->reading, any);
	walk_read(&walk);
	out->items = walk.items;
	status = answers_behind_join(out);
	if (status != STATUS_OK)
		return status;
	closing_leave_out(out);
	find_plain_cases(out);
	closing_doubt(out);
	return STATUS_OK;
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
	                      lines_split(input, &read.lines, &read.count) == STATUS_OK &&
	                      read_exported(&read);

	reading_deinit(&read);
	return exported;
}

enum status document_read(struct span input, struct reading_result *out)
{
	enum status status;

	*out = (struct reading_result){ 0 };
	status = lines_split(input, &out->lines, &out->count);
	if (status != STATUS_OK)
		return status;
	if (read_exported(out)) {
		out->reading = (struct reading){ .style = STYLE_ARABIC };
		out->answers_marked = out->exported = true;
	} else {
		out->items = 0;
		for (size_t i = 0; i < out->count; i++)
			out->lines[i].role = ROLE_BLANK;
		lines_unquote(out->lines, out->count);
		status = wraps_join(out);
		if (status != STATUS_OK)
			return status;
		status = guess(out);
		if (status != STATUS_OK)
			return status;
	}
	tell_example(out);
	return STATUS_OK;
}

void reading_deinit(struct reading_result *read)
{
	free(read->lines);
	free(read->joined);
}
