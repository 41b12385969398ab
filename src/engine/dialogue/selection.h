/*
 * Selection: what a message says to the conversation rather than to the knowledge: it points at
 * something that was offered, agrees, gives up, greets, asks on without a subject.
 */
#ifndef DAYI_DIALOGUE_SELECTION_H
#define DAYI_DIALOGUE_SELECTION_H

#include <stdbool.h>

#include "engine/dialogue/words.h"
#include "engine/text/normalise.h"

/* A number above it points at nothing unless it says at what: 88 is a goodbye, 123 a trial. */
enum { SELECTION_BARE_MOST = 20, SELECTION_SUBJECTS_MOST = 4 };

struct selection {
	/*
	 * What the message says as a whole, from CUE_YES to CUE_TROUBLE, or CUE_ITEM, CUE_ENTRY,
	 * CUE_CASE, CUE_CHECK_ITEM with a number; CUE_NOTHING where it has a subject of its own.
	 */
	enum cue kind;
	int number;      /* from 1, of the item, entry, case or question of the self-check */
	int case_number; /* beside CUE_ENTRY: of its case; else 0 */
	bool in_brackets;
	bool bare; /* nothing stands around the number: 7, but not 第7个 */

	/* What it begins with, where more follows: CUE_REJECT, CUE_FIRST, CUE_ITEM, …; and where.
	 */
	enum cue opening;
	int opening_number;
	size_t opening_end; /* bytes */
	bool denies;        /* it begins with a denial of what follows: 不是照片的问题 */

	/* The parts that no cue explains: what the message is about. Borrowed from the text. */
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
	struct span unsure; /* 得问问, where it stands first; borrowed from the text, or empty */
	size_t corrected_from; /* 成绩过期了，不对，是证书: where the right one begins; or 0 */
};

struct selection selection_read(const struct words *words, const struct text *text);

#endif
