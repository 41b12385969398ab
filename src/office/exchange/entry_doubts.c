/*
 * An entry is doubtful where its texts look unlike the others of the same import, or like something
 * that is no text of an entry. look_at_…() test one text each, and note() keeps the first line of
 * a kind. What is compared over all entries (middle lengths, how many ask, lines that stand again)
 * is counted first, in struct survey. Nothing is changed here.
 */
#include "office/exchange/entry_doubts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/utf8.h"
#include "office/exchange/document_marks.h"
#include "office/exchange/document_special.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/left_out.h"
#include "office/exchange/line_numbers.h"
#include "office/exchange/outline.h"

enum {
	ENTRIES_LEAST = 4,   /* that say what the others look like */
	ASKING_PERCENT = 80, /* of the questions that ask, so that the others are told */
	BEGIN_PERCENT = 80,  /* of the questions that begin with the same sign */
	DIGITS_PERCENT = 50, /* of the questions that begin with a digit */
	QUESTION_LONG = 120, /* characters */
	QUESTION_SHORT = 2,  /* characters; fewer are no question */
	ANSWER_LONG = 1500,  /* bytes of an answer that is much longer than the others */
	ANSWER_TIMES = 7,    /* as long as the one in the middle */
	LINES_LONG = 12,     /* the same of lines */
	LINES_TIMES = 5,
	BROKEN_LEAST = 24,   /* characters of a line that may be broken at an edge */
	HEADING_MOST = 16,   /* characters of a last line that may be a heading */
	ENDING_PERCENT = 90, /* of the answers that end with a full stop */
	REPEATS_LEAST = 3,   /* answers that hold the same line */
	REPEAT_LEAST = 4,    /* characters of such a line */
	SHOWN_CHARACTERS = 60,
	SHOWN_MOST = 200,
};

enum kind {
	KIND_UNLIKE,
	KIND_QUESTION_LONG,
	KIND_QUESTION_CUT,
	KIND_QUESTION_MARK,
	KIND_QUESTION_TWICE,
	KIND_ANSWER_CUT,
	KIND_ANSWER_LONG,
	KIND_ANSWER_ASKS,
	KIND_ANSWER_MARK,
	KIND_ANSWER_FRAME,
	KIND_ANSWER_HEADING,
	KIND_ANSWER_BROKEN,
	KIND_ANSWER_REPEATS,
	KIND_ANSWER_PARTED,
	KIND_COUNT,
};

static const char *const kind_names[KIND_COUNT] = {
	[KIND_UNLIKE] = N_("does not ask, and the other questions do: is it a heading or a line of "
	                   "an answer?"),
	[KIND_QUESTION_LONG] = N_("is longer than a question, or holds several cells: does its "
	                          "answer stand in it?"),
	[KIND_QUESTION_CUT] = N_("question that looks cut off: compare it with the document"),
	[KIND_QUESTION_MARK] = N_("question that begins with a number or a sign: is it a mark?"),
	[KIND_QUESTION_TWICE] = N_("question that stands twice, with different answers"),
	[KIND_ANSWER_CUT] = N_("answer that looks cut off: compare it with the document"),
	[KIND_ANSWER_LONG] =
	        N_("answer that is much longer than the others: does it hold further questions?"),
	[KIND_ANSWER_ASKS] = N_("line of an answer that is a question: does an entry begin there?"),
	[KIND_ANSWER_MARK] = N_("line of an answer that begins with the mark of a question or an "
	                        "answer: does an entry begin there?"),
	[KIND_ANSWER_FRAME] = N_("line of an answer that looks like a page mark, a signature, a "
	                         "date or a link of the page: does it belong there?"),
	[KIND_ANSWER_HEADING] =
	        N_("last line of an answer that looks like a heading: does a chapter begin there?"),
	[KIND_ANSWER_BROKEN] =
	        N_("line of an answer that ends within a sentence: is it broken at an edge?"),
	[KIND_ANSWER_REPEATS] = N_("line that stands in several answers: is it a running title or "
	                           "a footer?"),
	[KIND_ANSWER_PARTED] = N_("answer that holds an empty line: does what stands behind it "
	                          "belong there?"),
};

struct text_pair {
	struct span question, answer;
	unsigned line;
	bool has_cases; /* go on with the answer */
};

