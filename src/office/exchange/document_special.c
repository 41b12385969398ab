/*
 * Each kind of line has a function that takes the whole line, blanks at its ends dropped;
 * special_read() asks them in the order of how sure they are.
 */
#include "office/exchange/document_special.h"

#include <string.h>

#include "base/utf8.h"
#include "office/exchange/document_marks.h"
#include "office/exchange/document_words.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/line_numbers.h"

enum {
	CONTACT_MOST = 60, /* characters of a line of a phone list */
	PHONE_LEAST = 3,   /* digits of a number beside others */
	PHONE_WHOLE = 7,
	RULE_LEAST = 5,
	LABEL_MOST = 10, /* of what stands before its colon */
	BARE_MOST = 9999,
	OFFICE_MOST = 30,
	DATE_MOST = 16,   /* characters of a date and what stands before it */
	OFFICE_LEAST = 3, /* characters; of one that signs alone, one more */
	HEADING_MOST = 20,
	FAR_RIGHT = 12,    /* columns of blanks before a signature */
	CLOSING_MOST = 80, /* characters of a line that closes a document */
	CONTENTS_SIZE = 32,
	RUNNING_BYTES_MOST = 400, /* of a running title with its page and the blanks between */
};

typedef const char *const texts[];

/* 第3页, 第3页，共9页: what stands behind 第. */
static bool is_page_behind(struct span text)
{
	static texts between = { " ", "，", ",", "/", "　", "／", NULL };
	int number;

	text_skip_blanks(&text);
	if (!number_skip(&text, &number))
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
	if (!number_skip(&text, &number))
		return false;
	text_skip_blanks(&text);
	return text_skip(&text, "页") && text.len == 0;
}

/* Page 3 of 9: what stands behind Page. */
static bool is_english_page_behind(struct span text)
{
	int number;

	if (!number_skip_arabic(&text, &number))
		return false;
	if (text_skip(&text, " of "))
		(void)number_skip_arabic(&text, &number);
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
	if (!number_skip_arabic(&text, &number))
		return false;
	text_skip_blanks(&text);
	if (!dashed && text_skip(&text, "/"))
		return number_skip_arabic(&text, &number) && text.len == 0;
	if (!dashed || !text_skip_one(&text, dashes))
		return false;
	while (text_skip_one(&text, dashes))
		;
	return text.len == 0;
}

