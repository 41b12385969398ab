/*
 * Band: whether a reading is answered, offered to choose from or declined. Private to match/.
 */
#ifndef DAYI_MATCH_BAND_H
#define DAYI_MATCH_BAND_H

#include "engine/match/reading.h"

/* The office's own entries of a reading, best first, into the arena. */
MUST_CHECK enum status band_rank(const struct reading *reading, struct match_result *result);

/* The best candidate is sure enough and well ahead of the second. */
bool band_is_clear(const struct reading *reading, double from);

MUST_CHECK enum status band_choose(const struct reading *reading, struct match_result *result);

/* The text of a window, a chat or an e-mail. */
bool band_is_of_lines(const struct reading *reading);

/*
 * A popup that the message quotes and that its best entry hardly knows is one of which nobody
 * wrote: 提示 and 错误 are in many. Patterns, prompts and the very question are above that doubt.
 */
MUST_CHECK enum status band_is_foreign_popup(const struct reading *reading, bool *foreign);

/* It would be answered, were the others not there: two questions in a message are rivals. */
bool band_is_sure(const struct reading *reading, const struct match_candidate *one);

/* The message is answered by these, whatever was chosen before; borrowed. */
void band_answer(const struct match_candidate *answers, size_t count, struct match_result *result);

#endif