struct doubts {
	struct import *import;
	struct text_pair *pairs;
	size_t count;
	struct {
		size_t count;
		unsigned line;
		struct span text;
	} kinds[KIND_COUNT];
	/* Of all entries: */
	size_t asking, answered, ending, digits;
	size_t middle_bytes, middle_lines;
	size_t shown;
};

/* ------------------------------------------------------------------ texts */

static struct span next_line(struct span *text)
{
	const char *stop = text->len > 0 ? memchr(text->ptr, '\n', text->len) : NULL;
	const struct span line = { text->ptr, stop ? (size_t)(stop - text->ptr) : text->len };

	*text = (struct span){ text->ptr + line.len, text->len - line.len };
	(void)text_skip(text, "\n");
	return text_trim(line);
}

static size_t lines_of(struct span text)
{
	size_t lines = 0;

	while (text.len > 0)
		lines += next_line(&text).len > 0;
	return lines;
}

static void note(struct doubts *doubts, enum kind kind, const struct text_pair *pair,
                 struct span text)
{
	struct buf *out = doubts->import->outline;

	if (doubts->kinds[kind].count++ == 0) {
		doubts->kinds[kind].line = pair->line;
		doubts->kinds[kind].text = text;
	}
	if (!out || !doubts->import->dry_run || doubts->shown++ >= SHOWN_MOST)
		return;
	if (pair->line > 0)
		buf_append_format(out, _("  doubtful, line %u: %s: "), pair->line,
		                  _(kind_names[kind]));
	else
		buf_append_format(out, _("  doubtful: %s: "), _(kind_names[kind]));
	outline_words(text, SHOWN_CHARACTERS, out);
	buf_append_char(out, '\n');
}

static long times_of(struct span text, const char *sign)
{
	const char *at = text.ptr, *end = text.ptr + text.len;
	long times = 0;

	for (at = memmem(at, text.len, sign, strlen(sign)); at;
	     at = memmem(at, (size_t)(end - at), sign, strlen(sign))) {
		at += strlen(sign);
		times++;
	}
	return times;
}

/* More brackets or quotes are opened than closed: what closes them is lost. */
static bool opens_only(struct span text)
{
	/* （ may be closed by ). */
	return times_of(text, "（") > times_of(text, "）") + times_of(text, ")") ||
	       times_of(text, "《") > times_of(text, "》") ||
	       times_of(text, "“") > times_of(text, "”") ||
	       times_of(text, "【") > times_of(text, "】") ||
	       times_of(text, "「") > times_of(text, "」");
}

static bool begins_with_digit(struct span text)
{
	return text.len > 0 && text.ptr[0] >= '0' && text.ptr[0] <= '9';
}

/* A number that counts nothing: 3个工作日 is a part of the sentence. */
static bool begins_with_number(struct span text)
{
	int number;

	if (!begins_with_digit(text) || !number_skip_arabic(&text, &number))
		return begins_with_digit(text);
	const bool near = !text_begins_blank(text);

	text_skip_blanks(&text);
	return !number_counts(text, near);
}

static bool is_han(uint32_t point)
{
	return point >= 0x4e00 && point <= 0x9fff;
}

static uint32_t first_of(struct span text)
{
	size_t offset = 0;

	return text.len > 0 ? utf8_next(text, &offset) : 0;
}

static uint32_t last_of(struct span text)
{
	const size_t last = text.len > 0 ? utf8_before(text, text.len) : 0;

	return first_of((struct span){ text.ptr + last, text.len - last });
}

/* Whether it ends with a letter, a digit or a Han character. */
static bool ends_in_word(struct span text)
{
	const uint32_t point = last_of(text);

	return is_han(point) || (point < 0x80 && isalnum((int)point));
}

/* ------------------------------------------------------------------ lines as they are */

/* The bit of a line among those of entry_doubts_except(), by a hash of it (FNV-1a). */
static size_t bit_of(struct span line)
{
	uint32_t hash = 2166136261u;

	line = text_trim(line);
	for (size_t i = 0; i < line.len; i++)
		hash = (hash ^ (unsigned char)line.ptr[i]) * 16777619u;
	return hash % (64u * DOUBTS_WORDS);
}

void entry_doubts_except(struct import *import, struct span line)
{
	const size_t bit = bit_of(line);

	import->as_printed[bit / 64] |= UINT64_C(1) << (bit % 64);
}

static bool is_excepted(const struct import *import, struct span line)
{
	const size_t bit = bit_of(line);

	return import->as_printed[bit / 64] >> (bit % 64) & 1;
}

