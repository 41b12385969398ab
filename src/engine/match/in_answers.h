/*
 * In answers: what no question is near to may stand in an answer word for word. Private to match/.
 */
#ifndef DAYI_MATCH_IN_ANSWERS_H
#define DAYI_MATCH_IN_ANSWERS_H

#include "engine/match/reading.h"

/*
 * Where no question is near, answers are searched: for the popup that the message quotes, or for
 * all of it. One that holds most of that, and more than words of the trade (获取不到信息), is
 * answered; one that holds less is offered.
 */
MUST_CHECK enum status answers_search(struct reading *reading, struct match_result *result);

#endif
