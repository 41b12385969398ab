/*
 * Encoding: the bytes of a file as UTF-8 without a byte order mark.
 */
#ifndef DAYI_TEXT_ENCODING_H
#define DAYI_TEXT_ENCODING_H

#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"

/*
 * Reads UTF-8, with or without a mark, UTF-16 with one, and GB18030 (which holds GBK and GB2312).
 * *text is the input itself or the content of `out`, within its ceiling. *name is the encoding
 * converted from (static), NULL if there was no conversion. STATUS_INVALID, with *name NULL, for
 * any other encoding.
 */
MUST_CHECK enum status encoding_read(struct span input, struct buf *out, struct span *text,
                                     const char **name);

#endif