/* ------------------------------------------------------------------ counting */

static int by_size(const void *a, const void *b)
{
	const size_t left = *(const size_t *)a, right = *(const size_t *)b;

	return (left > right) - (left < right);
}

static bool survey(struct doubts *doubts)
{
	size_t *bytes = calloc(doubts->count + 1, sizeof(*bytes));
	size_t *lines = calloc(doubts->count + 1, sizeof(*lines));
	const bool ready = bytes && lines;

	for (size_t i = 0; ready && i < doubts->count; i++) {
		const struct text_pair *pair = &doubts->pairs[i];

		doubts->asking += asks(question_trim(pair->question));
		doubts->digits += begins_with_number(pair->question);
		doubts->ending += ends_a_sentence(pair->answer);
		if (pair->answer.len == 0)
			continue;
		bytes[doubts->answered] = pair->answer.len;
		lines[doubts->answered++] = lines_of(pair->answer);
	}
	if (ready && doubts->answered > 0) {
		qsort(bytes, doubts->answered, sizeof(*bytes), by_size);
		qsort(lines, doubts->answered, sizeof(*lines), by_size);
		doubts->middle_bytes = bytes[doubts->answered / 2];
		doubts->middle_lines = lines[doubts->answered / 2];
	}
	free(bytes);
	free(lines);
	return ready;
}

/* ------------------------------------------------------------------ questions */

static bool is_cut_question(const struct doubts *doubts, struct span text)
{
	static const char *const within[] = { "，", "、", "；", "：", ",", ";", ":", NULL };

	return (doubts->count >= ENTRIES_LEAST && utf8_length(text) < QUESTION_SHORT) ||
	       text_ends_with_one(text, within) || opens_only(text);
}

static void look_at_question(struct doubts *doubts, const struct text_pair *pair)
{
	const struct span text = text_trim(pair->question);
	const struct item_mark mark = item_mark_read(text);

	if (text.len == 0)
		return;
	if (!doubts->import->questions_marked && doubts->count >= ENTRIES_LEAST &&
	    doubts->asking * 100 >= doubts->count * ASKING_PERCENT && !asks(question_trim(text)) &&
	    !is_excepted(doubts->import, text))
		note(doubts, KIND_UNLIKE, pair, text);
	if (utf8_length(text) > QUESTION_LONG || memchr(text.ptr, '\t', text.len))
		note(doubts, KIND_QUESTION_LONG, pair, text);
	if (is_cut_question(doubts, text))
		note(doubts, KIND_QUESTION_CUT, pair, text);
	if ((mark.style != STYLE_NONE && !mark.empty) ||
	    (begins_with_number(text) && doubts->count >= ENTRIES_LEAST &&
	     doubts->digits * 100 >= doubts->count * DIGITS_PERCENT))
		note(doubts, KIND_QUESTION_MARK, pair, text);
}

/* The sign or Latin letter with which the text begins; 0 for a word in Chinese, a digit, a quote.
 */
static uint32_t sign_of(struct span text)
{
	static const char *const quotes[] = { "“", "《", "【", NULL };
	const uint32_t point = first_of(text_trim(text));
	struct span rest = text_trim(text);

	return is_han(point) || begins_with_digit(rest) || text_skip_one(&rest, quotes) ? 0 : point;
}

/* A sign or a Latin letter that most questions begin with is a mark, perhaps. */
static void look_at_beginnings(struct doubts *doubts)
{
	const struct text_pair *last = NULL;
	uint32_t sign = 0;
	size_t lead = 0, times = 0;

	/* The sign that more than half of the questions begin with is the one that is left over. */
	for (size_t i = 0; i < doubts->count; i++) {
		const uint32_t first = sign_of(doubts->pairs[i].question);

		sign = lead == 0 ? first : sign;
		lead += first == sign ? 1 : (size_t)-1;
	}
	for (size_t i = doubts->count; i > 0; i--)
		if (sign_of(doubts->pairs[i - 1].question) == sign) {
			last = &doubts->pairs[i - 1];
			times++;
		}
	if (sign > 0 && times >= ENTRIES_LEAST && times * 100 >= doubts->count * BEGIN_PERCENT)
		note(doubts, KIND_QUESTION_MARK, last, text_trim(last->question));
}

/* ------------------------------------------------------------------ answers */

