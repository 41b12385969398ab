/*
 * Every reader below takes a span, moves it behind what it knows and says whether it did.
 */
#include "office/exchange/document_marks.h"

#include <assert.h>
#include <string.h>

#include "base/utf8.h"
#include "office/exchange/document_words.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/line_numbers.h"

enum {
	PAIR_MOST = 99,
	YEAR_LEAST = 1900,
	YEAR_MOST = 2099,
	HEADING_LEVELS = 6,
	SPEAKER_MOST = 12,       /* characters of who speaks */
	BOXED_MOST = 24,         /* of who speaks, in brackets */
	ASKING_BYTES_MOST = 180, /* of a first sentence that asks */
};

typedef const char *const texts[];

static const char *const brackets_open[] = { "【", "[", "［", "〔", "<", "＜", "〈", NULL };
static const char *const brackets_close[] = { "】", "]", "］", "〕", ">", "＞", "〉", NULL };

static bool skip_separator(struct span *text)
{
	static texts marks = { "、", "：", ":", "．", ".", "，", ",", "。", " ", "　", "\t", NULL };

	return text_skip_one(text, marks);
}

/* Behind a number of a mark, blanks separate as well as a point, and may stand before one. */
static bool skip_separator_of_number(struct span *text)
{
	const bool separated = skip_separator(text);

	text_skip_blanks(text);
	return skip_separator(text) || separated;
}

static bool read_heading(struct span *text, struct item_mark *mark)
{
	int level = 0;

	while (text_skip(text, "#"))
		level++;
	if (level == 0 || level > HEADING_LEVELS ||
	    (!text_skip(text, " ") && text->len > 0 && (unsigned char)text->ptr[0] < 0x80))
		return false;
	mark->style = STYLE_HEADING;
	mark->level = level;
	return true;
}

static bool read_question_letter(struct span *text, struct item_mark *mark)
{
	const bool boxed = text_skip(text, "【");
	bool pointed;
	struct span rest;

	if (!text_skip_one(text, words_question_letter))
		return false;
	pointed = text_skip(text, ".");
	rest = *text;
	text_skip_blanks(&rest);
	if (number_skip_arabic(&rest, &mark->number))
		*text = rest;
	mark->style = STYLE_Q;
	if (boxed) {
		text_skip_blanks(text);
		return text_skip(text, "】");
	}
	if (mark->number > 0)
		return skip_separator_of_number(text) || text->len == 0;
	rest = *text;
	text_skip_blanks(text);
	return skip_separator(text) || (pointed && text->ptr > rest.ptr);
}

static bool read_question_word(struct span *text, struct item_mark *mark)
{
	const bool boxed = text_skip_one(text, brackets_open);

	if (!text_skip_one(text, words_question))
		return false;
	text_skip_blanks(text);
	(void)number_skip(text, &mark->number);
	mark->style = STYLE_WEN;
	if (mark->number > 0 && !boxed)
		return skip_separator_of_number(text) || text->len == 0;
	text_skip_blanks(text);
	if (boxed && text_skip_one(text, brackets_close)) {
		(void)text_skip_colon(text);
		return true;
	}
	return !boxed && text_skip_colon(text);
}

/* 四问： */
static bool read_counted_question(struct span *text, struct item_mark *mark)
{
	mark->style = STYLE_WEN;
	return number_skip(text, &mark->number) && text_skip_one(text, words_question) &&
	       text_skip_colon(text);
}

static bool read_ordinal(struct span *text, struct item_mark *mark)
{
	if (text_skip_one(text, words_english_chapter)) {
		text_skip_blanks(text);
		mark->style = STYLE_CHAPTER;
		return number_skip_arabic(text, &mark->number) &&
		       (skip_separator(text) || text->len == 0);
	}
	if (!text_skip(text, "第"))
		return false;
	text_skip_blanks(text);
	if (!number_skip(text, &mark->number))
		return false;
	text_skip_blanks(text);
	mark->style = text_skip_one(text, words_ordinal_item)      ? STYLE_ORDINAL
	              : text_skip_one(text, words_ordinal_chapter) ? STYLE_CHAPTER
	                                                           : STYLE_NONE;
	if (mark->style == STYLE_NONE)
		return false;
	return skip_separator(text) || text->len == 0;
}

