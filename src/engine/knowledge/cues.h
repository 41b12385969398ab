/*
 * Cues: the words that steer a conversation and ask nothing: 是, 后者, 算了, 谢谢, 自查, 再说一遍.
 * Each kind has a built-in Chinese list; a folder adds words of its own, or replaces the built-in
 * ones (`cues` and `usual_cues` in lexicon.json, docs/knowledge.md).
 */
#ifndef DAYI_KNOWLEDGE_CUES_H
#define DAYI_KNOWLEDGE_CUES_H

#include <stdbool.h>

#include "base/span.h"

enum cue {
	CUE_NOTHING,

	/* A message may be made of these as a whole. */
	CUE_FILLER,     /* 那, 吧, 老师: beside the others it says nothing */
	CUE_YES,        /* 是, 对, 就是这个 */
	CUE_FINE,       /* 好的, 知道了: agrees, or only takes note */
	CUE_NO,         /* 不, 没有 */
	CUE_REJECT,     /* 都不是, 不对 */
	CUE_FIRST,      /* 前者 */
	CUE_LAST,       /* 后者 */
	CUE_ALL,        /* 都要 */
	CUE_START,      /* 自查, 是哪种 */
	CUE_RESUME,     /* 继续刚才的 */
	CUE_GO_ON,      /* 继续 */
	CUE_SKIP,       /* 跳过, 不清楚 */
	CUE_BACK,       /* 上一题, 选错了 */
	CUE_CHANGE,     /* 改 (第2题) */
	CUE_STOP,       /* 算了, 不用了 */
	CUE_AGAIN,      /* 再说一遍 */
	CUE_FOLLOW,     /* 去哪, 找谁, 怎么弄: asks on, without a subject */
	CUE_WHAT_TO_DO, /* 怎么办: beside a circumstance, it asks no detail of the answer */
	CUE_VAGUE,      /* 办, 材料: is no subject beside such a word */
	CUE_PERSON,     /* 转人工 */
	CUE_GREETING,   /* 你好 */
	CUE_THANKS,     /* 谢谢, 解决了 */
	CUE_GOODBYE,    /* 再见 */
	CUE_REMARK,     /* 我再想想, 这样啊 */
	CUE_TROUBLE,    /* 我老是卡住: something is wrong, but not what */

	/*
	 * These count anywhere in a message; `…` in a word is a gap of up to GAP_MOST characters.
	 */
	CUE_ASKS,         /* 吗, 怎么: the message is a question */
	CUE_DENIES,       /* 没, 不是: denies the word behind it */
	CUE_PARTICLE,     /* 的, 吧: ends an answer and adds nothing to it */
	CUE_UNHELPED,     /* 还是…不: an advice was followed in vain */
	CUE_PHONE_FAILED, /* 电话…打不通 */
	CUE_GROUP_FAILED, /* 群…加不 */
	CUE_NOTED,        /* 知道了: takes note, and agrees to nothing */
	CUE_REMARK_START, /* 我先, 唉: a short message that begins so and asks nothing is a remark
	                   */

	CUE_NOT,    /* 没, 没有, 还没: denials of the same meaning; the first represents all */
	CUE_UNSURE, /* 得问问, 不清楚: the person does not know it */
	CUE_CORRECTS, /* 不对, 说错了: between a break and 是, retracts what was said */
	CUE_RESTATES, /* 我的意思是: only what follows is asked */
	CUE_TURNS_TO, /* 对了, 顺便问下: at the beginning, turns away from what was answered */
	CUE_DEFINES,  /* 什么叫: asks what a word means, and says nothing of oneself */
	CUE_POLITE,   /* 请问, 麻烦问下, 急: around a question, and no part of it */

	/* How a message is built: engine/match/marks.h. */
	CUE_ANOTHER,   /* 另外, 还有: another question begins */
	CUE_REMAINS,   /* 还有一个: none begins */
	CUE_SEVERAL,   /* 两个问题, 分别: the message holds several questions */
	CUE_POPUP,     /* 提示, 弹窗: what is quoted behind it is a popup */
	CUE_WINDOW,    /* 弹窗, 弹框: before the next, so is the rest of the clause */
	CUE_SHOWS,     /* 提示, 报错: so is the rest of the line */
	CUE_ANNOUNCES, /* 提示, 失败: before a colon, so is what follows */
	CUE_BUTTON,    /* 确定: the line above it is a popup */
	CUE_WITH_WHOM, /* 怎么, 可以: a 和 behind it says with whom, and joins no questions */
	CUE_ONLY,      /* 就, 只是: what follows is all there is */
	CUE_PURPOSE,   /* 用, 需要: ends a clause that says what something is wanted for */
	CUE_ANEW,      /* 但, 还: a denial does not reach beyond it */
	CUE_EITHER,    /* 或: of a situation with it, only one half need be so */

	/* What makes a choice of a number. */
	CUE_ORDINAL,       /* 第 */
	CUE_ITEM,          /* 个: 第2个 is one of what was offered */
	CUE_ENTRY,         /* 条: 第7条 is an entry */
	CUE_CASE,          /* 种, 步: 第2种 is a case */
	CUE_CHECK_ITEM,    /* 题: 第2题 is a question of the self-check */
	CUE_CASE_NAME,     /* 情形: stands before or behind the number of a case */
	CUE_NUMBER_PREFIX, /* 直, 年: a numeral followed by one of these is no case number */
	CUE_COUNT,
};

enum { GAP_MOST = 6 };

/* The kind of a name in lexicon.json ("yes", "reject", …); CUE_NOTHING where no kind has it. */
enum cue cue_of_name(const char *name);

/* The built-in words of a kind, divided by "|". Static. */
const char *cue_usual(enum cue cue);

/* The next of these words; *at begins as cue_usual() and moves behind it. False at the end. */
bool cue_next(const char **at, struct span *word);

#endif