static bool is_frame(struct span text, bool last)
{
	switch (special_read(text)) {
	case SPECIAL_PAGE:
	case SPECIAL_RUNNING:
	case SPECIAL_DATE:
	case SPECIAL_WEB:
	case SPECIAL_CLOSING:
		return true;
	case SPECIAL_TOC:
		return memchr(text.ptr, '\t', text.len) == NULL;
	default:
		return last && (is_office_name(text) || is_credit(text));
	}
}

/* The mark of a question or an answer that is made of words: 问：, Q1：, 答：, 第三章. */
static bool has_mark_of_words(struct span text)
{
	const struct item_mark mark = item_mark_read(text);
	struct span rest = text;

	return (mark.style == STYLE_Q || mark.style == STYLE_WEN || mark.style == STYLE_CHAPTER) ||
	       answer_mark_skip(&rest, false);
}

static bool is_heading(const struct doubts *doubts, struct span before, struct span text)
{
	return ends_a_sentence(before) && !text_ends_with(before, "：") && !ends_a_sentence(text) &&
	       ends_in_word(text) && item_mark_read(text).style == STYLE_NONE &&
	       special_read(text) == SPECIAL_NONE && !memchr(text.ptr, '\t', text.len) &&
	       utf8_length(text) <= HEADING_MOST &&
	       (is_heading_like(text) || doubts->ending * 100 >= doubts->answered * ENDING_PERCENT);
}

/* Cells of a row, or a formula, end as they are. */
static bool is_broken(struct span text, struct span next)
{
	static const char *const unbroken[] = { "\t", "  ", "　　", "＝", "=", NULL };

	return utf8_length(text) >= BROKEN_LEAST && ends_in_word(text) && is_han(first_of(next)) &&
	       item_mark_read(next).style == STYLE_NONE && special_read(next) == SPECIAL_NONE &&
	       special_read(text) == SPECIAL_NONE && !text_holds_one(text, unbroken);
}

static void look_at_line(struct doubts *doubts, const struct text_pair *pair, struct span before,
                         struct span text, struct span next)
{
	const bool last = next.len == 0;

	if (is_excepted(doubts->import, text))
		return;
	if (!doubts->import->asking_told && before.len > 0 && asks_plainly(text))
		note(doubts, KIND_ANSWER_ASKS, pair, text);
	if (has_mark_of_words(text))
		note(doubts, KIND_ANSWER_MARK, pair, text);
	else if (before.len > 0 && !text_ends_with(before, "：") && is_frame(text, last))
		note(doubts, KIND_ANSWER_FRAME, pair, text);
	else if (before.len > 0 && last && is_heading(doubts, before, text))
		note(doubts, KIND_ANSWER_HEADING, pair, text);
	if (!last && is_broken(text, next))
		note(doubts, KIND_ANSWER_BROKEN, pair, text);
}

static struct span next_full_line(struct span *text)
{
	struct span line = { 0 };

	while (text->len > 0 && line.len == 0)
		line = next_line(text);
	return line;
}

static void look_at_answer(struct doubts *doubts, const struct text_pair *pair)
{
	static const char *const within[] = { "，", "、", "：", ",", ":", NULL };
	const struct span text = text_trim(pair->answer);
	struct span rest = text, before = { 0 }, line = next_full_line(&rest);

	if (text.len == 0)
		return;
	if ((!pair->has_cases && text_ends_with_one(text, within)) || opens_only(text))
		note(doubts, KIND_ANSWER_CUT, pair, text);
	if (doubts->answered >= ENTRIES_LEAST &&
	    ((text.len > ANSWER_LONG && text.len > doubts->middle_bytes * ANSWER_TIMES) ||
	     (lines_of(text) >= LINES_LONG && lines_of(text) > doubts->middle_lines * LINES_TIMES)))
		note(doubts, KIND_ANSWER_LONG, pair, text_trim(pair->question));
	if (doubts->import->asking_told && memmem(text.ptr, text.len, "\n\n", 2))
		note(doubts, KIND_ANSWER_PARTED, pair, text_trim(pair->question));
	while (line.len > 0) {
		const struct span next = next_full_line(&rest);

		look_at_line(doubts, pair, before, line, next);
		before = line;
		line = next;
	}
}

/* ------------------------------------------------------------------ texts that stand again */

/* A question, or a line of an answer behind its first one. */
struct again {
	struct span text;
	size_t pair;
	bool question;
};

