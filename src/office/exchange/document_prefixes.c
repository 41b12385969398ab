/*
 * A prefix is a short word with a number, brackets or a sign behind it, at the start of a line. Its
 * kind is the prefix without its number. Kinds that stand three times or more are compared in
 * pairs: they mark questions and answers if one follows the other each time. A kind that asks each
 * time and has the answer as its next one (追问 beside 咨询) marks questions, too. Before the
 * first question that is marked and behind the last one, another pair may stand; behind numbers, a
 * label may stand before the questions of a part of the document only.
 */
#include "office/exchange/document_prefixes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "office/exchange/document_furniture.h"
#include "office/exchange/heads.h"
#include "office/exchange/line_numbers.h"

enum {
	KINDS_MOST = 24,
	KIND_SIZE = 64,
	WORD_MOST = 10, /* letters of a word in Latin letters */
	HAN_MOST = 4,   /* characters of one in Chinese, in brackets or before a number */
	TIMES_LEAST = 3,
	TURNS_PERCENT = 80, /* of the lines of either kind that stand in turn */
	PAIRS_MOST = 4,     /* that follow one another in a document */
};

/* What stands at the start of a line, taken for a prefix. */
struct start {
	const char *at;
	struct span word;
	size_t length; /* of the word, in characters */
	int number;    /* 0: it has none */
	bool opened;   /* a bracket stands before the word */
	bool han;      /* the word has Chinese characters */
	bool sign;     /* one that belongs to a number stands before it: 第 - # */
};

struct prefix {
	int kind; /* -1: none that stands again */
	int number;
	struct span rest;
};

struct kinds {
	char names[KINDS_MOST][KIND_SIZE];
	size_t times[KINDS_MOST];
	size_t count;
};

static bool is_han(uint32_t point)
{
	return point >= 0x4e00 && point <= 0x9fff;
}

/* Latin letters of either width. */
static bool is_letter(uint32_t point)
{
	return (point >= 'A' && point <= 'Z') || (point >= 'a' && point <= 'z') ||
	       (point >= 0xff21 && point <= 0xff3a) || (point >= 0xff41 && point <= 0xff5a);
}

static size_t skip_word(struct span *text, bool *han)
{
	size_t length = 0, offset = 0;

	*han = false;
	while (offset < text->len && length <= WORD_MOST) {
		size_t next = offset;
		const uint32_t point = utf8_next(*text, &next);

		if (!is_letter(point) && !is_han(point))
			break;
		*han |= is_han(point);
		offset = next;
		length++;
	}
	*text = (struct span){ text->ptr + offset, text->len - offset };
	return length;
}

static bool text_begins(struct span text, const char *start)
{
	return text_skip(&text, start);
}

/* Too long for a word before a number, or for one with nothing but a blank behind it. */
static bool is_long(const struct start *start)
{
	const bool marked = start->opened || start->number > 0;

	return start->length > (start->han ? (size_t)HAN_MOST : (size_t)WORD_MOST) ||
	       (start->han && !marked && start->length > 1);
}

static void skip_number(struct span *text, int *number)
{
	struct span digits = *text;

	if (number_skip_arabic(&digits, number))
		*text = digits;
	else
		*number = 0;
}

/* What ends a prefix; a bracket must close that was opened. */
static bool skip_end(struct span *text, bool opened)
{
	static const char *const closes[] = { "】", "]", "］", "〕", "〗",
		                              "）", ")", "」", ">",  NULL };
	static const char *const behind[] = { "：", ":", "、", ".",  "．", "=",  "#", "条",
		                              "题", " ", "\t", "　", "】", "》", NULL };
	bool ended = opened && text_skip_one(text, closes);

	if (opened && !ended)
		return false;
	while (text_skip_one(text, behind))
		ended = true;
	return ended;
}

/* 故障一 before a colon: the number at the end of the word. */
static bool split_chinese_number(struct start *start, struct span behind)
{
	static const char *const colons[] = { "：", ":", NULL };
	size_t at = 0;

	if (!start->han || !text_skip_one(&behind, colons))
		return false;
	while (at < start->word.len) {
		struct span number = { start->word.ptr + at, start->word.len - at };

		if (at > 0 && number_skip_chinese(&number, &start->number) && number.len == 0) {
			start->length -= utf8_length(
			        (struct span){ start->word.ptr + at, start->word.len - at });
			start->word.len = at;
			return true;
		}
		(void)utf8_next(start->word, &at);
	}
	start->number = 0;
	return false;
}

