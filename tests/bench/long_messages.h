/*
 * Messages as long as one may be, made of a folder's own words put together at random: the dearest
 * that an honest text can be.
 */
#ifndef DAYI_BENCH_LONG_MESSAGES_H
#define DAYI_BENCH_LONG_MESSAGES_H

#include "base/buf.h"
#include "engine/knowledge/knowledge.h"

/*
 * The message with this number, of `length` code points, into `out`: pieces of two to six of the
 * questions', alternates', popups' and answers' characters. The same number gives the same message.
 */
void long_message(const struct knowledge *knowledge, uint32_t number, size_t length,
                  struct buf *out);

#endif