static int by_text(const void *a, const void *b)
{
	const struct again *left = a, *right = b;
	const size_t len = left->text.len < right->text.len ? left->text.len : right->text.len;
	const int order = len > 0 ? memcmp(left->text.ptr, right->text.ptr, len) : 0;

	if (order != 0)
		return order;
	if (left->text.len != right->text.len)
		return left->text.len < right->text.len ? -1 : 1;
	return (left->pair > right->pair) - (left->pair < right->pair);
}

static void look_at_same(struct doubts *doubts, const struct again *run, size_t count)
{
	size_t answers = 0;
	const struct again *question = NULL, *line = NULL;

	for (size_t i = 0; i < count; i++) {
		if (run[i].question) {
			if (question && !span_equal(doubts->pairs[run[i].pair].answer,
			                            doubts->pairs[question->pair].answer))
				note(doubts, KIND_QUESTION_TWICE, &doubts->pairs[run[i].pair],
				     run[i].text);
			question = &run[i];
		} else {
			answers += !line || line->pair != run[i].pair;
			line = &run[i];
		}
	}
	if (question && line)
		note(doubts, KIND_ANSWER_ASKS, &doubts->pairs[line->pair], line->text);
	if (answers >= REPEATS_LEAST && utf8_length(run[0].text) >= REPEAT_LEAST)
		note(doubts, KIND_ANSWER_REPEATS, &doubts->pairs[line->pair], line->text);
}

static bool look_at_again(struct doubts *doubts)
{
	size_t count = 0, most = doubts->count + 1;
	struct again *texts;

	for (size_t i = 0; i < doubts->count; i++)
		most += lines_of(doubts->pairs[i].answer);
	texts = calloc(most, sizeof(*texts));
	if (!texts)
		return false;
	for (size_t i = 0; i < doubts->count; i++) {
		struct span rest = doubts->pairs[i].answer;

		texts[count++] = (struct again){ text_trim(doubts->pairs[i].question), i, true };
		(void)next_full_line(&rest);
		for (struct span line = next_full_line(&rest); line.len > 0;
		     line = next_full_line(&rest))
			texts[count++] = (struct again){ line, i, false };
	}
	qsort(texts, count, sizeof(*texts), by_text);
	for (size_t i = 0; i < count;) {
		size_t end = i + 1;

		while (end < count && span_equal(texts[i].text, texts[end].text))
			end++;
		if (end > i + 1 && texts[i].text.len > 0)
			look_at_same(doubts, &texts[i], end - i);
		i = end;
	}
	free(texts);
	return true;
}

/* ------------------------------------------------------------------ all */

/* The texts are the import's. */
static void list_pairs(const struct import *import, struct doubts *doubts)
{
	for (size_t i = 0; i < import->entries.count; i++)
		doubts->pairs[doubts->count++] =
		        (struct text_pair){ span_of(import->entries.items[i].question),
			                    span_of(import->entries.items[i].answer),
			                    import->entries.items[i].line,
			                    import->entries.items[i].case_count > 0 };
	for (size_t i = 0; i < import->row_count; i++)
		doubts->pairs[doubts->count++] = (struct text_pair){
			span_of(json_string(import->rows[i].object, "question", "")),
			span_of(json_string(import->rows[i].object, "answer", "")),
			import->rows[i].line,
			cJSON_GetObjectItemCaseSensitive(import->rows[i].object, "cases") != NULL
		};
}

void entry_doubts_report(struct import *import)
{
	struct text_pair *pairs;
	struct doubts doubts = { .import = import };
	bool ready;

	if (import->is_ours)
		return;
	pairs = calloc(import->entries.count + import->row_count + 1, sizeof(*pairs));
	doubts.pairs = pairs;
	if (pairs)
		list_pairs(import, &doubts);
	ready = pairs && survey(&doubts);
	for (size_t i = 0; ready && i < doubts.count; i++) {
		look_at_question(&doubts, &doubts.pairs[i]);
		look_at_answer(&doubts, &doubts.pairs[i]);
	}
	if (ready) {
		look_at_beginnings(&doubts);
		ready = look_at_again(&doubts);
	}
	for (int kind = 0; ready && kind < KIND_COUNT; kind++)
		left_out_tell(import, FAULT_WARNING, doubts.kinds[kind].line, _(kind_names[kind]),
		              doubts.kinds[kind].text, doubts.kinds[kind].count);
	if (!ready)
		import->reader.status = STATUS_NO_MEMORY;
	free(pairs);
}