static bool read_brackets(struct span *text, struct item_mark *mark)
{
	static texts opens = { "（", "(", "【", "〔", "[", NULL };
	static texts closes = { "）", ")", "】", "〕", "]", NULL };
	struct span inner;

	if (number_skip_enclosed(text, 0x2474, 20, &mark->number)) { /* ⑴ */
		mark->style = STYLE_BRACKETS;
		return true;
	}
	if (number_skip_enclosed(text, 0x2460, 20, &mark->number) ||
	    number_skip_enclosed(text, 0x2776, 10, &mark->number)) { /* ① ❶ */
		mark->style = STYLE_CIRCLED;
		(void)(text_skip(text, "、") || text_skip(text, "．") || text_skip(text, "."));
		return true;
	}
	if (!text_skip_one(text, opens))
		return false;
	inner = *text;
	mark->style = STYLE_BRACKETS;
	if (!number_skip_arabic(&inner, &mark->number)) {
		inner = *text;
		mark->style = STYLE_CHINESE_BRACKETS;
		if (!number_skip_chinese(&inner, &mark->number))
			return false;
	}
	*text = inner;
	if (!text_skip_one(text, closes))
		return false;
	(void)(text_skip(text, "、") || text_skip(text, "．") || text_skip(text, "."));
	return true;
}

static bool read_bullet(struct span *text, struct item_mark *mark)
{
	mark->style = STYLE_BULLET;
	return text_skip_one(text, words_bullet);
}

/* The year of 7.2024年…, whose number is 7. */
static bool begins_with_year(struct span text)
{
	int year = 0;

	return number_skip_arabic(&text, &year) && year >= YEAR_LEAST && year <= YEAR_MOST &&
	       text_skip(&text, "年");
}

static bool read_pair(struct span text, struct span *rest, struct item_mark *mark)
{
	int upper = 0;
	bool dashed;

	if (!number_skip_arabic(&text, &upper) || upper > PAIR_MOST)
		return false;
	dashed = text_skip(&text, "-");
	if ((!dashed && !text_skip(&text, ".") && !text_skip(&text, "．")) ||
	    !number_skip_arabic(&text, &mark->number) || mark->number > PAIR_MOST)
		return false;
	/* 3-5天 is no number of an item. */
	if (!skip_separator(&text) &&
	    (dashed || (text.len > 0 && (unsigned char)text.ptr[0] < 0x80)))
		return false;
	/* 2.1.3 and 1.5 20 are none; 2.3 24小时能缴费吗？ is one. */
	if (number_begins(text) && (!strchr(" \t", text.ptr[-1]) || !asks_plainly(text)))
		return false;
	if (text_skip(&text, "%"))
		return false;
	mark->style = STYLE_PAIRED;
	mark->upper = upper;
	*rest = text;
	return true;
}

static bool read_chinese_number(struct span *text, struct item_mark *mark)
{
	if (!number_skip_chinese(text, &mark->number))
		return false;
	mark->style = STYLE_CHINESE;
	return text_skip(text, "、") || text_skip(text, "．") || text_skip(text, ".") ||
	       text_skip(text, "：") || text_skip(text, ":") || text_skip(text, "，") ||
	       text_skip(text, "　");
}

static bool read_plain_number(struct span *text, struct item_mark *mark)
{
	struct span rest = *text;

	if (number_skip_enclosed(text, 0x2488, 20, &mark->number)) { /* ⒈ */
		mark->style = STYLE_ARABIC;
		return true;
	}
	if (read_pair(rest, text, mark))
		return true;
	if (number_skip_arabic(&rest, &mark->number)) {
		mark->style = STYLE_ARABIC;
		*text = rest;
		(void)text_skip(text, "\xef\xb8\x8f"); /* 1️⃣ */
		if (text_skip(text, "\xe2\x83\xa3")) {
			(void)skip_separator(text);
			return true;
		}
		if (text_skip(text, ")") || text_skip(text, "）")) {
			mark->style = STYLE_HALF;
			return true;
		}
		/* 2023.8 and 9:00 are no items. */
		if (text_skip(text, ".") || text_skip(text, "．") || text_skip(text, ":") ||
		    text_skip(text, "：") || text_skip(text, ",") || text_skip(text, "，"))
			return !number_begins(*text) || begins_with_year(*text);
		text_skip_blanks(text);
		return text_skip(text, "、") ||
		       ((text_skip(text, ".") || text_skip(text, "．")) && !number_begins(*text)) ||
		       (mark->number <= PAIR_MOST * 10 && text->len > 0 && text->ptr > rest.ptr &&
		        (unsigned char)text->ptr[0] >= 0x80 && !number_begins(*text) &&
		        !number_counts(*text, false));
	}
	return read_chinese_number(text, mark);
}

