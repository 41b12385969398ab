/*
 * Group text: the text of an answer as messages of a platform: cut at the ends of sentences within
 * its limits, and as Markdown where it has that. Pure.
 */
#ifndef DAYI_SERVICE_GROUP_TEXT_H
#define DAYI_SERVICE_GROUP_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

struct group_text_limits {
	size_t chars, bytes; /* of one part; each above 0 */
	size_t parts;
};

/*
 * Cuts well-formed UTF-8 into at most limits.parts parts, borrowed from it, without the blanks and
 * line ends between them. Each ends where a line or a sentence does; else where a clause does; else
 * between two words or characters. Where that is not enough for all of it, *whole is false, and the
 * last part leaves room for `end`, which the caller puts behind it. Returns how many there are; 0
 * for an empty text.
 */
size_t group_text_cut(struct span text, struct group_text_limits limits, struct span end,
                      struct span *parts, bool *whole);

/*
 * Appends plain text as Markdown (CommonMark): what would be markup is escaped, lines stay lines,
 * a line in 【 】 is set in bold type.
 */
void group_text_markdown(struct span text, struct buf *out);

#endif
