/*
 * Left out: clauses that stand in a message and are no part of what it asks. Private to match/.
 */
#ifndef DAYI_MATCH_LEFT_OUT_H
#define DAYI_MATCH_LEFT_OUT_H

#include "engine/match/reading.h"

/*
 * 没有提示成绩不存在，提示的是证书已过期注销: the message without the clauses that say which popup
 * is *not* shown, in the arena. *rest is empty where it has none, or nothing else.
 */
MUST_CHECK enum status left_out_denied(const struct reading *whole, struct text *rest);

/* 准备评职称用，平台上查不到我的证: the same without the clauses that say what it is wanted for. */
MUST_CHECK enum status left_out_purpose(const struct reading *whole, struct text *rest);

#endif
