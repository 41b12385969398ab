/*
 * Operator's words: a sentence that speaks to the applicant, as an operator reads it.
 *
 * Rules and sentences of the office address the applicant (您的C1证已过期). An operator who reads
 * them on a screen must not be addressed in the applicant's place: 申请人的C1证已过期. Both words
 * are the office's (texts `asker_addressed` and `asker_named`). What stands between quotation marks
 * is printed elsewhere and stays to the letter: 提示“您尚有未办结的申请事项”.
 */
#ifndef DAYI_DIALOGUE_OPERATOR_WORDS_H
#define DAYI_DIALOGUE_OPERATOR_WORDS_H

#include "base/buf.h"
#include "engine/knowledge/knowledge.h"

/* Appends the sentence. */
void operator_words(const struct office *office, const char *sentence, struct buf *out);

#endif
