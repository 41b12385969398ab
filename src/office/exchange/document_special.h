/*
 * Document special: lines that no text of an entry is made of, such as page marks, dates and phone
 * lists, and what a line could be besides text. Pure functions over one line; any thread may call
 * them. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_DOCUMENT_SPECIAL_H
#define DAYI_EXCHANGE_DOCUMENT_SPECIAL_H

#include <stdbool.h>

#include "base/span.h"

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

enum special special_read(struct span line);

/* The number that the line is, up to four digits; 0 where it is anything else. */
int bare_number_read(struct span line);

/* Whether the line could close a document as well as an answer: 如有疑问，请… */
bool could_close(struct span text);

/* Whether it could be the name of an office under a document, or the heading of a chapter. */
bool is_office_name(struct span text);
bool is_heading_like(struct span text);

/* Who wrote, checked or publishes the document: 编辑｜小雨, 解读人：…, 抄送：… */
bool is_credit(struct span text);

/* What stands beside a page mark in the same line, wide blanks between them; empty without. */
struct span running_title(struct span line);

/* Whether the line stands far to the right, as a signature does. */
bool is_far_right(struct span line);

/* Without the dots and the page at the end of a line of a table of contents. */
struct span without_page(struct span line);

#endif
