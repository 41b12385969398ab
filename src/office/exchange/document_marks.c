/*
 * Every reader below takes a span, moves it behind what it knows and says whether it did. Numbers
 * may be half or full width digits, Chinese numerals, or one of the enclosed characters of Unicode.
 */
#include "office/exchange/document_marks.h"

#include <string.h>

#include "base/utf8.h"
#include "office/exchange/document_words.h"
#include "office/exchange/exchange_text.h"

enum {
	NUMBER_MOST = 999999,
	PAIR_MOST = 99,
	HEADING_LEVELS = 6,
	CONTACT_MOST = 60, /* characters of a line of a phone list */
	SPEAKER_MOST = 12, /* of who speaks */
	RULE_LEAST = 5,
	LABEL_MOST = 10, /* of what stands before its colon */
	BARE_MOST = 9999,
	OFFICE_MOST = 30,
	HEADING_MOST = 20,
	CHAPTER_MOST = 40,
	FAR_RIGHT = 12,    /* columns of blanks before a signature */
	CLOSING_MOST = 80, /* characters of a line that closes a document */
	CONTENTS_SIZE = 32,
	RUNNING_BYTES_MOST = 400, /* of a running title with its page and the blanks between */
};

typedef const char *const texts[];

static const char *const brackets_open[] = { "【", "[", "［", "〔", NULL };
static const char *const brackets_close[] = { "】", "]", "］", "〕", NULL };

static bool skip_colon(struct span *text)
{
	return text_skip(text, "：") || text_skip(text, ":");
}

static bool skip_label(struct span *text, const char *const *list)
{
	struct span rest = *text;

	if (!text_skip_one(&rest, list) || !skip_colon(&rest))
		return false;
	*text = rest;
	return true;
}

static bool ends_with_one(struct span text, const char *const *list)
{
	for (; *list; list++)
		if (text_ends_with(text, *list))
			return true;
	return false;
}

static bool holds_one(struct span text, const char *const *list)
{
	for (; *list; list++)
		if (memmem(text.ptr, text.len, *list, strlen(*list)))
			return true;
	return false;
}

static struct span trimmed(struct span text)
{
	text_skip_blanks(&text);
	return text_drop_end(text);
}

/* ------------------------------------------------------------------ numbers */

/* 0 to 9 of either width, or -1. */
static int skip_digit(struct span *text)
{
	if (text->len > 0 && text->ptr[0] >= '0' && text->ptr[0] <= '9') {
		const int digit = text->ptr[0] - '0';
		*text = (struct span){ text->ptr + 1, text->len - 1 };
		return digit;
	}
	if (text->len >= 3 && memcmp(text->ptr, "\xef\xbc", 2) == 0 &&
	    (unsigned char)text->ptr[2] >= 0x90 && (unsigned char)text->ptr[2] <= 0x99) {
		const int digit = (unsigned char)text->ptr[2] - 0x90;
		*text = (struct span){ text->ptr + 3, text->len - 3 };
		return digit;
	}
	return -1;
}

static bool begins_with_digit(struct span text)
{
	return skip_digit(&text) >= 0;
}

static bool skip_arabic(struct span *text, int *number)
{
	int digit = skip_digit(text);

	*number = 0;
	if (digit < 0)
		return false;
	for (; digit >= 0 && *number <= NUMBER_MOST; digit = skip_digit(text))
		*number = *number * 10 + digit;
	return *number > 0 && *number <= NUMBER_MOST;
}

/* 一 to 九百九十九. */
static bool skip_chinese(struct span *text, int *number)
{
	static texts digits = { "零", "一", "二", "三", "四", "五", "六", "七", "八", "九", NULL };
	int last = 0, seen = 0;

	*number = 0;
	for (bool more = true; more; seen += more) {
		more = false;
		for (int i = 0; digits[i] && !more; i++) {
			more = text_skip(text, digits[i]);
			last = more ? i : last;
		}
		if (more)
			continue;
		if (text_skip(text, "十")) {
			*number += (last ? last : 1) * 10;
			more = true;
		} else if (text_skip(text, "百")) {
			*number += (last ? last : 1) * 100;
			more = true;
		}
		last = more ? 0 : last;
	}
	*number += last;
	return seen > 0 && seen <= 5 && *number > 0;
}

