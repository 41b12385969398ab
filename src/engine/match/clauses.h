/*
 * Clauses: the several questions of a message, and the one that is asked last. Private to match/.
 */
#ifndef DAYI_MATCH_CLAUSES_H
#define DAYI_MATCH_CLAUSES_H

#include "engine/match/reading.h"

/* Finds several questions in its sentences or, with stronger evidence, between commas. */
MUST_CHECK enum status clauses_find_several(struct match_scratch *scratch, struct reading *whole,
                                            struct match_result *result);

/*
 * 公司投标要用，成绩查不到: circumstances come first, the question last. If a referral wins because
 * of the circumstances, but the last clause alone is an entry's by a pattern, a popup or word for
 * word, that entry is answered.
 */
MUST_CHECK enum status clauses_find_last(struct match_scratch *scratch, const struct reading *whole,
                                         struct match_result *result);

#endif
