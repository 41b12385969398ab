/*
 * Denial: what a message says is not so.
 *
 * "身份证号没有错" speaks of a wrong number as "身份证号错了" does, and means the opposite. Where a
 * message denies what gives a case away, the case is not named. A denial that is the symptom itself
 * (没有企业信息) is none.
 */
#ifndef DAYI_MATCH_DENIAL_H
#define DAYI_MATCH_DENIAL_H

#include <stdbool.h>

#include "base/span.h"
#include "engine/knowledge/knowledge.h"

enum { DENIALS_MOST = 8 };

struct denial {
	size_t word_start, word_end; /* bytes of the word that denies, [start, end) */
	size_t start, end;           /* bytes of what it denies: never across a clause's end */
};

/* A normalised text and its denials; borrows the text. */
struct denied_text {
	struct span text;
	struct denial items[DENIALS_MOST];
	size_t count;
};

/* The first DENIALS_MOST that the lexicon's `denials` find. */
void denial_find(const struct lexicon *lexicon, struct pattern_scratch *scratch, struct span text,
                 struct denied_text *out);

/*
 * True when the message denies a word that the sentence affirms. `question`: the entry's,
 * normalised; what it says to be missing is a symptom.
 */
bool denial_between(const struct denied_text *message, const struct denied_text *sentence,
                    struct span question);

/* The other way round: the message says outright (有弹窗, 是房建) what the sentence denies. */
bool denial_of_assertion(const struct denied_text *message, const struct denied_text *sentence,
                         struct span question);

/*
 * True when the pattern, which is found in the message, needs what is denied there and does not
 * care for the denial: 身份证.{0,8}错 in 身份证号没有错.
 */
bool denial_of_pattern(const struct denied_text *message, const struct pattern *pattern,
                       struct pattern_scratch *scratch, struct span question);

/* Sets has[i] where the sentence has the half of pair i that denies (有误 of 是对的 beside 有误).
 */
void denial_halves(const struct opposite *opposites, size_t count, struct pattern_scratch *scratch,
                   struct span sentence, bool *has);

/*
 * True when the message says the opposite of what a sentence says that has these halves: 是对的
 * beside 有误. A message that says both itself does not deny.
 */
bool denial_by_opposite(const struct opposite *opposites, size_t count,
                        struct pattern_scratch *scratch, const struct denied_text *message,
                        const bool *has);

#endif
