/*
 * Base64 (RFC 4648, 4): the alphabet with "+" and "/", padded.
 */
#ifndef DAYI_BASE_BASE64_H
#define DAYI_BASE_BASE64_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

void base64_write(struct span bytes, struct buf *out);

/*
 * Appends the bytes. No white space, and the padding is there. The bits that it leaves over may be
 * any: keys of WeCom have random ones. False, and nothing is appended, for any other text, and
 * where the buffer takes no more.
 */
MUST_CHECK bool base64_read(struct span text, struct buf *out);

#endif