static bool skip_number(struct span *text, int *number)
{
	struct span rest = *text;

	if (!skip_arabic(&rest, number)) {
		rest = *text;
		if (!skip_chinese(&rest, number))
			return false;
	}
	*text = rest;
	return true;
}

/* An enclosed number is one character. */
static bool skip_enclosed(struct span *text, uint32_t first, int most, int *number)
{
	size_t offset = 0;
	uint32_t point;

	if (text->len == 0)
		return false;
	point = utf8_next(*text, &offset);
	if (point < first || point >= first + (uint32_t)most)
		return false;
	*number = (int)(point - first) + 1;
	*text = (struct span){ text->ptr + offset, text->len - offset };
	return true;
}

/* ------------------------------------------------------------------ marks of items */

static bool skip_separator(struct span *text)
{
	static texts marks = { "、", "：", ":", "．", ".", "，", ",", "。", " ", "　", "\t", NULL };

	return text_skip_one(text, marks);
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
	struct span rest;

	if (!text_skip_one(text, words_question_letter))
		return false;
	(void)text_skip(text, ".");
	rest = *text;
	text_skip_blanks(&rest);
	if (skip_arabic(&rest, &mark->number))
		*text = rest;
	text_skip_blanks(text);
	mark->style = STYLE_Q;
	if (boxed)
		return text_skip(text, "】");
	return skip_separator(text) || (mark->number > 0 && text->len == 0);
}

static bool read_question_word(struct span *text, struct item_mark *mark)
{
	const bool boxed = text_skip_one(text, brackets_open);

	if (!text_skip_one(text, words_question))
		return false;
	text_skip_blanks(text);
	(void)skip_number(text, &mark->number);
	text_skip_blanks(text);
	mark->style = STYLE_WEN;
	if (boxed && text_skip_one(text, brackets_close)) {
		(void)skip_colon(text);
		return true;
	}
	return !boxed && ((text->len == 0 && mark->number > 0) || skip_colon(text) ||
	                  (mark->number > 0 && skip_separator(text)));
}