static bool is_page(struct span text)
{
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
	struct span text = text_trim(line);

	if (text.len > RUNNING_BYTES_MOST)
		return (struct span){ 0 };
	for (size_t i = 0; i < text.len; i++) {
		struct span head = { text.ptr, i }, tail = { text.ptr + i, text.len - i };

		if (skip_columns(&tail) < 2 || tail.len == 0)
			continue;
		if (is_page(tail))
			return text_trim(head);
		if (is_page(text_trim(head)))
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
	static texts around = { "-", "—", "－", "(", "（", ")", "）", " ", NULL };
	struct span rest = text;

	while (text_skip_one(&rest, around))
		;
	if (text_skip_one(&rest, words_closing_whole)) {
		while (text_skip_one(&rest, around))
			;
		if (rest.len == 0)
			return true;
	}
	rest = text;
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

	if (number_skip_arabic(&rest, &number) && number >= 1900 && number < 2200) {
		*text = rest;
		return true;
	}
	while (count < 4 && text_skip_one(text, digits))
		count++;
	return count == 4;
}

/* 编印日期：, 最后更新：, 日期：, Last updated on */
static bool skip_date_label(struct span *text)
{
	struct span rest = *text;
	const bool which = text_skip_one(&rest, words_date_label_which);
	bool deed;

	text_skip_blanks(&rest);
	deed = text_skip_one(&rest, words_date_label_deed);
	if (which && !deed)
		return false;
	text_skip_blanks(&rest);
	if (!text_skip_label(&rest, words_date_label) && !(deed && text_skip_colon(&rest)) &&
	    !(deed && text_skip_one(&rest, words_date_label)))
		return false;
	*text = rest;
	return true;
}

/* 1 March 2026, March 1st, 2026, March 2026 */
static bool is_english_date(struct span text)
{
	static texts between = { " ", ",", ".", "of ", NULL };
	int months = 0, days = 0, years = 0;

	while (text.len > 0) {
		int number;

		if (text_skip_one(&text, between))
			continue;
		if (skip_year(&text)) {
			years++;
		} else if (number_skip_arabic(&text, &number)) {
			if (number < 1 || number > 31)
				return false;
			days++;
			(void)text_skip_one(&text, words_day_english);
		} else if (text_skip_one(&text, words_month_english)) {
			months++;
		} else {
			return false;
		}
	}
	return months == 1 && years == 1 && days <= 1;
}

static bool is_date(struct span text)
{
	static texts parts = { "年", "-", ".", "/", "．", NULL };
	struct span rest;
	int number;

	(void)(text_skip(&text, "（") || text_skip(&text, "("));
	(void)skip_date_label(&text);
	text_skip_blanks(&text);
	if (is_english_date(text))
		return true;
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
	if (!number_skip(&text, &number) || number > 12)
		return false;
	text_skip_blanks(&text);
	if (text_skip(&text, "月"))
		text_skip_blanks(&text);
	else if (!text_skip_one(&text, parts))
		return false;
	if (number_skip(&text, &number) && number <= 31) {
		text_skip_blanks(&text);
		(void)text_skip(&text, "日");
	}
	(void)text_skip_one(&text, words_date_deed);
	(void)(text_skip(&text, "）") || text_skip(&text, ")"));
	return text_trim(text).len == 0;
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
	return digits >= PHONE_WHOLE && others <= digits;
}

/* 前台：8866-000　保安：110: names and numbers, two or more of them. */
static bool is_phone_list(struct span text)
{
	static texts parting = {
		" ", "　", "\t", "；", ";", "，", ",", "、", "|", "｜", "/", NULL
	};
	size_t phones = 0;
	bool whole = false;

	for (; text.len > 0; phones++) {
		struct span label;
		size_t digits = 0, len = 0;

		if (!label_skip(&text, &label) || ends_a_sentence(label))
			return false;
		for (; len < text.len && strchr("0123456789-()", text.ptr[len]); len++)
			digits += text.ptr[len] >= '0' && text.ptr[len] <= '9';
		if (digits < PHONE_LEAST)
			return false;
		whole |= digits >= PHONE_WHOLE;
		text = (struct span){ text.ptr + len, text.len - len };
		if (text.len > 0 && !text_skip_one(&text, parting))
			return false;
		while (text_skip_one(&text, parting))
			;
	}
	return phones > 1 && whole;
}

/* 监督邮箱：: a short label that names a way to reach somebody. */
static bool is_contact_label(struct span text)
{
	return utf8_length(text) <= LABEL_MOST && text_ends_with_one(text, words_contact_label);
}

static bool is_contact(struct span text)
{
	static texts behind = { "：", ":", " ", "\t", "　", NULL };

	if (text.len > (size_t)CONTACT_MOST * 4)
		return false;
	if (is_phone_list(text))
		return true;
	for (size_t i = 0; i < text.len; i++) {
		struct span rest = { text.ptr + i, text.len - i };

		if (text_skip_one(&rest, behind) && is_contact_label((struct span){ text.ptr, i }))
			return utf8_length(text) <= CONTACT_MOST &&
			       (text_trim(rest).len == 0 || !ends_a_sentence(rest));
	}
	return is_contact_label(text) || is_phone(text);
}

/* 首页 > 办事服务 */
static bool is_path(struct span text)
{
	static texts parting = { ">", "＞", "»", "›", NULL };

	if (!text_skip_one(&text, words_web_home))
		return false;
	text_skip_blanks(&text);
	return text_skip_one(&text, parting);
}

/* 共 2 页 1 2 下一页: numbers, signs and words that turn pages, and nothing else. */
static bool is_pager(struct span text)
{
	static texts signs = { " ", "　", "\t", "|", "｜", "/", "·", ".", "…", "<", ">", "«",
		               "»", "‹",  "›",  "•", "：", ":", "[", "]", "(", ")", NULL };
	bool turns = false;
	int number;

	while (text.len > 0) {
		if (text_skip_one(&text, words_web_turn))
			turns = true;
		else if (!text_skip_one(&text, words_web_pager) && !text_skip_one(&text, signs) &&
		         !number_skip_arabic(&text, &number))
			return false;
	}
	return turns;
}

static bool is_web(struct span text)
{
	struct span rest = text;

	if (is_path(text) || is_pager(text))
		return true;

	return utf8_length(text) <= CONTACT_MOST &&
	       (text_skip_one(&rest, words_web_start) || text_skip_label(&rest, words_web_label) ||
	        text_holds_one(text, words_web_inside));
}

static bool is_annex(struct span text)
{
	static texts behind = { "：", ":", " ", "　", "、", ".", NULL };
	int number;

	if (text_skip_label(&text, words_annex_label))
		return true;
	if (!text_skip_one(&text, words_annex))
		return false;
	text_skip_blanks(&text);
	(void)number_skip(&text, &number);
	return text.len == 0 || text_skip_one(&text, behind);
}

/* Arrows, shapes and the like, and nothing else. */
static bool is_ornament(struct span text)
{
	size_t offset = 0;

	while (offset < text.len) {
		const uint32_t point = utf8_next(text, &offset);

		if (point != ' ' && (point < 0x2500 || point > 0x2bff) && point != 0x3000)
			return false;
	}
	return text.len > 0;
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

/* 更新时间：, 答复单位： */
static bool is_field(struct span text)
{
	struct span rest = text, label;

	if (boxed_label_skip(&rest, &label)) {
		if (text_skip_one(&label, words_field))
			return label.len == 0;
		return text_skip_one(&label, words_field_deed) &&
		       text_skip_one(&label, words_field_what) && label.len == 0;
	}
	rest = text;
	if (text_skip_label(&rest, words_field))
		return true;
	return text_skip_one(&text, words_field_deed) && text_skip_label(&text, words_field_what);
}

static bool is_running(struct span text)
{
	return running_title(text).len > 0;
}

static bool is_contents_line(struct span text)
{
	return without_page(text).len < text.len;
}

static bool is_bare_number(struct span text)
{
	return bare_number_read(text) > 0;
}

static bool is_any_rule(struct span text)
{
	return is_rule(text) || is_ornament(text);
}

/* 住房保障中心 2026.4.2 */
static bool is_signed_date(struct span text)
{
	static texts blanks = { " ", "　", "\t", NULL };

	if (utf8_length(text) > OFFICE_MOST + DATE_MOST)
		return false;
	for (size_t i = 1; i < text.len; i++) {
		struct span rest = { text.ptr + i, text.len - i };

		if (text_skip_one(&rest, blanks) && is_date(text_trim(rest)))
			return is_office_name((struct span){ text.ptr, i });
	}
	return false;
}

enum special special_read(struct span line)
{
	/* The surest first. */
	static const struct {
		bool (*is)(struct span text);
		enum special special;
	} kinds[] = {
		{ is_contents_head, SPECIAL_TOC_HEAD }, { is_page, SPECIAL_PAGE },
		{ is_running, SPECIAL_RUNNING },        { is_date, SPECIAL_DATE },
		{ is_contents_line, SPECIAL_TOC },      { is_annex, SPECIAL_ANNEX },
		{ is_any_rule, SPECIAL_RULE },          { is_field, SPECIAL_FIELD },
		{ is_signed_date, SPECIAL_DATE },       { is_web, SPECIAL_WEB },
		{ is_bare_number, SPECIAL_NUMBER },     { is_closing, SPECIAL_CLOSING },
		{ is_contact, SPECIAL_CONTACT },
	};
	struct span text = text_trim(line);

	adornment_skip(&text);
	/* A form feed alone on its line. */
	if (text.len == 0)
		return line.len > 0 && memchr(line.ptr, '\f', line.len) ? SPECIAL_PAGE
		                                                        : SPECIAL_NONE;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].is(text))
			return kinds[i].special;
	return SPECIAL_NONE;
}

