/*
 * OneBot CQ: the string form of a OneBot v11 message, text with codes in it such as
 * `[CQ:at,qq=10001000]` (specification: message/string.md). Pure; nothing is copied.
 */
#ifndef DAYI_CHANNELS_ONEBOT_CQ_H
#define DAYI_CHANNELS_ONEBOT_CQ_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

struct cq_part {
	struct span type; /* of a code, such as "at"; ptr NULL: text */
	struct span body; /* the text, or the code's parameters; escaped */
};

/*
 * Takes the next part off *rest; false at its end. What looks like a code and is not one is text.
 * A whole message is read in time that grows with its length only.
 */
bool cq_next(struct span *rest, struct cq_part *out);

/* Takes the next parameter off those of a code; false at their end. *value is escaped. */
bool cq_parameter(struct span *parameters, struct span *name, struct span *value);

/* The value of the first parameter of that name, escaped; ptr NULL where there is none. */
struct span cq_value(struct span parameters, const char *name);

/* Appends the text without its escapes, in one pass: `&amp;#91;` is `&#91;`. */
void cq_unescape(struct span text, struct buf *out);

#endif