static bool read_ordinal(struct span *text, struct item_mark *mark)
{
	if (!text_skip(text, "第"))
		return false;
	text_skip_blanks(text);
	if (!skip_number(text, &mark->number))
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

	if (skip_enclosed(text, 0x2474, 20, &mark->number)) { /* ⑴ */
		mark->style = STYLE_BRACKETS;
		return true;
	}
	if (skip_enclosed(text, 0x2460, 20, &mark->number) ||
	    skip_enclosed(text, 0x2776, 10, &mark->number)) { /* ① ❶ */
		mark->style = STYLE_CIRCLED;
		(void)(text_skip(text, "、") || text_skip(text, "．") || text_skip(text, "."));
		return true;
	}
	if (!text_skip_one(text, opens))
		return false;
	inner = *text;
	mark->style = STYLE_BRACKETS;
	if (!skip_arabic(&inner, &mark->number)) {
		inner = *text;
		mark->style = STYLE_CHINESE_BRACKETS;
		if (!skip_chinese(&inner, &mark->number))
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

static bool read_pair(struct span text, struct span *rest, struct item_mark *mark)
{
	int upper = 0;

	if (!skip_arabic(&text, &upper) || upper > PAIR_MOST ||
	    (!text_skip(&text, ".") && !text_skip(&text, "．")) ||
	    !skip_arabic(&text, &mark->number) || mark->number > PAIR_MOST)
		return false;
	if (!skip_separator(&text) && text.len > 0 && (unsigned char)text.ptr[0] < 0x80)
		return false;
	if (begins_with_digit(text) || text_skip(&text, "%"))
		return false;
	mark->style = STYLE_PAIRED;
	*rest = text;
	return true;
}

static bool read_chinese_number(struct span *text, struct item_mark *mark)
{
	if (!skip_chinese(text, &mark->number))
		return false;
	mark->style = STYLE_CHINESE;
	return text_skip(text, "、") || text_skip(text, "．") || text_skip(text, ".") ||
	       text_skip(text, "：") || text_skip(text, ":") || text_skip(text, "，") ||
	       text_skip(text, "　");
}

static bool read_plain_number(struct span *text, struct item_mark *mark)
{
	struct span rest = *text;

	if (skip_enclosed(text, 0x2488, 20, &mark->number)) { /* ⒈ */
		mark->style = STYLE_ARABIC;
		return true;
	}
	if (read_pair(rest, text, mark))
		return true;
	if (skip_arabic(&rest, &mark->number)) {
		mark->style = STYLE_ARABIC;
		*text = rest;
		if (text_skip(text, ")") || text_skip(text, "）")) {
			mark->style = STYLE_HALF;
			return true;
		}
		/* 2023.8 and 9:00 are no items. */
		if (text_skip(text, ".") || text_skip(text, "．") || text_skip(text, ":") ||
		    text_skip(text, "：") || text_skip(text, ",") || text_skip(text, "，"))
			return !begins_with_digit(*text);
		text_skip_blanks(text);
		return text_skip(text, "、") ||
		       (mark->number <= PAIR_MOST * 10 && text->len > 0 && text->ptr > rest.ptr &&
		        (unsigned char)text->ptr[0] >= 0x80 && !begins_with_digit(*text));
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

struct item_mark item_mark_read(struct span line)
{
	struct item_mark mark = { 0 }, inner = { 0 };
	struct span text = line;
	const char *start;

	text_skip_blanks(&text);
	start = text.ptr;
	while (text_skip(&text, "**") || text_skip(&text, "> "))
		;
	if (read_mark(&text, &mark, read_heading)) {
		/* ## 3. question */
		text_skip_blanks(&text);
		if (read_mark(&text, &inner, read_plain_number) ||
		    read_mark(&text, &inner, read_question_letter) ||
		    read_mark(&text, &inner, read_question_word) ||
		    read_mark(&text, &inner, read_ordinal) ||
		    read_mark(&text, &inner, read_brackets))
			mark.number = inner.number;
	} else if (!read_mark(&text, &mark, read_question_letter) &&
	           !read_mark(&text, &mark, read_question_word) &&
	           !read_mark(&text, &mark, read_ordinal) &&
	           !read_mark(&text, &mark, read_brackets) &&
	           !read_mark(&text, &mark, read_plain_number) &&
	           !read_mark(&text, &mark, read_bullet)) {
		mark = (struct item_mark){ .rest = trimmed(line) };
		return mark;
	}
	mark.shown = (struct span){ start, (size_t)(text.ptr - start) };
	mark.rest = trimmed(text);
	mark.empty = mark.rest.len == 0;
	return mark;
}

/* ------------------------------------------------------------------ answers and questions */

bool answer_mark_skip(struct span *line, bool letter)
{
	struct span text = *line;
	bool boxed, letters = false;
	int number;

	text_skip_blanks(&text);
	while (text_skip(&text, "**"))
		;
	boxed = text_skip_one(&text, brackets_open);
	if (!text_skip_one(&text, words_answer)) {
		letters = text_skip_one(&text, words_answer_letter);
		if (!letter || !letters)
			return false;
	}
	text_skip_blanks(&text);
	{
		struct span rest = text;

		if (skip_number(&rest, &number))
			text = rest;
	}
	text_skip_blanks(&text);
	if (boxed && !text_skip_one(&text, brackets_close))
		return false;
	if (!skip_colon(&text) && !boxed && text.len > 0 && !text_skip(&text, "**：") &&
	    !text_skip(&text, "**:") &&
	    !(letters &&
	      (text_skip(&text, "、") || text_skip(&text, ". ") || text_skip(&text, "．"))))
		return false;
	(void)(text_skip(&text, "**") || skip_colon(&text));
	text_skip_blanks(&text);
	*line = text;
	return true;
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
	const struct span text = trimmed(*line);

	for (size_t i = 1; i < text.len && i < SPEAKER_MOST * 4; i++) {
		struct span rest = { text.ptr + i, text.len - i };

		if (((unsigned char)text.ptr[i] & 0xc0) == 0x80 || !skip_colon(&rest))
			continue;
		*label = trimmed((struct span){ text.ptr, i });
		*line = trimmed(rest);
		return utf8_length(*label) <= SPEAKER_MOST && !ends_a_sentence(*label);
	}
	return false;
}

bool answer_mark_inside(struct span line, bool letter, struct span *question, struct span *answer)
{
	static texts before = { "？", "?", "。", " ", "\t", "　", NULL };

	for (size_t i = 1; i < line.len; i++) {
		struct span head = { line.ptr, i }, tail = { line.ptr + i, line.len - i };
		const struct span all = tail;

		if (((unsigned char)line.ptr[i] & 0xc0) == 0x80 || !ends_with_one(head, before) ||
		    !answer_mark_skip(&tail, letter) || tail.len == 0 || tail.len == all.len)
			continue;
		*question = trimmed(head);
		*answer = trimmed(tail);
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
		text = trimmed(text);
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

	return ends_with_one(text_drop_end(text), ends);
}

bool asks(struct span text)
{
	return asks_plainly(text) || (!ends_a_sentence(text) && holds_one(text, words_asking));
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

	return ends_with_one(text_drop_end(text), ends);
}

/* ------------------------------------------------------------------ lines of no text */

/* 第3页, 第3页，共9页: what stands behind 第. */
static bool is_page_behind(struct span text)
{
	static texts between = { " ", "，", ",", "/", "　", "／", NULL };
	int number;

	text_skip_blanks(&text);
	if (!skip_number(&text, &number))
		return false;
	text_skip_blanks(&text);
	if (!text_skip(&text, "页"))
		return false;
	while (text_skip_one(&text, between))
		;
	if (text.len == 0)
		return true;
	(void)text_skip(&text, "共");
	text_skip_blanks(&text);
	if (!skip_number(&text, &number))
		return false;
	text_skip_blanks(&text);
	return text_skip(&text, "页") && text.len == 0;
}

/* Page 3 of 9: what stands behind Page. */
static bool is_english_page_behind(struct span text)
{
	int number;

	if (!skip_arabic(&text, &number))
		return false;
	if (text_skip(&text, " of "))
		(void)skip_arabic(&text, &number);
	return text.len == 0;
}

/* - 3 -, 3/9 */
static bool is_page_number(struct span text)
{
	static texts dashes = { "—", "－", "-", "–", "─", "·", "~", NULL };
	int number;
	bool dashed = false;

	while (text_skip_one(&text, dashes)) {
		text_skip_blanks(&text);
		dashed = true;
	}
	if (!skip_arabic(&text, &number))
		return false;
	text_skip_blanks(&text);
	if (!dashed && text_skip(&text, "/"))
		return skip_arabic(&text, &number) && text.len == 0;
	if (!dashed || !text_skip_one(&text, dashes))
		return false;
	while (text_skip_one(&text, dashes))
		;
	return text.len == 0;
}

static bool is_page(struct span text)
{
	if (text_skip(&text, "\f") && text.len == 0)
		return true;
	if (text_skip(&text, "第"))
		return is_page_behind(text);
	if (text_skip_one(&text, words_english_page))
		return text_skip(&text, " ") && is_english_page_behind(text);
	return is_page_number(text);
}

/* The columns of the blanks at the start of the text: two for one of full width. */
static size_t skip_columns(struct span *text)
{
	size_t columns = 0;

	for (;;) {
		if (text_skip(text, "　"))
			columns += 2;
		else if (text_skip(text, "\t"))
			columns += 8;
		else if (text_skip(text, " "))
			columns++;
		else
			return columns;
	}
}

struct span running_title(struct span line)
{
	struct span text = trimmed(line);

	if (text.len > RUNNING_BYTES_MOST)
		return (struct span){ 0 };
	for (size_t i = 0; i < text.len; i++) {
		struct span head = { text.ptr, i }, tail = { text.ptr + i, text.len - i };

		if (skip_columns(&tail) < 2 || tail.len == 0)
			continue;
		if (is_page(tail))
			return trimmed(head);
		if (is_page(trimmed(head)))
			return tail;
		i = (size_t)(tail.ptr - text.ptr);
	}
	return (struct span){ 0 };
}

bool is_far_right(struct span line)
{
	return skip_columns(&line) >= FAR_RIGHT;
}

/* Whether a blank stands before one of the words at the end. */
static bool ends_apart(struct span text, const char *const *list)
{
	for (; *list; list++) {
		struct span head = text;

		if (!text_ends_with(text, *list))
			continue;
		head.len -= strlen(*list);
		if (text_ends_with(head, " ") || text_ends_with(head, "　"))
			return true;
	}
	return false;
}

/* What a document says of itself as a whole, or who prints it: behind a blank 宣, 制. */
static bool is_closing(struct span text)
{
	struct span rest = text;

	return utf8_length(text) <= CLOSING_MOST &&
	       (text_skip_one(&rest, words_closing_start) ||
	        (ends_apart(text, words_closing_deed) && !asks(text)));
}

static bool skip_year(struct span *text)
{
	static texts digits = { "零", "〇", "一", "二", "三", "四", "五", "六",
		                "七", "八", "九", "○",  "О",  "0",  NULL };
	int number, count = 0;
	struct span rest = *text;

	if (skip_arabic(&rest, &number) && number >= 1900 && number < 2200) {
		*text = rest;
		return true;
	}
	while (count < 4 && text_skip_one(text, digits))
		count++;
	return count == 4;
}

/* 编印日期：, 发布时间：, 日期： */
static void skip_date_label(struct span *text)
{
	struct span rest = *text;

	(void)text_skip_one(&rest, words_date_label_deed);
	if (skip_label(&rest, words_date_label))
		*text = rest;
}

static bool is_date(struct span text)
{
	static texts parts = { "年", "-", ".", "/", "．", NULL };
	struct span rest;
	int number;

	(void)(text_skip(&text, "（") || text_skip(&text, "("));
	skip_date_label(&text);
	text_skip_blanks(&text);
	if (!skip_year(&text))
		return false;
	text_skip_blanks(&text);
	if (!text_skip_one(&text, parts))
		return false;
	text_skip_blanks(&text);
	/* 2024年制 */
	rest = text;
	(void)text_skip_one(&rest, words_date_deed);
	if (rest.len == 0 && text.len > 0)
		return true;
	if (!skip_number(&text, &number) || number > 12)
		return false;
	text_skip_blanks(&text);
	if (text_skip(&text, "月"))
		text_skip_blanks(&text);
	else if (!text_skip_one(&text, parts))
		return false;
	if (skip_number(&text, &number) && number <= 31) {
		text_skip_blanks(&text);
		(void)text_skip(&text, "日");
	}
	(void)text_skip_one(&text, words_date_deed);
	(void)(text_skip(&text, "）") || text_skip(&text, ")"));
	return trimmed(text).len == 0;
}

static bool is_phone(struct span text)
{
	int digits = 0, others = 0;

	if (utf8_length(text) > CONTACT_MOST)
		return false;
	/* A phone number at the end: seven digits or more, with - and blanks inside. */
	for (size_t i = text.len; i > 0; i--) {
		const char c = text.ptr[i - 1];

		if (c >= '0' && c <= '9')
			digits++;
		else if (strchr("-() /", c))
			others++;
		else
			break;
	}
	return digits >= 7 && others <= digits;
}

/* 监督邮箱：: a short label that names a way to reach somebody. */
static bool is_contact_label(struct span text)
{
	return utf8_length(text) <= LABEL_MOST && ends_with_one(text, words_contact_label);
}

static bool is_contact(struct span text)
{
	static texts behind = { "：", ":", " ", "\t", "　", NULL };

	if (text.len > (size_t)CONTACT_MOST * 4)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		struct span rest = { text.ptr + i, text.len - i };

		if (text_skip_one(&rest, behind) && is_contact_label((struct span){ text.ptr, i }))
			return utf8_length(text) <= CONTACT_MOST &&
			       (trimmed(rest).len == 0 || !ends_a_sentence(rest));
	}
	return is_contact_label(text) || is_phone(text);
}

static bool is_web(struct span text)
{
	struct span rest = text;

	return utf8_length(text) <= CONTACT_MOST &&
	       (text_skip_one(&rest, words_web_start) || skip_label(&rest, words_web_label) ||
	        holds_one(text, words_web_inside));
}

static bool is_annex(struct span text)
{
	static texts behind = { "：", ":", " ", "　", "、", ".", NULL };
	int number;

	if (skip_label(&text, words_annex_label))
		return true;
	if (!text_skip_one(&text, words_annex))
		return false;
	text_skip_blanks(&text);
	(void)skip_number(&text, &number);
	return text.len == 0 || text_skip_one(&text, behind);
}

/* One character again and again. */
static bool is_rule(struct span text)
{
	static texts marks = { "-", "—", "=", "*", "_", "~", "－", "─", "━", "＝", NULL };
	struct span rest = text;
	size_t times = 0;

	if (!text_skip_one(&rest, marks))
		return false;
	const size_t len = text.len - rest.len;

	for (times = 1; rest.len >= len && memcmp(rest.ptr, text.ptr, len) == 0; times++)
		rest = (struct span){ rest.ptr + len, rest.len - len };
	return rest.len == 0 && times >= RULE_LEAST;
}

/* 目录, also with blanks between its characters. */
static bool is_contents_head(struct span text)
{
	char plain[CONTENTS_SIZE];
	struct span without = { plain, 0 };

	for (text_skip_blanks(&text); text.len > 0; text_skip_blanks(&text)) {
		size_t offset = 0;

		(void)utf8_next(text, &offset);
		if (without.len + offset > sizeof(plain))
			return false;
		memcpy(plain + without.len, text.ptr, offset);
		without.len += offset;
		text = (struct span){ text.ptr + offset, text.len - offset };
	}
	return text_skip_one(&without, words_contents) && without.len == 0;
}

struct span without_page(struct span line)
{
	struct span text = line;
	size_t digits = 0, dots = 0;
	bool tab = false;

	while (text.len > 0 && text.ptr[text.len - 1] >= '0' && text.ptr[text.len - 1] <= '9') {
		text.len--;
		digits++;
	}
	if (digits == 0 || digits > 4)
		return line;
	for (;;) {
		const struct span before = text;

		tab |= text_ends_with(text, "\t");
		text = text_drop_end(text);
		if (text_ends_with(text, "…") || text_ends_with(text, "·") ||
		    text_ends_with(text, "．") || text_ends_with(text, "_")) {
			text.len -= text_ends_with(text, "_")   ? 1
			            : text_ends_with(text, "·") ? 2
			                                        : 3;
			dots += 2;
		} else if (text_ends_with(text, ".") || text_ends_with(text, "-")) {
			text.len--;
			dots++;
		}
		if (text.len == before.len)
			break;
	}
	return (dots >= 3 || tab) && text.len > 0 ? text : line;
}

enum special special_read(struct span line)
{
	struct span text = trimmed(line), rest;

	if (text.len == 0)
		return SPECIAL_NONE;
	if (is_contents_head(text))
		return SPECIAL_TOC_HEAD;
	if (is_page(text))
		return SPECIAL_PAGE;
	if (running_title(text).len > 0)
		return SPECIAL_RUNNING;
	if (is_date(text))
		return SPECIAL_DATE;
	if (without_page(text).len < text.len)
		return SPECIAL_TOC;
	if (is_annex(text))
		return SPECIAL_ANNEX;
	if (is_rule(text))
		return SPECIAL_RULE;
	rest = text;
	if (skip_label(&rest, words_field))
		return SPECIAL_FIELD;
	if (is_web(text))
		return SPECIAL_WEB;
	if (bare_number_read(text) > 0)
		return SPECIAL_NUMBER;
	if (is_closing(text))
		return SPECIAL_CLOSING;
	return is_contact(text) ? SPECIAL_CONTACT : SPECIAL_NONE;
}

int bare_number_read(struct span line)
{
	struct span text = trimmed(line);
	int number;

	return skip_arabic(&text, &number) && text.len == 0 && number <= BARE_MOST ? number : 0;
}

bool could_close(struct span text)
{
	text = trimmed(text);
	return text_skip_one(&text, words_last_line) || skip_label(&text, words_last_line_label);
}

bool is_office_name(struct span text)
{
	text = trimmed(text);
	return utf8_length(text) <= OFFICE_MOST && utf8_length(text) >= 4 &&
	       ends_with_one(text, words_office_end) && !ends_a_sentence(text);
}

bool is_heading_like(struct span text)
{
	struct span rest;

	text = trimmed(text);
	rest = text;
	return utf8_length(text) <= HEADING_MOST && !ends_a_sentence(text) && !asks(text) &&
	       (ends_with_one(text, words_heading_end) ||
	        text_skip_one(&rest, words_heading_start));
}
