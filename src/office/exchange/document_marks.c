/*
 * Every reader below takes a span, moves it behind what it knows and says whether it did.
 */
#include "office/exchange/document_marks.h"

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

bool style_asks(enum style style)
{
	return style == STYLE_Q || style == STYLE_WEN;
}

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

/* 一、 */
static bool skip_point(struct span *text)
{
	static texts points = { "、", "．", ".", NULL };

	return text_skip_one(text, points);
}

static bool begins_in_ascii(struct span text)
{
	return text.len > 0 && (unsigned char)text.ptr[0] < 0x80;
}

/* Whether a character begins at the byte, and none goes on in it. */
static bool begins_character(struct span text, size_t at)
{
	return ((unsigned char)text.ptr[at] & 0xc0) != 0x80;
}

static bool read_heading(struct span *text, struct item_mark *mark)
{
	int level = 0;

	while (text_skip(text, "#"))
		level++;
	if (level == 0 || level > HEADING_LEVELS ||
	    (!text_skip(text, " ") && begins_in_ascii(*text)))
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

/* Part 2 */
static bool read_english_chapter(struct span *text, struct item_mark *mark)
{
	if (!text_skip_one(text, words_english_chapter))
		return false;
	text_skip_blanks(text);
	mark->style = STYLE_CHAPTER;
	return number_skip_arabic(text, &mark->number) && (skip_separator(text) || text->len == 0);
}

static bool read_ordinal(struct span *text, struct item_mark *mark)
{
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

/* A number that one character draws with what is around it: ⑴ ① ❶ */
static bool read_enclosed(struct span *text, struct item_mark *mark)
{
	if (number_skip_enclosed(text, 0x2474, 20, &mark->number)) {
		mark->style = STYLE_BRACKETS;
		return true;
	}
	if (!number_skip_enclosed(text, 0x2460, 20, &mark->number) &&
	    !number_skip_enclosed(text, 0x2776, 10, &mark->number))
		return false;
	mark->style = STYLE_CIRCLED;
	(void)skip_point(text);
	return true;
}

static bool read_brackets(struct span *text, struct item_mark *mark)
{
	static texts opens = { "（", "(", "【", "〔", "[", NULL };
	static texts closes = { "）", ")", "】", "〕", "]", NULL };
	struct span inner;

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
	(void)skip_point(text);
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

/* Takes off what parts a pair from its item; false where what stands behind shows that it is none.
 */
static bool skip_end_of_pair(struct span *text, bool dashed)
{
	/* 3-5天 */
	if (!skip_separator(text) && (dashed || begins_in_ascii(*text)))
		return false;
	/* 2.1.3 and 1.5 20 are none; 2.3 24小时能缴费吗？ is one. */
	if (number_begins(*text) && (!strchr(" \t", text->ptr[-1]) || !asks_plainly(*text)))
		return false;
	return !text_skip(text, "%");
}

static bool read_pair(struct span *text, struct item_mark *mark)
{
	static texts points = { ".", "．", NULL };
	bool dashed;

	if (!number_skip_arabic(text, &mark->upper) || mark->upper > PAIR_MOST)
		return false;
	dashed = text_skip(text, "-");
	if ((!dashed && !text_skip_one(text, points)) || !number_skip_arabic(text, &mark->number) ||
	    mark->number > PAIR_MOST)
		return false;
	mark->style = STYLE_PAIRED;
	return skip_end_of_pair(text, dashed);
}

static bool read_triple(struct span *text, struct item_mark *mark)
{
	static texts points = { ".", "．", NULL };
	int part;

	if (!number_skip_arabic(text, &part) || part > PAIR_MOST || !text_skip_one(text, points) ||
	    !number_skip_arabic(text, &mark->upper) || mark->upper > PAIR_MOST ||
	    !text_skip_one(text, points) || !number_skip_arabic(text, &mark->number) ||
	    mark->number > PAIR_MOST)
		return false;
	mark->upper += part * PARTS_STEP;
	mark->style = STYLE_TRIPLE;
	return skip_end_of_pair(text, false);
}

static bool read_chinese_number(struct span *text, struct item_mark *mark)
{
	static texts ends = { "、", "．", ".", "：", ":", "，", "。", "　", NULL };

	mark->style = STYLE_CHINESE;
	return number_skip_chinese(text, &mark->number) && text_skip_one(text, ends);
}

/* The sign that draws a key around the number before it: 1️⃣ */
static bool skip_key(struct span *text)
{
	(void)text_skip(text, "\xef\xb8\x8f");
	return text_skip(text, "\xe2\x83\xa3");
}

/* Chinese words, none of which the number before them counts: 7 停电了, but not 7 天. */
static bool begins_uncounted_words(struct span text)
{
	return text.len > 0 && !begins_in_ascii(text) && !number_begins(text) &&
	       !number_counts(text, false);
}

/* Takes off what parts an Arabic number from its item; false where it is a number of no item. */
static bool skip_end_of_number(struct span *text, int number, const char *end)
{
	static texts separators = { ".", "．", ":", "：", ",", "，", NULL };
	static texts points = { ".", "．", NULL };

	/* 2023.8 and 9:00 */
	if (text_skip_one(text, separators))
		return !number_begins(*text) || begins_with_year(*text);
	text_skip_blanks(text);
	if (text_skip(text, "、"))
		return true;
	if (text_skip_one(text, points))
		return !number_begins(*text);
	return text->ptr > end && number <= PAIR_MOST * 10 && begins_uncounted_words(*text);
}

static bool read_arabic(struct span *text, struct item_mark *mark)
{
	static texts closes = { ")", "）", NULL };
	const char *end;

	mark->style = STYLE_ARABIC;
	if (number_skip_enclosed(text, 0x2488, 20, &mark->number)) /* ⒈ */
		return true;
	if (!number_skip_arabic(text, &mark->number))
		return false;
	end = text->ptr;
	if (skip_key(text)) {
		(void)skip_separator(text);
		return true;
	}
	if (text_skip_one(text, closes)) {
		mark->style = STYLE_HALF;
		return true;
	}
	return skip_end_of_number(text, mark->number, end);
}

typedef bool (*mark_reader)(struct span *text, struct item_mark *mark);

static bool read_mark(struct span *text, struct item_mark *mark, mark_reader read)
{
	const struct span before = *text;
	const struct item_mark kept = *mark;

	if (read(text, mark))
		return true;
	*text = before;
	*mark = kept;
	return false;
}

/* Reads with the first of the readers that knows the mark; their list ends with NULL. */
static bool read_one(struct span *text, struct item_mark *mark, const mark_reader *readers)
{
	for (; *readers; readers++)
		if (read_mark(text, mark, *readers))
			return true;
	return false;
}

/* Emoji, dingbats and what joins them; no numbers in circles, and no bullets. */
static bool is_adornment(uint32_t point)
{
	static const struct {
		uint32_t first, last;
	} adornments[] = {
		{ 0x1f000, 0x1faff }, { 0x2600, 0x2775 }, { 0x2794, 0x27bf }, { 0x2b00, 0x2bff },
		{ 0xfe0f, 0xfe0f },   { 0x200d, 0x200d }, { 0x20e3, 0x20e3 },
	};

	for (size_t i = 0; i < sizeof(adornments) / sizeof(adornments[0]); i++)
		if (point >= adornments[i].first && point <= adornments[i].last)
			return true;
	return false;
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
	static const mark_reader in_heading[] = {
		read_triple,          read_pair,          read_arabic,  read_chinese_number,
		read_question_letter, read_question_word, read_ordinal, read_english_chapter,
		read_enclosed,        read_brackets,      NULL,
	};
	static const mark_reader in_line[] = {
		read_question_letter,
		read_question_word,
		read_counted_question,
		read_ordinal,
		read_english_chapter,
		read_enclosed,
		read_brackets,
		read_triple,
		read_pair,
		read_arabic,
		read_chinese_number,
		read_bullet,
		NULL,
	};
	struct item_mark mark = { 0 }, inner = { 0 };
	struct span text = line;
	const char *start;

	adornment_skip(&text);
	start = text.ptr;
	while (text_skip(&text, "**") || text_skip(&text, "> "))
		;
	if (read_mark(&text, &mark, read_heading)) {
		/* ## 3. question */
		const char *inner_start;

		text_skip_blanks(&text);
		inner_start = text.ptr;
		if (read_one(&text, &inner, in_heading)) {
			mark.number = inner.number;
			mark.inner = inner.style;
			start = inner_start;
		}
	} else if (!read_one(&text, &mark, in_line)) {
		mark = (struct item_mark){ .rest = text_trim(line) };
		return mark;
	}
	mark.shown = (struct span){ start, (size_t)(text.ptr - start) };
	mark.rest = text_trim(text);
	mark.empty = mark.rest.len == 0;
	return mark;
}

static bool bold_mark_skip(struct span *line)
{
	struct span text = text_trim(*line);

	if (!text_skip(&text, "**") || !text_ends_with(text, "**") || text.len <= 2)
		return false;
	text.len -= 2;
	if (memmem(text.ptr, text.len, "**", 2) || text_trim(text).len == 0)
		return false;
	*line = text_trim(text);
	return true;
}

bool form_mark_skip(struct span *line, int *level)
{
	struct span text = text_trim(*line);

	*level = 0;
	while (text_skip(&text, "#"))
		++*level;
	if (*level == 0)
		return bold_mark_skip(line);
	if (*level > HEADING_LEVELS || !text_skip(&text, " ") || text_trim(text).len == 0)
		return false;
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

/* The number of 答1 or A1; true where a blank parts it: alone it could be a part of a word. */
static bool skip_number_of_answer(struct span *text)
{
	static texts blanks = { " ", "　", "\t", NULL };
	struct span rest = *text;
	int number;

	if (!number_skip(&rest, &number))
		return false;
	*text = rest;
	return text_skip_one(&rest, blanks);
}

/* **答**： or A、 */
static bool skip_rare_end_of_answer_mark(struct span *text, bool letter)
{
	static texts bold = { "**：", "**:", NULL }, behind_letter = { "、", ". ", "．", NULL };

	return text_skip_one(text, bold) || (letter && text_skip_one(text, behind_letter));
}

bool answer_mark_skip(struct span *line, bool letter)
{
	struct span text = *line;
	bool boxed, has_letter, numbered;

	adornment_skip(&text);
	while (text_skip(&text, "**"))
		;
	if (counted_answer_skip(&text)) {
		*line = text;
		return true;
	}
	boxed = text_skip_one(&text, brackets_open);
	has_letter = !text_skip_one(&text, words_answer);
	if (has_letter && (!letter || !text_skip_one(&text, words_answer_letter)))
		return false;
	text_skip_blanks(&text);
	numbered = skip_number_of_answer(&text);
	text_skip_blanks(&text);
	if (boxed && !text_skip_one(&text, brackets_close))
		return false;
	if (!text_skip_colon(&text) && !boxed && !numbered && text.len > 0 &&
	    !skip_rare_end_of_answer_mark(&text, has_letter))
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

		if (!begins_character(text, i) || !text_skip_colon(&rest))
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
		boxes += begins_character(text, i) && text_skip_one(&head, brackets_close);
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

		if (!begins_character(line, i) || !text_ends_with_one(head, before) ||
		    !answer_mark_skip(&tail, letter) || tail.len == 0 || tail.len == all.len)
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
		if (style_asks(mark.style) && !mark.empty)
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

/* 收不收, 合格不合格: the same word of one or two characters on both sides. */
static bool asks_whether(struct span text)
{
	static const char no[] = "不";
	const size_t len = strlen(no);

	for (const char *at = text.ptr;
	     (at = memmem(at, text.len - (size_t)(at - text.ptr), no, len)); at += len) {
		const size_t before = (size_t)(at - text.ptr), behind = text.len - before - len;

		for (size_t word = len; word <= 2 * len; word += len)
			if (word <= before && word <= behind &&
			    memcmp(at - word, at + len, word) == 0)
				return true;
	}
	return false;
}

bool asks(struct span text)
{
	return asks_plainly(text) || (!ends_a_sentence(text) &&
	                              (text_holds_one(text, words_asking) || asks_whether(text) ||
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

		if (!begins_character(text, i))
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

bool ends_with_colon(struct span text)
{
	static texts colons = { "：", ":", NULL };

	return text_ends_with_one(text, colons);
}
