/*
 * A label is a short word before a colon or in brackets at the start of a line. Those that stand in
 * the document twice or more are counted. Of those that name a question, the one that stands most
 * often begins the questions; of those that name an answer, the one that most often follows it
 * begins the answers. From the first labelled line of a record to its answer, every other label
 * that stands again is a field.
 */
#include "office/exchange/document_labels.h"

#include <stdint.h>

#include "office/exchange/document_furniture.h"
#include "office/exchange/heads.h"

enum {
	LABELS_MOST = 64,
	RECORDS_LEAST = 2,
	TIMES_LEAST = 2,   /* that a label of a field stands */
	APART_MOST = 20,   /* lines of a question and its answer that are no record */
	ANSWERS_LEAST = 3, /* that a label stands of which only its place is known */
};

struct label {
	struct span name;
	enum column column;
	size_t times, first; /* the line in which it stands first */
};

struct labels {
	struct label items[LABELS_MOST];
	size_t count;
};

static bool label_of(const struct line *line, struct span *name, struct span *rest)
{
	*rest = line->text;
	if (line->escaped || line->text.len == 0)
		return false;
	if (boxed_label_skip(rest, name))
		return true;
	*rest = line->text;
	return label_skip(rest, name);
}

static struct label *find(struct labels *labels, struct span name)
{
	for (size_t i = 0; i < labels->count; i++)
		if (span_equal(labels->items[i].name, name))
			return &labels->items[i];
	return NULL;
}

static void count_labels(struct labels *labels, const struct line *lines, size_t count)
{
	struct span name, rest;

	for (size_t i = 0; i < count; i++) {
		struct label *label;

		if (!label_of(&lines[i], &name, &rest))
			continue;
		label = find(labels, name);
		if (label)
			label->times++;
		else if (labels->count < LABELS_MOST)
			labels->items[labels->count++] =
			        (struct label){ name, head_read(name), 1, i };
	}
}

static const struct label *most_of(const struct labels *labels, enum column column)
{
	const struct label *best = NULL;

	for (size_t i = 0; i < labels->count; i++)
		if (labels->items[i].column == column && labels->items[i].times >= RECORDS_LEAST &&
		    (!best || labels->items[i].times > best->times))
			best = &labels->items[i];
	return best;
}

/* How often the second label stands behind the first, before the first one stands again. */
static size_t count_records(const struct line *lines, size_t count, const struct label *question,
                            const struct label *answer)
{
	struct span name, rest;
	bool open = false;
	size_t records = 0;

	for (size_t i = 0; i < count; i++) {
		if (!label_of(&lines[i], &name, &rest))
			continue;
		if (open && span_equal(name, answer->name)) {
			records++;
			open = false;
		}
		open |= span_equal(name, question->name);
	}
	return records;
}

/* Whether an answer stands behind the line before the label of questions does: it is none of these
 * records then, but a question that is marked in another way. */
static bool is_answered_apart(struct labels *labels, const struct line *lines, size_t count,
                              size_t index, const struct label *question)
{
	for (size_t i = index + 1; i < count && i - index <= APART_MOST; i++) {
		struct span name, rest;
		const bool labelled = label_of(&lines[i], &name, &rest);
		const struct label *label = labelled ? find(labels, name) : NULL;

		if (labelled && span_equal(name, question->name))
			return false;
		if (lines[i].part.kind == MARK_ANSWER || (label && label->column == COLUMN_ANSWER))
			return true;
	}
	return false;
}