static bool read_mark(struct span *text, struct item_mark *mark,
                      bool (*read)(struct span *text, struct item_mark *mark))
{
	const struct span before = *text;
	const struct item_mark kept = *mark;

	if (read(text, mark))
		return true;
	*text = before;
	*mark = kept;
	return false;
}

/* Emoji, dingbats and what joins them; no numbers in circles, and no bullets. */
static bool is_adornment(uint32_t point)
{
	return (point >= 0x1f000 && point <= 0x1faff) || (point >= 0x2600 && point <= 0x2775) ||
	       (point >= 0x2794 && point <= 0x27bf) || (point >= 0x2b00 && point <= 0x2bff) ||
	       point == 0xfe0f || point == 0x200d || point == 0x20e3;
}

void adornment_skip(struct span *line)
{
	text_skip_blanks(line);
	while (line->len > 0) {
		struct span rest = *line, same = *line;
		size_t offset = 0;

		if (!is_adornment(utf8_next(*line, &offset)) ||
		    text_skip_one(&same, words_bullet) || text_skip_one(&same, words_answer_symbol))
			return;
		rest = (struct span){ line->ptr + offset, line->len - offset };
		text_skip_blanks(&rest);
		*line = rest;
	}
}

struct item_mark item_mark_read(struct span line)
{
	struct item_mark mark = { 0 }, inner = { 0 };
	struct span text = line;
	const char *start, *inner_start;

	adornment_skip(&text);
	start = text.ptr;
	while (text_skip(&text, "**") || text_skip(&text, "> "))
		;
	if (read_mark(&text, &mark, read_heading)) {
		/* ## 3. question */
		text_skip_blanks(&text);
		inner_start = text.ptr;
		if (read_mark(&text, &inner, read_plain_number) ||
		    read_mark(&text, &inner, read_question_letter) ||
		    read_mark(&text, &inner, read_question_word) ||
		    read_mark(&text, &inner, read_ordinal) ||
		    read_mark(&text, &inner, read_brackets)) {
			mark.number = inner.number;
			mark.inner = inner.style;
		}
		start = mark.inner != STYLE_NONE ? inner_start : start;
	} else if (!read_mark(&text, &mark, read_question_letter) &&
	           !read_mark(&text, &mark, read_question_word) &&
	           !read_mark(&text, &mark, read_counted_question) &&
	           !read_mark(&text, &mark, read_ordinal) &&
	           !read_mark(&text, &mark, read_brackets) &&
	           !read_mark(&text, &mark, read_plain_number) &&
	           !read_mark(&text, &mark, read_bullet)) {
		mark = (struct item_mark){ .rest = text_trim(line) };
		return mark;
	}
	mark.shown = (struct span){ start, (size_t)(text.ptr - start) };
	mark.rest = text_trim(text);
	mark.empty = mark.rest.len == 0;
	return mark;
}

bool form_mark_skip(struct span *line, int *level)
{
	struct span text = text_trim(*line);
	const struct span before = text;

	*level = 0;
	while (text_skip(&text, "#"))
		++*level;
	if (*level > 0) {
		if (*level > HEADING_LEVELS || !text_skip(&text, " ") || text_trim(text).len == 0)
			return false;
		*line = text_trim(text);
		return true;
	}
	if (!text_skip(&text, "**") || !text_ends_with(text, "**") || text.len <= 2)
		return false;
	text.len -= 2;
	if (memmem(text.ptr, text.len, "**", 2) || text_trim(text).len == 0)
		return false;
	assert(text.len + 4 == before.len);
	*line = text_trim(text);
	return true;
}

