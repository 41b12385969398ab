/*
 * Pattern gaps: rewrites patterns of plain text with gaps, such as templates of log lines
 * (a.*b.*c). Private to knowledge/.
 *
 * * * As written, each gap multiplies the attempts, although the first position of each piece is as
 * good as any. As a(?>.*?b)(?>.*?c) the pattern matches the same texts in linear time; the match
 * ends as early as possible.
 */
#ifndef DAYI_KNOWLEDGE_PATTERN_GAPS_H
#define DAYI_KNOWLEDGE_PATTERN_GAPS_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Appends the better form to `out` and returns true if the pattern consists of plain characters,
 * runs of white space and at least two gaps.
 */
bool pattern_gaps_rewrite(struct span source, struct buf *out);

#endif