static void mark_records(struct labels *labels, struct line *lines, size_t count,
                         const struct label *question, const struct label *answer)
{
	bool in_head = true; /* of a record: before its answer */
	bool asked = false;  /* its question stood already */

	for (size_t i = 0; i < count; i++) {
		struct line *line = &lines[i];
		struct span name, rest;
		const struct label *label;

		/* An empty line parts records, but also paragraphs of an answer. */
		if (!label_of(line, &name, &rest))
			continue;
		label = find(labels, name);
		if (span_equal(name, question->name)) {
			line->mark = (struct item_mark){
				.style = STYLE_WEN,
				.shown = { line->text.ptr, (size_t)(rest.ptr - line->text.ptr) },
				.empty = rest.len == 0,
				.rest = rest
			};
			line->part = (struct mark){ .kind = MARK_NONE, .rest = rest };
			for (size_t above = i; above > 0 && lines[above - 1].text.len > 0;
			     above--) {
				struct line *field = &lines[above - 1];

				label = label_of(field, &name, &rest) ? find(labels, name) : NULL;
				/* What no question follows first is of an answer. */
				if (!label || label->times < TIMES_LEAST ||
				    span_equal(name, question->name) ||
				    span_equal(name, answer->name) ||
				    label->first > question->first || field->part.kind != MARK_NONE)
					break;
				field->role = ROLE_FIELD;
			}
			in_head = asked = true;
		} else if (span_equal(name, answer->name)) {
			line->part = (struct mark){ .kind = MARK_ANSWER, .rest = rest };
			in_head = asked = false;
		} else if (in_head && label && label->times >= TIMES_LEAST &&
		           line->part.kind == MARK_NONE &&
		           (asked || label->column != COLUMN_QUESTION ||
		            !is_answered_apart(labels, lines, count, i, question))) {
			line->role = ROLE_FIELD;
		}
	}
}

/* Another label stands as often behind it: they part an answer, as 条件：, 材料：, 时限：. */
static bool is_one_of_several(const struct labels *labels, const struct label *label)
{
	for (size_t i = 0; i < labels->count; i++)
		if (labels->items[i].first > label->first &&
		    labels->items[i].times * 2 > label->times)
			return true;
	return false;
}

/*
 * Where no question has a label, and no answer a known mark: a label that stands behind what could
 * be a question, each time, or is known as a head of answers.
 */
static const struct label *find_behind(const struct labels *labels, const struct line *lines,
                                       size_t count)
{
	const struct label *best = NULL;

	for (size_t k = 0; k < labels->count; k++) {
		const struct label *label = &labels->items[k];
		size_t behind = 0, last = SIZE_MAX; /* the line of text above */

		if (label->times < ANSWERS_LEAST ||
		    (label->column != COLUMN_ANSWER && is_one_of_several(labels, label)))
			continue;
		for (size_t i = 0; i < count; i++) {
			struct span name, rest;
			const size_t above = last;

			if (!line_is_furniture(&lines[i]))
				last = i;
			if (above == SIZE_MAX || !label_of(&lines[i], &name, &rest) ||
			    !span_equal(name, label->name))
				continue;
			behind += lines[above].mark.style != STYLE_NONE || asks(lines[above].text);
		}
		if (behind == label->times && (!best || label->times > best->times))
			best = label;
	}
	return best;
}

static bool any_answer(const struct line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (lines[i].part.kind == MARK_ANSWER || lines[i].answered_inside)
			return true;
	return false;
}

static void mark_answers(struct line *lines, size_t count, const struct label *answer)
{
	struct span name, rest;

	for (size_t i = 0; i < count; i++)
		if (label_of(&lines[i], &name, &rest) && span_equal(name, answer->name))
			lines[i].part = (struct mark){ .kind = MARK_ANSWER, .rest = rest };
}

bool labels_find_records(struct line *lines, size_t count)
{
	struct labels labels = { .count = 0 };
	const struct label *question, *answer;

	count_labels(&labels, lines, count);
	question = most_of(&labels, COLUMN_QUESTION);
	if (!question)
		question = most_of(&labels, COLUMN_TITLE);
	if (!question)
		question = most_of(&labels, COLUMN_DETAIL);
	answer = most_of(&labels, COLUMN_ANSWER);
	if (!answer)
		answer = most_of(&labels, COLUMN_CONTENT);
	if (!question && answer)
		question = most_of(&labels, COLUMN_CONTENT);
	if (!question || !answer || question == answer ||
	    count_records(lines, count, question, answer) < RECORDS_LEAST)
		return false;
	mark_records(&labels, lines, count, question, answer);
	return true;
}

void labels_find_answers(struct line *lines, size_t count)
{
	struct labels labels = { .count = 0 };
	const struct label *answer;

	if (any_answer(lines, count))
		return;
	count_labels(&labels, lines, count);
	answer = find_behind(&labels, lines, count);
	if (answer)
		mark_answers(lines, count, answer);
}
