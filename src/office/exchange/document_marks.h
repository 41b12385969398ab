/*
 * Document marks: what a line of an FAQ document begins with, or is as a whole, whatever the
 * reading of the document. Pure functions over one line; any thread may call them. Private to
 * exchange/.
 */
#ifndef DAYI_EXCHANGE_DOCUMENT_MARKS_H
#define DAYI_EXCHANGE_DOCUMENT_MARKS_H

#include <stdbool.h>

#include "base/span.h"

/* Ways in which a document numbers or marks its items; a line has one at most. */
enum style {
	STYLE_NONE,
	STYLE_ARABIC,           /* 1、 1. １． 1： 1 */
	STYLE_HALF,             /* 1) 1） */
	STYLE_BRACKETS,         /* (1) （1） 【1】 ⑴ */
	STYLE_CHINESE,          /* 一、 */
	STYLE_CHINESE_BRACKETS, /* （一） */
	STYLE_CIRCLED,          /* ① */
	STYLE_PAIRED,           /* 2.1 */
	STYLE_Q,                /* Q1： Q: */
	STYLE_WEN,              /* 问： 问题1： 【问】 */
	STYLE_ORDINAL,          /* 第一问 */
	STYLE_CHAPTER,          /* 第一章 第二部分 */
	STYLE_BULLET,           /* ◆ ★ */
	STYLE_HEADING,          /* # to ######; `level` tells which */
	STYLE_PLAIN,            /* no mark; never of a line, only of a reading */
	STYLE_COUNT,
};

/* Lines that no text of an office is made of. */
enum special {
	SPECIAL_NONE,
	SPECIAL_PAGE,    /* 第 2 页 共 3 页, — 1 — */
	SPECIAL_RUNNING, /* 停车问答      第 2 页, of which running_title() is 停车问答 */
	SPECIAL_DATE,    /* 2026年9月1日 as a whole line */
	SPECIAL_ANNEX,   /* begins with 附件 */
	SPECIAL_NUMBER,  /* a number and nothing else: a page, perhaps */
	SPECIAL_CLOSING, /* 本问答由…负责解释, …局 宣 */
	SPECIAL_CONTACT, /* 联系电话：…, 地址：…, or a name and a phone number */
	SPECIAL_WEB,     /* 上一篇：, 责任编辑：, 扫一扫… */
	SPECIAL_TOC,     /* ends with dots and a page */
	SPECIAL_TOC_HEAD,
	SPECIAL_RULE,  /* ---------- */
	SPECIAL_FIELD, /* 更新时间：… */
};

struct item_mark {
	enum style style;
	int number; /* 0: the mark has none */
	int level;  /* of a heading */
	bool empty; /* nothing stands behind the mark */
	struct span shown, rest;
};

/* The mark at the start of the line, blanks before it skipped. STYLE_NONE where there is none. */
struct item_mark item_mark_read(struct span line);

/* Takes 答：, 【答案】, 回复： or, with `letter`, A1： off. */
bool answer_mark_skip(struct span *line, bool letter);

/* Takes → off. */
bool answer_symbol_skip(struct span *line);

/* Takes a short name and its colon off the start, such as 王主任：; false where there is none. */
bool label_skip(struct span *line, struct span *label);

/* Whether an answer begins within the line, as in “1、…？答：…”; both parts are trimmed. */
bool answer_mark_inside(struct span line, bool letter, struct span *question, struct span *answer);

/* Takes marks of a question (问：, Q：, 【问题】, bold of Markdown) off both ends of its text. */
struct span question_trim(struct span text);

enum special special_read(struct span line);

/* The number that the line is, up to four digits; 0 where it is anything else. */
int bare_number_read(struct span line);

/* Whether the text ends with a question mark; whether its words ask or it does. */
bool asks_plainly(struct span text);
bool asks(struct span text);

/* B：, behind which an A： is the first of several choices, no answer. */
bool is_second_choice(struct span line);

/* Whether the text ends as a sentence or a part of a list does. */
bool ends_a_sentence(struct span text);

/* Whether the line could close a document as well as an answer: 如有疑问，请… */
bool could_close(struct span text);

/* Whether it could be the name of an office under a document, or the heading of a chapter. */
bool is_office_name(struct span text);
bool is_heading_like(struct span text);

/* What stands beside a page mark in the same line, wide blanks between them; empty without. */
struct span running_title(struct span line);

/* Whether the line stands far to the right, as a signature does. */
bool is_far_right(struct span line);

/* Without the dots and the page at the end of a line of a table of contents. */
struct span without_page(struct span line);

#endif