static struct start read_start(struct span *text)
{
	static const char *const opens[] = {
		"【", "[", "［", "〔", "〖", "（", "(", "「", "<", NULL
	};
	static const char *const before[] = { ".", "．", "-", "－", " ", "#", "第", NULL };
	struct start start = { .at = text->ptr };
	struct span number, behind;

	start.opened = text_skip_one(text, opens);
	start.word = *text;
	start.length = skip_word(text, &start.han);
	start.word.len -= text->len;
	if (split_chinese_number(&start, *text))
		return start;
	/* 第3条: the word is the sign before the number. */
	start.sign = text_ends_with(start.word, "第") || text_skip_one(text, before);
	number = *text;
	skip_number(&number, &start.number);
	/* A 3号楼: behind a blank, a number that nothing parts from what follows is of that. */
	behind = number;
	if (text->ptr > start.at && text->ptr[-1] == ' ' && !skip_end(&behind, start.opened))
		start.number = 0;
	else
		*text = number;
	return start;
}

/* A number alone is one only within brackets, behind a sign or before #; `behind` is the rest. */
static bool could_be_prefix(const struct start *start, struct span behind)
{
	if (start->length == 0)
		return start->number != 0 &&
		       (start->sign || start->opened || text_begins(behind, "#"));
	return !is_long(start);
}

/* 问题1停电了: where no bracket stands before it, nothing need stand behind it. */
static bool ends_by_itself(const struct start *start)
{
	return (start->han && !start->opened && start->number > 0 && start->length > 1) ||
	       (start->sign && start->number == 0 && start->length > 0);
}

/* The kind: the word, whether it has a number, and the sign behind it, which ends at `end`. */
static void name_kind(const struct start *start, const char *end, char *kind)
{
	const char *behind = !start->opened && end > start->at ? "." : "";

	snprintf(kind, KIND_SIZE, "%.1s%.*s%s%s", start->opened ? start->at : "",
	         (int)(start->word.len < 40 ? start->word.len : 40), start->word.ptr,
	         start->number > 0 ? "0" : "", behind);
}

/* A word, a number or both, with a sign behind them; `kind` names it without the number. */
static bool prefix_read(struct span line, char *kind, int *number, struct span *rest)
{
	struct span text = text_trim(line);
	struct start start;
	bool ended;

	adornment_skip(&text);
	start = read_start(&text);
	*number = start.number;
	if (!could_be_prefix(&start, text))
		return false;
	ended = skip_end(&text, start.opened);
	if (!ended && (start.opened || !ends_by_itself(&start)))
		return false;
	*rest = text_trim(text);
	name_kind(&start, text.ptr, kind);
	return true;
}

/* A mark that is known, with a word behind it: 1、问 …. */
static bool read_behind_mark(const struct line *line, char *kind, int *number, struct span *rest)
{
	char inner[KIND_SIZE];
	int none;

	if (line->mark.style == STYLE_NONE || line->mark.style == STYLE_HEADING ||
	    line->mark.number == 0 || !prefix_read(line->mark.rest, inner, &none, rest) || none > 0)
		return false;
	snprintf(kind, KIND_SIZE, "0%.60s", inner);
	*number = line->mark.number;
	return true;
}

/* 咨询：, as labels.c reads it. */
static bool read_label(const struct line *line, char *kind, int *number, struct span *rest)
{
	struct span name;

	*rest = line->text;
	if (line->mark.style != STYLE_NONE || !label_skip(rest, &name))
		return false;
	*number = 0;
	snprintf(kind, KIND_SIZE, "%.*s:", (int)(name.len < 48 ? name.len : 48), name.ptr);
	return true;
}

/* 01新生儿…？: a number right before a question, as where a page prints it in a field of its own.
 */