/* ------------------------------------------------------------------ answers and questions */

/* 四答： */
static bool counted_answer_skip(struct span *line)
{
	struct span text = *line;
	int number;

	if (!number_skip(&text, &number) || !text_skip_one(&text, words_answer) ||
	    !text_skip_colon(&text))
		return false;
	text_skip_blanks(&text);
	*line = text;
	return true;
}

bool answer_mark_skip(struct span *line, bool letter)
{
	struct span text = *line;
	bool boxed, letters = false, numbered = false;
	int number;

	adornment_skip(&text);
	while (text_skip(&text, "**"))
		;
	if (counted_answer_skip(&text)) {
		*line = text;
		return true;
	}
	boxed = text_skip_one(&text, brackets_open);
	if (!text_skip_one(&text, words_answer)) {
		letters = text_skip_one(&text, words_answer_letter);
		if (!letter || !letters)
			return false;
	}
	text_skip_blanks(&text);
	{
		struct span rest = text;

		numbered = number_skip(&rest, &number);
		if (numbered)
			text = rest;
		/* 答1 and a blank, or A1 and one; a number alone could be a part of a word. */
		numbered = numbered && (text_skip(&rest, " ") || text_skip(&rest, "　") ||
		                        text_skip(&rest, "\t"));
	}
	text_skip_blanks(&text);
	if (boxed && !text_skip_one(&text, brackets_close))
		return false;
	if (!text_skip_colon(&text) && !boxed && !numbered && text.len > 0 &&
	    !text_skip(&text, "**：") && !text_skip(&text, "**:") &&
	    !(letters &&
	      (text_skip(&text, "、") || text_skip(&text, ". ") || text_skip(&text, "．"))))
		return false;
	(void)(text_skip(&text, "**") || text_skip_colon(&text));
	text_skip_blanks(&text);
	*line = text;
	return true;
}

bool dashes_skip(struct span *line)
{
	static texts dashes = { "——", "──", "━━", "--", "==", "~~", "～～", NULL };
	struct span text = text_trim(*line);

	for (size_t i = 0; dashes[i]; i++) {
		struct span inner = text;
		const size_t half = strlen(dashes[i]) / 2;

		if (!text_skip(&inner, dashes[i]) || !text_ends_with(inner, dashes[i]))
			continue;
		while (inner.len >= half && memcmp(inner.ptr, dashes[i], half) == 0)
			inner = (struct span){ inner.ptr + half, inner.len - half };
		while (inner.len >= half &&
		       memcmp(inner.ptr + inner.len - half, dashes[i], half) == 0)
			inner.len -= half;
		inner = text_trim(inner);
		if (inner.len == 0)
			continue;
		*line = inner;
		return true;
	}
	return false;
}

bool answer_symbol_skip(struct span *line)
{
	struct span text = *line;

	text_skip_blanks(&text);
	if (!text_skip_one(&text, words_answer_symbol))
		return false;
	text_skip_blanks(&text);
	*line = text;
	return true;
}

bool label_skip(struct span *line, struct span *label)
{
	const struct span text = text_trim(*line);

	for (size_t i = 1; i < text.len && i < SPEAKER_MOST * 4; i++) {
		struct span rest = { text.ptr + i, text.len - i };

		if (((unsigned char)text.ptr[i] & 0xc0) == 0x80 || !text_skip_colon(&rest))
			continue;
		*label = text_trim((struct span){ text.ptr, i });
		*line = text_trim(rest);
		return utf8_length(*label) <= SPEAKER_MOST && !ends_a_sentence(*label);
	}
	return false;
}

bool boxed_label_skip(struct span *line, struct span *label)
{
	struct span text = text_trim(*line);
	const char *close;

	if (!text_skip(&text, "【"))
		return false;
	close = memmem(text.ptr, text.len, "】", strlen("】"));
	if (!close)
		return false;
	*label = text_trim((struct span){ text.ptr, (size_t)(close - text.ptr) });
	text = (struct span){ close, text.len - (size_t)(close - text.ptr) };
	(void)text_skip(&text, "】");
	(void)text_skip_colon(&text);
	*line = text_trim(text);
	return label->len > 0 && utf8_length(*label) <= BOXED_MOST;
}

