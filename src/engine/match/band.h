/*
 * Band: whether a reading is answered, offered to choose from or declined. Private to match/.
 */
#ifndef DAYI_MATCH_BAND_H
#define DAYI_MATCH_BAND_H

#include "engine/match/reading.h"

/* Lists the entries of the office in a reading, best first, in the arena. */
MUST_CHECK enum status band_rank(const struct reading *reading, struct match_result *result);

/* Whether the best candidate is sure enough and well ahead of the second. */
bool band_is_clear(const struct reading *reading, double from);

MUST_CHECK enum status band_choose(const struct reading *reading, struct match_result *result);

/*
 * Offers the best few, whatever was chosen before; declines where there is none. Those that are as
 * good as the best keep the order of the document.
 */
MUST_CHECK enum status band_offer(const struct reading *reading, struct match_result *result);

/* Whether the message is the text of a window, a chat or an e-mail. */
bool band_is_of_lines(const struct reading *reading);

/*
 * If the quoted popup shares little with the best entry, the FAQ does not cover it: 提示 and 错误
 * occur in many popups. Patterns, prompts and the entry's own question override this.
 */
MUST_CHECK enum status band_is_foreign_popup(const struct reading *reading, bool *foreign);

/* Whether the candidate would be answered alone: two questions of a message are rivals. */
bool band_is_sure(const struct reading *reading, const struct match_candidate *one);

/* Answers the message with these, whatever was chosen before; borrowed. */
void band_answer(const struct match_candidate *answers, size_t count, struct match_result *result);

#endif
