/*
 * Clauses: the several questions of a message, and the one that is asked last. Private to match/.
 */
#ifndef DAYI_MATCH_CLAUSES_H
#define DAYI_MATCH_CLAUSES_H

#include "engine/match/reading.h"

/* A message may hold several questions: in its sentences or, surer signs given, between commas. */
MUST_CHECK enum status clauses_find_several(struct match_scratch *scratch, struct reading *whole,
                                            struct match_result *result);

/*
 * 公司投标要用，成绩查不到: circumstances come first and what is asked last. A referral that
 * the circumstances draw to does not swallow a last clause that is an entry's for itself: by a
 * pattern, a popup or word for word.
 */
MUST_CHECK enum status clauses_find_last(struct match_scratch *scratch, const struct reading *whole,
                                         struct match_result *result);

#endif
