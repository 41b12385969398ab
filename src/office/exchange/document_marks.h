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
	STYLE_PAIRED,           /* 2.1 2-1 */
	STYLE_TRIPLE,           /* 2.1.3 */
	STYLE_Q,                /* Q1： Q: Q1 and a blank */
	STYLE_WEN,              /* 问： 问题1： 【问】 */
	STYLE_ORDINAL,          /* 第一问 */
	STYLE_CHAPTER,          /* 第一章 第二部分 */
	STYLE_BULLET,           /* ◆ ★ */
	STYLE_HEADING,          /* # to ######; `level` tells which */
	STYLE_STRONG,           /* **bold as a whole** or 【…】 around all, and no other mark */
	/* No mark; never of a line, only of a reading: */
	STYLE_PLAIN, /* lines that ask, or that stand before the mark of an answer */
	STYLE_LEAD,  /* short lines over sentences, the first ones of their blocks */
	STYLE_COUNT,
};

/* Whether marks of the style say that a question stands behind them, whatever their number. */
bool style_asks(enum style style);

enum { PARTS_STEP = 1000 /* of 2.1.3, what a part counts beside a section */ };

struct item_mark {
	enum style style;
	enum style inner; /* of a heading: the mark behind its #, STYLE_NONE without one */
	int number;       /* 0: the mark has none */
	int upper;        /* of 2.1: 2; of 2.1.3: 2001 */
	int level;        /* of a heading */
	bool empty;       /* nothing stands behind the mark */
	struct span shown, rest;
};

/* Takes signs that only adorn a line off its start, such as ❓ and 📌, and blanks. */
void adornment_skip(struct span *line);

/* The mark at the start of the line, blanks and adornments before it skipped. STYLE_NONE where
 * there is none. */
struct item_mark item_mark_read(struct span line);

/* Takes the # of a heading or the ** around a line that is bold as a whole off; *level is 0 then.
 */
bool form_mark_skip(struct span *line, int *level);

/* Takes 答：, 【答案】, 回复： or, with `letter`, A1： off. */
bool answer_mark_skip(struct span *line, bool letter);

/* Takes → off. */
bool answer_symbol_skip(struct span *line);

/* Takes a short name and its colon off the start, such as 王主任：; false where there is none. */
bool label_skip(struct span *line, struct span *label);

/* Takes a name in brackets off the start, such as 【王主任】. */
bool boxed_label_skip(struct span *line, struct span *label);

/* Whether 【…】 or ［…］ stands around the whole line. */
bool boxed_line_skip(struct span *line, struct span *inner);

/* Takes dashes or other rules off both ends of the text, such as —— 办卡篇 ——. */
bool dashes_skip(struct span *line);

/* Whether an answer begins within the line, as in “1、…？答：…”; both parts are trimmed. */
bool answer_mark_inside(struct span line, bool letter, struct span *question, struct span *answer);

/* Takes marks of a question (问：, Q：, 【问题】, bold of Markdown) off both ends of its text. */
struct span question_trim(struct span text);

/* Whether the text ends with a question mark; whether its words ask or it does. */
bool asks_plainly(struct span text);
bool asks(struct span text);

/* Whether the first sentence of the text asks, and others stand behind it. */
bool begins_asking(struct span text);

/* B：, behind which an A： is the first of several choices, no answer. */
bool is_second_choice(struct span line);

/* Whether the text ends as a sentence or a part of a list does. */
bool ends_a_sentence(struct span text);
bool ends_with_colon(struct span text);

#endif