static bool read_glued(const struct line *line, char *kind, int *number, struct span *rest)
{
	struct span text = text_trim(line->text);
	size_t offset = 0;

	if (line->mark.style != STYLE_NONE || !number_skip_arabic(&text, number) || *number <= 0 ||
	    text.len == 0 || !is_han(utf8_next(text, &offset)) || !asks(text))
		return false;
	*rest = text;
	snprintf(kind, KIND_SIZE, "0");
	return true;
}

static bool read_any(const struct line *line, char *kind, int *number, struct span *rest)
{
	if (line->escaped || line->text.len == 0 || line_is_furniture(line))
		return false;
	if (line->part.kind == MARK_ANSWER) {
		*number = 0;
		*rest = line->part.rest;
		snprintf(kind, KIND_SIZE, "=");
		return true;
	}
	return read_behind_mark(line, kind, number, rest) ||
	       ((line->mark.style == STYLE_NONE || line->mark.style == STYLE_Q) &&
	        prefix_read(line->text, kind, number, rest)) ||
	       read_label(line, kind, number, rest) || read_glued(line, kind, number, rest);
}

static int take_kind(struct kinds *kinds, const char *name)
{
	size_t at = 0;

	while (at < kinds->count && strcmp(kinds->names[at], name) != 0)
		at++;
	if (at == KINDS_MOST)
		return -1;
	if (at == kinds->count) {
		snprintf(kinds->names[at], KIND_SIZE, "%s", name);
		kinds->times[kinds->count++] = 0;
	}
	kinds->times[at]++;
	return (int)at;
}

/* Which kinds ask in each of their lines, each time with an answer as the next line of any kind. */
static void find_askers(const struct prefix *prefixes, size_t count, int answer, bool *askers)
{
	int before = -1;

	for (int kind = 0; kind < KINDS_MOST; kind++)
		askers[kind] = kind != answer;
	for (size_t i = 0; i < count; i++) {
		const int kind = prefixes[i].kind;

		if (kind < 0)
			continue;
		if (before >= 0 && kind != answer)
			askers[before] = false;
		if (!asks(prefixes[i].rest))
			askers[kind] = false;
		before = kind;
	}
	if (before >= 0)
		askers[before] = false;
}

/* How often the second kind follows the first one or an asker, no other line of them between. */
static size_t count_turns(const struct line *lines, const struct prefix *prefixes, size_t count,
                          int first, int second, const bool *askers, size_t *asking)
{
	size_t turns = 0, at = SIZE_MAX;

	*asking = 0;
	for (size_t i = 0; i < count; i++) {
		const int kind = prefixes[i].kind;

		if (kind >= 0 && (kind == first || askers[kind])) {
			at = i;
		} else if (kind == second && at != SIZE_MAX) {
			turns++;
			/* A question of several lines asks in its last one, above the answer. */
			*asking += asks(prefixes[at].rest) || prefixes[at].rest.len == 0 ||
			           asks_plainly(lines[i - 1].text);
			at = SIZE_MAX;
		}
	}
	return turns;
}

static void mark_question(struct line *line, const struct prefix *prefix)
{
	line->mark = (struct item_mark){ .style = STYLE_WEN,
		                         .number = prefix->number,
		                         .empty = prefix->rest.len == 0,
		                         .shown = { line->text.ptr,
		                                    (size_t)(prefix->rest.ptr - line->text.ptr) },
		                         .rest = prefix->rest };
}

/* How often a question stands, by its own kind or by one of the askers. */
static size_t count_questions(const struct kinds *kinds, int question, const bool *askers)
{
	size_t times = kinds->times[question];

	for (int kind = 0; kind < (int)kinds->count; kind++)
		times += kind != question && askers[kind] ? kinds->times[kind] : 0;
	return times;
}

/* The mark of an answer that is known marks no questions. */
static bool could_pair(const struct kinds *kinds, int question, int answer)
{
	return question != answer && kinds->times[question] >= TIMES_LEAST &&
	       kinds->times[answer] >= TIMES_LEAST && strcmp(kinds->names[question], "=") != 0;
}

