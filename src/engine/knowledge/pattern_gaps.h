/*
 * Patterns of plain text with gaps, as templates of log lines are: a.*b.*c. Private to knowledge/.
 *
 * Written like that each gap multiplies the ways that are tried, although the first place where a
 * piece stands is as good as any. Compiled as a(?>.*?b)(?>.*?c) the pattern is found in the same
 * texts, in time that grows with the text alone; what is found ends as early as it can.
 */
#ifndef DAYI_KNOWLEDGE_PATTERN_GAPS_H
#define DAYI_KNOWLEDGE_PATTERN_GAPS_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * True, and the better form appended to `out`, where the pattern is nothing but plain characters,
 * runs of white space and two gaps or more.
 */
bool pattern_gaps_rewrite(struct span source, struct buf *out);

#endif