int bare_number_read(struct span line)
{
	struct span text = text_trim(line);
	int number;

	return number_skip_arabic(&text, &number) && text.len == 0 && number <= BARE_MOST ? number
	                                                                                  : 0;
}

bool could_close(struct span text)
{
	text = text_trim(text);
	return text_skip_one(&text, words_last_line) ||
	       text_skip_label(&text, words_last_line_label);
}

static bool is_one_office(struct span text)
{
	return utf8_length(text) <= OFFICE_MOST && utf8_length(text) >= OFFICE_LEAST &&
	       text_ends_with_one(text, words_office_end) && !ends_a_sentence(text);
}

/* Several sign with two blanks or more between them: 教务处  学生处. */
bool is_office_name(struct span text)
{
	bool several = false;

	text = text_trim(text);
	if (utf8_length(text) > OFFICE_MOST)
		return false;
	for (;;) {
		const char *gap = memmem(text.ptr, text.len, "  ", 2);
		const struct span name = { text.ptr, gap ? (size_t)(gap - text.ptr) : text.len };

		if (!is_one_office(name) ||
		    (!several && !gap && utf8_length(name) < OFFICE_LEAST + 1))
			return false;
		if (!gap)
			return true;
		several = true;
		text = text_trim((struct span){ gap, text.len - name.len });
	}
}

bool is_heading_like(struct span text)
{
	struct span rest;

	text = text_trim(text);
	rest = text;
	return utf8_length(text) <= HEADING_MOST && !ends_a_sentence(text) && !asks(text) &&
	       (text_ends_with_one(text, words_heading_end) ||
	        text_skip_one(&rest, words_heading_start));
}

/* （本报记者 王某） */
static bool is_reporter(struct span text)
{
	static texts behind = { " ", "　", "：", ":", NULL };

	text = text_trim(text);
	return (text_skip(&text, "（") || text_skip(&text, "(")) &&
	       text_skip_one(&text, words_credit_reporter) && text_skip_one(&text, behind) &&
	       (text_ends_with(text, "）") || text_ends_with(text, ")"));
}

bool is_credit(struct span text)
{
	static const char *const parting[] = { "｜", "|", "：", ":", NULL };

	if (is_reporter(text))
		return true;
	text_skip_blanks(&text);
	(void)(text_skip(&text, "（") || text_skip(&text, "("));
	return text_skip_one(&text, words_credit) &&
	       (text_skip_one(&text, parting) ||
	        (text_skip_one(&text, words_credit_who) && text_skip_one(&text, parting)));
}
