/*
 * Answer page: the pages behind the links in group chats, as HTML without any script: the whole of
 * an answer, and the way to the private chat. What they say of entries is the FAQ's own text, as
 * it is today; nothing of a person or of a conversation is known here.
 */
#ifndef DAYI_CHANNELS_ANSWER_PAGE_H
#define DAYI_CHANNELS_ANSWER_PAGE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"
#include "engine/knowledge/knowledge.h"

extern const char answer_page_style[]; /* at "/a/style.css" */

/*
 * Entries by their ids, parted by blanks. False, and nothing is written, where the knowledge has
 * none of them any more.
 */
MUST_CHECK bool answer_page_write(const struct knowledge *knowledge, struct span entries,
                                  struct buf *out);

/* A button that opens the private chat, by a POST to the same address. */
void answer_page_write_way(const struct knowledge *knowledge, struct buf *out);

/* There is nothing behind the link, or nothing any more. */
void answer_page_write_gone(const struct knowledge *knowledge, struct buf *out);

/* The address of the chat page, as seen from one of these, that asks the question. */
void answer_page_write_chat(struct span question, struct buf *out);

#endif
