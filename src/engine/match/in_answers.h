/*
 * In answers: messages far from any question may quote an answer. Private to match/.
 */
#ifndef DAYI_MATCH_IN_ANSWERS_H
#define DAYI_MATCH_IN_ANSWERS_H

#include "engine/match/reading.h"

/*
 * If no question is near, searches the answers for the popup that the message quotes, or for all of
 * the message. An answer with most of it, and more than common words (获取不到信息), is given; one
 * with less is offered.
 */
MUST_CHECK enum status answers_search(struct reading *reading, struct match_result *result);

#endif