/* Nearly all questions and answers stand in turn, and half of the questions ask. */
static bool takes_turns(size_t turns, size_t questions, size_t answers, size_t asking)
{
	return turns >= TIMES_LEAST && turns * 100 >= questions * TURNS_PERCENT &&
	       turns * 100 >= answers * TURNS_PERCENT && asking * 2 >= turns;
}

/* Marks the lines whose kind is one of those that mark questions, or the one of answers. */
static void mark_pair(struct line *lines, const struct prefix *prefixes, size_t count,
                      const bool *questions, int answer)
{
	for (size_t i = 0; i < count; i++) {
		const int kind = prefixes[i].kind;

		if (kind >= 0 && questions[kind])
			mark_question(&lines[i], &prefixes[i]);
		else if (kind == answer)
			lines[i].part =
			        (struct mark){ .kind = MARK_ANSWER, .rest = prefixes[i].rest };
	}
}

static bool find_pair(struct line *lines, const struct prefix *prefixes, size_t count,
                      const struct kinds *kinds)
{
	size_t best = 0;
	int answer = -1;
	bool askers[KINDS_MOST], questions[KINDS_MOST] = { false };

	for (int b = 0; b < (int)kinds->count; b++) {
		find_askers(prefixes, count, b, askers);
		for (int a = 0; a < (int)kinds->count; a++) {
			size_t turns, asking;

			if (!could_pair(kinds, a, b))
				continue;
			turns = count_turns(lines, prefixes, count, a, b, askers, &asking);
			if (turns <= best || !takes_turns(turns, count_questions(kinds, a, askers),
			                                  kinds->times[b], asking))
				continue;
			best = turns;
			answer = b;
			memcpy(questions, askers, sizeof(questions));
			questions[a] = true;
		}
	}
	if (best > 0)
		mark_pair(lines, prefixes, count, questions, answer);
	return best > 0;
}

static bool is_unmarked_of_kind(const struct line *line, const struct prefix *prefix, int kind)
{
	return prefix->kind == kind && line->mark.style == STYLE_NONE;
}

/* How many lines of the kind have the number behind that of the one before. */
static size_t count_running(const struct line *lines, const struct prefix *prefixes, size_t count,
                            int kind)
{
	size_t run = 0;
	int last = 0;

	for (size_t i = 0; i < count; i++) {
		if (!is_unmarked_of_kind(&lines[i], &prefixes[i], kind))
			continue;
		run += prefixes[i].number == last + 1;
		last = prefixes[i].number;
	}
	return run;
}

/* NO.1 …, NO.2 …: the numbers of one kind run, and hardly another line is numbered so. */
static void find_running(struct line *lines, const struct prefix *prefixes, size_t count,
                         const struct kinds *kinds)
{
	for (int kind = 0; kind < (int)kinds->count; kind++) {
		const size_t run = count_running(lines, prefixes, count, kind);

		if (run < TIMES_LEAST || run != kinds->times[kind])
			continue;
		for (size_t i = 0; i < count; i++)
			if (is_unmarked_of_kind(&lines[i], &prefixes[i], kind))
				mark_question(&lines[i], &prefixes[i]);
		return;
	}
}

/* Of 13、咨询：…, the label; false where no label stands behind a number. */
static bool read_numbered_label(const struct line *line, struct span *label, struct span *rest)
{
	*rest = line->mark.rest;
	return !line->escaped && line->mark.style != STYLE_NONE &&
	       line->mark.style != STYLE_HEADING && line->mark.number > 0 && !line->mark.empty &&
	       line->part.kind == MARK_NONE && !line_is_furniture(line) &&
	       label_skip(rest, label) && rest->len > 0;
}

/* Whether an answer with a mark is the next line that has a mark at all, or stands inside. */
static bool answer_follows(const struct line *lines, size_t count, size_t index)
{
	size_t i = index + 1;

	if (lines[index].answered_inside)
		return true;
	while (i < count && lines[i].mark.style == STYLE_NONE && lines[i].part.kind == MARK_NONE)
		i++;
	return i < count && lines[i].part.kind == MARK_ANSWER;
}

