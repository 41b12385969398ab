/*
 * Aside: blanks out the parts of a message that are no part of its question.
 *
 *   identifiers            say who, not what
 *   身份证号 before one     is a label, where the two are a clause: nothing is said of the number;
 *                          信用代码 before one of a company, 电话 before a phone, too
 *   names of companies     "河南某某建筑劳务有限公司": the words of a name are no words of the
 * question
 *
 * A company's name ends in 有限公司, 有限责任公司 or 集团…公司 (and its 分公司) and has four to 24
 * characters before that; 我公司, 劳务公司 and 公司信息 are words of the question and stay.
 */
#ifndef DAYI_TEXT_ASIDE_H
#define DAYI_TEXT_ASIDE_H

#include "base/arena.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/text/identify.h"

/*
 * Replaces these parts by blanks. The length stays the same, so offsets stay valid. `text` must be
 * valid UTF-8. From the arena.
 */
MUST_CHECK enum status aside_blank(struct span text, const struct identifier_list *found,
                                   struct arena *arena, struct span *out);

#endif
