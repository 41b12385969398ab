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
 * *text is the input itself or `out`, whose ceiling holds. *name, static, tells what was converted;
 * NULL: nothing was. STATUS_INVALID: none of these; *name is then NULL.
 */
MUST_CHECK enum status encoding_read(struct span input, struct buf *out, struct span *text,
                                     const char **name);

#endif
