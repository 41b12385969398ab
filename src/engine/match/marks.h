/*
 * Marks: words that say how a message is built, not what it is about: 另外 begins another question,
 * 提示 announces a popup, 确定 is its button. They are cues (engine/knowledge/cues.h), which a
 * folder's lexicon may add to. Immutable; any thread.
 */
#ifndef DAYI_MATCH_MARKS_H
#define DAYI_MATCH_MARKS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/text/normalise.h"

enum mark {
	MARK_ANOTHER, /* 另外, 还有: a further question begins */
	MARK_REMAINS, /* 还有一个: none begins */
	MARK_SEVERAL, /* 两个问题, 分别: the message says that it holds several */
	MARK_POPUP,   /* 提示, 弹窗: what is quoted behind it is a popup */
	MARK_WINDOW, /* 弹窗, 弹框: what is told behind it and 显示 is a popup, in any words */
	MARK_SHOWS,  /* 提示, 报错: and so is the rest of the line, without quotes */
	MARK_ANNOUNCES, /* 提示, 失败: and so is what follows its colon */
	MARK_BUTTON,    /* 确定: the line above it, alone in its own, is a popup */
	MARK_DENIES,    /* 没有, 不是: denies what follows it */
	MARK_ONLY,      /* 就, 只是: what follows is all there is */
	MARK_PURPOSE,   /* 用, 需要: ends a clause that says what something is wanted for */
	MARK_WITH_WHOM, /* 怎么, 可以: 和 behind it says with whom */
	MARK_COUNT,
};

struct marks;

/* STATUS_NO_MEMORY. Borrows nothing. */
MUST_CHECK enum status marks_create(const struct lexicon *lexicon,
                                    const struct normaliser *normaliser, struct marks **out);
void marks_destroy(struct marks *marks);

/* Code points of the longest such word that begins at `at`, or ends before `end`; 0: there is none.
 */
size_t mark_at(const struct marks *marks, enum mark mark, const struct text *text, size_t at);
size_t mark_before(const struct marks *marks, enum mark mark, const struct text *text, size_t end);

/* Whether one stands anywhere. */
bool mark_in(const struct marks *marks, enum mark mark, const struct text *text);

#endif
