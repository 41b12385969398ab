/*
 * Selection: a message that points at something which the last reply offered.
 */
#ifndef DAYI_DIALOGUE_SELECTION_H
#define DAYI_DIALOGUE_SELECTION_H

#include <stdbool.h>

#include "text/normalise.h"

enum selection_kind {
	SELECTION_NOTHING,  /* the message is no selection */
	SELECTION_ITEM,     /* "2", "第二个", "选2", "2." */
	SELECTION_CASE,     /* "情形3", "第三种情况具体怎么弄" */
	SELECTION_NONE,     /* 都不是 */
	SELECTION_START,    /* 自查 */
	SELECTION_SKIP,     /* 跳过, 不清楚 */
	SELECTION_BACK,     /* 上一题 */
	SELECTION_CHANGE,   /* 改第2题 */
	SELECTION_STOP,     /* 结束自查 */
	SELECTION_HANDOFF,  /* 转人工 */
	SELECTION_COURTESY, /* 谢谢, 你好 */
};

/* A number above it points at nothing: 88 is a goodbye, 123 a trial. */
enum { SELECTION_BARE_MOST = 20 };

struct selection {
	enum selection_kind kind;
	int number; /* from 1, of the item, case or question */
};

struct selection selection_read(const struct text *text);

#endif
