/*
 * Entry words: what an entry says, as it is kept with the turns that it answered, so that a receipt
 * can be shown to the letter after the entry was changed. Nothing of a person's record is in it.
 */
#ifndef DAYI_SERVICE_ENTRY_WORDS_H
#define DAYI_SERVICE_ENTRY_WORDS_H

#include "engine/dialogue/reply.h"
#include "office/journal/journal.h"

struct service;

/*
 * Sets the turn's texts to those of the reply's entries that this process has not kept yet of this
 * version; `words` holds them until the turn is added.
 */
void entry_words_add(struct service *service, const struct reply *reply, struct buf *words,
                     struct journal_turn *turn);

#endif