bool boxed_line_skip(struct span *line, struct span *inner)
{
	struct span text = text_trim(*line), head;
	size_t boxes = 0;

	if (!text_skip_one(&text, brackets_open) || !text_ends_with_one(text, brackets_close))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		head = (struct span){ text.ptr + i, text.len - i };
		boxes += ((unsigned char)text.ptr[i] & 0xc0) != 0x80 &&
		         text_skip_one(&head, brackets_close);
	}
	if (boxes != 1)
		return false;
	head = text;
	head.len -= text_ends_with(text, "]") || text_ends_with(text, ">") ? 1 : strlen("】");
	*inner = text_trim(head);
	*line = (struct span){ text.ptr + text.len, 0 };
	return inner->len > 0;
}

bool answer_mark_inside(struct span line, bool letter, struct span *question, struct span *answer)
{
	static texts before = { "？", "?", "。", " ", "\t", "　", NULL };

	for (size_t i = 1; i < line.len; i++) {
		struct span head = { line.ptr, i }, tail = { line.ptr + i, line.len - i };
		const struct span all = tail;

		if (((unsigned char)line.ptr[i] & 0xc0) == 0x80 ||
		    !text_ends_with_one(head, before) || !answer_mark_skip(&tail, letter) ||
		    tail.len == 0 || tail.len == all.len)
			continue;
		*question = text_trim(head);
		*answer = text_trim(tail);
		return question->len > 0;
	}
	return false;
}

struct span question_trim(struct span text)
{
	struct item_mark mark;
	size_t before;

	do {
		before = text.len;
		text = text_trim(text);
		mark = item_mark_read(text);
		if ((mark.style == STYLE_Q || mark.style == STYLE_WEN) && !mark.empty)
			text = mark.rest;
		while (text_skip(&text, "**"))
			;
		while (text_ends_with(text, "**"))
			text.len -= 2;
	} while (text.len < before);
	return text;
}

bool asks_plainly(struct span text)
{
	static texts ends = { "？", "?", "？”", "?”", "？**", "?**", "？）", "?)", NULL };

	return text_ends_with_one(text_drop_end(text), ends);
}

bool asks(struct span text)
{
	return asks_plainly(text) || (!ends_a_sentence(text) &&
	                              (text_holds_one(text, words_asking) ||
	                               text_ends_with_one(text_drop_end(text), words_asking_end)));
}

/* The ? of http://…/map?a=1 */
static bool is_of_address(struct span text, size_t at)
{
	return at + 1 < text.len && text.ptr[at] == '?' && text.ptr[at + 1] > ' ' &&
	       memmem(text.ptr, at, "://", 3);
}

bool begins_asking(struct span text)
{
	static texts marks = { "？", "?", NULL }, ends = { "。", "；", "！", "”", NULL };
	const size_t most = text.len < ASKING_BYTES_MOST ? text.len : ASKING_BYTES_MOST;

	for (size_t i = 0; i < most; i++) {
		struct span rest = { text.ptr + i, text.len - i };

		if (((unsigned char)text.ptr[i] & 0xc0) == 0x80)
			continue;
		if (text_skip_one(&rest, marks) && is_of_address(text, i))
			continue;
		if (rest.ptr > text.ptr + i)
			return text_trim(rest).len > 0;
		if (text_skip_one(&rest, ends))
			return false;
	}
	return false;
}

bool is_second_choice(struct span line)
{
	static texts behind = { "：", ":", "、", ".", NULL };

	text_skip_blanks(&line);
	return text_skip_one(&line, words_second_choice) && text_skip_one(&line, behind);
}

bool ends_a_sentence(struct span text)
{
	static texts ends = { "。", "；", ";", "！",   "!",   "：", ":",
		              "，", ",",  ".", "。）", "。”", "、", NULL };

	return text_ends_with_one(text_drop_end(text), ends);
}