/* 13、咨询：…: most questions so labelled are answered by a mark, and most of them ask. */
static void strip_numbered_labels(struct line *lines, const struct prefix *labels, size_t count,
                                  const struct kinds *kinds)
{
	size_t answered[KINDS_MOST] = { 0 }, asking[KINDS_MOST] = { 0 };

	for (size_t i = 0; i < count; i++) {
		if (labels[i].kind < 0)
			continue;
		answered[labels[i].kind] += answer_follows(lines, count, i);
		asking[labels[i].kind] += asks(labels[i].rest) || lines[i].answered_inside;
	}
	for (size_t i = 0; i < count; i++) {
		const int kind = labels[i].kind;
		struct span label;

		if (kind < 0 || kinds->times[kind] < TIMES_LEAST ||
		    answered[kind] * 100 < kinds->times[kind] * TURNS_PERCENT ||
		    asking[kind] * 2 < kinds->times[kind])
			continue;
		lines[i].mark.rest = labels[i].rest;
		if (lines[i].answered_inside)
			(void)label_skip(&lines[i].question, &label);
	}
}

static void find_numbered_labels(struct line *lines, struct prefix *prefixes, size_t count,
                                 struct kinds *kinds)
{
	char name[KIND_SIZE];

	kinds->count = 0;
	for (size_t i = 0; i < count; i++) {
		struct span label;

		prefixes[i].kind = -1;
		if (!read_numbered_label(&lines[i], &label, &prefixes[i].rest))
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)(label.len < 48 ? label.len : 48),
		         label.ptr);
		prefixes[i].kind = take_kind(kinds, name);
	}
	strip_numbered_labels(lines, prefixes, count, kinds);
}

/* The kinds of the lines from `from` to `to`; the others have none. */
static void read_kinds(const struct line *lines, struct prefix *prefixes, size_t count, size_t from,
                       size_t to, struct kinds *kinds)
{
	char name[KIND_SIZE];

	kinds->count = 0;
	for (size_t i = 0; i < count; i++)
		prefixes[i].kind = i >= from && i < to &&
		                                   read_any(&lines[i], name, &prefixes[i].number,
		                                            &prefixes[i].rest)
		                           ? take_kind(kinds, name)
		                           : -1;
}

/* The line behind the last question that is marked, and behind its answer's first line. */
static size_t behind_marked(const struct line *lines, size_t count)
{
	size_t last = count;

	while (last > 0 && !style_asks(lines[last - 1].mark.style))
		last--;
	while (last < count && lines[last].part.kind != MARK_ANSWER)
		last++;
	return last < count ? last + 1 : count;
}

/* Pairs of other marks, before the first question that is marked and behind the last one. */
static void find_more_pairs(struct line *lines, struct prefix *prefixes, size_t count,
                            struct kinds *kinds)
{
	bool found = true;

	for (int pairs = 1; pairs < PAIRS_MOST && found; pairs++) {
		size_t first = 0;

		read_kinds(lines, prefixes, count, behind_marked(lines, count), count, kinds);
		found = find_pair(lines, prefixes, count, kinds);
		while (first < count && !style_asks(lines[first].mark.style))
			first++;
		read_kinds(lines, prefixes, count, 0, first, kinds);
		found |= find_pair(lines, prefixes, count, kinds);
	}
}

enum status prefixes_find(struct line *lines, size_t count)
{
	struct prefix *prefixes = calloc(count + 1, sizeof(*prefixes));
	struct kinds *kinds = calloc(1, sizeof(*kinds));
	bool marked = false, answered = false, paired;

	if (!prefixes || !kinds) {
		free(prefixes);
		free(kinds);
		return STATUS_NO_MEMORY;
	}
	find_numbered_labels(lines, prefixes, count, kinds);
	for (size_t i = 0; i < count; i++) {
		marked |= style_asks(lines[i].mark.style);
		answered |= lines[i].part.kind == MARK_ANSWER || lines[i].answered_inside;
	}
	read_kinds(lines, prefixes, count, 0, count, kinds);
	paired = (marked && answered) || find_pair(lines, prefixes, count, kinds);
	if (paired)
		find_more_pairs(lines, prefixes, count, kinds);
	else if (!marked)
		find_running(lines, prefixes, count, kinds);
	free(prefixes);
	free(kinds);
	return STATUS_OK;
}
