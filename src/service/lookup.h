/*
 * Look-up: what an operator finds for what was typed so far: by number, by pinyin or initials, by
 * the words themselves, and as the robot would answer it. A list of entries, best first, each with
 * the text that matched and why.
 *
 * Nobody's record is read, and no conversation is begun. One thread at a time for one scratch.
 */
#ifndef DAYI_SERVICE_LOOKUP_H
#define DAYI_SERVICE_LOOKUP_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/dialogue/scratch.h"
#include "engine/match/lookup_table.h"

enum lookup_why {
	LOOKUP_BY_NUMBER,   /* its number was typed */
	LOOKUP_BY_PROMPT,   /* the robot recognises a popup */
	LOOKUP_BY_PATTERN,  /* or a pattern */
	LOOKUP_BY_SEARCH,   /* or finds it by its words */
	LOOKUP_BY_WORDS,    /* what was typed stands in it */
	LOOKUP_BY_PINYIN,   /* as pinyin */
	LOOKUP_BY_INITIALS, /* as initials of pinyin */
};

/* "number", "prompt", "pattern", "search", "words", "pinyin", "initials". */
const char *lookup_why_name(enum lookup_why why);

struct lookup_result {
	const struct entry *entry;
	const struct entry_case
	        *named_case; /* that was typed, or that the words give away; or NULL */
	enum lookup_why why;
	double confidence; /* the robot's in this entry; below 0 where it does not think of it */
	const char *spoke; /* prompt, pattern or alternate that spoke for it; or NULL */
	struct lookup_pieces question; /* with what matched in it */
	enum lookup_part part;         /* the text that matched */
	const struct entry_case *of;   /* the case that the text is of, or NULL */
	struct lookup_pieces text;     /* none where `part` is the question */
	bool shown;                    /* the text that matched is known */
};

enum { LOOKUP_RESULTS_MOST = 12, LOOKUP_TYPED_MOST = 1000 /* bytes */ };

struct lookup_answer {
	char receipt[RECEIPT_SIZE]; /* the receipt that was typed, and nothing else; or "" */
	/* What the robot would do with it: its band, and the best two of its ranking. */
	enum match_band band;
	const struct match_candidate *best, *runner_up; /* or NULL */
	const struct entry *other; /* referral or small talk that leads; or NULL */
	struct lookup_result results[LOOKUP_RESULTS_MOST];
	size_t count;
};

/* Everything in the answer lives in the arena, or is the snapshot's. STATUS_LIMIT: too long. */
MUST_CHECK enum status lookup_run(struct scratch *scratch, struct span typed, struct arena *arena,
                                  struct lookup_answer *out);

/* What of an entry is handed on: engine/dialogue/copies.h. */
struct lookup_copy {
	const char *brief;
	const char *const *sms; /* none where it is too long for text messages */
	size_t sms_count;
};

/* An entry as an operator reads it. */
struct lookup_entry {
	const struct entry *entry;
	const char *knowledge;           /* version */
	struct lookup_copy copy;         /* of all of it */
	const struct lookup_copy *cases; /* of each case, in their order */
	const char *full;
	const char *script; /* engine/dialogue/script.h; "" for a referral */
};

/*
 * The answer or referral of that id. Everything lives in the arena, or is the snapshot's.
 * STATUS_NOT_FOUND where there is none.
 */
MUST_CHECK enum status lookup_show(const struct snapshot *snapshot, const char *id,
                                   struct arena *arena, struct lookup_entry *out);

#endif
