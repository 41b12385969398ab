/*
 * Document talk: documents in which people ask and one person answers, such as an interview or
 * messages copied from a chat. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_DOCUMENT_TALK_H
#define DAYI_EXCHANGE_DOCUMENT_TALK_H

#include <stddef.h>

#include "office/exchange/document_reading.h"

/*
 * Gives the lines of questions and answers their marks, and a role to what others say and to the
 * names and times between. Nothing where the lines are no talk. Marks must have been read.
 */
void talk_find(struct line *lines, size_t count);

#endif
