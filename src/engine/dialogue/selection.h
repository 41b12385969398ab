/*
 * Selection: reads messages that address the conversation and not the knowledge: choosing from an
 * offer, agreeing, giving up, greeting, following up without a subject.
 */
#ifndef DAYI_DIALOGUE_SELECTION_H
#define DAYI_DIALOGUE_SELECTION_H

#include <stdbool.h>

#include "engine/dialogue/words.h"
#include "engine/text/normalise.h"

/* A larger number is a choice only with a word for what it counts: 88 is a goodbye, 123 a test. */
enum { SELECTION_BARE_MOST = 20, SELECTION_SUBJECTS_MOST = 4 };

struct selection {
	/*
	 * The meaning of the whole message: CUE_YES to CUE_TROUBLE, or CUE_ITEM, CUE_ENTRY,
	 * CUE_CASE, CUE_CHECK_ITEM with a number. CUE_NOTHING if the message has a subject of its
	 * own.
	 */
	enum cue kind;
	int number;      /* from 1, of the item, entry, case or question of the self-check */
	int case_number; /* beside CUE_ENTRY: of its case; else 0 */
	bool in_brackets;
	bool bare; /* nothing stands around the number: 7, but not 第7个 */

	/*
	 * The cue at the start of a longer message (CUE_REJECT, CUE_FIRST, CUE_ITEM, …), and where
	 * the rest begins.
	 */
	enum cue opening;
	int opening_number;
	size_t opening_end; /* bytes */
	bool denies;        /* it begins with a denial of what follows: 不是照片的问题 */
	bool instead; /* and goes on with what is meant instead: 不是我，是我同事; then not `denies`
	               */

	/*
	 * The parts of the message that no cue explains, which are its subject. Borrowed from the
	 * text.
	 */
	struct span subjects[SELECTION_SUBJECTS_MOST];
	size_t subject_count;
	size_t subject_length; /* characters, together */
	bool short_enough;     /* to be read in parts at all: else nothing above is set */

	/* Signs that count wherever they stand. */
	bool follows;      /* a word of CUE_FOLLOW is one of its parts */
	bool asks_details; /* and it is more than 怎么办 */
	bool takes_note;   /* 知道了: no yes to an offer */
	bool negates;      /* a word of denial or of rejection stands in it */
	bool asks, unhelped, phone_failed, group_failed, remarks, thanks_at_end;
	size_t remark_end;  /* bytes: where the word that makes it a remark ends; or 0 */
	struct span unsure; /* 得问问, where it stands first; borrowed from the text, or empty */
	size_t turns_from;  /* 对了，可以批量申请吗: where the rest begins; or 0 */
	bool defines;       /* 什么叫有效期内: asks what a word means */
	size_t corrected_from; /* 成绩过期了，不对，是证书: where the right one begins; or 0 */
};

struct selection selection_read(const struct words *words, const struct text *text);

#endif
